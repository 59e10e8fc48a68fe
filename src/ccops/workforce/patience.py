"""How long callers are willing to wait, from visits of which most were answered before anybody knew.

An answer, a flow-out and any other end censor the caller's patience at the wait so far. Waits are whole seconds, so
ties are common: at equal waits the abandons come first (Kaplan & Meier 1958).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError
from ccops.workforce.visits import inbound_visits

if TYPE_CHECKING:
    from ccops.model import Slice

FEWEST = 20  # abandons below which a queue says too little for a curve of its own
_TAIL_SHARE = 10  # the tail's hazard is that of the last tenth of the abandons, and of as many at least
_CELLS = 4000  # steps of a curve that is given by a formula

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Survival:
    """P(patience > t) as steps: `survival[i]` holds from `times_s[i]` (the first is 0) up to the next time.

    After the last time it falls exponentially with mean `tail_s`; infinite where nobody ever gives up. `error` is
    Greenwood's standard error per step, where the curve was estimated.
    """

    times_s: Array
    survival: Array
    tail_s: float = math.inf
    error: Array | None = None

    @classmethod
    def exponential(cls, mean_s: float) -> Survival:
        """Patience without memory; `mean_s` may be infinite: nobody gives up."""
        if not mean_s > 0:
            raise UsageError(f"a mean patience of {mean_s:g} s is not above 0", fix="give seconds above 0")
        return cls(np.zeros(1), np.ones(1), float(mean_s))

    @classmethod
    def lognormal(cls, mean_s: float, sigma: float) -> Survival:
        """Lognormal patience by its mean and the spread of its logarithm, in 4000 steps that keep the mean."""
        from scipy.special import ndtr, ndtri

        if not (mean_s > 0 and sigma > 0 and math.isfinite(mean_s * sigma)):
            raise UsageError("a lognormal patience needs a mean and a sigma above 0", fix="such as 120 and 1.2")
        # The partial expectation of a lognormal is its mean times ndtr(z - sigma): each cell steps at its own mean.
        edges = np.arange(_CELLS + 1) / _CELLS
        times = np.diff(ndtr(ndtri(edges) - sigma)) * mean_s * _CELLS
        return cls(np.append(0.0, times), 1 - edges)

    @cached_property
    def mean_s(self) -> float:
        """The mean patience, the exponential tail included."""
        last = float(self.survival[-1])
        tail = last * self.tail_s if last > 0 else 0.0
        return float(np.sum(self.survival[:-1] * np.diff(self.times_s))) + tail

    def at(self, t: ArrayLike) -> Array:
        """P(patience > t)."""
        times = np.asarray(t, float)
        step = np.searchsorted(self.times_s, times, side="right") - 1
        beyond = np.maximum(times - self.times_s[-1], 0.0)
        alive = np.where(step < 0, 1.0, self.survival[np.maximum(step, 0)])
        return np.asarray(alive * np.exp(-beyond / self.tail_s), float)

    def within(self, t: ArrayLike) -> Array:
        """Mean of min(patience, t): the integral of the curve from 0 to t."""
        times = np.maximum(np.asarray(t, float), 0.0)
        areas = np.append(0.0, np.cumsum(self.survival[:-1] * np.diff(self.times_s)))
        step = np.searchsorted(self.times_s, times, side="right") - 1
        inside = areas[step] + self.survival[step] * (np.minimum(times, self.times_s[-1]) - self.times_s[step])
        beyond = np.maximum(times - self.times_s[-1], 0.0)
        tail = beyond if math.isinf(self.tail_s) else -self.tail_s * np.expm1(-beyond / self.tail_s)
        last = self.survival[-1]
        whole = areas[-1] + (last * tail if last > 0 else 0.0)
        return np.asarray(np.where(step < len(self.times_s) - 1, inside, whole), float)

    def quantiles(self, u: ArrayLike) -> Array:
        """The patience that a share `u` of the callers does not exceed; infinite for those who never give up."""
        left = 1 - np.asarray(u, float)
        step = np.searchsorted(-self.survival, -left, side="left")
        last, inside = self.survival[-1], step < len(self.times_s)
        with np.errstate(divide="ignore", invalid="ignore"):  # 0 * inf and log(1 / 0) are inside or infinite
            tail = self.times_s[-1] + self.tail_s * np.log(last / left)
        return np.where(inside, self.times_s[np.minimum(step, len(self.times_s) - 1)], tail)


@dataclass(frozen=True)
class Estimate:
    """Mean patience with its 95 % interval; infinite where nobody gave up, NaN where nobody waited."""

    mean_s: float
    lo_s: float
    hi_s: float
    abandons: int


@dataclass(frozen=True, eq=False)
class Patience:
    """A queue's patience. `pooled`: too few abandons of its own, so it is that of all queues together.

    `visits` and `abandons` are those that the figures rest on; `unknown` had no known wait and `short` were left out
    as misdials, both counted for this queue alone.
    """

    mean_s: float
    lo_s: float
    hi_s: float
    abandons: int
    curve: Survival
    pooled: bool
    visits: int = 0
    unknown: int = 0
    short: int = 0


def exponential(waits_s: ArrayLike, abandoned: ArrayLike, n: ArrayLike = 1) -> Estimate:
    """The maximum-likelihood mean of exponential patience: total waiting time / abandons.

    The interval is the exact one of a Poisson count over that time (Garwood 1936), which holds under random censoring
    to a close approximation. `n` is how many visits each wait stands for.
    """
    from scipy.special import gammaincinv

    waits, gave_up = _checked(waits_s, abandoned)
    many = np.broadcast_to(np.asarray(n, np.int64), waits.shape)
    total, abandons = float((waits * many).sum()), int(many[gave_up].sum())
    if total == 0 and abandons == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    return Estimate(
        mean_s=total / abandons if abandons else math.inf,
        lo_s=total / float(gammaincinv(abandons + 1, 0.975)),
        hi_s=total / float(gammaincinv(abandons, 0.025)) if abandons else math.inf,
        abandons=abandons,
    )


def kaplan_meier(waits_s: ArrayLike, abandoned: ArrayLike, seen_from_s: ArrayLike = 0.0,
                 n: ArrayLike = 1) -> Survival:
    """The product-limit curve with Greenwood's standard errors (Kaplan & Meier 1958; Greenwood 1926).

    `seen_from_s` is the age at which each came under observation: before it nobody could have seen it end. `n` is how
    many visits each wait stands for.

    Where the longest waits were censored the curve does not reach 0: it goes on with the exponential rate of its last
    tenth of the abandons (ten at least, if there are), all waiting time beyond their first one's predecessor counted.
    """
    waits, gave_up = _checked(waits_s, abandoned)
    since = np.broadcast_to(np.asarray(seen_from_s, float), waits.shape)
    under = (since == 0) | (since < waits)  # the others had ended before anybody looked
    many = np.broadcast_to(np.asarray(n, np.int64), waits.shape)[under]
    waits, gave_up, since = waits[under], gave_up[under], since[under]
    times, place = np.unique(waits[gave_up], return_inverse=True)
    if not len(times):
        return Survival(np.zeros(1), np.ones(1), math.inf, np.zeros(1))
    deaths = np.bincount(place, weights=many[gave_up])
    at_risk = _below(np.where(since == 0, -1.0, since), many, times) - _below(waits, many, times)
    survival = np.cumprod(1.0 - deaths / at_risk).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):  # the last one may have given up: its error is 0
        spread = np.cumsum(deaths / (at_risk * (at_risk - deaths)))
    error = np.where(survival > 0, survival * np.sqrt(np.where(survival > 0, spread, 0.0)), 0.0)
    if times[0] > 0:
        times, survival, error = np.append(0.0, times), np.append(1.0, survival), np.append(0.0, error)
    return Survival(times, survival, _tail(waits, gave_up, since, many), error)


def _below(values: Array, many: NDArray[np.int64], limits: Array) -> Array:
    """How many visits have a value below each limit."""
    order = np.argsort(values)
    total = np.concatenate(([0.0], np.cumsum(many[order])))
    return np.asarray(total[np.searchsorted(values[order], limits, side="left")], float)


def _tail(waits: Array, gave_up: NDArray[np.bool_], since: Array, many: NDArray[np.int64]) -> float:
    """The mean of the exponential continuation: the same estimator as `exponential`, of the late abandons alone."""
    ends, order = waits[gave_up], np.argsort(waits[gave_up])
    abandons = int(many[gave_up].sum())
    late = min(abandons, max(_TAIL_SHARE, -(-abandons // _TAIL_SHARE)))
    up_to = np.cumsum(many[gave_up][order])
    begins = float(ends[order][np.searchsorted(up_to, abandons - late)]) if late < abandons else 0.0
    lived = float((np.maximum(waits - np.maximum(since, begins), 0.0) * many).sum())
    events = int(many[gave_up & (waits > begins)].sum())  # a tie with the predecessor is not beyond it
    return lived / events if events and lived > 0 else math.inf


def _checked(waits_s: ArrayLike, abandoned: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    waits, gave_up = np.asarray(waits_s, float).ravel(), np.asarray(abandoned, bool).ravel()
    if len(waits) != len(gave_up) or not np.all(np.isfinite(waits)) or np.any(waits < 0):
        raise UsageError(
            "waits are seconds from 0 upwards, with one mark each for abandoned or not", fix="leave unknown waits out"
        )
    return waits, gave_up


def patience_of(data: Slice, *, short_s: float = 0) -> dict[str, Patience]:
    """Patience per queue of the slice.

    `short_s` leaves abandons after fewer seconds out as misdials: who dialled wrongly was never waiting, so the visit
    goes altogether, and S stays 1 up to there. A queue with fewer than 20 abandons has the curve of all queues.
    """
    abandoned = (pl.col("outcome") == "abandoned").fill_null(False)
    visits = (
        inbound_visits(data).group_by("queue", "wait_ms", abandoned=abandoned).agg(n=pl.len())
        .sort("queue", "wait_ms", "abandoned").collect(engine="streaming")
    )
    known = (pl.col("wait_ms") >= 0).fill_null(False)
    short = known & pl.col("abandoned") & (pl.col("wait_ms") / 1000 < short_s)
    marked = visits.with_columns(known=known, short=short, wait_s=pl.col("wait_ms") / 1000)
    together = _estimated(marked)
    found: dict[str, Patience] = {}
    for (queue,), own in sorted(marked.group_by("queue")):
        estimated = _estimated(own)
        pooled = estimated[0].abandons < FEWEST
        estimate, curve, rows = together if pooled else estimated
        found[str(queue)] = Patience(
            estimate.mean_s, estimate.lo_s, estimate.hi_s, estimate.abandons, curve, pooled, visits=rows,
            unknown=int(own.filter(~pl.col("known"))["n"].sum()), short=int(own.filter("short")["n"].sum()),
        )
    return found


def _estimated(visits: pl.DataFrame) -> tuple[Estimate, Survival, int]:
    kept = visits.filter(visits["known"] & ~visits["short"])
    waits, gave_up, n = (kept[name].to_numpy() for name in ("wait_s", "abandoned", "n"))
    return exponential(waits, gave_up, n), kaplan_meier(waits, gave_up, n=n), int(n.sum())
