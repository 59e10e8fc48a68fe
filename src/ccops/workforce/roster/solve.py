"""Finding a roster and proving how good it is.

Small rosters go to CP-SAT whole. For large ones lines are generated first: they give the bound and a first roster,
which is improved for some people at a time, beside the settled lines of the others: by lines, then by CP-SAT. The sets
of people grow when they no longer help, up to everybody. The same input gives the same roster unless the clock cuts in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from random import Random
from time import monotonic
from typing import Any, Literal

from ccops.progress import Progress
from ccops.workforce.roster.columns import Lines, Roster
from ccops.workforce.roster.count import costs, covered, weekends
from ccops.workforce.roster.interrupt import Stop, interruptible
from ccops.workforce.roster.model import Keep, Model, build, everything
from ccops.workforce.roster.problem import UNIT, Problem

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
WHOLE = 400  # choices (people x days x shifts) that the solver takes at once first
_FIRST_EFFORT = 2.0  # deterministic seconds for that
_EFFORT = 0.4  # and for a few people at first
_MANY, _FEW = 15, 12  # people at a time: by lines, by the solver
_PATIENCE = 6  # times everybody has been tried in vain before something else is
_TICK_S = 0.1
_CHANCE = 0.05  # in prices: what somebody whose line is the best has beside the others in the lot


@dataclass(frozen=True)
class Solved:
    """The best roster found; cost and bound in 60ths of a price. `stuck` is whoever has no line of their own."""

    status: Status
    lines: Roster | None
    cost: int | None
    bound: float
    seconds: float
    stopped: Literal["", "gap", "time", "interrupted"] = ""
    stuck: tuple[int, ...] = ()


@dataclass
class Search:
    """The time there is, who watches, and the best so far."""

    problem: Problem
    time_limit_s: float
    gap: float
    workers: int
    seed: int
    stop: Stop
    progress: Progress | None = None
    lines: Roster | None = None
    cost: int | None = None
    bound: float = 0.0
    tries: int = 0
    begun: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> float:
        return monotonic() - self.begun

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """The same threads for the whole search: solvers keep things of their own in each."""
        return ThreadPoolExecutor(self.workers)

    @property
    def over(self) -> bool:
        """Whether time is up or somebody asked for an end."""
        return self.stop.asked or self.seconds >= self.time_limit_s

    @property
    def good(self) -> bool:
        """Whether the best so far is as near to the bound as was asked."""
        return self.cost is not None and self.cost - self.bound <= self.gap * max(self.cost, 0)

    def watch(self, what: str) -> Callable[[], bool]:
        """A callback that shows progress and says when to stop."""
        def seen() -> bool:
            self.show(what)
            return self.over
        return seen

    def show(self, what: str) -> None:
        """Progress by the clock, with the cost so far."""
        if self.progress:
            known = "" if self.cost is None else f", cost {self.cost / UNIT:,.0f}, bound {self.bound / UNIT:,.0f}"
            self.progress(f"{what}{known}", min(int(self.seconds), int(self.time_limit_s) - 1), int(self.time_limit_s))

    def offer(self, lines: Roster) -> bool:
        """Takes a roster if it is better; whether it was."""
        if not enough(self.problem, lines):
            return False
        cost = costs(self.problem, lines).total
        if self.cost is not None and cost >= self.cost:
            return False
        self.lines, self.cost = lines, cost
        return True

    def raise_bound(self, bound: float) -> None:
        """Takes a bound if it is higher, rounded up to the next cost that a roster can have."""
        step = _step(self.problem)
        self.bound = max(self.bound, math.ceil(bound / step - 1e-6) * step)

    def result(self, status: Status, stuck: tuple[int, ...] = ()) -> Solved:
        """What is known at the end."""
        if status == "feasible" and self.cost == self.bound:
            status = "optimal"
        why: Literal["", "gap", "time", "interrupted"] = ""
        if status in ("feasible", "unknown"):
            why = "interrupted" if self.stop.asked else "gap" if self.good else "time"
        return Solved(status, self.lines, self.cost, self.bound, self.seconds, why, stuck)


def solve(problem: Problem, *, time_limit_s: float = 60, gap: float = 0.005, workers: int = 2, seed: int = 1,
          progress: Progress | None = None) -> Solved:
    """The cheapest roster, or one within `gap` of the cheapest, or the best when time is up or Ctrl-C is pressed.

    Raises KeyboardInterrupt if there is nothing yet to stop with.
    """
    with interruptible() as stop:
        search = Search(problem, time_limit_s, gap, workers, seed, stop, progress)
        with search.pool:
            found = _search(search)
    if found.stopped == "interrupted" and found.lines is None:
        raise KeyboardInterrupt
    return found


def enough(problem: Problem, lines: Roster) -> bool:
    """Whether every need's minimum is met."""
    return all(not need.minimum or covered(problem, lines, need) >= need.minimum for need in problem.needs)


