"""The visits that planning is about: inbound ones in a queue that is known, and on which days there are any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from ccops.errors import SourceError
from ccops.metrics.visits import HANDLE_MS, HANDLED

if TYPE_CHECKING:
    from ccops.model import Slice

LONGEST_S = 4 * 3600  # beyond it a record was left open, nobody talked; as the daily report's exceptions have it
_INBOUND = pl.col("direction").is_null() | (pl.col("direction") != "out")


def inbound_visits(data: Slice) -> pl.LazyFrame:
    """Visits of the slice that somebody outside began: an agent's own calls need no forecast and no patience."""
    return data.table("queue_visits").filter(_INBOUND & pl.col("queue").is_not_null())


def days_with_calls(data: Slice, first: date | None = None, last: date | None = None) -> list[date]:
    """Business days with calls in any queue, in order."""
    days = inbound_visits(data.everyone().between(first, last)).select(pl.col("day").drop_nulls().unique().sort())
    return days.collect(engine="streaming")["day"].to_list()


def last_day(data: Slice) -> date:
    """The last business day with calls in any queue, whatever days the slice has. Raises SourceError without any."""
    every = inbound_visits(data.everyone().between(None, None))
    found = every.select(pl.col("day").max()).collect(engine="streaming").item()
    if not isinstance(found, date):
        raise _no_queue(data)
    return found


def _no_queue(data: Slice) -> SourceError:
    """Calls without a queue, as a CDR has them, are there but tell nothing of waiting."""
    calls = data.everyone().between(None, None).table("contacts").select(pl.len()).collect().item()
    why = f": none of the {calls:,} calls imported names one, as a CDR does not" if calls else ""
    return SourceError(f"there is no call in a queue{why}",
                       fix="import the switch's queue log, or an export that names queues")


def epoch_s(column: str) -> pl.Expr:
    """A column of instants as seconds since 1970."""
    return pl.col(column).dt.epoch("us") / 1e6


@dataclass(frozen=True, eq=False)
class Cells:
    """Visits added up per switch, queue, business day and quarter-hour, with the first and the last instant.

    `n` are all of them, `handled` those answered with known talk, `handle_ms` their time; of those of a length that
    can be believed `sane` is the number, `sane_s` and `sane_s2` the sums of their seconds and squared seconds. They end
    at `until` (naive UTC), where the data of the switches `beyond` goes on.
    """

    frame: pl.DataFrame
    until: datetime | None = None
    beyond: frozenset[str] = frozenset()

    def before(self, day: date) -> Cells:
        """The same as it was known before `day`."""
        return Cells(self.frame.filter(pl.col("day") < day))

    def since(self, day: date) -> Cells:
        """The same without what was before `day`."""
        return Cells(self.frame.filter(pl.col("day") >= day), self.until, self.beyond)


def cells(data: Slice, until: datetime | None = None) -> Cells:
    """The visits of a slice's days added up, whichever its queues and agents; `until` (aware) leaves out later ones."""
    frame = inbound_visits(data.everyone())
    if until is None:
        return Cells(_added_up(frame))
    moment = until.astimezone(UTC).replace(tzinfo=None)
    later = frame.filter(pl.col("entered_at") >= moment).select("system").unique().collect(engine="streaming")
    return Cells(_added_up(frame.filter(pl.col("entered_at") < moment)), moment, frozenset(later["system"]))


def _added_up(frame: pl.LazyFrame) -> pl.DataFrame:
    long, sane = pl.col("ms"), pl.col("sane_ms")
    believable = pl.when(long.is_between(0, LONGEST_S * 1000)).then(long)
    return (
        frame.select("system", "queue", "day", "quarter", "entered_at", ms=pl.when(HANDLED).then(HANDLE_MS))
        .with_columns(sane_ms=believable).group_by("system", "queue", "day", "quarter")
        .agg(
            n=pl.len().cast(pl.Float64), handled=long.count().cast(pl.Float64), handle_ms=long.sum().cast(pl.Float64),
            sane=sane.count().cast(pl.Float64), sane_s=sane.sum() / 1000,
            sane_s2=((sane / 1000) ** 2).sum(), first=pl.col("entered_at").min(), last=pl.col("entered_at").max(),
        )
        .sort("system", "queue", "day", "quarter")
        .collect(engine="streaming")
    )
