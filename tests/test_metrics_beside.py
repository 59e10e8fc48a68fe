"""Metrics of what lies beside the calls: opinions, quality scores, attendance; known answers and a plain recount."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ccops.errors import UsageError
from ccops.metrics import kpis
from ccops.model import Scope
from ccops.quality.scorecard import scored
from stores import imported, opened, written
from strategies import Row, site, slice_of

SAMPLES = Path(__file__).parents[1] / "sample_logs"
NOON = datetime(2026, 11, 23, 12)
HOUR = 3_600_000
OPINIONS = ("csat", "nps", "ces", "survey_response_rate")


def survey(n: int, **values: Any) -> Row:
    return {"survey_id": f"s{n}", "agent": "anna", "queue": "sales", "sent_at": NOON, **values}


def hours(kind: str, attended: float | None, paid: float | None, **values: Any) -> Row:
    of = {"attended_ms": attended, "paid_ms": paid}
    return {"agent": "anna", "kind": kind, "started_at": NOON, **values} | {
        name: None if value is None else round(value * HOUR) for name, value in of.items()
    }


def evaluation(n: int, score: float | None, failed: bool | None = None, **values: Any) -> Row:
    return {"evaluation_id": f"e{n}", "agent": "anna", "evaluated_at": NOON, "score": score, "failed": failed, **values}


def asked(key: str, by: tuple[str, ...] = (), *, scope: Scope | None = None, settings: Any = None,
          **rows: list[Row]) -> list[tuple[Any, ...]]:
    found = kpis(slice_of(settings, scope, None, (), **rows), [key], by)
    return found.select(*by, "value", "numerator", "denominator").rows()


def test_net_promoters_of_a_known_sample() -> None:
    """Half promote, a fifth detract: 30 of a hundred, of two hundred."""
    scores = [9] * 60 + [10] * 40 + [7] * 30 + [8] * 30 + [0] * 20 + [6] * 20
    rows = [survey(n, nps=float(score)) for n, score in enumerate(scores)] + [survey(999)]
    assert asked("nps", surveys=rows) == [(0.3, 60, 200)]
    assert asked("survey_response_rate", surveys=rows) == [(200 / 201, 200, 201)]


def test_satisfaction_counts_from_the_answer_that_the_settings_name() -> None:
    rows = [survey(n, csat=float(value), ces=value + 0.25) for n, value in enumerate((1, 3, 4, 5, 5))]
    assert asked("csat", surveys=rows) == [(0.6, 3, 5)]
    assert asked("csat", surveys=rows, settings=site(more={"quality.csat_satisfied": 5})) == [(0.4, 2, 5)]
    assert asked("ces", surveys=rows) == [(3.85, 19.25, 5)]


@pytest.mark.parametrize("seed", range(3))
def test_opinions_are_counted_as_by_hand(seed: int) -> None:
    rng = random.Random(seed)

    def some(low: int, high: int) -> float | None:
        return None if rng.random() < 0.4 else float(rng.randint(low, high))

    rows = [
        survey(n, agent=rng.choice("ab"), sent_at=NOON + timedelta(days=rng.randint(0, 2)), csat=some(1, 5),
               nps=some(0, 10), ces=some(1, 7)) for n in range(60)
    ]
    for name in OPINIONS:
        for agent, day, value, *_ in asked(name, ("agent", "day"), surveys=rows):
            mine = [row for row in rows if row["agent"] == agent and row["sent_at"].date() == day]
            if name == "survey_response_rate":
                given = [row for row in mine if {row["csat"], row["nps"], row["ces"]} != {None}]
                assert value == len(given) / len(mine)
                continue
            said = [row[name] for row in mine if row[name] is not None]
            good = {
                "csat": lambda x: x >= 4, "nps": lambda x: (x > 8.5) - (x < 6.5), "ces": lambda x: x,
            }[name]
            assert value == (sum(map(good, said)) / len(said) if said else None)


def test_scores_leave_calibration_out_and_failures_are_known_or_not() -> None:
    rows = [
        evaluation(1, 0.9, failed=False), evaluation(2, 0.7, failed=True), evaluation(3, None),
        evaluation(4, 0.1, failed=True, session="S1"),
    ]
    assert asked("qa_score", evaluations=rows) == [(0.8, 1.6, 2)]
    assert asked("qa_fail_rate", ("agent",), evaluations=rows) == [("anna", 0.5, 1, 2)]


def test_a_score_is_that_of_its_questions_by_weight(tmp_path: Path) -> None:
    """Sections 20, 50, 30; with the second's only question not applicable (20 x .75 + 30 x .5) / 50 = 60 %."""
    head = (SAMPLES / "mapped_evaluation_answers.csv").read_text("utf-8").splitlines()[0]
    start = "Q1,c1,1001,E1,2026-11-22 10:00:00,f,"
    lines = [
        f"{start}a,20,q1,50,10,10,no,,,,", f"{start}a,20,q2,50,5,10,no,,,,", f"{start}b,50,q3,100,,10,yes,,,,",
        f"{start}c,30,q4,100,5,10,no,customer,yes,,",
    ]
    seen = []
    for n, order in enumerate((lines, lines[::-1])):
        folder = tmp_path / str(n)
        folder.mkdir()
        halves = [written(folder / f"{i}.csv", [head, *part]) for i, part in enumerate((order[:2], order[2:]))]
        imported(folder, *halves, tz="UTC")
        with opened(folder, tz="") as workspace:
            seen.append(workspace.store.query("SELECT score, failed FROM evaluations").rows())
            assert workspace.store.query("SELECT count(*) FROM evaluation_items").rows() == [(4,)]
    assert seen[0] == seen[1] == [(pytest.approx(0.6), True)]


