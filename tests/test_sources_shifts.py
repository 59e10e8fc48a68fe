"""Published schedules: from files to one line per agent, how rosters write times, and what planners' files do wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.model import ACTIVITIES, Scope
from mapping_harness import lines, mapping_of
from rosters import CODES, LAST, NEWEST, STRETCHES, Office, at, plan, shift
from stores import written

# One line per agent


def test_breaks_are_cut_out_of_the_work_they_lie_in(tmp_path: Path) -> None:
    office = Office(tmp_path, STRETCHES)
    office.takes(plan(
        tmp_path, "a.csv", shift("1", "work", "08:00", "16:30"), shift("1", "break", "10:00", "10:15"),
        shift("1", "lunch", "12:00", "12:45"), shift("1", "training", "14:00", "15:00"),
        shift("1", "break", "14:20", "14:30"),
    ))
    clock = ["08:00", "10:00", "10:15", "12:00", "12:45", "14:00", "14:20", "14:30", "15:00", "16:30"]
    kinds = ["work", "break", "work", "lunch", "work", "training", "break", "training", "work"]
    assert office.rows("SELECT agent, activity, started_at, ended_at FROM shifts ORDER BY started_at") == [
        ("1", kind, at(start), at(end)) for kind, start, end in zip(kinds, clock, clock[1:], strict=False)
    ]
    assert office.rows("SELECT count_if(overlap), min(day), max(day) FROM shifts") == [
        (0, date(2026, 11, 20), date(2026, 11, 20))
    ]


def test_two_breaks_at_once_are_kept_flagged_and_found(tmp_path: Path) -> None:
    office = Office(tmp_path, STRETCHES)
    [result] = office.takes(plan(
        tmp_path, "a.csv", shift("1", "work", "08:00", "16:00"), shift("1", "break", "10:00", "10:30"),
        shift("1", "break", "10:15", "10:45"), shift("2", "work", "08:00", "16:00"),
        shift("2", "lunch", "12:00", "12:30"), shift("2", "break", "12:15", "12:40"),
    ))
    assert (result.used, result.rejected) == (6, 0)
    assert office.rows("SELECT agent, activity, started_at, ended_at FROM shifts WHERE overlap ORDER BY ALL") == [
        ("1", "break", at("10:15"), at("10:30")), ("2", "lunch", at("12:15"), at("12:30")),
    ]
    with office.open() as workspace:
        found = {one.code: one for one in workspace.check(Scope())}
    assert (found["planned_twice"].n, found["planned_twice"].level) == (2, "warning")


def test_a_night_is_cut_at_the_business_day(tmp_path: Path) -> None:
    night = shift("1", "work", "2026-11-20 22:00", "2026-11-21 06:00")
    office = Office(tmp_path / "midnight", STRETCHES)
    office.takes(plan(tmp_path, "a.csv", night))
    assert office.rows("SELECT day, started_at, ended_at, quarter FROM shifts ORDER BY day") == [
        (date(2026, 11, 20), at("22:00"), at("2026-11-21 00:00"), 88),
        (date(2026, 11, 21), at("2026-11-21 00:00"), at("2026-11-21 06:00"), 0),
    ]
    later = Office(tmp_path / "late", STRETCHES, **{"site.day_start": "06:00"})
    later.takes(plan(tmp_path, "a.csv", night))
    assert later.rows("SELECT day FROM shifts") == [(date(2026, 11, 20),)]


@settings(max_examples=60, deadline=None)
@given(st.lists(
    st.tuples(st.sampled_from("12"), st.sampled_from(ACTIVITIES), st.integers(0, 90), st.integers(1, 30)), min_size=1,
    max_size=12,
))
def test_every_minute_shows_what_weighs_most(tmp_path_factory: pytest.TempPathFactory, drawn: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("plan")
    office = Office(folder, STRETCHES)

    def clock(minute: int) -> str:
        return f"{8 + minute // 60:02}:{minute % 60:02}"

    office.takes(plan(folder, "a.csv", *(shift(a, kind, clock(m), clock(m + n)) for a, kind, m, n in drawn)))
    minutes: dict[tuple[str, int], set[str]] = {}
    for agent, kind, first, length in drawn:
        for minute in range(first, first + length):
            minutes.setdefault((agent, minute), set()).add(kind)
    shown: dict[tuple[str, int], str] = {}
    for agent, kind, since, until in office.rows():
        for minute in range(*((moment - at("08:00")) // timedelta(minutes=1) for moment in (since, until))):
            assert (agent, minute) not in shown  # one thing at a time
            shown[agent, minute] = kind
    assert shown == {key: min(kinds, key=ACTIVITIES.index) for key, kinds in minutes.items()}


# How rosters write times


def test_shift_codes_stand_for_times(tmp_path: Path) -> None:
    office = Office(tmp_path, CODES)
    rows = ["1,2026-11-20,早班", "2,2026-11-20,夜班", "3,2026-11-20,中班", "4,2026-11-20,休"]
    office.takes(written(tmp_path / "r.csv", ["工号,日期,班次", *rows]))
    assert office.rows() == [
        ("1", "work", at("08:00"), at("16:30")), ("2", "work", at("22:00"), at("2026-11-21 00:00")),
        ("2", "work", at("2026-11-21 00:00"), at("2026-11-21 06:00")),
        ("3", "work", at("16:00"), at("2026-11-21 00:00")),
    ]
    [unknown] = Office(tmp_path / "other", CODES).takes(
        written(tmp_path / "u.csv", ["工号,日期,班次", *rows, "5,2026-11-20,怪班"]), max_rejects="1"
    )
    assert unknown.rejects[0].reason.startswith("started_at: no time in the listed formats")


def test_a_range_in_one_cell_has_a_start_and_an_end() -> None:
    mapping = mapping_of(CODES.replace(", map = { \"早班\"", ", map = { \"x\""))
    ranges = ("08:00-16:30", "22:00～06:00", "16:00~24:00")
    text = "".join(f"{n},2026-11-20,{one}\n" for n, one in enumerate(ranges))
    rows = lines(mapping, f"工号,日期,班次\n{text}")
    assert [(row["started_at"], row["ended_at"]) for row in rows] == [
        (datetime(2026, 11, 20, 8), datetime(2026, 11, 20, 16, 30)), (None, None),
        (datetime(2026, 11, 20, 16), datetime(2026, 11, 21)),
    ]
    assert rows[1]["reject"]  # a full-width tilde is no dash: it is said, not guessed


def test_a_night_in_which_clocks_change_lasts_as_long_as_it_does(tmp_path: Path) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    office = Office(tmp_path, CODES, "Europe/Berlin")
    office.takes(written(tmp_path / "r.csv", ["工号,日期,班次", "1,2026-10-24,夜班", "2,2026-03-28,夜班"]))
    hours = "SELECT agent, sum(epoch(ended_at - started_at)) / 3600 FROM shifts GROUP BY 1 ORDER BY 1"
    assert office.rows(hours) == [("1", 9.0), ("2", 7.0)]
    assert office.rows("SELECT max(ended_at) FROM shifts WHERE agent = '1'") == [(at("2026-10-25 06:00", berlin),)]


def test_a_workbook_is_read_like_a_text(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    file = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(file) as book:
        day, clock = (book.add_format({"num_format": one}) for one in ("yyyy-mm-dd", "hh:mm"))
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["工号", "日期", "班次", "上班", "下班"])
        sheet.write_row(1, 0, ["1", None, "早班"])
        sheet.write_datetime(1, 1, datetime(2026, 11, 20), day)
        sheet.write_datetime(1, 3, datetime(2026, 11, 20, 22).time(), clock)
        sheet.write_datetime(1, 4, datetime(2026, 11, 20, 6).time(), clock)
    timed = CODES.partition("started_at")[0] + (
        'started_at = { date = "日期", time = "上班" }\nended_at = { date = "日期", time = "下班" }\n'
    )
    office = Office(tmp_path, timed)
    office.takes(file)
    assert office.rows("SELECT min(started_at), max(ended_at) FROM shifts") == [(at("22:00"), at("2026-11-21 06:00"))]


# What planners get wrong


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (shift("", "work", "08:00", "16:00"), "agent: not known"),
        (shift("1", "dance", "08:00", "16:00"), "activity: value not in the mapping: dance"),
        (shift("1", "", "08:00", "16:00"), "activity: not known"),
        (shift("1", "work", "08:00", "2026-11-21 14:00"), "longer than 24 hours"),
        (shift("1", "off", "08:00", "2028-11-21 14:00"), "longer than a year"),
        (shift("1", "work", "16:00", "08:00"), "the stretch does not end after it starts"),
        (shift("1", "work", "08:00", "08:00"), "the stretch does not end after it starts"),
        ("1,work,2026-11-20 08:00,", "ended_at: not known"),
        ("1,work,08:00,16:00", "started_at: no time in the listed formats"),
    ],
)
def test_what_cannot_be_a_stretch_is_rejected_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    office = Office(tmp_path, STRETCHES)
    [result] = office.takes(plan(tmp_path, "a.csv", shift("9", "work", "08:00", "16:00"), row), max_rejects="1")
    assert [(one.line, one.reason) for one in result.rejects] == [(3, reason)]
    assert office.rows("SELECT DISTINCT agent FROM shifts") == [("9",)]


def test_the_same_row_twice_is_one_and_a_file_twice_is_nothing_new(tmp_path: Path) -> None:
    row = shift("1", "work", "08:00", "16:00")
    for rule in ("", LAST, NEWEST):
        office = Office(tmp_path / f"office{len(rule)}", STRETCHES + rule)
        file = plan(tmp_path, "a.csv", row, row, shift("1", "break", "10:00", "10:15"))
        [first], [again] = office.takes(file), office.takes(file)
        assert (first.used, first.duplicate) == (2, 1)
        assert (again.used, again.duplicate) == (0, 3)
        assert len(office.rows()) == 3
