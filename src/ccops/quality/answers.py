"""What customers who were asked had met: each survey with the queue, team, wait, hold, transfers of its contact.

A survey belongs to its contact by the contact's id, else by its customer and time. What a source does not have is null,
never 0.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from ccops.errors import SourceError
from ccops.metrics.links import REACH_DAYS, linked
from ccops.metrics.visits import HANDLE_MS

if TYPE_CHECKING:
    from ccops.model import Slice

REPEAT_DAYS = 7  # a contact of the same customer so many days before makes this one a repeat, as in `repeat_rate`
_MINUTE = 60_000
_CONTACT = ["system", "contact_id"]
_FORWARD = timedelta(minutes=15)  # a gap below is a forward, not a repeat


def answers(data: Slice) -> pl.DataFrame:
    """A row per survey of the slice's days, queues, agents and teams.

    survey_id, day (when asked), queue, agent, team, answered (a flag), csat, nps, ces, linked (its contact is known),
    wait_min, hold_min, handle_min, transfers, repeat (0 or 1). Raises SourceError where nobody was asked.
    """
    asked = linked(data, "surveys").collect()
    if asked.is_empty():
        raise SourceError("no surveys of these days", fix="ccops import them; docs/how-to/satisfaction.md says how")
    ours = asked.lazy().select(system="met_system", contact_id="met_contact").drop_nulls().unique()
    first, last = asked.select(first=pl.col("day").min(), last=pl.col("day").max()).row(0)
    since = first - timedelta(days=REACH_DAYS)
    met = _met(data.read("queue_visits", since, last).join(ours, on=_CONTACT, how="semi"))
    repeats = _repeats(data.read("contacts", since - timedelta(days=REPEAT_DAYS), last), ours)
    about = met.join(repeats, on=_CONTACT, how="left")
    rows = asked.join(about, left_on=["met_system", "met_contact"], right_on=_CONTACT, how="left").with_columns(
        *(pl.coalesce(name, f"met_{name}").alias(name) for name in ("queue", "agent")),
        answered=pl.any_horizontal(pl.col("csat", "nps", "ces").is_not_null()) | pl.col("responded_at").is_not_null(),
        linked=pl.col("link") != "none",
    ).join(_teams(data), on="agent", how="left")
    return _within(rows, data).select(
        "survey_id", "day", "queue", "agent", "team", "answered", "csat", "nps", "ces", "linked", "wait_min",
        "hold_min", "handle_min", "transfers", "repeat",
    ).sort("survey_id")


def _met(visits: pl.LazyFrame) -> pl.DataFrame:
    """Per contact: minutes waited in all queues, on hold and handled, and transfers.

    A transfer is one that the switch flags, or a further agent's talk.
    """
    def minutes(ms: pl.Expr) -> pl.Expr:
        return pl.when(ms.is_not_null().any()).then(ms.sum() / _MINUTE)

    flagged, talks = pl.col("transferred").fill_null(False).sum(), pl.col("talk_ms").is_not_null().sum()
    passed = pl.max_horizontal(flagged.cast(pl.Int64), talks.cast(pl.Int64) - 1, pl.lit(0))
    return visits.group_by(_CONTACT).agg(
        wait_min=minutes(pl.col("wait_ms")), handle_min=minutes(HANDLE_MS), hold_min=minutes(pl.col("hold_ms")),
        transfers=passed.cast(pl.Float64),
    ).collect()


def _repeats(contacts: pl.LazyFrame, ours: pl.LazyFrame) -> pl.DataFrame:
    """Per contact whose customer is known: 1 if the same customer had called in the days before, else 0."""
    calls = contacts.filter(pl.col("customer_key").is_not_null()).select(*_CONTACT, "customer_key", "started_at")
    asked = calls.join(ours, on=_CONTACT, how="semi")
    gap = pl.col("started_at") - pl.col("started_at_before")
    before = asked.join(calls, on="customer_key", suffix="_before")
    again = before.filter((gap >= _FORWARD) & (gap <= timedelta(days=REPEAT_DAYS))).select(_CONTACT).unique()
    found = asked.join(again.with_columns(repeat=pl.lit(1.0)), on=_CONTACT, how="left")
    return found.group_by(_CONTACT).agg(pl.col("repeat").fill_null(0.0).max()).collect()


def _teams(data: Slice) -> pl.DataFrame:
    """Team per agent: the settings', else that of the list of employees."""
    listed = data.read("employees", None, None).sort("nth").select("agent", "team").drop_nulls().collect()
    known = dict(listed.iter_rows()) | data.settings.team_of
    return pl.DataFrame([*known.items()], schema={"agent": pl.String, "team": pl.String}, orient="row")


def _within(rows: pl.DataFrame, data: Slice) -> pl.DataFrame:
    scope = data.scope
    kept = rows.filter(pl.col("queue").is_in(list(scope.queues))) if scope.queues else rows
    if not scope.agents and not scope.teams:
        return kept
    return kept.filter(pl.col("agent").is_in(list(scope.agents)) | pl.col("team").is_in(list(scope.teams)))
