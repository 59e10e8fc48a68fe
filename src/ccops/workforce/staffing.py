"""Staffing: what a forecast needs per interval and queue, who is there, and what one agent more or fewer would do.

A requirement is fractional and net: people taking calls. Shrinkage makes paid time of it by dividing, once; rounding
belongs to the schedule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ccops.errors import UsageError
from ccops.workforce.staffing_requirement import (
    Kind,
    Load,
    Risk,
    Target,
    level_at_high,
    predicted,
    required,
)
from ccops.workforce.visits import LONGEST_S

if TYPE_CHECKING:
    import polars as pl

    from ccops.remark import Remark
    from ccops.settings import Settings
    from ccops.workforce.patience import Patience, Survival
    from ccops.workforce.staffing_staffed import Staffed

Array = NDArray[np.float64]
MOST_AGENTS = 100_000  # of a queue; more was a slip of the hand


@dataclass(frozen=True)
class Rules:
    """What a requirement rests on; `of` takes it from the settings. Money is 0 where it is not known."""

    target: Target
    interval_min: int = 30
    risk: Risk = "expected"
    model: Kind = "a"
    shrinkage: float = 0.30
    max_occupancy: float = 1.0
    minimum: float = 1.0
    agent_cost_per_hour: float = 0.0
    lost_call_value: float = 0.0
    currency: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.shrinkage < 1:
            raise UsageError(f"a shrinkage of {self.shrinkage:g} leaves nobody to take calls",
                             fix="give a share from 0 to below 1, such as 0.3")
        if not 0 < self.max_occupancy <= 1:
            raise UsageError(f"an occupancy of {self.max_occupancy:g} cannot be a cap",
                             fix="give a share above 0 and up to 1, such as 0.9")
        if not 0 <= self.minimum <= MOST_AGENTS:
            raise UsageError(f"a minimum of {self.minimum:g} agents is none",
                             fix=f"give a number from 0 to {MOST_AGENTS}")
        if self.interval_min not in (15, 30, 60):
            raise UsageError(f"intervals of {self.interval_min} minutes are not kept", fix="use 15, 30 or 60")

    @classmethod
    def of(cls, settings: Settings, **given: Any) -> Rules:
        """The settings' rules, with what is given (and not None) in their place."""
        own = settings.staffing
        rules: dict[str, Any] = {
            "interval_min": settings.report.interval, "risk": own.risk, "model": own.model,
            "shrinkage": own.shrinkage, "max_occupancy": own.max_occupancy, "minimum": own.minimum,
            "agent_cost_per_hour": own.agent_cost_per_hour, "lost_call_value": own.lost_call_value,
            "currency": own.currency,
        }
        rules |= {name: value for name, value in given.items() if value is not None}
        return cls(target=rules.pop("target", None) or Target.of(settings), **rules)

    @property
    def hours(self) -> float:
        """The length of an interval."""
        return self.interval_min / 60


@dataclass(frozen=True)
class Modelled:
    """Which queueing model a queue was staffed with. `patience_s` is None where nobody is known to give up."""

    queue: str
    model: Kind
    patience_s: float | None
    pooled: bool = False


@dataclass(frozen=True, eq=False)
class Staffing:
    """The requirement and its consequences; `frame` has a row per open interval and queue, `total` one per interval.

    `service_level`, `asa_s`, `p_abandon`, `occupancy` and `sl_p10` are predictions for `agents`: those staffed where
    that is known, else those required (`basis` says which). `plus_one_…` and `minus_one_…` are changes by one agent.
    """

    frame: pl.DataFrame
    total: pl.DataFrame
    rules: Rules
    models: tuple[Modelled, ...]
    patience: Mapping[str, Patience] = field(default_factory=dict, repr=False)
    notes: tuple[Remark, ...] = ()
    hindsight: bool = False

    def where(self, most: int = 5) -> pl.DataFrame:
        """The intervals and queues in which one more agent brings most calls in time."""
        import polars as pl

        helped = self.frame.filter(pl.col("plus_one_answered") > 0)
        return helped.sort("plus_one_answered", "start_at", "queue", descending=[True, False, False]).head(most)

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        kept = ["queue", "start_at", "volume", "aht_s", "required", "required_gross", "staffed", "gap", "service_level"]
        return table(kept, self.frame.select(kept).rows())


