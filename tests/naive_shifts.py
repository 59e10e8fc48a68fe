"""Schedules the plain way: every plan tried, every agent's breaks tried; and the program written out in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from ccops.workforce.schedule.model import Column, Problem, Stretch
from ccops.workforce.schedule.prices import Curve

Array = NDArray[np.float64]


def placements(stretch: Stretch) -> list[tuple[int, ...]]:
    """Every way in which one agent may take the breaks: in their windows, one after the other."""
    found = []
    for starts in product(*(range(one.first, one.last + 1) for one in stretch.breaks)):
        ends = [start + one.length for start, one in zip(starts, stretch.breaks, strict=True)]
        if all(end <= start for end, start in zip(ends, starts[1:], strict=False)):
            found.append(starts)
    return found


def presence(column: Column, starts: Sequence[int], slots: int) -> Array:
    """The slots in which one agent of a one-day column is at work."""
    [stretch] = column.stretches
    there = np.zeros(slots)
    for slot in range(stretch.length):
        away = any(start <= slot < start + one.length for start, one in zip(starts, stretch.breaks, strict=True))
        if not away and 0 <= stretch.start + slot < slots:
            there[stretch.start + slot] = 1
    return there


def priced(curves: Sequence[Curve | None], cover: Array) -> float:
    """What a cover costs; infinite below a floor."""
    total = 0.0
    for one, agents in zip(curves, cover, strict=True):
        if one is None:
            continue
        missing = one.top - agents
        total += one.at_top + one.slope * (agents - one.top)
        for width, price in one.steps:
            total += max(min(missing, width), 0.0) * price
            missing -= width
        if missing > 1e-9:
            return float("inf")
    return total


def crews(column: Column, most: int, slots: int) -> Iterator[tuple[float, Array]]:
    """Every number of agents and every choice of their breaks: pay and cover."""
    ways = [presence(column, starts, slots) for starts in placements(column.stretches[0])]
    for agents in range(most + 1):
        for chosen in combinations_with_replacement(range(len(ways)), agents):
            cover = sum((ways[n] for n in chosen), np.zeros(slots))
            yield column.cost * agents, cover


def cheapest(problem: Problem, most: int) -> float:
    """The best cost by trying everything; one queue, one-day columns, no limits, at most `most` agents each."""
    best: dict[bytes, tuple[float, Array]] = {b"": (0.0, np.zeros(problem.slots))}
    for column in problem.columns:
        after: dict[bytes, tuple[float, Array]] = {}
        for pay, cover in best.values():
            for more, theirs in crews(column, most, problem.slots):
                key, total = (cover + theirs).tobytes(), pay + more
                if key not in after or total < after[key][0]:
                    after[key] = total, cover + theirs
        best = after
    return min(pay + priced(problem.curves[0], cover) for pay, cover in best.values())


def written_out(problem: Problem) -> float:
    """The optimum by Aykin's program in full: one count per shift, break and slot. One queue, no limits."""
    columns = len(problem.columns)
    cost = [column.cost for column in problem.columns]
    integer = [1] * columns
    present: list[dict[int, float]] = [{} for _ in range(problem.slots)]
    rows: list[tuple[dict[int, float], float, float]] = []
    for number, column in enumerate(problem.columns):
        for stretch in column.stretches:
            for slot in range(stretch.start, stretch.start + stretch.length):
                if 0 <= slot < problem.slots:
                    present[slot][number] = present[slot].get(number, 0.0) + 1
            for one in stretch.breaks:
                counts = {}
                for begin in range(stretch.start + one.first, stretch.start + one.last + 1):
                    counts[len(cost)] = 1.0
                    for slot in range(begin, begin + one.length):
                        if 0 <= slot < problem.slots:
                            present[slot][len(cost)] = -1.0
                    cost.append(0.0)
                    integer.append(1)
                rows.append((counts | {number: -1.0}, 0.0, 0.0))
    offset = 0.0
    upper = [np.inf] * len(cost)
    for slot, made in enumerate(problem.curves[0]):
        assert made is not None
        offset += made.at_top - made.slope * made.top
        for variable, sign in present[slot].items():
            cost[variable] += made.slope * sign
        entries = dict(present[slot])
        for width, price in made.steps:
            entries[len(cost)] = 1.0
            cost.append(price)
            integer.append(0)
            upper.append(width)
        rows.append((entries, made.top, np.inf))
    matrix = np.zeros((len(rows), len(cost)))
    for row, (entries, _, _) in enumerate(rows):
        for variable, entry in entries.items():
            matrix[row, variable] = entry
    limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
    found = milp(cost, constraints=limits, bounds=Bounds(0, upper), integrality=integer)
    return float(found.fun) + offset
