"""Who works when: days off, shifts, breaks and absences, one day at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from ccops.demo.centre import CLOSES, HOUR, Agent, Incident

# Login and logout of the three shifts, and how many of ten people have each.
_SHIFTS = ((8 * HOUR, 16 * HOUR + 1800, 4), (10 * HOUR, 18 * HOUR + 1800, 3), (13 * HOUR + 1800, CLOSES, 3))
# Days off (Monday is 0): nobody is off on a Monday, most are at the weekend, when fewer people call.
_DAYS_OFF = ((5, 6), (3, 6), (5, 6), (2, 5), (4, 6), (1, 6), (3, 5))
_ABSENT = 0.04


@dataclass(frozen=True)
class Pause:
    """A planned break: when it falls due (seconds after midnight), why, and how long it lasts."""

    at: int
    reason: str
    seconds: int


@dataclass(frozen=True)
class Shift:
    """One agent's day; `away` is a stretch without any login, from an incident."""

    agent: Agent
    login: int
    logout: int
    pauses: tuple[Pause, ...]
    away: tuple[int, int] | None = None


def shifts(people: tuple[Agent, ...], day: date, rng: Random, incident: Incident | None) -> list[Shift]:
    """The shifts that are worked on `day`, absences already left out."""
    planned: list[Shift] = []
    for index, agent in enumerate(people):
        # Drawn for everybody, so that one absence does not change everybody else's day.
        absent, late, stays, draws = rng.random() < _ABSENT, rng.random(), rng.random(), rng.random()
        week = day.toordinal() // 7
        if not agent.queues or absent or day.weekday() in _DAYS_OFF[(index + week) % len(_DAYS_OFF)]:
            continue
        begins, ends = _shift_of(index + week)
        login = begins - 240 + round(300 * late) + (round(900 * draws) if late > 0.95 else 0)
        logout = ends + round(300 * stays)
        shift = Shift(agent, login, logout, _pauses(begins, rng))
        if incident and rng.random() < incident.hit.get(agent.team, 0.0):
            gone, back = incident.begins + round(60 * rng.random()), incident.ends + round(600 * rng.random())
            if login < gone:
                shift = replace(shift, away=(gone, back))
            else:
                shift = replace(shift, login=max(login, back))
        planned.append(shift)
    return planned


def _shift_of(turn: int) -> tuple[int, int]:
    place = turn * 3 % 10
    for begins, ends, share in _SHIFTS:
        if place < share:
            return begins, ends
        place -= share
    raise AssertionError("the shares of the shifts add up to ten")


def _pauses(begins: int, rng: Random) -> tuple[Pause, ...]:
    """Two breaks, a meal, and now and then a training, spread so that the floor is never empty."""
    first = Pause(begins + round(HOUR * (1.2 + rng.random())), "break", 600 + round(300 * rng.random()))
    meal = Pause(begins + round(HOUR * (3.0 + 1.6 * rng.random())), "lunch", 2400 + round(900 * rng.random()))
    second = Pause(begins + round(HOUR * (6.0 + rng.random())), "break", 600 + round(300 * rng.random()))
    if rng.random() < 0.12:
        training = Pause(begins + round(HOUR * (5.0 + 0.5 * rng.random())), "training", 1800)
        return first, meal, training, second
    return first, meal, second
