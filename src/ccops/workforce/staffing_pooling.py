"""Queues together against queues apart: what it would save if everybody could serve everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ccops.errors import UsageError
from ccops.workforce.staffing import Staffing, modelled, staff

if TYPE_CHECKING:
    import polars as pl

    from ccops.settings import Settings
    from ccops.workforce.patience import Patience

POOL = "pool"
_STEPS, _FALL = 1000, 7.0  # steps of a mixed curve, over so many mean lengths of the longest tail


@dataclass(frozen=True, eq=False)
class Pooling:
    """Per interval: `siloed`, the sum of the queues' requirements, `pooled`, that of all as one, and the `saving`.

    `saved_hours` of agents taking calls over all intervals; `share` of the siloed hours.
    """

    queues: tuple[str, ...]
    frame: pl.DataFrame
    siloed_hours: float
    pooled_hours: float

    @property
    def saved_hours(self) -> float:
        return self.siloed_hours - self.pooled_hours

    @property
    def share(self) -> float | None:
        return self.saved_hours / self.siloed_hours if self.siloed_hours > 0 else None

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def pool(plan: Staffing, settings: Settings, queues: Sequence[str] = ()) -> Pooling:
    """The queues (none: all) of a staffing as one: calls added up, handling time and patience by calls.

    The forecast errors of the queues are taken as independent: their variances add up. Raises UsageError for fewer
    than two queues, or one that is not in it.
    """
    import polars as pl

    there = plan.frame["queue"].unique(maintain_order=True).to_list()
    wanted = tuple(dict.fromkeys(queues)) or tuple(sorted(there))
    for queue in wanted:
        if queue not in there:
            raise UsageError(f"no queue {queue!r} to pool", fix=f"it has {', '.join(sorted(there))}")
    if len(wanted) < 2:
        raise UsageError("a pool takes two queues or more", fix=f"such as --pool {','.join(sorted(there)[:2])}")
    rows = plan.frame.filter(pl.col("queue").is_in(wanted))
    calls = pl.col("volume")
    unknown = calls.is_null().any() | (pl.col("aht_s").is_null() & (calls > 0)).any()
    together = rows.group_by("start_at", maintain_order=True).agg(
        queue=pl.lit(POOL), volume=pl.when(unknown).then(None).otherwise(calls.sum()),
        **by_calls(), siloed=pl.when(pl.col("required").is_null().any()).then(None).otherwise(pl.col("required").sum()),
    ).with_columns(pl.col("aht_s", "dispersion").fill_nan(None))
    merged = merge(plan.patience, rows, wanted)
    pooled = staff(together, {POOL: merged} if merged else {}, settings, rules=plan.rules)
    frame = together.select("start_at", "volume", "aht_s", "siloed").join(
        pooled.frame.select("start_at", pooled="required"), on="start_at"
    ).with_columns(saving=pl.col("siloed") - pl.col("pooled")).sort("start_at")
    known = frame.drop_nulls(["siloed", "pooled"])
    hours = plan.rules.hours
    return Pooling(wanted, frame, float(known["siloed"].sum()) * hours, float(known["pooled"].sum()) * hours)


def by_calls() -> dict[str, pl.Expr]:
    """Handling time and dispersion of several queues' rows as one, by their calls; NaN where there are none. Forecast
    errors are taken as independent: their variances add up."""
    import polars as pl

    calls = pl.col("volume")
    spread = calls * (pl.col("dispersion").fill_null(1.0) - 1).clip(0)
    return {"aht_s": (calls * pl.col("aht_s")).sum() / calls.sum(), "dispersion": 1 + spread.sum() / calls.sum()}


def merge(patience: Mapping[str, Patience], rows: pl.DataFrame, queues: Sequence[str]) -> Patience | None:
    """The patience of a caller of any of the queues: their curves mixed by their calls.

    A queue whose patience is not known is taken to be as patient as the others. None where nobody's is known.
    """
    import polars as pl

    from ccops.workforce.patience import Survival

    calls = dict(rows.group_by("queue").agg(pl.col("volume").sum()).iter_rows())
    known = [queue for queue in queues if calls.get(queue) and modelled(queue, patience.get(queue), "a").patience_s]
    if not known:
        return None
    weights = np.array([calls[queue] for queue in known])
    weights = weights / weights.sum()
    means = np.array([patience[queue].mean_s for queue in known])
    curves = [patience[queue].curve for queue in known]
    # Tails of several means are no tail of one: they become steps of their own until next to nobody is left.
    beyond = max(curve.times_s[-1] + _FALL * (curve.tail_s if curve.survival[-1] > 0 else 0) for curve in curves)
    steps = np.linspace(0, beyond, _STEPS) if np.isfinite(beyond) else np.empty(0)
    times = np.unique(np.concatenate([steps, *(curve.times_s for curve in curves)]))
    survival = np.sum([w * curve.at(times) for w, curve in zip(weights, curves, strict=True)], axis=0)
    tails = np.array([w * float(curve.at(times[-1])) for w, curve in zip(weights, curves, strict=True)])
    tail = float(np.sum(tails * [curve.tail_s for curve in curves]) / tails.sum()) if tails.sum() > 0 else np.inf
    # Rates of giving up add up over callers, mean patiences do not.
    return replace(patience[known[0]], mean_s=float(1 / np.sum(weights / means)), pooled=False,
                   curve=Survival(times, survival, tail), abandons=sum(patience[queue].abandons for queue in known))
