"""Changes tested on the twin: each day of the last weeks replayed with and without them, on the same callers.

A day's lost calls are those who give up waiting; calls that leave by a key are none. A month is 365.25 / 12 days, each
weekday as often as the others. The interval holds what a fresh month would show: the days differ (from the spread
between days of one weekday), callers come at random (from the spread between replications, with and without the
change apart), and the twin errs (by as much as it misses the calls really lost on these days).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.errors import SourceError
from ccops.people.rates import DAYS_PER_MONTH
from ccops.recommend.candidate import Change, Later, People
from ccops.recommend.formulas import by_formulas
from ccops.workforce.simulation.outcome import COUNTS, Outcome
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import Scenario
from ccops.workforce.simulation.twin import Twin, clock, twin_of
from ccops.workforce.simulation.twin_agents import crews, unknown_helpers
from ccops.workforce.simulation.whatif import Factor, WhatIf

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.progress import Progress

Array = NDArray[np.float64]
Method = Literal["simulation", "formulas"]
_LATER_S = 2 * 3600.0  # calls that come later are spread over two hours
_LEAST_ERROR = 0.2  # standard error of what a twin says of a change, as a share of it: none is trusted more
_UNLIKE = 6.0  # robust standard deviations from the usual share of lost calls beyond which a day is like no other


@dataclass(frozen=True)
class Effect:
    """A figure of a month and its 95 % interval."""

    value: float
    lo: float
    hi: float

    def times(self, factor: float, plus: float = 0.0) -> Effect:
        """In another unit, with something certain added."""
        ends = sorted((self.lo * factor + plus, self.hi * factor + plus))
        return Effect(self.value * factor + plus, *ends)


@dataclass(frozen=True, eq=False)
class Tried:
    """What happened on the days: lost calls, their variance from one day to another like it, and both sides of the
    service level."""

    lost: Array
    noise: Array
    above: Array
    below: Array

    def service_level(self, weights: Array) -> float:
        """Of all days together, each with its weight."""
        return float((weights @ self.above) / (weights @ self.below))


@dataclass(frozen=True, eq=False)
class Bench:
    """Days to test on, their twins, and how often a month has one like each. `unlike` were left out: exceptional days
    tell nothing of what a month is like. By `formulas` nothing is simulated: Erlang A says what the twin would."""

    twins: tuple[Twin, ...]
    data: Slice
    replications: int
    seed: int
    unlike: tuple[date, ...] = ()
    method: Method = "simulation"

    @property
    def days(self) -> tuple[date, ...]:
        """The days, in order."""
        return tuple(twin.day for twin in self.twins)

    @cached_property
    def weights(self) -> Array:
        """How often a month has a day like each."""
        weekdays = [day.weekday() for day in self.days]
        return np.array([DAYS_PER_MONTH / 7 / weekdays.count(one) for one in weekdays])

    @cached_property
    def base(self) -> Tried:
        """The days as they were."""
        return self.tried(())

    @cached_property
    def ratio(self) -> float:
        """The twin's lost calls over those really lost; 1 where none were."""
        real = sum(int((twin.visits["outcome"] == "abandoned").sum()) for twin in self.twins)
        return float(self.base.lost.sum() / real) if real else 1.0

    @cached_property
    def _helpers(self) -> Mapping[date, People]:
        """Who answered on each day without being known as there: the same whatever is changed."""
        return {twin.day: tuple(unknown_helpers(twin.visits)) for twin in self.twins}

    def tried(self, changes: Sequence[Change]) -> Tried:
        """The days with changes, one after the other."""
        one = self._simulated if self.method == "simulation" else self._computed
        rows = np.array([one(twin, changes) for twin in self.twins])
        return Tried(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])

    def _simulated(self, twin: Twin, changes: Sequence[Change]) -> tuple[float, float, float, float]:
        outcome = simulate(self._changed(twin, changes), replications=self.replications, seed=self.seed)
        lost = _lost(outcome, twin)
        above, below = outcome.sides("service_level")
        return float(lost.mean()), float(lost.var(ddof=1)), float(above.mean()), float(below.mean())

    def _computed(self, twin: Twin, changes: Sequence[Change]) -> tuple[float, float, float, float]:
        lost, above, below = by_formulas(twin, _staffed(twin, changes), self._calls(twin, changes))
        return lost, lost, above, below  # calls that come at random are lost at random: their variance is their mean

    def _changed(self, twin: Twin, changes: Sequence[Change]) -> Scenario:
        if not changes:
            return twin.scenario
        people = _staffed(twin, changes)
        made = crews([*people, *self._helpers[twin.day]], twin.begins.timestamp(), twin.queues)
        return replace(self._calls(twin, changes), crews=made)

    def _calls(self, twin: Twin, changes: Sequence[Change]) -> Scenario:
        """The day with its calls changed, and its people as they were."""
        at, scenario = clock(self.data.settings, twin.day), twin.scenario
        volume, aht = (
            tuple(Factor(factor, queue) for change in changes for queue, factor in getattr(change, name).items()
                  if queue in twin.queues)
            for name in ("volume", "aht")
        )
        what_if = WhatIf(volume=volume, aht=aht)
        changed = what_if.applied(scenario, at) if what_if else scenario
        for later in (one for change in changes for one in change.later if one.queue in twin.queues):
            changed = served_later(changed, later, at)
        return changed

    def fewer_lost(self, before: Tried, after: Tried) -> Effect:
        """Calls per month that are no longer lost."""
        error = max(_LEAST_ERROR, abs(1 - self.ratio))
        return self._effect(before.lost - after.lost, before.noise + after.noise, 1.0, error)

    def service(self, before: Tried, after: Tried) -> Effect:
        """By how much the service level rises."""
        ours, theirs = before.service_level(self.weights), after.service_level(self.weights)
        apart = (after.above - theirs * after.below) - (before.above - ours * before.below)
        calls = float(self.weights @ after.below)
        share = theirs - ours
        noise = after.below * theirs * (1 - theirs) + before.below * ours * (1 - ours)
        moved = self._effect(apart + share * after.below, noise, 1 / calls, max(_LEAST_ERROR, abs(1 - self.ratio)))
        return Effect(share, share + moved.lo - moved.value, share + moved.hi - moved.value)

    def _effect(self, by_day: Array, noise: Array, unit: float, error: float) -> Effect:
        """A month's sum of something that is known by day. `noise` is the variance of a single day like each."""
        value = float(self.weights @ by_day)
        spread, degrees = self._between(by_day)
        known = spread * float((self.weights**2).sum())  # of the mean
        fresh = float(self.weights @ noise) + spread * float(self.weights.sum())  # of a month to come
        half = math.hypot(_t(degrees) * math.sqrt(known + fresh), 1.96 * error * value)
        return Effect(value * unit, (value - half) * unit, (value + half) * unit)

    def _between(self, by_day: Array) -> tuple[float, int]:
        """The variance between days of one weekday, and its degrees of freedom."""
        weekdays = np.array([day.weekday() for day in self.days])
        left = by_day.copy()
        for one in set(weekdays):
            left[weekdays == one] -= by_day[weekdays == one].mean()
        degrees = len(by_day) - len(set(weekdays))
        if degrees < 1:  # one day of each: all that they differ, which is too much rather than too little
            return float(by_day.var()), max(len(by_day) - 1, 1)
        return float((left**2).sum() / degrees), degrees


