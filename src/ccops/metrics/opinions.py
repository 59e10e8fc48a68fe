"""What customers say when asked: satisfaction, likelihood to recommend, effort, and how many answer at all.

Unit of counting: the survey, at the moment it was sent. Whoever does not answer a question is on neither side of its
figure; `quality satisfaction` gives the intervals that belong to figures of samples.
"""

from __future__ import annotations

import polars as pl

from ccops.metrics.metric import Metric, Sum

TABLE = "surveys"
PROMOTER, DETRACTOR = 9, 6  # from, up to; Reichheld, The One Number You Need to Grow, HBR 2003


def csat(satisfied: float = 4) -> Metric:
    """Share of answers about satisfaction that are `satisfied` or higher, on the form's own scale."""
    answer = pl.col("csat")
    return Metric(
        "csat", "ratio", "up", (_count((answer >= satisfied).fill_null(False)),), (_count(answer.is_not_null()),),
        f"answers of {satisfied:g} or more / answers about satisfaction; surveys",
        f"满意度评价 {satisfied:g} 分及以上 / 满意度评价数；按邀评计",
        variant=f"{satisfied:g}+", needs=("surveys.csat",),
    )


def nps() -> Metric:
    """Net promoter score: share of answers 9 and 10 less the share of 0 to 6; from -1 to 1."""
    answer = pl.col("nps")
    net = (answer >= PROMOTER).cast(pl.Int64) - (answer <= DETRACTOR).cast(pl.Int64)
    return Metric(
        "nps", "ratio", "up", (_count(net),), (_count(answer.is_not_null()),),
        "(answers 9-10 less answers 0-6) / answers; surveys", "（9-10 分评价数 - 0-6 分评价数）/ 评价数；按邀评计",
        needs=("surveys.nps",),
    )


def ces() -> Metric:
    """Mean customer effort, on the form's own scale; which end is good depends on how the form asks."""
    answer = pl.col("ces")
    return Metric(
        "ces", "number", "none",
        (Sum(TABLE, (answer * 1_000_000).round().cast(pl.Int64), measure="millionths"),),
        (_count(answer.is_not_null()),),
        "sum of answers about effort / answers; surveys", "费力度评分合计 / 评价数；按邀评计", needs=("surveys.ces",),
    )


def survey_response_rate() -> Metric:
    """Share of customers asked who answered anything; low, the other figures are of those who like to answer."""
    given = pl.any_horizontal(pl.col(name).is_not_null() for name in ("responded_at", "csat", "nps", "ces"))
    return Metric(
        "survey_response_rate", "ratio", "up", (_count(given),), (_count(pl.col("sent_at").is_not_null()),),
        "surveys answered / surveys sent", "参评数 / 邀评数", needs=("surveys",),
    )


def _count(mask: pl.Expr) -> Sum:
    return Sum(TABLE, mask)
