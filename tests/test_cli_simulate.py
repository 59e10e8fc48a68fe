"""`ccops simulate` on a demo centre: days reproduced, changes, days to come, both languages, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import ccops
from ccops.demo import generate
from ccops.errors import UsageError
from ccops.model import Scope
from ccops.workforce.simulation.whatif import WhatIf
from conftest import Ran

LAST = date(2026, 11, 20)  # the demo's bad day


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of 22 days of the demo centre."""
    folder = tmp_path_factory.mktemp("centre")
    demo = generate(folder / "demo", days=22, until=LAST)
    with ccops.open(demo.folder / "ccops.duckdb", config=demo.config, write=True, files=demo.files) as workspace:
        workspace.import_files(demo.files)
    return demo.folder


@pytest.fixture
def run(ccops: Callable[..., Ran], centre: Path, folder: Path) -> Callable[..., Ran]:
    """`ccops simulate ARGS…` on that store."""
    for name in ("ccops.duckdb", "ccops.duckdb.key", "ccops.toml", "agents.csv", "vip_mapping.toml"):
        shutil.copy(centre / name, folder)
    return lambda *args: ccops("simulate", *args)


def test_the_demo_is_reproduced_every_day(centre: Path) -> None:
    with ccops.open(centre / "ccops.duckdb", config=centre / "ccops.toml") as workspace:
        replays = workspace.replay(Scope(date(2026, 11, 6), LAST), replications=30)
    level, asa, lost = (replays.median_error(name) for name in ("service_level", "asa_s", "abandon_rate"))
    assert len(replays.days) == 15
    assert level is not None
    assert asa is not None
    assert lost is not None
    assert level < 0.015
    assert asa < 0.08
    assert lost < 0.01
    assert replays.frame.select(pl.col("service_level_error").abs().max()).item() < 0.03
    within = replays.frame.select((pl.col("asa_s_error").abs() <= 0.15).mean()).item()
    assert within >= 0.8
    assert "service_level_error" in replays._repr_html_()


def test_a_day_beside_the_real_one(run: Callable[..., Ran]) -> None:
    ran = run("-d", "2026-11-19", "--replications", "20")
    assert ran.code == 0, ran.err
    assert "replayed 20 times" in ran.out
    assert "Worst intervals:" in ran.out
    assert "The simulation reproduces the day: service level" in ran.out
    assert "agents without a sign-in log: 4 of " in ran.out


def test_the_default_is_the_last_day_with_calls(run: Callable[..., Ran]) -> None:
    assert run("--replications", "2").out.startswith("2026-11-20")


def test_json_as_the_contract_has_it(run: Callable[..., Ran]) -> None:
    ran = run("-d", "2026-11-19", "--replications", "20", "--validate", "--json")
    found = ran.json
    assert (found["schema"], found["day"], found["replications"]) == ("ccops.simulate/1", "2026-11-19", 20)
    assert [row["queue"] for row in found["rows"]] == ["billing", "sales", "service", "vip"]
    assert set(found["rows"][0]["service_level"]) == {"mean", "lo", "hi"}
    assert found["total"]["real"]["service_level"] == pytest.approx(found["total"]["service_level"]["mean"], abs=0.03)
    assert found["intervals"][0]["start_at"] == "2026-11-19T08:00:00+08:00"
    [day] = found["validation"]["days"]
    assert {row["metric"] for row in day["figures"]} == {"service_level", "asa_s", "abandon_rate"}
    assert day["reasons"]
    assert found["what_if"] is None
    assert run("-d", "2026-11-19", "--replications", "20", "--validate", "--json").out == ran.out


def test_without_validate_the_validation_is_null(run: Callable[..., Ran]) -> None:
    assert run("--replications", "2", "--json").json["validation"] is None


def test_several_changes_at_once(run: Callable[..., Ran]) -> None:
    changes = ("--agents", "+2@10:00-12:00", "--aht", "sales:-5%", "--patience", "+10%", "--volume", "vip:+20%")
    ran = run("-d", "2026-11-19", "--replications", "20", *changes)
    assert ran.code == 0, ran.err
    assert "What changes with agents +2@10:00-12:00, aht sales:-5%, volume vip:+20%, patience +10%:" in ran.out
    found = run("-d", "2026-11-19", "--replications", "20", *changes, "--json").json["what_if"]
    by_key = {(row["queue"], row["metric"]): row for row in found["rows"]}
    assert by_key[None, "service_level"]["lo"] > 0
    assert by_key["vip", "answered"]["difference"] > 5


