"""What too few and too many cost: pieces by hand, and against the plain sum of prices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.workforce.schedule.prices import Curve, Step, curve, value

ENDLESS = 1e9


def at(made: Curve, agents: float) -> float:
    """The curve's value, its steps filled from the top down."""
    if agents >= made.top:
        return made.at_top + made.slope * (agents - made.top)
    total, missing = made.at_top + made.slope * (agents - made.top), made.top - agents
    for width, price in made.steps:
        total += max(min(missing, width), 0.0) * price
        missing -= width
    assert missing <= 1e-6, "below the floor"
    return total


def test_a_requirement_between_whole_numbers_by_hand() -> None:
    made = curve(10.3, [(1.0, 20.0), (ENDLESS, 50.0)], [(ENDLESS, 5.0)])
    # 11 agents: 0.7 too many at 5; 10 agents: 0.3 short at 20; 9: 1 at 20 and 0.3 at 50; from there 50 each
    assert [at(made, n) for n in (11, 10, 9, 8)] == pytest.approx([3.5, 6.0, 35.0, 85.0])
    assert made.top == 11
    # straight from 10 to 11: a relaxed plan with 10.3 agents does not get away with nothing
    assert at(made, 10.3) == pytest.approx(6.0 - 0.3 * 2.5)


def test_fractions_of_agents_keep_the_requirement_as_it_is() -> None:
    made = curve(10.3, [(1.0, 20.0), (ENDLESS, 50.0)], [(ENDLESS, 5.0)], whole=False)
    assert made.top == 10.3
    assert at(made, 10.3) == 0


def test_a_floor_ends_the_steps() -> None:
    made = curve(10.0, [(ENDLESS, 20.0)], [(ENDLESS, 0.0)], floor=8.5)
    assert made.floor == 9  # 8.5 in whole agents
    assert curve(0.5, [(ENDLESS, 20.0)], [(ENDLESS, 0.0)], floor=2).steps == ()


def test_one_more_may_be_worth_something() -> None:
    made = curve(4.0, [(1.0, 9.0), (ENDLESS, 12.0)], [(1.0, -3.0), (ENDLESS, 0.0)])
    assert [at(made, n) for n in (6, 5, 4, 3, 2)] == pytest.approx([-3.0, -3.0, 0.0, 9.0, 21.0])


def test_prices_that_have_no_best_plan_are_refused() -> None:
    with pytest.raises(ValueError, match="at least as much"):
        curve(4.0, [(1.0, 9.0), (ENDLESS, 5.0)], [(ENDLESS, 0.0)])
    with pytest.raises(ValueError, match="without end"):
        curve(4.0, [(ENDLESS, 9.0)], [(ENDLESS, -1.0)])


widths = st.floats(0.05, 4.0)


@given(
    st.floats(0, 12), st.lists(st.tuples(widths, st.floats(0, 60)), max_size=3), st.floats(0, 100), st.floats(0, 9),
    st.booleans(),
)
def test_at_whole_numbers_the_curve_is_the_sum_of_prices(
    required: float, steps: list[Step], last: float, over: float, whole: bool
) -> None:
    prices = sorted([price for _, price in steps] + [last])
    under = [(width, price) for (width, _), price in zip(steps, prices, strict=False)] + [(ENDLESS, prices[-1])]
    made = curve(required, under, [(ENDLESS, over)], whole=whole)
    for agents in range(20):
        assert at(made, agents) == pytest.approx(value(agents, required, under, [(ENDLESS, over)]), abs=1e-6)
    assert all(price >= 0 for _, price in made.steps)
    assert list(made.steps) == sorted(made.steps, key=lambda step: step[1]), "cheapest first: convex"
