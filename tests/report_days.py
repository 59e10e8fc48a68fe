"""A small centre by hand: two queues, three agents, a Monday with the Sunday and the Monday before it, in Shanghai."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

from ccops.model import TABLE, Scope, Slice
from ccops.reports.document import Note, Report, Table, Value
from ccops.settings import Settings

DAY = date(2026, 11, 23)  # a Monday
YESTERDAY, LAST_WEEK = DAY - timedelta(days=1), DAY - timedelta(days=7)
EAST = timedelta(hours=8)
SETTINGS = Settings.model_validate({
    "site": {"name": "Tiny", "tz": "Asia/Shanghai"},
    "agents": {"teams": {"blue": ["amy", "bob"]}},
})


@dataclass(frozen=True)
class Visit:
    """One queue visit, in local time and seconds."""

    contact: str
    at: str  # HH:MM:SS
    queue: str = "sales"
    wait: float | None = 10
    talk: float | None = None
    agent: str | None = None
    outcome: str = "abandoned"
    acw: float | None = None
    hold: float | None = None
    caller: str | None = None
    on: date = DAY
    nth: int = 1
    transferred: bool | None = None
    truncated: bool = False

    @property
    def entered(self) -> datetime:
        return utc(self.on, self.at)

    @property
    def ended(self) -> datetime | None:
        if self.wait is None:
            return None
        return self.entered + timedelta(seconds=self.wait + (self.talk or 0))


def utc(on: date, at: str) -> datetime:
    """A Shanghai time as naive UTC."""
    return datetime.combine(on, time.fromisoformat(at)) - EAST


def answered(contact: str, at: str, wait: float, talk: float | None, agent: str, **more: Any) -> Visit:
    return Visit(contact, at, wait=wait, talk=talk, agent=agent, outcome="answered", **more)


def _ms(value: float | None) -> int | None:
    return None if value is None else round(value * 1000)


def _frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    schema = TABLE[table].schema()
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def _origin(moment: datetime) -> dict[str, Any]:
    local = moment + EAST
    return {"system": "pbx", "source": "by_hand", "file_id": 1, "line": 1, "day": local.date(),
            "quarter": local.hour * 4 + local.minute // 15}


def visit_row(visit: Visit) -> dict[str, Any]:
    """The canonical row of a visit."""
    took = visit.outcome == "answered"
    return _origin(visit.entered) | {
        "contact_id": visit.contact, "queue": visit.queue, "nth": visit.nth, "channel": "voice", "direction": "in",
        "entered_at": visit.entered, "ended_at": visit.ended, "wait_ms": _ms(visit.wait), "talk_ms": _ms(visit.talk),
        "answered_at": visit.entered + timedelta(seconds=visit.wait or 0) if took else None,
        "hold_ms": _ms(visit.hold), "acw_ms": _ms(visit.acw), "agent": visit.agent, "outcome": visit.outcome,
        "abandon_phase": "queue" if visit.outcome == "abandoned" else None, "transferred": visit.transferred,
        "truncated": visit.truncated, "customer_key": visit.caller,
    }


def contact_row(contact: str, at: datetime, outcome: str, caller: str | None, direction: str = "in") -> dict[str, Any]:
    """The canonical row of a contact."""
    mask = caller and f"138****{caller[-4:]:0>4}"
    return _origin(at) | {
        "contact_id": contact, "channel": "voice", "direction": direction, "started_at": at, "outcome": outcome,
        "customer_key": caller, "customer_mask": mask,
    }


def no_answer(agent: str, contact: str, at: str, nth: int) -> dict[str, Any]:
    """A ring that the agent did not take."""
    moment = utc(DAY, at)
    return _origin(moment) | {"contact_id": contact, "nth": nth, "agent": agent, "queue": "sales",
                              "kind": "no_answer", "started_at": moment, "duration_ms": 5000}


def state(agent: str, name: str, begin: str, end: str, *, on: date = DAY, reason: str | None = None,
          known: str = "log") -> dict[str, Any]:
    """A stretch of an agent's day."""
    began = utc(on, begin)
    return _origin(began) | {"agent": agent, "state": name, "reason": reason, "started_at": began,
                             "ended_at": utc(on, end), "login_source": known}


