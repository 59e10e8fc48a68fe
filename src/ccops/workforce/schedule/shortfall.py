"""Where a plan leaves its queues short, in stretches of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ccops.remark import Remark
from ccops.workforce.schedule.drafting import Draft

_NAMED = 3  # stretches, the longest by agent-hours first
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Stretch:
    """Slots of a queue one after another, `end` not among them, and the agent-hours that are missing in them."""

    queue: int
    start: int
    end: int
    hours: float


def shortfalls(drawn: Draft, cover: Mapping[tuple[int, int], float]) -> tuple[Remark, ...]:
    """What no pattern can reach, and where an agent or more is missing though one could."""
    reach = reached(drawn)
    missing = {at: needed - cover[at] for at, needed in drawn.required.items() if needed - cover[at] > _ROUNDING}
    beyond = {at: agents for at, agents in missing.items() if at not in reach}
    short = {at: agents for at, agents in missing.items() if at in reach and agents > 1 - _ROUNDING}
    said = (("schedule_beyond", stretches(drawn, beyond)), ("schedule_short", stretches(drawn, short)))
    return tuple(
        Remark(key, {
            "worst": "; ".join(told(drawn, one) for one in found[:_NAMED]), "times": f"{len(found):,}",
            "hours": f"{sum(one.hours for one in found):,.1f}",
        }) for key, found in said if found
    )


def reached(drawn: Draft) -> set[tuple[int, int]]:
    """Queues and slots in which a pattern can have somebody at work."""
    slots, around = drawn.grid.slots, drawn.patterns.repeats
    held = {
        (column.group, slot % slots if around else slot) for column in drawn.problem.columns
        for stretch in column.stretches for slot in range(stretch.start, stretch.start + stretch.length)
    }
    return {(queue, slot) for group, slot in held for queue in drawn.problem.serves[group]}


def stretches(drawn: Draft, missing: Mapping[tuple[int, int], float]) -> list[Stretch]:
    """Slots that follow one another as one, most agent-hours first."""
    found: list[Stretch] = []
    for (queue, slot), agents in sorted(missing.items()):
        hours, last = agents * drawn.grid.hours, found[-1] if found else None
        if last and (last.queue, last.end) == (queue, slot):
            found[-1] = Stretch(queue, last.start, slot + 1, last.hours + hours)
        else:
            found.append(Stretch(queue, slot, slot + 1, hours))
    return sorted(found, key=lambda one: -one.hours)


def told(drawn: Draft, one: Stretch) -> str:
    """`sales 2026-11-23 16:00-18:00 (5.5 h)`."""
    start, end = (drawn.grid.instant(at).astimezone(drawn.grid.business_day.zone.info) for at in (one.start, one.end))
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{drawn.queues[one.queue]} {start:%Y-%m-%d %H:%M}-{until} ({one.hours:,.1f} h)".strip()
