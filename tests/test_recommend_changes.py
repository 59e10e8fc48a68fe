"""What candidates change on a day: lunches, starts, skills; and that paid time is what it was."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.model import Scope, Slice
from ccops.recommend.breaks import breaks, moved_pause, spread
from ccops.recommend.candidate import People
from ccops.recommend.evidence import Evidence, Planned
from ccops.recommend.pools import crossed, pooled
from ccops.recommend.starts import starts
from ccops.settings import Settings
from ccops.workforce.simulation.twin_agents import Presence

MONDAY = date(2026, 11, 16)
DAY_S = 1_794_787_200.0  # that day, 00:00 UTC
HOUR = 3600.0


def test_a_lunch_goes_where_it_should_and_stays_as_long() -> None:
    worked = ((8 * HOUR, 12 * HOUR), (12.75 * HOUR, 16 * HOUR))
    assert moved_pause(worked, (12 * HOUR, 12.75 * HOUR), 13 * HOUR) == (
        (8 * HOUR, 13 * HOUR), (13.75 * HOUR, 16 * HOUR),
    )


def test_a_lunch_that_would_meet_a_break_goes_beside_it() -> None:
    worked = ((8 * HOUR, 12 * HOUR), (12.75 * HOUR, 14 * HOUR), (14.25 * HOUR, 16 * HOUR))
    moved = moved_pause(worked, (12 * HOUR, 12.75 * HOUR), 14 * HOUR)
    assert moved == ((8 * HOUR, 14 * HOUR), (14.25 * HOUR, 14.5 * HOUR), (15.25 * HOUR, 16 * HOUR))


def test_a_lunch_that_was_not_taken_moves_nothing() -> None:
    worked = ((8 * HOUR, 16 * HOUR),)
    assert moved_pause(worked, (12 * HOUR, 12.75 * HOUR), 13 * HOUR) == worked


@given(st.floats(8.2, 15.5), st.floats(0.3, 1.0), st.floats(8, 16))
def test_time_at_work_stays(begins: float, length: float, at: float) -> None:
    pause = (begins * HOUR, min(begins + length, 15.9) * HOUR)
    worked = ((8 * HOUR, pause[0]), (pause[1], 16 * HOUR))
    moved = moved_pause(worked, pause, at * HOUR)
    assert sum(end - start for start, end in moved) == pytest.approx(sum(end - start for start, end in worked))
    assert all(a[1] < b[0] for a, b in pairwise(moved))
    assert (moved[0][0], moved[-1][1]) == (8 * HOUR, 16 * HOUR)


def test_lunches_are_spread_evenly_among_those_who_start_together() -> None:
    noon = (12 * HOUR, 12.75 * HOUR)
    rows = [Planned(f"{n}", MONDAY, "t", 8 * HOUR, 16 * HOUR, noon) for n in range(4)]
    moves = spread(rows, 3 * HOUR, 4 * HOUR)
    assert [moves[f"{n}", MONDAY][1] / HOUR for n in range(4)] == pytest.approx(
        [8 + 3 + share for share in (0.125, 0.375, 0.625, 0.875)], abs=300 / HOUR
    )


def centre(lunch: float, *, apart: float = 0.0) -> Evidence:
    """A week of a team of six at 08:00 and four at 10:00, UTC; lunch `apart` hours after one another."""
    rows = []
    for n in range(7):
        for agent in range(10):
            begins = DAY_S + n * 24 * HOUR + (8 if agent < 6 else 10) * HOUR
            meal = DAY_S + n * 24 * HOUR + (lunch + agent * apart) * HOUR
            for activity, start, end in (("work", begins, begins + 8 * HOUR), ("lunch", meal, meal + 0.75 * HOUR)):
                rows.append((f"a{agent}", activity, start, end, date(2026, 11, 16 + n)))
    frame = pl.DataFrame(rows, ["agent", "activity", "from", "to", "day"], orient="row").with_columns(
        started_at=pl.from_epoch((pl.col("from") * 1e6).cast(pl.Int64), "us"),
        ended_at=pl.from_epoch((pl.col("to") * 1e6).cast(pl.Int64), "us"),
    )
    team = {"t": [f"a{n}" for n in range(10)]}
    settings = Settings.model_validate({"site": {"tz": "UTC"}, "agents": {"teams": team}})
    days = tuple(date(2026, 11, 16 + n) for n in range(7))
    return Evidence(Slice.of({"shifts": frame}, Scope(), settings), days)


def test_only_lunches_taken_together_are_a_candidate() -> None:
    together, needs = breaks(centre(12.0))
    assert ([one.id for one in together], needs) == (["breaks-t"], [])
    assert together[0].problem.values["share"] == "100%"
    assert breaks(centre(11.0, apart=0.5)) == ([], [])


def test_without_a_schedule_it_says_what_it_needs() -> None:
    evidence = Evidence(Slice.of({}, Scope(), Settings()), (MONDAY,))
    assert [need.what for need in breaks(evidence)[1]] == ["shifts"]


def test_some_start_when_others_of_the_team_do() -> None:
    found = {one.id: one for one in starts(centre(12.0))[0]}
    assert set(found) == {"starts-t-0800-1000", "starts-t-1000-0800"}
    change = found["starts-t-0800-1000"].change
    assert change is not None
    people: People = tuple(Presence(f"a{n}", "log", ((DAY_S, DAY_S + HOUR),), ("q",)) for n in range(10))
    later = [one.stretches[0][0] - DAY_S for one in change.staffed(MONDAY, people)]
    assert later == [2 * HOUR] * 2 + [0.0] * 8


def test_a_pool_and_cross_training_add_skills_and_take_none() -> None:
    people = (Presence("a", "log", (), ("x",)), Presence("b", "log", (), ("y", "z")), Presence("c", "log", (), ("z",)))
    assert [one.skills for one in pooled(("x", "y"), MONDAY, people)] == [("x", "y"), ("y", "z", "x"), ("z",)]
    learnt = crossed(("x", "y"), (["a"], ["b"]), MONDAY, people)
    assert [one.skills for one in learnt] == [("x", "y"), ("y", "z", "x"), ("z",)]
