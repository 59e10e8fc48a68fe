"""Rows of a CSV and what stands in their cells, with the place of whatever cannot be read."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ccops.errors import SourceError
from ccops.safe_text import printable

_PARTS = re.compile(r"[;；、\n]")


@dataclass(frozen=True)
class Row:
    """A row's cells by the name of their column, blank ones left out."""

    place: str
    cells: Mapping[str, str]

    @property
    def line(self) -> int:
        """Its line in the file."""
        return int(self.place.rpartition(":")[2])

    def refusal(self, column: str, what: str, fix: str) -> SourceError:
        """An error about a cell of this row."""
        return SourceError(f"{column}: {what}", where=self.place, fix=fix)

    def number(self, column: str) -> float | None:
        """Any number. Raises SourceError."""
        cell = self.cells.get(column)
        if cell is None:
            return None
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise SourceError(f"{column} is {printable(cell)!r}, not a number", where=self.place,
                              fix="write a number: 12.5")
        return value

    def whole(self, column: str) -> int | None:
        """A whole number from 0 upwards. Raises SourceError."""
        cell = self.cells.get(column)
        if cell is None:
            return None
        if not re.fullmatch(r"\d{1,6}(\.0+)?", cell):
            raise self.refusal(column, f"{printable(cell)!r} is not a whole number", "write 0, 1, 2, …")
        return int(float(cell))

    def minutes(self, column: str) -> int | None:
        """Hours as 37.5 or 37:30, in minutes. Raises SourceError."""
        cell = self.cells.get(column)
        if cell is None:
            return None
        if found := re.fullmatch(r"(\d{1,3}):([0-5]\d)", cell):
            return int(found[1]) * 60 + int(found[2])
        if not re.fullmatch(r"\d{1,3}(\.\d+)?", cell):
            raise self.refusal(column, f"{printable(cell)!r} is not a number of hours", "write 40, 37.5 or 37:30")
        return round(float(cell) * 60)

    def parts(self, column: str) -> list[str]:
        """The parts of a cell that holds a list: `vip; sales`."""
        return [part.strip() for part in _PARTS.split(self.cells.get(column, "")) if part.strip()]

    def day(self, column: str) -> date:
        """A date. Raises SourceError."""
        cell = self.cells.get(column, "")
        found = as_day(cell)
        if found is None:
            raise self.refusal(column, f"{printable(cell)!r} is not a day", "write 2026-11-23")
        return found


def rows(file: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str],
         beside: Collection[str] = ()) -> list[Row]:
    """The rows of a CSV file. `columns` are the names that heads may have for each column; those `beside` are not read.

    Raises SourceError for a file that cannot be read, lacks a needed column, has one that means nothing, or no rows.
    """
    text = _text(file)
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    heads = [printable(head).strip() for head in next(reader, [])]
    known = {name.casefold(): column for column, names in columns.items() for name in (column, *names)}
    place = f"{file}:1"
    named = [known.get(head.casefold()) for head in heads]
    if lacking := [name for name in needed if name not in named]:
        raise SourceError(f"no column {lacking[0]}; it has {', '.join(filter(None, heads)) or 'none'}", where=place,
                          fix=f"name the columns {', '.join(columns)}")
    if strange := [head for head, name in zip(heads, named, strict=True) if not name and head and head not in beside]:
        raise SourceError(f"unknown column {strange[0]}", where=place, fix=f"columns are {', '.join(columns)}")
    if twice := next((name for name in named if name and named.count(name) > 1), None):
        raise SourceError(f"two columns for {twice}", where=place, fix="keep one of them")
    found = []
    for cells in reader:
        filled = {name: cell.strip() for name, cell in zip(named, cells, strict=False) if name and cell.strip()}
        if len(cells) > len(heads) and any(cells[len(heads) :]):
            raise SourceError("more cells than columns", where=f"{file}:{reader.line_num}",
                              fix="put cells with commas in quotes, or part lists by ;")
        if filled:
            found.append(Row(f"{file}:{reader.line_num}", filled))
    if not found:
        raise SourceError("no rows", where=str(file), fix="write one line for each")
    return found


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise SourceError("cannot be read: no such file", where=str(file), fix="check its name") from None
    except IsADirectoryError:
        raise SourceError("cannot be read: a folder", where=str(file), fix="name a file in it") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceError("not UTF-8, and not GB18030", where=str(file), fix="save it as CSV UTF-8")


def as_day(text: str) -> date | None:
    """The date that a text is, or None."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None
