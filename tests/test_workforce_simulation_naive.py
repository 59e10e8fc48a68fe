"""The compiled day against the same rules in plain Python, call by call, over small days with every feature."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.workforce.patience import Survival
from ccops.workforce.simulation.outcome import COUNTS, FINE_S, SPENT, WIDER, Outcome
from ccops.workforce.simulation.run import simulate, trace
from ccops.workforce.simulation.scenario import AT_ONCE, NEVER, Crew, Durations, Queue, Scenario, Stint
from naive_floor import NaiveFloor

NAMES = ("sales", "service", "claims")
# Whole seconds make things happen at one instant, which is where rules are decided.
WHOLE = st.integers(0, 40).map(float)


def laws(finite: bool = True) -> st.SearchStrategy[Durations]:
    curve = st.sampled_from([math.inf, 30.0, 0.0]).map(
        lambda tail: Durations.survival(Survival(np.array([0.0, 5, 20, 60]), np.array([0.9, 0.7, 0.7, 0.25]), tail))
    )
    random = [
        WHOLE.map(Durations.constant),
        st.lists(WHOLE, min_size=1, max_size=4).map(Durations.sample),
        st.sampled_from([0.0, 3.0, 25.0]).map(Durations.exponential),
        st.builds(Durations.lognormal, st.sampled_from([4.0, 30.0]), st.sampled_from([0.0, 0.7])),
    ]
    return st.one_of(*random) if finite else st.one_of(*random, st.just(NEVER), curve)


@st.composite
def stints(draw: st.DrawFn, agent: int) -> list[Stint]:
    marks = sorted(draw(st.sets(st.integers(0, 140), min_size=2, max_size=6)))
    pairs = [(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if draw(st.booleans()) and len(marks) > 2:  # two that touch
        pairs[:1] = [(pairs[0][0], pairs[0][0] + 1), (pairs[0][0] + 1, pairs[0][1])]
    return [Stint(agent, float(a), float(b)) for a, b in draw(st.permutations(pairs)) if a < b]


@st.composite
def days(draw: st.DrawFn) -> Scenario:
    count = draw(st.integers(1, 3))
    names = NAMES[:count]
    queues = []
    for i, name in enumerate(names):
        target = draw(st.sampled_from(["", *names[i + 1:]]))
        queues.append(Queue(
            name, draw(laws()), draw(laws(finite=False)), draw(st.one_of(st.just(AT_ONCE), laws())),
            draw(st.one_of(st.just(AT_ONCE), laws())), priority=draw(st.integers(1, 2)), overflow_to=target,
            overflow_after_s=draw(WHOLE) if target else math.inf,
            max_wait_s=draw(st.sampled_from([math.inf, math.inf, 0.0, 30.0])),
            redial=draw(st.sampled_from([0.0, 0.6])), redial_after=draw(laws()),
            handling_factors=draw(st.sampled_from([(), (1.5, 0.5, 1.0)])),
        ))
    crews = [
        Crew(f"crew {i}", tuple(draw(st.permutations(names))[:draw(st.integers(0, count))]),
             tuple(stint for agent in range(draw(st.integers(0, 3))) for stint in draw(stints(agent))))
        for i in range(draw(st.integers(0, 3)))
    ]
    rates = {name: [3, 0, 4] for name in names}
    day = Scenario(queues, crews, 30.0, until_s=80.0, within_s=20.0, short_s=5.0, rates=rates)
    if draw(st.booleans()):
        return day
    instants = {name: draw(st.lists(st.integers(0, 79), max_size=12)) for name in names}
    return replace(day, rates={}, arrivals=instants)


@settings(max_examples=400)
@given(day=days(), seed=st.integers(0, 3))
def test_call_by_call(day: Scenario, seed: int) -> None:
    naive = NaiveFloor(day, seed).run()
    found = trace(day, seed=seed).rows(named=True)
    crews = [(crew.name, agent) for crew in day.crews for agent in crew.agents]
    assert len(found) == len(naive.visits)
    for row, visit in zip(found, naive.visits, strict=True):
        who = crews[visit.agent] if visit.agent >= 0 else (None, None)
        assert (row["queue"], row["outcome"], row["crew"], row["agent"], row["dialled"], row["number"]) == (
            day.queues[visit.queue].name, visit.outcome, *who, day.queues[visit.dialled].name, visit.number,
        )
        times = (row["entered_s"], row["wait_s"], row["ring_s"], row["handle_s"])
        assert times == pytest.approx((visit.entered, visit.wait, visit.ring, visit.handle), abs=1e-9)


@settings(max_examples=250)
@given(day=days(), seed=st.integers(0, 3))
def test_counts_and_seconds(day: Scenario, seed: int) -> None:
    outcome = simulate(day, replications=1, seed=seed)
    naive = NaiveFloor(day, seed).run()
    counts: Counter[tuple[int, int, str]] = Counter()
    longest: dict[tuple[int, int], float] = {}
    for visit in naive.visits:
        key, early = (visit.queue, min(int(visit.entered / 30), 3)), visit.wait <= 20 + 1e-6
        counts[*key, "offered"] += 1
        match visit.outcome:
            case "answered":
                counts[*key, "answered"] += 1
                counts[*key, "in_time"] += early
            case "abandoned":
                counts[*key, "abandoned"] += 1
                counts[*key, "abandoned_in_time"] += early
                counts[*key, "short_abandoned"] += visit.wait < 5 - 1e-6
            case how:
                counts[*key, "flow_outs"] += 1
                counts[*key, "flow_in_time"] += early
                counts[*key, "overflow_out"] += how == "overflow"
        if visit.outcome in ("answered", "abandoned"):
            longest[key] = max(longest.get(key, 0.0), visit.wait)
    for i in range(len(day.queues)):
        for k in range(4):
            row = dict(zip(COUNTS, outcome.counts[0, i, k].tolist(), strict=True))
            for name in set(COUNTS) - {"redials", "overflow_in"}:
                assert row[name] == counts[i, k, name], name
            assert outcome.longest[0, i, k] == pytest.approx(longest.get((i, k), math.nan), abs=1e-9, nan_ok=True)
    assert outcome.counts[0, ..., COUNTS.index("redials")].sum() == len(naive.redialled)
    _same_seconds(day, outcome, naive)


def _same_seconds(day: Scenario, outcome: Outcome, naive: NaiveFloor) -> None:
    """Agents' seconds by crew, interval and activity, cut by hand."""
    edges = [0.0, 30.0, 60.0, 90.0, math.inf]
    for i in range(len(day.crews)):
        for k in range(4):
            for j, name in enumerate(SPENT):
                own = [(a, b) for crew, what, a, b in naive.spells if (crew, what) == (i, name)]
                total = sum(max(min(b, edges[k + 1]) - max(a, edges[k]), 0.0) for a, b in own)
                assert outcome.spent[0, i, k, j] == pytest.approx(total, abs=1e-6)


