"""Lines, seats, the voice menu and supervisors: what the centre has of them, what it needs, what one more is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ccops.cost.loaded_cost import headcount, span
from ccops.cost.volumes import most_at_once
from ccops.errors import SourceError
from ccops.metrics.evaluate import kpis
from ccops.people.attrition import attrition
from ccops.workforce.trunks import trunks

if TYPE_CHECKING:
    from ccops.model import Slice

_BLOCKING = 0.01


@dataclass(frozen=True)
class Lines:
    """Lines that lose one call of a hundred in the busiest hour, the most that were in use at once, those paid for.

    `spare` is what those beyond the need cost a month, below 0: what is missing.
    """

    needed: int
    most_at_once: int
    paid: int | None
    spare: float | None


@dataclass(frozen=True)
class Seats:
    """People at work at once against people: one seat for each of `people`, or shared."""

    people: int
    most_at_once: int
    saves: float | None

    @property
    def per_seat(self) -> float:
        """People per seat if seats are shared."""
        return self.people / self.most_at_once


@dataclass(frozen=True)
class Menu:
    """Contacts a month that meet the menu, the share that it serves without anybody calling again within a day, what a
    contact costs with an agent and in the menu, and what one point more of them saves."""

    contacts: float
    contained: float
    with_agent: float
    in_menu: float | None
    point_saves: float | None


@dataclass(frozen=True)
class Team:
    """A team, its supervisors at today's span, and what one agent more for each saves a month."""

    team: str
    people: int
    supervisors: float
    saves: float
    attrition: float | None


def lines(data: Slice) -> Lines | None:
    """None where no call has a beginning and an end."""
    try:
        found = trunks(data, _BLOCKING)
    except SourceError:
        return None
    own = data.settings.cost
    spare = None if own.trunk_lines is None or own.trunk_cost is None else (
        own.trunk_lines - found.trunks) * own.trunk_cost
    return Lines(found.trunks, found.most_at_once, own.trunk_lines, spare)


def seats(data: Slice) -> Seats | None:
    """None where there is no list of employees, or calls name no agents."""
    people, busiest = headcount(data), most_at_once(data)
    if not people or not busiest:
        return None
    cost = data.settings.cost.seat_cost
    return Seats(people, busiest, None if cost is None else max(people - busiest, 0) * cost)


def menu(data: Slice, labour: float, months: float) -> Menu | None:
    """`labour` is what the agents' hours cost a month. None where no source shows the menu, or nobody was served."""
    rows = {row["metric"]: row for row in kpis(data, ["containment_true", "contacts", "answered"]).to_dicts()}
    true, answered = rows["containment_true"], rows["answered"]["value"]
    if not true["denominator"] or true["value"] is None or not answered:
        return None
    each, own = labour / (answered / months), data.settings.cost.self_service_cost
    contacts = true["denominator"] / months
    return Menu(contacts, true["value"], each, own, None if own is None else 0.01 * contacts * (each - own))


def teams(data: Slice) -> list[Team]:
    """Teams of the list of employees; none where spans or what a supervisor costs are not known."""
    cost, width = data.settings.cost.supervisor_cost, span(data)
    rows = data.read("employees", None, None).filter(
        pl.col("employed_to").is_null(), pl.col("team").is_not_null(),
        pl.col("role").is_null() | (pl.col("role") != "lead"),
    ).group_by("team").agg(n=pl.col("agent").n_unique()).sort("team").collect()
    if cost is None or width is None or rows.is_empty():
        return []
    rates = _attrition_by_team(data)
    return [
        Team(team, n, n / width, cost * n * (1 / width - 1 / (width + 1)), rates.get(team))
        for team, n in rows.iter_rows()
    ]


def _attrition_by_team(data: Slice) -> dict[str, float]:
    frame = attrition(data.everyone().between(None, None), "team").frame
    return {row["team"]: row["monthly"] for row in frame.to_dicts() if row.get("monthly") is not None}
