"""Import of a queue log against a script by hand that makes the same tables."""

from __future__ import annotations

from pathlib import Path

import queue_log
from measure import SCALE, compare, fresh, report, run


def test_import_of_ten_million_lines(tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    queue_log.write(file, int(10_000_000 / queue_log.LINES_PER_CALL * SCALE))
    result = compare("bench_queue_log", ("import_it", file, tmp_path), ("script_it", file, tmp_path))
    report("10 million queue_log lines imported", result, limit=2.0, goal=1.3, memory=4.0)


def test_growth_is_linear(tmp_path: Path) -> None:
    seconds = []
    for part in (0.1, 1.0):
        file = tmp_path / f"queue_log_{part}"
        queue_log.write(file, int(10_000_000 / queue_log.LINES_PER_CALL * SCALE * part))
        seconds.append(min(run("bench_queue_log", "import_it", file, tmp_path).seconds for _ in range(2)))
    print(f"\n10 times the lines take {seconds[1] / seconds[0]:.1f} times as long")  # noqa: T201
    assert seconds[1] / seconds[0] <= 13


def import_it(file: str, folder: str) -> None:
    queue_log.ours(file, str(fresh(folder, "ours")))


def script_it(file: str, folder: str) -> None:
    queue_log.rival(file, str(fresh(folder, "rival")))
