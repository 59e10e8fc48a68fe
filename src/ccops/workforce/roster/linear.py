"""A linear program that grows by columns and is solved again from where it was; and a choice of whole columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from ccops.workforce.schedule.program import Silent, program

_NODES = 10  # of the search for whole columns: a limit that every machine keeps alike
_NEAR = 0.001  # of the cost of some people's lines: the next choice is worth more than the rest of this one
_LONGEST_S = 20.0


class Program:
    """Minimises; rows are given as (lower, upper) once, columns are added as they are found."""

    def __init__(self, rows: Sequence[tuple[float, float]]) -> None:
        self._highs: Any = Silent()
        for name, value in (("threads", 1), ("presolve", "off")):
            self._highs.setOptionValue(name, value)
        for lower, upper in rows:
            self._highs.addRow(lower, upper, 0, [], [])
        self._columns = 0

    def column(self, cost: float, lower: float, upper: float, rows: Sequence[int], values: Sequence[float]) -> int:
        """A new column; its number."""
        indices, coefficients = np.array(rows, np.int32), np.array(values, np.float64)
        self._highs.addCol(cost, lower, upper, len(rows), indices, coefficients)
        self._columns += 1
        return self._columns - 1

    def limit(self, column: int, lower: float, upper: float) -> None:
        """New limits of a column."""
        self._highs.changeColBounds(column, lower, upper)

    def solve(self) -> float:
        """The least cost."""
        self._highs.run()
        return float(self._highs.getInfo().objective_function_value)

    def values(self) -> NDArray[np.float64]:
        """The columns' values in the last solution."""
        return np.array(self._highs.getSolution().col_value)

    def duals(self) -> NDArray[np.float64]:
        """The rows' prices in the last solution: what one more of its right side costs."""
        return np.array(self._highs.getSolution().row_dual)


@dataclass(frozen=True)
class Whole:
    """A column that is taken or not: its cost, the rows in which it counts one, and the line that it stands for."""

    cost: float
    rows: tuple[int, ...]
    line: tuple[int, ...]
    start: bool


def choose(wholes: Sequence[Whole], sides: Sequence[tuple[float, int, int, int]], wanted: Sequence[int],
           left_s: float) -> list[Whole]:
    """The columns to take so that rows are what is wanted, at the least cost found; those marked `start` if no better.

    `sides` are what rows may lack or have too much: price, sign, row, most.
    """
    columns = [([row], sign, price, most) for price, sign, row, most in sides]
    columns += [(list(whole.rows), 1, whole.cost, 1) for whole in wholes]
    rows = [row for some, *_ in columns for row in some]
    starts = np.cumsum([0, *(len(some) for some, *_ in columns)])
    values = np.array([sign for some, sign, *_ in columns for _ in some], np.float64)
    matrix = sparse.csc_matrix((values, np.array(rows), starts), shape=(len(wanted), len(columns)))
    cost, most = (np.array([column[place] for column in columns], np.float64) for place in (2, 3))
    right, whole = np.array(wanted, np.float64), np.arange(len(columns)) >= len(sides)
    highs: Any = Silent()
    options = {"threads": 1, "mip_max_nodes": _NODES, "mip_rel_gap": _NEAR,
               "time_limit": min(_LONGEST_S, max(left_s, 0.1))}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(program(matrix, cost, np.zeros(len(columns)), most, right, right, whole))
    start = highs.getSolution()
    start.col_value = _start(wholes, sides, wanted)
    highs.setSolution(start)
    highs.run()
    taken = np.array(highs.getSolution().col_value)
    if len(taken) != len(columns) or not math.isfinite(highs.getInfo().objective_function_value):
        return [one for one in wholes if one.start]
    return [one for one, share in zip(wholes, taken[len(sides) :], strict=True) if share > 0.5]


def _start(wholes: Sequence[Whole], sides: Sequence[tuple[float, int, int, int]], wanted: Sequence[int]) -> list[float]:
    """All values of the solution that takes the columns marked so."""
    missing = list(wanted)
    for one in wholes:
        if one.start:
            for row in one.rows:
                missing[row] -= 1
    values = []
    for _, sign, row, most in sides:
        value = min(max(0, sign * missing[row]), most)
        missing[row] -= sign * value
        values.append(float(value))
    return [*values, *(float(one.start) for one in wholes)]
