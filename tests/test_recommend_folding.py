"""Folding: savings are counted once, what proves nothing or breaks the target is dropped, and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import numpy as np
import pytest

from ccops.recommend.action import Action
from ccops.recommend.candidate import Candidate, Change, Estimate
from ccops.recommend.folding import Folded, Rules, folded
from ccops.recommend.testing import Bench, Effect, Tried
from ccops.remark import Remark
from ccops.workforce.simulation.twin import Twin

RULES = Rules(lost_value=30.0, target=0.8, most=5, currency="CNY")


@dataclass(frozen=True)
class _Day:
    day: date


class Known(Bench):
    """A bench of one day whose lost calls are known: each change leaves a share of those it meets."""

    weights = np.array([1.0])

    def tried(self, changes: Sequence[Change]) -> Tried:
        left = float(np.prod([next(iter(change.volume.values())) for change in changes]))
        return Tried(np.array([1000 * left]), np.zeros(1), np.array([0.7 + 0.1 * (1 - left)]), np.ones(1))

    def fewer_lost(self, before: Tried, after: Tried) -> Effect:
        gain = float(before.lost.sum() - after.lost.sum())
        return Effect(gain, gain - 100, gain + 100)

    def service(self, before: Tried, after: Tried) -> Effect:
        apart = float(after.above[0] - before.above[0])
        return Effect(apart, apart - 0.01, apart + 0.01)


def known(kind: type[Known] = Known) -> Known:
    return kind(cast("tuple[Twin, ...]", (_Day(date(2026, 11, 16)),)), cast("Any", None), 2, 1, method="formulas")


def candidate(name: str, left: float, **more: object) -> Candidate:
    blank = Remark("rec_quick")
    change = Change(volume={"q": left}, costs=cast(float, more.pop("costs", 0.0)))
    return Candidate(name, "x", blank, blank, "ccops kpi", "low", change, **more)  # type: ignore[arg-type]


def run(*candidates: Candidate, rules: Rules = RULES, bench: Known | None = None) -> Folded:
    return folded(candidates, bench or known(), rules)


def test_each_saves_what_the_others_left_and_the_sum_is_that_of_all_together() -> None:
    done = run(candidate("a", 0.5), candidate("b", 0.6))
    assert [one.id for one in done.actions] == ["a", "b"]
    assert [one.saving_per_month for one in done.actions] == pytest.approx([500 * 30, 200 * 30])
    together = 1000 - known().tried([Change(volume={"q": 0.5}), Change(volume={"q": 0.6})]).lost.sum()
    assert sum(one.saving_per_month or 0 for one in done.actions) == pytest.approx(30 * together)


def test_one_that_nothing_is_left_for_is_dropped() -> None:
    done = run(candidate("a", 0.2), candidate("b", 0.6))
    assert [one.id for one in done.actions] == ["a"]  # of the 200 left 80 are saved, known to 100
    assert [(one.id, one.why.key) for one in done.dropped] == [("b", "rec_drop_zero")]


def test_what_frees_hours_for_certain_follows_without_money() -> None:
    done = run(candidate("a", 0.95, freed_hours=60.0), candidate("b", 0.95))
    assert [(one.id, one.saving_per_month, one.freed_hours) for one in done.freeing] == [("a", None, 60.0)]
    assert ([one.id for one in done.dropped], done.actions) == (["b"], ())


def test_one_instead_of_the_other_and_no_more_than_asked() -> None:
    done = run(candidate("a", 0.5, instead="p"), candidate("b", 0.55, instead="p"))
    assert [(one.id, one.why.key) for one in done.dropped] == [("b", "rec_drop_instead")]
    few = run(candidate("a", 0.5), candidate("b", 0.6), rules=Rules(30.0, 0.8, 1, "CNY"))
    assert [(one.id, one.why.key) for one in few.dropped] == [("b", "rec_drop_most")]


def test_what_it_costs_is_in_the_saving() -> None:
    [found] = run(candidate("a", 0.5, costs=4000.0)).actions
    assert found.saving_per_month == pytest.approx(500 * 30 - 4000)
    assert found.interval == pytest.approx((400 * 30 - 4000, 600 * 30 - 4000))


def test_what_the_change_rests_on_widens_the_interval() -> None:
    [found] = run(candidate("a", 0.5, unsure=0.5)).actions
    assert found.interval is not None
    assert found.interval[1] - found.interval[0] == pytest.approx(2 * 30 * np.hypot(100, 250))


def test_an_action_that_breaks_the_target_is_dropped() -> None:
    class Worse(Known):
        def tried(self, changes: Sequence[Change]) -> Tried:
            found = super().tried(changes)
            return replace(found, above=np.array([0.85 - 0.1 * len(changes)]))

    done = run(candidate("a", 0.5), bench=known(Worse))
    assert [(one.id, one.why.key) for one in done.dropped] == [("a", "rec_drop_target")]


def test_money_from_the_data_needs_no_simulation() -> None:
    blank = Remark("rec_quick")
    sure = Candidate("t", "x", blank, blank, "ccops", "low", money=Estimate(100.0, (80.0, 120.0)))
    unsure = Candidate("u", "x", blank, blank, "ccops", "low", money=Estimate(100.0, (-1.0, 220.0)))
    done = folded([unsure, sure], None, RULES)
    assert [(one.id, one.tested) for one in done.actions] == [("t", "data")]
    assert [one.id for one in done.dropped] == ["u"]


def test_the_interval_of_a_month_holds_fresh_months() -> None:
    """Days of a known mean and spread: 95 % of months drawn anew lie in the interval, at least nine in ten."""
    rng = np.random.default_rng(3)
    days = [date(2026, 10, 5 + n) for n in range(26)]
    inside = 0
    for _ in range(200):
        test = Bench(cast("tuple[Twin, ...]", tuple(map(_Day, days))), cast("Any", None), 2, 1)
        test.__dict__["ratio"] = 1.0
        sides = [Tried(rng.normal(mean, 8, 26), np.full(26, 16.0), np.zeros(26), np.ones(26)) for mean in (100, 70)]
        found = test.fewer_lost(*sides)
        month = float((rng.normal(30, np.hypot(8, 8), 30) + rng.normal(0, np.hypot(4, 4), 30)).sum())
        inside += found.lo <= month <= found.hi
    assert inside >= 180


def test_actions_without_money_have_none() -> None:
    blank = Remark("rec_quick")
    assert Action("a", "x", blank, blank, "ccops", "low", "data").interval is None
