"""Callers who are lost and call again: a queue that makes a part of its own load (Erlang X; extended Erlang B)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from numpy.typing import ArrayLike

from ccops.errors import UsageError
from ccops.workforce.erlang import inputs
from ccops.workforce.erlang.inputs import Array, checked, together
from ccops.workforce.erlang.queue_model import QueueModel
from ccops.workforce.erlang.search import root


@dataclass(frozen=True, eq=False)
class Retrials(QueueModel):
    """A model in which a share `redial` of those who are lost calls again, as calls like any others.

    Figures are per attempt: of first calls and repeated ones alike.
    """

    model: QueueModel = field(repr=False)
    redial: Array = field(repr=False)

    @property
    def lost(self) -> str:
        return self.model.lost

    def arrays(self) -> tuple[Array, ...]:
        return *self.model.arrays(), self.redial

    def attempts(self, agents: Array) -> Array:
        """Calls per hour with the repeated ones: the fixed point of rate = first calls + redial * rate * lost.

        What is lost grows with the rate, but no faster than it: there is one, and at most first calls / (1 - redial).
        """
        n, first, redial, *_ = together(agents, self.calls_per_hour, self.redial, *self.model.arrays())

        def gap(rate: Array) -> Array:
            return rate - first - redial * rate * self.model.at_rate(rate).lost_share(n)

        return root(gap, first, first / (1 - redial))

    def level(self, agents: Array, within_s: Array) -> Array:
        return self._model(agents).level(agents, within_s)

    def quits(self, agents: Array, within_s: Array) -> Array:
        return self._model(agents).quits(agents, within_s)

    def lost_share(self, agents: Array) -> Array:
        return self._model(agents).lost_share(agents)

    def measures(self, agents: Array) -> dict[str, Array]:
        return self._model(agents).measures(agents)

    def fare(self, agents: Array, within_s: Array) -> dict[str, Array]:
        return self._model(agents).fare(agents, within_s)

    def occupancy(self, agents: Array) -> Array:
        return self._model(agents).occupancy(agents)

    def altered(self, **changes: Array) -> Self:
        return replace(self, model=self.model.altered(**changes), **changes)

    def _model(self, agents: Array) -> QueueModel:
        return self.model.at_rate(self.attempts(agents))


def with_retrials(model: QueueModel, redial: ArrayLike) -> Retrials:
    """The model with a share `redial` of the lost calling again. Raises UsageError where nobody is ever lost."""
    if not model.lost:
        raise UsageError("in Erlang C nobody is lost who could call again", fix="use Erlang A or B")
    return Retrials(model.calls_per_hour, model.aht_s, model, checked(inputs.REDIAL, redial))
