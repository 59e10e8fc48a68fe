"""What the synthetic centre does differently from now on, so that a recommendation can be tried and its worth counted.

Without changes the centre keeps the habits that were planted in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ccops.demo.centre import Agent
from ccops.demo.crm import PLANTED_REASON, WRONG_BILLS
from ccops.demo.roster import Habits


@dataclass(frozen=True)
class Changes:
    """Teams whose lunches are spread, sets of queues that everybody of them serves, reasons that bring nobody back any
    more, shifts whose hires stay like the others', and who starts at another time: (team, before, after, how many)."""

    lunch_spread: tuple[str, ...] = ()
    pooled: tuple[tuple[str, ...], ...] = ()
    repeat_fixed: tuple[str, ...] = ()
    onboarding: tuple[str, ...] = ()
    moved: tuple[tuple[str, str, str, int], ...] = ()

    @property
    def habits(self) -> Habits:
        """What the roster makes of them."""
        return Habits(frozenset(self.lunch_spread), tuple(
            (team, _seconds(before), _seconds(after), n) for team, before, after, n in self.moved
        ))

    @property
    def settled(self) -> float:
        """The share of billing's returning callers who have no wrong bill to return for any more."""
        return WRONG_BILLS if PLANTED_REASON in self.repeat_fixed else 0.0

    def trained(self, people: Sequence[Agent]) -> tuple[Agent, ...]:
        """The people with the queues that they serve now, their own first."""
        return tuple(replace(agent, queues=self._queues(agent.queues)) for agent in people)

    def _queues(self, queues: tuple[str, ...]) -> tuple[str, ...]:
        for pool in self.pooled:
            if set(queues) & set(pool):
                queues = (*queues, *(queue for queue in pool if queue not in queues))
        return queues


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


UNCHANGED = Changes()
