"""Cost, what to do, quality and people in the daily report: by hand on a small day, and left out where unknown."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ccops.model import TABLE, Scope, Slice
from ccops.reports.daily import daily
from ccops.reports.document import Measure, Note, Report, Table, Term
from ccops.settings import Settings

DAY = date(2026, 11, 20)
BUSINESS = ("cost_section", "recommendations", "quality_section", "people_section")
HOUR = 3_600_000


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = TABLE[table].schema()
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def visits() -> pl.DataFrame:
    """Four answered calls of 120 s, one abandoned, on the day; one answered the day before."""
    rows = []
    seen = [(DAY, "answered")] * 4 + [(DAY, "abandoned"), (DAY - timedelta(1), "answered")]
    for n, (day, outcome) in enumerate(seen):
        at = datetime(day.year, day.month, day.day, 10, n)
        answered = outcome == "answered"
        rows.append({
            "system": "x", "contact_id": f"c{n}", "queue": "q", "nth": 1, "direction": "in", "channel": "voice",
            "entered_at": at, "answered_at": at if answered else None, "ended_at": at + timedelta(minutes=2),
            "wait_ms": 10_000, "talk_ms": 120_000 if answered else None, "agent": "1" if answered else None,
            "outcome": outcome, "abandon_phase": None if answered else "queue", "truncated": False, "day": day,
            "quarter": 40, "source": "x",
        })
    return frame("queue_visits", rows)


def attendance() -> pl.DataFrame:
    at = datetime(DAY.year, DAY.month, DAY.day, 12)
    kinds = (("work", 7 * HOUR, 8 * HOUR), ("sick", 0, 8 * HOUR))
    return frame("attendance", [
        {"agent": str(n), "kind": kind, "started_at": at, "attended_ms": attended, "paid_ms": paid, "day": DAY,
         "quarter": 48} for n, (kind, attended, paid) in enumerate(kinds, 1)
    ])


def report(settings: Settings | None = None, **tables: pl.DataFrame) -> Report:
    priced = {"staffing.agent_cost_per_hour": 60.0, "staffing.lost_call_value": 30.0, "staffing.currency": "CNY"}
    own = settings or Settings().replacing(**priced)
    return daily(Slice.of({"queue_visits": visits()} | tables, Scope(), own, sources=("x",)), DAY)


def _cells(table: Table) -> dict[str, tuple[Any, ...]]:
    plain = [[value.value if isinstance(value, Measure) else value for value in row] for row in table.rows]
    return {row[0].code if isinstance(row[0], Term) else str(row[0]): tuple(row[1:]) for row in plain}


def test_what_a_day_costs_by_hand() -> None:
    [table, note] = report(attendance=attendance()).section("cost_section").blocks
    assert isinstance(table, Table)
    cells = _cells(table)
    assert cells["biz_paid_hours"] == (16, 16)
    assert cells["biz_cost"] == (960, 960)
    assert cells["cost_per_contact"] == (pytest.approx(240), pytest.approx(192))
    assert cells["cost_per_handled_minute"] == (pytest.approx(120), pytest.approx(96))
    assert cells["cost_per_productive_hour"] == (pytest.approx(960 / 7), pytest.approx(960 / 7))
    assert cells["biz_shrinkage_cost"] == (540, 540)
    assert cells["biz_lost_calls"] == (30, 30)
    assert isinstance(note, Note)


def test_what_nothing_is_known_of_is_left_out() -> None:
    sections = {section.id for section in report(Settings()).sections}
    assert not sections & set(BUSINESS)
    assert "cost_section" not in {section.id for section in report(Settings(), attendance=attendance()).sections}
    assert "people_section" in {section.id for section in report(Settings(), attendance=attendance()).sections}


def test_quality_tells_how_many_it_rests_on() -> None:
    heads = [{"evaluation_id": f"Q{n}", "agent": "1", "day": DAY, "score": score, "failed": n == 0, "master": False,
              "evaluated_at": datetime(2026, 11, 20, 9)} for n, score in enumerate((0.5, 0.9))]
    asked = [{"survey_id": f"S{n}", "sent_at": datetime(2026, 11, 20, 9), "day": DAY, "csat": csat,
              "responded_at": datetime(2026, 11, 20, 10) if csat else None} for n, csat in enumerate((5.0, 2.0, None))]
    made = report(evaluations=frame("evaluations", heads), surveys=frame("surveys", asked))
    table = made.section("quality_section").blocks[0]
    assert isinstance(table, Table)
    cells = _cells(table)
    assert cells["qa_score"][:2] == (pytest.approx(0.7), 2)
    assert cells["qa_fail_rate"][:2] == (pytest.approx(0.5), 2)
    assert cells["csat"][:2] == (pytest.approx(0.5), 2)
    assert cells["survey_response_rate"][:2] == (pytest.approx(2 / 3), 3)
    assert cells["nps"][:2] == (None, 0)


def test_people_by_kind_of_time_and_leavers() -> None:
    listed = [{"agent": str(n), "nth": 1, "overlap": False, "employed_from": date(2024, 1, 1),
               "employed_to": date(2026, 6, 30) if n == 3 else None, "leave_kind": "voluntary" if n == 3 else None}
              for n in range(1, 4)]
    table, note = report(attendance=attendance(), employees=frame("employees", listed)).section("people_section").blocks
    assert isinstance(table, Table)
    assert _cells(table) == {"sick": (1, 0, 28_800), "work": (1, 25_200, 28_800)}
    assert isinstance(note, Note)
    assert (note.values["n"], note.values["leavers"]) == (2, 1)


def test_a_tariff_that_costs_less_is_what_to_do() -> None:
    from ccops.cost.tariff_file import Tariff

    def tariff(name: str, price: str, paid: bool) -> tuple[Tariff, ...]:
        return (Tariff.model_validate({"name": name, "currency": "CNY", "in_force": paid, "rate": [{"price": price}]}),)

    rows = [{"system": "x", "contact_id": f"c{n}", "channel": "voice", "direction": "in", "outcome": "answered",
             "day": DAY, "quarter": 40, "started_at": datetime(2026, 11, 20, 10, n),
             "ended_at": datetime(2026, 11, 20, 10, n + 2)} for n in range(5)]
    settings = Settings().replacing(**{"staffing.agent_cost_per_hour": 60.0, "staffing.currency": "CNY"})
    data = Slice.of({"queue_visits": visits(), "contacts": frame("contacts", rows)}, Scope(), settings, sources=("x",))
    made = daily(data, DAY, tariffs={"dear": tariff("dear", "0.30", True), "cheap": tariff("cheap", "0.10", False)})
    table = next(block for block in made.section("recommendations").blocks if isinstance(block, Table))
    assert any("cheap" in getattr(row[0], "en", "") for row in table.rows)
    off = settings.replacing(**{"recommend.in_report": False})
    quiet = daily(Slice.of({"queue_visits": visits()}, Scope(), off, sources=("x",)), DAY)
    assert "recommendations" not in {section.id for section in quiet.sections}
