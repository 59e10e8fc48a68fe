"""Local time without a database's zone tables: an IANA zone as offsets, in Python and as plain SQL arithmetic.

DuckDB and Python may carry different editions of the zone database, and converting row by row is slow in both. An
offset is constant between two transitions, so a zone is a short list of numbers, looked up by halving.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ccops.errors import UsageError

_FIRST, _LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Zone:
    """An IANA zone: `Zone.of("Asia/Shanghai")`. Offsets are seconds east of Greenwich."""

    name: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, name: str) -> Zone:
        """The zone of that name. Raises UsageError for a name that the IANA database does not know."""
        try:
            info = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            from difflib import get_close_matches

            near = get_close_matches(name, sorted(available_timezones()), n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "use a name such as Asia/Shanghai or Europe/Berlin"
            raise UsageError(f"unknown time zone {name!r}", fix=hint) from None
        starts, offsets = [int(_FIRST.timestamp())], [_offset(info, _FIRST)]
        step = timedelta(days=7)
        moment = _FIRST
        while moment < _LAST:
            if _offset(info, moment + step) != offsets[-1]:
                low, high = moment, moment + step
                while high - low > timedelta(seconds=1):
                    middle = low + (high - low) // 2
                    middle = middle.replace(microsecond=0)
                    if _offset(info, middle) == offsets[-1]:
                        low = middle
                    else:
                        high = middle
                starts.append(int(high.timestamp()))
                offsets.append(_offset(info, high))
            moment += step
        return cls(name, tuple(starts), tuple(offsets))

    @cached_property
    def info(self) -> ZoneInfo:
        return ZoneInfo(self.name)

    def offset_at(self, epoch_s: float) -> int:
        """Offset at an instant given as epoch seconds."""
        return self.offsets[max(bisect_right(self.starts, epoch_s) - 1, 0)]

    def to_local_sql(self, column: str) -> str:
        """SQL for the local wall-clock TIMESTAMP of a UTC TIMESTAMP column."""
        return f"make_timestamp(epoch_us({column}) + {self._tree(column, self.starts, 1_000_000)})"

    def to_utc_sql(self, column: str) -> str:
        """SQL for the UTC TIMESTAMP of a local wall-clock column.

        An ambiguous hour is its first pass, a time that the clock skipped is shifted on: what Python's fold=0 says.
        """
        pairs = zip(self.starts[1:], self.offsets, self.offsets[1:], strict=False)
        walls = (self.starts[0] + self.offsets[0], *(start + max(a, b) for start, a, b in pairs))
        return f"make_timestamp(epoch_us({column}) - {self._tree(column, walls, 1_000_000)})"

    def _tree(self, column: str, starts: tuple[int, ...], scale: int) -> str:
        """The offset as a balanced CASE over the instants (epoch seconds) at which it changes."""

        def node(low: int, high: int) -> str:
            if high - low == 1:
                return str(self.offsets[low] * scale)
            middle = (low + high) // 2
            pivot = starts[middle] * scale
            return f"CASE WHEN epoch_us({column}) < {pivot} THEN {node(low, middle)} ELSE {node(middle, high)} END"

        return node(0, len(starts))


def machine_zone() -> str:
    """The IANA zone this computer keeps; UTC when it does not say."""
    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.resolve()).partition("zoneinfo/")[2]
    return named if named in available_timezones() else "UTC"


def _offset(info: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(info).utcoffset()
    assert offset is not None  # noqa: S101  a ZoneInfo always has one
    return int(offset.total_seconds())


@dataclass(frozen=True)
class BusinessDay:
    """How instants become business days: the site's zone and the local time at which a day begins."""

    zone: Zone
    starts: time = time(0)

    @property
    def shift_s(self) -> int:
        return self.starts.hour * 3600 + self.starts.minute * 60

    def day_sql(self, column: str) -> str:
        """SQL for the business DATE of a UTC TIMESTAMP column."""
        return f"CAST({self.zone.to_local_sql(column)} - to_seconds({self.shift_s}) AS DATE)"

    def quarter_sql(self, column: str) -> str:
        """SQL for the local clock's quarter-hour, 0-95, of a UTC TIMESTAMP column."""
        local = self.zone.to_local_sql(column)
        return f"CAST(((epoch_us({local}) // 900000000) % 96 + 96) % 96 AS BIGINT)"

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """First and last instant (exclusive) of a business day, as naive UTC: 23 or 25 hours apart on two days."""
        return self._start(day), self._start(day + timedelta(days=1))

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, self.starts, self.zone.info).astimezone(UTC).replace(tzinfo=None)

    def day_of(self, moment: datetime) -> date:
        """The business day of a naive UTC instant."""
        local = moment.replace(tzinfo=UTC).astimezone(self.zone.info).replace(tzinfo=None)
        return (local - timedelta(seconds=self.shift_s)).date()
