"""What the first page says: the verdict with its cause, and the exceptions with their owners."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccops.model import Scope
from ccops.reports.daily import daily
from ccops.reports.document import Measure, Note, Provenance, Table, Term, Unit
from ccops.reports.formats import sentence
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
        assert keys(daily(tiny(), DAY), "verdict") == [
            "verdict_missed", "verdict_outside", "verdict_worst", "verdict_cause_queue",
        ]

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
        of_callers = ("exception_interval", "exception_queue", "exception_abandons", "exception_lost")
        ranks = [(isinstance(row[1], Note) and row[1].key not in of_callers, -int(str(row[0]))) for row in found.rows]
        assert ranks == sorted(ranks)
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
        found = [row for row in table(report, "exceptions", "exceptions").rows if row[2] == Term("data", "owner")]
        assert found[0][0] == 40

    def test_rings_of_an_agent_whose_answers_are_not_known(self) -> None:
        """A CDR tells who did not pick up, not how often they did: there is no share, and no crash."""
        rings = [{**RINGS[0], "contact_id": f"r{n}"} for n in range(20)]
        report = daily(slice_of([], segments=rings, lacks={"queue_visits": "a CDR has none"}), DAY)
        assert keys(report, "exceptions") == ["exceptions_none"]

    def test_phones_that_rang_along_are_not_counted(self) -> None:
        rings = [{**RINGS[0], "contact_id": f"r{n}", "duration_ms": 2000 if n < 50 else 3000} for n in range(56)]
        report = daily(slice_of([answered("c1", "09:00:00", 5, 60, "amy")], segments=rings), DAY)
        [row] = table(report, "exceptions", "exceptions").rows
        assert row[0] == 6
        assert isinstance(row[1], Note)
        assert (row[1].values["rona"], row[1].values["answered"]) == (6, 1)

    def test_callers_come_before_agents(self) -> None:
        rings = [{**RINGS[0], "contact_id": f"r{n}"} for n in range(90)]
        report = daily(slice_of([Visit("c1", "09:00:00", wait=60, caller="k1")], segments=rings), DAY)
        found = [row[1].key for row in table(report, "exceptions", "exceptions").rows if isinstance(row[1], Note)]
        assert set(found[:-1]) == {"exception_interval", "exception_queue", "exception_lost_so_far"}
        assert found[-1] == "exception_rona"


class TestOutside:
    """What the service level leaves out is said where it is much."""

    def test_named(self) -> None:
        calls = [answered(f"c{n}", "09:00:00", 10, 60, "amy") for n in range(13)]
        out = [
            *(Visit(f"s{n}", "09:00:00", wait=2) for n in range(5)),
            *(Visit(f"t{n}", "09:00:00", wait=60, outcome="timeout") for n in range(4)),
            Visit("w", "09:00:00", outcome="withdrawn"),
            *(Visit(f"o{n}", "09:00:00", wait=None, outcome="open") for n in range(2)),
        ]
        report = daily(slice_of([*calls, *out]), DAY)
        said = note(report, "verdict", "verdict_outside")
        assert said.values == {
            "outside": 12, "offered": 25, "abandoned": 5, "flow": 4, "other": 1, "open": 2,
        }
        assert keys(report, "verdict")[0] == "verdict_met"
        assert sentence(said, "en").startswith("12 of 25 visits are not in it: abandoned 5, flow 4")
        assert sentence(said, "zh").startswith("25 次排队中有 12 次未计入")

    @pytest.mark.parametrize(("formula", "abandoned", "flow", "other"), [
        ("answered", 5, 4, 1), ("with_flow_outs", 5, 0, 1), ("offered", 0, 4, 1),
    ])
    def test_by_formula(self, formula: str, abandoned: int, flow: int, other: int) -> None:
        calls = [
            answered("c", "09:00:00", 10, 60, "amy"), *(Visit(f"s{n}", "09:00:00", wait=2) for n in range(5)),
            *(Visit(f"t{n}", "09:00:00", wait=60, outcome="timeout") for n in range(4)),
            Visit("w", "09:00:00", outcome="withdrawn"),
        ]
        settings = SETTINGS.replacing(**{"service_level.formula": formula})
        said = note(daily(slice_of(calls, settings=settings), DAY), "verdict", "verdict_outside").values
        assert (said["abandoned"], said["flow"], said["other"]) == (abandoned, flow, other)
        assert said["outside"] == abandoned + flow + other

    def test_a_tenth_needs_no_word(self) -> None:
        calls = [answered(f"c{n}", "09:00:00", 10, 60, "amy") for n in range(9)]
        report = daily(slice_of([*calls, Visit("s", "09:00:00", wait=2)]), DAY)
        assert "verdict_outside" not in keys(report, "verdict")


class TestTeams:
    """Callers who were not answered belong to no agent: a team has no service level and no lost callers."""

    @pytest.mark.parametrize("goal", ["80/20", ""])
    def test_no_verdict(self, goal: str) -> None:
        settings = SETTINGS.replacing(**{"targets.preset": goal})
        report = daily(tiny(Scope(teams=("blue",)), settings=settings), DAY)
        assert keys(report, "verdict") == ["verdict_of_queues"]
        for metric in ("service_level", "abandoned", "abandon_rate", "offered", "max_wait"):
            assert (report.kpis[metric].value, report.kpis[metric].met) == (None, None)
        assert report.kpis["answered"].value == 4
        assert keys(report, "lost") == ["not_of_agents"]
        assert keys(report, "heatmap") == ["not_of_agents"]
        assert keys(report, "waits") == ["not_of_agents"]
        [queue] = table(report, "queues", "queues").rows
        assert queue[:4] == ("sales", None, 4, None)
        assert "balance" not in keys(report, "queues")

    def test_not_even_where_the_formula_is_of_the_answered(self) -> None:
        settings = SETTINGS.replacing(**{"service_level.formula": "answered"})
        report = daily(tiny(Scope(teams=("blue",)), settings=settings), DAY)
        assert keys(report, "verdict") == ["verdict_of_queues"]
        assert report.kpis["service_level"].value == 0.75


def test_agents_time_of_some_queues_is_not_known() -> None:
    """Not the whole centre's, which would pass for that of the queue."""
    report = daily(tiny(Scope(queues=("sales",))), DAY)
    assert report.kpis["occupancy"].value is None
    assert "all_queues_note" in keys(report, "agents")
    ids = [block.id for block in report.section("agents").blocks if isinstance(block, Table)]
    assert ids == ["agents_work"]


def test_reasons_without_rows_have_no_table() -> None:
    states = [state("amy", "available", "08:00:00", "09:00:00")]
    report = daily(slice_of(MONDAY, states=states), DAY)
    ids = [block.id for block in report.section("agents").blocks if isinstance(block, Table)]
    assert ids == ["agents_work", "agents_time"]
