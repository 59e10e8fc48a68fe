"""The integer program solved by HiGHS: relaxed, rounded, searched near by, then searched as a whole from there.

Rounding sums: the relaxed numbers of agents are added up in the order of their starts, and each shift gets what the
rounded sum grows by. So coverage stays within about one agent of the relaxed plan's. On large centres that alone is
within a few parts in a thousand of the bound. Where limits or minimums forbid it, or it is not close enough, the plans
are searched in which every shift has one of the two whole numbers beside its relaxed one; then all plans.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from scipy.sparse.csgraph import connected_components

from ccops.progress import Progress
from ccops.workforce.schedule.model import Model
from ccops.workforce.schedule.program import Array, Silent, program

Status = Literal["optimal", "within_gap", "time_limit", "interrupted", "infeasible"]
EXACT = 1e-6  # a relative gap that counts as none
_ROUND_SHARE, _NEAR_SHARE = 0.2, 0.4  # of the time that is left, for the two steps before the search of all plans


@dataclass(frozen=True)
class Solved:
    """The best plan found: its variables (None without one), its cost, and what no plan can undercut."""

    status: Status
    values: Array | None
    cost: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """(cost - bound) / cost; 0 for a plan that is proven to be best."""
        return relative_gap(self.cost, self.bound)


def relative_gap(cost: float, bound: float) -> float:
    """How far a cost may be from the best one, as a share of it; infinite without a plan."""
    if math.isinf(cost) or math.isinf(bound):
        return math.inf
    return max(cost - bound, 0.0) / max(abs(cost), 1e-9)


def solve(model: Model, *, gap: float, time_limit_s: float, progress: Progress | None = None) -> Solved:
    """The cheapest plan within `gap` of the bound, or the best that `time_limit_s` allows.

    Parts that share no slot, limit or shift are solved one by one. One thread, so that the same problem gives the same
    plan wherever the time limit does not end the search. Ctrl-C ends the search with the best plan so far; where there
    is none yet, and on a second one, KeyboardInterrupt is raised.
    """
    begun = time.perf_counter()
    parts = [_Part(model, rows, columns) for rows, columns in _parts(model.matrix)]

    def left() -> float:
        return max(time_limit_s - (time.perf_counter() - begun), 0.0)

    def solved(status: Status) -> Solved:
        bound = model.offset + sum(part.bound for part in parts)
        if any(part.values is None for part in parts):
            return Solved(status, None, math.inf, bound, time.perf_counter() - begun)
        values = np.zeros(len(model.cost))
        for part in parts:
            values[part.columns] = part.values
        cost = float(model.cost @ values) + model.offset
        return Solved(status, values, cost, min(bound, cost), time.perf_counter() - begun)

    def told(part: _Part, bound: float, cost: float) -> None:
        if progress:
            others = [other for other in parts if other is not part]
            known = model.offset + sum(other.bound for other in others) + bound
            best = model.offset + sum(other.cost for other in others) + cost
            shown = f"gap {relative_gap(best, known):.2%}" if math.isfinite(best) else "no plan yet"
            progress(f"schedule: {shown}", min(int(time_limit_s - left()), int(time_limit_s)), int(time_limit_s) + 1)

    status: Status = "optimal"
    for part in parts:
        if not part.relax(left()):
            return solved("infeasible" if left() > 0 else "time_limit")
        part.round(gap / 2, _ROUND_SHARE * left())
        told(part, part.bound, part.cost)
    with _interruptible():
        waiting = [part for part in parts if part.gap > EXACT]
        for n, part in enumerate(waiting):
            if status in ("interrupted", "infeasible") or solved(status).gap <= gap:
                break
            share = part.size / sum(other.size for other in waiting[n:])
            ended = part.search(gap, left() * share, partial(told, part))
            status = ended if ended != "optimal" else status
    if progress:
        progress("schedule", 1, 1)
    found = solved(status)
    if found.values is None and status == "interrupted":
        raise KeyboardInterrupt
    if found.values is not None and found.gap <= max(gap, EXACT):
        return replace(found, status="within_gap" if found.gap > EXACT else "optimal")
    return replace(found, status="time_limit" if status == "optimal" else status)


def _parts(matrix: sparse.csc_matrix) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Rows and columns of the parts of a program that have nothing in common."""
    rows = matrix.shape[0]
    links = sparse.bmat([[None, matrix], [matrix.T, None]], format="csr")
    count, of = connected_components(links, directed=False)
    for part in range(count):
        yield np.flatnonzero(of[:rows] == part), np.flatnonzero(of[rows:] == part)


