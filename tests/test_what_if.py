"""Levers against a second method: a day staffed again by plain bisection, tariffs and prices worked out by hand."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from ccops.cost.baseline import Baseline
from ccops.cost.levers import EXAMPLES, LEVERS, parse
from ccops.errors import CcopsError, UsageError
from ccops.model import Scope
from ccops.workspace import Workspace
from what_if_day import DAY, MONTHS, SELF_SERVICE, cells, fold, known, plain, workspace

__all__ = ["DAY", "MONTHS", "known", "workspace"]


def tariff(workspace: Workspace, name: str) -> float:
    [found] = [one for one in workspace.tariffs(Scope(DAY, DAY)).ranked if one.name == name]
    return float(found.per_month)


@pytest.mark.parametrize(("lever", "changed"), [
    ("aht=-10%", {"aht": 0.9}), ("volume=+20%", {"volume": 1.2}),
    ("pool=billing+service", {"pool": ("billing", "service")}), ("hour=-15%", {"hour": 0.85}),
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
    after = plain(known, workspace, aht=0.9, volume=0.95, pool=("billing", "service"), hour=0.85,
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
    assert contained.total == pytest.approx(fewer.total - 0.05 * contacts * SELF_SERVICE)
    assert contained.after.self_service == pytest.approx(0.05 * contacts * SELF_SERVICE)
    own = fold(workspace, "repeat=-50%@sales")
    assert own.total == pytest.approx(fold(workspace, f"volume={-50 * rate:.9f}%@sales").total)


def test_shrinkage_adherence_and_overtime_by_hand(workspace: Workspace, known: Baseline) -> None:
    share, paid, overtime = known.state.productive, known.paid_hours, known.state.overtime
    hour, premium = known.state.hour_price, workspace.settings.recommend.overtime_premium
    assert overtime is not None
    labour = paid * hour * (1 + premium * overtime)
    shrinkage = fold(workspace, "shrinkage=-2pt")
    assert shrinkage.total == pytest.approx(labour * (1 - share / (share + 0.02)))
    needed = shrinkage.before.needed_hours
    assert shrinkage.steps[0].freed_hours == pytest.approx(needed * (1 - share / (share + 0.02)))
    assert needed == pytest.approx(sum(cell.need for cell in cells(workspace, known)) / 2 / MONTHS / share, rel=1e-4)
    kept = known.adherence
    assert fold(workspace, "adherence=+1pt").total == pytest.approx(labour * (1 - kept / (kept + 0.01)))
    assert fold(workspace, "overtime=+10pt").total == pytest.approx(-paid * hour * premium * 0.10)


def test_bills_of_somebody_else_by_hand(workspace: Workspace, known: Baseline) -> None:
    own = cells(workspace, known)
    lost = [cell.fare(cell.agents)[1] for cell in own]
    answered = sum(cell.calls - gone for cell, gone in zip(own, lost, strict=True)) / MONTHS
    minutes = sum((cell.calls - gone) * cell.aht for cell, gone in zip(own, lost, strict=True)) / 60 / MONTHS
    assert fold(workspace, "billing=hour:55").after.labour == pytest.approx(known.paid_hours * 55)
    assert fold(workspace, "billing=contact:9").after.labour == pytest.approx(answered * 9, rel=1e-4)
    assert fold(workspace, "billing=minute:1.5").after.labour == pytest.approx(minutes * 1.5, rel=1e-4)
    assert fold(workspace).before.lost == pytest.approx(sum(lost) / MONTHS, rel=1e-4)


def test_attrition_by_hand(workspace: Workspace, known: Baseline) -> None:
    own, hour = workspace.settings.people, known.state.hour_price
    assert None not in (own.recruit_cost, own.training_hours, own.trainee_wage, own.trainer_cost)
    cost = own.recruit_cost + own.training_hours * (own.trainee_wage + own.trainer_cost / own.class_size)  # type: ignore[operator]
    cost += (own.vacancy_hours or 0) * (own.vacancy_premium or 0) + sum(1 - one for one in own.ramp) * 40 * hour
    found = fold(workspace, "attrition=-6pt")
    assert found.total == pytest.approx(known.attrition.headcount * 0.06 / 12 * cost)
    assert "attr_cost_missing" in [note.key for note in found.notes]


def test_chats_take_the_time_that_they_take(workspace: Workspace, known: Baseline) -> None:
    found, fewer = fold(workspace, "chat=10pt"), fold(workspace, "volume=-10%")
    rows = known.state.load
    hours = 0.1 * float((rows["volume"] * rows["aht_s"].fill_null(0)).sum()) / 3600 / MONTHS * 1.5 / 2 / 0.85
    assert found.after.paid_hours == pytest.approx(fewer.after.paid_hours + hours / known.state.productive)


def test_the_order_moves_parts_and_not_the_whole(workspace: Workspace) -> None:
    levers = ("aht=-5%", "volume=-5%@sales", "shrinkage=-2pt")
    totals = [fold(workspace, *order).total for order in permutations(levers)]
    assert totals == pytest.approx([totals[0]] * 6, abs=1e-6)
    one, other = fold(workspace, *levers), fold(workspace, *reversed(levers))
    assert one.steps[0].folded != pytest.approx(other.steps[2].folded, abs=0.01)


def test_no_lever_moves_nothing(workspace: Workspace) -> None:
    assert fold(workspace, "aht=+0%").total == pytest.approx(0, abs=1e-6)
    found = fold(workspace)
    assert (found.total, found.steps, found.after, found.frame.height) == (0, (), found.before, 0)
    assert "lev_none" in [note.key for note in found.notes]


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
