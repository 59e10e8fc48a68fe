"""Demand, people and rules put together into one problem; whatever does not fit is told with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from ccops.clock import Zone
from ccops.csv_rows import Row
from ccops.errors import SourceError, UsageError
from ccops.safe_text import printable
from ccops.workforce.roster.cells import When
from ccops.workforce.roster.demand_file import Demand
from ccops.workforce.roster.people_file import Listed, Said
from ccops.workforce.roster.problem import OFF, Need, Pause, Person, Problem, Shift, Wish
from ccops.workforce.roster.rules_file import RulesFile

WEEKS = 4
MOST_DAYS = 366


@dataclass(frozen=True)
class Inputs:
    """What the files say, read but not yet put together."""

    demand: Demand
    people: Sequence[Listed]
    rules: RulesFile
    absences: Sequence[tuple[Row, str, When]] = ()
    history: Sequence[tuple[Row, str, date, str]] = ()


@dataclass(frozen=True)
class Assembled:
    """The problem, who of a plan's agents pauses when, and how many absences lie wholly outside the roster."""

    problem: Problem
    pauses: Mapping[tuple[int, int], Sequence[Sequence[Pause]]]
    outside: int = 0


def assemble(inputs: Inputs, zone: Zone, first: date | None = None, weeks: int | None = None) -> Assembled:
    """The roster asked for: from the demand's first day (or `first`) on, to its last day or for `weeks`.

    Raises SourceError with file and line, or UsageError, for what does not fit together.
    """
    return _Assembly(inputs, zone).made(first, weeks)


