"""Scenarios, outcomes and comparisons: what is refused, what holds on extreme days, figures against the metrics."""

from __future__ import annotations

import importlib
import math
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.errors import UsageError
from ccops.metrics import kpis
from ccops.settings import Formula
from ccops.workforce.simulation.outcome import COUNTS, Outcome, compare, estimate
from ccops.workforce.simulation.run import simulate, trace
from ccops.workforce.simulation.scenario import AT_ONCE, NEVER, Crew, Durations, Queue, Scenario, Stint
from strategies import slice_of, visit

HOUR = 3600.0
TALK = Durations.constant(60)


def day(agents: int = 2, patience: Durations = NEVER, handling: Durations = TALK, **more: Any) -> Scenario:
    """One queue, one crew, one hour."""
    queue = Queue("sales", handling, patience)
    given: dict[str, Any] = {"rates": {"sales": [40.0]}} | more
    return Scenario([queue], [Crew.steady("all", ["sales"], agents, HOUR)], HOUR, **given)


def counts(outcome: Outcome) -> dict[str, int]:
    return dict(zip(COUNTS, outcome.counts.sum((0, 1, 2)).tolist(), strict=True))


# What is refused


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Durations.constant(-1), "a duration is -1 s"),
        (lambda: Durations.exponential(math.nan), "nan"),
        (lambda: Durations.lognormal(0, 1), "lognormal"),
        (lambda: Durations.sample([]), "no value"),
        (lambda: Durations.sample([3, -1]), "negative"),
        (lambda: TALK.scaled(0), "scaled"),
        (lambda: Queue("sales", NEVER), "for ever"),
        (lambda: Queue("sales", TALK, rest=NEVER), "for ever"),
        (lambda: Queue("sales", TALK, redial=1.0), "dials again"),
        (lambda: Queue("sales", TALK, max_wait_s=-1), "max_wait_s"),
        (lambda: Queue("sales", TALK, overflow_after_s=60), "without overflow_to"),
        (lambda: Queue("sales", TALK, handling_factors=(1.0, -1.0)), "factor"),
        (lambda: day(crews_of="x"), "unexpected"),
        (lambda: day(rates={"service": [1.0]}), "no queue"),
        (lambda: day(rates={"sales": [-1.0]}), "negative"),
        (lambda: day(rates={"sales": [math.nan]}), "unknown"),
        (lambda: day(arrivals={"sales": [1.0]}), "both rates and arrivals"),
        (lambda: day(rates={}, arrivals={"sales": [-1.0]}, until_s=60), "before 0"),
        (lambda: day(rates={}, arrivals={"sales": [60.0]}, until_s=60), "after the lines close"),
        (lambda: day(rates={}, until_s=0), "until_s is 0"),
        (lambda: day(rates={}), "until_s is 0"),
        (lambda: day(within_s=-1), "within_s"),
        (lambda: Scenario([], [], 900, until_s=900), "without queues"),
        (lambda: Scenario([Queue("a", TALK), Queue("a", TALK)], [], 900, until_s=900), "two of the name 'a'"),
        (lambda: Scenario([Queue("a", TALK)], [], 0, until_s=900), "interval_s is 0"),
        (lambda: Scenario([Queue("a", TALK, overflow_to="b")], [], 900, until_s=900), "no queue"),
        (lambda: Scenario([Queue("a", TALK, overflow_to="b"), Queue("b", TALK, overflow_to="a")], [], 900, until_s=9),
         "circle: a > b > a"),
        (lambda: Scenario([Queue("a", TALK, overflow_to="a")], [], 900, until_s=900), "circle"),
        (lambda: Scenario([Queue("a", TALK, handling_factors=(1,))], [], 900, until_s=1800), "factors for 2 intervals"),
        (lambda: Scenario([Queue("a", TALK), Queue("b", TALK)], [], 9, rates={"a": [1], "b": [1, 2]}), "different"),
        (lambda: _with_crew(Crew("c", ("b",), ())), "no queue"),
        (lambda: _with_crew(Crew("c", ("a", "a"), ())), "named twice"),
        (lambda: _with_crew(Crew("c", ("a",), (Stint(0, 0, 100), Stint(0, 50, 150)))), "overlap at 50 s"),
        (lambda: _with_crew(Crew("c", ("a",), (Stint(0, 50, 150), Stint(0, 50, 150)))), "overlap"),
        (lambda: _with_crew(Crew("c", ("a",), (Stint(0, -5, 100),))), "from -5"),
        (lambda: _with_crew(Crew("c", ("a",), (Stint(0, 100, 100),))), "from 100 to 100"),
        (lambda: _with_crew(Crew("c", ("a",), (Stint(0, 0, math.nan),))), "nan"),
        (lambda: simulate(day(), replications=0), "0 replications"),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], object], says: str) -> None:
    with pytest.raises((UsageError, TypeError), match=says):
        make()


