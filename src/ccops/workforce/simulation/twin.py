"""The twin of a day: its callers and its agents as a scenario that can be replayed, and what it rests on.

Of the day itself it takes when callers came, who was there and how long the work took. How callers give up and how the
switch hands out calls it learns from other days, so that a replay does not know the waits that it is to reproduce.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.errors import SourceError
from ccops.settings import Formula
from ccops.workforce.handling import Handling, handling_of
from ccops.workforce.patience import Patience, Survival, kaplan_meier, patience_of
from ccops.workforce.simulation.outcome import COUNTS, Outcome
from ccops.workforce.simulation.scenario import Durations, Queue, Scenario
from ccops.workforce.simulation.twin_agents import Presence, crews, present, scheduled, unknown_helpers
from ccops.workforce.simulation.twin_records import Records, around
from ccops.workforce.simulation.twin_routing import BY_KEY, Routing, routing

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.settings import Settings

_LEFT_OUT = ("open", "refused")  # no end seen; never waited
_NAMELESS = 0.5  # share of answered calls without a known agent beyond which nobody's presence can be told

Array = NDArray[np.float64]


class Level(TypedDict):
    """What a scenario takes of the settings' service level."""

    within_s: float
    short_s: float
    formula: Formula


@dataclass(frozen=True, eq=False)
class Twin:
    """A day as a scenario. `begins` is its first instant, `days` how many other days it learnt from (0: none, it
    learnt from itself), `left_out` the visits that are not simulated, `nameless` the answered ones without an agent.

    Of a day to come, `unplaced` are the scheduled agents whose queues nothing tells, who are not in it, and `strangers`
    those whom only the schedule knows.
    """

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
    unplaced: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def queues(self) -> tuple[str, ...]:
        return tuple(queue.name for queue in self.scenario.queues)


def twin_of(data: Slice, day: date) -> Twin:
    """The twin of a past day. Raises SourceError for a day without calls, or if nobody is known to have answered."""
    window, days = around(data, day)
    own = data.everyone().on(day)
    today, learnt = Records.of(own), Records.of(window)
    visits = today.visits.filter(~pl.col("outcome").is_in(_LEFT_OUT))
    if not visits.height:
        raise SourceError(f"no calls in a queue on {day}", fix="ccops kpi offered --by day shows the days with calls")
    people, nameless = _people(today, learnt, scheduled(own), day)
    queues = sorted(visits["queue"].unique())
    skills = {person.agent: person.skills for person in people}
    rules = routing(learnt, queues, skills, data.settings.service_level.within_s)
    patience = patience_of(leaving(window))
    handling = _handling(own, window, queues, data.settings.report.interval)
    begins, length_s = span(data.settings, day)
    arrivals = {
        name: np.clip(visits.filter(pl.col("queue") == name)["enter_s"].to_numpy() - begins.timestamp(), 0.0,
                      length_s - 1e-3)
        for name in queues
    }
    scenario = Scenario(
        queues=made_queues(queues, handling, patience, rules, learnt, data.settings, day),
        crews=crews([*people, *unknown_helpers(today.visits)], begins.timestamp(), queues),
        interval_s=data.settings.report.interval * 60.0, arrivals=arrivals, until_s=length_s, **level(data.settings),
    )
    left_out = today.visits.height - visits.height
    return Twin(day, begins, scenario, tuple(people), rules, patience, days, left_out, nameless, visits)


def leaving(data: Slice) -> Slice:
    """The slice with those who left by a key counted as abandoned: their patience ended as well.

    What the simulation makes of them is parted again by `by_choice`.
    """
    pressed = pl.col("outcome").is_in(BY_KEY).fill_null(False)

    def read(name: str, first: date | None, last: date | None) -> pl.LazyFrame:
        frame = data.read(name, first, last)
        if name != "queue_visits":
            return frame
        return frame.with_columns(outcome=pl.when(pressed).then(pl.lit("abandoned")).otherwise(pl.col("outcome")))

    return replace(data, read=read)


def by_choice(outcome: Outcome, twin: Twin) -> Outcome:
    """The outcome with the usual share of late leavers as flow-outs, not abandons: those who press a key."""
    counts, rng = outcome.counts.copy(), np.random.default_rng(outcome.seed)
    early, lost, out = (COUNTS.index(name) for name in ("abandoned_in_time", "abandoned", "flow_outs"))
    for place, queue in enumerate(outcome.scenario.queues):
        late = counts[:, place, :, lost] - counts[:, place, :, early]
        pressed = rng.binomial(late, twin.routing.by_key.get(queue.name, 0.0))
        counts[:, place, :, lost] -= pressed
        counts[:, place, :, out] += pressed
    return replace(outcome, counts=counts)


def span(settings: Settings, day: date) -> tuple[datetime, float]:
    """A business day's first instant on the site's clock, and how many seconds it has."""
    first, last = settings.business_day.bounds(day)
    return first.replace(tzinfo=UTC).astimezone(settings.zone.info), (last - first).total_seconds()


def clock(settings: Settings, day: date) -> Callable[[int], float]:
    """Seconds from the start of a business day to a minute of the local clock, which may be past midnight."""
    begins, _ = span(settings, day)
    starts = settings.business_day.shift_s // 60

    def at(minute: int) -> float:
        wall = minute + 24 * 60 if minute < starts else minute
        local = datetime.combine(day, time(), settings.zone.info) + timedelta(minutes=wall)
        return local.timestamp() - begins.timestamp()

    return at


def level(settings: Settings) -> Level:
    """The service level's parts, as the settings have them."""
    own = settings.service_level
    return {"within_s": own.within_s, "short_s": own.short_s, "formula": own.formula}


def made_queues(queues: Sequence[str], handling: Mapping[str, Handling], patience: Mapping[str, Patience],
                rules: Routing, learnt: Records, settings: Settings, day: date) -> list[Queue]:
    """The queues of a scenario; one that the window does not have is as patient as all callers together."""
    slots = _slots(settings, day)
    anybody = kaplan_meier(*_waits(learnt.visits))
    return [
        _queue(name, handling[name], patience[name].curve if name in patience else anybody, rules,
               handling[name].aht_s[day.weekday(), slots])
        for name in queues
    ]


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


def _slots(settings: Settings, day: date) -> list[int]:
    """For each interval of the day as it passed, which interval of the local clock it was: they part twice a year."""
    begins, length_s = span(settings, day)
    minutes, interval = settings.business_day.shift_s // 60, settings.report.interval
    passed = range(0, int(length_s), interval * 60)
    walls = [(begins.astimezone(UTC) + timedelta(seconds=s)).astimezone(settings.zone.info) for s in passed]
    return [(wall.hour * 60 + wall.minute - minutes) % (24 * 60) // interval for wall in walls]


def _waits(visits: pl.DataFrame) -> tuple[Array, NDArray[np.bool_]]:
    known = visits.filter(pl.col("wait_s") >= 0)
    return known["wait_s"].to_numpy(), known["outcome"].is_in(("abandoned", *BY_KEY)).to_numpy()
