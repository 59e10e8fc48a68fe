"""`ccops recommend` on a small synthetic centre: its answer, its JSON, both languages, what it needs and refuses."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_recommend import RecommendDocument
from ccops.demo import generate
from conftest import Ran

MONEY = """
[recommend]
days = 7
replications = 5
"""
VALUES = '[staffing]\nagent_cost_per_hour = 60\nlost_call_value = 30\ncurrency = "CNY"\n'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of nine days of a third of the demo's centre."""
    from ccops import open as opened

    folder = tmp_path_factory.mktemp("small") / "centre"
    made = generate(folder, days=9, scale=0.35, until=date(2026, 11, 20))
    files = [file for file in made.files if file.name != "Master.csv"]  # the same calls once more
    with opened(folder / "ccops.duckdb", config=made.config, write=True, files=files) as workspace:
        workspace.import_files(files)
    text = made.config.read_text()
    made.config.write_text(text + MONEY + ("" if "[staffing]" in text else VALUES))
    return folder


@pytest.fixture
def told(ccops: Callable[..., Ran], small: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """`ccops recommend` there."""
    monkeypatch.chdir(small)
    return lambda *args: ccops("recommend", *args)


def test_it_says_what_to_do_first_and_the_json_adds_up(told: Callable[..., Ran]) -> None:
    ran = told("--json")
    assert ran.code == 0, ran.err
    found = ran.json
    TypeAdapter(RecommendDocument).validate_python(found, strict=False)
    paid = [one for one in found["actions"] if one["saving_per_month"] is not None]
    assert paid
    assert found["folded_total"] == pytest.approx(sum(one["saving_per_month"] for one in paid))
    assert [one["saving_per_month"] for one in paid] == sorted((one["saving_per_month"] for one in paid), reverse=True)
    for one in paid:
        lo, hi = one["interval"]
        assert 0 < lo < one["saving_per_month"] < hi
        assert (one["currency"], one["why"].startswith("ccops ")) == ("CNY", True)
    ids = [one["id"] for one in (*found["actions"], *found["dropped"])]
    assert len(ids) == len(set(ids))
    assert told("--json").json == found  # the same data and seed, the same answer


def test_people_read_it_in_both_languages(told: Callable[..., Ran]) -> None:
    ran = told()
    assert ran.code == 0, ran.err
    assert ran.out.startswith("First: ")
    assert "CNY a month" in ran.out
    assert "the simulation loses" in ran.out
    chinese = told("--lang", "zh").out
    assert chinese.startswith("首先：")
    assert "First" not in chinese
    table = ran.out.split("\n\n")[1]
    assert max(map(len, table.splitlines())) <= 80


def test_quick_simulates_nothing_and_few_are_few(told: Callable[..., Ran]) -> None:
    quick = told("--quick", "--json").json
    assert len(quick["days"]) <= 4
    assert {one["tested"] for one in quick["actions"]} <= {"data", "formulas"}
    assert len(told("--most", "1", "--json").json["actions"]) == 1
    assert told("--most", "0").code == 2


def test_rows_go_to_a_file(told: Callable[..., Ran], small: Path) -> None:
    assert told("-o", "actions.csv").out == ""
    with (small / "actions.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["rank"] == "1"
    assert float(rows[0]["saving_lo"]) > 0


def test_without_money_it_says_what_would_be_needed(filled: Callable[..., Ran]) -> None:
    found = filled("recommend", "--json").json
    assert "[staffing] lost_call_value" in [one["what"] for one in found["needs"]]
    assert found["folded_total"] == 0
    assert "Nothing can be recommended" in filled("recommend").out


def test_without_calls_there_is_nothing_to_look_at(ccops: Callable[..., Ran]) -> None:
    ran = ccops("recommend")
    assert (ran.code, ran.out) == (3, "")
