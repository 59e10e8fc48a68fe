"""Agents' time, counted again quarter-hour by quarter-hour, and on the days when the clocks change."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.metrics import aux_by_reason, figures, kpis
from ccops.model import Scope
from ccops.settings import Settings
from strategies import ZONES, Row, day_of, local, site, slice_of, states, visit

QUARTER = timedelta(minutes=15)
PRODUCTIVE = ("talk", "hold", "wrap")
GRAINS = ("interval", "hour", "day", "weekday", "agent", "team")


def pieces(rows: list[Row]) -> list[Row]:
    """State rows cut at every quarter-hour, by stepping through them."""
    cut = []
    for row in rows:
        at = row["started_at"]
        while at < row["ended_at"]:
            floor = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
            end = min(floor + QUARTER, row["ended_at"])
            cut.append(row | {"started_at": at, "ended_at": end, "ms": (end - at) // timedelta(milliseconds=1)})
            at = end
    return cut


def key_of(piece: Row, grain: str, minutes: int, where: Settings) -> Any:
    at = piece["started_at"]
    wall = local(at, where)
    into = timedelta(minutes=wall.minute % minutes, seconds=wall.second, microseconds=wall.microsecond)
    return {
        "interval": at - into, "hour": wall.hour, "day": day_of(at, where), "agent": piece["agent"],
        "weekday": day_of(at, where).isoweekday(), "team": {"anna": "north"}.get(piece["agent"]),
    }[grain]


def ms(rows: list[Row], *states_: str, known: bool = False) -> int:
    return sum(
        row["ms"] for row in rows
        if row["state"] in states_ and not (known and row["login_source"] == "inferred")
    )


ONLINE = ("available", "ring", "talk", "hold", "wrap", "aux")


@settings(max_examples=60)
@given(
    rows=states(), by=st.lists(st.sampled_from(GRAINS), max_size=3, unique=True), minutes=st.sampled_from([15, 30, 60]),
    zone=st.sampled_from(ZONES), day_start=st.sampled_from(["00:00", "04:00"]), data=st.data(),
)
def test_states_are_counted_as_a_person_would(rows: list[Row], by: list[str], minutes: int, zone: str, day_start: str,
                                              data: st.DataObject) -> None:
    where = site(zone, day_start, more={"agents.teams": {"north": ["anna"]}})
    cut = pieces(rows)
    days = sorted({day_of(piece["started_at"], where) for piece in cut})
    day = data.draw(st.sampled_from([None, *days]))
    scope = Scope(day, day)
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for piece in cut:
        if day in (None, day_of(piece["started_at"], where)):
            groups[tuple(key_of(piece, grain, minutes, where) for grain in by)].append(piece)
    if not by:
        groups[()] = groups[()]
    totals = {
        "login": ONLINE, "available": ("available",), "aux": ("aux",), "ring": ("ring",), "talk_time": ("talk",),
        "hold_time": ("hold",), "acw_time": ("wrap",),
    }
    ratios = {
        "occupancy": (PRODUCTIVE, (*PRODUCTIVE, "available")), "utilisation_login": (PRODUCTIVE, ONLINE),
        "talk_utilisation": (("talk",), ONLINE),
    }
    data_ = slice_of(where, scope, agent_states=rows)
    found = kpis(data_, [*totals, *ratios], by, interval=minutes).to_dicts()
    assert len(found) == len(groups) * (len(totals) + len(ratios))
    for row in found:
        own = groups[tuple(row[grain] for grain in by)]
        inferred = any(p["login_source"] == "inferred" and p["state"] != "offline" and p["ms"] for p in own)
        if row["metric"] in totals:
            assert row["value"] == (ms(own, *totals[row["metric"]]) / 1000 if own else None)
            assert (row["note"] is not None) == (inferred and row["metric"] in ("login", "available"))
        else:
            above, below = (ms(own, *names, known=True) for names in ratios[row["metric"]])
            assert (row["numerator"], row["denominator"]) == (above / 1000, below / 1000)
            assert row["value"] == (above / below if below else None)
            assert (row["note"] is not None) == inferred


def state(name: str, start: datetime, end: datetime, **values: Any) -> Row:
    return {"agent": "anna", "state": name, "started_at": start, "ended_at": end, "login_source": "log"} | values


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)]
)
def test_a_day_has_as_many_hours_as_the_clock_gives_it(day: date, hours: int) -> None:
    """Signed in from a week before to a week after: the day's login is the length of the local day."""
    where = site("Europe/Berlin")
    middle = datetime.combine(day, datetime.min.time())
    row = state("available", middle - timedelta(days=7), middle + timedelta(days=7))
    data = slice_of(where, None, agent_states=[row])
    by_day = {found["day"]: found["value"] for found in kpis(data, ["login"], ["day"]).to_dicts()}
    assert by_day[day] == hours * 3600
    by_hour = kpis(data, ["login"], ["day", "hour"]).to_dicts()
    twice = {found["hour"]: found["value"] for found in by_hour if found["day"] == day}
    assert twice.get(2, 0) == {23: 0, 25: 7200, 24: 3600}[hours]
    intervals = [found for found in kpis(data, ["login"], ["day", "interval"], interval=60).to_dicts()
                 if found["day"] == day]
    assert len(intervals) == hours
    assert {found["value"] for found in intervals} == {3600}


