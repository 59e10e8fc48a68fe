"""A day to come as a scenario: the forecast's calls, the published schedule or so many agents, what the past taught."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ccops.errors import SourceError, UsageError
from ccops.workforce.handling import handling_of
from ccops.workforce.patience import patience_of
from ccops.workforce.serving import named, serving
from ccops.workforce.simulation.scenario import Crew, Scenario, Stint
from ccops.workforce.simulation.twin import Twin, clock, leaving, level, made_queues, span
from ccops.workforce.simulation.twin_agents import Presence, answered_by, crews, scheduled
from ccops.workforce.simulation.twin_gaps import Stretch
from ccops.workforce.simulation.twin_records import REACH, Records
from ccops.workforce.simulation.twin_routing import routing
from ccops.workforce.simulation.uncertainty import Uncertainty, uncertainty
from ccops.workforce.simulation.whatif import Instants, regrouped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ccops.model import Slice
    from ccops.workforce.simulation.whatif import Agents


def twin_ahead(data: Slice, day: date, last: date, expected: pl.DataFrame, flat: Sequence[Agents] = ()) -> Twin:
    """The twin of a day after `last`, the last one with data; `expected` is the forecast's frame; with
    day_dispersion in it the calls are uncertain.

    `flat` numbers of agents replace the schedule; they are there while calls are expected, or between their times.
    Raises SourceError for a day without expected calls, UsageError where nobody says who will be there.
    """
    everyone = data.everyone()
    window = everyone.on(last - timedelta(days=REACH - 1), last)
    learnt = Records.of(window)
    begins, length_s = span(data.settings, day)
    interval_s = data.settings.report.interval * 60.0
    handling = handling_of(window, data.settings.report.interval)
    slot = ((pl.col("start_at").dt.epoch("s") - int(begins.timestamp())) / interval_s).floor().cast(pl.Int64)
    width = int(-(-length_s // interval_s))
    coming = expected.with_columns(slot=slot).filter(
        pl.col("slot").is_between(0, width - 1) & (pl.col("volume") > 0) & pl.col("queue").is_in([*handling])
    )
    if not coming.height:
        raise SourceError(f"no calls are expected on {day}", fix="ccops forecast shows the days and queues it covers")
    queues = sorted(coming["queue"].unique())
    rates = {queue: np.zeros(width) for queue in queues}
    for queue, place, volume in coming.select("queue", "slot", "volume").iter_rows():
        rates[queue][place] += volume
    calls = answered_by(learnt.visits)
    skills = {agent: tuple(own) for agent, own in calls.items()}
    planned = scheduled(everyone.on(day))
    served = serving(everyone, _work(everyone.on(day)), calls, queues)
    people = [
        Presence(agent, "schedule", tuple(stretches), tuple(served.shares[agent]))
        for agent, stretches in sorted(planned.items()) if agent in served.shares
    ]
    unplaced = tuple(sorted(planned.keys() - served.shares.keys()))
    if not people and not flat:
        raise _nobody(day, unplaced)
    patience = patience_of(leaving(window))
    rules = routing(learnt, queues, skills, data.settings.service_level.within_s)
    busy = np.flatnonzero(np.sum([*rates.values()], axis=0)) * interval_s
    opened = (float(busy[0]), float(busy[-1]) + interval_s)
    scenario = Scenario(
        queues=made_queues(queues, handling, patience, rules, learnt, data.settings, day),
        crews=_flat(flat, queues, opened, clock(data.settings, day)) if flat else crews(
            people, begins.timestamp(), queues
        ),
        interval_s=interval_s, rates=rates, until_s=length_s, uncertain=_uncertain(coming, rates),
        **level(data.settings),
    )
    there = () if flat else tuple(people)
    twin = Twin(day, begins, scenario, there, rules, patience, REACH, 0, 0, learnt.visits.clear())
    return twin if flat else replace(twin, unplaced=unplaced, strangers=tuple(served.strangers(planned)))


def _uncertain(coming: pl.DataFrame, rates: Mapping[str, NDArray[np.float64]]) -> dict[str, Uncertainty]:
    """How far each queue's rates may be off, where the forecast says so of its intervals and of its day."""
    if not {"dispersion", "day_dispersion"} <= {*coming.columns}:
        return {}
    found = {}
    for (queue,), rows in coming.drop_nulls(["dispersion", "day_dispersion"]).group_by("queue"):
        dispersion = np.ones(len(rates[str(queue)]))
        dispersion[rows["slot"].to_numpy()] = rows["dispersion"].to_numpy()
        found[str(queue)] = uncertainty(rates[str(queue)], dispersion, float(rows["day_dispersion"][0]))
    return found


def _work(data: Slice) -> pl.DataFrame:
    """Who is planned to work, and for which queues if the schedule says so."""
    return data.table("shifts").filter(pl.col("activity") == "work").select("agent", "queue").collect()


def _nobody(day: date, unplaced: Sequence[str]) -> UsageError:
    if not unplaced:
        return UsageError(f"nobody is scheduled on {day}",
                          fix="publish a schedule (ccops import), or say how many there will be: --agents 12")
    who = named(unplaced)
    return UsageError(
        f"nobody is scheduled on {day} whose queues are known; {who['agents']} are whose are not ({who['names']})",
        fix="name the queues in the schedule's Queue, such as sales;service, or import a list of employees with skills",
    )


def _flat(numbers: Sequence[Agents], queues: Sequence[str], opened: Stretch, instants: Instants) -> tuple[Crew, ...]:
    """So many agents each, from first to last expected call or between their own times."""
    made = []
    for n, each in enumerate(numbers):
        first, last = opened
        if each.first is not None and each.last is not None:
            first, last = instants(each.first), instants(each.last)
        skills = (each.queue,) if each.queue else tuple(queues)
        made.append(Crew(f"{n}", skills, tuple(Stint(i, first, last) for i in range(each.number))))
    return regrouped(made)
