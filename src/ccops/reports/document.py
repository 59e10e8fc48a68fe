"""A report as a value: plain numbers under label keys, to be written in any language and format.

Seconds are floats, ratios 0-1, counts whole numbers, instants aware datetimes; None is unknown. Nothing here knows
how a block is drawn, and no renderer knows which section a block stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias


class Unit(StrEnum):
    """How a plain value is to be read."""

    COUNT = "count"
    RATIO = "ratio"  # 0-1, shown as per cent
    SECONDS = "seconds"
    PER_HOUR = "per_hour"
    NUMBER = "number"
    MONEY = "money"  # an amount; the sentence or column beside it names the currency
    EXPECTED = "expected"  # calls expected, agents needed: a fraction is meant, shown to a tenth
    CHANGE = "change"  # relative change, 0.05 shown as +5.0%
    POINTS = "points"  # difference of two ratios, 0.05 shown as +5.0 pts
    TEXT = "text"  # data: names, numbers as text; never markup
    DAY = "day"
    INSTANT = "instant"  # shown as date and local time
    CLOCK = "clock"  # an instant of which only the local time is shown


@dataclass(frozen=True)
class Term:
    """A word of our own, such as an outcome or a metric's name, written in the reader's language."""

    code: str
    kind: str = ""

    @property
    def key(self) -> str:
        """Its label key."""
        return f"{self.kind}_{self.code}" if self.kind else self.code


@dataclass(frozen=True)
class Words:
    """A sentence that was written in both languages elsewhere, such as a definition."""

    en: str
    zh: str


@dataclass(frozen=True)
class Measure:
    """A number with its own unit, where the column or sentence around it has none."""

    value: float | int | date | None
    unit: Unit


Value: TypeAlias = "float | int | str | date | datetime | Term | Words | Measure | Note | None"


@dataclass(frozen=True)
class Note:
    """A sentence: a label key and the values that fill it. A brief block is shown where space is short."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    brief: bool = False
    tone: str = ""  # good, bad: coloured where colour exists


@dataclass(frozen=True)
class Column:
    """A column of a table; a dimension says what a row is about, the others are its measures."""

    key: str
    unit: Unit
    dimension: bool = False
    better: str = ""  # up, down, band: which way is good


