"""The calculator: one queue, the agents that its targets take, and how callers would fare around that number."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ccops.errors import UsageError
from ccops.workforce.erlang import inputs
from ccops.workforce.erlang.abandonment import erlang_a
from ccops.workforce.erlang.delay import erlang_b, erlang_c
from ccops.workforce.erlang.inputs import checked
from ccops.workforce.erlang.queue_model import HOUR_S, QueueModel
from ccops.workforce.erlang.retrials import with_retrials

AROUND = 3  # rows on either side of the answer
TARGETS = ("service_level", "asa_s", "max_occupancy", "p_abandon", "p_block")


@dataclass(frozen=True)
class Question:
    """A queue and what is asked of it: `calls` in `per_s` seconds, targets that are None where there are none."""

    model: str
    calls: float
    aht_s: float
    per_s: float = HOUR_S
    patience_s: float | None = None
    redial: float = 0.0
    within_s: float = 20.0
    service_level: float | None = None
    asa_s: float | None = None
    max_occupancy: float | None = None
    p_abandon: float | None = None
    p_block: float | None = None
    shrinkage: float = 0.0
    agents: tuple[float, ...] = ()

    def queue(self) -> QueueModel:
        """The model of this queue. Raises UsageError for impossible numbers."""
        if not 0 < self.per_s < np.inf:
            raise UsageError(f"period of the calls: {self.per_s:g} s is not possible", fix="give seconds above 0")
        calls = float(checked(inputs.CALLS, self.calls)) * HOUR_S / self.per_s
        if self.model == "a" and self.patience_s is None:
            raise UsageError("Erlang A needs the callers' mean patience", fix="--patience 120, or model c for endless")
        queue: QueueModel
        match self.model:
            case "a":
                queue = erlang_a(calls, self.aht_s, self.patience_s or 0.0)
            case "b":
                queue = erlang_b(calls, self.aht_s)
            case _:
                queue = erlang_c(calls, self.aht_s)
        return with_retrials(queue, self.redial) if self.redial else queue

    def targets(self) -> dict[str, float]:
        """The targets that are set."""
        return {name: value for name in TARGETS if (value := getattr(self, name)) is not None}


@dataclass(frozen=True)
class Row:
    """How callers fare with so many agents; what is endless or has no meaning is None."""

    agents: float
    service_level: float | None
    asa_s: float | None
    p_wait: float | None
    p_abandon: float | None
    occupancy: float | None
    p_block: float | None
    queue_length: float | None
    calls_per_hour: float | None


@dataclass(frozen=True)
class Calculation:
    """required: the least whole agents that meet every target, None without one; required_exact: to the fraction;
    required_gross: `required` over 1 - shrinkage. alone: what each target takes by itself; binding: the one that
    decides. load: Erlangs. unstable_up_to: the agents up to which the queue grows without end.
    """

    question: Question
    load: float
    required: int | None
    required_exact: float | None
    required_gross: float | None
    alone: dict[str, int]
    binding: str | None
    unstable_up_to: float | None
    rows: tuple[Row, ...]

    def row(self, agents: float) -> Row | None:
        """The row of so many agents, if there is one."""
        return next((row for row in self.rows if row.agents == agents), None)

    def _repr_html_(self) -> str:
        from ccops import notebook

        heads = tuple(asdict(self.rows[0]))
        caption = f"Erlang {self.question.model.upper()}, {self.load:,.2f} Erlangs: {self.required or '-'} required"
        return notebook.table(heads, [tuple(asdict(row).values()) for row in self.rows], caption)


def calculate(question: Question) -> Calculation:
    """The answer to a question. Raises UsageError for impossible or contradictory numbers."""
    queue, within = question.queue(), question.within_s
    load = float(queue.load)
    shrinkage = float(checked(inputs.SHRINKAGE, question.shrinkage))
    alone = {name: int(_required(queue, within, {name: value})) for name, value in question.targets().items()}
    required = max(alone.values(), default=None)
    binding = max(alone, key=lambda name: alone[name], default=None)
    exact = None if required is None else float(_required(queue, within, question.targets(), whole=False))
    middle = int(np.ceil(load)) + AROUND * queue.endless if required is None else required
    wanted = question.agents or _around(middle)
    return Calculation(
        question, load, required, exact, None if required is None else required / (1 - shrinkage), alone, binding,
        load if queue.endless and load > 0 else None, _rows(queue, wanted, within),
    )


def _required(queue: QueueModel, within_s: float, targets: dict[str, float], whole: bool = True) -> Any:
    return queue.required(within_s=within_s, whole=whole, **targets)


def _around(agents: int) -> tuple[float, ...]:
    return tuple(float(n) for n in range(max(agents - AROUND, min(agents, 1)), agents + AROUND + 1))


def _rows(queue: QueueModel, agents: tuple[float, ...], within_s: float) -> tuple[Row, ...]:
    names = tuple(Row.__dataclass_fields__)
    found = queue.at(np.array(agents), within_s)
    columns = [np.broadcast_to(getattr(found, name), len(agents)) for name in names]
    return tuple(
        Row(*(float(value) if np.isfinite(value) else None for value in values))  # type: ignore[arg-type]
        for values in zip(*columns, strict=True)
    )
