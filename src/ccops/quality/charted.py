"""A daily figure as a control chart: which days were more than chance, once weekdays are taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from ccops.errors import SourceError, UsageError
from ccops.metrics.evaluate import kpis
from ccops.model import Slice
from ccops.quality.charts import Chart, p_chart, weekday_residuals, xmr

Kind = Literal["auto", "xmr", "p", "laney"]
_LEAST = 10  # days: limits from fewer say nothing


@dataclass(frozen=True, eq=False)
class Charted:
    """The chart of a metric by day. For `xmr` its values are what each day lies above the usual of its weekday
    (`adjusted`), and `figures` the metric itself; the definition says how it is computed."""

    metric: str
    unit: str
    kind: str
    days: tuple[date, ...]
    figures: tuple[float | None, ...]
    chart: Chart
    adjusted: bool
    definition: str

    @property
    def signals(self) -> list[tuple[date, float | None, tuple[str, ...]]]:
        """Days that are more than chance, with their figure and the rules they break."""
        rows = zip(self.days, self.figures, self.chart.signals, strict=True)
        return [(day, figure, rules) for day, figure, rules in rows if rules]


def charted(data: Slice, metric: str, kind: Kind = "auto", *, weekdays: bool = True) -> Charted:
    """The metric by day over the scope: XmR on weekday residuals, or a p or Laney chart of a share.

    `auto` is XmR. Raises SourceError with fewer than ten days, UsageError for a chart that does not fit the metric.
    """
    frame = kpis(data, [metric], ["day"], lang=data.settings.site.lang)
    rows = [row for row in frame.sort("day").to_dicts() if row["day"] is not None]
    known = [row for row in rows if row["value"] is not None]
    if len(known) < _LEAST:
        note = next((row["note"] for row in rows if row["note"]), None)
        raise SourceError(note or f"a chart needs {_LEAST} days with a figure; there are {len(known)}",
                          fix="give a longer time")
    unit = known[0]["unit"]
    definition = known[0]["definition"]
    if kind in ("p", "laney"):
        if unit != "ratio" or any(row["denominator"] is None or row["numerator"] is None for row in known):
            raise UsageError(f"{metric} is no share of counts", fix="take --chart xmr")
        chart = p_chart([row["numerator"] for row in known], [row["denominator"] for row in known],
                        prime=kind == "laney")
        figures = tuple(row["value"] for row in known)
        return Charted(metric, unit, kind, tuple(_day(row["day"]) for row in known), figures, chart, False, definition)
    days = tuple(_day(row["day"]) for row in rows)
    values = np.array([np.nan if row["value"] is None else row["value"] for row in rows], float)
    shown = weekday_residuals(values, [day.weekday() for day in days]) if weekdays else values
    return Charted(metric, unit, "xmr", days, tuple(row["value"] for row in rows), xmr(shown), weekdays, definition)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
