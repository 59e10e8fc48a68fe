"""Why there is no roster: each known case named, and every explanation impossible by itself and minimal."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given, settings

from ccops.clock import Zone
from ccops.workforce.roster.assembly import Assembled
from ccops.workforce.roster.clash_words import sentences
from ccops.workforce.roster.explain import Clash, explain
from ccops.workforce.roster.interrupt import Stop
from ccops.workforce.roster.model import Atom
from ccops.workforce.roster.plan import Roster, solved
from ccops.workforce.roster.problem import HOUR, OFF, Need, Person, Problem, Rules
from ccops.workforce.roster.solve import Search, possible
from test_workforce_roster import EARLY, LATE, MONDAY, NIGHT, problem, problems

WEEK = [Need(day, shift, 1) for day in range(7) for shift in range(2)]


def impossible(asked: Problem) -> Roster:
    made = solved(Assembled(asked, {}), time_limit_s=30)
    assert made.status == "infeasible"
    assert made.clash
    assert made.clash.proven
    return made


def is_possible(asked: Problem, clash: Clash, kept: set[Atom]) -> bool | None:
    """Whether some of a clash's rules can be kept together, all others left out."""
    whole = {atom.kind for atom in clash.atoms if atom.person < 0 and atom.kind != "need"}
    people = sorted({atom.person for atom in clash.atoms if atom.person >= 0}) or None

    def keep(atom: Atom) -> bool:
        return (Atom(atom.kind) if atom.kind in whole else atom) in kept

    return possible(asked, people, keep, search=Search(asked, 60, 0, 1, 1, Stop()))[0]


def is_minimal(asked: Problem, clash: Clash) -> bool:
    atoms = set(clash.atoms)
    return is_possible(asked, clash, atoms) is False and all(
        is_possible(asked, clash, atoms - {atom}) for atom in atoms
    )


CASES = {
    "too few people": (
        problem([Person("Ann"), Person("Bo"), Person("Cy")], [Need(0, 0, 2, 2), Need(0, 1, 2, 2), Need(1, 0, 1)]),
        ["Mon 2026-11-02, early: at least 2 people", "Mon 2026-11-02, late: at least 2 people",
         "there are 3 people: Ann, Bo, Cy"],
    ),
    "a skill that too few have": (
        problem(
            [Person("Ann", skills=frozenset({"vip"})), Person("Bo", skills=frozenset({"vip"}), absent=frozenset({0})),
             *(Person(f"p{n}") for n in range(5))],
            [Need(0, 0, 4), Need(0, 1, 3, 3, "vip"), Need(0, 1, 3)], shifts=(EARLY, NIGHT),
        ),
        ["Mon 2026-11-02, night: at least 3 people with skill vip; 2 have it: Ann, Bo", "absences: Bo"],
    ),
    "rest against fixed shifts": (
        problem([Person("Ann", fixed={0: 1, 1: 0})], [Need(0, 1, 1), Need(1, 0, 1)]),
        ["Ann is fixed to late on Mon 2026-11-02", "Ann is fixed to early on Tue 2026-11-03",
         "11 h of rest between shifts"],
    ),
    "weekly cap against minimum hours": (
        problem([Person("Ann"), Person("Bo", least_min=40 * HOUR)], WEEK, Rules(week_most_min=36 * HOUR), days=7),
        ["at most 36 h a week", "at least 40 h for Bo in the week of Mon 2026-11-02 (hours_min)"],
    ),
    "absence against a fixed shift": (
        problem([Person("Ann", absent=frozenset({1}), fixed={1: 0})], WEEK, days=7),
        ["Ann is absent: Tue 2026-11-03", "Ann is fixed to early on Tue 2026-11-03"],
    ),
    "paired days off against contract days": (
        problem([Person("Ann", least_min=48 * HOUR, history={-1: 0}, fixed={2: OFF})], WEEK, days=7),
        ["Ann is fixed to off on Wed 2026-11-04",
         "at least 48 h for Ann in the week of Mon 2026-11-02 (hours_min)", "days off at least two in a row"],
    ),
    "absence against a required shift": (
        problem([Person("Ann"), Person("Bo", absent=frozenset({0}))], [Need(0, 0, 2, 2)]),
        ["Mon 2026-11-02, early: at least 2 people", "there are 2 people: Ann, Bo", "absences: Bo"],
    ),
    "nights in a row against need": (
        problem([Person("Ann")], [Need(day, 1, 1, 1) for day in range(3)], Rules(nights_in_a_row=2), days=3,
                shifts=(EARLY, NIGHT)),
        [*(f"{day}, night: at least 1 people" for day in ("Mon 2026-11-02", "Tue 2026-11-03", "Wed 2026-11-04")),
         "there are 1 people: Ann", "at most 2 nights in a row"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_clashing_rules_are_named(case: str) -> None:
    asked, expected = CASES[case]
    made = impossible(asked)
    assert made.clash
    assert sentences(asked, made.clash, "en") == expected
    assert is_minimal(asked, made.clash)
    assert len(sentences(asked, made.clash, "zh")) == len(expected)
    assert "infeasible" in made._repr_html_()


def test_a_large_roster_names_the_needs_that_are_too_much() -> None:
    """40 people can give 200 shifts a week of 40 h; Monday to Friday asks for 41 of them at once on Wednesday alone."""
    people = [Person(f"p{n:02}", contract_min=40 * HOUR) for n in range(40)]
    needs = [Need(day, shift, n, n) for day in range(14) for shift, n in ((0, 12), (1, 8), (2, 3))]
    needs = [Need(2, 0, 30, 30) if (need.day, need.shift) == (2, 0) else need for need in needs]
    asked = problem(people, needs, days=14, shifts=(EARLY, LATE, NIGHT))
    made = impossible(asked)
    assert made.clash
    told = sentences(asked, made.clash, "en")
    assert told[:3] == [f"Wed 2026-11-04, {name}: at least {n} people"
                        for name, n in (("early", 30), ("late", 8), ("night", 3))]
    assert told[3].startswith("there are 40 people: p00, p01")
    assert told[3].endswith("and 34 more")
    assert len(told) == 4
    assert is_minimal(asked, made.clash)


def test_all_who_have_no_line_are_named() -> None:
    people = [Person(name, fixed={0: 0}, absent=frozenset({0})) for name in ("Ann", "Bo")]
    made = impossible(problem([*people, Person("Cy")], WEEK, days=7))
    assert made.clashing()[-1] == "1 more people have no possible line of their own: Bo"
    assert made.clashing("zh")[-1].startswith("另有 1 人")


@settings(max_examples=150)
@given(asked=problems())
def test_every_explanation_is_impossible_and_minimal(asked: Problem) -> None:
    search = Search(asked, 60, 0, 1, 1, Stop())
    assume(possible(asked, search=search)[0] is False)
    clash = explain(asked, search)
    assert clash
    assert clash.proven
    assert is_minimal(asked, clash)
    assert all(sentences(asked, clash, "en"))
    assert all(sentences(asked, clash, "zh"))


def test_zone_and_dates_are_those_of_the_roster() -> None:
    asked = Problem(date(2026, 12, 30), 2, (EARLY, LATE), (Person("Ann", fixed={0: 0}, absent=frozenset({0})),),
                    (Need(0, 0, 1),), Rules(), Zone.of("Asia/Shanghai"))
    assert impossible(asked).clashing() == ["Ann is absent: Wed 2026-12-30", "Ann is fixed to early on Wed 2026-12-30"]
    assert MONDAY.weekday() == 0
