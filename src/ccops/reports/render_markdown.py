"""A report as Markdown: headings, sentences and pipe tables, with every mark in the data made harmless."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from ccops.labels import Lang, label
from ccops.reports.document import Bars, Block, HeatMap, Note, Report, Strip, Table, Unit
from ccops.reports.formats import TEXTUAL, sentence, shown, spark, title

_MARKS = re.compile(r"([\\`*_{}\[\]#|~!$])")
_LINKS = re.compile(r"(?i)\b(https?|ftp|file|mailto|www)(?=[:.])")
_LIST = re.compile(r"^(\s*\d*)([-+.=)])(?=\s|[-+.=)]|$)")


def render(report: Report, lang: Lang) -> str:
    """The report as GitHub-flavoured Markdown; every section, as a file has room for all of them."""
    return "\n".join(_lines(report, lang)) + "\n"


def escaped(words: str) -> str:
    """Text that Markdown and HTML show as it is, within a line."""
    words = html.escape(_MARKS.sub(r"\\\1", words), quote=False)
    return _LINKS.sub(lambda found: found[0][0] + "<!-- -->" + found[0][1:], words)


def _lines(report: Report, lang: Lang) -> Iterator[str]:
    yield f"# {label(report.title, lang)} {report.day.isoformat()}"
    for section in report.sections:
        yield from ("", f"## {label(section.id, lang)}")
        for block in section.blocks:
            yield ""
            if not isinstance(block, Note | Strip) and block.id != section.id:
                yield from (f"### {label(block.id, lang)}", "")
            yield from _block(block, lang)


def _block(block: Block, lang: Lang) -> Iterator[str]:
    match block:
        case Note():
            yield _LIST.sub(r"\1\\\2", escaped(sentence(block, lang)))
        case Strip():
            yield from _strip(block, lang)
        case HeatMap():
            yield from _heat_map(block, lang)
        case Table():
            yield from _table(block, lang)
        case Bars():
            yield from _table(block.tables[0], lang)


def _table(table: Table, lang: Lang) -> Iterator[str]:
    rows = [*table.rows, *([table.total] if table.total else [])]
    yield from _pipes(
        [title(column.key, lang) for column in table.columns],
        [column.unit in TEXTUAL for column in table.columns],
        [[shown(value, column.unit, lang) for value, column in zip(row, table.columns, strict=True)] for row in rows],
    )


def _strip(strip: Strip, lang: Lang) -> Iterator[str]:
    figures = strip.tables[0]
    trend = [label("trend", lang)] if strip.days else []
    yield from _pipes(
        [*(title(column.key, lang) for column in figures.columns), *trend],
        [*(column.unit in TEXTUAL for column in figures.columns), *(True for _ in trend)],
        [
            [*(shown(value, Unit.NUMBER, lang) for value in row), *(spark(kpi.trend) for _ in trend)]
            for row, kpi in zip(figures.rows, strip.kpis, strict=True)
        ],
    )


def _heat_map(chart: HeatMap, lang: Lang) -> Iterator[str]:
    names = [shown(name, Unit.TEXT, lang) for name in chart.column_names]
    yield from _pipes(
        [title(chart.row_key, lang), *names],
        [True, *(False for _ in names)],
        [
            [shown(name, Unit.TEXT, lang), *(shown(value, chart.unit, lang) for value in values)]
            for name, values in zip(chart.row_names, chart.values, strict=True)
        ],
    )


def _pipes(heads: Sequence[str], left: Sequence[bool], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(heads)
    yield "|" + "|".join(" --- " if side else " ---: " for side in left) + "|"
    yield from map(_row, rows)


def _row(words: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(word) for word in words) + " |"
