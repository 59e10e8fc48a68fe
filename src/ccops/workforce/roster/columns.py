"""A bound on every roster's cost and good rosters, by generating lines (Dantzig and Wolfe).

The linear program chooses, for each person, a mixture of whole lines; its dual prices ask the graph of lines for
better ones until there are none. Its value bounds the cost of every roster far more closely than the solver's own
relaxation, because a line obeys all of a person's rules at once. Fixing lines one after another gives a roster.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ccops.workforce.roster.count import fair, line_costs, weekends
from ccops.workforce.roster.line import NEVER, Floats, Graph, Ints, graph
from ccops.workforce.roster.linear import Program
from ccops.workforce.roster.problem import UNIT, Problem

_UNDER_MINIMUM = 20  # times the price of an agent short: what the linear program pays for what is forbidden
_SMOOTHING = 0.5  # share of the best prices so far in the prices asked next
_DONE = 1e-4  # of the value: nearer than this the bound is not worth another round
_WHOLE = 0.999
_ROUNDING = 1e-6
_ROUNDS, _MOST_ROUNDS = 2, 20  # of asking for lines while diving; more only while somebody has none
_ROUNDS_PER_RANGE = 5
_AT_ONCE = 15  # one in so many of the people left is fixed in a round
Roster = list[list[int]]
Watch = Callable[[], bool]  # is asked now and then; True asks for an end


class Lines:
    """The lines found so far, and the search for more."""

    def __init__(self, problem: Problem, lines: Graph) -> None:
        self.problem, self.graph = problem, lines
        self.pool: list[dict[bytes, list[int]]] = [{} for _ in problem.people]

    @classmethod
    def of(cls, problem: Problem) -> Lines | None:
        """None where the problem has no graph of lines."""
        lines = graph(problem)
        return None if lines is None else cls(problem, lines)

    def stuck(self) -> tuple[int, ...]:
        """Whoever has no line at all."""
        people = range(len(self.problem.people))
        free = np.zeros((len(people), self.problem.days, len(self.problem.shifts)))
        values, _ = self.graph.best(people, free, np.zeros(len(people)))
        return tuple(int(person) for person in np.flatnonzero(values >= NEVER))

    def relax(self, watch: Watch) -> tuple[float, Roster]:
        """A bound on all rosters in 60ths of a price, and a roster."""
        master = _Master(self, range(len(self.problem.people)), None)
        return master.converge(watch), master.dive(watch)

    def renew(self, people: Sequence[int], others: Roster, watch: Watch) -> Roster:
        """A roster in which some people have lines chosen anew beside those of the others."""
        master = _Master(self, people, others)
        for at, person in enumerate(people):
            for line in list(self.pool[person].values()):
                master.add(at, np.array(line))
        master.converge(watch)
        return master.dive(watch)


@dataclass(frozen=True)
class _Duals:
    """Prices of the needs, and of weekends per person."""

    needs: Floats
    most: Floats
    least: Floats

    def towards(self, other: _Duals, share: float) -> _Duals:
        """A mixture with `share` of the other."""
        return _Duals(*(
            (1 - share) * getattr(self, name) + share * getattr(other, name) for name in ("needs", "most", "least")
        ))


class _Master:
    """The linear program over lines of some people beside the settled lines of others, in whole prices."""

    def __init__(self, lines: Lines, people: Sequence[int], others: Roster | None) -> None:
        self.all, self.problem, self.people, self.others = lines, lines.problem, people, others
        problem, prices, settled = self.problem, self.problem.rules.prices, others or []
        everybody, mine, every = range(len(problem.people)), set(people), len(problem.weekends)
        rest = [person for person in everybody if person not in mine] if others else []
        self.wanted = [
            need.agents - sum(settled[p][need.day] == need.shift and problem.counts_for(p, need) for p in rest)
            for need in problem.needs
        ]
        self.caps = [  # per need: the price of an agent more or less, and how many may be
            ((prices.short, need.agents - need.minimum), (prices.short * _UNDER_MINIMUM, need.minimum),
             (0 if need.skill else prices.over, len(problem.people)))
            for need in problem.needs
        ]
        self.highest = max((weekends(problem, settled[p]) for p in rest), default=0), every
        self.lowest = 0, min((weekends(problem, settled[p]) for p in rest if fair(problem, p)), default=every)
        self.spread = prices.weekend_spread if any(fair(problem, person) for person in everybody) else 0
        # per person, the rows that a day's shift counts in
        self.counted: list[dict[tuple[int, int], list[int]]] = [{} for _ in people]
        for row, need in enumerate(problem.needs):
            for at, person in enumerate(people):
                if problem.counts_for(person, need):
                    self.counted[at].setdefault((need.day, need.shift), []).append(row)
        self.program = self._rows()
        self.known: dict[tuple[int, bytes], int] = {}
        self.allowed = np.array([(0, every)] * len(people))

    def _rows(self) -> Program:
        """Rows: needs, one line for each person, most weekends per person, fewest. Columns: what is short or over."""
        needs, people = len(self.wanted), len(self.people)
        inf = math.inf
        fewest = [(0.0, inf) if fair(self.problem, person) else (-inf, inf) for person in self.people]
        program = Program([*((w, w) for w in self.wanted), *((1, 1),) * people, *((-inf, 0),) * people, *fewest])
        for row, caps in enumerate(self.caps):
            for sign, (price, most) in zip((1, 1, -1), caps, strict=True):
                program.column(price, 0, most, [row], [sign])
        worst = 1 + sum(price * most for caps in self.caps for price, most in caps[:2])
        self.first_most = needs + people
        self.stand_ins = [  # for somebody who has no line yet: of as many weekends as anybody likes
            program.column(worst, 0, inf, [needs + at, needs + 2 * people + at], [1, len(self.problem.weekends)])
            for at in range(people)
        ]
        rows = [range(first, first + people) for first in (self.first_most, self.first_most + people)]
        self.ends = [
            program.column(price, *ends, list(of), [-1] * people)
            for price, ends, of in zip((self.spread, -self.spread), (self.highest, self.lowest), rows, strict=True)
        ]
        return program

    def add(self, at: int, line: Ints) -> bool:
        """A line for the program to choose; False if it had it."""
        key, person = (at, line.tobytes()), self.people[at]
        if key in self.known:
            return False
        choices = self.all.pool[person].setdefault(key[1], [int(choice) for choice in line])
        rows = [row for cell in enumerate(choices) for row in self.counted[at].get(cell, ())]
        values = [1.0] * (len(rows) + 1)
        rows.append(len(self.wanted) + at)
        if worked := weekends(self.problem, choices):
            rows += [self.first_most + at, self.first_most + len(self.people) + at]
            values += [worked, worked]
        cost = line_costs(self.problem, person, choices).total / UNIT
        self.known[key] = self.program.column(cost, 0, math.inf if self._allows(*key) else 0, rows, values)
        return True

    def ask(self, duals: _Duals) -> tuple[Floats, Ints]:
        """Each person's best line at these prices, and its reduced cost in whole prices."""
        problem = self.problem
        price = np.zeros((len(self.people), problem.days, len(problem.shifts)))
        for need, dual in zip(problem.needs, duals.needs, strict=True):
            who = [at for at, person in enumerate(self.people) if problem.counts_for(person, need)]
            price[who, need.day, need.shift] -= dual * UNIT
        values, lines = self.all.graph.best(self.people, price, -(duals.most + duals.least) * UNIT, self.allowed)
        return values / UNIT, lines

    def duals(self) -> _Duals:
        """The prices of the program's last solution."""
        prices, first, people = self.program.duals(), self.first_most, len(self.people)
        return _Duals(prices[: len(self.wanted)], prices[first : first + people], prices[first + people :])

    def converge(self, watch: Watch) -> float:
        """Adds lines until none is worth it; the bound, in 60ths of a price."""
        guess = np.array([caps[0][0] / 2 if caps[0][1] else 0.0 for caps in self.caps])
        none = np.zeros(len(self.people))
        best, centre, value, rounds = -np.inf, _Duals(guess, none, none), np.inf, 0
        asked = centre
        while rounds == 0 or not watch():
            rounds += 1
            values, lines = self.ask(asked)
            if (bound := self._bound(asked, values)) > best:
                best, centre = bound, asked
            added = sum([self.add(at, line) for at, line in enumerate(lines)])
            near = rounds > 1 and value - best <= _DONE * max(1.0, abs(value))
            if near or (not added and rounds > 2 and asked is not centre):
                break
            value = self.program.solve()
            asked = self.duals() if not added or rounds < 3 else self.duals().towards(centre, _SMOOTHING)
        return best * UNIT

    def _bound(self, duals: _Duals, values: Floats) -> float:
        """Lagrange's bound: what the prices collect, and each free quantity at the worse end of its range."""
        free = sum(
            min(0.0, price - sign * dual) * most
            for dual, caps in zip(duals.needs, self.caps, strict=True)
            for sign, (price, most) in zip((1, 1, -1), caps, strict=True)
        )
        for (low, high), price in (
            (self.highest, self.spread + duals.most.sum()), (self.lowest, -self.spread + duals.least.sum()),
        ):
            free += min(price * low, price * high)
        wanted = sum(dual * wanted for dual, wanted in zip(duals.needs, self.wanted, strict=True))
        return float(wanted + values.sum() + free)

    def dive(self, watch: Watch) -> Roster:
        """A roster: the line with the largest share is fixed, prices are asked anew, and so on.

        When time is up everybody left takes the line with their largest share as it is.
        """
        people = range(len(self.people))
        chosen: dict[int, tuple[int, bytes]] = {}
        self._settle_weekends(watch)
        while len(chosen) < len(people):
            over = watch()
            self._ask_while_diving([at for at in people if at not in chosen], watch)
            values = self.program.values()
            shares = sorted(
                ((values[column], key) for key, column in self.known.items() if key[0] not in chosen),
                key=lambda share: (not self._allows(*share[1]), -share[0], share[1]),
            )
            few = len(people) if over else max(1, (len(people) - len(chosen)) // _AT_ONCE)
            for share, key in shares:
                if key[0] not in chosen and (share >= _WHOLE or few > 0):
                    few -= 1
                    chosen[key[0]] = key
                    self.program.limit(self.known[key], 1, math.inf)
        roster = [list(line) for line in self.others or [[]] * len(self.problem.people)]
        for at, (_, line) in chosen.items():
            roster[self.people[at]] = self.all.pool[self.people[at]][line]
        return roster

    def _ask_while_diving(self, left: Sequence[int], watch: Watch, few: int = _ROUNDS) -> None:
        """A few rounds of lines for the people left; more while somebody has none that fits."""
        for rounds in range(_MOST_ROUNDS):
            self.program.solve()
            lacking = self.program.values()[self.stand_ins].max() > _ROUNDING
            if watch() or (rounds >= few and not lacking):
                return
            values, lines = self.ask(self.duals())
            if not any([self.add(at, lines[at]) for at in left if values[at] * UNIT < NEVER]):
                return

    def _settle_weekends(self, watch: Watch) -> None:
        """Most and fewest weekends become whole numbers first, as lines fixed early would spread them.

        Mixtures of lines hide what a narrow range costs, so that wider ones are tried as well.
        """
        every = len(self.problem.weekends)
        if not self.spread:
            return
        self.program.solve()
        highest, lowest = (float(self.program.values()[end]) for end in self.ends)
        most = max(math.ceil(highest - _ROUNDING), self.highest[0])
        fewest = max(0, min(math.floor(lowest + _ROUNDING), most - 1, self.lowest[1]))
        ranges = dict.fromkeys((max(fewest - down, 0), min(most + up, every)) for up in (0, 1) for down in (0, 1))
        tried = []
        for fewest, most in ranges:
            if tried and watch():
                break
            self._keep_weekends(fewest, most)
            self._ask_while_diving(range(len(self.people)), watch, _ROUNDS_PER_RANGE)
            tried.append((self.program.solve(), fewest, most))
        self._keep_weekends(*min(tried)[1:])

    def _keep_weekends(self, fewest: int, most: int) -> None:
        """Allows only lines with so many weekends, except to those who cannot."""
        every = len(self.problem.weekends)
        self.allowed = np.array([(fewest if fair(self.problem, person) else 0, most) for person in self.people])
        values, _ = self.ask(self.duals())
        self.allowed[values >= NEVER / UNIT] = 0, every
        for key, column in self.known.items():
            self.program.limit(column, 0, math.inf if self._allows(*key) else 0)
        self.program.limit(self.ends[0], max(most, self.highest[0]), every)
        self.program.limit(self.ends[1], 0, min(fewest, self.lowest[1]))

    def _allows(self, at: int, line: bytes) -> bool:
        worked = weekends(self.problem, self.all.pool[self.people[at]][line])
        return bool(self.allowed[at, 0] <= worked <= self.allowed[at, 1])
