"""The guessed mapping: it loads, it imports its own file, and it says what it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.errors import SourceError
from ccops.settings import load
from ccops.sources.front_end import sample, scan
from ccops.sources.guess import Guess, guess
from ccops.sources.header_words import VALUES, WORDS, key
from ccops.sources.mapping import parse_mapping
from ccops.sources.mapping_fields import DOMAINS, FIELDS
from ccops.sources.sample import FileSample
from ccops.workspace import open_workspace
from mapping_harness import lines, tables

SAMPLES = Path(__file__).parents[1] / "sample_logs"
ENGLISH = """Call ID,Start time,Queue,Agent,Caller,Wait time,Talk time,Result
1,2026-11-20 09:00:00,Sales,Ann,+1 555 010 1234,00:00:10,00:02:00,Answered
2,2026-11-20 09:05:00,Sales,,+1 555 010 1235,00:00:40,00:00:00,Abandoned
3,2026-11-20 09:06:00,Support,Bob,+1 555 010 1236,00:00:05,00:04:10,Answered
"""


def guessed(text: str, name: str = "calls.csv") -> Guess:
    return guess(FileSample(tuple(text.splitlines()), spreadsheet=False), name)


def headers(found: Guess) -> dict[str, str]:
    return {column.field: column.header for column in found.columns}


def accepted(found: Guess, text: str) -> list[dict[str, Any]]:
    """The rows that the guessed mapping makes of its own file; none may be refused."""
    rows = [row for row in lines(parse_mapping(found.text, "guess"), text) if not row["skip"]]
    assert [row["reject"] for row in rows if row["reject"]] == []
    return rows


def test_an_english_call_list() -> None:
    found = guessed(ENGLISH)
    assert found.table == "queue_visits"
    assert found.confidence > 0.9
    assert found.unsure == ("outcome from Result: 'Abandoned' = abandoned, 'Answered' = answered",)
    assert headers(found) == {
        "contact_id": "Call ID", "started_at": "Start time", "queue": "Queue", "agent": "Agent", "customer": "Caller",
        "wait": "Wait time", "talk": "Talk time", "outcome": "Result",
    }
    rows = accepted(found, ENGLISH)
    assert [(row["outcome"], row["wait_ms"], row["talk_ms"]) for row in rows] == [
        ("answered", 10_000, 120_000), ("abandoned", 40_000, None), ("answered", 5_000, 250_000),
    ]
    assert [row["outcome"] for row in found.rows] == ["Answered", "Abandoned", "Answered"]
    assert "0101234" not in str(found.rows)


@pytest.mark.parametrize("name", [file.name for file in sorted(SAMPLES.glob("mapped_*.csv"))])
def test_a_guess_imports_the_sample_it_was_made_of(name: str, tmp_path: Path) -> None:
    file = SAMPLES / name
    found = guess(sample(scan(file, tmp_path)), name)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(found.text, "utf-8")
    loaded = load(flags={"site.tz": "Asia/Shanghai"}, environ={}, start=tmp_path)
    with open_workspace(
        loaded, store=tmp_path / "s.duckdb", write=True, files=[file], mapping=mapping
    ) as workspace:
        result = workspace.import_files([file])[0]
        rows = workspace.query(f"SELECT * FROM {found.table}").height
    assert result.rejected == 0
    assert result.used > 0
    assert rows > 0


@pytest.mark.parametrize(
    ("name", "table"),
    [("mapped_chinese_calls.csv", "queue_visits"), ("mapped_chinese_agent_states.csv", "agent_states"),
     ("mapped_interval_report.csv", "interval_stats"), ("mapped_clink_inbound.csv", "queue_visits")],
)
def test_what_a_row_is(name: str, table: str, tmp_path: Path) -> None:
    assert guess(sample(scan(SAMPLES / name, tmp_path)), name).table == table


def test_the_chinese_sample_is_understood(tmp_path: Path) -> None:
    found = guess(sample(scan(SAMPLES / "mapped_chinese_calls.csv", tmp_path)), "话务.csv")
    assert headers(found) == {
        "contact_id": "通话ID", "customer": "主叫号码", "direction": "呼叫类型", "agent": "座席工号",
        "queue": "技能组", "started_at": "来电时间", "entered_at": "入队时间", "answered_at": "接听时间",
        "ended_at": "挂机时间", "wait": "排队时长", "ring": "振铃时长", "talk": "通话时长", "acw": "话后处理时长",
        "outcome": "接听状态", "released_by": "挂断方",
    }
    mapping = parse_mapping(found.text, "guess")
    assert mapping.columns["talk"].formats == ["HH:MM:SS", "X分Y秒", "s"]
    assert found.rows[0]["customer"].count("*") > 5


def test_calls_without_a_queue_are_contacts() -> None:
    text = "UniqueID,Start,End,Duration,From,Status\nu1,2026-11-20 09:00:00,2026-11-20 09:01:00,60,5550100,ANSWERED\n"
    found = guessed(text)
    assert found.table == "contacts"
    assert accepted(found, text)[0]["outcome"] == "answered"


@pytest.mark.parametrize("unit", ["s", "ms"])
def test_seconds_or_milliseconds_by_what_the_times_say(unit: str) -> None:
    scale = 1 if unit == "s" else 1000
    text = "call id,queue,answer time,end time,talk time\n" + "".join(
        f"{n},q,2026-11-20 09:00:0{n},2026-11-20 09:02:0{n},{120 * scale}\n" for n in range(5)
    )
    found = guessed(text)
    assert [row["talk_ms"] for row in accepted(found, text)] == [120_000] * 5


def test_epochs_in_milliseconds() -> None:
    text = "uuid,caller,inbound time,answered time,group\n" + "".join(
        f"u{n},555010{n},{1795136400000 + n},{1795136412000 + n if n else 0},g\n" for n in range(3)
    )
    found = guessed(text)
    rows = accepted(found, text)
    assert 'formats = ["epoch_ms"]' in found.text
    assert [row["wait_ms"] for row in rows][1:] == [12_000, 12_000]
    assert rows[0]["answered_at"] is None


def test_the_order_of_day_and_month() -> None:
    certain = guessed(ENGLISH.replace("2026-11-20 09:0", "20/11/2026 09:0"))
    assert 'formats = ["%d/%m/%Y %H:%M:%S"]' in certain.text
    assert len(certain.unsure) == 1  # what the outcomes mean is always said
    american = guessed(ENGLISH.replace("2026-11-20 09:0", "11/20/2026 09:0"))
    assert 'formats = ["%m/%d/%Y %H:%M:%S"]' in american.text
    doubtful = guessed(ENGLISH.replace("2026-11-20 09:0", "03/04/2026 09:0"))
    assert any("whether day or month comes first" in doubt for doubt in doubtful.unsure)


def test_an_id_that_no_word_explains() -> None:
    found = guessed(ENGLISH.replace("Call ID", "Vorgang"))
    assert headers(found)["contact_id"] == "Vorgang"
    assert "contact_id from Vorgang" in found.unsure
    assert found.confidence == 0.5


def test_a_direction_brings_the_other_one_along() -> None:
    text = ENGLISH.replace(",Result", ",Result,Direction").replace("ed\n", "ed,Inbound\n")
    mapping = parse_mapping(guessed(text).text, "guess")
    assert mapping.columns["direction"].values == {"Inbound": "in", "Outbound": "out", "Internal": "internal"}


def test_what_is_not_known_is_said() -> None:
    text = "time,queue,agent,status\n2026-11-20 09:00:00,q,ann,Answered\n2026-11-20 09:01:00,q,bob,Zorp\n"
    found = guessed(text)
    assert "status: what is 'Zorp'?" in found.unsure
    assert any("the call's id" in doubt for doubt in found.unsure)
    assert any("the wait" in doubt for doubt in found.unsure)
    for doubt in found.unsure:
        assert f"# Not sure: {doubt}" in found.text
    assert found.confidence <= 0.3
    accepted(found, text)


MISSED = ["未接", "未接听", "未接通", "否", "missed", "Missed", "unanswered", "Unanswered", "not answered", "No answer",
          "NO ANSWER", "no", "未接(客户)", "Missed by agent"]


@pytest.mark.parametrize("word", MISSED)
def test_words_for_not_answered_are_alike_and_never_answered(word: str) -> None:
    """Ringing counted as talk, and an answer time, do not answer a call that the export calls missed."""
    text = (
        "call id,start time,answer time,queue,agent,talk time,status\n"
        "1,2026-11-20 09:00:00,2026-11-20 09:00:10,q,ann,120,Answered\n"
        f"2,2026-11-20 09:01:00,,q,ann,25,{word}\n"
        f"3,2026-11-20 09:02:00,2026-11-20 09:02:10,q,ann,25,{word}\n"
        f"4,2026-11-20 09:03:00,,,,0,{word}\n"
    )
    found = guessed(text)
    told = next(doubt for doubt in found.unsure if doubt.startswith("outcome from status"))
    assert f"{word!r} = not_answered" in told
    rows = accepted(found, text)
    assert [(row["outcome"], row["is_visit"], row["talk_ms"], row["answered_at"] is None, row["flag"])
            for row in rows] == [
        ("answered", True, 120_000, False, None),
        ("abandoned", True, None, True, "talk_without_answer"),
        ("abandoned", True, None, True, "talk_without_answer"),
        ("unanswered", False, None, True, "no_visit"),
    ]


def test_missed_calls_with_ringing_as_talk_are_no_answered_calls(tmp_path: Path) -> None:
    """50 offered, 35 answered, 15 abandoned, in GB18030: a guess that took the talk's word said 50 answered."""
    said = "".join(
        f"C{n:03},2026-11-20 09:{n:02}:00,{'' if missed else f'2026-11-20 09:{n:02}:08'},售后,10{n % 3},"
        f"{'未接' if missed else '已接'},{18 if missed else 95}\n"
        for n in range(50) for missed in [n % 10 < 3]
    )
    file = tmp_path / "话务.csv"
    file.write_bytes(("通话ID,来电时间,接通时间,技能组,坐席,接听状态,通话时长\n" + said).encode("gb18030"))
    found = guess(sample(scan(file, tmp_path)), file.name)
    assert "outcome from 接听状态: '已接' = answered, '未接' = not_answered" in found.unsure
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(found.text, "utf-8")
    loaded = load(flags={"site.tz": "Asia/Shanghai"}, environ={}, start=tmp_path)
    with open_workspace(
        loaded, store=tmp_path / "s.duckdb", write=True, files=[file], mapping=mapping
    ) as workspace:
        result = workspace.import_files([file])[0]
        counts = workspace.query(
            "SELECT outcome, count(*), sum(talk_ms)::BIGINT FROM queue_visits GROUP BY 1 ORDER BY 1").rows()
    assert counts == [("abandoned", 15, None), ("answered", 35, 35 * 95_000)]
    assert result.flags == {"talk_without_answer": (15, 2)}


