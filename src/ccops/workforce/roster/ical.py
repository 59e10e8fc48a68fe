"""A roster as an iCalendar file (RFC 5545): one event per person and shift, its breaks in the description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ccops.labels import Lang, text
from ccops.workforce.roster.plan import Roster
from ccops.workforce.schedule.ical import escaped, folded


def calendar(made: Roster, *, stamp: datetime, lang: Lang = "en") -> str:
    """The text of the file, lines ended by CRLF. Times are UTC; `stamp` is when the calendar was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ccops//roster//EN", "CALSCALE:GREGORIAN"]
    rows = made.frame.to_dicts()
    for row in rows:
        if row["activity"] == "work":
            pauses = [one for one in rows if one["agent"] == row["agent"] and one["activity"] != "work"
                      and row["started_at"] <= one["started_at"] < row["ended_at"]]
            lines += _event(row, pauses, stamp, lang)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def _event(row: dict[str, Any], pauses: list[dict[str, Any]], stamp: datetime, lang: Lang) -> Iterator[str]:
    identity = hashlib.sha256(f"{row['agent']}|{row['started_at'].isoformat()}".encode()).hexdigest()[:24]
    title = text("roster_event", lang, shift=row["shift"], agent=row["agent"])
    yield from ("BEGIN:VEVENT", f"UID:{identity}@ccops", f"DTSTAMP:{_utc(stamp)}")
    yield from (f"DTSTART:{_utc(row['started_at'])}", f"DTEND:{_utc(row['ended_at'])}", f"SUMMARY:{escaped(title)}")
    if pauses:
        told = "\n".join(f"{one['activity']} {one['started_at']:%H:%M}-{one['ended_at']:%H:%M}" for one in pauses)
        yield f"DESCRIPTION:{escaped(told)}"
    yield from ("TRANSP:OPAQUE", "END:VEVENT")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
