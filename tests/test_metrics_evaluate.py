"""Asking for figures: what is refused, what is said about what cannot be had, and how the answer is laid out."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime

import pytest

from ccops.errors import UsageError
from ccops.labels import LANGS
from ccops.metrics import METRICS, PRESETS, figures, kpis, target, tuned
from ccops.metrics.evaluate import keys_of, parameters
from ccops.model import Scope
from ccops.settings import Settings
from strategies import site, slice_of, visit

QUEUE_LOG = {
    "queue_visits.hold_ms": "asterisk_queue_log has no hold",
    "queue_visits.acw_ms": "asterisk_queue_log has no after-call work",
}


def test_the_long_table() -> None:
    rows = [visit(0, queue="b"), visit(1, queue="a"), visit(2, queue=None)]
    found = kpis(slice_of(queue_visits=rows), ["asa", "offered"], ["queue", "day"])
    assert found.columns == [
        "queue", "day", "metric", "value", "numerator", "denominator", "unit", "definition", "note",
    ]
    assert found["queue"].to_list() == ["a", "a", "b", "b", None, None]
    assert found["metric"].to_list() == ["asa", "offered"] * 3
    assert found["unit"].to_list() == ["seconds", "count"] * 3
    assert found["value"].to_list() == [10.0, 1.0] * 3


def test_the_wide_table_holds_the_same_values() -> None:
    found = figures(slice_of(queue_visits=[visit()]), ["asa", "offered"], ["queue"])
    assert found.wide().to_dicts() == [{"queue": "sales", "asa": 10.0, "offered": 1.0}]
    twice = figures(slice_of(), [METRICS["service_level"](formula=f) for f in ("answered", "offered")])
    assert twice.long()["definition"].n_unique() == 2
    with pytest.raises(UsageError, match="asked for twice"):
        twice.wide()


def test_weeks_and_months_as_people_write_them() -> None:
    rows = [visit(entered_at=datetime(2027, 1, 1, 12)), visit(entered_at=datetime(2026, 11, 16))]
    found = kpis(slice_of(queue_visits=rows), ["offered"], ["week", "month", "weekday"])
    assert found.select("week", "month", "weekday").rows() == [("2026-W47", "2026-11", 1), ("2026-W53", "2027-01", 5)]


@pytest.mark.parametrize(
    ("metrics", "by", "tuning", "words"),
    [
        (["servise_level"], [], {}, "did you mean service_level"),
        (["zzz"], [], {}, "ccops metrics"),
        (["asa"], ["queu"], {}, "did you mean queue"),
        (["occupancy"], ["queue"], {}, "it goes by interval, hour, day, weekday, week, month, agent, team"),
        (["abandoned_ivr"], ["agent"], {}, "channel, direction"),
        (["cph"], ["queue"], {}, "cph cannot be given by queue"),
        (["service_level"], [], {"within": 3}, "did you mean within_s"),
        (["service_level"], [], {"formula": "best"}, "offered_ex_short"),
        (["service_level"], [], {"within_s": "soon"}, "give a number"),
        (["service_level"], [], {"within_s": -1}, "give a number"),
        (["aht"], [], {"within_s": 3}, "none of the metrics"),
    ],
)
def test_refusals_say_what_to_ask_instead(metrics: list[str], by: list[str], tuning: dict[str, object],
                                          words: str) -> None:
    with pytest.raises(UsageError) as refused:
        kpis(slice_of(), metrics, by, tuning=tuning)
    assert words in str(refused.value)


def test_only_intervals_that_the_clock_knows() -> None:
    with pytest.raises(UsageError, match="20 minutes"):
        kpis(slice_of(), ["offered"], interval=20)
    with pytest.raises(UsageError, match="no clock"):
        kpis(slice_of(scope=Scope(clock="wall")), ["offered"])


def test_parameters_come_from_the_question_then_the_settings_then_the_function() -> None:
    settings = Settings().replacing(**{"service_level.within_s": 15, "service_level.formula": "answered"})
    assert parameters("service_level", settings, {"within_s": "30"}) == {
        "within_s": 30.0, "short_s": 5.0, "formula": "answered", "boundary": "le", "clock": "queue",
    }
    assert parameters("fcr", settings) == {"within_d": 7}
    [metric] = tuned(settings, ["service_level"], {})
    assert metric.variant == "answered, 15 s"
    goal = settings.replacing(**{"targets.values": {"service_level": 0.9}})
    assert parameters("intervals_met", goal)["target"] == 0.9


def test_the_settings_decide_the_figure() -> None:
    rows = [visit(0, wait_ms=15_000), visit(1, wait_ms=25_000)]
    strict = site(more={"service_level.within_s": 30})
    assert kpis(slice_of(queue_visits=rows), ["service_level"])["value"].to_list() == [0.5]
    assert kpis(slice_of(strict, queue_visits=rows), ["service_level"])["value"].to_list() == [1.0]


def test_what_a_source_lacks_is_said_not_counted_as_nothing() -> None:
    data = slice_of(lacks=QUEUE_LOG, sources=["asterisk_queue_log"], queue_visits=[visit(hold_ms=None)])
    hold, aht = kpis(data, ["hold", "aht"]).to_dicts()
    assert (hold["value"], hold["numerator"], hold["denominator"]) == (None, None, None)
    assert hold["note"] == "not computable from asterisk_queue_log: needs queue_visits.hold_ms"
    assert aht["value"] == 60
    assert aht["definition"].endswith("; talk only: no hold, after-call work from asterisk_queue_log")
    chinese = kpis(data, ["aht"], lang="zh")["definition"][0]
    assert chinese.endswith("仅通话：asterisk_queue_log 无保持、话后处理")


def test_the_ring_clock_needs_ringing() -> None:
    data = slice_of(lacks={"queue_visits.ring_ms": "acme has no ring"}, sources=["acme"], queue_visits=[visit()])
    by_queue, by_ring = (kpis(data, ["service_level"], tuning={"clock": clock}).row(0, named=True)
                         for clock in ("queue", "ring"))
    assert (by_queue["value"], by_queue["note"]) == (1.0, None)
    assert (by_ring["value"], by_ring["note"]) == (None, "not computable from acme: needs queue_visits.ring_ms")


def test_a_part_that_lacks_is_named_alone() -> None:
    lacks = {"queue_visits.acw_ms": "acme has no acw; asterisk_queue_log has no after-call work"}
    data = slice_of(lacks=lacks, sources=["acme", "asterisk_queue_log"], queue_visits=[visit()])
    found = kpis(data, ["aht"])["definition"][0]
    assert found.endswith("; counted as 0: no after-call work from acme, asterisk_queue_log")


def test_what_only_some_sources_lack_is_named_too() -> None:
    partly = {"queue_visits.hold_ms": ("asterisk_queue_log",), "queue_visits.acw_ms": ("asterisk_queue_log",)}
    data = replace(slice_of(sources=["acme", "asterisk_queue_log"], queue_visits=[visit()]), partly=partly)
    assert kpis(data, ["aht"])["value"].to_list() == [60]
    english, chinese = (kpis(data, ["aht"], lang=lang)["definition"][0] for lang in LANGS)
    assert english.endswith("; counted as 0: no hold, after-call work from asterisk_queue_log")
    assert chinese.endswith("缺失部分按 0 计：asterisk_queue_log 无保持、话后处理")


def test_a_missing_table_gives_a_row_that_says_so() -> None:
    data = slice_of(lacks={"queue_visits": "a CDR has none; import the queue_log"}, sources=["asterisk_cdr"])
    [row] = kpis(data, ["offered"], ["queue"]).to_dicts()
    assert (row["queue"], row["value"]) == (None, None)
    assert row["note"] == "not computable from asterisk_cdr: needs queue_visits"


def test_filters_apply_to_every_table_that_has_the_column() -> None:
    rows = [visit(0, agent="anna"), visit(1, agent="bo", queue="support")]
    settings = site(more={"agents.teams": {"north": ["anna"]}})
    north = slice_of(settings, Scope(teams=("north",)), queue_visits=rows)
    assert kpis(north, ["answered", "handled", "asa"])["value"].to_list() == [1, 1, 10]
    assert kpis(slice_of(settings, queue_visits=rows), ["answered"], ["team"]).select("team", "value").rows() == [
        ("north", 1.0), (None, 1.0),
    ]


def test_a_filter_that_a_table_cannot_follow_is_said() -> None:
    data = slice_of(scope=Scope(queues=("sales",)), queue_visits=[visit()])
    found = kpis(data, ["offered", "login", "abandoned_ivr"])
    assert found["value"].to_list() == [1, None, None]  # not the figure of the whole centre
    offered, login, ivr = found["note"].to_list()
    assert offered is None
    assert login == "not limited to the queue asked for: agent_states does not hold it"
    assert ivr == "not limited to the queue asked for: contacts does not hold it"


LOST = [visit(0, agent="anna"), visit(1, agent="bo"), visit(2, agent=None, outcome="abandoned", wait_ms=60_000)]


@pytest.mark.parametrize("scope", [Scope(agents=("anna",)), Scope(teams=("north",))])
@pytest.mark.parametrize("metric", [
    "offered", "queued", "open", "contacts", "answer_rate", "abandoned", "abandon_rate", "abandon_rate_net",
    "short_abandoned", "flow_outs", "timeout", "service_level", "intervals_met", "avg_wait", "max_wait", "wait_p90",
])
def test_callers_without_an_answer_are_not_an_agents(scope: Scope, metric: str) -> None:
    """Their visits carry no agent, so a team would look as if it had lost nobody."""
    data = slice_of(site(more={"agents.teams": {"north": ["anna"]}}), scope, queue_visits=LOST)
    [row] = kpis(data, [metric]).to_dicts()
    assert (row["value"], row["numerator"], row["denominator"]) == (None, None, None)
    assert row["note"] == "callers who were not answered belong to no agent"
    assert kpis(data, [metric], lang="zh")["note"].to_list() == ["未接通的来电不属于任何坐席"]
    assert figures(data, [metric]).wide()[metric].to_list() == [None]


@pytest.mark.parametrize("grain", ["agent", "team"])
def test_nor_by_agent_or_team(grain: str) -> None:
    data = slice_of(site(more={"agents.teams": {"north": ["anna"]}}), queue_visits=LOST)
    found = figures(data, ["service_level", "abandoned", "answered"], [grain, "queue"]).wide()
    assert found["service_level"].null_count() == found["abandoned"].null_count() == found.height
    assert found["answered"].sum() == 2


def test_what_counts_answered_visits_alone_stays_an_agents() -> None:
    data = slice_of(scope=Scope(agents=("anna",)), queue_visits=LOST)
    assert kpis(data, ["answered", "asa", "aht", "transfers_out"])["value"].null_count() == 0
    [row] = kpis(data, ["service_level"], tuning={"formula": "answered"}).to_dicts()
    assert (row["value"], row["denominator"], row["note"]) == (1, 1, None)


@pytest.mark.parametrize("metric", [
    "occupancy", "login", "available", "cph", "fcr", "repeat_rate", "contacts_all", "containment_true",
])
def test_a_queue_has_no_figure_of_the_whole_centre(metric: str) -> None:
    [row] = kpis(slice_of(scope=Scope(queues=("sales",)), queue_visits=LOST), [metric]).to_dicts()
    assert (row["value"], row["numerator"]) == (None, None)
    assert row["note"].startswith("not limited to the queue asked for: ")
    [row] = kpis(slice_of(scope=Scope(queues=("sales",)), queue_visits=LOST), [metric], lang="zh").to_dicts()
    assert row["note"].startswith("无法按所选技能组筛选：")


def test_the_interval_is_that_of_the_report_unless_asked() -> None:
    """Late at 9:00, in time at 9:20: one of two quarter-hours, no half-hour."""
    rows = [
        visit(n, entered_at=datetime(2026, 11, 23, 9, minute), wait_ms=wait)
        for n, (minute, wait) in enumerate([(0, 60_000), (20, 1000)])
    ]
    for asked, minutes, value in ((None, 30, 0), (15, 15, 0.5), (30, 30, 0), (60, 60, 0)):
        [row] = kpis(slice_of(queue_visits=rows), ["intervals_met"], interval=asked).to_dicts()
        assert row["value"] == value
        assert row["definition"].startswith(f"intervals of {minutes} min with service level >= 0.8 / intervals with")
        [row] = kpis(slice_of(queue_visits=rows), ["intervals_met"], interval=asked, lang="zh").to_dicts()
        assert f"{minutes}分钟时段" in row["definition"]
    own = slice_of(site(more={"report.interval": 15}), queue_visits=rows)
    assert kpis(own, ["intervals_met"])["value"].to_list() == [0.5]


@pytest.mark.parametrize("metric", ["fcr", "repeat_rate"])
def test_what_is_one_matter_is_said(metric: str) -> None:
    assert "less than 15 min after the end of the one before is the same matter" in METRICS[metric]().definition
    assert "不足15分钟的来电视为同一事项，逐次顺延" in METRICS[metric]().definition_zh


def test_the_event_clock_counts_an_answer_where_it_happened() -> None:
    """Offered at 8:59:50, answered at 9:00:10: offered in the first interval, answered in the second; and at midnight
    the answer belongs to the next day, whichever day was asked for."""
    row = visit(
        entered_at=datetime(2026, 11, 22, 23, 59, 50), answered_at=datetime(2026, 11, 23, 0, 0, 10), wait_ms=20_000
    )
    day = date(2026, 11, 23)
    found = kpis(slice_of(scope=Scope(day, day, clock="event"), queue_visits=[row]), ["offered", "answered"], ["hour"])
    assert found.select("hour", "metric", "value").rows() == [(0, "offered", 0.0), (0, "answered", 1.0)]
    arrival = kpis(slice_of(scope=Scope(day, day), queue_visits=[row]), ["offered", "answered"])
    assert arrival["value"].to_list() == [0, 0]


def test_which_metrics_a_table_feeds() -> None:
    assert {"offered", "aht", "wait_p90"} <= set(keys_of("queue_visits"))
    assert not {"occupancy", "rona", "abandoned_ivr"} & set(keys_of("queue_visits"))
    assert {"fcr", "abandoned_ivr"} <= set(keys_of("contacts"))


def test_targets_come_from_the_settings_or_the_preset_they_name() -> None:
    assert target("service_level", Settings()) == 0.8
    assert target("asa", Settings()) is None
    own = Settings().replacing(**{"targets.values": {"asa": 12.0}})
    assert (target("asa", own), target("service_level", own)) == (12.0, 0.8)
    chinese = Settings().replacing(**{"targets.preset": "gbt33358"})
    assert (target("asa", chinese), target("answer_rate", chinese)) == (15, 0.95)
    assert target("service_level", Settings().replacing(**{"targets.preset": ""})) is None


@pytest.mark.parametrize("name", ["80/20", "gbt33358", "voice", "chat", "email", "bank_cn_2023"])
def test_every_preset_can_be_chosen_and_says_where_it_is_from(name: str) -> None:
    preset = PRESETS[Settings().replacing(**{"targets.preset": name}).targets.preset]
    assert preset.source
    assert preset.date
    assert set(preset.values) <= set(METRICS)


def test_naming_the_room_does_not_load_the_frame_library() -> None:
    code = "import sys, ccops.metrics; assert 'polars' not in sys.modules; ccops.metrics.kpis"
    subprocess.run([sys.executable, "-c", code], check=True)