def test_an_unknown_state_is_left_for_the_reader() -> None:
    text = (
        "agent,state,start,end\na,ready,2026-11-20 09:00:00,2026-11-20 09:05:00\n"
        "a,zorp,2026-11-20 09:05:00,2026-11-20 09:06:00\n"
    )
    found = guessed(text, "states.csv")
    assert found.table == "agent_states"
    assert "state: what is 'zorp'?" in found.unsure
    rows = lines(parse_mapping(found.text, "guess"), text)
    assert rows[1]["reject"] == "state: value not in the mapping: zorp"


def test_interval_reports_with_a_date_column() -> None:
    text = (
        "日报\n日期,时段,技能组,呼入量,接通量,放弃量,20秒内接通量\n2026/11/20,09:00-09:15,售后,20,18,2,15\n"
        "2026/11/20,09:15-09:30,售后,22,20,2,16\n合计,,,42,38,4,31\n"
    )
    found = guessed(text, "日报.csv")
    assert found.table == "interval_stats"
    made = tables(parse_mapping(found.text, "guess"), text, zone="Asia/Shanghai")["interval_stats"]
    assert sorted((row["started_at"].minute, row["interval_ms"], row["offered_n"]) for row in made) == [
        (0, 900_000, 20), (15, 900_000, 22),
    ]


