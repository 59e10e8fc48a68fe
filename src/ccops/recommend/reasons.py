"""Reasons for calling whose callers come back more often than others."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change
from ccops.recommend.evidence import Evidence
from ccops.recommend.shares import above
from ccops.remark import Remark

_FORWARDED = timedelta(minutes=15)  # a call so soon after is the same matter passed on, as `fcr` has it


def reasons(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per reason that brings significantly more callers back than the others (Holm over the reasons)."""
    cases = _cases(evidence)
    if cases.is_empty():
        return [], [Need("cases", Remark("rec_need_cases"))]
    days = evidence.settings.recommend.repeat_days
    followed = _followed(evidence, cases, days)
    found = []
    for one in above(followed.select(group="reason", hit="back")):
        rows = followed.filter(pl.col("reason") == one.group)
        months = evidence.months * (1 - days / max((evidence.days[-1] - evidence.days[0]).days + 1, days + 1))
        fewer = {
            queue: n * one.excess / one.share / months
            for queue, n in rows.filter(pl.col("queue").is_not_null()).group_by("queue").len().sort("queue").iter_rows()
        }
        calls = sum(fewer.values())
        aht = evidence.visits.filter(pl.col("outcome") == "answered", pl.col("queue").is_in(list(fewer)))[
            "handle_s"].mean()
        values = {"reason": one.group, "share": f"{one.share:.0%}", "others": f"{one.others:.0%}", "n": f"{one.n:,}",
                  "days": str(days), "calls": f"{calls:,.0f}"}
        found.append(Candidate(
            f"repeats-{one.group}", "repeats", Remark("rec_repeats_title", values),
            Remark("rec_repeats_problem", values), "ccops kpi repeat_rate --by queue", "medium",
            Change(volume={queue: max(1 - n / evidence.offered[queue], 0.05) for queue, n in fewer.items()
                           if queue in evidence.offered}),
            freed_hours=calls * (aht if isinstance(aht, float) else 0.0) / 3600,
            assumptions=(Remark("rec_repeats_assumed", values),), unsure=one.half / one.excess,
        ))
    return found, []


def _cases(evidence: Evidence) -> pl.DataFrame:
    """Cases of the days: case_id, reason, customer_key, opened_at."""
    rows = evidence.data.table("cases").select("case_id", "contact_id", "customer_key", "reason", "opened_at")
    contacts = evidence.data.table("contacts").select("contact_id", caller="customer_key").filter(
        pl.col("caller").is_not_null()).unique("contact_id")
    found = rows.join(contacts, on="contact_id", how="left").with_columns(
        customer_key=pl.coalesce("customer_key", "caller"))
    return found.drop_nulls(["customer_key", "reason", "opened_at"]).select(
        "case_id", "reason", "customer_key", "opened_at").collect()


def _followed(evidence: Evidence, cases: pl.DataFrame, days: int) -> pl.DataFrame:
    """Cases old enough to tell: `back`, whether the customer called again within so many days, and in which queue."""
    inbound = pl.col("direction").is_null() | (pl.col("direction") != "out")
    calls = evidence.data.table("contacts").filter(inbound, pl.col("customer_key").is_not_null()).select(
        "customer_key", "contact_id", again_at="started_at").collect()
    queues = evidence.visits.sort("entered_at").group_by("contact_id").agg(pl.col("queue").first())
    calls = calls.join(queues, on="contact_id", how="left").sort("again_at")
    until = calls["again_at"].max()
    rows = cases.filter(pl.col("opened_at") <= pl.lit(until) - timedelta(days=days)).with_columns(
        after=pl.col("opened_at") + _FORWARDED).sort("after")
    joined = rows.join_asof(calls.select("customer_key", "again_at", "queue"), left_on="after", right_on="again_at",
                            by="customer_key", strategy="forward", check_sortedness=False)
    back = (pl.col("again_at") - pl.col("opened_at") <= timedelta(days=days)).fill_null(False)
    return joined.with_columns(back=back).with_columns(queue=pl.when("back").then("queue"))
