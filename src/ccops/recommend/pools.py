"""Queues that nobody shares: served as one, or joined by some who learn the other's calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import combinations

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change, People
from ccops.recommend.evidence import Evidence
from ccops.remark import Remark

_SILO = 0.15  # share of the smaller side's agents who serve both, below which two queues are silos


def pools(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """For each two queues of one switch that are silos: one pool, or so many people of each side cross-trained."""
    found = []
    trained = evidence.settings.recommend.trained_agents
    for pair in combinations(sorted(evidence.offered), 2):
        sides = [{agent for agent, skills in evidence.skills.items() if queue in skills} for queue in pair]
        smaller, both = min(map(len, sides)), len(sides[0] & sides[1])
        alike = evidence.systems[pair[0]] == evidence.systems[pair[1]]
        if not alike or not smaller or both > _SILO * smaller:
            continue
        a, b = pair
        values = {"a": a, "b": b, "n": str(both), "all": str(len(sides[0] | sides[1])), "k": str(trained)}
        found.append(Candidate(
            f"pool-{a}-{b}", "pools", Remark("rec_pool_title", values), Remark("rec_pool_problem", values),
            f"ccops staff --pool {a},{b}", "high",
            Change(partial(pooled, pair)),
            assumptions=(Remark("rec_pool_assumed", values),), instead=f"pool-{a}-{b}",
        ))
        if smaller > 2 * trained:
            chosen = [sorted(sides[0] - sides[1])[:trained], sorted(sides[1] - sides[0])[:trained]]
            found.append(Candidate(
                f"train-{a}-{b}", "training", Remark("rec_train_title", values), Remark("rec_pool_problem", values),
                f"ccops staff --pool {a},{b}", "medium",
                Change(partial(crossed, pair, chosen)),
                assumptions=(Remark("rec_pool_assumed", values),), instead=f"pool-{a}-{b}",
            ))
    return found, []


def pooled(queues: Sequence[str], _day: date, people: People) -> People:
    """Whoever serves one of the queues serves them all, their own first."""
    return tuple(
        replace(one, skills=(*one.skills, *(queue for queue in queues if queue not in one.skills)))
        if set(one.skills) & set(queues) else one
        for one in people
    )


def crossed(pair: Sequence[str], chosen: Sequence[Sequence[str]], _day: date, people: People) -> People:
    """The chosen of each side serve the other's queue too."""
    learns = {agent: pair[1 - side] for side, agents in enumerate(chosen) for agent in agents}
    return tuple(
        replace(one, skills=(*one.skills, learns[one.agent]))
        if one.agent in learns and learns[one.agent] not in one.skills else one
        for one in people
    )
