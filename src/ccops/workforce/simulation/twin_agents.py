"""Who was there on a day, when, and for which queues: from a sign-in log, the published schedule, or who served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from ccops.workforce.simulation.scenario import Crew, Stint
from ccops.workforce.simulation.twin_gaps import Stretch, away, gaps_of
from ccops.workforce.simulation.twin_records import Records
from ccops.workforce.visits import epoch_s

if TYPE_CHECKING:
    from ccops.model import Slice

Known = Literal["log", "schedule", "inferred"]
FEW = 2  # visits of a queue that an agent served, below which it was chance
_SHARE, _USUAL = 0.1, 0.5  # least share of a queue in an agent's visits, or of its share in everybody's
_OUTSIDE_S = 5.0
_SOON_S = 20.0  # a break so soon after a call was due before its end


@dataclass(frozen=True)
class Presence:
    """An agent's stretches ready for calls, in epoch seconds, how they are known, and the queues served, most first.

    `outside` counts calls answered where the log or the schedule did not have the agent: the stretches include them.
    """

    agent: str
    known: Known
    stretches: tuple[Stretch, ...]
    skills: tuple[str, ...]
    outside: int = 0


def present(today: Records, window: Records, planned: Mapping[str, Sequence[Stretch]]) -> list[Presence]:
    """Everybody who was there. A published schedule counts for those without a log who answered a call that day.

    Without log and schedule an agent was there from the first ringing to the last end of work, except in gaps that
    `twin_gaps` tells to be breaks.
    """
    logged = _stretches(today.presence)
    served = _served(today.visits)
    skills = _skills(today.visits, window.visits)
    inferred = _inferred({agent: own for agent, own in served.items() if agent not in logged and agent not in planned},
                         skills, today.visits)
    found = []
    for agent in sorted({*logged, *served}):
        calls = served.get(agent, [])
        known: Known = "log" if agent in logged else "schedule" if agent in planned else "inferred"
        there = inferred[agent] if known == "inferred" else logged.get(agent, planned.get(agent, []))
        outside = sum(1 for call in calls if not _inside(call, there))
        if mine := skills.get(agent):
            merged = joined([*there, *calls])
            due = merged if known == "schedule" else _due(merged, calls, every=known == "log")
            found.append(Presence(agent, known, due, mine, outside))
    return found


def _due(stretches: Sequence[Stretch], calls: Sequence[Stretch], *, every: bool) -> tuple[Stretch, ...]:
    """Stretches to when a break was due: halfway through the call after which it was taken, if it followed one.

    A break that falls due in a call waits for its end, here as there. A stretch to the end of that call would have the
    agent take another one shortly before it and lose the break to it. Of inferred stretches only the last is cut: what
    ends the others may be no break that was due.
    """
    done = [] if every else [*stretches[:-1]]
    for start, end in stretches[len(done) :]:
        last = max((call for call in calls if start <= call[0] and end - _SOON_S <= call[1] <= end), default=None)
        done.append((start, max((last[0] + end) / 2, start + 1.0) if last else end))
    return tuple(done)


def _inferred(served: Mapping[str, Sequence[Stretch]], skills: Mapping[str, tuple[str, ...]],
              visits: pl.DataFrame) -> dict[str, list[Stretch]]:
    rung = visits.drop_nulls("start_s").sort("start_s")
    starts = {str(key[0]): own["start_s"].to_numpy() for key, own in rung.group_by("queue", maintain_order=True)}
    gaps = [gap for agent, calls in served.items() for gap in gaps_of(agent, calls)]
    found = {agent: list(calls) for agent, calls in served.items()}
    for (agent, start, end), gone in zip(gaps, away(gaps, skills, starts), strict=True):
        if not gone:
            found[agent].append((start, end))
    return {agent: list(joined(stretches)) for agent, stretches in found.items()}


def scheduled(data: Slice) -> dict[str, list[Stretch]]:
    """Published stretches of work by agent; breaks, training and days off are gaps."""
    work = (
        data.table("shifts").filter((pl.col("activity") == "work") & pl.col("agent").is_not_null())
        .select("agent", from_s=epoch_s("started_at"), to_s=epoch_s("ended_at"))
        .drop_nulls().collect().sort("agent", "from_s")
    )
    return {agent: list(rows) for agent, rows in _stretches(work).items()}


def skills_of(visits: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Queues that each agent serves, most first: twice at least, and no mere chance beside the rest of their work."""
    return {agent: tuple(calls) for agent, calls in answered_by(visits).items()}


