"""Breaks of agents without a sign-in log, told by who answered: whoever is passed over too often was not there.

A switch gives a call to the agent who has been idle longest. In a gap between two calls an agent who is there can be
passed over no more often than colleagues stood idle before him; more often, and he was away. Who is away stands idle
for nobody, so the rule is applied again until nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

SHORTEST_S = 30.0  # no gap is a break below this: so much is rest and the reading of two clocks
_ROUNDS = 8  # it settles in three or four

Array = NDArray[np.float64]
Stretch = tuple[float, float]
Gap = tuple[str, float, float]


def gaps_of(agent: str, calls: Sequence[Stretch]) -> list[Gap]:
    """The agent's stretches between calls, overlapping ones taken together."""
    found: list[Gap] = []
    ordered = sorted(calls)
    end = ordered[0][1] if ordered else 0.0
    for start, until in ordered[1:]:
        if start > end:
            found.append((agent, end, start))
        end = max(end, until)
    return found


def away(gaps: Sequence[Gap], skills: Mapping[str, tuple[str, ...]], starts: Mapping[str, Array]) -> list[bool]:
    """Which gaps are absences; `starts` are the sorted instants at which calls of each queue began to ring."""
    if not gaps:
        return []
    kinds = sorted({tuple(sorted(skills[agent])) for agent, *_ in gaps})
    kind = np.array([kinds.index(tuple(sorted(skills[agent]))) for agent, *_ in gaps])
    begin, end = np.array([gap[1] for gap in gaps]), np.array([gap[2] for gap in gaps])
    passed = np.zeros(len(gaps))
    for i, queues in enumerate(kinds):
        own = np.sort(np.concatenate([starts[queue] for queue in queues if queue in starts] or [np.zeros(0)]))
        mine = kind == i
        passed[mine] = np.searchsorted(own, end[mine] - 0.5) - np.searchsorted(own, begin[mine])
    gone = np.zeros(len(gaps), bool)
    for _ in range(_ROUNDS):
        more = gone | ((end - begin > SHORTEST_S) & (passed > _idle(begin, end, kind, kinds, gone)))
        if (more == gone).all():
            break
        gone = more
    return [bool(each) for each in gone]


def _idle(begin: Array, end: Array, kind: NDArray[np.int64], kinds: Sequence[tuple[str, ...]],
          gone: NDArray[np.bool_]) -> Array:
    """Colleagues for the same queues who stood idle when each gap began, the agent himself not counted."""
    idle = np.zeros(len(begin))
    for i, queues in enumerate(kinds):
        mine = kind == i
        for j, others in enumerate(kinds):
            if set(queues) & set(others):
                there = (kind == j) & ~gone
                opened = np.searchsorted(np.sort(begin[there]), begin[mine], side="right")
                closed = np.searchsorted(np.sort(end[there]), begin[mine], side="right")
                idle[mine] += opened - closed
    return idle - ~gone
