"""Which part of a published schedule can be compared with what agents did, and both as timelines.

States are known from the first one in the data to the last; the log of a day that is still going on ends somewhere in
the middle, and a schedule is published weeks ahead. What lies outside is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from ccops.settings import PAUSES
from ccops.sources.header_words import VALUES, key
from ccops.workforce.adherence_pieces import AUX, WORK, runs
from ccops.workforce.staffing_staffed import AT_WORK

if TYPE_CHECKING:
    from ccops.model import Slice

_DAY = timedelta(days=1)  # and as long as a store carries a sign-in whose end is not in the log


@dataclass(frozen=True)
class Known:
    """From when to when states are known (naive UTC; None where there are none), and of whom they are logged."""

    since: datetime | None
    until: datetime | None
    logged: frozenset[str]
    inferred: frozenset[str]


def known(data: Slice) -> Known:
    """What the data say of agents' states at all."""
    states = data.read("agent_states", None, None).filter(pl.col("agent").is_not_null())
    inferred = pl.col("login_source") == "inferred"
    found = states.group_by("agent").agg(
        logged=(~inferred).fill_null(True).any(), since=pl.col("started_at").min(), last=pl.col("started_at").max(),
    ).collect()
    logged = frozenset(found.filter("logged")["agent"])
    since, last = found.select(pl.col("since").min(), pl.col("last").max()).row(0)
    if last is None:
        return Known(None, None, logged, frozenset())
    recent = states.filter(pl.col("started_at") >= last - 2 * _DAY).select("agent", "started_at", "ended_at").collect()
    ended = runs(recent, [], "session").filter(pl.col("session_to") - pl.col("session_from") < _DAY)
    until = ended.select(pl.col("ended_at").max()).item()
    return Known(since, max(last, until or last), logged, frozenset(found["agent"]) - logged)


def planned(data: Slice, first: date | None, last: date | None) -> pl.DataFrame:
    """The schedule of the days and a day on either side, days off left out."""
    return (
        data.read("shifts", first and first - _DAY, last and last + _DAY)
        .filter((pl.col("activity") != "off") & (pl.col("ended_at") > pl.col("started_at")))
        .select("agent", "activity", "queue", "started_at", "ended_at", "day").collect()
    )


def done(data: Slice, first: date | None, last: date | None) -> pl.DataFrame:
    """What agents did on the days and a day on either side: `doing` is work, a planned pause's name, or aux.

    States that follow each other with the same meaning are one row, cut at the business day. `sure` is whether any of
    them rests on a logged sign-in.
    """
    rules = data.settings.adherence
    states = (
        data.read("agent_states", first and first - _DAY, last and last + _DAY)
        .filter(pl.col("state").is_in([*AT_WORK, "aux"]) & (pl.col("ended_at") > pl.col("started_at")))
        .select("agent", "state", "reason", "login_source", "started_at", "ended_at", "day").collect()
    )
    named = {reason: activity_of(reason, rules.reasons) for reason in states["reason"].drop_nulls().unique()}
    away = pl.col("reason").replace_strict(named, default=AUX, return_dtype=pl.String).fill_null(AUX)
    doing = pl.when(pl.col("state") == "aux").then(away).otherwise(pl.lit(WORK))
    told = states.select(
        "agent", "started_at", "ended_at", "day", "reason", doing=doing,
        sure=(pl.col("login_source") != "inferred").fill_null(True),
    )
    same = ["doing", "reason"]
    return runs(told, same, "run").group_by("run", "day", maintain_order=True).agg(
        pl.col("agent", *same, "run_from", "run_to").first(), pl.col("started_at").min(), pl.col("ended_at").max(),
        pl.col("sure").any(),
    )


def activity_of(reason: str, settled: Mapping[str, str]) -> str:
    """The planned activity that a not-ready reason stands for: the settings' word for it, or a usual one, else aux."""
    usual = VALUES["activity"].get(key(reason), AUX)
    return settled.get(reason, usual if usual in PAUSES else AUX)


def measurable(plan: pl.DataFrame, states: pl.DataFrame, have: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The schedule as far as it can be compared, its stretches and shifts numbered; and the rest with the reason.

    no_states: the agent has no states in the data. inferred: sign-ins are only inferred from activity. no_log: on that
    day nobody's states are known.
    """
    since, until = (pl.lit(at, pl.Datetime("us")) for at in (have.since, have.until))
    lasted = plan.filter(((pl.col("ended_at") > since) & (pl.col("started_at") < until)).fill_null(True))
    days = states.filter("sure")["day"].unique().to_list()
    guessed = states.group_by("agent", "day").agg(guessed=~pl.col("sure").any())
    agent = pl.col("agent")
    why = (
        pl.when(agent.is_in(list(have.inferred))).then(pl.lit("inferred"))
        .when(~agent.is_in(list(have.logged))).then(pl.lit("no_states"))
        .when(~pl.col("day").is_in(days)).then(pl.lit("no_log"))
        .when(pl.col("guessed").fill_null(False)).then(pl.lit("inferred"))
    )
    told = lasted.join(guessed, on=["agent", "day"], how="left").with_columns(why=why).drop("guessed")
    good = told.filter(pl.col("why").is_null()).drop("why").with_columns(
        started_at=pl.max_horizontal("started_at", since), ended_at=pl.min_horizontal("ended_at", until),
    )
    shifts = runs(good, [], "shift")
    return runs(shifts, ["activity"], "stretch"), told.filter(pl.col("why").is_not_null())
