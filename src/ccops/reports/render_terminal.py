"""A report on a terminal or as plain text: 80 columns show the brief blocks, `full` shows all of them.

Only glyphs that survive GBK are drawn: ▁▂▃▄▅▆▇█ ▲▼ ●○ √× and ─. Data is written as text, never as markup.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from ccops.labels import Lang, label, text
from ccops.reports.document import Bars, Block, HeatMap, Kpi, Note, Report, Strip, Table, Unit
from ccops.reports.formats import TEXTUAL, head, sentence, shown, spark
from ccops.reports.layout import GridColumn, Line, cells, parts, wrap

_STYLES = {"good": "green", "bad": "red", "strong": "bold", "quiet": "dim", "": ""}
_BAR = 28


def render(report: Report, lang: Lang, *, width: int = 80, full: bool = False, color: bool = False) -> str:
    """The report as text of at most `width` columns where its data allows."""
    out = io.StringIO()
    _print(report, lang, _console(out, width, color), full)
    return out.getvalue()


def show(report: Report, lang: Lang, *, full: bool = False, file: TextIO | None = None) -> None:
    """Write the report to a stream: coloured on a terminal unless NO_COLOR is set, plain anywhere else."""
    out = file or sys.stdout
    color = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    _print(report, lang, _console(out, shutil.get_terminal_size((80, 24)).columns, color), full)


def _console(out: TextIO, width: int, color: bool) -> Console:
    return Console(
        file=out, width=max(width, 40), force_terminal=color, no_color=not color, markup=False, emoji=False,
        highlight=False, color_system="standard" if color else None,
    )


def _print(report: Report, lang: Lang, console: Console, full: bool) -> None:
    encoding = getattr(console.file, "encoding", None) or "utf-8"
    errors = getattr(console.file, "errors", None) or "strict"
    errors = "replace" if errors == "strict" else errors
    for line in _report(report, lang, console.width, full):
        pieces = [(words.encode(encoding, errors).decode(encoding), _STYLES[tone]) for words, tone in line]
        words = Text.assemble(*pieces)
        words.rstrip()
        console.print(words, soft_wrap=True)


def _report(report: Report, lang: Lang, width: int, full: bool) -> Iterable[Line]:
    yield [(f"{label(report.title, lang)} {report.day.isoformat()}", "strong")]
    for section in report.sections:
        blocks = section.blocks if full else section.brief
        if not blocks:
            continue
        yield []
        heading = f"─ {label(section.id, lang)} "
        yield [(heading + "─" * (width - cells(heading)), "strong")]
        for number, block in enumerate(blocks):
            if number and not (isinstance(block, Note) and isinstance(blocks[number - 1], Note)):
                yield []
            if isinstance(block, Table | HeatMap | Bars) and block.id != section.id:
                yield [(label(block.id, lang), "strong")]
            yield from _block(block, lang, width)


def _block(block: Block, lang: Lang, width: int) -> Iterable[Line]:
    match block:
        case Note():
            return ([(line, block.tone)] for line in wrap(sentence(block, lang), width))
        case Table():
            return _table(block, lang, width)
        case Strip():
            return _strip(block, lang, width)
        case HeatMap():
            return _heat_map(block, lang, width)
        case Bars():
            return _bars(block, lang, width)


def _table(table: Table, lang: Lang, width: int) -> Iterable[Line]:
    rows = [*table.rows, *([table.total] if table.total else [])]
    tones = tuple(table.marks.get(number, "") for number in range(len(rows)))
    columns = []
    for place, column in enumerate(table.columns):
        texts = tuple(shown(row[place], column.unit, lang) for row in rows)
        is_text = column.unit in TEXTUAL
        columns.append(
            GridColumn(head(column.key, lang), texts, not is_text, column.unit is Unit.TEXT, column.dimension, tones)
        )
    return _grid(columns, width, len(table.rows), 1 if table.total else 0)


def _grid(columns: Sequence[GridColumn], width: int, rows: int, totals: int = 0) -> Iterable[Line]:
    for number, part in enumerate(parts(columns, width)):
        if number:
            yield []
        yield from part.title()
        for row in range(rows):
            yield from part.row(row)
        if totals:
            yield [("─" * min(part.width, width), "quiet")]
        for row in range(rows, rows + totals):
            yield from part.row(row)


def _strip(strip: Strip, lang: Lang, width: int) -> Iterable[Line]:
    """One line per KPI; the oldest days of the trend go first where space is short."""
    fixed = _strip_columns(strip, lang)
    days = len(strip.days)
    while days and len(parts([*fixed, _trend(strip, days, lang)], width)) > 1:
        days -= 1
    columns = [*fixed, _trend(strip, days, lang)] if days else fixed
    return _grid(columns, width, len(strip.kpis))


def _strip_columns(strip: Strip, lang: Lang) -> list[GridColumn]:
    kpis = strip.kpis
    plain = [
        GridColumn(label("metric", lang), tuple(label(kpi.key, lang) for kpi in kpis), right=False, repeat=True),
        GridColumn(label("value", lang), tuple(shown(kpi.value, kpi.unit, lang) for kpi in kpis)),
        GridColumn(label("target", lang), tuple(_target(kpi, lang) for kpi in kpis), tones=tuple(map(_met, kpis))),
    ]
    if not strip.compared:
        return plain
    for key in ("yesterday", "last_week"):
        moves = [(kpi, kpi.change(getattr(kpi, key))) for kpi in kpis]
        words = tuple(shown(move, move.unit, lang) for _, move in moves)
        tones = tuple(_direction(kpi, move.value) for kpi, move in moves)  # type: ignore[arg-type]
        plain.append(GridColumn(label(f"vs_{key}", lang), words, tones=tones))
    months = tuple(shown(kpi.month_to_date, kpi.unit, lang) for kpi in kpis)
    return [*plain, GridColumn(label("month_to_date", lang), months)]


def _target(kpi: Kpi, lang: Lang) -> str:
    if kpi.target is None:
        return ""
    return shown(kpi.target, kpi.unit, lang) + {True: " √", False: " ×", None: ""}[kpi.met]


def _met(kpi: Kpi) -> str:
    return {True: "good", False: "bad", None: ""}[kpi.met]


def _direction(kpi: Kpi, move: float | None) -> str:
    if not move or kpi.better not in ("up", "down"):
        return ""
    return "good" if (move > 0) == (kpi.better == "up") else "bad"


def _trend(strip: Strip, days: int, lang: Lang) -> GridColumn:
    name = text("trend_days", lang, days=days)
    return GridColumn(name, tuple(spark(kpi.trend[-days:]) for kpi in strip.kpis), right=False)


def _heat_map(chart: HeatMap, lang: Lang, width: int) -> Iterable[Line]:
    """Per cent without its sign, so that a day's hours fit side by side."""
    names = tuple(shown(name, Unit.TEXT, lang) for name in chart.row_names)
    columns = [GridColumn(head(chart.row_key, lang), names, right=False, flexible=True, repeat=True)]
    for place, name in enumerate(chart.column_names):
        values = [row[place] for row in chart.values]
        words = tuple("" if value is None else _short(value, chart.unit, lang) for value in values)
        tones = tuple(_against(value, chart) for value in values)
        columns.append(GridColumn(shown(name, Unit.TEXT, lang), words, tones=tones))
    return _grid(columns, width, len(names))


