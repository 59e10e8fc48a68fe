"""Which columns of a plain series hold the time and the counts, and how their cells read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import normalize

from ccops.errors import SourceError, UsageError
from ccops.labels import aliases
from ccops.sources.header_words import key
from ccops.sources.mapping_cells import ALWAYS_NULL, NO_FIGURE
from ccops.sources.value_shapes import DATE_FORMATS, TIME_FORMATS, Shape, bare, parsed, shape_of, time_formats

if TYPE_CHECKING:
    from ccops.settings import Settings

_COUNTS = (
    "calls", "offered", "volume", "count", "contacts", "arrivals", "visits", "n", "y", "value", "话务量", "来电量",
    "电话量", "数量",
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
_UNKNOWN = {"", "NA", *ALWAYS_NULL, *NO_FIGURE}
_SEEN = 500  # rows that decide what a column is


@dataclass(frozen=True)
class Columns:
    """Places of the columns: of the time (one, or date and time of day), of the counts, of the queue or None."""

    time: tuple[int, ...]
    value: int
    queue: int | None


def choose(names: Sequence[str], rows: Sequence[Sequence[str]], where: str, *, time: Sequence[str] = (),
           value: str | None = None, queue: str | None = None) -> Columns:
    """The columns that were named, and for those that were not the obvious ones.

    Raises UsageError for a name that the file does not have, SourceError where nothing is obvious.
    """
    shapes = [shape_of(row[place] for row in rows[:_SEEN]) for place in range(len(names))]
    group = None if queue is None else _place(names, queue, "--queue", where)
    when = tuple(_place(names, name, "--time", where) for name in time) or _times(names, shapes, where)
    if len(when) > 2:
        raise UsageError("--time names more than two columns", fix="one of times, or one of dates and one of times")
    counts = _place(names, value, "--value", where) if value is not None else _counts(
        names, rows, [place for place in range(len(names)) if place not in when and place != group], where
    )
    if counts in when or counts == group:
        raise UsageError(f"column {names[counts]!r} is named twice", fix="time, counts and queue are different columns")
    return Columns(when, counts, group)


def _place(names: Sequence[str], name: str, option: str, where: str) -> int:
    for same in (str, key):
        found = [place for place, each in enumerate(names) if same(each) == same(name)]
        if len(found) == 1:
            return found[0]
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(names)}"
    raise UsageError(f"{option}: no column {name!r} in {where}", fix=hint)


def _times(names: Sequence[str], shapes: Sequence[Shape], where: str) -> tuple[int, ...]:
    instants = [n for n, shape in enumerate(shapes) if shape.has("instant") and not _bare_numbers(shape)]
    dates = [n for n, shape in enumerate(shapes) if shape.has("date") and n not in instants]
    clocks = [n for n, shape in enumerate(shapes) if shape.has("clock") and n not in instants]
    if len(instants) == 1:
        return (instants[0],)
    if not instants and len(dates) == 1 and len(clocks) <= 1:
        return (dates[0], *clocks)
    what = "several columns look like times" if instants or dates else "no column looks like times"
    raise SourceError(what, where=where, fix=f"name it: --time COLUMN (it has {', '.join(names)})")


def _bare_numbers(shape: Shape) -> bool:
    return all(value.replace(".", "").isdigit() and len(value) < 12 for value in shape.values[:50])


def _counts(names: Sequence[str], rows: Sequence[Sequence[str]], places: Sequence[int], where: str) -> int:
    numeric = [
        place for place in places
        if (cells := [cell for row in rows[:_SEEN] if (cell := figure(row[place])) not in _UNKNOWN])
        and sum(number(cell) is not None for cell in cells) >= 0.8 * len(cells) and not _is_row_number(cells)
    ]
    words = {key(word) for word in (*_COUNTS, *aliases("offered"))}
    named = [place for place in numeric if key(names[place]) in words]
    if len(found := named or numeric) == 1:
        return found[0]
    what = "several columns hold numbers" if found else "no column holds numbers"
    raise SourceError(what, where=where, fix=f"name that of the counts: --value COLUMN (it has {', '.join(names)})")


def _is_row_number(cells: Sequence[str]) -> bool:
    numbers = [number(cell) for cell in cells]
    return len(numbers) > 2 and all(
        a is not None and b is not None and b - a == 1 for a, b in pairwise(numbers)
    )


def figure(cell: str) -> str:
    """The cell without what surrounds its figure, full-width digits made narrow."""
    return bare(normalize("NFKC", cell))


def is_unknown(cell: str) -> bool:
    """Whether a cell says that its value is not known."""
    return cell in _UNKNOWN


def number(cell: str) -> float | None:
    """The figure in a cell, thousands separated or not; None if it is none."""
    plain = cell.replace(",", "") if _THOUSANDS.fullmatch(cell) else cell
    return float(plain) if _NUMBER.fullmatch(plain) else None


def clock(cells: Sequence[str], settings: Settings,
          where: str) -> tuple[Callable[[str], datetime | None], bool, bool]:
    """How cells of time read as wall-clock times at the site, whether day and month are certain in them, and whether
    they have an offset.

    Times with an offset are turned to the site's zone. Raises UsageError where they have one and no zone is set.
    """
    formats, certain = time_formats([[figure(cell) for cell in cells]], (*TIME_FORMATS, *DATE_FORMATS))
    offsets = {found[1] for cell in cells if (found := _OFFSET.search(figure(cell))) and ":" in cell}
    if offsets - {"Z", "+00:00", "+0000"} and not settings.site.tz:
        raise UsageError(
            f"the times in {where} have an offset ({sorted(offsets)[0]}), and the site's zone is not set",
            fix="--tz Asia/Shanghai, or [site] tz in ccops.toml",
        )
    zone = settings.zone.info

    def read(cell: str) -> datetime | None:
        text = figure(cell)
        if offsets and _OFFSET.search(text):
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                return None
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).replace(tzinfo=None)
        return next((found for one in formats if (found := parsed(text, one))), None)

    return read, certain, bool(offsets)
