"""How a switch hands out its calls, learnt from the days around: ringing, rest, precedence and the longest wait.

Rest is the time from the end of a call's work until the agent's phone rings again. It can be seen only while callers
wait whom the agent could serve: it comes under observation when one does, and where the queue runs empty first it was
longer than that. So its distribution is a product-limit curve with late entry and censoring, as patience has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.workforce.patience import kaplan_meier
from ccops.workforce.simulation.twin_records import Records

LONGEST_REST_S = 120.0  # a longer gap while callers wait is no rest but a break
FEWEST = 30  # observations below which a queue borrows from all of them
_SAMPLE = (np.arange(500) + 0.5) / 500
BY_KEY = ("exit_key", "callback", "voicemail")  # who leaves like this decides when, as one who hangs up does
_TIMEOUTS = ("timeout", "overflow")
_FEWEST_TIMEOUTS = 3
_CONTESTS, _WINS, _LOSES = 20, 0.5, 0.25  # what makes one queue go before another

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Routing:
    """By queue: samples of ringing and of rest in seconds, rank (1 is served first), longest wait (or none), the share
    of rings that nobody answered, and of late leavers (after the service level's time) who pressed a key instead."""

    ring_s: Mapping[str, Array]
    rest_s: Mapping[str, Array]
    rank: Mapping[str, int]
    max_wait_s: Mapping[str, float]
    unanswered: Mapping[str, float]
    by_key: Mapping[str, float]


def routing(window: Records, queues: Sequence[str], skills: Mapping[str, tuple[str, ...]], within_s: float) -> Routing:
    """What the window tells."""
    ring = {queue: _ringing(window, queue) for queue in queues}
    rests = _rests(window, skills)
    together = _curve(rests)
    rest = {queue: _curve(own) if (own := rests.filter(pl.col("queue") == queue)).height >= FEWEST else together
            for queue in queues}
    return Routing(ring, rest, _ranks(window.visits, queues, skills), _longest(window.visits),
                   {queue: _unanswered(window, queue) for queue in queues},
                   {queue: _by_key(window.visits, queue, within_s) for queue in queues})


def _ringing(window: Records, queue: str) -> Array:
    """Ringing of answered visits, with what had rung before at agents who did not answer."""
    missed = (
        window.no_answers.filter(pl.col("queue") == queue).group_by("contact_id")
        .agg(total=pl.col("lasted_s").sum(), span=(pl.col("at_s") + pl.col("lasted_s")).max() - pl.col("at_s").min())
        .select("contact_id", missed_s=pl.min_horizontal("total", "span"))
    )
    rung = window.visits.filter(
        (pl.col("queue") == queue) & (pl.col("outcome") == "answered") & pl.col("ring_s").is_not_null()
    )
    if rung.height < FEWEST:
        return np.zeros(1)
    both = rung.join(missed, on="contact_id", how="left").select(pl.col("ring_s") + pl.col("missed_s").fill_null(0))
    return np.asarray(np.quantile(both.to_series().to_numpy(), _SAMPLE, method="inverted_cdf"), float)


def _unanswered(window: Records, queue: str) -> float:
    missed = window.no_answers.filter(pl.col("queue") == queue).height
    rung = window.visits.filter((pl.col("queue") == queue) & pl.col("ring_s").is_not_null()).height
    return missed / (missed + rung) if missed else 0.0


def _by_key(visits: pl.DataFrame, queue: str, within_s: float) -> float:
    own = visits.filter((pl.col("queue") == queue) & (pl.col("wait_s") > within_s))
    pressed = own.filter(pl.col("outcome").is_in(BY_KEY)).height
    return pressed / (pressed + own.filter(pl.col("outcome") == "abandoned").height) if pressed else 0.0


def _longest(visits: pl.DataFrame) -> dict[str, float]:
    """The wait after which the switch sends callers away: the median of those whom it did."""
    sent = visits.filter(pl.col("outcome").is_in(_TIMEOUTS) & (pl.col("wait_s") > 0))
    found = sent.group_by("queue").agg(pl.col("wait_s").median(), n=pl.len()).filter(pl.col("n") >= _FEWEST_TIMEOUTS)
    return dict(found.select("queue", "wait_s").iter_rows())


def _rests(window: Records, skills: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """queue (of the call before), seen_s and whether it ended then, of every gap in which somebody was waiting."""
    calls = (
        window.visits.drop_nulls(["agent", "start_s", "handle_s"])
        .sort("agent", "start_s").with_columns(next_s=pl.col("start_s").shift(-1).over("agent", "day"))
        .filter(pl.col("next_s").is_not_null() & (pl.col("next_s") >= pl.col("end_s")))
        .select("agent", "queue", "end_s", "next_s")
    )
    leaves = {key[0]: rows["to_s"].to_numpy() for key, rows in window.presence.group_by("agent", maintain_order=True)}
    served: dict[tuple[str, ...], list[str]] = {}
    for agent, queues in skills.items():
        served.setdefault(tuple(sorted(queues)), []).append(agent)
    parts = []
    for queues, agents in served.items():
        emptied = _Line.of(window.visits, queues)
        for (agent,), own in calls.filter(pl.col("agent").is_in(agents)).group_by("agent", maintain_order=True):
            ends, starts = own["end_s"].to_numpy(), own["next_s"].to_numpy()
            begins = emptied.busy(ends)
            until = np.minimum(emptied.after(begins), _next(leaves.get(str(agent)), ends))
            parts.append(pl.DataFrame({
                "queue": own["queue"], "from_s": begins - ends, "seen_s": np.minimum(starts, until) - ends,
                "ended": starts <= until + 1.0, "gap_s": starts - ends,
            }))
    if not parts:
        schema = {"queue": pl.String, "from_s": pl.Float64, "seen_s": pl.Float64, "ended": pl.Boolean}
        return pl.DataFrame(schema=schema)
    seen = (pl.col("seen_s") > pl.col("from_s")) | (pl.col("from_s") == 0) & (pl.col("seen_s") == 0)  # no rest at all
    found = pl.concat(parts).filter(seen & (pl.col("gap_s") <= LONGEST_REST_S))
    return found.select("queue", "from_s", "seen_s", "ended")


def _curve(rests: pl.DataFrame) -> Array:
    if rests.height < FEWEST or not rests["ended"].any():
        return np.zeros(1)
    curve = kaplan_meier(rests["seen_s"].to_numpy(), rests["ended"].to_numpy(), rests["from_s"].to_numpy())
    return np.asarray(np.minimum(curve.quantiles(_SAMPLE), LONGEST_REST_S), float)


def _next(moments: Array | None, after: Array) -> Array:
    if moments is None:
        return np.full(len(after), np.inf)
    return np.append(moments, np.inf)[np.searchsorted(moments, after, side="left")]


@dataclass(frozen=True, eq=False)
class _Line:
    """When anybody was waiting in some queues: `clear[i]` is the first moment from event i on with nobody."""

    at_s: Array
    clear: Array

    @classmethod
    def of(cls, visits: pl.DataFrame, queues: Sequence[str]) -> _Line:
        waited = visits.filter(pl.col("queue").is_in(list(queues)) & pl.col("leave_s").is_not_null())
        ends = waited.select(pl.coalesce("start_s", "leave_s")).to_series().to_numpy()
        enters = waited["enter_s"].to_numpy()
        real = ends > enters
        at = np.concatenate([enters[real], ends[real]])
        step = np.concatenate([np.ones(int(real.sum())), -np.ones(int(real.sum()))])
        order = np.lexsort((step, at))
        at, waiting = at[order], np.cumsum(step[order])
        clear = np.minimum.accumulate(np.where(waiting == 0, at, np.inf)[::-1])[::-1]
        return cls(at, clear)

    def busy(self, moments: Array) -> Array:
        """The moment from each on at which somebody waits; infinite if that never happens again."""
        if not len(self.at_s):
            return np.full(len(moments), np.inf)
        place = np.searchsorted(self.at_s, moments, side="left")  # whoever is taken at that moment waited until then
        waiting = (place > 0) & (self.clear[np.maximum(place - 1, 0)] >= moments)
        return np.where(waiting, moments, np.append(self.at_s, np.inf)[place])

    def after(self, moments: Array) -> Array:
        """The moment from each on at which nobody waits; the moment itself if nobody does then."""
        if not len(self.at_s):
            return moments
        place = np.searchsorted(self.at_s, moments, side="left") - 1
        return np.maximum(np.where(place < 0, moments, self.clear[np.maximum(place, 0)]), moments)


def _ranks(visits: pl.DataFrame, queues: Sequence[str], skills: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """1 for queues that yield to none, and one more for each that goes before.

    A goes before B if agents of both take A although B's first caller came earlier, in half the cases at least, and
    hardly ever the other way round.
    """
    chosen = _contests(visits, queues, skills)
    before: dict[str, set[str]] = {queue: set() for queue in queues}  # who goes before it
    for one in queues:
        for other in queues:
            if one < other:
                wins, loses = _share(chosen, one, other), _share(chosen, other, one)
                if wins is not None and loses is not None:
                    if wins >= _WINS and loses < _LOSES:
                        before[other].add(one)
                    elif loses >= _WINS and wins < _LOSES:
                        before[one].add(other)
    rank = dict.fromkeys(queues, 1)
    for _ in queues:  # as often as the longest chain; a circle has no precedence
        rank = {queue: 1 + max((rank[other] for other in before[queue]), default=0) for queue in queues}
    return rank if max(rank.values(), default=1) <= len(queues) else dict.fromkeys(queues, 1)


def _share(chosen: Mapping[tuple[str, str, bool], int], one: str, other: str) -> float | None:
    """How often `one` was taken when a caller of `other` had come first; None with too few cases."""
    jumped, kept = chosen.get((one, other, True), 0), chosen.get((other, one, False), 0)
    return jumped / (jumped + kept) if jumped + kept >= _CONTESTS else None


def _contests(visits: pl.DataFrame, queues: Sequence[str],
              skills: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, str, bool], int]:
    """Calls taken while a caller of another queue of the agent waited, by (taken, other, other came first)."""
    serving = {queue: [agent for agent, own in skills.items() if queue in own] for queue in queues}
    taken = visits.filter((pl.col("outcome") == "answered") & (pl.col("start_s") - pl.col("enter_s") > 1))
    found: dict[tuple[str, str, bool], int] = {}
    for other in queues:
        enters, firsts = _first_in_line(visits.filter(pl.col("queue") == other))
        for one in queues:
            rows = taken.filter((pl.col("queue") == one) & pl.col("agent").is_in(serving[other]))
            if one == other or not rows.height or not len(enters):
                continue
            place = np.searchsorted(enters, rows["start_s"].to_numpy() - 0.5) - 1
            first = np.where(place < 0, np.nan, firsts[np.maximum(place, 0)])
            waiting = ~np.isnan(first)
            earlier = first < rows["enter_s"].to_numpy() - 1
            for came in (True, False):
                found[one, other, came] = int((waiting & (earlier == came)).sum())
    return found


def _first_in_line(visits: pl.DataFrame) -> tuple[Array, Array]:
    """Moments at which a queue's line changed, and when whoever then stood first had come (NaN: nobody)."""
    waited = visits.filter(pl.col("leave_s").is_not_null()).select("enter_s", end_s=pl.coalesce("start_s", "leave_s"))
    waited = waited.filter(pl.col("end_s") > pl.col("enter_s")).sort("enter_s")
    enters, ends = waited["enter_s"].to_numpy(), waited["end_s"].to_numpy()
    moments = np.unique(np.concatenate([enters, ends]))
    first, found = 0, np.full(len(moments), np.nan)
    for i, moment in enumerate(moments):
        while first < len(enters) and ends[first] <= moment:
            first += 1
        if first < len(enters) and enters[first] <= moment:
            found[i] = enters[first]
    return moments, found
