"""`ccops people incentives`: what it says, its JSON, its files, in both languages, and what it refuses."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_incentives import IncentivesDocument, IncentivesSimulationDocument
from conftest import Ran
from stores import written

SCHEME = """\
currency = "CNY"
cap = 700
[gates]
min_contacts = 10
[[measure]]
name = "productivity"
weight = 100
tiers = [{ score = 0.5, pay = 0 }, { score = 1.0, pay = 500 }, { score = 1.5, pay = 1000 }]
"""
PACE = {"2001": 60, "2002": 120, "2003": 180}


@pytest.fixture
def paid(ccops: Callable[..., Ran], folder: Path) -> Callable[..., Ran]:
    """`ccops` with a call of each of three agents on every day of October, of one, two and three minutes."""
    lines = []
    for day in range(1, 32):
        for agent, seconds in PACE.items():
            at, call = int(datetime(2026, 10, day, 9, tzinfo=UTC).timestamp()) + int(agent), f"{day}-{agent}"
            lines.append((at, f"{call}|sales|NONE|ENTERQUEUE||1|1"))
            lines.append((at + 5, f"{call}|sales|SIP/{agent}|CONNECT|5|u|3"))
            lines.append((at + 5 + seconds, f"{call}|sales|SIP/{agent}|COMPLETECALLER|5|{seconds}|1"))
    written(folder / "queue_log", [f"{at}|{text}" for at, text in sorted(lines)])
    written(folder / "staff.csv", [
        "Agent,Name,Team,Skills,Contract hours,Hired", "2001,Amy,north,sales,40,2025-01-01",
        "2002,Ben,north,sales,40,2025-01-01", "2003,Cid,south,sales,40,2025-01-01",
    ])
    (folder / "incentives.toml").write_text(SCHEME)
    assert ccops("import", "queue_log", "staff.csv", "--tz", "UTC", "-q").code == 0
    return lambda *args: ccops("people", "incentives", *args)


def test_people_see_who_gets_what(paid: Callable[..., Ran]) -> None:
    ran = paid("--scheme", "incentives.toml")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("2026-10: 1,366.67 CNY for 3 of 3 people, 455.56 CNY each on average; barred 0")
    rows = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines() if line.startswith("200")}
    # 120 s are expected: 2001 scores 2 (1000, capped at 700), 2002 scores 1, 2003 two thirds
    assert rows["2001"] == ["north", "paid", "31", "1,000.00", "0.00", "-300.00", "700.00"]
    assert rows["2002"] == ["north", "paid", "31", "500.00", "0.00", "0.00", "500.00"]
    assert rows["2003"] == ["south", "paid", "31", "166.67", "0.00", "0.00", "166.67"]
    assert all(len(line) <= 80 for line in ran.out.splitlines() if line.startswith(("200", "Agent")))
    assert "1 is as expected" in ran.out
    assert "Amy" not in ran.out


def test_lines_and_files_and_some_people_alone(paid: Callable[..., Ran], folder: Path) -> None:
    out = paid("--scheme", "incentives.toml", "--lines", "--agent", "2001").out
    lines = out.splitlines()
    assert lines[2] == "2001, paid: 700.00 CNY"
    assert [line.split("  ")[0] for line in lines[5:7]] == ["own: productivity", "cap"]
    assert max(map(len, lines[2:7])) <= 80
    assert "2003" not in out
    ran = paid("--scheme", "incentives.toml", "--team", "south", "--lines", "-o", "lines.csv")
    assert (ran.code, ran.out) == (0, ""), ran.err
    with (folder / "lines.csv").open(encoding="utf-8-sig") as file:
        [row] = csv.DictReader(file)
    assert (row["agent"], row["what"], float(row["pay"]), float(row["tier"])) == ("2003", "productivity", 166.67, 0.5)


def test_json(paid: Callable[..., Ran], folder: Path) -> None:
    (folder / "ccops.toml").write_text('[site]\ntz = "UTC"\n[incentives]\nscheme = "incentives.toml"\n')
    found = paid("--json", "--month", "2026-10").json
    TypeAdapter(IncentivesDocument).validate_python(found, strict=False)
    assert (found["total"], found["currency"], found["month"]) == (1366.67, "CNY", "2026-10-01")
    assert sum(line["pay"] for line in found["lines"]) == pytest.approx(found["total"])
    tried = paid("--json", "--simulate", "--months", "1").json
    TypeAdapter(IncentivesSimulationDocument).validate_python(tried, strict=False)
    assert tried["rows"][0]["total"] == found["total"]


def test_the_scheme_on_past_months(paid: Callable[..., Ran]) -> None:
    ran = paid("--scheme", "incentives.toml", "--simulate", "--months", "2")
    assert ran.code == 0, ran.err
    out = ran.out
    assert out.startswith("2026-10 to 2026-10: 1,366.67 CNY in all, 1,366.67 CNY a month")
    assert "Furthest from equal shares: south (team), -288.89 CNY per person and month." in out
    assert "What matters most: measure.productivity.tiers.score" in out
    assert "Months asked for: 2; with calls: 1." in out
    assert "Too few people" in out


def test_a_scheme_whose_gates_nobody_passes_says_which_stop_how_many(paid: Callable[..., Ran], folder: Path) -> None:
    (folder / "incentives.toml").write_text(SCHEME.replace("min_contacts = 10", "min_contacts = 32\nmin_surveys = 1"))
    ran = paid("--scheme", "incentives.toml")
    assert ran.code == 0
    assert ran.out.startswith("2026-10: nobody of 3 people is paid, the total is 0.00 CNY: fewest contacts stops 3, "
                              "fewest answered surveys stops 3.")
    assert [row["payout"] for row in paid("--scheme", "incentives.toml", "--json").json["rows"]] == [None] * 3


def test_chinese(paid: Callable[..., Ran]) -> None:
    for args in ((), ("--simulate",), ("--lines",)):
        out = paid("--scheme", "incentives.toml", "--lang", "zh", *args).out
        assert "四舍五入" in out
        assert "productivity:" not in out.lower()
    assert "2026-10：3 人中 3 人获奖" in paid("--scheme", "incentives.toml", "--lang", "zh").out


def test_redacted_agents_bear_pseudonyms(paid: Callable[..., Ran]) -> None:
    out = paid("--scheme", "incentives.toml", "--redact").out
    assert "1,366.67 CNY" in out
    assert not any(agent in out for agent in PACE)


def test_refusals(paid: Callable[..., Ran], folder: Path) -> None:
    (folder / "bad.toml").write_text(SCHEME.replace("weight = 100", "weight = 90"))
    named = ("--scheme", "incentives.toml")
    for args, code, words in (
        ((), 4, "no incentive scheme is named"), (("--scheme", "none.toml"), 4, "no such incentive scheme"),
        (("--scheme", "bad.toml"), 4, "weights add up to 90 = 90 %"), ((*named, "--month", "2026-W40"), 2, "no whole"),
        ((*named, "--month", "2026-12"), 3, "calls are known from 2026-10-01 to 2026-10-31"),
        ((*named, "--months", "2"), 2, "belongs to --simulate"), ((*named, "--simulate", "--lines"), 2, "--lines"),
        ((*named, "--agent", "201"), 2, "did you mean 2001?"), ((*named, "-o", "a.docx"), 2, ".csv"),
    ):
        ran = paid(*args)
        assert (ran.code, words in ran.err, ran.out) == (code, True, ""), ran.err
