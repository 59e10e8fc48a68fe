"""What deviations from the schedule cost in calls: those answered late, or not, for want of the people planned.

In each interval and queue, the service level of Erlang A with the agents who were at work, and with those who would
have been, had the schedule been kept: at the interval's own calls, the day's own handling time and the queue's
patience. The difference times the calls is spread over the seconds lost, and over those won by working through a pause,
which count against them. Agents of several queues count in each by their share of answered calls there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.metrics.visits import HANDLE_MS, HANDLED
from ccops.model import Scope
from ccops.workforce.adherence_groups import LOST, WON
from ccops.workforce.erlang import erlang_a
from ccops.workforce.patience import patience_of
from ccops.workforce.staffing import open_rows
from ccops.workforce.staffing_day import hindsight
from ccops.workforce.staffing_staffed import SHARE_DAYS, Staffed, staffed, while_open
from ccops.workforce.visits import inbound_visits

if TYPE_CHECKING:
    from ccops.model import Slice

Array = NDArray[np.float64]
MODEL = "erlang_a"
_STEP = 0.05
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Price:
    """How deviations were valued: the calls they kept from being answered in time, of how many offered ones.

    `calls_late` and `service_level_lost` are None where nothing could be valued; `unpriced_s` is the lost time that
    could not be. All agents of the schedule count, whoever was asked for.
    """

    model: str
    interval_min: int
    within_s: float
    offered: int
    calls_late: float | None
    service_level_lost: float | None
    unpriced_s: float


def priced(data: Slice, pieces: pl.DataFrame) -> tuple[pl.DataFrame, Price]:
    """The pieces with `calls_late`: of work lost and (below 0) work won, null where it cannot be had; and their sum."""
    minutes, within_s = data.settings.report.interval, data.settings.service_level.within_s
    numbered = pieces.with_row_index("piece")
    lost = numbered.filter(LOST | WON).with_columns(sign=pl.when(WON).then(-1.0).otherwise(1.0))
    first, last = pieces["day"].min(), pieces["day"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        nothing = Price(MODEL, minutes, within_s, 0, None, None, 0)
        return pieces.with_columns(calls_late=pl.lit(None, pl.Float64)), nothing
    everyone = replace(data, scope=Scope(first, last))
    recent = everyone.on(first - timedelta(days=SHARE_DAYS), last)
    visits = inbound_visits(everyone)
    offered = int(visits.select(pl.len()).collect().item())
    parts = _by_interval(lost, minutes * 60)
    opening = _opening(everyone, first, last, minutes, parts["slot"].unique().sort().to_list())
    begun = {queue: [_EPOCH + timedelta(minutes=minutes * slot) for slot in slots] for queue, slots in opening.items()}
    there = staffed(everyone, begun, minutes)
    parts = _by_queue(parts, there, opening)
    missing = parts.drop_nulls("queue").group_by("queue", "slot", "day").agg(missing_s=pl.col("seconds").sum())
    rates = _rates(recent, there, visits, missing.sort("queue", "slot"), minutes)
    valued = parts.join(rates, on=["queue", "slot", "day"], how="left")
    calls = valued.with_columns(calls=pl.col("seconds") * pl.col("rate")).group_by("piece").agg(
        calls_late=pl.when(pl.col("calls").is_not_null().all()).then(pl.col("calls").sum())
    )
    told = numbered.join(calls, on="piece", how="left").sort("piece").drop("piece")
    known = told.filter(pl.col("calls_late").is_not_null())
    late = float(known["calls_late"].sum()) if known.height or lost.is_empty() else None
    unpriced = told.filter(LOST & pl.col("calls_late").is_null())
    price = Price(
        MODEL, minutes, within_s, offered, late, late / offered if late is not None and offered else None,
        float(unpriced["seconds"].sum()),
    )
    return told, price


def _by_interval(lost: pl.DataFrame, length_s: int) -> pl.DataFrame:
    """The part of each piece in each interval: piece, agent, queue, slot, day, seconds (below 0 where work was won)."""
    length = length_s * 1_000_000
    begin, end = pl.col("started_at").dt.epoch("us"), pl.col("ended_at").dt.epoch("us")
    slots = lost.with_columns(begin=begin, end=end, slot=pl.int_ranges(begin // length, (end - 1) // length + 1))
    own = slots.explode("slot", empty_as_null=False).with_columns(at=pl.col("slot") * length)
    inside = pl.min_horizontal("end", pl.col("at") + length) - pl.max_horizontal("begin", "at")
    return own.select("piece", "agent", "queue", "slot", "day", seconds=inside / 1_000_000 * pl.col("sign"))


def _opening(everyone: Slice, first: date, last: date, minutes: int, slots: list[int]) -> dict[str, list[int]]:
    """In which of the slots each queue is open, by the rules of staffing; a slot that the log knows in part is, if
    somebody called. All queues are where none is: nobody calls then.
    """
    begun = pl.col("entered_at").dt.truncate(f"{minutes}m").dt.replace_time_zone("UTC")
    called = inbound_visits(everyone).select(
        "queue", start_at=begun.dt.convert_time_zone(everyone.settings.zone.name)
    )
    frame = pl.concat([
        hindsight(everyone, first, last, minutes).select("queue", "start_at"), called.unique().collect(),
    ])
    frame = frame.filter(open_rows(frame["start_at"], everyone.settings, minutes))
    at, length = pl.col("start_at").dt.epoch("s"), minutes * 60
    # Where the local clock is off the slots' by a part of one, an interval lies in two of them.
    touched = pl.concat([
        frame.select("queue", slot=at // length), frame.select("queue", slot=(at + length - 1) // length)
    ]).unique()
    opened = {str(queue): set(own["slot"]) for (queue,), own in touched.sort("queue").group_by("queue")}
    quiet = set(slots).difference(*opened.values())
    return {queue: [slot for slot in slots if slot in own or slot in quiet] for queue, own in sorted(opened.items())}


def _by_queue(parts: pl.DataFrame, there: Staffed, opening: dict[str, list[int]]) -> pl.DataFrame:
    """The same by the queues that the agent serves; where none is known, the planned one or no queue."""
    columns = ["piece", "agent", "queue", "slot", "day", "seconds"]
    agents = pl.col("agent").is_in(list(there.shares))
    mine, others = parts.filter(agents), parts.filter(~agents)
    queues = sorted({queue for own in there.shares.values() for queue in own})
    if mine.is_empty():
        return others.select(columns)
    shares = np.array([[there.shares[agent].get(queue, 0.0) for queue in queues] for agent in mine["agent"]])
    slots = mine["slot"].to_numpy()
    is_open = np.array([np.isin(slots, opening.get(queue, slots)) for queue in queues]).T
    weights = while_open(shares, is_open)
    weights = np.where(weights.any(axis=1, keepdims=True), weights, shares)
    split = pl.concat([
        mine.with_columns(queue=pl.lit(queue), seconds=pl.col("seconds") * pl.Series(weights[:, n]))
        .filter(pl.Series(weights[:, n] > 0)) for n, queue in enumerate(queues)
    ])
    return pl.concat([split.select(columns), others.select(columns)])


def _rates(recent: Slice, there: Staffed, visits: pl.LazyFrame, missing: pl.DataFrame, minutes: int) -> pl.DataFrame:
    """Calls late per second missing, by queue and interval; null where handling time or staff are not known."""
    slots = [int(at.timestamp()) // (minutes * 60) for at in there.starts]
    staff = pl.DataFrame(
        [(queue, *pair) for queue, agents in there.queues.items() for pair in zip(slots, agents.tolist(), strict=True)],
        schema={"queue": pl.String, "slot": pl.Int64, "agents": pl.Float64}, orient="row",
    )
    slot = (pl.col("entered_at").dt.epoch("us") // (minutes * 60_000_000)).alias("slot")
    calls = visits.group_by("queue", slot).agg(volume=pl.len()).collect()
    handled = visits.filter(HANDLED).group_by("queue", "day").agg(aht_s=HANDLE_MS.mean() / 1000).collect()
    patience = pl.DataFrame(
        [(queue, found.mean_s) for queue, found in patience_of(recent).items()],
        schema={"queue": pl.String, "patience_s": pl.Float64}, orient="row",
    )
    rows = (
        missing.join(calls, on=["queue", "slot"], how="left").join(handled, on=["queue", "day"], how="left")
        .join(patience, on="queue", how="left").join(staff, on=["queue", "slot"], how="left")
        .with_columns(pl.col("volume").fill_null(0), pl.col("patience_s").fill_null(math.inf))
    )
    volume, aht_s, patience_s, agents, missing_s = (
        rows[name].cast(pl.Float64).to_numpy() for name in ("volume", "aht_s", "patience_s", "agents", "missing_s")
    )
    load = PricedLoad(volume, aht_s, patience_s, minutes, recent.settings.service_level.within_s)
    rate = calls_per_agent(load, agents, missing_s / (minutes * 60)) / (minutes * 60)
    return rows.select("queue", "slot", "day").with_columns(pl.Series("rate", rate).fill_nan(None))


@dataclass(frozen=True, eq=False)
class PricedLoad:
    """Intervals of some queues: calls, mean handling time and mean patience, NaN where not known."""

    volume: Array
    aht_s: Array
    patience_s: Array
    interval_min: int
    within_s: float


def calls_per_agent(load: PricedLoad, agents: Array, missing: Array) -> Array:
    """Calls more in time per agent, from those at work to all but the `missing` (below 0: who were there beside plan).

    Where hardly anybody was missing it is the slope at those at work; 0 where nobody called.
    """
    slope = np.where(load.volume > 0, math.nan, 0.0)
    fine = (load.volume > 0) & (load.aht_s > 0) & np.isfinite(agents)
    if fine.any():
        model = erlang_a(load.volume[fine] * 60 / load.interval_min, load.aht_s[fine], load.patience_s[fine])
        at_work, gap = agents[fine], missing[fine]
        apart = np.where(np.abs(gap) < _STEP, _STEP, gap)
        planned = np.maximum(at_work + apart, 0.0)
        better = np.asarray(model.service_level(planned, load.within_s) - model.service_level(at_work, load.within_s))
        slope[fine] = load.volume[fine] * better / apart
    return slope
