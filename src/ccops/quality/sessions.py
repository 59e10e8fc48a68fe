"""Calibration sessions: several evaluators on the same contact, against each other and against the agreed score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ccops.errors import SourceError
from ccops.model import Slice
from ccops.quality.calibration import agreement, cohen_kappa, cross_table, krippendorff_alpha
from ccops.quality.scorecard import scored
from ccops.remark import Remark

_ACCEPTABLE = 0.8  # alpha from which conclusions can be drawn (Krippendorff 2004, p. 241)


@dataclass(frozen=True, eq=False)
class Calibration:
    """`evaluators`: per evaluator n, exact, within, bias, mae against the master, kappa of failing. `questions`: alpha
    per question, the least agreed first. `alpha` is that of the whole scores (interval), `alpha_failed` of failing.
    """

    sessions: int
    contacts: int
    tolerance: float
    alpha: float | None
    alpha_failed: float | None
    evaluators: pl.DataFrame
    questions: pl.DataFrame
    notes: tuple[Remark, ...]

    @property
    def acceptable(self) -> bool | None:
        return None if self.alpha is None else self.alpha >= _ACCEPTABLE

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.evaluators.columns, self.evaluators.rows())


def calibrate(data: Slice, tolerance: float | None = None) -> Calibration:
    """The sessions of the scope's days. Raises SourceError where there are none."""
    close = data.settings.quality.tolerance if tolerance is None else tolerance
    found = scored(data, sessions=True)
    rows = found.frame.filter(pl.col("session").is_not_null()).with_columns(
        unit=pl.concat_str("session", pl.col("contact_id").fill_null(""), separator="\x1f")
    )
    if rows.is_empty():
        raise SourceError("no calibration session in these evaluations",
                          fix="mark them in the export's Session column, the agreed score in Master")
    master = rows.filter("master").group_by("unit").agg(
        master_score=pl.col("score").first(), master_failed=pl.col("failed").first())
    judged = rows.filter(~pl.col("master")).join(master, on="unit", how="left")
    notes = [Remark("qs_no_master", {"n": str(n)})] if (
        n := judged.filter(pl.col("master_score").is_null())["unit"].n_unique()) else []
    items = found.items.drop("evaluator").join(judged.select("evaluation_id", "evaluator", "unit"), on="evaluation_id")
    return Calibration(
        rows["session"].n_unique(), rows["unit"].n_unique(), close, _alpha(judged, "score"), _alpha(judged, "failed"),
        _per_evaluator(judged, close), _per_question(items), tuple(notes),
    )


def _matrix(rows: pl.DataFrame, value: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    wide = rows.select("evaluator", "unit", pl.col(value).cast(pl.Float64)).pivot(
        "unit", index="evaluator", values=value, aggregate_function="first")
    return wide.drop("evaluator").fill_null(float("nan")).to_numpy()


def _alpha(rows: pl.DataFrame, value: str) -> float | None:
    if rows.is_empty():
        return None
    return krippendorff_alpha(_matrix(rows, value), "nominal" if value == "failed" else "interval")


def _per_evaluator(judged: pl.DataFrame, close: float) -> pl.DataFrame:
    made = []
    for (evaluator,), part in sorted(judged.group_by("evaluator"), key=lambda pair: str(pair[0][0])):
        own, agreed = (part[name].fill_null(float("nan")).to_numpy() for name in ("score", "master_score"))
        pair = agreement(own, agreed, close)
        both = part.drop_nulls(["failed", "master_failed"])
        kappa = cohen_kappa(cross_table(both["failed"].cast(pl.Float64).to_list(),
                                        both["master_failed"].cast(pl.Float64).to_list())) if both.height else None
        made.append({"evaluator": evaluator, "n": pair.n, "exact": pair.exact, "within": pair.within, "bias": pair.bias,
                     "mae": pair.mae, "kappa_failed": kappa})
    schema = {"evaluator": pl.String, "n": pl.Int64, **dict.fromkeys(
        ("exact", "within", "bias", "mae", "kappa_failed"), pl.Float64)}
    return pl.DataFrame(made, schema=schema).sort("mae", "evaluator", descending=[True, False], nulls_last=True)


def _per_question(items: pl.DataFrame) -> pl.DataFrame:
    rows = [
        {"section": str(section), "question": str(question), "n": part["unit"].n_unique(),
         "alpha": krippendorff_alpha(_matrix(part, "share"), "ordinal"),
         "spread": part.group_by("unit").agg(pl.col("share").max() - pl.col("share").min())["share"].mean()}
        for (section, question), part in items.group_by("section", "question")
    ]
    schema = {"section": pl.String, "question": pl.String, "n": pl.Int64, "alpha": pl.Float64, "spread": pl.Float64}
    return pl.DataFrame(rows, schema=schema).sort("spread", "question", descending=[True, False], nulls_last=True)
