"""Satisfaction by group with intervals, what is not answered, and what drives it, against known truth."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from ccops.errors import SourceError, UsageError
from ccops.model import Scope
from ccops.quality.answers import answers
from ccops.quality.intervals import wilson
from ccops.quality.satisfaction import satisfaction
from ccops.settings import Settings
from strategies import Row, visit
from survey_days import CONSTANT, START, TRUTH, asked, contact, drawn, surveyed


def small() -> dict[str, list[Row]]:
    """Ten asked about sales, five about claims; one survey belongs to no known contact."""
    scores = [5, 5, 4, 4, 4, 3, 1, None, None, None, 5, 2, None, None, None]
    rows: dict[str, list[Row]] = {"contacts": [], "queue_visits": [], "surveys": []}
    for i, csat in enumerate(scores):
        queue = "sales" if i < 10 else "claims"
        rows["contacts"].append(contact(f"c{i}", START, None))
        rows["queue_visits"].append(visit(i, queue=queue, entered_at=START, agent="anna"))
        nps = {5: 10.0, 4: 9.0, 3: 7.0, 2: 3.0, 1: 0.0}.get(csat or 0)
        rows["surveys"].append(asked(i, START, csat, nps=nps, ces=None if csat is None else csat + 1.0))
    rows["surveys"].append(asked(99, START, 5, queue="sales"))
    return rows


def test_groups_by_hand() -> None:
    found = satisfaction(surveyed(small()))
    sales = found.frame.filter(pl.col("queue") == "sales").row(0, named=True)
    assert (sales["asked"], sales["answered"], sales["csat_n"], sales["satisfied"]) == (11, 8, 8, 6)
    assert sales["response_rate"] == 8 / 11
    assert sales["csat"] == 0.75
    assert np.allclose(wilson(6, 8), (sales["csat_low"], sales["csat_high"]))
    assert (sales["csat_worst"], sales["csat_best"]) == (6 / 11, 9 / 11)
    assert (sales["nps_n"], sales["promoters"], sales["detractors"]) == (7, 5, 1)
    assert sales["nps"] == pytest.approx(100 * 4 / 7)
    ces = [6, 6, 5, 5, 5, 4, 2]
    assert sales["ces"] == pytest.approx(sum(ces) / 7)
    assert sales["ces_high"] - sales["ces"] == pytest.approx(2.4469 * np.std(ces, ddof=1) / 7**0.5, rel=1e-4)
    total = found.total.row(0, named=True)
    assert (total["asked"], total["answered"], total["csat"]) == (16, 10, 7 / 10)
    assert [(note.key, note.values["n"]) for note in found.notes] == [("sat_unlinked", "1")]


def test_what_nobody_answered_is_not_known() -> None:
    rows = {"surveys": [asked(1, START), asked(2, START, None, ces=5.0)]}
    total = satisfaction(surveyed(rows)).total.row(0, named=True)
    assert (total["asked"], total["answered"], total["response_rate"]) == (2, 1, 0.5)
    assert [total[name] for name in ("csat", "csat_low", "csat_worst", "nps", "nps_high", "ces_low")] == [None] * 6
    assert total["ces"] == 5


def test_by_team_and_day_and_of_some_alone() -> None:
    rows = small()
    rows["surveys"].append(asked(3, START + timedelta(days=1), 1) | {"survey_id": "later"})
    settings = Settings().replacing(**{"agents.teams": {"north": ["anna"]}})
    teams = satisfaction(surveyed(rows, settings=settings), "team").frame
    assert teams.select("team", "asked").rows() == [("north", 16), (None, 1)]
    days = satisfaction(surveyed(rows), "day").frame
    assert days.select("day", "asked").rows() == [(date(2026, 10, 5), 16), (date(2026, 10, 6), 1)]
    queue = satisfaction(surveyed(rows, Scope(queues=("claims",)))).frame
    assert queue.select("queue", "asked").rows() == [("claims", 5)]
    assert satisfaction(surveyed(rows, Scope(teams=("north",)), settings)).total["asked"].item() == 16
    assert satisfaction(surveyed(rows, Scope(date(2026, 10, 6), date(2026, 10, 6)))).total["asked"].item() == 1


def test_answers_off_the_scale_are_left_out_and_counted() -> None:
    rows = {"surveys": [asked(1, START, 9), asked(2, START, 4, nps=11.0), asked(3, START, 2)]}
    found = satisfaction(surveyed(rows))
    assert found.total["csat_n"].item() == 2
    assert {note.key: note.values["n"] for note in found.notes}["sat_off_scale"] == "2"
    ten = Settings().replacing(**{"quality.csat_scale": [1, 10], "quality.csat_satisfied": 9})
    assert satisfaction(surveyed(rows, settings=ten)).total["satisfied"].item() == 1


def test_what_customers_met() -> None:
    """Two waits and a transfer, a call two days before, and one that was forwarded within minutes."""
    rows: dict[str, list[Row]] = {
        "queue_visits": [
            visit(1, queue="hall", entered_at=START, wait_ms=30_000, hold_ms=60_000, acw_ms=60_000),
            visit(1, queue="claims", nth=1, entered_at=START + timedelta(minutes=5), wait_ms=60_000, agent="bo"),
            visit(2, entered_at=START, outcome="abandoned", wait_ms=90_000),
        ],
        "contacts": [
            contact("c1", START, "a"), contact("c0", START - timedelta(days=2), "a"), contact("c2", START, "b"),
            contact("c7", START - timedelta(minutes=3), "b"), contact("c8", START - timedelta(days=8), "b"),
        ],
        "surveys": [asked(1, START, 2), asked(2, START), asked(3, START), asked(4, START, customer_key="b")],
    }
    one, two, three, four = answers(surveyed(rows)).iter_rows(named=True)
    assert (one["queue"], one["agent"], one["transfers"], one["repeat"]) == ("claims", "bo", 1, 1)
    assert (one["wait_min"], one["hold_min"], one["handle_min"]) == (1.5, 1, 4)
    assert (two["wait_min"], two["handle_min"], two["hold_min"], two["repeat"]) == (1.5, None, None, 0)
    assert (four["linked"], four["wait_min"]) == (True, 1.5)  # by the customer, whose last call was c2
    assert (three["linked"], three["wait_min"], three["repeat"], three["queue"]) == (False, None, None, None)


def test_known_drivers_are_found_with_their_effects() -> None:
    rows = drawn(4000, seed=3)
    found = satisfaction(surveyed(rows)).drivers
    told = {row["driver"]: row for row in found.frame.iter_rows(named=True)}
    seen = answers(surveyed(rows)).filter(pl.col("csat").is_not_null())
    met = {name: seen[name].to_numpy() for name in ("wait_min", "transfers", "repeat")}
    met["claims"] = (seen["queue"] == "claims").to_numpy().astype(float)
    odds = CONSTANT + sum(TRUTH[name] * values for name, values in met.items())

    def share(**changes: float) -> float:
        moved = odds + sum(TRUTH[name] * (value - met[name]) for name, value in changes.items())
        return float(np.mean(1 / (1 + np.exp(-moved))))

    p = 1 / (1 + np.exp(-odds))
    truth = {name: float(np.mean(p * (1 - p))) * TRUTH[name] for name in ("wait_min", "transfers")}
    truth |= {name: share(**{name: 1}) - share(**{name: 0}) for name in ("repeat", "claims")}
    for name, effect in truth.items():
        row = told[name]
        assert row["low"] < effect < row["high"] < 0, name
        assert row["high"] - row["low"] < 0.12
    assert told["claims"]["against"] == "sales"
    assert told["handle_min"]["low"] < 0 < told["handle_min"]["high"]
    assert found.frame["driver"][0] == "wait_min"
    assert told["wait_min"]["swing"] == pytest.approx(
        share(wait_min=told["wait_min"]["usual_to"]) - share(wait_min=told["wait_min"]["usual_from"]), abs=0.06,
    )
    assert [note.key for note in found.notes] == ["sat_same_driver"]  # nobody was put on hold


def test_a_score_is_told_in_its_own_points() -> None:
    rows = drawn(600)
    for row in rows["surveys"]:
        row["ces"] = row["csat"]
    found = satisfaction(surveyed(rows), of="ces").drivers
    assert (found.of, found.n) == ("ces", found.rarer)
    wait = found.frame.filter(pl.col("driver") == "wait_min").row(0, named=True)
    assert -0.5 < wait["effect"] < wait["high"] < 0


def test_too_few_answers_drive_nothing_and_say_how_many_it_takes() -> None:
    few = satisfaction(surveyed(drawn(60))).drivers
    assert few.frame.is_empty()
    assert few.notes[-1].key == "sat_too_few"
    assert few.notes[-1].values["needed"] == "30"
    rows = drawn(300)
    for row in rows["surveys"]:  # satisfied are exactly those who waited less than a minute
        wait = next(v["wait_ms"] for v in reversed(rows["queue_visits"]) if v["contact_id"] == row["contact_id"])
        row["csat"] = 5.0 if wait < 60_000 else 1.0
    apart = satisfaction(surveyed(rows)).drivers
    assert apart.frame.is_empty()
    assert apart.notes[-1].key == "sat_apart"


def test_a_driver_that_the_source_lacks_is_said_so() -> None:
    rows = drawn(1000)
    for row in rows["contacts"]:
        row["customer_key"] = None
    for row in rows["queue_visits"]:
        row.pop("hold_ms", None)
    notes = satisfaction(surveyed(rows)).drivers.notes
    assert {(note.key, note.values["driver"]) for note in notes} == {
        ("sat_unknown_driver", ("hold, per minute", "保持（每分钟）")),
        ("sat_unknown_driver", ("repeat call", "重复来电")),
    }


def test_refusals() -> None:
    data = surveyed(small())
    with pytest.raises(UsageError, match="kept by 'agents'"):
        satisfaction(data, "agents")
    with pytest.raises(UsageError, match="no answer 'cast'") as refused:
        satisfaction(data, of="cast")
    assert "csat" in refused.value.fix
    with pytest.raises(SourceError, match="no surveys"):
        satisfaction(surveyed({"queue_visits": [visit(1)]}))
