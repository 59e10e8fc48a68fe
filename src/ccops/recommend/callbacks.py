"""A call-back offered to those who would wait: they are rung back in hours when nobody waits."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change, Later
from ccops.recommend.evidence import Evidence
from ccops.recommend.gaps import worst_hours
from ccops.recommend.shares import Z
from ccops.remark import Remark

_LEAST = 30  # callers who took the offer elsewhere; fewer do not tell how many would


def callbacks(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per queue without the offer, for its hours in a row with most lost calls.

    How many would take it is known from the queues of this centre that have it: those who leave by a key, of all who
    wait as long as nine in ten of them had. Without such a queue nothing can be said.
    """
    visits = evidence.visits
    taken = visits.filter(pl.col("outcome").is_in(["exit_key", "callback"]))
    if taken.height < _LEAST:
        return [], [Need("callbacks", Remark("rec_need_callbacks"))]
    after_s = float(np.quantile(taken["wait_s"].to_numpy(), 0.1))
    offering = [queue for queue, n in taken.group_by("queue").len().sort("queue").iter_rows() if n >= _LEAST]
    waiting = visits.filter(pl.col("wait_s") >= after_s)
    offered = max(waiting.filter(pl.col("queue").is_in(offering)).height, 1)
    share = min(taken.filter(pl.col("queue").is_in(offering)).height / offered, 1.0)
    found = []
    for queue in sorted(set(evidence.offered) - set(offering)):
        window = worst_hours(evidence, queue)
        then = (pl.col("queue") == queue) & pl.col("hour").is_between(window.first, window.last - 1)
        own, waits = visits.filter(then), waiting.filter(then).height
        to = _quiet(evidence, queue, window.last)
        if not window.recurs or not waits or to is None:
            continue
        values = {"queue": queue, "from": f"{window.first:02d}:00", "to": f"{window.last:02d}:00",
                  "later": f"{to:02d}:00", "share": f"{share:.0%}", "after": f"{after_s:.0f}",
                  "offering": ", ".join(offering), "n": f"{waits / evidence.months:,.0f}"}
        found.append(Candidate(
            f"callback-{queue}-{window.first:02d}00", "callbacks", Remark("rec_callback_title", values),
            Remark("rec_callback_problem", values), f"ccops kpi abandoned --by hour --queue {queue}", "medium",
            Change(later=(Later(queue, window.first, window.last, to, share * waits / own.height),)),
            assumptions=(Remark("rec_callback_assumed", values),),
            unsure=Z * math.sqrt((1 - share) / share / offered) if share else 0.0,
        ))
    return found, []


def _quiet(evidence: Evidence, queue: str, after: int) -> int | None:
    """The hour from which, of two in a row after the bad ones, fewest calls are lost; None if they end the day."""
    rows = evidence.visits.filter(pl.col("queue") == queue, pl.col("hour") >= after)
    lost = pl.col("outcome") == "abandoned"
    hours = {hour: (n, gone) for hour, n, gone in rows.group_by("hour").agg(n=pl.len(), gone=lost.sum()).iter_rows()}
    pairs = {
        hour: (hours[hour][1] + hours[hour + 1][1]) / (hours[hour][0] + hours[hour + 1][0])
        for hour in sorted(hours) if hour + 1 in hours
    }
    return min(pairs, key=lambda hour: (pairs[hour], hour)) if pairs else None