def _short(value: float | int, unit: Unit, lang: Lang) -> str:
    return f"{value * 100:.0f}" if unit is Unit.RATIO else shown(value, unit, lang)


def _against(value: float | int | None, chart: HeatMap) -> str:
    if value is None or chart.target is None or chart.better not in ("up", "down"):
        return ""
    return "good" if value == chart.target or (value > chart.target) == (chart.better == "up") else "bad"


def _bars(chart: Bars, lang: Lang, width: int) -> Iterable[Line]:
    table = _numbers(chart, lang)
    totals = [sum(counts[row] for _, counts in chart.series) for row in range(len(chart.names))]
    most = max(totals, default=0)
    room = max(min(_BAR, width - 40), 8)
    bars = tuple("█" * (-(-total * room // most) if most else 0) for total in totals)
    return _grid([*table, GridColumn("", bars, right=False)], width, len(chart.names))


def _numbers(chart: Bars, lang: Lang) -> list[GridColumn]:
    names = tuple(shown(name, Unit.TEXT, lang) for name in chart.names)
    columns = [GridColumn(head(chart.name_key, lang), names, right=False, repeat=True)]
    for key, counts in chart.series:
        columns.append(GridColumn(head(key, lang), tuple(shown(count, Unit.COUNT, lang) for count in counts)))
    return columns
