"""What could be done, before anybody tested it: a change of the day's people or calls, or an estimate from the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ccops.recommend.action import Effort, Interval
from ccops.remark import Remark
from ccops.workforce.simulation.twin_agents import Presence

People = tuple[Presence, ...]


@dataclass(frozen=True)
class Later:
    """A share of the calls of a queue between two hours of the local clock is served after another hour instead."""

    queue: str
    first: int
    last: int
    to: int
    share: float


@dataclass(frozen=True, eq=False)
class Change:
    """What a candidate changes on a day: the people, the calls of queues and their handling times by factors, and
    calls that come later.

    `costs` is what it costs more per month, such as the pay of more hours (below 0: less).
    """

    people: Callable[[date, People], People] | None = None
    volume: Mapping[str, float] = field(default_factory=dict)
    aht: Mapping[str, float] = field(default_factory=dict)
    later: tuple[Later, ...] = ()
    costs: float = 0.0

    def staffed(self, day: date, people: People) -> People:
        """The day's people after the change."""
        return self.people(day, people) if self.people else people


@dataclass(frozen=True)
class Estimate:
    """Money per month from the data, with its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, eq=False)
class Candidate:
    """Something to try. With `change` it is tested on the twin; with `money` the data say what it saves; with neither
    it brings knowledge. `unsure` is half the interval of what the change itself rests on, as a share of it.

    Of candidates with the same `instead` only the one that saves most is recommended.
    """

    id: str
    family: str
    title: Remark
    problem: Remark
    why: str
    effort: Effort
    change: Change | None = None
    money: Estimate | None = None
    freed_hours: float | None = None
    assumptions: Sequence[Remark] = ()
    unsure: float = 0.0
    instead: str = ""
