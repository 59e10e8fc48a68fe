"""Columns of text in a fixed width: how wide text is, where it may break, and which columns fit side by side.

Chinese characters take two cells. A table too wide for the page is cut into parts that repeat its first columns,
so that nothing is left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_GAP = 2
_LEAST = 10  # text columns are not squeezed below this


def cells(words: str) -> int:
    """Width on a terminal: 2 for wide characters, 0 for combining marks, 1 for the rest."""
    return sum(_cell(character) for character in words)


def _cell(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(words: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at blanks, between wide characters, or anywhere if it must be."""
    lines, line = [], ""
    for piece in _pieces(words):
        if cells(line) + cells(piece.rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece
        while cells(line.rstrip()) > width:
            head = _head(line, width)
            lines.append(head)
            line = line[len(head):]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def _pieces(words: str) -> list[str]:
    """What must stay together: words with their blank, and single wide characters."""
    pieces: list[str] = []
    for character in words:
        joins = pieces and not pieces[-1][-1].isspace() and _cell(character) < 2 and _cell(pieces[-1][-1]) < 2
        closes = pieces and (character.isspace() or character in "，。；：）、！？")
        if joins or closes:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _head(words: str, width: int) -> str:
    """As many characters as fit, at least one."""
    used = 0
    for place, character in enumerate(words):
        used += _cell(character)
        if used > width and place:
            return words[:place]
    return words


def pad(words: str, width: int, *, right: bool) -> str:
    space = " " * max(width - cells(words), 0)
    return space + words if right else words + space


Line = list[tuple[str, str]]  # pieces of text, each with its tone: good, bad, strong, quiet or none


@dataclass(frozen=True)
class GridColumn:
    """A column as text. Flexible columns may break their cells over lines; the others never do."""

    title: str
    rows: tuple[str, ...]
    right: bool = True
    flexible: bool = False
    repeat: bool = False  # shown again in every part of a table that was cut
    tones: tuple[str, ...] = ()  # one per row, or none at all

    @property
    def natural(self) -> int:
        return max((cells(row) for row in self.rows), default=0)

    def width(self, title_lines: int) -> int:
        """Cells needed when the title may take so many lines."""
        width = max(self.natural, 1)
        while len(wrap(self.title, width)) > title_lines or _breaks_word(self.title, width):
            width += 1
        return width


def _even(words: str, width: int) -> list[str]:
    """As few lines as possible, and those as even as possible."""
    lines = wrap(words, width)
    while width > 1 and not _breaks_word(words, width - 1) and len(wrap(words, width - 1)) == len(lines):
        width -= 1
        lines = wrap(words, width)
    return lines


def _breaks_word(title: str, width: int) -> bool:
    return any(cells(piece.rstrip()) > width for piece in _pieces(title))


@dataclass(frozen=True)
class Part:
    """Columns that fit side by side, with their widths."""

    columns: tuple[GridColumn, ...]
    widths: tuple[int, ...]

    @property
    def width(self) -> int:
        return sum(self.widths) + _GAP * (len(self.widths) - 1)

    def title(self) -> list[Line]:
        titles = [_even(column.title, width) for column, width in zip(self.columns, self.widths, strict=True)]
        height = max(len(lines) for lines in titles)
        blocks = [[""] * (height - len(lines)) + lines for lines in titles]
        return self._lines(blocks, ["strong"] * len(blocks))

    def row(self, number: int) -> list[Line]:
        """The lines of one row."""
        blocks = [
            wrap(column.rows[number], width) if column.flexible else [column.rows[number]]
            for column, width in zip(self.columns, self.widths, strict=True)
        ]
        return self._lines(blocks, [column.tones[number] if column.tones else "" for column in self.columns])

    def _lines(self, blocks: Sequence[Sequence[str]], tones: Sequence[str]) -> list[Line]:
        lines: list[Line] = []
        for number in range(max(len(block) for block in blocks)):
            line: Line = []
            for block, width, column, tone in zip(blocks, self.widths, self.columns, tones, strict=True):
                words = block[number] if number < len(block) else ""
                line += [(" " * _GAP, "")] if line else []
                line.append((pad(words, width, right=column.right), tone))
            lines.append(line)
        return lines


def parts(columns: Sequence[GridColumn], width: int) -> list[Part]:
    """The columns cut into as few parts as fit `width`, each with shortest possible titles."""
    fitted = _fit(columns, width)
    if fitted:
        return [fitted]
    repeated = [column for column in columns if column.repeat]
    found: list[Part] = []
    chosen: list[GridColumn] = []
    for column in (column for column in columns if not column.repeat):
        if chosen and not _fit([*repeated, *chosen, column], width):
            found.append(_fit([*repeated, *chosen], width) or _forced([*repeated, *chosen]))
            chosen = []
        chosen.append(column)
    return [*found, _fit([*repeated, *chosen], width) or _forced([*repeated, *chosen])]


def _fit(columns: Sequence[GridColumn], width: int) -> Part | None:
    for title_lines in (1, 2, 3):
        part = Part(tuple(columns), tuple(column.width(title_lines) for column in columns))
        if part.width <= width:
            return part
    squeezed = _squeezed(columns, width)
    return squeezed if squeezed.width <= width else None


def _squeezed(columns: Sequence[GridColumn], width: int) -> Part:
    """Flexible columns made narrower, the widest first."""
    widths = [column.width(3) for column in columns]
    while sum(widths) + _GAP * (len(widths) - 1) > width:
        loose = [i for i, column in enumerate(columns) if column.flexible and widths[i] > _LEAST]
        if not loose:
            break
        widths[max(loose, key=lambda i: widths[i])] -= 1
    return Part(tuple(columns), tuple(widths))


def _forced(columns: Sequence[GridColumn]) -> Part:
    """Columns that do not fit at all: they run over the edge rather than lose data."""
    return _squeezed(columns, 0)
