"""`ccops schedule`: the answer in its forms, files that other programs read, from a file and from the store."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from ccops.workforce.ical import escaped, folded
from conftest import Ran

SAMPLES = Path(__file__).parents[1] / "sample_logs"
ARGS = ("schedule", "--shifts", "shift_patterns.toml", "--requirement", "shift_requirement.csv", "--tz",
        "Europe/Berlin", "-d", "2026-11-23", "--gap", "4%", "--queue", "support")


@pytest.fixture
def samples(ccops: Callable[..., Ran], folder: Path) -> Callable[..., Ran]:
    """`ccops` in a folder with the samples of shifts and requirement."""
    for name in ("shift_patterns.toml", "shift_requirement.csv"):
        shutil.copy(SAMPLES / name, folder)
    return ccops


def test_the_answer_for_people(samples: Callable[..., Ran]) -> None:
    ran = samples(*ARGS)
    assert ran.code == 0, ran.err
    assert re.search(r"^Cost [\d,]+; no plan costs less than [\d,]+, so at most \d\.\d\d% could be saved", ran.out)
    assert "█ Scheduled  ● Required" in ran.out
    assert "Agents on 2026-11-23, Mon" in ran.out
    assert "Shifts that reach over the first or last day" in ran.out
    assert re.search(r"2026-11-23 +day +\d\d:00 +\d\d:30 +\d+ +first break", ran.out)


def test_the_answer_in_chinese(samples: Callable[..., Ran]) -> None:
    ran = samples(*ARGS, "--lang", "zh", "--shrinkage", "0.05")
    assert ran.code == 0, ran.err
    assert "█ 排班人数  ● 需求人数" in ran.out
    assert "另有 5% 的排班时间不在岗" in ran.out
    assert re.search(r"日期 +班次 +上班 +下班 +坐席 +休息", ran.out)


def test_the_answer_as_json(samples: Callable[..., Ran]) -> None:
    ran = samples(*ARGS, "--json")
    document = ran.json
    assert document["schema"] == "ccops.schedule/1"
    assert document["status"] in ("optimal", "within_gap")
    assert document["bound"] <= document["cost"]
    assert document["gap"] <= 0.04
    assert len(document["intervals"]) == 96
    assert document["intervals"][0]["start_at"] == "2026-11-23T00:00:00+01:00"
    for shift in document["shifts"]:
        per_break: dict[str, int] = {}
        for one in shift["breaks"]:
            per_break[one["name"]] = per_break.get(one["name"], 0) + one["agents"]
        assert set(per_break.values()) == {shift["agents"] * len(shift["days"])}
        assert re.fullmatch(r"\d\d:\d\d", shift["start"])
    assert document["replay"] is None


def test_a_table_and_a_document_as_files(samples: Callable[..., Ran], folder: Path) -> None:
    assert samples(*ARGS, "-o", "plan.csv").code == 0
    assert samples(*ARGS, "-o", "plan.json").out == ""
    rows = list(csv.DictReader(io.StringIO((folder / "plan.csv").read_text("utf-8-sig"))))
    document = json.loads((folder / "plan.json").read_text())
    assert sum(int(row["agents"]) for row in rows) == sum(shift["agents"] for shift in document["shifts"])
    assert {row["day"] for row in rows} == {"2026-11-22", "2026-11-23"}
    assert rows[0]["start_at"].endswith("+01:00")


def events(text: str) -> list[dict[str, str]]:
    """A strict reader of RFC 5545: CRLF alone, lines of 75 octets, unfolded, properties of the events unescaped."""
    assert text.endswith("\r\n")
    lines = text[:-2].split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    whole: list[str] = []
    for line in lines:
        if line.startswith(" "):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    assert (whole[0], whole[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0"} <= set(whole[1:4])
    found: list[dict[str, str]] = []
    for line in whole:
        name, colon, value = line.partition(":")
        assert colon
        assert re.fullmatch(r"[A-Z-]+", name)
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line not in ("END:VEVENT", "END:VCALENDAR"):
            plain = re.sub(r"\\(.)", lambda one: "\n" if one[1] in "nN" else one[1], value)
            assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), "a comma or semicolon that is not escaped"
            found[-1][name] = plain
    return found


def test_a_calendar(samples: Callable[..., Ran], folder: Path) -> None:
    text = (folder / "shift_patterns.toml").read_text().replace('name = "night"', 'name = "夜班, late; \\\\ 夜" ')
    (folder / "shift_patterns.toml").write_text(text)
    assert samples(*ARGS, "-o", "plan.ics", "-o", "plan.json").code == 0
    calendar = (folder / "plan.ics").read_bytes().decode()
    document = json.loads((folder / "plan.json").read_text())
    read = events(calendar)
    assert len(read) == sum(len(shift["days"]) for shift in document["shifts"])
    assert len({event["UID"] for event in read}) == len(read)
    night = next(event for event in read if event["SUMMARY"].startswith("夜班"))
    assert night["SUMMARY"].startswith("夜班, late; \\ 夜: ")
    assert (night["DTSTART"], night["DTEND"]) == ("20261122T210000Z", "20261123T050000Z")
    assert night["DTSTAMP"].startswith("20261123T")
    assert re.fullmatch(r"first break \d\d:\d\d x \d+(\n.+ \d\d:\d\d x \d+)+", night["DESCRIPTION"])
    assert samples(*ARGS, "-o", "again.ics", "--as-of", "2026-11-20T08:00").code == 0
    assert (folder / "again.ics").read_bytes() == (folder / "plan.ics").read_bytes()


def test_lines_of_a_calendar_are_folded_between_letters() -> None:
    line = "SUMMARY:" + "夜班,;\\" * 30
    parts = list(folded(line))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert list(folded("X:")) == ["X:"]
    assert escaped("a,b;c\\d\ne\x07") == "a\\,b\\;c\\\\d\\ne"


def test_a_published_plan_is_a_schedule_that_can_be_imported(samples: Callable[..., Ran], folder: Path) -> None:
    ran = samples(*ARGS, "--publish", "published.csv", "--json")
    imported = samples("import", "published.csv", "--tz", "Europe/Berlin", "--json")
    assert imported.code == 0, imported.err
    [file] = imported.json["files"]
    assert file["source"] == "published_schedule"
    assert file["rejected"] == 0
    served = samples("query", "SELECT DISTINCT queue FROM shifts WHERE activity = 'work'", "--json")
    assert served.json["rows"] == [{"queue": "sales;support"}]  # all that the group serves
    counted = samples("query", "SELECT count(DISTINCT agent) AS n, sum(epoch(ended_at - started_at)) / 3600 AS h "
                               "FROM shifts WHERE activity = 'work' AND day = '2026-11-23'", "--json")
    [row] = counted.json["rows"]
    there = sum(one["scheduled"] for one in ran.json["intervals"]) / 4
    assert row["n"] > 0
    assert row["h"] == pytest.approx(there, abs=3)  # the last night's part after midnight is the next day's


def one_day(folder: Path, *, until: int, agents: str = "8.4") -> tuple[str, ...]:
    """Needs from 8 o'clock on, a shift from 8 to 16, and the command for them."""
    rows = [f"2026-11-23 {hour:02}:{minute:02},{agents},60,180,150" for hour in range(8, until) for minute in (0, 30)]
    (folder / "need.csv").write_text("start_at,required,volume,aht_s,patience_s\n" + "\n".join(rows) + "\n")
    (folder / "day.toml").write_text('[[shift]]\nname = "day"\nstart = "08:00"\nlength = "8:00"\nmax = 7\n')
    return "schedule", "--shifts", "day.toml", "--requirement", "need.csv", "--tz", "UTC"


