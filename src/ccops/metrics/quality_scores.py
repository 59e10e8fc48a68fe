"""Quality as evaluators see it: mean score, and evaluations with a critical error, which the score does not show.

Unit of counting: the ordinary evaluation, at its time; those of calibration sessions compare evaluators, not agents.
"""

from __future__ import annotations

import polars as pl

from ccops.metrics.metric import Metric, Sum

TABLE = "evaluations"
_ORDINARY = pl.col("session").is_null()
_NEEDS = ("evaluations",)


def qa_score() -> Metric:
    """Mean score of evaluations, 0 to 1: of their questions by weight where the export has them, else as given.

    Questions that do not apply are left out and the other weights brought to the whole; every evaluation counts once.
    """
    millionths = (pl.col("score") * 1_000_000).round().cast(pl.Int64)
    return Metric(
        "qa_score", "ratio", "up",
        (Sum(TABLE, pl.when(_ORDINARY).then(millionths), measure="millionths"),),
        (Sum(TABLE, _ORDINARY & pl.col("score").is_not_null()),),
        "sum of evaluations' scores / evaluations with a score; without calibration sessions",
        "质检得分合计 / 有得分的质检数；不含校准", needs=_NEEDS,
    )


def qa_fail_rate() -> Metric:
    """Share of evaluations marked as failed, or with a critical error; those that cannot tell are on neither side."""
    failed = pl.col("failed")
    return Metric(
        "qa_fail_rate", "ratio", "down",
        (Sum(TABLE, _ORDINARY & failed.fill_null(False)),), (Sum(TABLE, _ORDINARY & failed.is_not_null()),),
        "evaluations failed or with a critical error / evaluations that tell either way; without calibration sessions",
        "判定不合格或含致命差错的质检数 / 可判定的质检数；不含校准", needs=_NEEDS,
    )