@settings(max_examples=150)
@given(day=days(), seed=st.integers(0, 3))
def test_what_goes_in_comes_out(day: Scenario, seed: int) -> None:
    """Callers, seconds and waits balance, whatever happens."""
    outcome = simulate(day, replications=2, seed=seed)
    n = {name: outcome.counts[..., i] for i, name in enumerate(COUNTS)}
    assert np.array_equal(n["offered"], n["answered"] + n["abandoned"] + n["flow_outs"])
    assert n["overflow_out"].sum() == n["overflow_in"].sum()
    assert np.all(n["in_time"] <= n["answered"])
    assert np.all(n["abandoned_in_time"] <= n["abandoned"])
    assert np.all(n["redials"] + n["overflow_in"] <= n["offered"])
    handled, busy = outcome.sums[..., 3].sum((1, 2)), outcome.spent[..., 0].sum((1, 2))
    assert busy == pytest.approx(handled)
    # In their stints agents are busy, ringing, resting or idle; beyond, busy or ringing to the end of the call.
    there = sum(stint.to_s - stint.from_s for crew in day.crews for stint in crew.stints)
    assert np.all(outcome.spent.sum((1, 2, 3)) >= there - 1e-6)
    assert np.all(outcome.spent[..., 1:].sum((1, 2, 3)) <= there + outcome.spent[..., 1].sum((1, 2)) + 1e-6)
    assert outcome.waits.sum() == (n["answered"] + n["abandoned"]).sum()


def test_waits_fall_in_the_bins_of_the_metrics() -> None:
    import polars as pl

    from ccops.metrics.histogram import bin_of

    waits = np.array([0.0, 0.5, 1.0, 59.0, 119.5, 120.5, 126.5, 500.0, 3000.0, 40_000.0])
    ours = [int(w) if w < FINE_S else FINE_S + int(math.log(w / FINE_S) / math.log(WIDER)) for w in waits]
    frame = pl.DataFrame({"ms": (waits * 1000).astype(int)})
    assert frame.select(bin_of(pl.col("ms"))).to_series().to_list() == ours
    # And the kernel puts them there: callers who give up after exactly that long, with nobody there.
    for wait, place in zip(waits, ours, strict=True):
        queue = Queue("sales", AT_ONCE, Durations.constant(wait))
        outcome = simulate(Scenario([queue], [], 60.0, arrivals={"sales": [1.0]}), replications=1)
        assert np.flatnonzero(outcome.waits[0, 0]).tolist() == [place]
