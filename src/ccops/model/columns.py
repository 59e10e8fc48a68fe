"""What a table is made of: its columns, what each holds, and what of it every canonical row has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class Kind(StrEnum):
    """What a column holds; the store and the frames each have one type for it."""

    TEXT = "text"
    COUNT = "count"
    DURATION = "duration"
    INSTANT = "instant"
    DAY = "day"
    FLAG = "flag"
    KEY = "key"
    NUMBER = "number"
    MONEY = "money"

    @property
    def sql(self) -> str:
        """The DuckDB type."""
        return _SQL[self]

    @property
    def dtype(self) -> pl.DataType:
        """The polars type."""
        import polars as pl

        types: dict[Kind, pl.DataType] = {
            Kind.TEXT: pl.String(),
            Kind.COUNT: pl.Int64(),
            Kind.DURATION: pl.Int64(),
            Kind.INSTANT: pl.Datetime("us"),
            Kind.DAY: pl.Date(),
            Kind.FLAG: pl.Boolean(),
            Kind.KEY: pl.String(),
            Kind.NUMBER: pl.Float64(),
            Kind.MONEY: pl.Decimal(18, 4),
        }
        return types[self]


_SQL = {
    Kind.TEXT: "VARCHAR",
    Kind.COUNT: "BIGINT",
    Kind.DURATION: "BIGINT",
    Kind.INSTANT: "TIMESTAMP",
    Kind.DAY: "DATE",
    Kind.FLAG: "BOOLEAN",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "DECIMAL(18, 4)",
    Kind.KEY: "UBIGINT",  # frames have its sixteen hex digits, as text that no spreadsheet rounds
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True)
class Table:
    """A canonical table. `at` is the instant that orders its rows and gives them their day and quarter.

    A table without one (``""``) knows no days: every question sees all of it. Tables `beside` the calls (schedules,
    people, quality, money) say nothing of how far the call records go, so they alone are no data of a day. `personal`
    tables are about single employees: they leave the store only where that is asked for.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    at: str
    columns: tuple[Column, ...]
    beside: bool = False
    personal: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def schema(self) -> dict[str, pl.DataType]:
        """Column names and polars types, in order."""
        return {column.name: column.kind.dtype for column in self.columns}


def columns(text: str) -> tuple[Column, ...]:
    """Columns from lines of `name kind meaning`; a line indented by four goes on with the meaning above."""
    rows = (line.split(None, 2) for line in text.replace("\n    ", " ").splitlines() if line)
    return tuple(Column(name, Kind(kind), meaning) for name, kind, meaning in rows)


PLACE = """
source   text      the source whose records made the row
file_id  count     the file of its first record (`files`)
line     count     the line of that record in that file
"""
ORIGIN = PLACE + """
day      day       local business day of the row's instant
quarter  count     local clock quarter-hour (0-95) of the row's instant
"""
