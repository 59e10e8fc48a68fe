"""What the first page says: the verdict with its cause, and the exceptions with their owners."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccops.reports.daily import daily
from ccops.reports.document import Measure, Note, Provenance, Term, Unit
from report_days import (
    DAY,
    LAST_WEEK,
    MONDAY,
    RINGS,
    SETTINGS,
    Visit,
    answered,
    keys,
    note,
    slice_of,
    state,
    table,
    tiny,
)


class TestVerdict:
    """The target, the worst interval, the biggest cause."""

    def test_missed(self) -> None:
        missed = note(daily(tiny(), DAY), "verdict", "verdict_missed")
        assert missed.values["short_of"] == 2  # 6 of 10, 8 would be 80 %
        worst = note(daily(tiny(), DAY), "verdict", "verdict_worst").values
        assert (worst["interval"], worst["late"], worst["counted"]) == ("09:00-09:30", 2, 4)
        assert worst["longest"] == Measure(90.0, Unit.SECONDS)

    def test_met_exactly(self) -> None:
        calls = [answered(f"c{n}", "09:00:00", 10 if n < 4 else 60, 60, "amy") for n in range(5)]
        report = daily(slice_of(calls), DAY)
        assert note(report, "verdict", "verdict_met").values["in_time"] == 4
        assert report.kpis["service_level"].met is True
        assert "verdict_cause_queue" not in keys(report, "verdict")

    def test_without_a_target(self) -> None:
        report = daily(slice_of(MONDAY, settings=SETTINGS.replacing(**{"targets.preset": ""})), DAY)
        assert "verdict_no_target" in keys(report, "verdict")
        assert report.kpis["service_level"].met is None

    def test_without_calls(self) -> None:
        report = daily(tiny(), DAY + timedelta(days=1))
        assert keys(report, "verdict") == ["verdict_no_calls"]
        assert keys(report, "exceptions") == ["exceptions_none"]

    def test_volume(self) -> None:
        before = [answered(f"b{n}", "09:00:00", 5, 100, "amy", on=LAST_WEEK) for n in range(4)]
        now = [answered(f"c{n}", "09:00:00", 60, 105, "amy") for n in range(13)]
        cause = note(daily(slice_of([*before, *now]), DAY), "verdict", "verdict_cause_volume").values
        assert cause["now"] == Measure(13.0, Unit.COUNT)
        assert cause["change"] == Measure(2.25, Unit.CHANGE)

    def test_a_better_day_than_last_week_is_not_explained_by_it(self) -> None:
        """Offered more than tripled, but 60 % is better than the 50 % of last week."""
        assert keys(daily(tiny(), DAY), "verdict") == ["verdict_missed", "verdict_worst", "verdict_cause_queue"]

    def test_logins_inferred_from_calls_are_no_cause(self) -> None:
        before = [answered(f"b{n}", "09:00:00", 5, 100, "amy", on=LAST_WEEK) for n in range(4)]
        now = [answered(f"c{n}", "09:00:00", 60, 100, "amy") for n in range(4)]
        login = [state("amy", "available", "08:00:00", end, on=on, known="inferred")
                 for on, end in ((LAST_WEEK, "16:00:00"), (DAY, "09:00:00"))]
        report = daily(slice_of([*before, *now], states=login), DAY)
        assert keys(report, "verdict") == ["verdict_missed", "verdict_worst"]

    @pytest.mark.parametrize(("wait", "talk", "hours", "key"), [
        (60, 300, 4, "verdict_cause_handling"), (60, 100, 1, "verdict_cause_staffing"),
        (60, 100, 4, "verdict_cause_queue"),
    ])
    def test_handling_staffing_or_a_queue(self, wait: float, talk: float, hours: int, key: str) -> None:
        before = [answered(f"b{n}", "09:00:00", 5, 100, "amy", on=LAST_WEEK) for n in range(4)]
        now = [answered(f"c{n}", "09:00:00", wait, talk, "amy", queue=f"q{n % 2}") for n in range(4)]
        login = [state("amy", "available", "08:00:00", "12:00:00", on=LAST_WEEK),
                 state("amy", "available", "08:00:00", f"{8 + hours:02}:00:00")]
        report = daily(slice_of([*before, *now], states=login), DAY)
        assert keys(report, "verdict") == ["verdict_missed", "verdict_worst", key]

    def test_one_call_never_hung_up_is_not_the_cause(self) -> None:
        before = [answered(f"b{n}", "09:00:00", 5, 100, "amy", on=LAST_WEEK) for n in range(5)]
        now = [answered(f"c{n}", "09:00:00", 60, 100 if n else 9 * 3600, "amy") for n in range(5)]
        assert keys(daily(slice_of([*before, *now]), DAY), "verdict") == ["verdict_missed", "verdict_worst"]


class TestExceptions:
    """Each with a number and an owner, the largest first."""

    def test_ranked(self) -> None:
        found = table(daily(tiny(), DAY), "exceptions", "exceptions")
        numbers = [int(str(row[0])) for row in found.rows]
        assert numbers == sorted(numbers, reverse=True)
        assert all(isinstance(row[1], Note) and isinstance(row[2], Note | Term) for row in found.rows)
        told = [row[1].key for row in found.rows if isinstance(row[1], Note)]
        assert {"exception_interval", "exception_queue", "exception_long_talk", "exception_open"} <= set(told)

    def test_no_answers_and_abandons(self) -> None:
        rings = [{**RINGS[0], "contact_id": f"r{n}"} for n in range(6)]
        calm = [answered(f"c{n}", "09:00:00", 5, 60, "amy") for n in range(40)]
        spike = [Visit(f"a{n}", "11:00:00", wait=4) for n in range(5)]
        report = daily(slice_of([*calm, *spike], segments=rings), DAY)
        found = {row[1].key: row for row in table(report, "exceptions", "exceptions").rows if isinstance(row[1], Note)}
        assert found["exception_rona"][0] == 6
        assert found["exception_rona"][2] == Note("owner_team_lead", {"agent": "amy"})
        assert found["exception_abandons"][0] == 5

    def test_no_kind_drowns_the_others(self) -> None:
        rings = [{**RINGS[0], "agent": f"a{n % 9}", "contact_id": f"r{n}"} for n in range(90)]
        report = daily(slice_of([Visit("c1", "09:00:00", wait=60)], segments=rings), DAY)
        found = [row[1].key for row in table(report, "exceptions", "exceptions").rows if isinstance(row[1], Note)]
        assert found.count("exception_rona") == 4
        assert "exception_queue" in found
        assert note(report, "exceptions", "exceptions_more").values == {"more": 5}

    def test_lines_that_could_not_be_used(self) -> None:
        report = daily(tiny(), DAY, provenance=Provenance(quality={"rejected": 40}))
        first = table(report, "exceptions", "exceptions").rows[0]
        assert first[0] == 40
        assert first[2] == Term("data", "owner")
