"""The metric algebra: `partial` adds up by key, `combine` merges partial results, `finish` divides, once, at the end.

`partial` runs on any batch of rows, here or on another machine; combining the parts of any split gives the same
whole, exactly, because counts and milliseconds are integers.

A partial result is one frame: the keys, a column per plain sum, and for percentiles and distinct counts a column of
lists, the values of the key's rows. `combine` turns it into a state of named parts: the one named `PLAIN` has the
plain sums; the others bear the name of their sum and have the bars of a histogram or the distinct items, as lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from ccops.metrics import histogram
from ccops.metrics.frames import prepared
from ccops.metrics.grain import Calendar
from ccops.metrics.metric import Event, Measure, Metric, Sum

# Stands in for the keys when nothing is grouped: one group, present even without rows once finished.
ALL = "_all"
PLAIN = "plain"
# How many of what is added up make one of what is shown: sums are whole numbers, so that they merge exactly.
_PARTS: Mapping[Measure, int] = {"count": 1, "ms": 1000, "millionths": 1_000_000}
State = dict[str, pl.DataFrame]


def partial(frame: pl.LazyFrame, sums: Sequence[Sum], by: Sequence[str], calendar: Calendar) -> list[pl.LazyFrame]:
    """Sums of one table by key, from canonical rows of that table; one frame per instant that the clock looks at.

    `customers` needs all contacts of a customer in the frame; every other table may be split anywhere.
    """
    if calendar.clock == "arrival":
        return [_added_up(frame, _distinct(sums), by, calendar, "began")]
    events: tuple[Event, ...] = ("began", "left")
    return [
        _added_up(frame, counted, by, calendar, event)
        for event in events if (counted := [s for s in _distinct(sums) if s.event == event])
    ]


def _added_up(frame: pl.LazyFrame, sums: Sequence[Sum], by: Sequence[str], calendar: Calendar,
              event: Event) -> pl.LazyFrame:
    rows, at = prepared(frame, sums[0].table, event, by, calendar)
    keys = [calendar.key(grain, at) for grain in by] or [pl.lit(0, pl.Int8).alias(ALL)]
    rows = rows.select(*keys, *(s.expr.alias(s.key) for s in sums))
    # Values are gathered in the one grouping that adds up: a second one, over values, costs more than all sums.
    return rows.group_by(names_of(by)).agg(
        pl.col(s.key).drop_nulls().implode() if s.merge in ("histogram", "distinct") else _merge(s) for s in sums
    )


def combine(partials: Sequence[pl.DataFrame], sums: Sequence[Sum], by: Sequence[str]) -> State:
    """One state from many partial results, of the same or of different tables."""
    return merge([_state(frame, sums, by) for frame in partials], sums, by)


def merge(states: Sequence[State], sums: Sequence[Sum], by: Sequence[str]) -> State:
    """One state from many."""
    named: dict[str, list[pl.DataFrame]] = {}
    for name, frame in (item for state in states for item in state.items()):
        named.setdefault(name, []).append(frame)
    whole = {name: pl.concat(frames, how="diagonal") for name, frames in named.items()}
    again = {name: whole[name] for name, frames in named.items() if len(frames) > 1}
    return whole | roll_up(again, sums, by)


def _state(frame: pl.DataFrame, sums: Sequence[Sum], by: Sequence[str]) -> State:
    names = names_of(by)
    special = [s for s in _distinct(sums) if s.merge in ("histogram", "distinct") and s.key in frame.columns]
    state = {
        s.key: histogram.of_lists(frame, names, s.key) if s.merge == "histogram"
        else frame.select(*names, value=pl.col(s.key).list.unique())
        for s in special
    }
    plain = frame.drop(s.key for s in special)
    return state | ({PLAIN: plain} if plain.width > len(names) or not special else {})


def roll_up(state: State, sums: Sequence[Sum], by: Sequence[str]) -> State:
    """A state by fewer keys, from one by more."""
    names = names_of(by)
    merge_of = {s.key: s for s in sums}
    rolled = {}
    for name, frame in state.items():
        if ALL in names and ALL not in frame.columns:
            frame = frame.with_columns(pl.lit(0, pl.Int8).alias(ALL))
        if name == PLAIN:
            rolled[name] = frame.group_by(names).agg(_merge(merge_of[c]) for c in frame.columns if c in merge_of)
        elif merge_of[name].merge == "histogram":
            rolled[name] = histogram.merged(frame, names)
        else:
            rolled[name] = frame.group_by(names).agg(pl.col("value").explode().unique().implode())
    return rolled


def finish(state: State, metrics: Sequence[Metric], by: Sequence[str]) -> pl.DataFrame:
    """Values from a state: the keys, sorted, and per metric a struct `m0`, `m1`, … of value, numerator, denominator
    (in seconds or counts) and flagged.

    An empty denominator gives a null value, and so does the maximum or percentile of nothing.
    """
    names = names_of(by)
    wide = pl.concat([frame.select(names) for frame in state.values()]).unique()
    if not by and wide.is_empty():
        wide = pl.DataFrame({ALL: pl.Series([0], dtype=pl.Int8)})
    others = [state[PLAIN]] if PLAIN in state else []
    for s in _distinct(s for metric in metrics for s in metric.numerator if s.merge in ("histogram", "distinct")):
        asked = sorted({metric.quantile for metric in metrics if metric.quantile and metric.numerator[0].key == s.key})
        others.append(_special(state[s.key], s, asked, names))
    for other in others:
        wide = wide.join(other, on=names, how="left", nulls_equal=True)
    figures = (_figure_of(metric, wide.columns).alias(f"m{i}") for i, metric in enumerate(metrics))
    rows = wide.sort(names, nulls_last=True)
    # polars divides by a column of one row as by a constant, multiplying by its reciprocal, which may miss the nearest
    # double; a second row makes it divide.
    return pl.concat([rows, rows]).select(*by, *figures).head(1) if rows.height == 1 else rows.select(*by, *figures)


def names_of(by: Sequence[str]) -> list[str]:
    """The key columns of a state: never none."""
    return list(by) or [ALL]


def _merge(s: Sum) -> pl.Expr:
    column = pl.col(s.key)
    return (column.max() if s.merge == "max" else column.sum()).cast(pl.Int64)


def _special(rows: pl.DataFrame, s: Sum, asked: Sequence[int], names: Sequence[str]) -> pl.DataFrame:
    """A percentile's or distinct count's columns by key, named after the sum."""
    if s.merge == "distinct":
        return rows.select(*names, pl.col("value").list.len().cast(pl.Int64).alias(s.key))
    found = histogram.quantiles(rows, names, asked)
    return found.rename({name: f"{s.key} {name}" for name in found.columns if name not in names})


def _figure_of(metric: Metric, present: Sequence[str]) -> pl.Expr:
    if metric.quantile is None:
        return _divided(metric, present)
    key = metric.numerator[0].key
    total = pl.col(f"{key} total").fill_null(0).cast(pl.Float64)
    value = (pl.col(f"{key} q{metric.quantile}") / 1000).round(6)
    return _figure(value, pl.lit(None, pl.Float64), total, pl.lit(False))


def _distinct(sums: Iterable[Sum]) -> list[Sum]:
    return list({s.key: s for s in sums}.values())


def _side(sums: Sequence[Sum], present: Sequence[str]) -> pl.Expr:
    """The sums of one side, in milliseconds or counts; a key that a table never had counts 0, and no maximum."""
    if sums[0].merge == "max":
        return pl.col(sums[0].key) if sums[0].key in present else pl.lit(None, pl.Int64)
    return pl.sum_horizontal(pl.col(s.key).fill_null(0) if s.key in present else pl.lit(0, pl.Int64) for s in sums)


def _divided(metric: Metric, present: Sequence[str]) -> pl.Expr:
    above = _side(metric.numerator, present)
    if metric.known:
        above = pl.when(_side((metric.known,), present) > 0).then(above)
    value, below_s = _shown(above, metric.numerator[0]), pl.lit(None, pl.Float64)
    if metric.denominator:
        below = _side(metric.denominator, present)
        below_s = _shown(below, metric.denominator[0])
        up, down = _scales(metric)
        # A column that polars knows to be constant is divided by as a constant, too: adding nothing makes it forget.
        value = pl.when(below != 0).then((above * up) / (below * down + pl.int_range(pl.len()) * 0))
    flagged = _side((metric.flag,), present) > 0 if metric.flag else pl.lit(False)
    return _figure(value, _shown(above, metric.numerator[0]), below_s, flagged)


def _scales(metric: Metric) -> tuple[int, int]:
    """Whole factors above and below the line that turn parts into wholes and seconds into hours."""
    above, below = (_PARTS[side[0].measure] for side in (metric.numerator, metric.denominator))
    hours = 3600 if metric.unit == "per_hour" else 1
    return (hours, 1) if above == below else (below * hours, above)


def _shown(value: pl.Expr, item: Sum) -> pl.Expr:
    """Milliseconds as seconds, millionths as wholes, counts as they are."""
    # Rounding undoes polars' division by a constant, which multiplies by its reciprocal and misses the nearest double.
    parts = _PARTS[item.measure]
    return (value / parts).round(len(str(parts)) - 1) if parts > 1 else value.cast(pl.Float64)


def _figure(value: pl.Expr, numerator: pl.Expr, denominator: pl.Expr, flagged: pl.Expr) -> pl.Expr:
    return pl.struct(value=value, numerator=numerator, denominator=denominator, flagged=flagged)
