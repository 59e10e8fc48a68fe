"""Rosters against all rosters there are, against a naive recount of every rule, and against what is known by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import roster_rules as naive
from ccops.clock import Zone
from ccops.workforce.roster.columns import Lines
from ccops.workforce.roster.count import costs
from ccops.workforce.roster.problem import HOUR, OFF, UNIT, Need, Person, Prices, Problem, Rules, Shift, Wish
from ccops.workforce.roster.solve import Solved, solve

EARLY = Shift("early", 6 * HOUR, 8 * HOUR, 8 * HOUR)
LATE = Shift("late", 14 * HOUR, 8 * HOUR, 8 * HOUR)
NIGHT = Shift("night", 22 * HOUR, 8 * HOUR, 8 * HOUR, night=True)
MONDAY = date(2026, 11, 2)


def problem(people: list[Person], needs: list[Need], rules: Rules | None = None, *, days: int = 5,
            shifts: tuple[Shift, ...] = (EARLY, LATE), first: date = MONDAY, zone: str = "UTC") -> Problem:
    return Problem(first, days, shifts, tuple(people), tuple(needs), rules or Rules(), Zone.of(zone))


def lines_of(found: Solved) -> list[tuple[int, ...]]:
    assert found.lines is not None
    return [tuple(line) for line in found.lines]


def checked(asked: Problem, found: Solved) -> list[tuple[int, ...]]:
    """The lines, after every rule and the cost have been recounted."""
    lines = lines_of(found)
    for who, line in zip(asked.people, lines, strict=True):
        assert naive.broken(asked, who, line) == []
    assert naive.lacking(asked, lines) == 0
    assert found.cost is not None
    assert Fraction(found.cost, UNIT) == naive.price(asked, lines)
    assert found.bound <= found.cost
    return lines


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """A few people on a few days, with every kind of rule."""
    shifts = draw(st.sampled_from([(EARLY, LATE), (EARLY, NIGHT), (LATE, NIGHT)]))
    many, days = draw(st.sampled_from([(2, 5), (3, 3), (1, 6)]))
    maybe = st.booleans()
    rules = Rules(
        rest_min=draw(st.sampled_from([8, 11, 16])) * HOUR,
        week_most_min=draw(st.sampled_from([None, 24 * HOUR, 40 * HOUR])),
        overtime_min=draw(st.sampled_from([0, 480])), days_in_a_row=draw(st.sampled_from([None, 2, 3])),
        paired_days_off=draw(maybe), nights_in_a_row=draw(st.sampled_from([None, 1, 2])),
        nights_most=draw(st.sampled_from([None, 1, 3])), weekends_most=draw(st.sampled_from([None, 0, 1])),
        same_start=draw(st.sampled_from([False, False, True])),
        start_change_most_min=draw(st.sampled_from([None, None, 0, 480])), week_starts=draw(st.sampled_from([0, 6])),
        prices=Prices(*(draw(st.integers(least, 60)) for least in (1, 0, 0, 0, 0, 0, 0))),
    )
    days_of, choices = st.integers(0, days - 1), st.integers(0, len(shifts) - 1)
    people = [
        Person(
            f"p{n}", skills=frozenset({"vip"}) if draw(maybe) else frozenset(),
            contract_min=draw(st.sampled_from([None, 20 * HOUR, 40 * HOUR])),
            least_min=draw(st.sampled_from([None, None, None, 24 * HOUR])),
            most_min=draw(st.sampled_from([None, None, 16 * HOUR])),
            least_shifts=draw(st.sampled_from([None, None, 2])), most_shifts=draw(st.sampled_from([None, None, 3])),
            absent=frozenset(draw(st.lists(days_of, max_size=2))),
            bans=frozenset(draw(st.lists(st.tuples(days_of, choices), max_size=2))),
            fixed=draw(st.dictionaries(days_of, st.integers(-1, len(shifts) - 1), max_size=1)),
            history=draw(st.dictionaries(st.integers(-3, -1), choices, max_size=3)),
            wishes=tuple(
                Wish(frozenset(draw(st.lists(days_of, min_size=1))), frozenset({draw(st.integers(-1, 1))}),
                     draw(st.integers(1, 5)), draw(maybe)) for _ in range(draw(st.integers(0, 2)))
            ),
        ) for n in range(many)
    ]
    needs = [
        Need(day, shift, agents, draw(st.integers(0, 1)) if agents and draw(maybe) and draw(maybe) else 0, skill)
        for day in range(days) for shift in range(len(shifts)) for skill in ("", "vip")
        if (agents := draw(st.integers(0, 2 if not skill else 1))) or not skill
    ]
    first, zone = draw(st.sampled_from([(MONDAY, "UTC"), (date(2026, 10, 23), "Europe/Berlin")]))
    return Problem(first, days, shifts, tuple(people), tuple(needs), rules, Zone.of(zone))


@settings(max_examples=60)
@given(asked=problems())
def test_no_roster_is_cheaper_and_none_is_overlooked(asked: Problem) -> None:
    found, best = solve(asked, gap=0.0), naive.least(asked)
    if best is None:
        assert found.status == "infeasible"
    else:
        assert found.status == "optimal"
        checked(asked, found)
        assert Fraction(found.cost or 0, UNIT) == best


@pytest.mark.parametrize("many", [0, 8])
@settings(max_examples=30)
@given(asked=problems())
def test_the_bound_of_lines_is_one(many: int, asked: Problem) -> None:
    """The way that large rosters go: its bound is never above the least cost, its lines keep every rule.

    So too with too many shifts to keep the usual start of a week.
    """
    with patch("ccops.workforce.roster.line._MANY_SHIFTS", many):
        lines = Lines.of(asked)
    assert lines is not None
    possible = [naive.possible_lines(asked, who) for who in asked.people]
    assert list(lines.stuck()) == [n for n, some in enumerate(possible) if not some]
    if all(possible):
        bound, roster = lines.relax(lambda: False)
        for who, line, some in zip(asked.people, roster, possible, strict=True):
            assert tuple(line) in some, naive.broken(asked, who, tuple(line))
        best = naive.least(asked)
        assert best is None or bound <= float(best) * UNIT * (1 + 1e-6) + 1e-3


def test_costs_by_hand() -> None:
    """Ann: 40 h, five earlies of which Wednesday is a late; Bo: 24 h, two lates at a weekend.

    Short: Friday's late 1. Over: none. Ann 40 of 40 h, one strange start; Bo 16 of 24 h. Weekends 0 and 1. Ann wished
    for Monday off (5).
    """
    asked = problem(
        [Person("Ann", contract_min=40 * HOUR, wishes=(Wish(frozenset({0}), frozenset({OFF}), 5, True),)),
         Person("Bo", contract_min=24 * HOUR)],
        [*(Need(day, 0, 1) for day in (0, 1, 3, 4)), Need(2, 1, 1), Need(4, 1, 1), Need(5, 1, 1), Need(6, 1, 1)],
        days=7,
    )
    found = costs(asked, [[0, 0, 1, 0, 0, OFF, OFF], [OFF] * 5 + [1, 1]])
    in_prices = {name: getattr(found, name) / UNIT for name in found.__dataclass_fields__}
    assert in_prices == {
        "short": 1000, "over": 0, "overtime": 0, "undertime": 8 * 4, "start_change": 6, "weekend_spread": 40, "wish": 5,
    }


@pytest.mark.parametrize(("zone", "first", "possible"), [
    ("UTC", date(2026, 3, 28), True),
    ("Europe/Berlin", date(2026, 3, 28), False),  # the night of 28 March is an hour short: 10 h of rest, not 11
    ("Europe/Berlin", date(2026, 10, 24), True),  # and in October an hour long
])
def test_rest_is_real_hours_when_the_clocks_change(zone: str, first: date, possible: bool) -> None:
    noon = Shift("noon", 9 * HOUR, 8 * HOUR, 8 * HOUR)
    asked = problem(
        [Person("Ann", fixed={0: 0, 1: 1})], [Need(0, 0, 1), Need(1, 1, 1)], shifts=(LATE, noon), days=2, first=first,
        zone=zone,
    )
    assert (solve(asked).status == "optimal") is possible


def test_history_counts_for_rest_runs_and_days_off() -> None:
    night, row = {-1: 1}, dict.fromkeys(range(-6, 0), 0)
    needs = [Need(day, shift, 1) for day in range(2) for shift in range(2)]
    for history, closed in ((night, (0, 0)), (row, (0, 0)), ({-2: 0}, (0, 0))):
        asked = problem([Person("Ann", history=history)], needs, shifts=(EARLY, NIGHT), days=2)
        [line] = checked(asked, solve(asked))
        assert line[closed[0]] != closed[1]


def test_the_same_input_gives_the_same_roster() -> None:
    people = [Person(f"p{n}", contract_min=40 * HOUR) for n in range(8)]
    needs = [Need(day, shift, 2) for day in range(14) for shift in range(2)]
    asked = problem(people, needs, days=14)
    one, other = (solve(asked, time_limit_s=120, gap=0.05) for _ in range(2))
    assert one.lines == other.lines
    checked(asked, one)


def test_a_larger_roster_keeps_every_rule() -> None:
    people = [
        Person(f"p{n}", contract_min=(40 if n % 3 else 24) * HOUR, skills=frozenset({"vip"} if n % 2 else ()),
               absent=frozenset({n, n + 1}) if n % 4 == 0 else frozenset()) for n in range(15)
    ]
    needs = [
        Need(day, shift, agents, skill=skill) for day in range(14) for shift, agents, skill in
        ((0, 4, ""), (0, 1, "vip"), (1, 3, ""), (2, 1, ""))
    ]
    asked = problem(people, needs, Rules(days_in_a_row=5, nights_in_a_row=3, weekends_most=2), days=14,
                    shifts=(EARLY, LATE, NIGHT))
    found = solve(asked, time_limit_s=5, gap=0.02)
    checked(asked, found)
    assert found.bound > 0
