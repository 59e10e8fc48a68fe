"""Work that waits: e-mail, cases, call-backs, which are done in the order they came and have hours, not seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ccops.errors import UsageError
from ccops.workforce.erlang import inputs
from ccops.workforce.erlang.inputs import Array, checked

_HALVINGS = 60


@dataclass(frozen=True, eq=False)
class Deferred:
    """on_time: share of each interval's arrivals that is done within the deadline of the interval's end, NaN without
    arrivals or where the end lies beyond the plan. backlog: what is left at the end of each interval, in contacts.
    level: on_time over all arrivals that can be judged; NaN without one.
    """

    on_time: Array
    backlog: Array
    level: float


def carried_over(
    volume: ArrayLike, aht_s: float, agents: ArrayLike, *, interval_s: float, deadline_s: float, before: float = 0.0
) -> Deferred:
    """What becomes of `volume` contacts per interval with these agents; `before` were there already, and go first.

    A fluid: done by t is the least of (all that came by s and what can be done from s to t) over s up to t.
    Raises UsageError for impossible numbers.
    """
    came, staffed = checked(inputs.CALLS, volume), checked(inputs.AGENTS, agents)
    handling, deadline = float(checked(inputs.AHT, aht_s)), float(checked(inputs.WITHIN, deadline_s))
    if came.ndim != 1 or not interval_s > 0 or not before >= 0:
        what = "volumes per interval, an interval above 0 s and a backlog from 0"
        raise UsageError(what, fix="give a list of volumes")
    capacity: Array = np.broadcast_to(staffed, came.shape) * interval_s / handling
    arrived = before + np.append(0.0, np.cumsum(came))
    backlog = np.empty(len(came))
    left = before
    for i, (new, done) in enumerate(zip(came, capacity, strict=True)):
        left = backlog[i] = max(left + new - done, 0.0)
    finished = np.append(0.0, arrived[1:] - backlog)
    ends = np.arange(1, len(came) + 1) * interval_s
    due = np.interp(ends + deadline, np.append(0.0, ends), finished, right=np.nan)
    some = np.where(came > 0, came, np.nan)
    on_time = np.clip((due - arrived[:-1]) / some, 0.0, 1.0)
    judged = np.isfinite(on_time)
    total = float(came[judged].sum())
    return Deferred(on_time, backlog, float(on_time[judged] @ came[judged]) / total if total else float("nan"))


def agents_for_deadline(
    volume: ArrayLike, aht_s: float, *, interval_s: float, deadline_s: float, level: float = 1.0,
    open_: ArrayLike = 1.0, before: float = 0.0,
) -> float:
    """The least level staffing, to the fraction, that keeps the share `level` on time; `open_` is each interval's
    share of that staffing, 0 while closed. Work that is due after the plan's end asks for nobody. Raises UsageError
    where no number does.
    """
    shape, target = checked(inputs.AGENTS, open_), float(level)

    def met(agents: float) -> bool:
        found = carried_over(
            volume, aht_s, agents * shape, interval_s=interval_s, deadline_s=deadline_s, before=before
        )
        return not found.level < target - 1e-12

    if not 0 < target <= 1:
        raise UsageError(f"a share on time of {target:g}", fix="give a share above 0 and at most 1")
    low, high = 0.0, 1.0
    while not met(high):
        low, high = high, 2 * high
        if high > 1e12:
            raise UsageError("no staffing meets the deadline while closed", fix="open longer, or allow more time")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if met(middle) else (middle, high)
    return 0.0 if met(0.0) else high
