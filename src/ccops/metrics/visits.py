"""The words of a queue visit as row-level expressions: answered, abandoned, short, in time, handled.

Every mask is true or false, never null: a visit whose wait is unknown is not short and not in time.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from ccops.metrics.metric import Event, Merge, Sum, milliseconds
from ccops.model import FLOW_OUTS, OTHER_ENDS

Boundary = Literal["le", "lt"]
WaitClock = Literal["queue", "ring"]

TABLE = "queue_visits"


def _is(*outcomes: str) -> pl.Expr:
    column = pl.col("outcome")
    return (column == outcomes[0] if len(outcomes) == 1 else column.is_in(list(outcomes))).fill_null(False)


ANY = pl.col("outcome").is_null() | pl.col("outcome").is_not_null()
ANSWERED = _is("answered")
ABANDONED = _is("abandoned")
FLOW = _is(*FLOW_OUTS)
OTHER = _is(*OTHER_ENDS)
OPEN = _is("open") | pl.col("outcome").is_null()
QUEUED = ~OPEN
HANDLED = ANSWERED & pl.col("talk_ms").is_not_null()
WAITED = (ANSWERED | ABANDONED) & pl.col("wait_ms").is_not_null()
HANDLE_MS = pl.col("talk_ms") + pl.col("hold_ms").fill_null(0) + pl.col("acw_ms").fill_null(0)


def outcome(*names: str) -> pl.Expr:
    """Visits that ended in one of these ways."""
    return _is(*names)


def abandoned_in(phase: str) -> pl.Expr:
    """Abandoned while waiting in the queue, while ringing, or in the announcement."""
    return ABANDONED & (pl.col("abandon_phase") == phase).fill_null(False)


def short(short_s: float) -> pl.Expr:
    """Abandoned after less than `short_s` seconds."""
    return ABANDONED & (pl.col("wait_ms") < milliseconds(short_s)).fill_null(False)


def ended_within(mask: pl.Expr, within_s: float, boundary: Boundary) -> pl.Expr:
    """Of those visits, the ones that waited at most (`le`) or less than (`lt`) so many seconds in the queue."""
    return mask & _in_time(pl.col("wait_ms"), within_s, boundary)


def answered_within(within_s: float, boundary: Boundary, clock: WaitClock) -> pl.Expr:
    """Answered in time; on the ring clock the wait is the ringing, or all of it where the ringing is not known."""
    wait = pl.coalesce("ring_ms", "wait_ms") if clock == "ring" else pl.col("wait_ms")
    return ANSWERED & _in_time(wait, within_s, boundary)


def _in_time(wait: pl.Expr, within_s: float, boundary: Boundary) -> pl.Expr:
    limit = milliseconds(within_s)
    return (wait <= limit if boundary == "le" else wait < limit).fill_null(False)


def count(mask: pl.Expr, event: Event = "left") -> Sum:
    """How many visits; by default counted, on the event clock, when they left the queue."""
    return Sum(TABLE, mask, "sum", event)


def total_ms(mask: pl.Expr, duration: pl.Expr, merge: Merge = "sum") -> Sum:
    """Milliseconds of those visits, added up or otherwise merged."""
    return Sum(TABLE, pl.when(mask).then(duration), merge, "left", "ms")
