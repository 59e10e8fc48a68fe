"""Levers against a second method: a day staffed again by plain bisection, tariffs and prices worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from typing import Any

import numpy as np
import polars as pl
import pytest

from ccops.cost.baseline import Baseline, baseline
from ccops.cost.levers import EXAMPLES, LEVERS, parse
from ccops.cost.what_if import WhatIf, what_if
from ccops.demo import generate
from ccops.errors import CcopsError, UsageError
from ccops.model import Scope
from ccops.settings import load
from ccops.workforce.erlang import erlang_a
from ccops.workspace import Workspace, open_workspace

DAY = date(2026, 11, 19)
MONTHS = 1 / (365.25 / 12)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    made = generate(tmp_path_factory.mktemp("demo"), days=7, seed=2, scale=0.4)
    text = made.config.read_text("utf-8").replace("[staffing]\n", '[staffing]\nrisk = "mean"\n')
    made.config.write_text(text.replace("[cost]\n", "[cost]\nself_service_cost = 0.5\n"), "utf-8")
    files = [file for file in made.files if file.name != "Master.csv"]
    loaded = load(made.config, environ={})
    with open_workspace(loaded, store=made.folder / "s.duckdb", write=True, files=files) as opened:
        opened.import_files(files)
        yield opened


def fold(workspace: Workspace, *levers: str, keep: bool = False) -> WhatIf:
    return workspace.what_if(levers, Scope(DAY, DAY), keep_hours=keep)


@pytest.fixture(scope="module")
def known(workspace: Workspace) -> Baseline:
    return baseline(workspace.slice(Scope(DAY, DAY)), workspace.known_tariffs())


def needs(calls: np.ndarray[Any, Any], aht: np.ndarray[Any, Any], patience: np.ndarray[Any, Any]) -> Any:
    """Agents for 80 % within 20 s in each half-hour, by halving; one at least."""
    model = erlang_a(np.maximum(2 * calls, 1e-9), aht, patience)
    low, high = np.zeros(len(calls)), calls * aht / 900 + 20
    for _ in range(60):
        middle = (low + high) / 2
        met = model.at(middle, 20.0).service_level >= 0.8
        low, high = np.where(met, low, middle), np.where(met, middle, high)
    return np.where(calls > 0, np.maximum(high, 1.0), 1.0)


def plain(known: Baseline, workspace: Workspace, *, volume: float = 1.0, aht: float = 1.0, pool: tuple[str, ...] = (),
          share: float = 1.0, hour: float = 60.0, telephone: float | None = None, keep: bool = False) -> float:
    """A month's labour and telephone, staffed anew from what `ccops staff` says of the day."""
    rows = workspace.staff(Scope(DAY, DAY)).frame.select("queue", "start_at", "volume", "aht_s", "agents").to_dicts()
    cells: dict[tuple[str, Any], list[float]] = {}
    means = {queue: one.mean_s for queue, one in known.state.patience.items()}
    weight = {queue: sum(row["volume"] for row in rows if row["queue"] == queue) for queue in means}
    if pool:
        gone = sum(weight[queue] / means[queue] for queue in pool) / sum(weight[queue] for queue in pool)
        means["both"] = 1 / gone
    before = needs(*(np.array(side, float) for side in zip(
        *((row["volume"], row["aht_s"] or 1.0, means[row["queue"]]) for row in rows), strict=True)))
    for row, need in zip(rows, before, strict=True):
        queue = "both" if row["queue"] in pool else row["queue"]
        cell = cells.setdefault((queue, row["start_at"]), [0.0, 0.0, 0.0, 0.0])
        cell[0] += row["volume"] * volume
        cell[1] += row["volume"] * volume * (row["aht_s"] or 0.0) * aht
        cell[2] += row["agents"]
        cell[3] += need
    calls = np.array([cell[0] for cell in cells.values()])
    work = np.array([cell[1] for cell in cells.values()])
    each = np.where(calls > 0, work / np.maximum(calls, 1e-9), 1.0)
    after = needs(calls, each, np.array([means[queue] for queue, _ in cells]))
    agents = sum(max(cell[2] + now - cell[3], 0) for cell, now in zip(cells.values(), after, strict=True))
    there = sum(row["agents"] for row in rows)
    paid = known.paid_hours * (1.0 if keep else agents / there / share)
    calls_cost = known.state.telephone if telephone is None else telephone
    assert calls_cost is not None
    extra = 1 + 0.5 * known.state.overtime
    minutes = sum(row["volume"] * (row["aht_s"] or 0) for row in rows)
    return float(paid * hour * extra + calls_cost * work.sum() / minutes)


