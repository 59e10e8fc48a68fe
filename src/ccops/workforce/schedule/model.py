"""Shifts and their breaks as one integer program, with the breaks implicit.

Aykin (1996): every agent of a shift takes each of its breaks somewhere in its window, so that it is enough to count
breaks by the slot they begin in. Bechtold and Jacobs (1990): shifts whose windows are equally long share one count.
Agents enter a pool when their window opens and leave it as they go; no more may wait than have a window still open.
As windows of one length never lie inside one another, who came first may always go first, and whole counts can be
dealt out to whole agents (`breaks.py` does it). Windows of one shift that overlap are counted on their own instead,
and no more agents may have begun the later break than have ended the earlier one, which is what sorting both needs.

All times are slots from the start of the plan; everything is numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from ccops.workforce.schedule.breaks import Break, ordered
from ccops.workforce.schedule.prices import Curve
from ccops.workforce.schedule.program import Array


@dataclass(frozen=True)
class Stretch:
    """One day's work: it may begin before the plan and end after it. Breaks in their order."""

    start: int
    length: int
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class Column:
    """A shift that a number of agents of a group work: one stretch, or one on each of several days."""

    group: int
    stretches: tuple[Stretch, ...]
    cost: float


@dataclass(frozen=True)
class Limit:
    """least <= sum of weight x agents over columns <= most."""

    name: str
    columns: tuple[int, ...]
    weights: tuple[float, ...]
    least: float = 0.0
    most: float = math.inf


@dataclass(frozen=True)
class Problem:
    """What is to be covered and by whom. `serves` are the queues of each group, `curves` one per queue and slot.

    A slot without a curve need not be covered. A plan that repeats covers its start with what runs over its end.
    """

    columns: tuple[Column, ...]
    serves: tuple[tuple[int, ...], ...]
    curves: tuple[tuple[Curve | None, ...], ...]
    limits: tuple[Limit, ...] = ()
    repeats: bool = False

    @property
    def slots(self) -> int:
        return len(self.curves[0])

    def alone(self, group: int) -> bool:
        """Whether the group serves one queue only."""
        return len(self.serves[group]) == 1


def whole(serves: Sequence[Sequence[int]], queue: int) -> bool:
    """Whether a queue is served by groups of its own only, so that whole agents cover it."""
    return all(len(queues) == 1 for queues in serves if queue in queues)


@dataclass(frozen=True)
class Member:
    """One break of one stretch of a column: which, and the slots it may begin in."""

    column: int
    stretch: int
    nth: int
    first: int
    last: int


@dataclass
class Pool:
    """Breaks that are counted together: its members, and the variables of beginning and of waiting per slot."""

    length: int
    group: int
    members: list[Member] = field(default_factory=list)
    begin: dict[int, int] = field(default_factory=dict)
    wait: dict[int, int] = field(default_factory=dict)


@dataclass
class Model:
    """The program: minimise cost x + offset over lower <= x <= upper, row_lower <= A x <= row_upper."""

    problem: Problem
    matrix: sparse.csc_matrix
    cost: Array
    upper: Array
    integer: npt.NDArray[np.bool_]
    row_lower: Array
    row_upper: Array
    offset: float
    pools: list[Pool]
    flows: dict[tuple[int, int, int], int]
    around: int  # slots of the circle that pools lie on
    named: dict[int, str | tuple[int, int]]  # rows that can clash: a limit's name, or the queue and slot of a minimum


