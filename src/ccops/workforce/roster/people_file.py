"""The people of a roster as a CSV or TOML file lists them, one line or table for each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ccops.csv_rows import Row, rows
from ccops.errors import SourceError
from ccops.labels import aliases
from ccops.safe_text import printable
from ccops.toml_file import tables, text_of
from ccops.workforce.roster.cells import When, as_when, days_and_words

_COLUMNS = {
    "agent": (*aliases("agent"), "id", "employee"), "name": ("姓名",), "team": (*aliases("team"), "组别"),
    "skills": ("技能", "skill"),
    "hours": ("contract hours", "hours per week", "合同工时", "周工时"), "hours_min": ("最少周工时",),
    "hours_max": ("最多周工时",), "shifts_min": ("最少班数",), "shifts_max": ("最多班数",), "bans": ("禁排",),
    "wishes": ("意愿", "preferences"), "absent": ("缺勤", "absences", "请假"), "fixed": ("指定班次", "固定"),
    "history": ("历史班次",), "employed_from": ("hired", "入职日期"), "employed_to": ("left", "离职日期"),
}
_ABSENCES = {
    "agent": aliases("agent"), "from": ("开始日期", "first", "begin"), "to": ("结束日期", "last", "end"),
    "reason": (*aliases("reason"), "type"),
}
_HISTORY = {
    "agent": aliases("agent"), "day": (*aliases("day"), "date"), "shift": ("班次",), "activity": ("活动",),
    "queue": aliases("queue"), "scheduled start": (), "scheduled end": (), "published": (),
    "team": aliases("team"),
}
_LIKE_A_DATE = re.compile(r"\d{4}[-/.年]|\S*\.\.")
_NOT = ("not", "不要", "非")
_WORDS = {"off": "off", "休": "off", "休息": "off", "any": "any", "work": "any", "": "any"}


@dataclass(frozen=True)
class Said:
    """Part of a cell: days, a shift's name (or `off`, or `any`), and for wishes whether not, and the weight."""

    when: When
    shift: str
    refused: bool = False
    weight: int = 1

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.when), "not" * self.refused, self.shift)))


@dataclass(frozen=True)
class Listed:
    """A person as the file has them."""

    row: Row
    agent: str
    team: str = ""
    skills: frozenset[str] = frozenset()
    hours: int | None = None
    hours_min: int | None = None
    hours_max: int | None = None
    shifts_min: int | None = None
    shifts_max: int | None = None
    bans: tuple[Said, ...] = ()
    wishes: tuple[Said, ...] = ()
    absent: tuple[When, ...] = ()
    fixed: tuple[Said, ...] = ()
    history: tuple[Said, ...] = ()
    employed: tuple[date | None, date | None] = field(default=(None, None))


def read_people(file: Path) -> list[Listed]:
    """The people in a file. Raises SourceError with the line that is wrong."""
    found = _tables(file) if file.suffix.lower() == ".toml" else rows(file, _COLUMNS, ("agent",))
    people, seen = [], dict[str, str]()
    for row in found:
        agent = row.cells.get("agent", "")
        if not agent:
            raise row.refusal("agent", "nothing stands there", "name the agent, or delete the line")
        if agent.casefold() in seen:
            raise SourceError(f"{printable(agent)} is listed twice", where=row.place,
                              fix=f"they stand in {seen[agent.casefold()]} too; keep one line")
        seen[agent.casefold()] = row.place
        people.append(_listed(row, agent))
    return people


def _tables(file: Path) -> list[Row]:
    """The tables `[[person]]` of a TOML file as rows: lists are parts of a cell."""
    people = tables(text_of(file, "file", "check its name", SourceError), str(file), SourceError).get("person")
    if not isinstance(people, list) or not people or not all(isinstance(one, dict) for one in people):
        raise SourceError("no people", where=str(file), fix="write one [[person]] with agent = \"…\" for each")
    made = []
    for number, one in enumerate(people, 1):
        place = f"{file}: person {number}"
        if strange := [key for key in one if key not in _COLUMNS]:
            raise SourceError(f"unknown key {strange[0]}", where=place, fix=f"keys are {', '.join(_COLUMNS)}")
        made.append(Row(place, {
            key: "; ".join(map(str, value)) if isinstance(value, list) else str(value).strip()
            for key, value in one.items() if value not in ("", [])
        }))
    return made


