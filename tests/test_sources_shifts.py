"""Published schedules and lists of employees: from files to one line per agent, and what a planner's files do wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.errors import SettingsError
from ccops.intake import FileResult
from ccops.model import ACTIVITIES, Scope
from ccops.settings import load
from ccops.sources import profiles
from ccops.store import schema
from ccops.workspace import Workspace, open_workspace
from conftest import Ran
from mapping_harness import lines, mapping_of
from stores import written

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "Agent,Activity,Start,End"
STRETCHES = """
table = "shifts"
system = "wfm"
[file]
expect = ["Agent", "Activity", "Start", "End"]
[columns]
agent = { from = "Agent" }
activity = { from = "Activity" }
queue = { from = "Queue" }
started_at = { from = "Start" }
ended_at = { from = "End" }
published_at = { from = "Published" }
"""
LAST = '[dedupe]\nkey = ["agent", "day"]\nkeep = "last"\n'
NEWEST = '[dedupe]\nkey = ["agent", "day"]\nkeep = "max:published_at"\n'
CODES = """
table = "shifts"
system = "paiban"
[file]
expect = ["工号", "日期", "班次"]
[columns]
agent = { from = "工号" }
day = { from = "日期" }
activity = { from = "班次", map = { "休" = "off" }, other = "work" }
started_at = { date = "日期", time = "班次", map = { "早班" = "08:00-16:30", "夜班" = "22:00-次日06:00", "中班" = "16:00-24:00" } }
ended_at = { date = "日期", time = "班次", map = { "早班" = "08:00-16:30", "夜班" = "22:00-次日06:00", "中班" = "16:00-24:00" } }
"""  # noqa: E501  one column, one line


class Office:
    """A store in a folder, filled by a mapping; a new one of them per order of files."""

    def __init__(self, folder: Path, mapping: str, tz: str = "Asia/Shanghai", **flags: object) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.flags = folder, {"site.tz": tz, **flags}
        self.mapping = folder / "m.toml"
        self.mapping.write_text(mapping, "utf-8")

    def open(self, *files: Path) -> Workspace:
        loaded = load(flags=self.flags, environ={}, start=self.folder)
        return open_workspace(loaded, store=self.folder / "s.duckdb", write=bool(files), files=files,
                              mapping=self.mapping)

    def takes(self, *files: Path, max_rejects: str = "0") -> list[FileResult]:
        with self.open(*files) as workspace:
            results = workspace.import_files(files, max_rejects=max_rejects)
        for result in results:
            assert result.lines == result.used + result.duplicate + result.skipped + result.rejected
        return results

    def rows(self, sql: str = "SELECT agent, activity, started_at, ended_at FROM shifts ORDER BY ALL") -> list[Any]:
        with self.open() as workspace:
            return workspace.store.query(sql).rows()


def plan(folder: Path, name: str, *rows: str, head: str = HEAD) -> Path:
    return written(folder / name, [head, *rows])


def at(text: str, zone: ZoneInfo = SHANGHAI, day: str = "2026-11-20") -> datetime:
    """A local time of a day, or a day and a time, as the naive UTC instant of the tables."""
    whole = text if " " in text else f"{day} {text}"
    return datetime.fromisoformat(whole).replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def shift(agent: str, activity: str, start: str, end: str, *more: str) -> str:
    days = ("" if " " in text else "2026-11-20 " for text in (start, end))
    return ",".join((agent, activity, *(day + text for day, text in zip(days, (start, end), strict=True)), *more))


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


# Schedules that are published again


def test_a_later_publication_replaces_an_agent_s_day_as_a_whole(tmp_path: Path) -> None:
    """The correction repeats the shift word for word and moves the break: the shift must not be lost as a duplicate."""
    old = plan(
        tmp_path, "old.csv", shift("1", "work", "08:00", "16:00"), shift("1", "break", "10:00", "10:15"),
        shift("1", "work", "2026-11-21 08:00", "2026-11-21 16:00"), shift("2", "work", "08:00", "16:00"),
    )
    new = plan(tmp_path, "new.csv", shift("1", "work", "08:00", "16:00"), shift("1", "break", "11:00", "11:15"))
    office = Office(tmp_path / "office", STRETCHES + LAST)
    office.takes(old)
    [result] = office.takes(new)
    assert (result.used, result.duplicate) == (2, 0)
    assert office.rows() == sorted([
        ("1", "work", at("08:00"), at("11:00")), ("1", "break", at("11:00"), at("11:15")),
        ("1", "work", at("11:15"), at("16:00")), ("1", "work", at("2026-11-21 08:00"), at("2026-11-21 16:00")),
        ("2", "work", at("08:00"), at("16:00")),
    ])
    backwards = Office(tmp_path / "backwards", STRETCHES + LAST)
    backwards.takes(new)
    backwards.takes(old)  # the last one imported is the one that holds, and says so in the mapping
    assert ("1", "break", at("10:00"), at("10:15")) in backwards.rows()


def test_the_time_of_publication_decides_in_any_order_and_in_halves(tmp_path: Path) -> None:
    head = f"{HEAD},Published"
    first, second = "2026-11-10 09:00", "2026-11-17 09:00"
    files = [
        plan(tmp_path, "a.csv", shift("1", "work", "08:00", "16:00", first),
             shift("1", "lunch", "12:00", "12:30", first), shift("2", "work", "08:00", "16:00", first), head=head),
        plan(tmp_path, "b.csv", shift("1", "work", "09:00", "17:00", second), head=head),
        plan(tmp_path, "c.csv", shift("1", "lunch", "13:00", "13:30", second), head=head),
    ]
    found = []
    for n, order in enumerate(permutations(files)):
        office = Office(tmp_path / f"office{n}", STRETCHES + NEWEST)
        office.takes(*order)
        found.append(office.rows())
    assert all(rows == found[0] for rows in found)
    assert found[0] == sorted([
        ("1", "work", at("09:00"), at("13:00")), ("1", "lunch", at("13:00"), at("13:30")),
        ("1", "work", at("13:30"), at("17:00")), ("2", "work", at("08:00"), at("16:00")),
    ])


def test_a_break_after_midnight_belongs_to_the_shift_it_lies_in(tmp_path: Path) -> None:
    """Publishing one night again must not take the next evening's shift away."""
    office = Office(tmp_path, STRETCHES + LAST)
    tonight = shift("1", "work", "2026-11-20 22:00", "2026-11-21 06:00")
    office.takes(plan(
        tmp_path, "old.csv", tonight, shift("1", "break", "2026-11-21 02:00", "2026-11-21 02:15"),
        shift("1", "work", "2026-11-21 22:00", "2026-11-22 06:00"),
    ))
    office.takes(plan(tmp_path, "new.csv", tonight, shift("1", "break", "2026-11-21 03:00", "2026-11-21 03:15")))
    breaks = "SELECT started_at FROM shifts WHERE activity = 'break'"
    assert office.rows(breaks) == [(at("2026-11-21 03:00"),)]
    assert office.rows("SELECT max(ended_at) FROM shifts") == [(at("2026-11-22 06:00"),)]


