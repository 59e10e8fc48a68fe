"""A centre for tests of adherence: a schedule and what agents did, written as clock times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ccops.frames import canonical
from ccops.model import Scope, Slice
from ccops.settings import Settings
from ccops.workforce.adherence import Adherence

DAY = date(2026, 11, 20)
Stretch = tuple[str, str, str, str]  # agent, activity or state (aux:reason), from, to


def moment(text: str, zone: str = "UTC", day: date = DAY) -> datetime:
    """A local time, `+1` before it for the next day, as a naive UTC instant."""
    later, _, clock = text.rpartition("+1 ")
    whole = datetime.combine(day + timedelta(days=bool(later or text.startswith("+1"))), datetime.min.time())
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    wall = whole + timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def centre(plan: Sequence[Stretch], done: Sequence[Stretch], *, scope: Scope | None = None,
           inferred: Sequence[str] = (), visits: Sequence[Mapping[str, Any]] = (),
           people: Sequence[Mapping[str, Any]] = (), zone: str = "UTC", queue: str | None = None,
           **rules: Any) -> Slice:
    """A slice over a schedule and states, both given without overlap."""
    site = Settings().replacing(**{"site.tz": zone, **{f"adherence.{name}": value for name, value in rules.items()}})
    tables: dict[str, list[Mapping[str, Any]]] = {
        "shifts": [
            {"agent": agent, "activity": kind, "queue": queue, "started_at": moment(a, zone),
             "ended_at": moment(b, zone)}
            for agent, kind, a, b in plan
        ],
        "agent_states": [
            {"agent": agent, "state": kind.partition(":")[0], "reason": kind.partition(":")[2] or None,
             "started_at": moment(a, zone), "ended_at": moment(b, zone),
             "login_source": "inferred" if agent in inferred else "log"}
            for agent, kind, a, b in done
        ],
        "queue_visits": [*visits], "employees": [*people],
    }
    frames = {name: canonical(pl.DataFrame(rows), name, site) for name, rows in tables.items() if rows}
    return Slice.of(frames, scope or Scope(), site)


def only(found: Adherence) -> dict[str, Any]:
    return found.total.row(0, named=True)


def kinds(found: Adherence) -> dict[str, float]:
    return {
        row["reason"] + (f":{row['aux']}" if row["aux"] else ""): row["deviation_s"] for row in found.reasons.to_dicts()
    }
