"""Breaks, put in order, and counted breaks dealt out to single agents: who goes when.

Why it always works: in a pool no window lies inside another, so agents sorted by when their window opens are sorted by
when it closes too. The n-th break to begin goes to the n-th agent. Nobody goes before the window opens, because no more
breaks begin than agents have entered the pool; nobody goes late, because no more wait than have a window still open.
Breaks of one stretch follow one another because their windows do, or because as many agents have ended the earlier one
as begin the later one, in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccops.workforce.schedule.model import Pool

Taken = dict[tuple[int, int], list[list[int]]]  # (column, stretch) -> per agent the slots in which breaks begin


@dataclass(frozen=True)
class Break:
    """A break of `length` slots that begins `first` to `last` slots after its stretch does."""

    length: int
    first: int
    last: int


def ordered(breaks: Sequence[Break]) -> list[Break]:
    """The breaks with their windows cut to what their order allows. Raises ValueError where it allows nothing."""
    first, last = [one.first for one in breaks], [one.last for one in breaks]
    for n in range(1, len(breaks)):
        first[n] = max(first[n], first[n - 1] + breaks[n - 1].length)
    for n in range(len(breaks) - 2, -1, -1):
        last[n] = min(last[n], last[n + 1] - breaks[n].length)
    if any(one > other for one, other in zip(first, last, strict=True)):
        raise ValueError("the breaks cannot follow one another in their windows")
    return [Break(one.length, a, b) for one, a, b in zip(breaks, first, last, strict=True)]


def deal(pools: Sequence[Pool], agents: Sequence[int], begun: Mapping[int, int], waiting: Mapping[int, int],
         around: int) -> Taken:
    """Each agent's breaks in order. `begun` and `waiting` are the whole counts of the pools' variables.

    Raises ValueError for counts that are no plan.
    """
    taken: dict[tuple[int, int], dict[int, list[int]]] = {}
    for pool in pools:
        queue = [m for m in sorted(pool.members, key=lambda m: m.first % around) for _ in range(agents[m.column])]
        leaving = [slot for slot, variable in pool.begin.items() for _ in range(begun[variable])]
        if len(leaving) != len(queue):
            raise ValueError(f"{len(leaving)} breaks for {len(queue)} agents")
        # In a plan that repeats, those who wait over its end go first in the next round.
        over = waiting[pool.wait[around - 1]] if around - 1 in pool.wait else 0
        for n, slot in enumerate(leaving):
            member = queue[n - over]
            begins = member.first + (slot - member.first) % around
            if begins > member.last:
                raise ValueError("a break outside its window")
            taken.setdefault((member.column, member.stretch), {}).setdefault(member.nth, []).append(begins)
    # each agent's breaks are of the same rank; where a plan repeats, slots in order are not yet times in order
    return {
        key: [list(breaks) for breaks in zip(*(sorted(by_break[nth]) for nth in sorted(by_break)), strict=True)]
        for key, by_break in taken.items()
    }
