"""What is simulated: queues and their callers, crews and their stints, and the intervals of the day they meet on.

Times are seconds; time 0 is the start of the first interval. What the simulation makes of them:

- An agent who becomes free takes, of the queues that he serves, the one of the best priority, and in it, or among
  queues of one priority, whoever came first. A caller who finds agents free is given to the crew that prefers his
  queue most, and among agents of an equal preference to the one who has been idle longest.
- A caller leaves when his patience ends, also while a phone rings for him; the agent is then free at once.
- A caller who waited `overflow_after_s` leaves for another queue: a flow-out here, offered anew there, at its end,
  with his patience running on and his handling time, redials and number those of the queue that he dialled. After
  `max_wait_s` in a queue he is sent away: a flow-out. Neither applies once a phone rings for him.
- An abandoner may dial again, as a new offered call of the queue that he dialled; not after `until_s`, for then the
  lines are closed.
- Whoever serves when a stint ends serves to completion. Callers still waiting when nobody will be there again leave as
  they would; one who would wait for ever is a flow-out when the last stint and the last interval are over.
- At one instant stints end, then agents become free, then stints begin, then calls come in, then callers give up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError
from ccops.settings import Formula
from ccops.workforce.simulation.uncertainty import Uncertainty

Array = NDArray[np.float64]
Kind = Literal["constant", "exponential", "lognormal", "sample", "survival"]
_NONE = np.zeros(0)


def _check_positive(value: float, what: str) -> None:
    if not 0 < value < math.inf:
        raise UsageError(f"{what} is {value:g}", fix="give seconds above 0")


def _not_negative(value: float, what: str, where: str = "") -> float:
    if not value >= 0:
        raise UsageError(f"{what} is {value:g} s", where=where, fix="give seconds from 0 upwards")
    return float(value)


class Curve(Protocol):
    """A survival curve in steps with an exponential tail, as `ccops.workforce.patience` draws it."""

    @property
    def times_s(self) -> Array: ...
    @property
    def survival(self) -> Array: ...
    @property
    def tail_s(self) -> float: ...
    @property
    def mean_s(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Durations:
    """How long something takes: a distribution of seconds, made by one of the five constructors.

    `a` and `b` are the parameters: constant (seconds), exponential (mean), lognormal (mean and sigma of the logarithm),
    survival (mean of the tail). `values` are the sorted values of a sample, or the times of a curve at `levels`.
    """

    kind: Kind
    mean_s: float
    a: float
    b: float = 0.0
    values: Array = field(default_factory=lambda: _NONE)
    levels: Array = field(default_factory=lambda: _NONE)

    @classmethod
    def constant(cls, s: float) -> Durations:
        """Always the same; infinite is never."""
        return cls("constant", _not_negative(s, "a duration"), float(s))

    @classmethod
    def exponential(cls, mean_s: float) -> Durations:
        """Without memory; an infinite mean is never."""
        return cls("exponential", _not_negative(mean_s, "a mean duration"), float(mean_s))

    @classmethod
    def lognormal(cls, mean_s: float, cv: float) -> Durations:
        """By mean and coefficient of variation (standard deviation / mean)."""
        if not (0 < mean_s < math.inf and 0 <= cv < math.inf):
            raise UsageError(f"lognormal durations of mean {mean_s:g} s and cv {cv:g}", fix="give a mean above 0")
        variance = math.log1p(cv * cv)
        return cls("lognormal", float(mean_s), math.log(mean_s) - variance / 2, math.sqrt(variance))

    @classmethod
    def sample(cls, values_s: ArrayLike) -> Durations:
        """Each of the given values with equal probability."""
        values = np.sort(np.asarray(values_s, float).ravel())
        if not (len(values) and np.all(np.isfinite(values)) and values[0] >= 0):
            raise UsageError("a sample of durations has no value, or one that is negative or unknown",
                             fix="give seconds from 0 upwards")
        return cls("sample", float(values.mean()), 0.0, values=values)

    @classmethod
    def survival(cls, curve: Curve) -> Durations:
        """By a survival curve; callers beyond its last step never leave where its tail is infinite."""
        times, levels = np.asarray(curve.times_s, float), np.asarray(curve.survival, float)
        falls = np.all(np.diff(levels) <= 0) and np.all(np.diff(times) >= 0)
        if not (len(times) == len(levels) > 0 and falls and times[0] >= 0 and 0 <= levels[-1] <= levels[0] <= 1):
            raise UsageError("a survival curve falls from at most 1 to at least 0 over rising times",
                             fix="give as many shares as times, the shares never rising and the times never falling")
        tail = _not_negative(curve.tail_s, "a mean duration")
        return cls("survival", float(curve.mean_s), tail, values=times, levels=levels)

    def scaled(self, factor: float) -> Durations:
        """Every duration times `factor`."""
        if not 0 < factor < math.inf:
            raise UsageError(f"durations cannot be scaled by {factor:g}", fix="give a factor above 0")
        a = self.a + math.log(factor) if self.kind == "lognormal" else self.a * factor
        return Durations(self.kind, self.mean_s * factor, a, self.b, self.values * factor, self.levels)


NEVER = Durations.constant(math.inf)
AT_ONCE = Durations.constant(0.0)
SOON = Durations.exponential(300.0)


@dataclass(frozen=True, eq=False)
class Queue:
    """A queue and its callers.

    `answer_delay` is the ringing: part of the wait. `rest` follows each call of this queue and is no handling time.
    `priority` 1 is served first. `redial` is the share of abandoners who dial again, after `redial_after`.
    `handling_factors`, where given, multiply the handling time by the interval in which the call came in.
    """

    name: str
    handling: Durations
    patience: Durations = NEVER
    answer_delay: Durations = AT_ONCE
    rest: Durations = AT_ONCE
    priority: int = 1
    overflow_to: str = ""
    overflow_after_s: float = math.inf
    max_wait_s: float = math.inf
    redial: float = 0.0
    redial_after: Durations = SOON
    handling_factors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        where = f"queue {self.name}"
        for what in ("handling", "answer_delay", "rest", "redial_after"):
            if not math.isfinite(getattr(self, what).mean_s):
                raise UsageError(f"{what} may take for ever", where=where, fix="only patience may be infinite")
        if not 0 <= self.redial < 1:
            raise UsageError(f"a share of {self.redial:g} dials again", where=where, fix="give 0 to below 1")
        for name in ("overflow_after_s", "max_wait_s"):
            _not_negative(getattr(self, name), name, where)
        if self.overflow_after_s < math.inf and not self.overflow_to:
            raise UsageError("overflow_after_s without overflow_to", where=where, fix="name the queue to overflow to")
        if not all(0 <= factor < math.inf for factor in self.handling_factors):
            raise UsageError("a factor of the handling time is negative or unknown", where=where,
                             fix="give 0 or more for each interval, 1 for no change")


@dataclass(frozen=True)
class Stint:
    """A stretch in which an agent, numbered within his crew, takes calls: [from_s, to_s)."""

    agent: int
    from_s: float
    to_s: float


@dataclass(frozen=True, eq=False)
class Crew:
    """Agents of the same skills, in order of preference, and when they are there. Breaks are gaps between stints."""

    name: str
    skills: tuple[str, ...]
    stints: tuple[Stint, ...]

    @classmethod
    def steady(cls, name: str, skills: Iterable[str], agents: int, until_s: float) -> Crew:
        """So many agents from time 0 to `until_s` without a break."""
        return cls(name, tuple(skills), tuple(Stint(i, 0.0, float(until_s)) for i in range(agents)))

    @cached_property
    def agents(self) -> tuple[int, ...]:
        """The numbers of its agents, in order."""
        return tuple(sorted({stint.agent for stint in self.stints}))

    def merged(self) -> tuple[Stint, ...]:
        """Its stints by agent and time, touching ones made one. Raises UsageError for impossible ones."""
        done: list[Stint] = []
        for stint in sorted(self.stints, key=lambda s: (s.agent, s.from_s)):
            where = f"crew {self.name}, agent {stint.agent}"
            if not 0 <= stint.from_s < stint.to_s < math.inf:
                raise UsageError(f"a stint from {stint.from_s:g} to {stint.to_s:g} s", where=where,
                                 fix="a stint starts at 0 or later and ends after its start")
            last = done[-1] if done and done[-1].agent == stint.agent else None
            if last and stint.from_s < last.to_s:
                raise UsageError(f"two stints overlap at {stint.from_s:g} s", where=where,
                                 fix="an agent can be there once at a time")
            if last and stint.from_s == last.to_s:
                stint = Stint(stint.agent, done.pop().from_s, stint.to_s)
            done.append(stint)
        return tuple(done)


@dataclass(frozen=True, eq=False)
class Scenario:
    """A day to simulate. Either `rates`, expected arrivals per interval by queue, or `arrivals`, instants to replay.

    `until_s` is when the lines close, by default the end of the last interval. `within_s`, `short_s` and `formula` are
    those of the service level. `uncertain` are queues whose rates differ from replication to replication.
    """

    queues: Sequence[Queue]
    crews: Sequence[Crew]
    interval_s: float
    rates: Mapping[str, ArrayLike] = field(default_factory=dict)
    arrivals: Mapping[str, ArrayLike] = field(default_factory=dict)
    within_s: float = 20.0
    short_s: float = 5.0
    formula: Formula = "offered_ex_short"
    until_s: float | None = None
    uncertain: Mapping[str, Uncertainty] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [queue.name for queue in self.queues]
        for what, listed in (("queue", names), ("crew", [crew.name for crew in self.crews])):
            twice = next((name for name in listed if listed.count(name) > 1), None)
            if twice is not None:
                raise UsageError(f"two of the name {twice!r}", where=what, fix="give each a name of its own")
        if not names:
            raise UsageError("a scenario without queues", fix="give at least one")
        _check_positive(self.interval_s, "interval_s")
        _check_positive(self.end_s, "until_s")
        _not_negative(self.within_s, "within_s")
        _not_negative(self.short_s, "short_s")
        for crew in self.crews:
            _check_skills(crew, names)
        _check_overflow(self.queues, names)
        if self.rates and self.arrivals:
            raise UsageError("both rates and arrivals are given", fix="replay instants, or draw them from rates")
        for name in (*self.rates, *self.arrivals):
            if name not in names:
                raise UsageError(f"arrivals of {name!r}, which is no queue", fix=f"there are {', '.join(names)}")
        for queue in self.queues:
            if len(queue.handling_factors) not in (0, self.intervals):
                raise UsageError(f"{len(queue.handling_factors)} handling factors for {self.intervals} intervals",
                                 where=f"queue {queue.name}", fix="give one for each")
        for name, each in self.uncertain.items():
            if name not in self.rates or len(each.intervals) != self.expected.shape[1]:
                raise UsageError("its uncertainty is of other intervals than its rates", where=f"queue {name}",
                                 fix="give one variance for each rate")
        self.instants()  # refuses what is no instant

    @cached_property
    def expected(self) -> Array:
        """Expected arrivals, a row per queue and a column per interval. Raises UsageError for impossible ones."""
        rows = {name: np.asarray(values, float).ravel() for name, values in self.rates.items()}
        lengths = {len(row) for row in rows.values()}
        if len(lengths) > 1:
            raise UsageError("the queues' rates have different numbers of intervals", fix="give one rate per interval")
        width = lengths.pop() if lengths else 0
        for name, row in rows.items():
            if not np.all((row >= 0) & (row < np.inf)):
                raise UsageError("a rate is negative or unknown", where=f"queue {name}", fix="give 0 where none comes")
        none = np.zeros(width)
        return np.array([rows.get(queue.name, none) for queue in self.queues]).reshape(len(self.queues), width)

    def instants(self) -> list[Array]:
        """The instants to replay, sorted, by queue. Raises UsageError for impossible ones."""
        found = [np.sort(np.asarray(self.arrivals.get(queue.name, _NONE), float).ravel()) for queue in self.queues]
        for queue, row in zip(self.queues, found, strict=True):
            if not np.all((row >= 0) & (row < self.end_s)):
                raise UsageError("a call comes before 0, after the lines close, or at an unknown time",
                                 where=f"queue {queue.name}", fix=f"give instants from 0 to below {self.end_s:g} s")
        return found

    @cached_property
    def end_s(self) -> float:
        """When the lines close."""
        if self.until_s is not None:
            return float(self.until_s)
        if not self.arrivals:
            return float(self.expected.shape[1] * self.interval_s)
        last = max((float(np.max(row, initial=0.0)) for row in map(np.asarray, self.arrivals.values())), default=0.0)
        return (math.floor(last / self.interval_s) + 1) * self.interval_s

    @property
    def intervals(self) -> int:
        """Intervals to the closing of the lines, the last perhaps a part of one."""
        return math.ceil(self.end_s / self.interval_s)

    @property
    def closed_s(self) -> float:
        """When the lines are closed and nobody will be there again."""
        return max([self.end_s, *(stint.to_s for crew in self.crews for stint in crew.stints)])


def _check_skills(crew: Crew, names: Sequence[str]) -> None:
    where = f"crew {crew.name}"
    for skill in crew.skills:
        if skill not in names:
            raise UsageError(f"the skill {skill!r} is no queue", where=where, fix=f"there are {', '.join(names)}")
    if len(set(crew.skills)) < len(crew.skills):
        raise UsageError("a skill is named twice", where=where, fix="name each once, the preferred first")
    crew.merged()


def _check_overflow(queues: Sequence[Queue], names: Sequence[str]) -> None:
    to = {queue.name: queue.overflow_to for queue in queues if queue.overflow_to}
    for start, target in to.items():
        if target not in names:
            raise UsageError(f"it overflows to {target!r}, which is no queue", where=f"queue {start}",
                             fix=f"there are {', '.join(names)}")
        path = [start]
        while path[-1] in to:
            path.append(to[path[-1]])
            if path[-1] == start:
                raise UsageError(f"calls overflow in a circle: {' > '.join(path)}", fix="let the last one keep them")
            if len(path) > len(queues):
                break  # a circle that does not pass here; its own queues report it