def test_hours_attended_and_paid() -> None:
    """Four hours of talk in eight attended and ten paid; two of the ten were sick, and half an hour was not worked."""
    talk = {"agent": "anna", "state": "talk", "started_at": NOON, "ended_at": NOON + timedelta(hours=4)}
    rows = [hours("work", 7.5, 8), hours("sick", 0, 2), hours("training", 0.5, None)]
    assert asked("utilisation_attended", agent_states=[talk], attendance=rows) == [(0.5, 14400, 28800)]
    assert asked("utilisation_paid", ("agent",), agent_states=[talk], attendance=rows) == [("anna", 0.4, 14400, 36000)]
    assert asked("shrinkage", ("day",), attendance=rows) == [(NOON.date(), 0.25, 9000, 36000)]
    assert asked("shrinkage", attendance=[*rows, hours("work", None, 8)]) == [(0.25, 9000, 36000)]
    assert asked("shrinkage", attendance=[hours("overtime", 2, 3)]) == [(pytest.approx(1 / 3), 3600, 10800)]


def test_hours_are_of_days_and_agents_only() -> None:
    rows = [hours("work", 8, 8)]
    with pytest.raises(UsageError, match="shrinkage cannot be given by hour"):
        asked("shrinkage", ("hour",), attendance=rows)
    [row] = kpis(slice_of(scope=Scope(queues=("sales",)), attendance=rows), ["shrinkage"]).to_dicts()
    assert (row["value"], row["note"]) == (
        None, "not limited to the queue asked for: attendance does not hold it")


@pytest.mark.parametrize(("key", "need"), [
    ("csat", "surveys.csat"), ("survey_response_rate", "surveys"), ("qa_score", "evaluations"),
    ("shrinkage", "attendance.paid_ms"),
])
def test_what_was_not_imported_is_said(key: str, need: str) -> None:
    [row] = kpis(slice_of(), [key]).to_dicts()
    assert (row["value"], row["note"]) == (None, f"not computable from this data: needs {need}")


def test_scores_of_the_store_are_those_of_the_scorecard(tmp_path: Path) -> None:
    """Two ways to the same figure: SQL at the import, frames in the quality room."""
    imported(tmp_path, SAMPLES / "mapped_evaluation_answers.csv", tz="UTC")
    with opened(tmp_path, tz="") as workspace:
        told = scored(workspace.slice(Scope()), sessions=True).frame.sort("evaluation_id")
        kept = workspace.store.query("SELECT score, failed FROM evaluations ORDER BY evaluation_id").rows()
    assert told.select("score", "failed").rows() == [(pytest.approx(score), failed) for score, failed in kept]
    assert len({score for score, _ in kept}) > 1
