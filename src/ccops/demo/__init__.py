"""A synthetic centre with known truth: four queues, sixty agents, four weeks, and one bad day, the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from ccops.clock import Zone
from ccops.demo.agenda import Channels
from ccops.demo.callers import Callers
from ccops.demo.centre import Incident, agents
from ccops.demo.changes import UNCHANGED, Changes
from ccops.demo.day import Simulation
from ccops.demo.files import TRUTH, Exports, claim
from ccops.demo.planner import last_published
from ccops.demo.roster import planned
from ccops.demo.truth import Truth
from ccops.errors import UsageError
from ccops.settings import FILE_NAME

__all__ = ["Changes", "DemoFiles", "Truth", "generate"]


@dataclass(frozen=True)
class DemoFiles:
    """What was written: the files to import, the settings that fit them, and what is true of them."""

    folder: Path
    files: tuple[Path, ...]
    config: Path
    truth_file: Path
    truth: Truth


def generate(folder: Path, *, seed: int = 1, days: int = 28, until: date = date(2026, 11, 20),
             tz: str = "Asia/Shanghai", scale: float = 1.0, changes: Changes = UNCHANGED,
             progress: Callable[[int, int], None] | None = None) -> DemoFiles:
    """Write the exports of the `days` that end with `until` to `folder`, with settings and truth beside them.

    The same arguments give the same bytes. `scale` shrinks callers and staff together; `changes` undo what is wrong
    with the centre; `progress` is told the days done and the days to do. Raises UsageError for an unknown zone, no days
    at all, or a folder with other files in it.
    """
    if days < 1 or not 0 < scale <= 1:
        raise UsageError("a demo needs at least one day and a scale between 0 and 1", fix="days=28, scale=1.0")
    zone = Zone.of(tz)
    claim(folder)
    first = until - timedelta(days=days - 1)
    people, incident = changes.trained(agents(seed, scale)), Incident(until)
    callers, channels = Callers(seed, scale, settled=changes.settled), Channels()
    truth, exports = Truth(seed, tz, first, until, until), Exports(folder, zone, first, until, changes)
    for n in range(days):
        on = first + timedelta(days=n)
        rng = Random(f"{seed}/{on}")  # noqa: S311  a day of its own, so that one more day changes no other
        rota = planned(people, on, rng, incident if on == until else None, changes.habits)
        arrivals = callers.arrivals(on, rng)
        present = [shift for shift in rota if not shift.absent]
        day = Simulation(on, _midnight(on, zone), rng, callers, channels).run(present, arrivals)
        day.rota = rota
        truth.add(day)
        exports.add(day, seed)
        if progress:
            progress(n + 1, days)
    for n in range(1, (last_published(until) - until).days + 1):
        on = until + timedelta(days=n)
        rng = Random(f"{seed}/{on}")  # noqa: S311  as above
        exports.publish(on, _midnight(on, zone), planned(people, on, rng, None, changes.habits))
    files = exports.write(people, truth)
    return DemoFiles(folder, files, folder / FILE_NAME, folder / TRUTH, truth)


def _midnight(on: date, zone: Zone) -> int:
    """Epoch seconds of the moment from which the day's wall clock is counted: right from its opening on.

    On a day when the clocks change at night, this is not the day's first instant.
    """
    noon = datetime.combine(on, time(12), zone.info).astimezone(UTC)
    return int(noon.timestamp()) - 12 * 3600
