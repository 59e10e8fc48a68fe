"""How satisfied the customers who answered are, how sure that is, how many did not answer, and what goes with it.

Satisfied (CSAT) is a share with its Wilson interval, the net promoter score the share of 9 and 10 less that of 0 to 6
(Reichheld 2003, Harvard Business Review 81:46), effort (CES) a mean with its t interval. Who did not answer is not
known to think the same: the worst and the best that their answers could make of the share are told (Manski 1989,
Journal of Human Resources 24:343).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ccops.errors import UsageError
from ccops.notebook import table
from ccops.quality.answers import answers
from ccops.quality.drivers import OUTCOMES, Drivers, drivers
from ccops.quality.intervals import nps_interval, wilson
from ccops.remark import Remark

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.settings import Settings

GRAINS = ("queue", "team", "day")
PROMOTER, PASSIVE = 9, 7  # from this answer on, 0 to 10
_BOTH = (0, 10)
_LEVEL = 0.95


@dataclass(frozen=True)
class Satisfaction:
    """`frame` has a row per group of `by`, `total` is over all.

    asked, answered and response_rate; csat_n answers of which satisfied, csat with csat_low and csat_high, and
    csat_worst and csat_best if nobody or everybody else asked were satisfied; nps_n, promoters, detractors, nps with
    its interval in points from -100 to 100; ces_n, ces, the mean on the form's scale, with its interval. Intervals are
    95 %. What nobody answered is null. `drivers` say what goes with the answers, where enough is known.
    """

    by: str
    frame: pl.DataFrame
    total: pl.DataFrame
    drivers: Drivers
    notes: tuple[Remark, ...]

    def _repr_html_(self) -> str:
        return table(self.frame.columns, self.frame.rows())


def satisfaction(data: Slice, by: str = "queue", of: str = "csat") -> Satisfaction:
    """Satisfaction of the slice's days by `queue`, `team` or `day`, and what drives `csat`, `nps` or `ces`.

    Raises UsageError for another grain or answer, SourceError where nobody was asked.
    """
    for name, known in ((by, GRAINS), (of, OUTCOMES)):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise UsageError(f"satisfaction is not kept by {name!r}" if known is GRAINS else f"no answer {name!r}",
                             fix=f"did you mean {near[0]}?" if near else f"use {', '.join(known)}")
    settings = data.settings
    rows, strange = _on_scale(answers(data), settings)
    total = _groups(rows, [], settings)
    notes = [Remark("sat_off_scale", {"n": f"{strange}"})] * (strange > 0)
    unlinked = rows.filter(~pl.col("linked")).height
    notes += [Remark("sat_unlinked", {"n": f"{unlinked}", "asked": f"{rows.height}"})] * (unlinked > 0)
    if not rows.height:
        notes.append(Remark("sat_nobody"))
    return Satisfaction(by, _groups(rows, [by], settings), total, drivers(rows, settings, of), tuple(notes))


def _on_scale(rows: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, int]:
    """The rows with answers outside the form's scale unknown, and how many those were."""
    scales = {"csat": settings.quality.csat_scale, "ces": settings.quality.ces_scale, "nps": _BOTH}
    off = [~pl.col(name).is_between(low, high) for name, (low, high) in scales.items()]
    strange = int(rows.select(pl.any_horizontal(one.fill_null(False) for one in off).sum()).item())
    kept = [pl.when(pl.col(name).is_between(low, high)).then(pl.col(name)).alias(name)
            for name, (low, high) in scales.items()]
    return rows.with_columns(kept), strange


def _groups(rows: pl.DataFrame, by: list[str], settings: Settings) -> pl.DataFrame:
    counts = {
        "asked": pl.len(), "answered": pl.col("answered").sum(), "csat_n": pl.col("csat").count(),
        "satisfied": (pl.col("csat") >= settings.quality.csat_satisfied).sum(), "nps_n": pl.col("nps").count(),
        "promoters": (pl.col("nps") >= PROMOTER).sum(), "detractors": (pl.col("nps") < PASSIVE).sum(),
        "ces_n": pl.col("ces").count(),
    }
    added = [one.cast(pl.Int64).alias(name) for name, one in counts.items()]
    added += [pl.col("ces").mean(), pl.col("ces").std().alias("spread")]
    found = rows.group_by(by).agg(added).sort(by, nulls_last=True) if by else rows.select(added)
    asked, k, n = (found[name].to_numpy() for name in ("asked", "satisfied", "csat_n"))
    csat_low, csat_high = wilson(k, n, _LEVEL)
    nps, nps_low, nps_high = nps_interval(found["promoters"].to_numpy(), found["detractors"].to_numpy(),
                                          found["nps_n"].to_numpy(), _LEVEL)
    half = [_half(*row) for row in found.select("spread", "ces_n").iter_rows()]
    figures = {"csat_low": csat_low, "csat_high": csat_high, "nps": nps, "nps_low": nps_low, "nps_high": nps_high}
    half_ces = pl.Series("half", half, pl.Float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        figures |= {"response_rate": found["answered"].to_numpy() / asked, "csat": k / n,
                    "csat_worst": np.where(n > 0, k / asked, np.nan),
                    "csat_best": np.where(n > 0, (k + asked - n) / asked, np.nan)}
    return found.with_columns(
        *(pl.Series(name, values, pl.Float64).fill_nan(None) for name, values in figures.items()),
        ces_low=(pl.col("ces") - half_ces).clip(*settings.quality.ces_scale),
        ces_high=(pl.col("ces") + half_ces).clip(*settings.quality.ces_scale),
    ).select(
        *by, "asked", "answered", "response_rate", "csat_n", "satisfied", "csat", "csat_low", "csat_high", "csat_worst",
        "csat_best", "nps_n", "promoters", "detractors", "nps", "nps_low", "nps_high", "ces_n", "ces", "ces_low",
        "ces_high",
    )


def _half(spread: float | None, n: int) -> float | None:
    """Half the t interval of a mean; unknown for fewer than two answers."""
    from scipy.special import stdtrit

    if spread is None or n < 2:
        return None
    return float(stdtrit(n - 1, (1 + _LEVEL) / 2)) * spread / math.sqrt(n)