def answered_by(visits: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Answered calls of the queues that each agent serves, as `skills_of` has them."""
    answered = visits.filter((pl.col("outcome") == "answered") & pl.col("agent").is_not_null())
    usual = dict(answered.group_by("queue").len().with_columns(pl.col("len") / max(answered.height, 1)).iter_rows())
    counts: dict[str, list[tuple[int, str]]] = {}
    for agent, queue, n in answered.group_by("agent", "queue").len().iter_rows():
        counts.setdefault(agent, []).append((n, queue))
    found = {}
    for agent, own in counts.items():
        total = sum(n for n, _ in own)
        kept = [(n, queue) for n, queue in own if n >= FEW and n / total >= min(_SHARE, _USUAL * usual[queue])]
        found[agent] = {queue: float(n) for n, queue in sorted(kept or own, key=lambda item: (-item[0], item[1]))}
    return found


def crews(people: Iterable[Presence], begins_s: float, queues: Sequence[str]) -> tuple[Crew, ...]:
    """Agents of the same skills among these queues as one crew, their stretches in seconds from the day's start."""
    groups: dict[tuple[str, ...], list[Presence]] = {}
    for person in people:
        if mine := tuple(queue for queue in person.skills if queue in queues):
            groups.setdefault(mine, []).append(person)
    return tuple(
        Crew(" > ".join(skills), skills, tuple(
            Stint(n, max(start - begins_s, 0.0), end - begins_s)
            for n, person in enumerate(members) for start, end in person.stretches if end > max(start, begins_s)
        ))
        for skills, members in sorted(groups.items())
    )


def unknown_helpers(visits: pl.DataFrame) -> list[Presence]:
    """Calls that somebody answered whose name is not known: a helper each, there for that call alone."""
    nameless = visits.filter(
        (pl.col("outcome") == "answered") & pl.col("agent").is_null() & pl.col("start_s").is_not_null()
    )
    return [
        Presence(f"?{n}", "inferred", ((start, max(end, start + 1.0)),), (queue,))
        for n, (queue, start, end) in enumerate(nameless.select("queue", "start_s", "end_s").iter_rows())
    ]


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches in order, those that overlap or touch made one."""
    done: list[Stretch] = []
    for start, end in sorted(stretches):
        if done and start <= done[-1][1]:
            done[-1] = done[-1][0], max(done[-1][1], end)
        elif end > start:
            done.append((start, end))
    return tuple(done)


def _inside(call: Stretch, there: Sequence[Stretch]) -> bool:
    return any(start - _OUTSIDE_S <= call[0] <= end + _OUTSIDE_S for start, end in there)


def _stretches(rows: pl.DataFrame) -> dict[str, list[Stretch]]:
    found: dict[str, list[Stretch]] = {}
    for agent, start, end in rows.select("agent", "from_s", "to_s").iter_rows():
        found.setdefault(agent, []).append((start, end))
    return found


def _served(visits: pl.DataFrame) -> dict[str, list[Stretch]]:
    named = visits.filter(pl.col("agent").is_not_null() & pl.col("start_s").is_not_null())
    return _stretches(named.select("agent", from_s="start_s", to_s="end_s"))


def _skills(today: pl.DataFrame, window: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """From all the days together; what somebody served on the day itself counts whatever its share."""
    usual = skills_of(pl.concat([window, today]))
    own = skills_of(today)
    return {
        agent: (*usual.get(agent, ()), *(queue for queue in own.get(agent, ()) if queue not in usual.get(agent, ())))
        for agent in {*usual, *own}
    }
