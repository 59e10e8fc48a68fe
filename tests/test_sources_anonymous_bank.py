"""The bank's days, recounted in plain Python by its published rules: equal to the last digit."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from stores import imported, opened

SAMPLE = Path(__file__).parents[1] / "sample_logs" / "anonymous_bank_day.tsv"
FILE = "anonymous_bank_1999_02_first_half.tsv"


def _clock(text: str) -> timedelta:
    hours, minutes, seconds = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _recount(file: Path) -> dict[date, dict[str, float]]:
    """Per day of entry: the four rates, each from whole seconds and divided once."""
    seen = set()
    days: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with file.open(newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            if row["outcome"] == "PHANTOM" or tuple(row.values()) in seen:
                continue
            seen.add(tuple(row.values()))
            queued = row["q_start"] != "0:00:00"
            if row["outcome"] == "HANG" and not queued:
                continue  # hung up in the voice menu: not offered to agents
            entered = _clock(row["q_start"] if queued else row["vru_exit"])
            called_on = datetime.strptime(row["date"], "%y%m%d").date()
            if entered < _clock(row["vru_entry"]) - timedelta(hours=12):
                called_on += timedelta(days=1)
            day, wait = days[called_on], int(row["q_time"])
            if row["outcome"] == "AGENT":
                day["answered"] += 1
                day["waited"] += wait
                day["handled"] += int(row["ser_time"])
                day["in_time"] += wait <= 20
            else:
                day["abandoned"] += 1
                day["short"] += wait < 5
    return {
        on: {
            "service_level": day["in_time"] / (day["answered"] + day["abandoned"] - day["short"]),
            "asa": day["waited"] / day["answered"],
            "abandon_rate": day["abandoned"] / (day["answered"] + day["abandoned"]),
            "aht": day["handled"] / day["answered"],
        }
        for on, day in days.items()
    }


def test_every_day_agrees_to_the_last_digit(tmp_path: Path, real_data: Callable[[str], Path]) -> None:
    file = real_data(FILE)
    [result] = imported(tmp_path, file, tz="")
    assert (result.lines, result.used, result.duplicate, result.skipped, result.rejected) == (17_457, 17_313, 0, 144, 0)
    assert result.flags["customer_damaged"][0] == 13
    with opened(tmp_path, tz="") as workspace:
        assert workspace.settings.site.tz == "Asia/Jerusalem"
        rows = workspace.kpis(["service_level", "asa", "abandon_rate", "aht"], by=["day"])
    ours: dict[date, dict[str, float]] = defaultdict(dict)
    for row in rows.to_dicts():
        ours[row["day"]][row["metric"]] = row["value"]
    assert ours == _recount(file)
    assert len(ours) == 14


def test_the_rules_on_a_made_up_day(tmp_path: Path) -> None:
    [result] = imported(tmp_path, SAMPLE, tz="")
    assert (result.lines, result.used, result.duplicate, result.skipped) == (10, 7, 1, 2)
    assert {flag: n for flag, (n, _) in result.flags.items()} == {"customer_damaged": 1, "negative_ivr_time": 1}
    with opened(tmp_path, tz="") as workspace:
        visits = workspace.store.query(
            "SELECT contact_id, day, outcome, wait_ms, talk_ms, agent FROM queue_visits ORDER BY entered_at"
        ).rows()
        hung_up = workspace.store.query("SELECT contact_id FROM contacts WHERE outcome = 'ivr_hangup'").rows()
        repeat = workspace.store.query("SELECT count(DISTINCT customer_key) FROM contacts").item()
    first, second = date(1999, 3, 1), date(1999, 3, 2)
    assert visits == [
        ("ZZ0101:101", first, "answered", 0, 101_000, "ADA"),
        ("ZZ0101:102", first, "answered", 22_000, 100_000, "BEA"),
        ("ZZ0101:103", first, "abandoned", 3_000, None, None),
        ("ZZ0102:104", first, "answered", 100_000, 0, None),
        ("ZZ0102:105", first, "abandoned", 60_000, None, None),
        ("ZZ0103:107", second, "answered", 20_000, 158_000, "ADA"),  # past midnight: the day it entered the queue
    ]
    assert hung_up == [("ZZ0102:103",)]
    assert repeat == 2
    assert _recount(SAMPLE)[first]["service_level"] == 1 / 4
