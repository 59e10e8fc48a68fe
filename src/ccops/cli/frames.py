"""Frames on their way out: as a table for the eye, as JSON rows, or as a file for another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ccops.cli import output
from ccops.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from ccops.clock import Zone

Out = Annotated[Path | None, Option("-o", "--output", metavar="FILE", help="Write .csv, .json or .parquet.")]
FORMATS = (".csv", ".json", ".parquet")


def check_format(path: Path | None) -> None:
    """Before anything is computed. Raises UsageError for a suffix that is not supported."""
    if path is not None and path.suffix.lower() not in FORMATS:
        raise UsageError(f"cannot write rows as {path.name}", fix=f"use {', '.join(FORMATS)}")


def publish(command: str, frame: pl.DataFrame, as_json: bool, path: Path | None) -> None:
    """Rows to the file that was named, else as JSON or a table on stdout."""
    if path is not None:
        write(frame, path, command)
    else:
        output.answer(command, {"rows": frame.to_dicts()}, as_json, lambda: output.table(frame.columns, frame.rows()))


def write(frame: pl.DataFrame, path: Path, command: str) -> None:
    """The frame in the format of the suffix; the file appears whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    if path.suffix.lower() == ".parquet":
        frame.write_parquet(draft)
    elif path.suffix.lower() == ".json":
        draft.write_text(output.document(command, {"rows": frame.to_dicts()}) + "\n", "utf-8")
    else:
        draft.write_bytes(csv(frame).encode("utf-8-sig"))
    draft.replace(path)


def csv(frame: pl.DataFrame) -> str:
    """The frame as CSV whose text no spreadsheet takes for a formula."""
    import polars as pl

    from ccops.safe_text import cell

    text = frame.with_columns(pl.col(pl.String).map_elements(cell, return_dtype=pl.String))
    instants = [
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.f%:z" if dtype.time_zone else "%Y-%m-%dT%H:%M:%S%.f")
        for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)
    ]  # the offset as +08:00, as in JSON; fractions of a second only where there are any
    return text.with_columns(instants).rename(dict(zip(text.columns, map(cell, text.columns), strict=True))).write_csv()


def localised(frame: pl.DataFrame, zone: Zone) -> pl.DataFrame:
    """The same frame with its naive UTC instants in the site's zone."""
    import polars as pl

    naive = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and not dtype.time_zone]
    return frame.with_columns(pl.col(naive).dt.replace_time_zone("UTC").dt.convert_time_zone(zone.name))