def staff(forecast: pl.DataFrame, patience: Mapping[str, Patience], settings: Settings, *, rules: Rules | None = None,
          staffed: Staffed | None = None) -> Staffing:
    """Staffing of a forecast frame: queue, start_at, volume, aht_s and, where known, dispersion.

    Rows in closed hours of `[opening]` are left out. A volume that is not known stays so, with everything after it;
    zero calls need the minimum. Raises UsageError for volumes below 0 and handling times that cannot be.
    """
    import polars as pl

    rules = rules or Rules.of(settings)
    needed = _needed(forecast, patience, settings, rules)
    rows, need = needed.rows, needed.required
    there, planned = _there(rows, staffed)
    known = np.isfinite(there)
    agents = np.where(known, there, need)
    columns: dict[str, Array] = {
        "required": need, "required_mean": needed.at_mean, "required_gross": need / (1 - rules.shrinkage),
        "staffed": there, "scheduled": planned, "gap": there - need, "agents": agents,
    } | _consequences(needed.loads, agents, _floats(rows, "volume"), rules)
    frame = rows.with_columns(
        *(pl.Series(name, values).fill_nan(None) for name, values in columns.items()),
        pl.Series("basis", np.where(known, "staffed", "required")),
    )
    return Staffing(frame, totals(frame), rules, needed.models, patience)


def requirement(forecast: pl.DataFrame, patience: Mapping[str, Patience], settings: Settings,
                rules: Rules) -> pl.DataFrame:
    """The open rows of a forecast frame with `required`, and nothing of what comes of it: many times as fast."""
    import polars as pl

    needed = _needed(forecast, patience, settings, rules)
    return needed.rows.with_columns(pl.Series("required", needed.required).fill_nan(None))


def served(rows: pl.DataFrame, patience: Mapping[str, Patience], rules: Rules) -> pl.DataFrame:
    """Rows as `requirement` gives them, with what their `agents` make of the calls: service_level, asa_s and p_abandon,
    null where there are no calls, and nothing beside it: many times as fast as `staff`."""
    import polars as pl

    volume, aht, agents = (_floats(rows, name) for name in ("volume", "aht_s", "agents"))
    dispersion = np.where(np.isfinite(wide := _floats(rows, "dispersion")), wide, 1.0)
    queues = rows["queue"].to_list()
    models = [modelled(queue, patience.get(queue), rules.model) for queue in dict.fromkeys(queues)]
    made = {name: np.full(rows.height, np.nan) for name in ("service_level", "asa_s", "p_abandon")}
    for at, load in _loads(queues, volume, aht, dispersion, models, patience, rules):
        found = predicted(load, agents[at], rules.target.within_s, rules.risk)
        for name, values in made.items():
            values[at] = getattr(found, name)
    return rows.with_columns(pl.Series(name, values).fill_nan(None) for name, values in made.items())


@dataclass(frozen=True, eq=False)
class _Needed:
    """Open rows, the agents they need under the rules' risk and at the mean, and what that was worked out from."""

    rows: pl.DataFrame
    required: Array
    at_mean: Array
    loads: list[tuple[NDArray[np.intp], Load]]
    models: tuple[Modelled, ...]


def _needed(forecast: pl.DataFrame, patience: Mapping[str, Patience], settings: Settings, rules: Rules) -> _Needed:
    rows = _rows(forecast, settings, rules)
    volume, aht = _floats(rows, "volume"), _floats(rows, "aht_s")
    dispersion = np.where(np.isfinite(found := _floats(rows, "dispersion")), found, 1.0)
    queues = rows["queue"].to_list()
    models = tuple(modelled(queue, patience.get(queue), rules.model) for queue in dict.fromkeys(queues))
    loads = _loads(queues, volume, aht, dispersion, models, patience, rules)
    need, plain = (np.where(volume == 0, 0.0, np.full(rows.height, np.nan)) for _ in range(2))
    for at, load in loads:
        plain[at] = required(load, rules.target, "mean", rules.max_occupancy)
        need[at] = plain[at] if rules.risk == "mean" else required(load, rules.target, rules.risk, rules.max_occupancy)
    # Unknown stays unknown: the larger of it and the minimum is unknown too.
    return _Needed(rows, np.maximum(need, rules.minimum), np.maximum(plain, rules.minimum), loads, models)


def modelled(queue: str, known: Patience | None, model: Kind) -> Modelled:
    """The model for a queue: Erlang C is left where nobody's patience can be estimated."""
    if known is None or not np.isfinite(known.mean_s) or known.mean_s <= 0:
        return Modelled(queue, "c", None)
    return Modelled(queue, model, None if model == "c" else known.mean_s, known.pooled)


_COLUMNS = ("queue", "start_at", "volume", "p10", "p50", "p90", "aht_s", "dispersion")


