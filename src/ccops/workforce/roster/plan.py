"""A roster as people use it: who works when, what it covers, what it costs, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ccops.clock import Zone
from ccops.errors import UsageError
from ccops.workforce.roster.count import Costs, costs, covered, week_minutes, weekends, wishes
from ccops.workforce.roster.problem import HOUR, OFF, UNIT, Person, Problem

if TYPE_CHECKING:
    import polars as pl

    from ccops.progress import Progress
    from ccops.workforce.roster.assembly import Assembled, Inputs
    from ccops.workforce.roster.explain import Clash
    from ccops.workforce.roster.solve import Solved

_EXPLAINING_S = 120


@dataclass(frozen=True)
class Assignment:
    """A person's shift on a day; times are the site's."""

    agent: str
    day: date
    shift: str
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True)
class PersonTotals:
    """What the roster gives a person; contract_h is None without a contract. Wishes are counted day by day."""

    agent: str
    team: str
    hours: float
    contract_h: float | None
    overtime_h: float
    undertime_h: float
    shifts: int
    nights: int
    weekends: int
    wishes: int
    wishes_granted: int


@dataclass(frozen=True)
class Coverage:
    """People wanted and there on a day's shift, of all or of those with a skill. `short` is how many are missing."""

    day: date
    shift: str
    skill: str
    required: int
    minimum: int
    rostered: int
    short: int


@dataclass(frozen=True)
class Roster:
    """A roster and its proof: no roster costs less than `bound`; gap = (cost - bound) / cost.

    `status`: optimal (proven), feasible, infeasible (then `clash` says why, if that was found), unknown (nothing was
    found in time). `stopped`: gap (as near to the bound as was asked), time, interrupted, or nothing.
    """

    status: str
    cost: float | None
    bound: float | None
    gap: float | None
    seconds: float
    stopped: str
    problem: Problem
    lines: Sequence[Sequence[int]]
    assembled: Assembled
    clash: Clash | None = None

    @cached_property
    def assignments(self) -> list[Assignment]:
        """Every shift of everybody, in order of people and days."""
        found = []
        for person, line in self._of_people():
            for day, choice in enumerate(line):
                if choice != OFF:
                    begin, end = self.problem.span(day, choice)
                    name = self.problem.shifts[choice].name
                    found.append(Assignment(person.agent, self.problem.date_of(day), name, begin, end))
        return found

    def _of_people(self) -> list[tuple[Person, Sequence[int]]]:
        """People with their lines; nobody where there is no roster."""
        return list(zip(self.problem.people, self.lines, strict=True)) if self.lines else []

    @cached_property
    def people(self) -> list[PersonTotals]:
        """What everybody gets."""
        return [self._totals(person, line) for person, line in enumerate(self.lines)]

    def _totals(self, person: int, line: Sequence[int]) -> PersonTotals:
        problem, who = self.problem, self.problem.people[person]
        minutes = [week_minutes(problem, line, week) for week in range(len(problem.weeks))]
        contracts = [problem.contract_min(person, week) for week in range(len(problem.weeks))]
        away = [worked - due for worked, due in zip(minutes, contracts, strict=True) if due is not None]
        granted, asked = wishes(problem, person, line)
        worked = [choice for choice in line if choice != OFF]
        return PersonTotals(
            who.agent, who.team, sum(minutes) / HOUR,
            sum(due for due in contracts if due is not None) / HOUR if who.contract_min is not None else None,
            sum(max(0, one) for one in away) / HOUR, sum(max(0, -one) for one in away) / HOUR, len(worked),
            sum(problem.shifts[choice].night for choice in worked), weekends(problem, line), asked, granted,
        )

    @cached_property
    def coverage(self) -> list[Coverage]:
        """Every need, day by day."""
        if not self.lines:
            return []
        found = []
        for need in sorted(self.problem.needs, key=lambda need: (need.day, need.shift, need.skill)):
            there, shift = covered(self.problem, self.lines, need), self.problem.shifts[need.shift]
            found.append(Coverage(
                self.problem.date_of(need.day), shift.name, need.skill, need.agents, need.minimum, there,
                max(0, need.agents - there),
            ))
        return found

    @cached_property
    def parts(self) -> dict[str, float]:
        """The parts of the cost by name."""
        found = costs(self.problem, self.lines) if self.lines else Costs()
        return {part.name: getattr(found, part.name) / UNIT for part in fields(found)}

    @cached_property
    def frame(self) -> pl.DataFrame:
        """As a published schedule: agent, activity, started_at, ended_at, shift, team; breaks lie within the work."""
        import polars as pl

        rows, taken = [], dict[tuple[int, int], int]()
        for person, line in self._of_people():
            for day, choice in enumerate(line):
                if choice == OFF:
                    continue
                shift = self.problem.shifts[choice]
                rows.append((person.agent, "work", *self.problem.span(day, choice), shift.name, person.team))
                dealt = self.assembled.pauses.get((day, choice), ())
                turn = taken[day, choice] = taken.get((day, choice), -1) + 1
                for pause in dealt[turn % len(dealt)] if dealt else ():
                    begin = shift.starts_min + pause.after_min
                    span = self.problem.at(day, begin), self.problem.at(day, begin + pause.length_min)
                    rows.append((person.agent, pause.activity, *span, shift.name, person.team))
        at = pl.Datetime("us", self.problem.zone.name)
        schema = {"agent": pl.String(), "activity": pl.String(), "started_at": at, "ended_at": at,
                  "shift": pl.String(), "team": pl.String()}
        return pl.DataFrame(rows, schema, orient="row")

    def clashing(self, lang: str = "en") -> list[str]:
        """The rules that clash, in words; empty where there is a roster."""
        from ccops.workforce.roster.clash_words import sentences

        return sentences(self.problem, self.clash, "zh" if lang == "zh" else "en") if self.clash else []

    def _repr_html_(self) -> str:
        from ccops.notebook import paragraph, table

        if not self.lines:
            return paragraph(f"{self.status}: {'; '.join(self.clashing())}")
        said = f"{self.status}: cost {self.cost:,.0f}, bound {self.bound:,.0f}, gap {self.gap:.2%}"
        heads = ("agent", *(f"{self.problem.date_of(day):%m-%d}" for day in range(self.problem.days)))
        names = {OFF: "", **{number: shift.name for number, shift in enumerate(self.problem.shifts)}}
        rows = [[who.agent, *(names[choice] for choice in line)]
                for who, line in self._of_people()]
        return table(heads, rows) + paragraph(said)


