"""How many agents a load needs, and what a number of agents makes of it, over everything the load may turn out to be.

The forecast's distribution is one of the rate: gamma, with the forecast as its mean and the dispersion beyond chance
as its spread. A queue's service level over it is a ratio of sums: calls in time over calls. Agents are real numbers;
rounding is the schedule's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ccops.errors import UsageError
from ccops.workforce.erlang.abandonment import erlang_a
from ccops.workforce.erlang.delay import erlang_c
from ccops.workforce.erlang.general_patience import erlang_g
from ccops.workforce.erlang.uncertainty import high_rate, rate_nodes, spread

if TYPE_CHECKING:
    from ccops.settings import Settings
    from ccops.workforce.erlang.queue_model import QueueModel
    from ccops.workforce.patience import Survival

Array = NDArray[np.float64]
Kind = Literal["a", "g", "c"]
Risk = Literal["mean", "expected", "p10"]
# Nodes of the rate by how many times wider its spread makes the load than chance does: within 0.005 of the level.
NODES = ((0.0, 8), (0.5, 16), (1.0, 24), (2.0, 48), (8.0, 80))
LOW = 0.10  # the share of cases in which the service level is worse than its P10


@dataclass(frozen=True)
class Target:
    """What has to hold; None is no demand: `service_level` within `within_s`, at most `asa_s`, an `answer_rate`."""

    service_level: float | None = 0.80
    within_s: float = 20.0
    asa_s: float | None = None
    answer_rate: float | None = None

    def __post_init__(self) -> None:
        for name in ("service_level", "answer_rate"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise UsageError(f"a {name.replace('_', ' ')} of {value:g} cannot be a target",
                                 fix="give a share between 0 and 1, such as --target 80/20")
        if not 0 <= self.within_s < float("inf") or (self.asa_s is not None and not 0 < self.asa_s < float("inf")):
            raise UsageError("a target's seconds are a number from 0 upwards", fix="such as --target 80/20")
        if self.service_level is None and self.asa_s is None and self.answer_rate is None:
            raise UsageError("nothing to staff for: the settings name no service level, ASA or answer rate",
                             fix="give --target 80/20, or set [targets] in ccops.toml")

    @classmethod
    def of(cls, settings: Settings) -> Target:
        """The settings' targets. Raises UsageError where none of them can be staffed for."""
        from ccops.metrics.targets import target

        level = target("service_level", settings)
        # A threshold in a preset is what its figure was meant for; the settings' own is what reports measure.
        return cls(level, settings.service_level.within_s, target("asa", settings), target("answer_rate", settings))


@dataclass(frozen=True, eq=False)
class Load:
    """Intervals of one kind of model: arrays of one length. `dispersion` is variance over mean of the count.

    `patience_s` is for Erlang A; `curve` for M/M/n+G, one for all.
    """

    calls_per_hour: Array
    aht_s: Array
    dispersion: Array
    hours: float
    kind: Kind
    patience_s: Array
    curve: Survival | None = None

    def model(self, calls_per_hour: Array) -> QueueModel:
        """The queueing model at other rates; broadcasts."""
        if self.kind == "c":
            return erlang_c(calls_per_hour, self.aht_s)
        if self.kind == "g":
            assert self.curve is not None  # noqa: S101  a load of kind g is made with its curve
            return erlang_g(calls_per_hour, self.aht_s, self.curve)
        return erlang_a(calls_per_hour, self.aht_s, self.patience_s)

    def rates(self, risk: Risk) -> tuple[Array, Array]:
        """Rates per hour and their weights in calls, a row per node: the mean, the nodes of its distribution (as many
        as its widest row needs), or the rate that is exceeded in one case of ten."""
        one = np.ones((1, len(self.calls_per_hour)))
        if risk == "mean":
            return self.calls_per_hour[None, :], one
        if risk == "p10":
            return self.high()[None, :], one
        nodes, weights = rate_nodes(self.cv, int(self.nodes().max()))
        return self.calls_per_hour * nodes, np.broadcast_to(weights[:, None], nodes.shape)

    def nodes(self) -> NDArray[np.intp]:
        """How many nodes each row needs."""
        width = self.cv * np.sqrt(self.erlangs())
        limits, counts = zip(*NODES, strict=True)
        return np.asarray(np.array(counts)[np.searchsorted(limits, width, side="right") - 1])

    def erlangs(self) -> Array:
        """Agents that the mean rate would keep busy."""
        return self.calls_per_hour * self.aht_s / 3600

    @property
    def cv(self) -> Array:
        """Standard deviation of the rate over its mean; 0 where nothing but chance was left of the spread."""
        return spread(self.calls_per_hour * self.hours, np.maximum(self.dispersion, 1.0))

    def high(self) -> Array:
        """The rate that is exceeded in one case of ten, never below the mean: there the service level is its P10."""
        return self.calls_per_hour * np.maximum(high_rate(self.cv, LOW), 1.0)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What agents make of a load, over its distribution: ratios of expected calls, NaN where there are none."""

    service_level: Array
    asa_s: Array
    p_abandon: Array
    occupancy: Array


def predicted(load: Load, agents: Array, within_s: float, risk: Risk) -> Prediction:
    """The load's figures with these agents; `risk` mean at the forecast, else over its distribution."""
    over: Risk = "mean" if risk == "mean" else "expected"
    found = {one.name: np.full(len(agents), np.nan) for one in fields(Prediction)}
    for rows in _alike(load, over):
        made = _predicted(_part(load, rows), agents[rows], within_s, over)
        for name, values in found.items():
            values[rows] = getattr(made, name)
    return Prediction(**found)


