"""A schedule as a calendar: one event per shift and day, with how many agents it has and when they pause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ccops.labels import Lang, text
from ccops.workforce import ical
from ccops.workforce.schedule.plan import Schedule


def calendar(plan: Schedule, *, stamp: datetime, lang: Lang = "en") -> str:
    """The text of the file; `stamp` is when the calendar was made."""
    return ical.calendar("schedule", _events(plan, lang), stamp=stamp)


def _events(plan: Schedule, lang: Lang) -> Iterator[ical.Event]:
    taken: dict[tuple[object, ...], list[str]] = {}
    for row in plan.breaks.to_dicts():
        key = (row["day"], row["name"], row["group"], row["start_at"])
        taken.setdefault(key, []).append(f"{row['rule']} {row['begins_at']:%H:%M} x {row['agents']}")
    for row in plan.shifts.to_dicts():
        key = (row["day"], row["name"], row["group"], row["start_at"])
        title = text("schedule_event", lang, shift=row["name"], agents=f"{row['agents']:,}")
        yield ical.Event("|".join(map(str, key)), row["start_at"], row["end_at"], title,
                         "\n".join(taken.get(key, ())), row["group"])
