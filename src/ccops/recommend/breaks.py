"""Lunches that are all taken at once, spread over the time in which they may be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import groupby, pairwise

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change, People
from ccops.recommend.evidence import Evidence, Planned
from ccops.remark import Remark
from ccops.workforce.simulation.twin_gaps import Stretch

_LEAST = 3  # people at lunch at once, below which there is nothing to spread
_TOGETHER = 1 / 3  # share of those on duty who are at lunch at once from which it is worth a look
_STEP_S = 300.0
_TRIES = (0, 900, -900, 1800, -1800, 2700, -2700, 3600, -3600)  # where a lunch goes that would meet a break

Moves = Mapping[tuple[str, date], tuple[Stretch, float]]  # (agent, day) -> the planned lunch and its new beginning


def breaks(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per team of which a third of those on duty are at lunch at once."""
    lunching = [one for one in evidence.planned if one.lunch]
    if not lunching:
        return [], [Need("shifts", Remark("rec_need_shifts"))]
    first, last = evidence.settings.recommend.lunch_after_h
    found = []
    for team, rows in groupby(lunching, key=lambda one: one.team):
        own = [*rows]
        on_duty = [one for one in evidence.planned if one.team == team]
        at, most, share = _peak(evidence, own, on_duty)
        if most < _LEAST or share < _TOGETHER:
            continue
        moves = spread(own, first * 3600, last * 3600)
        values = {"team": team, "at": _clock(at), "share": f"{share:.0%}", "n": f"{most:.0f}",
                  "first": f"{first:g}", "last": f"{last:g}"}
        found.append(Candidate(
            f"breaks-{team}", "breaks", Remark("rec_breaks_title", values), Remark("rec_breaks_problem", values),
            "ccops kpi service_level abandon_rate --by queue,hour", "low",
            Change(partial(_moved, moves)),
            assumptions=(Remark("rec_breaks_assumed", values),),
        ))
    return found, []


def spread(rows: list[Planned], first_s: float, last_s: float) -> Moves:
    """New beginnings: those who start together go one after another, evenly from `first_s` to `last_s` after it."""
    moves = {}
    for _, group in groupby(rows, key=lambda one: (one.day, one.start_s)):
        together = [(one, one.lunch) for one in group if one.lunch]
        for n, (one, lunch) in enumerate(together):
            wanted = first_s + (last_s - first_s) * (n + 0.5) / len(together)
            moves[one.agent, one.day] = (lunch, one.start_s + round(wanted / _STEP_S) * _STEP_S)
    return moves


def moved_pause(stretches: tuple[Stretch, ...], pause: Stretch, at: float) -> tuple[Stretch, ...]:
    """Stretches with the gap that is the pause elsewhere, as long as it was; as they were where it was not taken."""
    for n, ((_, left), (back, _)) in enumerate(pairwise(stretches)):
        if min(back, pause[1]) - max(left, pause[0]) >= (pause[1] - pause[0]) / 2:
            joined = (*stretches[:n], (stretches[n][0], stretches[n + 1][1]), *stretches[n + 2:])
            for try_s in _TRIES:
                begin, end = at + try_s, at + try_s + back - left
                for place, (start, stop) in enumerate(joined):
                    if start < begin and end < stop:
                        return (*joined[:place], (start, begin), (end, stop), *joined[place + 1:])
    return stretches


def _moved(moves: Moves, day: date, people: People) -> People:
    return tuple(
        replace(one, stretches=moved_pause(one.stretches, *moves[one.agent, day])) if (one.agent, day) in moves else one
        for one in people
    )


def _peak(evidence: Evidence, lunching: list[Planned], on_duty: list[Planned]) -> tuple[int, float, float]:
    """The half-hour of the clock with most people at lunch: when, how many on a mean day, what share of the team."""
    away = Counter(evidence.clock(one.lunch[0]) // 30 * 30 for one in lunching if one.lunch)
    at, n = max(away.items(), key=lambda item: (item[1], -item[0]))
    middle = at + 15
    there = sum(1 for one in on_duty if evidence.clock(one.start_s) <= middle < _ends(evidence, one))
    days = len({one.day for one in on_duty})
    return at, n / days, n / max(there, 1)


def _ends(evidence: Evidence, one: Planned) -> float:
    return evidence.clock(one.start_s) + (one.end_s - one.start_s) / 60


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
