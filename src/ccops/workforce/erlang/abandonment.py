"""Erlang A (M/M/n+M), exact: callers wait for an agent as long as their patience lasts, which is exponential.

Palm 1957; Garnett, Mandelbaum & Reiman 2002; Mandelbaum & Zeltyn 2005.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

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
        return self._by_case(agents, within_s, _Usual.level, lambda c, n, within: c.level(n, within), 0.0)

    def lost_share(self, agents: Array) -> Array:
        none = np.zeros(())
        return self._by_case(agents, none, _Usual.lost_share, lambda c, n, _: c.lost_share(n), 1.0)

    def quits(self, agents: Array, within_s: Array) -> Array:
        found = self._by_case(agents, within_s, _Usual.quits, lambda c, n, within: c.quits(n, within), np.nan)
        return np.where(agents > 0, found, -np.expm1(-within_s / self.patience_s))

    def measures(self, agents: Array) -> dict[str, Array]:
        none, lost = np.zeros(()), self.lost_share(agents)

        def of(name: str, usual: Callable[[_Usual], Array], without_agents: float) -> Array:
            return self._by_case(agents, none, usual, lambda c, n, _: c.measures(n)[name], without_agents)

        endless = np.isposinf(self.patience_s)
        waiting = np.where(endless, 0.0, self.calls_per_hour / HOUR_S * lost * np.where(endless, 1.0, self.patience_s))
        return {
            "asa_s": of("asa_s", _Usual.asa_s, np.nan), "p_wait": of("p_wait", _Usual.p_wait, 1.0), "p_abandon": lost,
            "p_block": np.zeros(lost.shape),
            "queue_length": np.where(endless, of("queue_length", _Usual.p_wait, 0.0), waiting),
        }

    def _by_case(
        self, agents: Array, within_s: Array, usual: Callable[[_Usual], Array],
        endless: Callable[[ErlangC, Array, Array], Array], without_agents: float,
    ) -> Array:
        """A measure by whichever formula holds: with calls, agents and an end to patience; without that end."""
        n, within, calls, aht, patience = together(agents, within_s, *self.arrays())
        found = np.full(n.shape, without_agents)
        here = (n > 0) & (calls > 0) & np.isfinite(patience)
        found[here] = usual(_Usual(n[here], calls[here] / HOUR_S, 1 / aht[here], 1 / patience[here], within[here]))
        if np.any(never := np.isposinf(patience)):
            found[never] = endless(ErlangC(calls[never], aht[never]), n[never], within[never])
        return found


@dataclass(frozen=True, eq=False)
class _Usual:
    """Scenarios with n agents, calls at rate `lam`, service at rate `mu` and patience at rate `theta`, per second."""

    n: Array
    lam: Array
    mu: Array
    theta: Array
    within_s: Array

    def _waiting(self) -> tuple[Array, Array]:
        """P(W > 0) = 1 / (1 + (1 - B) / (B A)), and the share of those who wait that gives up."""
        log_a, gives_up = patience_law.waiting(self.n * self.mu / self.theta, self.lam / self.theta)
        blocked = poisson.blocking(self.n, self.lam / self.mu)
        with np.errstate(divide="ignore"):
            return expit(np.log(blocked) - np.log1p(-blocked) + log_a), gives_up

    def p_wait(self) -> Array:
        return self._waiting()[0]

    def lost_share(self) -> Array:
        wait, gives_up = self._waiting()
        return wait * gives_up

    def level(self) -> Array:
        wait, gives_up = self._waiting()
        late = patience_law.served_after(
            self.n * self.mu / self.theta, self.lam / self.theta, self.within_s * self.theta
        )
        return np.clip(1 - wait + wait * (1 - gives_up - late), 0.0, 1.0)

    def quits(self) -> Array:
        wait, gives_up = self._waiting()
        x, y, s = self.n * self.mu / self.theta, self.lam / self.theta, self.within_s * self.theta
        later = np.exp(-s) * patience_law.waits_after(x, y, s) - patience_law.served_after(x, y, s)
        return wait * np.clip(gives_up - later, 0.0, 1.0)

    def asa_s(self) -> Array:
        wait, gives_up = self._waiting()
        served_late = wait * (1 - gives_up)
        mean = patience_law.served_wait(self.n * self.mu / self.theta, self.lam / self.theta) / self.theta
        return served_late * mean / (1 - wait * gives_up)


def erlang_a(calls_per_hour: ArrayLike, aht_s: ArrayLike, patience_s: ArrayLike) -> ErlangA:
    """Agents for callers who give up after `patience_s` on average: a caller's own limit, not the wait of those who
    gave up (`ccops.workforce.patience` estimates it). Raises UsageError for impossible numbers.
    """
    return ErlangA(*queue_of(calls_per_hour, aht_s), checked(PATIENCE, patience_s))
