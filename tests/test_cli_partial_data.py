"""Data that is only a part: of what a call centre does, of the days that are asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran
from small_log import LOG

Run = Callable[..., Ran]
SAMPLES = Path(__file__).parents[1] / "sample_logs"
CDR = SAMPLES / "asterisk_cdr_master_21.csv"


@pytest.fixture
def calls(ccops: Run) -> Run:
    """`ccops` in a folder whose store holds a CDR alone."""
    ran = ccops("import", CDR, "--tz", "Asia/Shanghai", "-q")
    assert ran.code == 0, ran.err
    return ccops


def test_what_a_cdr_cannot_say_is_said_of_the_cdr(calls: Run) -> None:
    [row] = calls("kpi", "service_level", "--json").json["rows"]
    assert row["value"] is None
    assert row["note"] == "not computable from asterisk_cdr: needs queue_visits.wait_ms"


def test_a_definition_names_the_one_source_that_lacks_a_part(ccops: Run, log: Path) -> None:
    ran = ccops("import", log, SAMPLES / "mapped_chinese_calls.csv", "--tz", "Asia/Shanghai", "-q")
    assert ran.code == 0, ran.err
    [row] = ccops("kpi", "aht", "--json").json["rows"]
    assert row["definition"].endswith("; counted as 0: no hold, after-call work from asterisk_queue_log")


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "No service level: asterisk_cdr does not tell who waited"), ("zh", "无服务水平：asterisk_cdr 不含排队记录"),
])
def test_the_first_page_says_why_a_cdr_gives_no_service_level(calls: Run, lang: str, said: str) -> None:
    ran = calls("report", "--lang", lang)
    assert said in ran.out
    assert "queue_log" in ran.out
    assert "No queue visit ended" not in ran.out


def test_a_report_on_agent_states_says_what_is_missing(ccops: Run) -> None:
    ran = ccops("report", SAMPLES / "mapped_chinese_agent_states.csv", "--tz", "Asia/Shanghai", "--all")
    assert "No service level: chinese_agent_states does not tell" in ran.out
    assert "就餐" in ran.out


def test_an_interval_report_alone_is_no_daily_report(ccops: Run) -> None:
    ran = ccops("report", SAMPLES / "mapped_interval_report.csv", "--tz", "Asia/Shanghai", "-q")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("ccops: error: nothing to report: an interval report holds another system's counts")


def test_a_day_without_data_is_not_a_day_without_calls(filled: Run) -> None:
    ran = filled("report", "-d", "2020-01-01", "-o", "daily.md")
    assert (ran.code, ran.out) == (3, "")
    assert "there is no data on 2020-01-01\nfix: the data has 2026-11-22 alone; give one of its days" in ran.err
    assert not Path("daily.md").exists()


def test_checks_of_days_without_data_are_an_error(filled: Run) -> None:
    ran = filled("check", "-d", "2020-01", "--json", "--fail-on", "error")
    assert ran.code == 6
    [found] = [finding for finding in ran.json["findings"] if finding["level"] == "error"]
    assert (found["code"], found["n"]) == ("no_data", 31)
    assert found["detail"] == "the data has 2026-11-22 alone"
    assert filled("check").out == filled("check", "-d", "2026-11-22").out


@pytest.mark.parametrize("words", [("kpi", "offered"), ("lost",), ("explain", "offered")])
def test_figures_of_days_without_data_come_with_a_note(filled: Run, words: tuple[str, ...]) -> None:
    ran = filled(*words, "-d", "2020-01-01")
    assert (ran.code, ran.err) == (0, "no data on these days: the data has 2026-11-22 alone\n")
    assert filled(*words).err == ""


def test_a_store_without_data_says_so(ccops: Run, folder: Path) -> None:
    (folder / "empty.log").write_text(LOG.splitlines()[0].replace("ENTERQUEUE||13800138000|1", "QUEUESTART") + "\n")
    assert ccops("import", "empty.log", "--tz", "UTC").code == 0
    ran = ccops("report")
    assert (ran.code, "there is no data yet\nfix: ccops import FILE" in ran.err) == (3, True)


def test_a_target_that_cannot_be_judged_is_not_taken_for_met(calls: Run) -> None:
    ran = calls("report", "--fail-on", "service_level")
    assert ran.code == 6
    assert "no value to hold against the target: service_level" in ran.err
    assert calls("report", "--fail-on", "any").code == 0


@pytest.mark.parametrize("command", ["forecast", "staff", "simulate"])
def test_planning_says_that_a_cdr_names_no_queue(calls: Run, command: str) -> None:
    ran = calls(command)
    assert (ran.code, ran.out) == (3, "")
    assert "calls imported names one, as a CDR does not" in ran.err
    assert "queue log" in ran.err
