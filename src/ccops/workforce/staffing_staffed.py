"""How many agents are at work in each interval, and for which queue.

Past days are what the agents' states say: signed in and not away. Where an agent has no states, and for days to come,
it is the published schedule: planned work less planned breaks. An agent of several queues counts in each by the share
of their answered visits there (`serving` says which queues these are); the total counts everybody once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.serving import serving
from ccops.workforce.visits import epoch_s

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice

Array = NDArray[np.float64]
AT_WORK = ("talk", "hold", "wrap", "ring", "available")
SHARE_DAYS = 28  # answered visits of so many days before tell which queues an agent serves


@dataclass(frozen=True)
class Staffed:
    """Average agents at work per queue and interval, NaN where nothing is known; over all queues everybody counts once.

    `from_states` and `from_schedule` are how many agents each source speaks for, `shared` how many serve several
    queues, `unplaced` who was at work and serves no queue that is known, `inferred` whose sign-in times were inferred:
    of those at work between the first interval and the last. `shares` is what part of an agent each queue has,
    `strangers` are scheduled agents whom nothing but the schedule knows, beside others who are known.
    """

    starts: tuple[datetime, ...]
    queues: dict[str, Array]
    scheduled: dict[str, Array]
    from_states: int = 0
    from_schedule: int = 0
    shared: int = 0
    inferred: int = 0
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    unplaced: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def idle(self) -> int:
        """How many were at work without a queue that is known."""
        return len(self.unplaced)


def staffed(data: Slice, opening: Mapping[str, Sequence[datetime]], interval_min: int,
            until: datetime | None = None) -> Staffed:
    """Agents at work in the intervals (aware instants) in which each queue is open.

    From `until` (aware) on, in the middle of a day, states are not known: the schedule speaks. An agent's share for
    a queue that is closed goes to those of their queues that are open.
    """
    import polars as pl

    starts = sorted({at for own in opening.values() for at in own})
    if not starts:
        return Staffed((), {queue: np.empty(0) for queue in opening}, {queue: np.empty(0) for queue in opening})
    begins = np.array([at.timestamp() for at in starts])
    grid = Grid(begins, interval_min * 60.0, {
        queue: np.isin(begins, np.array([at.timestamp() for at in own])) for queue, own in opening.items()
    })
    days = data.settings.business_day
    on = np.array([days.day_of(at.astimezone(UTC).replace(tzinfo=None)).toordinal() for at in starts])
    first, last = date.fromordinal(int(on.min())), date.fromordinal(int(on.max()))
    everyone = data.everyone()  # or shares would ignore the other queues
    states, planned = _states(everyone, first, last), _planned(everyone, first, last)
    logged = _logged(everyone, first, last)
    worked = states.filter(pl.col("state").is_in(AT_WORK))
    unlogged = planned.filter(~pl.col("agent").is_in(list(logged)))
    seen, in_plan = (_on_days(on, rows["day"]) for rows in (states, planned))
    served = serving(everyone, planned, _answered(everyone, first, last), opening)
    if until is not None:
        seen &= begins < until.timestamp()
    shares = {agent: {queue: n for queue, n in own.items() if n} for agent, own in served.shares.items()}
    present = _by_queue(pl.concat([worked.select(_STRETCH), unlogged.select(_STRETCH)]), shares, grid)
    plan = _by_queue(planned.select(_STRETCH), shares, grid)
    scheduled = {queue: np.where(in_plan & serves, found, np.nan) for queue, (found, serves) in plan.items()}
    found = {
        queue: np.where(seen, average if serves else np.nan, scheduled[queue])
        for queue, (average, serves) in present.items()
    }
    # The days on either side are there for stretches that reach over, not for people.
    worked, planned, unlogged = (
        rows.filter((pl.col("end") > begins[0]) & (pl.col("begin") < begins[-1] + grid.length_s))
        for rows in (worked, planned, unlogged)
    )
    at_work = set(worked["agent"].unique()) | set((planned if not seen.any() else unlogged)["agent"].unique())
    several = [agent for agent in at_work if sum(queue in opening for queue in shares.get(agent, {})) > 1]
    return Staffed(
        tuple(starts), found, scheduled, from_states=len(at_work & logged) if seen.any() else 0,
        from_schedule=len(at_work - logged) if seen.any() else len(at_work), shared=len(several),
        unplaced=tuple(sorted(at_work - set(shares))),
        inferred=worked.filter(pl.col("login_source") == "inferred")["agent"].n_unique(), shares=shares,
        strangers=tuple(served.strangers(set(planned["agent"].unique()) | (at_work & logged))),
    )


@dataclass(frozen=True, eq=False)
class Grid:
    """Intervals by their start in epoch seconds, and in which of them each queue is open."""

    starts: Array
    length_s: float
    opening: dict[str, NDArray[np.bool_]]


def _on_days(on: NDArray[np.int64], days: pl.Series) -> NDArray[np.bool_]:
    return np.isin(on, np.array([day.toordinal() for day in days.unique().to_list()], int))


def _logged(data: Slice, first: date, last: date) -> set[str]:
    """Agents whose states the data ever shows around these days: on a day without any they were absent."""
    seen = data.on(first - timedelta(days=SHARE_DAYS), last + timedelta(days=1)).table("agent_states")
    return set(seen.select("agent").drop_nulls().unique().collect()["agent"])


_STRETCH = ("agent", "begin", "end")


def _states(data: Slice, first: date, last: date) -> pl.DataFrame:
    """States from a day before to a day after, with their stretch in epoch seconds."""
    return (
        data.on(first - timedelta(days=1), last + timedelta(days=1)).table("agent_states")
        .select("agent", "state", "login_source", "day", begin=epoch_s("started_at"), end=epoch_s("ended_at"))
        .drop_nulls(["agent", "begin", "end"]).collect()
    )


def _planned(data: Slice, first: date, last: date) -> pl.DataFrame:
    """Planned work; what the schedule has between it is break."""
    import polars as pl

    return (
        data.on(first - timedelta(days=1), last + timedelta(days=1)).table("shifts")
        .filter(pl.col("activity") == "work")
        .select("agent", "queue", "day", begin=epoch_s("started_at"), end=epoch_s("ended_at"))
        .drop_nulls(["agent", "begin", "end"]).collect()
    )


def _answered(data: Slice, first: date, last: date) -> dict[str, dict[str, float]]:
    """Answered visits by agent and queue over the days before; for who has none, over the days themselves."""
    import polars as pl

    visits = (
        data.on(first - timedelta(days=SHARE_DAYS), last).table("queue_visits")
        .filter((pl.col("outcome") == "answered") & pl.col("agent").is_not_null() & pl.col("queue").is_not_null())
        .group_by("agent", "queue", before=pl.col("day") < first).agg(n=pl.len()).collect()
    )
    earlier: dict[str, dict[str, float]] = {}
    later: dict[str, dict[str, float]] = {}
    for agent, queue, before, n in visits.sort("agent", "queue").iter_rows():
        (earlier if before else later).setdefault(agent, {})[queue] = float(n)
    return later | earlier


def _by_queue(stretches: pl.DataFrame, shares: dict[str, dict[str, float]],
              grid: Grid) -> dict[str, tuple[Array, bool]]:
    """Average agents per queue and interval, and whether anybody serves the queue at all."""
    names, who = np.unique(stretches["agent"].to_numpy().astype(str), return_inverse=True)
    begin, end = (stretches[name].to_numpy().astype(float) for name in ("begin", "end"))
    queues = list(grid.opening)
    table = np.array([[shares.get(name, {}).get(queue, 0.0) for queue in queues] for name in names])
    table = table.reshape(len(names), len(queues))
    patterns, which = np.unique(np.array([*grid.opening.values()]), axis=1, return_inverse=True)
    found = {queue: np.zeros(len(grid.starts)) for queue in queues}
    for n, pattern in enumerate(patterns.T):
        here = np.flatnonzero(which.ravel() == n)
        weight = while_open(table, pattern)
        for place in np.flatnonzero(pattern):
            own = weight[who, place]
            serves = own > 0
            found[queues[place]][here] = average(
                begin[serves], end[serves], own[serves], grid.starts[here], np.full(len(here), grid.length_s)
            )
    return {queue: (found[queue], bool((table[:, place] > 0).any())) for place, queue in enumerate(queues)}


def while_open(shares: Array, is_open: NDArray[np.bool_]) -> Array:
    """Shares (agents x queues) after those of closed queues went to the agent's other ones, outside the table too.

    All 0 where all of an agent's queues are closed.
    """
    closed = np.where(is_open, 0.0, shares).sum(axis=1, keepdims=True)
    return np.where(is_open & (closed < 1 - 1e-9), shares / np.maximum(1 - closed, 1e-12), 0.0)


def average(begin: Array, end: Array, weight: Array, starts: Array, lengths: Array) -> Array:
    """Weighted average number of stretches under way in [start, start + length): exact, from the running integral."""
    if not len(begin):
        return np.zeros(len(starts))
    zero = float(min(begin.min(), starts.min()))
    at = np.concatenate([begin, end]) - zero
    step = np.concatenate([weight, -weight])
    order = np.argsort(at, kind="stable")
    at, running = at[order], np.cumsum(step[order])
    area = np.concatenate([[0.0], np.cumsum(running[:-1] * np.diff(at))])
    up_to = np.interp(np.concatenate([starts - zero, starts - zero + lengths]), at, area)
    n = len(starts)
    return np.asarray(np.maximum((up_to[n:] - up_to[:n]) / lengths, 0.0))
