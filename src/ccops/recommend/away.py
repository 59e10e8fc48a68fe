"""Paid time away from calls, by reason, of which a team has more than the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate
from ccops.recommend.evidence import Evidence
from ccops.recommend.shares import standing_out
from ccops.remark import Remark

_LEAST = 5  # people on either side
_AT_WORK = ("work", "overtime")
_GRANTED = "leave"  # what people are entitled to is nothing to cut, and no time that anything could be cut from
_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Away:
    """A team's share of paid time that goes to something, that of the others, and half the interval between."""

    team: str
    what: str
    share: float
    others: float
    p: float
    half: float

    @property
    def excess(self) -> float:
        return self.share - self.others


def away(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per team and reason with significantly more paid time away than in the other teams: it frees the
    hours, which is no money until fewer are paid."""
    booked = _booked(evidence)
    if booked.is_empty():
        return [], [Need("attendance", Remark("rec_need_attendance"))]
    paid = dict(booked.group_by("team").agg(pl.col("paid_ms").sum() / _HOUR_MS).iter_rows())
    found = []
    for one in more_away(booked):
        hours = one.excess * paid[one.team] / evidence.months
        values = {"team": one.team, "what": one.what, "share": f"{one.share:.1%}", "others": f"{one.others:.1%}",
                  "lo": f"{one.excess - one.half:.1%}", "hi": f"{one.excess + one.half:.1%}"}
        found.append(Candidate(
            f"shrinkage-{one.team}-{'-'.join(one.what.split())}", "shrinkage", Remark("rec_away_title", values),
            Remark("rec_away_problem", values), "ccops kpi shrinkage --by team", "medium", freed_hours=hours,
            assumptions=(Remark("rec_away_assumed", values),),
        ))
    return found, []


def more_away(booked: pl.DataFrame) -> list[Away]:
    """Teams and reasons with significantly more (Welch over people, one-sided, Holm over all), most time first, from
    rows with agent, team, what (None: at work) and paid_ms."""
    from scipy.special import stdtr, stdtrit

    people = booked.group_by("agent", "team").agg(paid=pl.col("paid_ms").sum()).filter(pl.col("paid") > 0)
    tested = []
    for what in sorted(booked["what"].drop_nulls().unique()):
        spent = booked.filter(pl.col("what") == what).group_by("agent", "team").agg(away=pl.col("paid_ms").sum())
        rows = people.join(spent, on=["agent", "team"], how="left").with_columns(
            share=pl.col("away").fill_null(0) / pl.col("paid"))
        for team in sorted(rows["team"].unique()):
            own, rest = (rows.filter((pl.col("team") == team) == side) for side in (True, False))
            if min(own.height, rest.height) < _LEAST:
                continue
            parts = [(float(side["share"].to_numpy().var(ddof=1)) / side.height, side.height) for side in (own, rest)]
            se = math.sqrt(sum(part for part, _ in parts))
            apart = float(own["share"].to_numpy().mean() - rest["share"].to_numpy().mean())
            if not se:
                continue
            degrees = se**4 / sum(part**2 / (n - 1) for part, n in parts)
            paid = [float(side["away"].fill_null(0).sum()) / float(side["paid"].sum()) for side in (own, rest)]
            tested.append(Away(team, what, paid[0], paid[1], float(stdtr(degrees, -apart / se)),
                               float(stdtrit(degrees, 0.975)) * se))
    return sorted(standing_out(tested), key=lambda one: -one.excess)


def _booked(evidence: Evidence) -> pl.DataFrame:
    """Paid time of the days without leave: agent, team, what it went to (None: to calls)."""
    rows = evidence.data.read("attendance", evidence.days[0], evidence.days[-1]).filter(
        pl.col("paid_ms").is_not_null(), pl.col("kind") != _GRANTED)
    named = pl.when(pl.col("kind").is_in(_AT_WORK)).then(None).otherwise(
        pl.concat_str("kind", pl.col("reason").replace("", None), separator=" ", ignore_nulls=True))
    teams = pl.col("agent").replace_strict(evidence.team_of, default=None, return_dtype=pl.String)
    return rows.select("agent", "paid_ms", what=named, team=teams).filter(pl.col("team").is_not_null()).collect()
