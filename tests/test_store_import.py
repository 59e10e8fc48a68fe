"""The same records in whatever files and order: the same tables. Every line accounted for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ccops.errors import SettingsError, SourceError, UsageError
from ccops.intake import FileResult
from stores import imported, opened, queue_log, rows, written


def _balance(results: Iterable[FileResult]) -> None:
    for result in results:
        assert result.lines == result.used + result.duplicate + result.skipped + result.rejected


def test_a_file_twice_is_all_duplicates_and_changes_nothing(tmp_path: Path) -> None:
    lines = queue_log(60)
    file, again = written(tmp_path / "a.log", lines), written(tmp_path / "b.log", [*lines, ""])
    [first] = imported(tmp_path, file)
    before = rows(tmp_path)
    [same, other] = imported(tmp_path, file, again)
    assert (first.used, first.lines) == (len(set(lines)), len(lines))
    assert (same.used, same.duplicate) == (0, len(lines))
    assert (other.used, other.duplicate, other.skipped) == (0, len(lines), 1)
    assert rows(tmp_path) == before
    _balance((first, same, other))


@settings(max_examples=8, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking takes minutes here
@given(
    seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 10_000), min_size=1, max_size=3),
    overlap=st.integers(0, 30),
)
def test_halves_in_any_order_rotated_with_overlap_give_the_same_tables(
    seed: int, cuts: list[int], overlap: int
) -> None:
    lines = queue_log(25, seed=seed)
    edges = sorted({0, len(lines), *(cut % len(lines) for cut in cuts)})
    parts = [lines[max(a - overlap, 0) : b] for a, b in pairwise(edges)]
    random.Random(seed).shuffle(parts)
    with TemporaryDirectory() as name:
        folder = Path(name)
        imported(folder, written(folder / "whole.log", lines), name="whole.duckdb")
        results = imported(
            folder, *(written(folder / f"part{n}.log", part) for n, part in enumerate(parts)), name="parts.duckdb"
        )
        _balance(results)
        assert sum(result.used for result in results) == len(set(lines))
        assert rows(folder, "parts.duckdb") == rows(folder, "whole.duckdb")


def test_shuffled_lines_of_different_seconds_give_the_same_tables(tmp_path: Path) -> None:
    lines = [f"{1_700_000_000 + n}|{line.split('|', 1)[1]}" for n, line in enumerate(queue_log(40))]
    shuffled = random.Random(3).sample(lines, len(lines))
    imported(tmp_path, written(tmp_path / "a.log", lines), name="a.duckdb")
    imported(tmp_path, written(tmp_path / "b.log", shuffled), name="b.duckdb")
    assert rows(tmp_path, "a.duckdb") == rows(tmp_path, "b.duckdb")


def test_another_zone_moves_days_and_nothing_else(tmp_path: Path) -> None:
    file = written(tmp_path / "a.log", queue_log(60))
    imported(tmp_path, file, name="east.duckdb", tz="Asia/Kathmandu")
    imported(tmp_path, file, name="west.duckdb", tz="America/New_York")

    def undated(name: str) -> list[tuple[object, ...]]:
        with opened(tmp_path, name, tz="") as workspace:
            return workspace.store.query(
                "SELECT * EXCLUDE (day, quarter, file_id, line) FROM queue_visits ORDER BY ALL"
            ).rows()

    assert undated("east.duckdb") == undated("west.duckdb")
    with opened(tmp_path, "east.duckdb", tz="") as workspace:
        [(day, quarter)] = workspace.store.query(
            "SELECT day, quarter FROM queue_visits ORDER BY entered_at LIMIT 1"
        ).rows()
    assert (str(day), quarter) == ("2023-11-15", 15)  # 22:13:20 UTC is 03:58:20 in Kathmandu


def test_the_store_keeps_its_zone(tmp_path: Path) -> None:
    file = written(tmp_path / "a.log", queue_log(5))
    imported(tmp_path, file)
    with pytest.raises(SettingsError, match="Europe/Berlin"), opened(tmp_path, tz="Asia/Tokyo"):
        pass
    with opened(tmp_path, tz="") as workspace:
        assert workspace.settings.site.tz == "Europe/Berlin"


def test_too_many_rejects_refuse_the_file_and_nothing_is_kept(tmp_path: Path) -> None:
    lines = queue_log(20)
    bad = ["not a time|x|sales|NONE|ENTERQUEUE||1|1", *["what|is|this|x|Y"] * 3]
    file = written(tmp_path / "a.log", [*lines, *bad])
    with pytest.raises(SourceError, match="more than --max-rejects 1%"):
        imported(tmp_path, file)
    assert all(not found for found in rows(tmp_path).values())
    [result] = imported(tmp_path, file, max_rejects="10")
    assert result.rejected == 4
    assert result.used == len(set(lines))
    assert [reject.line for reject in result.rejects] == [len(lines) + n for n in range(1, 5)]
    _balance([result])


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    file = written(tmp_path / "a.log", queue_log(20))
    with opened(tmp_path, write=True, files=[file]) as workspace:
        [result] = workspace.import_files([file], dry_run=True)
        assert result.used == result.lines
        assert workspace.store.query("SELECT count(*) FROM queue_visits").item() == 0
        [again] = workspace.import_files([file])
        assert again.used == again.lines


def test_no_number_reaches_the_store(tmp_path: Path) -> None:
    lines = ["1700000000|1700000000.1|sales|NONE|ENTERQUEUE||015298765432|1",
             "1700000009|1700000000.1|sales|NONE|ABANDON|1|1|9"]
    imported(tmp_path, written(tmp_path / "a.log", lines))
    assert b"98765" not in (tmp_path / "ccops.duckdb").read_bytes()
    assert (tmp_path / "ccops.duckdb.key").stat().st_mode & 0o777 == 0o600
    [contact] = rows(tmp_path)["contacts"]
    assert "015****5432" in contact


def test_the_sum_of_the_real_queue_log(tmp_path: Path, real_data: Callable[[str], Path]) -> None:
    [result] = imported(tmp_path, real_data("asterisk_queue_log_2010.log"))
    assert (result.lines, result.used, result.rejected) == (278, 278, 0)
    assert result.tables["queue_visits"] == 21
    with opened(tmp_path, tz="") as workspace:
        found = workspace.store.query("SELECT outcome, count(*) AS n FROM queue_visits GROUP BY 1 ORDER BY 1").rows()
    assert found == [("abandoned", 12), ("answered", 8), ("open", 1)]


def test_a_refused_first_file_does_not_decide_the_zone(tmp_path: Path) -> None:
    bad = written(tmp_path / "bad.log", [*queue_log(60), *["what|is|this|x|Y"] * 9])
    with pytest.raises(SourceError, match="max-rejects"):
        imported(tmp_path, bad, tz="Asia/Shanghai")
    [result] = imported(tmp_path, written(tmp_path / "good.log", queue_log(5)), tz="Europe/Berlin")
    assert result.used == result.lines
    with opened(tmp_path, tz="") as workspace:
        assert workspace.settings.site.tz == "Europe/Berlin"


def test_a_query_shows_keys_and_instants_as_exports_do(tmp_path: Path) -> None:
    imported(tmp_path, written(tmp_path / "a.log", queue_log(5)))
    with opened(tmp_path, tz="") as workspace:
        asked = workspace.query("SELECT customer_key, started_at FROM contacts ORDER BY contact_id").to_dicts()
        exported = workspace.export("contacts").sort("contact_id").collect().to_dicts()
    assert [row["customer_key"] for row in asked] == [row["customer_key"] for row in exported]
    assert [row["started_at"] for row in asked] == [row["started_at"] for row in exported]


def test_lazy_rows_are_as_many_as_asked_for(tmp_path: Path) -> None:
    imported(tmp_path, written(tmp_path / "a.log", queue_log(60)))
    with opened(tmp_path, tz="") as workspace:
        rows_ = workspace.slice().table("queue_visits")
        assert rows_.head(2).collect().height == 2
        assert rows_.filter(pl.col("outcome") == "answered").head(3).collect().height == 3
        assert rows_.sort("wait_ms").head(4).collect().height == 4


@pytest.mark.parametrize(("data", "says"), [(b"", "the file is empty"), (bytes(range(1, 32)) * 9, "this is not text")])
def test_what_is_no_export_is_said(tmp_path: Path, data: bytes, says: str) -> None:
    file = tmp_path / "x"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=says):
        imported(tmp_path, file)


def test_a_limit_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="number of lines"):
        imported(tmp_path, written(tmp_path / "a.log", queue_log(3)), max_rejects="some")
