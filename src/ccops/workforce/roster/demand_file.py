"""How many people are wanted on which shift of which day: a simple CSV, or the plan that `ccops schedule -o` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ccops.csv_rows import Row, rows
from ccops.errors import SourceError
from ccops.labels import aliases
from ccops.safe_text import printable
from ccops.workforce.clock_words import clock
from ccops.workforce.roster.cells import When, as_when
from ccops.workforce.roster.problem import DAY, Pause, Shift
from ccops.workforce.roster.rules_file import is_night

_COLUMNS = {
    "day": (*aliases("day"), "date"), "shift": ("班次", "班别"), "agents": ("需求人数", "人数", "required", "demand"),
    "minimum": ("最少人数", "min"), "skill": ("技能",),
}
_PLAN: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("day", "name", "group", "start_at", "end_at", "agents", "paid_h", "part_time", "cost", "breaks"), ()
)
_MINUTE = timedelta(minutes=1)
_SCHEMA = "ccops.schedule/1"


@dataclass(frozen=True)
class Wanted:
    """So many people on a shift on some days."""

    place: str
    when: When
    shift: str
    agents: int
    minimum: int = 0
    skill: str = ""


@dataclass(frozen=True)
class Demand:
    """What a file wants; a plan brings its shifts, and may say who of them pauses when."""

    wanted: list[Wanted]
    shifts: list[Shift] = field(default_factory=list)
    pauses: Mapping[tuple[date, str], list[list[Pause]]] = field(default_factory=dict)


def read_demand(file: Path) -> Demand:
    """The demand in a file. Raises SourceError with the line that is wrong."""
    if file.suffix.lower() == ".json":
        return _of_document(file)
    try:
        head = file.read_bytes()[:400].decode("utf-8-sig", "replace").partition("\n")[0]
    except FileNotFoundError:
        raise SourceError("no such file", where=str(file), fix="name a CSV with day, shift, agents") from None
    if "start_at" in head and "end_at" in head:
        return _of_plan(file)
    return Demand(_once([_wanted(row) for row in rows(file, _COLUMNS, ("day", "shift", "agents"))]))


def _wanted(row: Row) -> Wanted:
    cell = row.cells.get("day", "")
    when = as_when(cell)
    if when is None:
        raise row.refusal("day", f"{printable(cell)!r} is not a day", "write 2026-11-23, a..b, or mon, tue, …")
    agents = row.whole("agents")
    if agents is None or "shift" not in row.cells:
        missing = "shift" if agents is not None else "agents"
        raise row.refusal(missing, "nothing stands there", "fill it in, or leave the line out")
    minimum = row.whole("minimum") or 0
    if minimum > agents:
        raise row.refusal("minimum", f"{minimum} is above the {agents} wanted", "lower it, or raise agents")
    return Wanted(row.place, when, row.cells["shift"], agents, minimum, row.cells.get("skill", ""))


def _once(wanted: list[Wanted]) -> list[Wanted]:
    """Raises SourceError for the same demand twice."""
    seen: dict[tuple[object, ...], str] = {}
    for one in wanted:
        key = (one.when, one.shift.casefold(), one.skill.casefold())
        if key in seen:
            raise SourceError(f"{one.when} {printable(one.shift)} is wanted twice", where=one.place,
                              fix=f"it stands in {seen[key]} too; keep one line, or give them different skills")
        seen[key] = one.place
    return wanted


def _of_plan(file: Path) -> Demand:
    """The rows of a plan: day, name, group, start_at, end_at, agents and paid_h."""
    stretches = []
    for row in rows(file, _PLAN, ("day", "name", "start_at", "end_at", "agents")):
        begin, end = _instant(row, "start_at"), _instant(row, "end_at")
        paid = row.minutes("paid_h")
        stretches.append(_Stretch(
            row.place, row.day("day"), row.cells.get("name", ""), row.cells.get("group", ""),
            _after(row.day("day"), begin), round((end - begin).total_seconds() / 60), paid,
            row.whole("agents") or 0, [],
        ))
    return _planned(stretches)


def _instant(row: Row, column: str) -> datetime:
    """The time on the wall: a plan's offsets only tell that it is local."""
    try:
        return datetime.fromisoformat(row.cells.get(column, "")).replace(tzinfo=None)
    except ValueError:
        raise row.refusal(column, "not a time", "use the plan as ccops schedule wrote it") from None


@dataclass(frozen=True)
class _Stretch:
    """A shift of a plan on a day."""

    place: str
    day: date
    name: str
    group: str
    starts: int  # minutes from the day's midnight: a business day's night is past 24:00
    length: int
    paid: int | None
    agents: int
    pauses: list[list[Pause]]

    @property
    def key(self) -> tuple[str, int, int, str]:
        return self.name, self.starts, self.length, self.group


