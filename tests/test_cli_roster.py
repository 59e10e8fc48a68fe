"""`ccops roster` as people use it: the grid, the files, the refusals, both languages, Ctrl-C."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from importlib import util
from pathlib import Path

import polars as pl
import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_roster import RosterDocument
from ccops.cli.roster_told import letters
from conftest import Ran

SAMPLES = Path(__file__).parents[1] / "sample_logs"
FILES = ("--demand", "demand.csv", "--people", "people.csv", "--rules", "rules.toml")
RULES = """
[[shift]]
name = "day"
start = "08:00"
end = "16:30"
unpaid = 30
[[shift]]
name = "night"
start = "22:00"
end = "06:30"
unpaid = 30
"""
DEMAND = """\
day,shift,agents,skill
mon,day,2,
tue,day,2,
wed,day,1,
thu,day,1,
fri,day,1,
sat,night,1,
mon,day,1,vip
"""
PEOPLE = "agent,team,skills,hours,wishes,absent\nAnn,a,vip,24,fri off,\n李娜,b,,40,night,2026-11-05\nBo,b,,16,,\n"


@pytest.fixture
def roster(ccops: Callable[..., Ran], folder: Path) -> Callable[..., Ran]:
    """`ccops roster` on three small files."""
    for name, text in (("rules.toml", RULES), ("demand.csv", DEMAND), ("people.csv", PEOPLE)):
        (folder / name).write_text(text, "utf-8")

    def run(*words: object) -> Ran:
        return ccops("roster", *FILES, "--from", "2026-11-02", "--weeks", 1, "--tz", "Asia/Shanghai", *words)

    return run


def test_the_grid(roster: Callable[..., Ran]) -> None:
    ran = roster("--gap", "0")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("3 people, 7 days from 2026-11-02: cost ")
    assert "proven to be the least" in lines[0]
    assert lines[1] == "All demand is covered: 8 shifts."
    assert lines[2].startswith("Kept: 11 h of rest between shifts; at most 48 h a week; ")
    grid = lines[lines.index("") + 1 :]
    assert grid[:2] == ["      11-02", "      MTWTFSS"]
    assert [line.split()[0] for line in grid[2:5]] == ["Ann", "李娜", "Bo"]
    assert grid[3][4:][3] == "-"  # absent on Thursday; two wide letters take four columns
    assert "D day 08:00-16:30, N night 22:00-06:30, . day off, - absent" in lines
    saturday = next(line for line in lines if line.startswith("2026-11-07 Sat"))
    assert saturday.split()[2:] == ["-", "-", "1/1"]


def test_json_holds_the_roster(roster: Callable[..., Ran]) -> None:
    ran = roster("--json", "--gap", "0")
    found = ran.json
    TypeAdapter(RosterDocument).validate_python(found)
    assert (found["schema"], found["status"], found["gap"], found["clash"]) == ("ccops.roster/1", "optimal", 0.0, None)
    assert found["cost"] == pytest.approx(sum(found["costs"].values()))
    night = next(one for one in found["assignments"] if one["shift"] == "night")
    assert (night["start_at"], night["end_at"]) == ("2026-11-07T22:00:00+08:00", "2026-11-08T06:30:00+08:00")
    for row in found["coverage"]:
        there = [one for one in found["assignments"] if (one["day"], one["shift"]) == (row["day"], row["shift"])]
        assert row["rostered"] == (len(there) if not row["skill"] else sum(one["agent"] == "Ann" for one in there))
    for person in found["people"]:
        assert person["shifts"] == sum(one["agent"] == person["agent"] for one in found["assignments"])
        assert person["hours"] == 8 * person["shifts"]


def test_chinese(roster: Callable[..., Ran]) -> None:
    ran = roster("--lang", "zh", "--gap", "0")
    assert ran.code == 0
    assert ran.out.startswith("3 人，自 2026-11-02 起 7 天：成本 ")
    lines = ran.out.splitlines()
    head = next(line for line in lines if line.endswith("一二三四五六日"))
    person = next(line for line in lines if line.startswith("李娜"))
    assert columns(person) <= columns(head)
    assert person[4:].rstrip().split()
    assert "D day 08:00-16:30，N night 22:00-06:30，. 休息，- 缺勤" in lines


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def test_four_weeks_fit_a_terminal(ccops: Callable[..., Ran], folder: Path) -> None:
    for name in ("demand.csv", "people.csv", "rules.toml"):
        shutil.copy(SAMPLES / f"roster_{name}", folder / name)
    for lang in ("en", "zh"):
        ran = ccops("roster", *FILES, "--from", "2026-11-30", "--weeks", 4, "--time-limit", 3, "--lang", lang)
        assert (ran.code, ran.err) == (0, "")
        tables = ran.out.split("\n\n", 1)[1].splitlines()
        assert max(columns(line) for line in tables if not line.startswith("E early")) <= 80  # words may be wrapped


def test_it_is_imported_as_a_published_schedule(roster: Callable[..., Ran], ccops: Callable[..., Ran]) -> None:
    assert roster("-o", "roster.csv").out == ""
    ran = ccops("import", "roster.csv", "--tz", "Asia/Shanghai", "--json")
    assert ran.code == 0, ran.err
    [file] = ran.json["files"]
    written = pl.read_csv("roster.csv")
    assert (file["source"], file["rejected"], file["used"]) == ("published_schedule", 0, len(written))
    rows = ccops("export", "shifts", "--agents", "--json").json["rows"]
    assert {(row["agent"], row["started_at"]) for row in rows if row["activity"] == "work"} >= set(
        written.filter(pl.col("Activity") == "Work").select("Agent", "Scheduled start").rows()[:1]
    )


def test_the_other_formats(roster: Callable[..., Ran], folder: Path) -> None:
    for name in ("roster.parquet", "roster.json", "roster.ics"):
        assert roster("-o", name).code == 0
    frame = pl.read_parquet(folder / "roster.parquet")
    assert frame.columns == ["Agent", "Activity", "Scheduled start", "Scheduled end", "Shift", "Team"]
    TypeAdapter(RosterDocument).validate_python(json.loads((folder / "roster.json").read_text("utf-8")))
    calendar = (folder / "roster.ics").read_bytes().decode()
    assert calendar.count("BEGIN:VEVENT") == len(frame)
    assert "DTSTART:20261107T140000Z\r\nDTEND:20261107T223000Z\r\nSUMMARY:night (" in calendar
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))


def test_a_roster_goes_on_from_the_one_before(roster: Callable[..., Ran], folder: Path) -> None:
    people = folder / "people.csv"
    people.write_text("agent,skills,fixed\nAnn,vip,2026-11-08 night\n李娜,,\nBo,,\n", "utf-8")
    assert roster("-o", "before.csv").code == 0
    people.write_text("agent,skills,fixed\nAnn,vip,2026-11-09 day\n李娜,,\nBo,,\n", "utf-8")
    ran = roster("--history", "before.csv", "--from", "2026-11-09")
    assert ran.code == 6
    assert "11 h of rest between shifts" in ran.err
    assert "- Ann is fixed to day on Mon 2026-11-09" in ran.err


def test_no_roster_is_explained(roster: Callable[..., Ran], folder: Path) -> None:
    (folder / "people.csv").write_text("agent,absent,fixed\nAnn,2026-11-03,2026-11-03 day\nBo,,\n")
    (folder / "demand.csv").write_text("day,shift,agents\nmon,day,2\ntue,day,1\n")
    ran = roster()
    assert (ran.code, ran.out) == (6, "")
    assert ran.err == (
        "ccops: error: no roster keeps all of these; without any one of them there would be one:\n"
        "    - Ann is absent: Tue 2026-11-03\n    - Ann is fixed to day on Tue 2026-11-03\nfix: loosen one of them\n"
    )
    ran = roster("--json", "--lang", "zh")
    assert ran.code == 6
    assert (ran.json["status"], ran.json["assignments"]) == ("infeasible", [])
    assert ran.json["clash"] == {"minimal": True, "rules": [
        "Ann 缺勤：周二 2026-11-03", "Ann 在 周二 2026-11-03 指定为 day",
    ]}


def test_uncovered_demand_is_shown(roster: Callable[..., Ran], folder: Path) -> None:
    (folder / "demand.csv").write_text("day,shift,agents\nmon,day,5\n")
    ran = roster()
    assert ran.code == 0
    assert "2 of 5 shifts wanted are not covered." in ran.out
    assert "3/5 (-2)" in ran.out


def test_absences_beside_the_people(roster: Callable[..., Ran], folder: Path) -> None:
    (folder / "absences.csv").write_text("agent,from,to\nAnn,2026-11-02,2026-11-08\nBo,2026-12-24,2026-12-31\n")
    ran = roster("--absences", "absences.csv")
    assert "Ann   -------" in ran.out
    assert "1 absences lie outside the roster and change nothing." in ran.out


@pytest.mark.parametrize(("words", "code", "message"), [
    (("-o", "roster.xlsx"), 2, "cannot write a roster as roster.xlsx\nfix: use .csv, .json, .parquet, .ics"),
    (("--from", "soon"), 2, "--from soon is not a day\nfix: write 2026-11-23"),
    (("--gap", "much"), 2, "--gap much is no share"),
    (("--absences", "none.csv"), 3, "no such file\nfix: check its name"),
])
def test_refusals(roster: Callable[..., Ran], words: tuple[str, ...], code: int, message: str) -> None:
    ran = roster(*words)
    assert ran.code == code
    assert message in ran.err


def test_without_or_tools(roster: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccops.workforce.roster.plan.find_spec", lambda name: None)
    ran = roster()
    assert ran.code == 2
    assert "rosters need OR-tools, which is not installed\nfix: pip install 'ccops[roster]'" in ran.err


def test_letters_of_shifts() -> None:
    assert letters(["early", "late", "night", "Evening", "早班", "早会"]) == ["E", "L", "N", "V", "早", "会"]
    assert letters(["a", "a", "a"]) == ["A", "B", "C"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_ctrl_c_gives_the_roster_so_far(folder: Path) -> None:
    """Twenty people on six weeks are never done in the time that the test waits."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    (folder / "rules.toml").write_text(RULES)
    (folder / "demand.csv").write_text("day,shift,agents\n" + "".join(f"{d},day,8\n{d},night,3\n" for d in days))
    people = "".join(f"p{n},{24 + n % 3 * 8},not night; {days[n % 7]} off*{n % 5 + 1}\n" for n in range(20))
    (folder / "people.csv").write_text(f"agent,hours,wishes\n{people}")
    assert util.find_spec("ortools")
    words = [sys.executable, "-m", "ccops", "roster", *FILES, "--from", "2026-11-02", "--weeks", "6", "--gap", "0",
             "--time-limit", "300", "--json", "--tz", "UTC"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(6)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    found = json.loads(out)
    assert found["stopped"] == "interrupted"
    assert found["seconds"] < 100
    assert len(found["people"]) == 20