def test_hours_left_uncovered_are_named(ccops: Callable[..., Ran], folder: Path) -> None:
    """By hand: nobody is there from 16 to 18, 2 x 8.4 h; before that 1.4 agents are missing for 8 h."""
    ran = ccops(*one_day(folder, until=18))
    assert "No shift reaches: 2026-11-23 16:00-18:00 (16.8 h); 1 such stretches in all, 16.8 agent-hours." in ran.out
    assert "An agent or more short: 2026-11-23 08:00-16:00 (11.2 h); 1 such stretches" in ran.out
    assert "(28.0 h short, 0.0 h over)" in ran.out
    assert "Nothing is added for absence beside the planned breaks" in ran.out
    assert "[staffing] shrinkage, 30%" in ran.out


def test_agents_beyond_reason_are_refused(ccops: Callable[..., Ran], folder: Path) -> None:
    ran = ccops(*one_day(folder, until=9, agents="1e12"))
    assert ran.code == 3
    assert "need.csv:2: required is 1e+12 agents" in ran.err


def test_several_files_and_what_is_told_beside_them(ccops: Callable[..., Ran], folder: Path) -> None:
    pytest.importorskip("numba")
    ran = ccops(*one_day(folder, until=16), "-o", "a.csv", "-o", "b.json", "--replay")
    assert ran.out == ""
    assert {"a.csv", "b.json"} <= {file.name for file in folder.iterdir()}
    assert not [file for file in folder.iterdir() if file.name.endswith(".draft")]
    assert "wrote a.csv\nwrote b.json\n" in ran.err
    assert "An agent or more short: " in ran.err
    assert "The target of 80% is missed: all " in ran.err
    assert re.search(r"all +\d+\.\d% +\d+\.\d%", ran.err)


