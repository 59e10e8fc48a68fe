"""What every queueing model answers: how the callers fare with given agents, and how many agents a target takes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError
from ccops.workforce.erlang import inputs
from ccops.workforce.erlang.inputs import Array, as_given, checked, together
from ccops.workforce.erlang.search import least, least_whole, most

HOUR_S = 3600.0
_SLACK = 1e-12  # a target that is met but for the last digits is met
_SHOWN = 100  # rows in a notebook


@dataclass(frozen=True, eq=False)
class Performance:
    """How callers fare. Plain numbers for one scenario, else arrays of its shape.

    service_level: answered within the time / offered. asa_s: mean wait of the answered; infinite where the queue grows
    without end, NaN where nobody is answered. p_wait: share that waits. p_abandon: share of the offered that gives up.
    p_block: share that finds all lines busy. occupancy: share of the agents' time spent on calls, NaN without agents.
    queue_length: mean number waiting. calls_per_hour: with those who call again. Without calls: service level 1, no
    waits.
    """

    service_level: Any
    asa_s: Any
    p_wait: Any
    p_abandon: Any
    occupancy: Any
    queue_length: Any
    p_block: Any
    agents: Any
    within_s: Any
    calls_per_hour: Any

    def _repr_html_(self) -> str:
        from ccops import notebook

        names = ("agents", *(one.name for one in fields(self) if one.name != "agents"))
        columns = np.broadcast_arrays(*(np.atleast_1d(getattr(self, name)).ravel() for name in names))
        rows = [[v if np.isfinite(v) else None for v in map(float, row)] for row in zip(*columns, strict=True)]
        left = f"{len(rows) - _SHOWN:,} more rows" if len(rows) > _SHOWN else ""
        return notebook.table(names, rows[:_SHOWN], left)


@dataclass(frozen=True)
class Targets:
    """What is asked of a queue; None where nothing is."""

    service_level: ArrayLike | None = None
    within_s: ArrayLike = 20.0
    asa_s: ArrayLike | None = None
    max_occupancy: ArrayLike | None = None
    p_abandon: ArrayLike | None = None
    p_block: ArrayLike | None = None

    def checked(self) -> dict[str, Array]:
        """The targets that are set, and `within_s`. Raises UsageError for impossible ones, or none at all."""
        limits = {
            "service_level": inputs.LEVEL, "asa_s": inputs.ASA, "max_occupancy": inputs.OCCUPANCY,
            "p_abandon": inputs.LOST, "p_block": inputs.LOST,
        }
        asked = {name: checked(limits[name], value) for name in limits if (value := getattr(self, name)) is not None}
        if not asked:
            raise UsageError("no target", fix=f"give one or more of {', '.join(limits)}")
        return asked | {"within_s": checked(inputs.WITHIN, self.within_s)}


@dataclass(frozen=True, eq=False)
class QueueModel(ABC):
    """A queue of `calls_per_hour` that last `aht_s` each, or arrays of such queues that broadcast.

    A model gives its measures for arrays that are checked and of one shape; what is built on them is here.
    """

    calls_per_hour: Array = field(repr=False)
    aht_s: Array = field(repr=False)

    @property
    def load(self) -> Array:
        """Offered load in Erlangs: the agents that the calls would keep busy without a pause."""
        return np.asarray(self.calls_per_hour * self.aht_s / HOUR_S)

    @abstractmethod
    def level(self, agents: Array, within_s: Array) -> Array:
        """Share of the offered that is answered within the time."""

    @abstractmethod
    def measures(self, agents: Array) -> dict[str, Array]:
        """asa_s, p_wait, p_abandon, p_block and queue_length of a queue with calls and agents."""

    def fare(self, agents: Array, within_s: Array) -> dict[str, Array]:
        """`level` (as service_level) and `measures` at once: cheaper than apart where they rest on the same parts."""
        return {"service_level": self.level(agents, within_s)} | self.measures(agents)

    @property
    def lost(self) -> str:
        """Which share of the calls this model knows to be lost: p_abandon, p_block, or none."""
        return ""

    @property
    def endless(self) -> bool:
        """Whether the queue grows without end where the load is not below the agents."""
        return False

    def at(self, agents: ArrayLike, within_s: ArrayLike = 20.0) -> Performance:
        """How callers fare with these agents, fractions allowed."""
        raw, within, load = self._scenarios(agents, within_s)
        made = self.fare(raw, within)
        found = {name: np.where(load > 0, values, 0.0) for name, values in made.items()}
        found["service_level"] = np.where(load > 0, made["service_level"], 1.0)
        lost = made[self.lost] if self.lost else np.zeros(())
        found |= {"occupancy": self._busy(raw, lost), "agents": raw, "within_s": within}
        found["calls_per_hour"] = self.attempts(raw)
        return Performance(**{name: as_given(values) for name, values in found.items()})

    def service_levels(self, agents: ArrayLike, within_s: ArrayLike = 20.0) -> dict[str, Any]:
        """The service level in three forms, under the names that `[service_level] formula` has for them.

        offered: answered within the time / offered; ex_abandon_in_t: / offered less those who gave up within the time;
        answered: / answered. NaN where the denominator is empty; 1 without calls.
        """
        raw, within, load = self._scenarios(agents, within_s)
        level = np.where(load > 0, self.level(raw, within), 1.0)
        counted = {"offered": level * 0 + 1, "ex_abandon_in_t": 1 - self.quits(raw, within),
                   "answered": 1 - self.lost_share(raw)}
        shares = {
            name: np.where(load > 0, np.minimum(level / np.where(part > 0, part, np.nan), 1.0), 1.0)
            for name, part in counted.items()
        }
        return {name: as_given(values) for name, values in shares.items()}

    def service_level(self, agents: ArrayLike, within_s: ArrayLike = 20.0) -> Any:
        """Only the service level, for many scenarios at once; 1 without calls."""
        raw, within, load = self._scenarios(agents, within_s)
        return as_given(np.where(load > 0, self.level(raw, within), 1.0))

    def _scenarios(self, agents: ArrayLike, within_s: ArrayLike) -> tuple[Array, Array, Array]:
        """Agents, times and loads, checked and of one shape."""
        raw, within = checked(inputs.AGENTS, agents), checked(inputs.WITHIN, within_s)
        raw, within, load, *_ = together(raw, within, self.load, *self.arrays())
        return raw, within, load

    def occupancy(self, agents: Array) -> Array:
        """Share of the agents' time spent on calls: NaN without agents, 1 where the queue grows without end."""
        return self._busy(agents, self.lost_share(agents))

    def _busy(self, agents: Array, lost: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.minimum(self.load * (1 - lost) / np.where(agents > 0, agents, np.nan), 1.0)

    def attempts(self, agents: Array) -> Array:
        """Calls per hour, those who were lost and call again included."""
        return np.broadcast_to(self.calls_per_hour, np.broadcast_shapes(agents.shape, self.calls_per_hour.shape))

    def quits(self, agents: Array, within_s: Array) -> Array:
        """Share of the offered that gives up within the time."""
        return np.zeros(np.broadcast_shapes(agents.shape, within_s.shape, self.load.shape))

    def lost_share(self, agents: Array) -> Array:
        """Share of the offered that no agent serves."""
        return np.zeros(np.broadcast_shapes(agents.shape, self.load.shape))

    def required(
        self, service_level: ArrayLike | None = None, within_s: ArrayLike = 20.0, *, asa_s: ArrayLike | None = None,
        max_occupancy: ArrayLike | None = None, p_abandon: ArrayLike | None = None, p_block: ArrayLike | None = None,
        whole: bool = True,
    ) -> Any:
        """The least agents that meet every target: whole ones, or with `whole=False` to the fraction.

        0 without calls. Raises UsageError for a target that is impossible or that the model knows nothing of.
        """
        asked = self._asked(Targets(service_level, within_s, asa_s, max_occupancy, p_abandon, p_block))
        load, *_ = together(self.load, *self.arrays(), *asked.values())
        find = least_whole if whole else least
        found = np.where(load > 0, find(lambda agents: self._meets(agents, asked) | (load == 0), load), 0.0)
        return as_given(found.astype(np.int64) if whole else found)

    def calls_carried(self, agents: ArrayLike, **targets: Any) -> Any:
        """The calls per hour that these agents can take at the targets (`service_level=0.8, within_s=20`, …).

        Infinite where a target holds whatever comes.
        """
        return self._most(agents, targets, "calls_per_hour", lambda n, model: n * HOUR_S / model.aht_s)

    def aht_afforded(self, agents: ArrayLike, **targets: Any) -> Any:
        """The handling time in seconds that these agents can afford at the targets; infinite without calls."""
        def first(agents: Array, model: QueueModel) -> Array:
            return agents * HOUR_S / np.where(model.calls_per_hour > 0, model.calls_per_hour, np.nan)

        return self._most(agents, targets, "aht_s", first)

    def _most(
        self, agents: ArrayLike, targets: dict[str, Any], name: str, first: Callable[[Array, QueueModel], Array]
    ) -> Any:
        asked = self._asked(Targets(**targets))
        raw, *_ = together(checked(inputs.AGENTS, agents), self.load, *self.arrays(), *asked.values())
        begin = first(raw, self)
        usable = begin > 0  # neither without agents nor without calls

        def enough(values: Array) -> NDArray[np.bool_]:
            return self.altered(**{name: values})._meets(raw, asked)

        found = most(enough, np.where(usable, begin, 1.0))
        return as_given(np.where(np.isnan(begin), np.inf, np.where(raw > 0, found, 0.0)))

    def _asked(self, targets: Targets) -> dict[str, Array]:
        asked = targets.checked()
        for name in {"p_abandon", "p_block"} & set(asked) - {self.lost}:
            what, fix = {
                "p_abandon": ("callers who give up", "use Erlang A, or M/M/n+G"),
                "p_block": ("calls that find all lines busy", "use Erlang B"),
            }[name]
            model = type(self).__name__.replace("Erlang", "Erlang ")
            raise UsageError(f"{model} knows no {what}: no target for it", fix=fix)
        return asked

    def _meets(self, agents: Array, asked: dict[str, Array]) -> NDArray[np.bool_]:
        """Where all targets are met."""
        met = np.ones(agents.shape, bool)
        if "service_level" in asked:
            met &= self.level(agents, asked["within_s"]) >= asked["service_level"] - _SLACK
        if "max_occupancy" in asked:
            with np.errstate(invalid="ignore"):
                met &= self.occupancy(agents) <= asked["max_occupancy"] + _SLACK
        if self.lost in asked:
            met &= self.lost_share(agents) <= asked[self.lost] * (1 + _SLACK)
        if "asa_s" in asked:
            met &= self.measures(agents)["asa_s"] <= asked["asa_s"] * (1 + _SLACK)
        return met

    def arrays(self) -> tuple[Array, ...]:
        """What else has a shape."""
        return (self.calls_per_hour, self.aht_s)

    def at_rate(self, calls_per_hour: Array) -> Self:
        """The same queue with other calls."""
        return self.altered(calls_per_hour=calls_per_hour)

    def altered(self, **changes: Array) -> Self:
        """The same queue with other `calls_per_hour` or `aht_s`."""
        return replace(self, **changes)


def queue_of(calls_per_hour: ArrayLike, aht_s: ArrayLike) -> tuple[Array, Array]:
    """Calls and handling time, checked. Raises UsageError."""
    return checked(inputs.CALLS, calls_per_hour), checked(inputs.AHT, aht_s)