@dataclass(frozen=True)
class Table:
    """Rows of plain values in the order of the columns. `total` is one more row, written under a line."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    brief: bool = False
    marks: Mapping[int, str] = field(default_factory=dict)  # row number -> good, bad

    @property
    def tables(self) -> tuple[Table, ...]:
        return (self,)


@dataclass(frozen=True)
class Kpi:
    """One figure of the day beside what it is compared with. `met` is None without a target or a value."""

    key: str
    unit: Unit
    better: str
    value: float | int | None
    target: float | None = None
    met: bool | None = None
    yesterday: float | int | None = None
    last_week: float | int | None = None
    month_to_date: float | int | None = None
    trend: tuple[float | int | None, ...] = ()  # one value per day of the strip, oldest first

    def change(self, before: float | int | None) -> Measure:
        """How the value moved from an earlier one: ratios in points, everything else relative to what it was."""
        unit = Unit.POINTS if self.unit is Unit.RATIO else Unit.CHANGE
        if self.value is None or before is None:
            return Measure(None, unit)
        if unit is Unit.POINTS:
            return Measure(self.value - before, unit)
        return Measure((self.value - before) / before if before else None, unit)


@dataclass(frozen=True)
class Strip:
    """The figures of the day, side by side; `days` are those of every trend."""

    id: str
    kpis: tuple[Kpi, ...]
    days: tuple[date, ...] = ()
    compared: bool = True
    brief: bool = True

    @property
    def tables(self) -> tuple[Table, ...]:
        """The same figures for formats without such a block: a row per KPI, and a row per KPI and day."""
        metric = Column("metric", Unit.TEXT, dimension=True)
        keys: tuple[str, ...] = ("value", "target", "met")
        keys += ("yesterday", "vs_yesterday", "last_week", "vs_last_week", "month_to_date") if self.compared else ()
        rows = tuple((Term(kpi.key), *(_figure(kpi, key) for key in keys)) for kpi in self.kpis)
        columns = (Column(key, Unit.TEXT if key == "met" else Unit.NUMBER) for key in keys)
        figures = Table(self.id, (metric, *columns), rows, brief=self.brief)
        if not self.days:
            return (figures,)
        trend = tuple(
            (Term(kpi.key), day, Measure(value, kpi.unit))
            for kpi in self.kpis for day, value in zip(self.days, kpi.trend, strict=True)
        )
        by_day = (metric, Column("day", Unit.DAY, dimension=True), Column("value", Unit.NUMBER))
        return (figures, Table(f"{self.id}_trend", by_day, trend))


def _figure(kpi: Kpi, key: str) -> Value:
    match key:
        case "met":
            return None if kpi.met is None else Term("met" if kpi.met else "missed")
        case "vs_yesterday":
            return kpi.change(kpi.yesterday)
        case "vs_last_week":
            return kpi.change(kpi.last_week)
        case _:
            return Measure(getattr(kpi, key), kpi.unit)


@dataclass(frozen=True)
class HeatMap:
    """One value per row and column, such as the service level per queue and hour."""

    id: str
    metric: str
    unit: Unit
    better: str
    row_key: str
    column_key: str
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    values: tuple[tuple[float | int | None, ...], ...]
    target: float | None = None
    brief: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        """The same values in long form."""
        columns = (
            Column(self.row_key, Unit.TEXT, dimension=True), Column(self.column_key, Unit.TEXT, dimension=True),
            Column(self.metric, self.unit, better=self.better),
        )
        rows = tuple(
            (row, column, value)
            for row, values in zip(self.row_names, self.values, strict=True)
            for column, value in zip(self.column_names, values, strict=True)
        )
        return (Table(self.id, columns, rows, brief=self.brief),)


@dataclass(frozen=True)
class Bars:
    """A distribution: one bar per name, for one or more counted series."""

    id: str
    name_key: str
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]  # label key, one count per name
    brief: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        columns = (
            Column(self.name_key, Unit.TEXT, dimension=True), *(Column(key, Unit.COUNT) for key, _ in self.series)
        )
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (name, *(counts[row] for _, counts in self.series)) for row, name in enumerate(self.names)
        )
        return (Table(self.id, columns, rows, brief=self.brief),)


Block = Note | Table | Strip | HeatMap | Bars


@dataclass(frozen=True)
class Section:
    id: str
    blocks: tuple[Block, ...]

    @property
    def brief(self) -> tuple[Block, ...]:
        """The blocks to show where space is short."""
        return tuple(block for block in self.blocks if block.brief)


@dataclass(frozen=True)
class Provenance:
    """Where the figures come from, so that they can be defended: what was read, what was used, by which rules."""

    rows_used: int | None = None
    rows_read: int | None = None
    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    version: str = ""
    settings_digest: str = ""
    as_of: datetime | None = None  # the last instant that the data knows of
    quality: Mapping[str, int] = field(default_factory=dict)  # data-quality code -> lines or rows


@dataclass(frozen=True)
class Report:
    """One business day, ready to be written in any format."""

    title: str  # label key
    day: date
    queues: tuple[str, ...]
    sections: tuple[Section, ...]
    definitions: Mapping[str, Words]  # metric key -> its definition in this report
    provenance: Provenance
    lang: str = "en"  # the site's language, unless the reader asks for another

    def section(self, name: str) -> Section:
        """The section of that id. Raises KeyError."""
        return {section.id: section for section in self.sections}[name]

    @property
    def kpis(self) -> dict[str, Kpi]:
        """Every KPI of the strip under its key."""
        strips = (block for section in self.sections for block in section.blocks if isinstance(block, Strip))
        return {kpi.key: kpi for strip in strips for kpi in strip.kpis}

    def _repr_html_(self) -> str:
        """For notebooks: the report as its tables and sentences, in the site's language."""
        from ccops.reports.render_html import fragment

        return fragment(self)

    def save(self, path: str | Path, lang: str | None = None) -> Path:
        """Write the report to a file; the suffix picks the format. Raises UsageError for one not supported."""
        from ccops.reports.render import write

        return write(self, Path(path), lang or self.lang)
