"""Handling time: credibility by hand, a naive recount, and what holds for every set of calls."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.workforce.handling import FEWEST, handling_of, lognormal_fit, shrunk
from ccops.workforce.visits import LONGEST_S
from strategies import day_of, local, site, slice_of, visit

MONDAY = datetime(2026, 11, 23, 9, 0)


def call(n: int, talk_s: float, queue: str = "sales", at: datetime = MONDAY, **more: Any) -> dict[str, Any]:
    return visit(n, queue=queue, talk_ms=round(talk_s * 1000), entered_at=at, **more)


def test_credibility_by_hand() -> None:
    # Two groups of three, (3, 5, 7) and (6, 12, 9): within 6.5, between 8 - 6.5/3, so Z = 3 / (3 + 1.1143) = 0.7292.
    found = shrunk(np.array([5.0, 9.0]), np.array([3.0, 3.0]), 7.0, 6.5, 1)
    assert found.round(4).tolist() == [5.5417, 8.4583]


def test_credibility_weighs_by_volume() -> None:
    # 100 and 2 calls, means 100 and 130, within 400, towards 100: between = (2*900 - 400) / (102 - 10004/102) = 356.58.
    found = shrunk(np.array([100.0, 130.0]), np.array([100.0, 2.0]), 100.0, 400.0, 1)
    between = (2 * 900 - 400) / (102 - 10004 / 102)
    assert found.tolist() == pytest.approx([100, 100 + 30 * 2 / (2 + 400 / between)])


def test_without_differences_beyond_chance_all_are_alike() -> None:
    assert shrunk(np.array([99.0, 101.0]), np.array([5.0, 5.0]), 100.0, 1e4, 1).tolist() == [100, 100]
    assert shrunk(np.zeros(2), np.zeros(2), 7.0, 1.0, 1).tolist() == [7, 7]


def test_lognormal_fit_by_hand() -> None:
    assert lognormal_fit([math.e, math.e**3, 0]) == pytest.approx((2, 1))
    assert math.isnan(lognormal_fit([0.0])[0])


def test_handling_is_talk_hold_and_after_call_work_of_sane_calls() -> None:
    calls = [
        *(call(n, 100, hold_ms=10_000, acw_ms=30_000) for n in range(FEWEST)), call(90, LONGEST_S + 1), call(91, -5),
        call(92, 60, outcome="abandoned"), visit(93, talk_ms=None),
    ]
    found = handling_of(slice_of(queue_visits=calls))["sales"]
    assert (found.n, found.absurd, found.pooled, found.mean_s, found.cv) == (FEWEST, 2, False, 140, 0)
    assert found.at(0, 18) == found.at(6, 3) == 140  # 09:00 on a Monday, and an interval without any call


def test_intervals_are_those_of_the_business_day() -> None:
    calls = [call(n, 300 if n % 2 else 100, at=MONDAY + timedelta(hours=n % 2)) for n in range(400)]
    found = handling_of(slice_of(site(day_start="04:00"), queue_visits=calls), 60)["sales"]
    assert found.aht_s.shape == (7, 24)
    # Every other hour has twice or half the mean; without spread within a cell, each is believed.
    assert found.at(0, 5) == pytest.approx(100, rel=0.02)
    assert found.at(0, 6) == pytest.approx(300, rel=0.02)


def test_few_calls_are_drawn_towards_weekday_interval_and_queue() -> None:
    rng = np.random.default_rng(3)
    calls = []
    for n in range(4000):
        at = MONDAY + timedelta(days=n % 5, hours=n % 7)
        calls.append(call(n, float(rng.exponential(200 * (1.5 if at.hour == 12 else 1))), at=at))
    calls.append(call(4001, 3000, at=MONDAY + timedelta(days=5)))  # one Saturday call of 50 minutes
    found = handling_of(slice_of(queue_visits=calls), 60)["sales"]
    assert found.at(2, 12) == pytest.approx(300, rel=0.15)
    assert found.at(2, 10) == pytest.approx(200, rel=0.15)
    assert found.at(5, 9) < 600  # of the 3,000 s it says for itself
    assert found.at(5, 12) > found.at(5, 10)  # the interval's effect holds on a day that was hardly seen


def test_a_queue_with_few_calls_has_the_shape_of_all() -> None:
    calls = [call(n, 100 + n % 100) for n in range(400)] + [call(500 + n, 300, "vip") for n in range(5)]
    found = handling_of(slice_of(queue_visits=calls))
    assert (found["vip"].n, found["vip"].pooled, found["sales"].pooled) == (5, True, False)
    assert found["vip"].cv > 0
    assert found["vip"].sample_s.mean() == pytest.approx(found["vip"].mean_s)
    assert found["sales"].mean_s < found["vip"].mean_s <= 300


def test_no_calls_no_handling_time() -> None:
    assert handling_of(slice_of()) == {}
    assert handling_of(slice_of(queue_visits=[visit(outcome="abandoned")])) == {}


def test_calls_of_no_length_are_handled() -> None:
    found = handling_of(slice_of(queue_visits=[call(n, 0) for n in range(60)]))["sales"]
    assert (found.mean_s, found.cv, found.n, found.at(0, 18)) == (0, 0, 60, 0)


@given(st.lists(st.tuples(st.integers(0, 4000), st.sampled_from(["a", "b"]), st.integers(0, 9999)), min_size=1))
def test_means_are_the_naive_ones_and_tables_lie_between(calls: list[tuple[int, str, int]]) -> None:
    at = [MONDAY + timedelta(minutes=minutes) for *_, minutes in calls]
    data = slice_of(queue_visits=[call(n, talk, queue, at[n]) for n, (talk, queue, _) in enumerate(calls)])
    own = defaultdict(list)
    for talk, queue, _ in calls:
        own[queue].append(talk)
    for queue, found in handling_of(data).items():
        assert found.n == len(own[queue])
        assert found.sample_s.mean() == pytest.approx(found.mean_s)
        assert np.all(np.isfinite(found.aht_s))
        assert np.all(np.diff(found.sample_s) >= 0)
        if not found.pooled:
            assert found.mean_s == pytest.approx(sum(own[queue]) / len(own[queue]))


def test_the_sample_keeps_mean_and_spread() -> None:
    rng = np.random.default_rng(5)
    times = rng.lognormal(5, 0.7, 7001).round(3)
    found = handling_of(slice_of(queue_visits=[call(n, float(t)) for n, t in enumerate(times)]))["sales"]
    assert len(found.sample_s) == 2000
    assert found.sample_s.mean() == pytest.approx(times.mean())
    assert found.sample_s.std() == pytest.approx(times.std(), rel=0.02)
    assert (found.log_mean, found.log_sd) == pytest.approx((5, 0.7), abs=0.03)
    assert found.cv == pytest.approx(float(times.std() / times.mean()))


def test_days_follow_the_site_clock() -> None:
    settings = site("Asia/Shanghai")
    late = datetime(2026, 11, 22, 17, 0)  # 01:00 on the Monday in Shanghai
    found = handling_of(slice_of(settings, queue_visits=[call(n, n, at=late) for n in range(60)]), 60)["sales"]
    assert (day_of(late, settings).weekday(), local(late, settings).hour) == (0, 1)
    assert found.at(0, 1) == pytest.approx(29.5)
