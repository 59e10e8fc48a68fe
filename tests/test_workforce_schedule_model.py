"""The program of shifts and breaks: against trying everything, against the program in full, known answers, limits."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive_shifts
import shift_week
from ccops.clock import BusinessDay, Zone
from ccops.workforce.schedule.breaks import Break, deal, ordered
from ccops.workforce.schedule.clash import clashing
from ccops.workforce.schedule.drafting import draft
from ccops.workforce.schedule.model import Column, Limit, Problem, Stretch, build
from ccops.workforce.schedule.prices import Curve, curve
from ccops.workforce.schedule.solve import Solved, relative_gap, solve

ENDLESS = 1e9
DAY = BusinessDay(Zone.of("UTC"))


def priced(required: float, under: float = 30.0, over: float = 0.0, floor: float = 0.0) -> Curve:
    return curve(required, [(1.0, under), (ENDLESS, 2 * under)], [(ENDLESS, over)], floor)


def optimum(problem: Problem) -> Solved:
    return solve(build(problem), gap=0, time_limit_s=30)


def one_day(columns: list[Column], required: list[float], **prices: float) -> Problem:
    return Problem(tuple(columns), ((0,),), (tuple(priced(one, **prices) for one in required),))


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    slots = draw(st.integers(5, 7))
    columns = []
    for _ in range(draw(st.integers(1, 2))):
        start, length = draw(st.integers(-1, 2)), draw(st.integers(4, 5))
        first = draw(st.integers(0, 1))
        breaks = [Break(1, first, draw(st.integers(first, 2)))]
        if draw(st.booleans()):  # a second one whose window may overlap the first one's
            begin = draw(st.integers(1, length - 2))
            breaks.append(Break(1, begin, length - 1))
        columns.append(Column(0, (Stretch(start, length, tuple(breaks)),), draw(st.sampled_from([3.0, 4.0, 7.0]))))
    required = draw(st.lists(st.floats(0, 1.5), min_size=slots, max_size=slots))
    under, over = draw(st.sampled_from([1.0, 2.5, 6.0])), draw(st.sampled_from([0.0, 0.5]))
    return one_day(columns, required, under=under, over=over)


@given(small_problems())
@settings(max_examples=25)
def test_no_plan_of_all_is_cheaper(problem: Problem) -> None:
    found = optimum(problem)
    assert found.status == "optimal"
    assert found.cost == pytest.approx(naive_shifts.cheapest(problem, most=4), abs=1e-6)
    assert found.cost >= found.bound - 1e-9


def drawn(seed: int, shifts: int = 14, slots: int = 40) -> Problem:
    """A day of shifts whose break windows do not overlap, of several lengths."""
    rng = np.random.default_rng(seed)
    columns = []
    for _ in range(shifts):
        start, length = int(rng.integers(0, slots - 14)), int(rng.integers(10, 15))
        breaks = (Break(1, 1, 3), Break(2, 4, 4 + int(rng.integers(0, 2))), Break(1, 7, 8))
        columns.append(Column(0, (Stretch(start, length, breaks),), float(length) + float(rng.uniform(0, 1))))
    required = (4 + 3 * np.sin(np.arange(slots) / 5) + rng.uniform(0, 1, slots)).tolist()
    return one_day(columns, required, under=6.0, over=0.3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counting_breaks_in_pools_gives_the_cost_of_the_program_in_full(seed: int) -> None:
    problem = drawn(seed)
    assert optimum(problem).cost == pytest.approx(naive_shifts.written_out(problem), rel=2e-4)


def test_the_shift_case_is_65597(real_data: Callable[[str], Path]) -> None:
    case = json.loads(real_data("shift_case.json").read_text())
    assert len(case["sh"]) == 192
    columns, curves = [], []
    for day, needs in enumerate(case["dm"]):
        for name, there in case["sh"].items():
            # the case lets a night cover the start of its own day, so the pieces of a shift are stretches of that day
            edges = np.flatnonzero(np.diff([0, *there, 0]))
            stretches = tuple(
                Stretch(96 * day + int(a), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True)
            )
            columns.append(Column(0, stretches, float(case["cost"][name])))
        curves += [curve(need, [(ENDLESS, 0.0)], [(ENDLESS, 0.0)], floor=need) for need in needs]
    found = optimum(Problem(tuple(columns), ((0,),), (tuple(curves),)))
    assert found.status == "optimal"
    assert [found.cost, found.bound] == pytest.approx([65597, 65597], abs=1e-3)


def test_breaks_put_in_afterwards_break_the_cover_and_planning_them_has_a_price() -> None:
    """workforce.md section 6: the true price of breaks is the joint optimum against the one without breaks."""
    problem = drawn(4)
    floors = tuple(curve(round(one.top / 2), [(ENDLESS, 0.0)], [(ENDLESS, 0.0)], floor=round(one.top / 2))
                   for one in problem.curves[0] if one)
    hard = Problem(problem.columns, ((0,),), (floors[12:30],))
    hard = Problem(tuple(Column(0, (Stretch(c.stretches[0].start - 12, c.stretches[0].length, c.stretches[0].breaks),),
                                c.cost) for c in problem.columns), ((0,),), hard.curves)
    bare = Problem(tuple(Column(0, (Stretch(c.stretches[0].start, c.stretches[0].length),), c.cost)
                         for c in hard.columns), ((0,),), hard.curves)
    without, joint = optimum(bare), optimum(hard)
    assert without.values is not None
    assert joint.cost > without.cost * 1.02
    agents = np.rint(without.values[: len(bare.columns)])
    fixed = tuple(Limit(f"shift {n}", (n,), (1.0,), agents[n], agents[n]) for n in range(len(agents)))
    assert optimum(Problem(hard.columns, ((0,),), hard.curves, fixed)).values is None


@given(st.data())
@settings(max_examples=40)
def test_counts_are_dealt_out_to_agents_within_their_windows(data: st.DataObject) -> None:
    repeats = data.draw(st.booleans())
    columns = []
    for _ in range(data.draw(st.integers(1, 5))):
        first = data.draw(st.integers(0, 3))
        breaks = (Break(1, first, first + data.draw(st.sampled_from([2, 3]))), Break(2, 5, 9), Break(1, 8, 13))
        columns.append(Column(0, (Stretch(data.draw(st.integers(0, 18)), 15, breaks),), 1.0))
    required = data.draw(st.lists(st.floats(0, 6), min_size=24, max_size=24))
    problem = Problem(tuple(columns), ((0,),), (tuple(priced(one) for one in required),), repeats=repeats)
    model = build(problem)
    found = solve(model, gap=0.05, time_limit_s=10)
    assert found.values is not None
    counts = np.rint(found.values).astype(int).tolist()
    agents, whole = counts[: len(columns)], dict(enumerate(counts))
    taken = deal(model.pools, agents, whole, whole, model.around)
    cover = np.zeros(24)
    for number, column in enumerate(columns):
        [stretch] = column.stretches
        assert len(taken.get((number, 0), [])) == agents[number]
        for starts in taken.get((number, 0), []):
            ends = [start + one.length for start, one in zip(starts, stretch.breaks, strict=True)]
            for start, one in zip(starts, stretch.breaks, strict=True):
                assert stretch.start + one.first <= start <= stretch.start + one.last
            assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
            away = {slot for start, end in zip(starts, ends, strict=True) for slot in range(start, end)}
            for slot in set(range(stretch.start, stretch.start + 15)) - away:
                if repeats or slot < 24:
                    cover[slot % 24] += 1
    pay = sum(agents)
    assert pay + naive_shifts.priced(problem.curves[0], cover) == pytest.approx(found.cost, abs=1e-5)


def test_windows_are_cut_to_what_their_order_allows() -> None:
    assert ordered([Break(2, 0, 9), Break(1, 1, 5)]) == [Break(2, 0, 3), Break(1, 2, 5)]
    with pytest.raises(ValueError, match="cannot follow"):
        ordered([Break(2, 4, 6), Break(1, 1, 5)])


def test_counts_that_are_no_plan_are_refused() -> None:
    model = build(one_day([Column(0, (Stretch(0, 5, (Break(1, 1, 2),)),), 1.0)], [1.0] * 5))
    begun = dict.fromkeys(model.pools[0].begin.values(), 0)
    with pytest.raises(ValueError, match="0 breaks for 2 agents"):
        deal(model.pools, [2], begun, {}, model.around)


def test_two_queues_share_the_agents_who_serve_both() -> None:
    """By hand: 3 and 1 needed, then 1 and 3: four agents of both queues do; of one queue each it takes six."""
    needs = ((3.0, 1.0), (1.0, 3.0))
    curves = tuple(tuple(curve(one, [(ENDLESS, 50.0)], [(ENDLESS, 0.0)], whole=False) for one in queue)
                   for queue in needs)
    both = Problem((Column(0, (Stretch(0, 2),), 1.0),), ((0, 1),), curves)
    apart = Problem((Column(0, (Stretch(0, 2),), 1.0), Column(1, (Stretch(0, 2),), 1.0)), ((0,), (1,)), curves)
    assert [optimum(both).cost, optimum(apart).cost] == pytest.approx([4, 6])


def test_limits_are_kept_and_their_clash_is_named() -> None:
    columns = [Column(0, (Stretch(0, 4),), 1.0), Column(0, (Stretch(2, 4),), 1.0)]
    needs = tuple(curve(4, [(ENDLESS, 9.0)], [(ENDLESS, 0.0)]) for _ in range(6))
    most = Limit("at most three", (0,), (1.0,), 0, 3)
    found = optimum(Problem(tuple(columns), ((0,),), (needs,), (most,)))
    assert found.values is not None
    assert found.values[0] == 3
    floors = tuple(curve(4, [(ENDLESS, 9.0)], [(ENDLESS, 0.0)], floor=4) for _ in range(6))
    model = build(Problem(tuple(columns), ((0,),), (floors,), (most, Limit("unhurt", (1,), (1.0,), 0, 50))))
    assert solve(model, gap=0, time_limit_s=10).status == "infeasible"
    clash = clashing(model)
    assert "at most three" in clash
    assert "unhurt" not in clash
    assert {slot for _, slot in (one for one in clash if not isinstance(one, str))} <= {0, 1}


def large(gap: float, time_limit_s: float) -> Solved:
    needs = shift_week.requirement(shift_week.volumes(30, days=2))
    return solve(build(draft(needs, shift_week.patterns(), DAY).problem), gap=gap, time_limit_s=time_limit_s)


def test_the_same_problem_gives_the_same_plan() -> None:
    one, other = large(0.03, 60), large(0.03, 60)
    assert one.status == other.status == "within_gap"
    assert one.values is not None
    assert other.values is not None
    assert np.array_equal(one.values, other.values)
    assert 0 <= one.gap <= 0.03
    assert one.gap == relative_gap(one.cost, one.bound)


def test_ctrl_c_ends_the_search_with_the_best_plan_so_far() -> None:
    needs = shift_week.requirement(shift_week.volumes(30, days=2))
    model = build(draft(needs, shift_week.patterns(), DAY).problem)  # before the clock runs, however slow the machine
    timer = threading.Timer(3.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        found = solve(model, gap=0.0, time_limit_s=60)
    finally:
        timer.cancel()
    assert found.status == "interrupted"
    assert found.values is not None
    assert found.bound <= found.cost


def test_ctrl_c_twice_or_before_there_is_a_plan_is_an_end() -> None:
    needs = shift_week.requirement(shift_week.volumes(30, days=2))
    model = build(draft(needs, shift_week.patterns(), DAY).problem)
    timers = [threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)) for seconds in (2.5, 2.51)]

    def twice() -> None:
        for timer in timers:
            timer.start()
        solve(model, gap=0.0, time_limit_s=60)
        time.sleep(10)  # the first may have ended the search before the second came

    with pytest.raises(KeyboardInterrupt):
        twice()
    needs = shift_week.requirement(shift_week.volumes(205))
    model = build(draft(needs, shift_week.patterns(), DAY).problem)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))  # the relaxed problem alone takes longer
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        solve(model, gap=0.01, time_limit_s=60)


def test_a_time_limit_is_kept_and_said() -> None:
    found = large(0.0, 2)
    assert found.status == "time_limit"
    assert found.seconds < 10
    assert found.bound <= found.cost


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    problem = drawn(6)
    solve(build(problem), gap=0, time_limit_s=10, progress=lambda what, done, total: told.append((what, done, total)))
    assert told[-1] == ("schedule", 1, 1)
    assert any("gap" in what for what, _, _ in told[:-1])
