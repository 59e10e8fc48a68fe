"""What customers who were asked had met: each survey with the queue, team, wait, hold, transfers of its contact.

A survey belongs to its contact by the contact's id. What a source does not have is null, never 0.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from ccops.errors import SourceError
from ccops.metrics.visits import HANDLE_MS

if TYPE_CHECKING:
    from ccops.model import Slice

ASKED_AFTER = 31  # days between a contact and a survey about it, at most
REPEAT_DAYS = 7  # a contact of the same customer so many days before makes this one a repeat, as in `repeat_rate`
_MINUTE = 60_000
_FORWARD = timedelta(minutes=15)  # a gap below is a forward, not a repeat


def answers(data: Slice) -> pl.DataFrame:
    """A row per survey of the slice's days, queues, agents and teams.

    survey_id, day (when asked), queue, agent, team, answered (a flag), csat, nps, ces, linked (its contact is known),
    wait_min, hold_min, handle_min, transfers, repeat (0 or 1). Raises SourceError where nobody was asked.
    """
    asked = data.read("surveys", data.scope.first_day, data.scope.last_day).collect()
    if asked.is_empty():
        raise SourceError("no surveys of these days", fix="ccops import them; docs/how-to/satisfaction.md says how")
    ours = asked.lazy().select("contact_id").drop_nulls().unique()
    first, last = asked.select(first=pl.col("day").min(), last=pl.col("day").max()).row(0)
    since = first - timedelta(days=ASKED_AFTER)
    met = _met(data.read("queue_visits", since, last).join(ours, on="contact_id", how="semi"))
    repeats = _repeats(data.read("contacts", since - timedelta(days=REPEAT_DAYS), last), ours)
    rows = asked.join(met, on="contact_id", how="left", suffix="_met").join(
        repeats, on="contact_id", how="left"
    ).with_columns(
        *(pl.coalesce(name, f"{name}_met").alias(name) for name in ("queue", "agent")),
        answered=pl.any_horizontal(pl.col("csat", "nps", "ces").is_not_null()) | pl.col("responded_at").is_not_null(),
        linked=pl.col("linked").fill_null(False),
    ).join(_teams(data), on="agent", how="left")
    return _within(rows, data).select(
        "survey_id", "day", "queue", "agent", "team", "answered", "csat", "nps", "ces", "linked", "wait_min",
        "hold_min", "handle_min", "transfers", "repeat",
    ).sort("survey_id")


def _met(visits: pl.LazyFrame) -> pl.DataFrame:
    """Per contact: minutes waited in all queues, on hold and handled; transfers; the queue and agent met last.

    A transfer is one that the switch flags, or a further agent's talk.
    """
    def minutes(ms: pl.Expr) -> pl.Expr:
        return pl.when(ms.is_not_null().any()).then(ms.sum() / _MINUTE)

    flagged, talks = pl.col("transferred").fill_null(False).sum(), pl.col("talk_ms").is_not_null().sum()
    passed = pl.max_horizontal(flagged.cast(pl.Int64), talks.cast(pl.Int64) - 1, pl.lit(0))
    return visits.sort("entered_at", "nth").group_by("contact_id").agg(
        wait_min=minutes(pl.col("wait_ms")), handle_min=minutes(HANDLE_MS), hold_min=minutes(pl.col("hold_ms")),
        transfers=passed.cast(pl.Float64), linked=pl.lit(True),
        queue=pl.col("queue").last(), agent=pl.col("agent").drop_nulls().last(),
    ).collect()


def _repeats(contacts: pl.LazyFrame, ours: pl.LazyFrame) -> pl.DataFrame:
    """Per contact whose customer is known: 1 if the same customer had called in the days before, else 0."""
    calls = contacts.filter(pl.col("customer_key").is_not_null()).select("contact_id", "customer_key", "started_at")
    asked = calls.join(ours, on="contact_id", how="semi")
    gap = pl.col("started_at") - pl.col("started_at_before")
    before = asked.join(calls, on="customer_key", suffix="_before")
    again = before.filter((gap >= _FORWARD) & (gap <= timedelta(days=REPEAT_DAYS))).select("contact_id").unique()
    found = asked.join(again.with_columns(repeat=pl.lit(1.0)), on="contact_id", how="left")
    return found.group_by("contact_id").agg(pl.col("repeat").fill_null(0.0).max()).collect()


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