def test_a_file_without_known_headers_is_refused() -> None:
    with pytest.raises(SourceError, match="no line of it looks like a header"):
        guessed("a,b\n1,2\n", "x.csv")


def test_the_word_lists_speak_of_fields_that_exist() -> None:
    for table, words in WORDS.items():
        assert set(words) <= set(FIELDS[table])
        for field, listed in words.items():
            assert len({key(word) for word in listed}) == len(listed), f"{table}.{field} repeats a word"
    for field, values in VALUES.items():
        assert {value.split("/")[0] for value in values.values()} <= {*DOMAINS[field], "skip", "times", "not_answered"}


def test_the_words_of_the_design_are_known() -> None:
    """Header words of sources.md 1.10, each under the field it stands for."""
    words = {
        "customer": "主叫 主叫号码 来电号码 客户号码", "started_at": "呼入时间 来电时间 开始时间",
        "entered_at": "入队时间 入队列时间 进入队列时间", "wait": "排队时长 等待时长", "ring": "振铃时长",
        "answered_at": "接听时间 应答时间 接通时间", "ended_at": "挂机时间 结束时间", "talk": "通话时长 计费时长",
        "acw": "整理时长 话后处理时长 后处理时长", "agent": "座席 坐席 座席工号 坐席姓名", "queue": "技能组 队列",
        "direction": "呼叫类型 方向", "outcome": "接听状态", "released_by": "挂断方 挂机方",
    }
    for field, listed in words.items():
        assert set(listed.split()) <= set(WORDS["queue_visits"][field])


