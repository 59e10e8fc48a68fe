"""Which limits clash where no plan keeps them all.

Every limit may be broken at a price of one per unit; the cheapest way of breaking them is sought. Those limits that a
unit of room would help (their shadow price is not zero) are the ones that cannot hold together.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from ccops.workforce.schedule.model import Model
from ccops.workforce.schedule.program import Silent, program

_PRICED = 1e-6


def clashing(model: Model) -> list[str | tuple[int, int]]:
    """The named rows that clash: names of limits, and queue and slot of minimums. Empty where fractions of agents
    would do, so that only their being whole stands in the way."""
    rows, columns = model.matrix.shape
    named = sorted(model.named)
    slack = len(named)
    place = np.arange(slack)
    free = sparse.csc_matrix((np.ones(slack), (named, place)), shape=(rows, slack))
    matrix = sparse.hstack([model.matrix, free, -free], format="csc")
    highs = Silent()
    highs.setOptionValue("threads", 1)
    highs.passModel(program(
        matrix, np.concatenate([np.zeros(columns), np.ones(2 * slack)]), np.zeros(columns + 2 * slack),
        np.concatenate([model.upper, np.full(2 * slack, np.inf)]), model.row_lower, model.row_upper,
    ))
    highs.run()
    prices = np.array(highs.getSolution().row_dual)
    return [model.named[row] for row in named if abs(prices[row]) > _PRICED]
