"""What an incentive scheme pays for a month's results, with every line that leads to a payout.

Payouts are about persons, by nature of the thing: they bear agents' ids, never names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import polars as pl

from ccops.errors import SourceError, UsageError
from ccops.notebook import table
from ccops.people.incentives_facts import AdherenceOf, Facts, counted, facts, month_end
from ccops.people.incentives_payouts import UNRATED, Payout, attendance_rate, payouts
from ccops.people.incentives_scheme import Scheme
from ccops.remark import Remark

if TYPE_CHECKING:
    from ccops.model import Slice

_MONEY = pl.Decimal(18, 4)
_RESULT = ("actual", "expected", "n", "score", "credibility", "rated")


@dataclass(frozen=True)
class Incentives:
    """`frame` has a row per person whom the scheme pays, `lines` a row per line of a payout.

    `status` is paid, barred (a gate leaves 0) or not_rated (payout null: too little is known), `gates` which ones say
    so. own, team_part and deductions add up to the payout, and so do its lines' `pay`. Of a line, `actual` and
    `expected` are in the measure's unit, `score` is what they come to, `credibility` how much of it counts, `rated`
    the score that the tiers are asked for, `tier` the highest one reached, `weight` the share of the tiers' pay.
    `stopped` counts whom each gate stops, `total` is the sum of the payouts.
    """

    month: date
    scheme: Scheme
    frame: pl.DataFrame
    lines: pl.DataFrame
    stopped: pl.DataFrame
    total: Decimal
    notes: tuple[Remark, ...]

    @property
    def currency(self) -> str:
        return self.scheme.currency

    def _repr_html_(self) -> str:
        return table(self.frame.columns, self.frame.rows())


def incentives(data: Slice, scheme: Scheme, month: date | None = None,
               adherence_of: AdherenceOf = lambda first, last: None) -> Incentives:
    """The payouts of a calendar month, by default of the last one that is over in the data.

    `adherence_of` gives adherence by agent between two days, or None where no schedule is published. Agents and teams
    of the slice's scope choose whose payouts are told; results are compared with everybody's. Raises SourceError
    without calls in the month, UsageError for an agent or a team that the month does not have.
    """
    first, last = span(data)
    month = month.replace(day=1) if month else last_whole_month(first, last)
    if month > last or month_end(month) < first:
        raise SourceError(f"no calls in {month:%Y-%m}", excerpt=f"calls are known from {first} to {last}",
                          fix="name a month within them, such as " + f"{last:%Y-%m}")
    found = facts(data, scheme, month, adherence_of)
    made = _asked(payouts(found, scheme), found, data)
    notes = (*partial(month, first, last), *found.notes, *assumptions(found, scheme))
    return Incentives(month, scheme, people(made, found), lines(made), stopped(made), total(made), notes)


def span(data: Slice) -> tuple[date, date]:
    """The first and the last day with calls. Raises SourceError where there are none."""
    days = data.read("queue_visits", None, None).select(first=pl.col("day").min(), last=pl.col("day").max()).collect()
    first, last = days.row(0)
    if first is None:
        raise SourceError("no calls are in the store", fix="ccops import the calls whose results are to be paid")
    return first, last


def last_whole_month(first: date, last: date) -> date:
    """The last month that is over by `last`, if calls reach into it; else the month of `last`."""
    begun = last.replace(day=1)
    before = (begun - timedelta(days=1)).replace(day=1)
    over = begun if last == month_end(last) else before
    return over if month_end(over) >= first else begun


def partial(month: date, first: date, last: date) -> list[Remark]:
    """That calls cover only a part of the month."""
    if first <= month and last >= month_end(month):
        return []
    return [Remark("inc_partial", {"month": f"{month:%Y-%m}", "first": f"{max(first, month)}",
                                   "last": f"{min(last, month_end(month))}"})]


def assumptions(found: Facts, scheme: Scheme) -> list[Remark]:
    """What was taken for granted about single people and queues."""
    teamless = found.people["team"].null_count() if scheme.team.share else 0
    notes = counted("inc_no_team", teamless, found.month)
    served = found.handled.drop_nulls("queue").group_by("queue").agg(pl.col("agent").n_unique())
    alone = sorted(served.filter(pl.col("agent") == 1)["queue"])
    if alone and scheme.measures("productivity"):
        notes.append(Remark("inc_alone", {"queues": ", ".join(alone), "month": f"{found.month:%Y-%m}"}))
    return notes


def total(made: Sequence[Payout]) -> Decimal:
    """The sum of the payouts."""
    return sum((one.amount or Decimal(0) for one in made), Decimal(0))


def people(made: Sequence[Payout], found: Facts) -> pl.DataFrame:
    """A row per person."""
    of = {row["agent"]: row for row in found.people.iter_rows(named=True)}
    rows = [_person(one, of[one.agent]) for one in made]
    kinds: dict[str, pl.DataType | type[pl.DataType]] = {
        "agent": pl.String, "team": pl.String, "shift": pl.String, "queue": pl.String, "status": pl.String,
        "gates": pl.String, "contacts": pl.Int64, "evaluations": pl.Int64, "surveys": pl.Int64, "failed": pl.Int64,
        "attendance": pl.Float64, "own": _MONEY, "team_part": _MONEY, "deductions": _MONEY, "payout": _MONEY,
    }
    return pl.DataFrame(rows, schema=kinds)


def _person(one: Payout, row: dict[str, Any]) -> dict[str, Any]:
    def added(*names: str) -> Decimal | None:
        lines = (line.pay for line in one.lines if line.line in names)
        return None if one.status == UNRATED else sum(lines, Decimal(0))

    counts = {name: row[name] for name in ("team", "shift", "queue", "contacts", "evaluations", "surveys", "failed")}
    return {"agent": one.agent, **counts, "status": one.status, "gates": ", ".join(one.gates) or None,
            "attendance": attendance_rate(row), "own": added("own"), "team_part": added("team"),
            "deductions": added("gate", "attendance", "cap"), "payout": one.amount}


def lines(made: Sequence[Payout]) -> pl.DataFrame:
    """A row per line of a payout."""
    kinds: dict[str, pl.DataType | type[pl.DataType]] = {
        "agent": pl.String, "line": pl.String, "what": pl.String, **dict.fromkeys(_RESULT, pl.Float64),
        "tier": pl.Float64, "weight": pl.Float64, "pay": _MONEY,
    }
    rows = [
        {"agent": line.agent, "line": line.line, "what": line.what, "pay": line.pay,
         "tier": None if line.tier is None else float(line.tier),
         "weight": None if line.weight is None else float(line.weight),
         **(asdict(line.result) if line.result else dict.fromkeys(_RESULT))}
        for one in made for line in one.lines
    ]
    return pl.DataFrame(rows, schema=kinds)


def stopped(made: Sequence[Payout]) -> pl.DataFrame:
    """How many each gate stops, the most first; who meets two gates is counted at both."""
    gates = pl.DataFrame({"gate": [gate for one in made for gate in one.gates]}, schema={"gate": pl.String})
    return gates.group_by("gate").agg(n=pl.len().cast(pl.Int64)).sort("n", "gate", descending=[True, False])


def _asked(made: list[Payout], found: Facts, data: Slice) -> list[Payout]:
    """Those of the scope's agents and teams. Raises UsageError for one that is not there."""
    agents, teams = data.scope.agents, data.scope.teams
    for wanted, column in ((agents, "agent"), (teams, "team")):
        there = found.people[column].drop_nulls().unique().to_list()
        for name in wanted:
            if name not in there:
                near = get_close_matches(name, there, n=1)
                raise UsageError(f"no {column} {name!r} among the people whom the scheme pays",
                                 fix=f"did you mean {near[0]}?" if near else "leave it out to see everybody")
    if not agents and not teams:
        return made
    chosen = found.people.filter(pl.col("agent").is_in(list(agents)) | pl.col("team").is_in(list(teams)))["agent"]
    return [one for one in made if one.agent in set(chosen)]
