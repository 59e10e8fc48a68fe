"""Queues that pass on more of their calls than the others do: callers who could have been routed right at once."""

from __future__ import annotations

import polars as pl

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change
from ccops.recommend.evidence import Evidence
from ccops.recommend.shares import above
from ccops.remark import Remark
from ccops.workforce.visits import inbound_visits


def transfers(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per queue that passes on significantly more of its answered calls (Holm over the queues), with the
    path that most of them take: what is passed on beyond the others' share is routed there at once."""
    calls = _passed(evidence)
    if calls.is_empty():
        return [], [Need("transfers", Remark("rec_need_transfers"))]
    found = []
    for one in above(calls.select(group="queue", hit="transferred")):
        gone = calls.filter(pl.col("queue") == one.group, "transferred")
        paths = gone.filter(pl.col("to").is_not_null()).group_by("to").len().sort("len", "to", descending=[True, False])
        to = paths["to"][0] if paths.height else ""
        fewer = one.n * one.excess / evidence.months
        seconds = gone["handle_s"].mean()
        values: dict[str, str | tuple[str, str]] = {
            "queue": one.group, "to": to or ("elsewhere", "其他去向"), "share": f"{one.share:.1%}",
            "others": f"{one.others:.1%}", "n": f"{one.n:,}", "calls": f"{fewer:,.0f}",
        }
        found.append(Candidate(
            f"transfers-{one.group}{'-' + to if to else ''}", "transfers", Remark("rec_transfers_title", values),
            Remark("rec_transfers_problem", values), "ccops kpi transfer_rate --by queue", "medium",
            Change(volume={one.group: max(1 - fewer / evidence.offered[one.group], 0.05)}),
            freed_hours=fewer * (seconds if isinstance(seconds, float) else 0.0) / 3600,
            assumptions=(Remark("rec_transfers_assumed", values),), unsure=one.half / one.excess,
        ))
    return found, []


def _passed(evidence: Evidence) -> pl.DataFrame:
    """Answered visits of which is known whether the agent passed them on: queue, transferred, to, handle_s."""
    parts = ("talk_ms", "hold_ms", "acw_ms")
    visits = inbound_visits(evidence.data).select(
        "system", "contact_id", "queue", "entered_at", "outcome", "transferred",
        handle_s=pl.sum_horizontal(pl.col(name).fill_null(0) for name in parts) / 1000,
    ).collect(engine="streaming").sort("entered_at")
    visits = visits.with_columns(to=pl.col("queue").shift(-1).over("system", "contact_id"))
    return visits.filter(pl.col("outcome") == "answered", pl.col("transferred").is_not_null())