def test_a_file_that_cannot_be_finished_leaves_nothing(folder: Path) -> None:
    from ccops.cli import frames
    from ccops.cli.options import Shared

    (folder / "plan.csv").write_text("before")

    def half() -> None:
        with frames.whole(folder / "plan.csv", Shared()) as draft:
            draft.write_text("half")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        half()
    assert [file.name for file in folder.iterdir()] == ["plan.csv"]
    assert (folder / "plan.csv").read_text() == "before"


def test_a_plan_in_money_says_so(samples: Callable[..., Ran], folder: Path) -> None:
    (folder / "ccops.toml").write_text('[staffing]\ncurrency = "EUR"\n')
    assert re.search(r"^Cost [\d,]+ EUR; no plan costs less than [\d,]+ EUR", samples(*ARGS).out)
    hours = one_day(folder, until=16)
    assert "EUR" not in samples(*hours).out  # the patterns name no price: its cost is hours


def test_a_plan_replayed_with_room_to_spare(samples: Callable[..., Ran], folder: Path) -> None:
    pytest.importorskip("numba")
    words = one_day(folder, until=16)
    (folder / "day.toml").write_text((folder / "day.toml").read_text().replace("max = 7", "min = 14"))
    ran = samples(*words, "--replay", "--shrinkage", "10%")
    assert re.search(r"The target of 80% is met; all has least to spare, 1\d\.\d points", ran.out)
    assert "10% of scheduled time is lost" in ran.out
    assert "Nothing is added" not in ran.out


def test_the_plan_replayed(samples: Callable[..., Ran], folder: Path) -> None:
    pytest.importorskip("numba")
    rows = [f"2026-11-23 {hour:02}:{minute:02},8.4,60,180,150" for hour in range(8, 16) for minute in (0, 30)]
    (folder / "need.csv").write_text("start_at,required,volume,aht_s,patience_s\n" + "\n".join(rows) + "\n")
    (folder / "day.toml").write_text('[[shift]]\nname = "day"\nstart = "08:00"\nlength = "8:00"\n')
    words = ("schedule", "--shifts", "day.toml", "--requirement", "need.csv", "--tz", "UTC", "--replay")
    [promise] = samples(*words, "--json").json["replay"]
    assert promise["calls"] == pytest.approx(960)
    assert promise["lo"] <= promise["simulated"] <= promise["hi"]
    assert promise["expected"] == pytest.approx(promise["simulated"], abs=0.06)
    assert "answered within 20 s of all offered" in samples(*words).out


