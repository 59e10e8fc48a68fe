"""Who serves which queues: what the schedule says, else the list of employees, else what they answered before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice

Answered = Mapping[str, Mapping[str, float]]
_NAMED = 5  # agents that a sentence names


def parted(text: object) -> tuple[str, ...]:
    """The queues or skills of a cell, which semicolons part."""
    return tuple(dict.fromkeys(part for each in str(text).split(";") if (part := each.strip())))


@dataclass(frozen=True, eq=False)
class Serving:
    """By agent, the queues in order of preference (most answered first), with the share of the agent's work, even 0.

    `known` are the agents that the data knows beside the schedule, by their calls or from the list of employees.
    """

    shares: Mapping[str, Mapping[str, float]]
    known: frozenset[str] = frozenset()

    def strangers(self, scheduled: Collection[str]) -> list[str]:
        """Scheduled agents whom nothing else knows, where others are known: placeholders beside a real schedule."""
        strange = sorted(set(scheduled) - self.known)
        return strange if len(strange) < len(set(scheduled)) else []


def serving(data: Slice, planned: pl.DataFrame, answered: Answered, queues: Collection[str] = ()) -> Serving:
    """Who serves what: the queues of the schedule's rows (`planned`: agent, queue), else the skills of the list of
    employees, else the queues answered before (`answered`: calls by agent and queue, the preferred first).

    Names that are neither among `queues` nor answered by anybody say nothing. Within these queues an agent's work
    splits as their answered calls do, for who has none as everybody's do, and in equal parts where there are none.
    """
    all_calls: dict[str, float] = {}
    for own in answered.values():
        for queue, n in own.items():
            all_calls[queue] = all_calls.get(queue, 0.0) + n
    real = {*queues, *all_calls}
    named: dict[str, dict[str, None]] = {}
    for agent, text in planned.select("agent", "queue").drop_nulls().unique().sort("agent", "queue").iter_rows():
        named.setdefault(agent, {}).update(dict.fromkeys(parted(text)))
    listed = dict(data.read("employees", None, None).sort("nth").select("agent", "skills").collect().iter_rows())
    shares: dict[str, dict[str, float]] = {}
    for agent in sorted({*named, *listed, *answered}):
        said = (named.get(agent, {}), parted(listed.get(agent) or ""), answered.get(agent, {}))
        mine = next((found for each in said if (found := [queue for queue in each if queue in real])), [])
        calls = answered.get(agent, {})
        own = {queue: calls.get(queue, 0.0) for queue in sorted(mine, key=lambda queue: -calls.get(queue, 0.0))}
        if not any(own.values()):
            own = {queue: all_calls.get(queue, 0.0) for queue in mine}
        if total := sum(own.values()):
            shares[agent] = {queue: n / total for queue, n in own.items()}
        elif mine:
            shares[agent] = {queue: 1 / len(mine) for queue in mine}
    return Serving(shares, frozenset({*listed, *answered}))


def named(agents: Collection[str]) -> dict[str, str]:
    """How many agents, and who: the values of a sentence that names them."""
    first = ", ".join(sorted(agents)[:_NAMED])
    return {"agents": f"{len(agents):,}", "names": f"{first}, …" if len(agents) > _NAMED else first}
