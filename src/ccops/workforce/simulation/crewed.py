"""Crews for an interval of a staffing: who has to be able to do what, and what that saves.

The calls, handling times and patience of one interval, over and over: the busiest of the staffing's days (most Erlang),
or the busiest at a time of the day. Volumes are the expected ones themselves. Handling times have the distribution of
the queue's calls at the interval's mean; callers are as patient as the staffing's model has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import polars as pl

from ccops import notebook
from ccops.errors import UsageError
from ccops.workforce.handling import Handling
from ccops.workforce.simulation.multiskill import CrewKind, CrewPlan, Step, alone, staff_crews
from ccops.workforce.simulation.scenario import NEVER, Durations, Queue

if TYPE_CHECKING:
    from ccops.progress import Progress
    from ccops.workforce.staffing import Staffing

MOST_CREWS = 6  # beyond, the search is no longer good
_JUDGED = 30_000  # calls by which a plan is judged: its service levels are then known to half a point or so
_RUNS = 10
_HOURS = (4, 40)  # fewest and most simulated hours of a run


@dataclass(frozen=True, eq=False)
class Crewed:
    """The agents of each crew in one interval, in `plan`; `queues` has a row per queue: queue, calls (of the interval),
    aht_s, patience_s (null: nobody gives up), siloed (whole agents by Erlang A, or C, if only it were theirs).

    `siloed` is their sum, `pooled` the agents of Erlang A if everybody served every queue.
    """

    start_at: datetime
    interval_min: int
    target: float
    within_s: float
    kinds: tuple[CrewKind, ...]
    plan: CrewPlan
    queues: pl.DataFrame
    siloed: int
    pooled: int

    @property
    def agents(self) -> int:
        """Agents of all crews."""
        return sum(self.plan.agents.values())

    @property
    def saved(self) -> int:
        """Agents fewer than with every queue apart; below 0: more."""
        return self.siloed - self.agents

    def _repr_html_(self) -> str:
        said = f"{self.start_at:%Y-%m-%d %H:%M}: {self.agents} agents; apart {self.siloed}, pooled {self.pooled}"
        return notebook.table(self.plan.frame.columns, self.plan.frame.rows(), said)


def crew_kind(text: str) -> CrewKind:
    """A crew as people type it: its queues in order of preference and, after a colon, what an agent costs.

    Raises UsageError for one without queues.
    """
    found = re.fullmatch(r"(.*?)(?::(\d+\.?\d*|\.\d+))?", text.strip(), re.DOTALL)
    names, cost = (found[1], found[2]) if found else (text, None)
    skills = tuple(part.strip() for part in names.split(",") if part.strip())
    if not skills:
        raise UsageError(f"--crew {text} names no queue", fix="write --crew sales,service or --crew sales,service:1.1")
    return CrewKind(",".join(skills), skills, float(cost or 1))


def crews_of(plan: Staffing, handling: Mapping[str, Handling], crews: Sequence[CrewKind | str], *,
             at: str | None = None, seed: int = 1, progress: Progress | None = None) -> Crewed:
    """The cheapest crews found for a staffing's busiest interval, or the busiest that has the time `at` (HH:MM) in it.

    Raises UsageError for crews that cannot be, a queue that none of them serves, and a time without calls.
    """
    rules, kinds = plan.rules, [crew_kind(each) if isinstance(each, str) else each for each in crews]
    _check(kinds, sorted(plan.frame["queue"].unique()))
    goal, within_s = rules.target.service_level, rules.target.within_s
    if goal is None:
        raise UsageError("crews are sought for a service level, and the targets name none", fix="give --target 80/20")
    start, rows = _interval(plan, at)
    kinds = [_serving(kind, [row["queue"] for row in rows], start) for kind in kinds]
    patience = {each.queue: each.patience_s for each in plan.models}
    rates = {row["queue"]: row["volume"] / rules.hours for row in rows}
    hours = min(max(round(_JUDGED / _RUNS / sum(rates.values())), _HOURS[0]), _HOURS[1])
    found = staff_crews(
        [_queue(row, plan, handling.get(row["queue"])) for row in rows], rates, kinds, target=goal, within_s=within_s,
        formula="offered", hours=hours, replications=_RUNS, seed=seed, progress=_told(progress),
    )
    if progress:
        progress("crews", 1, 1)
    siloed = [alone(rates[row["queue"]], row["aht_s"], patience[row["queue"]], goal, within_s) for row in rows]
    queues = pl.DataFrame({
        "queue": [row["queue"] for row in rows], "calls": [row["volume"] for row in rows],
        "aht_s": [row["aht_s"] for row in rows],
        "patience_s": pl.Series([patience[row["queue"]] for row in rows], dtype=pl.Float64), "siloed": siloed,
    })
    return Crewed(start, rules.interval_min, goal, within_s, tuple(kinds), found, queues, sum(siloed),
                  _pooled(queues, rules.hours, goal, within_s))


def _check(kinds: Sequence[CrewKind], queues: Sequence[str]) -> None:
    if not 1 <= len(kinds) <= MOST_CREWS:
        raise UsageError(f"{len(kinds)} crews", fix=f"give 1 to {MOST_CREWS} of them")
    names = [kind.name for kind in kinds]
    for kind in kinds:
        if names.count(kind.name) > 1:
            raise UsageError(f"the crew {kind.name} is named twice", fix="name each once")
        for skill in kind.skills:
            if skill not in queues:
                near = get_close_matches(skill, queues, n=1)
                raise UsageError(f"no queue {skill!r} is staffed", where=f"crew {kind.name}",
                                 fix=f"did you mean {near[0]}?" if near else f"there are {', '.join(queues)}")
        if len(set(kind.skills)) < len(kind.skills):
            raise UsageError("a queue is named twice", where=f"crew {kind.name}", fix="name each once")


def _interval(plan: Staffing, at: str | None) -> tuple[datetime, list[dict[str, Any]]]:
    """The interval and its rows with calls, by queue. Raises UsageError where none is known."""
    calls, time = pl.col("volume"), pl.col("start_at")
    unknown = calls.is_null() | ((calls > 0) & pl.col("aht_s").is_null())
    rows = plan.frame.filter(~unknown.any().over("start_at") & (calls > 0))
    if at is not None:
        begun = _minute(at) - (time.dt.hour().cast(pl.Int32) * 60 + time.dt.minute().cast(pl.Int32))
        rows = rows.filter(begun.is_between(0, plan.rules.interval_min - 1))
    if not rows.height:
        raise UsageError("no calls are known" if at is None else f"no calls are known at {at}",
                         fix="give a time and days with calls; ccops staff shows them")
    loads = rows.group_by("start_at").agg(load=(calls * pl.col("aht_s")).sum())
    start: datetime = loads.sort(pl.col("load").neg(), "start_at")["start_at"][0]
    return start, rows.filter(time == start).sort("queue").to_dicts()


def _minute(text: str) -> int:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    if not found:
        raise UsageError(f"--at {text} is no time of the day", fix="write --at 10:30")
    return int(found[1]) * 60 + int(found[2])


def _serving(kind: CrewKind, called: Sequence[str], start: datetime) -> CrewKind:
    """The crew with the queues that have calls in the interval. Raises UsageError where none has."""
    skills = tuple(skill for skill in kind.skills if skill in called)
    if not skills:
        raise UsageError(f"none of its queues has calls at {start:%Y-%m-%d %H:%M}", where=f"crew {kind.name}",
                         fix="leave the crew out, or name another time with --at")
    return CrewKind(kind.name, skills, kind.cost, kind.most)


def _queue(row: Mapping[str, Any], plan: Staffing, known: Handling | None) -> Queue:
    name, aht_s = row["queue"], row["aht_s"]
    model = next(each for each in plan.models if each.queue == name)
    if model.patience_s is None:
        patience = NEVER
    elif model.model == "g":
        patience = Durations.survival(plan.patience[name].curve)
    else:
        patience = Durations.exponential(model.patience_s)
    if known is None or known.mean_s <= 0:
        return Queue(name, Durations.exponential(aht_s), patience)
    sample = Durations.sample(known.sample_s)
    return Queue(name, sample.scaled(aht_s / sample.mean_s), patience)


def _pooled(queues: pl.DataFrame, hours: float, goal: float, within_s: float) -> int:
    """Whole agents of one pool: handling time by calls, and rates of giving up by calls, as they add up."""
    calls = queues["calls"]
    leaving = float((calls / queues["patience_s"]).fill_null(0.0).sum()) / float(calls.sum())
    aht_s = float((calls * queues["aht_s"]).sum()) / float(calls.sum())
    return alone(float(calls.sum()) / hours, aht_s, 1 / leaving if leaving > 0 else None, goal, within_s)


def _told(progress: Progress | None) -> Any:
    """The search's steps as progress: it goes down from two starts, how far nobody knows before."""
    if progress is None:
        return None
    starts = 0

    def step(taken: Step) -> None:
        nonlocal starts
        starts += taken.move == "start"
        progress(f"crews {' + '.join(map(str, taken.agents))}", starts - 1, 2)

    return step
