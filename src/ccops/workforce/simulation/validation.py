"""Whether a replayed day comes out as it was: errors against the day's real figures, and what may explain them.

The real day is one draw of what the same callers and agents might have made of it. So beside the mean of the
replications and its interval stands the range of single days: a real figure outside of it is no chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ccops import notebook
from ccops.metrics import kpis
from ccops.remark import Remark
from ccops.workforce.serving import named
from ccops.workforce.simulation.outcome import Outcome
from ccops.workforce.simulation.twin_routing import BY_KEY

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.workforce.simulation.twin import Twin

# Our figures by the name that the metrics have for them.
FIGURES = {"service_level": "service_level", "asa_s": "asa", "abandon_rate": "abandon_rate"}
SL_POINTS, ASA_SHARE = 0.03, 0.15  # a day within both is reproduced
_SIMULATED = ("answered", "abandoned", "timeout", "overflow", *BY_KEY)
_NOTABLE = 0.02  # share of a day's visits from which something is worth a sentence
_BUSY_RINGS = 0.03

Real = Mapping[tuple[str | None, str], float | None]


@dataclass(frozen=True, eq=False)
class Validation:
    """A replayed day against the real one.

    `frame` has queue (null: all), metric, real, mean, lo, hi (of the mean, 95 %), low, high (of single days, 95 %) and
    error: mean - real, for asa_s as a share of the real one.
    """

    day: date
    offered: int
    frame: pl.DataFrame
    remarks: tuple[Remark, ...]
    replications: int
    seed: int

    def error(self, metric: str, queue: str | None = None) -> float | None:
        """One error; None where the real figure is not known."""
        found = self.frame.filter(pl.col("metric") == metric, pl.col("queue").eq_missing(pl.lit(queue, pl.String)))
        value: float | None = found["error"].item() if found.height else None
        return value

    @property
    def reproduced(self) -> bool | None:
        """Service level within 3 points and ASA within 15 %, all queues together; None where one is not known."""
        level, asa = self.error("service_level"), self.error("asa_s")
        return None if level is None or asa is None else abs(level) <= SL_POINTS and abs(asa) <= ASA_SHARE

    def _repr_html_(self) -> str:
        return notebook.table(self.frame.columns, self.frame.rows(), f"{self.day}: simulated against real")


def validated(data: Slice, twin: Twin, outcome: Outcome) -> Validation:
    """The replay of a twin against its day."""
    real = real_figures(data, twin.day)
    rows = [
        _row(queue, metric, outcome, real.get((queue, metric)))
        for queue in (*twin.queues, None) for metric in FIGURES
    ]
    names = ("queue", "metric", "real", "mean", "lo", "hi", "low", "high", "error")
    schema = {name: pl.String() if name in names[:2] else pl.Float64() for name in names}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return Validation(
        twin.day, twin.visits.height, frame, tuple(remarks(twin)), outcome.replications, outcome.seed
    )


def real_figures(data: Slice, day: date) -> dict[tuple[str | None, str], float | None]:
    """The day's service level, ASA and abandon rate by queue, and of all (None), by the site's definitions."""
    names = {metric: ours for ours, metric in FIGURES.items()}
    found: dict[tuple[str | None, str], float | None] = {}
    for grain in (["queue"], []):
        for row in kpis(data.on(day), list(names), grain).iter_rows(named=True):
            found[row.get("queue"), names[row["metric"]]] = row["value"]
    return found


def _row(queue: str | None, metric: str, outcome: Outcome, real: float | None) -> tuple[object, ...]:
    figure, days = outcome.figure(metric, queue), outcome.daily(metric, queue)
    known = days[~np.isnan(days)]
    low, high = np.quantile(known, (0.025, 0.975)).tolist() if len(known) else (np.nan, np.nan)
    error = None
    if real is not None and (metric != "asa_s" or real > 0):
        error = figure.value / real - 1 if metric == "asa_s" else figure.value - real
    return queue, metric, real, figure.value, figure.lo, figure.hi, low, high, error


def remarks(twin: Twin) -> list[Remark]:
    """What the twin had to assume, in the order of what weighs most."""
    visits, people = twin.visits, twin.people
    found = []
    if not twin.days:
        found.append(Remark("twin_same_day"))
    inferred = sum(person.known == "inferred" for person in people)
    if inferred:
        found.append(Remark("twin_inferred", {"n": str(inferred), "all": str(len(people))}))
    if (planned := sum(person.known == "schedule" for person in people)) and visits.height:
        found.append(Remark("twin_planned", {"n": str(planned), "all": str(len(people))}))
    if twin.nameless:
        found.append(Remark("twin_nameless", {"n": f"{twin.nameless:,}"}))
    if outside := sum(person.outside for person in people):
        found.append(Remark("twin_outside", {"n": f"{outside:,}"}))
    if twin.unplaced:
        found.append(Remark("twin_unplaced", named(twin.unplaced)))
    if twin.strangers:
        found.append(Remark("twin_strangers", named(twin.strangers)))
    found += _of_routing(twin)
    left = visits.filter(~pl.col("outcome").is_in(_SIMULATED)).height
    if left and left >= _NOTABLE * visits.height:
        found.append(Remark("twin_flow_outs", {"share": f"{left / visits.height:.1%}"}))
    if twin.left_out:
        found.append(Remark("twin_left_out", {"n": f"{twin.left_out:,}"}))
    pooled = [queue for queue in twin.queues if queue in twin.patience and twin.patience[queue].pooled]
    if pooled:
        found.append(Remark("twin_pooled", {"queues": ", ".join(pooled)}))
    return found


def _of_routing(twin: Twin) -> list[Remark]:
    rules, found = twin.routing, []
    later = [queue for queue in twin.queues if rules.rank[queue] > 1]
    if later:
        found.append(Remark("twin_ranked", {"queues": ", ".join(later)}))
    if len({skill for crew in twin.scenario.crews for skill in crew.skills}) < len(twin.queues):
        served = {skill for crew in twin.scenario.crews for skill in crew.skills}
        found.append(Remark("twin_unserved", {"queues": ", ".join(q for q in twin.queues if q not in served)}))
    vain = max(rules.unanswered.values(), default=0.0)
    if vain >= _BUSY_RINGS:
        found.append(Remark("twin_unanswered", {"share": f"{vain:.1%}"}))
    return found


@dataclass(frozen=True, eq=False)
class Replays:
    """Days replayed one after another. `frame` has a row per day: offered, real and simulated figures, and errors."""

    days: tuple[Validation, ...]
    frame: pl.DataFrame
    skipped: Mapping[date, str]

    @classmethod
    def of(cls, days: Sequence[Validation], skipped: Mapping[date, str]) -> Replays:
        """These days; `skipped` says why others could not be replayed."""
        rows = []
        for each in days:
            total = each.frame.filter(pl.col("queue").is_null())
            values = {row["metric"]: row for row in total.iter_rows(named=True)}
            rows.append({"day": each.day, "offered": each.offered} | {
                f"{name}{suffix}": values[name][column]
                for name in FIGURES for suffix, column in (("_real", "real"), ("", "mean"), ("_error", "error"))
            } | {"reproduced": each.reproduced})
        return cls(tuple(days), pl.DataFrame(rows, infer_schema_length=None), dict(skipped))

    @property
    def table(self) -> pl.DataFrame:
        """What a file of the result holds: `frame`."""
        return self.frame

    @property
    def furthest_off(self) -> Validation:
        """The day whose service level is furthest from the real one."""
        return max(self.days, key=lambda day: abs(day.error("service_level") or 0.0))

    def median_error(self, metric: str) -> float | None:
        """The median over the days of the error without its sign; None where none is known."""
        found = self.frame[f"{metric}_error"].drop_nulls().abs().median()
        return float(found) if isinstance(found, int | float) else None

    def _repr_html_(self) -> str:
        return notebook.table(self.frame.columns, self.frame.rows(), "replayed days")
