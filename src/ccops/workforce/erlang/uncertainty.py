"""Staffing for a rate that nobody knows: the forecast is right on average, and the day is not the average.

Service level bends downwards in the rate, so that its value at the mean rate flatters: what is expected is less. The
rate is taken as gamma distributed, which makes the count of an interval negative binomial, as forecasts have it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from ccops.errors import UsageError
from ccops.workforce.erlang import inputs
from ccops.workforce.erlang.inputs import Array, as_given, checked, together
from ccops.workforce.erlang.queue_model import QueueModel
from ccops.workforce.erlang.search import least, least_whole

ModelOfRate = Callable[[Array], QueueModel]
Measure = Literal["expected", "weighted", "quantile"]
NODES = 24  # enough for any spread
_CERTAIN = 1e-6  # a smaller spread than this makes no difference


@dataclass(frozen=True, eq=False)
class Uncertain:
    """The service level that an uncertain rate leaves. Plain numbers for one scenario, else arrays of its shape.

    expected: the mean over intervals. weighted: over calls, the share of all callers answered in time, which is lower
    as busy intervals have more of them. quantile: what all but a share of the intervals exceed.
    """

    expected: Any
    weighted: Any
    quantile: Any


def spread(volume: ArrayLike, dispersion: ArrayLike) -> Array:
    """The rate's standard deviation over its mean, from a forecast's count: its mean and its variance / mean.

    Of that variance the part `volume` is chance, which the queueing model has in it; the rest is the rate's.
    """
    mean, ratio = np.asarray(volume, float), np.asarray(dispersion, float)
    if not (np.all(mean >= 0) and np.all(ratio >= 1)):
        raise UsageError("a volume below 0 or a dispersion below 1", fix="give counts and variance / mean, from 1 up")
    return np.where(mean > 0, np.sqrt((ratio - 1) / np.where(mean > 0, mean, 1.0)), 0.0)


def uncertain(
    model_of_rate: ModelOfRate, calls_per_hour: ArrayLike, cv: ArrayLike, agents: ArrayLike,
    within_s: ArrayLike = 20.0, *, share: float = 0.1,
) -> Uncertain:
    """Service level of these agents where the rate has mean `calls_per_hour` and standard deviation `cv` times that.

    `model_of_rate` makes the model for rates (`lambda calls: erlang_a(calls, 180, 120)`); what else it holds may have
    the shape of the scenarios. `share` of the intervals fall below `quantile`. Raises UsageError.
    """
    mean, width, n, within = together(
        checked(inputs.CALLS, calls_per_hour), checked(inputs.SPREAD, cv), checked(inputs.AGENTS, agents),
        checked(inputs.WITHIN, within_s),
    )
    found = {
        name: as_given(_level(model_of_rate, *_rates(mean, width, name, share), n, within))
        for name in ("expected", "weighted", "quantile")
    }
    return Uncertain(**found)


def required_uncertain(
    model_of_rate: ModelOfRate, calls_per_hour: ArrayLike, cv: ArrayLike, service_level: ArrayLike,
    within_s: ArrayLike = 20.0, *, measure: Measure = "weighted", share: float = 0.1,
    max_occupancy: ArrayLike | None = None, whole: bool = True,
) -> Any:
    """The least agents whose service level under an uncertain rate meets the target: by its mean over intervals
    (`expected`), over calls (`weighted`), or in all but a `share` of the intervals (`quantile`). 0 without calls.

    `max_occupancy` caps the occupancy at the mean rate. Raises UsageError.
    """
    if measure not in ("expected", "weighted", "quantile"):
        raise UsageError(f"no measure {measure!r}", fix="use expected, weighted or quantile")
    mean, width, target, within = together(
        checked(inputs.CALLS, calls_per_hour), checked(inputs.SPREAD, cv), checked(inputs.LEVEL, service_level),
        checked(inputs.WITHIN, within_s),
    )
    (rates, weights), expectation = _rates(mean, width, measure, share), model_of_rate(mean)
    load = np.broadcast_to(expectation.load, np.broadcast_shapes(mean.shape, expectation.load.shape))
    cap = None if max_occupancy is None else checked(inputs.OCCUPANCY, max_occupancy)

    def enough(n: Array) -> NDArray[np.bool_]:
        met: NDArray[np.bool_] = _level(model_of_rate, rates, weights, n, within) >= target - 1e-12
        if cap is not None:
            met &= expectation.occupancy(n) <= cap + 1e-12
        return np.asarray(met | (load == 0))

    found = np.where(load > 0, (least_whole if whole else least)(enough, load), 0.0)
    return as_given(found.astype(np.int64) if whole else found)


def rate_nodes(cv: Array, count: int = NODES, *, over_calls: bool = True) -> tuple[Array, Array]:
    """Rates as multiples of their mean, `count` along a first axis, and the weights of each: Gauss's rule over the
    quantiles of the gamma distribution, which spreads them as cases are spread.

    `over_calls`: as calls meet the rate. A busy interval has more of them: that is gamma again, its shape greater by 1.
    """
    nodes, weights = _gauss(count)
    return _quantiles(cv, (nodes + 1) / 2, over_calls), weights / 2


@cache
def _gauss(count: int) -> tuple[Array, Array]:
    return np.polynomial.legendre.leggauss(count)


def high_rate(cv: Array, share: float = 0.1) -> Array:
    """The rate that is exceeded in a `share` of the intervals, as a multiple of the mean.

    More calls never raise the service level: its low quantile is that of the high rate.
    """
    return np.asarray(_quantiles(cv, np.array([1 - share]), False)[0])


def _quantiles(cv: Array, at: Array, over_calls: bool) -> Array:
    shape = 1 / np.maximum(cv, _CERTAIN) ** 2
    met = gammaincinv(shape + over_calls, at.reshape(-1, *([1] * np.ndim(cv))))
    return np.where(cv > _CERTAIN, met / shape, 1.0)


def _rates(mean: Array, cv: Array, measure: str, share: float) -> tuple[Array, Array]:
    checked(inputs.SHARE, share)
    if measure == "quantile":
        return mean * high_rate(cv, share)[None], np.ones(1)
    nodes, weights = rate_nodes(cv, over_calls=measure == "weighted")
    return mean * nodes, weights


def _level(model_of_rate: ModelOfRate, rates: Array, weights: Array, n: Array, within: Array) -> Array:
    return np.tensordot(weights, np.asarray(model_of_rate(rates).service_level(n, within)), 1)
