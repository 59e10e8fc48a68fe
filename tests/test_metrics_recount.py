"""Every additive metric of visits and segments, counted again in plain Python over random days.

The recount shares no code with the engine: it reads rows one by one, tells local time with zoneinfo, and follows the
wording of the definitions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.metrics import kpis
from ccops.model import FLOW_OUTS, OTHER_ENDS, Scope
from ccops.settings import Settings
from strategies import QUEUES, ZONES, Row, day_of, local, site, slice_of, visits

Figure = tuple[float, float | None]


def n(rows: list[Row], test: Callable[[Row], Any]) -> int:
    return sum(1 for row in rows if test(row))


def total_s(rows: list[Row], column: str) -> float:
    return sum(row[column] or 0 for row in rows) / 1000


def _is(outcome: str) -> Callable[[Row], bool]:
    return lambda row: bool(row["outcome"] == outcome)


def answered(row: Row) -> bool:
    return bool(row["outcome"] == "answered")


def handled(row: Row) -> bool:
    return answered(row) and row["talk_ms"] is not None


def short(row: Row) -> bool:
    return bool(row["outcome"] == "abandoned" and row["wait_ms"] is not None and row["wait_ms"] < 5_000)


def in_time(row: Row) -> bool:
    return row["wait_ms"] is not None and row["wait_ms"] <= 20_000


def counted(key: str, began: list[Row], left: list[Row]) -> Figure:
    """A metric of visits that began and of those that left in the same key: the same rows, on the arrival clock."""
    ans = [row for row in left if answered(row)]
    ab = [row for row in left if row["outcome"] == "abandoned"]
    flow = [row for row in left if row["outcome"] in FLOW_OUTS]
    done = [row for row in left if handled(row)]
    queued = [row for row in began if row["outcome"] != "open"]
    timed = n(ans, in_time)
    passed_on = [row for row in done if row["transferred"] is not None]
    waited = [row for row in ans if row["wait_ms"] is not None]
    lost = [row for row in ab if row["wait_ms"] is not None]
    held = [row for row in done if row["hold_ms"]]
    figures: dict[str, Callable[[], Figure]] = {
        "offered": lambda: (len(began), None),
        "queued": lambda: (len(queued), None),
        "open": lambda: (n(began, _is("open")), None),
        "answered": lambda: (len(ans), None),
        "answer_rate": lambda: (len(ans), len(queued)),
        "abandoned": lambda: (len(ab), None),
        "abandon_rate": lambda: (len(ab), len(queued)),
        "abandoned_queue": lambda: (n(ab, lambda row: row["abandon_phase"] == "queue"), None),
        "abandoned_ring": lambda: (n(ab, lambda row: row["abandon_phase"] == "ring"), None),
        "abandoned_announcement": lambda: (n(ab, lambda row: row["abandon_phase"] == "announcement"), None),
        "short_abandoned": lambda: (n(ab, short), None),
        "short_abandoned_share": lambda: (n(ab, short), len(ab)),
        "abandon_rate_net": lambda: (len(ab) - n(ab, short), len(queued) - n(queued, short)),
        "flow_outs": lambda: (len(flow), None),
        "timeout": lambda: (n(left, _is("timeout")), None),
        "overflow": lambda: (n(left, _is("overflow")), None),
        "callback": lambda: (n(left, _is("callback")), None),
        "voicemail": lambda: (n(left, _is("voicemail")), None),
        "exit_key": lambda: (n(left, _is("exit_key")), None),
        "exit_empty": lambda: (n(left, _is("exit_empty")), None),
        "other_ends": lambda: (n(left, lambda row: row["outcome"] in OTHER_ENDS), None),
        "transfers_out": lambda: (n(ans, lambda row: row["transferred"]), None),
        "transfer_rate": lambda: (n(passed_on, lambda row: row["transferred"]), len(passed_on)),
        "answered_within": lambda: (timed, None),
        "service_level offered": lambda: (timed, len(ans) + len(ab)),
        "service_level offered_ex_short": lambda: (timed, len(ans) + len(ab) - n(ab, short)),
        "service_level ex_abandon_in_t": lambda: (timed, len(ans) + len(ab) - n(ab, in_time)),
        "service_level credit_abandon": lambda: (timed + n(ab, in_time), len(ans) + len(ab)),
        "service_level credit_short": lambda: (timed + n(ab, short), len(ans) + len(ab)),
        "service_level answered": lambda: (timed, len(ans)),
        "service_level with_flow_outs": lambda: (timed, len(ans) + len(ab) - n(ab, short) + len(flow)),
        "service_level removed_in_t": lambda: (timed + n(ab, in_time) + n(flow, in_time), len(queued)),
        "asa": lambda: (total_s(waited, "wait_ms"), len(waited)),
        "avg_abandon_wait": lambda: (total_s(lost, "wait_ms"), len(lost)),
        "avg_wait": lambda: (total_s(waited + lost, "wait_ms"), len(waited + lost)),
        "handled": lambda: (len(done), None),
        "aht": lambda: (sum(total_s(done, c) for c in ("talk_ms", "hold_ms", "acw_ms")), len(done)),
        "talk": lambda: (total_s(done, "talk_ms"), len(done)),
        "hold": lambda: (total_s(done, "hold_ms"), n(done, lambda row: row["hold_ms"] is not None)),
        "hold_held": lambda: (total_s(held, "hold_ms"), len(held)),
        "acw": lambda: (total_s(done, "acw_ms"), n(done, lambda row: row["acw_ms"] is not None)),
    }
    return figures[key]()


VISIT_METRICS = (
    "offered", "queued", "open", "answered", "answer_rate", "abandoned", "abandon_rate", "abandoned_queue",
    "abandoned_ring", "abandoned_announcement", "short_abandoned", "short_abandoned_share", "abandon_rate_net",
    "flow_outs", "timeout", "overflow", "callback", "voicemail", "exit_key", "exit_empty", "other_ends",
    "transfers_out", "transfer_rate", "answered_within", "asa", "avg_abandon_wait", "avg_wait", "handled", "aht",
    "talk", "hold", "hold_held", "acw",
)
OF_ANSWERED = (
    "answered", "transfers_out", "transfer_rate", "answered_within", "asa", "handled", "aht", "talk", "hold",
    "hold_held", "acw",
)
TEAMS = {"north": ["anna"], "south": ["bo"]}
GRAINS = ("interval", "hour", "day", "weekday", "week", "month", "queue", "agent", "team", "channel", "direction")


def key_of(row: Row, at: datetime, grain: str, minutes: int, where: Settings) -> Any:
    """The key of a row at a grain, from the wall clock."""
    wall, day = local(at, where), day_of(at, where)
    into = timedelta(minutes=wall.minute % minutes, seconds=wall.second, microseconds=wall.microsecond)
    iso = day.isocalendar()
    keys: dict[str, Any] = {
        "interval": at - into, "hour": wall.hour, "day": day, "weekday": iso.weekday,
        "week": f"{iso.year}-W{iso.week:02}", "month": f"{day:%Y-%m}",
        "team": {"anna": "north", "bo": "south"}.get(row["agent"] or ""),
    }
    return keys[grain] if grain in keys else row[grain]


def left_at(row: Row) -> datetime:
    entered: datetime = row["entered_at"]
    waited = None if row["wait_ms"] is None else entered + timedelta(milliseconds=row["wait_ms"])
    instant: datetime | None = row["answered_at"] if answered(row) else row["ended_at"]
    return instant or waited or entered


@settings(max_examples=60)
@given(
    rows=visits(), by=st.lists(st.sampled_from(GRAINS), max_size=3, unique=True), minutes=st.sampled_from([15, 30, 60]),
    zone=st.sampled_from(ZONES), day_start=st.sampled_from(["00:00", "04:00"]), data=st.data(),
)
def test_visits_are_counted_as_a_person_would(rows: list[Row], by: list[str], minutes: int, zone: str, day_start: str,
                                              data: st.DataObject) -> None:
    where = site(zone, day_start, more={"agents.teams": TEAMS})
    clock = data.draw(st.sampled_from(["arrival", "event"]))
    days = sorted({day_of(row["entered_at"], where) for row in rows})
    first = data.draw(st.sampled_from([None, *days]))
    last = data.draw(st.sampled_from([None, *(day for day in days if first is None or day >= first)]))
    queues = data.draw(st.sampled_from([(), QUEUES[:1], QUEUES[1:]]))
    scope = Scope(first, last, queues=queues, clock=clock)

    def asked(row: Row, at: datetime) -> bool:
        day = day_of(at, where)
        in_days = (first is None or day >= first) and (last is None or day <= last)
        return in_days and (not queues or row["queue"] in queues)

    began: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    left: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        gone = left_at(row) if clock == "event" else row["entered_at"]
        for groups, at in ((began, row["entered_at"]), (left, gone)):
            if asked(row, at):
                groups[tuple(key_of(row, at, grain, minutes, where) for grain in by)].append(row)
    keys = {*began, *left} if by else {()}

    found = kpis(slice_of(where, scope, queue_visits=rows), VISIT_METRICS, by, interval=minutes).to_dicts()
    assert len(found) == len(keys) * len(VISIT_METRICS)
    for row in found:
        key = tuple(row[grain] for grain in by)
        assert key in keys
        above, below = counted(row["metric"], began[key], left[key])
        if row["metric"] not in OF_ANSWERED and {"agent", "team"} & set(by):
            assert (row["value"], row["numerator"], row["denominator"]) == (None, None, None)
            assert row["note"] == "callers who were not answered belong to no agent"
            continue
        assert row["numerator"] == pytest.approx(above, abs=1e-9), row
        assert row["denominator"] == below
        if below is None:
            assert row["value"] == pytest.approx(above)
        else:
            assert row["value"] == (pytest.approx(above / below) if below else None)


@settings(max_examples=40)
@given(rows=visits())
def test_every_service_level_formula(rows: list[Row]) -> None:
    from ccops.metrics import FORMULAS

    data = slice_of(queue_visits=rows)
    for formula in FORMULAS:
        [row] = kpis(data, ["service_level"], tuning={"formula": formula}).to_dicts()
        above, below = counted(f"service_level {formula}", rows, rows)
        assert (row["numerator"], row["denominator"]) == (above, below)
        assert row["value"] == (pytest.approx(above / below) if below else None)
        assert row["value"] is None or 0 <= row["value"] <= 1


@settings(max_examples=40)
@given(rows=visits(), by=st.sampled_from([[], ["queue"], ["hour"], ["queue", "hour"]]))
def test_distinct_contacts_and_the_longest_wait(rows: list[Row], by: list[str]) -> None:
    where = site()
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(key_of(row, row["entered_at"], grain, 15, where) for grain in by)].append(row)
    found = kpis(slice_of(queue_visits=rows), ["contacts", "max_wait"], by).to_dicts()
    for row in found:
        own = groups[tuple(row[grain] for grain in by)]
        waits = [r["wait_ms"] for r in own if r["outcome"] in ("answered", "abandoned") and r["wait_ms"] is not None]
        if row["metric"] == "contacts":
            assert row["value"] == len({(r["system"], r["contact_id"]) for r in own})
        else:
            assert row["value"] == (max(waits) / 1000 if waits else None)


def test_ring_no_answer_and_attempts() -> None:
    at = datetime(2026, 11, 23, 9)
    segments: list[Row] = [
        {"system": "s", "contact_id": "c0", "nth": i, "agent": agent, "queue": "sales", "kind": kind, "started_at": at}
        for i, (agent, kind) in enumerate([("bo", "no_answer"), ("bo", "no_answer"), ("anna", "talk")])
    ]
    answered_visit = {
        "system": "s", "contact_id": "c0", "queue": "sales", "nth": 1, "entered_at": at, "outcome": "answered",
        "agent": "anna",
    }
    data = slice_of(segments=segments, queue_visits=[answered_visit])
    wide = {
        row["agent"]: (row["value"], row["metric"])
        for row in kpis(data, ["attempts"], ["agent"]).to_dicts()
    }
    assert wide == {"anna": (1, "attempts"), "bo": (2, "attempts")}
    assert kpis(data, ["rona", "attempts"])["value"].to_list() == [2, 3]
