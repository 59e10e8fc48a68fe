"""Visits of a queue log as a plain loop over its lines makes them, on random logs and on a real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from queue_logs import EPOCH, QueueLog, at, only

LEFT = {"ABANDON": "abandoned", "EXITWITHTIMEOUT": "timeout", "EXITWITHKEY": "exit_key", "EXITEMPTY": "exit_empty",
        "WITHDRAW": "withdrawn", "SYSCOMPAT": "dropped"}
DONE = {"COMPLETEAGENT", "COMPLETECALLER", "TRANSFER", "BLINDTRANSFER", "ATTENDEDTRANSFER"}
REFUSED = {"JOINEMPTY", "FULL", "CLOSED", "DIVERT_HOLDTIME"}
OF_A_VISIT = {"ENTERQUEUE", "CONNECT", "AGENTDUMP", "RINGCANCELED", *LEFT, *DONE, *REFUSED}
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
        time, call, queue, _, verb, _ = line
        if call == "NONE" or verb not in OF_A_VISIT:
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
        cut = opened is None or restarted is not None
        return start, answered, ended, wait, talk, agent, "answered", None, by, passed, cut
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
    "EXITWITHKEY": 4, "EXITEMPTY": 3, "WITHDRAW": 3, "SYSCOMPAT": 0, "AGENTDUMP": 0, "RINGCANCELED": 1,
    "RINGNOANSWER": 1, "TRANSFER": 5, "BLINDTRANSFER": 5, "JOINEMPTY": 0, "FULL": 0, "DIVERT_HOLDTIME": 0,
    "QUEUESTART": 0, "NEWVERB": 2, "CLOSED": 0,
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
@example([f"{EPOCH}|1.1|a|SIP/1|CONNECT|7||1", f"{EPOCH}|1.1|a|NONE|ENTERQUEUE|", f"{EPOCH}|1.1|a|SIP/1|CONNECT|"])
def test_visits_are_those_of_a_plain_loop(lines: list[str]) -> None:
    known = [f"{EPOCH - n - 1}|NONE|NONE|NONE|CONFIGRELOAD|" for n in range(len(lines))]
    with QueueLog([*lines, *known]) as read:
        assert derived(read) == naive(lines)


def test_visits_of_a_real_log_are_those_of_a_plain_loop(real_data: Callable[[str], Path]) -> None:
    lines = real_data("asterisk_queue_log_2010.log").read_text("utf-8").splitlines()
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
