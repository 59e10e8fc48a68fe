"""Requirements against published answers, a naive loop over scalar formulas, and what must hold whatever comes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.errors import CcopsError, SettingsError, UsageError
from ccops.settings import Settings
from ccops.workforce.erlang import erlang_a, erlang_c, spread
from ccops.workforce.erlang.uncertainty import rate_nodes
from ccops.workforce.patience import Patience, Survival
from ccops.workforce.staffing import Rules, Staffing, hours, requirement, staff
from ccops.workforce.staffing_requirement import Load, Target, level_at_high, predicted, required
from strategies import site

NINE = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))
PLAIN = {"risk": "mean", "minimum": 0, "shrinkage": 0.0}


def patient(mean_s: float, curve: Survival | None = None) -> Patience:
    return Patience(mean_s, mean_s, mean_s, 100, curve or Survival.exponential(mean_s), False)


def forecast(*rows: tuple[str, float | None, float | None], minutes: int = 30, dispersion: float = 1.0,
             tz: str = "UTC") -> pl.DataFrame:
    """A forecast frame of consecutive intervals from Monday nine o'clock, a row each: queue, calls, handling time."""
    return pl.DataFrame({
        "queue": [row[0] for row in rows],
        "start_at": pl.Series([NINE + timedelta(minutes=minutes) * n for n in range(len(rows))],
                              dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(tz),
        "volume": pl.Series([row[1] for row in rows], dtype=pl.Float64),
        "aht_s": pl.Series([row[2] for row in rows], dtype=pl.Float64), "dispersion": [dispersion] * len(rows),
    })


def staffing(frame: pl.DataFrame, patience: Mapping[str, Patience] | None = None, settings: Settings | None = None,
             **rules: Any) -> Staffing:
    settings = settings or site()
    return staff(frame, patience or {}, settings, rules=Rules.of(settings, **(PLAIN | rules)))


def only(plan: Staffing) -> dict[str, Any]:
    [row] = plan.frame.to_dicts()
    return row


@pytest.mark.parametrize(("calls", "aht", "minutes", "target", "patience", "agents"), [
    # workforce.md section 1; fractional numbers round up to the published whole ones.
    (100, 180, 30, Target(0.8, 20), None, 14),
    (250, 330, 60, Target(0.8, 30), None, 28),
    (10 * 20, 180, 60, Target(0.8, 20), 120, 12),  # 10 Erlang
    (30 * 20, 180, 60, Target(0.8, 20), 120, 32),
    (100 * 20, 180, 60, Target(0.8, 20), 120, 96),  # below the load: a library that never looks there says more
])
def test_published_requirements(calls: float, aht: float, minutes: int, target: Target, patience: float | None,
                                agents: int) -> None:
    plan = staffing(forecast(("sales", calls, aht), minutes=minutes), {"sales": patient(patience)} if patience else {},
                    target=target, interval_min=minutes)
    row = only(plan)
    assert math.ceil(row["required"]) == agents
    assert row["basis"] == "required"
    assert row["service_level"] == pytest.approx(0.8, abs=1e-4)
    assert plan.models[0].model == ("a" if patience else "c")


def test_shrinkage_divides() -> None:
    """13.037 on calls at 30 % shrinkage are 18.625 paid, by hand; multiplying by 1.3 would give 16.9."""
    row = only(staffing(forecast(("sales", 100, 180)), shrinkage=0.3))
    assert row["required_gross"] == pytest.approx(row["required"] / 0.7)
    assert row["required_gross"] == pytest.approx(18.625, abs=0.002)


def test_an_uncertain_rate_costs_what_is_published() -> None:
    """workforce.md: 48 a minute, 50 agents, patience 2 min: .943 promised, .886 per call at 10 % error, P10 .736."""
    load = Load(np.array([2880.0]), np.array([60.0]), np.array([1 + 0.01 * 1440]), 0.5, "a", np.array([120.0]))
    agents = np.array([50.0])
    assert predicted(load, agents, 20, "mean").service_level[0] == pytest.approx(0.943, abs=5e-4)
    assert predicted(load, agents, 20, "expected").service_level[0] == pytest.approx(0.886, abs=5e-4)
    # The tenth itself; .736 lies at 10.2 % (see the test of `uncertain`).
    assert level_at_high(load, agents, 20)[0] == pytest.approx(0.733, abs=5e-4)
    row = only(staffing(forecast(("q", 1440, 60), dispersion=15.4), {"q": patient(120)}, risk="expected"))
    assert row["service_level"] == pytest.approx(0.8, abs=1e-4)
    assert row["required"] > row["required_mean"]


@given(st.floats(0.2, 10_000), st.floats(1.0, 1000), st.floats(20, 2000), st.floats(10, 2000), st.floats(-0.5, 1.5))
def test_few_nodes_are_enough(volume: float, dispersion: float, aht: float, patience: float, more: float) -> None:
    """The expected service level, at what is required and beside it, against four hundred nodes."""
    load = Load(np.array([volume * 2]), np.array([aht]), np.array([dispersion]), 0.5, "a", np.array([patience]))
    agents = required(load, Target(), "expected")
    assert predicted(load, agents, 20, "expected").service_level[0] == pytest.approx(0.8, abs=1e-4)
    rates, weights = rate_nodes(spread(volume, np.array([dispersion])), 400)
    for n in (agents, agents * (1 + more)):
        levels = erlang_a(volume * 2 * rates[:, 0], aht, patience).service_level(n[0])
        assert predicted(load, n, 20, "expected").service_level[0] == pytest.approx(weights @ levels, abs=0.005)


@given(st.floats(0.05, 1e6))
def test_nodes_have_the_moments_of_the_distribution(shape: float) -> None:
    """A gamma of mean 1 has the variance 1/shape; weighted by calls the mean 1 + 1/shape, the variance that / shape."""
    for over_calls, mean in ((False, 1.0), (True, 1 + 1 / shape)):
        nodes, weights = rate_nodes(np.array([shape**-0.5]), 400, over_calls=over_calls)
        assert weights.sum() == pytest.approx(1)
        assert weights @ nodes[:, 0] == pytest.approx(mean, rel=1e-4)
        assert weights @ (nodes[:, 0] - mean) ** 2 == pytest.approx(mean / shape, rel=5e-3)


def test_a_frame_is_what_a_loop_over_the_formulas_says() -> None:
    rng = np.random.default_rng(3)
    queues = ["a", "b", "none"] * 12
    frame = forecast(*((q, float(v), float(t)) for q, v, t in
                       zip(queues, rng.uniform(1, 90, 36), rng.uniform(60, 500, 36), strict=True)), minutes=15)
    patience = {"a": patient(90), "b": patient(400)}
    plan = staffing(frame, patience, interval_min=15, max_occupancy=0.9, lost_call_value=12.0, agent_cost_per_hour=30.0,
                    shrinkage=0.25)
    for row in plan.frame.iter_rows(named=True):
        rate, mean = row["volume"] * 4, getattr(patience.get(row["queue"]), "mean_s", None)
        model = erlang_a(rate, row["aht_s"], mean) if mean else erlang_c(rate, row["aht_s"])
        need = model.required(0.8, 20, max_occupancy=0.9, whole=False)
        assert row["required"] == pytest.approx(need, abs=2e-3)
        now, more, fewer = (model.at(row["required"] + step) for step in (0, 1, -1))
        assert row["service_level"] == pytest.approx(now.service_level, abs=1e-9)
        assert row["asa_s"] == pytest.approx(now.asa_s)
        assert row["occupancy"] == pytest.approx(now.occupancy)
        assert row["plus_one_service_level"] == pytest.approx(more.service_level - now.service_level, abs=1e-9)
        assert row["plus_one_asa_s"] == pytest.approx(more.asa_s - now.asa_s)
        assert row["plus_one_answered"] == pytest.approx(
            row["volume"] * (more.service_level - now.service_level), abs=1e-9)
        assert row["plus_one_value"] == pytest.approx(
            12 * row["volume"] * (now.p_abandon - more.p_abandon), abs=1e-9)
        assert row["minus_one_cost"] == pytest.approx(
            12 * row["volume"] * (fewer.p_abandon - now.p_abandon), abs=1e-9)
        assert row["agent_cost"] == pytest.approx(30 * 0.25 / 0.75)
        assert row["sl_p10"] == pytest.approx(row["service_level"])  # nothing is uncertain


@given(st.floats(0.1, 300), st.floats(30, 900), st.floats(0.5, 0.95), st.one_of(st.none(), st.floats(20, 900)),
       st.floats(1, 6))
def test_more_of_anything_needs_no_fewer(volume: float, aht: float, level: float, patience: float | None,
                                         dispersion: float) -> None:
    known = {"q": patient(patience)} if patience else {}

    frame = forecast(("q", volume, aht), ("q", volume * 1.2, aht), ("q", volume, aht * 1.2), dispersion=dispersion)

    def needs(risk: str, share: float) -> list[float]:
        rules = Rules.of(site(), **(PLAIN | {"risk": risk, "target": Target(share)}))
        return requirement(frame, known, site(), rules)["required"].to_list()

    slack = 1e-3
    usual = {risk: needs(risk, level) for risk in ("mean", "expected", "p10")}
    for risk, (need, calls, seconds) in usual.items():
        assert calls >= need - slack
        assert seconds >= need - slack
        assert needs(risk, level + 0.04)[0] >= need - slack
    assert usual["p10"][0] >= usual["mean"][0] - slack


@given(st.floats(10, 200), st.floats(1, 5))
def test_gross_is_never_below_net_and_p10_never_above_expected(volume: float, dispersion: float) -> None:
    row = only(staffing(forecast(("q", volume, 240), dispersion=dispersion), {"q": patient(150)}, risk="expected",
                        shrinkage=0.2))
    assert row["required_gross"] >= row["required"]
    assert row["sl_p10"] <= row["service_level"] + 0.01


def test_p10_meets_the_target_nine_times_in_ten() -> None:
    """Against a draw of the rate itself, by the plain formula."""
    volume, dispersion = 60.0, 4.0
    row = only(staffing(forecast(("q", volume, 240), dispersion=dispersion), {"q": patient(150)}, risk="p10"))
    shape = volume / (dispersion - 1)
    rates = np.random.default_rng(5).gamma(shape, volume / shape, 20_000) * 2
    levels = erlang_a(rates, 240, 150).at(row["required"]).service_level
    assert np.mean(levels >= 0.8) == pytest.approx(0.9, abs=0.008)
    assert row["sl_p10"] == pytest.approx(0.8, abs=1e-4)
    assert float(np.average(levels, weights=rates)) == pytest.approx(row["service_level"], abs=0.003)


def test_the_patience_curve_is_used_where_it_is_asked_for() -> None:
    curve = Survival.lognormal(120, 1.2)
    frame = forecast(("q", 1440, 60))
    by_curve, by_mean = (only(staffing(frame, {"q": patient(120, curve)}, model=m)) for m in ("g", "a"))
    assert by_curve["required"] < by_mean["required"]  # workforce.md: .9500 against .943 with 50 agents
    assert staffing(frame, {"q": patient(120, curve)}, model="c").models[0].patience_s is None


def test_other_targets() -> None:
    """GB/T 33358 asks for an ASA and an answer rate; both hold, the harder one just so."""
    settings = site(more={"targets.preset": "gbt33358"})
    plan = staff(forecast(("q", 100, 180)), {"q": patient(120)}, settings, rules=Rules.of(settings, **PLAIN))
    row = only(plan)
    assert (plan.rules.target.asa_s, plan.rules.target.answer_rate) == (15, 0.95)
    assert row["asa_s"] <= 15 + 1e-3
    assert row["p_abandon"] <= 0.05 + 1e-4
    assert row["asa_s"] == pytest.approx(15, rel=1e-3) or row["p_abandon"] == pytest.approx(0.05, abs=1e-3)


def test_an_occupancy_cap_holds() -> None:
    row = only(staffing(forecast(("q", 2000, 180)), {"q": patient(120)}, max_occupancy=0.85))
    assert row["occupancy"] == pytest.approx(0.85, abs=1e-4)
    assert row["service_level"] > 0.8


def test_no_calls_need_the_minimum_and_predict_nothing() -> None:
    row = only(staffing(forecast(("q", 0.0, None)), minimum=2, shrinkage=0.2))
    assert (row["required"], row["required_gross"]) == (2, 2.5)
    predicted = ("service_level", "asa_s", "p_abandon", "occupancy", "plus_one_answered")
    assert {name: row[name] for name in predicted} == dict.fromkeys(predicted)


@pytest.mark.parametrize(("calls", "aht"), [(None, 180), (float("nan"), 180), (10, None), (10, float("nan"))])
def test_unknown_stays_unknown(calls: float | None, aht: float | None) -> None:
    plan = staffing(forecast(("q", calls, aht), ("q", 10, 180)))
    unknown, known = plan.frame.to_dicts()
    assert unknown["required"] is None
    assert unknown["gap"] is None
    assert known["required"] > 0
    assert plan.total["required"].to_list() == [None, known["required"]]
    assert plan.total["occupancy"].to_list() == [None, pytest.approx(known["occupancy"])]


@pytest.mark.parametrize(("calls", "aht", "what"), [
    (10, 0, "handling time of 0 s"), (10, -5, "handling time of -5 s"), (10, 20_000, "handling time of 20000 s"),
    (-1, 180, "volume of -1"), (math.inf, 180, "volume of inf"),
])
def test_absurd_numbers_are_refused(calls: float, aht: float, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        staffing(forecast(("q", calls, aht)))


def test_an_interval_that_is_there_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="twice"):
        staffing(pl.concat([forecast(("q", 10, 180)), forecast(("q", 12, 180))]))


@pytest.mark.parametrize("rules", [
    {"shrinkage": 1.0}, {"shrinkage": -0.1}, {"shrinkage": math.nan}, {"max_occupancy": 0.0}, {"max_occupancy": 1.1},
    {"minimum": -1.0}, {"minimum": math.inf}, {"interval_min": 20},
])
def test_rules_that_cannot_be(rules: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Rules.of(site(), **rules)


@pytest.mark.parametrize("target", [
    {"service_level": 1.01}, {"service_level": 0.0}, {"service_level": 1.0}, {"within_s": -1.0},
    {"within_s": math.nan}, {"within_s": math.inf}, {"service_level": None}, {"asa_s": 0.0}, {"answer_rate": 95.0},
])
def test_targets_that_cannot_be(target: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Target(**target)


def test_settings_without_a_target_say_what_to_set() -> None:
    with pytest.raises(UsageError, match="nothing to staff for"):
        Target.of(site(more={"targets.preset": ""}))


def test_closed_hours_have_no_rows() -> None:
    """Local hours decide: nine in UTC is 17:00 in Shanghai; weekdays without a setting stay as they are."""
    settings = site("Asia/Shanghai", more={"opening.mon": "08:00-17:30"})
    frame = forecast(("q", 10, 180), ("q", 10, 180), ("q", 10, 180), tz="Asia/Shanghai")
    plan = staffing(frame, settings=settings)
    assert plan.frame["start_at"].dt.hour().to_list() == [17]
    later = staffing(frame.with_columns(pl.col("start_at") + pl.duration(days=1)), settings=settings)
    assert later.frame.height == 3
    assert staffing(frame, settings=site("Asia/Shanghai", more={"opening.mon": "closed"})).frame.height == 0


@pytest.mark.parametrize("text", ["8-22", "08:00", "25:00-26:00", "08:00-24:30", "10:00-12:00,11:00-13:00", "open"])
def test_malformed_opening_hours_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="opening"):
        site(more={"opening.mon": text})


def test_opening_hours_over_midnight_and_several() -> None:
    days = {"opening.mon": "08:00-12:00, 14:00-18:00", "opening.tue": "20:00-04:00", "opening.wed": "closed"}
    assert [site(more=days).opening.minutes(day) for day in range(4)] == [
        ((480, 720), (840, 1080)), ((1200, 1680),), (), None,
    ]


def test_totals_are_ratios_of_sums() -> None:
    frame = pl.concat([forecast(("a", 90, 200)), forecast(("b", 10, 400))])
    plan = staffing(frame, {"a": patient(100), "b": patient(100)})
    [total], rows = plan.total.to_dicts(), plan.frame.to_dicts()
    assert total["aht_s"] == pytest.approx((90 * 200 + 10 * 400) / 100)
    assert total["required"] == pytest.approx(sum(row["required"] for row in rows))
    assert total["service_level"] == pytest.approx(sum(row["volume"] * row["service_level"] for row in rows) / 100)
    busy = sum(row["occupancy"] * row["required"] for row in rows)
    assert total["occupancy"] == pytest.approx(busy / total["required"])


def test_hours_and_full_time_agents() -> None:
    """Two half hours of the minimum of four: four hours on calls, eight paid at 50 %, of 40 / 7 a day: 1.4 FTE."""
    plan = staffing(forecast(("q", 0.0, None), ("q", 0.0, None)), minimum=4, shrinkage=0.5)
    found = hours(plan, site())
    assert (found.required, found.paid, found.staffed) == (4, 8, None)
    assert found.fte == pytest.approx(1.4)


def test_every_refusal_says_what_to_do() -> None:
    for refused in (lambda: Target(8.0), lambda: Rules.of(site(), shrinkage=1.0),
                    lambda: staffing(forecast(("q", -1, 180))), lambda: staffing(pl.DataFrame({"queue": ["q"]}))):
        with pytest.raises(CcopsError) as error:
            refused()
        assert error.value.fix
