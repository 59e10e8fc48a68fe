"""Whether what was planned happened: adherence and conformance of agents to the published schedule, and what it cost.

Adherence is the time in the planned activity over the planned time that is tracked; conformance the time worked over
the time planned as work, and may exceed 1. A day counts as far as agents' states are known: of the future, of days
without states and of agents whose sign-ins are not logged nothing is said. Absent is 0, unknown is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ccops.errors import SourceError, UsageError
from ccops.notebook import table

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice
    from ccops.workforce.adherence_price import Price

_MOST_TOLERANCE_S = 3600
GRAINS = ("agent", "team", "day", "reason")


@dataclass(frozen=True)
class Adherence:
    """`frame` has a row per group of `by`: times in seconds, adherence and conformance as shares, unknown null.

    scheduled_s is all planned time, tracked_s what of it is looked at, adherent_s what of that went as planned, work_s
    the planned work, worked_s the time at work, planned or not, deviation_s tracked less adherent, lost_s the planned
    work among it that was not worked, calls_late the calls kept from being answered in time (below 0: won by working
    through a pause). Groups by `reason` have the last three, how many deviations (n) and their share of the tracked
    time. `total` is over all, `reasons` always by reason. `deviations` has them one by one, `not_measurable` whose
    schedule cannot be looked at and why.
    """

    by: str
    frame: pl.DataFrame
    total: pl.DataFrame
    reasons: pl.DataFrame
    deviations: pl.DataFrame
    not_measurable: pl.DataFrame
    price: Price
    tolerance_s: float
    known_from: datetime | None
    known_to: datetime | None

    def _repr_html_(self) -> str:
        return table(self.frame.columns, self.frame.rows())


def adherence(data: Slice, by: str = "team", *, tolerance_s: float | None = None) -> Adherence:
    """Adherence of the slice's days, teams, agents and queues, by `agent`, `team`, `day` or `reason`.

    A queue selects the agents who are planned for it, have it among their skills, or answered a call of it. A
    deviation at the edge of a planned stretch that lasts at most `tolerance_s` (by default that of the settings) counts
    as adherent. Raises UsageError for another grain or tolerance, SourceError where no schedule is published.
    """
    from ccops.workforce.adherence_days import done, known, measurable, planned
    from ccops.workforce.adherence_groups import chosen, deviations, groups, reasons, teams, unmeasured
    from ccops.workforce.adherence_pieces import compared
    from ccops.workforce.adherence_price import priced

    rules, scope = data.settings.adherence, data.scope
    tolerance = _checked(by, rules.tolerance_s if tolerance_s is None else tolerance_s)
    plan, states = (read(data, scope.first_day, scope.last_day) for read in (planned, done))
    if _on(plan, data).is_empty():
        raise _unpublished(data)
    have, team_of = known(data), teams(data)
    fit, unknown = measurable(plan, states, have)
    own = states.join(fit.select("agent", "day").unique(), on=["agent", "day"], how="semi")
    pieces = compared(fit, own, tolerance_s=tolerance, signed_out=rules.signed_out, untracked=rules.untracked)
    pieces, price = priced(data, _on(pieces, data))
    asked = chosen(data, plan, team_of)
    seen = pieces.filter(pieces["agent"].is_in(asked)).join(team_of, on="agent", how="left")
    told = reasons(seen)
    total = groups(seen, [])
    untold = _on(unknown, data)
    return Adherence(
        by, told if by == "reason" else groups(seen, [by]), total, told,
        deviations(seen, data.settings.zone.name),
        unmeasured(untold.filter(untold["agent"].is_in(asked)), team_of),
        price, tolerance, *(_local(at, data) for at in (have.since, have.until)),
    )


def _local(at: datetime | None, data: Slice) -> datetime | None:
    return at and at.replace(tzinfo=UTC).astimezone(data.settings.zone.info)


def _checked(by: str, tolerance_s: float) -> float:
    if by not in GRAINS:
        near = get_close_matches(by, GRAINS, n=1)
        raise UsageError(
            f"adherence is not kept by {by!r}", fix=f"did you mean {near[0]}?" if near else f"use {', '.join(GRAINS)}"
        )
    if not 0 <= tolerance_s <= _MOST_TOLERANCE_S:
        raise UsageError(f"a tolerance of {tolerance_s:g} s is none",
                         fix=f"give seconds from 0 upwards, at most {_MOST_TOLERANCE_S}")
    return tolerance_s


def _on(rows: pl.DataFrame, data: Slice) -> pl.DataFrame:
    """The rows of the scope's own days."""
    import polars as pl

    first, last = data.scope.first_day, data.scope.last_day
    after = pl.col("day") >= first if first else pl.lit(True)
    return rows.filter(after & (pl.col("day") <= last if last else pl.lit(True)))


def _unpublished(data: Slice) -> SourceError:
    days = sorted(data.read("shifts", None, None).select("day").unique().collect()["day"])
    found = f"the schedule has {days[0]} to {days[-1]}" if days else "no schedule was imported yet"
    return SourceError(
        "no schedule is published for these days", excerpt=found,
        fix="ccops import the published schedule; docs/how-to/adherence says how",
    )