def _rows(forecast: pl.DataFrame, settings: Settings, rules: Rules) -> pl.DataFrame:
    """The open rows with every column that is needed, in order of time and queue. Raises UsageError."""
    import polars as pl

    absent = [name for name in ("queue", "start_at", "volume", "aht_s") if name not in forecast.columns]
    if absent:
        raise UsageError(f"a forecast without {', '.join(absent)}", fix="it has queue, start_at, volume and aht_s")
    kept = forecast.select(name for name in _COLUMNS if name in forecast.columns)
    numbers = [name for name in _COLUMNS[2:] if name in kept.columns]
    kept = kept.with_columns(pl.col(numbers).cast(pl.Float64).fill_nan(None))
    if "dispersion" not in kept.columns:
        kept = kept.with_columns(dispersion=pl.lit(None, pl.Float64))
    twice = kept.filter(pl.struct("queue", "start_at").is_duplicated()).head(1)
    for queue, at in twice.select("queue", "start_at").iter_rows():
        raise UsageError(f"an interval that is there twice ({queue}, {at:%Y-%m-%d %H:%M})", fix="leave one of them out")
    bad = kept.filter((pl.col("volume") < 0) | pl.col("volume").is_infinite()).head(1)
    for queue, at, volume in bad.select("queue", "start_at", "volume").iter_rows():
        raise UsageError(f"a volume of {volume:g} calls ({queue}, {at:%Y-%m-%d %H:%M})",
                         fix="volumes are calls per interval, from 0 upwards")
    absurd = (pl.col("volume") > 0) & ((pl.col("aht_s") <= 0) | (pl.col("aht_s") > LONGEST_S))
    for queue, at, aht in kept.filter(absurd).head(1).select("queue", "start_at", "aht_s").iter_rows():
        raise UsageError(f"an average handling time of {aht:g} s ({queue}, {at:%Y-%m-%d %H:%M})",
                         fix="handling times are seconds above 0 and up to four hours")
    return kept.filter(open_rows(kept["start_at"], settings, rules.interval_min)).sort("start_at", "queue")


def open_rows(starts: pl.Series, settings: Settings, interval_min: int) -> pl.Series:
    """Which intervals the settings' opening hours leave open; all of those on a weekday that they do not settle."""
    import polars as pl

    from ccops.workforce import opening_hours

    is_open, settled = opening_hours.declared(settings, 0, interval_min)
    weekday = starts.dt.weekday().to_numpy().astype(int) - 1
    slot = (starts.dt.hour().cast(pl.Int32) * 60 + starts.dt.minute().cast(pl.Int32)).to_numpy() // interval_min
    return pl.Series(is_open[weekday, slot] | ~settled[weekday, slot])


def _floats(rows: pl.DataFrame, column: str) -> Array:
    return rows[column].fill_null(float("nan")).to_numpy().astype(float)


def _loads(queues: Sequence[str], volume: Array, aht: Array, dispersion: Array, models: Sequence[Modelled],
           patience: Mapping[str, Patience], rules: Rules) -> list[tuple[NDArray[np.intp], Load]]:
    """Rows with calls, grouped so that each group is one call of a model; a curve belongs to one queue."""
    kind = {each.queue: each for each in models}
    groups: dict[tuple[Kind, str], list[int]] = {}
    for n, queue in enumerate(queues):
        if volume[n] > 0 and np.isfinite(aht[n]):
            own = kind[queue].model
            groups.setdefault((own, queue if own == "g" else ""), []).append(n)
    loads = []
    for (own, queue), numbers in groups.items():
        at = np.array(numbers)
        waits = np.array([kind[queues[n]].patience_s or np.inf for n in numbers])
        curve: Survival | None = patience[queue].curve if own == "g" else None
        loads.append((at, Load(volume[at] / rules.hours, aht[at], dispersion[at], rules.hours, own, waits, curve)))
    return loads


def _there(rows: pl.DataFrame, staffed: Staffed | None) -> tuple[Array, Array]:
    """Staffed and scheduled of each row, NaN where not known."""
    unknown = np.full(rows.height, np.nan)
    if staffed is None:
        return unknown, unknown.copy()
    places = {at: n for n, at in enumerate(staffed.starts)}
    found, planned = unknown, unknown.copy()
    for n, (queue, at) in enumerate(zip(rows["queue"].to_list(), rows["start_at"].to_list(), strict=True)):
        place = places.get(at)
        if place is not None and queue in staffed.queues:
            found[n] = staffed.queues[queue][place]
            planned[n] = staffed.scheduled[queue][place]
    return found, planned


