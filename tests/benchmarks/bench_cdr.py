"""Import of call detail records against DuckDB's own load of them."""

from __future__ import annotations

from pathlib import Path

import cdr
from measure import SCALE, compare, fresh, report


def test_import_of_five_million_cdrs(tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    cdr.write(file, int(5_000_000 * SCALE))
    result = compare("bench_cdr", ("import_it", file, tmp_path), ("load_it", file, tmp_path))
    report("5 million CDR rows imported", result, limit=2.5, goal=1.5, memory=3.0)


def import_it(file: str, folder: str) -> None:
    cdr.ours(file, str(fresh(folder, "ours")))


def load_it(file: str, folder: str) -> None:
    cdr.rival(file, str(fresh(folder, "rival")))
