"""Who will be on the floor: leavers by tenure, classes that graduate, the ramp, and whom to hire by when.

H(t+1) = H(t) - L(t) + grads(t): leavers by a hazard per month of tenure, grads(t) = starts(t-k) x graduation from the
classes that began k months before. Effective FTE(t) = sum over cohorts of people x proficiency(tenure). Months are
numbered from 0; people are real numbers, as they are expectations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]
SETTLED = 120  # months of tenure after which nothing changes any more


@dataclass(frozen=True)
class Band:
    """Share of people of a tenure from `from_month` on who leave in a month."""

    from_month: int
    rate: float


@dataclass(frozen=True)
class Cohort:
    """People on the floor at the start, by their months of tenure; none given is settled."""

    people: float
    tenure_months: int = SETTLED


@dataclass(frozen=True)
class Training:
    """How a class becomes agents: who graduates, and the ramp.

    A class that begins in month t graduates in month t + `delay` and is on the floor from the month after. `ramp` is
    the proficiency in the first, second, … month on the floor; after its end it is 1.
    """

    delay: int = 0
    graduation: float = 1.0
    class_size: int = 1
    ramp: tuple[float, ...] = ()

    def proficiency(self) -> Array:
        """Per month of tenure."""
        worth = np.ones(SETTLED + 1)
        worth[: len(self.ramp)] = self.ramp
        return worth


@dataclass(frozen=True, eq=False)
class Supply:
    """Month by month: people at its start, leavers and graduates in it, what the people are worth in full agents."""

    headcount: Array
    leavers: Array
    graduates: Array
    effective: Array


def supply(cohorts: Sequence[Cohort], hazards: Sequence[Band], training: Training, starts: Sequence[float] | Array,
           before: Sequence[float] = ()) -> Supply:
    """The people of `len(starts)` months. `starts` begin training in that month; `before` did so in the months
    before the first, the latest last, and graduate in time.
    """
    months = len(starts)
    hazard, worth = _hazard(hazards), training.proficiency()
    floor = np.zeros(SETTLED + 1)
    for cohort in cohorts:
        floor[min(cohort.tenure_months, SETTLED)] += cohort.people
    begun = [*before, *starts]
    headcount, leavers, graduates, effective = (np.zeros(months) for _ in range(4))
    for t in range(months):
        headcount[t], effective[t] = floor.sum(), float(floor @ worth)
        leaving = floor * hazard
        leavers[t] = leaving.sum()
        begin = t - training.delay + len(before)
        graduates[t] = begun[begin] * training.graduation if 0 <= begin < len(begun) else 0.0
        stayed = floor - leaving
        floor = np.concatenate([[graduates[t]], stayed[:-1]])
        floor[-1] += stayed[-1]
    return Supply(headcount, leavers, graduates, effective)


def _hazard(bands: Sequence[Band]) -> Array:
    hazard = np.zeros(SETTLED + 1)
    for band in sorted(bands, key=lambda band: band.from_month):
        hazard[band.from_month :] = band.rate
    return hazard


@dataclass(frozen=True, eq=False)
class Hiring:
    """Whom to hire: people to start training per month, in whole classes, and what the people then are worth.

    `late` are the months that no class can reach any more, and `late_fte` what is missing in them.
    """

    starts: NDArray[np.int64]
    supply: Supply
    late: tuple[int, ...]
    late_fte: Array = field(default_factory=lambda: np.empty(0))


def hire(required: Sequence[float], cohorts: Sequence[Cohort], hazards: Sequence[Band], training: Training,
         planned: Sequence[float] = (), before: Sequence[float] = ()) -> Hiring:
    """The latest classes that close every gap a class can still reach, month after month, in whole classes.

    A class counts by what its graduates are worth on arrival: their ramp makes the months after it cheaper.
    """
    months = len(required)
    starts = np.zeros(months, np.int64)
    base = np.array([*planned, *[0.0] * months][:months], float)
    lead, worth = training.delay + 1, float(training.proficiency()[0])
    if not training.graduation * worth > 0:
        raise UsageError("nobody would ever graduate, or be of use on arrival",
                         fix="give a graduation and a first ramp value above 0")
    people = supply(cohorts, hazards, training, base, before)
    missing = np.zeros(months)
    for t in range(months):
        short = required[t] - people.effective[t]
        if short <= 1e-9:
            continue
        if t < lead:
            missing[t] = short
            continue
        classes = math.ceil(short / (training.class_size * training.graduation * worth) - 1e-9)
        starts[t - lead] += classes * training.class_size
        people = supply(cohorts, hazards, training, np.asarray(base + starts, float), before)
    return Hiring(starts, people, tuple(np.flatnonzero(missing).tolist()), missing)


def delay_of(weeks: float) -> int:
    """Months between the one in which a class begins, on its first day, and the one in which it graduates.

    A month is 365.25 / 84 weeks: four weeks end in the month they begin in (0), six in the next (1).
    """
    return max(0, math.ceil(weeks * 84 / 365.25 - 1e-9) - 1)
