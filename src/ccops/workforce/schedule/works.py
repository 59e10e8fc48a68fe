"""The agents of a plan, each with breaks, and the rows that tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from ccops.workforce.schedule.breaks import Taken
from ccops.workforce.schedule.drafting import Draft, Offer
from ccops.workforce.schedule.program import Array

if TYPE_CHECKING:
    import polars as pl

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Work:
    """One day of an offer: its agents and, per agent, the slots in which the breaks begin."""

    number: int  # of the offer
    offer: Offer
    day: date
    share: float
    start: int
    end: int
    breaks: tuple[tuple[int, ...], ...]

    @property
    def agents(self) -> int:
        return len(self.breaks)


def works(draft: Draft, agents: Sequence[int], taken: Taken) -> tuple[Work, ...]:
    """Every day of every offer that somebody works, by day and start."""
    found = []
    for number, (offer, column) in enumerate(zip(draft.offers, draft.problem.columns, strict=True)):
        if not agents[number]:
            continue
        for nth, stretch in enumerate(column.stretches):
            each = taken.get((number, nth), [[] for _ in range(agents[number])])
            found.append(Work(
                number, offer, offer.days[nth], offer.shares[nth], stretch.start, stretch.start + stretch.length,
                tuple(tuple(breaks) for breaks in each),
            ))
    return tuple(sorted(found, key=lambda work: (work.start, work.end, work.offer.shift.name)))


def present(draft: Draft, all_works: Sequence[Work]) -> dict[str, Array]:
    """Agents at work, not on a break, per group and slot of the plan: counted agent by agent."""
    slots = draft.grid.slots
    found = {group.name: np.zeros(slots) for group in draft.groups}
    for work in all_works:
        at_work = found[work.offer.group]
        lengths = [one.length for one in draft.patterns.breaks_of(work.offer.shift)]
        for breaks in work.breaks:
            away = {slot for begin, n in zip(breaks, lengths, strict=True) for slot in range(begin, begin + n)}
            for slot in range(work.start, work.end):
                place = slot % slots if draft.patterns.repeats else slot
                if slot not in away and 0 <= place < slots:
                    at_work[place] += 1
    return found


def shift_rows(draft: Draft, all_works: Sequence[Work]) -> pl.DataFrame:
    """One row per shift and day."""
    rows = [
        (
            work.day, work.offer.shift.name, work.offer.group, draft.grid.instant(work.start),
            draft.grid.instant(work.end), work.agents, work.offer.shift.paid_minutes / 60, work.offer.shift.part_time,
            draft.patterns.cost_of(work.offer.shift) * work.share * work.agents, work.number,
        ) for work in all_works
    ]
    return _frame(draft, rows, day="Date", name="String", group="String", start_at="at", end_at="at", agents="Int64",
                  paid_h="Float64", part_time="Boolean", cost="Float64", offer="Int64")


def break_rows(draft: Draft, all_works: Sequence[Work]) -> pl.DataFrame:
    """One row per shift, break and begin."""
    rows = []
    for work in all_works:
        for nth, rule in enumerate(work.offer.shift.breaks):
            for slot, agents in sorted(Counter(breaks[nth] for breaks in work.breaks).items()):
                rows.append((
                    work.day, work.offer.shift.name, work.offer.group, draft.grid.instant(work.start), rule.name,
                    rule.published, draft.grid.instant(slot), rule.length, agents,
                ))
    return _frame(draft, rows, day="Date", name="String", group="String", start_at="at", rule="String",
                  activity="String", begins_at="at", length_min="Int64", agents="Int64")


def interval_rows(draft: Draft, cover: dict[tuple[int, int], float]) -> pl.DataFrame:
    """One row per queue and slot that has a requirement."""
    rows = [
        (draft.queues[queue], draft.grid.instant(slot), required, cover[queue, slot])
        for (queue, slot), required in sorted(draft.required.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    return _frame(draft, rows, queue="String", start_at="at", required="Float64", scheduled="Float64")


def stretch_rows(draft: Draft, all_works: Sequence[Work]) -> pl.DataFrame:
    """One row per agent's shift and per break in it, for placeholders who are nowhere twice; `queue` is all the queues
    of the group, parted by semicolons."""
    queues = {group.name: ";".join(filter(None, group.queues)) for group in draft.groups}
    rows = []
    for work, agent, breaks in _named(all_works):
        served, shift = queues[work.offer.group], work.offer.shift
        instant, step = draft.grid.instant, timedelta(minutes=1)
        span = instant(work.start), instant(work.end)
        rows.append((agent, "work", served or None, *span, shift.name, work.offer.group))
        for rule, slot in zip(shift.breaks, breaks, strict=True):
            begin = instant(slot)
            rows.append((agent, rule.published, None, begin, begin + rule.length * step, shift.name, work.offer.group))
    return _frame(draft, rows, agent="String", activity="String", queue="String", started_at="at", ended_at="at",
                  shift="String", group="String")


def _named(all_works: Sequence[Work]) -> Iterator[tuple[Work, str, tuple[int, ...]]]:
    """Each agent's days under a placeholder, the pattern's name and the lowest number that is free on all of them."""
    by_offer: dict[int, list[Work]] = {}
    for work in all_works:
        by_offer.setdefault(work.number, []).append(work)
    busy: dict[str, list[dict[date, tuple[int, int]]]] = {}
    found = []
    for days in by_offer.values():
        calendars = busy.setdefault(days[0].offer.shift.name, [])
        for agent in range(days[0].agents):
            place = next((n for n, own in enumerate(calendars) if all(_is_free(own, work) for work in days)), None)
            if place is None:
                place = len(calendars)
                calendars.append({})
            calendars[place] |= {work.day: (work.start, work.end) for work in days}
            found += [(work, f"{work.offer.shift.name}-{place + 1}", work.breaks[agent]) for work in days]
    return iter(sorted(found, key=lambda one: (one[0].start, one[0].end, _natural(one[1]))))


def _natural(agent: str) -> tuple[str, int]:
    name, _, number = agent.rpartition("-")
    return name, int(number)


def _is_free(own: dict[date, tuple[int, int]], work: Work) -> bool:
    """No other shift begins on that day, and neither neighbour overlaps."""
    near = [own.get(work.day + timedelta(days=n)) for n in (-1, 1)]
    return work.day not in own and all(
        other is None or other[1] <= work.start or work.end <= other[0] for other in near
    )


def _frame(draft: Draft, rows: Sequence[Row], **columns: str) -> pl.DataFrame:
    """Rows under columns of polars types; `at` are instants in the site's zone."""
    import polars as pl

    kinds = {name: pl.Datetime("us", "UTC") if kind == "at" else getattr(pl, kind)() for name, kind in columns.items()}
    frame = pl.DataFrame(rows, schema=kinds, orient="row")
    instants = [name for name, kind in columns.items() if kind == "at"]
    return frame.with_columns(pl.col(instants).dt.convert_time_zone(draft.grid.business_day.zone.name))
