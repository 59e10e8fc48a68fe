"""A synthetic week for schedules: calls by quarter-hour, what they need, and shifts with three breaks each."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.erlang import erlang_a
from ccops.workforce.schedule.patterns import Patterns
from ccops.workforce.schedule.requirement import Need, Requirement

Array = NDArray[np.float64]
AHT_S, PATIENCE_S = 240.0, 150.0
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
_WEEK = (1.0, 0.93, 0.9, 0.89, 0.86, 0.5, 0.38)


def volumes(peak_erlangs: float, interval_min: int = 15, days: int = 7, seed: int = 5) -> Array:
    """Calls per interval: a morning and an afternoon peak, quiet nights, noise of 2 %."""
    rng = np.random.default_rng(seed)
    hours = np.arange(0, 24, interval_min / 60)
    morning, afternoon = np.exp(-(((hours - 10.6) / 2.3) ** 2)), np.exp(-(((hours - 15.4) / 3.2) ** 2))
    shape = 0.05 + 0.95 * (morning + 0.85 * afternoon) / 1.08
    load = np.concatenate([peak_erlangs * _WEEK[day % 7] * shape for day in range(days)])
    return load * rng.normal(1, 0.02, len(load)) * interval_min * 60 / AHT_S


def requirement(calls: Array, interval_min: int = 15, *, queue: str = "", target: float = 0.8) -> Requirement:
    """Fractional agents for `target` answered within 20 s by Erlang A."""
    model = erlang_a(calls * 60 / interval_min, AHT_S, PATIENCE_S)
    agents = model.required(service_level=target, within_s=20, whole=False)
    needs = tuple(
        Need(MONDAY + n * timedelta(minutes=interval_min), float(agent), volume=float(call), aht_s=AHT_S,
             patience_s=PATIENCE_S)
        for n, (agent, call) in enumerate(zip(agents, calls, strict=True))
    )
    return Requirement(interval_min, {queue: needs})


def patterns(every_min: int = 30, lengths: tuple[int, ...] = (4, 6, 8, 9), **rest: object) -> Patterns:
    """Shifts from any half hour of the day, each with two short breaks and a meal in windows of an hour and more."""
    shifts = []
    for hours in lengths:
        minutes = hours * 60
        lunch = 15 if hours < 6 else 30 if hours < 9 else 45

        def quarter(share: float, of: int = minutes) -> int:
            return math.floor(share * of / 15) * 15

        shifts.append({
            "name": f"h{hours}", "start": {"from": "00:00", "to": "23:30", "every": every_min}, "length": minutes,
            "part_time": hours < 6,
            "breaks": [
                {"name": "first", "length": 15, "earliest": quarter(0.18), "latest": quarter(0.32)},
                {"name": "lunch", "length": lunch, "earliest": quarter(0.42), "latest": quarter(0.58)},
                {"name": "second", "length": 15, "earliest": quarter(0.74), "latest": quarter(0.88)},
            ],
        })
    return Patterns.model_validate({"step": 15, "cost_per_hour": 20, "shift": shifts, **rest})