def _consequences(loads: Sequence[tuple[NDArray[np.intp], Load]], agents: Array, volume: Array,
                  rules: Rules) -> dict[str, Array]:
    """Predictions at `agents`, and what one more and one fewer change."""
    names = ("service_level", "asa_s", "p_abandon", "occupancy")
    cases = (("", 0.0), ("plus_one_", 1.0), ("minus_one_", -1.0))
    found = {when + name: np.full(len(agents), np.nan) for when, _ in cases for name in names}
    worst = np.full(len(agents), np.nan)
    within = rules.target.within_s
    for at, load in loads:
        for when, step in cases:
            made = predicted(load, np.maximum(agents[at] + step, 0.0), within, rules.risk)
            for name in names:
                found[when + name][at] = getattr(made, name)
        if rules.risk != "mean":
            worst[at] = level_at_high(load, agents[at], within)
        else:
            worst[at] = found["service_level"][at]
    base = {name: found[name] for name in names}
    changes = {when + name: found[when + name] - base[name]
               for when in ("plus_one_", "minus_one_") for name in ("service_level", "asa_s")}
    lost_fewer = volume * (base["p_abandon"] - found["plus_one_p_abandon"])
    lost_more = volume * (found["minus_one_p_abandon"] - base["p_abandon"])
    worth = rules.lost_call_value if rules.lost_call_value > 0 else np.nan
    return base | {"sl_p10": worst} | changes | {
        "plus_one_answered": volume * changes["plus_one_service_level"], "plus_one_lost": -lost_fewer,
        "plus_one_value": lost_fewer * worth,
        "minus_one_answered": volume * changes["minus_one_service_level"], "minus_one_lost": lost_more,
        "minus_one_cost": lost_more * worth,
        "agent_cost": np.where(np.isfinite(agents), _price(rules), np.nan),
    }


def _price(rules: Rules) -> float:
    """What one agent at work costs in an interval: paid time, so shrinkage is in it; NaN where not known."""
    cost = rules.agent_cost_per_hour * rules.hours / (1 - rules.shrinkage)
    return cost if rules.agent_cost_per_hour > 0 else float("nan")


def totals(frame: pl.DataFrame) -> pl.DataFrame:
    """All queues together per interval: sums, and ratios of sums. Unknown where a queue's part is unknown."""
    import polars as pl

    def whole(column: str) -> pl.Expr:
        return pl.when(pl.col(column).is_null().any()).then(None).otherwise(pl.col(column).sum())

    def per_call(column: str) -> pl.Expr:
        unknown = (called & pl.col(column).is_null()).any() | calls.is_null().any()
        return pl.when(unknown).then(None).otherwise((calls * pl.col(column)).filter(called).sum() / calls.sum())

    calls, called, waited = pl.col("volume"), pl.col("volume") > 0, pl.col("asa_s").is_not_null()
    served = calls * (1 - pl.col("p_abandon"))
    busy = pl.col("occupancy").fill_null(0) * pl.col("agents")
    unseen = calls.is_null() | (called & pl.col("occupancy").is_null() & pl.col("agents").ne_missing(0))
    return frame.group_by("start_at", maintain_order=True).agg(
        volume=whole("volume"),
        aht_s=(calls * pl.col("aht_s")).sum() / calls.filter(pl.col("aht_s").is_not_null()).sum(),
        **{name: whole(name) for name in _SUMMED},
        service_level=per_call("service_level"),
        asa_s=(served * pl.col("asa_s")).filter(called).sum() / served.filter(called & waited).sum(),
        p_abandon=per_call("p_abandon"),
        occupancy=pl.when(unseen.any()).then(None).otherwise(busy.sum() / pl.col("agents").sum()),
        plus_one_answered=pl.col("plus_one_answered").max(),
    ).with_columns(pl.col(pl.Float64).fill_nan(None)).sort("start_at")


_SUMMED = ("required", "required_mean", "required_gross", "staffed", "scheduled", "gap")


@dataclass(frozen=True)
class Hours:
    """Agent-hours over all intervals: on calls, paid, in full-time agents; staffed, and how many too few and too many.

    The latter are None where nobody knows who was staffed; they compare interval by interval and queue by queue.
    """

    required: float
    paid: float
    fte: float
    staffed: float | None
    short: float | None
    over: float | None


def business_days(frame: pl.DataFrame, settings: Settings) -> pl.Series:
    """The business day of each row."""
    import polars as pl

    local = pl.col("start_at").dt.replace_time_zone(None) - pl.duration(seconds=settings.business_day.shift_s)
    return frame.select(day=local.dt.date())["day"]


def hours(plan: Staffing, settings: Settings) -> Hours:
    """A staffing in hours; a full-time agent is paid `hours_per_week` in seven days of the plan."""
    import polars as pl

    rows, length = plan.frame, plan.rules.hours
    known = rows.filter(pl.col("gap").is_not_null())
    days = max(business_days(plan.total, settings).n_unique(), 1)
    paid = float(rows["required_gross"].sum()) * length
    one, gap = settings.staffing.hours_per_week * days / 7, known["gap"]
    return Hours(
        float(rows["required"].sum()) * length, paid, paid / one,
        *(float(each) * length if known.height else None
          for each in (known["staffed"].sum(), -gap.clip(upper_bound=0).sum(), gap.clip(lower_bound=0).sum())),
    )