VALUE_KINDS = st.sampled_from([
    ["2026-11-20 09:00:00", "2026-11-20 09:00:30"], ["20/11/2026 09:00", "03/04/2026 10:00"], ["1795136400", "0"],
    ["1795136400123", ""], ["00:02:31", "0:00:10"], ["2分31秒", "45秒"], ["152", "7"], ["13800138000", "1.38E+10"],
    ["已接", "未接"], ["Answered", "Missed"], ["通话", "小休"], ["呼入", "呼出"], ["", ""], ["a \"b\"", "c,d"],
    ["-", "NULL"], ["2026-11-20", "2026/11/21"], ["09:00-09:30", "09:30-10:00"],
])
HEADERS = st.sampled_from(sorted({word for table in WORDS.values() for listed in table.values() for word in listed}
                                 | {"日期", "date", "备注", "x", ""}))


@settings(max_examples=60)
@given(st.lists(st.tuples(HEADERS, VALUE_KINDS), min_size=1, max_size=9))
def test_any_table_gives_a_mapping_that_loads_or_is_refused(columns: list[tuple[str, list[str]]]) -> None:
    table = [[header for header, _ in columns], *([cells[place] for _, cells in columns] for place in (0, 1, 0))]
    text = "\n".join("\t".join(row) for row in table)
    try:
        found = guessed(text)
    except SourceError:
        return
    mapping = parse_mapping(found.text, "guess")
    assert mapping.table == found.table
    assert 0 <= found.confidence <= 1
    assert len(lines(mapping, text)) == 3