def contacts_of(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    """A contact per contact id: answered if any of its visits was."""
    found: dict[str, dict[str, Any]] = {}
    for visit in sorted(visits, key=lambda visit: visit.entered):
        row = found.setdefault(visit.contact, contact_row(visit.contact, visit.entered, visit.outcome, visit.caller))
        row["outcome"] = "answered" if "answered" in (row["outcome"], visit.outcome) else visit.outcome
    return list(found.values())


def slice_of(visits: Sequence[Visit], *, states: Sequence[Mapping[str, Any]] = (),
             segments: Sequence[Mapping[str, Any]] = (), contacts: Sequence[Mapping[str, Any]] = (),
             settings: Settings = SETTINGS, scope: Scope | None = None,
             lacks: Mapping[str, str] | None = None, sources: Sequence[str] = ("by_hand",)) -> Slice:
    """A slice over visits, with their contacts and any more."""
    frames = {
        "queue_visits": _frame("queue_visits", [visit_row(visit) for visit in visits]),
        "contacts": _frame("contacts", [*contacts_of(visits), *contacts]),
        "agent_states": _frame("agent_states", states),
        "segments": _frame("segments", segments),
    }
    return Slice.of(frames, scope or Scope(), settings, lacks, sources)


MONDAY = (
    answered("c1", "09:00:00", 10, 120, "amy", acw=30, caller="k0001"),
    answered("c2", "09:05:00", 20, 240, "bob", acw=30, caller="k0002", transferred=True),
    answered("c3", "09:10:00", 35, 60, "amy", acw=None, caller="k0003", transferred=False),
    Visit("c4", "09:12:00", wait=3, caller="k0004"),
    Visit("c5", "09:20:00", wait=90, caller="k0005"),
    answered("c6", "10:00:00", 5, 300, "bob", caller="k0006"),
    Visit("c7", "10:10:00", wait=60, outcome="timeout", caller="k0007"),
    answered("c7", "10:11:05", 8, 100, "cleo", queue="service", caller="k0007"),
    Visit("c8", "10:30:00", queue="service", wait=45, caller=None),
    Visit("c9", "10:40:00", queue="service", wait=None, outcome="open", caller="k0009", truncated=True),
    answered("c10", "11:00:00", 15, 5 * 3600, "cleo", queue="service", caller="k0010"),
    Visit("c11", "14:00:00", queue="service", wait=70, caller="k0011"),
    answered("c12", "15:00:00", 2, None, "cleo", queue="service", caller="k0012"),
)
SUNDAY = (
    answered("y1", "09:00:00", 10, 120, "amy", on=YESTERDAY, caller="k0101"),
    Visit("y2", "09:30:00", wait=30, on=YESTERDAY, caller="k0102"),
)
MONDAY_BEFORE = (
    answered("w1", "09:00:00", 10, 100, "amy", on=LAST_WEEK, caller="k0201"),
    answered("w2", "09:10:00", 12, 140, "amy", on=LAST_WEEK, caller="k0202"),
    answered("w3", "10:10:00", 50, 120, "bob", on=LAST_WEEK, caller="k0203"),
    Visit("w4", "10:30:00", wait=40, on=LAST_WEEK, caller="k0204"),
)
FOLLOW_UPS = (
    contact_row("o5", utc(DAY, "10:20:00"), "answered", "k0005", "out"),
    contact_row("i11", utc(DAY, "16:00:00"), "ivr_hangup", "k0011"),
)
STATES = (
    state("amy", "available", "08:00:00", "09:00:10"), state("amy", "talk", "09:00:10", "09:02:10"),
    state("amy", "wrap", "09:02:10", "09:02:40"), state("amy", "aux", "09:02:40", "09:10:35", reason="lunch"),
    state("amy", "talk", "09:10:35", "09:11:35"), state("amy", "aux", "09:11:35", "09:12:00"),
    state("bob", "available", "09:00:00", "09:05:20", known="inferred"),
    state("bob", "talk", "09:05:20", "09:09:20", known="inferred"),
    state("amy", "available", "08:00:00", "12:00:00", on=LAST_WEEK),
)
RINGS = (no_answer("amy", "c5", "09:20:10", 1), no_answer("bob", "c5", "09:20:20", 2))


def tiny(scope: Scope | None = None, lacks: Mapping[str, str] | None = None, settings: Settings = SETTINGS,
         sources: Sequence[str] = ("by_hand",)) -> Slice:
    """All of it."""
    return slice_of(
        (*MONDAY, *SUNDAY, *MONDAY_BEFORE), states=STATES, segments=RINGS, contacts=FOLLOW_UPS, settings=settings,
        scope=scope, lacks=lacks, sources=sources,
    )


def renamed(names: Mapping[str, str]) -> tuple[Visit, ...]:
    """Monday's visits with other queue names."""
    return tuple(replace(visit, queue=names.get(visit.queue, visit.queue)) for visit in MONDAY)


def table(report: Report, section: str, name: str) -> Table:
    """A table of a section."""
    return next(b for b in report.section(section).blocks if isinstance(b, Table) and b.id == name)


def note(report: Report, section: str, key: str) -> Note:
    """A sentence of a section."""
    return next(b for b in report.section(section).blocks if isinstance(b, Note) and b.key == key)


def keys(report: Report, section: str) -> list[str]:
    """Which sentences a section has."""
    return [block.key for block in report.section(section).blocks if isinstance(block, Note)]


def rows(found: Table) -> list[dict[str, Value]]:
    """Rows of a table by column key."""
    return [dict(zip((column.key for column in found.columns), row, strict=True)) for row in found.rows]
