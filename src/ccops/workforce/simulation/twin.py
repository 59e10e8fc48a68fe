"""The twin of a day: its callers and its agents as a scenario that can be replayed, and what it rests on.

Of the day itself it takes when callers came, who was there and how long the work took. How callers give up and how the
switch hands out calls it learns from other days, so that a replay does not know the waits that it is to reproduce.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.errors import SourceError
from ccops.workforce.handling import Handling, handling_of
from ccops.workforce.patience import Patience, Survival, kaplan_meier, patience_of
from ccops.workforce.simulation.scenario import Durations, Queue, Scenario
from ccops.workforce.simulation.twin_agents import Presence, crews, present, scheduled, unknown_helpers
from ccops.workforce.simulation.twin_records import Records, around
from ccops.workforce.simulation.twin_routing import Routing, routing

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.settings import Settings

_LEFT_OUT = ("open", "refused")  # no end seen; never waited
_NAMELESS = 0.5  # share of answered calls without a known agent beyond which nobody's presence can be told

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Twin:
    """A day as a scenario. `begins` is its first instant, `days` how many other days it learnt from (0: none, it
    learnt from itself), `left_out` the visits that are not simulated, `nameless` the answered ones without an agent."""

    day: date
    begins: datetime
    scenario: Scenario
    people: tuple[Presence, ...]
    routing: Routing
    patience: Mapping[str, Patience]
    days: int
    left_out: int
    nameless: int
    visits: pl.DataFrame

    @property
    def queues(self) -> tuple[str, ...]:
        return tuple(queue.name for queue in self.scenario.queues)

    def likely(self) -> Scenario:
        """The same day with callers at random: a Poisson stream around its own counts per interval."""
        width = self.scenario.intervals
        edges = np.arange(width + 1) * self.scenario.interval_s
        rates = {name: np.histogram(at, edges)[0].astype(float) for name, at in self.scenario.arrivals.items()}
        return replace(self.scenario, arrivals={}, rates=rates, until_s=self.scenario.end_s)


def twin_of(data: Slice, day: date) -> Twin:
    """The twin of a past day. Raises SourceError for a day without calls, or if nobody is known to have answered."""
    settings = data.settings
    window, days = around(data, day)
    everyone = replace(data, scope=replace(data.scope, queues=(), agents=(), teams=(), channels=(), directions=()))
    own = everyone.on(day)
    today, learnt = Records.of(own), Records.of(window)
    visits = today.visits.filter(~pl.col("outcome").is_in(_LEFT_OUT))
    if not visits.height:
        raise SourceError(f"no calls in a queue on {day}", fix="ccops kpi offered --by day shows the days with calls")
    people, nameless = _people(today, learnt, scheduled(own), day)
    queues = sorted(visits["queue"].unique())
    skills = {person.agent: person.skills for person in people}
    rules = routing(learnt, queues, skills)
    patience = patience_of(window)
    anybody = kaplan_meier(*_waits(learnt.visits))
    handling = _handling(own, window, queues, settings.report.interval)
    first, last = settings.business_day.bounds(day)
    begins = first.replace(tzinfo=UTC)
    begins_s, length_s = begins.timestamp(), (last - first).total_seconds()
    slots = _slots(settings, first, length_s)
    arrivals = {
        name: np.clip(visits.filter(pl.col("queue") == name)["enter_s"].to_numpy() - begins_s, 0.0, length_s - 1e-3)
        for name in queues
    }
    helpers = unknown_helpers(today.visits)
    scenario = Scenario(
        queues=[
            _queue(name, handling[name], patience[name].curve if name in patience else anybody, rules,
                   handling[name].aht_s[day.weekday(), slots])
            for name in queues
        ],
        crews=crews([*people, *helpers], begins_s, queues), interval_s=settings.report.interval * 60.0,
        arrivals=arrivals, until_s=length_s, within_s=settings.service_level.within_s,
        short_s=settings.service_level.short_s, formula=settings.service_level.formula,
    )
    return Twin(
        day, begins.astimezone(settings.zone.info), scenario, tuple(people), rules, patience, days,
        today.visits.height - visits.height, nameless, visits,
    )


def _people(today: Records, learnt: Records, planned: Mapping[str, Sequence[tuple[float, float]]],
            day: date) -> tuple[list[Presence], int]:
    answered = today.visits.filter(pl.col("outcome") == "answered")
    nameless = int(answered["agent"].is_null().sum())
    people = present(today, learnt, planned)
    if not people or nameless > _NAMELESS * answered.height:
        raise SourceError(
            f"who was there on {day} is not known: {nameless} of {answered.height} answered calls name no agent, and "
            "there is no sign-in log",
            fix="import the switch's queue log, or an export with the agents",
        )
    return people, nameless


def _handling(own: Slice, window: Slice, queues: Sequence[str], interval_min: int) -> dict[str, Handling]:
    """The day's own handling times; for a queue with few of them those of the other days, or of its centre."""
    today, usual = handling_of(own, interval_min), handling_of(window, interval_min)
    found: dict[str, Handling] = {}
    for queue in queues:
        ours, theirs = today.get(queue), usual.get(queue)
        if chosen := ours if ours and (theirs is None or not ours.pooled) else theirs:
            found[queue] = chosen
    if not found:
        raise SourceError("no handled call has a known handling time", fix="import an export with talk times")
    spare = max(found.values(), key=lambda handling: handling.n)
    return {queue: found.get(queue, spare) for queue in queues}


def _queue(name: str, handling: Handling, patience: Survival, rules: Routing, means_s: Array) -> Queue:
    """A queue of the scenario; `means_s` are its mean handling times by interval of the day."""
    factors = means_s / handling.mean_s if handling.mean_s > 0 else np.ones(len(means_s))
    return Queue(
        name, Durations.sample(handling.sample_s), patience=Durations.survival(patience),
        answer_delay=Durations.sample(rules.ring_s[name]), rest=Durations.sample(rules.rest_s[name]),
        priority=rules.rank[name], max_wait_s=rules.max_wait_s.get(name, np.inf),
        handling_factors=tuple(factors.tolist()),
    )


def _slots(settings: Settings, first: datetime, length_s: float) -> list[int]:
    """For each interval of the day as it passed, which interval of the local clock it was: they part twice a year."""
    minutes, interval = settings.business_day.shift_s // 60, settings.report.interval
    starts = [first + timedelta(minutes=interval * n) for n in range(int(-(-length_s // (interval * 60))))]
    walls = [at.replace(tzinfo=UTC).astimezone(settings.zone.info) for at in starts]
    return [(wall.hour * 60 + wall.minute - minutes) % (24 * 60) // interval for wall in walls]


def _waits(visits: pl.DataFrame) -> tuple[Array, NDArray[np.bool_]]:
    known = visits.filter(pl.col("wait_s") >= 0)
    return known["wait_s"].to_numpy(), (known["outcome"] == "abandoned").to_numpy()
