"""How many contacts to listen to, how to spread them, and which: a plan that a statistician would sign.

The measurement sample says how good the calls are; the coaching sample gives every agent something to learn from. They
are two samples: the second is not spread by chance and must not be used to measure. Cochran 1977, Sampling Techniques;
Neyman 1934.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ccops.errors import UsageError
from ccops.quality.intervals import normal_quantile


def sample_size(error: float, level: float = 0.95, share: float = 0.5, population: int | None = None) -> float:
    """Contacts for a share to be known to +- `error`: n0 = z^2 p (1 - p) / e^2, n = n0 / (1 + (n0 - 1) / N).

    1,000 contacts at 95 % and 5 points: 277.73, so 278; 60,000 at 99 % and 3 points: 1,789. Raises UsageError.
    """
    if not 0 < error < 1 or not 0 < share < 1:
        raise UsageError("an error and a share lie between 0 and 1", fix="such as 0.05 for five points")
    if population is not None and population < 1:
        raise UsageError("there is nothing to draw from", fix="give days with calls")
    n0 = normal_quantile(level) ** 2 * share * (1 - share) / error**2
    return n0 if population is None else n0 / (1 + (n0 - 1) / population)


def half_width(n: float, level: float = 0.95, share: float = 0.5, population: int | None = None) -> float:
    """What a sample leaves open to each side, with the correction for a finite population."""
    if n <= 0:
        return 1.0
    finite = 1.0 if population is None else math.sqrt(max(population - n, 0) / max(population - 1, 1))
    return normal_quantile(level) * math.sqrt(share * (1 - share) / n) * finite


def allocated(total: int, sizes: Mapping[str, int], spreads: Mapping[str, float] | None = None) -> dict[str, int]:
    """A sample over strata: proportional to their size, or (Neyman) to size times spread; never more than there are.

    Whole numbers by largest remainders, so that they add up to `total` or to all there is.
    """
    if total < 0 or any(size < 0 for size in sizes.values()):
        raise UsageError("sizes are counts", fix="give whole numbers from 0 upwards")
    found = dict.fromkeys(sizes, 0)
    left = min(total, sum(sizes.values()))
    while left:
        open_ = {name: sizes[name] * (spreads or {}).get(name, 1.0) for name in sizes if found[name] < sizes[name]}
        open_ = open_ if sum(open_.values()) > 0 else {name: float(sizes[name]) for name in open_}
        whole = sum(open_.values())
        wanted = {name: left * weight / whole for name, weight in open_.items()}
        given = {name: min(int(wanted[name]), sizes[name] - found[name]) for name in open_}
        if not any(given.values()):
            order = sorted(open_, key=lambda name: (-(wanted[name] - int(wanted[name])), name))
            given = dict.fromkeys(order[:left], 1)
        for name, n in given.items():
            found[name] += n
        left = min(total, sum(sizes.values())) - sum(found.values())
    return found


def drawn(ids: Sequence[str], n: int, seed: int) -> list[str]:
    """A simple random sample without replacement; the same ids and seed give the same sample in any order of ids."""
    pool = sorted(ids)
    rng = np.random.default_rng(seed)
    return sorted(pool[place] for place in rng.permutation(len(pool))[:n])
