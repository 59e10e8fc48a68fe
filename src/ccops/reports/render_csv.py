"""A report as tidy CSV: one figure per line with everything it is about, ready for a pivot table.

Seconds and ratios are plain numbers. A spreadsheet runs text that begins like a formula, so such text gets an
apostrophe; numbers, negative ones too, are left alone (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime

from ccops import safe_text
from ccops.labels import Lang
from ccops.reports.document import Column, Measure, Note, Report, Table, Term, Unit, Value, Words
from ccops.reports.formats import sentence, shown, title

_FIRST = ("date", "section", "table", "row")
_LAST = ("key", "title", "value", "unit")


def render(report: Report, lang: Lang) -> str:
    """The report as CSV with CRLF line ends (RFC 4180). Column names are keys, the same in every language."""
    tables = list(_tables(report))
    dimensions = list(dict.fromkeys(
        column.key for _, table in tables for column in table.columns if column.dimension
    ))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_FIRST, *(f"by_{key}" for key in dimensions), *_LAST])
    for section, block in _blocks(report):
        if isinstance(block, Note):
            line = [report.day.isoformat(), section, "note", "", *[""] * len(dimensions)]
            writer.writerow([*line, block.key, "", safe_text.cell(sentence(block, lang)), "text"])
            continue
        for row, names, column, value in _figures(block, lang):
            place = [names.get(key, "") for key in dimensions]
            figure = [column.key, title(column.key, lang), cell(value, lang), unit_of(value, column)]
            writer.writerow([report.day.isoformat(), section, block.id, row, *place, *figure])
    return out.getvalue()


def cell(value: Value, lang: Lang) -> str | int | float:
    """A value as a CSV cell: numbers as they are, text guarded, unknown empty."""
    match value:
        case None:
            return ""
        case Measure():
            return cell(value.value, lang)
        case datetime() | date():
            return value.isoformat()
        case int() | float():
            return value
        case _:
            return safe_text.cell(shown(value, Unit.TEXT, lang))


def unit_of(value: Value, column: Column) -> str:
    """The unit of one cell."""
    match value:
        case Measure():
            return value.unit.value
        case Term() | Note() | Words() | str():
            return Unit.TEXT.value
        case _:
            return column.unit.value


def _blocks(report: Report) -> Iterator[tuple[str, Note | Table]]:
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Note):
                yield section.id, block
            else:
                yield from ((section.id, table) for table in block.tables)


def _tables(report: Report) -> Iterator[tuple[str, Table]]:
    return ((section, block) for section, block in _blocks(report) if isinstance(block, Table))


def _figures(table: Table, lang: Lang) -> Iterator[tuple[str, dict[str, str | int | float], Column, Value]]:
    """Row number (or `total`), what the row is about, and one measure after another."""
    rows = [(str(number), values) for number, values in enumerate(table.rows, 1)]
    if table.total:
        rows.append(("total", table.total))
    for number, values in rows:
        pairs = list(zip(table.columns, values, strict=True))
        names = {column.key: cell(value, lang) for column, value in pairs if column.dimension}
        if number == "total":
            names = {}
        for column, value in pairs:
            if not column.dimension:
                yield number, names, column, value
