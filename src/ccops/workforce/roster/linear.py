"""A linear program that grows by columns and is solved again from where it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.schedule.program import Silent


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

