"""Chats: an agent takes several at once, and each takes longer the more there are.

A birth-death chain: with j chats shared out evenly, every agent has j // n of them or one more, and ends them at the
rate of that number. When all n * K places are taken further customers wait, and those who wait are served as by
n * K agents of the slowest rate: their wait has the law of Erlang A or C.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from ccops.errors import UsageError
from ccops.workforce.erlang import inputs, patience_law
from ccops.workforce.erlang.inputs import Array, checked
from ccops.workforce.erlang.queue_model import HOUR_S


@dataclass(frozen=True)
class Chat:
    """`aht_s[k - 1]` is how long a chat takes while its agent has k of them; there are at most `len(aht_s)`.

    `patience_s` may be infinite. Agents are whole.
    """

    chats_per_hour: float
    aht_s: tuple[float, ...]
    patience_s: float
    _rates: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rates = np.append(0.0, np.arange(1, len(self.aht_s) + 1) / np.array(self.aht_s))
        object.__setattr__(self, "_rates", rates)

    def at(self, agents: int, within_s: float = 20.0) -> dict[str, float]:
        """service_level, p_wait, p_abandon and chats_per_agent with so many agents.

        Raises UsageError for agents that are not a whole number from 1 up.
        """
        if agents != int(agents) or agents < 1:
            raise UsageError(f"{agents:g} agents for chats", fix="give a whole number from 1 up")
        within = float(checked(inputs.WITHIN, within_s))
        lam, places = self.chats_per_hour / HOUR_S, int(agents) * len(self.aht_s)
        each, over = np.divmod(np.arange(1, places + 1), int(agents))
        ends = (agents - over) * self._rates[each] + over * self._rates[np.minimum(each + 1, len(self.aht_s))]
        if lam == 0:
            return {"service_level": 1.0, "p_wait": 0.0, "p_abandon": 0.0, "chats_per_agent": 0.0}
        weights = np.append(0.0, np.cumsum(np.log(lam) - np.log(ends)))
        shares = np.exp(weights - weights.max())
        blocked = float(shares[-1] / shares.sum())
        wait, gone, late = self._waiting(lam, float(ends[-1]), blocked, within)
        free = float(np.arange(places) @ shares[:-1] / shares[:-1].sum())  # chats while a place is free
        return {
            "service_level": 1 - wait + wait * (1 - gone - late), "p_wait": wait, "p_abandon": wait * gone,
            "chats_per_agent": (free * (1 - wait) + places * wait) / agents,
        }

    def _waiting(self, lam: float, service: float, blocked: float, within_s: float) -> tuple[float, float, float]:
        """P(W > 0), and of those who wait the shares that give up and that are served too late."""
        if np.isinf(self.patience_s):
            if lam >= service:
                return 1.0, 0.0, 1.0
            wait = blocked / (1 - lam / service * (1 - blocked))
            return wait, 0.0, float(np.exp(-(service - lam) * within_s))
        x, y = np.array([service * self.patience_s]), np.array([lam * self.patience_s])
        log_a, gone = patience_law.waiting(x, y)
        late = patience_law.served_after(x, y, np.array([within_s / self.patience_s]))
        with np.errstate(divide="ignore"):
            wait = expit(np.log(blocked) - np.log1p(-blocked) + log_a)
        return float(wait[0]), float(gone[0]), float(late[0])

    def required(self, service_level: float, within_s: float = 20.0) -> int:
        """The least agents that answer the share within the time; 0 without chats."""
        target = float(checked(inputs.LEVEL, service_level))
        if self.chats_per_hour == 0:
            return 0
        agents = 1
        while self.at(agents, within_s)["service_level"] < target - 1e-12:
            agents *= 2
        low = agents // 2
        while agents - low > 1:
            middle = (low + agents) // 2
            met = self.at(middle, within_s)["service_level"] >= target - 1e-12
            low, agents = (low, middle) if met else (middle, agents)
        return agents


def chat(chats_per_hour: float, aht_s: ArrayLike, patience_s: float = np.inf) -> Chat:
    """A queue of chats whose handling time with 1, 2, … at once is given: `[300, 330, 400]`.

    Raises UsageError for impossible numbers, or where more at once would end fewer of them.
    """
    calls, times = float(checked(inputs.CALLS, chats_per_hour)), checked(inputs.AHT, aht_s)
    if times.ndim != 1 or not len(times):
        raise UsageError("a handling time for 1, 2, … chats at once", fix="give a list such as [300, 330, 400]")
    if np.any(np.diff(np.arange(1, len(times) + 1) / times) < 0):
        raise UsageError("an agent ends fewer chats with more of them at once", fix="allow fewer at once")
    return Chat(calls, tuple(times.tolist()), float(checked(inputs.PATIENCE, patience_s)))
