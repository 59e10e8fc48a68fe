"""Random rows of the canonical tables, and plain-Python clocks to check ours against.

`table` turns rows (missing columns are null) into a canonical frame with its `day` and `quarter`. The strategies keep
instants close together and around a change of the clocks, where things go wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from ccops.model import TABLE, VISIT_OUTCOMES, Scope, Slice
from ccops.settings import Settings

Row = dict[str, Any]

# Zones with a change of the clocks, a quarter-hour offset, and a half-hour offset with a change.
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Adelaide", "America/St_Johns")
# Local midnight to midnight of these contains or borders a change of the clocks somewhere above.
STARTS = (
    datetime(2026, 3, 29, 0, 0), datetime(2026, 10, 25, 0, 0), datetime(2026, 4, 4, 15, 0),
    datetime(2026, 10, 3, 15, 0), datetime(2026, 3, 8, 4, 30), datetime(2025, 12, 28, 22, 0),
)
QUEUES = ("sales", "support", "客服")
AGENTS = ("anna", "bo", "chen")


def site(tz: str = "UTC", day_start: str = "00:00", more: Mapping[str, Any] | None = None) -> Settings:
    """Settings of a site in a zone, with `more` of them by their dotted names."""
    return Settings().replacing(**{"site.tz": tz, "site.day_start": day_start, **(more or {})})


def local(at: datetime, settings: Settings) -> datetime:
    """Wall clock of a naive UTC instant."""
    return at.replace(tzinfo=UTC).astimezone(settings.zone.info).replace(tzinfo=None)


def day_of(at: datetime, settings: Settings) -> date:
    """Business day of a naive UTC instant."""
    hours, minutes = settings.site.day_start.split(":")
    return (local(at, settings) - timedelta(hours=int(hours), minutes=int(minutes))).date()


def table(name: str, rows: Sequence[Row], settings: Settings) -> pl.DataFrame:
    """A canonical frame of these rows."""
    known = TABLE[name]
    full = []
    for row in rows:
        at = row[known.at]
        wall = local(at, settings)
        when = {"day": day_of(at, settings), "quarter": wall.hour * 4 + wall.minute // 15}
        full.append({column: row.get(column, when.get(column)) for column in known.names})
    return pl.DataFrame(full, schema=known.schema())


def slice_of(settings: Settings | None = None, scope: Scope | None = None, lacks: Mapping[str, str] | None = None,
             sources: Sequence[str] = (), **rows: Sequence[Row]) -> Slice:
    """A slice over rows given per table: `slice_of(queue_visits=[…])`."""
    settings = settings or Settings()
    frames = {name: table(name, given, settings) for name, given in rows.items()}
    return Slice.of(frames, scope or Scope(), settings, lacks, sources)


def visit(n: int = 0, **values: Any) -> Row:
    """A visit answered by anna after 10 s with 60 s of talk, unless told otherwise; `n` makes it another contact."""
    row: Row = {
        "system": "s", "contact_id": f"c{n}", "queue": "sales", "nth": 1, "channel": "voice", "direction": "in",
        "entered_at": datetime(2026, 11, 23, 9, 0), "wait_ms": 10_000, "outcome": "answered",
    } | values
    if row["outcome"] == "answered":
        row = {"agent": "anna", "talk_ms": 60_000} | row
    if row["outcome"] == "abandoned":
        row = {"abandon_phase": "queue"} | row
    return row


def _ms(most_s: int) -> st.SearchStrategy[int]:
    """Durations with the thresholds of service levels and bins among them."""
    edges = [ms for s in (0, 5, 20, 30, 120) for ms in (s * 1000 - 1, s * 1000, s * 1000 + 1) if ms >= 0]
    return st.one_of(st.sampled_from(edges), st.integers(0, most_s * 1000))


@st.composite
def instants(draw: st.DrawFn, start: datetime | None = None, hours: int = 30) -> datetime:
    """An instant in the hours after `start`, often on a quarter-hour."""
    start = start or draw(st.sampled_from(STARTS))
    quarter = timedelta(minutes=15) * draw(st.integers(0, hours * 4 - 1))
    return start + quarter + timedelta(milliseconds=draw(st.one_of(st.just(0), st.integers(0, 899_999))))


@st.composite
def visits(draw: st.DrawFn, max_size: int = 25) -> list[Row]:
    """Queue visits of a day or so: every outcome, unknown waits and talks, contacts in several queues."""
    start = draw(st.sampled_from(STARTS))
    rows: list[Row] = []
    for n in range(draw(st.integers(0, max_size))):
        entered = draw(instants(start))
        outcome = draw(st.one_of(st.sampled_from(["answered", "abandoned"]), st.sampled_from(VISIT_OUTCOMES)))
        wait = None if outcome == "open" else draw(st.one_of(_ms(400), _ms(40), st.none()))
        served = outcome == "answered"
        phase = draw(st.sampled_from(["queue", "ring", "announcement"])) if outcome == "abandoned" else None
        talk = draw(st.one_of(_ms(900), st.none())) if served else None
        left = entered + timedelta(milliseconds=wait) if wait is not None else None
        rows.append({
            "system": draw(st.sampled_from(["pbx", "cloud"])), "contact_id": f"c{draw(st.integers(0, max_size))}",
            "queue": draw(st.sampled_from(QUEUES)), "nth": n, "channel": draw(st.sampled_from(["voice", "chat", None])),
            "direction": draw(st.sampled_from(["in", "out"])), "entered_at": entered,
            "answered_at": left if served else None,
            "ended_at": draw(st.sampled_from([None, left, entered + timedelta(hours=1)])),
            "wait_ms": wait,
            "ring_ms": draw(st.one_of(st.none(), st.integers(0, wait))) if served and wait is not None else None,
            "talk_ms": talk,
            "hold_ms": draw(st.one_of(st.none(), st.just(0), _ms(60))) if served else None,
            "acw_ms": draw(st.one_of(st.none(), _ms(120))) if served else None,
            "agent": draw(st.sampled_from([*AGENTS, None])) if served else None,
            "outcome": outcome,
            "abandon_phase": phase,
            "transferred": draw(st.sampled_from([True, False, None])) if served else None,
        })
    return rows


@st.composite
def states(draw: st.DrawFn, max_size: int = 12) -> list[Row]:
    """Agent states without overlap, some over many hours, with gaps and with inferred logins."""
    start = draw(st.sampled_from(STARTS))
    rows: list[Row] = []
    for agent in AGENTS:
        at = draw(instants(start, hours=4))
        source = draw(st.sampled_from(["log", "log", "inferred", "roster"]))
        for _ in range(draw(st.integers(0, max_size // 3))):
            length = draw(st.one_of(st.integers(1, 1_800_000), st.integers(1, 8 * 3_600_000)))
            end = at + timedelta(milliseconds=length)
            state = draw(st.sampled_from(["available", "ring", "talk", "hold", "wrap", "aux", "offline"]))
            rows.append({
                "agent": agent, "state": state, "started_at": at, "ended_at": end, "login_source": source,
                "reason": draw(st.sampled_from(["lunch", "training", None])) if state == "aux" else None,
            })
            at = end + timedelta(milliseconds=draw(st.sampled_from([0, 0, 1, 3_600_000])))
    return rows


@st.composite
def contacts(draw: st.DrawFn, max_size: int = 14) -> list[Row]:
    """Contacts of a few customers over some weeks, some unknown, some minutes apart, some overlapping."""
    start = datetime(2026, 11, 1)
    rows: list[Row] = []
    for n in range(draw(st.integers(0, max_size))):
        gap = draw(st.one_of(st.integers(0, 3_600), st.integers(0, 21 * 86_400)))
        began = start + timedelta(seconds=gap)
        length = draw(st.one_of(st.none(), st.integers(0, 2_400)))
        rows.append({
            "system": "s", "contact_id": f"c{n:02}", "channel": "voice",
            "direction": draw(st.sampled_from(["in", "in", "in", "out"])), "started_at": began,
            "ended_at": None if length is None else began + timedelta(seconds=length),
            "customer_key": draw(st.sampled_from(["k1", "k2", "k3", None])),
            "outcome": draw(st.sampled_from(
                ["answered", "answered", "abandoned", "ivr_completed", "ivr_hangup", "open", "connected"]
            )),
            "ivr_ms": draw(st.sampled_from([None, 5_000])),
        })
    return rows
