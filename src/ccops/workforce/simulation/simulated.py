"""A day simulated: beside what really happened, and beside what a change would make of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops import notebook
from ccops.errors import SourceError, UsageError
from ccops.remark import Remark
from ccops.workforce.simulation.outcome import Comparison, Figure, Outcome, compare
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import Scenario
from ccops.workforce.simulation.twin import Twin, by_choice, clock, twin_of
from ccops.workforce.simulation.twin_ahead import twin_ahead
from ccops.workforce.simulation.validation import FIGURES, Replays, Validation, real_figures, remarks, validated
from ccops.workforce.simulation.whatif import WhatIf
from ccops.workforce.visits import last_day

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.progress import Progress

Arrivals = Literal["replay", "forecast"]
COMPARED = ("service_level", "asa_s", "abandon_rate", "occupancy", "answered", "abandoned", "flow_outs")


@dataclass(frozen=True, eq=False)
class Simulated:
    """`frame` has a row per queue and one of all (queue null): offered, then service_level, asa_s, abandon_rate and
    occupancy with `_lo` and `_hi` (95 % of the mean over the replications) and, where the day is over, `_real`;
    below service_level_p10 is one simulated day in ten.

    Occupancy is that of everybody who serves the queue. `arrivals` says whether the day's own calls were replayed or
    drawn at random around the forecast's. `comparison` is what the changes make of it.
    """

    day: date
    begins: datetime
    arrivals: Arrivals
    outcome: Outcome
    real: Mapping[tuple[str | None, str], float | None]
    remarks: tuple[Remark, ...]
    queues: tuple[str, ...]
    changes: WhatIf
    judged: Validation | None = None
    validate: bool = False
    changed: Outcome | None = None

    @property
    def validation(self) -> Validation | None:
        """The comparison with the real day, where it was asked for."""
        return self.judged if self.validate else None

    @property
    def comparison(self) -> Comparison | None:
        """The changes against the day without them, on the same callers."""
        return compare(self.outcome, self.changed) if self.changed else None

    @cached_property
    def frame(self) -> pl.DataFrame:
        names: list[str | None] = [*self.queues, None]
        rows = []
        for queue in names:
            row: dict[str, object] = {"queue": queue, "offered": self.outcome.figure("offered", queue).value}
            for metric in FIGURES:
                row |= _columns(metric, self.outcome.figure(metric, queue))
                row[f"{metric}_real"] = self.real.get((queue, metric))
            row["service_level_p10"] = _low(self.outcome.daily("service_level", queue))
            rows.append(row | _columns("occupancy", self.outcome.occupancy_of(queue)))
        schema = {name: pl.String() if name == "queue" else pl.Float64() for name in rows[0]}
        return pl.DataFrame(rows, schema=schema).fill_nan(None)

    @cached_property
    def intervals(self) -> pl.DataFrame:
        """All queues by interval with calls: start_at, offered, and the figures of `frame`, real ones left out."""
        scenario, rows = self.outcome.scenario, []
        for k in range(scenario.intervals):
            offered = self.outcome.figure("offered", interval=k).value
            if offered > 0:
                at = self.begins.astimezone(UTC) + timedelta(seconds=k * scenario.interval_s)
                row: dict[str, object] = {"start_at": at, "offered": offered}
                for metric in FIGURES:
                    row |= _columns(metric, self.outcome.figure(metric, interval=k))
                rows.append(row | _columns("occupancy", self.outcome.occupancy(interval=k)))
        frame = pl.DataFrame(rows, infer_schema_length=None)
        return frame.with_columns(pl.col("start_at").dt.convert_time_zone(str(self.begins.tzinfo))).fill_nan(None)

    @cached_property
    def difference(self) -> pl.DataFrame | None:
        """What changes: queue (null: all), metric, base, changed, difference, lo, hi; None without a change."""
        if self.comparison is None:
            return None
        named = self.comparison.frame.rename({"a": "base", "b": "changed"})
        shown = pl.col("queue").is_null() | pl.col("queue").is_in(list(self.queues))
        return named.filter(shown & pl.col("metric").is_in(COMPARED))

    @property
    def table(self) -> pl.DataFrame:
        """What a file of the result holds: what changes, or without a change `frame`."""
        return self.frame if self.difference is None else self.difference

    def _repr_html_(self) -> str:
        return notebook.table(self.frame.columns, self.frame.rows(), f"{self.day}: {self.outcome.replications} days")


def simulate_day(data: Slice, day: date, *, replications: int = 50, seed: int = 1, what_if: WhatIf | None = None,
                 validate: bool = False, queues: Sequence[str] = (), expected: pl.DataFrame | None = None,
                 progress: Progress | None = None) -> Simulated:
    """A past day replayed, or with the calls `expected` (a forecast's frame) a day to come.

    Raises SourceError for a day without calls or without known agents, UsageError for changes that cannot be.
    """
    changes = what_if or WhatIf()
    if changes and replications < 2:
        raise UsageError("a difference needs two replications at least", fix="leave out --replications, or give 50")
    flat = [change for change in changes.agents if change.flat]
    if expected is None:
        if flat:
            raise UsageError("on a day that is over, agents are more or fewer than were there",
                             fix="write --agents +2 or --agents -1")
        if validate and changes:
            raise UsageError("a day with changes cannot be compared with the real one",
                             fix="leave out --validate, or the changes")
        twin = twin_of(data, day)
    else:
        if validate:
            raise UsageError(f"{day} is not over in the data, which ends on {last_day(data)}: nothing to compare with",
                             fix="name a day with calls")
        twin = twin_ahead(data, day, last_day(data), expected, flat)
        changes = replace(changes, agents=tuple(change for change in changes.agents if not change.flat))
    shown = _shown(queues, twin.queues)
    other = changes.applied(twin.scenario, clock(data.settings, day)) if changes else None
    scenarios = [twin.scenario] if other is None else [twin.scenario, other]
    outcomes = [by_choice(each, twin) for each in _run(scenarios, replications, seed, progress)]
    return Simulated(
        day, twin.begins, "replay" if expected is None else "forecast", outcomes[0],
        real_figures(data, day) if expected is None else {}, tuple(remarks(twin)), shown, changes,
        validated(data, twin, outcomes[0]) if expected is None else None, validate, outcomes[1] if other else None,
    )


def replay_days(data: Slice, days: Sequence[date], *, replications: int = 50, seed: int = 1,
                progress: Progress | None = None) -> Replays:
    """Each of the days replayed and compared with what it was; those that cannot be are skipped and say why."""
    done: list[Validation] = []
    skipped: dict[date, str] = {}
    for n, day in enumerate(days):
        try:
            twin: Twin = twin_of(data, day)
        except SourceError as refused:
            skipped[day] = refused.what
        else:
            outcome = simulate(twin.scenario, replications=replications, seed=seed)
            done.append(validated(data, twin, by_choice(outcome, twin)))
        if progress:
            progress("simulate", n + 1, len(days))
    if not done:
        why = next(iter(skipped.values()), "no day has calls")
        raise SourceError(f"none of {len(days)} days can be replayed: {why}",
                          fix="ccops kpi offered --by day shows the days with calls")
    return Replays.of(done, skipped)


def chosen_day(data: Slice, day: date | str | None) -> tuple[date, date]:
    """The day that is named, by default the last one with calls, and that last day. Raises UsageError for no day."""
    last = last_day(data)
    try:
        return (date.fromisoformat(day) if isinstance(day, str) else day or last), last
    except ValueError:
        raise UsageError(f"{day!r} is no day", fix="write 2026-11-23") from None


def _run(scenarios: Sequence[Scenario], replications: int, seed: int, progress: Progress | None) -> list[Outcome]:
    def shown(part: int) -> Progress | None:
        if progress is None:
            return None
        return lambda what, done, total: progress(what, part * total + done, len(scenarios) * total)

    return [simulate(scenario, replications=replications, seed=seed, progress=shown(part))
            for part, scenario in enumerate(scenarios)]


def _low(days: NDArray[np.float64]) -> float:
    """What one day in ten is worse than; NaN where no day has it."""
    known = days[~np.isnan(days)]
    return float(np.quantile(known, 0.1)) if len(known) else math.nan


def _columns(name: str, figure: Figure) -> dict[str, object]:
    return {name: figure.value, f"{name}_lo": figure.lo, f"{name}_hi": figure.hi}


def _shown(asked: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Raises UsageError for a queue without calls that day."""
    for name in asked:
        if name not in known:
            raise UsageError(f"no calls for a queue {name!r} on that day", fix=f"it had {', '.join(known)}")
    return tuple(asked or known)
