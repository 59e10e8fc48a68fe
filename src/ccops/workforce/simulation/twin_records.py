"""What a twin is calibrated on: visits and unanswered rings around a day, in epoch seconds, and who had left when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.metrics.visits import HANDLE_MS
from ccops.workforce.staffing_staffed import AT_WORK
from ccops.workforce.visits import epoch_s, inbound_visits

if TYPE_CHECKING:
    from ccops.model import Slice

REACH = 28  # days before the day that routing, skills and patience are learnt from
ENOUGH = 7  # of them with calls; with fewer, the days after it count as well
_TOUCHING_S = 1.0  # a log's lines of one moment may be a second apart

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Records:
    """Visits by `enter_s`: day, contact_id, queue, agent, outcome, enter_s, leave_s, start_s (ringing), end_s, wait_s,
    ring_s, handle_s; `no_answers`: contact_id, queue, agent, at_s, lasted_s; `presence`: agent, from_s, to_s, of
    stretches signed in and not away, as a log tells them."""

    visits: pl.DataFrame
    no_answers: pl.DataFrame
    presence: pl.DataFrame

    @classmethod
    def of(cls, data: Slice) -> Records:
        """The records of a slice's days; its queues and agents are all of them."""
        return cls(_visits(data), _no_answers(data), _presence(data))


def around(data: Slice, day: date) -> tuple[Slice, int]:
    """The days that a twin of `day` learns from, never the day itself, and how many of them have calls.

    Those of four weeks before; with fewer than seven of them, as many after as well. Without any other day it is the
    day itself, and the count is 0.
    """
    everyone = data.everyone()
    before = everyone.on(day - timedelta(days=REACH), day - timedelta(days=1))
    if (days := _days(before)) >= ENOUGH:
        return before, days

    def read(name: str, first: date | None, last: date | None) -> pl.LazyFrame:
        return everyone.read(name, first, last).filter(pl.col("day") != day)

    both = replace(everyone, read=read).on(day - timedelta(days=REACH), day + timedelta(days=REACH))
    days = _days(both)
    return (both, days) if days else (everyone.on(day), 0)


def _days(data: Slice) -> int:
    return int(data.table("queue_visits").select(pl.col("day").n_unique()).collect().item())


def _visits(data: Slice) -> pl.DataFrame:
    leave, answered = pl.col("enter_s") + pl.col("wait_s"), pl.col("outcome") == "answered"
    return (
        inbound_visits(data).filter(pl.col("outcome").is_not_null())
        .select(
            "day", "contact_id", "queue", "agent", "outcome", enter_s=epoch_s("entered_at"),
            wait_s=pl.col("wait_ms") / 1000, ring_s=pl.col("ring_ms") / 1000,
            handle_s=pl.when(answered).then(HANDLE_MS / 1000),
        )
        .with_columns(leave_s=leave)
        .with_columns(
            start_s=pl.when(answered).then(pl.col("leave_s") - pl.col("ring_s").fill_null(0)),
            end_s=pl.when(answered).then(pl.col("leave_s") + pl.col("handle_s").fill_null(0)),
        ).collect().sort("enter_s", "contact_id", "queue")
    )


def _no_answers(data: Slice) -> pl.DataFrame:
    return (
        data.table("segments").filter(pl.col("kind") == "no_answer")
        .select("contact_id", "queue", "agent", at_s=epoch_s("started_at"), lasted_s=pl.col("duration_ms") / 1000)
        .drop_nulls(["contact_id", "queue", "at_s", "lasted_s"]).collect()
    )


def _presence(data: Slice) -> pl.DataFrame:
    """Touching states made one stretch; states that were only inferred from calls are not signed-in time."""
    here = (pl.col("login_source") != "inferred") & pl.col("state").is_in(AT_WORK)
    states = (
        data.table("agent_states").filter(here.fill_null(False))
        .select("agent", from_s=epoch_s("started_at"), to_s=epoch_s("ended_at"))
        .drop_nulls().collect().sort("agent", "from_s")
    )
    apart = (pl.col("from_s") > pl.col("to_s").shift(1).over("agent") + _TOUCHING_S).fill_null(True)
    return (
        states.with_columns(stretch=apart.cum_sum().over("agent")).group_by("agent", "stretch")
        .agg(pl.col("from_s").min(), pl.col("to_s").max()).drop("stretch").sort("agent", "from_s")
    )
