"""A report for notebooks: headings, sentences and plain tables as a piece of HTML, with no style and no script."""

from __future__ import annotations

from collections.abc import Iterator

from ccops import notebook
from ccops.labels import Lang, label
from ccops.reports.document import Note, Report, Table
from ccops.reports.formats import language, sentence, shown, title


def fragment(report: Report) -> str:
    """The report in the site's language; every section, as a notebook has room for all of them."""
    return "".join(_pieces(report, language(report.lang)))


def _pieces(report: Report, lang: Lang) -> Iterator[str]:
    yield f"<h3>{label(report.title, lang)} {report.day.isoformat()}</h3>"
    for section in report.sections:
        yield f"<h4>{label(section.id, lang)}</h4>"
        for block in section.blocks:
            if isinstance(block, Note):
                yield notebook.paragraph(sentence(block, lang))
            else:
                yield from (_table(table, lang) for table in block.tables)


def _table(table: Table, lang: Lang) -> str:
    rows = [*table.rows, *([table.total] if table.total else [])]
    return notebook.table(
        [title(column.key, lang) for column in table.columns],
        ([shown(value, column.unit, lang) for value, column in zip(row, table.columns, strict=True)] for row in rows),
    )
