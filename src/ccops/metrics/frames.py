"""How the rows of a table are made ready for adding up, before any key is cut.

All of it is row by row, so it runs on any batch of rows, except for `customers`, which must see a customer's contacts
together.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ccops.metrics.grain import QUARTER_US, TABLE_OF, TIME_GRAINS, Calendar
from ccops.metrics.metric import Event
from ccops.model import TABLE

FORWARD_MS = 15 * 60_000  # a contact this soon after the last one is the same matter, passed on
# Columns that `prepared` adds to those of the table.
ADDED = {
    "agent_states": ("duration_ms",),
    "customers": ("next_gap_ms", "next_issue_gap_ms", "last_issue_gap_ms", "watched_after_ms", "watched_before_ms"),
}
# When a row's contact was answered or left, for the event clock; tables not named have one instant only.
_LEFT = {
    "queue_visits": pl.when(pl.col("outcome") == "answered")
    .then(pl.coalesce("answered_at", pl.col("entered_at") + pl.duration(milliseconds="wait_ms"), "entered_at"))
    .otherwise(pl.coalesce("ended_at", pl.col("entered_at") + pl.duration(milliseconds="wait_ms"), "entered_at")),
    "contacts": pl.coalesce("ended_at", "started_at"),
}


def columns_of(name: str) -> frozenset[str]:
    """The columns an expression over this frame may name."""
    return frozenset(TABLE[TABLE_OF.get(name, name)].names) | frozenset(ADDED.get(name, ()))


def prepared(frame: pl.LazyFrame, name: str, event: Event, by: Sequence[str],
             calendar: Calendar) -> tuple[pl.LazyFrame, str]:
    """The rows to add up and the name of their instant column."""
    at = TABLE[TABLE_OF.get(name, name)].at
    if name == "agent_states":
        return _pieces(frame, by, calendar), at
    if name == "customers":
        return calendar.within(_followed(frame)), at
    if calendar.clock == "event":
        if event == "left" and name in _LEFT:
            frame = frame.with_columns(_LEFT[name].alias("left_at"))
            at = "left_at"
            frame = frame.with_columns(calendar.local(at))
        frame = calendar.within(frame)
    return frame, at


def _pieces(frame: pl.LazyFrame, by: Sequence[str], calendar: Calendar) -> pl.LazyFrame:
    """State rows cut to the days asked for and, if a time grain is, at every quarter-hour of UTC."""
    first, last = calendar.bounds
    if first is not None:
        frame = frame.with_columns(started_at=pl.max_horizontal("started_at", pl.lit(first, pl.Datetime("us"))))
    if last is not None:
        frame = frame.with_columns(ended_at=pl.min_horizontal("ended_at", pl.lit(last, pl.Datetime("us"))))
    frame = frame.filter(pl.col("ended_at") > pl.col("started_at"))
    if any(grain in TIME_GRAINS for grain in by):
        start, end = pl.col("started_at").to_physical(), pl.col("ended_at").to_physical()
        piece = pl.col("piece")
        frame = (
            frame.with_columns(piece=pl.int_ranges(start // QUARTER_US, (end - 1) // QUARTER_US + 1))
            .explode("piece")
            .with_columns(
                started_at=pl.max_horizontal("started_at", (piece * QUARTER_US).cast(pl.Datetime("us"))),
                ended_at=pl.min_horizontal("ended_at", ((piece + 1) * QUARTER_US).cast(pl.Datetime("us"))),
            )
            .with_columns(calendar.local("started_at"))
        )
    # Each end is rounded down before subtracting: the pieces of a row then add up to the row exactly.
    return frame.with_columns(
        duration_ms=pl.col("ended_at").to_physical() // 1000 - pl.col("started_at").to_physical() // 1000
    )


def _followed(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Inbound contacts with the time to the customer's next contact and since the last, in milliseconds.

    Contacts less than 15 minutes after the end of the one before are one issue. `next_gap_ms` runs to the next contact
    of any kind, `next_issue_gap_ms` and `last_issue_gap_ms` to the next and from the last issue; null where there is
    none or the customer is unknown. `watched_*_ms` is how long the data goes on after the contact and goes back
    before it.
    """
    known = pl.col("customer_key").is_not_null()
    start = pl.col("started_at").to_physical() // 1000
    end = pl.max_horizontal(start, pl.col("ended_at").to_physical() // 1000)

    def of_customer(expr: pl.Expr) -> pl.Expr:
        return expr.over("customer_key")

    return (
        frame.filter(pl.col("direction") == "in")
        .sort("customer_key", "started_at", "system", "contact_id")
        .with_columns(start_ms=start, end_ms=end)
        .with_columns(
            next_start_ms=of_customer(pl.col("start_ms").shift(-1)),
            last_end_ms=of_customer(pl.col("end_ms").cum_max().shift(1)),
        )
        .with_columns(
            begins_issue=(pl.col("start_ms") - pl.col("last_end_ms") >= FORWARD_MS).fill_null(True),
        )
        .with_columns(issue_start_ms=pl.when("begins_issue").then("start_ms"))
        .with_columns(
            next_issue_ms=of_customer(pl.col("issue_start_ms").shift(-1).backward_fill()),
            last_issue_ms=of_customer(pl.when("begins_issue").then("last_end_ms").forward_fill()),
        )
        .with_columns(
            next_gap_ms=pl.when(known).then(pl.col("next_start_ms") - pl.col("end_ms")),
            next_issue_gap_ms=pl.when(known).then(pl.col("next_issue_ms") - pl.col("end_ms")),
            last_issue_gap_ms=pl.when(known).then(pl.col("start_ms") - pl.col("last_issue_ms")),
            watched_after_ms=pl.col("start_ms").max() - pl.col("end_ms"),
            watched_before_ms=pl.col("start_ms") - pl.col("start_ms").min(),
        )
    )
