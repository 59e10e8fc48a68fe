"""Plans as iCalendar files (RFC 5545), written by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ccops.safe_text import printable

_OCTETS = 75  # of a line, without its end


@dataclass(frozen=True)
class Event:
    """Something in a calendar; `key` tells it from all others, and is the same whenever it is written."""

    key: str
    start: datetime
    end: datetime
    title: str
    description: str = ""
    category: str = ""


def calendar(product: str, events: Iterable[Event], *, stamp: datetime) -> str:
    """The text of the file, lines ended by CRLF. Times are UTC; `stamp` is when the calendar was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//ccops//{product}//EN", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += _lines(event, stamp)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def _lines(event: Event, stamp: datetime) -> Iterator[str]:
    identity = hashlib.sha256(event.key.encode()).hexdigest()[:24]
    yield from ("BEGIN:VEVENT", f"UID:{identity}@ccops", f"DTSTAMP:{_utc(stamp)}", f"DTSTART:{_utc(event.start)}")
    yield from (f"DTEND:{_utc(event.end)}", f"SUMMARY:{escaped(event.title)}")
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    if event.category:
        yield f"CATEGORIES:{escaped(event.category)}"
    yield from ("TRANSP:OPAQUE", "END:VEVENT")


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
