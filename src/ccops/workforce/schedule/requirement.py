"""What a schedule has to cover: agents per interval and queue, from a CSV file or from staffing, with their prices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ccops.csv_rows import Row, rows
from ccops.errors import SourceError, UsageError
from ccops.remark import Remark
from ccops.safe_text import printable

if TYPE_CHECKING:
    import polars as pl

    from ccops.clock import BusinessDay

Steps = tuple[tuple[float | None, float], ...]  # share of the requirement, price per agent-hour; the last has no share
_NUMBERS = ("required", "minimum", "over_cost", "volume", "aht_s", "patience_s")
_STAFFED = ("minus_one_cost", "plus_one_value", "minus_one_answered", "plus_one_answered")  # by one agent
_COLUMNS: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("start_at", "queue", "required", "minimum", "under_cost", "over_cost", *_NUMBERS[3:], "basis", *_STAFFED), ()
)
# What a file of `ccops staff -o` has beside them.
OF_STAFFING = (
    "p10", "p50", "p90", "dispersion", "required_mean", "required_gross", "staffed", "scheduled", "gap", "agents",
    "service_level", "asa_s", "p_abandon", "occupancy", "sl_p10", "plus_one_service_level", "plus_one_asa_s",
    "plus_one_lost", "minus_one_service_level", "minus_one_asa_s", "minus_one_lost", "agent_cost",
)
MOST_AGENTS = 100_000  # of an interval: more is a slip of the pen, and beyond what the prices' steps can tell apart
# Rows that are missing for less than this are a hole; for longer, the queue is closed.
_HOLE = timedelta(hours=4)


@dataclass(frozen=True)
class Need:
    """One interval of a queue: agents at the position, the fewest allowed, and prices (money) where they are known.

    `under` are steps per agent-hour. `minus_one_cost` and `plus_one_value` are what one agent fewer costs and one more
    is worth in the whole interval. `volume`, `aht_s` and `patience_s` are what the requirement was computed from.
    """

    start_at: datetime
    required: float
    minimum: float = 0.0
    under: Steps = ()
    over_cost: float | None = None
    minus_one_cost: float | None = None
    plus_one_value: float | None = None
    volume: float | None = None
    aht_s: float | None = None
    patience_s: float | None = None


@dataclass(frozen=True)
class Requirement:
    """Needs per queue in order of time; `start_at` are UTC. `notes` say what was assumed.

    `by_hand`: it came from a file, so that hours without rows being closed is an assumption to be told.
    """

    interval_min: int
    queues: dict[str, tuple[Need, ...]]
    notes: tuple[Remark, ...] = ()
    by_hand: bool = False

    def closed(self, business_day: BusinessDay) -> Iterator[Remark]:
        """What was assumed of hours without rows."""
        for queue, needs in self.queues.items() if self.by_hand else ():
            ends = [one.start_at + timedelta(minutes=self.interval_min) for one in needs]
            gaps = [(end, later.start_at) for end, later in zip(ends, needs[1:], strict=False) if later.start_at > end]
            if gaps:
                first = " – ".join(f"{at.astimezone(business_day.zone.info):%Y-%m-%d %H:%M}" for at in gaps[0])
                yield Remark("schedule_closed", {"queue": queue or "site", "first": first, "times": f"{len(gaps):,}"})

    def within(self, first: date | None, last: date | None, business_day: BusinessDay) -> Requirement:
        """The needs of some business days. Raises SourceError where there are none."""
        def kept(need: Need) -> bool:
            day = business_day.day_of(need.start_at.replace(tzinfo=None))
            return (first is None or day >= first) and (last is None or day <= last)

        queues = {queue: tuple(filter(kept, needs)) for queue, needs in self.queues.items()}
        if not any(queues.values()):
            held = sorted(need.start_at for needs in self.queues.values() for need in needs)
            span = f"it runs from {held[0]:%Y-%m-%d} to {held[-1]:%Y-%m-%d}" if held else "it is empty"
            raise SourceError(f"no requirement from {first or '...'} to {last or '...'}", fix=f"{span}; give its days")
        return replace(self, queues={queue: needs for queue, needs in queues.items() if needs})

    def of(self, names: Sequence[str]) -> Requirement:
        """The needs of some queues. Raises UsageError for a queue that it does not have."""
        unknown = next((name for name in names if name not in self.queues), None)
        if unknown is not None:
            held = ", ".join(filter(None, self.queues))
            raise UsageError(f"no queue {unknown!r} in the requirement",
                             fix=f"it has {held}" if held else "it has no column queue: leave --queue out")
        return replace(self, queues={name: self.queues[name] for name in names}) if names else self


@dataclass(frozen=True)
class Pricing:
    """Which columns of a staffing become prices: none, calls not answered in time at `late_call` each, calls lost."""

    late_call: float = 0.0
    lost_calls: bool = False

    def of(self, row: Mapping[str, float | None], is_required: bool) -> dict[str, float | None]:
        """What one agent fewer costs and one more is worth in the interval.

        Where the columns are about other agents than the required ones they say nothing of these.
        """
        fewer = more = None
        if self.lost_calls and is_required:
            fewer, more = row.get("minus_one_cost"), row.get("plus_one_value")
        late, saved = row.get("minus_one_answered"), row.get("plus_one_answered")
        if self.late_call > 0 and is_required and late is not None and saved is not None:
            fewer = (fewer or 0.0) + max(-late, 0.0) * self.late_call
            more = (more or 0.0) + max(saved, 0.0) * self.late_call
        return {"minus_one_cost": fewer, "plus_one_value": more}


def of_frame(frame: pl.DataFrame, *, patience_s: Mapping[str, float | None] | None = None,
             pricing: Pricing | None = None, notes: tuple[Remark, ...] = ()) -> Requirement:
    """The requirement in a frame with start_at (with a zone) and required, such as that of `ccops staff`.

    Rows without a requirement are refused: a hole is not nobody. Rows that are missing are closed hours. Raises
    SourceError.
    """
    needs: dict[str, list[Need]] = {}
    for row in frame.sort("start_at").to_dicts():
        queue = row.get("queue") or ""
        place = f"{queue or 'requirement'} {row['start_at']:%Y-%m-%d %H:%M}"
        numbers = {name: _finite(row.get(name)) for name in (*_NUMBERS, *_STAFFED)}
        if patience_s is not None:
            numbers["patience_s"] = patience_s.get(queue)
        needs.setdefault(queue, []).append(
            _need(row["start_at"].astimezone(UTC), numbers, (), place, pricing, row.get("basis"))
        )
    if not needs:
        raise SourceError("there is no requirement", fix="widen the days, or look at ccops staff")
    return Requirement(_interval(needs), {queue: tuple(found) for queue, found in needs.items()}, _of_need(notes))


def _of_need(notes: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """Without what staffing says of who is there and of its predictions."""
    return tuple(note for note in notes if note.key == "staff_note_left_out" or not note.key.startswith("staff_note_"))


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _need(start: datetime, numbers: dict[str, float | None], under: Steps, place: str, pricing: Pricing | None,
          basis: str | None) -> Need:
    """A row as a need. Raises SourceError for one without a requirement, or with a number below 0."""
    required = numbers["required"]
    if required is None:
        raise SourceError("no requirement", where=place, fix="write 0 where nobody is needed; ccops staff says why "
                                                             "it knows none")
    for name in _NUMBERS:
        value = numbers[name]
        if value is not None and value < 0:
            raise SourceError(f"{name} is {value:g}", where=place, fix="write a number from 0 upwards")
    if required > MOST_AGENTS:
        raise SourceError(f"required is {required:g} agents", where=place,
                          fix=f"up to {MOST_AGENTS:,} can be planned; look for calls or handling times out of range")
    prices = (pricing or Pricing()).of(numbers, (basis or "required") == "required")
    known = {name: numbers[name] for name in ("over_cost", "volume", "aht_s", "patience_s")}
    return Need(start, required, numbers["minimum"] or 0.0, under, **known, **prices)


def _interval(needs: dict[str, list[Need]]) -> int:
    """Minutes of the shortest distance between two rows of a queue; 30 where there is only one."""
    distances = [
        round((later.start_at - one.start_at).total_seconds() / 60)
        for found in needs.values() for one, later in pairwise(found)
    ]
    return min(distances, default=30)


def read_requirement(file: Path, business_day: BusinessDay, pricing: Pricing | None = None) -> Requirement:
    """The requirement in a CSV file: start_at, required and, where they are there, queue, minimum and prices.

    Times are local, or carry an offset. Within a day every interval has its row; hours of `_HOLE` or longer without
    any are closed, which the notes say. Raises SourceError with the line that is wrong.
    """
    found: dict[str, list[tuple[Need, int]]] = {}
    for row in rows(file, _COLUMNS, ("start_at", "required"), beside=OF_STAFFING):
        cells = row.cells
        numbers = {name: row.number(name) for name in (*_NUMBERS, *_STAFFED)}
        start, under = _instant(row, business_day), _steps(cells.get("under_cost", ""), row.place)
        need = _need(start, numbers, under, row.place, pricing, cells.get("basis"))
        found.setdefault(cells.get("queue", ""), []).append((need, row.line))
    return _checked(found, str(file), business_day)


def _instant(row: Row, business_day: BusinessDay) -> datetime:
    cell = row.cells.get("start_at", "")
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        raise SourceError(f"start_at is {printable(cell)!r}, not a time", where=row.place,
                          fix="write 2026-11-23 08:00 or 2026-11-23T08:00+08:00") from None
    return (at if at.tzinfo else at.replace(tzinfo=business_day.zone.info)).astimezone(UTC)


def _steps(cell: str, place: str) -> Steps:
    """Prices as `40`, or in steps as `5%:40 10%:80 160`."""
    steps: list[tuple[float | None, float]] = []
    try:
        for part in cell.replace(";", " ").split():
            share, colon, price = part.rpartition(":")
            steps.append((float(share.removesuffix("%")) / 100 if colon else None, float(price)))
        bad = any(not price >= 0 or (share is not None and not share > 0) for share, price in steps)
        open_ended = [share is None for share, _ in steps]
        bad |= bool(steps) and open_ended != [False] * (len(steps) - 1) + [True]
    except ValueError:
        bad = True
    if bad or any(later[1] < one[1] for one, later in pairwise(steps)):
        raise SourceError(f"under_cost is {printable(cell)!r}, no price", where=place,
                          fix="write a price per agent-hour, 40, or rising steps, 5%:40 10%:80 160")
    return tuple(steps)


def _checked(found: dict[str, list[tuple[Need, int]]], file: str, business_day: BusinessDay) -> Requirement:
    """The rows in order of time, on one grid and without a hole. Raises SourceError."""
    def shown(at: datetime) -> str:
        return f"{at.astimezone(business_day.zone.info):%Y-%m-%d %H:%M}"

    queues: dict[str, tuple[Need, ...]] = {}
    for queue, own in found.items():
        own.sort(key=lambda row: row[0].start_at)
        for (one, line), (later, other) in pairwise(own):
            if one.start_at == later.start_at:
                raise SourceError(f"{shown(one.start_at)} stands there twice, as in line {min(line, other)}",
                                  where=f"{file}:{max(line, other)}",
                                  fix="keep one row per interval and queue; where clocks go back, write the offset")
        queues[queue] = tuple(need for need, _ in own)
    interval = _interval({queue: list(needs) for queue, needs in queues.items()})
    if interval not in (5, 10, 15, 20, 30, 60):
        raise SourceError(f"intervals of {interval} minutes", where=file, fix="use 15, 30 or 60 minutes")
    for own in found.values():
        _check_steps(own, interval, file, shown)
    return Requirement(interval, queues, by_hand=True)


def _check_steps(rows: Sequence[tuple[Need, int]], interval: int, file: str, shown: Callable[[datetime], str]) -> None:
    """Raises SourceError for a hole and for a row that is off the grid."""
    for (one, _), (later, line) in pairwise(rows):
        ended, where = one.start_at + timedelta(minutes=interval), f"{file}:{line}"
        missing = later.start_at - ended
        if missing % timedelta(minutes=interval):
            raise SourceError(f"{shown(later.start_at)} is off the steps of {interval} minutes", where=where,
                              fix="let all rows be one interval apart")
        if timedelta(0) < missing < _HOLE:
            raise SourceError(f"nothing from {shown(ended)} to {shown(later.start_at)}", where=where,
                              fix="write the missing intervals, with 0 where nobody is needed")
