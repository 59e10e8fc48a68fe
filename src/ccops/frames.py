"""KPIs of any frame, without a store: for notebooks and for data that another program has already joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ccops.errors import UsageError
from ccops.model import TABLE, Kind, Scope, Slice
from ccops.settings import Settings

if TYPE_CHECKING:
    import polars as pl


def kpis(frame: Any, metrics: Sequence[str], by: Sequence[str] = (), *, tz: str = "UTC", table: str = "queue_visits",
         interval: int | None = None, **tuning: object) -> pl.DataFrame:
    """Metrics of a frame of queue visits (or of another canonical table), as `Workspace.kpis` gives them.

    `frame` is a polars frame or anything that polars can make one of. Columns carry canonical names; durations may be
    seconds under `_s` instead of milliseconds under `_ms`; instants are UTC, or carry their zone. A missing column
    counts as unknown. `tz` is the site's zone. Raises UsageError for columns that the table does not have.
    """
    from ccops.metrics import evaluate

    settings = Settings().replacing(**{"site.tz": tz})
    return evaluate.kpis(
        Slice.of({table: canonical(frame, table, settings)}, Scope(), settings), metrics, by, interval=interval,
        tuning=tuning,
    )


def canonical(frame: Any, table: str, settings: Settings) -> pl.DataFrame:
    """The frame with exactly the columns and types of a canonical table, its local day and quarter filled in."""
    import polars as pl

    if table not in TABLE:
        raise UsageError(f"no table {table!r}", fix=f"tables: {', '.join(TABLE)}")
    known = TABLE[table]
    given = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
    seconds = {
        f"{c.name.removesuffix('_ms')}_s": c.name for c in known.columns if c.kind is Kind.DURATION
    }
    given = given.with_columns(
        (pl.col(column) * 1000).round().cast(pl.Int64).alias(seconds[column])
        for column in given.columns if column in seconds
    ).drop(column for column in given.columns if column in seconds)
    unknown = [column for column in given.columns if column not in known.names]
    if unknown:
        raise UsageError(
            f"{table} has no column {unknown[0]!r}", fix=f"name columns as in {table}: {', '.join(known.names)}"
        )
    if known.at and known.at not in given.columns:
        raise UsageError(f"the frame has no column {known.at}", fix=f"{table} needs the instant {known.at}")
    columns = []
    for column in known.columns:
        if column.name not in given.columns:
            columns.append(pl.lit(None, column.kind.dtype).alias(column.name))
        elif column.kind is Kind.INSTANT and getattr(given.schema[column.name], "time_zone", None):
            utc = pl.col(column.name).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
            columns.append(utc.cast(column.kind.dtype))
        else:
            columns.append(pl.col(column.name).cast(column.kind.dtype))
    if not known.at:
        return given.select(columns)
    local = pl.col(known.at).dt.replace_time_zone("UTC").dt.convert_time_zone(settings.zone.name)
    business = local.dt.replace_time_zone(None) - pl.duration(seconds=settings.business_day.shift_s)
    quarter = local.dt.hour().cast(pl.Int64) * 4 + local.dt.minute().cast(pl.Int64) // 15
    return given.select(columns).with_columns(
        pl.coalesce("day", business.dt.date()).alias("day"), pl.coalesce("quarter", quarter).alias("quarter")
    )
