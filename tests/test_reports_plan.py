"""The day against its plan in the report: what was forecast, needed and there, and why the worst interval was short."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from ccops.model import Scope, Slice
from ccops.reports.daily import daily
from ccops.reports.day_plan import NO_PLAN, day_plan
from ccops.reports.document import Measure, Report, Unit
from ccops.reports.formats import sentence
from ccops.reports.render import rendered
from report_days import DAY, MONDAY, Visit, answered, keys, note, rows, slice_of, state, table, tiny

QUIET = 8  # calls of an ordinary half-hour from nine
BUSY = 20


def centre(busy: int = BUSY, scope: Scope | None = None, agents: tuple[str, ...] = ("amy",)) -> Slice:
    """Five weeks of the same quiet half-hour; on the last day other calls, and these agents."""
    visits: list[Visit] = []
    for back in range(35, -1, -1):
        on = DAY - timedelta(days=back)
        calls = QUIET if back else busy
        for n in range(calls):
            second = n * 1800 // calls
            at = f"09:{second // 60:02}:{second % 60:02}"
            late = not back and n % 2
            visits.append(
                Visit(f"{on}-{n}", at, wait=60, on=on) if late
                else answered(f"{on}-{n}", at, 5, 240, agents[n % len(agents)], on=on)
            )
    states = [state(agent, "available", "09:00:00", "09:30:00") for agent in agents]
    return slice_of(visits, states=states, scope=scope)


@pytest.fixture(scope="module")
def report() -> Report:
    return daily(centre(), DAY)


def test_forecast_required_staffed_and_gap_stand_in_the_intervals(report: Report) -> None:
    columns = [column.key for column in table(report, "intervals", "intervals").columns]
    assert columns == ["interval", "offered", "forecast", "answered", "abandoned", "service_level", "asa", "max_wait",
                       "aht", "staffed", "required", "gap"]
    row = rows(table(report, "intervals", "intervals"))[0]
    assert row["offered"] == BUSY
    assert row["forecast"] == pytest.approx(QUIET, abs=1)
    assert row["staffed"] == pytest.approx(1)
    assert isinstance(row["required"], float)
    # 20 calls of 240 s in a half-hour are 2.7 agents' work: more than that are needed, and not twice as many.
    assert 20 * 240 / 1800 < row["required"] < 6
    assert row["gap"] == pytest.approx(1 - row["required"])


def test_the_worst_intervals_show_the_gap(report: Report) -> None:
    worst = rows(table(report, "intervals", "worst_intervals"))[0]
    assert worst["gap"] == rows(table(report, "intervals", "intervals"))[0]["gap"]


def test_the_parts_of_the_explanation_add_up(report: Report) -> None:
    values = note(report, "verdict", "verdict_short_why").values
    parts: dict[str, float | None] = {}
    for name in ("short", "more_calls", "longer_handling", "planned_short", "absent"):
        part = values[name]
        assert isinstance(part, Measure)
        assert isinstance(part.value, float | None)
        assert part.unit is Unit.EXPECTED
        parts[name] = part.value
    short = parts.pop("short")
    assert parts["absent"] is None  # no schedule was published
    assert short == pytest.approx(sum(part for part in parts.values() if part is not None))
    more, longer = parts["more_calls"], parts["longer_handling"]
    assert more is not None
    assert longer is not None
    assert more > 0.5 > abs(longer)


def test_the_explanation_is_a_sentence_in_both_languages(report: Report) -> None:
    told = note(report, "verdict", "verdict_short_why")
    assert "for more calls than forecast, " in sentence(told, "en")
    assert "来电超预测" in sentence(told, "zh")
    assert "{" not in sentence(told, "en") + sentence(told, "zh")


def test_what_helped_is_said_in_words_and_not_by_a_sign() -> None:
    told = note(daily(centre(busy=QUIET - 2), DAY), "verdict", "verdict_short_offset")
    en, zh = sentence(told, "en").split("short: ")[1], sentence(told, "zh")
    assert re.fullmatch(r"\d\.\d not scheduled; against that, \d\.\d for fewer calls than forecast\.", en)
    assert "相抵：来电少于预测" in zh


def test_enough_agents_need_no_explanation() -> None:
    enough = daily(centre(agents=("amy", "bob", "cleo", "dan", "eve", "fay")), DAY)
    assert "verdict_worst" in keys(enough, "verdict")
    assert not {"verdict_short", "verdict_short_why"} & set(keys(enough, "verdict"))


def test_without_history_the_shortfall_is_told_without_its_causes() -> None:
    report = daily(slice_of(MONDAY, states=[state("amy", "available", "09:00:00", "09:10:00")]), DAY)
    assert "verdict_short" in keys(report, "verdict")
    assert "forecast" not in [column.key for column in table(report, "intervals", "intervals").columns]


def test_what_is_not_known_is_unknown_and_not_nothing() -> None:
    row = rows(table(daily(tiny(), DAY), "intervals", "intervals"))[-1]
    assert row["staffed"] is None  # nobody's state is known at three in the afternoon
    assert row["gap"] is None


def test_agents_and_data_without_queues_have_no_plan() -> None:
    assert day_plan(centre(scope=Scope(agents=("amy",))), DAY, 30) is NO_PLAN
    assert day_plan(tiny(lacks={"queue_visits": "a list of calls has no queues"}), DAY, 30) is NO_PLAN
    assert day_plan(slice_of([]), date(2026, 1, 1), 30).columns == ()


def test_every_format_has_the_plan(report: Report) -> None:
    assert '"unit": "expected"' in rendered(report, ".json", "en").decode()
    assert "需求人数" in rendered(report, ".csv", "zh").decode("utf-8-sig")
    assert "Forecast" in rendered(report, ".md", "en").decode()


def test_queues_together_need_fewer_than_each_apart() -> None:
    both = [
        answered(f"{queue}-{hour}-{n}", f"{hour:02}:{n * 2:02}:00", 5, 240, "amy", queue=queue)
        for queue in ("sales", "service") for hour in range(9, 15) for n in range(12)
    ]
    told = note(daily(slice_of(both), DAY), "intervals", "plan_apart").values
    apart, pooled = told["apart"], told["pooled"]
    assert isinstance(apart, Measure)
    assert isinstance(pooled, Measure)
    # 144 calls of 240 s are 9.6 hours of work, in six half-hours: neither way of staffing can do with less.
    assert 9.6 < pooled.value < apart.value  # type: ignore[operator]  # numbers, both
    one = daily(slice_of(both[:72]), DAY)
    assert "plan_apart" not in keys(one, "intervals")
