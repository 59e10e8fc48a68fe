"""Whether evaluators judge alike: the effect of who listened, at the same agents.

score = agent + evaluator + error, by least squares; an evaluator's leniency is their effect against the mean of the
others, with a t interval, and p-values after Holm (1979). Whoever stands out most is taken out of the others, and so
on, or one lenient evaluator would make everybody else look strict. It needs no calibration session, only agents who
were heard by several.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

_SIGNIFICANT = 0.05
_LEAST = 5  # evaluations of an evaluator; fewer say nothing


@dataclass(frozen=True)
class Leniency:
    """How many points (0-1) an evaluator gives more than the others for the same agents; `p` is Holm's."""

    evaluator: str
    n: int
    effect: float
    lo: float
    hi: float
    p: float

    @property
    def stands_out(self) -> bool:
        return self.p < _SIGNIFICANT


def leniency(rows: pl.DataFrame) -> list[Leniency]:
    """From evaluations (agent, evaluator, score), the most lenient first; empty where nobody can be compared."""
    known = rows.select("agent", "evaluator", "score").drop_nulls()
    counts = known.group_by("evaluator").len().filter(pl.col("len") >= _LEAST)
    known = known.join(counts, on="evaluator", how="semi")
    names = sorted(known["evaluator"].unique().to_list())
    agents = sorted(known["agent"].unique().to_list())
    free = known.height - len(names) - len(agents) + 1
    if len(names) < 2 or free < 1:
        return []
    who, whom = ({name: n for n, name in enumerate(listed)} for listed in (names, agents))
    design = np.zeros((known.height, len(names) + len(agents)))
    at = np.arange(known.height)
    design[at, [who[name] for name in known["evaluator"]]] = 1
    design[at, [len(names) + whom[name] for name in known["agent"]]] = 1
    if np.linalg.matrix_rank(design) < len(names) + len(agents) - 1:
        return []  # evaluators who share no agents cannot be told from their agents
    return _effects(design, known["score"].to_numpy(), names, free, dict(counts.iter_rows()))


def _effects(design: NDArray[np.float64], score: NDArray[np.float64], names: list[str], free: int,
             counts: dict[str, int]) -> list[Leniency]:
    from scipy.special import stdtr, stdtrit

    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ (design.T @ score)
    error = float(((score - design @ beta) ** 2).sum()) / free
    t, alike = float(stdtrit(free, 0.975)), [*range(len(names))]
    while True:
        contrast = np.zeros((len(names), design.shape[1]))
        for n in range(len(names)):
            others = [other for other in alike if other != n]
            contrast[n, n], contrast[n, others] = 1, -1 / len(others)
        effect = contrast @ beta
        se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", contrast, inverse, contrast) * error, 0))
        z = np.divide(effect, se, out=np.where(effect == 0, 0.0, np.inf), where=se > 0)
        p = holm([2 * float(stdtr(free, -abs(one))) for one in z])
        most = max(alike, key=lambda n: abs(z[n]))
        if p[most] >= _SIGNIFICANT or len(alike) < 3:
            break
        alike.remove(most)
    found = [Leniency(name, counts[name], float(e), float(e - t * s), float(e + t * s), own)
             for name, e, s, own in zip(names, effect, se, p, strict=True)]
    return sorted(found, key=lambda one: -one.effect)


def holm(p: list[float]) -> list[float]:
    """P-values that hold together (Holm 1979): .01 .04 .03 of three become .03 .06 .06."""
    order = sorted(range(len(p)), key=lambda n: p[n])
    found, worst = [math.nan] * len(p), 0.0
    for rank, n in enumerate(order):
        worst = max(worst, min(1.0, p[n] * (len(p) - rank)))
        found[n] = worst
    return found
