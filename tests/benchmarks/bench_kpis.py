"""The metrics over twenty million visits against SQL by hand, and one day's report in a large store and a small one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import duckdb
import pytest
import visits
from measure import RUNS, SCALE, Compared, Measured, compare, report

ROWS = int(20_000_000 * SCALE)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return visits.build(tmp_path_factory.mktemp("large") / "large.duckdb", ROWS)


def test_all_visit_metrics_by_quarter_hour_and_queue(large: Path) -> None:
    result = compare("visits", ("ours", large), ("rival", large))
    report("every visit metric over 20 million visits", result, limit=2.0, goal=1.0)


def test_a_day_of_a_large_store(large: Path, tmp_path: Path) -> None:
    days = ROWS // visits.PER_DAY
    small = visits.build(tmp_path / "small.duckdb", visits.PER_DAY, skip_days=days - 2)
    day = _full_day(small)
    words = [sys.executable, "-m", "ccops", "report", "-d", day, "--json", "--store"]
    big, one = (min(_timed([*words, str(store)]) for _ in range(RUNS)) for store in (large, small))
    print(f"\nreport daily: {big - one:+.2f} s in a store of {ROWS:,} visits ({big:.2f} s against {one:.2f} s)")  # noqa: T201
    assert big - one <= 1.0


def test_help_loads_little() -> None:
    ours = min(_timed([sys.executable, "-m", "ccops", "--help"]) for _ in range(7))
    typer = min(_timed([sys.executable, "-c", "import typer"]) for _ in range(7))
    report("ccops --help against import typer", Compared(Measured(ours, 0), Measured(typer, 0)), limit=2.0)


def _timed(words: list[str]) -> float:
    begun = perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return perf_counter() - begun


def _full_day(store: Path) -> str:
    """The day of a store that has most visits."""
    with duckdb.connect(str(store), read_only=True) as con:
        rows = con.execute("SELECT day FROM queue_visits GROUP BY day ORDER BY count(*) DESC LIMIT 1").fetchall()
    return str(rows[0][0])
