"""Quality scores of groups: score and fail rate apart, critical errors by kind, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ccops.errors import UsageError
from ccops.model import CRITICAL_KINDS, Slice
from ccops.quality.evaluators import Leniency, leniency
from ccops.quality.intervals import wilson
from ccops.quality.ranking import shrunk_means, shrunk_shares
from ccops.quality.scorecard import scored
from ccops.remark import Remark

BY = ("agent", "team", "queue", "evaluator", "form", "week")
# A mean score of a group is known well enough to act on when its interval is at most this wide to each side.
KNOWN_TO = 0.05
_T = 1.96


@dataclass(frozen=True, eq=False)
class Scores:
    """`frame`: a row per group with n, score (mean of evaluations), score_lo, score_hi, estimate (drawn towards all by
    how little is known), its interval and verdict, fail_rate with interval, and the accuracy (share without an error)
    per critical kind with interval. `questions`: where points are lost. `evaluators`: who is more lenient.
    `unsure`: groups of which too little is known.
    """

    by: str
    frame: pl.DataFrame
    total: pl.DataFrame
    questions: pl.DataFrame
    evaluators: tuple[Leniency, ...]
    unsure: tuple[str, ...]
    notes: tuple[Remark, ...]

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def scores(data: Slice, by: str = "agent") -> Scores:
    """Scores of the scope's days, calibration sessions left out.

    Raises SourceError where nothing was evaluated, UsageError for another grain.
    """
    if by not in BY:
        raise UsageError(f"quality goes by {', '.join(BY)}, not {by}", fix="ccops quality scores --by team")
    found = scored(data)
    rows = found.frame.with_columns(week=pl.col("day").dt.strftime("%G-W%V"))
    frame = _compared(_grouped(rows, [by]))
    unsure = frame.filter((pl.col("score_hi") - pl.col("score_lo") > 2 * KNOWN_TO) | pl.col("score_lo").is_null())
    return Scores(
        by, frame, _grouped(rows, []), _questions(found.items), tuple(leniency(rows)),
        tuple(unsure[by].drop_nulls().to_list()), found.notes,
    )


def too_small(data: Slice, by: str = "agent") -> tuple[str, ...]:
    """Groups of which too few evaluations are there to know their score to within five points."""
    return scores(data, by).unsure


def _grouped(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    kinds = [f"{kind}_ok" for kind in CRITICAL_KINDS]
    keyed = rows.with_columns(all=pl.lit("")) if not by else rows
    found = keyed.group_by(by or ["all"], maintain_order=True).agg(
        n=pl.len(), scored=pl.col("score").count(), score=pl.col("score").mean(), spread=pl.col("score").std(),
        failed=pl.col("failed").sum(),
        **{f"{kind}_n": pl.col(kind).count() for kind in kinds}, **{f"{kind}_k": pl.col(kind).sum() for kind in kinds},
    ).sort(by or ["all"], nulls_last=True)
    half = _T * pl.col("spread") / pl.col("scored").sqrt()
    frame = found.with_columns(
        score_lo=(pl.col("score") - half).clip(0, 1), score_hi=(pl.col("score") + half).clip(0, 1),
        fail_rate=pl.col("failed") / pl.col("n"),
    )
    frame = _interval(frame, "fail_rate", "failed", "n")
    for kind in CRITICAL_KINDS:
        hits, n = f"{kind}_ok_k", f"{kind}_ok_n"
        share = pl.when(pl.col(n) > 0).then(pl.col(hits) / pl.col(n))
        frame = _interval(frame.with_columns(share.alias(f"{kind}_accuracy")), f"{kind}_accuracy", hits, n)
    return frame.drop([f"{kind}_{end}" for kind in kinds for end in "nk"] + ([] if by else ["all"]))


def _interval(frame: pl.DataFrame, name: str, hits: str, n: str) -> pl.DataFrame:
    lo, hi = wilson(frame[hits].to_numpy(), frame[n].to_numpy())
    return frame.with_columns(
        pl.Series(f"{name}_lo", lo).fill_nan(None), pl.Series(f"{name}_hi", hi).fill_nan(None)
    )


def _compared(frame: pl.DataFrame) -> pl.DataFrame:
    """Scores and fail rates of the groups as far as they can be told from all."""
    known = frame.filter(pl.col("scored") > 0)
    if known.is_empty():
        return frame.with_columns(estimate=pl.lit(None, pl.Float64), estimate_lo=pl.lit(None, pl.Float64),
                                  estimate_hi=pl.lit(None, pl.Float64), verdict=pl.lit(None, pl.String),
                                  fail_verdict=pl.lit(None, pl.String))
    n, spread = known["scored"].to_numpy().astype(float), known["spread"].fill_null(0).to_numpy()
    degrees = np.maximum(n - 1, 0)
    within = float((degrees * spread**2).sum() / degrees.sum()) if degrees.sum() else 0.0
    means = shrunk_means(known["score"].to_numpy(), n, within)
    shares = shrunk_shares(known["failed"].to_numpy(), known["n"].to_numpy())
    verdicts = means.verdict() if within > 0 else ["same"] * known.height
    key = frame.columns[0]
    return frame.join(known.select(key).with_columns(
        pl.Series("estimate", means.estimate), pl.Series("estimate_lo", means.lo), pl.Series("estimate_hi", means.hi),
        pl.Series("verdict", verdicts), pl.Series("fail_verdict", shares.verdict(up=False)),
    ), on=key, how="left", nulls_equal=True, maintain_order="left")


def _questions(items: pl.DataFrame) -> pl.DataFrame:
    """Per question how often it was asked, the share of points given, and the points of a whole score that it costs."""
    lost = (1 - pl.col("share")) * pl.col("in_whole")
    evaluations = max(items["evaluation_id"].n_unique(), 1)
    return items.group_by("section", "question").agg(
        n=pl.len(), share=pl.col("share").mean(), costs=lost.sum() / evaluations,
        critical=pl.col("critical").drop_nulls().first(),
    ).sort("costs", "question", descending=[True, False])
