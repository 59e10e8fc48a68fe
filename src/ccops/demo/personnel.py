"""The list of employees with two years of leavers: hires of the late shift leave early, as somebody should notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from ccops.demo.centre import Agent

_HEAD = ("Agent,Name,Team,Skills,Contract hours,Hired,Left,Leave reason,Leave kind,Role,Shift,Hiring source,"
         "In production from,Wage,Wage per,Currency\n")
SHIFTS = ("early", "morning", "midday", "late")
PLANTED_SHIFT = "late"
_SOURCES = ("referral", "agency", "campus", "job board")
_TEAMS = ("sales", "service", "billing")
# Reason, kind, weight: what people say when they leave.
_REASONS = (("pay", "voluntary", 5), ("night work", "voluntary", 4), ("study", "voluntary", 3),
            ("performance", "involuntary", 2), ("promoted", "internal", 1))
_MONTHS, _HIRES = 24, 7  # of history, and hires a month
_TRAINING_DAYS = 21
# Share of hires who leave within the first 90 days, and the hazard a day after that.
_EARLY = {True: 0.7, False: 0.08}
_LATER = 1 / 1100


def employees(people: tuple[Agent, ...], seed: int, first: date, last: date, stay: Sequence[str] = ()) -> str:
    """Everybody on the floor, hired before the first day, and those who left in the two years before the last.

    Hires of a shift that is to `stay` leave as rarely as the others.
    """
    rng = Random(f"{seed}/employees")  # noqa: S311
    rows = []
    for agent in people:
        hired = first - timedelta(days=30 + round(rng.expovariate(1 / 500)))
        own = Random(f"{seed}/{agent.id}/hr")  # noqa: S311
        shift = "early" if not agent.queues else own.choices(SHIFTS, (5, 4, 2, 2))[0]
        rows.append(_row(agent.id, agent.name, agent.team, agent.queues, 40 if agent.queues else 20, hired, None,
                         ("", ""), shift, own))
    rows += _leavers(len(people), seed, last, stay)
    return _HEAD + "".join(rows)


def _leavers(size: int, seed: int, last: date, stay: Sequence[str]) -> list[str]:
    """People hired over two years who are gone; those who stayed are the floor's own."""
    rng = Random(f"{seed}/leavers")  # noqa: S311
    rows, number = [], 1000
    for month in range(_MONTHS):
        for _ in range(round(_HIRES * size / 60)):
            shift = SHIFTS[number % len(SHIFTS)]
            number += 1
            hired = last - timedelta(days=round(30.4 * (_MONTHS - month)) - rng.randrange(28))
            early = rng.random() < _EARLY[shift == PLANTED_SHIFT and shift not in stay]
            days = 10 + rng.randrange(80) if early else 90 + round(rng.expovariate(_LATER))
            left = hired + timedelta(days=days)
            if left <= last:
                reason, kind, _ = rng.choices(_REASONS, [weight for _, _, weight in _REASONS])[0]
                team = rng.choice(_TEAMS)
                rows.append(_row(str(number), f"Former {number}", team, (team,), 40, hired, left, (reason, kind), shift,
                                 rng))
    return rows


def _row(number: str, name: str, team: str, queues: tuple[str, ...], hours: int, hired: date, left: date | None,
         why: tuple[str, str], shift: str, rng: Random) -> str:
    wage = 38 + 2 * rng.randrange(6)
    cells = (number, name, team, ";".join(queues), hours, hired, left or "", *why, "agent", shift,
             rng.choice(_SOURCES), hired + timedelta(days=_TRAINING_DAYS), f"{wage}.00", "hour", "CNY")
    return ",".join(map(str, cells)) + "\n"
