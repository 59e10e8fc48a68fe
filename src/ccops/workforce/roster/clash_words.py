"""A clash of rules in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccops.labels import Lang, label, text, weekday
from ccops.safe_text import printable
from ccops.workforce.roster.explain import Clash
from ccops.workforce.roster.model import Atom
from ccops.workforce.roster.problem import HOUR, OFF, Problem

_NAMED = 6  # people named before the rest is counted
# Rules that sound the same for one person and for all; the others are told for everybody as clash_all_….
_GENERAL = (
    "rest", "swing", "same_start", "row", "night_row", "nights", "weekends", "paired", "week_most", "unwanted",
)


def sentences(problem: Problem, clash: Clash, lang: Lang) -> list[str]:
    """One sentence per rule of the clash, in the order in which people ask."""
    teller = _Teller(problem, clash, lang)
    told = [*teller.needs(), *teller.rules()]
    if clash.others:
        names = names_of(problem, clash.others, lang)
        told.append(text("roster_others", lang, n=len(clash.others), names=names))
    return told


def names_of(problem: Problem, people: Sequence[int], lang: Lang) -> str:
    """Names, the first few of many."""
    return _some([printable(problem.people[person].agent) for person in people], lang)


def _some(names: Sequence[str], lang: Lang) -> str:
    comma = "、" if lang == "zh" else ", "
    shown = comma.join(names[:_NAMED]) or "-"
    left = len(names) - _NAMED
    return text("roster_names_more", lang, names=shown, n=left) if left > 0 else shown


class _Teller:
    def __init__(self, problem: Problem, clash: Clash, lang: Lang) -> None:
        self.problem, self.lang, self.atoms = problem, lang, clash.atoms
        self.kinds = list(dict.fromkeys(atom.kind for atom in clash.atoms if atom.kind != "need"))
        self.wanted = [problem.needs[atom.place] for atom in clash.atoms if atom.kind == "need"]

    def say(self, kind: str, **values: object) -> str:
        return text(f"clash_{kind}", self.lang, **values)

    def day(self, number: int) -> str:
        date = self.problem.date_of(number)
        return f"{weekday(date.isoweekday(), self.lang)} {date}"

    def needs(self) -> Iterable[str]:
        """What is needed, who could, and how many people there are where nothing else explains it."""
        people = range(len(self.problem.people))
        for need in self.wanted:
            values = {"day": self.day(need.day), "shift": printable(self.problem.shifts[need.shift].name),
                      "n": need.minimum}
            if need.skill:
                able = [person for person in people if self.problem.counts_for(person, need)]
                yield self.say("need_skill", skill=printable(need.skill), have=len(able),
                               names=names_of(self.problem, able, self.lang), **values)
                away = [person for person in able if need.day in self.problem.people[person].absent]
                if away and "absent" not in self.kinds:
                    yield self.say("all_absent", names=names_of(self.problem, away, self.lang))
            else:
                yield self.say("need", **values)
        if self.wanted and not all(need.skill for need in self.wanted):
            yield self.say("people", n=len(people), names=names_of(self.problem, list(people), self.lang))

    def rules(self) -> Iterable[str]:
        """The rules, each kind once, with the places it clashes at."""
        for kind in reversed(self.kinds):
            atoms = [atom for atom in self.atoms if atom.kind == kind]
            if atoms[0].person < 0 and kind not in _GENERAL:
                yield self._for_all(kind)
            elif kind in ("fixed", "skill", "contract", "least", "own_most"):
                yield from (self._at(atom) for atom in atoms)
            else:
                yield self._for_one(kind, atoms)

    def _for_one(self, kind: str, atoms: Sequence[Atom]) -> str:
        rules = self.problem.rules
        agent = printable(self.problem.people[atoms[0].person].agent) if atoms[0].person >= 0 else ""
        person = self.problem.people[atoms[0].person]
        numbers: dict[str, int | None] = {
            "row": rules.days_in_a_row, "night_row": rules.nights_in_a_row, "nights": rules.nights_most,
            "weekends": rules.weekends_most, "least_shifts": person.least_shifts, "most_shifts": person.most_shifts,
        }
        hours = {"rest": rules.rest_min, "swing": rules.start_change_most_min, "week_most": rules.week_most_min}
        places = [self.day(atom.place) for atom in atoms] if atoms[0].person >= 0 else (
            [self.day(day) for day in sorted({need.day for need in self.wanted})]
        )
        days = _some(places, self.lang)
        return self.say(kind, agent=agent, n=numbers.get(kind), hours=_hours(hours.get(kind)), days=days)

    def _at(self, atom: Atom) -> str:
        """A rule of one person at one place."""
        problem, kind, person = self.problem, atom.kind, self.problem.people[atom.person]
        agent = printable(person.agent)
        if kind == "fixed":
            choice = person.fixed[atom.place]
            shift = label("roster_off", self.lang) if choice == OFF else printable(problem.shifts[choice].name)
            return self.say(kind, agent=agent, shift=shift, day=self.day(atom.place))
        if kind == "skill":
            skills = _some(sorted(map(printable, problem.lacks(atom.person, atom.place))), self.lang)
            return self.say(kind, agent=agent, skills=skills, shift=printable(problem.shifts[atom.place].name))
        week = self.day(problem.weeks[atom.place].start)
        minutes = (
            problem.least_min(atom.person, atom.place) if kind == "least"
            else problem.most_min(atom.person, atom.place)[kind]
        )
        return self.say(kind, agent=agent, hours=_hours(minutes), day=week)

    def _for_all(self, kind: str) -> str:
        """A rule about everybody, with those whom it touches on the days of the needs."""
        problem, days = self.problem, {need.day for need in self.wanted}
        shifts = {need.shift for need in self.wanted}
        touched = {
            "absent": [n for n, who in enumerate(problem.people) if days & who.absent],
            "ban": [n for n, who in enumerate(problem.people) if any(day in days for day, _ in who.bans)],
            "fixed": [n for n, who in enumerate(problem.people) if days & set(who.fixed)],
            "skill": [n for n in range(len(problem.people)) if any(problem.lacks(n, shift) for shift in shifts)],
        }
        names = names_of(problem, touched.get(kind, ()), self.lang)
        return self.say(f"all_{kind}", names=names, hours=_hours(problem.rules.overtime_min))


def _hours(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes / HOUR:g}"
