"""`ccops schedule`: which shifts with which breaks cover a requirement at the least cost."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import chart, frames, output
from ccops.cli.options import DaysAndQueues, Shared
from ccops.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from ccops.labels import Lang
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
        float, Option(metavar="SHARE", help="Scheduled time lost beside the planned breaks, 0 to below 1.")
    ] = 0.0,
    gap: Annotated[str, Option(metavar="PERCENT", help="Good enough: so close to the best.")] = "1%",
    time_limit: Annotated[float, Option(metavar="SECONDS", help="Longest search.", min=1)] = 60.0,
    chart_day: Annotated[str | None, Option("--chart", metavar="DAY", help="Day of the chart; else the first.")] = None,
    replay: Annotated[bool, Option("--replay", help="Simulate the plan: does it meet the service level?")] = False,
    out: Annotated[
        Path | None, Option("-o", "--output", metavar="FILE", help="Write .csv, .json or .ics (calendar).")
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
    wanted_gap = share(gap)
    check_files(out, publish)
    patterns, needs, settings = asked(days, shared, shifts, requirement)
    plan = planned(needs, patterns, settings, shared, shrinkage, wanted_gap, time_limit, str(shifts))
    simulated = replayed(plan, settings, shared) if replay else None
    if publish:
        frames.write(published(plan), publish, "schedule")
    if out:
        write(plan, simulated, out, days.as_of, shared.language)
    else:
        output.answer("schedule", document(plan, simulated, shared.language), shared.json,
                      lambda: told(plan, simulated, chart_day, shared.language))


def share(text: str) -> float:
    """A share of `1%` or `0.01`. Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)(%?)", text.strip())
    value = float(found[1]) / (100 if found[2] else 1) if found else math.inf
    if value >= 1:
        raise UsageError(f"--gap {text} is no share", fix="write 1% or 0.01; 0 asks for the best plan")
    return value


def check_files(out: Path | None, publish: Path | None) -> None:
    """Before anything is computed. Raises UsageError for a suffix that is not supported."""
    if out is not None and out.suffix.lower() not in FORMATS:
        raise UsageError(f"cannot write a schedule as {out.name}", fix=f"use {', '.join(FORMATS)}")
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


def planned(needs: Requirement, patterns: Patterns, settings: Settings, shared: Shared, shrinkage: float, gap: float,
            time_limit: float, where: str) -> Schedule:
    """The plan, with its search shown on stderr."""
    from ccops.workforce.schedule.plan import schedule as solved

    return solved(
        needs, patterns, settings.business_day, shrinkage=shrinkage, gap=gap, time_limit_s=time_limit,
        progress=output.progress(shared.quiet), where=where,
    )


def replayed(plan: Schedule, settings: Settings, shared: Shared) -> Replay:
    """The plan in the simulation."""
    from ccops.workforce.schedule.replay import replay

    return replay(plan, settings, progress=output.progress(shared.quiet))


def document(plan: Schedule, simulated: Replay | None, lang: Lang) -> dict[str, Any]:
    """The plan as JSON has it."""
    from dataclasses import asdict

    figures = ("status", "cost", "bound", "gap", "seconds", "pay", "shortage", "paid_h", "under_h", "over_h",
               "shrinkage")
    return {name: getattr(plan, name) for name in figures} | {
        "shifts": list(shift_rows(plan)), "intervals": plan.intervals.to_dicts(),
        "replay": simulated and [asdict(one) for one in simulated.promises],
        "notes": [note.text(lang) for note in plan.notes],
    }


def shift_rows(plan: Schedule) -> Iterator[dict[str, Any]]:
    """Every shift with all of its days and breaks."""
    by_offer: dict[int, list[dict[str, Any]]] = {}
    for row in plan.shifts.to_dicts():
        by_offer.setdefault(row["offer"], []).append(row)
    taken: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in plan.breaks.to_dicts():
        taken.setdefault((row["day"], row["name"], row["group"], row["start_at"]), []).append({
            "day": row["day"], "name": row["rule"], "activity": row["activity"], "start_at": row["begins_at"],
            "length_min": row["length_min"], "agents": row["agents"],
        })
    for days in by_offer.values():
        first = days[0]
        keys = [(day["day"], day["name"], day["group"], day["start_at"]) for day in days]
        yield {
            "name": first["name"], "group": first["group"], "start": f"{first['start_at']:%H:%M}",
            "end": f"{first['end_at']:%H:%M}", "days": [day["day"] for day in days], "agents": first["agents"],
            "part_time": first["part_time"], "paid_h": first["paid_h"], "cost": sum(day["cost"] for day in days),
            "breaks": [one for key in keys for one in taken.get(key, ())],
        }


def published(plan: Schedule) -> pl.DataFrame:
    """The plan per agent under the headers that the mapping `published_schedule` reads."""
    import polars as pl

    return plan.stretches.select(
        pl.col("agent").alias("Agent"), pl.col("activity").str.to_titlecase().alias("Activity"),
        pl.col("queue").alias("Queue"), pl.col("started_at").alias("Scheduled start"),
        pl.col("ended_at").alias("Scheduled end"),
    )


def write(plan: Schedule, simulated: Replay | None, file: Path, as_of: str | None, lang: Lang) -> None:
    """The plan in the format of the suffix; the file appears whole or not at all."""
    from ccops.workforce.schedule.ical import calendar

    suffix, draft = file.suffix.lower(), file.with_name(f".{file.name}.draft")
    if suffix == ".csv":
        text = frames.csv(table(plan))
        draft.write_bytes(text.encode("utf-8-sig"))
    elif suffix == ".ics":
        stamp = datetime.fromisoformat(as_of).astimezone(UTC) if as_of else datetime.now(UTC)
        draft.write_bytes(calendar(plan, stamp=stamp, lang=lang).encode())
    else:
        draft.write_text(output.document("schedule", document(plan, simulated, lang)) + "\n", "utf-8")
    draft.replace(file)


