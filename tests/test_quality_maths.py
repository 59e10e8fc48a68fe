"""Agreement, charts, samples and shrinkage: published cases, a second method, a naive loop, a property each."""

from __future__ import annotations

import itertools
import math

import krippendorff
import numpy as np
import polars as pl
import pytest

from ccops.errors import UsageError
from ccops.quality.calibration import Scale, agreement, cohen_kappa, cross_table, krippendorff_alpha
from ccops.quality.charts import p_chart, signals, weekday_residuals, xmr
from ccops.quality.evaluators import holm, leniency
from ccops.quality.ranking import shrunk_means, shrunk_shares
from ccops.quality.sampling import allocated, drawn, half_width, sample_size

# Calibration


def test_cohen_s_kappa_of_the_textbook() -> None:
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.40)
    assert cohen_kappa([[3, 0], [0, 0]]) is None
    assert cohen_kappa(cross_table([1, 1, 0, 0], [1, 0, 1, 0])) == pytest.approx(0.0)
    with pytest.raises(UsageError, match="cross table"):
        cohen_kappa([[1, 2]])


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_krippendorff_s_alpha_against_his_own_kind(scale: Scale) -> None:
    for seed in range(25):
        rng = np.random.default_rng(seed)
        true = rng.integers(1, 6, 12)
        ratings = np.clip(true + rng.integers(-1, 2, (4, 12)), 1, 5).astype(float)
        ratings[rng.random((4, 12)) < 0.3] = np.nan
        expected = krippendorff.alpha(reliability_data=ratings, level_of_measurement=scale)
        assert krippendorff_alpha(ratings, scale) == pytest.approx(expected, abs=1e-12)


def test_alpha_is_one_for_perfect_and_unknown_for_nothing_to_compare() -> None:
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3]]) == 1.0
    assert krippendorff_alpha([[1, math.nan], [math.nan, 2]]) is None
    assert krippendorff_alpha([[2, 2], [2, 2]]) is None


def test_agreement_with_the_master() -> None:
    found = agreement([0.8, 0.9, math.nan, 0.5], [0.8, 0.85, 0.7, 0.7], 0.05)
    assert found.n == 3
    assert [found.exact, found.within, found.bias, found.mae] == pytest.approx([1 / 3, 2 / 3, -0.05, 0.25 / 3])
    assert agreement([], [], 0.1).exact is None


# Charts


def test_the_p_chart_of_the_handbook() -> None:
    chart = p_chart([0.2313 * 50] * 4, [50] * 4)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.0524, 0.4102), abs=5e-5)


def test_the_xmr_chart_of_the_handbook() -> None:
    chart = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    assert (chart.centre[0], chart.lower[0], chart.upper[0]) == pytest.approx((50.81, 45.8159, 55.8041), abs=5e-5)


def test_laney_widens_what_days_of_many_calls_would_all_signal() -> None:
    rng = np.random.default_rng(3)
    n = np.full(60, 5000)
    hits = rng.binomial(n, np.clip(rng.normal(0.8, 0.03, 60), 0, 1))
    plain, wide = p_chart(hits, n), p_chart(hits, n, prime=True)
    assert sum("beyond" in one for one in plain.signals) > 15
    assert sum("beyond" in one for one in wide.signals) <= 2
    assert wide.sigma_z > 4
    z = (hits / n - hits.sum() / n.sum()) / np.sqrt(0.8 * 0.2 / 5000)
    assert wide.sigma_z == pytest.approx(np.abs(np.diff(z)).mean() / 1.128, rel=0.01)


def test_the_rules_for_signals_by_hand() -> None:
    flat, one = np.zeros(12), np.ones(12)
    assert signals(np.array([0.0] * 11 + [3.1]), flat, one)[-1] == ("beyond",)
    assert signals(np.array([0.0] * 9 + [2.1, 0, 2.2]), flat, one)[-1] == ("two_of_three",)
    assert signals(np.array([0.0] * 7 + [1.1, 1.2, 0, 1.3, 1.1]), flat, one)[-1] == ("four_of_five",)
    assert signals(np.array([-1.0] * 4 + [0.1] * 8), flat, one)[-1] == ("eight_on_side",)
    assert not any(signals(np.array([1.0, -1.0] * 6), flat, one))


def test_chance_alone_rarely_signals() -> None:
    rng = np.random.default_rng(5)
    found = signals(rng.normal(size=20_000), np.zeros(20_000), np.ones(20_000))
    share = sum(map(bool, found)) / len(found)
    assert 0.005 < share < 0.025


def test_a_monday_is_compared_with_mondays() -> None:
    weeks = np.tile([100.0, 80, 80, 80, 80, 50, 40], 4)
    days = np.tile(np.arange(7), 4)
    assert np.allclose(weekday_residuals(weeks, days), 0)
    weeks[8] = 95
    assert weekday_residuals(weeks, days)[8] == 15
    assert weekday_residuals([1.0, np.nan], [0, 1]).tolist()[1:] != [0.0]


