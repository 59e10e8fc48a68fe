"""Histories from a plain file of counts over time, which need not come from calls that we imported.

Rows are a fixed number of minutes apart, up to an hour, or a day; they are added up to the interval asked for. What has
no row is unknown, unless the settings say that gaps are zero.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from ccops.errors import SourceError, UsageError
from ccops.remark import Remark
from ccops.safe_text import masked
from ccops.source import Layout
from ccops.sources import front_end
from ccops.workforce.forecast import series_columns
from ccops.workforce.history import FAR, History, arranged, clock_passes

if TYPE_CHECKING:
    from ccops.settings import Settings
    from ccops.workforce.forecast.candidates import Array

DAY_MIN = 1440
_HOUR_MIN = 60
_FEW_TWICE = 0.05  # times that come twice: fewer than this are mistakes, more are parts of one count
_MIXED = 0.2  # share of the days whose rows lie otherwise apart
_SAMPLE = 300  # times that show how they are written, from the whole file
_ROWS = 500  # rows that show what a column holds
_FULL_DAY = 8  # rows of a day that tell how far apart they lie


@dataclass(frozen=True)
class Point:
    """A row: its line in the file, its time on the site's clock, its count (NaN: unknown) and its queue."""

    line: int
    at: datetime
    value: float
    queue: str


@dataclass(frozen=True)
class Series:
    """A file's histories and what was assumed in reading it."""

    histories: tuple[History, ...]
    interval_min: int
    remarks: tuple[Remark, ...]


def read(path: str | Path, settings: Settings, *, time: Sequence[str] = (), value: str | None = None,
         queue: str | None = None, interval_min: int | None = None, until: datetime | None = None,
         stdin: BinaryIO | None = None) -> Series:
    """The histories of a CSV file (also gz or xlsx, any encoding): one, or one per value of the column `queue`.

    Columns that are not named are found where they are obvious. `until` (aware) leaves out what came later. Raises
    SourceError with file and line for what is no time or no count, for times that come twice, and for rows whose
    distance changes.
    """
    points, notes = _points(path, settings, time, value, queue, stdin)
    where = str(path)
    step = _step(points, where)
    interval_min = _interval_min(step, interval_min, settings, where)
    if until is not None:
        end = until.astimezone(settings.zone.info).replace(tzinfo=None) - timedelta(minutes=step)
        points = [point for point in points if point.at <= end]
    if not points:
        raise SourceError("there is no row before that time", where=where, fix="choose a later --as-of")
    summed, doubled = _once(points, settings, where)
    if doubled:
        notes.append(Remark("series_summed", {"n": f"{doubled:,}"}))
    grid = _Grid(settings, min(point.at for point in points), max(point.at for point in points), step, interval_min)
    names = sorted({name for name, _ in summed}, key=lambda name: (-_volume(summed, name), name))
    found = tuple(
        arranged(name, interval_min, grid.days,
                 grid.counts({at: n for (own, at), n in summed.items() if own == name}), settings)
        for name in names
    )
    return Series(found, interval_min, tuple(notes))


def _volume(summed: dict[tuple[str, datetime], float], name: str) -> float:
    return sum(value for (queue, _), value in summed.items() if queue == name and math.isfinite(value))


