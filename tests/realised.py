"""Whether what was recommended comes true: the first actions done in the demo's centre, and a fresh month of it.

Nothing here uses what `recommend` computes with: lost calls and service are counted from the generator's own truth,
calls are billed one by one from the switches' files, and leavers are counted in a list drawn anew.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from ccops import open as opened
from ccops.demo import Changes, DemoFiles, Truth, generate
from ccops.demo.centre import agents
from ccops.demo.personnel import employees
from ccops.recommend.action import Action, Recommendations

UNTIL = date(2026, 11, 20)
DAYS = 28
LOST_CALL = 30.0
DAYS_PER_MONTH = 365.25 / 12
# Of the settings that the demo writes: recruiting, training with a share of the trainer, the empty seat, the ramp.
LEAVER = 2500 + 120 * (38 + 80 / 8) + 80 * 20 + (0.5 + 0.35 + 0.2 + 0.1) * 40 * 60


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
    """What the generator does differently when these actions are done. Raises ValueError for one that it cannot do."""
    lunches, moved, pools, fixed, stay = [], [], [], [], []
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
        elif family == "onboarding":
            stay.append(words[0])
        elif family != "tariff":
            raise ValueError(f"no centre can be generated in which {one.id} was done")
    return Changes(tuple(lunches), closed(pools), tuple(fixed), tuple(stay), tuple(moved))


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
    after, changes = UNTIL + timedelta(days=DAYS), changes_of(actions)
    usual, changed = (
        generate(folder / name, seed=seed, days=DAYS, until=after, changes=done)
        for name, done in (("usual", Changes()), ("changed", changes))
    )
    before, now = Month.of(usual.truth), Month.of(changed.truth)
    saved = (before.lost - now.lost) * LOST_CALL
    for one in actions:
        if one.family == "billing":
            saved += cheaper(changed, str(one.title.values["paid"]), str(one.title.values["name"]))
        if one.family == "onboarding":
            saved += fewer_leavers(changes, seed) * LEAVER
    money = [one.interval or (0.0, 0.0) for one in actions]
    service = [one.service_interval or (0.0, 0.0) for one in actions]
    return Realised(
        tuple(one.id for one in actions), sum(one.saving_per_month or 0.0 for one in actions),
        (sum(lo for lo, _ in money), sum(hi for _, hi in money)), saved,
        now.service_level - before.service_level, (sum(lo for lo, _ in service), sum(hi for _, hi in service)),
    )


def cheaper(made: DemoFiles, paid: str, name: str) -> float:
    """What a month's incoming calls cost less under another of the demo's tariffs, call by call. They are what the
    tariffs differ by: outgoing calls are in the CDR alone, which `recommended` does not import."""
    seconds = [*queued(made.folder), *vip(made.folder)]
    month = DAYS_PER_MONTH / DAYS
    minutes = sum(max(60, length) for length in seconds) / 60 * month
    bills = {
        "City carrier by the minute": sum(-(-length // 60) for length in seconds) * 0.15 * month,
        "Six seconds": max(2000.0, sum(-(-length // 6) for length in seconds) * 0.0135 * month),
        "400 prepaid": 100 + 3300 + max(0.0, minutes - 30_000) * 0.12,
    }
    return bills[paid] - bills[name]


def queued(folder: Path) -> Iterable[int]:
    """Seconds from a call's first line in the queue logs to its last."""
    spans: dict[str, list[int]] = {}
    for file in folder.glob("queue_log*"):
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for line in text.decode().splitlines():
            moment, call, *_ = line.split("|")
            if call not in ("MANAGER", "NONE"):
                spans.setdefault(call, []).append(int(moment))
    return [max(moments) - min(moments) for moments in spans.values()]


def vip(folder: Path) -> Iterable[int]:
    """Seconds from the queue to the end, of the other switch's calls."""
    rows = [row for row in csv.reader((folder / "vip_calls.csv").read_text("gb18030").splitlines()) if len(row) == 16]
    return [
        int((datetime.fromisoformat(row[6]) - datetime.fromisoformat(row[4])).total_seconds())
        for row in rows if row[0].startswith("V")
    ]


def fewer_leavers(changes: Changes, seed: int) -> float:
    """How many hires fewer leave per month, over two years drawn anew: in one month hardly one does either way."""
    anew = seed + 1000
    early = [
        sum(leaves_early(row) for row in csv.DictReader(employees(agents(seed), anew, UNTIL, UNTIL, stay).splitlines()))
        for stay in ((), changes.onboarding)
    ]
    return (early[0] - early[1]) / 24


def leaves_early(row: dict[str, str]) -> bool:
    return bool(row["Left"]) and date.fromisoformat(row["Left"]) - date.fromisoformat(row["Hired"]) < timedelta(days=90)
