"""The same paid hours at another time of the day: some of a team who start with another of its shifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import groupby, permutations

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change, People
from ccops.recommend.evidence import Evidence, Planned
from ccops.remark import Remark

_USUAL = 0.1  # share of a team's shifts from which a start is one of the team's own

Shifted = Mapping[tuple[str, date], float]  # (agent, day) -> seconds later


def starts(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per team and pair of its starts; the pair that saves most stands for the team."""
    agents = evidence.settings.recommend.moved_agents
    found = []
    for team, rows in groupby(evidence.planned, key=lambda one: one.team):
        own = [*rows]
        counts = Counter(evidence.clock(one.start_s) for one in own)
        usual = sorted(minute for minute, n in counts.items() if n >= _USUAL * len(own))
        days = len({one.day for one in own})
        for before, after in permutations(usual, 2):
            if counts[before] / days < agents + 1:
                continue  # somebody stays
            later = shifted(evidence, own, before, after, agents)
            values = {"team": team, "n": str(agents), "before": _clock(before), "after": _clock(after)}
            found.append(Candidate(
                f"starts-{team}-{_digits(before)}-{_digits(after)}", "starts", Remark("rec_starts_title", values),
                Remark("rec_starts_problem", values), "ccops staff -d last-week", "medium",
                Change(partial(_moved, later)),
                assumptions=(Remark("rec_starts_assumed"),), instead=f"starts-{team}",
            ))
    return found, []


def shifted(evidence: Evidence, rows: list[Planned], before: int, after: int, agents: int) -> Shifted:
    """On each day the first so many who start at `before`, and by how much later they come."""
    found = {}
    for _, group in groupby(rows, key=lambda one: one.day):
        those = [one for one in group if evidence.clock(one.start_s) == before]
        for one in those[:agents]:
            found[one.agent, one.day] = (after - before) * 60.0
    return found


def _moved(later: Shifted, day: date, people: People) -> People:
    return tuple(
        replace(one, stretches=tuple((start + by, end + by) for start, end in one.stretches))
        if (by := later.get((one.agent, day))) else one
        for one in people
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _digits(minute: int) -> str:
    return f"{minute // 60:02d}{minute % 60:02d}"
