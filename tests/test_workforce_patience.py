"""Patience: textbook curves, a naive recomputation, and what holds for every set of waits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.errors import UsageError
from ccops.workforce.patience import FEWEST, Survival, exponential, kaplan_meier, patience_of
from strategies import slice_of, visit

# Freireich et al. 1963, remission in weeks under 6-MP: relapses, then the patients still well.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
WELL = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
FREIREICH = ([*RELAPSED, *WELL], [True] * 9 + [False] * 12)

waits = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=60)


def split(rows: list[tuple[int, bool]]) -> tuple[list[int], list[bool]]:
    return [wait for wait, _ in rows], [gave_up for _, gave_up in rows]


def naive_curve(rows: list[tuple[int, bool]]) -> dict[int, float]:
    """S right after each time, from the definition: among those still waiting at t, the share that did not give up."""
    alive, curve = 1.0, {}
    for t in sorted({wait for wait, gave_up in rows if gave_up}):
        at_risk = sum(1 for wait, _ in rows if wait >= t)
        gave_up = sum(1 for wait, ended in rows if ended and wait == t)
        alive *= (at_risk - gave_up) / at_risk
        curve[t] = alive
    return curve


@given(waits)
def test_visits_of_one_length_may_be_counted_once(rows: list[tuple[int, bool]]) -> None:
    grouped = sorted(Counter(rows).items())
    each, many = split(rows), (*split([row for row, _ in grouped]),)
    n = [count for _, count in grouped]
    assert exponential(*many, n) == exponential(*each)
    one, other = kaplan_meier(*many, n=n), kaplan_meier(*each)
    assert one.times_s.tolist() == other.times_s.tolist()
    assert one.survival == pytest.approx(other.survival)
    assert one.tail_s == pytest.approx(other.tail_s)


def test_kaplan_meier_gives_the_published_curve() -> None:
    curve = kaplan_meier(*FREIREICH)
    assert curve.times_s.tolist() == [0, 6, 7, 10, 13, 16, 22, 23]
    assert curve.survival[1:].round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve.error is not None
    assert curve.error[1:].round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert [round(float(s), 4) for s in curve.at([0, 5.99, 6, 9, 23])] == [1, 1, 0.8571, 0.8067, 0.4482]


def test_late_entries_are_at_risk_from_then_on() -> None:
    # kpi.md: entry [1, 2, 4, 0, 0] and T [2, 10, 5, 4, 3] give 1, 1, .667, .444, .222, .111, 0.
    curve = kaplan_meier([2, 10, 5, 4, 3], [True] * 5, [1, 2, 4, 0, 0])
    assert curve.at([0, 1, 2, 3, 4, 5, 10]).round(3).tolist() == [1, 1, 0.667, 0.444, 0.222, 0.111, 0]
    assert kaplan_meier([5, 5], [True, True], [5, 0]).survival.tolist() == [1, 0]  # the first was never seen


def test_the_exponential_mean_of_the_published_sample() -> None:
    found = exponential(*FREIREICH)
    assert (found.abandons, found.mean_s) == (9, 359 / 9)  # 9 relapses in 359 weeks
    # Chi-square quantiles from a table: 32.852 (20 degrees, 97.5 %) and 8.231 (18 degrees, 2.5 %).
    assert found.lo_s == pytest.approx(2 * 359 / 34.170, rel=1e-4)
    assert found.hi_s == pytest.approx(2 * 359 / 8.2307, rel=1e-4)


def test_an_answer_at_the_second_of_an_abandon_was_still_waiting() -> None:
    assert kaplan_meier([10, 10], [True, False]).survival.tolist() == [1.0, 0.5]


def test_nobody_gave_up() -> None:
    curve, mean = kaplan_meier([5, 9], [False, False]), exponential([5, 9], [False, False])
    assert curve.at([0, 1e6]).tolist() == [1, 1]
    assert math.isinf(curve.mean_s)
    assert math.isinf(float(curve.quantiles(0.5)))
    assert math.isinf(mean.mean_s)
    assert math.isinf(mean.hi_s)
    assert mean.lo_s == pytest.approx(14 / 3.689, rel=1e-3)  # no event: -ln 0.025


def test_nobody_waited() -> None:
    assert math.isnan(exponential([], []).mean_s)
    assert math.isnan(exponential([0, 0], [False, False]).mean_s)
    assert kaplan_meier([], []).at(10) == 1


def test_everybody_gave_up() -> None:
    curve = kaplan_meier([10, 20, 30], [True, True, True])
    assert curve.mean_s == pytest.approx(20)
    assert curve.at([9, 10, 25, 30, 99]).round(4).tolist() == [1, 0.6667, 0.3333, 0, 0]
    assert curve.quantiles([0.3, 1 / 3, 0.5, 0.99]).tolist() == [10, 10, 20, 30]
    assert curve.error is not None
    assert curve.error[-1] == 0


def test_beyond_the_last_abandon_the_curve_goes_on_with_the_last_hazard() -> None:
    # Twenty abandons, one a second: the tail's rate is that of the last ten and of the ten who wait on to 40 s.
    curve = kaplan_meier([*range(1, 21), *[40] * 10], [True] * 20 + [False] * 10)
    lived = sum(range(1, 11)) + 10 * 30  # beyond the tenth abandon at 10 s
    assert curve.tail_s == pytest.approx(lived / 10)
    assert float(curve.at(20 + curve.tail_s)) == pytest.approx(float(curve.survival[-1]) / math.e)


def test_exponential_patience_is_found_again_under_censoring() -> None:
    rng = np.random.default_rng(7)
    patience, offered = rng.exponential(120, 40_000), rng.exponential(60, 40_000)
    waited, gave_up = np.minimum(patience, offered), patience < offered
    found, curve = exponential(waited, gave_up), kaplan_meier(waited, gave_up)
    assert found.lo_s < 120 < found.hi_s
    assert curve.at([20, 60, 200]) == pytest.approx(np.exp(-np.array([20, 60, 200]) / 120), abs=0.02)
    assert curve.mean_s == pytest.approx(120, rel=0.05)


def test_the_lognormal_curve_is_that_of_the_formula() -> None:
    from scipy.stats import lognorm

    known, curve = lognorm(1.2, scale=120 * math.exp(-0.72)), Survival.lognormal(120, 1.2)
    assert curve.mean_s == pytest.approx(120, rel=1e-9)
    assert curve.at([5, 20, 120, 600]) == pytest.approx(known.sf([5, 20, 120, 600]), abs=3e-4)
    assert curve.quantiles([0.1, 0.5, 0.9]) == pytest.approx(known.ppf([0.1, 0.5, 0.9]), rel=2e-3)


def test_exponential_curves_have_no_steps() -> None:
    curve = Survival.exponential(120)
    assert curve.at([0, 60, 120]) == pytest.approx(np.exp([0, -0.5, -1]))
    assert curve.within([60, 1e9]) == pytest.approx([120 * (1 - math.exp(-0.5)), 120])
    assert float(curve.quantiles(0.5)) == pytest.approx(120 * math.log(2))
    assert Survival.exponential(math.inf).at(1e9) == 1


@pytest.mark.parametrize("made", [
    lambda: Survival.exponential(0), lambda: Survival.exponential(math.nan), lambda: Survival.lognormal(120, 0),
    lambda: exponential([1, math.nan], [True, False]), lambda: exponential([-1], [True]),
    lambda: kaplan_meier([1, 2], [True]),
])
def test_impossible_patience_is_refused(made: Callable[[], Any]) -> None:
    with pytest.raises(UsageError):
        made()


@given(waits)
def test_the_curve_is_the_naive_one(rows: list[tuple[int, bool]]) -> None:
    curve, expected = kaplan_meier(*split(rows)), naive_curve(rows)
    for t, alive in expected.items():
        assert float(curve.at(t)) == pytest.approx(alive, abs=1e-12)
    assert np.all(np.diff(curve.survival) <= 0)
    assert curve.times_s[0] == 0
    assert curve.tail_s > 0


@given(waits, st.floats(0, 1, exclude_max=True))
def test_quantiles_invert_the_curve(rows: list[tuple[int, bool]], u: float) -> None:
    curve = kaplan_meier(*split(rows))
    t = float(curve.quantiles(u))
    if math.isfinite(t):
        assert 1 - float(curve.at(t)) >= u - 1e-12
        assert t == 0 or 1 - float(curve.at(t * (1 - 1e-9) - 1e-9)) <= u + 1e-9


@given(waits, st.floats(0, 200))
def test_the_integral_is_the_area_under_the_curve(rows: list[tuple[int, bool]], t: float) -> None:
    curve = kaplan_meier(*split(rows))
    grid = (np.arange(20_000) + 0.5) * t / 20_000
    assert float(curve.within(t)) == pytest.approx(float(curve.at(grid).mean()) * t, abs=0.02)
    if math.isfinite(curve.mean_s):
        assert float(curve.within(1e7)) == pytest.approx(curve.mean_s, rel=1e-6)


@given(waits)
def test_the_rate_is_abandons_over_time(rows: list[tuple[int, bool]]) -> None:
    found = exponential(*split(rows))
    total, events = sum(wait for wait, _ in rows), sum(gave_up for _, gave_up in rows)
    if total and events:
        assert found.mean_s == pytest.approx(total / events)
        assert found.lo_s < found.mean_s < found.hi_s


def rows(queue: str, abandons: int, first: int = 0) -> list[dict[str, Any]]:
    """`abandons` visits that gave up after 30 s, and as many that were answered after 10 s."""
    return [
        visit(first + n, queue=queue, outcome=outcome, wait_ms=wait)
        for n in range(abandons)
        for outcome, wait in (("abandoned", 30_000), ("answered", 10_000))
    ]


def test_patience_per_queue() -> None:
    ends = [visit(outcome="timeout", wait_ms=60_000), visit(outcome="open", wait_ms=None), visit(wait_ms=None)]
    found = patience_of(slice_of(queue_visits=[*rows("sales", FEWEST), *ends]))["sales"]
    assert found.mean_s == pytest.approx((FEWEST * 40 + 60) / FEWEST)  # the time-out is censored, not an abandon
    assert (found.abandons, found.visits, found.unknown, found.pooled) == (FEWEST, 2 * FEWEST + 1, 2, False)


def test_a_queue_with_few_abandons_has_the_curve_of_all() -> None:
    found = patience_of(slice_of(queue_visits=[*rows("sales", FEWEST), *rows("vip", FEWEST - 1)]))
    assert (found["sales"].pooled, found["vip"].pooled) == (False, True)
    assert found["vip"].abandons == 2 * FEWEST - 1
    assert found["vip"].mean_s == pytest.approx(40)


def test_short_abandons_can_be_left_out_as_misdials() -> None:
    hasty = [visit(outcome="abandoned", wait_ms=3_000)] * 4
    data = slice_of(queue_visits=[*rows("sales", FEWEST), *hasty])
    with_them, without = patience_of(data)["sales"], patience_of(data, short_s=5)["sales"]
    assert (with_them.abandons, with_them.short) == (FEWEST + 4, 0)
    assert (without.abandons, without.short, without.visits) == (FEWEST, 4, 2 * FEWEST)
    assert float(without.curve.at(5)) == 1
    assert float(with_them.curve.at(5)) < 1


def test_a_slice_without_visits_has_no_patience() -> None:
    assert patience_of(slice_of()) == {}


def test_the_bank_waits_as_the_field_knows_it(real_data: Callable[[str], Path]) -> None:
    from ccops.workspace import in_memory

    with in_memory(files=[real_data("anonymous_bank_1999_02_first_half.tsv")]) as workspace:
        workspace.import_files([real_data("anonymous_bank_1999_02_first_half.tsv")])
        found = patience_of(workspace.slice())
    assert set(found) == {"PS", "NE", "IN", "NW", "PE", "TT"}
    # Brown et al. 2005 report stock traders (NE) as far more patient than regular customers (PS).
    assert found["NE"].lo_s > found["PS"].hi_s
