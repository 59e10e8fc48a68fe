"""Canonical tables as tidy data for other programs: seconds, local instants with offset, callers masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccops.errors import UsageError
from ccops.model import TABLE, Kind, Slice

if TYPE_CHECKING:
    import polars as pl

    from ccops.store.store import Store


def tidy(data: Slice, store: Store, table: str, *, unmask: bool = False) -> pl.LazyFrame:
    """A table's rows in the slice's scope: durations in seconds under `_s`, instants in the site's zone.

    With `unmask`, callers' numbers replace their masks where the store keeps them. Raises UsageError where it does not.
    """
    import polars as pl

    frame = data.table(table)
    shown: list[pl.Expr] = []
    for column in TABLE[table].columns:
        value = pl.col(column.name)
        match column.kind:
            case Kind.DURATION:
                shown.append((value / 1000).alias(f"{column.name.removesuffix('_ms')}_s"))
            case Kind.INSTANT:
                shown.append(value.dt.replace_time_zone("UTC").dt.convert_time_zone(data.settings.zone.name))
            case _:
                shown.append(value)
    if not unmask:
        return frame.select(shown)
    if "customer_mask" not in TABLE[table].names:
        raise UsageError(f"{table} has no numbers to unmask", fix="ccops export contacts --unmask")
    numbers = store.caller_numbers()
    if numbers.is_empty():
        raise UsageError(
            "the store keeps no readable numbers", fix="set [store] raw = true and import into a new store"
        )
    known = frame.join(numbers.lazy(), on="customer_key", how="left", maintain_order="left")
    return known.with_columns(pl.coalesce("customer_raw", "customer_mask").alias("customer_mask")).select(shown)
