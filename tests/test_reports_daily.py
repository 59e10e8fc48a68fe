"""The daily report against figures counted by hand and by a plain loop over the same calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccops.errors import UsageError
from ccops.labels import LANGS, Lang
from ccops.model import Scope
from ccops.reports import render_terminal
from ccops.reports.daily import daily
from ccops.reports.document import HeatMap, Measure, Note, Provenance, Term, Unit, Value
from ccops.reports.lost import lost_callers
from report_days import (
    DAY,
    EAST,
    MONDAY,
    SETTINGS,
    STATES,
    YESTERDAY,
    Visit,
    answered,
    keys,
    note,
    renamed,
    rows,
    slice_of,
    table,
    tiny,
)

SECTION_IDS = [
    "header", "verdict", "kpis", "intervals", "heatmap", "queues", "agents", "lost", "waits", "exceptions",
    "data_quality", "definitions", "next",
]


def figures(visits: Sequence[Visit], within: float = 20, short: float = 5) -> dict[str, float | None]:
    """The formulas of the definitions, one call after another (default formula: offered_ex_short, ICMI 2002)."""
    taken = [v for v in visits if v.outcome == "answered"]
    gone = [v for v in visits if v.outcome == "abandoned"]
    handled = [v for v in taken if v.talk is not None]
    ended = [v for v in visits if v.outcome != "open"]
    counted = len(taken) + sum(1 for v in gone if not (v.wait is not None and v.wait < short))
    in_time = sum(1 for v in taken if v.wait is not None and v.wait <= within)
    waits = [v.wait for v in taken if v.wait is not None]
    both = waits + [v.wait for v in gone if v.wait is not None]
    handling = sum((v.talk or 0) + (v.hold or 0) + (v.acw or 0) for v in handled)
    return {
        "offered": len(visits), "contacts": len({v.contact for v in visits}), "answered": len(taken),
        "abandoned": len(gone), "answer_rate": len(taken) / len(ended) if ended else None,
        "abandon_rate": len(gone) / len(ended) if ended else None,
        "service_level": in_time / counted if counted else None,
        "asa": sum(waits) / len(waits) if waits else None, "max_wait": max(both, default=None),
        "aht": handling / len(handled) if handled else None,
    }


def agree(found: dict[str, Value], expected: dict[str, float | None]) -> None:
    shared = set(found) & set(expected)
    assert {"offered", "service_level", "asa", "aht"} <= shared
    for key in shared:
        assert found[key] == pytest.approx(expected[key]), key


def test_sections_come_in_their_order() -> None:
    assert [section.id for section in daily(tiny(), DAY).sections] == SECTION_IDS


def test_the_figures_of_the_day() -> None:
    """Counted by hand: 13 visits of 12 contacts; 6 of 10 in time (c1 c2 c6 c7 c10 c12 of those and c3 c5 c8 c11)."""
    kpis = daily(tiny(), DAY).kpis
    assert {key: kpis[key].value for key in ("offered", "contacts", "answered", "abandoned")} == {
        "offered": 13, "contacts": 12, "answered": 7, "abandoned": 4,
    }
    assert kpis["service_level"].value == pytest.approx(6 / 10)
    assert kpis["answer_rate"].value == pytest.approx(7 / 12)
    assert kpis["asa"].value == pytest.approx((10 + 20 + 35 + 5 + 8 + 15 + 2) / 7)
    assert kpis["aht"].value == pytest.approx((150 + 270 + 60 + 300 + 100 + 18000) / 6)
    assert kpis["max_wait"].value == 90
    # amy alone is known: talk 180 s, wrap 30 s, ready 3610 s; bob's login is inferred
    assert kpis["occupancy"].value == pytest.approx(210 / 3820)
    agree({key: kpi.value for key, kpi in kpis.items()}, figures(MONDAY))


def test_comparisons_name_their_days() -> None:
    offered = daily(tiny(), DAY).kpis["offered"]
    assert (offered.yesterday, offered.last_week, offered.month_to_date) == (2, 4, 19)
    assert offered.trend == (None, None, None, None, None, None, 4, None, None, None, None, None, 2, 13)
    assert offered.change(offered.yesterday) == Measure(5.5, Unit.CHANGE)
    level = daily(tiny(), DAY).kpis["service_level"]
    assert level.change(level.last_week) == Measure(pytest.approx(0.6 - 0.5), Unit.POINTS)  # type: ignore[arg-type]
    assert level.month_to_date == pytest.approx((6 + 1 + 2) / (10 + 2 + 4))


def test_month_to_date_begins_with_the_month() -> None:
    month_before = answered("o1", "09:00:00", 10, 100, "amy", on=date(2026, 10, 31))
    kpi = daily(slice_of([*MONDAY, month_before]), date(2026, 11, 23)).kpis["offered"]
    assert kpi.value == 13
    assert kpi.month_to_date is None  # the only earlier day is before the trend: nothing to compare with
    later = replace(month_before, contact="o2", on=date(2026, 11, 1))
    near = replace(month_before, contact="o3", on=YESTERDAY)
    kpi = daily(slice_of([*MONDAY, month_before, later, near]), DAY).kpis["offered"]
    assert kpi.month_to_date == 15


def test_without_a_comparison_or_earlier_days_there_are_no_such_columns() -> None:
    for report in (daily(tiny(), DAY, compare=False), daily(slice_of(MONDAY), DAY)):
        strip = report.section("kpis").blocks[0]
        assert not isinstance(strip, Note)
        assert [column.key for column in strip.tables[0].columns] == ["metric", "value", "target", "met"]
        assert len(strip.tables) == 1
        assert "vs yesterday" not in render_terminal.render(report, "en")


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_intervals_hold_the_calls_that_entered_in_them(minutes: int) -> None:
    report = daily(tiny(), DAY, interval=minutes)
    for row in rows(table(report, "intervals", "intervals")):
        start = row["interval"]
        assert isinstance(start, datetime)
        assert start.utcoffset() == EAST
        begin = start.replace(tzinfo=None) - EAST
        inside = [v for v in MONDAY if begin <= v.entered < begin + timedelta(minutes=minutes)]
        agree(row, figures(inside))
    assert sum(int(str(row["offered"])) for row in rows(table(report, "intervals", "intervals"))) == len(MONDAY)


def test_the_total_of_intervals_and_queues_is_the_day() -> None:
    report = daily(tiny(), DAY)
    for section in ("intervals", "queues"):
        found = table(report, section, section)
        assert found.total is not None
        agree(dict(zip((c.key for c in found.columns), found.total, strict=True)), figures(MONDAY))


def test_queues_and_their_balance() -> None:
    report = daily(tiny(), DAY)
    for row in rows(table(report, "queues", "queues")):
        agree(row, figures([v for v in MONDAY if v.queue == row["queue"]]))
    assert note(report, "queues", "balance").values == {
        "offered": 13, "answered": 7, "abandoned": 4, "flow": 1, "other": 0, "open": 1,
    }
    assert note(report, "queues", "unique_contacts").values == {"offered": 13, "contacts": 12}


def test_the_heat_map_starts_with_the_business_day() -> None:
    site = SETTINGS.replacing(**{"site.day_start": "10:00"})
    night = answered("n1", "23:30:00", 5, 60, "amy")
    chart = daily(slice_of([*MONDAY[5:], night], settings=site), DAY).section("heatmap").blocks[0]
    assert isinstance(chart, HeatMap)
    assert chart.column_names == ("10", "11", "14", "15", "23")
    values = dict(zip(chart.row_names, chart.values, strict=True))
    assert values["service"] == (0.5, 1.0, 0.0, 1.0, None)


def test_worst_intervals_come_first_and_are_marked() -> None:
    worst = table(daily(tiny(), DAY), "intervals", "worst_intervals")
    assert [str(row[0])[11:16] for row in worst.rows] == ["09:00", "10:30", "14:00"]
    assert worst.brief
    assert set(worst.marks.values()) == {"bad"}


class TestAgents:
    """Time and work per agent; what is not known stays so."""

    def test_work(self) -> None:
        found = {row["agent"]: row for row in rows(table(daily(tiny(), DAY), "agents", "agents_work"))}
        assert {agent: row["handled"] for agent, row in found.items()} == {"amy": 2, "bob": 2, "cleo": 2}
        assert {agent: row["rona"] for agent, row in found.items()} == {"amy": 1, "bob": 1, "cleo": 0}
        assert found["amy"]["aht"] == pytest.approx((120 + 30 + 60) / 2)
        assert found["bob"]["transfers_out"] == 1
        assert found["amy"]["team"] == "blue"
        assert found["cleo"]["team"] is None
        assert found["bob"]["occupancy"] is None  # inferred login

    def test_time(self) -> None:
        found = {row["agent"]: row for row in rows(table(daily(tiny(), DAY), "agents", "agents_time"))}
        amy, cleo = found["amy"], found["cleo"]
        assert (amy["login"], amy["available"], amy["talk_time"], amy["acw_time"], amy["aux"]) == (
            4320.0, 3610.0, 180.0, 30.0, 500.0
        )
        assert amy["login_source"] == Term("log", "login")
        assert found["bob"]["login_source"] == Term("inferred", "login")
        assert amy["hold_time"] is None  # no visit says anything of hold
        assert all(cleo[key] is None for key in ("login", "available", "talk_time", "aux", "login_source"))

    def test_not_ready_by_reason(self) -> None:
        found = table(daily(tiny(), DAY), "agents", "agents_aux").rows
        assert found == (("amy", Term("aux_other"), 25.0), ("amy", "lunch", 475.0))

    def test_attempts_add_up(self) -> None:
        report = daily(tiny(), DAY)
        assert note(report, "agents", "attempts_balance").values == {"attempts": 9, "answered": 7, "rona": 2}
        assert "login_inferred_note" in keys(report, "agents")

    def test_answered_by_nobody_known_is_a_row(self) -> None:
        call = Visit("c1", "09:00:00", wait=5, talk=60, outcome="answered")
        found = table(daily(slice_of([call]), DAY), "agents", "agents_work")
        assert [row[0] for row in found.rows] == [Term("unassigned")]

    def test_a_queue_alone_shows_the_agents_of_its_calls(self) -> None:
        report = daily(tiny(Scope(queues=("service",))), DAY)
        assert [row[0] for row in table(report, "agents", "agents_work").rows] == ["cleo"]
        assert "all_queues_note" in keys(report, "agents")
        assert report.queues == ("service",)


def test_data_quality_counts_the_days_oddities() -> None:
    quality = daily(tiny(), DAY, provenance=Provenance(quality={"duplicate": 3})).provenance.quality
    assert quality == {
        "duplicate": 3, "open_visits": 1, "truncated_visits": 1, "no_customer": 1, "talk_unknown": 1, "long_talk": 1,
        "inferred_logins": 1,
    }


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "Ring no answer: not computable from somelog: needs segments"),
    ("zh", "振铃未接：无法由 somelog 计算：缺少 segments"),
])
def test_what_a_source_lacks_is_said_and_never_zero(lang: Lang, said: str) -> None:
    report = daily(tiny(lacks={"segments": "somelog has no rings"}, sources=("somelog",)), DAY)
    assert said in render_terminal.render(report, lang, full=True, width=120)
    assert all(row["rona"] is None for row in rows(table(report, "agents", "agents_work")))
    assert "attempts_balance" not in keys(report, "agents")


def test_definitions_name_the_formula_of_the_settings() -> None:
    site = SETTINGS.replacing(**{"service_level.formula": "answered", "service_level.within_s": 30})
    report = daily(slice_of(MONDAY, settings=site), DAY)
    assert "answered within 30 s / answered" in report.definitions["service_level"].en
    assert "30秒内接通 / 接通" in report.definitions["service_level"].zh
    assert report.kpis["service_level"].value == pytest.approx(6 / 7)
    shown = {row[0].code for row in table(report, "definitions", "definitions").rows if isinstance(row[0], Term)}
    assert set(report.kpis) <= shown


def test_an_interval_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError):
        daily(tiny(), DAY, interval=20)


def test_queue_names_cannot_break_out() -> None:
    names = {"sales": "[red]\x1b]0;x\x07", "service": "=1+1|\n# x"}
    report = daily(slice_of(renamed(names), states=STATES), DAY)
    text = render_terminal.render(report, "en", full=True)
    assert "\x1b" not in text
    assert "[red]" in text
    assert "=1+1| # x" in text


calls = st.builds(
    Visit,
    contact=st.integers(1, 30).map("c{}".format),
    at=st.integers(0, 86399).map(lambda s: f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}"),
    queue=st.sampled_from(["sales", "service", "", "售后"]),
    wait=st.one_of(st.none(), st.integers(0, 400).map(float)),
    talk=st.one_of(st.none(), st.integers(0, 20000).map(float)),
    agent=st.sampled_from([None, "amy", "bob"]),
    outcome=st.sampled_from(["answered", "abandoned", "timeout", "open", "withdrawn"]),
    acw=st.one_of(st.none(), st.integers(0, 60).map(float)),
    caller=st.sampled_from([None, "k1", "k2"]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(calls, max_size=25, unique_by=lambda visit: (visit.contact, visit.queue)))
def test_any_day_adds_up(visits: list[Visit]) -> None:
    report = daily(slice_of(visits), DAY)
    expected = figures(visits)
    for key, kpi in report.kpis.items():
        if key in expected and visits:
            assert kpi.value == pytest.approx(expected[key]), key
    if visits:
        for section in ("intervals", "queues"):
            assert sum(int(str(row["offered"])) for row in rows(table(report, section, section))) == len(visits)
        balance = note(report, "queues", "balance").values
        assert balance["offered"] == sum(int(str(value)) for key, value in balance.items() if key != "offered")
    taken = {v.contact for v in visits if v.outcome == "answered"}
    open_ones = {v.contact for v in visits if v.outcome == "open"}
    assert lost_callers(slice_of(visits)).contacts == len({v.contact for v in visits} - taken - open_ones)
    for lang in LANGS:
        assert render_terminal.render(report, lang, full=True)
