"""What HR, quality, the CRM and finance of the synthetic centre export: what is planted can be found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ccops.demo import DemoFiles, generate
from ccops.model import Scope
from ccops.settings import load
from ccops.workspace import Workspace, open_workspace

BESIDE = ("employees", "attendance", "evaluations", "surveys", "cases", "ledger")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return generate(tmp_path_factory.mktemp("demo"), days=14, seed=2)


@pytest.fixture(scope="module")
def workspace(demo: DemoFiles) -> Iterator[Workspace]:
    loaded = load(demo.config, environ={})
    with open_workspace(loaded, store=demo.folder / "s.duckdb", write=True, files=demo.files) as opened:
        for result in opened.import_files(demo.files, max_rejects="0"):
            assert result.rejected == 0
        yield opened


def rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    return workspace.store.query(sql).rows()


def test_every_list_is_read_whole(demo: DemoFiles, workspace: Workspace) -> None:
    for table in BESIDE:
        lines = demo.truth.lines[f"{table}.csv"] - 1
        held = "evaluation_items" if table == "evaluations" else table
        assert rows(workspace, f"SELECT count(*) FROM {held}") == [(lines,)]


def test_the_check_has_nothing_to_say_of_them(workspace: Workspace) -> None:
    codes = {finding.code for finding in workspace.check(Scope())}
    assert not codes & {"employed_twice", "several_currencies", "evaluated_unknown", "weights_off"}


def test_the_reason_that_brings_callers_back_is_the_planted_one(demo: DemoFiles, workspace: Workspace) -> None:
    planted = demo.truth.planted
    calls, back = (planted[f"repeat_reason_{name}"] for name in ("calls", "back"))
    assert isinstance(calls, int)
    assert isinstance(back, int)
    assert 0.35 < back / calls < 0.55
    [(n,)] = rows(workspace, "SELECT count(*) FROM cases WHERE reason = 'bill_error'")
    assert n == pytest.approx(0.9 * calls, rel=0.05)


def test_the_lenient_evaluator_is_found_by_the_amount_planted(demo: DemoFiles, workspace: Workspace) -> None:
    found = [one for one in workspace.quality_scores(Scope(), "team").evaluators if one.stands_out]
    assert [one.evaluator for one in found] == [demo.truth.planted["lenient_evaluator"]]
    assert found[0].lo < 0.09 < found[0].hi + 0.02  # ten is the most that can be given, so some of it is lost
    session = workspace.calibration().evaluators
    assert session["evaluator"][0] == "E3"


def test_the_shift_that_loses_its_hires_is_found(demo: DemoFiles, workspace: Workspace) -> None:
    worst = workspace.attrition(by="shift").excesses[0]
    assert (worst.group, worst.first_day) == (demo.truth.planted["early_leavers_shift"], 0)


def test_the_tariff_in_force_is_the_dearest(demo: DemoFiles, workspace: Workspace) -> None:
    found = workspace.tariffs()
    assert found.ranked[-1].name == demo.truth.planted["tariff"]
    assert found.ranked[-1].in_force


def test_waiting_and_calling_again_annoy(workspace: Workspace) -> None:
    drivers = {row["driver"]: row for row in workspace.satisfaction().drivers.frame.to_dicts()}
    assert {name for name, row in drivers.items() if row["high"] < 0} >= {"wait_min", "repeat"}


def test_hours_are_those_of_the_rota(demo: DemoFiles, workspace: Workspace) -> None:
    absent = sum(plan.absent for plan in demo.truth.plans)
    away = rows(workspace, "SELECT count(*) FROM attendance WHERE kind IN ('sick', 'leave', 'absent')")
    assert away == [(absent,)]
    worked = rows(workspace, "SELECT count(*) FROM attendance WHERE kind = 'work'")
    assert worked == [(len(demo.truth.plans) - absent,)]


def test_a_year_of_costs_ends_before_the_last_month(workspace: Workspace) -> None:
    months = rows(workspace, "SELECT kind, count(DISTINCT month), max(month) FROM ledger GROUP BY 1 ORDER BY 1")
    assert months == [("actual", 12, date(2026, 10, 1)), ("budget", 12, date(2026, 10, 1))]


def test_the_same_seed_gives_the_same_lists(demo: DemoFiles, tmp_path: Path) -> None:
    small = [generate(tmp_path / name, days=2, scale=0.2, seed=5) for name in ("a", "b")]
    for file in (f"{table}.csv" for table in BESIDE):
        assert (small[0].folder / file).read_bytes() == (small[1].folder / file).read_bytes()
    assert pl.read_csv(small[0].folder / "surveys.csv").height < pl.read_csv(demo.folder / "surveys.csv").height