def _listed(row: Row, agent: str) -> Listed:
    hours, least, most = row.minutes("hours"), row.minutes("hours_min"), row.minutes("hours_max")
    for column, value in (("hours", hours), ("hours_min", least), ("hours_max", most)):
        if value is not None and value > 7 * 24 * 60:
            raise row.refusal(column, f"{value / 60:g} h are more than a week has", "write hours per week, such as 40")
    if least is not None and most is not None and least > most:
        raise row.refusal("hours_min", f"{least / 60:g} h are above hours_max, {most / 60:g} h", "lower it")
    few, many = row.whole("shifts_min"), row.whole("shifts_max")
    if few is not None and many is not None and few > many:
        raise row.refusal("shifts_min", f"{few} is above shifts_max, {many}", "lower it")
    return Listed(
        row, agent, row.cells.get("team", ""), frozenset(row.parts("skills")), hours, least, most, few, many,
        bans=tuple(_said(row, "bans", part) for part in row.parts("bans")),
        wishes=tuple(_wish(row, part) for part in row.parts("wishes")),
        absent=tuple(_dates(row, part) for part in row.parts("absent")),
        fixed=tuple(_dated(row, "fixed", part) for part in row.parts("fixed")),
        history=tuple(_dated(row, "history", part) for part in row.parts("history")),
        employed=(row.day("employed_from") if "employed_from" in row.cells else None,
                  row.day("employed_to") if "employed_to" in row.cells else None),
    )


def _said(row: Row, column: str, part: str) -> Said:
    when, words = days_and_words(part)
    if not when.dated and _LIKE_A_DATE.match(part):
        raise row.refusal(column, f"{printable(part)!r} does not begin with a day", "write 2026-11-03 or a..b")
    return Said(when, _WORDS.get(words.casefold(), words))


def _dated(row: Row, column: str, part: str) -> Said:
    said = _said(row, column, part)
    if not said.when.dated or said.shift == "any":
        raise row.refusal(column, f"{printable(part)!r} is not a day and a shift", "write 2026-11-23 late")
    return said


def _dates(row: Row, part: str) -> When:
    when = as_when(part)
    if when is None:
        raise row.refusal("absent", f"{printable(part)!r} is neither a day nor a range of days",
                          "write 2026-11-23 or 2026-11-23..2026-11-27")
    return when


def _wish(row: Row, part: str) -> Said:
    """`early`, `sat off`, `off sat`, `not night*3`, `2026-11-07 late*5`: the number is how much it matters."""
    words, star, number = part.rpartition("*")
    if star and not number.strip().isdecimal():
        raise row.refusal("wishes", f"{printable(part)!r}: after * stands how much it matters", "write early*3")
    said = _said(row, "wishes", words.strip() if star else part)
    first, _, others = said.shift.partition(" ")
    refused = first.casefold() in _NOT
    name, when = others.strip() if refused else said.shift, said.when
    if first.casefold() in ("off", *_WORDS) and others and not when:
        when, name = days_and_words(others)[0], first
    return Said(when, _WORDS.get(name.casefold(), name), refused, int(number) if star else 1)


def read_absences(file: Path) -> list[tuple[Row, str, When]]:
    """Absences from a file of their own: agent, from, to. Raises SourceError with the line that is wrong."""
    found = []
    for row in rows(file, _ABSENCES, ("agent", "from")):
        first = row.day("from")
        last = row.day("to") if "to" in row.cells else first
        if last < first:
            raise row.refusal("to", f"{last} is before {first}", "put the earlier day first")
        found.append((row, row.cells.get("agent", ""), When(first, last)))
    return found


def read_history(file: Path) -> list[tuple[Row, str, date, str]]:
    """Shifts worked before: agent, day, shift; or an earlier roster as it was written. Raises SourceError."""
    found = []
    for row in rows(file, _HISTORY, ("agent", "shift")):
        if row.cells.get("activity", "work").casefold() != "work":
            continue
        day = row.day("day") if "day" in row.cells else _started(row)
        found.append((row, row.cells.get("agent", ""), day, row.cells.get("shift", "")))
    return found


def _started(row: Row) -> date:
    cell = row.cells.get("scheduled start", "")[:10]
    return Row(row.place, {"scheduled start": cell}).day("scheduled start")