class _Part:
    """A part of the program with the best plan and bound known for it."""

    def __init__(self, model: Model, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> None:
        self.columns = columns
        self.matrix = model.matrix[rows][:, columns]
        self.objective, self.upper = model.cost[columns], model.upper[columns]
        self.integer = model.integer[columns]
        self.row_lower, self.row_upper = model.row_lower[rows], model.row_upper[rows]
        shifts = model.problem.columns
        starts = {n: (shifts[c].group, shifts[c].stretches[0].start)
                  for n, c in enumerate(columns.tolist()) if c < len(shifts)}
        self.shifts = sorted(starts, key=lambda n: starts[n])
        self.groups = np.array([starts[n][0] for n in self.shifts])
        self.relaxed: Array | None = None
        self.values: Array | None = None
        self.bound = -math.inf

    @property
    def size(self) -> int:
        return len(self.columns)

    @property
    def cost(self) -> float:
        return math.inf if self.values is None else float(self.objective @ self.values)

    @property
    def gap(self) -> float:
        return relative_gap(self.cost, self.bound)

    def relax(self, time_limit_s: float) -> bool:
        """The bound of the relaxed problem; False where even that has no solution."""
        if not self.size:  # a slot that no shift reaches
            self.relaxed = self.values = np.zeros(0)
            self.bound = 0.0
            return bool(np.all(self.row_lower <= 0))
        run = _Run(self, whole=False, time_limit_s=time_limit_s)
        run.wait_whole()
        self.relaxed = run.values()
        if self.relaxed is None:
            return False
        self.bound = float(self.objective @ self.relaxed)
        if not self.integer.any():
            self.values = self.relaxed
        return True

    def round(self, gap: float, time_limit_s: float) -> None:
        """A plan whose shifts are the relaxed ones rounded, if there is one."""
        if self.relaxed is None or not self.shifts:
            return
        agents = self.relaxed[self.shifts]
        fixed = np.empty(len(agents))
        for group in np.unique(self.groups):
            sums = np.floor(np.cumsum(agents[self.groups == group]) + 0.5)
            fixed[self.groups == group] = np.diff(sums, prepend=0.0)
        run = _Run(self, whole=True, gap=gap, time_limit_s=time_limit_s, within=(fixed, fixed))
        run.wait_whole()
        self.keep(run)

    def search(self, gap: float, time_limit_s: float, said: Callable[[float, float], None]) -> Status:
        """Branch and bound from the best plan so far: first beside the relaxed plan, then everywhere."""
        begun = time.perf_counter()
        if self.relaxed is not None and self.shifts:
            agents = self.relaxed[self.shifts]
            beside = np.floor(agents + EXACT), np.ceil(agents - EXACT)
            run = _Run(self, whole=True, gap=gap, time_limit_s=_NEAR_SHARE * time_limit_s, within=beside)
            interrupted = run.wait(lambda _, cost: said(self.bound, cost))  # its bound holds beside only
            self.keep(run)
            if interrupted or self.gap <= gap:
                return "interrupted" if interrupted else "optimal"
        run = _Run(self, whole=True, gap=gap, time_limit_s=time_limit_s - (time.perf_counter() - begun))
        interrupted = run.wait(said)
        self.keep(run)
        if run.status == highspy.HighsModelStatus.kInfeasible:
            return "infeasible"
        self.bound = max(self.bound, min(run.bound(), self.cost))
        return "interrupted" if interrupted else "optimal" if run.proven() else "time_limit"

    def keep(self, run: _Run) -> None:
        found = run.values()
        if found is None:
            return
        found[self.integer] = np.round(found[self.integer])
        if self.values is None or float(self.objective @ found) < self.cost:
            self.values = found


class _Run:
    """One run of HiGHS on a part."""

    def __init__(self, part: _Part, *, whole: bool, time_limit_s: float, gap: float = 0.0,
                 within: tuple[Array, Array] | None = None) -> None:
        self.highs = Silent()
        for name, value in {
            "threads": 1, "random_seed": 0, "mip_rel_gap": gap, "mip_abs_gap": 1e-6,
            "time_limit": max(time_limit_s, 0.01), "mip_feasibility_tolerance": 1e-7,
        }.items():
            self.highs.setOptionValue(name, value)
        lower, upper = np.zeros(len(part.objective)), part.upper.copy()
        if within is not None:
            lower[part.shifts], upper[part.shifts] = within
        self.highs.passModel(program(
            part.matrix, part.objective, lower, upper, part.row_lower, part.row_upper, part.integer if whole else None
        ))
        if whole and part.values is not None:
            start = highspy.HighsSolution()
            start.col_value, start.value_valid = list(part.values), True
            self.highs.setSolution(start)

    def wait(self, said: Callable[[float, float], None] | None = None) -> bool:
        """Runs to the end; True if Ctrl-C ended it. `said` is told the bound and the cost so far."""
        self.highs.HandleUserInterrupt = True
        news: list[tuple[float, float]] = []
        self.highs.cbMipLogging += lambda event: news.append(
            (event.data_out.mip_dual_bound, event.data_out.mip_primal_bound)
        )
        self.highs.startSolve()
        interrupts, done = 0, False
        while not done:  # to its end in any case: a process must not end while the solver's thread runs
            try:
                done, _ = self.highs.wait(0.1)
                if said and news:
                    said(*news[-1])
            except KeyboardInterrupt:
                interrupts += 1
                self.highs.cancelSolve()  # type: ignore[no-untyped-call]
        if interrupts > 1:
            raise KeyboardInterrupt
        return interrupts == 1

    def wait_whole(self) -> None:
        """Runs to the end; where Ctrl-C ends it there is nothing to go on with, and KeyboardInterrupt is raised."""
        if self.wait():
            raise KeyboardInterrupt

    @property
    def status(self) -> Any:
        return self.highs.getModelStatus()

    def proven(self) -> bool:
        return bool(self.status == highspy.HighsModelStatus.kOptimal)

    def bound(self) -> float:
        return float(self.highs.getInfo().mip_dual_bound)

    def values(self) -> Array | None:
        """The variables, if the run found a plan."""
        if self.highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.array(self.highs.getSolution().col_value)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Lets Ctrl-C be an answer: the command line's own watch over it, which would end the program soon, looks away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = signal.set_wakeup_fd(-1)
    try:
        yield
    finally:
        signal.set_wakeup_fd(watch)