def test_a_day_off_takes_a_published_shift_back_and_leaves_last_night_alone(tmp_path: Path) -> None:
    office = Office(tmp_path, CODES + LAST)
    office.takes(written(tmp_path / "a.csv", ["工号,日期,班次", "1,2026-11-20,夜班", "1,2026-11-21,早班"]))
    [result] = office.takes(written(tmp_path / "b.csv", ["工号,日期,班次", "1,2026-11-21,休"]))
    assert (result.used, result.skipped, result.rejected) == (1, 1, 0)
    assert office.rows() == [
        ("1", "work", at("22:00"), at("2026-11-21 00:00")),
        ("1", "work", at("2026-11-21 00:00"), at("2026-11-21 06:00")),
    ]


def test_without_a_rule_publications_add_up(tmp_path: Path) -> None:
    files = [plan(tmp_path, f"{n}.csv", shift("1", "work", f"{8 + 4 * n:02}:00", f"{12 + 4 * n}:00")) for n in range(2)]
    for order in (files, files[::-1]):
        office = Office(tmp_path / f"office{order[0].stem}", STRETCHES)
        office.takes(*order)
        assert office.rows() == [("1", "work", at("08:00"), at("16:00"))]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ('[dedupe]\nkey = ["agent"]\n', "replaces an agent's whole day"),
        ('[dedupe]\nkey = ["agent", "day"]\nkeep = "max:queue"\n', "must be a column of type instant"),
    ],
)
def test_a_rule_that_would_tear_days_apart_is_refused(rule: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        mapping_of(STRETCHES + rule)


# Employees


def test_employees_are_kept_as_the_latest_list_has_them(tmp_path: Path) -> None:
    mapping = next(file for source, file in profiles() if source.name == "employee_list").read_text("utf-8")
    office = Office(tmp_path, mapping)
    head = "Agent,Name,Team,Skills,Contract hours,Hired,Left"
    [first] = office.takes(
        written(tmp_path / "a.csv", [
            head, "1,Amy,sales,sales; billing,37.5,2024-03-01,", "2,Ben,service,,20,2025/1/15,",
            "3,Cy,service,x,40,2026-02-01,2025-12-31", "4,Di,service,x,200,2026-02-01,",
        ]),
        max_rejects="2",
    )
    assert [(one.line, one.reason) for one in first.rejects] == [
        (4, "leaves before joining: employed_to lies before employed_from"),
        (5, "contract: more hours than a week has"),
    ]
    office.takes(written(tmp_path / "b.csv", [head, "2,Ben,sales,sales/service,40,2025/1/15,2026-11-30"]))
    assert office.rows("SELECT * EXCLUDE (source, file_id, line) FROM employees ORDER BY agent") == [
        ("1", "Amy", "sales", "sales;billing", 135_000_000, date(2024, 3, 1), None),
        ("2", "Ben", "sales", "sales;service", 144_000_000, date(2025, 1, 15), date(2026, 11, 30)),
    ]
    with office.open() as workspace:
        assert workspace.slice(Scope().on(date(2020, 1, 1))).table("employees").collect().height == 2


# What stands around


def test_a_schedule_alone_is_no_data_and_moves_no_clock(ccops: Callable[..., Ran], folder: Path, log: Path) -> None:
    sample = Path(__file__).parents[1] / "sample_logs" / "mapped_published_schedule.csv"
    assert ccops("import", sample, "--tz", "Asia/Shanghai").code == 0
    ran = ccops("report", "-d", "2026-11-20")
    assert (ran.code, "there is no data" in ran.err) == (3, True)
    assert ccops("import", log).code == 0
    assert ccops("report", "--json").json["date"] == "2026-11-22"  # the calls' last day, though the log came first
    assert "sample_logs" not in ccops("report", "--json").out


def test_the_check_names_agents_who_are_in_only_one_of_schedule_and_data(ccops: Callable[..., Ran], folder: Path,
                                                                          log: Path) -> None:
    ccops("import", log, "--tz", "UTC")
    rows = ["Agent,Activity,Scheduled start,Scheduled end", "ghost,Work,2026-11-22 08:00,2026-11-22 16:00"]
    assert ccops("import", written(folder / "s.csv", rows)).code == 0
    found = {one["code"]: one for one in ccops("check", "--json").json["findings"]}
    assert (found["scheduled_unseen"]["n"], found["scheduled_unseen"]["detail"]) == (1, "ghost")
    assert found["seen_unscheduled"]["n"] >= 1
    assert "ghost" not in found["seen_unscheduled"]["detail"]


@pytest.mark.parametrize(
    ("head", "row", "table", "fields"),
    [
        ("工号,姓名,日期,班次,上班时间,下班时间", "1001,王芳,2026-11-20,早班,08:00,16:30", "shifts",
         {"agent", "day", "activity", "started_at", "ended_at"}),
        ("工号,日期,班次,班次时间", "1001,2026-11-20,早班,08:00-16:30", "shifts",
         {"agent", "day", "activity", "started_at", "ended_at"}),
        ("Agent,Activity,Start,End", "2001,Lunch,2026-11-20 12:00,2026-11-20 12:45", "shifts",
         {"agent", "activity", "started_at", "ended_at"}),
        ("Employee,Shift start,Shift end,Published", "2001,2026-11-20 08:00,2026-11-20 16:00,2026-11-01 10:00",
         "shifts",
         {"agent", "started_at", "ended_at", "published_at"}),
        ("员工编号,姓名,班组,技能,合同工时,入职日期,离职日期", "1001,王芳,售后,售前、售后,40,2024-03-01,", "employees",
         {"agent", "name", "team", "skills", "contract", "employed_from", "employed_to"}),
        ("Employee ID,Name,Team,Hire date,Weekly hours", "2001,Amy,sales,13/03/2024,37.5", "employees",
         {"agent", "name", "team", "employed_from", "contract"}),
        ("Agent,Activity,Start,End", "2001,Talk,2026-11-20 12:00,2026-11-20 12:45", "agent_states",
         {"agent", "state", "started_at", "ended_at"}),
    ],
)
def test_init_guesses_schedules_and_employees(ccops: Callable[..., Ran], folder: Path, head: str, row: str, table: str,
                                              fields: set[str]) -> None:
    written(folder / "x.csv", [head, row, row.replace("2001", "2002").replace("1001", "1002")])
    ran = ccops("init", "--from", "x.csv", "--tz", "Asia/Shanghai")
    assert ran.code == 0, ran.err
    mapping = mapping_of((folder / "mapping.toml").read_text("utf-8"))
    assert (mapping.table, set(mapping.columns)) == (table, fields)
    if table == "shifts":
        assert mapping.dedupe
        assert mapping.dedupe.keep == ("max:published_at" if "published_at" in fields else "last")
    ran = ccops("import", "x.csv", "--json")
    assert ran.json["files"][0]["rejected"] == 0, ran.out
    assert ran.json["files"][0]["tables"][table] >= 2


def test_a_store_of_the_version_before_is_migrated_after_a_backup(ccops: Callable[..., Ran], folder: Path,
                                                                  log: Path) -> None:
    assert ccops("import", log, "--tz", "UTC").code == 0
    store = folder / "ccops.duckdb"
    before = ccops("kpi", "offered", "--json").json
    import duckdb

    with duckdb.connect(str(store)) as con:
        con.execute("DROP TABLE shifts; DROP TABLE employees; UPDATE meta SET value = '1' WHERE key = 'version'")
    assert ccops("kpi", "offered", "--json").json == before
    with duckdb.connect(str(folder / "ccops.duckdb.v1.bak"), read_only=True) as con:
        assert con.execute("SELECT value FROM meta WHERE key = 'version'").fetchall() == [("1",)]
    fresh = folder / "fresh"
    fresh.mkdir()
    shutil.copy(log, fresh / "queue_log")
    assert ccops("import", fresh / "queue_log", "--store", fresh / "new.duckdb", "--tz", "UTC").code == 0
    columns = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE table_name IN ('shifts', 'employees') AND NOT internal ORDER BY ALL"
    )
    with duckdb.connect(str(store), read_only=True) as old, duckdb.connect(str(fresh / "new.duckdb")) as new:
        assert old.execute(columns).fetchall() == new.execute(columns).fetchall()
        assert len(old.execute(columns).fetchall()) == 21
    assert schema.VERSION == 2