def test_more_answered_at_a_lower_service_level_is_explained(run: Callable[..., Ran]) -> None:
    """On the bad day added agents take callers whom the switch would have sent away, outside the service level."""
    asked = ("-d", "2026-11-20", "--replications", "20", "--agents", "+2@10:00-12:00")
    rows = {(row["queue"], row["metric"]): row for row in run(*asked, "--json").json["what_if"]["rows"]}
    answered, out = (rows[None, name]["difference"] for name in ("answered", "flow_outs"))
    assert rows[None, "service_level"]["difference"] < 0 < answered
    told = " ".join(run(*asked).out.split())
    assert f"Answered a day {answered:+.1f}, and yet the service level falls: {-out:.1f} callers" in told
    assert f"{rows[None, 'flow_outs']['changed']:.1f} {out:+.1f} Service level" in told  # the last line of the table
    assert "Agents added without a queue serve all of them: billing, sales, service, vip." in told


def test_agents_fewer_cost_service(run: Callable[..., Ran]) -> None:
    found = run("-d", "2026-11-19", "--replications", "20", "--agents", "sales:-2", "--queue", "sales", "--json").json
    [level] = [row for row in found["what_if"]["rows"] if row["metric"] == "service_level" and row["queue"] == "sales"]
    assert level["hi"] < 0
    assert [row["queue"] for row in found["rows"]] == ["sales"]


def test_pooling_in_chinese(run: Callable[..., Ran]) -> None:
    ran = run("-d", "2026-11-19", "--replications", "10", "--pool", "sales,service", "--lang", "zh")
    assert "若 pool sales,service，变化如下：" in ran.out
    assert "服务水平" in ran.out


def test_days_in_chinese(run: Callable[..., Ran]) -> None:
    ran = run("--validate", "--from", "2026-11-18", "--to", "2026-11-20", "--replications", "10", "--lang", "zh")
    assert ran.code == 0, ran.err
    assert "重放 3 天" in ran.out


def test_several_days(run: Callable[..., Ran]) -> None:
    ran = run("--validate", "--from", "2026-11-18", "--replications", "10", "--json")
    found = ran.json
    assert found["day"] is None
    assert [day["day"] for day in found["validation"]["days"]] == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert found["validation"]["median"]["service_level"] < 0.03
    plain = run("--validate", "--from", "2026-11-18", "--replications", "10").out
    assert "3 days replayed. Median error: service level" in plain


def test_a_day_to_come_with_so_many_agents(run: Callable[..., Ran]) -> None:
    few, many = (
        run("-d", "2026-11-23", "--replications", "10", "--agents", f"{n}", "--json").json for n in (20, 30)
    )
    assert few["arrivals"] == "forecast"
    assert few["total"]["offered"] == pytest.approx(2200, rel=0.2)
    assert few["total"]["real"] is None
    assert few["total"]["service_level_p10"] < few["total"]["service_level"]["lo"]  # a day may be worse than the mean
    assert few["total"]["service_level"]["hi"] < many["total"]["service_level"]["lo"]
    plain = run("-d", "2026-11-23", "--replications", "10", "--agents", "30", "--aht", "+10%")
    assert "calls expected, simulated 10 times" in plain.out
    ahead = run("-d", "2026-11-23", "--replications", "10", "--agents", "30")
    assert "Expect a service level of" in ahead.out
    assert "One day in ten: below" in ahead.out


def test_rows_to_a_file(run: Callable[..., Ran], folder: Path) -> None:
    assert run("--replications", "5", "-o", "day.csv").code == 0
    assert (folder / "day.csv").read_text("utf-8-sig").startswith("queue,offered,service_level,")
    assert run("--replications", "5", "--agents", "+1", "-o", "change.json").code == 0
    rows = json.loads((folder / "change.json").read_text("utf-8"))["rows"]
    assert {"queue", "metric", "base", "changed", "difference", "lo", "hi"} == set(rows[0])


