"""A report as JSON, `ccops.report/1`: seconds numeric, ratios 0-1, instants ISO 8601 with offset, unknown null.

Keys, units and codes are the same in every language; only titles, notes and findings are written in one. Keys may be
added to this contract, never renamed.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from ccops.labels import Lang, label
from ccops.reports.document import Measure, Note, Report, Section, Table, Term, Unit, Value, Words
from ccops.reports.formats import sentence, shown, title
from ccops.safe_text import printable

SCHEMA = "ccops.report/1"


def render(report: Report, lang: Lang) -> str:
    """The report as a JSON document with a final newline."""
    return json.dumps(document(report, lang), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def document(report: Report, lang: Lang) -> dict[str, Any]:
    """The report as what JSON can hold."""
    origin = report.provenance
    return {
        "schema": SCHEMA,
        "title": label(report.title, lang),
        "lang": lang,
        "date": report.day.isoformat(),
        "queues": [printable(queue) for queue in report.queues],
        "version": origin.version,
        "settings": origin.settings_digest,
        "as_of": plain(origin.as_of, lang),
        "rows_used": origin.rows_used,
        "rows_read": origin.rows_read,
        "files": [printable(file) for file in origin.files],
        "sources": list(origin.sources),
        "definitions": {key: plain(words, lang) for key, words in report.definitions.items()},
        "sections": [_section(section, lang) for section in report.sections],
        "data_quality": dict(origin.quality),
    }


def plain(value: Value, lang: Lang) -> Any:
    """A value as JSON has it: terms by their code, sentences in the language."""
    match value:
        case Measure():
            return plain(value.value, lang)
        case Term():
            return value.code
        case Note() | Words():
            return shown(value, Unit.TEXT, lang)
        case datetime() | date():
            return value.isoformat()
        case str():
            return printable(value)
        case _:
            return value


def _section(section: Section, lang: Lang) -> dict[str, Any]:
    notes = [block for block in section.blocks if isinstance(block, Note)]
    tables = [table for block in section.blocks if not isinstance(block, Note) for table in block.tables]
    return {
        "id": section.id,
        "title": label(section.id, lang),
        "notes": [_note(note, lang) for note in notes],
        "tables": [_table(table, lang) for table in tables],
    }


def _note(note: Note, lang: Lang) -> dict[str, Any]:
    values = {key: plain(value, lang) for key, value in note.values.items()}
    return {"id": note.key, "text": sentence(note, lang), "values": values}


def _table(table: Table, lang: Lang) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    columns = [{"key": column.key, "title": title(column.key, lang), "unit": column.unit.value}
               for column in table.columns]

    def row(values: tuple[Value, ...]) -> dict[str, Any]:
        return {key: plain(value, lang) for key, value in zip(keys, values, strict=True)}

    return {
        "id": table.id,
        "title": label(table.id, lang),
        "columns": columns,
        "rows": [row(values) for values in table.rows],
        "total": row(table.total) if table.total else None,
    }
