"""M/M/n+G: exponential handling times, and a patience of whatever shape the records show.

With H the integral of the survival curve S, a caller who has to wait meets the density e^(lambda H(t) - n mu t), up to
a factor, as the wait that an endless patience would have (Baccelli & Hebuterne 1981; Mandelbaum & Zeltyn 2005). Over a
step of S that is an exponential, over its tail what Erlang A knows: the integrals are exact for the curve given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from ccops.workforce.erlang import patience_law, poisson
from ccops.workforce.erlang.inputs import Array, together
from ccops.workforce.erlang.queue_model import HOUR_S, QueueModel, queue_of
from ccops.workforce.patience import Survival

_AT_ONCE = 250_000  # cells of scenarios by steps
_LOWEST = -300.0  # of a logarithm: numbers so small that they slow the processor down change no sum


@dataclass(frozen=True, eq=False)
class ErlangG(QueueModel):
    """M/M/n+G with one survival curve for all scenarios."""

    patience: Survival = field(repr=False)

    @property
    def lost(self) -> str:
        return "p_abandon"

    def level(self, agents: Array, within_s: Array) -> Array:
        return self._by_chunk(agents, within_s, "service_level")["service_level"]

    def lost_share(self, agents: Array) -> Array:
        return self._by_chunk(agents, np.zeros(()), "p_abandon")["p_abandon"]

    def quits(self, agents: Array, within_s: Array) -> Array:
        found = self._by_chunk(agents, within_s, "quits")["quits"]
        return np.where(agents > 0, found, 1 - self.patience.at(within_s))

    def measures(self, agents: Array) -> dict[str, Array]:
        return self._measures(agents, np.zeros(()), "asa_s", "p_wait", "p_abandon")

    def fare(self, agents: Array, within_s: Array) -> dict[str, Array]:
        return self._measures(agents, within_s, "service_level", "asa_s", "p_wait", "p_abandon")

    def _measures(self, agents: Array, within_s: Array, *names: str) -> dict[str, Array]:
        found = self._by_chunk(agents, within_s, *names, "mean_wait_s")
        wait = found.pop("mean_wait_s")
        return found | {
            "p_block": np.zeros(wait.shape),
            "queue_length": wait * np.where(self.load > 0, self.calls_per_hour, 1.0) / HOUR_S,
        }

    def _by_chunk(self, agents: Array, within_s: Array, *names: str) -> dict[str, Array]:
        """Measures, over a bounded number of scenarios at once and the same time for all of them."""
        n, within, calls, aht = together(agents, within_s, self.calls_per_hour, self.aht_s)
        last = 1 - float(self.patience.survival[-1]) * np.isposinf(self.patience.tail_s)
        without_agents = {"service_level": 0.0, "asa_s": np.nan, "p_wait": 1.0, "p_abandon": last, "quits": np.nan,
                          "mean_wait_s": self.patience.mean_s}
        found = {name: np.full(n.shape, without_agents[name]) for name in names}
        size = max(1, _AT_ONCE // len(self.patience.times_s))
        for time in np.unique(within):
            here = np.flatnonzero((n > 0) & (calls > 0) & (within == time))
            for part in np.split(here, range(size, len(here), size)):
                lam, service = calls.flat[part] / HOUR_S, n.flat[part] / aht.flat[part]
                caller = _Caller(n.flat[part], lam, service, float(time), self.patience)
                for name in names:
                    found[name].flat[part] = getattr(caller, name)
        return found


class _Caller:
    """How callers fare, as shares of all (`p_wait`) and of those who wait: served and gone in the end, still there
    after the time (late), served after it.

    `lam` calls and `service` = n mu completions per second. The integrals are kept over e^height.
    """

    def __init__(self, n: Array, lam: Array, service: Array, within_s: float, curve: Survival) -> None:
        times = curve.times_s
        if 0 < within_s < times[-1]:
            times = np.union1d(times, within_s)
        self._begin, self._span, self._alive = times[:-1], np.diff(times), curve.at(times[:-1])
        self._held, self._slope = curve.within(times), lam[:, None] * self._alive - service[:, None]
        ends = lam[:, None] * self._held - service[:, None] * times
        highs = np.maximum(ends[:, :-1], ends[:, 1:])
        self._tail = _Tail(lam, service, float(times[-1]), curve)
        height = np.maximum(highs.max(axis=1, initial=-np.inf), self._tail.height)
        self._tops = np.exp(np.maximum(highs - height[:, None], _LOWEST)) * self._span
        self._area = self._tops * _mean_of_fall(-np.abs(self._slope * self._span))
        self._scale = np.exp(self._tail.height - height)
        self._whole = self._area.sum(1) + self._scale * self._tail.whole

        late_steps = 1.0 * (self._begin >= within_s)
        late_tail, late_tail_served = self._tail.after(max(within_s - float(times[-1]), 0.0))
        blocked = poisson.blocking(n, lam / service * n)
        with np.errstate(divide="ignore"):
            idle = np.log1p(-blocked) - np.log(blocked) + np.log(lam / service)  # log of 1 / B(n - 1)
        never = float(curve.survival[-1])  # of an endless queue these are served
        self._endless = ~np.isfinite(self._whole)
        self.p_wait = np.where(self._endless, 1.0, expit(np.log(lam * self._whole) + height - idle))
        self.served = self._share(self._area @ self._alive + self._scale * self._tail.served, never)
        self.gone = self._share(self._area @ (1 - self._alive) + self._scale * self._tail.gone, 1 - never)
        late = self._area @ late_steps + self._scale * late_tail
        self.late = self._share(late * float(curve.at(within_s)), never)
        self.served_late = self._share(
            self._area @ (late_steps * self._alive) + self._scale * late_tail_served, never
        )

    def _share(self, part: Array, of_endless: float) -> Array:
        with np.errstate(invalid="ignore"):
            return np.where(self._endless, of_endless, part / self._whole)

    @cached_property
    def _moment(self) -> Array:
        """Per step the integral with the time since its begin as a factor; a rise is a fall seen from its end."""
        turn: Array = self._tops * self._span * _moment_of_fall(-np.abs(self._slope * self._span))
        return np.where(self._slope > 0, self._span * self._area - turn, turn)

    @property
    def service_level(self) -> Array:
        return np.clip(1 - self.p_wait * (1 - self.served + self.served_late), 0.0, 1.0)

    @property
    def p_abandon(self) -> Array:
        return self.p_wait * self.gone

    @property
    def quits(self) -> Array:
        """Share of all that gives up within the time."""
        return self.p_wait * np.clip(self.gone - self.late + self.served_late, 0.0, 1.0)

    @property
    def mean_wait_s(self) -> Array:
        """Mean wait of all: of patience or wait, whichever ends first."""
        steps = self._area @ self._held[:-1] + self._moment @ self._alive
        return self.p_wait * self._share(steps + self._scale * self._tail.held, np.inf)

    @property
    def asa_s(self) -> Array:
        """Mean wait of the served: what they have waited, over their share."""
        steps = self._area @ (self._alive * self._begin) + self._moment @ self._alive
        waited = self._share(steps + self._scale * self._tail.served_s, np.inf)
        return self.p_wait * waited / (1 - self.p_abandon)


class _Tail:
    """The same integrals from the last step on; each over e^height."""

    def __init__(self, lam: Array, service: Array, begin: float, curve: Survival) -> None:
        alive, held = float(curve.survival[-1]), float(curve.within(begin))
        self.height = lam * held - service * begin
        self._law: tuple[Array, Array] | None = None
        self._alive, self._mean_s = alive, curve.tail_s
        if alive == 0 or np.isinf(curve.tail_s):
            self._spare = spare = service - lam * alive
            self.whole = np.where(spare > 0, 1 / np.where(spare > 0, spare, 1.0), np.inf)
            with np.errstate(invalid="ignore"):  # an endless queue is told from `whole`
                self.served, self.gone = self.whole * alive, self.whole * (1 - alive)
                self.held = self.whole * (held + self.served)
                self.served_s = self.served * (begin + self.whole)
            return
        x, y = service * curve.tail_s, lam * alive * curve.tail_s
        self._law = (x, y)
        log_a, quits = patience_law.waiting(x, y)
        self.height = self.height + log_a - np.log(service)
        self.whole, self.served, self.gone = np.ones_like(lam), alive * (1 - quits), 1 - alive + alive * quits
        self.held = held + alive * quits * curve.tail_s
        self.served_s = self.served * (begin + patience_law.served_wait(x, y) * curve.tail_s)

    def after(self, s: float) -> tuple[Array, Array]:
        """The integral and that with S from `s` seconds after the last step on."""
        if s == 0:
            return self.whole, self.served
        if self._law is None:
            fall = np.exp(-np.maximum(self._spare, 0.0) * s)
            with np.errstate(invalid="ignore"):
                return self.whole * fall, self.served * fall
        x, y = self._law
        times = np.full(x.shape, s / self._mean_s)
        return patience_law.waits_after(x, y, times), self._alive * patience_law.served_after(x, y, times)


def _mean_of_fall(z: Array) -> Array:
    """(e^z - 1) / z for z <= 0: the mean of e^(z u) over u from 0 to 1."""
    return np.where(z < 0, np.expm1(z) / np.where(z < 0, z, 1.0), 1.0)


def _moment_of_fall(z: Array) -> Array:
    """The mean of u e^(z u) over u from 0 to 1, for z <= 0."""
    some = np.where(z < -0.05, z, -1.0)
    series = 1 / 2 + z * (1 / 3 + z * (1 / 8 + z * (1 / 30 + z * (1 / 144 + z * (1 / 840 + z / 5760)))))
    return np.where(z < -0.05, (np.exp(some) * (some - 1) + 1) / some**2, series)


def erlang_g(calls_per_hour: ArrayLike, aht_s: ArrayLike, patience: Survival) -> ErlangG:
    """Agents for callers whose patience has been measured (`ccops.workforce.patience`). Raises UsageError."""
    return ErlangG(*queue_of(calls_per_hour, aht_s), patience)