def _search(search: Search) -> Solved:
    problem = search.problem
    if len(problem.people) * problem.days * len(problem.shifts) <= WHOLE:
        ended = _whole(search, _FIRST_EFFORT)
        if ended or search.over or search.good:
            return search.result(ended or ("feasible" if search.lines else "unknown"))
    lines = Lines.of(problem)
    if lines:
        if stuck := lines.stuck():
            return search.result("infeasible", stuck)
        bound, first = lines.relax(search.watch("bounding"))
        search.raise_bound(bound)
        search.offer(first)
    if search.lines is None and not search.over:
        found, some = possible(problem, search=search)
        if found is False:
            return search.result("infeasible")
        if some:
            search.offer(some)
    if search.lines is None:
        return search.result("unknown")
    return search.result(_improve(search, lines))


def _whole(search: Search, effort: float) -> Status | None:
    """All people at once; a status if that settles it."""
    model = build(search.problem)
    if search.lines:
        model.hint(search.lines)
        model.cp.add(model.cost >= math.ceil(search.bound))
    [answer] = run([model], search, effort, search.workers, "rostering")
    if answer.infeasible:
        return "infeasible"
    if answer.lines:
        search.offer(answer.lines)
    search.raise_bound(answer.bound)
    return "optimal" if answer.optimal else None


def possible(problem: Problem, people: Sequence[int] | None = None, keep: Keep = everything, *,
             search: Search, effort: float = math.inf) -> tuple[bool | None, list[list[int]] | None]:
    """Whether any roster keeps the rules that `keep` keeps (None: undecided in time), and such a roster."""
    model = build(problem, people, keep=keep, priced=False)
    [answer] = run([model], search, effort, search.workers, "looking for any roster")
    if answer.lines:
        return True, answer.lines
    return (False if answer.infeasible else None), None


