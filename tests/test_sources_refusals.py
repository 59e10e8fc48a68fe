"""What the front end refuses before it costs memory or time: bombs, sparse and damaged workbooks, unreadable files."""

from __future__ import annotations

import gzip
import io
import zipfile
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ccops.errors import SourceError
from ccops.sources.front_end import scan
from ccops.sources.opening import Limits
from cleaned import cleaned

xlsxwriter = pytest.importorskip("xlsxwriter")


def refusal(source: Path, folder: Path, **limits: int) -> SourceError:
    with pytest.raises(SourceError) as caught:
        scan(source, folder, limits=Limits(**limits))
    assert caught.value.where == str(source)
    assert caught.value.fix
    return caught.value


def test_a_workbook_that_inflates_a_thousandfold_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(32):
                entry.write(bytes(1 << 20))
    assert "unfolds" in refusal(file, tmp_path).what
    assert "unfolds" in refusal(file, tmp_path, max_ratio=10_000, max_workbook_bytes=1 << 20).what


@pytest.mark.parametrize("far", [(1_048_575, 16_383), (1_048_575, 20), (0, 1_000)])
def test_two_cells_far_apart_are_refused_before_memory_is_asked_for(tmp_path: Path, far: tuple[int, int]) -> None:
    file = tmp_path / "sparse.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "a")
        sheet.write_string(*far, "b")
    assert "unfolds" in refusal(file, tmp_path).what


def test_an_old_workbook_that_would_end_the_process_is_refused(tmp_path: Path) -> None:
    whole = (Path(__file__).parent / "fixtures" / "defects" / "biff8.xls").read_bytes()
    cell = whole.rindex(b"\xfd\x00\x0a\x00") + 4  # a text cell's record: its row and column follow
    file = tmp_path / "calls.xls"
    file.write_bytes(whole[:cell] + b"\xff\xff\xff\xfe" + whole[cell + 4 :])
    assert "not a workbook" in refusal(file, tmp_path).what


def test_gzip_bombs_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.gz"
    file.write_bytes(gzip.compress(bytes(20 << 20)))
    assert "200 times" in refusal(file, tmp_path).what
    assert "more than 1 MB" in refusal(file, tmp_path, max_inflated_bytes=1 << 20).what


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path, tmp_path).what
    assert "No such file" in refusal(tmp_path / "none.csv", tmp_path).what
    file = tmp_path / "x"
    packed = gzip.compress(b"a,b\n" * 1000)
    for data, words in (
        (packed[:-12], "damaged gzip"), (packed + b"rest", "damaged gzip"), (gzip.compress(packed), "twice"),
        (b"PK\x03\x04 no archive", "damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not a workbook"),
    ):
        file.write_bytes(data)
        assert words in refusal(file, tmp_path).what
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("calls.csv", "a,b")
    assert "archive" in refusal(file, tmp_path).what
    with pytest.raises(SourceError, match="nothing on stdin"):
        scan("-", tmp_path)


@cache
def small_workbook() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2024, 3, 1)})
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write_row(row, 0, [f"c{row}", row, 0.5])
    return stream.getvalue()


@hypothesis_settings(max_examples=60)
@given(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 30))
def test_a_mutated_workbook_is_read_or_refused(place: int, patch: bytes, cut: int) -> None:
    whole = small_workbook()
    at = place % len(whole)
    with TemporaryDirectory() as folder, suppress(SourceError):
        assert cleaned(Path(folder), whole[:at] + patch + whole[at + cut :], 3).scan.lines < 100
