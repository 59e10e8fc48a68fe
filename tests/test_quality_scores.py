"""Scores, samples, sessions and charts of a small centre: by hand, by a naive loop, and as the commands tell them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_quality import CalibrateDocument, SampleDocument, ScoresDocument
from ccops.errors import SourceError, UsageError
from ccops.model import TABLE, Scope, Slice
from ccops.quality.charted import charted
from ccops.quality.monitoring import plan
from ccops.quality.scorecard import scored
from ccops.quality.scores import scores, too_small
from ccops.quality.sessions import calibrate
from ccops.settings import Settings
from conftest import Ran
from stores import written

AT = datetime(2026, 11, 20, 10)


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = TABLE[table].schema()
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def _item(evaluation: str, question: str, points: float | None, **more: Any) -> dict[str, Any]:
    return {"evaluation_id": evaluation, "section": "s", "question": question, "points": points, "most": 10.0,
            "not_applicable": points is None, "day": AT.date()} | more


def _head(evaluation: str, agent: str = "1", **more: Any) -> dict[str, Any]:
    return {"evaluation_id": evaluation, "agent": agent, "evaluator": "E1", "form": "f", "evaluated_at": AT,
            "day": AT.date(), "master": False} | more


def data_of(heads: list[dict[str, Any]], items: list[dict[str, Any]], **tables: pl.DataFrame) -> Slice:
    frames = {"evaluations": _frame("evaluations", heads), "evaluation_items": _frame("evaluation_items", items)}
    return Slice.of(frames | tables, Scope(), Settings())


def test_weights_are_renormalised_and_a_critical_error_leaves_the_score() -> None:
    """Sections 40 and 60; in the first only the question of weight 30 applies: .4 x .5 + .6 x (.75 x 1 + .25 x 0)."""
    items = [
        _item("Q", "a", 5, section="one", section_weight=40.0, weight=30.0),
        _item("Q", "b", None, section="one", section_weight=40.0, weight=70.0),
        _item("Q", "c", 10, section="two", section_weight=60.0, weight=75.0),
        _item("Q", "d", 0, section="two", section_weight=60.0, weight=25.0, critical="compliance", failed=True),
    ]
    [row] = scored(data_of([_head("Q")], items)).frame.to_dicts()
    assert row["score"] == pytest.approx(0.4 * 0.5 + 0.6 * 0.75)
    assert (row["failed"], row["compliance_ok"], row["customer_ok"], row["business_ok"]) == (True, False, None, None)


def test_a_section_without_a_question_that_applies_is_left_out() -> None:
    items = [_item("Q", "a", None, section="one", section_weight=40.0, weight=100.0),
             _item("Q", "b", 7, section="two", section_weight=60.0, weight=100.0)]
    assert scored(data_of([_head("Q")], items)).frame["score"].to_list() == [pytest.approx(0.7)]


def test_without_questions_the_given_score_counts_and_nothing_is_nothing() -> None:
    found = scored(data_of([_head("Q", score=0.8), _head("R"), _head("S", score=0.9, failed=True)], []))
    assert found.frame["score"].to_list() == [0.8, None, 0.9]
    assert found.frame["failed"].to_list() == [False, False, True]
    assert {note.key for note in found.notes} == {"qs_unknown_contact", "qs_no_score"}


def test_what_weighs_nothing_makes_no_score_and_no_nan() -> None:
    items = [_item(name, "q1", 6, weight=weight, section_weight=100.0) for name, weight in (("a", 0.0), ("b", 100.0))]
    frame = scored(data_of([_head("a"), _head("b")], items)).frame.sort("evaluation_id")
    assert frame["score"].to_list() == [None, 0.6]


def _naive(items: list[dict[str, Any]]) -> float | None:
    sections: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        if not item["not_applicable"]:
            sections.setdefault(item["section"], []).append(item)
    if not sections:
        return None
    whole = sum(rows[0]["section_weight"] for rows in sections.values())
    return float(sum(
        rows[0]["section_weight"] / whole * sum(row["weight"] * row["points"] / row["most"] for row in rows)
        / sum(row["weight"] for row in rows) for rows in sections.values()
    ))


def test_scores_of_random_forms_are_those_of_a_loop() -> None:
    rng = random.Random(4)
    heads, items, expected = [], [], []
    for n in range(60):
        own = [
            _item(f"{n:02}", f"{section}{q}", None if rng.random() < 0.3 else rng.randrange(11), section=section,
                  section_weight=float(weight), weight=rng.choice([20.0, 50.0, 100.0]))
            for section, weight in (("x", 50), ("y", 30), ("z", 20)) for q in range(rng.randrange(1, 4))
        ]
        heads.append(_head(f"{n:02}"))
        items += own
        expected.append(_naive(own))
    found = scored(data_of(heads, items)).frame.sort("evaluation_id")["score"].to_list()
    assert found == [value if value is None else pytest.approx(value) for value in expected]


def test_groups_have_what_is_known_of_them_and_sessions_are_apart() -> None:
    heads = [_head(f"A{n}", "1", score=0.9) for n in range(10)] + [_head(f"B{n}", "2", score=0.5) for n in range(2)]
    heads += [_head("C", "2", score=0.1, session="S")]
    found = scores(data_of(heads, []), "agent")
    rows = {row["agent"]: row for row in found.frame.to_dicts()}
    assert (rows["1"]["n"], rows["2"]["n"]) == (10, 2)
    assert found.total["score"].item() == pytest.approx((9 + 1) / 12)
    assert rows["2"]["fail_rate_hi"] > rows["1"]["fail_rate_hi"]
    few = scores(data_of([_head("A", "1", score=0.9), _head("B", "1", score=0.5), _head("C", "2", score=0.7)], []))
    assert few.unsure == ("1", "2")
    assert too_small(data_of([_head("A", "1", score=0.9)], [])) == ("1",)
    with pytest.raises(UsageError, match="quality goes by"):
        scores(data_of(heads, []), "name")
    with pytest.raises(SourceError, match="no evaluations"):
        scores(data_of([], []))


def _visits(n: int, agents: int = 4) -> pl.DataFrame:
    rows = [{
        "system": "x", "contact_id": f"c{k:03}", "queue": "sales" if k % 3 else "service", "nth": 1,
        "agent": str(k % agents), "outcome": "answered", "entered_at": AT + timedelta(minutes=k),
        "answered_at": AT + timedelta(minutes=k), "talk_ms": 10_000 if k % 10 == 9 else 200_000,
        "day": (AT + timedelta(minutes=k)).date(), "quarter": 40,
    } for k in range(n)]
    return _frame("queue_visits", rows)


def test_a_plan_draws_what_can_be_judged_and_was_not() -> None:
    data = data_of([_head("Q", "0", contact_id="c000", day=date(2026, 11, 1))], [], queue_visits=_visits(300))
    found = plan(data, "queue", error=0.1, coaching=2, seed=3)
    ids = found.draw["contact_id"].to_list()
    assert len(ids) == len({*ids})
    assert "c000" not in ids
    assert not {f"c{k:03}" for k in range(300) if k % 10 == 9} & {*ids}
    assert found.population == 300 - 30 - 1
    measured = found.draw.filter(pl.col("purpose") == "measure")
    assert measured.height == found.strata["sample"].sum()
    assert found.reached <= 0.1
    assert found.draw.filter(pl.col("purpose") == "coach").group_by("agent").len()["len"].to_list() == [2] * 4
    assert plan(data, "queue", error=0.1, coaching=2, seed=3).draw.equals(found.draw)
    assert not plan(data, "queue", error=0.1, coaching=2, seed=4).draw.equals(found.draw)
    with pytest.raises(UsageError, match="spread by"):
        plan(data, "agent")


def test_sessions_say_who_is_lenient_and_where_they_part() -> None:
    heads, items = [], []
    for unit in range(6):
        for evaluator, lift in (("E1", 0), ("E3", 1), ("panel", 0)):
            name = f"{evaluator}{unit}"
            heads.append(_head(name, contact_id=f"c{unit}", evaluator=evaluator, session="S",
                               master=evaluator == "panel"))
            items += [_item(name, "tone", 4 + unit % 3 + lift, weight=50.0),
                      _item(name, "facts", 5 + unit % 4, weight=50.0)]
    found = calibrate(data_of(heads, items))
    rows = {row["evaluator"]: row for row in found.evaluators.to_dicts()}
    assert rows["E1"]["bias"] == pytest.approx(0)
    assert rows["E3"]["bias"] == pytest.approx(0.05)
    assert (rows["E1"]["exact"], rows["E3"]["exact"], rows["E3"]["within"]) == (1, 0, 1)
    assert found.questions["question"].to_list() == ["tone", "facts"]
    assert found.questions["alpha"].to_list()[1] == pytest.approx(1)
    with pytest.raises(SourceError, match="no calibration session"):
        calibrate(data_of([_head("Q", score=0.5)], []))


def test_a_chart_of_days_finds_the_bad_one_whatever_its_weekday() -> None:
    rows, rng = [], random.Random(2)
    for n in range(42):
        day = date(2026, 9, 7) + timedelta(days=n)
        answered = (40 if day.weekday() < 5 else 20) + rng.randrange(-3, 4) if n != 30 else 5
        rows += [{
            "system": "x", "contact_id": f"{n}-{k}", "queue": "q", "nth": 1, "day": day, "quarter": 40,
            "entered_at": datetime(day.year, day.month, day.day, 10), "wait_ms": 10_000,
            "outcome": "answered" if k < answered else "abandoned", "direction": "in",
            "abandon_phase": None if k < answered else "queue",
        } for k in range(50)]
    data = Slice.of({"queue_visits": _frame("queue_visits", rows)}, Scope(), Settings())
    found = charted(data, "answered")
    assert [day for day, _, _ in found.signals] == [date(2026, 10, 7)]
    assert charted(data, "answer_rate", "laney").kind == "laney"
    assert len(charted(data, "answered", weekdays=False).signals) != 1
    with pytest.raises(UsageError, match="no share of counts"):
        charted(data, "answered", "p")
    with pytest.raises(SourceError, match="10 days"):
        charted(data.between(date(2026, 9, 7), date(2026, 9, 9)), "answered")


HEAD = ("Evaluation,Contact,Agent,Evaluator,Evaluated at,Form,Section,Section weight,Question,Weight,Points,Most,"
        "Not applicable,Critical,Failed,Session,Master")


def test_the_commands_in_both_languages_and_as_json(ccops: Callable[..., Ran], folder: Path, log: Path) -> None:
    lines = [f"Q{n},c1,100{n % 2 + 1},E{n % 3},2026-11-22 10:0{n}:00,f,s,100,q,100,{5 + n % 4},10,no,,,,"
             for n in range(9)]
    lines += [f"K{e},c1,1001,{e},2026-11-22 11:00:00,f,s,100,q,100,{p},10,no,,,S,{'yes' if e == 'M' else 'no'}"
              for e, p in (("E1", 6), ("E2", 7), ("M", 6))]
    assert ccops("import", log, written(folder / "qa.csv", [HEAD, *lines]), "--tz", "UTC").code == 0
    documents = (("scores", ScoresDocument), ("sample", SampleDocument), ("calibrate", CalibrateDocument))
    for name, document in documents:
        ran = ccops("quality", name, "--json")
        assert ran.code == 0, ran.err
        TypeAdapter(document).validate_python(ran.json)
        for lang in ("en", "zh"):
            assert ccops("quality", name, "--lang", lang).code == 0
        assert ccops("quality", name, "-o", f"{name}.csv").code == 0
    assert "9 evaluations: score" in ccops("quality", "scores").out
    refused = ccops("quality", "chart", "offered")
    assert (refused.code, "a chart needs 10 days" in refused.err) == (3, True)
