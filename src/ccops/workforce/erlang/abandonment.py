"""Erlang A (M/M/n+M), exact: callers wait for an agent as long as their patience lasts, which is exponential.

Palm 1957; Garnett, Mandelbaum & Reiman 2002; Mandelbaum & Zeltyn 2005.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from ccops.workforce.erlang import patience_law, poisson
from ccops.workforce.erlang.delay import ErlangC
from ccops.workforce.erlang.inputs import PATIENCE, Array, checked, together
from ccops.workforce.erlang.queue_model import HOUR_S, QueueModel, queue_of


@dataclass(frozen=True, eq=False)
class ErlangA(QueueModel):
    """Erlang A with a mean patience in seconds; where that is infinite it is Erlang C.

    Agents may be fewer than the load: who gives up needs none.
    """

    patience_s: Array = field(repr=False)

    @property
    def lost(self) -> str:
        return "p_abandon"

    @property
    def endless(self) -> bool:
        return bool(np.all(np.isposinf(self.patience_s)))

    def arrays(self) -> tuple[Array, ...]:
        return self.calls_per_hour, self.aht_s, self.patience_s

    def level(self, agents: Array, within_s: Array) -> Array:
        return self._by_case(agents, within_s, "service_level")["service_level"]

    def lost_share(self, agents: Array) -> Array:
        return self._by_case(agents, np.zeros(()), "p_abandon")["p_abandon"]

    def quits(self, agents: Array, within_s: Array) -> Array:
        found = self._by_case(agents, within_s, "quits")["quits"]
        return np.where(agents > 0, found, -np.expm1(-within_s / self.patience_s))

    def measures(self, agents: Array) -> dict[str, Array]:
        return self._measures(agents, np.zeros(()), "asa_s", "p_wait", "p_abandon")

    def fare(self, agents: Array, within_s: Array) -> dict[str, Array]:
        return self._measures(agents, within_s, "service_level", "asa_s", "p_wait", "p_abandon")

    def _measures(self, agents: Array, within_s: Array, *names: str) -> dict[str, Array]:
        found = self._by_case(agents, within_s, *names, "queue_length")
        endless, lost = np.isposinf(self.patience_s), found["p_abandon"]
        waiting = np.where(endless, 0.0, self.calls_per_hour / HOUR_S * lost * np.where(endless, 1.0, self.patience_s))
        return found | {
            "p_block": np.zeros(lost.shape), "queue_length": np.where(endless, found["queue_length"], waiting),
        }

    def _by_case(self, agents: Array, within_s: Array, *names: str) -> dict[str, Array]:
        """Measures by whichever formula holds: with calls, agents and an end to patience; without that end."""
        n, within, calls, aht, patience = together(agents, within_s, *self.arrays())
        here, never = (n > 0) & (calls > 0) & np.isfinite(patience), np.isposinf(patience)
        usual = _Usual(n[here], calls[here] / HOUR_S, 1 / aht[here], 1 / patience[here], within[here])
        endless: dict[str, Array] = {}
        if np.any(never):
            unending = ErlangC(calls[never], aht[never])
            endless = unending.fare(n[never], within[never]) | {"quits": unending.quits(n[never], within[never])}
        made = {}
        for name in names:
            found = np.full(n.shape, _WITHOUT_AGENTS[name])
            if name != "queue_length":
                found[here] = getattr(usual, name)
            if endless:
                found[never] = endless[name]
            made[name] = found
        return made


_WITHOUT_AGENTS = {
    "service_level": 0.0, "asa_s": np.nan, "p_wait": 1.0, "p_abandon": 1.0, "quits": np.nan, "queue_length": 0.0,
}


@dataclass(frozen=True, eq=False)
class _Usual:
    """Scenarios with n agents, calls at rate `lam`, service at rate `mu` and patience at rate `theta`, per second."""

    n: Array
    lam: Array
    mu: Array
    theta: Array
    within_s: Array

    @cached_property
    def _scale(self) -> tuple[Array, Array]:
        return self.n * self.mu / self.theta, self.lam / self.theta

    @cached_property
    def _waiting(self) -> tuple[Array, Array]:
        """P(W > 0) = 1 / (1 + (1 - B) / (B A)), and the share of those who wait that gives up."""
        log_a, gives_up = patience_law.waiting(*self._scale)
        blocked = poisson.blocking(self.n, self.lam / self.mu)
        with np.errstate(divide="ignore"):
            return expit(np.log(blocked) - np.log1p(-blocked) + log_a), gives_up

    @property
    def p_wait(self) -> Array:
        return self._waiting[0]

    @property
    def p_abandon(self) -> Array:
        wait, gives_up = self._waiting
        return wait * gives_up

    @property
    def service_level(self) -> Array:
        wait, gives_up = self._waiting
        late = patience_law.served_after(*self._scale, self.within_s * self.theta)
        return np.clip(1 - wait + wait * (1 - gives_up - late), 0.0, 1.0)

    @property
    def quits(self) -> Array:
        wait, gives_up = self._waiting
        s = self.within_s * self.theta
        later = np.exp(-s) * patience_law.waits_after(*self._scale, s) - patience_law.served_after(*self._scale, s)
        return wait * np.clip(gives_up - later, 0.0, 1.0)

    @property
    def asa_s(self) -> Array:
        wait, gives_up = self._waiting
        mean = patience_law.served_wait(*self._scale) / self.theta
        return wait * (1 - gives_up) * mean / (1 - wait * gives_up)


def erlang_a(calls_per_hour: ArrayLike, aht_s: ArrayLike, patience_s: ArrayLike) -> ErlangA:
    """Agents for callers who give up after `patience_s` on average: a caller's own limit, not the wait of those who
    gave up (`ccops.workforce.patience` estimates it). Raises UsageError for impossible numbers.
    """
    return ErlangA(*queue_of(calls_per_hour, aht_s), checked(PATIENCE, patience_s))
