"""Workbooks (.xlsx and the old .xls) as rows of text.

The reader lays a sheet out as a full rectangle, so two cells far apart can ask for all the memory there is and end
the process. What a workbook declares and where its cells lie is therefore checked before it is opened; an old .xls,
whose cells only the reader itself can find, is read in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TextIO

from ccops.errors import SourceError
from ccops.sources.opening import Limits

if TYPE_CHECKING:
    import polars as pl
    from fastexcel import ExcelReader

ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_ENTRIES = 10_000
_PIECE = 1 << 20
_BORDER = 64  # a cell's address is never longer
_CELL = re.compile(rb"<(?:[^<>\s/:]*:)?c[\s>]")
_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)""")
_EPOCH_DAYS = r"^(1899-12-3|1900-0[123]|1904-0[123])"  # how times of day and elapsed times come out of the reader
_MOST_ELAPSED_MS = 60 * 86_400_000
_NINE_DECIMALS = r"^-?\d+\.\d{9}$"
_OLD_SECONDS, _OLD_BYTES = 120, 4 << 30


def convert(path: Path, target: TextIO, *, sheet: int | str, name: str, limits: Limits) -> None:
    """Write one sheet as CSV, every cell quoted, a line per row of the sheet.

    Times of day read `09:12:58`, elapsed times `26:30:00`, dates `2024-03-01 00:00:00`, whole numbers have no point.
    Raises SourceError for what is not a workbook, has no such sheet, or is larger than the limits.
    """
    if path.stat().st_size > limits.max_workbook_bytes:
        raise too_large(name)
    with path.open("rb") as file:
        old = file.read(len(OLD)) == OLD
    if old:
        _convert_apart(path, target, sheet, name, limits)
    else:
        _check_archive(path, name, limits)
        _write(_read(path, sheet, name, limits), target)


def too_large(name: str) -> SourceError:
    return SourceError(
        "is a workbook that unfolds to more than a call log holds", where=name,
        fix="delete the empty rows and columns at its edges, or save the sheet as CSV",
    )


def _unreadable(name: str) -> SourceError:
    return SourceError(
        "is not a workbook that can be read", where=name,
        fix="open it in a spreadsheet program and save it as .xlsx without a password, or as CSV",
    )


def _convert_apart(path: Path, target: TextIO, sheet: int | str, name: str, limits: Limits) -> None:
    """The same in a process that a damaged file may take down: with little memory, a time limit, and no stderr."""
    request = json.dumps([str(path), sheet, name, asdict(limits)])
    script = "import sys; from ccops.sources.workbook import serve; serve(sys.argv[1])"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-P", "-c", script, request], stdout=target, stderr=subprocess.PIPE,
            timeout=_OLD_SECONDS, check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(name) from None
    if done.returncode == SourceError.exit_code:
        what, fix = json.loads(done.stderr)
        raise SourceError(what, where=name, fix=fix)
    if done.returncode:
        raise _unreadable(name)


def serve(request: str) -> None:
    """What `_convert_apart` runs: rows to stdout, or a refusal as JSON to stderr."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (_OLD_BYTES, _OLD_BYTES))
    path, sheet, name, limits = json.loads(request)
    try:
        with os.fdopen(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False) as rows:
            _write(_read(Path(path), sheet, name, Limits(**limits)), rows)
    except SourceError as error:
        sys.stderr.write(json.dumps([error.what, error.fix]))
        sys.exit(error.exit_code)


def _read(path: Path, sheet: int | str, name: str, limits: Limits) -> pl.DataFrame:
    """One sheet as text columns, a row per row of the sheet; blank cells are null.

    Times of day read `09:12:58`, elapsed times `26:30:00`, dates `2024-03-01 00:00:00`, whole numbers have no point.
    Raises SourceError for what is not a workbook, has no such sheet, or is larger than the limits.
    """
    import fastexcel
    import polars as pl

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
            raise _unreadable(name) from None
        raise
    if frame.width > limits.max_columns or frame.height * frame.width > limits.max_cells:
        raise too_large(name)
    return frame.with_columns(_shortened(frame[column]) for column in frame.columns)


def _write(frame: pl.DataFrame, file: TextIO) -> None:
    """Every cell quoted, one line per row whatever breaks its cells hold."""
    import polars as pl

    if frame.width:
        rows = frame.with_columns(pl.all().str.replace_all(r"[\r\n]+", " ").fill_null(""))
        rows.write_csv(file, include_header=False, quote_style="always")


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
                raise too_large(name)
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
            raise too_large(name)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


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
