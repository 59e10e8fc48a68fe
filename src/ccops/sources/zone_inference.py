"""Which time zone a switch's wall clock keeps, told by calls of which both the local time and the instant are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ccops.clock import Zone

_STEP = 900  # every zone since 1972 is a multiple of 15 minutes from Greenwich
_AGREE = 0.8  # late legs (a transfer long after the call began) may disagree
_PREFERRED = (
    "UTC", "Asia/Shanghai", "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "Asia/Kolkata", "Asia/Tokyo", "Europe/Moscow", "Europe/Athens",
    "America/Sao_Paulo", "America/Bogota", "America/Mexico_City", "Australia/Sydney", "Asia/Dubai",
    "Asia/Bangkok", "Asia/Karachi", "Asia/Tehran", "Africa/Johannesburg", "Pacific/Auckland",
)
_SHOWN = 200  # instants looked at, spread over the sample


def infer_zone(pairs: Sequence[tuple[int, float]], machine: str | None = None) -> str | None:
    """The IANA zone whose offsets explain the pairs (local seconds as if UTC, epoch seconds); None without one.

    Several zones usually do: `machine` (this computer's zone) comes first, then the zones of large countries.
    """
    votes = [(epoch, round((wall - epoch) / _STEP) * _STEP) for wall, epoch in pairs]
    votes = votes[:: max(1, len(votes) // _SHOWN)]
    if not votes:
        return None
    first = [name for name in (machine, *_PREFERRED) if name]
    rest = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    shares: dict[str, float] = {}
    for name in (*first, *rest):
        if name not in shares:
            shares[name] = _share(name, votes)
            if shares[name] == 1:
                return name
    best = max(shares, key=lambda name: shares[name])  # the first of equals
    return best if shares[best] >= _AGREE else None


def repeated_hours(zone: Zone, since: datetime) -> list[tuple[int, int, int]]:
    """Wall-clock stretches that the zone runs through twice: first and last (exclusive) second as if UTC, and the
    seconds between the two passes."""
    changes = zip(zone.starts[1:], zone.offsets, zone.offsets[1:], strict=False)
    return [
        (start + after, start + before, before - after)
        for start, before, after in changes if before > after and start >= since.timestamp()
    ]


def _share(name: str, votes: Sequence[tuple[float, int]]) -> float:
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return 0.0
    agree = 0
    for epoch, offset in votes:
        there = datetime.fromtimestamp(epoch, UTC).astimezone(zone).utcoffset()
        agree += there is not None and there.total_seconds() == offset
    return agree / len(votes)
