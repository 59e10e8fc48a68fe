"""Names for the columns of a CDR file without a header, by what the columns hold.

Master.csv has 16 to 21 columns by configuration, and cdr_custom writes whatever order its mapping says. The usual
orders are tried first; any other order is worked out column by column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ccops.sources.asterisk_cdr_times import is_time, seconds, time_facts, wall_time

DISPOSITIONS = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION", "CANCEL")
MASTER = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
    "answer", "end", "duration", "billsec", "disposition", "amaflags",
)
CUSTOM = (
    "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
    "duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid", "userfield", "sequence",
)
DATABASE = (
    "start", "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "duration", "billsec",
    "disposition", "amaflags", "accountcode", "uniqueid", "userfield", "did", "recordingfile", "cnum", "cnam",
    "outbound_cnum", "outbound_cnam", "dst_cnam", "linkedid", "peeraccount", "sequence",
)
# What cdr.conf adds to Master.csv: loguniqueid, loguserfield, newcdrcolumns, each on its own.
_NEW = ("peeraccount", "linkedid", "sequence")
_TAILS = tuple(
    uniqueid + userfield + new
    for new in (_NEW, ()) for uniqueid in (("uniqueid",), ()) for userfield in (("userfield",), ())
)
_APPS = {
    "dial", "queue", "background", "playback", "voicemail", "hangup", "wait", "read", "goto", "macro", "appdial",
    "appdial2", "congestion", "busy", "answer", "waitexten", "stasis", "parkedcall", "confbridge", "meetme", "agi",
    "return", "gosub", "transferred call", "resetcdr", "forkcdr", "set", "noop", "progress", "ringing",
}
_UNIQUEID = re.compile(r"(?:.+-)?(?P<epoch>\d{9,10})\.\d+")
_DAMAGED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_CHANNEL = re.compile(r"\w+/[^,|\s]+-[0-9A-Fa-f]+(?:;\d)?")
_CLID = re.compile(r".*<(?P<number>[^<>]*)>\"?")

Row = Sequence[str]


def column_names(rows: Sequence[Row]) -> tuple[str, ...] | None:
    """Asterisk's names for the columns of rows of one width; None when they are no CDR.

    The first instant of a call is `start` (a database calls it calldate); a column of unknown use is `column_N`.
    """
    width = len(rows[0])
    usual = (*(MASTER + tail for tail in _TAILS), CUSTOM, CUSTOM[:18], CUSTOM[:17], DATABASE[:width])
    columns = list(zip(*rows, strict=True))
    fitting = (names for names in usual if len(names) == width and _fits(names, columns))
    return next(fitting, None) or _worked_out(columns)


def uniqueid_epoch(cell: str) -> int | None:
    """The second in which Asterisk made the uniqueid `[system-]epoch.n`; None for any other text."""
    match = _UNIQUEID.fullmatch(cell.strip())
    return int(match["epoch"]) if match else None


def _is_uniqueid(cell: str) -> bool:
    return bool(_UNIQUEID.fullmatch(cell) or _DAMAGED.fullmatch(cell))


def _is_whole(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()


def _is_disposition(cell: str) -> bool:
    return cell.upper() in DISPOSITIONS


def _most(cells: Sequence[str], test: Callable[[str], bool], share: float = 0.8) -> bool:
    """Whether that share of the cells that are not blank passes the test; false when all are blank."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and sum(map(test, filled)) >= share * len(filled)


def _blanks(cells: Sequence[str]) -> int:
    return sum(not cell.strip() for cell in cells)


def _full(cells: Sequence[str]) -> bool:
    return _blanks(cells) <= 0.2 * len(cells)


_MUST: dict[str, Callable[[str], bool]] = {
    "start": is_time, "duration": _is_whole, "billsec": _is_whole, "disposition": _is_disposition,
    "uniqueid": _is_uniqueid, "linkedid": _is_uniqueid,
}
_MAY: dict[str, Callable[[str], bool]] = {
    "answer": is_time, "end": is_time, "channel": lambda cell: "/" in cell, "dstchannel": lambda cell: "/" in cell,
    "sequence": str.isdigit,
}


