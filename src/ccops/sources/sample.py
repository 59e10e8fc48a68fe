"""The beginning of a file as detection sees it, with its delimiter and its header guessed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ccops.sources.encoding import spare
from ccops.sources.repair import plain_cell, split

_DELIMITERS = ("\t", "|", ";", ",")  # the rarest inside a field first
_MOST_TITLES = 30
_FULL = 0.8  # of the usual number of cells: a header names nearly all columns
_DATA = re.compile(r"[\d\s.,:/+\-%TZ]*\d[\d\s.,:/+\-%TZ]*(e\+\d+)?", re.IGNORECASE)


@dataclass
class FileSample:
    """The first physical lines (of a spreadsheet: rows, as delimited text). Implements `source.Sample`."""

    lines: tuple[str, ...]
    spreadsheet: bool
    encoding: str = "utf-8"
    wanted_delimiter: str = "auto"

    @cached_property
    def delimiter(self) -> str:
        return guess_delimiter(self.lines) if self.wanted_delimiter == "auto" else self.wanted_delimiter

    @cached_property
    def header_row(self) -> int | None:
        return guess_header(self.rows())

    def rows(self, delimiter: str | None = None, quote: str = '"') -> list[list[str]]:
        """The lines as cells, one row per physical line; nothing is parsed as a number."""
        if delimiter is None or self.spreadsheet:
            delimiter = self.delimiter
        texts = (spare(line, self.encoding, delimiter) for line in self.lines)
        return [[plain_cell(cell) for cell in _cells(text, delimiter, quote)] for text in texts]


def guess_delimiter(lines: tuple[str, ...]) -> str:
    """Of `,` `;` tab `|` the one that cuts most lines into the same number of fields; a comma if none cuts any."""
    best, chosen = (0, 0), ","
    for delimiter in _DELIMITERS:
        widths = Counter(len(_cells(line, delimiter, '"')) for line in lines if line.strip())
        del widths[1]
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (count, width) > best:
                best, chosen = (count, width), delimiter
    return chosen


def guess_header(rows: list[list[str]]) -> int | None:
    """Index of the first full row if it holds words, no two alike, and the rows below it look like data.

    Rows above it (titles) fill clearly fewer cells. A file that ends with its header is an export of an empty day.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    counts = Counter(n for n in filled[:_MOST_TITLES] if n > 1)
    widest = max([n for n, times in counts.items() if times > 1] or counts, default=2)
    for index, row in enumerate(rows[:_MOST_TITLES]):
        if filled[index] > 1 and filled[index] >= _FULL * widest:
            return index if _names(row) and _data_below(row, rows[index + 1 :]) else None
    return None


def _cells(line: str, delimiter: str, quote: str) -> list[str]:
    found = split(line, delimiter, quote)
    return line.split(delimiter) if found.open else found.cells


def _names(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    words = [cell for cell in cells if not _DATA.fullmatch(cell)]
    return len(words) >= 0.8 * len(cells) and len(set(words)) >= 0.9 * len(words)


def _data_below(header: list[str], rows: list[list[str]]) -> bool:
    """Some column below holds figures, times or ids with digits where the header has a word."""
    below = [row for row in rows if any(cell.strip() for cell in row)][:20]
    if not below:
        return True
    for column, name in enumerate(header):
        cells = [row[column] for row in below if column < len(row) and row[column].strip()]
        if name.strip() and cells and sum(1 for cell in cells if _DATA.fullmatch(cell.strip())) * 2 > len(cells):
            return True
    return False
