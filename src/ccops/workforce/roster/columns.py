"""A bound on every roster's cost and good rosters, by generating lines (Dantzig and Wolfe).

The linear program chooses, for each person, a mixture of whole lines; its dual prices ask the graph of lines for
better ones until there are none. Its value bounds the cost of every roster far more closely than the solver's own
relaxation, because a line obeys all of a person's rules at once. Fixing lines one after another gives a roster.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ccops.workforce.roster.count import fair, line_costs, weekends
from ccops.workforce.roster.line import CLOSED, Floats, Graph, Ints, graph
from ccops.workforce.roster.linear import Program, Whole, choose
from ccops.workforce.roster.problem import UNIT, Problem

_UNDER_MINIMUM = 20  # times the price of an agent short: what the linear program pays for what is forbidden
_SMOOTHING = 0.5  # share of the best prices so far in the prices asked next
_DONE = 1e-4  # of the value: nearer than this the bound is not worth another round
_WHOLE = 0.999
_ROUNDING = 1e-6
_ROUNDS, _MOST_ROUNDS = 2, 20  # of asking for lines while diving; more only while somebody has none
_CHOICES = 60  # lines of a person among which the best are chosen
_AT_ONCE = 15  # one in so many of the people left is fixed in a round
Roster = list[list[int]]
Watch = Callable[[], bool]  # is asked now and then; True asks for an end


class Lines:
    """The lines found so far, and the search for more."""

    def __init__(self, problem: Problem, lines: Graph) -> None:
        self.problem, self.graph = problem, lines
        self.pool: list[dict[bytes, list[int]]] = [{} for _ in problem.people]
        self.worth: Callable[[int, Sequence[int]], float] | None = None

    @classmethod
    def of(cls, problem: Problem) -> Lines | None:
        """None where the problem has no graph of lines."""
        lines = graph(problem)
        return None if lines is None else cls(problem, lines)

    def stuck(self) -> tuple[int, ...]:
        """Whoever has no line at all."""
        people = range(len(self.problem.people))
        free = np.zeros((len(people), self.problem.days, len(self.problem.shifts)))
        values, _ = self.graph.best(people, free)
        return tuple(int(person) for person in np.flatnonzero(values >= CLOSED))

    def relax(self, watch: Watch) -> tuple[float, Roster]:
        """A bound on all rosters in 60ths of a price, and a roster."""
        master = _Master(self, range(len(self.problem.people)), None)
        bound = master.fairest(watch)
        master.converge(watch)
        self.worth = master.excess
        return bound * UNIT, master.dive(watch)

    def excess(self, roster: Roster) -> list[float]:
        """What each person's line costs above their best at the prices of the relaxed roster.

        Together with what needs lack or have too much that is all there is to gain.
        """
        worth = self.worth
        return [max(0.0, worth(person, line)) if worth else 0.0 for person, line in enumerate(roster)]

    def renew(self, people: Sequence[int], others: Roster, watch: Watch, left_s: float) -> Roster:
        """A roster in which some people have lines chosen anew beside those of the others, in the time left."""
        master, mine = _Master(self, people, others), set(people)
        for at, person in enumerate(people):
            for line in list(self.pool[person].values()):
                master.add(at, np.array(line))
        rest = [person for person in range(len(others)) if person not in mine]
        ranges = dict.fromkeys((self._weekends(range(len(others)), others), self._weekends(rest, others)))
        priced = [
            (master.converge(watch) + (most - fewest) * master.spread, fewest, most)
            for fewest, most in ranges if master.keep(fewest, most)
        ]
        master.keep(*min(priced)[1:])
        if len(priced) > 1:
            master.converge(watch)
        dived = master.dive(watch)
        saved = master.price(others) - master.price(dived)
        if saved > self.problem.rules.prices.short / 2:  # an agent more is found faster by the next dive
            return dived
        return master.choose([dived, others], left_s)

    def _weekends(self, people: Sequence[int], lines: Roster) -> tuple[int, int]:
        """Fewest and most weekends that some people work."""
        worked = {person: weekends(self.problem, lines[person]) for person in people}
        free = [n for person, n in worked.items() if fair(self.problem, person)]
        most = max(worked.values(), default=0)
        return min(free, default=most), most


class _Master:
    """The linear program over lines of some people beside the settled lines of others, in whole prices.

    Weekends are shared fairly by allowing only lines with so many of them: how many is settled before lines are.
    """

    def __init__(self, lines: Lines, people: Sequence[int], others: Roster | None) -> None:
        self.all, self.problem, self.people, self.others = lines, lines.problem, people, others
        problem, prices, settled = self.problem, self.problem.rules.prices, others or []
        everybody, mine, self.every = range(len(problem.people)), set(people), len(problem.weekends)
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
        self.spread = prices.weekend_spread if any(fair(problem, person) for person in everybody) else 0
        # per person, the rows that a day's shift counts in
        self.counted: list[dict[tuple[int, int], list[int]]] = [{} for _ in people]
        for row, need in enumerate(problem.needs):
            for at, person in enumerate(people):
                if problem.counts_for(person, need):
                    self.counted[at].setdefault((need.day, need.shift), []).append(row)
        self.program = self._rows()
        self.known: dict[tuple[int, bytes], int] = {}
        self.allowed = np.array([(0, self.every)] * len(people))
        self.centre = np.array([caps[0][0] / 2 if caps[0][1] else 0.0 for caps in self.caps])
        self.settled: tuple[float, Floats] = -math.inf, np.zeros(len(self.wanted) + len(people))

    def _rows(self) -> Program:
        """Rows: needs, then one line for each person. Columns: what is short or over, stand-ins for lines."""
        inf = math.inf
        program = Program([*((w, w) for w in self.wanted), *((1, 1),) * len(self.people)])
        for row, caps in enumerate(self.caps):
            for sign, (price, most) in zip((1, 1, -1), caps, strict=True):
                program.column(price, 0, most, [row], [sign])
        worst = 1 + sum(price * most for caps in self.caps for price, most in caps[:2])
        first = len(self.wanted)
        self.stand_ins = [program.column(worst, 0, inf, [first + at], [1]) for at in range(len(self.people))]
        return program

    def add(self, at: int, line: Ints) -> bool:
        """A line for the program to choose; False if it had it."""
        key, person = (at, line.tobytes()), self.people[at]
        if key in self.known:
            return False
        choices = self.all.pool[person].setdefault(key[1], [int(choice) for choice in line])
        rows = self._rows_of(at, choices)
        cost = line_costs(self.all.graph.problem, person, choices).total / UNIT
        self.known[key] = self.program.column(
            cost, 0, math.inf if self._allows(*key) else 0, rows, [1.0] * len(rows)
        )
        return True

    def ask(self, duals: Floats) -> tuple[Floats, Ints]:
        """Each person's best line at these prices of the needs, and its reduced cost in whole prices."""
        problem = self.problem
        price = np.zeros((len(self.people), problem.days, len(problem.shifts)))
        for at, counted in enumerate(self.counted):
            for (day, shift), rows in counted.items():
                price[at, day, shift] = -UNIT * sum(duals[row] for row in rows)
        values, lines = self.all.graph.best(self.people, price, self.allowed if self.spread else None)
        return values / UNIT, lines

    def duals(self) -> Floats:
        """The prices of the needs in the program's last solution."""
        return self.program.duals()[: len(self.wanted)]

    def converge(self, watch: Watch, enough: float = math.inf) -> float:
        """Adds lines until none is worth it, or the bound is `enough`; the bound."""
        best, value, rounds = -math.inf, math.inf, 0
        asked = self.centre
        while rounds == 0 or not watch():
            rounds += 1
            values, lines = self.ask(asked)
            if (bound := self._bound(asked, values)) > best:
                best, self.centre = bound, asked
            added = sum(self.add(at, line) for at, line in enumerate(lines) if values[at] * UNIT < CLOSED)
            near = rounds > 1 and value - best <= _DONE * max(1.0, abs(value))
            if near or best >= enough or (not added and rounds > 2 and asked is not self.centre):
                break
            value = self.program.solve()
            duals = self.duals()
            asked = duals if not added or rounds < 3 else (1 - _SMOOTHING) * duals + _SMOOTHING * self.centre
        self.settled = self.program.solve(), self.program.duals()
        return best

    def _bound(self, duals: Floats, values: Floats) -> float:
        """Lagrange's bound: what the prices collect, and each free quantity at the worse end of its range."""
        free = sum(
            min(0.0, price - sign * dual) * most
            for dual, caps in zip(duals, self.caps, strict=True)
            for sign, (price, most) in zip((1, 1, -1), caps, strict=True)
        )
        return float(duals @ np.array(self.wanted) + values.sum() + free)

    def fairest(self, watch: Watch) -> float:
        """The bound, with weekends settled between a fewest and a most at which it is least.

        Mixtures of lines hide what an even share costs, so every range has its own bound; one that lies within
        another costs no less beside the price of its width.
        """
        best, settled = math.inf, (0, self.every)
        known: dict[tuple[int, int], float] = {}
        widths = range(self.every, -1, -1) if self.spread else [self.every]
        for width in widths:
            for fewest in range(self.every - width + 1):
                most, price = fewest + width, width * self.spread
                wider = (value for (low, high), value in known.items() if low <= fewest and most <= high)
                if max(wider, default=-math.inf) + price >= best:
                    continue
                if known and watch():
                    return min(known[0, self.every], best)  # the widest range without its price holds for all
                if not self.keep(fewest, most):
                    known[fewest, most] = math.inf
                    continue
                found = known[fewest, most] = self.converge(watch, best - price)
                if found + price < best:
                    best, settled = found + price, (fewest, most)
        self.keep(*settled)
        return best

    def keep(self, fewest: int, most: int) -> bool:
        """Allows only lines with so many weekends; False if somebody has none."""
        self.allowed = np.array([(fewest if fair(self.problem, person) else 0, most) for person in self.people])
        for key, column in self.known.items():
            self.program.limit(column, 0, math.inf if self._allows(*key) else 0)
        values, _ = self.ask(self.centre)
        return bool((values * UNIT < CLOSED).all())

    def _allows(self, at: int, line: bytes) -> bool:
        if not self.spread:
            return True
        worked = weekends(self.problem, self.all.pool[self.people[at]][line])
        return bool(self.allowed[at, 0] <= worked <= self.allowed[at, 1])

    def dive(self, watch: Watch) -> Roster:
        """A roster: the line with the largest share is fixed, prices are asked anew, and so on.

        When time is up everybody left takes the line with their largest share as it is.
        """
        people = range(len(self.people))
        chosen: dict[int, tuple[int, bytes]] = {}
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

    def _ask_while_diving(self, left: Sequence[int], watch: Watch) -> None:
        """A few rounds of lines for the people left; more while somebody has none that fits."""
        for rounds in range(_MOST_ROUNDS):
            self.program.solve()
            lacking = self.program.values()[self.stand_ins].max() > _ROUNDING
            if watch() or (rounds >= _ROUNDS and not lacking):
                return
            values, lines = self.ask(self.duals())
            if not sum(self.add(at, lines[at]) for at in left if values[at] * UNIT < CLOSED):
                return

    def choose(self, rosters: Sequence[Roster], left_s: float) -> Roster:
        """The best choice among the lines known, no dearer than the best of some rosters.

        A line whose reduced cost is more than what may still be saved is in no better roster.
        """
        best = min(rosters, key=self.price)
        saving = self.price(best) - self.settled[0]
        start = [tuple(best[person]) for person in self.people]
        wholes: list[Whole] = []
        for at, person in enumerate(self.people):
            found = []
            for (owner, key), _ in self.known.items():
                line = self.all.pool[person][key] if owner == at else []
                if owner == at and self._allows(at, key):
                    spare = self.excess(at, line)
                    if spare <= saving + _ROUNDING or tuple(line) == start[at]:
                        cost, rows = line_costs(self.problem, person, line).total / UNIT, self._rows_of(at, line)
                        found.append((spare, Whole(cost, tuple(rows), tuple(line), tuple(line) == start[at])))
            found.sort(key=lambda one: (not one[1].start, one[0]))
            wholes += [whole for _, whole in found[:_CHOICES]]
        sides = [(price, sign, row, most) for row, caps in enumerate(self.caps)
                 for sign, (price, most) in zip((1, 1, -1), caps, strict=True)]
        chosen = choose(wholes, sides, [*self.wanted, *[1] * len(self.people)], left_s)
        roster = [list(line) for line in best]
        for whole in chosen:
            roster[self.people[whole.rows[-1] - len(self.wanted)]] = list(whole.line)
        return roster

    def excess(self, at: int, line: Sequence[int]) -> float:
        """A line's reduced cost."""
        cost = line_costs(self.all.graph.problem, self.people[at], line).total / UNIT
        return cost - float(self.settled[1][self._rows_of(at, line)].sum())

    def _rows_of(self, at: int, line: Sequence[int]) -> list[int]:
        """The rows that a line counts in: needs, then its person's."""
        rows = [row for cell in enumerate(line) for row in self.counted[at].get(cell, ())]
        return [*rows, len(self.wanted) + at]

    def price(self, roster: Roster) -> float:
        """What a roster costs as the program counts: these people's lines, and needs beside the others."""
        there = [0] * len(self.wanted)
        total = 0.0
        for at, person in enumerate(self.people):
            for row in self._rows_of(at, roster[person])[:-1]:
                there[row] += 1
            total += line_costs(self.problem, person, roster[person]).total / UNIT
        for wanted, n, (short, banned, over) in zip(self.wanted, there, self.caps, strict=True):
            missing = max(0, wanted - n)
            total += min(missing, short[1]) * short[0] + max(0, missing - short[1]) * banned[0]
            total += max(0, n - wanted) * over[0]
        return total