def _fits(names: Sequence[str], columns: Sequence[Row]) -> bool:
    if not set(names) >= {"start", "duration", "billsec", "disposition"}:  # the beginning of a longer order
        return False
    for name, cells in zip(names, columns, strict=True):
        if name in _MUST and not (_full(cells) and _most(cells, _MUST[name])):
            return False
        if name in _MAY and _blanks(cells) < len(cells) and not _most(cells, _MAY[name]):
            return False
    return True


def _worked_out(columns: Sequence[Row]) -> tuple[str, ...] | None:
    """Names by content alone; None unless start, duration, billsec, disposition and a channel are found."""
    found: dict[str, int] = {}

    def free(test: Callable[[str], bool]) -> list[int]:
        return [at for at, cells in enumerate(columns) if at not in found.values() and _most(cells, test)]

    times = [at for at in free(is_time) if _full(columns[at])]
    dispositions = [at for at in free(_is_disposition) if _full(columns[at])]
    channels = free(lambda cell: bool(_CHANNEL.fullmatch(cell)))
    if not times or not dispositions or not channels:
        return None
    found["start"] = _earliest(columns, times)
    found["disposition"] = dispositions[0]
    channels.sort(key=lambda at: _blanks(columns[at]))  # a leg may have no dstchannel
    found |= dict(zip(("channel", "dstchannel"), channels, strict=False))
    uniqueids = free(_is_uniqueid)
    if len(uniqueids) > 1 and columns[uniqueids[0]] != columns[uniqueids[1]]:
        uniqueids.sort(key=lambda at: tuple(columns[at]), reverse=True)  # the linkedid is a call's first uniqueid
    found |= dict(zip(("uniqueid", "linkedid"), uniqueids, strict=False))
    lengths = _lengths(columns, [at for at in free(_is_whole) if _full(columns[at])], found["disposition"])
    if not lengths:
        return None
    found |= dict(zip(("duration", "billsec"), lengths, strict=True))
    found |= _parties(columns, free(lambda cell: bool(_CLID.fullmatch(cell))), set(found.values()))
    apps = free(lambda cell: cell.lower() in _APPS)
    if apps:
        found["lastapp"] = apps[0]
        if apps[0] + 1 < len(columns) and apps[0] + 1 not in found.values():
            found["lastdata"] = apps[0] + 1
    names = {at: name for name, at in found.items()}
    return tuple(names.get(at, f"column_{at + 1}") for at in range(len(columns)))


def _earliest(columns: Sequence[Row], times: Sequence[int]) -> int:
    """The start: never blank, and never later than the other times."""
    facts = time_facts(columns[times[0]], [None] * len(columns[times[0]]))

    def rank(at: int) -> tuple[int, int]:
        walls = [wall_time(cell, facts) for cell in columns[at]]
        return _blanks(columns[at]), sum(seconds(wall) for wall in walls if wall)

    return min(times, key=rank)


def _lengths(columns: Sequence[Row], whole: Sequence[int], disposition: int) -> tuple[int, int] | None:
    """Duration and billsec: neighbours of which the first is never the smaller, nearest to the disposition."""
    pairs = [
        (at, at + 1) for at in whole
        if at + 1 in whole and all(
            float(long) >= float(short)
            for long, short in zip(columns[at], columns[at + 1], strict=True) if _is_whole(long) and _is_whole(short)
        )
    ]
    return min(pairs, key=lambda pair: abs(pair[1] - disposition), default=None)


def _parties(columns: Sequence[Row], clids: Sequence[int], taken: set[int]) -> dict[str, int]:
    """src is the column that repeats the number in the clid; dst and dcontext follow it in every known order."""
    if not clids:
        return {}
    numbers = [match["number"] if (match := _CLID.fullmatch(cell.strip())) else "" for cell in columns[clids[0]]]
    free = [at for at in range(len(columns)) if at not in taken and at != clids[0]]
    same = {at: sum(cell == n != "" for cell, n in zip(columns[at], numbers, strict=True)) for at in free}
    src = max(free, key=lambda at: same[at], default=0)
    if not same.get(src):
        return {"clid": clids[0]}
    places = {"clid": clids[0], "src": src, "dst": src + 1, "dcontext": src + 2}
    return {name: at for name, at in places.items() if name in ("clid", "src") or at in free}
