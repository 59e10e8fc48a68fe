"""Lists beside the calls: people, attendance, evaluations, surveys, the ledger and cases, read to the last value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ccops.sources import profiles
from conftest import Ran
from stores import imported, opened, rows, written

SAMPLES = Path(__file__).parents[1] / "sample_logs"
BESIDE = ("employees", "attendance", "evaluations", "surveys", "ledger", "cases")
NAMES = (
    "employee_list", "chinese_employees", "attendance_list", "chinese_attendance", "evaluation_answers",
    "chinese_evaluations", "survey_answers", "chinese_surveys", "ledger_list", "chinese_ledger", "case_list",
    "chinese_cases",
)


def _asked(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with opened(folder, tz="") as workspace:
        return workspace.store.query(sql).rows()


def test_there_is_a_list_in_both_languages_for_each_table() -> None:
    assert {s.name for s, _ in profiles() if s.records.name.removeprefix("mapped_") in BESIDE} == {*NAMES}
    assert len(NAMES) == 2 * len(BESIDE)


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_is_read_whole_and_recognised_by_its_content(tmp_path: Path, name: str) -> None:
    source = next(source for source, _ in profiles() if source.name == name)
    sample = SAMPLES / source.sample
    [result] = imported(tmp_path, sample)
    assert result.source == source.name
    assert (result.rejected, result.duplicate, result.skipped) == (0, 0, 1)
    assert result.used == result.lines - 1
    [again] = imported(tmp_path, sample)
    assert (again.used, again.duplicate) == (0, result.used)


def test_employments_of_a_person_are_counted_and_overlaps_marked(tmp_path: Path) -> None:
    head = "Agent,Name,Team,Skills,Contract hours,Hired,Left"
    listed = written(tmp_path / "list.csv", [
        head, "1,Amy,a,x,40,2024-01-01,2024-06-30", "1,Amy,a,x,40,2025-01-01,2025-12-31", "1,Amy,b,x,40,2025-12-31,",
        "2,Ben,a,x,40,2024-01-01,",
    ])
    imported(tmp_path, listed)
    assert _asked(tmp_path, "SELECT agent, nth, employed_from, overlap FROM employees ORDER BY ALL") == [
        ("1", 1, date(2024, 1, 1), False), ("1", 2, date(2025, 1, 1), False), ("1", 3, date(2025, 12, 31), True),
        ("2", 1, date(2024, 1, 1), False),
    ]
    later = written(tmp_path / "later.csv", [head, "2,Ben,b,x,40,2024-01-01,2026-10-31"])
    imported(tmp_path, later)
    assert _asked(tmp_path, "SELECT team, employed_to FROM employees WHERE agent = '2'") == [("b", date(2026, 10, 31))]


def test_wages_in_words_of_the_trade(tmp_path: Path) -> None:
    imported(tmp_path, SAMPLES / "mapped_chinese_employees.csv")
    assert _asked(tmp_path, "SELECT agent, wage, wage_per, currency, role, leave_kind FROM employees ORDER BY 1") == [
        ("1001", Decimal("5600.0000"), "month", "CNY", "agent", None),
        ("1002", Decimal("7200.0000"), "month", "CNY", "lead", None),
        ("1003", Decimal("3000.0000"), "month", "CNY", "trainee", "voluntary"),
    ]


@pytest.mark.parametrize(("cell", "amount"), [
    ("1,234.50", "1234.50"), ("¥1,234.5", "1234.5"), ("1234元", "1234"), ("(80.10)", "-80.10"), ("-3", "-3"),
    ("0.0001", "0.0001"), ("1.23456", None), ("1.234E+07", None), ("twelve", None),
])
def test_amounts_are_exact_or_refused(tmp_path: Path, cell: str, amount: str | None) -> None:
    file = written(tmp_path / "costs.csv", [
        "Month,Kind,Category,Team,Queue,Amount,Currency,Quantity", f'2026-10,actual,wages,,,"{cell}",CNY,',
    ])
    [result] = imported(tmp_path, file, max_rejects="1")
    assert result.rejected == (amount is None)
    if amount:
        assert _asked(tmp_path, "SELECT amount FROM ledger") == [(Decimal(amount),)]
    else:
        assert result.rejects[0].reason == "amount: not an amount of money"


@pytest.mark.parametrize(("name", "line", "reason"), [
    ("employee_list", "1,A,a,x,40,2026-02-01,2026-01-01,,,,,,,,,",
     "leaves before joining: employed_to lies before employed_from"),
    ("employee_list", "1,A,a,x,40,2026-02-01,,,,,,,2026-01-01,,,", "productive_from lies before employed_from"),
    ("attendance_list", "1,2026-11-20,Work,,25,25", "more hours than a day has"),
    ("attendance_list", "1,2026-11-20,Work,,,", "neither attended nor paid time is known"),
    ("attendance_list", "1,2026-11-20,Party,,8,8", "kind: value not in the mapping: Party"),
    ("evaluation_answers", "Q,c,1,E,2026-11-20 10:00:00,f,s,100,q,100,11,10,no,,,,", "points: outside 0 to most"),
    ("evaluation_answers", "Q,c,1,E,2026-11-20 10:00:00,f,s,100,q,100,,10,no,,,,",
     "points: not known, and the question is not marked as not applicable"),
    ("survey_answers", "S,c,q,1,2026-11-20 10:00:00,2026-11-20 09:00:00,5,9,1", "answered before it was sent"),
    ("survey_answers", "S,c,q,1,2026-11-20 10:00:00,,5,11,1", "nps: outside 0 to 10"),
    ("ledger_list", "2026-10,actual,wages,,,10,,", "currency: not known; a column or a default must say it"),
    ("ledger_list", "2026-10,actual,wages,,,,CNY,", "neither an amount nor a quantity"),
    ("ledger_list", "2026-13,actual,wages,,,10,CNY,", "month: no month in a known format"),
    ("case_list", "K,c,,2026-11-20 10:00:00,2026-11-20 09:00:00,a,b,q,1,no", "closed before it was opened"),
])
def test_what_cannot_be_is_rejected_with_its_reason(tmp_path: Path, name: str, line: str, reason: str) -> None:
    sample = next(SAMPLES / source.sample for source, _ in profiles() if source.name == name)
    head = sample.read_text("utf-8").splitlines()[0]
    [result] = imported(tmp_path, written(tmp_path / "bad.csv", [head, line]), max_rejects="1")
    assert [(reject.line, reject.reason) for reject in result.rejects] == [(2, reason)]
    assert result.lines == 2 == result.used + result.skipped + result.rejected


def test_evaluations_have_their_questions_or_a_score_alone(ccops: Callable[..., Ran], folder: Path) -> None:
    head = (SAMPLES / "mapped_evaluation_answers.csv").read_text("utf-8").splitlines()[0]
    written(folder / "qa.csv", [
        head, "Q1,c1,1,E1,2026-11-20 10:00:00,f,s,100,q1,60,10,10,no,,,,",
        "Q1,c1,1,E1,2026-11-20 10:00:00,f,s,100,q2,40,,10,yes,customer,,,",
    ])
    written(folder / "plain.toml", [
        "version = 1", 'table = "evaluations"', 'system = "old"', "[file]", 'expect = ["who", "total"]', "[columns]",
        'agent = { from = ["who"] }', 'evaluated_at = { from = ["when"] }', 'score = { from = ["total"] }',
    ])
    written(folder / "totals.csv", ["who,when,total", "2,2026-11-20 11:00:00,87.5%"])
    assert ccops("import", "qa.csv", "--tz", "UTC").code == 0
    assert ccops("import", "totals.csv", "--map", "plain.toml").code == 0
    asked = ccops("query", "SELECT agent, score, master FROM evaluations ORDER BY 1", "--json").json["rows"]
    assert [tuple(row.values()) for row in asked] == [("1", 1.0, False), ("2", 0.875, False)]
    sql = "SELECT question, points, not_applicable, critical FROM evaluation_items ORDER BY 1"
    assert [tuple(row.values()) for row in ccops("query", sql, "--json").json["rows"]] == [
        ("q1", 10.0, False, None), ("q2", None, True, "customer"),
    ]


def test_callers_of_surveys_and_cases_are_keyed_as_those_of_calls(tmp_path: Path) -> None:
    imported(tmp_path, SAMPLES / "mapped_chinese_surveys.csv", SAMPLES / "mapped_case_list.csv", tz="Asia/Shanghai")
    keys = _asked(tmp_path, "SELECT customer_key FROM surveys WHERE customer_mask = '139****9001' "
                            "UNION SELECT customer_key FROM cases WHERE customer_mask = '139****9001'")
    assert len(keys) <= 1
    store = (tmp_path / "ccops.duckdb").read_bytes()
    assert b"13900139001" not in store


def test_any_order_of_different_lists_gives_the_same_tables(tmp_path: Path) -> None:
    files = [SAMPLES / f"mapped_{name}.csv" for name in ("employee_list", "attendance_list", "survey_answers")]
    seen = []
    for n, order in enumerate(permutations(files)):
        folder = tmp_path / str(n)
        folder.mkdir()
        imported(folder, *order)
        seen.append(rows(folder))
    assert all(one == seen[0] for one in seen[1:])


def test_checks_say_what_cannot_be_defended(ccops: Callable[..., Ran], folder: Path, log: Path) -> None:
    evaluations = (SAMPLES / "mapped_evaluation_answers.csv").read_text("utf-8").splitlines()
    (folder / "list.csv").write_text(
        "Agent,Name,Team,Skills,Contract hours,Hired,Left,Wage,Wage per,Currency\n"
        "1001,A,a,x,40,2026-01-01,,40,hour,CNY\n1001,A,a,x,40,2026-02-01,,40,hour,USD\n"
    )
    (folder / "qa.csv").write_text("\n".join([
        evaluations[0], "Q1,c1,1001,E1,2026-11-22 10:00:00,f,s,90,q1,60,10,10,no,,,,",
        "Q2,elsewhere,1001,E1,2026-11-22 10:00:00,f,s,90,q1,60,10,10,no,,,,",
    ]) + "\n")
    assert ccops("import", log, "list.csv", "qa.csv", "--tz", "UTC").code == 0
    found = {row["code"]: (row["level"], row["n"], row["detail"]) for row in ccops("check", "--json").json["findings"]}
    assert found["employed_twice"] == ("warning", 1, "1001 2026-02-01")
    assert found["several_currencies"] == ("error", 1, "employees: CNY USD")
    assert found["evaluated_unknown"] == ("warning", 1, "Q2 of elsewhere")
    assert found["weights_off"] == ("warning", 1, "f: s 60")


def test_weights_add_up_over_the_fullest_evaluation_of_a_form(ccops: Callable[..., Ran], folder: Path) -> None:
    """A form whose weights changed, or an export without what did not apply, is no form with wrong weights."""
    head = (SAMPLES / "mapped_evaluation_answers.csv").read_text("utf-8").splitlines()[0]
    asked = (("Q1", "q1", 60), ("Q1", "q2", 40), ("Q2", "q1", 70), ("Q2", "q2", 30), ("Q3", "q1", 70))
    answers = [f"{n},c,1,E1,2026-11-20 10:00:00,f,s,100,{name},{weight},9,10,no,,,," for n, name, weight in asked]
    assert ccops("import", written(folder / "qa.csv", [head, *answers]), "--tz", "UTC").code == 0
    assert "weights_off" not in {row["code"] for row in ccops("check", "--json").json["findings"]}


def test_agents_and_evaluators_are_named_by_the_aliases(tmp_path: Path) -> None:
    files = [SAMPLES / "mapped_evaluation_answers.csv"]
    aliases: dict[str, Any] = {"agents.aliases": {"E1": "Olga", "2001": "Amy"}}
    with opened(tmp_path, write=True, files=files, **aliases) as workspace:
        workspace.import_files(files)
        for table in ("evaluations", "evaluation_items"):
            found = workspace.store.query(f"SELECT DISTINCT agent, evaluator FROM {table} ORDER BY ALL").rows()
            assert found == [("2002", "E2"), ("2002", "E3"), ("2002", "Olga"), ("Amy", "Olga")]


def test_excel_s_own_dates_amounts_and_shares_are_read(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    file, month = tmp_path / "costs.xlsx", date(2026, 10, 1)
    with xlsxwriter.Workbook(file) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate([
            ("月份", "类型", "科目", "班组", "金额", "数量"), (month, "实际", "工资", "售后", 182400.55, None),
            (month, "预算", "话务量", None, None, 50000),
        ]):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, place, cell, day)
                elif cell is not None:
                    sheet.write(row, place, cell)
    [result] = imported(tmp_path, file)
    assert (result.source, result.used, result.rejected) == ("chinese_ledger", 2, 0)
    assert _asked(tmp_path, "SELECT month, kind, category, amount, currency, quantity FROM ledger ORDER BY 3") == [
        (month, "budget", "contacts", None, None, 50000.0),
        (month, "actual", "wages", Decimal("182400.5500"), "CNY", None),
    ]
