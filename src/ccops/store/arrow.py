"""The bridge between DuckDB and polars, without pyarrow.

Both speak the Arrow C stream, but polars keeps a list of foreign classes it knows and holds on to DuckDB's; an object
that only forwards the stream passes in both directions without that. This module must not import duckdb.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl


class Stream:
    """Forwards `__arrow_c_stream__` of a relation or a frame."""

    def __init__(self, origin: Any) -> None:
        self._origin = origin

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        return self._origin.__arrow_c_stream__(requested_schema)


def frame(relation: Any) -> pl.DataFrame:
    """All rows of a relation."""
    return pl.DataFrame(Stream(relation))


def chunks(relation: Any, rows: int) -> Iterator[pl.DataFrame]:
    """The rows of a relation in frames of about `rows`, never all of them in memory."""
    yield from pl.scan_arrow_c_stream(Stream(relation)).collect_batches(chunk_size=rows)