def _alike(load: Load, risk: Risk) -> list[NDArray[np.intp]]:
    """Rows that need as many nodes, so many at once as fit."""
    counts = load.nodes() if risk == "expected" else np.ones(len(load.calls_per_hour), int)
    groups = [np.flatnonzero(counts == count) for count in np.unique(counts)]
    return [part for rows in groups for part in np.array_split(rows, max(1, len(rows) // _AT_ONCE))]


def level_at_high(load: Load, agents: Array, within_s: float) -> Array:
    """The service level that is missed in one case of ten: that of the rate exceeded as rarely."""
    return np.asarray(load.model(load.high()).level(agents, np.full(len(agents), within_s)))


def _predicted(load: Load, agents: Array, within_s: float, risk: Risk) -> Prediction:
    rates, weights = load.rates(risk)
    found = load.model(rates).fare(np.broadcast_to(agents, rates.shape), np.full(rates.shape, within_s))
    level, asa, lost = found["service_level"], found["asa_s"], found["p_abandon"]
    served = weights * (1 - lost)
    with np.errstate(divide="ignore", invalid="ignore"):  # nobody served, nobody there: unknown
        waited = (np.where(served > 0, asa, 0.0) * served).sum(axis=0) / served.sum(axis=0)
        busy = load.erlangs() * served.sum(axis=0) / np.where(agents > 0, agents, np.nan)
    return Prediction((level * weights).sum(axis=0), np.where(np.isfinite(waited), waited, np.nan),
                      (lost * weights).sum(axis=0), np.minimum(busy, 1.0))


def required(load: Load, target: Target, risk: Risk, max_occupancy: float = 1.0) -> Array:
    """Fewest agents, fractional, that meet the target under `risk` and keep occupancy at the mean under its cap.

    Never fewer under p10 than at the mean. No calls need no agents.
    """
    need = np.zeros(len(load.calls_per_hour))
    for rows in _alike(load, risk):
        need[rows] = _meeting(_part(load, rows), target, risk)
    if risk == "p10":
        need = np.maximum(need, _meeting(load, target, "mean"))
    if max_occupancy < 1:
        need = np.maximum(need, _capped(load, max_occupancy))
    return need


def _meeting(load: Load, target: Target, risk: Risk) -> Array:
    """Agents at which the target is just met: every demand as a margin that grows with the agents, in a scale in
    which it is close to a straight line (the normal quantile of a share, the logarithm of a time)."""
    from scipy.special import ndtri

    rates, weights = load.rates(risk)

    def margin(agents: Array, rows: NDArray[np.intp]) -> Array:
        calls, weight = rates[:, rows], weights[:, rows]
        model, n = _part(load, rows).model(calls), np.broadcast_to(agents, calls.shape)
        within = np.full(calls.shape, target.within_s)
        if target.asa_s is None and target.answer_rate is None:
            found = {"service_level": model.level(n, within)}
        else:
            found = model.fare(n, within)
        margins = []
        if target.service_level is not None:
            level = (found["service_level"] * weight).sum(axis=0)
            margins.append(ndtri(_inside(level)) - ndtri(target.service_level))
        if target.answer_rate is not None:
            answered = ((1 - found["p_abandon"]) * weight).sum(axis=0)
            margins.append(ndtri(_inside(answered)) - ndtri(target.answer_rate))
        if target.asa_s is not None:
            served = (1 - found["p_abandon"]) * weight
            waited = (np.where(served > 0, found["asa_s"], 0.0) * served).sum(axis=0)
            asa = np.where(served.sum(axis=0) > 0, waited / np.maximum(served.sum(axis=0), 1e-300), np.inf)
            margins.append(np.log(target.asa_s) - np.log(np.clip(asa, 1e-12, 1e12)))
        return np.asarray(np.min(margins, axis=0))

    erlangs, extra = load.erlangs(), load.erlangs() * load.cv
    width = np.sqrt(erlangs + (0.0 if risk == "mean" else extra**2))
    begin = rates[0] * load.aht_s / 3600 + 0.5 * np.sqrt(erlangs) if risk == "p10" else erlangs + 0.7 * width
    return _root(margin, np.where(load.calls_per_hour > 0, begin, 0.0), width)


def _capped(load: Load, most: float) -> Array:
    """Agents at which the mean rate keeps them no busier than `most`."""

    def margin(agents: Array, rows: NDArray[np.intp]) -> Array:
        busy = _part(load, rows).model(load.calls_per_hour[rows]).occupancy(agents)
        return np.asarray(np.log(most) - np.log(np.clip(busy, 1e-12, 1e12)))

    return _root(margin, load.erlangs() / most, load.erlangs() / most)


def _part(load: Load, rows: NDArray[np.intp]) -> Load:
    return replace(
        load, calls_per_hour=load.calls_per_hour[rows], aht_s=load.aht_s[rows], dispersion=load.dispersion[rows],
        patience_s=load.patience_s[rows],
    )


def _inside(share: Array) -> Array:
    return np.clip(share, 1e-12, 1 - 1e-12)


def _root(margin: Callable[[Array, NDArray[np.intp]], Array], begin: Array, width: Array) -> Array:
    """Where each margin crosses zero, by secants that stay between what is known; 0 where the search begins at 0.

    A margin grows by about one over `width` agents; the answer is on its upper side.
    """
    found = np.zeros(len(begin))
    rows = np.flatnonzero(begin > 0)
    x, scale = begin[rows], width[rows]
    low, high = np.zeros(len(rows)), np.full(len(rows), np.inf)
    before, at_before = x, np.full(len(rows), np.nan)
    for step in range(_MOST):
        at = np.clip(margin(x, rows), -_FAR, _FAR) - _CLOSE
        met = at >= 0
        low, high = np.where(met, low, x), np.where(met, x, high)
        done = (np.abs(at) <= _CLOSE) | (high - low <= _CLOSE) | (step == _MOST - 1)
        found[rows[done]] = np.where(np.abs(at) <= _CLOSE, x, high)[done]
        if done.all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            secant = x - at * (x - before) / (at - at_before)
        first = np.where(np.isfinite(secant), secant, x - at * scale)
        # A secant that crawls over a plateau, or none that helps: halve, or go twice as far.
        halved = np.where(np.isfinite(high), (low + high) / 2, 2 * low + scale)
        sound = (first > low) & (first < high) & (first < 3 * x + scale) & (step % 4 != 3)
        guess = np.where(sound, first, halved)
        before, at_before, x = x[~done], at[~done], guess[~done]
        rows, scale, low, high = rows[~done], scale[~done], low[~done], high[~done]
    return found


_AT_ONCE = 500  # intervals whose integrals fit the processor's cache: three times faster
_FAR = 8.0  # a margin beyond eight standard deviations tells nothing more
_CLOSE = 1e-5  # of a margin, and agents
_MOST = 100
