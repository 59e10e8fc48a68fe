"""From results to payouts, line by line: gates, tiers at credible scores, the team's part, attendance, the cap.

Every line is rounded on its own, halves up, and a payout is the sum of its lines: nothing is paid that no line says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.people.incentives_facts import Facts
from ccops.people.incentives_scheme import Measure, Scheme
from ccops.people.incentives_scores import credible, decimal, ratios, rounded, standardised, tier_pay

PAID, BARRED, UNRATED = "paid", "barred", "not_rated"


@dataclass(frozen=True)
class Result:
    """What somebody, or a team, reached in a measure.

    `score` is what the tiers are asked for before credibility, `rated` after it, `credibility` the share that the
    result counts itself.
    """

    actual: float
    expected: float | None
    n: float
    score: float
    credibility: float
    rated: float


@dataclass(frozen=True)
class Line:
    """A line of the audit trail. `line` is own, team, gate, attendance or cap; `what` the measure or the gate.

    `tier` is the highest tier reached, `weight` the measure's share of the payout after what is missing is shared.
    """

    agent: str
    line: str
    what: str
    pay: Decimal
    weight: Decimal | None = None
    tier: Decimal | None = None
    result: Result | None = None


@dataclass(frozen=True)
class Payout:
    """What a person is paid: `status` paid, barred (0, by `gates`), or not_rated (nothing is said, by `gates`)."""

    agent: str
    status: str
    gates: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal | None:
        """The sum of the lines; None where nobody was rated."""
        return None if self.status == UNRATED else sum((line.pay for line in self.lines), Decimal(0))


Results = Mapping[str, Mapping[str, Result]]  # by agent or team, then by measure


def payouts(found: Facts, scheme: Scheme) -> list[Payout]:
    """What each person of the month is paid, in the order of the people."""
    own = results(found.tallies, scheme)
    teams: Results = {}
    if scheme.team.share:
        member = found.people.select("agent", "team").drop_nulls()
        teams = results(found.tallies.join(member, on="agent").with_columns(agent="team"), scheme, found.tallies)
    return [_payout(row, scheme, own.get(row["agent"], {}), teams.get(row["team"], {}))
            for row in found.people.iter_rows(named=True)]


def results(tallies: pl.DataFrame, scheme: Scheme, everyone: pl.DataFrame | None = None) -> Results:
    """Each measure's result by `agent`; what is expected comes from `everyone`, by default the same rows."""
    found: dict[str, dict[str, Result]] = {}
    for measure in scheme.measure:
        rows = tallies.filter(pl.col("measure") == measure.name)
        whole = rows if everyone is None else everyone.filter(pl.col("measure") == measure.name)
        for agent, result in _results(rows, whole, measure):
            found.setdefault(agent, {})[measure.name] = result
    return found


def _results(rows: pl.DataFrame, whole: pl.DataFrame, measure: Measure) -> Iterator[tuple[str, Result]]:
    if rows.is_empty():
        return
    key = "queue" if measure.by_queue else "measure"
    agents, strata = (frame.unique(maintain_order=True).to_list() for frame in (rows["agent"], whole[key]))
    ratio = ratios(_places(whole[key], strata), *_sums(whole))
    actual, expected = standardised(_places(rows["agent"], agents), _places(rows[key], strata), *_sums(rows), ratio)
    n = np.bincount(_places(rows["agent"], agents), rows["n"].to_numpy())
    faster = measure.name == "productivity"  # fewer seconds than expected are better; 1 is as expected
    had_by_all, below_of_all = (float(side.sum()) for side in _sums(whole))
    mean = 1.0 if faster else had_by_all / below_of_all
    for i, agent in enumerate(agents):
        had, fair = float(actual[i]), float(expected[i])
        score = had
        if measure.by_queue:
            score = fair / had if faster and had > 0 else had / fair * mean if fair > 0 else mean
        rated, share = credible(score, float(n[i]), measure.credibility, mean)
        yield agent, Result(had, fair if measure.by_queue else None, float(n[i]), score, share, rated)


def _places(values: pl.Series, names: list[str]) -> NDArray[np.int64]:
    place = {name: i for i, name in enumerate(names)}
    return np.array([place[value] for value in values], dtype=np.int64)


def _sums(rows: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return rows["above"].to_numpy(), rows["below"].to_numpy()


def _payout(person: Mapping[str, Any], scheme: Scheme, own: Mapping[str, Result],
            team: Mapping[str, Result]) -> Payout:
    agent, gates = person["agent"], scheme.gates
    too_few = [name for name, least in least_counts(scheme).items() if person[name.removeprefix("min_")] < least]
    if too_few or not own:
        return Payout(agent, UNRATED, tuple(too_few) or ("no_result",), ())
    team_share = Decimal(str(scheme.team.share)) if team else Decimal(0)
    lines = [*_paid_by("own", agent, scheme, own, 1 - team_share), *_paid_by("team", agent, scheme, team, team_share)]
    subtotal = sum((line.pay for line in lines), Decimal(0))
    if gates.most_failed is not None and person["failed"] > gates.most_failed:
        return Payout(agent, BARRED, ("most_failed",), (*lines, Line(agent, "gate", "most_failed", -subtotal)))
    kept = kept_by_attendance(person, scheme)
    if kept is not None:
        left = rounded(subtotal * kept, scheme.decimals)
        lines.append(Line(agent, "attendance", "attendance", left - subtotal, weight=kept))
        subtotal = left
        if kept == 0:
            return Payout(agent, BARRED, ("attendance",), tuple(lines))
    if scheme.cap is not None and subtotal > scheme.cap:
        lines.append(Line(agent, "cap", "cap", rounded(scheme.cap, scheme.decimals) - subtotal))
    return Payout(agent, PAID, (), tuple(lines))


def least_counts(scheme: Scheme) -> dict[str, int]:
    """The gates that ask for a least number, with it."""
    return {name: getattr(scheme.gates, name) for name in ("min_contacts", "min_evaluations", "min_surveys")}


def attendance_rate(person: Mapping[str, Any]) -> float | None:
    """Days present over days present and absent; None where attendance is not known."""
    present, absent = int(person["present"] or 0), int(person["absent"] or 0)
    return present / (present + absent) if present + absent else None


def kept_by_attendance(person: Mapping[str, Any], scheme: Scheme) -> Decimal | None:
    """The share of the payout that attendance leaves; None where it does not matter or is not known."""
    rate = attendance_rate(person)
    if not scheme.gates.attendance or rate is None:
        return None
    tiers = [(tier.rate, tier.pays) for tier in scheme.gates.attendance]
    return tier_pay(decimal(rate), tiers, interpolate=False)


def _paid_by(line: str, agent: str, scheme: Scheme, reached: Mapping[str, Result], part: Decimal) -> Iterator[Line]:
    """A line per measure with a result; the weight of those without one goes to the others in proportion."""
    known = [measure for measure in scheme.measure if measure.name in reached]
    whole = sum((measure.weight for measure in known), Decimal(0))
    for measure in known if part else ():
        result, weight = reached[measure.name], measure.weight / whole * part
        score = decimal(result.rated)
        pay = tier_pay(score, [(tier.score, tier.pay) for tier in measure.tiers], measure.interpolate)
        tier = max((tier.score for tier in measure.tiers if tier.score <= score), default=None)
        yield Line(agent, line, measure.name, rounded(weight * pay, scheme.decimals), weight, tier, result)