# Samples


def test_sample_sizes_of_the_handbook() -> None:
    assert sample_size(0.05, population=1000) == pytest.approx(277.73, abs=0.01)
    assert math.ceil(sample_size(0.03, 0.99, population=60_000)) == 1789
    assert half_width(sample_size(0.05), 0.95) == pytest.approx(0.05)
    assert half_width(100, population=100) == 0


def test_an_allocation_adds_up_and_never_takes_more_than_there_is() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        sizes = {str(n): int(size) for n, size in enumerate(rng.integers(0, 60, rng.integers(1, 6)))}
        spreads = {name: float(rng.random()) for name in sizes}
        total = int(rng.integers(0, 120))
        for spread in (None, spreads):
            found = allocated(total, sizes, spread)
            assert sum(found.values()) == min(total, sum(sizes.values()))
            assert all(0 <= found[name] <= size for name, size in sizes.items())
    assert allocated(10, {"a": 300, "b": 200}) == {"a": 6, "b": 4}
    assert allocated(10, {"a": 100, "b": 100}, {"a": 3.0, "b": 1.0}) == {"a": 8, "b": 2}


def test_a_draw_is_fair_and_the_same_in_any_order() -> None:
    ids = [f"c{n}" for n in range(10)]
    assert drawn(ids, 4, 7) == drawn(ids[::-1], 4, 7)
    counts = dict.fromkeys(ids, 0)
    for seed in range(1500):
        for one in drawn(ids, 3, seed):
            counts[one] += 1
    assert all(360 < count < 540 for count in counts.values())


# Groups compared


def test_shares_of_few_are_drawn_towards_all() -> None:
    found = shrunk_shares([9, 90, 5, 60], [10, 100, 10, 100])
    raw = np.array([0.9, 0.9, 0.5, 0.6])
    assert np.all(np.abs(found.estimate - found.mean) <= np.abs(raw - found.mean))
    assert found.estimate[1] > found.estimate[0] > found.mean
    assert found.verdict()[1] == "better"
    with pytest.raises(UsageError, match="at least one"):
        shrunk_shares([0], [0])


def test_shrunk_shares_hold_their_level_and_beat_the_raw_ones() -> None:
    rng = np.random.default_rng(2)
    inside = total = 0
    raw_error = own_error = 0.0
    for _ in range(150):
        truth = rng.beta(16, 4, 25)
        n = rng.integers(3, 40, 25)
        hits = rng.binomial(n, truth)
        found = shrunk_shares(hits, n)
        inside += int(((found.lo <= truth) & (truth <= found.hi)).sum())
        total += 25
        raw_error += float(((hits / n - truth) ** 2).sum())
        own_error += float(((found.estimate - truth) ** 2).sum())
    assert own_error < 0.6 * raw_error
    assert inside / total > 0.88


def test_groups_of_chance_alone_are_all_the_same() -> None:
    rng = np.random.default_rng(4)
    wrong = 0
    for _ in range(100):
        n = rng.integers(5, 40, 20)
        wrong += sum(one != "same" for one in shrunk_shares(rng.binomial(n, 0.8), n).verdict())
    assert wrong / 2000 < 0.02


def test_means_are_drawn_towards_all_by_how_much_is_known() -> None:
    found = shrunk_means([0.9, 0.9, 0.7, 0.75, 0.8], [2, 50, 30, 40, 20], 0.01)
    assert found.mean < found.estimate[0] < found.estimate[1] < 0.9
    assert found.verdict()[1] == "better"
    assert shrunk_means([0.8, 0.9], [5, 5], 0.0).estimate.tolist() == [0.8, 0.9]


def test_a_lenient_evaluator_is_found_without_a_session() -> None:
    rng = np.random.default_rng(6)
    rows = []
    for agent, evaluator in itertools.product(range(30), range(5)):
        for _ in range(2):
            score = 0.8 + 0.01 * (agent % 7) + (0.09 if evaluator == 2 else 0.0) + rng.normal(0, 0.06)
            rows.append({"agent": f"a{agent}", "evaluator": f"E{evaluator + 1}", "score": score})
    found = leniency(pl.DataFrame(rows))
    assert [one.evaluator for one in found if one.stands_out] == ["E3"]
    assert found[0].lo < 0.09 < found[0].hi
    assert leniency(pl.DataFrame(rows[:3])) == []


def test_evaluators_who_share_no_agents_cannot_be_told_from_them() -> None:
    rows = [{"agent": f"{who}{n}", "evaluator": who, "score": 0.5} for who in "AB" for n in range(9)]
    rows += [{"agent": f"{who}{n}", "evaluator": who, "score": 0.6} for who in "AB" for n in range(9)]
    assert leniency(pl.DataFrame(rows)) == []


def test_holm_s_example() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