def _improve(search: Search, lines: Lines | None) -> Status:
    """Improves the roster by some people at a time, several sets side by side, each beside the same others.

    First by lines anew for many, then by the solver for a few; they become more when they no longer help.
    """
    problem, random = search.problem, Random(search.seed)  # noqa: S311  not for secrets
    everybody, idle = len(problem.people), 0
    by_lines, few, effort = lines is not None, _MANY, _EFFORT
    while not search.over and not search.good:
        if few >= everybody and not by_lines:
            return _whole(search, math.inf) or "feasible"
        few = min(few, max(1, everybody // 2)) if by_lines else few
        sets = _sets(search, random, few, _first(search, random, few, lines if by_lines else None))
        found = _renewed(search, lines, sets) if lines and by_lines else _resolved(search, sets, effort)
        idle = 0 if _take(search, found) else idle + 1
        if idle * few * search.workers > _PATIENCE * everybody:
            idle = 0
            if by_lines and 2 * few < everybody:
                few = few * 3 // 2
            elif by_lines:
                by_lines, few = False, min(_FEW, max(2, everybody // 2))
            else:
                few, effort = few * 3 // 2, effort * 3
    return "feasible"


def _sets(search: Search, random: Random, few: int, first: Sequence[int]) -> list[list[int]]:
    """As many sets of people as there are workers, none in two of them; some people come first."""
    search.tries += 1
    everybody = len(search.problem.people)
    rest = sorted(set(range(everybody)) - set(first[:few]))
    order = [*first[:few], *random.sample(rest, len(rest))][: few * search.workers]
    return [order[at :: search.workers] for at in range(min(search.workers, len(order)))]


def _first(search: Search, random: Random, few: int, lines: Lines | None) -> list[int]:
    """Who comes first: every fourth time who works most or fewest weekends, every fourth whose lines are dearest."""
    if search.tries % 4 == 1:
        return _extremes(search)
    if search.tries % 4 == 3 and lines:
        excess = lines.excess(search.lines or [])
        drawn = sorted(range(len(excess)), key=lambda person: -(excess[person] + _CHANCE) * random.random())
        return drawn[: few // 2]
    return []


def _extremes(search: Search) -> list[int]:
    """Whoever works most or fewest weekends, the smaller of both crowds first: only together can they meet."""
    worked = [weekends(search.problem, line) for line in search.lines or []]
    crowds = [[person for person, n in enumerate(worked) if n == end] for end in (max(worked), min(worked))]
    return [person for crowd in sorted(crowds, key=len) for person in crowd]


def _renewed(search: Search, lines: Lines, sets: Sequence[Sequence[int]]) -> list[tuple[Sequence[int], Roster]]:
    """Each set of people with lines chosen anew."""
    settled, watch = search.lines or [], search.watch("improving")
    left = search.time_limit_s - search.seconds
    futures = [search.pool.submit(lines.renew, people, settled, lambda: search.over, left) for people in sets]
    while wait(futures, timeout=_TICK_S).not_done:
        watch()
    return [(people, future.result()) for people, future in zip(sets, futures, strict=True)]


def _resolved(search: Search, sets: Sequence[Sequence[int]], effort: float) -> list[tuple[Sequence[int], Roster]]:
    """Each set of people given to the solver."""
    settled = search.lines or []
    models = [build(search.problem, people, settled) for people in sets]
    for model in models:
        model.hint(settled)
    answers = run(models, search, effort, 1, "improving", settled)
    return [(people, answer.lines) for people, answer in zip(sets, answers, strict=True) if answer.lines]


def _take(search: Search, found: Sequence[tuple[Sequence[int], Roster]]) -> bool:
    """Takes the best of the changes, several together where that is better; whether any was."""
    settled = search.lines or []
    choices = [some for n in range(len(found), 0, -1) for some in combinations(found, n)]
    return sum(search.offer(_merged(settled, some)) for some in choices) > 0


def _merged(lines: Roster, changes: Sequence[tuple[Sequence[int], Roster]]) -> Roster:
    merged = [list(line) for line in lines]
    for people, changed in changes:
        for person in people:
            merged[person] = list(changed[person])
    return merged


@dataclass(frozen=True)
class Answer:
    """What the solver made of one model."""

    lines: list[list[int]] | None
    bound: float
    optimal: bool
    infeasible: bool


def run(models: Sequence[Model], search: Search, effort: float, workers: int, what: str,
        others: Roster | None = None) -> list[Answer]:
    """Solves models side by side; stops all of them when time is up or somebody asks."""
    from ortools.sat.python import cp_model

    solvers = []
    for _ in models:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.interleave_search = workers > 1  # the only parallel search that repeats itself
        solver.parameters.random_seed = search.seed
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = max(search.time_limit_s - search.seconds, _TICK_S)
        solver.parameters.max_deterministic_time = effort
        solver.parameters.catch_sigint_signal = False
        solvers.append(solver)
    futures = [search.pool.submit(solver.solve, model.cp) for solver, model in zip(solvers, models, strict=True)]
    while wait(futures, timeout=_TICK_S).not_done:
        search.show(what)
        if search.over:
            for solver in solvers:
                solver.stop_search()
    statuses = [future.result() for future in futures]
    return [_answer(*each, others) for each in zip(models, solvers, statuses, strict=True)]


def _answer(model: Model, solver: Any, status: Any, others: Roster | None) -> Answer:
    from ortools.sat.python import cp_model

    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Answer(
        model.lines(solver.value, others) if found else None, solver.best_objective_bound if found else 0.0,
        status == cp_model.OPTIMAL, status == cp_model.INFEASIBLE,
    )


def _step(problem: Problem) -> int:
    """What costs of rosters are multiples of."""
    prices = problem.rules.prices
    minutes = [shift.paid_min for shift in problem.shifts]
    weeks = range(len(problem.weeks))
    for person in range(len(problem.people)):
        minutes += [problem.contract_min(person, week) or 0 for week in weeks]
    hours = math.gcd(prices.overtime_h, prices.undertime_h) * math.gcd(*minutes)
    events = math.gcd(prices.short, prices.over, prices.start_change, prices.weekend_spread, prices.wish) * UNIT
    return math.gcd(hours, events) or 1