def table(plan: Schedule) -> pl.DataFrame:
    """A row per shift and day, with its breaks in words."""
    import polars as pl

    words = [breaks_of(row) for row in plan.shifts.join(_taken(plan), on=_KEY, how="left", maintain_order="left")
             .to_dicts()]
    return plan.shifts.drop("offer").with_columns(pl.Series("breaks", words, dtype=pl.String))


_KEY = ["day", "name", "group", "start_at"]


def _taken(plan: Schedule) -> pl.DataFrame:
    import polars as pl

    return plan.breaks.group_by(_KEY, maintain_order=True).agg(
        pl.struct(pl.col("rule"), pl.col("begins_at"), people=pl.col("agents")).alias("breaks")
    )


def breaks_of(row: dict[str, Any]) -> str:
    """`lunch 12:00 x 2, 12:30 x 1; …`."""
    parts: dict[str, list[str]] = {}
    for one in row["breaks"] or ():
        parts.setdefault(one["rule"], []).append(f"{one['begins_at']:%H:%M} x {one['people']}")
    return "; ".join(f"{name} {', '.join(times)}" for name, times in parts.items())


def told(plan: Schedule, simulated: Replay | None, chart_day: str | None, lang: Lang) -> str:
    """The plan for people: verdict, totals, a day's chart, the shifts."""
    from ccops.labels import text

    day = picked(plan, chart_day)
    verdict = text(
        f"schedule_{plan.status}", lang, cost=money(plan.cost), bound=money(plan.bound), gap=f"{plan.gap:.2%}",
        seconds=f"{plan.seconds:.1f}",
    )
    totals = text(
        "schedule_totals", lang, shifts=f"{plan.shifts['agents'].sum():,}", paid=money(plan.paid_h),
        pay=money(plan.pay), shortage=money(plan.shortage), under=f"{plan.under_h:,.1f}", over=f"{plan.over_h:,.1f}",
    )
    parts = [output.wrapped(verdict), output.wrapped(totals), *remarks(plan, lang), "", drawn(plan, day, lang), "",
             listed(plan, lang)]
    return "\n".join([*parts, "", promised(simulated, lang)] if simulated else parts)


def money(value: float) -> str:
    """Without decimals from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def remarks(plan: Schedule, lang: Lang) -> list[str]:
    """What was assumed, line by line."""
    from ccops.labels import text

    said = [note.text(lang) for note in plan.notes]
    if plan.shrinkage:
        said.append(text("schedule_shrinkage", lang, left=f"{1 - plan.shrinkage:g}", share=f"{plan.shrinkage:.0%}"))
    if any(work.share < 1 for work in plan.works):
        said.append(text("schedule_edge", lang))
    return [output.wrapped(one) for one in said]


def picked(plan: Schedule, day: str | None) -> date:
    """The day to draw. Raises UsageError for one that is not in the plan."""
    held = sorted(set(plan.draft.days))
    if day is None:
        return held[0]
    found = next((one for one in held if one.isoformat() == day), None)
    if found is None:
        raise UsageError(f"--chart {day} is not in the plan", fix=f"it runs from {held[0]} to {held[-1]}")
    return found


def drawn(plan: Schedule, day: date, lang: Lang) -> str:
    """Required against scheduled over a business day, all queues together."""
    import polars as pl

    from ccops.labels import label, text, weekday

    first, last = plan.draft.bounds(day)
    rows = plan.intervals.group_by("start_at").agg(pl.col("required", "scheduled").sum())
    grid = plan.draft.grid
    slots = [grid.instant(slot) for slot in range(grid.slot(first), grid.slot(last))]
    at = pl.Series("start_at", slots, pl.Datetime("us", "UTC")).dt.convert_time_zone(grid.business_day.zone.name)
    whole = pl.DataFrame([at]).join(rows, on="start_at", how="left").sort("start_at")
    labels = [f"{at:%H}" if at.minute == 0 else "" for at in whole["start_at"].to_list()]
    series = [(label("schedule_scheduled", lang), whole["scheduled"].to_list()),
              (label("required", lang), whole["required"].to_list())]
    title = text("schedule_chart", lang, day=day, weekday=weekday(day.isoweekday(), lang))
    return f"{title}\n{chart.lines(series, labels, min(output.columns(), 110), 10)}"


def listed(plan: Schedule, lang: Lang) -> str:
    """Shifts by day."""
    from ccops.labels import label

    heads = [label(key, lang) for key in ("day", "schedule_shift", "schedule_start", "schedule_end", "agents",
                                          "schedule_breaks")]
    return output.table(heads, [
        [row["day"].isoformat(), row["name"], f"{row['start_at']:%H:%M}", f"{row['end_at']:%H:%M}", row["agents"],
         row["breaks"]] for row in table(plan).to_dicts()
    ])


def promised(simulated: Replay, lang: Lang) -> str:
    """What the plan promises and what the simulation makes of it."""
    from ccops.labels import label, text

    heads = [label(key, lang) for key in ("queue", "schedule_expected", "schedule_simulated", "schedule_range")]
    rows = [
        [one.queue or label("schedule_all", lang), "-" if one.expected is None else f"{one.expected:.1%}",
         f"{one.simulated:.1%}", f"{one.lo:.1%} - {one.hi:.1%}"] for one in simulated.promises
    ]
    said = text("schedule_replay", lang, within=f"{simulated.within_s:g}")
    return f"{said}\n{output.table(heads, rows, figures_from=1)}"
