"""`ccops quality satisfaction`: what it says, its JSON, its files, in both languages, and what it refuses."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_satisfaction import SatisfactionDocument
from conftest import Ran
from stores import written

HEAD = "Survey,Contact,Queue,Agent,Sent at,Responded at,CSAT,NPS,CES"


@pytest.fixture
def asked(ccops: Callable[..., Ran], folder: Path) -> Callable[..., Ran]:
    """`ccops` with 400 callers who waited up to four minutes, the longer the less satisfied; half of them answered."""
    rng, lines, rows = np.random.default_rng(1), [], [HEAD]
    for i in range(400):
        at = datetime(2026, 10, 5, 8, tzinfo=UTC) + timedelta(minutes=5 * i)
        start, wait, queue = int(at.timestamp()), int(rng.integers(1, 240)), ("sales", "claims")[i % 2]
        lines += [(start, f"c{i}|{queue}|NONE|ENTERQUEUE|||1"),
                  (start + wait, f"c{i}|{queue}|SIP/2001|CONNECT|{wait}|u|3"),
                  (start + wait + 60, f"c{i}|{queue}|SIP/2001|COMPLETECALLER|{wait}|60|1")]
        satisfied = rng.random() < 1.05 - wait / 240
        answer = f"{at:%Y-%m-%d %H:%M:%S},{5 if satisfied else 2},{10 if satisfied else 5}," if i % 4 < 2 else ",,,"
        rows.append(f"s{i},c{i},{queue},2001,{at:%Y-%m-%d %H:%M:%S},{answer}")
    written(folder / "queue_log", [f"{at}|{text}" for at, text in sorted(lines)])
    written(folder / "surveys.csv", rows)
    ran = ccops("import", "queue_log", "surveys.csv", "--tz", "UTC", "-q")
    assert ran.code == 0, ran.err
    return lambda *args: ccops("quality", "satisfaction", *args)


def test_people_see_how_satisfied_and_what_goes_with_it(asked: Callable[..., Ran]) -> None:
    ran = asked()
    assert ran.code == 0, ran.err
    first, second, *rest = ran.out.splitlines()
    assert first.startswith("Satisfied: ")
    assert "of 200 who said so; 200 of 400 asked answered (50.0%)." in first
    assert second.startswith("What goes with it most: waiting, per minute, -2")
    assert [line.split()[0] for line in rest if line.startswith(("claims ", "sales ", "Total "))] == [
        "claims", "sales", "Total",
    ]
    assert "They are associations, not causes." in ran.out
    assert "were all of them dissatisfied" in ran.out
    assert max(len(line) for line in rest[:12]) <= 80


def test_json_and_files(asked: Callable[..., Ran], folder: Path) -> None:
    found = asked("--json", "--by", "day").json
    TypeAdapter(SatisfactionDocument).validate_python(found, strict=False)
    assert found["total"]["asked"] == sum(row["asked"] for row in found["rows"]) == 400
    wait = next(row for row in found["drivers"] if row["driver"] == "wait_min")
    assert wait["low"] < wait["effect"] < wait["high"] < 0
    ran = asked("-o", "rows.csv")
    assert (ran.code, ran.out) == (0, "")
    assert "Wilson" in ran.err
    with (folder / "rows.csv").open(encoding="utf-8-sig") as file:
        assert [row["queue"] for row in csv.DictReader(file)] == ["claims", "sales"]


def test_scores_and_scopes(asked: Callable[..., Ran]) -> None:
    found = asked("--json", "--of", "nps", "--queue", "sales").json
    assert (found["of"], found["total"]["asked"]) == ("nps", 200)
    assert {row["driver"] for row in found["drivers"]} == {"wait_min"}  # everybody talked for a minute
    out = asked("--of", "nps").out
    assert "Effects on NPS in points of the answer" in out


def test_chinese(asked: Callable[..., Ran]) -> None:
    out = asked("--lang", "zh").out
    for words in ("满意率", "参评率", "净推荐值", "等待（每分钟）", "并非因果", "未参评者"):
        assert words in out
    assert "Satisfied" not in out


def test_refusals(asked: Callable[..., Ran]) -> None:
    for args, code, words in (
        (("--by", "agents"), 2, "use queue, team, day"), (("--of", "cast"), 2, "did you mean csat?"),
        (("-d", "2026-01-01"), 3, "no surveys of these days"), (("--queue", "salse"), 2, "sales"),
        (("-o", "a.docx"), 2, ".csv"),
    ):
        ran = asked(*args)
        assert (ran.code, words in ran.err, ran.out) == (code, True, ""), ran.err
