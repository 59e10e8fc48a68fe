"""From mapped files to canonical tables, through the store: shipped profiles, every sample, no line lost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.intake import FileResult
from ccops.settings import load
from ccops.sources import profiles
from ccops.sources.front_end import sample, scan
from ccops.workspace import open_workspace
from mapping_harness import calls, mapping_of, tables

SAMPLES = Path(__file__).parents[1] / "sample_logs"
PROFILES = {source.name: source for source, _ in profiles()}
# lines of the file, used, skipped (titles, header, totals, left out by the map), rows per table
EXPECTED = {
    "chinese_calls": (12, 7, 5, {"contacts": 7, "queue_visits": 5, "segments": 6}),
    "clink_inbound": (5, 4, 1, {"contacts": 4, "queue_visits": 3, "segments": 2}),
    "easycallcenter365": (4, 3, 1, {"contacts": 3, "queue_visits": 3, "segments": 2}),
    "issabel_call_entry": (5, 4, 1, {"contacts": 4, "queue_visits": 4, "segments": 2}),
    "seven_moor": (7, 5, 2, {"contacts": 5, "queue_visits": 4, "segments": 1}),
    "chinese_agent_states": (12, 11, 1, {"agent_states": 9}),
    "interval_report": (6, 3, 3, {"interval_stats": 3}),
    "published_schedule": (10, 9, 1, {"shifts": 10}),
    "chinese_roster": (9, 6, 3, {"shifts": 8}),
    "employee_list": (5, 4, 1, {"employees": 4}),
    "chinese_employees": (4, 3, 1, {"employees": 3}),
    "attendance_list": (8, 7, 1, {"attendance": 7}),
    "chinese_attendance": (6, 5, 1, {"attendance": 5}),
    "evaluation_answers": (21, 20, 1, {"evaluations": 4, "evaluation_items": 20}),
    "chinese_evaluations": (7, 6, 1, {"evaluations": 2, "evaluation_items": 6}),
    "survey_answers": (4, 3, 1, {"surveys": 3}),
    "chinese_surveys": (3, 2, 1, {"surveys": 2}),
    "ledger_list": (10, 9, 1, {"ledger": 9}),
    "chinese_ledger": (6, 5, 1, {"ledger": 5}),
    "case_list": (3, 2, 1, {"cases": 2}),
    "chinese_cases": (3, 2, 1, {"cases": 2}),
}
Rows = list[tuple[Any, ...]]


def imported(folder: Path, *files: Path, mapping: Path | None = None, sql: str = "") -> tuple[list[FileResult], Rows]:
    """What an import of the files said, and the rows of a query after it."""
    loaded = load(flags={"site.tz": "Asia/Shanghai"}, environ={}, start=folder)
    with open_workspace(loaded, store=folder / "s.duckdb", write=True, files=files, mapping=mapping) as workspace:
        results = workspace.import_files(files)
        return results, workspace.query(sql).rows() if sql else []


def test_every_profile_is_expected_here() -> None:
    assert set(PROFILES) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_profile_reads_its_sample_and_loses_no_line(name: str, tmp_path: Path) -> None:
    results, _ = imported(tmp_path, SAMPLES / PROFILES[name].sample)
    result = results[0]
    assert result.source == name
    assert (result.lines, result.used, result.skipped, dict(result.tables)) == EXPECTED[name]
    assert result.lines == result.used + result.duplicate + result.skipped + result.rejected


@pytest.mark.parametrize("name", EXPECTED)
def test_a_profile_recognises_its_own_sample_alone(name: str, tmp_path: Path) -> None:
    recognised = {
        file.name for file in SAMPLES.glob("*.*")
        if PROFILES[name].sniff(sample(scan(file, tmp_path))) is not None
    }
    assert recognised == {PROFILES[name].sample}


def test_a_file_twice_gives_the_same_tables(tmp_path: Path) -> None:
    file = SAMPLES / "mapped_chinese_calls.csv"
    sql = "SELECT * EXCLUDE (file_id) FROM queue_visits ORDER BY contact_id"
    _, once = imported(tmp_path, file, sql=sql)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(file.read_bytes() + b"\n")
    _, twice = imported(tmp_path, copy, sql=sql)
    assert once
    assert once == twice


def test_the_chinese_sample_known_answer(tmp_path: Path) -> None:
    """Read off the sample by hand: waits 12, 45, 35, 30, 120 s; talk 151 and 130 s; T007 is outbound, no visit."""
    _, rows = imported(
        tmp_path, SAMPLES / "mapped_chinese_calls.csv",
        sql="SELECT contact_id, outcome, abandon_phase, wait_ms, talk_ms, acw_ms, agent, released_by "
            "FROM queue_visits ORDER BY contact_id",
    )
    assert rows == [
        ("T001", "answered", None, 12_000, 151_000, 20_000, "1001", "customer"),
        ("T002", "abandoned", "queue", 45_000, None, None, None, "customer"),
        ("T003", "answered", None, 35_000, 130_000, 30_000, "1002", "agent"),
        ("T004", "abandoned", "ring", 30_000, None, None, None, "customer"),
        ("T005", "timeout", None, 120_000, None, None, None, "system"),
    ]


def test_missed_calls_of_the_chinese_profile_are_abandoned(tmp_path: Path) -> None:
    """Ringing counted as talk does not answer them; a missed call without a queue is no visit."""
    file = tmp_path / "calls.csv"
    file.write_bytes((
        "通话ID,来电时间,入队时间,接通时间,技能组,座席,接听状态,通话时长\n"
        "1,2026-11-20 09:00:00,2026-11-20 09:00:05,2026-11-20 09:00:10,售后,a,已接,60\n"
        "2,2026-11-20 09:01:00,2026-11-20 09:01:05,,售后,a,未接,20\n"
        "3,2026-11-20 09:02:00,2026-11-20 09:02:05,,售后,a,未接通,0\n"
        "4,2026-11-20 09:03:00,,,,,未接听,0\n"
    ).encode("gb18030"))
    results, rows = imported(
        tmp_path, file, sql="SELECT contact_id, outcome, talk_ms FROM queue_visits ORDER BY contact_id"
    )
    assert results[0].source == "chinese_calls"
    assert rows == [("1", "answered", 60_000), ("2", "abandoned", None), ("3", "abandoned", None)]
    assert results[0].flags == {"no_visit": (1, 5), "talk_without_answer": (1, 3)}


def test_agent_states_are_signed_in_by_the_log(tmp_path: Path) -> None:
    """1001 was ready 27 s and 402 s, talked 151 s, wrapped 20 s, lunched 900 s; 1002 signed off at 09:30."""
    _, rows = imported(
        tmp_path, SAMPLES / "mapped_chinese_agent_states.csv",
        sql="SELECT agent, state, sum(epoch(ended_at - started_at))::BIGINT, min(login_source), max(reason) "
            "FROM agent_states GROUP BY ALL ORDER BY agent, state",
    )
    assert rows == [
        ("1001", "aux", 900, "log", "就餐"), ("1001", "available", 429, "log", None),
        ("1001", "talk", 151, "log", None), ("1001", "wrap", 20, "log", None),
        ("1002", "aux", 1490, "log", "培训"), ("1002", "available", 175, "log", None),
        ("1002", "ring", 5, "log", None), ("1002", "talk", 130, "log", None),
    ]


def test_interval_stats_known_answer(tmp_path: Path) -> None:
    _, rows = imported(
        tmp_path, SAMPLES / "mapped_interval_report.csv",
        sql="SELECT queue, hour(started_at) * 60 + minute(started_at), interval_ms, offered_n, answered_n, "
            "abandoned_n, answered_within_n, wait_ms, available_ms, aux_ms FROM interval_stats ORDER BY 1, 2",
    )
    assert rows == [
        ("Sales", 60, 1_800_000, 1020, 998, 22, 870, 9_980_000, 36_000_000, None),
        ("Sales", 90, 1_800_000, 24, 22, 2, 18, 440_000, 2_140_000, None),
        ("Service", 60, 1_800_000, 12, 12, 0, 12, 60_000, 4_200_000, None),
    ]


def test_a_state_without_an_end_lasts_until_the_next(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'table = "agent_states"\nsystem = "x"\n[file]\nexpect = ["agent", "state"]\n[columns]\n'
        'agent = { from = "agent" }\nstate = { from = "state" }\nstarted_at = { from = "at" }\n', "utf-8",
    )
    halves = [
        ("a.csv", "a,available,2026-11-20 09:00:00\na,aux,2026-11-20 09:10:00\n"),
        ("b.csv", "a,offline,2026-11-20 09:40:00\n"),
    ]
    files = []
    for name, lines in halves:
        files.append(tmp_path / name)
        files[-1].write_text(f"agent,state,at\n{lines}", "utf-8")
    sql = "SELECT state, epoch(ended_at - started_at)::BIGINT FROM agent_states ORDER BY started_at"
    for order in (files, files[::-1]):
        folder = tmp_path / order[0].stem
        folder.mkdir()
        assert imported(folder, *order, mapping=mapping, sql=sql)[1] == [("available", 600), ("aux", 1800)]


def test_contacts_known_answer() -> None:
    """Without a map the times decide: talk with an agent is answered, talk with nobody named is connected."""
    mapping = mapping_of(
        'table = "contacts"\nsystem = "x"\n[file]\nexpect = ["id"]\n[columns]\ncontact_id = { from = "id" }\n'
        'started_at = { from = "start" }\nanswered_at = { from = "up" }\nagent = { from = "agent" }\n'
        'talk = { from = "talk" }\nacw = { from = "wrap" }\n'
        'direction = { from = "dir", map = { o = "out" }, default = "in" }\n[derive]\noutcome = "times"\n'
    )
    made = tables(
        mapping, "id,start,up,agent,talk,wrap,dir\n"
        "1,2026-01-05 08:00:00,2026-01-05 08:00:05,ann,60,10,\n"
        "2,2026-01-05 08:00:00,2026-01-05 08:00:05,,60,,o\n"
        "3,2026-01-05 08:00:00,,ann,0,0,o\n",
    )
    assert sorted((c["contact_id"], c["outcome"], c["direction"]) for c in made["contacts"]) == [
        ("1", "answered", "in"), ("2", "connected", "out"), ("3", "unanswered", "out"),
    ]
    assert [(s["agent"], s["kind"], s["duration_ms"], s["nth"]) for s in made["segments"]] == [
        ("ann", "talk", 60_000, 1), ("ann", "wrap", 10_000, 2),
    ]


def test_an_excel_file_reads_as_its_csv(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    rows = [line.split(",") for line in (SAMPLES / "mapped_seven_moor.csv").read_text("utf-8").splitlines()]
    with xlsxwriter.Workbook(str(tmp_path / "calls.xlsx")) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    sql = "SELECT contact_id, wait_ms, talk_ms, outcome FROM queue_visits ORDER BY 1"
    (tmp_path / "csv").mkdir()
    assert imported(tmp_path, tmp_path / "calls.xlsx", sql=sql)[1] == imported(
        tmp_path / "csv", SAMPLES / "mapped_seven_moor.csv", sql=sql)[1]


CALLS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from("ab"), st.integers(0, 3000), st.integers(0, 90),
              st.sampled_from(["answered", "abandoned", "timeout"]), st.integers(0, 300)),
    max_size=12, unique_by=lambda call: (call[0], call[1], call[2]),
)


@settings(max_examples=25)
@given(CALLS)
def test_visits_contacts_and_segments_as_counted_by_hand(found: list[tuple[int, str, int, int, str, int]]) -> None:
    mapping = calls(
        'entered_at = { from = "in" }\nwait = { from = "wait" }\ntalk = { from = "talk" }\n'
        'agent = { default = "ann" }\noutcome = { from = "end" }', time='formats = ["epoch_s"]',
    )
    start = 1_780_000_000
    rows = "".join(f"{c},{q},{start + at},{wait},{end},{talk}\n" for c, q, at, wait, end, talk in found)
    made = tables(mapping, "id,queue,in,wait,end,talk\n" + rows)
    assert len(made["queue_visits"]) == len(found)
    answered = [call for call in found if call[4] == "answered"]
    assert sum(v["wait_ms"] for v in made["queue_visits"]) == 1000 * sum(call[3] for call in found)
    assert sum(v["talk_ms"] or 0 for v in made["queue_visits"]) == 1000 * sum(call[5] for call in answered)
    assert sum(s["duration_ms"] for s in made["segments"]) == 1000 * sum(call[5] for call in answered)
    numbered = {
        (v["contact_id"], v["queue"], v["entered_at"].replace(tzinfo=UTC).timestamp() - start): v["nth"]
        for v in made["queue_visits"]
    }
    for contact, queue, at, *_ in found:
        before = [call for call in found if call[:2] == (contact, queue) and call[2] < at]
        assert numbered[str(contact), queue, at] == 1 + len(before)
    by_contact = {contact["contact_id"]: contact["outcome"] for contact in made["contacts"]}
    assert set(by_contact) == {str(call[0]) for call in found}
    for name, outcome in by_contact.items():
        own = sorted((call[2], place, call[4]) for place, call in enumerate(found) if str(call[0]) == name)
        assert outcome == ("answered" if any(end == "answered" for *_, end in own) else own[-1][2])


BANK = """
table = "queue_visits"
system = "bank"
[file]
expect = ["vru+line", "call_id", "vru_entry", "ser_time"]
[time]
tz = "Asia/Jerusalem"
formats = ["%y%m%d %H:%M:%S"]
[columns]
contact_id = { from_all = ["vru+line", "call_id"] }
customer = { from = ["customer_id"], type = "id", null = ["0"] }
queue = { from = ["type"] }
started_at = { date = "date", time = "vru_entry" }
entered_at = { date = "date", time = "q_start", null = ["0:00:00"] }
wait = { from = ["q_time"], formats = ["s"] }
talk = { from = ["ser_time"], formats = ["s"] }
agent = { from = ["server"], null = ["NO_SERVER"] }
outcome = { from = ["outcome"], map = { AGENT = "answered", HANG = "times", PHANTOM = "skip" } }
"""


def test_a_bank_of_1999_through_a_mapping(real_data: Callable[[str], Path], tmp_path: Path) -> None:
    """Counted again with csv alone; HANG has service times of its own in 50 rows, which `times` would take for talk."""
    file = real_data("anonymous_bank_1999_02_first_half.tsv")
    with file.open(encoding="ascii", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    answered = [row for row in rows if row["outcome"] == "AGENT"]
    hung = [row for row in rows if row["outcome"] == "HANG" and int(row["ser_time"]) == 0]
    queued = [row for row in hung if row["q_start"].strip() != "0:00:00"]
    mapping = tmp_path / "bank.toml"
    mapping.write_text(BANK, "utf-8")
    results, found = imported(
        tmp_path, file, mapping=mapping,
        sql="SELECT outcome, count(*), sum(wait_ms)::BIGINT, sum(talk_ms)::BIGINT FROM queue_visits "
            "GROUP BY 1 ORDER BY 1",
    )
    assert results[0].skipped == 1 + sum(row["outcome"] == "PHANTOM" for row in rows)
    assert results[0].rejected == 0
    assert results[0].flags["caller_damaged"][0] == sum("E+" in row["customer_id"] for row in rows)
    waits, talks = (1000 * sum(int(row[name]) for row in answered) for name in ("q_time", "ser_time"))
    odd = [row for row in rows if row["outcome"] == "HANG" and int(row["ser_time"]) > 0]
    assert found == [
        ("abandoned", len(queued), 1000 * sum(int(row["q_time"]) for row in queued), None),
        ("answered", len(answered) + len(odd), waits + 1000 * sum(int(row["q_time"]) for row in odd),
         talks + 1000 * sum(int(row["ser_time"]) for row in odd)),
    ]
