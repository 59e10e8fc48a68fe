"""What if: more or fewer agents, other handling times, volumes or patience, queues in one pool.

Changes act on a scenario in this order: pool, patience, handling time, volume, agents. An agent added without a queue
serves them all; agents are taken away from those whose first queue it is, who are there longest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError
from ccops.workforce.simulation.scenario import Crew, Durations, Queue, Scenario, Stint
from ccops.workforce.visits import LONGEST_S

_CLOCK = r"([01]?\d|2[0-4]):([0-5]\d)"
_DRAW = 1  # which calls come more, or stay away, is the same in every run
Array = NDArray[np.float64]
Instants = Callable[[int], float]  # minutes of the local clock -> seconds from the start of the business day


@dataclass(frozen=True)
class Agents:
    """`number` agents more (or, below 0, fewer) for a queue (None: all), between two minutes of the local clock.

    `flat`: that many in all, instead of those who are there.
    """

    number: int
    queue: str | None = None
    first: int | None = None
    last: int | None = None
    flat: bool = False


@dataclass(frozen=True)
class Factor:
    """A factor for a queue, or for all of them; or, of patience, its mean in seconds."""

    value: float
    queue: str | None = None
    absolute: bool = False


@dataclass(frozen=True)
class WhatIf:
    """Changes to a day. `words` are they as they were asked for."""

    agents: tuple[Agents, ...] = ()
    aht: tuple[Factor, ...] = ()
    volume: tuple[Factor, ...] = ()
    patience: tuple[Factor, ...] = ()
    pools: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def parsed(cls, *, agents: Iterable[str] = (), aht: Iterable[str] = (), volume: Iterable[str] = (),
               patience: Iterable[str] = (), pool: Iterable[str] = ()) -> WhatIf:
        """From what people type: `+2@10:00-12:00`, `sales:-1`; `-5%`, `sales:+10%`; `sales,service`.

        Raises UsageError that says what is wrong and how it is written.
        """
        texts = {"agents": [*agents], "aht": [*aht], "volume": [*volume], "patience": [*patience], "pool": [*pool]}
        return cls(
            tuple(map(_agents, texts["agents"])), tuple(_factor(text, "aht") for text in texts["aht"]),
            tuple(_factor(text, "volume") for text in texts["volume"]),
            tuple(_factor(text, "patience") for text in texts["patience"]), tuple(map(_pool, texts["pool"])),
            tuple(f"{name} {text}" for name, given in texts.items() for text in given),
        )

    def __bool__(self) -> bool:
        return bool(self.agents or self.aht or self.volume or self.patience or self.pools)

    def applied(self, scenario: Scenario, instants: Instants) -> Scenario:
        """The scenario with the changes. Raises UsageError for an unknown queue, or for what leaves nothing over."""
        self._known([queue.name for queue in scenario.queues])
        crews = [*scenario.crews]
        for pool in self.pools:
            crews = [replace(crew, skills=_pooled(crew.skills, pool)) for crew in crews]
        queues = [_changed(queue, self) for queue in scenario.queues]
        rates, arrivals = _scaled(scenario.rates, self.volume), _thickened(scenario, self.volume)
        names = [queue.name for queue in queues]
        for change in self.agents:
            crews = _with(crews, change, names, instants)
        return replace(scenario, queues=queues, crews=regrouped(crews), rates=rates, arrivals=arrivals)

    def _known(self, names: Sequence[str]) -> None:
        from difflib import get_close_matches

        asked = [change.queue for change in self.agents]
        asked += [change.queue for change in (*self.aht, *self.volume, *self.patience)]
        for name in (*filter(None, asked), *(queue for pool in self.pools for queue in pool)):
            if name not in names:
                near = get_close_matches(name, names, n=1)
                fix = f"did you mean {near[0]}?" if near else f"it had {', '.join(names)}"
                raise UsageError(f"no calls for a queue {name!r} on that day", fix=fix)


def _agents(text: str) -> Agents:
    found = re.fullmatch(rf"(?:([^:@]+):)?([+-]?)(\d{{1,4}})(?:@{_CLOCK}-{_CLOCK})?", text.strip())
    if not found or not int(found[3]):
        raise UsageError(f"--agents {text} is no change of staff", fix="write --agents +2@10:00-12:00 or sales:-1")
    queue, sign, number = found[1], found[2], int(found[3])
    if found[4] is None:
        return Agents(-number if sign == "-" else number, queue, flat=not sign)
    first, last = int(found[4]) * 60 + int(found[5]), int(found[6]) * 60 + int(found[7])
    if first == last or max(first, last) > 24 * 60:
        raise UsageError(f"--agents {text}: there is no time from {found[4]}:{found[5]} to {found[6]}:{found[7]}",
                         fix="write two times of the day, such as 10:00-12:00")
    return Agents(-number if sign == "-" else number, queue, first, last, flat=not sign)


def _factor(text: str, name: str) -> Factor:
    found = re.fullmatch(r"(?:([^:]+):)?([+-]?\d+(?:\.\d+)?)\s*(%|s?)", text.strip())
    seconds = "" if name != "patience" else " or 120 for seconds"
    fix = f"write --{name} +10%, --{name} -5% or --{name} sales:-5%{seconds}"
    if not found:
        raise UsageError(f"--{name} {text} is no change", fix=fix)
    queue, value = found[1], float(found[2])
    if found[3] == "%" and found[2][0] in "+-":
        if value <= -100:
            raise UsageError(f"--{name} {text} leaves nothing over", fix=f"write --{name} -50% for half of it")
        return Factor(1 + value / 100, queue)
    if name == "patience" and found[3] != "%" and found[2][0] not in "+-" and value > 0:
        return Factor(value, queue, absolute=True)
    raise UsageError(f"--{name} {text} is no change", fix=fix)


def _pool(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if len(names) < 2:
        raise UsageError(f"--pool {text} names no two queues", fix="write --pool sales,service")
    return names


def _pooled(skills: tuple[str, ...], pool: tuple[str, ...]) -> tuple[str, ...]:
    return (*skills, *(queue for queue in pool if queue not in skills)) if set(skills) & set(pool) else skills


def _changed(queue: Queue, changes: WhatIf) -> Queue:
    handling, patience = queue.handling, queue.patience
    for change in changes.aht:
        if change.queue in (None, queue.name):
            handling = handling.scaled(change.value)
    if handling.mean_s > LONGEST_S:
        raise UsageError(f"a mean handling time of {handling.mean_s / 3600:.1f} hours", where=f"queue {queue.name}",
                         fix="give a smaller --aht")
    for change in changes.patience:
        if change.queue in (None, queue.name):
            patience = _patience(patience, change)
    return replace(queue, handling=handling, patience=patience)


def _patience(patience: Durations, change: Factor) -> Durations:
    """The same curve with another mean; where nobody ever gave up it has no shape, so it becomes exponential."""
    if not change.absolute:
        return patience.scaled(change.value)
    if math.isfinite(patience.mean_s) and patience.mean_s > 0:
        return patience.scaled(change.value / patience.mean_s)
    return Durations.exponential(change.value)


def _scaled(rates: Mapping[str, ArrayLike], changes: Iterable[Factor]) -> dict[str, ArrayLike]:
    scaled = {queue: np.asarray(row, float) for queue, row in rates.items()}
    for change in changes:
        scaled = {queue: row * change.value if change.queue in (None, queue) else row for queue, row in scaled.items()}
    return dict(scaled)


def _thickened(scenario: Scenario, changes: Iterable[Factor]) -> dict[str, ArrayLike]:
    """More or fewer of the calls to replay: those left out, and the intervals' instants of those added, are drawn once.

    The calls that came stay as they were, so that what changes is due to the others.
    """
    rng, found = np.random.default_rng(_DRAW), dict(scenario.arrivals)
    for queue, arrivals in scenario.arrivals.items():
        factor = math.prod(change.value for change in changes if change.queue in (None, queue))
        at = np.asarray(arrivals, float)
        whole, rest = divmod(factor, 1.0)
        parts = [at] * int(whole)
        parts.append(rng.permutation(at)[: round(rest * len(at))])
        moved = [part if n == 0 else _elsewhere(part, scenario, rng) for n, part in enumerate(parts)]
        found[queue] = np.sort(np.concatenate(moved))
    return found


def _elsewhere(at: Array, scenario: Scenario, rng: np.random.Generator) -> Array:
    """Other instants of the same intervals."""
    starts = np.floor(at / scenario.interval_s) * scenario.interval_s
    ends = np.minimum(starts + scenario.interval_s, scenario.end_s)
    return np.asarray(starts + rng.random(len(at)) * (ends - starts), float)


def _with(crews: list[Crew], change: Agents, queues: Sequence[str], instants: Instants) -> list[Crew]:
    first, last = _window(crews, change, queues, instants)
    skills = (change.queue,) if change.queue else tuple(queues)
    if change.flat:
        crews = [_without(crew, set(range(len(crew.agents) + 1)) | set(crew.agents), first, last)
                 if set(crew.skills) & set(skills) else crew for crew in crews]
    elif change.number < 0:
        return _fewer(crews, change, first, last)
    added = tuple(Stint(n, first, last) for n in range(change.number))
    return [*crews, Crew(f"+{len(crews)}", skills, added)]


def _window(crews: Sequence[Crew], change: Agents, queues: Sequence[str], instants: Instants) -> tuple[float, float]:
    """Seconds of the change; without times, from when the first agent comes until the last one goes."""
    if change.first is not None and change.last is not None:
        first, last = instants(change.first), instants(change.last)
        if first < last:
            return first, last
        raise UsageError("the change crosses the start of the business day", fix="give its two parts as two changes")
    own = {change.queue} if change.queue else set(queues)
    stints = [stint for crew in crews if own & set(crew.skills) for stint in crew.stints]
    if not stints:
        raise UsageError(f"nobody serves {change.queue or 'the queues'}: from when to when is it open?",
                         fix="give times, such as --agents 3@09:00-17:00")
    return min(stint.from_s for stint in stints), max(stint.to_s for stint in stints)


def _fewer(crews: list[Crew], change: Agents, first: float, last: float) -> list[Crew]:
    """Without those agents in that time: those who prefer the queue most, and of them those who are there longest."""
    ranked = []
    for place, crew in enumerate(crews):
        if change.queue and change.queue not in crew.skills:
            continue
        for agent in crew.agents:
            there = sum(max(min(s.to_s, last) - max(s.from_s, first), 0.0) for s in crew.stints if s.agent == agent)
            if there > 0:
                ranked.append((crew.skills.index(change.queue) if change.queue else 0, -there, place, agent))
    if len(ranked) < -change.number:
        raise UsageError(f"{-change.number} fewer, but agents there then: {len(ranked)}",
                         where=f"queue {change.queue}" if change.queue else "", fix="take away fewer")
    gone = sorted(ranked)[: -change.number]
    return [_without(crew, {agent for *_, where, agent in gone if where == place}, first, last)
            for place, crew in enumerate(crews)]


def _without(crew: Crew, agents: set[int], first: float, last: float) -> Crew:
    stints: list[Stint] = []
    for stint in crew.stints:
        if stint.agent not in agents or stint.to_s <= first or stint.from_s >= last:
            stints.append(stint)
            continue
        parts = ((stint.from_s, first), (last, stint.to_s))
        stints += [Stint(stint.agent, begin, end) for begin, end in parts if end > begin]
    return replace(crew, stints=tuple(stints))


def regrouped(crews: Iterable[Crew]) -> tuple[Crew, ...]:
    """Crews of the same skills as one, agents numbered anew, those without a stint left out."""
    groups: dict[tuple[str, ...], list[Stint]] = {}
    for crew in crews:
        own = groups.setdefault(crew.skills, [])
        start = max((stint.agent for stint in own), default=-1) + 1
        places = {agent: start + n for n, agent in enumerate(crew.agents)}
        own += [replace(stint, agent=places[stint.agent]) for stint in crew.stints]
    return tuple(Crew(" > ".join(skills), skills, tuple(own)) for skills, own in groups.items() if own)
