"""A small centre with results to pay: contacts, states, surveys, employees and attendance of two months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from ccops.model import TABLE, Scope, Slice
from ccops.people.incentives_facts import month_end
from ccops.settings import Settings
from strategies import Row, table, visit

MONTHS = (date(2026, 9, 1), date(2026, 10, 1))
SPEED = {"anna": 0.8, "bo": 1.0, "chen": 1.25, "dai": 1.0, "eve": 1.0, "fay": 1.6}  # handle time against the mean
QUEUE_S = {"sales": 120, "claims": 480}
MIX = {"anna": 0.9, "bo": 0.1, "chen": 0.5, "dai": 0.9, "eve": 0.1, "fay": 0.5}  # share of sales
TEAM = {"anna": "north", "bo": "north", "chen": "north", "dai": "south", "eve": "south", "fay": None}


def employees(rows: list[Row]) -> pl.DataFrame:
    known = TABLE["employees"]
    plain: Row = {"nth": 1, "employed_from": date(2025, 1, 1), "role": "agent"}
    return pl.DataFrame([{name: (plain | row).get(name) for name in known.names} for row in rows],
                        schema=known.schema())


def contacts(n: int = 60, seed: int = 1) -> list[Row]:
    """`n` handled contacts per agent and month, of which each agent has the same share of each queue in a month."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for month in MONTHS:
        for agent, speed in SPEED.items():
            for i in range(n):
                queue = "sales" if i < round(n * MIX[agent]) else "claims"
                talk = round(QUEUE_S[queue] * speed * rng.uniform(0.9, 1.1) * 1000)
                days = month_end(month).day
                at = datetime(month.year, month.month, 1 + i % days, 8, 0) + timedelta(minutes=10 * (i // days))
                rows.append(visit(len(rows), queue=queue, agent=agent, talk_ms=talk, entered_at=at, answered_at=at))
    return rows


def centre(settings: Settings | None = None, scope: Scope | None = None, visits: list[Row] | None = None,
           staff: list[Row] | None = None, **rows: list[Row]) -> Slice:
    """A slice of the centre; `rows` are further tables."""
    settings = settings or Settings()
    people = staff if staff is not None else [
        {"agent": agent, "team": team, "shift": "late" if agent in ("bo", "eve") else "early"}
        for agent, team in TEAM.items()
    ]
    frames = {name: table(name, given, settings) for name, given in rows.items()}
    visits = visits or contacts()
    known = [{"system": "s", "contact_id": row["contact_id"], "started_at": row["entered_at"]} for row in visits]
    frames |= {"queue_visits": table("queue_visits", visits, settings), "employees": employees(people),
               "contacts": table("contacts", known, settings)}
    return Slice.of(frames, scope or Scope(), settings)


def survey(n: int, contact: int, csat: float | None, at: datetime = datetime(2026, 10, 20, 12), **more: Any) -> Row:
    return {"survey_id": f"s{n}", "contact_id": f"c{contact}", "sent_at": at, "csat": csat,
            "responded_at": None if csat is None else at} | more


def attended(agent: str, kinds: Mapping[int, str], month: date = MONTHS[1]) -> list[Row]:
    """A row per day of the month: work unless `kinds` says otherwise."""
    rows: list[Row] = []
    for day in range(1, 21):
        kind = kinds.get(day, "work")
        rows.append({"agent": agent, "kind": kind, "started_at": datetime(month.year, month.month, day),
                     "attended_ms": 8 * 3_600_000 if kind == "work" else 0})
    return rows
