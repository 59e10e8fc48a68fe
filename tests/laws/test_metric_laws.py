"""Laws of the metric algebra: parts make the whole, slices make the total, and nothing is a rate until the end."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.metrics import METRICS, Metric, Sum, figures, kpis
from ccops.metrics.engine import combine, finish, partial, roll_up
from ccops.metrics.evaluate import keys_of
from ccops.metrics.frames import columns_of
from ccops.metrics.grain import Calendar, grains_of
from ccops.metrics.histogram import bin_of, merged, of_lists, quantiles
from ccops.model import TABLE, VISIT_OUTCOMES, Scope
from strategies import Row, contacts, site, slice_of, states, table, visit, visits

OF_TABLE = {"queue_visits": "visits", "agent_states": "states", "contacts": "contacts"}
MADE = {"visits": visits(), "states": states(), "contacts": contacts()}
EVERY = [make() for make in METRICS.values()]


def shared_grains(metric: Metric) -> list[str]:
    return [g for g in grains_of(next(iter(metric.tables))) if all(g in grains_of(t) for t in metric.tables)]


def asked(name: str) -> list[Metric]:
    """The metrics of one frame that are finished in one step."""
    return [m for m in EVERY if m.tables == {name} and m.per_interval is None and "shifts" not in str(m.needs)]


@settings(max_examples=60)
@given(data=st.data(), name=st.sampled_from(sorted(OF_TABLE)), clock=st.sampled_from(["arrival", "event"]))
def test_partial_results_of_any_split_combine_to_the_whole(data: st.DataObject, name: str, clock: str) -> None:
    where = site("Europe/Berlin", more={"agents.teams": {"north": ["anna"]}})
    frame = table(name, data.draw(MADE[OF_TABLE[name]]), where)
    by = data.draw(st.lists(st.sampled_from(grains_of(name)), max_size=3, unique=True))
    calendar = Calendar(where.business_day, data.draw(st.sampled_from([15, 60])), clock, team_of=where.team_of)
    metrics = asked(name)
    sums = [s for metric in metrics for s in metric.sums]
    piles = st.lists(st.integers(0, 3), min_size=frame.height, max_size=frame.height)
    pile = pl.Series(data.draw(piles), dtype=pl.Int64)

    def parts(rows: pl.DataFrame) -> list[pl.DataFrame]:
        return [lazy.collect() for lazy in partial(rows.lazy(), sums, by, calendar)]

    whole = finish(combine(parts(frame), sums, by), metrics, by)
    split = [part for i in range(4) for part in parts(frame.filter(pile == i))]
    assert finish(combine(split, sums, by), metrics, by).equals(whole)


@settings(max_examples=40)
@given(data=st.data(), name=st.sampled_from(["queue_visits", "agent_states"]))
def test_a_finer_state_rolls_up_to_the_coarser(data: st.DataObject, name: str) -> None:
    where = site("Asia/Kathmandu")
    frame = table(name, data.draw(MADE[OF_TABLE[name]]), where)
    calendar = Calendar(where.business_day, 30)
    metrics = asked(name)
    sums = [s for metric in metrics for s in metric.sums]
    fine_by = ["interval", "agent", "day"]
    by = data.draw(st.sampled_from([[], ["agent"], ["day"], ["day", "agent"]]))

    def state(keys: list[str]) -> dict[str, pl.DataFrame]:
        return combine([lazy.collect() for lazy in partial(frame.lazy(), sums, keys, calendar)], sums, keys)

    assert finish(roll_up(state(fine_by), sums, by), metrics, by).equals(finish(state(by), metrics, by))


@settings(max_examples=40)
@given(
    rows=visits(), people=states(), callers=contacts(), data=st.data(), clock=st.sampled_from(["arrival", "event"]),
    metric=st.sampled_from([m.key for m in EVERY if m.additive]),
)
def test_slices_add_up_to_the_whole(rows: list[Row], people: list[Row], callers: list[Row], data: st.DataObject,
                                    clock: str, metric: str) -> None:
    where = site("Europe/Berlin", more={"agents.teams": {"north": ["anna"], "south": ["bo"]}})
    grains = shared_grains(METRICS[metric]())
    by = data.draw(st.lists(st.sampled_from(grains), min_size=1, max_size=2, unique=True))
    given_ = slice_of(where, Scope(clock=clock), queue_visits=rows, agent_states=people, contacts=callers)
    [total] = kpis(given_, [metric]).to_dicts()
    parts = kpis(given_, [metric], by)
    if METRICS[metric]().unanswered and {"agent", "team"} & set(by):
        assert parts["value"].null_count() == parts["numerator"].null_count() == parts.height
        return
    for side in ("numerator", "denominator"):
        if total[side] is None:
            assert parts[side].null_count() == parts.height
        else:
            assert parts[side].sum() == pytest.approx(total[side], abs=1e-9)
    if total["denominator"]:
        per = 3600 if total["unit"] == "per_hour" else 1
        above, below = (sum(parts[side].to_list()) for side in ("numerator", "denominator"))
        assert total["value"] == pytest.approx(above / below * per)


@pytest.mark.parametrize("key", sorted(METRICS))
def test_nothing_makes_null_or_none_at_all(key: str) -> None:
    """No rows: a count is 0, a rate, mean, maximum or percentile is null; by a grain there is no row at all."""
    [row] = kpis(slice_of(), [key]).to_dicts()
    metric = METRICS[key]()
    computable = not any(TABLE[need.split(".")[0]].beside for need in metric.needs)
    adds = not metric.denominator and not metric.known and all(s.merge in ("sum", "distinct") for s in metric.numerator)
    assert row["value"] == (0 if adds and computable else None)
    assert kpis(slice_of(), [key], ["day"]).is_empty() == computable


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.key)
def test_what_counts_visits_without_an_agent_says_so(metric: Metric) -> None:
    """Tried on visits that ended in every way but an answer: whatever any of its sums makes of them, it counts."""
    ends = [outcome for outcome in VISIT_OUTCOMES if outcome != "answered"]
    ways = product(ends, (1000, 60_000), ("queue", "ring", "announcement"))
    rows = [
        visit(n, outcome=end, wait_ms=wait, abandon_phase=phase if end == "abandoned" else None)
        for n, (end, wait, phase) in enumerate(ways)
    ]
    frame = table("queue_visits", rows, site())
    columns = [frame.select(s.expr).to_series() for s in metric.sums if s.table == "queue_visits"]
    assert metric.unanswered == any(any(column.drop_nulls().to_list()) for column in columns)


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.key)
def test_every_expression_names_columns_of_its_table(metric: Metric) -> None:
    for item in metric.sums:
        assert item.table in TABLE or item.table == "customers"
        names = set(item.expr.meta.root_names())
        assert names, "a constant would be one row, not one per row"
        assert names <= columns_of(item.table), names - columns_of(item.table)


@pytest.mark.parametrize(("key", "function"), METRICS.items())
def test_every_metric_is_documented(key: str, function: Any) -> None:
    metric = function()
    assert key == metric.key
    assert function.__name__ in (key, f"{key}_visits")
    assert len(function.__doc__ or "") > 20
    assert metric.definition
    assert "\n" not in metric.definition
    assert any("\u4e00" <= c <= "\u9fff" for c in metric.definition_zh)
    assert metric.needs, "say what it cannot do without"
    assert metric.unit != "ratio" or metric.denominator or "shifts" in str(metric.needs)
    if not metric.additive and metric.per_interval is None:
        assert "not additive" in metric.definition
        assert "不可" in metric.definition_zh


def test_the_same_sum_has_the_same_name_and_another_has_not() -> None:
    def make(limit: int, merge: Any = "sum") -> Sum:
        return Sum("queue_visits", pl.col("wait_ms") <= limit, merge)

    spelt_otherwise = Sum("queue_visits", pl.col("wait_ms").le(pl.lit(5)), "sum")
    assert make(5).key == spelt_otherwise.key
    assert Sum("contacts", pl.col("wait_ms") <= 5, "sum").key != make(5).key
    assert len({make(5).key, make(6).key, make(5, "max").key}) == 3
    assert len({s.key for metric in EVERY for s in metric.sums}) < sum(len(metric.sums) for metric in EVERY)


def exact(values: list[int], per_mille: int) -> int:
    """The smallest value that so many per mille do not exceed."""
    return sorted(values)[max(math.ceil(len(values) * per_mille / 1000), 1) - 1]


LISTS = {"v": pl.List(pl.Int64)}


@settings(max_examples=150)
@given(
    values=st.lists(st.one_of(st.integers(0, 200_000), st.integers(0, 40_000_000)), min_size=1, max_size=60),
    per_mille=st.sampled_from([500, 900, 950]), data=st.data(),
)
def test_a_percentile_is_off_by_less_than_its_bin(values: list[int], per_mille: int, data: st.DataObject) -> None:
    whole = data.draw(st.booleans())
    if whole:
        values = [value // 1000 * 1000 for value in values if value < 120_000] or [0]
    half = len(values) // 2
    parts = pl.DataFrame({"k": ["x", "y", "x"], "v": [values[:half], [], values[half:]]}, schema_overrides=LISTS)
    state = merged(of_lists(parts, ["k"], "v"), ["k"])
    [found, nothing] = quantiles(state, ["k"], [per_mille])[f"q{per_mille}"].to_list()
    assert nothing is None
    right = exact(values, per_mille)
    if whole:
        assert found == right  # whole seconds, as most logs have them, are exact
    else:
        assert abs(found - right) < max(1_000, 0.05 * right + 1)


@given(st.integers(0, 10**9))
def test_a_bin_is_a_second_and_then_a_twentieth(value: int) -> None:
    [low, high] = pl.select(bin_of(pl.lit(pl.Series([value, value + 1])))).to_series().to_list()
    assert low <= high <= low + 1
    edge = low * 1000 if low < 120 else 120_000 * 1.05 ** (low - 120)
    width = 1000 if low < 120 else edge * 0.05
    assert edge - 1e-6 * edge <= value <= edge + width * (1 + 1e-6)


def test_one_question_reads_each_table_once() -> None:
    """All metrics of visits, percentiles and distinct counts included, in one pass over the rows."""
    from polars.io.plugins import register_io_source

    from ccops.model import Slice
    from ccops.settings import Settings

    passes = []

    def read(name: str, first: object, last: object) -> pl.LazyFrame:
        def batches(wanted: list[str] | None, *_: object) -> Any:
            passes.append(name)
            frame = table(name, [], Settings())
            yield frame.select(wanted) if wanted else frame

        return register_io_source(batches, schema=TABLE[name].schema(), is_pure=True)

    figures(Slice(Scope(), Settings(), read), keys_of("queue_visits"), ["interval", "queue"])
    assert passes == ["queue_visits"]
