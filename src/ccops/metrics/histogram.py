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


def merged(bars: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Rows (keys, bin, n, lo, hi) with one row per key and bin."""
    counts = (pl.col("n").sum(), pl.col("lo").min(), pl.col("hi").max())
    return bars.lazy().group_by(*names, "bin").agg(*counts).collect(engine="streaming")


def quantiles(bars: pl.DataFrame, names: Sequence[str], per_milles: Sequence[int]) -> pl.DataFrame:
    """Per key the smallest value that so many per mille of the observations do not exceed.

    `bars` has one row per key and bin. Gives the keys, `total` observations and, in milliseconds, a column per
    quantile, `q500`. All keys are laid end to end in one running count and looked up in it by halving: grouping once
    and sorting whole numbers is what keeps this cheap for many keys.
    """
    lists = pl.col("bin", "n", "lo", "hi").implode()
    keys = bars.lazy().group_by(names).agg(lists).collect(engine="streaming").with_row_index("id")
    flat = (
        keys.select("id", "bin", "n", "lo", "hi").explode("bin", "n", "lo", "hi")
        .sort(pl.col("id").cast(pl.Int64) * 65_536 + pl.col("bin"))
        .with_columns(reached=pl.col("n").cum_sum())
    )
    keys = keys.select(*names, total=pl.col("n").list.sum())
    before_key = pl.col("total").cum_sum() - pl.col("total")
    found = keys
    for per_mille in per_milles:
        rank = (pl.col("total") * per_mille + 999) // 1000
        wanted = keys.select(before_key + rank).to_series()
        bar = flat[flat["reached"].search_sorted(wanted, side="left")]
        place = wanted - (bar["reached"] - bar["n"])  # 1 … n within the bar
        value = bar.with_columns(place=place).select(
            pl.col("lo") + (pl.col("hi") - pl.col("lo")) * pl.when(pl.col("n") > 1)
            .then((pl.col("place") - 1) / (pl.col("n") - 1)).otherwise(0.0)
        )
        found = found.with_columns(value.to_series().alias(f"q{per_mille}"))
    return found
