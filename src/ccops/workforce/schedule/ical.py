"""A schedule as an iCalendar file (RFC 5545), written by hand: one event per shift and day, with its agents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from ccops.labels import Lang, text
from ccops.safe_text import printable
from ccops.workforce.schedule.plan import Schedule

_OCTETS = 75  # of a line, without its end


def calendar(plan: Schedule, *, stamp: datetime, lang: Lang = "en") -> str:
    """The text of the file, lines ended by CRLF. Times are UTC; `stamp` is when the calendar was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ccops//schedule//EN", "CALSCALE:GREGORIAN"]
    for event in _events(plan, stamp, lang):
        lines += event
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def _events(plan: Schedule, stamp: datetime, lang: Lang) -> Iterator[list[str]]:
    taken: dict[tuple[object, ...], list[str]] = {}
    for row in plan.breaks.to_dicts():
        key = (row["day"], row["name"], row["group"], row["start_at"])
        taken.setdefault(key, []).append(f"{row['rule']} {row['begins_at']:%H:%M} x {row['agents']}")
    for row in plan.shifts.to_dicts():
        key = (row["day"], row["name"], row["group"], row["start_at"])
        identity = hashlib.sha256("|".join(map(str, key)).encode()).hexdigest()[:24]
        title = text("schedule_event", lang, shift=row["name"], agents=f"{row['agents']:,}")
        yield [
            "BEGIN:VEVENT", f"UID:{identity}@ccops", f"DTSTAMP:{_utc(stamp)}", f"DTSTART:{_utc(row['start_at'])}",
            f"DTEND:{_utc(row['end_at'])}", f"SUMMARY:{escaped(title)}",
            f"DESCRIPTION:{escaped(chr(10).join(taken.get(key, ())))}", f"CATEGORIES:{escaped(row['group'])}",
            "TRANSP:OPAQUE", "END:VEVENT",
        ]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(words: str) -> str:
    r"""TEXT as RFC 5545 section 3.3.11 has it: `\\`, `\;`, `\,` and `\n`; other control characters go."""
    clean = "\n".join(map(printable, words.split("\n")))
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, those after the first begun by a blank; no letter is cut apart."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode("utf-8"))
        if size + octets > _OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