class _Rows:
    """Entries, variables and rows as they are written down."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.integer: list[bool] = []
        self.lower_of: list[float] = []
        self.upper_of: list[float] = []

    def variable(self, cost: float, upper: float = math.inf, integer: bool = False) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1

    def row(self, lower: float, upper: float, entries: Sequence[tuple[int, float]]) -> int:
        number = len(self.lower_of)
        self.lower_of.append(lower)
        self.upper_of.append(upper)
        self.rows += [number] * len(entries)
        self.columns += [column for column, _ in entries]
        self.values += [value for _, value in entries]
        return number

    def matrix(self) -> sparse.csc_matrix:
        entries = (self.values, (self.rows, self.columns))
        return sparse.csc_matrix(entries, shape=(len(self.lower_of), len(self.cost)), dtype=float)


def build(problem: Problem) -> Model:
    """The integer program of a problem."""
    rows = _Rows()
    for column in problem.columns:
        rows.variable(column.cost, integer=True)
    clock = _Clock.of(problem)
    present: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for number, column in enumerate(problem.columns):
        for stretch in column.stretches:
            for slot in clock.inside(stretch.start, stretch.length):
                present.setdefault((column.group, slot), []).append((number, 1.0))
    pools = _pools(problem)
    for pool in pools:
        _add_pool(rows, pool, clock, present)
    _add_order(rows, pools, clock)
    flows, named, offset = _add_cover(rows, problem, present)
    for limit in problem.limits:
        row = rows.row(limit.least or -math.inf, limit.most, list(zip(limit.columns, limit.weights, strict=True)))
        named[row] = limit.name
    return Model(
        problem, rows.matrix(), np.array(rows.cost), np.array(rows.upper), np.array(rows.integer),
        np.array(rows.lower_of), np.array(rows.upper_of), offset, pools, flows, clock.around, named,
    )


@dataclass(frozen=True)
class _Clock:
    """Slots on a circle: of the plan where it repeats, else so wide that nothing meets its other end."""

    slots: int
    around: int

    @classmethod
    def of(cls, problem: Problem) -> _Clock:
        if problem.repeats:
            return cls(problem.slots, problem.slots)
        stretches = [stretch for column in problem.columns for stretch in column.stretches]
        first = min([0, *(stretch.start for stretch in stretches)])
        last = max([problem.slots, *(stretch.start + stretch.length for stretch in stretches)])
        return cls(problem.slots, last - first + 1)

    def inside(self, start: int, length: int) -> Iterator[int]:
        """The slots of the plan that a stretch covers."""
        for slot in range(start, start + length):
            if (place := slot % self.around) < self.slots:
                yield place


def _pools(problem: Problem) -> list[Pool]:
    """Breaks by group, length and width of window; those of a stretch whose windows overlap each by themselves."""
    pools: dict[tuple[int, ...], Pool] = {}
    for number, column in enumerate(problem.columns):
        for nth_stretch, stretch in enumerate(column.stretches):
            windows = ordered(stretch.breaks)
            apart = all(a.last + a.length <= b.first for a, b in pairwise(windows))
            for nth, one in enumerate(windows):
                key: tuple[int, ...] = (column.group, one.length, one.last - one.first)
                key += () if apart else (number, nth_stretch, nth)
                pool = pools.setdefault(key, Pool(one.length, column.group))
                pool.members.append(
                    Member(number, nth_stretch, nth, stretch.start + one.first, stretch.start + one.last)
                )
    return list(pools.values())


def _add_pool(rows: _Rows, pool: Pool, clock: _Clock, present: dict[tuple[int, int], list[tuple[int, float]]]) -> None:
    entering: dict[int, list[int]] = {}
    staying: dict[int, list[int]] = {}
    slots: set[int] = set()
    for member in pool.members:
        entering.setdefault(member.first % clock.around, []).append(member.column)
        for slot in range(member.first, member.last + 1):
            slots.add(slot % clock.around)
            if slot < member.last:
                staying.setdefault(slot % clock.around, []).append(member.column)
    pool.begin = {slot: rows.variable(0.0, integer=True) for slot in sorted(slots)}
    pool.wait = {slot: rows.variable(0.0) for slot in sorted(staying)}
    for slot, begin in pool.begin.items():
        entries = [(begin, 1.0), *((column, -1.0) for column in entering.get(slot, ()))]
        entries += [(pool.wait[slot], 1.0)] if slot in pool.wait else []
        before = (slot - 1) % clock.around
        entries += [(pool.wait[before], -1.0)] if before in pool.wait else []
        rows.row(0.0, 0.0, entries)
        for place in clock.inside(slot, pool.length):
            present.setdefault((pool.group, place), []).append((begin, -1.0))
    for slot, wait in pool.wait.items():
        rows.row(-math.inf, 0.0, [(wait, 1.0), *((column, -1.0) for column in staying[slot])])


def _add_order(rows: _Rows, pools: Sequence[Pool], clock: _Clock) -> None:
    """Where windows of a stretch overlap: as many must wait for the later break as waited for the earlier one."""
    alone = {(m.column, m.stretch, m.nth): pool for pool in pools if len(pool.members) == 1 for m in pool.members}
    for (column, stretch, nth), pool in alone.items():
        later = alone.get((column, stretch, nth + 1))
        if later is None:
            continue
        for slot in range(later.members[0].first, later.members[0].last):
            earlier = (slot - pool.length) % clock.around
            if earlier in pool.wait:
                rows.row(-math.inf, 0.0, [(pool.wait[earlier], 1.0), (later.wait[slot % clock.around], -1.0)])


def _add_cover(rows: _Rows, problem: Problem, present: dict[tuple[int, int], list[tuple[int, float]]]
               ) -> tuple[dict[tuple[int, int, int], int], dict[int, str | tuple[int, int]], float]:
    """Rows for what each queue needs; groups of several queues divide their agents among them."""
    flows: dict[tuple[int, int, int], int] = {}
    for group, queues in enumerate(problem.serves):
        if len(queues) < 2:
            continue
        for slot in range(problem.slots):
            entries = present.get((group, slot), [])
            wanted = [queue for queue in queues if problem.curves[queue][slot] is not None]
            if entries and wanted:
                parts = [(rows.variable(0.0), queue) for queue in wanted]
                flows |= {(group, queue, slot): variable for variable, queue in parts}
                rows.row(0.0, 0.0, [*entries, *((variable, -1.0) for variable, _ in parts)])
    named: dict[int, str | tuple[int, int]] = {}
    offset = 0.0
    for queue, curves in enumerate(problem.curves):
        groups = [group for group, queues in enumerate(problem.serves) if queue in queues]
        for slot, curve in enumerate(curves):
            if curve is None:
                continue
            offset += curve.at_top - curve.slope * curve.top
            entries = []
            for group in groups:
                if problem.alone(group):
                    entries += present.get((group, slot), [])
                elif (group, queue, slot) in flows:
                    entries.append((flows[group, queue, slot], 1.0))
            for column, sign in entries:
                rows.cost[column] += curve.slope * sign
            missing = [(rows.variable(price, width), 1.0) for width, price in curve.steps]
            row = rows.row(curve.top, math.inf, [*entries, *missing])
            if curve.floor > 0:
                named[row] = (queue, slot)
    return flows, named, offset
