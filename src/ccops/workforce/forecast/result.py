"""What a forecast and a backtest are: frozen records with their frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ccops.notebook import table
from ccops.remark import Remark
from ccops.workforce.forecast.backtest import Score

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class QueueForecast:
    """How one queue was forecast: the method chosen and its WAPE over the backtest beside the vendor default's.

    `dispersion` is the mean over the forecast, weighted by volume. Rates are None where nothing could be tried.
    """

    queue: str
    method: str
    wape: float | None
    wape_vendor: float | None
    dispersion: float
    history_from: date
    history_to: date
    tried_days: int
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A queue without a forecast, and the days of history it has of those it needs."""

    queue: str
    days: int
    needs_days: int


@dataclass(frozen=True)
class Forecast:
    """Expected calls per queue and open interval: `frame` has queue, start_at, volume, p10, p50, p90, aht_s and
    dispersion (variance over mean of the count); `days` has queue, day, volume, p10, p90, dispersion (of the day's
    count) and the busiest interval.
    """

    frame: pl.DataFrame
    days: pl.DataFrame
    interval_min: int
    queues: tuple[QueueForecast, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def daily(self) -> bool:
        """Whether its intervals are whole days, as those of a daily series are."""
        return self.interval_min == 24 * 60

    def _repr_html_(self) -> str:
        return table(self.days.columns, self.days.rows(), f"{self.interval_min} min, {len(self.frame)} rows in .frame")


@dataclass(frozen=True)
class QueueBacktest:
    """One queue's methods at each horizon, and the one chosen. `left_out` are methods and the days they need."""

    queue: str
    scores: tuple[Score, ...]
    chosen: str
    tried_days: int
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Backtest:
    """The league table: each queue's, and all queues' together by the sums behind their rates."""

    queues: tuple[QueueBacktest, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def chosen(self) -> str | None:
        """The method that all queues chose; None where they differ."""
        names = {each.chosen for each in self.queues}
        return names.pop() if len(names) == 1 else None

    @property
    def scores(self) -> tuple[Score, ...]:
        """All queues together, for methods that every queue could try."""
        from ccops.workforce.forecast.backtest import together

        return together([each.scores for each in self.queues])

    @property
    def frame(self) -> pl.DataFrame:
        """One row per queue, method and horizon: wape, bias, coverage80, days and whether it was chosen."""
        import polars as pl

        rows = [
            (each.queue, score.name, score.horizon_days, score.wape, score.bias, score.coverage80, score.n,
             score.name == each.chosen)
            for each in self.queues for score in each.scores
        ]
        schema = {
            "queue": pl.String, "method": pl.String, "horizon_days": pl.Int64, "wape": pl.Float64, "bias": pl.Float64,
            "coverage80": pl.Float64, "days": pl.Int64, "chosen": pl.Boolean,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _repr_html_(self) -> str:
        frame = self.frame
        return table(frame.columns, frame.rows())