def tariff(workspace: Workspace, name: str) -> float:
    [found] = [one for one in workspace.tariffs(Scope(DAY, DAY)).ranked if one.name == name]
    return float(found.per_month)


@pytest.mark.parametrize(("lever", "changed"), [
    ("aht=-10%", {"aht": 0.9}), ("volume=+20%", {"volume": 1.2}),
    ("pool=billing+service", {"pool": ("billing", "service")}), ("hour=-15%", {"hour": 51.0}),
    ("tariff=Six seconds", {"telephone": "Six seconds"}),
])
def test_each_lever_alone_is_what_a_second_method_says(workspace: Workspace, known: Baseline, lever: str,
                                                       changed: dict[str, Any]) -> None:
    if "telephone" in changed:
        changed = {"telephone": tariff(workspace, changed["telephone"])}
    saved = plain(known, workspace) - plain(known, workspace, **changed)
    found = fold(workspace, lever)
    assert found.before.total == pytest.approx(plain(known, workspace), rel=1e-4)
    assert found.total == pytest.approx(saved, rel=0.01, abs=30)
    assert found.steps[0].alone == found.steps[0].folded


def test_all_levers_together_are_what_a_second_method_says(workspace: Workspace, known: Baseline) -> None:
    found = fold(workspace, "aht=-10%", "volume=-5%", "pool=billing+service", "hour=-15%", "tariff=Six seconds")
    after = plain(known, workspace, aht=0.9, volume=0.95, pool=("billing", "service"), hour=51.0,
                  telephone=tariff(workspace, "Six seconds"))
    assert found.after.total == pytest.approx(after, rel=1e-3)
    assert found.total == pytest.approx(found.before.total - found.after.total, abs=1e-6)
    assert sum(step.alone for step in found.steps) > found.total  # what is alone is not added up: it would be too much


def test_seconds_move_the_mean_by_as_many(workspace: Workspace, known: Baseline) -> None:
    rows = known.state.load
    mean = float((rows["volume"] * rows["aht_s"].fill_null(0)).sum()) / float(rows["volume"].sum())
    seconds, share = fold(workspace, "aht=-20s"), fold(workspace, f"aht={-2000 / mean:.6f}%")
    assert seconds.total == pytest.approx(share.total, rel=1e-4)


def test_repeats_and_containment_are_volumes(workspace: Workspace, known: Baseline) -> None:
    rate = known.repeat_rate
    assert fold(workspace, "repeat=-50%").total == pytest.approx(fold(workspace, f"volume={-50 * rate:.9f}%").total)
    contained, fewer = fold(workspace, "containment=5pt"), fold(workspace, "volume=-5%")
    contacts = float(known.state.load["volume"].sum()) / MONTHS
    assert contained.total == pytest.approx(fewer.total - 0.05 * contacts * 0.5)


def test_shrinkage_and_overtime_by_hand(workspace: Workspace, known: Baseline) -> None:
    share, paid = known.state.productive, known.paid_hours
    labour = paid * 60 * (1 + 0.5 * known.state.overtime)
    assert fold(workspace, "shrinkage=-2pt").total == pytest.approx(labour * (1 - share / (share + 0.02)))
    assert fold(workspace, "overtime=+10pt").total == pytest.approx(-paid * 60 * 0.5 * 0.10)
    assert fold(workspace, "billing=hour:55").after.labour == pytest.approx(paid * 55)
    contacts = float(known.state.load["volume"].sum()) / MONTHS
    assert fold(workspace, "billing=contact:9").after.labour == pytest.approx(contacts * 9)


def test_attrition_by_hand(workspace: Workspace, known: Baseline) -> None:
    found = known.attrition
    cost = 2500 + 120 * (38 + 80 / 8) + 80 * 20 + (0.5 + 0.35 + 0.2 + 0.1) * 40 * 60
    assert fold(workspace, "attrition=-6pt").total == pytest.approx(found.headcount * 0.06 / 12 * cost)


def test_chats_take_the_time_that_they_take(workspace: Workspace, known: Baseline) -> None:
    found, fewer = fold(workspace, "chat=10pt"), fold(workspace, "volume=-10%")
    rows = known.state.load
    hours = 0.1 * float((rows["volume"] * rows["aht_s"].fill_null(0)).sum()) / 3600 / MONTHS * 1.5 / 2 / 0.85
    assert found.after.paid_hours == pytest.approx(fewer.after.paid_hours + hours / known.state.productive)


