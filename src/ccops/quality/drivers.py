"""What goes with satisfaction: wait, transfers, hold, repeats, handle time and queue, each at the same others.

Effects are in plain units: points of satisfied customers, or of the score, per further minute, transfer or repeat.
They are associations of those who answered: a driver may stand for something that no column has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.quality.intervals import normal_quantile
from ccops.quality.regression import Fit, linear, logistic
from ccops.remark import Remark

if TYPE_CHECKING:
    from ccops.settings import Settings

Array = NDArray[np.float64]
_Interval = tuple[float, float, float]  # effect, low, high
OUTCOMES = ("csat", "nps", "ces")
MEASURED = ("wait_min", "hold_min", "handle_min", "transfers")
PER_DRIVER = 10  # answers of the rarer kind per driver: Peduzzi et al. 1996, J Clin Epidemiol 49:1373
FEWEST = 10  # answers of either kind for a queue to be told apart, and beside the commonest value for a driver
_LEVEL = 0.95
_FIGURES = ("effect", "low", "high", "usual_from", "usual_to", "swing", "swing_low", "swing_high")
_SCHEMA = {"driver": pl.String, "against": pl.String, **dict.fromkeys(_FIGURES, pl.Float64)}


@dataclass(frozen=True)
class Drivers:
    """`frame` has a row per driver, the widest swing first: `effect` per unit with its 95 % interval.

    Units are a minute (wait_min, hold_min, handle_min), a transfer, a repeat against none, a queue `against` another.
    `swing` is the difference between a driver's 10th and 90th percentile (usual_from, usual_to; null for what is only
    there or not), which ranks drivers of different units. Of `csat` effects are shares of satisfied customers, of `nps`
    and `ces` points of the answer. `n` answers were used, of which `rarer` of the rarer kind (for a score: all).
    """

    of: str
    frame: pl.DataFrame
    n: int
    rarer: int
    notes: tuple[Remark, ...]


def drivers(rows: pl.DataFrame, settings: Settings, of: str = "csat") -> Drivers:
    """The drivers of an answer over rows of `answers`; without a row where too little is known, which notes say."""
    answered = rows.filter(pl.col(of).is_not_null() & pl.col("linked"))
    yes = (pl.col(of) >= settings.quality.csat_satisfied) if of == "csat" else pl.col(of)
    answered = answered.with_columns(y=yes.cast(pl.Float64))
    if (rarer := _rarer(answered, of)) < PER_DRIVER:
        return Drivers(of, pl.DataFrame(schema=_SCHEMA), answered.height, rarer, (_too_few(rarer, 1),))
    names, notes = _usable(answered)
    known = answered.drop_nulls(names)
    left_out = answered.height - known.height
    notes += [Remark("sat_incomplete", {"n": f"{left_out}"})] * (left_out > 0)
    rarer = _rarer(known, of)
    if len(names) * PER_DRIVER > rarer or not names:
        said = (*notes, _too_few(rarer, max(len(names), 1)))
        return Drivers(of, pl.DataFrame(schema=_SCHEMA), known.height, rarer, said)
    queues = _queues(known, of, rarer // PER_DRIVER - len(names))
    fit, columns = _fitted(known, names, queues, of)
    if fit is None and queues:
        queues = []
        fit, columns = _fitted(known, names, queues, of)
    if fit is None:
        return Drivers(of, pl.DataFrame(schema=_SCHEMA), known.height, rarer, (*notes, Remark("sat_apart")))
    told = [_told(fit, columns, i, name) for i, name in enumerate(names)]
    told += [_against(fit, columns, len(names), queues, place) for place in range(1, len(queues))]
    frame = pl.DataFrame(told, schema=_SCHEMA).sort(pl.col("swing").abs(), "driver", descending=[True, False])
    merged = known["queue"].n_unique() - len(queues)
    notes += [Remark("sat_queues_merged", {"n": f"{merged}"})] * (merged > 0 and known["queue"].n_unique() > 1)
    return Drivers(of, frame, known.height, rarer, tuple(notes))


def _too_few(rarer: int, drivers: int) -> Remark:
    return Remark("sat_too_few", {"n": f"{rarer}", "drivers": f"{drivers}", "needed": f"{drivers * PER_DRIVER}"})


def _usable(answered: pl.DataFrame) -> tuple[list[str], list[Remark]]:
    """Drivers that are known of at least half of the answers and that vary, and what is said of the others."""
    names: list[str] = []
    notes: list[Remark] = []
    for name in (*MEASURED, "repeat"):
        known = answered[name].drop_nulls()
        if known.len() * 2 < answered.height or not known.len():
            notes.append(Remark("sat_unknown_driver", {"driver": _words(name)}))
        elif known.len() - (known == known.mode()[0]).sum() < FEWEST:
            notes.append(Remark("sat_same_driver", {"driver": _words(name)}))
        else:
            names.append(name)
    return names, notes


def _words(name: str) -> tuple[str, str]:
    from ccops.labels import label

    return label(f"sat_{name}", "en"), label(f"sat_{name}", "zh")


def _rarer(known: pl.DataFrame, of: str) -> int:
    if of != "csat":
        return known.height
    satisfied = int(known["y"].sum())
    return min(satisfied, known.height - satisfied)


def _queues(known: pl.DataFrame, of: str, room: int) -> list[str]:
    """Queues with enough answers of either kind, the largest first: the one that others are told against.

    Empty where fewer than two are large enough; queues that are not stand with the largest.
    """
    rare = pl.len() if of != "csat" else pl.min_horizontal(pl.col("y").sum(), (1 - pl.col("y")).sum())
    sizes = known.drop_nulls("queue").group_by("queue").agg(n=pl.len(), rare=rare)
    large = sizes.filter(pl.col("rare") >= FEWEST).sort("n", "queue", descending=[True, False])["queue"]
    chosen = large.to_list()[: room + 1]
    return chosen if len(chosen) > 1 else []


def _fitted(known: pl.DataFrame, names: list[str], queues: list[str], of: str) -> tuple[Fit | None, Array]:
    columns = [known[name].to_numpy() for name in names]
    columns += [(known["queue"] == queue).fill_null(False).cast(pl.Float64).to_numpy() for queue in queues[1:]]
    x, y = np.column_stack(columns).astype(np.float64), known["y"].to_numpy()
    return (logistic if of == "csat" else linear)(x, y), x


def _told(fit: Fit, x: Array, place: int, name: str) -> dict[str, object]:
    if name == "repeat":
        effect = _interval(*fit.contrast(_at(x, place, 0.0), _at(x, place, 1.0)))
        return _row(name, None, effect, (None, None), effect)
    low, high = (float(one) for one in np.percentile(x[:, place], [10, 90]))
    swing = _interval(*fit.contrast(_at(x, place, low), _at(x, place, high)))
    return _row(name, None, _interval(*fit.slope(x, place)), (low, high), swing)


def _against(fit: Fit, x: Array, first: int, queues: list[str], place: int) -> dict[str, object]:
    """A queue against the largest, for all these customers."""
    other = x.copy()
    other[:, first:] = 0
    own = _at(other, first + place - 1, 1.0)
    effect = _interval(*fit.contrast(other, own))
    return _row(queues[place], queues[0], effect, (None, None), effect)


def _row(driver: str, against: str | None, effect: _Interval, usual: tuple[float | None, float | None],
         swing: _Interval) -> dict[str, object]:
    return {"driver": driver, "against": against, **dict(zip(_FIGURES, (*effect, *usual, *swing), strict=True))}


def _at(x: Array, place: int, value: float) -> Array:
    moved = x.copy()
    moved[:, place] = value
    return moved


def _interval(effect: float, error: float) -> _Interval:
    half = normal_quantile(_LEVEL) * error
    return effect, effect - half, effect + half
