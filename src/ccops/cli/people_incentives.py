"""`ccops people incentives`: what a scheme pays for a month's results, or what it would have cost in past months."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Names, Shared
from ccops.cli.people_incentives_told import notes, told
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.people.incentives import Incentives
    from ccops.people.incentives_simulation import Simulation
    from ccops.workspace import Workspace

_MOST_MONTHS = 24


def incentives(
    shared: Shared,
    scheme: Annotated[Path | None, Option(metavar="FILE", help="The scheme; else [incentives] scheme.")] = None,
    month: Annotated[
        str | None, Option(metavar="MONTH", help="Such as 2026-10 or last-month; else the last that is over.")
    ] = None,
    team: Annotated[Names, Option(metavar="NAME", help="Only this team; repeatable.")] = None,
    agent: Annotated[Names, Option(metavar="NAME", help="Only this agent; repeatable.")] = None,
    lines: Annotated[bool, Option("--lines", help="Every line that leads to a payout, instead of a row each.")] = False,
    simulate: Annotated[bool, Option("--simulate", help="Try the scheme on past months instead.")] = False,
    months: Annotated[
        int | None, Option(metavar="N", help="With --simulate: so many months, else 3.", min=1, max=_MOST_MONTHS)
    ] = None,
    out: frames.Out = None,
) -> None:
    """What an incentive scheme pays for a month's results, and every line that leads to it.

    With --simulate: what the scheme would have cost in past months, who gains by it, and what each parameter does.

    Example: ccops people incentives --scheme incentives.toml --month 2026-10
    """
    frames.check_format(out)
    check_options(simulate, months, {"--team": team, "--agent": agent, "--lines": lines or None})
    with shared.workspace() as workspace:
        found = asked(workspace, scheme, month, (tuple(team or ()), tuple(agent or ())), months or 3, simulate)
    if out:
        rows = getattr(found, "lines" if lines else "frame")
        frames.write(rows, out, "people", shared, notes(found, shared.language))
    else:
        answer = document(found, shared.language)
        output.answer("people", answer, shared.json, lambda: told(found, shared.language, by_line=lines))


def check_options(simulate: bool, months: int | None, people: dict[str, object]) -> None:
    """Raises UsageError for an option that would not be listened to."""
    given = next((name for name, value in people.items() if value), None)
    if simulate and given:
        raise UsageError(f"{given} says nothing of a whole scheme", fix=f"leave out {given}, or --simulate")
    if months and not simulate:
        raise UsageError("--months belongs to --simulate", fix="add --simulate, or name one month with --month")


def asked(workspace: Workspace, scheme: Path | None, month: str | None, who: tuple[tuple[str, ...], tuple[str, ...]],
          months: int, simulate: bool) -> Incentives | Simulation:
    """The payouts of a month, or the scheme on some."""
    from ccops.model import Scope

    teams, agents = who
    at = month_of(month, workspace) if month else None
    if simulate:
        return workspace.simulate_incentives(scheme, months, at)
    return workspace.incentives(scheme, at, Scope(teams=teams, agents=agents))


def month_of(text: str, workspace: Workspace) -> date:
    """The first day of the month that a text names. Raises UsageError for a period that is no month."""
    from ccops.people.incentives_facts import month_end
    from ccops.periods import period, today_of

    days = period(text, today_of(workspace.settings.business_day))
    if days.first is None or days.first.day != 1 or days.last != month_end(days.first):
        raise UsageError(f"--month {text} is no whole month", fix="name one, such as --month 2026-10 or last-month")
    return days.first


def document(found: Incentives | Simulation, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    from ccops.people.incentives import Incentives

    tables = ("lines", "stopped") if isinstance(found, Incentives) else ("groups", "sensitivity", "mix", "stopped")
    answer = {"currency": found.currency, "total": found.total, "rows": found.frame.to_dicts(),
              **{name: getattr(found, name).to_dicts() for name in tables}, "notes": notes(found, lang)}
    return {"month": found.month, **answer} if isinstance(found, Incentives) else answer
