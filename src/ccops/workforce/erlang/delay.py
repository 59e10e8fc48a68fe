"""Erlang B and C: callers who are turned away when all lines are busy, and callers who wait as long as it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ccops.workforce.erlang import poisson
from ccops.workforce.erlang.inputs import Array
from ccops.workforce.erlang.queue_model import HOUR_S, QueueModel, queue_of


@dataclass(frozen=True, eq=False)
class ErlangB(QueueModel):
    """M/M/n/n: a call that finds all lines busy is lost. Its service level is the share that is not."""

    @property
    def lost(self) -> str:
        return "p_block"

    def level(self, agents: Array, within_s: Array) -> Array:
        return 1 - self.lost_share(agents) + 0 * within_s

    def lost_share(self, agents: Array) -> Array:
        return poisson.blocking(agents, self.load)

    def measures(self, agents: Array) -> dict[str, Array]:
        none = np.zeros(agents.shape)
        waits = dict.fromkeys(("asa_s", "p_wait", "p_abandon", "queue_length"), none)
        return waits | {"asa_s": np.where(agents > 0, none, np.nan), "p_block": self.lost_share(agents)}


@dataclass(frozen=True, eq=False)
class ErlangC(QueueModel):
    """M/M/n: everybody waits until answered. Where the load is not below the agents the queue grows without end."""

    @property
    def endless(self) -> bool:
        return True

    def level(self, agents: Array, within_s: Array) -> Array:
        with np.errstate(over="ignore"):
            late = poisson.delay(agents, self.load) * np.exp(-np.maximum(agents - self.load, 0) * within_s / self.aht_s)
        return np.where(agents > self.load, 1 - late, 0.0)

    def measures(self, agents: Array) -> dict[str, Array]:
        waiting, spare = poisson.delay(agents, self.load), agents - self.load
        asa = np.where(spare > 0, waiting * self.aht_s / np.where(spare > 0, spare, 1.0), np.inf)
        none = np.zeros(agents.shape)
        return {
            "asa_s": asa, "p_wait": waiting, "p_abandon": none, "p_block": none,
            "queue_length": asa * np.where(self.load > 0, self.calls_per_hour, 1.0) / HOUR_S,
        }


def erlang_b(calls_per_hour: ArrayLike, aht_s: ArrayLike) -> ErlangB:
    """Lines for calls that are lost when all are busy: trunks, channels. Raises UsageError for impossible numbers."""
    return ErlangB(*queue_of(calls_per_hour, aht_s))


def erlang_c(calls_per_hour: ArrayLike, aht_s: ArrayLike) -> ErlangC:
    """Agents for callers who never give up. Raises UsageError for impossible numbers."""
    return ErlangC(*queue_of(calls_per_hour, aht_s))