def bench(data: Slice, days: Sequence[date], *, replications: int, seed: int, method: Method = "simulation",
          progress: Progress | None = None) -> Bench | None:
    """The twins of the days that can be replayed; None where none can, because nobody is known to have been there."""
    usual, unlike = _usual(data, days)
    twins = []
    for n, day in enumerate(usual):
        try:
            twins.append(twin_of(data, day))
        except SourceError:
            continue
        finally:
            if progress:
                progress("simulate", n + 1, len(usual))
    return Bench(tuple(twins), data, replications, seed, unlike, method) if twins else None


def _usual(data: Slice, days: Sequence[date]) -> tuple[list[date], tuple[date, ...]]:
    """The days without those on which far more calls were lost than ever else."""
    visits = data.everyone().between(days[0], days[-1]).table("queue_visits")
    lost = (pl.col("outcome") == "abandoned").mean()
    rows = dict(visits.group_by("day").agg(lost).collect(engine="streaming").iter_rows())
    shares = np.array([rows.get(day, 0.0) for day in days])
    middle = float(np.median(shares))
    spread = 1.4826 * float(np.median(np.abs(shares - middle)))
    unlike = tuple(day for day, share in zip(days, shares, strict=True) if share - middle > _UNLIKE * spread > 0)
    return [day for day in days if day not in unlike], unlike


def _staffed(twin: Twin, changes: Sequence[Change]) -> People:
    people = twin.people
    for change in changes:
        people = change.staffed(twin.day, people)
    return people


def served_later(scenario: Scenario, later: Later, at: Callable[[int], float]) -> Scenario:
    """The scenario with every so many-th call of the hours moved to the two hours from `later.to` on, evenly."""
    calls = np.sort(np.asarray(scenario.arrivals.get(later.queue, ()), float))
    inside = np.flatnonzero((calls >= at(later.first * 60)) & (calls < at(later.last * 60)))
    steps = np.floor(np.arange(len(inside) + 1) * later.share)
    moved = inside[np.diff(steps) > 0]
    calls[moved] = at(later.to * 60) + (np.arange(len(moved)) + 0.5) / max(len(moved), 1) * _LATER_S
    return replace(scenario, arrivals={**scenario.arrivals, later.queue: np.sort(calls)})


def _lost(outcome: Outcome, twin: Twin) -> Array:
    """Calls lost in each replication: who leaves by a key does so late, and counts as gone by choice."""
    total = np.zeros(outcome.replications)
    early, lost = COUNTS.index("abandoned_in_time"), COUNTS.index("abandoned")
    for place, queue in enumerate(outcome.scenario.queues):
        counts = outcome.counts[:, place].sum(1)
        stays = 1 - twin.routing.by_key.get(queue.name, 0.0)
        total += counts[:, early] + (counts[:, lost] - counts[:, early]) * stays
    return total


def _t(degrees: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.975))
