"""Which times are which in an export whose headers say nothing: from the order in which they happen in its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ccops.sources.value_shapes import TIME_FORMATS, Shape, bare, parsed

_TIMES = ("started_at", "entered_at", "answered_at", "ended_at")
_SURE = 0.4  # an order of events is a hint, no more


def moment(cell: str) -> datetime | None:
    """The time in a cell, in any format that is known."""
    return next((found for one in TIME_FORMATS if (found := parsed(bare(cell), one))), None)


def written_out(cell: str) -> bool:
    """Whether a cell holds a date and time that cannot be a telephone number."""
    return not bare(cell).replace(".", "").isdecimal() and moment(cell) is not None


def by_moments(headers: Sequence[str], shapes: Mapping[str, Shape], data: Sequence[Sequence[str]],
               chosen: Mapping[str, tuple[str, float]]) -> tuple[dict[str, tuple[str, float]], list[str]]:
    """Fields for the time columns of calls where no header names any, and the time columns left over.

    The earliest time of a row is the start, the latest the end; a column between them that some rows leave empty is
    the answer, which not every call has.
    """
    if set(_TIMES) & set(chosen):
        return {}, []
    used = {header for header, _ in chosen.values()}
    times = {
        header: [moment(row[place]) for row in data] for place, header in enumerate(headers)
        if header not in used and shapes[header].has("instant") and all(map(written_out, shapes[header].values[:50]))
    }
    constant = [header for header in times if len(data) > 2 and len(set(times[header])) == 1]  # when it was exported
    ordered = sorted(times.keys() - set(constant), key=lambda header: _rank(header, times))
    found = dict(zip(("started_at",), ordered[:1], strict=False))
    between = ordered[1:-1]
    if len(ordered) > 1:
        found["ended_at"] = ordered[-1]
    answers = [header for header in between if None in times[header]]
    if answers:
        found["answered_at"] = answers[0]
    left = [header for header in (*between, *constant) if header not in found.values()]
    return {field: (header, _SURE) for field, header in found.items()}, left


def _rank(header: str, times: Mapping[str, Sequence[datetime | None]]) -> float:
    """The share of comparable times in the other columns that lie before this column's."""
    pairs = [
        (own, other) for name, column in times.items() if name != header
        for own, other in zip(times[header], column, strict=True) if own and other
    ]
    return sum((own > other) + 0.5 * (own == other) for own, other in pairs) / len(pairs) if pairs else 0.5
