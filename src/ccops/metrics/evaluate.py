"""Asking for figures: which metrics, by what, with which parameters, over a slice; each table read once.

What the sources or the filters cannot support has no value: it is null and a note says why.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from ccops.errors import UsageError
from ccops.metrics import support
from ccops.metrics.catalogue import METRICS, MetricFunction
from ccops.metrics.engine import PLAIN, State, combine, finish, merge, partial, roll_up
from ccops.metrics.grain import EACH, Calendar, check_grains, labelled, table_of
from ccops.metrics.metric import Metric, Sum
from ccops.metrics.targets import target
from ccops.model import TABLE

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.settings import Settings


@dataclass(frozen=True)
class Figures:
    """Finished figures by key: `long` has a row per key and metric, `wide` a row per key."""

    metrics: tuple[Metric, ...]
    by: tuple[str, ...]
    frame: pl.DataFrame
    slice: Slice

    def long(self, lang: Literal["en", "zh"] = "en") -> pl.DataFrame:
        """The keys, metric, value, numerator, denominator, unit, definition, note; keys in order, metrics as asked."""
        rows = self.frame.with_row_index("_row")
        parts = [
            rows.select(
                "_row", *self.by, pl.lit(metric.key).alias("metric"),
                *(self._field(i, name) for name in ("value", "numerator", "denominator")),
                pl.lit(metric.unit).alias("unit"), pl.lit(self.definition(metric, lang)).alias("definition"),
                self._note(i, lang).alias("note"),
            )
            for i, metric in enumerate(self.metrics)
        ]
        return pl.concat(parts).sort("_row", maintain_order=True).drop("_row")

    def wide(self) -> pl.DataFrame:
        """The keys and one value column per metric. Raises UsageError when two metrics have the same key."""
        keys = [metric.key for metric in self.metrics]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice:
            raise UsageError(f"{twice} is asked for twice", fix="ask for the long table, or one variant at a time")
        return self.frame.select(*self.by, *(self._field(i, "value").alias(key) for i, key in enumerate(keys)))

    def definition(self, metric: Metric, lang: Literal["en", "zh"] = "en") -> str:
        """The published definition, with what the sources of this data lack."""
        return support.definition(metric, self.slice, lang)

    def _field(self, i: int, name: str) -> pl.Expr:
        possible = support.withheld(self.metrics[i], self.slice, self.by) is None
        return (pl.col(f"m{i}").struct.field(name) if possible else pl.lit(None, pl.Float64)).alias(name)

    def _note(self, i: int, lang: Literal["en", "zh"]) -> pl.Expr:
        metric = self.metrics[i]
        why = support.withheld(metric, self.slice, self.by, lang)
        if why:
            return pl.lit(why)
        return pl.when(pl.col(f"m{i}").struct.field("flagged")).then(pl.lit(metric.flag_note))


def kpis(slice_: Slice, metrics: Sequence[str | Metric], by: Sequence[str] = (), *, interval: int | None = None,
         tuning: Mapping[str, object] = MappingProxyType({}), lang: Literal["en", "zh"] = "en") -> pl.DataFrame:
    """Figures of a slice as a long table: the keys of `by`, metric, value, numerator, denominator, unit, definition,
    note. Durations are seconds, rates 0 to 1, instants naive UTC.

    `interval` is 15, 30 or 60 minutes, by default that of the settings' report. `tuning` sets parameters of metrics
    (`{"within_s": 30}`) over those of the settings. Raises UsageError for an
    unknown metric, grain, parameter or interval, and for a metric that a grain does not suit.
    """
    return figures(slice_, metrics, by, interval=interval, tuning=tuning).long(lang)


def figures(slice_: Slice, metrics: Sequence[str | Metric], by: Sequence[str] = (), *, interval: int | None = None,
             tuning: Mapping[str, object] = MappingProxyType({})) -> Figures:
    """As `kpis`, before it is laid out long or wide."""
    minutes = slice_.settings.report.interval if interval is None else interval
    calendar = Calendar.of(slice_, minutes)
    chosen = tuple(_of_length(metric, minutes) for metric in tuned(slice_.settings, metrics, tuning))
    for metric in chosen:
        check_grains(metric.key, sorted(metric.tables), by)
    state = _added_up(slice_, chosen, tuple(by), calendar)
    counted = [_per_interval(metric) for metric in chosen]
    frame = labelled(finish(state, counted, by), by)
    if frame.is_empty() and any(support.missing(metric, slice_) for metric in chosen):
        frame = pl.DataFrame([dict.fromkeys(frame.columns)], schema=frame.schema)  # a row to carry the note
    return Figures(chosen, tuple(by), frame, slice_)


def _of_length(metric: Metric, minutes: int) -> Metric:
    """A metric of intervals with their length in its definition, for it changes the figure; others as they are."""
    if metric.per_interval is None:
        return metric
    return replace(
        metric, definition=metric.definition.replace("intervals with", f"intervals of {minutes} min with", 1),
        definition_zh=metric.definition_zh.replace("时段", f"{minutes}分钟时段", 1),
    )


def aux_by_reason(slice_: Slice, by: Sequence[str] = ("agent",)) -> pl.DataFrame:
    """Not-ready seconds by the given grains and `reason` (null where none was given), only where there are any."""
    rows = figures(slice_, ["aux"], (*by, "reason")).wide()
    return rows.filter(pl.col("aux") > 0)


def keys_of(*tables: str) -> tuple[str, ...]:
    """The metrics that need no other tables than these."""
    return tuple(key for key, make in METRICS.items() if {table_of(name) for name in make().tables} <= set(tables))


def function(key: str) -> MetricFunction:
    """The function behind a metric. Raises UsageError, with near names, for an unknown key."""
    if key not in METRICS:
        near = get_close_matches(key, METRICS, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "ccops metrics lists them"
        raise UsageError(f"no metric {key!r}", fix=hint)
    return METRICS[key]


def parameters(key: str, settings: Settings, tuning: Mapping[str, object] = MappingProxyType({})) -> dict[str, Any]:
    """A metric's parameters as it will be computed: `tuning`, else the settings, else the function's own default.

    Raises UsageError for a parameter that no metric has, or a value that it cannot take.
    """
    for name in tuning:
        if name not in _types():
            near = get_close_matches(name, _types(), n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(_types()))}"
            raise UsageError(f"no metric has a parameter {name!r}", fix=hint)
    values: dict[str, object] = dict(settings.service_level.model_dump())
    values["satisfied"] = settings.quality.csat_satisfied
    goal = target("service_level", settings)
    if goal is not None:
        values["target"] = goal
    values |= {name: _read(name, value) for name, value in tuning.items()}
    own = inspect.signature(function(key)).parameters
    return {name: values.get(name, parameter.default) for name, parameter in own.items()}


def tuned(settings: Settings, metrics: Sequence[str | Metric], tuning: Mapping[str, object]) -> list[Metric]:
    """The metrics with their parameters filled in. Raises UsageError when none of them takes a parameter given."""
    taken = {name for m in metrics if isinstance(m, str) for name in inspect.signature(function(m)).parameters}
    for name in tuning:
        if name in _types() and name not in taken:
            raise UsageError(f"none of the metrics asked for has a parameter {name!r}", fix=f"leave {name} out")
    return [m if isinstance(m, Metric) else function(m)(**parameters(m, settings, tuning)) for m in metrics]


@cache
def _types() -> dict[str, Any]:
    """The type of every parameter."""
    return {
        name: kind for make in METRICS.values()
        for name, kind in typing.get_type_hints(make).items() if name != "return"
    }


def _read(name: str, value: object) -> object:
    """A parameter's value, from a number or from the text of a command line."""
    kind = _types()[name]
    if typing.get_origin(kind) is Literal:
        allowed = typing.get_args(kind)
        if value not in allowed:
            raise UsageError(f"{name} cannot be {value!r}", fix=f"use one of {', '.join(allowed)}")
        return value
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise UsageError(f"{name} cannot be {value!r}", fix="give a number, such as 20")
    return number