@pytest.mark.parametrize(("words", "code", "said"), [
    (("-o", "plan.xlsx"), 2, "cannot write a schedule as plan.xlsx"),
    (("--publish", "plan.json"), 2, "cannot publish a schedule as plan.json"),
    (("--gap", "much"), 2, "--gap much is no share"),
    (("--gap", "100%"), 2, "--gap 100% is no share"),
    (("--shrinkage", "1"), 2, "leaves nobody"),
    (("--chart", "2026-12-24"), 2, "--chart 2026-12-24 is not in the plan"),
    (("--queue", "chat"), 2, "no queue 'chat' in the requirement"),
    (("--shrinkage", "many"), 2, "--shrinkage many is no share"),
    (("--replay",), 2, "does not say for which calls"),
    (("-d", "2027-01-01"), 3, "no requirement from 2027-01-01 to 2027-01-01"),
    (("--shifts", "none.toml"), 4, "none.toml: no such file of shift patterns"),
])
def test_refusals(samples: Callable[..., Ran], words: tuple[str, ...], code: int, said: str) -> None:
    ran = samples(*ARGS, *words)
    assert ran.code == code
    assert said in ran.err
    assert "fix: " in ran.err


def test_limits_that_clash_end_with_6(samples: Callable[..., Ran], folder: Path) -> None:
    file = folder / "shift_patterns.toml"
    file.write_text(file.read_text().replace("[limits]", "[limits]\nheadcount = 3\ncover = 1.0"))
    ran = samples(*ARGS)
    assert ran.code == 6
    assert "no plan keeps all of these: " in ran.err
    assert "limits.headcount 3 on 2026-11-23" in ran.err
    assert "the minimum of support at 2026-11-23" in ran.err


def test_stdout_is_the_answer_alone(folder: Path) -> None:
    """The solver prints who it is by itself, past Python's own stdout: only a process of its own shows that."""
    for name in ("shift_patterns.toml", "shift_requirement.csv"):
        shutil.copy(SAMPLES / name, folder)
    done = subprocess.run([sys.executable, "-m", "ccops", *ARGS, "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["schema"] == "ccops.schedule/1"


def test_the_command_line_is_as_the_python_api(samples: Callable[..., Ran], folder: Path) -> None:
    from datetime import date

    import ccops as cc
    from ccops.model import Scope

    (folder / "queue_log").write_text("1795341600|c1|support|NONE|ENTERQUEUE||anonymous|1\n")
    assert samples("import", "queue_log", "--tz", "Europe/Berlin").code == 0
    with cc.open("ccops.duckdb") as workspace:
        scope = Scope(date(2026, 11, 23), date(2026, 11, 23), queues=())
        plan = workspace.schedule("shift_patterns.toml", scope, requirement="shift_requirement.csv", gap=0.04)
    assert plan.intervals["queue"].unique().sort().to_list() == ["sales", "support"]
    assert datetime.fromisoformat(str(plan.shifts["start_at"][0])).tzinfo is not None


def test_a_requirement_without_queues(samples: Callable[..., Ran], folder: Path) -> None:
    (folder / "plain.csv").write_text("start_at,required\n2026-11-23 08:00,2\n")
    words = ("schedule", "--shifts", "shift_patterns.toml", "--requirement", "plain.csv", "--tz", "UTC")
    assert "fix: it has no column queue: leave --queue out" in samples(*words, "--queue", "sales").err
    ran = samples(*words)
    assert ran.code == 4
    assert "group: they serve queues, but the requirement names none" in ran.err
