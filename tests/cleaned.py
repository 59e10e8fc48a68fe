"""A file through the tolerant front end and back through a strict CSV reader, its balance checked on the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from ccops.source import Clean, Layout
from ccops.sources.front_end import Scan, clean, sample, scan
from ccops.sources.sample import FileSample


@dataclass(frozen=True)
class Cleaned:
    scan: Scan
    sample: FileSample
    clean: Clean
    rows: list[tuple[str, ...]]  # the line number of the original, then the cells

    @property
    def cells(self) -> list[tuple[str, ...]]:
        return [row[1:] for row in self.rows]

    @property
    def rejects(self) -> dict[int, str]:
        return {reject.line: reject.reason for reject in self.clean.rejects}


def cleaned(
    folder: Path, data: bytes, width: int, delimiter: str = ",", quote: str = '"', first_row: int = 0,
    padded: bool = False, encoding: str = "auto", quote_repair: bool = True,
) -> Cleaned:
    """Everything the front end says of `data`; fails if a line is lost or counted twice."""
    file = folder / "export"
    file.write_bytes(data)
    found = scan(file, folder, encoding=encoding)
    layout = Layout(tuple(f"c{i}" for i in range(width)), delimiter, quote, first_row, padded)
    result = clean(found, layout, folder, quote_repair=quote_repair)
    rows = strictly_read(result.intake.path, width + 1)
    assert found.lines == result.rows + result.skipped + len(result.rejects)
    assert result.rows == len(rows)
    numbers = [int(row[0]) for row in rows] + [reject.line for reject in result.rejects]
    assert len(set(numbers)) == len(numbers)
    assert all(1 <= number <= found.lines for number in numbers)
    return Cleaned(found, sample(found), result, rows)


def strictly_read(file: Path, width: int) -> list[tuple[str, ...]]:
    """The rows of a CSV file as DuckDB reads it when nothing is guessed and nothing forgiven."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    with _database().cursor() as cursor:
        return cursor.execute(
            f"SELECT * FROM read_csv(?, auto_detect=false, header=false, columns={{{columns}}}, delim=',', quote='\"',"
            " escape='\"', new_line='\\n', strict_mode=true, allow_quoted_nulls=false, max_line_size=1048576)",
            [str(file)],
        ).fetchall()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
