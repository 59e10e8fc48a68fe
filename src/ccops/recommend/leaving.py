"""Newcomers of one shift, team or hiring source who leave more often than the others'."""

from __future__ import annotations

from ccops.errors import SourceError
from ccops.people.early import Excess, excess
from ccops.people.employments import employments
from ccops.people.leaver_cost import leaver_cost
from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Estimate
from ccops.recommend.evidence import Evidence
from ccops.remark import Remark

_EARLY_DAYS = 180


def leaving(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """Onboarding for the group whose newcomers leave significantly more: of each band the group that is clearest.

    Groups by team, shift and source overlap, so that two of one band would count the same leavers twice.
    """
    try:
        known = employments(evidence.whole.everyone().between(None, None))
    except SourceError:
        return [], [Need("employees", Remark("rec_need_employees"))]
    cost = leaver_cost(evidence.settings)
    if cost.total is None:
        return [], [Need("[people]", Remark("rec_need_leaver_cost"))]
    bands: dict[int, Excess] = {}
    for one in sorted(excess(known, cost.total), key=lambda one: one.p):
        if one.first_day < _EARLY_DAYS:
            bands.setdefault(one.first_day, one)
    return [_candidate(one, cost.total, cost.currency) for one in bands.values()], []


def _candidate(one: Excess, cost: float, currency: str) -> Candidate:
    last = "" if one.last_day is None else str(one.last_day)
    by = {"team": ("team", "班组"), "shift": ("shift", "班次"), "source": ("hiring source", "招聘渠道")}[one.by]
    values: dict[str, str | tuple[str, str]] = {
        "by": by, "group": one.group, "first": str(one.first_day), "last": last, "leavers": str(one.leavers),
        "hazard": f"{one.hazard:.1%}", "others": f"{one.others:.1%}", "avoidable": f"{one.avoidable:.1f}",
        "cost": f"{cost:,.0f} {currency}".strip(),
    }
    return Candidate(
        f"onboarding-{one.group}-{one.first_day}", "onboarding", Remark("rec_onboarding_title", values),
        Remark("rec_onboarding_problem", values), f"ccops people attrition --by {one.by}", "medium",
        money=Estimate(one.avoidable * cost, (one.lo * cost, one.hi * cost)),
        assumptions=(Remark("rec_onboarding_assumed", values),),
    )
