"""Agent states of a queue log: sign-ins, pauses, talk and what ends them, as minute by minute counting has them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.model import AGENT_STATES, STORE_COLUMNS
from ccops.sources.asterisk_queue_log import ASTERISK_QUEUE_LOG as SOURCE
from queue_logs import EPOCH, QueueLog, at, only

Interval = tuple[object, ...]
HOUR, DAY = 3600, 86_400


def states(text: str) -> list[Interval]:
    """(state, reason, from, to, login_source) of the only agent; `seconds|queue|agent|VERB|…` per line, calls 1.1."""
    lines = []
    for line in text.split():
        seconds, queue, agent, verb = line.split("|", 3)
        call = "1.1" if verb.split("|")[0] in ("CONNECT", "COMPLETEAGENT", "TRANSFER", "RINGNOANSWER") else "NONE"
        lines.append(f"{EPOCH + int(seconds)}|{call}|{queue}|{agent}|{verb}")
    with QueueLog(lines) as read:
        rows = read.rows("agent_states")
    assert len({row["agent"] for row in rows}) <= 1

    def seconds_of(moment: object) -> float:
        assert isinstance(moment, datetime)
        return (moment - at(0)).total_seconds()

    return [
        (row["state"], row["reason"], seconds_of(row["started_at"]), seconds_of(row["ended_at"]), row["login_source"])
        for row in rows
    ]


def of(kind: str, intervals: list[Interval]) -> list[Interval]:
    return [interval[1:4] for interval in intervals if interval[0] == kind]


# -- sign-ins ----------------------------------------------------------------------------------------------------------


def test_sign_ins_of_several_kinds_are_one_line() -> None:
    found = states("0|NONE|A|AGENTLOGIN|A 60|q|A|ADDMEMBER| 600|NONE|A|AGENTLOGOFF|A|600 900|q|A|REMOVEMEMBER|")
    assert found == [("available", None, 0, 900, "log")]


def test_a_logoff_says_how_long_the_login_was_where_the_file_is_cut() -> None:
    assert states("3600|NONE|A|AGENTLOGOFF|A|3000") == [("available", None, 600, 3600, "log")]
    assert states("3600|NONE|A|AGENTCALLBACKLOGOFF|9@x|3000|Autologoff") == [("available", None, 600, 3600, "log")]


def test_a_sign_in_left_open_lasts_a_day_and_a_restart_ends_it() -> None:
    assert states("0|q|A|ADDMEMBER|") == [("available", None, 0, DAY, "log")]
    assert states("0|q|A|ADDMEMBER| 500|NONE|NONE|QUEUESTART|") == [("available", None, 0, 500, "log")]


def test_without_sign_in_presence_is_inferred_and_parted_at_six_idle_hours() -> None:
    found = states(f"0|q|A|PAUSE| 60|q|A|UNPAUSE| {6 * HOUR + 60}|q|A|UNPAUSE| {13 * HOUR}|q|A|UNPAUSE| "
                   f"{13 * HOUR + 9}|q|A|UNPAUSE|")
    assert [i[2:] for i in found if i[0] == "available"] == [
        (0, 6 * HOUR + 60, "inferred"), (13 * HOUR, 13 * HOUR + 9, "inferred"),
    ]


def test_ringing_is_no_sign_of_presence() -> None:
    assert states(f"0|q|A|RINGNOANSWER|0 {HOUR}|q|A|RINGNOANSWER|5000 {HOUR}|q|A|PENALTY|5") == [
        ("ring", None, HOUR - 5, HOUR, None)
    ]


def test_activity_inside_a_sign_in_is_not_inferred_again() -> None:
    found = states("0|q|A|PAUSE| 60|q|A|UNPAUSE| 100|q|A|ADDMEMBER| 200|q|A|PAUSE| 300|q|A|REMOVEMEMBER| "
                   "400|q|A|UNPAUSE| 500|q|A|UNPAUSE|")
    assert [i[2:] for i in found if i[0] == "available"] == [
        (0, 60, "inferred"), (100, 300, "log"), (400, 500, "inferred"),
    ]


# -- pauses ------------------------------------------------------------------------------------------------------------


def test_a_second_pause_ends_the_first() -> None:
    found = states("0|q|A|PAUSE|lunch 100|q|A|PAUSE|training 300|q|A|UNPAUSE|")
    assert of("aux", found) == [("lunch", 0, 100), ("training", 100, 300)]


def test_aux_lasts_until_the_last_queue_is_unpaused() -> None:
    found = states("0|a|A|PAUSE|x 0|b|A|PAUSE|x 100|a|A|UNPAUSE| 300|b|A|UNPAUSE| 400|b|A|UNPAUSE|")
    assert max(end for _, _, end in of("aux", found)) == 300  # type: ignore[type-var]


def test_pauseall_beside_single_pauses_takes_their_reason_and_end() -> None:
    for order in ("0|NONE|A|PAUSEALL| 0|a|A|PAUSE|x 0|b|A|PAUSE|x", "0|a|A|PAUSE|x 0|b|A|PAUSE|x 1|NONE|A|PAUSEALL|"):
        found = of("aux", states(f"{order} 100|a|A|UNPAUSE| 200|b|A|UNPAUSE| 300|b|A|UNPAUSE|"))
        assert (min(i[1] for i in found), max(i[2] for i in found)) == (0, 200)  # type: ignore[type-var]
        assert {reason for reason, start, _ in found if start == 1} <= {"x"}
    assert of("aux", states("0|NONE|A|PAUSEALL|x 100|NONE|A|UNPAUSEALL| 300|a|A|UNPAUSE|")) == [("x", 0, 100)]


def test_unpauseall_a_logoff_and_removal_end_pauses() -> None:
    assert of("aux", states("0|a|A|PAUSE|x 100|NONE|A|UNPAUSEALL| 300|a|A|UNPAUSE|")) == [("x", 0, 100)]
    assert of("aux", states("0|a|A|PAUSE|x 100|NONE|A|AGENTLOGOFF|A| 300|a|A|UNPAUSE|")) == [("x", 0, 100)]
    assert of("aux", states("0|a|A|PAUSE|x 100|a|A|REMOVEMEMBER| 300|a|A|UNPAUSE|")) == [("x", 0, 100)]
    assert of("aux", states("0|a|A|PAUSE|x 100|b|A|REMOVEMEMBER| 300|a|A|UNPAUSE|")) == [("x", 0, 300)]


def test_a_pause_over_night_counts_only_while_signed_in() -> None:
    assert of("aux", states(f"0|a|A|PAUSE|x {16 * HOUR}|a|A|UNPAUSE|")) == []
    assert of("aux", states(f"0|a|A|ADDMEMBER| 60|a|A|PAUSE|x {16 * HOUR}|a|A|UNPAUSE|")) == [("x", 60, 16 * HOUR)]


def test_pausereason_names_the_pause_under_way() -> None:
    found = states("0|NONE|A|PAUSEALL| 0|NONE|A|PAUSEREASON|7 300|NONE|A|UNPAUSEALL| 400|NONE|A|PAUSEREASON|8 "
                   "500|a|A|UNPAUSE|")
    assert of("aux", found) == [("7", 0, 300)]


def test_a_member_added_paused_is_in_aux_without_a_reason() -> None:
    assert of("aux", states("0|a|A|ADDMEMBER|PAUSED 60|a|A|UNPAUSE| 90|a|A|REMOVEMEMBER|")) == [(None, 0, 60)]


# -- calls -------------------------------------------------------------------------------------------------------------


def test_talk_ring_and_wrap() -> None:
    found = states("12|q|A|CONNECT|12|1.2|5 72|q|A|COMPLETEAGENT|12|60|1 72|q|A|WRAPUPSTART|30 200|q|A|UNPAUSE|")
    assert of("ring", found) == [(None, 7, 12)]
    assert of("talk", found) == [(None, 12, 72)]
    assert of("wrap", found) == [(None, 72, 102)]


def test_talk_without_its_beginning_or_its_end() -> None:
    assert of("talk", states("72|q|A|COMPLETEAGENT|12|60|1")) == [(None, 12, 72)]
    assert of("talk", states("12|q|A|CONNECT|12|1.2|5 100|q|A|PAUSE| 200|q|A|UNPAUSE|")) == [(None, 12, 100)]
    assert of("talk", states("12|q|A|CONNECT|12|1.2|5")) == []
    assert of("talk", states("12|q|A|CONNECT|12 42|q|A|TRANSFER|9|ctx")) == [(None, 12, 42)]
    restarted = "0|q|A|ADDMEMBER| 12|q|A|CONNECT|12|1.2|5 40|NONE|NONE|QUEUESTART| 90|q|A|PAUSE|"
    assert of("talk", states(restarted)) == [(None, 12, 40)]


def test_columns_are_those_of_the_model() -> None:
    with QueueLog([f"{EPOCH}|NONE|q|A|ADDMEMBER|"]) as read:
        columns = {column[0] for column in read.con.execute(SOURCE.derive["agent_states"]).description or ()}
    assert columns == set(AGENT_STATES.names) - set(STORE_COLUMNS)


# -- minute by minute --------------------------------------------------------------------------------------------------

MINUTE = 60
VERBS = ("AGENTLOGIN", "AGENTLOGOFF", "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL",
         "QUEUESTART", "RINGNOANSWER", "PAUSE", "UNPAUSE")
Event = tuple[int, str, str]  # minute, queue, verb


def naive(events: list[Event]) -> tuple[set[int], set[int], set[int]]:
    """The minutes in which the agent is signed in, is inferred to be there, and is paused."""
    logged: set[int] = set()
    gates: dict[str, int] = {}
    pauses: dict[str, int] = {}
    paused: set[int] = set()

    def close(opened: dict[str, int], name: str, minute: int, into: set[int]) -> None:
        if name in opened:
            start = opened.pop(name)
            into.update(range(start, min(minute, start + 24 * 60)))

    for minute, queue, verb in [*events, (10**6, "", "QUEUESTART")]:
        if verb in ("AGENTLOGIN", "AGENTLOGOFF"):
            close(gates, "", minute, logged)
        if verb in ("ADDMEMBER", "REMOVEMEMBER"):
            close(gates, queue, minute, logged)
            close(pauses, queue, minute, paused)
        if verb == "AGENTLOGIN":
            gates[""] = minute
        if verb == "ADDMEMBER":
            gates[queue] = minute
        if verb in ("PAUSE", "UNPAUSE"):
            close(pauses, queue, minute, paused)
        if verb in ("UNPAUSE", "PAUSEALL"):
            close(pauses, "", minute, paused)
        if verb == "PAUSE":
            pauses[queue] = minute
        if verb == "PAUSEALL":
            pauses[""] = minute
        if verb in ("UNPAUSEALL", "AGENTLOGOFF", "QUEUESTART"):
            for name in list(pauses):
                close(pauses, name, minute, paused)
        if verb == "QUEUESTART":
            for name in list(gates):
                close(gates, name, minute, logged)
    ends = {minute for minute in range(10**4) if minute - 1 in logged} | logged
    there: set[int] = set()
    before: int | None = None
    for minute, _, verb in events:
        if verb in ("RINGNOANSWER", "QUEUESTART"):
            continue
        if minute in ends:
            before = None
            continue
        if before is not None and minute - before <= 6 * 60:
            there.update(range(before, minute))
        before = minute
    return logged, there, paused & (logged | there)


@st.composite
def days(draw: st.DrawFn) -> list[Event]:
    """One agent's lines, each in a minute of its own."""
    minute, events = 0, []
    for _ in range(draw(st.integers(1, 20))):
        minute += draw(st.sampled_from([1, 2, 30, 200, 360, 361, 1500]))
        events.append((minute, draw(st.sampled_from(["a", "b"])), draw(st.sampled_from(VERBS))))
    return events


@settings(max_examples=50)
@given(events=days())
def test_states_are_those_of_counting_minutes(events: list[Event]) -> None:
    lines = []
    for minute, queue, verb in events:
        agent = "NONE" if verb == "QUEUESTART" else "A"
        where = queue if verb in ("ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "RINGNOANSWER") else "NONE"
        call = "1.1" if verb == "RINGNOANSWER" else "NONE"
        lines.append(f"{EPOCH + minute * MINUTE}|{call}|{where}|{agent}|{verb}|")
    found: dict[str, set[int]] = defaultdict(set)
    with QueueLog(lines) as read:
        for row in read.rows("agent_states"):
            state, source, start, end = only(row, "state", "login_source", "started_at", "ended_at")
            assert isinstance(start, datetime)
            assert isinstance(end, datetime)
            first, last = ((moment - at(0)).total_seconds() / MINUTE for moment in (start, end))
            minutes = set(range(int(first), int(last)))
            name = str(source) if state == "available" else str(state)
            if state == "available":
                assert not found[name] & minutes, "sign-ins of one kind do not overlap"
            found[name] |= minutes
    logged, there, paused = naive(events)
    assert (found["log"], found["inferred"], found["aux"]) == (logged, there, paused)
