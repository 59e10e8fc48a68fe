"""Spreadsheets as rows of text: xlsx, old xls, and the HTML tables that many exports call .xls.

The reader lays a sheet out as a full rectangle, so two cells far apart can ask for all memory there is. What a
workbook declares and where its cells lie is therefore checked before it is opened.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TextIO

from ccops.errors import SourceError
from ccops.sources.encoding import Facts, settle
from ccops.sources.opening import Limits, private_file

if TYPE_CHECKING:
    import polars as pl
    from fastexcel import ExcelReader

_WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # zip archives and OLE files
_HEAD = 64 << 10
_MOST_ENTRIES = 10_000
_MOST_OPEN_MARKUP = 1 << 20
_PIECE = 1 << 20
_BORDER = 64  # a cell's address is never longer
_CELL = re.compile(rb"<(?:[^<>\s/:]*:)?c[\s>]")
_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)""")
_EPOCH_DAYS = r"^(1899-12-3|1900-0[123]|1904-0[123])"  # how times of day and elapsed times come out of the reader
_MOST_ELAPSED_MS = 60 * 86_400_000
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_NINE_DECIMALS = r"^-?\d+\.\d{9}$"


def unfolded(path: Path, facts: Facts, workdir: Path, *, sheet: int | str, name: str, limits: Limits) -> Path | None:
    """The rows of a spreadsheet as quoted CSV, one line per row; None for a file that is not one, by its content."""
    with path.open("rb") as file:
        begin = file.read(_HEAD)
    if begin.startswith(_WORKBOOKS):
        frame = _read_workbook(path, begin.startswith(b"PK"), sheet, name, limits)
        target, handle = private_file(workdir, ".csv")
        with handle:
            _write_frame(frame, handle)
        return target
    if begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<table" in begin.lower():
        if facts.size > limits.max_workbook_bytes:
            raise _too_large(name)
        target, handle = private_file(workdir, ".csv")
        with handle:
            handle.writelines(map(_line, _html_rows(_text(path, facts, begin), name, limits)))
        return target
    return None


def _read_workbook(path: Path, archive: bool, sheet: int | str, name: str, limits: Limits) -> pl.DataFrame:
    """One sheet as text columns, a row per row of the sheet; blank cells are null.

    Times of day read `09:12:58`, elapsed times `26:30:00`, dates `2024-03-01 00:00:00`, whole numbers have no point.
    Raises SourceError for what is not a workbook, has no such sheet, or is larger than the limits.
    """
    import fastexcel
    import polars as pl

    if path.stat().st_size > limits.max_workbook_bytes:
        raise _too_large(name)
    if archive:
        _check_archive(path, name, limits)
    try:
        workbook = fastexcel.read_excel(path)
        frame = _load(workbook, sheet, "string")
        if frame.select(pl.any_horizontal(pl.all().str.contains(_EPOCH_DAYS).any())).to_series().any():
            frame = _with_times(frame, _load(workbook, sheet, "duration"))
    except fastexcel.SheetNotFoundError:
        raise SourceError(
            f"has no sheet {sheet!r}", where=name, fix=f"its sheets: {', '.join(workbook.sheet_names)}"
        ) from None
    except BaseException as error:
        # A panic in the reader's Rust is neither an Exception nor worth more than this file.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise SourceError(
                "is not a workbook that can be read", where=name, excerpt=str(error).splitlines()[0][:120],
                fix="open it in a spreadsheet program and save it as .xlsx without a password, or as CSV",
            ) from None
        raise
    if frame.width > limits.max_columns or frame.height * frame.width > limits.max_cells:
        raise _too_large(name)
    return frame.with_columns(_shortened(frame[column]) for column in frame.columns)


def _write_frame(frame: pl.DataFrame, file: TextIO) -> None:
    """Every cell quoted, one line per row whatever breaks its cells hold."""
    import polars as pl

    if frame.width:
        rows = frame.with_columns(pl.all().str.replace_all(r"[\r\n]+", " ").fill_null(""))
        rows.write_csv(file, include_header=False, quote_style="always")