def _points(path: str | Path, settings: Settings, time: Sequence[str], value: str | None, queue: str | None,
            stdin: BinaryIO | None) -> tuple[list[Point], list[Remark]]:
    import polars as pl

    where = str(path)
    with TemporaryDirectory(prefix="ccops-") as scratch:
        folder = Path(scratch)
        scan = front_end.scan(path, folder, stdin=stdin)
        begin = front_end.sample(scan)
        head = begin.header_row
        rows = begin.rows()
        if head is None or not rows:
            raise SourceError(
                "no header line was found", where=where, excerpt=masked("\n".join(begin.lines[:2])),
                fix="the first line names the columns, such as time,calls",
            )
        names = [cell.strip() for cell in rows[head]]
        layout = Layout(tuple(names), delimiter=begin.delimiter, first_row=head + 1, padded=True)
        clean = front_end.clean(scan, layout, folder)
        if clean.rejects:
            first = clean.rejects[0]
            at = f"{where}:{first.line}"
            raise SourceError(first.reason, where=at, excerpt=first.excerpt, fix="correct the line")
        if not clean.rows:
            raise SourceError("there are no rows below the header", where=where, fix="export it again")
        schema = {"line": pl.Int64} | {f"c{n}": pl.String for n in range(len(names))}
        table = pl.read_csv(clean.intake.path, has_header=False, schema=schema)
    cells = [table[f"c{n}"].fill_null("").to_list() for n in range(len(names))]
    chosen = series_columns.choose(names, [list(row) for row in zip(*(c[:_ROWS] for c in cells), strict=True)], where,
                                   time=time, value=value, queue=queue)
    notes = [] if time and value is not None else [Remark("series_columns", {
        "time": " + ".join(names[n] for n in chosen.time), "value": names[chosen.value],
    })]
    texts = [" ".join(parts) for parts in zip(*(cells[n] for n in chosen.time), strict=True)]
    unlike = list(dict.fromkeys(texts))
    when, certain, offset = series_columns.clock(unlike[:: -(-len(unlike) // _SAMPLE)], settings, where)
    if offset:
        notes.append(Remark("series_offset", {"zone": settings.zone.name}))
    elif not settings.site.tz:
        notes.append(Remark("series_no_zone"))
    moments = {text: when(text) for text in unlike}
    queues = [names[chosen.value]] * len(texts) if chosen.queue is None else cells[chosen.queue]
    lines = table["line"].to_list()
    points = [
        Point(line, _moment(moments[text], text, line, where), _count(cell, line, where), name.strip() or "-")
        for line, text, cell, name in zip(lines, texts, cells[chosen.value], queues, strict=True)
    ]
    if not certain:
        notes.append(Remark("series_day_month", {"cell": texts[0], "day": str(points[0].at.date())}))
    return points, notes


def _moment(found: datetime | None, text: str, line: int, where: str) -> datetime:
    if found is None:
        raise SourceError(
            f"{masked(text)!r} is not a time", where=f"{where}:{line}", fix="write times as 2026-11-22 08:30",
        )
    return found


def _count(cell: str, line: int, where: str) -> float:
    text = series_columns.figure(cell)
    if series_columns.is_unknown(text):
        return math.nan
    found = series_columns.number(text)
    if found is None or not math.isfinite(found):
        raise SourceError(
            f"{masked(cell)!r} is not a count", where=f"{where}:{line}",
            fix="leave the cell empty where the count is not known, or name another column: --value COLUMN",
        )
    if found < 0:
        raise SourceError(f"{found:g} is less than no calls", where=f"{where}:{line}", fix="correct the line")
    return found


def _step(points: Sequence[Point], where: str) -> int:
    """Minutes between rows. Raises SourceError where they differ from day to day, are none that we know, or where a
    row stands more than a year from all others."""
    days: dict[date, set[datetime]] = {}
    for point in points:
        days.setdefault(point.at.date(), set()).add(point.at)
    _together(points, sorted(days), where)
    gaps: dict[date, int] = {}
    every = 0
    for day, moments in days.items():
        ordered = sorted(moments)
        apart = [int((b - a).total_seconds()) for a, b in pairwise(ordered)]
        every = math.gcd(every, *apart)
        if len(apart) >= _FULL_DAY:
            gaps[day] = min(apart)
    if every == 0:
        return DAY_MIN
    common = Counter(gaps.values()).most_common()
    if len(common) > 1 and common[1][1] >= _MIXED * len(gaps):
        one, other = sorted((common[0][0], common[1][0]))
        day = next(day for day, gap in sorted(gaps.items()) if gap != gaps[min(gaps)])
        line = min(point.line for point in points if point.at.date() == day)
        raise SourceError(
            f"rows are {one / 60:g} minutes apart on some days and {other / 60:g} on others", where=f"{where}:{line}",
            fix="export the whole series with one interval, or forecast its parts one by one",
        )
    if every % 60 or (_HOUR_MIN * 60) % every:
        raise SourceError(
            f"rows are {every / 60:g} minutes apart, which does not divide an hour", where=where,
            fix="export counts per 1, 5, 10, 15, 30 or 60 minutes, or per day",
        )
    return every // 60


def _together(points: Sequence[Point], days: Sequence[date], where: str) -> None:
    for before, after in pairwise(days):
        if after - before > FAR:
            line = next(point.line for point in points if point.at.date() == after)
            raise SourceError(
                f"there is nothing between {before} and {after}", where=f"{where}:{line}",
                fix="correct the year of that time, or leave out what is so far from the rest",
            )


def _interval_min(step: int, wanted: int | None, settings: Settings, where: str) -> int:
    if step == DAY_MIN:
        if wanted is not None:
            what = f"{where} has one count per day: no forecast per {wanted} minutes"
            raise UsageError(what, fix="leave --interval out")
        return step
    interval_min = wanted or max(settings.report.interval, step)
    if interval_min % step:
        raise UsageError(
            f"rows {step} minutes apart cannot make intervals of {interval_min}",
            fix="--interval 60" if _HOUR_MIN % step == 0 else "export the series in other intervals",
        )
    return interval_min


def _once(points: Sequence[Point], settings: Settings, where: str) -> tuple[dict[tuple[str, datetime], float], int]:
    """One count per queue and time, and how many times were summed. An hour that the clock passes twice is halved."""
    rows: dict[tuple[str, datetime], list[Point]] = {}
    for point in points:
        rows.setdefault((point.queue, point.at), []).append(point)
    twice = {key: found for key, found in rows.items() if len(found) > 1 and not _is_passed_twice(key[1], settings)}
    if twice and len(twice) < _FEW_TWICE * len(rows):
        (name, at), found = next(iter(twice.items()))
        raise SourceError(
            f"{at:%Y-%m-%d %H:%M} of {name} comes {len(found)} times", where=f"{where}:{found[1].line}",
            excerpt=f"first on line {found[0].line}",
            fix="remove the double rows, or name the column that tells them apart: --queue COLUMN",
        )
    summed = {key: sum(point.value for point in found) for key, found in rows.items()}
    for (name, at), found in rows.items():
        if len(found) == 2 and (name, at) not in twice:
            summed[name, at] /= 2
    return summed, len(twice)


def _is_passed_twice(at: datetime, settings: Settings) -> bool:
    zone = settings.zone.info
    return at.replace(tzinfo=zone, fold=0).utcoffset() > at.replace(tzinfo=zone, fold=1).utcoffset()  # type: ignore[operator]


@dataclass(frozen=True)
class _Grid:
    """Business days cut into intervals, each of so many rows of the file."""

    settings: Settings
    first: datetime
    last: datetime
    step: int
    interval_min: int

    @property
    def days(self) -> tuple[date, ...]:
        begin, end = self._place(self.first)[0], self._place(self.last)[0]
        return tuple(begin + timedelta(days=n) for n in range((end - begin).days + 1))

    def counts(self, values: dict[datetime, float]) -> Array:
        """Days x intervals; NaN where fewer rows stand than usual for the interval, or one is unknown."""
        days = self.days
        total = np.zeros((len(days), DAY_MIN // self.interval_min))
        rows = np.zeros_like(total)
        for at, value in values.items():
            day, minute = self._place(at)
            cell = (day - days[0]).days, minute // self.interval_min
            total[cell] += value
            rows[cell] += 1
        usual = np.array([np.bincount(each[each > 0].astype(int)).argmax() if each.any() else 0 for each in rows.T])
        counts: Array = np.where((rows > 0) & (rows >= usual), total, np.nan)
        if self.settings.forecast.gaps == "zero":
            counts = self._zeroed(counts, total)
        if self.interval_min <= _HOUR_MIN:
            counts[clock_passes(days, self.settings.business_day, self.interval_min) == 0] = np.nan
        return counts

    def _zeroed(self, counts: Array, total: Array) -> Array:
        """Gaps inside the data as zeros."""
        flat, known = total.ravel(), np.flatnonzero(np.isfinite(counts.ravel()))
        filled = np.where(np.isfinite(counts.ravel()), counts.ravel(), flat)
        filled[: known[0]] = np.nan
        filled[known[-1] + 1 :] = np.nan
        result: Array = filled.reshape(counts.shape)
        return result

    def _place(self, at: datetime) -> tuple[date, int]:
        shifted = at - timedelta(seconds=self.settings.business_day.shift_s)
        return shifted.date(), shifted.hour * 60 + shifted.minute
