"""The JSON documents of `ccops quality`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class ScoreRow:
    """A group; scores and rates 0-1. `estimate` is drawn towards all by how little is known; verdicts are better, worse
    or same. An accuracy is null where the form has no such critical question."""

    by: dict[str, str | None]
    n: int
    scored: int
    score: float | None
    score_lo: float | None
    score_hi: float | None
    spread: float | None
    estimate: float | None
    estimate_lo: float | None
    estimate_hi: float | None
    verdict: str | None
    failed: int
    fail_rate: float | None
    fail_rate_lo: float | None
    fail_rate_hi: float | None
    fail_verdict: str | None
    customer_accuracy: float | None
    customer_accuracy_lo: float | None
    customer_accuracy_hi: float | None
    business_accuracy: float | None
    business_accuracy_lo: float | None
    business_accuracy_hi: float | None
    compliance_accuracy: float | None
    compliance_accuracy_lo: float | None
    compliance_accuracy_hi: float | None


@dataclass(frozen=True)
class QuestionRow:
    """`costs` is what the question takes from a whole score on average."""

    section: str
    question: str
    n: int
    share: float
    costs: float
    critical: str | None


@dataclass(frozen=True)
class EvaluatorRow:
    """How much more (below 0: less) an evaluator gives than the others to the same agents."""

    evaluator: str
    n: int
    effect: float
    lo: float
    hi: float
    p: float


@dataclass(frozen=True)
class ScoresDocument:
    schema: str
    rows: list[ScoreRow]
    total: ScoreRow
    questions: list[QuestionRow]
    evaluators: list[EvaluatorRow]
    unsure: list[str]
    notes: list[str]


@dataclass(frozen=True)
class StratumRow:
    stratum: str
    population: int
    sample: int
    error: float


@dataclass(frozen=True)
class DrawRow:
    purpose: str
    contact_id: str
    queue: str | None
    team: str | None
    agent: str
    day: date
    started_at: datetime | None
    talk_s: float


@dataclass(frozen=True)
class SampleDocument:
    """`needed` is the sample size before rounding, `reached` what the sample leaves open to each side."""

    schema: str
    population: int
    needed: float
    error: float
    level: float
    reached: float
    coached: int
    seed: int
    strata: list[StratumRow]
    rows: list[DrawRow]
    notes: list[str]


@dataclass(frozen=True)
class CalibratedRow:
    evaluator: str | None
    n: int
    exact: float | None
    within: float | None
    bias: float | None
    mae: float | None
    kappa_failed: float | None


@dataclass(frozen=True)
class AgreedRow:
    section: str
    question: str
    n: int
    alpha: float | None
    spread: float | None


@dataclass(frozen=True)
class CalibrateDocument:
    schema: str
    sessions: int
    contacts: int
    tolerance: float
    alpha: float | None
    alpha_failed: float | None
    rows: list[CalibratedRow]
    questions: list[AgreedRow]
    notes: list[str]


@dataclass(frozen=True)
class ChartPoint:
    """`figure` is the metric, `value` what is charted (for xmr the figure above the usual of its weekday)."""

    day: date
    figure: float | None
    value: float | None
    centre: float
    lower: float
    upper: float
    signals: list[str]


@dataclass(frozen=True)
class ChartDocument:
    schema: str
    metric: str
    unit: str
    chart: str
    weekday_adjusted: bool
    sigma_z: float
    rows: list[ChartPoint]
    definition: str


QUALITY_DOCUMENTS: dict[str, type[Any]] = {
    "quality-scores": ScoresDocument, "quality-sample": SampleDocument, "quality-calibrate": CalibrateDocument,
    "quality-chart": ChartDocument,
}
