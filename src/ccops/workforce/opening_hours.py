"""When a queue takes calls: as the settings say, else as its calls show, per weekday and interval of the business day.

An interval that is not open has no volume to forecast and no staffing to plan; that is not the same as zero calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ccops.settings import Settings

WEEK = 7
_SURE = 7.0  # so many calls expected and none seen is no accident: one in a thousand
_STRAY = 0.001  # share of a weekday's calls that may lie outside its hours: a test, a clock that was wrong
_RISE = 20.0  # the first open interval has so many times the calls of a stray one before it


def declared(settings: Settings, first_minute: int, interval_min: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which intervals of each weekday (7 x intervals, Monday first) the settings say are open, and which they settle.

    A business day may begin after midnight: its late intervals then belong to the next weekday of the calendar.
    """
    minutes = first_minute + np.arange(0, 1440, interval_min)
    is_open = np.zeros((WEEK, len(minutes)), bool)
    settled = np.zeros_like(is_open)
    for weekday in range(WEEK):
        for slot, minute in enumerate(minutes.tolist()):
            calendar, at = (weekday + minute // 1440) % WEEK, minute % 1440
            today, before = settings.opening.minutes(calendar), settings.opening.minutes((calendar - 1) % WEEK)
            late = any(start < at + 1440 + interval_min and at + 1440 < end for start, end in before or ())
            settled[weekday, slot] = today is not None or late
            is_open[weekday, slot] = late or any(start < at + interval_min and at < end for start, end in today or ())
    return is_open, settled


def inferred(counts: NDArray[np.float64], weekdays: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which intervals of each weekday the calls show to be open (7 x intervals).

    A weekday without any call is closed. Else it is open from its first to its last interval with calls, but for stray
    calls at the edges and for stretches inside in which calls would have been expected and none ever came. `counts`
    are days x intervals with NaN for unknown; `weekdays` 0 for Monday.
    """
    slots = counts.shape[1]
    is_open = np.zeros((WEEK, slots), bool)
    for weekday in range(WEEK):
        rows = counts[(weekdays == weekday) & (np.nansum(counts, axis=1) > 0)]
        if not len(rows):
            continue
        calls, seen = np.nansum(rows, axis=0), np.isfinite(rows).sum(axis=0)
        first, last = _span(calls)
        is_open[weekday, first : last + 1] = True
        inside = calls[first : last + 1]
        usual = inside.sum() / max(seen[first : last + 1].sum(), 1)
        for begin, end in runs(inside == 0):
            if usual * seen[first + begin : first + end].sum() > _SURE:
                is_open[weekday, first + begin : first + end] = False
    return is_open


def _span(calls: NDArray[np.float64]) -> tuple[int, int]:
    """First and last interval with calls, stray ones at either edge left out."""
    first, last = _without_strays(calls), len(calls) - 1 - _without_strays(calls[::-1])
    return first, max(first, last)


def _without_strays(calls: NDArray[np.float64]) -> int:
    """Where the calls begin: behind a few that stand before a sharp rise, else at the first one."""
    begin = int(np.argmax(calls > 0))
    few = np.flatnonzero(np.cumsum(calls) <= _STRAY * calls.sum())
    for at in range(begin + 1, int(few[-1]) + 2 if len(few) else 0):
        if calls[at] >= _RISE * calls[:at].max():
            begin = at
    return begin


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Begin and end (exclusive) of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
