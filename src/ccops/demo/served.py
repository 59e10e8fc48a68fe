"""What the centre's other systems know of its calls: the answered ones, light enough to be kept for all days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from ccops.demo.records import Call, Day

_AGAIN_S, _FORWARD_S = 3 * 86_400, 15 * 60


@dataclass(frozen=True, slots=True)
class Served:
    """An answered call of the main switch; `again` is whether the caller came back within three days."""

    contact: str
    caller: str
    queue: str
    agent: str
    on: date
    answered: int
    ended: int
    wait_s: int
    transferred: bool
    repeat: bool = False
    again: bool = False


def served(day: Day) -> list[Served]:
    """The day's answered calls of the main switch, each with the agent who answered it first."""
    return [one for call in day.calls if call.on_asterisk for one in _first(call, day.on)]


def _first(call: Call, on: date) -> Iterable[Served]:
    for visit in call.visits:
        if visit.answered is not None and visit.agent:
            moved = any(one.transferred for one in call.visits)
            yield Served(call.uniqueid, call.caller, visit.queue.name, visit.agent.id, on, visit.answered, call.ended,
                         visit.wait_s, moved)
            return


def followed(calls: Sequence[Served]) -> list[Served]:
    """The calls in order of time, each with whether its caller had called, and called again, within three days."""
    by_caller: dict[str, list[int]] = defaultdict(list)
    ordered = sorted(calls, key=lambda one: (one.answered, one.contact))
    for place, one in enumerate(ordered):
        if one.caller:
            by_caller[one.caller].append(place)
    found = list(ordered)
    for places in by_caller.values():
        for earlier, later in pairwise(places):
            gap = ordered[later].answered - ordered[earlier].ended
            if _FORWARD_S <= gap <= _AGAIN_S:
                found[earlier] = replace(found[earlier], again=True)
                found[later] = replace(found[later], repeat=True)
    return found
