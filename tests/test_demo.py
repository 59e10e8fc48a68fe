"""The synthetic centre: its files, read by readers of their own, say what its truth says."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.demo import DemoFiles, generate
from ccops.demo.centre import agents
from ccops.errors import UsageError
from ccops.settings import load

UNTIL = date(2026, 11, 20)
SHANGHAI = ZoneInfo("Asia/Shanghai")
ENDS = {"CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY"}
TALK_ENDS = {"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER"}


class Line(NamedTuple):
    at: int
    callid: str
    queue: str
    agent: str
    verb: str
    data: list[str]

    @property
    def day(self) -> date:
        return datetime.fromtimestamp(self.at, SHANGHAI).date()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return generate(tmp_path_factory.mktemp("demo"), seed=3, days=9, until=UNTIL)


@pytest.fixture(scope="module")
def log(demo: DemoFiles) -> list[Line]:
    return list(_log_lines(demo))


def _log_lines(demo: DemoFiles) -> Iterator[Line]:
    for path in sorted(path for path in demo.files if path.name.startswith("queue_log-")):
        yield from map(_line, gzip.decompress(path.read_bytes()).decode().splitlines())
    yield from map(_line, (demo.folder / "queue_log").read_text().splitlines())


def _line(text: str) -> Line:
    at, callid, queue, agent, verb, *data = text.split("|")
    return Line(int(at), callid, queue, agent, verb, data)


def _master(demo: DemoFiles) -> list[list[str]]:
    return list(csv.reader(io.StringIO((demo.folder / "Master.csv").read_text())))


def _vip(demo: DemoFiles) -> list[dict[str, str]]:
    title, *table = (demo.folder / "vip_calls.csv").read_bytes().decode("gb18030").split("\r\n")
    assert title.startswith("贵宾专线通话明细")
    return list(csv.DictReader(table))


def _seconds(clock: str) -> int:
    hours, minutes, seconds = map(int, clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds


# The queue log


def test_the_queue_log_says_what_is_true_of_every_queue_and_day(demo: DemoFiles, log: list[Line]) -> None:
    seen: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    entered: dict[tuple[str, str], int] = {}
    ringing: set[str] = set()
    for line in log:
        if line.verb == "ENTERQUEUE":
            entered[line.callid, line.queue] = line.at
            seen[line.day, line.queue]["offered"] += 1
        if line.verb == "RINGCANCELED":
            ringing.add(line.callid)
        if line.verb not in ENDS | TALK_ENDS:
            continue
        begun = entered[line.callid, line.queue]
        n = seen[datetime.fromtimestamp(begun, SHANGHAI).date(), line.queue]
        wait = line.at - begun
        match line.verb:
            case "CONNECT":
                n["answered"] += 1
                n["answered_within_20"] += wait <= 20
                n["wait_answered_s"] += wait
                assert int(line.data[0]) == wait
            case "ABANDON":
                announced = "announcement" if line.agent != "NONE" else ""
                phase = announced or ("ring" if line.callid in ringing else "queue")
                ringing.discard(line.callid)
                n[f"abandoned_{phase}"] += 1
                n["short_abandoned"] += wait < 5
                n["wait_abandoned_s"] += wait
                assert int(line.data[-1]) == wait
            case "EXITWITHTIMEOUT" | "EXITWITHKEY" | "EXITEMPTY":
                names = {"EXITWITHTIMEOUT": "timeout", "EXITWITHKEY": "exit_key", "EXITEMPTY": "exit_empty"}
                n[names[line.verb]] += 1
                assert int(line.data[-1]) == wait
            case _:
                hold, talk = (int(value) for value in line.data[-3:-1]) if "TRANSFER" in line.verb else (
                    int(line.data[0]), int(line.data[1]))
                assert talk == wait - hold
                n["talk_s"] += talk
                n["transferred"] += "TRANSFER" in line.verb
        if line.verb in ("CONNECT", "ABANDON"):
            n["max_wait_s"] = max(n["max_wait_s"], wait)
    truth = {(row.day, row.queue): row for row in demo.truth.queues if row.queue != "vip"}
    assert seen.keys() == truth.keys()
    for key, row in truth.items():
        known = {name: value for name, value in asdict(row).items() if isinstance(value, int) and value}
        assert {name: value for name, value in seen[key].items() if value} == known


def test_the_queue_log_says_what_is_true_of_every_agent_and_day(demo: DemoFiles, log: list[Line]) -> None:
    login: Counter[tuple[date, str]] = Counter()
    talk: Counter[tuple[date, str]] = Counter()
    answered: Counter[tuple[date, str]] = Counter()
    rings: dict[str, Counter[tuple[date, str]]] = defaultdict(Counter)
    aux: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    since: dict[tuple[str, str, str], int] = {}
    main = {agent.interface: agent.queues[0] for agent in agents(3) if agent.queues}
    for line in log:
        key = line.day, line.agent.removeprefix("PJSIP/")
        if main.get(line.agent) == line.queue:  # the same pause is written once per queue
            if line.verb in ("ADDMEMBER", "PAUSE"):
                since[line.agent, line.verb, "".join(line.data)] = line.at
            if line.verb == "REMOVEMEMBER":
                login[key] += line.at - since.pop((line.agent, "ADDMEMBER", ""))
            if line.verb == "UNPAUSE":
                aux[key][line.data[0]] += line.at - since.pop((line.agent, "PAUSE", line.data[0]))
        if line.verb == "CONNECT":
            answered[key] += 1
            since[line.agent, "CONNECT", line.callid] = line.at
        if line.verb in TALK_ENDS:
            talk[key] += line.at - since.pop((line.agent, "CONNECT", line.callid))
        rings[line.verb][key] += 1
    assert since == {}
    rows = [row for row in demo.truth.agents if row.login_s is not None]
    assert len(rows) > 9 * 20
    assert {(row.day, row.agent) for row in rows} == set(login)
    for row in rows:
        key = row.day, row.agent
        assert (row.login_s, row.aux_s) == (login[key], aux[key]), key
        assert (row.talk_s, row.answered) == (talk[key], answered[key]), key
        assert (row.rang_out, row.rang_off) == (rings["RINGNOANSWER"][key], rings["RINGCANCELED"][key]), key


def test_no_agent_does_two_things_at_once(log: list[Line]) -> None:
    doing: dict[str, str] = {}
    for line in log:
        if line.verb == "CONNECT" or line.verb == "PAUSEALL":
            assert line.agent not in doing, line
            doing[line.agent] = line.verb
        elif line.verb in TALK_ENDS or line.verb == "UNPAUSEALL":
            assert doing.pop(line.agent) == ("PAUSEALL" if line.verb == "UNPAUSEALL" else "CONNECT"), line
        elif line.verb in ("RINGNOANSWER", "RINGCANCELED", "REMOVEMEMBER", "ADDMEMBER"):
            assert line.agent not in doing, line
    assert doing == {}


def test_the_log_is_in_order_and_rotated_by_weeks(demo: DemoFiles, log: list[Line]) -> None:
    assert [path.name for path in demo.files] == [
        "queue_log-20261114.gz", "queue_log", "Master.csv", "vip_calls.csv", "employees.csv",
        "attendance.csv", "evaluations.csv", "surveys.csv", "cases.csv", "ledger.csv", "shifts.csv",
    ]
    assert all(a.at <= b.at for a, b in pairwise(log))
    assert {line.day for line in log} == {UNTIL - timedelta(days=n) for n in range(9)}
    first = _line((demo.folder / "queue_log").read_text().partition("\n")[0])
    assert first.day == date(2026, 11, 14)
    assert [line.verb for line in log if line.agent == "NONE" and line.callid == "NONE"] == ["QUEUESTART"]


def test_the_log_shows_what_real_ones_show(log: list[Line]) -> None:
    verbs = Counter(line.verb for line in log)
    assert (ENDS - {"EXITEMPTY"}) | TALK_ENDS | {"RINGNOANSWER", "RINGCANCELED", "DID", "PAUSEALL"} <= verbs.keys()
    assert verbs["DID"] == len({line.callid for line in log if line.verb == "ENTERQUEUE"})
    assert verbs["ENTERQUEUE"] > verbs["DID"]  # transferred and overflowed calls keep their id
    assert {line.data[0] for line in log if line.verb == "PAUSE"} == {"break", "lunch", "training"}
    assert any(line.data[1] == "anonymous" for line in log if line.verb == "ENTERQUEUE")


# The call records


def test_the_cdr_and_the_queue_log_are_of_the_same_calls(demo: DemoFiles, log: list[Line]) -> None:
    rows = _master(demo)
    assert {len(row) for row in rows} == {21}
    queued = {line.callid for line in log if line.verb == "ENTERQUEUE"}
    incoming = {row[16] for row in rows if row[5].startswith("PJSIP/trunk")}
    menu = {row[16] for row in rows if row[3] == "ivr-main"}
    assert incoming == queued | menu
    assert not queued & menu
    contacts = demo.truth.contacts
    assert len(menu) == sum(day.ended_in_menu + day.served_by_menu for day in contacts)
    assert len({row[16] for row in rows} - incoming) == sum(day.outbound for day in contacts) > 0
    vip = sum(row.offered for row in demo.truth.queues if row.queue == "vip")
    assert len(incoming) + vip == sum(day.contacts for day in contacts)


def test_every_cdr_row_adds_up(demo: DemoFiles) -> None:
    for row in _master(demo):
        start, answer, end = row[9:12]
        times = [datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (start, answer or start, end)]
        assert times == sorted(times)
        assert int(row[12]) == (times[2] - times[0]).seconds
        assert int(row[13]) == ((times[2] - times[1]).seconds if answer else 0)
        assert (row[14] == "ANSWERED") == bool(answer)
        assert row[16] == row[19]
        if row[20] == "1":
            assert int(row[16].partition(".")[0]) == times[0].timestamp()


def test_the_cdr_is_written_as_calls_end(demo: DemoFiles) -> None:
    ends = {row[16]: row[11] for row in _master(demo)}
    written = [ends[row[16]] for row in _master(demo)]
    assert written == sorted(written)


def test_an_answered_leg_ends_when_the_log_says_that_the_talk_ended(demo: DemoFiles, log: list[Line]) -> None:
    ends = Counter((line.callid, line.agent, line.at) for line in log if line.verb in TALK_ENDS)
    legs: Counter[tuple[str, str, int]] = Counter()
    for row in _master(demo):
        if row[7] == "Queue" and row[6] and row[14] == "ANSWERED":
            end = datetime.fromisoformat(row[11]).replace(tzinfo=SHANGHAI)
            legs[row[16], row[6].rpartition("-")[0], int(end.timestamp())] += 1
    announced = Counter((line.callid, line.agent, line.at) for line in log
                        if line.verb == "ABANDON" and line.agent != "NONE")
    assert legs == ends + announced


def test_callers_are_fictitious_and_counted(demo: DemoFiles, log: list[Line]) -> None:
    callers = {row[1] for row in _master(demo) if row[5].startswith("PJSIP/trunk")}
    callers |= {row["主叫号码"].strip() for row in _vip(demo) if row["话单编号"].startswith("V")}
    callers -= {"anonymous", "-"}
    assert all(len(c) == 11 and c.startswith(("1380000", "1380001", "0101555")) for c in callers)
    assert len(callers) == demo.truth.unique_callers
    again = Counter(line.data[1] for line in log if line.verb == "ENTERQUEUE")
    assert sum(1 for n in again.values() if n > 1) > 500


# The other switch


def test_the_spreadsheet_says_what_is_true_of_the_vip_queue(demo: DemoFiles) -> None:
    *rows, total = _vip(demo)
    calls = [row for row in rows if row["呼叫结果"] != "测试"]
    assert (total["话单编号"], total["主叫号码"]) == ("合计", str(len(calls)))
    assert len(rows) - len(calls) == 1  # a Monday's test call
    assert [row["入队时间"] for row in rows] == sorted(row["入队时间"] for row in rows)
    assert all(row["主叫号码"].startswith("\t") or row["主叫号码"] == "-" for row in rows)
    for day in (row for row in demo.truth.queues if row.queue == "vip"):
        of_day = [row for row in calls if row["入队时间"].startswith(str(day.day))]
        answered = [row for row in of_day if row["呼叫结果"] == "座席接听"]
        assert (day.offered, day.answered) == (len(of_day), len(answered))
        assert day.abandoned_queue == sum(row["呼叫结果"] == "排队放弃" for row in of_day)
        assert day.abandoned_ring == sum(row["呼叫结果"] == "振铃放弃" for row in of_day)
        assert day.timeout == sum(row["呼叫结果"] == "排队超时" for row in of_day)
        assert day.exit_empty == sum(row["呼叫结果"] == "无人值守" for row in of_day)
        assert day.wait_answered_s == sum(_seconds(row["排队时长"]) for row in answered)
        assert day.answered_within_20 == sum(_seconds(row["排队时长"]) <= 20 for row in answered)
        for name, header in (("talk_s", "通话时长"), ("hold_s", "保持时长"), ("acw_s", "整理时长")):
            assert getattr(day, name) == sum(_seconds(row[header]) for row in answered)


def test_the_spreadsheet_s_times_and_durations_agree(demo: DemoFiles) -> None:
    for row in _vip(demo)[:-1]:
        entered, ended = (datetime.fromisoformat(row[name]) for name in ("入队时间", "挂机时间"))
        length = timedelta(seconds=sum(_seconds(row[name]) for name in ("排队时长", "通话时长", "保持时长")
                                       if row[name] != "-"))
        assert ended - entered == length


def test_settings_and_agents_fit(demo: DemoFiles) -> None:
    loaded = load(demo.config, environ={})
    assert loaded.settings.site.tz == "Asia/Shanghai"
    assert loaded.settings.imports.mappings == ["vip_mapping.toml"]
    assert len(loaded.settings.team_of) == 60
    assert set(loaded.settings.agents.teams) == {"sales", "service", "billing", "vip"}
    assert loaded.settings.agents.aliases["PJSIP/2001"] == "2001"
    mapping = tomllib.loads((demo.folder / "vip_mapping.toml").read_text())
    headers = (demo.folder / "vip_calls.csv").read_bytes().decode("gb18030").split("\r\n")[1].split(",")
    named = {name for column in mapping["columns"].values() for name in column.get("from", [])}
    assert named <= set(headers)
    assert set(mapping["columns"]["outcome"]["map"]) >= {row["呼叫结果"] for row in _vip(demo)[:-1]}


def test_the_truth_file_is_the_truth(demo: DemoFiles) -> None:
    written = json.loads(demo.truth_file.read_text())
    assert written["schema"] == "ccops.demo/1"
    assert written["queues"] == [asdict(row) | {"day": str(row.day)} for row in demo.truth.queues]
    assert written["bad_day"] == "2026-11-20"
    for name, lines in written["lines"].items():
        data = (demo.folder / name).read_bytes()
        assert (gzip.decompress(data) if name.endswith(".gz") else data).count(b"\n") == lines


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    def made(folder: Path, seed: int) -> dict[str, bytes]:
        made = generate(folder, seed=seed, days=8, until=UNTIL, scale=0.1)
        return {path.name: path.read_bytes() for path in made.folder.iterdir()}

    once = made(tmp_path / "once", 5)
    assert once == made(tmp_path / "again", 5)
    other = made(tmp_path / "other", 6)
    same = {"agents.csv", *(name for name in once if name.endswith(".toml"))}
    assert {name for name in once if once[name] == other[name]} == same


def test_a_demo_replaces_a_demo_and_nothing_else(tmp_path: Path) -> None:
    generate(tmp_path / "demo", days=8, scale=0.05)
    generate(tmp_path / "demo", days=2, scale=0.05)
    assert not list((tmp_path / "demo").glob("*.gz"))
    mine = tmp_path / "mine" / "queue_log"
    mine.parent.mkdir()
    mine.write_text("real")
    with pytest.raises(UsageError, match="not empty"):
        generate(mine.parent, days=1, scale=0.05)
    assert mine.read_text() == "real"


def test_impossible_demos_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one day"):
        generate(tmp_path, days=0)
    with pytest.raises(UsageError, match="scale"):
        generate(tmp_path, scale=0)
    with pytest.raises(UsageError, match="unknown time zone"):
        generate(tmp_path, tz="Mars/Olympus")


@pytest.mark.parametrize("until", [date(2026, 3, 29), date(2026, 10, 25)])
def test_opening_hours_are_local_on_days_when_clocks_change(tmp_path: Path, until: date) -> None:
    demo = generate(tmp_path, days=1, until=until, tz="Europe/Berlin", scale=0.2)
    times = [datetime.fromisoformat(row[9]).replace(tzinfo=ZoneInfo("Europe/Berlin")) for row in _master(demo)]
    assert {time.date() for time in times} == {until}
    assert min(times).hour == 8
    assert max(time.hour for time in times) <= 22
    first = _master(demo)[0]
    assert int(first[16].partition(".")[0]) == times[0].timestamp()


def test_the_last_day_is_the_bad_one(demo: DemoFiles) -> None:
    def level(day: date) -> float:
        rows = [row for row in demo.truth.queues if row.day == day]
        counted = sum(row.answered + row.abandoned - row.short_abandoned for row in rows)
        return sum(row.answered_within_20 for row in rows) / counted

    levels = {row.day: level(row.day) for row in demo.truth.contacts}
    assert min(levels, key=lambda day: levels[day]) == demo.truth.bad_day == UNTIL
    assert levels[UNTIL] < 0.65
    assert sum(value >= 0.75 for value in levels.values()) >= 7


def test_every_offered_visit_has_one_end(demo: DemoFiles) -> None:
    for row in demo.truth.queues:
        assert row.offered == row.answered + row.abandoned + row.timeout + row.exit_key + row.exit_empty


def test_a_queue_that_everybody_left_sends_its_callers_away(tmp_path: Path) -> None:
    demo = generate(tmp_path, days=14, scale=0.05)
    present: Counter[str] = Counter()
    turned_away = 0
    for line in _log_lines(demo):
        present[line.queue] += (line.verb == "ADDMEMBER") - (line.verb == "REMOVEMEMBER")
        if line.verb == "EXITEMPTY":
            assert present[line.queue] == 0
            turned_away += 1
    assert turned_away == sum(row.exit_empty for row in demo.truth.queues if row.queue != "vip") > 0


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_a_small_centre_keeps_the_laws(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    demo = generate(tmp_path_factory.mktemp("small"), seed=seed, days=2, until=UNTIL, scale=0.15)
    lines = list(_log_lines(demo))
    verbs = Counter(line.verb for line in lines)
    assert verbs["ENTERQUEUE"] == sum(verbs[verb] for verb in ENDS)
    assert verbs["CONNECT"] == sum(verbs[verb] for verb in TALK_ENDS)
    assert all(a.at <= b.at for a, b in pairwise(lines))
    test_no_agent_does_two_things_at_once(lines)
    test_every_offered_visit_has_one_end(demo)
