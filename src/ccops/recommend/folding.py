"""Candidates one after another, each tested on what those before it left, so that savings are counted once.

All are tried alone first; the one that saves most comes first. One is dropped that breaks the service target, whose
95 % interval contains zero, or that stands for the same as one that is recommended already.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ccops.progress import Progress
from ccops.recommend.action import Action, Dropped, Interval
from ccops.recommend.candidate import Candidate, Change, Estimate
from ccops.recommend.testing import Bench, Effect, Tried
from ccops.remark import Remark

_NOTHING = 1e-9


@dataclass(frozen=True)
class Rules:
    """What an action is judged by: what a lost call is worth, the target, and how many actions of money there may be.

    `target` is the service level that must not be missed because of an action; None: it must not fall.
    """

    lost_value: float
    target: float | None
    most: int
    currency: str


@dataclass(frozen=True)
class Folded:
    """Actions with money; those that free hours for certain, but whose money cannot be told from none; the rest, those
    first that were nearest to being recommended."""

    actions: tuple[Action, ...]
    freeing: tuple[Action, ...]
    dropped: tuple[Dropped, ...]


def folded(candidates: Sequence[Candidate], bench: Bench | None, rules: Rules,
           progress: Progress | None = None) -> Folded:
    """The candidates that bring money, tested and in order of what they save. Those with a change need a bench."""
    ranked: list[tuple[float, Candidate]] = []
    freeing: list[Action] = []
    dropped: list[Dropped] = []
    unsure: list[tuple[float, Dropped]] = []
    for n, one in enumerate(candidates, 1):
        alone = _alone(one, bench, rules)
        if alone[1][0] > 0:
            ranked.append((alone[0], one))
        elif one.freed_hours and alone[0] > 0:
            freeing.append(_freeing(one, alone[0], alone[1], rules))
        else:
            unsure.append((alone[0], _unsure(one, alone[0], alone[1], rules)))
        if progress:
            progress("simulate", n, len(candidates))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].id))
    actions = _fold([one for _, one in ranked], freeing, dropped, bench, rules)
    unsure.sort(key=lambda pair: -pair[0])
    return Folded(actions, tuple(freeing), (*dropped, *(one for _, one in unsure)))


def _fold(ranked: Sequence[Candidate], freeing: list[Action], dropped: list[Dropped], bench: Bench | None,
          rules: Rules) -> tuple[Action, ...]:
    actions: list[Action] = []
    taken: dict[str, str] = {}
    changes: list[Change] = []
    before = bench.base if bench else None
    plain = replace(bench, method="formulas") if bench else None
    for one in ranked:
        if one.instead and one.instead in taken:
            dropped.append(Dropped(one.id, one.title, Remark("rec_drop_instead", {"id": taken[one.instead]})))
            continue
        if len(actions) >= rules.most:
            dropped.append(Dropped(one.id, one.title, Remark("rec_drop_most", {"n": str(rules.most)})))
            continue
        after = before
        if one.change and bench and before:
            after = bench.tried([*changes, one.change])
            action = _tested(one, one.change, bench, (before, after), rules)
            if plain and bench.method == "simulation":
                action = _checked(action, plain.tried(changes), plain.tried([*changes, one.change]), plain, one, rules)
        elif one.money:
            action = _estimated(one, one.money)
        else:
            continue
        refused = _refused(one, action, rules)
        if refused and one.freed_hours and refused.why.key in ("rec_drop_zero", "rec_drop_loss"):
            freeing.append(_freeing(one, action.saving_per_month or 0.0, action.interval or (0.0, 0.0), rules))
            continue
        if refused:
            dropped.append(refused)
            continue
        actions.append(action)
        taken |= {one.instead: one.id} if one.instead else {}
        changes += [one.change] if one.change else []
        before = after
    actions.sort(key=lambda action: (-(action.saving_per_month or 0.0), action.id))
    return tuple(actions)


def _alone(one: Candidate, bench: Bench | None, rules: Rules) -> tuple[float, Interval]:
    if one.change and bench:
        money = _money(one, one.change, bench.fewer_lost(bench.base, bench.tried([one.change])), rules)
        return money.value, (money.lo, money.hi)
    money_of = one.money or Estimate(0.0, (0.0, 0.0))
    return money_of.value, money_of.interval


def _money(one: Candidate, change: Change, fewer: Effect, rules: Rules) -> Effect:
    """Lost calls in money, wider by what the change itself rests on, less what it costs."""
    wider = one.unsure * abs(fewer.value)
    half = (math.hypot(fewer.value - fewer.lo, wider), math.hypot(fewer.hi - fewer.value, wider))
    return Effect(fewer.value, fewer.value - half[0], fewer.value + half[1]).times(rules.lost_value, -change.costs)


def _tested(one: Candidate, change: Change, bench: Bench, sides: tuple[Tried, Tried], rules: Rules) -> Action:
    before, after = sides
    money = _money(one, change, bench.fewer_lost(before, after), rules)
    service = bench.service(before, after)
    return Action(
        one.id, one.family, one.title, one.problem, one.why, one.effort, bench.method, money.value,
        (money.lo, money.hi), before.service_level(bench.weights), after.service_level(bench.weights),
        (service.lo, service.hi), one.freed_hours, None, tuple(one.assumptions),
    )


def _checked(action: Action, before: Tried, after: Tried, plain: Bench, one: Candidate, rules: Rules) -> Action:
    """The action with what the formulas say of it, and that they disagree where they do."""
    costs = one.change.costs if one.change else 0.0
    says = plain.fewer_lost(before, after).value * rules.lost_value - costs
    lo, hi = action.interval or (says, says)
    apart = [] if lo <= says <= hi else [
        Remark("rec_disagree", {"value": f"{says:,.0f} {rules.currency}".strip()})
    ]
    return replace(action, formulas_saving=says, assumptions=(*action.assumptions, *apart))


def _estimated(one: Candidate, money: Estimate) -> Action:
    return Action(one.id, one.family, one.title, one.problem, one.why, one.effort, "data", money.value, money.interval,
                  freed_hours=one.freed_hours, assumptions=tuple(one.assumptions))


def _freeing(one: Candidate, value: float, interval: Interval, rules: Rules) -> Action:
    """An action without money: what it frees is known, what that saves is less than one month differs from another."""
    not_told = Remark("rec_not_told", _range(value, interval, rules))
    return Action(one.id, one.family, one.title, one.problem, one.why, one.effort, "data", freed_hours=one.freed_hours,
                  assumptions=(*one.assumptions, not_told))


def _refused(one: Candidate, action: Action, rules: Rules) -> Dropped | None:
    lo, hi = action.interval or (0.0, 0.0)
    if lo <= 0:
        return _unsure(one, action.saving_per_month or 0.0, (lo, hi), rules)
    before, after = action.service_level_before, action.service_level_after
    if before is None or after is None or after >= before - _NOTHING:
        return None
    if rules.target is not None and after >= rules.target:
        return None
    return Dropped(one.id, one.title, Remark("rec_drop_target", {"before": f"{before:.1%}", "after": f"{after:.1%}"}))


def _unsure(one: Candidate, value: float, interval: Interval, rules: Rules) -> Dropped:
    key = "rec_drop_loss" if interval[1] <= 0 else "rec_drop_zero"
    return Dropped(one.id, one.title, Remark(key, _range(value, interval, rules)))


def _range(value: float, interval: Interval, rules: Rules) -> dict[str, str]:
    lo, hi = interval
    return {"value": f"{value:,.0f} {rules.currency}".strip(), "lo": f"{lo:,.0f}", "hi": f"{hi:,.0f}"}