class _Assembly:
    """Names turned into numbers, days into day numbers."""

    def __init__(self, inputs: Inputs, zone: Zone) -> None:
        self.inputs, self.zone = inputs, zone
        own = [rule.shift() for rule in inputs.rules.shift]
        self.shifts: list[Shift] = own or list(inputs.demand.shifts)
        if not self.shifts:
            raise UsageError("no shifts: neither the rules nor the demand say when they start and end",
                             fix="write [[shift]] with name, start and end into the rules")
        self.numbers = {shift.name.casefold(): number for number, shift in enumerate(self.shifts)}
        self.agents = {one.agent.casefold(): number for number, one in enumerate(inputs.people)}
        self.first, self.days = date.min, 0
        self.ignored = 0

    def made(self, first: date | None, weeks: int | None) -> Assembled:
        """The problem."""
        self._horizon(first, weeks)
        needs = self._needs()
        away, past = self._absences(), self._history()
        people = [self._person(listed, away.get(n, []), past.get(n, {})) for n, listed in enumerate(self.inputs.people)]
        problem = Problem(
            self.first, self.days, tuple(self.shifts), tuple(people), tuple(needs), self.inputs.rules.rules(), self.zone
        )
        pauses = {
            ((day - self.first).days, self.numbers[name.casefold()]): dealt
            for (day, name), dealt in self.inputs.demand.pauses.items()
            if name.casefold() in self.numbers and 0 <= (day - self.first).days < self.days
        }
        return Assembled(problem, pauses, self.ignored)

    def _horizon(self, first: date | None, weeks: int | None) -> None:
        """First day and number of days. Raises UsageError where demand and options leave them open or disagree."""
        dated = [one.when for one in self.inputs.demand.wanted if one.when.dated]
        begin = min((when.first for when in dated if when.first), default=None)
        end = max((when.last for when in dated if when.last), default=None)
        start = first or begin
        if start is None:
            raise UsageError("the demand names weekdays only: when does the roster begin?",
                             fix="add --from 2026-11-23, and --weeks for how long")
        if end and end < start:
            raise UsageError(f"the roster begins on {start}, but the demand ends on {end}",
                             fix=f"choose --from between {begin} and {end}")
        last = start + timedelta(days=7 * weeks - 1) if weeks else end or start + timedelta(days=7 * WEEKS - 1)
        if end and last > end and len(dated) == len(self.inputs.demand.wanted):
            raise UsageError(f"the demand ends on {end}, the roster would run to {last}",
                             fix="give fewer --weeks, or name weekdays (mon, tue, …) in the demand: they repeat")
        self.first, self.days = start, (last - start).days + 1
        if self.days > MOST_DAYS:
            raise UsageError(f"a roster of {self.days} days is too long", fix=f"at most {MOST_DAYS}; give --weeks")

    def _shift(self, name: str, row_place: str, column: str) -> int:
        """The number of a shift. Raises SourceError for one that the rules do not have."""
        number = self.numbers.get(name.casefold())
        if number is None:
            near = get_close_matches(name.casefold(), self.numbers, n=1)
            known = ", ".join(printable(shift.name) for shift in self.shifts)
            fix = f"did you mean {printable(self.shifts[self.numbers[near[0]]].name)}?" if near else f"shifts: {known}"
            raise SourceError(f"{column}: no shift {printable(name)!r}", where=row_place, fix=fix)
        return number

    def _agent(self, name: str, place: str) -> int:
        number = self.agents.get(name.casefold())
        if number is None:
            near = get_close_matches(name.casefold(), self.agents, n=1)
            whom = printable(self.inputs.people[self.agents[near[0]]].agent) if near else ""
            raise SourceError(f"no agent {printable(name)!r} among the people", where=place,
                              fix=f"did you mean {whom}?" if near else "add them to the people, or delete the line")
        return number

    def _needs(self) -> list[Need]:
        """Needs by day and shift; where only skills are wanted, as many people as the largest of them."""
        must, skills = self.inputs.rules.demand.must, {skill for one in self.inputs.people for skill in one.skills}
        found: dict[tuple[int, int, str], tuple[int, int, bool]] = {}
        for one in self.inputs.demand.wanted:
            shift = self._shift(one.shift, one.place, "shift")
            if one.skill and one.skill not in skills:
                near = get_close_matches(one.skill, skills, n=1)
                raise SourceError(f"nobody has the skill {printable(one.skill)!r}", where=one.place,
                                  fix=f"did you mean {printable(near[0])}?" if near else "add it to somebody's skills")
            for day in one.when.days(self.first, self.days):
                key, exact = (day, shift, one.skill), one.when.dated
                if key in found and found[key][2] and not exact:
                    continue  # a date wins over a weekday
                found[key] = one.agents, one.agents if must else one.minimum, exact
        if not any(agents for agents, _, _ in found.values()):
            raise UsageError("nobody is wanted in the whole roster", fix="check the demand's days against --from")
        for (day, shift, skill), (agents, least, exact) in list(found.items()):
            total = found.get((day, shift, ""), (0, 0, False))
            if skill and (total[0] < agents or total[1] < least):
                found[day, shift, ""] = max(total[0], agents), max(total[1], least), exact
        return [Need(day, shift, *amounts[:2], skill) for (day, shift, skill), amounts in sorted(found.items())]

    def _absences(self) -> dict[int, list[When]]:
        away: dict[int, list[When]] = {}
        for row, agent, when in self.inputs.absences:
            away.setdefault(self._agent(agent, row.place), []).append(when)
        return away

    def _history(self) -> dict[int, dict[int, int]]:
        past: dict[int, dict[int, int]] = {}
        for row, agent, day, shift in self.inputs.history:
            number = (day - self.first).days
            if number < 0 and agent.casefold() in self.agents:  # whoever left since is no concern of this roster
                past.setdefault(self._agent(agent, row.place), {})[number] = self._shift(shift, row.place, "shift")
        return past

    def _person(self, listed: Listed, away: Sequence[When], past: Mapping[int, int]) -> Person:
        place, limits = listed.row.place, self.inputs.rules.hours
        if listed.hours is not None and limits.per_week_max is not None and listed.hours > limits.per_week_max:
            raise SourceError(
                f"hours: a contract of {listed.hours / 60:g} h is more than a week may have",
                where=place, fix=f"lower it, or raise [hours] per_week_max above {limits.per_week_max / 60:g} h",
            )
        absent = {day for when in (*listed.absent, *away) for day in self._days(when)}
        begin, end = listed.employed
        absent |= {
            day for day in range(self.days)
            if (begin and self.first + timedelta(days=day) < begin) or (end and self.first + timedelta(days=day) > end)
        }
        return Person(
            listed.agent, listed.team, listed.skills, listed.hours, listed.hours_min, listed.hours_max,
            listed.shifts_min, listed.shifts_max, frozenset(absent),
            bans=frozenset(ban for said in listed.bans for ban in self._bans(said, place)),
            fixed=dict(self._fixed(said, place) for said in listed.fixed),
            history=dict(past) | dict(self._before(said, place) for said in listed.history),
            wishes=tuple(self._wish(said, place) for said in listed.wishes),
        )

    def _days(self, when: When) -> list[int]:
        """Days of an absence; one wholly outside the roster is counted, as a year's list has many."""
        days = list(when.days(self.first, self.days))
        self.ignored += not days
        return days

    def _bans(self, said: Said, place: str) -> Iterator[tuple[int, int]]:
        shifts = range(len(self.shifts)) if said.shift == "any" else [self._shift(said.shift, place, "bans")]
        for day in self._within(said, place, "bans"):
            yield from ((day, shift) for shift in shifts)

    def _within(self, said: Said, place: str, column: str) -> list[int]:
        """The roster's days that are meant. Raises SourceError for a date that it does not have."""
        days = list(said.when.days(self.first, self.days))
        if said.when.dated and not days:
            last = self.first + timedelta(days=self.days - 1)
            raise SourceError(f"{column}: {said.when} is outside the roster", where=place,
                              fix=f"it runs from {self.first} to {last}; correct the day or delete it")
        return days

    def _fixed(self, said: Said, place: str) -> tuple[int, int]:
        [day, *more] = self._within(said, place, "fixed")
        if more:
            raise SourceError(f"fixed: {said.when} is more than one day", where=place, fix="name each day")
        return day, OFF if said.shift == "off" else self._shift(said.shift, place, "fixed")

    def _before(self, said: Said, place: str) -> tuple[int, int]:
        day = (said.when.first - self.first).days if said.when.first else 0
        if day >= 0 or said.when.first != said.when.last:
            raise SourceError(f"history: {said.when} is not one day before the roster", where=place,
                              fix=f"it begins on {self.first}; use the column fixed for days in it")
        return day, self._shift(said.shift, place, "history")

    def _wish(self, said: Said, place: str) -> Wish:
        every = frozenset(range(len(self.shifts)))
        named = (
            frozenset({OFF}) if said.shift == "off" else every if said.shift == "any"
            else frozenset({self._shift(said.shift, place, "wishes")})
        )
        granted = (every | {OFF}) - named if said.refused else named
        strict = said.shift in ("off", "any") or (said.when.dated and not said.refused)
        return Wish(frozenset(self._within(said, place, "wishes")), granted, said.weight, strict)