def read(demand: Path, people: Path, rules: Path, *, absences: Path | None = None,
         history: Path | None = None) -> Inputs:
    """The files of a roster. Raises SourceError or SettingsError with file and line."""
    from ccops.workforce.roster.assembly import Inputs
    from ccops.workforce.roster.demand_file import read_demand
    from ccops.workforce.roster.people_file import read_absences, read_history, read_people
    from ccops.workforce.roster.rules_file import read_rules

    return Inputs(
        read_demand(demand), read_people(people), read_rules(rules), read_absences(absences) if absences else (),
        read_history(history) if history else (),
    )


def roster(inputs: Inputs, zone: Zone | str = "UTC", *, first: date | None = None, weeks: int | None = None,
           time_limit_s: float = 60.0, gap: float = 0.005, seed: int = 1, progress: Progress | None = None) -> Roster:
    """Names to shifts: the cheapest roster that keeps all rules, or the rules that clash.

    Ends within `gap` of the bound, after `time_limit_s`, or on Ctrl-C with the best so far. Raises UsageError where
    OR-tools is not installed, SourceError for what in the files does not fit together.
    """
    from ccops.workforce.roster.assembly import assemble

    if find_spec("ortools") is None:
        raise UsageError("rosters need OR-tools, which is not installed", fix="pip install 'ccops[roster]'")
    assembled = assemble(inputs, Zone.of(zone) if isinstance(zone, str) else zone, first, weeks)
    return solved(assembled, time_limit_s=time_limit_s, gap=gap, seed=seed, progress=progress)


def solved(assembled: Assembled, *, time_limit_s: float = 60.0, gap: float = 0.005, seed: int = 1,
           progress: Progress | None = None) -> Roster:
    """The roster of a problem put together."""
    from ccops.workforce.roster.explain import explain
    from ccops.workforce.roster.interrupt import interruptible
    from ccops.workforce.roster.solve import Search, solve

    problem = assembled.problem
    found = solve(problem, time_limit_s=time_limit_s, gap=gap, seed=seed, progress=progress)
    clash = None
    if found.status == "infeasible":
        with interruptible() as stop:
            search = Search(problem, max(time_limit_s, _EXPLAINING_S), 0, 1, seed, stop, progress)
            with search.pool:
                clash = explain(problem, search, found.stuck)
    return _roster(assembled, found, clash)


def _roster(assembled: Assembled, found: Solved, clash: Clash | None) -> Roster:
    cost, gap = found.cost, None
    if cost is not None:
        gap = 0.0 if cost <= found.bound else (cost - found.bound) / cost
    known = cost is not None
    return Roster(
        found.status, cost / UNIT if cost is not None else None, found.bound / UNIT if known else None, gap,
        found.seconds, found.stopped, assembled.problem, found.lines or (), assembled, clash,
    )
