"""A roster as a calendar: one event per person and shift, its breaks in the description."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ccops.labels import Lang, text
from ccops.workforce import ical
from ccops.workforce.roster.plan import Roster


def calendar(made: Roster, *, stamp: datetime, lang: Lang = "en") -> str:
    """The text of the file; `stamp` is when the calendar was made."""
    return ical.calendar("roster", _events(made, lang), stamp=stamp)


def _events(made: Roster, lang: Lang) -> Iterator[ical.Event]:
    found: list[tuple[dict[str, Any], list[str]]] = []
    for row in made.frame.to_dicts():  # each shift, and the breaks in it after it
        if row["activity"] == "work":
            found.append((row, []))
        else:
            found[-1][1].append(f"{row['activity']} {row['started_at']:%H:%M}-{row['ended_at']:%H:%M}")
    for row, pauses in found:
        title = text("roster_event", lang, shift=row["shift"], agent=row["agent"])
        key = f"{row['agent']}|{row['started_at'].isoformat()}"
        yield ical.Event(key, row["started_at"], row["ended_at"], title, "\n".join(pauses))
