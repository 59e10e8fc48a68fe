"""`ccops schedule`: which shifts with which breaks cover a requirement at the least cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ccops.cli import frames, output, quantities
from ccops.cli.options import DaysAndQueues, Shared
from ccops.cli.schedule_files import document, published, write
from ccops.cli.schedule_told import told
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.settings import Settings
    from ccops.workforce.schedule.patterns import Patterns
    from ccops.workforce.schedule.plan import Schedule
    from ccops.workforce.schedule.replay import Replay
    from ccops.workforce.schedule.requirement import Requirement

FORMATS = (".csv", ".json", ".ics")


def schedule(
    days: DaysAndQueues,
    shared: Shared,
    shifts: Annotated[Path, Option(metavar="FILE.toml", help="Shift patterns, prices and limits.")],
    requirement: Annotated[
        Path | None, Option(metavar="FILE.csv", help="start_at, required [, queue, …]; else ccops staff's.")
    ] = None,
    shrinkage: Annotated[
        str, Option(metavar="SHARE", help="Scheduled time lost beside the planned breaks, such as 0.1 or 10%.")
    ] = "0",
    gap: Annotated[str, Option(metavar="PERCENT", help="Good enough: so close to the best.")] = "1%",
    time_limit: Annotated[float, Option(metavar="SECONDS", help="Longest search.", min=1)] = 60.0,
    chart_day: Annotated[str | None, Option("--chart", metavar="DAY", help="Day of the chart; else the first.")] = None,
    replay: Annotated[bool, Option("--replay", help="Simulate the plan: does it meet the service level?")] = False,
    out: Annotated[
        list[Path] | None,
        Option("-o", "--output", metavar="FILE", help="Write .csv, .json or .ics (calendar); repeatable."),
    ] = None,
    publish: Annotated[
        Path | None, Option(metavar="FILE.csv", help="Write it per agent, as ccops import reads schedules.")
    ] = None,
) -> None:
    """Which shifts with which breaks cover the requirement at the least cost.

    Shifts and breaks are found together; the plan says how far from the best it can be at most. Ctrl-C ends the search
    with the best plan so far. The breaks of the shifts are planned: --shrinkage is for what comes on top of them.

    Example: ccops schedule --shifts shifts.toml --from 2026-11-23 --to 2026-11-29
    """
    search = quantities.share(shrinkage, "--shrinkage"), gap_of(gap), time_limit
    check_files(out, publish)
    patterns, needs, settings = asked(days, shared, shifts, requirement)
    plan = planned(needs, patterns, settings, shared, search, str(shifts))
    simulated = replayed(plan, settings, shared) if replay else None
    if publish:
        frames.write(published(plan), [publish], "schedule", shared)
    if out:
        write(plan, simulated, settings, out, shared)
    else:
        output.answer("schedule", document(plan, simulated, settings, shared.language), shared.json,
                      lambda: told(plan, simulated, settings, chart_day, shared.language))


def gap_of(text: str) -> float:
    """How close to the best is good enough, of `1%` or `0.01`. Raises UsageError."""
    value = quantities.share(text, "--gap")
    if not 0 <= value < 1:
        raise UsageError(f"--gap {text} is no share", fix="write 1% or 0.01; 0 asks for the best plan")
    return value


def check_files(out: Sequence[Path] | None, publish: Path | None) -> None:
    """Before anything is computed. Raises UsageError for a suffix that is not supported."""
    frames.check_format(out, "a schedule", FORMATS)
    if publish is not None and publish.suffix.lower() != ".csv":
        raise UsageError(f"cannot publish a schedule as {publish.name}", fix="use .csv")


def asked(days: DaysAndQueues, shared: Shared, shifts: Path, requirement: Path | None
          ) -> tuple[Patterns, Requirement, Settings]:
    """The patterns, what is to be covered on the days asked for, and the settings it is read by."""
    from ccops.workforce.schedule.patterns import read_patterns
    from ccops.workforce.schedule.requirement import read_requirement

    patterns = read_patterns(shifts)
    if requirement is None:
        with shared.workspace() as workspace:
            scope = days.scope(workspace.settings)
            needs = workspace.requirement(scope, patterns, progress=output.progress(shared.quiet))
            return patterns, needs, workspace.settings
    settings = shared.loaded.settings
    scope = days.scope(settings)
    needs = read_requirement(requirement, settings.business_day, patterns.prices.pricing)
    return patterns, needs.of(scope.queues).within(scope.first_day, scope.last_day, settings.business_day), settings


def planned(needs: Requirement, patterns: Patterns, settings: Settings, shared: Shared,
            search: tuple[float, float, float], where: str) -> Schedule:
    """The plan, with its search shown on stderr; `search` is shrinkage, gap and seconds."""
    from ccops.workforce.schedule.plan import schedule as solved

    shrinkage, gap, time_limit = search
    return solved(
        needs, patterns, settings.business_day, shrinkage=shrinkage, gap=gap, time_limit_s=time_limit,
        progress=output.progress(shared.quiet), where=where,
    )


def replayed(plan: Schedule, settings: Settings, shared: Shared) -> Replay:
    """The plan in the simulation."""
    from ccops.workforce.schedule.replay import replay

    return replay(plan, settings, progress=output.progress(shared.quiet))
