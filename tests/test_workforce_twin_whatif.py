"""Changes as people type them, what they do to a scenario, and that they move the figures the way they must."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ccops.errors import UsageError
from ccops.workforce.patience import Survival
from ccops.workforce.simulation.outcome import compare
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import Crew, Durations, Queue, Scenario, Stint
from ccops.workforce.simulation.whatif import Agents, Factor, WhatIf, regrouped

HOUR = 3600.0
BOTH = ("sales", "service")


def day(arrivals: int = 400) -> Scenario:
    """Four hours from 09:00 of two queues; two agents for each, and one for both who is there in the first half."""
    rng = np.random.default_rng(5)
    return Scenario(
        queues=[Queue(name, Durations.lognormal(180, 0.8), Durations.exponential(150)) for name in BOTH],
        crews=[
            Crew.steady("sales", ["sales"], 2, 4 * HOUR), Crew.steady("service", ["service"], 2, 4 * HOUR),
            Crew("both", ("sales", "service"), (Stint(0, 0, 2 * HOUR),)),
        ],
        interval_s=1800, arrivals={name: rng.uniform(0, 4 * HOUR, arrivals // 2) for name in BOTH},
        until_s=4 * HOUR,
    )


def at(minute: int) -> float:
    """Seconds from the start, at 09:00."""
    return (minute - 9 * 60) * 60.0


def applied(scenario: Scenario | None = None, /, **given: Any) -> Scenario:
    return WhatIf.parsed(**given).applied(scenario or day(), at)


def agent_hours(scenario: Scenario, queue: str = "") -> float:
    return sum(stint.to_s - stint.from_s for crew in scenario.crews if not queue or queue in crew.skills
               for stint in crew.stints) / HOUR


@pytest.mark.parametrize(("text", "change"), [
    ("+2", Agents(2)), ("-1", Agents(-1)), ("+2@10:00-12:00", Agents(2, first=600, last=720)),
    ("sales:-1@9:30-24:00", Agents(-1, "sales", 570, 1440)), ("12", Agents(12, flat=True)),
    ("客服:+3", Agents(3, "客服")),
])
def test_agents_as_they_are_typed(text: str, change: Agents) -> None:
    assert WhatIf.parsed(agents=[text]).agents == (change,)


def test_other_changes_as_they_are_typed() -> None:
    found = WhatIf.parsed(aht=["-5%", "sales:+10%"], volume=["+20%"], patience=["sales:90", "-10 %"], pool=["a, b"])
    assert [factor.value for factor in found.aht] == pytest.approx([0.95, 1.1])
    assert found.volume[0].value == pytest.approx(1.2)
    assert found.patience == (Factor(90, "sales", absolute=True), Factor(0.9))
    assert found.pools == (("a", "b"),)
    assert found.words[:3] == ("aht -5%", "aht sales:+10%", "volume +20%")
    assert found
    assert not WhatIf.parsed()


@pytest.mark.parametrize("given", [
    {"agents": ["two"]}, {"agents": ["+0"]}, {"agents": ["+2@10:00"]}, {"agents": ["+2@10:00-10:00"]},
    {"agents": ["+2@10:00-25:00"]}, {"agents": ["+2@10:00-24:30"]}, {"agents": ["+99999"]}, {"agents": ["+1.5"]},
    {"aht": ["5%"]}, {"aht": ["-5"]}, {"aht": ["-100%"]}, {"aht": ["-250%"]}, {"aht": ["300"]}, {"aht": [""]},
    {"volume": ["+20"]}, {"volume": ["twice"]}, {"volume": ["-100%"]}, {"patience": ["0"]}, {"patience": ["-30"]},
    {"patience": ["30%"]}, {"pool": ["sales"]}, {"pool": ["sales,sales"]}, {"pool": [","]},
])
def test_what_cannot_be_understood_is_refused_with_a_way_out(given: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError) as refused:
        WhatIf.parsed(**given)
    assert refused.value.fix.startswith("write")


@pytest.mark.parametrize("given", [
    {"agents": ["sale:+1"]}, {"aht": ["sale:-5%"]}, {"volume": ["sale:+5%"]}, {"patience": ["sale:9"]},
    {"pool": ["sale,service"]},
])
def test_an_unknown_queue_is_refused(given: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError, match="no calls for a queue 'sale'") as refused:
        applied(**given)
    assert refused.value.fix == "did you mean sales?"


def test_an_absurd_handling_time_is_refused() -> None:
    with pytest.raises(UsageError, match=r"a mean handling time of 5\.0 hours"):
        applied(aht=["+9900%"])


def test_more_agents_are_there_when_they_are_asked_for() -> None:
    scenario = applied(agents=["sales:+2@10:00-12:00", "+1"])
    assert agent_hours(scenario) == agent_hours(day()) + 2 * 2 + 4
    assert agent_hours(scenario, "service") == agent_hours(day(), "service") + 4


def test_fewer_agents_are_those_of_the_queue_who_are_there_longest() -> None:
    scenario = applied(agents=["sales:-1@10:00-12:00"])
    assert agent_hours(scenario, "sales") == agent_hours(day(), "sales") - 2
    [crew] = [crew for crew in scenario.crews if crew.skills == ("sales",)]
    assert sorted((s.from_s, s.to_s) for s in crew.stints) == [(0, HOUR), (0, 4 * HOUR), (3 * HOUR, 4 * HOUR)]


def test_more_cannot_go_than_are_there() -> None:
    with pytest.raises(UsageError, match="3 fewer, but agents there then: 2"):
        applied(agents=["sales:-3@12:00-13:00"])


def test_a_change_across_the_start_of_the_day_is_refused() -> None:
    with pytest.raises(UsageError, match="crosses the start"):
        applied(agents=["+1@12:00-10:00"])


def test_a_pool_serves_all_its_queues() -> None:
    assert {crew.skills for crew in applied(pool=["sales,service"]).crews} == {
        ("sales", "service"), ("service", "sales"),
    }
    assert agent_hours(applied(pool=["sales,service"]), "sales") == agent_hours(day())


def test_crews_of_the_same_skills_become_one() -> None:
    two, one_more = Crew("a", ("x",), (Stint(3, 0, 5), Stint(7, 0, 5))), Crew("b", ("x",), (Stint(3, 1, 2),))
    [one] = regrouped([two, one_more, Crew("c", ("y",), ())])
    assert (one.name, [stint.agent for stint in one.stints]) == ("x", [0, 1, 2])


@pytest.mark.parametrize(("change", "calls"), [("+50%", 300), ("-25%", 150), ("+150%", 500), ("sales:+10%", 220)])
def test_volume_adds_calls_to_those_that_came_or_takes_some_away(change: str, calls: int) -> None:
    base, scenario = day(), applied(volume=[change])
    sales = np.asarray(scenario.arrivals["sales"])
    assert len(sales) == calls
    kept = np.isin(np.asarray(base.arrivals["sales"]), sales).sum()
    assert kept == min(calls, 200)
    slots = [np.histogram(np.asarray(arrivals), np.arange(9) * 1800)[0] for arrivals in (base.arrivals["sales"], sales)]
    if change == "+150%":
        assert np.all(slots[1] >= 2 * slots[0])  # what is added comes in the same intervals
    if ":" in change:
        assert len(np.asarray(scenario.arrivals["service"])) == 200


def test_volume_of_a_forecast_scales_its_rates() -> None:
    scenario = Scenario(day().queues, day().crews, 1800, rates={"sales": [4.0] * 8, "service": [2.0] * 8})
    assert applied(scenario, volume=["sales:+50%"]).expected.tolist() == [[6.0] * 8, [2.0] * 8]


def test_patience_takes_another_mean() -> None:
    [sales, service] = applied(patience=["sales:60", "-10%"]).queues
    assert (sales.patience.mean_s, service.patience.mean_s) == (54, 135)
    never = Scenario([Queue("sales", Durations.constant(60), Durations.survival(Survival.exponential(np.inf)))], [], 60,
                     rates={"sales": [1.0]})
    assert applied(never, patience=["60"]).queues[0].patience.kind == "exponential"


@pytest.mark.parametrize(("given", "better"), [
    ({"agents": ["+1"]}, True), ({"agents": ["sales:+2@10:00-12:00"]}, True), ({"agents": ["-1"]}, False),
    ({"aht": ["-10%"]}, True), ({"aht": ["+10%"]}, False), ({"volume": ["+20%"]}, False), ({"volume": ["-20%"]}, True),
    ({"pool": ["sales,service"]}, True),
])
def test_changes_move_the_service_level_the_way_they_must(given: dict[str, list[str]], better: bool) -> None:
    base, changed = (simulate(scenario, replications=40) for scenario in (day(), applied(**given)))
    found = compare(base, changed).difference("service_level")
    assert found.lo > 0 if better else found.hi < 0


def test_no_change_changes_nothing() -> None:
    scenario = WhatIf.parsed(aht=["+0%"]).applied(day(), at)
    found = compare(simulate(day(), replications=5), simulate(scenario, replications=5)).difference("asa_s")
    assert (found.value, found.lo, found.hi) == (0, 0, 0)