def _html_rows(pieces: Iterable[str], name: str, limits: Limits) -> Iterator[list[str]]:
    """Rows of every table of an HTML page, in their order."""
    parser = _Tables(limits.max_columns)
    cells = 0
    for piece in pieces:
        parser.feed(piece)
        if len(parser.rawdata) > _MOST_OPEN_MARKUP:
            raise SourceError("is HTML that cannot be read", where=name, fix="open it in a browser and save it as CSV")
        cells += sum(map(len, parser.rows))
        if cells > limits.max_cells:
            raise _too_large(name)
        yield from parser.rows
        parser.rows.clear()
    parser.close()
    parser.end_row()
    yield from parser.rows


def _check_archive(path: Path, name: str, limits: Limits) -> None:
    """Sizes from the directory first; then every entry is inflated once, which also proves those sizes."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise SourceError(
                    "is an archive, not an .xlsx workbook", where=name, fix="unpack it, or save the workbook as .xlsx"
                )
            size = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries)
            if len(entries) > _MOST_ENTRIES or size > limits.max_workbook_bytes or limits.is_bomb(size, packed):
                raise _too_large(name)
            for entry in entries:
                with archive.open(entry) as stream:
                    _check_cells(stream, name, limits)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise SourceError("is a damaged workbook", where=name, fix="export or copy it again") from None


def _check_cells(stream: IO[bytes], name: str, limits: Limits) -> None:
    """The rectangle that the addresses of an entry's cells span, and the number of its cells."""
    rows = columns = cells = 0
    border = b""
    while piece := stream.read(_PIECE):
        text = border + piece
        cells += len(_CELL.findall(text))
        for letters, digits in _ADDRESS.findall(text):
            rows = max(rows, int(digits[:9]))
            columns = max(columns, _column(letters[:6]))
        border = text[-_BORDER:]
        if cells > limits.max_cells or columns > limits.max_columns or rows * max(columns, 1) > limits.max_cells:
            raise _too_large(name)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(name: str) -> SourceError:
    return SourceError(
        "is a workbook that unfolds to more than a call log holds", where=name,
        fix="delete the empty rows and columns at its edges, or save the sheet as CSV",
    )


def _load(workbook: ExcelReader, sheet: int | str, dtype: Literal["string", "duration"]) -> pl.DataFrame:
    """From the first row of the sheet on, so that row numbers are the user's."""
    return workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=dtype).to_polars()


def _with_times(frame: pl.DataFrame, durations: pl.DataFrame) -> pl.DataFrame:
    """Cells of less than two months since the epoch as times: only a time of day or an elapsed time is that small.

    A whole number of days stays a date: 1900-01-01 is what some databases export for "did not happen".
    """
    import polars as pl

    def timed(column: str) -> pl.Series:
        since, text = durations[column].dt.total_milliseconds(), frame[column]
        hours = (since // 3_600_000).cast(pl.String).str.zfill(2)
        is_time = (since < _MOST_ELAPSED_MS) & ((since == 0) | (since % 86_400_000 != 0))
        return (hours + text.str.slice(len("1900-01-01 00"))).zip_with(is_time.fill_null(False), text)

    return frame.with_columns(timed(column).alias(column) for column in frame.columns)


def _shortened(column: pl.Series) -> pl.Series:
    """Numbers of nine decimals as they were typed: a sheet keeps 15 digits, the reader prints the binary value."""
    long = column.filter(column.str.contains(_NINE_DECIMALS).fill_null(False)).unique().to_list()
    short = {text: f"{float(text):.15g}" for text in long}
    typed = {text: number for text, number in short.items() if "e" not in number and f"{float(number):.9f}" == text}
    return column.replace(typed) if typed else column


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
        while piece := file.read(_PIECE >> 4):
            yield piece.replace("\0", "")


def _line(row: list[str]) -> str:
    return '"' + '","'.join(cell.replace('"', '""') for cell in row) + '"\n'