def test_with_hours_kept_nothing_is_saved_and_callers_are_served_better(workspace: Workspace) -> None:
    found = fold(workspace, "aht=-10%", "shrinkage=-3pt", "pool=billing+service", keep=True)
    assert found.after.labour == found.before.labour
    levels = [found.before.service_level, *(step.service_level for step in found.steps)]
    assert levels == sorted(levels)  # type: ignore[type-var]
    assert found.steps[0].freed_hours > 0
    assert not any(step.breaks_target for step in found.steps)


def test_a_lever_that_breaks_the_target_is_told(workspace: Workspace) -> None:
    found = fold(workspace, "volume=+40%", "hour=-5%", keep=True)
    assert [step.breaks_target for step in found.steps] == [True, False]
    followed = fold(workspace, "volume=+40%")
    assert not followed.steps[0].breaks_target
    assert followed.total < 0


def test_the_order_moves_parts_and_not_the_whole(workspace: Workspace) -> None:
    levers = ("aht=-5%", "volume=-5%@sales", "shrinkage=-2pt")
    totals = [fold(workspace, *order).total for order in permutations(levers)]
    assert totals == pytest.approx([totals[0]] * 6, abs=1e-6)
    one, other = fold(workspace, *levers), fold(workspace, *reversed(levers))
    assert one.steps[0].folded != pytest.approx(other.steps[2].folded, abs=0.01)


def test_no_lever_moves_nothing_and_none_at_all_is_refused(workspace: Workspace) -> None:
    assert fold(workspace, "aht=+0%").total == pytest.approx(0, abs=1e-6)
    with pytest.raises(UsageError, match="no lever"):
        fold(workspace)


def test_pools_come_last(workspace: Workspace) -> None:
    found = fold(workspace, "pool=billing+service", "aht=-5%@billing")
    assert [step.lever.name for step in found.steps] == ["aht", "pool"]


@pytest.mark.parametrize(("lever", "said"), [
    ("ahd=-10s", "no lever 'ahd'"), ("aht=10", "cannot be read"), ("aht=-9999s", "no handling time"),
    ("repeat=-30pt", "cannot be read"), ("volume=-100%", "cannot be done"), ("containment=120pt", "cannot be done"),
    ("aht=-5%@slaes", "no calls for a queue 'slaes'"), ("tariff=Nobody", "no tariff 'Nobody'"),
    ("pool=billing", "cannot be read"), ("pool=billing+nobody", "no calls for a queue"),
    ("shrinkage=-99pt", "cannot be"),
       ("attrition=-900pt", "cannot be"), ("overtime=-50pt", "cannot be"), ("billing=seat:3", "cannot be read"),
    ("shrinkage=-2pt@sales", "cannot be read"), ("chat=-5pt", "cannot be done"),
])
def test_a_lever_that_cannot_be_is_refused(workspace: Workspace, lever: str, said: str) -> None:
    with pytest.raises(CcopsError, match=said) as refused:
        fold(workspace, lever)
    assert refused.value.fix


def test_two_pools_of_one_queue_are_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="another pool"):
        fold(workspace, "pool=billing+service", "pool=service+sales")


def test_every_lever_has_an_example_that_reads() -> None:
    assert set(EXAMPLES) == set(LEVERS)
    for name, text in EXAMPLES.items():
        assert parse(text, ("billing", "sales", "service")).name == name


def test_what_is_not_known_is_refused_and_not_taken_as_nothing(workspace: Workspace) -> None:
    bare = workspace.slice(Scope(DAY, DAY))
    own = workspace.settings.staffing.model_copy(update={"agent_cost_per_hour": 0.0})
    from dataclasses import replace

    poor = replace(bare, settings=workspace.settings.model_copy(update={"staffing": own}))
    with pytest.raises(CcopsError, match="what an hour costs is not known"):
        what_if(poor, ["aht=-5%"])
    found = what_if(bare, ["aht=-5%"])  # no tariffs given
    assert (found.before.telephone, "lev_no_telephone" in [note.key for note in found.notes]) == (0.0, True)
    with pytest.raises(CcopsError, match="no file of tariffs"):
        what_if(bare, ["tariff=Six seconds"])


def test_rows_are_the_steps(workspace: Workspace) -> None:
    found = fold(workspace, "aht=-5%", "hour=-5%")
    assert found.frame["folded"].sum() == pytest.approx(found.total)
    assert found.frame.schema["breaks_target"] == pl.Boolean
