"""Lists beside the calls in stores of the format before, and on their way out to other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from ccops.model import TABLE
from conftest import Ran
from stores import written
from test_sources_beside import SAMPLES

NEW_TABLES = ("attendance", "evaluations", "evaluation_items", "surveys", "ledger", "cases")
NEW_COLUMNS = (
    "productive_from", "role", "shift", "hiring_source", "leave_reason", "leave_kind", "wage", "wage_per", "currency",
)
LISTS = ("employee_list", "attendance_list", "evaluation_answers", "survey_answers", "ledger_list", "case_list")
# What a table's first row shows in a file and in JSON: amounts, numbers, flags and times as other programs read them.
SHOWN = {
    "employees": ("wage", "42.5000", 42.5), "attendance": ("paid_s", "28800.0", 28800),
    "evaluations": ("master", "false", False), "evaluation_items": ("weight", "50.0", 50),
    "surveys": ("csat", "5.0", 5), "ledger": ("amount", "182400.0000", 182400), "cases": ("resolved", "true", True),
}


def test_a_list_of_employees_in_a_store_of_the_second_format_goes_on(ccops: Callable[..., Ran], folder: Path) -> None:
    head = "Agent,Name,Team,Skills,Contract hours,Hired"
    first = written(folder / "first.csv", [head, "1,Amy,a,x,40,2024-01-01", "2,Ben,a,x,40,2024-02-01"])
    assert ccops("import", first, "--tz", "UTC").code == 0
    store = folder / "ccops.duckdb"
    import duckdb

    def columns() -> list[tuple[str, ...]]:
        with duckdb.connect(str(store), read_only=True) as con:
            return con.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() "
                               "WHERE NOT internal ORDER BY ALL").fetchall()

    new = columns()
    with duckdb.connect(str(store)) as con:
        for table in NEW_TABLES:
            con.execute(f"DROP TABLE {table}")
        for table, names in (("mapped_employees", NEW_COLUMNS), ("employees", ("nth", "overlap", *NEW_COLUMNS))):
            for name in names:
                con.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        con.execute("UPDATE meta SET value = '2' WHERE key = 'version'")
    asked = "SELECT agent, nth, overlap, wage FROM employees ORDER BY agent"
    assert ccops("query", asked, "--json").code == 0
    second = written(folder / "second.csv", [f"{head},Wage,Wage per,Currency", "2,Ben,b,x,40,2024-02-01,30,hour,CNY"])
    assert ccops("import", second).code == 0
    rows = [tuple(row.values()) for row in ccops("query", asked, "--json").json["rows"]]
    assert rows == [("1", 1, False, None), ("2", 1, False, 30)]
    assert columns() == new
    assert (folder / "ccops.duckdb.v2.bak").exists()
    again = ccops("import", first, "--json").json["files"][0]
    assert (again["duplicate"], again["used"]) == (2, 0)


@pytest.fixture
def filled(ccops: Callable[..., Ran]) -> Callable[..., Ran]:
    ran = ccops("import", *(SAMPLES / f"mapped_{name}.csv" for name in LISTS), "--tz", "Asia/Shanghai")
    assert ran.code == 0, ran.err
    return ccops


def test_every_list_is_exported_as_rows_and_as_json(filled: Callable[..., Ran]) -> None:
    for table, (column, cell, value) in SHOWN.items():
        allowed = ["--agents"] if TABLE[table].personal else []
        ran = filled("export", table, *allowed)
        assert ran.code == 0, ran.err
        rows = list(csv.DictReader(io.StringIO(ran.out)))
        given = filled("export", table, *allowed, "--json").json["rows"]
        assert len(rows) == len(given) > 0
        assert cell in [row[column] for row in rows], table
        assert value in [row[column] for row in given], table
        assert list(rows[0]) == list(given[0])


def test_a_month_of_the_ledger_adds_up_to_the_cent(filled: Callable[..., Ran]) -> None:
    sql = "SELECT sum(amount)::VARCHAR AS total FROM ledger WHERE month = '2026-10-01' AND kind = 'actual'"
    text = (SAMPLES / "mapped_ledger_list.csv").read_text("utf-8")
    cells = [row["Amount"] for row in csv.DictReader(io.StringIO(text)) if row["Month"] == "2026-10"
             and row["Kind"] == "actual" and row["Amount"]]

    def exact(cell: str) -> Decimal:
        bare = cell.strip("()").replace(",", "").lstrip("￥¥$")
        return -Decimal(bare) if cell.startswith("(") else Decimal(bare)

    assert Decimal(filled("query", sql, "--json").json["rows"][0]["total"]) == sum(map(exact, cells), Decimal(0))
