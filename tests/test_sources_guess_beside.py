"""`ccops init --from` knows lists of people, attendance, evaluations, surveys, costs and cases by their headers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ccops.sources.front_end import sample, scan
from ccops.sources.guess import guess
from ccops.sources.mapping import parse_mapping
from conftest import Ran
from stores import written
from test_sources_beside import SAMPLES

FIELDS = {
    "employee_list": ("employees", {"wage", "wage_per", "currency", "leave_kind", "role", "productive_from"}),
    "chinese_employees": ("employees", {"wage", "currency", "leave_reason", "leave_kind", "role", "hiring_source"}),
    "attendance_list": ("attendance", {"agent", "day", "kind", "reason", "attended", "paid"}),
    "chinese_attendance": ("attendance", {"agent", "day", "kind", "reason", "attended", "paid"}),
    "evaluation_answers": ("evaluations", {"evaluation_id", "contact_id", "section_weight", "points", "critical"}),
    "chinese_evaluations": ("evaluations", {"evaluation_id", "contact_id", "section_weight", "points", "critical"}),
    "survey_answers": ("surveys", {"survey_id", "contact_id", "sent_at", "responded_at", "csat", "nps", "ces"}),
    "chinese_surveys": ("surveys", {"contact_id", "customer", "sent_at", "responded_at", "csat", "nps"}),
    "ledger_list": ("ledger", {"month", "entry", "category", "team", "amount", "currency", "quantity"}),
    "chinese_ledger": ("ledger", {"month", "entry", "category", "team", "amount", "currency", "quantity"}),
    "case_list": ("cases", {"case_id", "contact_id", "customer", "opened_at", "closed_at", "resolved"}),
    "chinese_cases": ("cases", {"case_id", "contact_id", "customer", "opened_at", "closed_at", "resolved"}),
}


@pytest.mark.parametrize("name", FIELDS)
def test_lists_are_guessed_and_read_whole(ccops: Callable[..., Ran], folder: Path, name: str) -> None:
    table, fields = FIELDS[name]
    file = SAMPLES / f"mapped_{name}.csv"
    found = guess(sample(scan(file, folder)), file.name)
    mapping = parse_mapping(found.text, "mapping.toml")
    assert mapping.table == table
    assert fields - set(mapping.columns) == set()
    (folder / "mapping.toml").write_text(found.text, "utf-8")
    ran = ccops("import", file, "--map", "mapping.toml", "--tz", "Asia/Shanghai", "--json")
    assert ran.code == 0, ran.out + ran.err
    result = ran.json["files"][0]
    assert (result["rejected"], result["used"]) == (0, result["lines"] - 1), ran.out
    assert result["tables"][table] > 0


@pytest.mark.parametrize(("head", "row", "says"), [
    ("工号,姓名,入职日期,时薪", "1001,王芳,2024-03-01,32.50", ("hour", "CNY")),
    ("工号,姓名,入职日期,工资", "1001,王芳,2024-03-01,5600", ("month", "CNY")),
])
def test_a_wage_without_its_unit_says_what_was_taken(ccops: Callable[..., Ran], folder: Path, head: str, row: str,
                                                     says: tuple[str, str]) -> None:
    written(folder / "x.csv", [head, row])
    ran = ccops("init", "--from", "x.csv", "--tz", "Asia/Shanghai")
    assert "no column names it; taken as CNY" in ran.out
    mapping = parse_mapping((folder / "mapping.toml").read_text("utf-8"), "mapping.toml")
    assert (mapping.columns["wage_per"].default, mapping.columns["currency"].default) == says


def test_calls_with_satisfaction_stay_calls(ccops: Callable[..., Ran], folder: Path) -> None:
    written(folder / "x.csv", [
        "通话编号,主叫号码,技能组,工号,开始时间,接听时间,结束时间,通话时长,通话结果,满意度",
        "c1,13800138000,售后,1001,2026-11-20 09:00:00,2026-11-20 09:00:10,2026-11-20 09:02:10,120,接听,5",
    ])
    assert ccops("init", "--from", "x.csv", "--tz", "Asia/Shanghai").code == 0
    assert parse_mapping((folder / "mapping.toml").read_text("utf-8"), "x").table == "queue_visits"
