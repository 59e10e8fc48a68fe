"""`ccops forecast` as people type it: from a series and from a store, in both languages, as JSON and as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

import series_files
from conftest import Ran

Command = Callable[..., Ran]
COUNTS = series_files.drawn(series_files.means(63), noise=0.05)


@pytest.fixture
def calls(folder: Path) -> Path:
    file = folder / "calls.csv"
    file.write_text(series_files.csv(COUNTS))
    return file


def test_a_series_needs_no_store_and_no_settings(ccops: Command, calls: Path) -> None:
    ran = ccops("forecast", "--series", calls)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("calls: ")
    assert "(8-week mean: " in lines[0]
    assert "Day         Weekday  Calls  80 % range   Busiest" in lines
    assert sum(line.startswith("2026-05-") for line in lines) == 14
    assert "█ Calls per 60 min, 2026-05-04 to 2026-05-10" in lines
    assert "     Mon    Tue    Wed    Thu    Fri    Sat    Sun" in lines
    assert lines[-3].startswith("No holidays are known")
    assert not list(calls.parent.glob("*.duckdb"))


def test_in_chinese(ccops: Command, calls: Path) -> None:
    ran = ccops("forecast", "--series", calls, "--lang", "zh", "--horizon", "1w")
    assert ran.code == 0
    assert "日期 星期 呼入量 80%区间 最忙时段" in " ".join(ran.out.split())
    assert "每60分钟呼入量，2026-05-04 至 2026-05-10" in ran.out
    assert "周一 周二 周三 周四 周五 周六 周日" in " ".join(ran.out.split())
    assert not [line for line in ran.out.splitlines() if line.startswith("No ")]
    league = ccops("forecast", "--series", calls, "--lang", "zh", "--backtest")
    assert "近8个同星期均值" in league.out


def test_as_json(ccops: Command, calls: Path) -> None:
    document = ccops("forecast", "--series", calls, "--horizon", "3", "--json", "--tz", "Asia/Shanghai").json
    assert document["schema"] == "ccops.forecast/1"
    row = document["rows"][0]
    assert set(row) == {"queue", "start_at", "volume", "p10", "p50", "p90", "aht_s", "dispersion"}
    assert row["start_at"] == "2026-05-04T08:00:00+08:00"
    assert row["aht_s"] is None
    assert row["p10"] < row["volume"] < row["p90"]
    assert len(document["rows"]) == 3 * 12
    (told,) = document["queues"]
    assert told["wape"] < told["wape_vendor"] + 0.01
    assert told["history_from"] == "2026-03-02"


def test_the_league_table(ccops: Command, calls: Path) -> None:
    ran = ccops("forecast", "--series", calls, "--backtest")
    assert ran.code == 0
    assert ran.out.startswith("calls\nMethod")
    assert "mean of 8 same weekdays" in ran.out
    assert ran.out.count("●") == 3
    document = ccops("forecast", "--series", calls, "--backtest", "--json").json
    assert document["schema"] == "ccops.forecast/1"
    names = {each["name"] for each in document["methods"]}
    assert {"weekday_mean", "seasonal_naive", "split", "factors", "mean_of_two"} == names
    assert document["chosen"] in names
    assert {each["horizon_days"] for each in document["methods"]} == {1, 5, 10}
    assert all(0.5 < each["coverage80"] <= 1 for each in document["methods"])
    assert document["queues"][0]["methods"] == document["methods"]


def test_rows_to_a_file(ccops: Command, calls: Path, folder: Path) -> None:
    assert ccops("forecast", "--series", calls, "-o", "next.csv").code == 0
    with (folder / "next.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 14 * 12
    assert datetime.fromisoformat(rows[0]["start_at"]).hour == 8
    assert rows[0]["aht_s"] == ""
    assert ccops("forecast", "--series", calls, "--backtest", "-o", "league.json").code == 0
    assert len(json.loads((folder / "league.json").read_text("utf-8"))["rows"]) == 15
    assert ccops("forecast", "--series", calls, "-o", "next.txt").code == 2


def test_from_stdin_by_column(ccops: Command) -> None:
    text = series_files.csv(COUNTS, head="when,n").replace("\n", ",x\n")
    ran = ccops("forecast", "--series", "-", "--time", "when", "--value", "n", "--json", stdin=text)
    assert ran.code == 0, ran.err
    assert ran.json["queues"][0]["queue"] == "n"


def test_queues_of_a_series(ccops: Command, folder: Path) -> None:
    lines = series_files.csv(COUNTS).splitlines()
    text = "\n".join(["time,queue,calls", *(f"{line.split(',')[0]},{queue},{line.split(',')[1]}"
                                            for line in lines[1:] for queue in "ab")])
    (folder / "both.csv").write_text(text)
    document = ccops("forecast", "--series", "both.csv", "--queue", "queue", "--backtest", "--json").json
    assert [each["queue"] for each in document["queues"]] == ["a", "b"]
    assert document["chosen"] == document["queues"][0]["chosen"]
    table = ccops("forecast", "--series", "both.csv", "--queue", "queue", "--backtest").out
    assert "\nall queues\n" in table
    assert ccops("forecast", "--series", "both.csv", "--queue", "a", "--queue", "b").code == 2


def test_in_the_middle_of_a_day(ccops: Command, calls: Path) -> None:
    document = ccops("forecast", "--series", calls, "--as-of", "2026-04-29T11:30", "--horizon", "1", "--json").json
    assert [row["start_at"][11:13] for row in document["rows"]] == [str(hour) for hour in range(12, 20)]
    assert any(remark.startswith("Calls until 12:00 are ") for remark in document["queues"][0]["remarks"])


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["--horizon", "soon"], 2, "--horizon soon is no number of days"),
        (["--horizon", "0"], 2, "--horizon 0 is no number of days"),
        (["--horizon", "9999d"], 2, "a forecast of 9999 days"),
        (["--interval", "7"], 2, "no intervals of 7 minutes"),
        (["--interval", "30"], 2, "cannot make intervals of 30"),
        (["--as-of", "noon"], 2, "'noon' is not a day or a time"),
        (["--value", "kalls"], 2, "no column 'kalls'"),
        (["--as-of", "2026-03-10"], 3, "needs 21 days of history; queue calls has 8"),
        (["--as-of", "2020-03-10"], 3, "no row before that time"),
    ],
)
def test_what_cannot_be_done_says_why(ccops: Command, calls: Path, words: list[str], code: int, what: str) -> None:
    ran = ccops("forecast", "--series", calls, *words)
    assert (ran.code, ran.out) == (code, "")
    assert what in ran.err
    assert "\nfix: " in ran.err


def test_a_bad_line_is_named(ccops: Command, calls: Path) -> None:
    text = calls.read_text().splitlines()
    calls.write_text("\n".join([*text[:99], text[99].split(",")[0] + ",lots", *text[100:]]))
    ran = ccops("forecast", "--series", calls)
    assert ran.code == 3
    assert f"{calls}:100: 'lots' is not a count" in ran.err


def test_a_store_with_a_day_has_too_little(filled: Command) -> None:
    ran = filled("forecast")
    assert ran.code == 3
    assert "a forecast needs 21 days of history; queue sales has 1" in ran.err
    assert filled("forecast", "--backtest").code == 3
    assert filled("forecast", "--time", "when").code == 2
    assert "no queue 'sails'" in filled("forecast", "--queue", "sails").err


def test_without_a_store_or_a_series(ccops: Command) -> None:
    assert ccops("forecast").code == 3
    assert ccops("forecast", "--series", "none.csv").code == 3
