"""Spreadsheets as rows of text: workbooks, and the HTML tables that many exports call .xls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from ccops.errors import SourceError
from ccops.sources.encoding import Facts, settle
from ccops.sources.opening import Limits, private_file
from ccops.sources.workbook import ARCHIVE, OLD, convert, too_large

_HEAD = 64 << 10
_BEFORE_MARKUP = b"\xef\xbb\xbf \t\r\n"
_MOST_OPEN_MARKUP = 1 << 20
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)


def unfolded(path: Path, facts: Facts, workdir: Path, *, sheet: int | str, name: str, limits: Limits) -> Path | None:
    """The rows of a spreadsheet as quoted CSV, one line per row; None for a file that is not one, by its content."""
    with path.open("rb") as file:
        begin = file.read(_HEAD)
    workbook = begin.startswith((*ARCHIVE, OLD))
    if not workbook and not (begin.lstrip(_BEFORE_MARKUP).startswith(b"<") and b"<table" in begin.lower()):
        return None
    rows, file_of_rows = private_file(workdir, ".csv")
    with file_of_rows:
        if workbook:
            convert(path, file_of_rows, sheet=sheet, name=name, limits=limits)
        elif facts.size > limits.max_workbook_bytes:
            raise too_large(name)
        else:
            file_of_rows.writelines(map(_line, _html_rows(_text(path, facts, begin), name, limits)))
    return rows


def _html_rows(pieces: Iterable[str], name: str, limits: Limits) -> Iterator[list[str]]:
    """Rows of every table of an HTML page, in their order."""
    parser = _Tables(limits.max_columns)
    cells = 0
    try:
        for piece in pieces:
            parser.feed(piece)
            cells += sum(map(len, parser.rows))
            if cells > limits.max_cells:
                raise too_large(name)
            if len(parser.rawdata) > _MOST_OPEN_MARKUP:
                raise _not_a_table(name)
            yield from parser.rows
            parser.rows.clear()
        parser.close()
    except AssertionError:  # what the parser raises for a declaration that it does not know
        raise _not_a_table(name) from None
    parser.end_row()
    yield from parser.rows


def _not_a_table(name: str) -> SourceError:
    return SourceError("is HTML that cannot be read", where=name, fix="open it in a spreadsheet program and save CSV")


class _Tables(HTMLParser):
    """Collects the cells of table rows as text, white space collapsed, spanned columns left blank."""

    def __init__(self, max_columns: int) -> None:
        super().__init__()
        self.max_columns = max_columns
        self.rows: list[list[str]] = []
        self.row: list[list[str]] = []
        self.cell = 0  # where the text of a cell goes, which may span several columns
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.end_row()
        elif tag in ("td", "th") and len(self.row) < self.max_columns:
            span = dict(attrs).get("colspan") or "1"
            self.cell = len(self.row)
            wide = int(span[:4]) if span.isascii() and span.isdecimal() else 1
            self.row.extend([] for _ in range(max(1, min(wide, self.max_columns))))
            self.in_cell = True
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("tr", "table"):
            self.end_row()
        elif tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.row[self.cell].append(data)

    def end_row(self) -> None:
        if self.row:
            self.rows.append([" ".join("".join(cell).split()) for cell in self.row])
        self.row, self.in_cell = [], False


def _text(path: Path, facts: Facts, begin: bytes) -> Iterator[str]:
    """The page's text: UTF-8 if it is that, else as it says of itself, else as any text."""
    said = _CHARSET.search(begin)
    encoding = settle(path, facts).encoding
    if not facts.utf8 and not facts.mark and said:
        named = said[1].decode().lower()
        encoding = "gb18030" if named in ("gb2312", "gbk", "gb18030") else encoding
    with path.open(encoding=encoding, errors="replace") as file:
        while piece := file.read(_HEAD):
            yield piece.replace("\0", "")


def _line(row: list[str]) -> str:
    return '"' + '","'.join(cell.replace('"', '""') for cell in row) + '"\n'
