"""Callers who were lost: every contact that was answered in no queue, and whether anybody spoke to it since.

A contact left in one queue and answered in another is not lost. A call back is an outbound contact with the same
customer within 24 hours, a new attempt an inbound one; numbers stay masked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from ccops.clock import Zone
from ccops.errors import UsageError
from ccops.model import ANSWERED, OPEN, Slice
from ccops.reports.document import Column, Table, Term, Unit, Value
from ccops.reports.lookup import aware

WITHIN = timedelta(hours=24)
_KEY = ["system", "contact_id"]
_REACHED = ("answered", "connected")
_COLUMNS = (
    Column("entered_at", Unit.INSTANT, dimension=True),
    Column("queue", Unit.TEXT, dimension=True),
    Column("customer", Unit.TEXT, dimension=True),
    Column("wait", Unit.SECONDS),
    Column("outcome", Unit.TEXT),
    Column("callback_status", Unit.TEXT),
    Column("called_back_at", Unit.INSTANT),
    Column("called_again_at", Unit.INSTANT),
    Column("contact_id", Unit.TEXT),
)


@dataclass(frozen=True)
class Lost:
    """The list, and how many of each kind. `status` counts the codes of column callback_status."""

    table: Table
    contacts: int
    repaired: int  # left in one queue of the scope, answered in another or later in the same contact
    status: Counter[str]

    def first(self, rows: int) -> Table:
        """The first rows of the list."""
        return replace(self.table, rows=self.table.rows[:rows])


def lost(slice_: Slice) -> Table:
    """The lost callers of a slice, in the order in which they came.

    Raises UsageError for those of an agent or team: an empty list would say that they lost nobody.
    """
    if slice_.scope.agents or slice_.scope.teams:
        raise UsageError("lost callers belong to no agent or team", fix="ask by queue")
    return lost_callers(slice_).table


def lost_callers(slice_: Slice) -> Lost:
    """The same list with its counts."""
    left = _left(slice_)
    anywhere = replace(slice_, scope=replace(slice_.scope, queues=(), agents=(), teams=(), channels=(), directions=()))
    contacts = anywhere.table("contacts", after=1).select(
        *_KEY, "customer_key", "customer_mask", "direction", "outcome", "started_at"
    ).collect()
    ended = _ended(anywhere, left, contacts)
    callers = left.join(ended, on=_KEY, how="left").filter(pl.col("how").is_null()).drop("how")
    callers = callers.join(contacts.select(*_KEY, "customer_mask"), on=_KEY, how="left")
    followed = callers.join(_followed(callers, contacts), on=_KEY, how="left").sort("entered_at", *_KEY)
    known_until: datetime | None = contacts.get_column("started_at").max()  # type: ignore[assignment]
    zone = slice_.settings.zone
    rows = [_row(row, zone, known_until) for row in followed.iter_rows(named=True)]
    statuses = Counter(row[5].code for row in rows if isinstance(row[5], Term))
    repaired = ended.filter(pl.col("how") == "answered").height
    return Lost(Table("lost", _COLUMNS, tuple(rows)), len(rows), repaired, statuses)


def _left(slice_: Slice) -> pl.DataFrame:
    """The last queue that each contact of the scope left without an answer."""
    waited = pl.col("entered_at") + pl.duration(milliseconds="wait_ms")
    return (
        slice_.table("queue_visits")
        .filter(~pl.col("outcome").is_in([*ANSWERED, *OPEN]), pl.col("direction").ne_missing("out"))
        .select(
            *_KEY, "queue", "entered_at", "wait_ms", "outcome", "customer_key",
            left_at=pl.coalesce("ended_at", waited, "entered_at"),
        )
        .collect()
        .sort("entered_at", "queue")
        .unique(_KEY, keep="last", maintain_order=True)
    )


def _ended(anywhere: Slice, left: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Those of the contacts that were answered after all, or whose end was not seen: `how` is answered or open."""
    visits = (
        anywhere.table("queue_visits", after=1)
        .filter(pl.col("outcome").is_in([*ANSWERED, *OPEN]))
        .select(*_KEY, how="outcome")
        .collect()
    )
    direct = contacts.filter(pl.col("outcome").is_in(ANSWERED)).select(*_KEY, how="outcome")
    return pl.concat([visits, direct]).join(left, on=_KEY, how="semi").group_by(_KEY).agg(pl.col("how").min())


def _followed(callers: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Per lost contact: when we first called back and when the customer did, and whether anybody answered."""
    later = contacts.rename({"contact_id": "later_id", "started_at": "later_at", "outcome": "later_outcome"})
    pairs = (
        callers.select(*_KEY, "customer_key", "left_at")
        .join(later.drop("system", "customer_mask"), on="customer_key")
        .filter(
            pl.col("later_id") != pl.col("contact_id"),
            pl.col("later_at") > pl.col("left_at"),
            pl.col("later_at") <= pl.col("left_at") + WITHIN,
        )
    )
    back, again = pl.col("direction") == "out", pl.col("direction") == "in"
    reached = pl.col("later_outcome").is_in(_REACHED)
    return pairs.group_by(_KEY).agg(
        back_at=pl.col("later_at").filter(back).min(),
        back_reached=(back & reached).any(),
        again_at=pl.col("later_at").filter(again).min(),
        again_reached=(again & reached).any(),
    )


def _row(row: dict[str, Any], zone: Zone, known_until: datetime | None) -> tuple[Value, ...]:
    return (
        _local(row["entered_at"], zone),
        row["queue"],
        row["customer_mask"],
        None if row["wait_ms"] is None else row["wait_ms"] / 1000,
        Term(row["outcome"], "outcome"),
        Term(_status(row, known_until), "status"),
        _local(row["back_at"], zone),
        _local(row["again_at"], zone),
        row["contact_id"],
    )


def _local(moment: datetime | None, zone: Zone) -> datetime | None:
    return moment and aware(moment, zone)


def _status(row: dict[str, Any], known_until: datetime | None) -> str:
    if row["customer_key"] is None or known_until is None:
        return "unknown"
    if row["back_reached"]:
        return "back_answered"
    if row["again_reached"]:
        return "again_answered"
    if row["back_at"]:
        return "back_unanswered"
    if row["again_at"]:
        return "again_lost"
    return "none" if known_until >= row["left_at"] + WITHIN else "pending"