@pytest.mark.parametrize(("args", "code", "words"), [
    (("-d", "2026-11-19", "--agents", "lots"), 2, "--agents lots is no change of staff"),
    (("-d", "2026-11-19", "--aht", "-5"), 2, "--aht -5 is no change"),
    (("-d", "2026-11-19", "--aht", "+9000%"), 2, "a mean handling time of"),
    (("-d", "2026-11-19", "--volume", "sale:+5%"), 2, "did you mean sales?"),
    (("-d", "2026-11-19", "--pool", "sales"), 2, "names no two queues"),
    (("-d", "2026-11-19", "--queue", "sale"), 2, "no calls for a queue 'sale'"),
    (("-d", "2026-11-19", "--agents", "12"), 2, "more or fewer than were there"),
    (("-d", "2026-11-19", "--agents", "-500"), 2, "500 fewer, but agents there then:"),
    (("-d", "2026-11-19", "--agents", "+1", "--validate"), 2, "cannot be compared with the real one"),
    (("-d", "2026-11-19", "--replications", "0"), 2, "greater than or equal to 1"),
    (("-d", "2026-11-19", "--aht", "-5%", "--replications", "1"), 2, "two replications at least"),
    (("--from", "2026-11-18"), 2, "one day is simulated at a time"),
    (("--from", "2026-11-18", "--validate", "--agents", "+1"), 2, "several days are replayed as they were"),
    (("-d", "2026-10-01"), 3, "no calls in a queue on 2026-10-01"),
    (("--from", "2026-09-01", "--to", "2026-09-03", "--validate"), 3, "none of 0 days"),
    (("-d", "2026-11-23", "--validate", "--agents", "20"), 2, "is not over in the data, which ends on 2026-11-20"),
    (("-d", "2026-11-19", "-o", "day.txt"), 2, "cannot write rows as day.txt"),
])
def test_what_is_refused(run: Callable[..., Ran], args: tuple[str, ...], code: int, words: str) -> None:
    ran = run(*args)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "fix: " in ran.err


def test_a_store_without_agents_is_refused(ccops: Callable[..., Ran], folder: Path) -> None:
    entered = "".join(
        f"{1795341600 + 60 * n}|c{n}|sales|NONE|ENTERQUEUE||13800138000|1\n"
        f"{1795341630 + 60 * n}|c{n}|sales|NONE|ABANDON|1|1|30\n" for n in range(30)
    )
    (folder / "queue_log").write_text(entered)
    assert ccops("import", "queue_log", "--tz", "UTC", "-q").code == 0
    ran = ccops("simulate")
    assert ran.code == 3
    assert "who was there on 2026-11-22 is not known" in ran.err


def test_an_empty_store_is_refused(ccops: Callable[..., Ran], folder: Path) -> None:
    log = "1795341600|NONE|NONE|NONE|QUEUESTART|\n1795341601|NONE|sales|Agent/1|ADDMEMBER|\n"
    (folder / "queue_log").write_text(log)
    ccops("import", "queue_log", "--tz", "UTC", "-q")
    ran = ccops("simulate")
    assert ran.code == 3
    assert "there is no call in a queue" in ran.err


def test_a_single_day_learns_from_itself_and_says_so(filled: Callable[..., Ran]) -> None:
    ran = filled("simulate", "-d", "2026-11-22", "--replications", "5")
    assert ran.code == 0, ran.err
    assert "it knows its own waits" in ran.out


def test_from_python(centre: Path) -> None:
    with ccops.open(centre / "ccops.duckdb", config=centre / "ccops.toml") as workspace:
        plain = workspace.simulate("2026-11-19", replications=10, validate=True)
        changed = workspace.simulate("2026-11-19", replications=10, what_if=WhatIf.parsed(pool=["sales,service"]))
        with pytest.raises(UsageError, match="is no day"):
            workspace.simulate("yesterday")
    assert plain.frame["queue"].to_list() == ["billing", "sales", "service", "vip", None]
    assert plain.validation is not None
    assert "simulated against real" in plain.validation._repr_html_()
    assert "billing" in plain._repr_html_()
    assert changed.comparison is not None
    assert changed.validation is None
    same = changed.comparison.frame.filter(pl.col("metric") == "offered")["difference"].to_list()
    assert same == [0.0] * 5


def test_progress_is_told(centre: Path) -> None:
    told: list[Any] = []
    with ccops.open(centre / "ccops.duckdb", config=centre / "ccops.toml") as workspace:
        workspace.simulate("2026-11-19", replications=4, what_if=WhatIf.parsed(aht=["-5%"]),
                           progress=lambda *at: told.append(at))
    assert told == [("simulate", n, 8) for n in range(1, 9)]
