"""Frames on their way out: as a table for the eye, as JSON rows, or as a file for another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ccops.cli import output
from ccops.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from ccops.cli.options import Shared
    from ccops.clock import Zone

Out = Annotated[
    list[Path] | None,
    Option("-o", "--output", metavar="FILE", help="Write .csv, .json or .parquet; repeatable."),
]
FORMATS = (".csv", ".json", ".parquet")


def check_format(out: Sequence[Path] | None, what: str = "rows", formats: Sequence[str] = FORMATS) -> None:
    """Before anything is computed. Raises UsageError for a suffix that is not supported."""
    for path in out or ():
        if path.suffix.lower() not in formats:
            raise UsageError(f"cannot write {what} as {path.name}", fix=f"use {', '.join(formats)}")


def publish(command: str, frame: pl.DataFrame, shared: Shared, out: Sequence[Path] | None) -> None:
    """Rows to the files that were named, else as JSON or a table on stdout."""
    if out:
        write(frame, out, command, shared)
    else:
        output.answer(command, {"rows": frame.to_dicts()}, shared.json,
                      lambda: output.table(frame.columns, frame.rows()))


def write(frame: pl.DataFrame, out: Sequence[Path], command: str, shared: Shared, notes: Iterable[str] = ()) -> None:
    """The frame in the format of each suffix, and on stderr what it rests on."""
    for path in out:
        with whole(path, shared) as draft:
            if path.suffix.lower() == ".parquet":
                frame.write_parquet(draft)
            elif path.suffix.lower() == ".json":
                draft.write_text(output.document(command, {"rows": frame.to_dicts()}) + "\n", "utf-8")
            else:
                draft.write_bytes(csv(frame).encode("utf-8-sig"))
    beside(notes, shared)


def beside(notes: Iterable[str], shared: Shared) -> None:
    """What was assumed and left out: a file has no place for it, and the answer's place is the file."""
    for note in notes:
        shared.note(note)


@contextmanager
def whole(path: Path, shared: Shared) -> Iterator[Path]:
    """A draft to write to: the file appears whole, which is told on stderr, or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    with ExitStack() as end:
        end.callback(draft.unlink, missing_ok=True)
        yield draft
        draft.replace(path)
        shared.note(f"wrote {path}")


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
