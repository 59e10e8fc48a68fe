"""A schedule for people: verdict, totals, what was assumed, a day's chart, the shifts, and how it stood the test."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ccops.cli import chart, output
from ccops.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from ccops.labels import Lang
    from ccops.settings import Settings
    from ccops.workforce.schedule.plan import Schedule
    from ccops.workforce.schedule.replay import Replay


def told(plan: Schedule, simulated: Replay | None, settings: Settings, chart_day: str | None, lang: Lang) -> str:
    """The plan for people: verdict, totals, a day's chart, the shifts."""
    from ccops.labels import text

    day, unit = picked(plan, chart_day), currency(plan, settings)
    verdict = text(
        f"schedule_{plan.status}", lang, cost=money(plan.cost, unit), bound=money(plan.bound, unit),
        gap=f"{plan.gap:.2%}", seconds=f"{plan.seconds:.1f}",
    )
    totals = text(
        "schedule_totals", lang, shifts=f"{plan.shifts['agents'].sum():,}", paid=money(plan.paid_h),
        pay=money(plan.pay, unit), shortage=money(plan.shortage, unit), under=f"{plan.under_h:,.1f}",
        over=f"{plan.over_h:,.1f}",
    )
    said = [verdict, totals, *notes(plan, simulated, settings, lang)]
    parts = [*map(output.wrapped, said), "", drawn(plan, day, lang), "", listed(plan, lang)]
    return "\n".join([*parts, "", promised(simulated, lang)] if simulated else parts)


def money(value: float, unit: str = "") -> str:
    """Without decimals from a hundred on."""
    return (f"{value:,.0f} {unit}" if abs(value) >= 100 else f"{value:,.2f} {unit}").rstrip()


def currency(plan: Schedule, settings: Settings) -> str:
    """That of [staffing], where the patterns say what an hour costs: else costs are hours."""
    return settings.staffing.currency if plan.draft.patterns.in_money else ""


def notes(plan: Schedule, simulated: Replay | None, settings: Settings, lang: Lang) -> list[str]:
    """What was assumed, where the plan is short, and what the simulation says of the target."""
    from ccops.labels import text

    said = [note.text(lang) for note in plan.notes]
    if plan.shrinkage:
        said.append(text("schedule_shrinkage", lang, left=f"{1 - plan.shrinkage:g}", share=f"{plan.shrinkage:.0%}"))
    else:
        said.append(text("schedule_no_absence", lang, share=f"{settings.staffing.shrinkage:.0%}"))
    if any(work.share < 1 for work in plan.works):
        said.append(text("schedule_edge", lang))
    return said + [note.text(lang) for note in (simulated.verdict if simulated else ())]


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
