"""A heap of (instant, number), the earliest first and of one instant the lowest number; compiled.

After a change here, touch kernel.py (see `compiled`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.simulation.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@compiled
def rise(at: Floats, who: Ints, n: int, t: float, w: int) -> None:
    """Adds (t, w) to a heap of n, or fills the gap at n."""
    i = n
    while i > 0:
        above = (i - 1) >> 1
        if at[above] < t or (at[above] == t and who[above] < w):
            break
        at[i], who[i] = at[above], who[above]
        i = above
    at[i], who[i] = t, w


@compiled
def sink(at: Floats, who: Ints, n: int, t: float, w: int) -> None:
    """Puts (t, w) in place of the first entry of a heap of n.

    The gap goes all the way down first, without a look at (t, w), which most often belongs near the bottom, and
    without branches that a processor would have to guess.
    """
    i, child = 0, 1
    while child < n - 1:
        right = child + 1
        later = (at[right] < at[child]) | ((at[right] == at[child]) & (who[right] < who[child]))
        child += int(later)
        at[i], who[i] = at[child], who[child]
        i, child = child, 2 * child + 1
    if child < n:
        at[i], who[i] = at[child], who[child]
        i = child
    rise(at, who, i, t, w)
