"""Figures over time as a plain text chart, from glyphs that every encoding we write in has or replaces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeGuard

from ccops.cli import output

Series = tuple[str, Sequence[float | None]]
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_POINTS = "●○"


def lines(series: Sequence[Series], labels: Sequence[str], width: int, height: int) -> str:
    """The first series as columns from zero, the others as points over them; a legend above, labels below.

    `labels` are one per value; those that find no room are left out. `width` is of the whole chart, `height` of its
    plot, in characters. Where a column stands for several values it shows the mean of those that are known; unknown
    stays blank. A first series with a value below zero is drawn as points too. Raises ValueError for series of unequal
    lengths, no series, or more than three.
    """
    if not 1 <= len(series) <= 3 or {len(values) for _, values in series} != {len(labels)}:
        raise ValueError("a chart takes one to three series, each with one value per label")
    known = [value for _, values in series for value in values if _is_known(value)]
    bottom, top = min([0.0, *known]), _rounded_up(max([0.0, *known]))
    ticks = _ticks(bottom, top, height)
    margin = max(map(output.width, ticks.values()))
    room = max(width - margin - 2, 1)
    per_cell = max(math.ceil(len(labels) / room), 1)
    repeat = max(room // max(len(labels), 1), 1) if per_cell == 1 else 1
    drawn = [_spread(values, per_cell, repeat) for _, values in series]
    glyphs = [*_POINTS, "×"] if bottom < 0 else ["█", *_POINTS]
    cells = len(drawn[0])
    grid = [[" "] * cells for _ in range(height)]
    for glyph, values in zip(glyphs, drawn, strict=False):
        for place, value in enumerate(values):
            if value is not None:
                _draw(grid, place, (value - bottom) / (top - bottom) * height, glyph)
    legend = "  ".join(f"{glyph} {name}" for glyph, (name, _) in zip(glyphs, series, strict=False))
    rows = [
        f"{_right(ticks.get(row, ''), margin)} {'┤' if row in ticks else '│'}{''.join(grid[row])}".rstrip()
        for row in range(height - 1, -1, -1)
    ]
    axis = f"{' ' * margin} └{'─' * cells}"
    below = f"{' ' * (margin + 2)}{_placed(labels, per_cell, repeat, cells)}".rstrip()
    return "\n".join([legend, *rows, axis, below]).rstrip()


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _rounded_up(most: float) -> float:
    """The next of 1, 2, 5, 10, … in steps fine enough to fill the plot; 1 where there is nothing."""
    if most <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(most))
    return next(step * unit for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= most * (1 - 1e-9))


def _ticks(bottom: float, top: float, height: int) -> dict[int, str]:
    """What stands beside the plot: the value at the upper edge of the top row and of a middle one, and the bottom's."""
    middle = {height // 2 - 1: bottom + (top - bottom) * (height // 2) / height} if height >= 4 else {}
    return {row: f"{value:,.4g}" for row, value in ({0: bottom} | middle | {height - 1: top}).items()}


def _spread(values: Sequence[float | None], per_cell: int, repeat: int) -> list[float | None]:
    """One value per cell: means of neighbours where there are too many values, repeated where there are few."""
    means: list[float | None] = []
    for first in range(0, len(values), per_cell):
        known = [value for value in values[first : first + per_cell] if _is_known(value)]
        means += [sum(known) / len(known) if known else None] * repeat
    return means


def _draw(grid: list[list[str]], place: int, level: float, glyph: str) -> None:
    if glyph != "█":
        grid[min(max(math.ceil(level - 1e-9) - 1, 0), len(grid) - 1)][place] = glyph
        return
    eighths = max(round(level * 8), 1 if level > 0 else 0)
    for row, line in enumerate(grid):
        line[place] = _EIGHTHS[min(max(eighths - row * 8, 0), 8)]


def _placed(labels: Sequence[str], per_cell: int, repeat: int, cells: int) -> str:
    """Labels under the first cell of their value, each with a blank before it; those without room left out."""
    line, end = "", 0
    for number in range(0, len(labels), per_cell):
        at = number // per_cell * repeat
        label = labels[number]
        if label and at >= end + (end > 0) and at + output.width(label) <= cells:
            line += " " * (at - end) + label
            end = at + output.width(label)
    return line


def _right(text: str, room: int) -> str:
    return " " * (room - output.width(text)) + text
