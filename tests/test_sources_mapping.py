"""The mapping file: what it may say, how it is refused, and what its SELECT makes of a line."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ccops.errors import SettingsError
from ccops.sources.mapping import Mapping, load_mapping
from ccops.sources.mapping_sql import compile_mapping, unique_names, why_not
from ccops.sources.sample import FileSample
from mapping_harness import EXAMPLE, calls, layout_of, lines, mapping_of, tables

# Without the alias file, which needs a folder.
PLAIN_EXAMPLE = EXAMPLE.replace(' alias = "agents.csv",', "")
HEADER = "通话ID,入队时间,接听时间,通话时长,主叫号码,坐席,技能组,接听状态,呼叫类型\n"


def test_the_example_of_the_design_loads_whole() -> None:
    mapping = mapping_of(EXAMPLE)
    assert mapping.file.expect == ["通话ID", "入队时间"]
    assert mapping.time.tz == "Asia/Shanghai"
    assert mapping.columns["agent"].alias == "agents.csv"
    assert mapping.derive == {"wait": "answered_at - entered_at"}
    assert mapping.dedupe is not None
    assert mapping.dedupe.keep == "last"
    assert mapping.checks.max_rejects == "1%"
    assert mapping.source_name == "mapped:acme"


def test_every_key_says_what_it_means() -> None:
    schema = Mapping.model_json_schema()
    parts = [schema, *schema["$defs"].values()]
    bare = [key for part in parts for key, field in part.get("properties", {}).items() if not field.get("description")]
    assert bare == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[derive]", "[derived]", "did you mean derive"),
        ("quote_repair", "quote_repairs", "unknown key file.quote_repairs"),
        ("required = true", "requierd = true", "did you mean required"),
        ("answered_at =", "answerd_at =", "did you mean answered_at"),
        ('"排队超时" = "timeout"', '"排队超时" = "timeuot"', "did you mean timeout"),
        ('"%Y/%m/%d %H:%M"', '"%Y/%m %H:%M"', "needs a year, a month and a day"),
        ('"epoch_s"', '"epoch"', "'epoch' is no time format"),
        ('"HH:MM:SS", "s"', '"HH:MM:SS", "s", "ms"', "s, ms and min look the same"),
        ('"HH:MM:SS", "s"', '"HHMMSS"', "HHMMSS is no duration format"),
        ('"answered_at - entered_at"', '"answered_at + entered_at"', "adds times of day"),
        ('"answered_at - entered_at"', '"answered_at - talk"', "gives instant, wait holds duration"),
        ('"answered_at - entered_at"', '"max(answered_at, 0)"', "no sum or difference"),
        ('"answered_at - entered_at"', '"answered_at - started"', "started is no column"),
        ('keep = "last"', 'keep = "newest"', "keep is last, first, max:FIELD or error"),
        ('key = ["contact_id"]', 'key = ["customer"]', "would be stored readable"),
        ('keep = "last"', 'keep = "max:queue"', "must be a column of type instant"),
        ('tz = "Asia/Shanghai"', 'tz = "Asia/Shangai"', "unknown time zone"),
        ('type = "phone"', 'type = "duration"', "holds phone, not duration"),
        ('from = ["通话ID", "Contact ID"]', 'from_all = ["主叫号码", "入队时间"]', "would be stored readable"),
        ('{ from = ["技能组"] }', "{ required = true }", "say where it comes from"),
        ('queue       = { from = ["技能组"] }', "", "columns.queue is missing"),
        ("version = 1", "version = 2", "version"),
        ('expect = ["通话ID", "入队时间"]', "", "file.expect is missing"),
        ('max_rejects = "1%"', 'max_rejects = "few"', "a number of lines (50) or a share"),
        ("[time]", "[time", "not valid TOML"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_key(old: str, new: str, says: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(SettingsError) as refusal:
        mapping_of(EXAMPLE.replace(old, new, 1))
    assert says in str(refusal.value)
    assert refusal.value.where == "mapping.toml"
    assert refusal.value.exit_code == 4


def test_a_missing_mapping_file_names_init(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="init --from"):
        load_mapping(tmp_path / "none.toml")


def test_lines_of_the_example() -> None:
    text = "话务清单\n" + HEADER + (
        "A1,2026-11-20 09:00:00,2026-11-20 09:00:12,00:02:31,13800138000,1001,售后,座席接听,呼入\n"
        "A2,2026/11/20 9:01,0,,\t13800138001,NO_SERVER,售后,排队放弃,呼入\n"
        "A3,1795136400,1795136430123,2分31秒,1.38E+10,1002,售后,座席接听,\n"
        "A4,46346.375,-,,'13800138003,,售后,排队超时,呼入\n"
        "A5,2026-11-20 09:00:00,,,,,售后,测试,呼入\n"
        "A6,2026-11-20 09:00:00,,,,,售后,神秘,呼入\n"
        "6.02701E+11,2026-11-20 09:00:00,,,,,售后,排队放弃,呼入\n"
        "A8,2026-13-20 09:00:00,,,,,售后,排队放弃,呼入\n"
        "A9,2026-11-20 09:00:10,2026-11-20 09:00:00,５,,,售后,座席接听,呼入\n"
        ",2026-11-20 09:00:00,,,,,售后,排队放弃,呼入\n"
        "合计,,,,,,,,9\n"
    )
    rows = lines(mapping_of(PLAIN_EXAMPLE), text)
    nine = datetime(2026, 11, 20, 1)
    told = [(r["contact_id"], r["reject"], r["skip"], r["flag"]) for r in rows]
    assert told[0] == ("A1", None, None, None)
    assert rows[0]["entered_at"] == nine
    assert (rows[0]["wait_ms"], rows[0]["talk_ms"], rows[0]["caller"]) == (12_000, 151_000, "13800138000")
    assert (rows[1]["outcome"], rows[1]["abandon_phase"], rows[1]["agent"]) == ("abandoned", "queue", None)
    assert rows[1]["caller"] == "13800138001"
    assert told[2] == ("A3", None, None, "caller_damaged")
    assert (rows[2]["caller"], rows[2]["talk_ms"], rows[2]["wait_ms"]) == (None, 151_000, 30_123)
    assert (rows[3]["entered_at"], rows[3]["outcome"], rows[3]["caller"]) == (nine, "timeout", "13800138003")
    assert told[4][2] == "outcome left out by the mapping"
    assert told[5][1] == "outcome: value not in the mapping: 神秘"
    assert told[6][1] is not None
    assert "6.02701E+11; format the column as text" in told[6][1]
    assert told[7][1] == "entered_at: no time in the listed formats"
    assert told[8] == ("A9", None, None, "order_violation")
    assert (rows[8]["talk_ms"], rows[8]["wait_ms"]) == (5_000, None)
    assert told[9][1] == "contact_id: empty"
    assert told[10] == ("合计", None, "total row", None)


def test_unmapped_values_are_told_apart_for_counting() -> None:
    text = HEADER + "".join(f"A{n},2026-11-20 09:00:00,,,,,售后,{v},呼入\n" for n, v in enumerate("甲甲乙"))
    reasons = Counter(row["reject"] for row in lines(mapping_of(PLAIN_EXAMPLE), text))
    assert reasons == {"outcome: value not in the mapping: 甲": 2, "outcome: value not in the mapping: 乙": 1}


def test_a_number_in_an_unmapped_value_is_not_shown() -> None:
    text = HEADER + "A1,2026-11-20 09:00:00,,,,,售后,13800138000,呼入\n"
    assert lines(mapping_of(PLAIN_EXAMPLE), text)[0]["reject"].endswith(": …")


@pytest.mark.parametrize(
    ("other", "expected"),
    [("reject", ("reject", None)), ("skip", ("skip", None)), ("abandoned", (None, "abandoned")),
     ("times", (None, "answered")), ("not_answered", (None, "abandoned"))],
)
def test_what_becomes_of_other_values(other: str, expected: tuple[str | None, str | None]) -> None:
    mapping = calls(
        'entered_at = { from = "in" }\ntalk = { from = "talk" }\n'
        f'outcome = {{ from = "end", map = {{ OK = "answered" }}, other = "{other}" }}'
    )
    row = lines(mapping, "id,queue,in,talk,end\n1,q,2026-01-05 08:00:00,30,?\n")[0]
    verdict = next((name for name in ("reject", "skip") if row[name]), None)
    assert (verdict, None if verdict else row["outcome"]) == expected


def test_the_outcome_by_the_times() -> None:
    mapping = calls(
        'entered_at = { from = "in" }\nanswered_at = { from = "up" }\ntalk = { from = "talk" }\n'
        'started_at = { from = "start" }', rest='[derive]\noutcome = "times"',
    )
    text = "id,queue,start,in,up,talk\n" + "".join(
        f"{n},q,2026-01-05 08:00:00,{entered},{up},{talk}\n" for n, (entered, up, talk) in enumerate([
            ("2026-01-05 08:00:10", "2026-01-05 08:00:20", ""), ("2026-01-05 08:00:10", "", "30"),
            ("2026-01-05 08:00:10", "", "0"), ("", "", "0"),
        ])
    )
    assert [row["outcome"] for row in lines(mapping, text)] == ["answered", "answered", "abandoned", "unanswered"]
    assert [row["is_visit"] for row in lines(mapping, text)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("queue", "entry", "direction", "outcome", "flag"),
    [("q", "2026-01-05 08:00:10", "in", "abandoned", None), ("q", "", "in", "abandoned", None),
     ("q", "2026-01-05 08:00:10", "out", "abandoned", None), ("q", "", "out", "unanswered", "no_visit"),
     ("", "2026-01-05 08:00:10", "in", "abandoned", "no_visit"), ("", "", "in", "unanswered", "no_visit")],
)
@pytest.mark.parametrize("talk", [0, 30])
def test_not_answered_is_abandoned_if_it_queued(
    queue: str, entry: str, direction: str, outcome: str, flag: str | None, talk: int
) -> None:
    mapping = mapping_of(
        'table = "queue_visits"\nsystem = "x"\n[file]\nexpect = ["id"]\n[columns]\ncontact_id = { from = "id" }\n'
        'queue = { from = "queue" }\nstarted_at = { from = "start" }\nentered_at = { from = "in" }\n'
        'answered_at = { from = "up" }\ntalk = { from = "talk" }\ndirection = { from = "way" }\n'
        'outcome = { from = "end", map = { missed = "not_answered" } }'
    )
    text = (
        "id,queue,start,in,up,talk,way,end\n"
        f"1,{queue},2026-01-05 08:00:00,{entry},2026-01-05 08:00:20,{talk},{direction},missed\n"
    )
    row = lines(mapping, text)[0]
    assert (row["outcome"], row["answered_at"], row["talk_ms"]) == (outcome, None, None)
    assert row["flag"] == ("talk_without_answer" if talk else flag)
    assert row["is_visit"] is (flag is None)


def test_a_queue_given_to_every_row_does_not_make_it_queue() -> None:
    mapping = mapping_of(
        'table = "queue_visits"\nsystem = "x"\n[file]\nexpect = ["id"]\n[columns]\ncontact_id = { from = "id" }\n'
        'queue = { default = "all" }\nstarted_at = { from = "start" }\nentered_at = { from = "in" }\n'
        'outcome = { from = "end", map = { missed = "not_answered" } }'
    )
    text = (
        "id,start,in,end\n1,2026-01-05 08:00:00,,missed\n2,2026-01-05 08:00:00,2026-01-05 08:00:05,missed\n"
    )
    assert [(row["outcome"], row["is_visit"]) for row in lines(mapping, text)] == [
        ("unanswered", False), ("abandoned", True),
    ]


def test_not_answered_contacts_are_unanswered() -> None:
    mapping = mapping_of(
        'table = "contacts"\nsystem = "x"\n[file]\nexpect = ["id"]\n[columns]\ncontact_id = { from = "id" }\n'
        'started_at = { from = "start" }\ntalk = { from = "talk" }\n'
        'outcome = { from = "end", map = { missed = "not_answered" } }'
    )
    row = lines(mapping, "id,start,talk,end\n1,2026-01-05 08:00:00,30,missed\n")[0]
    assert (row["outcome"], row["talk_ms"], row["flag"]) == ("unanswered", None, "talk_without_answer")


def test_an_explicit_wait_beats_the_times_and_entry_falls_back() -> None:
    mapping = calls(
        'entered_at = { from = "in" }\nanswered_at = { from = "up" }\nstarted_at = { from = "start" }\n'
        'wait = { from = "wait" }\noutcome = { from = "end" }',
    )
    text = (
        "id,queue,start,in,up,wait,end\n"
        "1,q,2026-01-05 08:00:00,2026-01-05 08:00:10,2026-01-05 08:00:20,7,answered\n"
        "2,q,2026-01-05 08:00:00,,2026-01-05 08:00:20,7,answered\n"
        "3,q,2026-01-05 08:00:00,,,7,abandoned\n"
        "4,q,2026-01-05 08:00:00,2026-01-05 08:00:10,2026-01-05 08:00:20,,answered\n"
    )
    rows = lines(mapping, text)
    assert [row["wait_ms"] for row in rows] == [7_000, 7_000, 7_000, 10_000]
    assert [row["entered_at"].second for row in rows] == [10, 13, 0, 10]


def test_derived_forms() -> None:
    mapping = calls(
        'entered_at = { from = "in" }\nlength = { from = "length", type = "duration" }\n'
        'pause = { from = "pause", type = "duration" }\noutcome = { from = "end" }',
        rest='[derive]\ntalk = "length - pause"\nended_at = "entered_at + length"\nhold = "pause"',
    )
    row = lines(mapping, "id,queue,in,length,pause,end\n1,q,2026-01-05 08:00:00,90,30,answered\n")[0]
    assert (row["talk_ms"], row["hold_ms"], row["ended_at"]) == (60_000, 30_000, datetime(2026, 1, 5, 8, 1, 30))


def test_composite_keys_and_the_first_spelling_that_exists() -> None:
    mapping = mapping_of(
        'table = "queue_visits"\nsystem = "x"\n[file]\nexpect = ["vru+line", "call_id"]\n[columns]\n'
        'contact_id = { from_all = ["vru+line", "call_id"] }\nqueue = { from = ["nope", " QUEUE ", "group"] }\n'
        'entered_at = { from = "in" }\noutcome = { default = "abandoned" }'
    )
    text = "vru+line,call_id,group,Queue,in\nA1,5,g,q,2026-01-05 08:00:00\nA1,6.1E+10,g,q,2026-01-05 08:00:00\n"
    first, second = lines(mapping, text)
    assert (first["contact_id"], first["queue"]) == ("A1-5", "q")
    assert "spreadsheet" in second["reject"]


def test_recognised_by_expected_and_required_headers_alone() -> None:
    mapping = calls('entered_at = { from = "in", required = true }\noutcome = { default = "answered" }')
    source = compile_mapping(mapping)

    def recognised(text: str) -> bool:
        return source.sniff(FileSample(tuple(text.splitlines()), spreadsheet=False)) is not None

    assert recognised("title\nID ;In\n1;2026-01-05 08:00:00")
    assert not recognised("call,in\n1,2026-01-05 08:00:00")
    assert not recognised("id,out\n1,2026-01-05 08:00:00")
    layout = layout_of(mapping, "\ufeff id\tin\tin\t\n1\t2\t3\t4\t5")
    assert layout.columns == ("id", "in", "in_2", "column_4", "column_5")
    refusal = why_not(mapping, FileSample(("id,out", "1,2"), spreadsheet=False), "calls.csv")
    assert "no column in" in str(refusal)
    assert "id, out" in str(refusal)


def test_names_are_unique_in_any_case() -> None:
    assert unique_names(["Time", "time", "", "TIME"], 5) == ("Time", "time_2", "column_3", "TIME_3", "column_5")


def test_aliases_of_agents(tmp_path: Path) -> None:
    (tmp_path / "agents.csv").write_text("alias,agent\n1001,王芳\n", "utf-8")
    text = HEADER + "A1,2026-11-20 09:00:00,2026-11-20 09:00:12,5,,1001,售后,座席接听,呼入\n"
    assert lines(mapping_of(EXAMPLE), text, path=tmp_path / "m.toml")[0]["agent"] == "王芳"
    with pytest.raises(SettingsError, match="alias"):
        compile_mapping(mapping_of(EXAMPLE), tmp_path / "elsewhere" / "m.toml")


def test_what_a_mapping_lacks_is_named() -> None:
    lacks: Any = compile_mapping(mapping_of(PLAIN_EXAMPLE)).lacks
    assert lacks["queue_visits.hold_ms"] == "mapped:acme has no hold"
    assert "queue_visits.talk_ms" not in lacks


@pytest.mark.parametrize("keep", ["last", "first", "error"])
def test_versions_of_a_row(keep: str) -> None:
    text = HEADER + "".join(
        f"A1,2026-11-20 09:00:00,2026-11-20 09:00:12,{talk},,1001,售后,座席接听,呼入\n" for talk in (10, 20, 30)
    )
    mapping = mapping_of(PLAIN_EXAMPLE.replace('keep = "last"', f'keep = "{keep}"'))
    if keep == "error":
        assert all("another line has the same contact_id" in row["reject"] for row in lines(mapping, text))
        return
    visits = tables(mapping, text)["queue_visits"]
    assert [visit["talk_ms"] for visit in visits] == [30_000 if keep == "last" else 10_000]


def test_the_largest_version_counts_in_any_order_of_files() -> None:
    mapping = calls(
        'entered_at = { from = "in" }\ntalk = { from = "talk" }\noutcome = { default = "answered" }\n'
        'updated = { from = "updated", type = "instant" }',
        rest='[dedupe]\nkey = ["contact_id"]\nkeep = "max:updated"',
    )
    old, new = (
        f"id,queue,in,talk,updated\n1,q,2026-01-05 08:00:00,{talk},2026-01-05 {hour}:00:00\n"
        for talk, hour in ((10, "09"), (20, "10"))
    )
    for order in ((old, new), (new, old)):
        assert [visit["talk_ms"] for visit in tables(mapping, *order)["queue_visits"]] == [20_000]


def test_visits_to_one_queue_are_numbered_in_time() -> None:
    mapping = calls('entered_at = { from = "in" }\noutcome = { from = "end" }')
    text = (
        "id,queue,in,end\n1,a,2026-01-05 08:05:00,answered\n1,a,2026-01-05 08:00:00,timeout\n"
        "1,b,2026-01-05 08:03:00,timeout\n"
    )
    made = tables(mapping, text)
    assert sorted((v["queue"], v["nth"], v["outcome"]) for v in made["queue_visits"]) == [
        ("a", 1, "timeout"), ("a", 2, "answered"), ("b", 1, "timeout"),
    ]
    assert [(c["outcome"], c["started_at"].minute) for c in made["contacts"]] == [("answered", 0)]
