"""A schedule as rows for other programs: JSON, CSV, a calendar, and as it is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccops.cli import frames, output
from ccops.cli.schedule_told import notes, promised, table

if TYPE_CHECKING:
    import polars as pl

    from ccops.cli.options import Shared
    from ccops.labels import Lang
    from ccops.settings import Settings
    from ccops.workforce.schedule.plan import Schedule
    from ccops.workforce.schedule.replay import Replay


def document(plan: Schedule, simulated: Replay | None, settings: Settings, lang: Lang) -> dict[str, Any]:
    """The plan as JSON has it."""
    from dataclasses import asdict

    figures = ("status", "cost", "bound", "gap", "seconds", "pay", "shortage", "paid_h", "under_h", "over_h",
               "shrinkage")
    return {name: getattr(plan, name) for name in figures} | {
        "shifts": list(shift_rows(plan)), "intervals": plan.intervals.to_dicts(),
        "replay": simulated and [asdict(one) for one in simulated.promises],
        "notes": notes(plan, simulated, settings, lang),
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
            "end": f"{first['end_at']:%H:%M}", "days": [day["day"] for day in days],
            "start_at": [day["start_at"] for day in days], "agents": first["agents"],
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


def write(plan: Schedule, simulated: Replay | None, settings: Settings, out: Sequence[Path], shared: Shared) -> None:
    """The plan in the format of each suffix; what was assumed, and what the simulation says, goes to stderr."""
    from ccops.workforce.schedule.ical import calendar

    for path in out:
        with frames.whole(path, shared) as draft:
            if path.suffix.lower() == ".csv":
                draft.write_bytes(frames.csv(table(plan)).encode("utf-8-sig"))
            elif path.suffix.lower() == ".ics":
                stamp = datetime.combine(plan.draft.days[0], datetime.min.time(), UTC)  # the same plan, the same bytes
                draft.write_bytes(calendar(plan, stamp=stamp, lang=shared.language).encode())
            else:
                nested = document(plan, simulated, settings, shared.language)
                draft.write_text(output.document("schedule", nested) + "\n", "utf-8")
    said = [promised(simulated, shared.language)] if simulated else []
    frames.beside([*notes(plan, simulated, settings, shared.language), *said], shared)