def test_intervals_follow_the_local_clock_in_kathmandu() -> None:
    """09:00 in Kathmandu is 03:15 UTC: a full local hour is one interval, not two."""
    where = site("Asia/Kathmandu")
    row = state("talk", datetime(2026, 11, 23, 3, 15), datetime(2026, 11, 23, 4, 15))
    found = kpis(slice_of(where, agent_states=[row]), ["login"], ["interval", "hour"], interval=60).to_dicts()
    assert [(f["interval"], f["hour"], f["value"]) for f in found] == [(datetime(2026, 11, 23, 3, 15), 9, 3600)]


def test_a_state_from_before_the_day_counts_from_its_beginning() -> None:
    """A row that the store had not cut at midnight is cut by the question."""
    row = state("aux", datetime(2026, 11, 22, 23, 0), datetime(2026, 11, 23, 0, 40))
    day = date(2026, 11, 23)
    assert kpis(slice_of(scope=Scope(day, day), agent_states=[row]), ["aux"])["value"].to_list() == [2400]


def test_time_of_an_agent_without_states_is_unknown_not_none() -> None:
    at = datetime(2026, 11, 23, 9)
    data = slice_of(queue_visits=[visit(0, agent="bo")], agent_states=[state("talk", at, at + timedelta(hours=1))])
    found = figures(data, ["login", "aux", "handled", "cph"], ["agent"]).wide()
    assert found.rows() == [("anna", 3600.0, 0.0, 0.0, 0.0), ("bo", None, None, 1.0, None)]


def test_inferred_logins_leave_occupancy_unknown_and_say_so() -> None:
    at = datetime(2026, 11, 23, 9)
    hour = timedelta(hours=1)
    rows = [
        state("talk", at, at + hour, login_source="inferred"), state("talk", at, at + hour, agent="bo"),
        state("available", at + hour, at + 2 * hour, agent="bo"),
    ]
    found = {row["agent"]: row for row in kpis(slice_of(agent_states=rows), ["occupancy"], ["agent"]).to_dicts()}
    assert (found["anna"]["value"], found["anna"]["note"]) == (None, "logins inferred from activity are left out")
    assert (found["bo"]["value"], found["bo"]["note"]) == (0.5, None)


def test_not_ready_by_reason() -> None:
    at = datetime(2026, 11, 23, 9)
    rows = [
        state("aux", at, at + timedelta(minutes=20), reason="lunch"),
        state("aux", at + timedelta(minutes=30), at + timedelta(minutes=31)),
        state("talk", at + timedelta(minutes=40), at + timedelta(minutes=50)),
    ]
    assert aux_by_reason(slice_of(agent_states=rows)).rows() == [("anna", "lunch", 1200.0), ("anna", None, 60.0)]


def test_what_needs_attendance_is_not_computable_without() -> None:
    row = state("talk", datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 10))
    found = kpis(slice_of(agent_states=[row]), ["utilisation_paid", "utilisation_attended"], ["agent"]).to_dicts()
    assert [(f["value"], f["note"]) for f in found] == [
        (None, "not computable from this data: needs attendance"),
        (None, "not computable from this data: needs attendance"),
    ]


def test_milliseconds_of_pieces_add_up_even_when_microseconds_are_lost() -> None:
    start = datetime(2026, 11, 23, 9, 0, 0, 500)
    row = state("talk", start, start + timedelta(hours=1))
    data = slice_of(agent_states=[row])
    whole = figures(data, ["talk_time"]).wide()["talk_time"].sum()
    assert whole == 3600
    assert kpis(data, ["talk_time"], ["interval"])["numerator"].sum() == pytest.approx(whole, abs=1e-9)
