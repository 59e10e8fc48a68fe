"""Schedules and employees in the store: published again, beside calls, guessed, migrated."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from ccops.errors import SettingsError
from ccops.model import Scope
from ccops.sources import profiles
from ccops.store import schema
from conftest import Ran
from mapping_harness import mapping_of
from rosters import CODES, HEAD, LAST, NEWEST, STRETCHES, Office, at, plan, shift
from stores import written

# Tables that came after the first format of the store.
ADDED = (
    "shifts", "employees", "attendance", "evaluations", "evaluation_items", "surveys", "ledger", "cases",
)

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
    listed = "SELECT agent, name, team, skills, contract_ms, employed_from, employed_to FROM employees ORDER BY agent"
    assert office.rows(listed) == [
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
    assert "import the calls as well" in ran.err
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
        for table in ADDED:
            con.execute(f"DROP TABLE {table}")
        con.execute("UPDATE meta SET value = '1' WHERE key = 'version'")
    assert ccops("kpi", "offered", "--json").json == before
    with duckdb.connect(str(folder / "ccops.duckdb.v1.bak"), read_only=True) as con:
        assert con.execute("SELECT value FROM meta WHERE key = 'version'").fetchall() == [("1",)]
    fresh = folder / "fresh"
    fresh.mkdir()
    shutil.copy(log, fresh / "queue_log")
    assert ccops("import", fresh / "queue_log", "--store", fresh / "new.duckdb", "--tz", "UTC").code == 0
    columns = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        f"WHERE table_name IN {ADDED} AND NOT internal ORDER BY ALL"
    )
    with duckdb.connect(str(store), read_only=True) as old, duckdb.connect(str(fresh / "new.duckdb")) as new:
        assert old.execute(columns).fetchall() == new.execute(columns).fetchall()
        assert {row[0] for row in old.execute(columns).fetchall()} == set(ADDED)
    assert schema.VERSION == 3
