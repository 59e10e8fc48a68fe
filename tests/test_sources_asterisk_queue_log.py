"""Queue log: recognised by content, every verb read, visits with known answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ccops.clock import Zone
from ccops.model import CONTACTS, QUEUE_VISITS, SEGMENTS, STORE_COLUMNS
from ccops.sources.asterisk_queue_log import ASTERISK_QUEUE_LOG as SOURCE
from queue_logs import EPOCH, QueueLog, Row, at, layout_of, only
from stores import imported, rows, written

SAMPLES = Path(__file__).parents[1] / "sample_logs"
DAY, CUT, TABLE = (SAMPLES / f"asterisk_queue_log_{name}" for name in ("day.log", "cut.log", "table.csv"))


def sample(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines()


def log(text: str) -> QueueLog:
    """`seconds|callid|queue|agent|VERB|…` per line, seconds counted from EPOCH."""
    lines = []
    for line in text.split():
        seconds, rest = line.split("|", 1)
        lines.append(f"{EPOCH + int(seconds)}|{rest}")
    return QueueLog(lines)


def visits(text: str) -> list[Row]:
    with log(text) as read:
        return read.rows("queue_visits")


# -- recognised by content ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [DAY, CUT, TABLE], ids=lambda file: file.name)
def test_samples_are_recognised(file: Path) -> None:
    layout = layout_of(sample(file))
    assert layout is not None
    assert layout.delimiter == ("," if file == TABLE else "|")
    assert layout.first_row == (1 if file == TABLE else 0)


@pytest.mark.parametrize(
    "lines",
    [
        ["1709514000|a|b|c|ENTERQUEUE|", "id|name|x|y|z", "1|2|3|4|5"],  # most lines are something else
        ["1709514000|1.1|sales|NONE|SHIPPED|", "1709514001|1.2|sales|NONE|BILLED|"],  # no verb of a queue log
        ["clid,src,dst,dcontext,channel,start,answer,end", '"A" <1>,1,2,x,SIP/1,2024-01-01 00:00:00,,'],
        ["time,agent,event", "2024-01-01,a,LOGIN"],
        ["queue,offered,answered", "sales,10,9"],
        ["2024-03-04 09:00:00|1.1|sales|NONE|ENTERQUEUE|"],
        [""],
    ],
)
def test_other_files_are_not(lines: list[str]) -> None:
    assert layout_of(lines) is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_table_columns_stand_in_any_order(delimiter: str) -> None:
    header = ["agent", "data2", "event", "serverid", "data1", "callid", "time", "data3", "queuename"]
    row = ["SIP/2001", "1.2", "CONNECT", "s1", "7", "1.1", "2024-03-04 09:00:07.250000", "5", "sales"]
    lines = [delimiter.join(header), delimiter.join(row)]
    assert (found := layout_of(lines)) is not None
    assert found.delimiter == delimiter
    with QueueLog(lines, zone="Asia/Shanghai") as read:
        [record] = read.staged
    assert only(record, "event_at", "queue", "agent") == (at(7.25), "sales", "SIP/2001")
    assert only(record, "wait_ms", "ring_ms") == (7000, 5000)


# -- records -----------------------------------------------------------------------------------------------------------


def test_no_number_of_a_caller_is_kept_outside_the_caller_column() -> None:
    with QueueLog(sample(DAY)) as read:
        for record in read.staged:
            kept = {name: value for name, value in record.items() if name not in ("caller", "identity")}
            assert "138000000" not in repr(kept)
            assert "02055500100" not in repr(kept)
            assert "from-internal" not in repr(kept)
        assert {r["caller"] for r in read.staged if r["verb"] != "ENTERQUEUE"} == {None}
        assert "13800000001" in {r["caller"] for r in read.staged}
        assert "anonymous" not in {r["caller"] for r in read.staged}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("17095|1.1|sales|NONE|ENTERQUEUE||1|1", "the time is neither epoch seconds nor YYYY-MM-DD HH:MM:SS"),
        ("nan|1.1|sales|NONE|ENTERQUEUE||1|1", "the time is neither epoch seconds nor YYYY-MM-DD HH:MM:SS"),
        ("99999999999999999999|1.1|sales|NONE|CONNECT|1", "the time is neither epoch seconds nor YYYY-MM-DD HH:MM:SS"),
        ("1709514000|1.1|sales|NONE", "fewer than five fields"),
        ("1709514000|1.1|sales|NONE|", "fewer than five fields"),
        ("1709514000|1.1|sales|NONE|<b>|1", "the event name is not a word"),
        ("170951", "fewer than five fields"),
    ],
)
def test_damaged_lines_are_rejected_with_the_reason(line: str, reason: str) -> None:
    whole = [f"{EPOCH + n}|1.{n}|sales|NONE|ENTERQUEUE||1|1" for n in range(9)]
    with QueueLog([*whole, line]) as read:
        assert [record["reject"] for record in read.staged] == [None] * 9 + [reason]


def test_damaged_durations_are_unknown_and_flagged() -> None:
    with QueueLog([
        f"{EPOCH}|1.1|sales|NONE|ENTERQUEUE||1|1", f"{EPOCH + 9}|1.1|sales|SIP/1|CONNECT|-3|1.2|99999999999",
        f"{EPOCH + 19}|1.1|sales|SIP/1|COMPLETEAGENT|9|1O|1", f"{EPOCH + 20}|NONE|sales|SIP/1|CONNECT|1|1.2|1",
        f"{EPOCH + 21}|1.3|NONE|SIP/1|CONNECT|1|1.2|1",
    ]) as read:
        damaged = "duration_damaged"
        assert [r["flag"] for r in read.staged] == [None, damaged, damaged, "no_call_id", "no_queue"]
        [visit] = read.rows("queue_visits")
    assert only(visit, "wait_ms", "ring_ms", "talk_ms") == (9000, None, 10_000)


def test_lines_are_one_record_only_when_every_field_agrees() -> None:
    lines = [
        f"{EPOCH}|1.1|sales|NONE|ENTERQUEUE||77|1", f"{EPOCH}|1.1|sales|NONE|ENTERQUEUE||77|1",
        f"{EPOCH}|1.1|sales|NONE|ENTERQUEUE|77||1", f"{EPOCH}|1.1|sales|NONE|ENTERQUEUE||77|2",
        f"{EPOCH}|1.2|sales|NONE|ENTERQUEUE||77|1",
    ]
    with QueueLog(lines) as read:
        first, same, *others = [record["identity"] for record in read.staged]
    assert first == same
    assert len({first, *others}) == 4


def test_the_realtime_table_reads_local_times_and_joined_data() -> None:
    with QueueLog(sample(TABLE), zone="Asia/Shanghai") as read:
        first, second, third = read.rows("queue_visits")
        assert [record["reject"] for record in read.staged] == [None] * 10
        assert read.staged[-1]["reason"] is None
    assert first["entered_at"] == datetime(2024, 3, 5, 1, 30, 0, 104211)
    assert only(first, "wait_ms", "talk_ms", "transferred", "released_by") == (7000, 90_000, True, "agent")
    assert only(second, "wait_ms", "outcome", "abandon_phase") == (10_000, "abandoned", "ring")
    assert only(third, "entered_at", "wait_ms", "ring_ms", "talk_ms") == (
        datetime(2024, 3, 5, 1, 33, 20), 4000, 3000, 30_000,
    )


@pytest.mark.parametrize(("zone", "contradicting"), [("Asia/Shanghai", 0), ("UTC", 2), ("Asia/Tokyo", 2)])
def test_call_ids_say_whether_local_times_are_in_the_zone(zone: str, contradicting: int) -> None:
    with QueueLog(sample(TABLE), zone=zone) as read:
        layout = layout_of(sample(TABLE))
        assert layout is not None
        assert SOURCE.check_zone is not None
        sql = SOURCE.check_zone(layout, Zone.of(zone))
        assert read.con.execute(sql).fetchall() == [(2, contradicting)]


# -- visits: known answers ---------------------------------------------------------------------------------------------


def test_every_verb_of_the_day() -> None:
    with QueueLog(sample(DAY)) as read:
        found = {(v["contact_id"], v["queue"], v["nth"]): v for v in read.rows("queue_visits")}
        outcomes = [v["outcome"] for v in found.values()]
    expected = {
        "answered": 11, "abandoned": 2, "timeout": 1, "exit_key": 1, "exit_empty": 1, "withdrawn": 1, "refused": 5,
        "dropped": 2, "open": 1,
    }
    assert {outcome: outcomes.count(outcome) for outcome in set(outcomes)} == expected
    names = ("wait_ms", "ring_ms", "talk_ms", "agent", "released_by", "transferred", "truncated")
    known = {
        ("1709513990.10", "sales", 1): (12_000, 5000, 180_000, "SIP/2001", "customer", False, False),
        ("1709514229.14", "support", 1): (60_000, None, None, None, "system", False, False),
        ("1709514229.14", "support", 2): (20_000, 7000, 120_000, "SIP/2002", "agent", False, False),
        ("1709514699.24", "sales", 1): (5000, 3000, 60_000, "SIP/2001", "agent", True, False),
        ("1709514799.26", "sales", 1): (6000, 4000, 90_000, "SIP/2001", "agent", True, False),  # LINK: six parameters
        ("1709514899.28", "sales", 1): (3000, 2000, 30_000, "SIP/2001", "agent", True, False),
        ("1709514999.30", "sales", 1): (8000, None, 30_000, "SIP/2001", "agent", True, False),  # before Asterisk 1.4
        ("1709515119.33", "sales", 1): (6000, None, None, "SIP/2001", "system", False, False),  # SYSCOMPAT, ABANDON
        ("1709517190.43", "sales", 1): (10_000, 5000, None, "SIP/2001", None, None, False),
        ("1709517190.43", "escalation", 1): (10_000, None, 60_000, "PJSIP/2003", "customer", False, True),
        ("1709518299.50", "sales", 1): (None, None, None, None, None, False, True),
        ("1709518309.51", "support", 1): (5000, 3000, None, "PJSIP/2003", None, None, True),
    }
    assert {key: only(found[key], *names) for key in known} == known
    assert found["1709518299.50", "sales", 1]["ended_at"] == at(4400)
    assert found["1709517190.43", "sales", 1]["ended_at"] is None


def test_a_cut_file_makes_truncated_visits_that_the_missing_part_replaces() -> None:
    with QueueLog(sample(CUT)) as read:
        found = read.rows("queue_visits")
        assert [r["reject"] for r in read.staged if r["reject"]] == ["fewer than five fields"]
    names = ("contact_id", "outcome", "wait_ms", "talk_ms", "truncated")
    assert sorted(only(v, *names) for v in found) == [
        ("1709600100.99", "answered", 10_000, 300_000, True),
        ("1709600380.101", "answered", 25_000, 60_000, True),
        ("1709600390.103", "abandoned", 20_000, None, True),
        ("1709600499.105", "open", None, None, False),
        ("1709600519.106", "answered", 5000, None, False),
    ]
    entered = datetime.fromtimestamp(1_709_600_380)
    missing = "1709600380|1709600380.101|sales|NONE|ENTERQUEUE||13800000020|1"
    with QueueLog(sample(CUT), [missing]) as read:
        [whole] = [v for v in read.rows("queue_visits") if v["contact_id"] == "1709600380.101"]
    assert only(whole, "truncated", "wait_ms", "nth", "file_id", "line") == (False, 25_000, 1, 2, 1)
    assert isinstance(whole["entered_at"], datetime)
    assert whole["entered_at"].second == entered.second


@pytest.mark.parametrize(
    ("lines", "phase"),
    [
        ("10|1.1|q|NONE|ABANDON|1|1|10", "queue"),
        ("10|1.1|q|SIP/1|ABANDON|1|1|10", "announcement"),
        ("10|1.1|q|SIP/1|RINGCANCELED|4000 10|1.1|q|NONE|ABANDON|1|1|10", "ring"),
        ("4|1.1|q|SIP/1|RINGCANCELED|4000 10|1.1|q|NONE|ABANDON|1|1|10", "queue"),
        ("10|1.1|q|SIP/1|RINGNOANSWER|4000 10|1.1|q|NONE|ABANDON|1|1|10", "queue"),
    ],
)
def test_abandon_phase(lines: str, phase: str) -> None:
    [visit] = visits(f"0|1.1|q|NONE|ENTERQUEUE||7|1 {lines}")
    assert only(visit, "outcome", "abandon_phase") == ("abandoned", phase)


def test_after_an_agentdump_the_caller_is_still_in_the_queue() -> None:
    text = "0|1.1|q|NONE|ENTERQUEUE||7|1 5|1.1|q|SIP/1|AGENTDUMP|"
    assert [v["outcome"] for v in visits(text)] == ["dropped"]
    assert [v["outcome"] for v in visits(f"{text} 9|1.1|q|NONE|ABANDON|1|1|9")] == ["abandoned"]
    assert [v["outcome"] for v in visits(f"{text} 9|1.1|q|SIP/2|CONNECT|9|1.2|3")] == ["answered"]


def test_old_arities_fall_back_on_times() -> None:
    [visit] = visits("0|1.1|q|NONE|ENTERQUEUE||7 12|1.1|q|SIP/1|CONNECT| 42|1.1|q|SIP/1|TRANSFER|3001|ctx")
    assert only(visit, "wait_ms", "ring_ms", "talk_ms", "transferred") == (12_000, None, 30_000, True)
    [visit] = visits("0|1.1|q|NONE|ENTERQUEUE||7 60|1.1|q|NONE|EXITWITHTIMEOUT|1")
    assert only(visit, "wait_ms", "outcome") == (60_000, "timeout")
    [visit] = visits("60|1.1|q|NONE|EXITWITHTIMEOUT|1")
    assert only(visit, "entered_at", "wait_ms", "truncated") == (at(60), None, True)


def test_unknown_verbs_and_ringing_alone_make_no_visit() -> None:
    text = "0|1.1|q|SIP/1|SOMETHINGNEW|a 0|1.2|q|SIP/1|RINGNOANSWER|0 1|1.3|q|NONE|DID|5 2|1.4|q|A|RINGCANCELED|9"
    assert visits(text) == []


def test_a_restart_ends_waiting_calls_within_a_day_only() -> None:
    waiting = "0|1.1|q|NONE|ENTERQUEUE||7|1"
    [visit] = visits(f"{waiting} 100|NONE|NONE|NONE|QUEUESTART| 200|NONE|NONE|NONE|QUEUESTART|")
    assert only(visit, "outcome", "wait_ms", "ended_at", "truncated") == ("open", None, at(100), True)
    [visit] = visits(f"{waiting} 90000|NONE|NONE|NONE|QUEUESTART|")
    assert only(visit, "outcome", "ended_at", "truncated") == ("open", None, False)


def test_a_contact_takes_the_last_visit_unless_one_was_answered() -> None:
    text = "0|1.1|a|NONE|ENTERQUEUE||7|1 9|1.1|a|NONE|EXITWITHTIMEOUT|1|1|9 10|1.1|b|NONE|ENTERQUEUE||7|1 "
    with log(text + "15|1.1|b|NONE|ABANDON|1|1|5") as read:
        [contact] = read.rows("contacts")
    assert only(contact, "outcome", "started_at", "ended_at", "customer_mask") == ("abandoned", at(0), at(15), "7")
    answered = "15|1.1|b|SIP/1|CONNECT|5|1.2|3 20|1.1|b|SIP/1|BLINDTRANSFER|9|c|5|5|1 20|1.1|c|NONE|FULL|"
    with log(text + answered) as read:
        [contact] = read.rows("contacts")
        assert [v["customer_key"] is not None for v in read.rows("queue_visits")] == [True] * 3
    assert only(contact, "outcome", "ended_at") == ("answered", at(20))


def test_segments_hold_talk_wrap_and_missed_calls_but_not_cancelled_ringing() -> None:
    with QueueLog(sample(DAY)) as read:
        segments = read.rows("segments")
    names = ("nth", "agent", "kind", "started_at", "duration_ms")
    assert [only(s, *names) for s in segments if s["contact_id"] == "1709513990.10"] == [
        (1, "SIP/2002", "no_answer", at(1), 3000), (2, "SIP/2001", "talk", at(12), 180_000),
    ]
    assert [only(s, *names) for s in segments if s["contact_id"] == "1709515209.34"] == [
        (1, "PJSIP/2003", "talk", at(1214), 40_000), (2, "PJSIP/2003", "wrap", at(1254), 30_000),
    ]
    assert not [s for s in segments if s["contact_id"] == "1709514190.12"]
    assert {s["kind"] for s in segments} == {"talk", "wrap", "no_answer"}


def test_files_in_the_wrong_order_agree_on_ties() -> None:
    first = [f"{EPOCH}|1.1|q|NONE|ENTERQUEUE||7|1", f"{EPOCH + 9}|1.1|q|NONE|EXITWITHTIMEOUT|1|1|9"]
    second = [f"{EPOCH + 9}|1.1|q|NONE|ENTERQUEUE||7|1", f"{EPOCH + 9}|1.1|q|NONE|ABANDON|1|1|0"]
    for files in ((first, second), (second, first)):
        with QueueLog(*files) as read:
            assert [only(v, "nth", "outcome") for v in read.rows("queue_visits")] == [(1, "timeout"), (2, "abandoned")]


def test_a_fresh_restart_touches_what_it_ends() -> None:
    with log(
        "0|1.1|q|NONE|ENTERQUEUE||7|1 1|1.2|q|NONE|ENTERQUEUE||8|1 5|1.2|q|NONE|ABANDON|1|1|4 "
        "6|1.3|q|SIP/1|CONNECT|1|1.4|1 9|NONE|NONE|NONE|QUEUESTART|"
    ) as read:
        select = SOURCE.derive["queue_visits"]
        read.con.execute(f"CREATE TABLE queue_visits AS SELECT *, 'asterisk_queue_log' AS source FROM ({select})")
        read.con.execute("CREATE VIEW fresh AS SELECT * FROM queue_events WHERE verb = 'QUEUESTART'")
        assert SOURCE.touches is not None
        assert sorted(read.con.execute(SOURCE.touches).fetchall()) == [("1.1",), ("1.3",)]


def test_derived_tables_have_the_columns_of_the_model() -> None:
    with QueueLog(sample(DAY)) as read:
        for table in (CONTACTS, QUEUE_VISITS, SEGMENTS):
            columns = {column[0] for column in read.con.execute(SOURCE.derive[table.name]).description or ()}
            assert columns == set(table.names) - set(STORE_COLUMNS)
            keys = [only(row, *table.key) for row in read.rows(table.name)]
            assert len(set(keys)) == len(keys)
            assert all(part is not None for key in keys for part in key)


# -- through the store -------------------------------------------------------------------------------------------------


def test_the_day_in_pieces_and_in_any_order_gives_the_same_tables(tmp_path: Path) -> None:
    lines = sample(DAY)
    [whole] = imported(tmp_path, DAY, name="whole.duckdb", tz="Asia/Shanghai")
    assert (whole.used, whole.rejected, whole.lines) == (len(lines), 0, len(lines))
    pieces = [written(tmp_path / f"{n}.log", lines[a:b]) for n, (a, b) in enumerate([(50, 75), (75, 99), (0, 55)])]
    imported(tmp_path, *pieces, name="pieces.duckdb", tz="Asia/Shanghai")

    def known(name: str) -> dict[str, list[str]]:
        """Without the callers' keys, which are secret to each store."""
        tables = rows(tmp_path, name)
        keys = {row[6] for row in tables["contacts"] if row[6]}
        return {
            table: sorted(repr([value for value in row if value not in keys]) for row in found)
            for table, found in tables.items()
        }

    assert known("pieces.duckdb") == known("whole.duckdb")
    counts = {table: len(found) for table, found in known("whole.duckdb").items()}
    assert [counts[table] for table in ("contacts", "queue_visits", "segments")] == [23, 25, 13]
    assert counts["agent_states"] > 0
