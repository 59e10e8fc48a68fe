"""A week of shifts with three breaks each for a peak of 200 agents, to a gap of 1 %; the plan in the simulation."""

from __future__ import annotations

import numpy as np
import pytest
from measure import SCALE

import shift_week
from ccops.clock import BusinessDay, Zone
from ccops.settings import Settings
from ccops.workforce.schedule.drafting import draft
from ccops.workforce.schedule.model import build
from ccops.workforce.schedule.plan import schedule
from ccops.workforce.schedule.program import Silent, program
from ccops.workforce.schedule.replay import replay
from ccops.workforce.schedule.solve import solve

DAY = BusinessDay(Zone.of("UTC"))
PEAK, LIMIT_S, ALONE_S = 205 * SCALE, 300.0, 120.0  # Erlang; with 80/20 about as many agents


@pytest.mark.parametrize("cover", [0.0, 1.0])
def test_a_week_with_three_breaks_to_one_per_cent(cover: float) -> None:
    needs = shift_week.requirement(shift_week.volumes(PEAK))
    patterns = shift_week.patterns(limits={"cover": cover})
    plan = schedule(needs, patterns, DAY, gap=0.01, time_limit_s=LIMIT_S)
    [promise] = replay(plan, Settings(), replications=10).promises
    most = max(need.required for need in needs.queues[""])
    print(  # noqa: T201
        f"\n{len(plan.draft.offers)} shifts in a week, peak {most:.0f} agents, cover {cover:.0%}: gap {plan.gap:.2%} "
        f"in {plan.seconds:.1f} s (at most 1 % in {LIMIT_S:g} s); 80 % promised, {promise.expected:.1%} by Erlang A at "
        f"the planned agents, {promise.simulated:.1%} simulated"
    )
    assert plan.gap <= 0.01
    assert plan.seconds <= LIMIT_S
    assert promise.hi >= 0.8


def test_against_the_solver_alone() -> None:
    """The same program given to HiGHS as it is: what relaxing, rounding and searching near by bring."""
    model = build(draft(shift_week.requirement(shift_week.volumes(PEAK / 4)), shift_week.patterns(), DAY).problem)
    ours = solve(model, gap=0.01, time_limit_s=ALONE_S)
    alone = Silent()
    for name, value in {"threads": 1, "mip_rel_gap": 0.01, "time_limit": ALONE_S}.items():
        alone.setOptionValue(name, value)
    lower = np.zeros(len(model.cost))
    alone.passModel(
        program(model.matrix, model.cost, lower, model.upper, model.row_lower, model.row_upper, model.integer)
    )
    alone.run()
    print(  # noqa: T201
        f"\nto 1 %, at most {ALONE_S:g} s: {ours.gap:.2%} in {ours.seconds:.1f} s against "
        f"{alone.getInfo().mip_gap:.2%} in {alone.getRunTime():.1f} s by the solver alone"
    )
    assert ours.gap <= 0.01
    assert ours.seconds <= alone.getRunTime() * 1.5
