"""A heap of (instant, number), the earliest first and of one instant the lowest number; compiled.

As with `draws`: after a change here, touch kernel.py, or numba keeps what it compiled before.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def sink(at: Floats, who: Ints, n: int, t: float, w: int) -> None:
    """Puts (t, w) in place of the first entry of a heap by (at, who)."""
    i, child = 0, 1
    while child < n:
        right = child + 1
        if right < n and (at[right] < at[child] or (at[right] == at[child] and who[right] < who[child])):
            child = right
        if t < at[child] or (t == at[child] and w < who[child]):
            break
        at[i], who[i] = at[child], who[child]
        i, child = child, 2 * child + 1
    at[i], who[i] = t, w


@njit(cache=True, nogil=True)
def rise(at: Floats, who: Ints, n: int, t: float, w: int) -> None:
    """Adds (t, w) to a heap of n."""
    i = n
    while i > 0:
        above = (i - 1) // 2
        if at[above] < t or (at[above] == t and who[above] < w):
            break
        at[i], who[i] = at[above], who[above]
        i = above
    at[i], who[i] = t, w
