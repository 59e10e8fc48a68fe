"""Evaluators who judge unlike the others, and groups that were heard too seldom: knowledge before money."""

from __future__ import annotations

from ccops.errors import SourceError
from ccops.quality.evaluators import leniency
from ccops.quality.scorecard import scored
from ccops.quality.scores import too_small
from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate
from ccops.recommend.evidence import Evidence
from ccops.remark import Remark

_APART = 0.03  # three points of a hundred: less is no reason to meet
_NAMED = 6


def evaluators(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """The evaluator who stands out most from the others at the same agents. One: the mean that the others are compared
    with holds that one's scores, so that they stand out too until those are right."""
    try:
        rows = scored(evidence.whole.everyone().between(None, None)).frame
    except SourceError:
        return [], [Need("evaluations", Remark("rec_need_evaluations"))]
    found = []
    for one in sorted(leniency(rows), key=lambda one: -abs(one.effect)):
        if not one.stands_out or abs(one.effect) < _APART:
            continue
        kind = "lenient" if one.effect > 0 else "strict"
        values = {"evaluator": one.evaluator, "points": f"{abs(one.effect) * 100:.1f}",
                  "lo": f"{min(abs(one.lo), abs(one.hi)) * 100:.1f}",
                  "hi": f"{max(abs(one.lo), abs(one.hi)) * 100:.1f}", "n": f"{one.n:,}"}
        found.append(Candidate(
            f"calibrate-{one.evaluator}", "calibration", Remark(f"rec_{kind}_title", values),
            Remark(f"rec_{kind}_problem", values), "ccops quality calibrate", "low",
        ))
    return found[:1], []


def samples(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """One candidate where the scores of agents are not known well enough to act on."""
    try:
        unsure = too_small(evidence.whole.everyone().between(None, None), "agent")
    except SourceError:
        return [], []  # `evaluators` says what is needed
    if not unsure:
        return [], []
    shown = ", ".join(unsure[:_NAMED]) + " …" * (len(unsure) > _NAMED)
    values = {"n": str(len(unsure)), "agents": shown}
    return [Candidate(
        "sample-agents", "sample", Remark("rec_sample_title", values), Remark("rec_sample_problem", values),
        "ccops quality sample", "low",
    )], []
