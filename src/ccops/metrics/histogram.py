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
_BINS = 65_536
_BARS = ("bin", "n", "lo", "hi")


def bin_of(value_ms: pl.Expr) -> pl.Expr:
    """The bin of a duration in milliseconds; null for null, and bin 0 for anything below a second."""
    coarse = (value_ms.clip(lower_bound=FINE_MS) / FINE_MS).log() / math.log(_RATIO)
    return (
        pl.when(value_ms < FINE_MS)
        .then(value_ms.clip(lower_bound=0) // 1000)
        .otherwise(FINE_MS // 1000 + coarse.floor().cast(pl.Int64))
    )


def of_lists(frame: pl.DataFrame, names: Sequence[str], values: str) -> pl.DataFrame:
    """The keys and, as lists, the bars (bin, n, lo, hi) of a histogram per key, from a column of lists of values."""
    flat = frame.select(values).with_row_index("id").explode(values).drop_nulls(values)
    value = pl.col(values)
    bars = (pl.len().cast(pl.Int64).alias("n"), value.min().alias("lo"), value.max().alias("hi"))
    return _listed(frame.select(names), flat.select("id", values, bin=bin_of(value)), bars)


def merged(state: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The same with one row per key, from a frame that may have several."""
    keys = state.select(names).unique(maintain_order=True).with_row_index("id")
    numbered = state.join(keys, on=names, how="left", nulls_equal=True)
    flat = numbered.select("id", *_BARS).explode(*_BARS).drop_nulls("bin")
    return _listed(keys.drop("id"), flat, (pl.col("n").sum(), pl.col("lo").min(), pl.col("hi").max()))


def _listed(keys: pl.DataFrame, flat: pl.DataFrame, bars: Sequence[pl.Expr]) -> pl.DataFrame:
    """Rows with the number of their key and their bin, grouped into one row of lists per key.

    Key and bin are packed into one whole number: grouping and sorting by it is what keeps many keys cheap.
    """
    packed = pl.col("id").cast(pl.Int64) * _BINS + pl.col("bin")
    grouped = flat.group_by(packed.alias("place")).agg(bars).sort("place")
    lists = (
        grouped.with_columns(id=pl.col("place") // _BINS, bin=pl.col("place") % _BINS)
        .group_by("id", maintain_order=True).agg(*_BARS)
    )
    numbered = keys.with_row_index("id").with_columns(pl.col("id").cast(pl.Int64))
    return numbered.join(lists, on="id", how="left", maintain_order="left").drop("id")


def quantiles(state: pl.DataFrame, names: Sequence[str], per_milles: Sequence[int]) -> pl.DataFrame:
    """Per key the smallest value that so many per mille of the observations do not exceed; null without any.

    Gives the keys, `total` observations and, in milliseconds, a column per quantile, `q500`. All keys are laid end to
    end in one running count and looked up in it by halving.
    """
    flat = state.select(_BARS).explode(*_BARS).drop_nulls("bin").with_columns(reached=pl.col("n").cum_sum())
    keys = state.select(*names, total=pl.col("n").list.sum().fill_null(0))
    before_key = pl.col("total").cum_sum() - pl.col("total")
    found = keys
    for per_mille in per_milles:
        if flat.is_empty():
            found = found.with_columns(pl.lit(None, pl.Float64).alias(f"q{per_mille}"))
            continue
        rank = (pl.col("total") * per_mille + 999) // 1000
        wanted = keys.select(before_key + rank).to_series()
        bar = flat[flat["reached"].search_sorted(wanted, side="left").clip(0, flat.height - 1)]
        place = wanted - (bar["reached"] - bar["n"])  # 1 … n within the bar
        value = bar.with_columns(place=place, total=keys["total"]).select(
            pl.when(pl.col("total") > 0).then(
                pl.col("lo") + (pl.col("hi") - pl.col("lo")) * pl.when(pl.col("n") > 1)
                .then((pl.col("place") - 1) / (pl.col("n") - 1)).otherwise(0.0)
            )
        )
        found = found.with_columns(value.to_series().alias(f"q{per_mille}"))
    return found
