"""Trunks and SIP channels: how many lines the busy hour takes for a share of blocked calls, by Erlang B.

A call holds its line from the first ring to the end: menu, waiting and talk alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ccops.errors import SourceError, UsageError
from ccops.workforce.capacity import busiest, most_at_once
from ccops.workforce.visits import LONGEST_S, epoch_s

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice

Array = NDArray[np.float64]
BLOCKING = (0.001, 0.01, 0.02, 0.05)


@dataclass(frozen=True, eq=False)
class Trunks:
    """Lines for the busiest hour of the busiest day. `frame` has the busy hour of each day, `table` other blockings.

    `calls` begin in the busiest hour and hold a line for `hold_s` on average; `most_at_once` were in use together at
    one moment of all days. Through `trunks` lines `lost` of the hour's calls would not have come, as they came: Erlang
    B has a steady hour. `unknown` calls have no end in the data and count as long as the others on average.
    """

    blocking: float
    busy_hour: datetime
    erlangs: float
    trunks: int
    calls: int
    hold_s: float
    most_at_once: int
    unknown: int
    lost: int
    frame: pl.DataFrame
    table: pl.DataFrame

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.table.columns, self.table.rows())


def trunks(data: Slice, blocking: float = 0.01) -> Trunks:
    """Lines for the calls of a slice, in and out. Raises UsageError for a blocking that is none, SourceError without
    calls whose end is known."""
    import polars as pl

    if not 0 < blocking < 1:
        raise UsageError(f"a blocking of {blocking:g} is none", fix="give a share such as 0.01, one call in a hundred")
    rows = (
        data.table("contacts").filter(pl.col("channel").is_null() | (pl.col("channel") == "voice"))
        .select("day", begin=epoch_s("started_at"), end=epoch_s("ended_at"))
        .drop_nulls("begin").collect()
    )
    begin, end = (rows[name].fill_null(float("nan")).to_numpy().astype(float) for name in ("begin", "end"))
    length = end - begin
    seen = (length >= 0) & (length <= LONGEST_S)
    if not seen.any():
        raise SourceError("no call whose beginning and end are known", fix="import a source with call records")
    end = begin + np.where(seen, length, length[seen].mean())
    at, erlangs = busiest(begin, end)
    inside = (begin >= at) & (begin < at + 3600)
    days = _by_day(data, rows["day"], begin, end, blocking)
    needed = lines(erlangs, blocking)
    zone = data.settings.zone.info
    return Trunks(
        blocking, datetime.fromtimestamp(at, zone), erlangs, needed, int(inside.sum()),
        float((end - begin)[inside].mean()) if inside.any() else float((end - begin).mean()),
        most_at_once(begin, end), int((~seen).sum()), lost(begin, end, needed, at, at + 3600), days,
        pl.DataFrame({"blocking": share, "trunks": lines(erlangs, share)} for share in sorted({*BLOCKING, blocking})),
    )


def lost(begin: Array, end: Array, trunks: int, since: float, until: float) -> int:
    """Calls that begin in [since, until) and find all lines taken, when the calls come as they came."""
    busy: list[float] = []
    turned_away = 0
    for place in np.argsort(begin, kind="stable"):
        if begin[place] >= until:
            break
        while busy and busy[0] <= begin[place]:
            heappop(busy)
        if len(busy) < trunks:
            heappush(busy, float(end[place]))
        elif begin[place] >= since:
            turned_away += 1
    return turned_away


def lines(erlangs: float, blocking: float) -> int:
    """The fewest lines that block no more than this share of the calls (Erlang B)."""
    from ccops.workforce.erlang.delay import erlang_b

    return int(erlang_b(erlangs, 3600).required(p_block=blocking))


def _by_day(data: Slice, day: pl.Series, begin: Array, end: Array, blocking: float) -> pl.DataFrame:
    """The busy hour of each business day by the calls that began on it."""
    import polars as pl

    zone = data.settings.zone
    found = []
    for on in day.unique().sort().drop_nulls():
        own = (day == on).to_numpy()
        at, erlangs = busiest(begin[own], end[own])
        found.append({"day": on, "busy_hour": datetime.fromtimestamp(at, zone.info), "erlangs": erlangs,
                      "trunks": lines(erlangs, blocking), "most_at_once": most_at_once(begin[own], end[own])})
    return pl.DataFrame(found, schema={
        "day": pl.Date(), "busy_hour": pl.Datetime("us", zone.name), "erlangs": pl.Float64(), "trunks": pl.Int64(),
        "most_at_once": pl.Int64(),
    })
