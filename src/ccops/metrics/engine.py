"""The metric algebra: `partial` adds up by key, `combine` merges partial results, `finish` divides, once, at the end.

`partial` runs on any batch of rows, here or on another machine; combining the parts of any split gives the same
whole, exactly, because counts and milliseconds are integers.

A partial result has the keys, a column per plain sum, and, for percentiles and distinct counts, extra rows: `of`
names the sum, `bin`, `n`, `lo`, `hi` a bar of its histogram, `item` one of its distinct values. Plain rows have a
null `of`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ccops.metrics import histogram
from ccops.metrics.frames import prepared
from ccops.metrics.grain import Calendar
from ccops.metrics.metric import Event, Metric, Sum

# Stands in for the keys when nothing is grouped: one group, present even without rows once finished.
ALL = "_all"
_EXTRA = {"of": pl.String, "bin": pl.Int64, "item": pl.String, "n": pl.Int64, "lo": pl.Int64, "hi": pl.Int64}
_TELLS_APART = ("of", "bin", "item")


def partial(frame: pl.LazyFrame, sums: Sequence[Sum], by: Sequence[str], calendar: Calendar) -> pl.LazyFrame:
    """Sums of one table by key, from canonical rows of that table.

    `customers` needs all contacts of a customer in the frame; every other table may be split anywhere.
    """
    events: tuple[Event, ...] = ("began", "left") if calendar.clock == "event" else ("began",)
    parts = []
    for event in events:
        counted = [s for s in _distinct(sums) if calendar.clock == "arrival" or s.event == event]
        if counted:
            parts += _added_up(frame, counted, by, calendar, event)
    return pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0]


def _added_up(frame: pl.LazyFrame, sums: Sequence[Sum], by: Sequence[str], calendar: Calendar,
              event: Event) -> list[pl.LazyFrame]:
    rows, at = prepared(frame, sums[0].table, event, by, calendar)
    keys = [calendar.key(grain, at) for grain in by] or [pl.lit(0, pl.Int8).alias(ALL)]
    names = list(by) or [ALL]
    rows = rows.select(*keys, *(s.expr.alias(s.key) for s in sums))
    parts = []
    plain = [s for s in sums if s.merge in ("sum", "max")]
    if plain:
        merged = (pl.col(s.key).sum() if s.merge == "sum" else pl.col(s.key).max() for s in plain)
        parts.append(rows.group_by(names).agg(m.cast(pl.Int64) for m in merged))
    for s in sums:
        of = pl.lit(s.key).alias("of")
        value = pl.col(s.key)
        if s.merge == "histogram":
            bars = rows.filter(value.is_not_null()).with_columns(bin=histogram.bin_of(value)).group_by(*names, "bin")
            parts.append(
                bars.agg(n=pl.len().cast(pl.Int64), lo=value.min(), hi=value.max()).with_columns(of)
            )
        elif s.merge == "distinct":
            parts.append(rows.select(*names, item=value).filter(pl.col("item").is_not_null()).unique().with_columns(of))
    return parts


def combine(partials: Sequence[pl.DataFrame], sums: Sequence[Sum], by: Sequence[str]) -> pl.DataFrame:
    """One partial result from many, of the same or of different tables, with a column for every plain sum."""
    names = list(by) or [ALL]
    merged = pl.concat(partials, how="diagonal")
    special = any(s.merge in ("histogram", "distinct") for s in sums)
    if special:
        absent = {name: dtype for name, dtype in _EXTRA.items() if name not in merged.columns}
        merged = merged.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in absent.items())
    merges = [
        (pl.col(s.key).max() if s.merge == "max" else pl.col(s.key).sum())
        for s in _distinct(sums) if s.key in merged.columns
    ]
    if not special:
        return merged.group_by(names).agg(merges)
    bars = (pl.col("n").sum(), pl.col("lo").min(), pl.col("hi").max())
    return merged.group_by(*names, *_TELLS_APART).agg(*merges, *bars)


def finish(state: pl.DataFrame, metrics: Sequence[Metric], by: Sequence[str]) -> pl.DataFrame:
    """Values from a combined partial result: the keys, sorted, and per metric a struct `m0`, `m1`, … of value,
    numerator, denominator (seconds or counts) and flagged.

    An empty denominator gives a null value, and so does the maximum or percentile of nothing.
    """
    names = list(by) or [ALL]
    plain = state.filter(pl.col("of").is_null()).drop(_EXTRA) if "of" in state.columns else state
    wide = state.select(names).unique().join(plain, on=names, how="left", nulls_equal=True)
    if not by and wide.is_empty():
        wide = pl.DataFrame({ALL: pl.Series([0], dtype=state.schema[ALL])}).join(wide, on=ALL, how="left")
    wide = wide.sort(names, nulls_last=True)
    columns = []
    for i, metric in enumerate(metrics):
        special = next((s for s in metric.numerator if s.merge in ("histogram", "distinct")), None)
        if special:
            rows = _special(state.filter(pl.col("of") == special.key), metric, special, names)
            rows = rows.rename({"value": f"v{i}", "n": f"n{i}"})
            wide = wide.join(rows, on=names, how="left", nulls_equal=True, maintain_order="left")
            columns.append(_of_special(pl.col(f"v{i}"), pl.col(f"n{i}"), special).alias(f"m{i}"))
        else:
            columns.append(_divided(metric, wide.columns).alias(f"m{i}"))
    return wide.select(*by, *columns)


def _distinct(sums: Sequence[Sum]) -> list[Sum]:
    return list({s.key: s for s in sums}.values())


def _side(sums: Sequence[Sum], present: Sequence[str]) -> pl.Expr:
    """The sums of one side, in milliseconds or counts; a key that a table never had counts 0, and no maximum."""
    if sums[0].merge == "max":
        return pl.col(sums[0].key) if sums[0].key in present else pl.lit(None, pl.Int64)
    return pl.sum_horizontal(pl.col(s.key).fill_null(0) if s.key in present else pl.lit(0, pl.Int64) for s in sums)


def _divided(metric: Metric, present: Sequence[str]) -> pl.Expr:
    above = _side(metric.numerator, present)
    value, below_s = _shown(above, metric.numerator[0]), pl.lit(None, pl.Float64)
    if metric.denominator:
        below = _side(metric.denominator, present)
        below_s = _shown(below, metric.denominator[0])
        up, down = _scales(metric)
        value = pl.when(below != 0).then((above * up) / (below * down))
    flagged = _side((metric.flag,), present) > 0 if metric.flag else pl.lit(False)
    return _figure(value, _shown(above, metric.numerator[0]), below_s, flagged)


def _scales(metric: Metric) -> tuple[int, int]:
    """Whole factors above and below the line that turn milliseconds into seconds and seconds into hours."""
    above, below = (1000 if side[0].measure == "ms" else 1 for side in (metric.numerator, metric.denominator))
    hours = 3600 if metric.unit == "per_hour" else 1
    return (hours, 1) if above == below else (below * hours, above)


def _shown(value: pl.Expr, item: Sum) -> pl.Expr:
    """Milliseconds as seconds, counts as they are."""
    return value / 1000 if item.measure == "ms" else value.cast(pl.Float64)


def _special(rows: pl.DataFrame, metric: Metric, item: Sum, names: Sequence[str]) -> pl.DataFrame:
    """Keys, `value` and `n` observations of a percentile or distinct count."""
    if item.merge == "distinct":
        return rows.group_by(names).agg(value=pl.len().cast(pl.Float64), n=pl.len().cast(pl.Int64))
    return histogram.quantile(rows, names, metric.quantile or 500).with_columns(pl.col("value") / 1000)


def _of_special(value: pl.Expr, n: pl.Expr, item: Sum) -> pl.Expr:
    """A distinct count of nothing is 0; a percentile of nothing is null, of 0 observations."""
    if item.merge == "distinct":
        return _figure(value.fill_null(0.0), value.fill_null(0.0), pl.lit(None, pl.Float64), pl.lit(False))
    return _figure(value, pl.lit(None, pl.Float64), n.fill_null(0).cast(pl.Float64), pl.lit(False))


def _figure(value: pl.Expr, numerator: pl.Expr, denominator: pl.Expr, flagged: pl.Expr) -> pl.Expr:
    return pl.struct(value=value, numerator=numerator, denominator=denominator, flagged=flagged)