def _added_up(slice_: Slice, metrics: Sequence[Metric], by: tuple[str, ...], calendar: Calendar) -> State:
    """One state for all metrics; each table is read once, with the widest reach that any metric asks."""
    sums = [s for metric in metrics for s in metric.sums if table_of(s.table) in TABLE]
    staged = {s.table for metric in metrics if metric.per_interval is not None for s in metric.sums}
    each = () if "interval" in by else (EACH,)
    lazies: list[tuple[str, pl.LazyFrame]] = []
    for table in dict.fromkeys(s.table for s in sums):
        before, after = _reach(table, metrics, calendar)
        rows = slice_.table(table_of(table), before=before, after=after)
        keys = (*by, *each) if table in staged else by
        lazies += [(table, part) for part in partial(rows, [s for s in sums if s.table == table], keys, calendar)]
    frames = pl.collect_all([lazy for _, lazy in lazies], engine="streaming")
    done = [(table, frame) for (table, _), frame in zip(lazies, frames, strict=True)]
    counted = [*sums, *(s for metric in metrics for s in _per_interval(metric).sums)]
    states = [combine([frame for table, frame in done if table not in staged], sums, by)]
    for table in staged:
        fine = combine([frame for name, frame in done if name == table], sums, (*by, *each))
        judged = _judged(fine, metrics)
        states.append(roll_up(judged, counted, by) if each else judged)
    return merge(states, counted, by)


def _reach(name: str, metrics: Sequence[Metric], calendar: Calendar) -> tuple[int, int]:
    """Days to read before and after: states that began the day before run on, and so do visits on the event clock."""
    asked = [metric.reach for metric in metrics if name in metric.tables] if name == "customers" else []
    early = 1 if name == "agent_states" or calendar.clock == "event" else 0
    return max([early, *(r[0] for r in asked)]), max([0, *(r[1] for r in asked)])


def _judged(fine: State, metrics: Sequence[Metric]) -> State:
    """A state by interval with every interval judged: 1 or 0 for calls, 1 or 0 for the target reached."""
    plain = fine[PLAIN]
    for metric in metrics:
        if metric.per_interval is None:
            continue
        above, below = (pl.sum_horizontal(s.key for s in side) for side in (metric.numerator, metric.denominator))
        # The target as the nearest double may lie a hair above 0.8 * n: reaching it exactly must count.
        reached = (below > 0) & (above >= below * metric.per_interval - 1e-9)
        judged = _per_interval(metric)
        plain = plain.with_columns(
            reached.cast(pl.Int64).alias(judged.numerator[0].key),
            (below > 0).cast(pl.Int64).alias(judged.denominator[0].key),
        )
    return fine | {PLAIN: plain}


def _per_interval(metric: Metric) -> Metric:
    """A metric of intervals as sums over judged intervals; any other metric as it is."""
    if metric.per_interval is None:
        return metric
    name = f"{metric.key} {metric.per_interval} " + " ".join(s.key for s in metric.sums)
    reached, calls = (Sum("queue_visits", pl.col(f"{name} {what}")) for what in ("reached", "calls"))
    return replace(metric, numerator=(reached,), denominator=(calls,))
