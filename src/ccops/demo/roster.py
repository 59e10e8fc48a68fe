"""Who works when: days off, shifts, breaks and absences, one day at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from ccops.demo.centre import CLOSES, HOUR, Agent, Incident

# Begin and end of the shifts, dealt out in this order to a team's people of the day, so that few are enough for all.
_EARLY, _MORNING = (8 * HOUR, 16 * HOUR + 1800), (9 * HOUR, 17 * HOUR + 1800)
_MIDDAY, _LATE = (11 * HOUR, 19 * HOUR + 1800), (13 * HOUR + 1800, CLOSES)
_DEAL = (_EARLY, _LATE, _MORNING, _EARLY, _LATE, _MORNING, _MIDDAY, _EARLY, _LATE, _MORNING)
# Days off (Monday is 0): nobody is off on a Monday, most are at the weekend, when fewer people call.
_DAYS_OFF = ((5, 6), (1, 6), (2, 6), (3, 5), (3, 4), (4, 6), (2, 5))
_ABSENT = 0.04
# A team that goes to lunch together, whatever that does to its callers.
PLANTED_LUNCH, _NOON, _STRAGGLE_S = "service", 12 * HOUR, 600
# What a planner writes down for a pause, who cannot know how long it will take: minutes, and starts on full five.
_PLANNED_S = {"break": 900, "lunch": 2700, "training": 1800}
_GRID_S = 300


@dataclass(frozen=True)
class Pause:
    """A planned break: when it falls due (seconds after midnight), why, and how long it lasts."""

    at: int
    reason: str
    seconds: int


@dataclass(frozen=True)
class Stretch:
    """A planned stretch of a shift, in seconds after midnight; pauses lie within the work."""

    activity: str
    begins: int
    ends: int


@dataclass(frozen=True)
class Shift:
    """One agent's day as it goes, and as it was published; `away` is a stretch without any login, from an incident."""

    agent: Agent
    login: int
    logout: int
    pauses: tuple[Pause, ...]
    away: tuple[int, int] | None = None
    plan: tuple[Stretch, ...] = ()
    absent: bool = False


@dataclass(frozen=True)
class Habits:
    """Teams that have given up going to lunch together, and who starts at another time: (team, usual start, new start
    in seconds after midnight, how many of a day)."""

    lunch_spread: frozenset[str] = frozenset()
    moved: tuple[tuple[str, int, int, int], ...] = ()


USUAL = Habits()


def planned(people: tuple[Agent, ...], day: date, rng: Random, incident: Incident | None,
            habits: Habits = USUAL) -> list[Shift]:
    """Every shift that was planned for `day`, with how it goes."""
    week = day.toordinal() // 7
    at_work: dict[str, int] = {}
    begun: Counter[tuple[str, int]] = Counter()
    found: list[Shift] = []
    for index, agent in enumerate(people):
        if not agent.queues or day.weekday() in _DAYS_OFF[(index + week) % len(_DAYS_OFF)]:
            continue
        turn = at_work[agent.team] = at_work.get(agent.team, -1) + 1
        begins, ends = _DEAL[turn % len(_DEAL)]
        place = begun[agent.team, begins]
        begun[agent.team, begins] += 1
        for team, usual, start, n in habits.moved:
            if (team, usual) == (agent.team, begins) and place < n:
                begins, ends = start, ends + start - begins
        together = agent.team == PLANTED_LUNCH and agent.team not in habits.lunch_spread
        late, long = rng.random(), rng.random()
        login = begins - 240 + round(300 * late) + (round(900 * long) if late > 0.95 else 0)
        shift = Shift(agent, login, ends + round(300 * long), _pauses(begins, rng, together))
        shift = replace(shift, plan=_plan(begins, ends, shift.pauses))
        if incident and turn % incident.spares.get(agent.team, 1):
            shift = _hit(shift, incident, rng)
        found.append(replace(shift, absent=rng.random() < _ABSENT))
    return found


def _plan(begins: int, ends: int, pauses: tuple[Pause, ...]) -> tuple[Stretch, ...]:
    starts = [(pause.reason, _GRID_S * round(pause.at / _GRID_S)) for pause in pauses]
    return (
        Stretch("work", begins, ends), *(Stretch(reason, at, at + _PLANNED_S[reason]) for reason, at in starts),
    )


def _hit(shift: Shift, incident: Incident, rng: Random) -> Shift:
    """The shift with the incident in it; whoever would have begun meanwhile begins after it."""
    gone, back = incident.begins + round(60 * rng.random()), incident.ends + round(600 * rng.random())
    if shift.login < gone:
        return replace(shift, away=(gone, back))
    return replace(shift, login=max(shift.login, back))


def _pauses(begins: int, rng: Random, together: bool) -> tuple[Pause, ...]:
    """Two breaks, a meal, and now and then a training: spread so that the floor is never empty, or the meal at noon."""
    first = Pause(begins + round(HOUR * (1.2 + rng.random())), "break", 600 + round(300 * rng.random()))
    draw = rng.random()
    due = begins + round(HOUR * (3.0 + 1.6 * draw))
    if together and begins <= 9 * HOUR:
        due = _NOON + round(_STRAGGLE_S * draw)
    meal = Pause(due, "lunch", 2400 + round(900 * rng.random()))
    second = Pause(begins + round(HOUR * (6.5 + 0.8 * rng.random())), "break", 600 + round(300 * rng.random()))
    if rng.random() < 0.12:
        training = Pause(begins + round(HOUR * (5.55 + 0.4 * rng.random())), "training", 1800)
        return first, meal, training, second
    return first, meal, second
