"""Linear programs in HiGHS's own form, and a HiGHS that leaves stdout alone."""

from __future__ import annotations

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

Array = npt.NDArray[np.float64]


class Silent(highspy.Highs):
    """By itself it prints who it is while it is being made."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802  its own name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def program(matrix: sparse.csc_matrix, cost: Array, lower: Array, upper: Array, row_lower: Array, row_upper: Array,
            integer: npt.NDArray[np.bool_] | None = None) -> highspy.HighsLp:
    """minimise cost x over lower <= x <= upper, row_lower <= matrix x <= row_upper, and whole x where `integer`."""
    made = highspy.HighsLp()
    made.num_row_, made.num_col_ = matrix.shape
    made.col_cost_, made.col_lower_, made.col_upper_ = cost, lower, upper
    made.row_lower_, made.row_upper_ = row_lower, row_upper
    made.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    made.a_matrix_.start_, made.a_matrix_.index_ = matrix.indptr, matrix.indices
    made.a_matrix_.value_ = matrix.data
    if integer is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        made.integrality_ = [kinds[int(one)] for one in integer]
    return made