def _with_crew(crew: Crew) -> Scenario:
    return Scenario([Queue("a", TALK)], [crew], 900, until_s=900)


def test_without_numba_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [name for name in sys.modules if name.startswith("ccops.workforce.simulation.")]
    package = importlib.import_module("ccops.workforce.simulation")
    for name in rooms:
        if name.rsplit(".", 1)[1] in ("kernel", "draws", "heap", "compiled"):
            monkeypatch.delitem(sys.modules, name)
            monkeypatch.delattr(package, name.rsplit(".", 1)[1], raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(UsageError, match="numba") as refused:
        simulate(day())
    assert refused.value.fix == "pip install 'ccops[simulation]'"


def test_where_no_folder_takes_what_was_compiled() -> None:
    """An installation that its user may not write to, without a home: compiled for this process alone."""
    script = (
        "from ccops.workforce.simulation import draws; import numpy as np; "
        "print(0 < draws.uniform(np.uint64(1), draws.PATIENCE) < 1, draws.uniform.stats.cache_path)"
    )
    # The only folder that numba is to look at is the one that NUMBA_CACHE_DIR names, and it names none.
    environ = os.environ | {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator", "NUMBA_CACHE_DIR": ""}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environ)
    assert done.stdout.split() == ["True", "None"]


# Extreme days


def test_nobody_calls() -> None:
    outcome = simulate(day(rates={"sales": [0.0]}), replications=3)
    assert counts(outcome)["offered"] == 0
    assert outcome.spent.sum((0, 1, 2)).tolist() == [0, 0, 0, 3 * 2 * HOUR]
    [row] = outcome.frame.to_dicts()
    assert row["offered"] == 0
    assert [row[key] for key in ("service_level", "asa_s", "abandon_rate", "max_wait_s", "aht_s")] == [None] * 5
    assert outcome.occupancy().value == 0
    assert math.isnan(outcome.wait_quantile_s(0.9))


def test_nobody_answers() -> None:
    """Impatient callers abandon as they would; those who would wait for ever are flow-outs when all is over."""
    lost = simulate(day(agents=0, patience=Durations.constant(30)), replications=2)
    assert counts(lost)["abandoned"] == counts(lost)["offered"] > 0
    assert math.isnan(lost.occupancy().value)
    sent_away = simulate(day(agents=0, rates={}, arrivals={"sales": [100.0, 3000.0]}), replications=1)
    assert counts(sent_away)["flow_outs"] == 2
    assert sent_away.sums[0, 0, 0].tolist() == [0, 0, HOUR - 100 + HOUR - 3000, 0]


def test_a_single_agent_serves_one_after_the_other() -> None:
    """By hand: calls at 0, 10 and 20 s of 60 s each wait 0, 50 and 100 s; the agent stays until the last is done."""
    queue, crew = Queue("sales", TALK), Crew("all", ("sales",), (Stint(7, 0, 130),))
    scenario = Scenario([queue], [crew], 60.0, arrivals={"sales": [20, 0, 10]}, until_s=120.0)
    visits = trace(scenario)
    assert visits["wait_s"].to_list() == [0, 50, 100]
    assert visits["agent"].to_list() == [7, 7, 7]
    outcome = simulate(scenario, replications=1)
    assert outcome.spent[0, 0, :, 0].tolist() == [60, 60, 60]  # the last is all that comes after the intervals
    assert outcome.longest[0, 0].tolist()[0] == 100
    assert outcome.occupancy().value == 1


def test_a_break_in_a_call_and_a_call_at_a_start() -> None:
    """By hand: the call of 0 s runs 20 s into the break; the call of 70 s waits for the next stint at 100 s."""
    crew = Crew("all", ("sales",), (Stint(0, 100, 200), Stint(0, 0, 40)))
    scenario = Scenario([Queue("sales", TALK)], [crew], 300.0, arrivals={"sales": [0, 70]})
    assert trace(scenario)["wait_s"].to_list() == [0, 30]
    assert simulate(scenario, replications=1).spent[0, 0].sum(0).tolist() == [120, 0, 0, 40]


def test_all_at_one_instant() -> None:
    """A hundred at once on ten agents: served in tens, in the order of their numbers."""
    visits = trace(day(agents=10, rates={}, arrivals={"sales": [5.0] * 100}))
    assert visits["number"].to_list() == list(range(100))
    assert visits["wait_s"].to_list() == [60.0 * (i // 10) for i in range(100)]


def test_no_time_at_all() -> None:
    """Calls without duration, patience or ringing end where they began."""
    served = simulate(day(agents=1, handling=AT_ONCE, patience=AT_ONCE), replications=2)
    assert counts(served)["in_time"] == counts(served)["offered"] > 0
    assert served.spent[..., 0].sum() == 0
    gone = simulate(day(agents=0, patience=AT_ONCE), replications=2)
    assert counts(gone)["short_abandoned"] == counts(gone)["offered"]
    queue = Queue("sales", AT_ONCE, AT_ONCE, redial=0.9, redial_after=AT_ONCE)
    outcome = simulate(Scenario([queue], [], HOUR, rates={"sales": [200.0]}), replications=1)
    assert counts(outcome)["redials"] / counts(outcome)["offered"] == pytest.approx(0.9, abs=0.03)


def test_huge_patience_is_no_patience_lost() -> None:
    a, b = (simulate(day(patience=patience), replications=5) for patience in (Durations.exponential(1e12), NEVER))
    assert np.array_equal(a.counts, b.counts)


def test_stints_in_any_order_and_in_pieces() -> None:
    pieces = [Stint(0, 1800, 3600), Stint(1, 0, 3600), Stint(0, 0, 900), Stint(0, 900, 1800)]
    crew = Crew("all", ("sales",), tuple(pieces))
    assert np.array_equal(simulate(replace(day(), crews=[crew])).counts, simulate(day()).counts)


def test_a_million_calls_in_little_memory() -> None:
    """A day in which a million come and most wait at once, then one in which they are served as they come."""
    tracemalloc.start()
    waiting = simulate(day(rates={"sales": [1e6]}), replications=1)
    served = simulate(day(agents=20_000, rates={"sales": [1e6]}, handling=Durations.exponential(60)), replications=1)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert counts(waiting)["flow_outs"] > 900_000
    assert counts(served)["in_time"] == counts(served)["offered"] > 990_000
    assert peak < 200  # MiB


# The same callers


def test_replications_side_by_side_are_those_in_turn() -> None:
    busy = day(agents=50, rates={"sales": [3000.0]}, patience=Durations.exponential(60))
    done: list[tuple[str, int, int]] = []
    alone = simulate(busy, replications=12, threads=1, progress=lambda *at: done.append(at))
    together = simulate(busy, replications=12, threads=4, progress=lambda *at: done.append(at))
    assert done == [("simulate", i, 12) for i in range(1, 13)] * 2
    for name in ("counts", "sums", "longest", "spent", "waits"):
        assert np.array_equal(getattr(alone, name), getattr(together, name), equal_nan=True)
    fewer = simulate(busy, replications=3)
    assert np.array_equal(fewer.counts, alone.counts[:3])
    assert not np.array_equal(simulate(busy, replications=3, seed=2).counts, fewer.counts)


def test_other_staffing_meets_the_same_callers() -> None:
    """Whoever answers: each caller comes at the same moment with the same business. Another queue changes nothing."""
    lognormal = Durations.lognormal(180, 1.2)
    few = day(4, Durations.exponential(90), lognormal, rates={"sales": [150.0]})
    columns = ["number", "entered_s"]
    a = trace(few).filter(pl.col("outcome") == "answered")
    b = trace(replace(few, crews=[Crew.steady("all", ["sales"], 9, HOUR)])).filter(pl.col("outcome") == "answered")
    both = a.join(b, on=columns, how="inner")
    assert both.height == a.height < b.height
    assert both["handle_s"].to_list() == both["handle_s_right"].to_list()
    more = Scenario([Queue("before", TALK), *few.queues], few.crews, HOUR, rates={**few.rates, "before": [30.0]})
    assert trace(more).filter(pl.col("queue") == "sales").select(columns).equals(trace(few).select(columns))


@settings(max_examples=60)
@given(agents=st.integers(1, 6), rate=st.floats(1, 120), seed=st.integers(0, 5))
def test_one_more_agent_never_lengthens_a_wait(agents: int, rate: float, seed: int) -> None:
    """True, caller by caller, where nobody gives up and all is first come first served (Kiefer & Wolfowitz 1955).

    With abandonment it is not: a caller who stays longer may hold the line against the next.
    """
    waits = [
        trace(day(agents=n, rates={"sales": [rate]}, handling=Durations.lognormal(150, 1.5)), seed=seed)["wait_s"]
        for n in (agents, agents + 1)
    ]
    kept = [w.to_numpy() for w in waits]
    assert np.all(kept[1] <= kept[0] + 1e-6)


def test_a_comparison_is_paired() -> None:
    """The interval of the difference is that of the pairs, which is far narrower than that of two outcomes apart."""
    base = day(7, Durations.exponential(120), Durations.exponential(180), rates={"sales": [130.0]})
    a, b = (simulate(replace(base, crews=[Crew.steady("all", ["sales"], n, HOUR)]), replications=40) for n in (7, 8))
    found = compare(a, b)
    difference = found.difference("service_level")
    assert difference.value == pytest.approx(b.service_level().value - a.service_level().value)
    apart = math.hypot(*(side.service_level().hi - side.service_level().value for side in (a, b)))
    assert 0 < difference.lo < difference.value < difference.hi
    assert difference.hi - difference.value < 0.7 * apart
    offered = found.difference("offered", "sales")
    assert (offered.value, offered.lo, offered.hi) == (0, 0, 0)
    assert found.difference("occupancy").value < 0
    pairs = b.counts[..., COUNTS.index("abandoned")].sum((1, 2)) - a.counts[..., COUNTS.index("abandoned")].sum((1, 2))
    assert found.difference("abandoned").value == pytest.approx(pairs.mean())
    assert "difference" in found._repr_html_()
    with pytest.raises(UsageError, match="same callers"):
        compare(a, simulate(base, replications=40, seed=2))
    with pytest.raises(UsageError, match="no difference"):
        found.difference("happiness")


# Figures


def mixed() -> Scenario:
    """Whole seconds, every way of ending, two queues."""
    sales = Queue("sales", Durations.sample([100, 200]), Durations.sample([3, 5, 20, 21, 90]), overflow_to="service",
                  overflow_after_s=30)
    service = Queue("service", TALK, Durations.sample([4, 40]), max_wait_s=25)
    crews = [Crew.steady("both", ["sales", "service"], 3, HOUR)]
    instants = {"sales": np.arange(0, 3600, 23), "service": np.arange(1, 3600, 31)}
    return Scenario([sales, service], crews, 900.0, arrivals=instants)


@pytest.mark.parametrize("formula", get_args(Formula))
def test_service_level_is_that_of_the_metrics(formula: Formula) -> None:
    """The same calls through the metrics' engine: numerators and denominators alike, by queue and in all."""
    scenario = mixed()
    outcome = simulate(scenario, replications=1)
    start = datetime(2026, 11, 23, 9)
    ends = {"flow_out": "timeout"}
    rows = [
        visit(n, queue=row["queue"], entered_at=start + timedelta(seconds=row["entered_s"]),
              wait_ms=round(row["wait_s"] * 1000), outcome=ends.get(row["outcome"], row["outcome"]))
        for n, row in enumerate(trace(scenario).rows(named=True))
    ]
    data, tuning = slice_of(queue_visits=rows), {"formula": formula}
    assert {row["outcome"] for row in rows} == {"answered", "abandoned", "overflow", "timeout"}
    for by, queues in ((["queue"], ["sales", "service"]), ([], [None])):
        found = kpis(data, ["service_level"], by, tuning=tuning)["value"].to_list()
        assert [outcome.service_level(queue, formula=formula).value for queue in queues] == pytest.approx(found)
    keys = ["offered", "answered", "abandoned", "short_abandoned", "flow_outs", "asa", "max_wait", "abandon_rate"]
    theirs = kpis(data, keys)["value"].to_list()
    row = outcome.frame.row(-1, named=True)
    assert [row[key] for key in (*keys[:5], "asa_s", "max_wait_s", keys[7])] == pytest.approx(theirs)


def test_an_interval_by_hand() -> None:
    """Two days of 8/10 and 1/2: 9/12 in all; deviations 8 - 7.5 and 1 - 1.5, over 6; t of one degree is 12.7062."""
    value, lo, hi = estimate(np.array([8.0, 1.0]), np.array([10.0, 2.0]))
    half = 12.706205 * math.sqrt(((8 - 7.5) / 6) ** 2 + ((1 - 1.5) / 6) ** 2) / math.sqrt(2)
    assert (value, hi - value, value - lo) == pytest.approx((0.75, half, half))
    alone = estimate(np.array([8.0]), np.array([10.0]))
    assert alone[0] == 0.8
    assert math.isnan(alone[1])


def test_frames_agree_with_the_arrays() -> None:
    outcome = simulate(mixed(), replications=3)
    assert outcome.frame["queue"].to_list() == ["sales", "service", None]
    by_interval = outcome.intervals.group_by("queue", maintain_order=True).agg(pl.col("offered", "answered").sum())
    after = outcome.counts[:, :, -1].mean(0)  # overflowed after closing
    assert (by_interval["offered"] + after[:, 0]).to_list() == pytest.approx(outcome.frame["offered"].to_list()[:2])
    assert outcome.intervals["from_s"].to_list() == [0, 900, 1800, 2700] * 2
    assert outcome.crews["crew"].to_list() == ["both"]
    spent = outcome.occupancy_by_interval.select(pl.col("busy_s", "idle_s").sum()).row(0)
    assert spent == pytest.approx(outcome.spent[:, 0, :-1].sum(1).mean(0)[[0, 3]])
    first = outcome.figure("asa_s", "sales", 1)
    assert outcome.intervals.row(1, named=True)["asa_s"] == pytest.approx(first.value)
    assert outcome.occupancy("both", 0).value == pytest.approx(outcome.occupancy_by_interval["occupancy"][0])
    assert outcome.longest_wait_s("sales").value == pytest.approx(outcome.frame["max_wait_s"][0])
    assert "service_level" in outcome._repr_html_()
    for figure, queue, says in (("happiness", None, "no figure"), ("asa_s", "x", "was simulated")):
        with pytest.raises(UsageError, match=says):
            outcome.figure(figure, queue)
    with pytest.raises(UsageError, match="no crew"):
        outcome.occupancy("x")


def test_percentiles_lie_within_their_bin() -> None:
    outcome = simulate(day(agents=3, rates={"sales": [200.0]}), replications=1)
    waits = np.sort(trace(outcome.scenario).filter(pl.col("outcome") == "answered")["wait_s"].to_numpy())
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        exact = waits[max(math.ceil(share * len(waits)), 1) - 1]
        assert outcome.wait_quantile_s(share) == pytest.approx(exact, abs=1.0, rel=0.05)


def test_the_shortest_wait_where_nobody_was_answered_at_once() -> None:
    late = Scenario([Queue("sales", Durations.constant(60), answer_delay=Durations.constant(7))],
                    [Crew.steady("one", ["sales"], 5, 3600)], 3600, arrivals={"sales": [10.0, 20.0, 30.0]})
    assert simulate(late, replications=1).wait_quantile_s(0) == 7
