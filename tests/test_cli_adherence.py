"""`ccops adherence`: its table, its JSON, its files, in both languages, and what it refuses."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_adherence import AdherenceDocument
from conftest import Ran
from stores import written

EIGHT = 1_795_305_600  # 2026-11-22 00:00 UTC
HOUR = 3600


@pytest.fixture
def kept(ccops: Callable[..., Ran], folder: Path) -> Callable[..., Ran]:
    """`ccops` on a day of two agents: 2001 is ten minutes late and rests ten minutes too long, 2002 is absent."""
    lines = []

    def add(hour: float, agent: str, verb: str, *data: str, call: str = "NONE", queue: str = "sales") -> None:
        lines.append((EIGHT + round(hour * HOUR), "|".join((call, queue, agent, verb, *data))))

    add(7, "SIP/2002", "ADDMEMBER", "")
    add(7.1, "SIP/2002", "REMOVEMEMBER", "")
    add(8 + 1 / 6, "SIP/2001", "ADDMEMBER", "")
    add(12, "SIP/2001", "PAUSE", "lunch")
    add(12 + 5 / 6, "SIP/2001", "UNPAUSE", "lunch")
    add(16, "SIP/2001", "REMOVEMEMBER", "")
    add(18, "SIP/2003", "ADDMEMBER", "")
    add(19, "SIP/2003", "REMOVEMEMBER", "")
    for n in range(120):
        at = 8.2 + n / 20
        if not 12 <= at < 12.9:
            add(at, "NONE", "ENTERQUEUE", "", "", "1", call=f"c{n}")
            if n % 4 == 3:
                add(at + 30 / HOUR, "NONE", "ABANDON", "1", "1", "30", call=f"c{n}")
            else:
                add(at + 8 / HOUR, "SIP/2001", "CONNECT", "8", "u", "3", call=f"c{n}")
                add(at + 128 / HOUR, "SIP/2001", "COMPLETECALLER", "8", "120", "1", call=f"c{n}")
    written(folder / "queue_log", [f"{at}|{text}" for at, text in sorted(lines)])
    rows = ["Agent,Activity,Queue,Scheduled start,Scheduled end,Published"]
    for agent in ("2001", "2002", "9001"):
        for activity, start, end in (("Work", "08:00", "16:00"), ("Lunch", "12:00", "12:40")):
            rows.append(f"{agent},{activity},sales,2026-11-22 {start},2026-11-22 {end},2026-11-01 09:00")
    written(folder / "shifts.csv", rows)
    staff = ["Agent,Name,Team,Skills,Contract hours,Hired", "2001,Amy,north,sales,40,2025-01-01",
             "2002,Ben,south,sales,40,2025-01-01"]
    written(folder / "staff.csv", staff)
    ran = ccops("import", "queue_log", "shifts.csv", "staff.csv", "--tz", "UTC", "-q")
    assert ran.code == 0, ran.err
    return ccops


def test_people_see_groups_reasons_and_what_it_cost(kept: Callable[..., Ran]) -> None:
    ran = kept("adherence", "-d", "2026-11-22")
    assert ran.code == 0, ran.err
    lines = [line.split("  ") for line in ran.out.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert ["Team", "Scheduled", "Adherence", "Conformance", "Off schedule", "Work lost", "Calls late"] in cells
    north = next(row for row in cells if row[:1] == ["north"])
    south = next(row for row in cells if row[:1] == ["south"])
    assert north[1:6] == ["8:00:00", "95.8%", "95.5%", "20:00", "20:00"]
    assert south[1:6] == ["8:00:00", "0.0%", "1.4%", "8:00:00", "7:20:00"]  # six minutes at work, before the shift
    reasons = {row[0]: row[1:4] for row in cells if len(row) == 6}
    assert reasons["absent"] == ["1", "8:00:00", "50.0%"]
    assert reasons["late start"] == ["1", "10:00", "1.0%"]
    assert reasons["pause longer than planned"] == ["1", "10:00", "1.0%"]
    assert "Not measurable, no states in the data (1): 9001." in ran.out
    assert "points of service level" in ran.out
    assert float(south[6]) > float(north[6]) > 0


def test_json_has_it_all(kept: Callable[..., Ran]) -> None:
    found = kept("adherence", "--by", "agent", "--json").json
    TypeAdapter(AdherenceDocument).validate_python(found, strict=False)
    assert {row["by"]["agent"]: row["adherence"] for row in found["rows"]} == {"2001": 460 / 480, "2002": 0.0}
    assert found["total"]["by"] == {}
    assert found["total"]["adherent_s"] == sum(row["adherent_s"] for row in found["rows"])
    assert found["not_measurable"] == [
        {"agent": "9001", "team": None, "why": "no_states", "days": 1, "scheduled_s": 8 * HOUR}
    ]
    first = found["deviations"][0]
    assert (first["agent"], first["reason"], first["start_at"], first["end_at"], first["planned"]) == (
        "2001", "late_start", "2026-11-22T08:00:00+00:00", "2026-11-22T08:10:00+00:00", "work",
    )
    assert found["price"]["model"] == "erlang_a"
    assert found["price"]["calls_late"] == pytest.approx(sum(row["calls_late"] for row in found["rows"]))
    assert (found["known_from"], found["tolerance_s"]) == ("2026-11-22T07:00:00+00:00", 0)


def test_the_tolerance_forgives_and_the_setting_stands_behind_it(kept: Callable[..., Ran], folder: Path) -> None:
    def deviates(*args: str) -> float:
        found: float = kept("adherence", "--agent", "2001", "--json", *args).json["total"]["deviation_s"]
        return found

    assert [deviates("--tolerance", one) for one in ("9m", "10m", "600", "600s", "10:00")] == [1200, 0, 0, 0, 0]
    (folder / "ccops.toml").write_text('[site]\ntz = "UTC"\n[adherence]\ntolerance_s = 600\n')
    assert deviates() == 0
    assert deviates("--tolerance", "0") == 1200


def test_by_reason_by_day_and_for_some_alone(kept: Callable[..., Ran]) -> None:
    reasons = kept("adherence", "--by", "reason", "--json").json["rows"]
    assert [row["by"] for row in reasons] == [
        {"reason": "absent", "aux": None}, {"reason": "late_start", "aux": None}, {"reason": "long_pause", "aux": None},
    ]
    assert [row["n"] for row in reasons] == [1, 1, 1]
    [day] = kept("adherence", "--by", "day", "--json").json["rows"]
    assert day["by"] == {"day": "2026-11-22"}
    [north] = kept("adherence", "--agent", "2001", "--queue", "sales", "--json").json["rows"]
    assert north["by"] == {"team": "north"}


def test_rows_go_to_a_file(kept: Callable[..., Ran], folder: Path) -> None:
    assert kept("adherence", "--by", "agent", "-o", "a.csv").out == ""
    with (folder / "a.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["agent"] for row in rows] == ["2001", "2002"]
    assert float(rows[0]["adherent_s"]) == 460 * 60


def test_chinese(kept: Callable[..., Ran]) -> None:
    out = kept("adherence", "--lang", "zh", "--tolerance", "1m").out
    for words in ("班组", "排班遵守率", "工时符合率", "偏离时长", "缺勤", "迟到", "休息超时", "服务水平高", "无法衡量"):
        assert words in out
    assert "Adherence" not in out


def test_refusals(kept: Callable[..., Ran], folder: Path) -> None:
    for args, code, words in (
        (("--by", "agents"), 2, "did you mean agent"),
        (("--tolerance", "soon"), 2, "--tolerance 180, 180s, 3m or 3:00"),
        (("--tolerance", "-5m"), 2, "seconds from 0 upwards"), (("-d", "2026-01-01"), 3, "the schedule has 2026-11-22"),
        (("-o", "a.docx"), 2, ".csv"), (("--queue", "salse"), 2, "sales"),
        (("--agent", "9999"), 2, "no agent '9999'"), (("--agent", "201"), 2, "did you mean 2001?"),
        (("--tolerance", "24h"), 2, "at most 3600"),
    ):
        ran = kept("adherence", *args)
        assert (ran.code, words in ran.err, ran.out) == (code, True, ""), ran.err


def test_a_schedule_of_which_nothing_is_known_was_not_kept(kept: Callable[..., Ran], folder: Path) -> None:
    """Next week's schedule, and an agent without states: nothing is measured, and nothing is claimed."""
    head = "Agent,Activity,Scheduled start,Scheduled end"
    written(folder / "next.csv", [head, "2001,Work,2026-11-29 08:00,2026-11-29 16:00"])
    assert kept("import", "next.csv").code == 0
    for args in (("-d", "2026-11-29"), ("-d", "2026-11-22", "--agent", "9001")):
        ran = kept("adherence", *args)
        assert ran.out.startswith("Nothing of the schedule can be measured")
        assert "kept to the second" not in ran.out
        found = kept("adherence", *args, "--json").json
        assert (found["rows"], found["total"]["adherence"]) == ([], None)


def test_without_any_schedule_it_says_so(filled: Callable[..., Ran]) -> None:
    ran = filled("adherence")
    assert ran.code == 3
    assert "no schedule is published for these days" in ran.err
    assert "no schedule was imported yet" in ran.err
