"""The bank's days, recounted in plain Python from the published file by its published rules: equal to the last digit."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from stores import imported, opened

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
