"""Queue log: recognised by content, every verb read, visits as a plain loop over the lines would make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccops.model import CONTACTS, QUEUE_VISITS, SEGMENTS, STORE_COLUMNS
from ccops.sources.asterisk_queue_log import ASTERISK_QUEUE_LOG as SOURCE
from queue_logs import EPOCH, QueueLog, Row, at, layout_of, only

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
    assert only(record, "event_at", "queue", "agent", "wait_ms", "ring_ms") == (at(7.25), "sales", "SIP/2001", 7000, 5000)


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
        assert [r["flag"] for r in read.staged] == [None, "duration_damaged", "duration_damaged", "no_call_id", "no_queue"]
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
    from ccops.clock import Zone

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
    assert sorted(only(v, *names) for v in found) == [  # type: ignore[type-var]
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
    assert visits("0|1.1|q|SIP/1|SOMETHINGNEW|a 0|1.2|q|SIP/1|RINGNOANSWER|0 1|1.3|q|NONE|DID|5 2|1.4|q|A|RINGCANCELED|9") == []


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
        read.con.execute(
            f"CREATE TABLE queue_visits AS SELECT *, 'asterisk_queue_log' AS source FROM ({SOURCE.derive['queue_visits']})"
        )
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


# -- visits: a plain loop ----------------------------------------------------------------------------------------------

LEFT = {"ABANDON": "abandoned", "EXITWITHTIMEOUT": "timeout", "EXITWITHKEY": "exit_key", "EXITEMPTY": "exit_empty",
        "WITHDRAW": "withdrawn", "SYSCOMPAT": "dropped"}
DONE = {"COMPLETEAGENT", "COMPLETECALLER", "TRANSFER", "BLINDTRANSFER", "ATTENDEDTRANSFER"}
REFUSED = {"JOINEMPTY", "FULL", "CLOSED", "DIVERT_HOLDTIME"}
Line = tuple[int, str, str, str, str, list[str]]


@dataclass
class Visit:
    """What the loop has seen of one visit."""

    began: int
    opened: Line | None = None
    connect: Line | None = None
    done: Line | None = None
    left: Line | None = None
    dump: Line | None = None
    cancels: list[int] = field(default_factory=list)


def parsed(line: str) -> Line:
    time, call, queue, agent, verb, *data = line.split("|")
    return int(time), call, queue, agent, verb, data


def number(data: list[str], place: int) -> int | None:
    return int(data[place]) if place < len(data) and data[place] else None


def naive(lines: list[str]) -> dict[tuple[str, str, int], tuple[object, ...]]:
    """Visits by a loop over the lines in order of time, with a dictionary of what is under way."""
    ordered = sorted(map(parsed, lines), key=lambda line: line[0])
    going: dict[tuple[str, str], list[Visit]] = {}
    restarts = [(n, line[0]) for n, line in enumerate(ordered) if line[4] == "QUEUESTART"]
    for n, line in enumerate(ordered):
        time, call, queue, agent, verb, _ = line
        if call == "NONE" or verb not in {"ENTERQUEUE", "CONNECT", "AGENTDUMP", "RINGCANCELED", *LEFT, *DONE, *REFUSED}:
            continue
        known = going.setdefault((call, queue), [])
        last = known[-1] if known else None
        own_start = verb == "ENTERQUEUE" or verb in REFUSED
        entered = last is not None and last.opened is not None and last.opened[4] == "ENTERQUEUE"
        if own_start or last is None or (verb == "CONNECT" and (not entered or last.connect is not None)):
            last = Visit(n)
            known.append(last)
        if own_start:
            last.opened = line
        elif verb == "CONNECT":
            last.connect = line
        elif verb in DONE:
            last.done = last.done or line
        elif verb in LEFT:
            last.left = last.left or line
        elif verb == "AGENTDUMP":
            last.dump = last.dump or line
        else:
            last.cancels.append(time)
    found = {}
    for (call, queue), several in going.items():
        telling = [v for v in several if v.opened or v.connect or v.done or v.left or v.dump]
        for nth, visit in enumerate(telling, 1):
            later = any(
                other.began > visit.began
                for (c, _), others in going.items() if c == call
                for other in others if other.opened or other.connect or other.done or other.left or other.dump
            )
            found[call, queue, nth] = judged(visit, [] if later else restarts, ordered)
    return found


def judged(visit: Visit, restarts: list[tuple[int, int]], ordered: list[Line]) -> tuple[object, ...]:
    opened = visit.opened[0] if visit.opened else None
    refused = bool(visit.opened and visit.opened[4] in REFUSED)
    restarted = None
    if visit.connect or visit.done:
        wait = number(visit.connect[5], 0) if visit.connect else None
        talk = None
        if visit.done:
            verb, data = visit.done[4:]
            first = {"C": 0, "T": 2, "B": 2, "A": 3 if len(data) > 5 else 2}[verb[0]]
            wait = number(data, first) if wait is None else wait
            talk = number(data, first + 1)
        answered = visit.connect[0] if visit.connect else None
        if answered is None and visit.done and talk is not None:
            answered = visit.done[0] - talk
        if visit.done and visit.connect and talk is None and visit.done[0] >= visit.connect[0]:
            talk = visit.done[0] - visit.connect[0]
        if wait is None and opened is not None and answered is not None and answered >= opened:
            wait = answered - opened
        ended = visit.done[0] if visit.done else None
        agent = next((line[3] for line in (visit.connect, visit.done) if line and line[3] != "NONE"), "NONE")
        passed = visit.done[4] not in ("COMPLETEAGENT", "COMPLETECALLER") if visit.done else None
        by = None if not visit.done else "customer" if visit.done[4] == "COMPLETECALLER" else "agent"
        if not visit.done:
            restarted = _restart(visit, restarts, ordered)
        start = opened
        if start is None:
            start = answered - (wait or 0) if answered is not None else ended
        ended = restarted if ended is None else ended
        return start, answered, ended, wait, talk, agent, "answered", None, by, passed, opened is None or restarted is not None
    if refused:
        return opened, None, opened, 0, None, "NONE", "refused", None, "system", False, False
    end = visit.left or visit.dump
    if end is None:
        restarted = _restart(visit, restarts, ordered)
        return opened, None, restarted, None, None, "NONE", "open", None, None, False, restarted is not None
    wait = number(end[5], 3 if end[4] == "EXITWITHKEY" else 2) if end[4] not in ("SYSCOMPAT", "AGENTDUMP") else None
    if wait is None and opened is not None:
        wait = end[0] - opened
    outcome = LEFT.get(end[4], "dropped")
    phase = None
    if outcome == "abandoned":
        rang = visit.cancels and max(visit.cancels) >= end[0] - 1
        phase = "announcement" if end[3] != "NONE" else "ring" if rang else "queue"
    by = {"ABANDON": "customer", "EXITWITHKEY": "customer", "AGENTDUMP": "agent"}.get(end[4], "system")
    start = end[0] - (wait or 0) if opened is None else opened
    return start, None, end[0], wait, None, end[3], outcome, phase, by, False, opened is None


def _restart(visit: Visit, restarts: list[tuple[int, int]], ordered: list[Line]) -> int | None:
    since = visit.connect or visit.opened
    assert since is not None
    place = next(n for n, line in enumerate(ordered) if line is since)
    return next((time for n, time in restarts if n > place and time <= since[0] + 86_400), None)


def derived(read: QueueLog) -> dict[tuple[str, str, int], tuple[object, ...]]:
    """The same shape from the SQL: instants as epoch seconds, durations in seconds, agent NONE for none."""

    def plain(value: object) -> object:
        return EPOCH + (value - at(0)).total_seconds() if isinstance(value, datetime) else value

    found = {}
    for v in read.rows("queue_visits"):
        wait, talk = (None if v[name] is None else v[name] / 1000 for name in ("wait_ms", "talk_ms"))  # type: ignore[operator]
        found[str(v["contact_id"]), str(v["queue"]), int(str(v["nth"]))] = (
            *(plain(v[name]) for name in ("entered_at", "answered_at", "ended_at")), wait, talk, v["agent"] or "NONE",
            *only(v, "outcome", "abandon_phase", "released_by", "transferred", "truncated"),
        )
    return found


small = st.sampled_from(["", "0", "1", "7"])
DATA = {
    "ENTERQUEUE": 3, "CONNECT": 3, "COMPLETEAGENT": 3, "COMPLETECALLER": 3, "ABANDON": 3, "EXITWITHTIMEOUT": 3,
    "EXITWITHKEY": 4, "EXITEMPTY": 3, "WITHDRAW": 3, "SYSCOMPAT": 0, "AGENTDUMP": 0, "RINGCANCELED": 1, "RINGNOANSWER": 1,
    "TRANSFER": 5, "BLINDTRANSFER": 5, "JOINEMPTY": 0, "FULL": 0, "DIVERT_HOLDTIME": 0, "QUEUESTART": 0, "NEWVERB": 2,
    "CLOSED": 0,
}


@st.composite
def logs(draw: st.DrawFn) -> list[str]:
    """Lines of few calls, queues and agents in any order that could not happen either, many in the same second."""
    lines, time = [], EPOCH
    verbs = st.sampled_from([*DATA, "ATTENDEDTRANSFER", "ENTERQUEUE", "CONNECT", "ABANDON"])
    for _ in range(draw(st.integers(1, 25))):
        time += draw(st.sampled_from([0, 0, 1, 5, 40_000]))
        verb = draw(verbs)
        call, queue = draw(st.sampled_from(["1.1", "1.1", "1.2"])), draw(st.sampled_from(["a", "a", "b"]))
        agent = draw(st.sampled_from(["NONE", "SIP/1", "SIP/2"]))
        if verb == "ATTENDEDTRANSFER":
            head = draw(st.sampled_from([["BRIDGE", "x"], ["LINK", "x", "y"]]))
            data = [*head, *(draw(st.sampled_from(["0", "1", "7"])) for _ in range(3))]
        else:
            data = [draw(small) for _ in range(draw(st.sampled_from([DATA[verb], DATA[verb], 0])))]
        if verb == "QUEUESTART":
            call, queue, agent = "NONE", "NONE", "NONE"
        lines.append("|".join([str(time), call, queue, agent, verb, *data]))
    return list(dict.fromkeys(lines))


@settings(max_examples=60)
@given(lines=logs())
@example(lines=[f"{EPOCH}|1.1|a|SIP/1|CONNECT|7||1", f"{EPOCH}|1.1|a|NONE|ENTERQUEUE|", f"{EPOCH}|1.1|a|SIP/1|CONNECT|"])
def test_visits_are_those_of_a_plain_loop(lines: list[str]) -> None:
    with QueueLog([*lines, f"{EPOCH - 9}|NONE|NONE|NONE|CONFIGRELOAD|"]) as read:
        assert derived(read) == naive(lines)


def test_visits_of_a_real_log_are_those_of_a_plain_loop(real_data: Callable[[str], Path]) -> None:
    lines = sample(real_data("asterisk_queue_log_2010.log"))
    with QueueLog(lines) as read:
        found = derived(read)
        contacts = read.rows("contacts")
        segments = [s["kind"] for s in read.rows("segments")]
        assert not [r for r in read.staged if r["reject"] or r["flag"]]
    assert found == naive(lines)
    outcomes = [visit[6] for visit in found.values()]
    assert [outcomes.count(o) for o in ("answered", "abandoned", "open")] == [8, 12, 1]
    assert len(contacts) == 21
    assert (segments.count("talk"), segments.count("no_answer")) == (8, 221)
