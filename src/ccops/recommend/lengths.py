"""Reasons for calling that take longer than the others of their queue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change
from ccops.recommend.evidence import Evidence
from ccops.recommend.shares import Z, standing_out
from ccops.remark import Remark

_LEAST = 30  # calls on either side; fewer say nothing
_SHORTENED = 0.5  # of what a reason takes longer, as knowledge or a form may save: the work itself stays


@dataclass(frozen=True)
class Length:
    """A reason of a queue: its calls, seconds each, seconds of the queue's other reasons, and half the interval of the
    difference, in seconds too."""

    queue: str
    reason: str
    n: int
    mean_s: float
    others_s: float
    p: float
    half: float

    @property
    def excess(self) -> float:
        """Seconds that it takes longer."""
        return self.mean_s - self.others_s


def lengths(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per reason that takes significantly longer: half of the difference saved."""
    calls = _calls(evidence)
    if calls.is_empty():
        return [], [Need("cases", Remark("rec_need_cases"))]
    whole = dict(calls.group_by("queue").agg(pl.col("handle_s").sum()).iter_rows())
    answered = evidence.visits.filter(pl.col("outcome") == "answered").group_by("queue").agg(pl.col("handle_s").sum())
    known = {queue: whole[queue] / total for queue, total in answered.iter_rows() if queue in whole and total}
    found = []
    for one in longer(calls):
        saved_s = one.n * one.excess * _SHORTENED
        freed = saved_s / known[one.queue] / evidence.months / 3600  # calls without a case are taken to be like these
        values = {"reason": one.reason, "queue": one.queue, "own": _clock(one.mean_s), "others": _clock(one.others_s),
                  "n": f"{one.n:,}", "half": f"{one.excess * _SHORTENED:.0f}"}
        found.append(Candidate(
            f"shorten-{one.queue}-{one.reason}", "lengths", Remark("rec_shorten_title", values),
            Remark("rec_shorten_problem", values), f"ccops kpi aht --by queue --queue {one.queue}", "medium",
            Change(aht={one.queue: max(1 - saved_s / whole[one.queue], 0.05)}), freed_hours=freed,
            assumptions=(Remark("rec_shorten_assumed", values),), unsure=one.half / one.excess,
        ))
    return found, []


def longer(calls: pl.DataFrame) -> list[Length]:
    """Reasons that take longer than the other reasons of their queue (Welch, one-sided, Holm over all), most time
    first, from rows with queue, reason and handle_s."""
    tested = [one for [queue], rows in calls.group_by(["queue"], maintain_order=True) for one in _of(str(queue), rows)]
    return sorted(standing_out(tested), key=lambda one: -one.n * one.excess)


def _of(queue: str, rows: pl.DataFrame) -> Sequence[Length]:
    seconds = pl.col("handle_s")
    every = rows.group_by("reason").agg(n=pl.len(), total=seconds.sum(), squares=(seconds**2).sum()).sort("reason")
    n_all, total, squares = (float(every[name].sum()) for name in ("n", "total", "squares"))
    found = []
    for reason, n, own, own_squares in every.iter_rows():
        rest = n_all - n
        if min(n, rest) < _LEAST:
            continue
        mean, others = own / n, (total - own) / rest
        variance = (own_squares / n - mean**2) / n + ((squares - own_squares) / rest - others**2) / rest
        se = math.sqrt(max(variance, 0.0))
        p = 0.5 * math.erfc((mean - others) / se / math.sqrt(2)) if se else 1.0
        found.append(Length(queue, reason, n, mean, others, p, Z * se))
    return found


def _calls(evidence: Evidence) -> pl.DataFrame:
    """Answered calls with a case: queue, reason, handle_s."""
    cases = evidence.data.table("cases").filter(
        pl.col("reason").is_not_null(), pl.col("contact_id").is_not_null(),
    ).select("contact_id", "reason").unique("contact_id", keep="first", maintain_order=True).collect()
    visits = evidence.visits.filter(pl.col("outcome") == "answered", pl.col("handle_s") > 0)
    return visits.join(cases, on="contact_id", how="inner").select("queue", "reason", "handle_s").sort("queue")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