def _of_document(file: Path) -> Demand:
    """The plan as JSON, which says of every break how many take it when."""
    try:
        document = json.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise SourceError("no such file", where=str(file), fix="check its name") from None
    except ValueError as error:
        raise SourceError(f"not JSON: {error}", where=str(file), fix="use the plan as it was written") from None
    if not isinstance(document, dict) or document.get("schema") != _SCHEMA:
        raise SourceError("not the plan of ccops schedule", where=str(file), fix=f"its schema is {_SCHEMA}")
    try:
        stretches = [
            one for number, shift in enumerate(document["shifts"], 1)
            for one in _stretches(f"{file}: shift {number}", shift)
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"a plan with something missing or changed: {printable(str(error))}", where=str(file),
                          fix="use the plan as it was written") from None
    return _planned(stretches)


def _stretches(place: str, shift: Mapping[str, Any]) -> Iterator[_Stretch]:
    """A shift of the document on each of its days."""
    starts, ends = (time.fromisoformat(shift[name]) for name in ("start", "end"))
    length = round((datetime.combine(date.min, ends) - datetime.combine(date.min, starts)) / _MINUTE) % DAY or DAY
    days = [date.fromisoformat(day) for day in shift["days"]]
    begins = shift.get("start_at") or [datetime.combine(day, starts).isoformat() for day in days]
    for day, begun in zip(days, begins, strict=True):
        begin = datetime.fromisoformat(begun).replace(tzinfo=None)
        yield _Stretch(
            place, day, shift["name"], shift["group"], _after(day, begin), length, round(shift["paid_h"] * 60),
            shift["agents"], _dealt(shift["breaks"], day, begin, shift["agents"]),
        )


def _after(day: date, begin: datetime) -> int:
    """Minutes of the clock from a business day's midnight to a start."""
    return round((begin - datetime.combine(day, time())) / _MINUTE)


def _dealt(breaks: list[dict[str, Any]], day: date, begin: datetime, agents: int) -> list[list[Pause]]:
    """The breaks of each agent: the plan counts how many pause when, in the order of their times."""
    dealt: list[list[Pause]] = [[] for _ in range(agents)]
    by_name: dict[str, list[Pause]] = {}
    for one in breaks:
        if one["day"] == day.isoformat():
            at = datetime.fromisoformat(one["start_at"]).replace(tzinfo=None)
            pause = Pause(round((at - begin) / timedelta(minutes=1)), one["length_min"], one["activity"])
            by_name.setdefault(one["name"], []).extend([pause] * one["agents"])
    for pauses in by_name.values():
        for agent, pause in zip(dealt, sorted(pauses, key=lambda pause: pause.after_min), strict=False):
            agent.append(pause)
    return dealt


def _planned(stretches: list[_Stretch]) -> Demand:
    """Demand and shifts of a plan: shifts of one name that start at several times are told apart by them."""
    kinds = list(dict.fromkeys(stretch.key for stretch in stretches))
    groups = {group for *_, group in kinds}
    names = {}
    for kind in kinds:
        name, starts, length, group = kind
        same = [other for other in kinds if other[0] == name]
        parts = [name]
        if len({other[1] for other in same}) > 1:
            parts.append(clock(starts % DAY))
        if len({other[2] for other in same if other[1] == starts}) > 1:
            parts.append(f"{length // 60}:{length % 60:02} h")
        if len({other[3] for other in same}) > 1:
            parts.append(group)
        names[kind] = " ".join(parts)
    shifts = {}
    for stretch in stretches:
        paid = stretch.length if stretch.paid is None else stretch.paid
        skills = frozenset({stretch.group}) if len(groups) > 1 and stretch.group else frozenset[str]()
        shifts[stretch.key] = Shift(
            names[stretch.key], stretch.starts, stretch.length, min(paid, stretch.length),
            is_night(stretch.starts % DAY, stretch.length), skills,
        )
    wanted: dict[tuple[date, str], Wanted] = {}
    pauses: dict[tuple[date, str], list[list[Pause]]] = {}
    for stretch in stretches:
        key = stretch.day, names[stretch.key]
        before = wanted[key].agents if key in wanted else 0
        wanted[key] = Wanted(stretch.place, When(stretch.day, stretch.day), key[1], before + stretch.agents)
        pauses.setdefault(key, []).extend(stretch.pauses)
    return Demand(list(wanted.values()), list(shifts.values()), pauses)
