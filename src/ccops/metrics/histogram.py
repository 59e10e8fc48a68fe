"""Percentiles that can be merged: counts in fixed bins, each with the least and the greatest value that fell in it.

Bins are 1 s wide to 120 s, then each 5 % wider than its start. The value at a rank is placed between its bin's least
and greatest value, so it is off by less than a bin: 1 s up to two minutes, 5 % above. A bin whose values are all
equal, as whole-second logs give them, is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

FINE_MS = 120_000
_RATIO = 1.05


def bin_of(value_ms: pl.Expr) -> pl.Expr:
    """The bin of a duration in milliseconds; null for null, and bin 0 for anything below a second."""
    coarse = (value_ms.clip(lower_bound=FINE_MS) / FINE_MS).log() / math.log(_RATIO)
    return (
        pl.when(value_ms < FINE_MS)
        .then(value_ms.clip(lower_bound=0) // 1000)
        .otherwise(FINE_MS // 1000 + coarse.floor().cast(pl.Int64))
    )


def quantile(bins: pl.DataFrame, keys: Sequence[str], per_mille: int) -> pl.DataFrame:
    """Per key the smallest value that `per_mille` of the observations do not exceed, from rows (keys, bin, n, lo, hi).

    Gives the keys, `value` in milliseconds and `n` observations.
    """
    rank = (pl.col("total") * per_mille + 999) // 1000
    place = (rank - pl.col("before")).clip(lower_bound=1)  # 1 … n within the bin
    share = pl.when(pl.col("n") > 1).then((place - 1) / (pl.col("n") - 1)).otherwise(0.0)
    return (
        bins.sort(*keys, "bin")
        .with_columns(
            total=pl.col("n").sum().over(keys), reached=pl.col("n").cum_sum().over(keys),
        )
        .with_columns(before=pl.col("reached") - pl.col("n"))
        .filter(pl.col("reached") >= rank)
        .group_by(keys, maintain_order=True).first()
        .select(*keys, value=pl.col("lo") + (pl.col("hi") - pl.col("lo")) * share, n="total")
    )
