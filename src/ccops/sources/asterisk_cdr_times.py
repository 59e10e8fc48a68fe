"""The time cells of a CDR export: which order day and month stand in, and how DuckDB reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

_CELL = re.compile(
    r"\s*(?P<a>\d{1,4})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,4})[ T]+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?\s*"
)
_EPOCH = datetime(1970, 1, 1)
# A call's first channel and its start lie seconds apart; a wall clock is at most 14 hours from Greenwich.
_FAR = 15 * 3600


def is_time(cell: str) -> bool:
    """Whether the cell looks like a date with a time of day."""
    return _CELL.fullmatch(cell) is not None


def time_facts(cells: Sequence[str], epochs: Sequence[float | None]) -> dict[str, str]:
    """`time` (how to read the cells), `date_order` and `date_evidence` for `Layout.facts`.

    `epochs` are the instants of the same rows' uniqueids, where known. The evidence is `form` (the year comes first),
    `day` (a number above 12), `uniqueid`, or `assumed` (nothing spoke against day before month).
    """
    matches = [match for match in map(_CELL.fullmatch, cells) if match]
    if not matches or sum(len(match["a"]) == 4 for match in matches) * 2 > len(matches):
        zoned = bool(matches) and all(match["offset"] for match in matches)
        return {"time": "instant" if zoned else "iso", "date_order": "ymd", "date_evidence": "form"}
    day_first = sum(int(match["a"]) > 12 for match in matches)
    month_first = sum(int(match["b"]) > 12 for match in matches)
    if day_first != month_first:
        order, evidence = ("dmy" if day_first > month_first else "mdy"), "day"
    else:
        near = {order: _near(cells, epochs, order) for order in ("dmy", "mdy")}
        order = "mdy" if near["mdy"] > near["dmy"] else "dmy"
        evidence = "uniqueid" if near["mdy"] != near["dmy"] else "assumed"
    return {"time": "|".join(_formats(matches[0], order)), "date_order": order, "date_evidence": evidence}


def wall_time(cell: str, facts: Mapping[str, str]) -> datetime | None:
    """The cell as the wall clock's time, to the second; None when it is not one."""
    match = _CELL.fullmatch(cell)
    if not match:
        return None
    parts = dict(zip(facts["date_order"], (int(match["a"]), int(match["b"]), int(match["c"])), strict=True))
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    year = parts["y"] + (2000 if parts["y"] < 70 else 1900 if parts["y"] < 100 else 0)
    try:
        return datetime(year, parts["m"], parts["d"], hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None


def seconds(wall: datetime) -> int:
    """A naive time as seconds since 1970, as if it were UTC."""
    return int((wall - _EPOCH) / timedelta(seconds=1))


def time_sql(column: str, facts: Mapping[str, str]) -> str:
    """SQL for the TIMESTAMP that the text column holds, NULL where it is damaged."""
    how = facts["time"]
    if how == "iso":
        return f"try_cast({column} AS TIMESTAMP)"
    if how == "instant":
        return f"make_timestamp(epoch_us(try_cast({column} AS TIMESTAMPTZ)))"
    return f"try_strptime({column}, [{', '.join(repr(form) for form in how.split('|'))}])"


def _near(cells: Sequence[str], epochs: Sequence[float | None], order: str) -> int:
    walls = (wall_time(cell, {"date_order": order}) for cell in cells)
    return sum(
        wall is not None and epoch is not None and abs(seconds(wall) - epoch) <= _FAR
        for wall, epoch in zip(walls, epochs, strict=True)
    )


def _formats(match: re.Match[str], order: str) -> list[str]:
    year = "%Y" if len(match["c"]) == 4 else "%y"
    day = match["sep"].join({"d": "%d", "m": "%m", "y": year}[part] for part in order)
    if match["half"]:
        return [f"{day} %I:%M:%S %p", f"{day} %I:%M %p"]
    return [f"{day} %H:%M:%S", f"{day} %H:%M"]
