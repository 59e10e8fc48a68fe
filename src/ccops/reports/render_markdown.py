"""A report as Markdown: headings, sentences and pipe tables, with every mark in the data made harmless."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from ccops.labels import Lang, label
from ccops.reports.document import Note, Report, Table
from ccops.reports.formats import TEXTUAL, sentence, shown, title

_MARKS = re.compile(r"([\\`*_{}\[\]#|~!$])")
_LINKS = re.compile(r"(?i)\b(https?|ftp|file|mailto|www)(?=[:.])")
_LIST = re.compile(r"^(\s*\d*)([-+.=)])(?=\s|[-+.=)]|$)")


def render(report: Report, lang: Lang) -> str:
    """The report as GitHub-flavoured Markdown; every section, as a file has room for all of them."""
    return "\n".join(_lines(report, lang)) + "\n"


def escaped(words: str) -> str:
    """Text that Markdown and HTML show as it is."""
    words = _LIST.sub(r"\1\\\2", _MARKS.sub(r"\\\1", words))
    return _LINKS.sub(lambda found: found[0][0] + "<!-- -->" + found[0][1:], html.escape(words, quote=False))


def _lines(report: Report, lang: Lang) -> Iterator[str]:
    yield f"# {label(report.title, lang)} {report.day.isoformat()}"
    for section in report.sections:
        yield from ("", f"## {label(section.id, lang)}")
        for block in section.blocks:
            yield ""
            if isinstance(block, Note):
                yield escaped(sentence(block, lang))
                continue
            for number, table in enumerate(block.tables):
                if number:
                    yield ""
                if table.id != section.id:
                    yield from (f"### {label(table.id, lang)}", "")
                yield from _table(table, lang)


def _table(table: Table, lang: Lang) -> Iterator[str]:
    yield _row([title(column.key, lang) for column in table.columns])
    yield "|" + "|".join(" --- " if column.unit in TEXTUAL else " ---: " for column in table.columns) + "|"
    for values in [*table.rows, *([table.total] if table.total else [])]:
        yield _row([shown(value, column.unit, lang) for value, column in zip(values, table.columns, strict=True)])


def _row(words: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(word) for word in words) + " |"
