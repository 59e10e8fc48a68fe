"""Whether what was recommended comes true: the first actions done in the demo's centre, and a fresh month of it.

Nothing here uses what `recommend` computes with: lost calls and service are counted from the generator's own truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ccops.demo.changes import Changes

from ccops import open as opened
from ccops.demo import Truth, generate
from ccops.recommend.action import Action, Recommendations

UNTIL = date(2026, 11, 20)
DAYS = 28
LOST_CALL = 30.0
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Month:
    """Lost calls per month and the service level of a generated month, its last, exceptional day left out."""

    lost: float
    service_level: float

    @classmethod
    def of(cls, truth: Truth) -> Month:
        lost = in_time = below = 0
        days = set()
        for row in truth.queues:
            if row.day == truth.bad_day:
                continue
            days.add(row.day)
            lost += row.abandoned
            in_time += row.answered_within_20
            below += row.answered + row.abandoned - row.short_abandoned
        return cls(lost / len(days) * DAYS_PER_MONTH, in_time / below)


@dataclass(frozen=True)
class Realised:
    """Predicted and realised together for some actions: money per month, and points of service level."""

    actions: tuple[str, ...]
    saving: float
    interval: tuple[float, float]
    realised: float
    service: float
    service_interval: tuple[float, float]

    @property
    def inside(self) -> bool:
        """Whether both lie in their intervals."""
        (lo, hi), (below, above) = self.interval, self.service_interval
        return lo <= self.realised <= hi and below <= self.service <= above


def changes_of(actions: Sequence[Action]) -> Changes:
    """What the generator does differently when these actions are done. Raises ValueError for one that no month
    of calls shows: tariffs are rated to the cent elsewhere, leavers are an average over a year."""
    lunches, moved, pools, fixed = [], [], [], []
    for one in actions:
        family, *words = one.id.split("-")
        if family == "breaks":
            lunches.append("-".join(words))
        elif family == "pool":
            pools.append({str(one.title.values[side]) for side in ("a", "b")})
        elif family == "repeats":
            fixed.append("-".join(words))
        elif family == "starts":
            before, after = (f"{clock[:2]}:{clock[2:]}" for clock in words[1:])
            moved.append((words[0], before, after, int(str(one.title.values["n"]))))
        else:
            raise ValueError(f"no month of calls shows {one.id}")
    return Changes(lunch_spread=tuple(lunches), pooled=closed(pools), repeat_fixed=tuple(fixed), moved=tuple(moved))


def closed(pools: Sequence[set[str]]) -> tuple[tuple[str, ...], ...]:
    """Pools that share a queue are one: who serves one of its queues serves them all."""
    done: list[set[str]] = []
    for pool in pools:
        apart = [other for other in done if not other & pool]
        done = [*apart, set().union(pool, *(other for other in done if other & pool))]
    return tuple(tuple(sorted(pool)) for pool in done)


def recommended(folder: Path, seed: int) -> Recommendations:
    """What `recommend` says of a generated month."""
    made = generate(folder, seed=seed, days=DAYS, until=UNTIL)
    files = [file for file in made.files if file.name != "Master.csv"]  # the same calls once more
    with opened(folder / "ccops.duckdb", config=made.config, write=True, files=files) as workspace:
        workspace.import_files(files)
        return workspace.recommend(seed=seed)


def realised(actions: Sequence[Action], folder: Path, seed: int) -> Realised:
    """The next month of the same centre, with these actions and without them."""
    after = UNTIL + timedelta(days=DAYS)
    usual, changed = (
        Month.of(generate(folder / name, seed=seed, days=DAYS, until=after, changes=changes).truth)
        for name, changes in (("usual", Changes()), ("changed", changes_of(actions)))
    )
    money = [one.interval or (0.0, 0.0) for one in actions]
    service = [one.service_interval or (0.0, 0.0) for one in actions]
    return Realised(
        tuple(one.id for one in actions), sum(one.saving_per_month or 0.0 for one in actions),
        (sum(lo for lo, _ in money), sum(hi for _, hi in money)), (usual.lost - changed.lost) * LOST_CALL,
        changed.service_level - usual.service_level, (sum(lo for lo, _ in service), sum(hi for _, hi in service)),
    )
