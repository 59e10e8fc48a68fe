"""Whether several people judge the same contact alike: agreement, bias against a master score, kappa, alpha.

Cohen 1960; Krippendorff 2004, Content Analysis, chapter 11 (coincidences of pairable values, missing data allowed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True)
class Agreement:
    """Scores against the master's: how many pairs, how many the same, how many within the tolerance, mean difference
    (bias: above 0 is more lenient than the master), mean absolute difference."""

    n: int
    exact: float | None
    within: float | None
    bias: float | None
    mae: float | None


def agreement(scores: ArrayLike, master: ArrayLike, tolerance: float) -> Agreement:
    """Of pairs; unknown values (NaN) leave their pair out."""
    ours, theirs = np.asarray(scores, float), np.asarray(master, float)
    both = np.isfinite(ours) & np.isfinite(theirs)
    gap = ours[both] - theirs[both]
    if not len(gap):
        return Agreement(0, None, None, None, None)
    return Agreement(
        len(gap), float(np.mean(np.abs(gap) < 1e-9)), float(np.mean(np.abs(gap) <= tolerance + 1e-9)),
        float(gap.mean()), float(np.abs(gap).mean()),
    )


def cohen_kappa(table: ArrayLike) -> float | None:
    """Agreement beyond chance of two raters, from their cross table: [[20, 5], [10, 15]] is .40.

    None where chance alone would have them agree always. Raises UsageError for a table that is not square.
    """
    counts = np.asarray(table, float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.sum() <= 0 or np.any(counts < 0):
        raise UsageError("a cross table has as many rows as columns and counts in it", fix="count both raters' values")
    shares = counts / counts.sum()
    chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return None if chance >= 1 else (float(np.trace(shares)) - chance) / (1 - chance)


def krippendorff_alpha(ratings: ArrayLike, scale: Scale = "interval") -> float | None:
    """Agreement beyond chance of any number of raters: 1 is perfect, 0 is chance.

    `ratings` has a row per rater and a column per unit; NaN is missing. None where no unit was rated twice, or all
    pairable values are the same.
    """
    values = np.asarray(ratings, float)
    levels = np.unique(values[np.isfinite(values)])
    matrix = _coincidences(values, levels)
    total = matrix.sum()
    if total < 2:
        return None
    margins = matrix.sum(axis=1)
    distance = _distances(levels, margins, scale)
    expected = float((np.outer(margins, margins) * distance).sum()) / (total - 1)
    return None if expected <= 0 else 1 - float((matrix * distance).sum()) / expected


def _coincidences(values: Array, levels: Array) -> Array:
    """How often each pair of values met in a unit, every unit with the weight of its raters."""
    matrix = np.zeros((len(levels), len(levels)))
    for unit in values.T:
        known = unit[np.isfinite(unit)]
        if len(known) < 2:
            continue
        counts = np.array([(known == level).sum() for level in levels], float)
        matrix += (np.outer(counts, counts) - np.diag(counts)) / (len(known) - 1)
    return matrix


def _distances(levels: Array, margins: Array, scale: Scale) -> Array:
    if scale == "nominal":
        return np.asarray(levels[:, None] != levels[None, :], float)
    at = levels if scale == "interval" else np.cumsum(margins) - margins / 2
    return np.asarray((at[:, None] - at[None, :]) ** 2, float)


def cross_table(first: Sequence[float], second: Sequence[float]) -> Array:
    """Both raters' values counted against each other."""
    levels = np.unique(np.concatenate([np.asarray(first, float), np.asarray(second, float)]))
    place = {float(level): n for n, level in enumerate(levels)}
    table = np.zeros((len(levels), len(levels)))
    for a, b in zip(first, second, strict=True):
        table[place[float(a)], place[float(b)]] += 1
    return table
