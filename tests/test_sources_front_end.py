"""The tolerant front end: what a scan proves, how lines become records, what is refused, and the balance always."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ccops.errors import SourceError
from ccops.source import Layout, Sample
from ccops.sources import encoding as encodings
from ccops.sources.front_end import clean, excerpts, sample, scan
from ccops.sources.opening import Limits
from ccops.sources.repair import Splitter, split
from ccops.sources.sample import guess_delimiter, guess_header
from cleaned import Cleaned, cleaned

xlsxwriter = pytest.importorskip("xlsxwriter")


def naive_lines(data: bytes) -> int:
    """Lines as an editor counts them."""
    pieces = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return len(pieces) - (pieces[-1] == b"")


@pytest.mark.parametrize(
    ("data", "lines", "newline", "well_formed"),
    [
        (b"", 0, "\n", True),
        (b"a,b", 1, "\n", True),
        (b"a,b\nc,d\n", 2, "\n", True),
        (b"a,b\r\nc,d\r\n", 2, "\r\n", True),
        ("a,é\nb,座席\n".encode(), 2, "\n", True),
        (b"a\rb", 2, "\r", False),
        (b"a\r\nb\n", 2, "mixed", False),
        (b"a\rb\n", 2, "mixed", False),
        (b"\n\n", 2, "\n", True),
        (b"a,\0b\n", 1, "\n", False),
        (b"\xef\xbb\xbfa\n", 1, "\n", False),
        (b"\xef\xbb\xbf", 0, "\n", False),
        (b"a\xe5\xba", 1, "\n", False),
    ],
)
def test_what_a_scan_proves(tmp_path: Path, data: bytes, lines: int, newline: str, well_formed: bool) -> None:
    file = tmp_path / "calls.csv"
    file.write_bytes(data)
    found = scan(file, tmp_path)
    assert (found.lines, found.newline, found.well_formed) == (lines, newline, well_formed)
    assert (found.sha256, found.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (found.path, found.name, found.spreadsheet) == (file, str(file), False)


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", "座".encode(), b"\xe5", b"\0"]), max_size=60))
def test_counts_are_exact_across_block_borders(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder) / "x"
        file.write_bytes(data)
        whole = encodings.read_facts(file, 5)
        patch.setattr(encodings, "BLOCK", 3)
        assert encodings.read_facts(file, 5) == whole
    assert whole.lines == naive_lines(data)
    longest = max((len(line) for line in data.replace(b"\r", b"\n").split(b"\n")), default=0)
    assert whole.long_line == (longest > 5)
    try:
        data.decode()
    except UnicodeDecodeError:
        assert not whole.utf8
    else:
        assert whole.utf8


def test_progress_ends_at_the_size(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_bytes(b"a,b\n" * 10)
    seen: list[tuple[int, int]] = []
    scan(file, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(40, 40)]


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    data = b"id,talk\n1,2\n"
    file = tmp_path / "calls.csv"
    file.write_bytes(gzip.compress(data))
    found = scan(file, tmp_path)
    assert (found.sha256, found.size, found.lines) == (hashlib.sha256(data).hexdigest(), len(data), 2)
    assert found.path.read_bytes() == data
    assert found.name == str(file)


def test_stdin_is_copied_where_only_this_user_reads(tmp_path: Path) -> None:
    found = scan("-", tmp_path, stdin=io.BytesIO(b"1,2\n3,4"))
    copy = clean(found, Layout(("a", "b")), tmp_path).intake
    assert (found.name, found.lines) == ("stdin", 2)
    assert copy.numbered
    assert copy.path.read_bytes() == b'"1","1","2"\n"2","3","4"\n'
    for path in (found.path, copy.path):
        assert path.parent == tmp_path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pipe_is_read_like_stdin(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(b"1,2\n",))
    writer.start()
    found = scan(pipe, tmp_path)
    writer.join()
    assert (found.lines, found.name, found.path.read_bytes()) == (1, str(pipe), b"1,2\n")


def test_a_quoted_field_may_run_over_lines(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b'1,"two\nlines",x\n2,"and\r\n\nfour\nlines",y\n3,plain,z\n', 3)
    assert got.rows == [("1", "1", "two lines", "x"), ("3", "2", "and  four lines", "y"), ("7", "3", "plain", "z")]
    assert (got.scan.lines, got.clean.skipped) == (7, 4)


def test_an_unbalanced_quote_swallows_no_neighbour(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b'x,"abc,1\ny,"def",3\nz,"ghi,5\n', 3)
    assert got.cells == [("x", "abc", "1"), ("y", "def", "3"), ("z", "ghi", "5")]
    assert got.clean.repaired == 2


def test_a_quote_left_open_costs_one_line(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b'1,"open, and more,2,3\n' + b"1,2,3\n" * 30, 3)
    assert got.rejects == {1: "its quotes cannot be balanced"}
    assert len(got.rows) == 30


def test_a_record_spans_at_most_twenty_lines(tmp_path: Path) -> None:
    def spread(lines: int) -> Cleaned:
        return cleaned(tmp_path, b'1,"' + b"a\n" * (lines - 1) + b'b",3\n', 3)

    assert [row[0] for row in spread(20).rows] == ["1"]
    assert spread(21).rows == []


def test_a_line_with_two_readings_is_rejected() -> None:
    outcome = Splitter(2).fit('"a","b"c","d"')
    assert outcome.reason == "its quotes can be read in more than one way"
    assert Splitter(4).fit('1,"a,"b",2').cells == ("1", "a", "b", "2")
    assert Splitter(3).fit('1,"a,"b",2').cells == ("1", 'a,"b', "2")


def test_lines_of_another_width_are_rejected_with_both_numbers(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b"1,Smith, John,5\n1,2,,\n1\n 1,2,3\n", 3)
    assert got.rejects == {1: "4 fields where 3 are expected", 3: "1 fields where 3 are expected"}
    assert got.cells == [("1", "2", ""), (" 1", "2", "3")]
    assert got.clean.rejects[0].excerpt == "1,Smith, John,5"


def test_blank_lines_are_skipped(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b"\n1,2\n,,\n  \n\"\",\n3,4\n", 2)
    assert got.rows == [("2", "1", "2"), ("6", "3", "4")]
    assert got.clean.skipped == 4


def test_a_line_beyond_the_cap_is_one_reject(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_bytes(b"1,2\n" + b"x" * 5000 + b",3\n4,5\n")
    found = scan(file, tmp_path, limits=Limits(max_line_bytes=1000))
    result = clean(found, Layout(("a", "b")), tmp_path)
    assert not found.well_formed
    assert [(r.line, r.reason, len(r.excerpt)) for r in result.rejects] == [(2, "longer than a line may be", 120)]
    assert (found.lines, result.rows) == (3, 2)


def test_a_row_that_grows_beyond_what_its_reader_takes_is_one_reject(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("1," + "座" * 900 + "\n2,b\n", "utf-8")
    found = scan(file, tmp_path, limits=Limits(max_line_bytes=2000))
    result = clean(found, Layout(("a", "b")), tmp_path)
    assert [(r.line, r.reason) for r in result.rejects] == [(1, "longer than a line may be")]
    assert result.rows == 1


@pytest.mark.parametrize("form", ["as it is", "gzip", "carriage returns", "windows", "marked", "utf-16", "mixed"])
def test_a_real_log_gives_the_same_rows_in_every_form(
    tmp_path: Path, real_data: Callable[[str], Path], form: str
) -> None:
    data = real_data("asterisk_queue_log_2010.log").read_bytes()
    forms = {
        "as it is": data, "gzip": gzip.compress(data), "carriage returns": data.replace(b"\n", b"\r"),
        "windows": data.replace(b"\n", b"\r\n"), "marked": b"\xef\xbb\xbf" + data,
        "utf-16": data.decode().encode("utf-16"),
        "mixed": data.replace(b"|CONNECT|", b"|CONNECT\0|").replace(b"\n", b"\r", 9),
    }
    got = cleaned(tmp_path, forms[form], 8, "|", "", padded=True)
    lines = [line.split("|") for line in data.decode().split("\n") if line]
    assert got.rows == [(str(n), *line, *[""] * (8 - len(line))) for n, line in enumerate(lines, 1)]
    assert (got.clean.skipped, got.clean.rejects) == (0, ())
    assert got.scan.well_formed is (form in ("as it is", "gzip", "windows"))


def test_excerpts_hide_numbers_and_controls(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("id,1234\nc1,01082345678,\x1b[31mred\x07,12345\n" + "x" * 500 + "\n", "utf-8")
    assert excerpts(scan(file, tmp_path), [1, 2, 3, 9]) == {1: "id,1234", 2: "c1,01*******78,red,12*45", 3: "x" * 120}
    assert excerpts(scan(file, tmp_path), []) == {}


def test_an_encoding_that_is_named_wins(tmp_path: Path) -> None:
    data = "1,Müller\n".encode("cp1252")
    assert cleaned(tmp_path, data, 2, encoding="cp1252").cells == [("1", "Müller")]
    assert cleaned(tmp_path, data, 2).cells == [("1", "M\ufffdller")]
    got = cleaned(tmp_path, "1,张\n".encode("gb18030") + b"2,\xff\n", 2, encoding="gbk")
    assert got.cells == [("1", "张"), ("2", "\ufffd")]
    assert got.scan.replaced == 1
    for wrong in ("klingon", "base64"):
        with pytest.raises(SourceError, match=f"no encoding {wrong}"):
            cleaned(tmp_path, data, 2, encoding=wrong)


def test_genuine_replacement_characters_are_not_counted(tmp_path: Path) -> None:
    assert cleaned(tmp_path, "1,\ufffd\n".encode() + b"2,\xff\n", 2).scan.replaced == 1
    assert cleaned(tmp_path, "1,\ufffd\n".encode(), 2).scan.replaced == 0


def test_the_sample_is_what_detection_expects(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("id,talk\n" + "a,1\n" * 500, "utf-8")
    begin: Sample = sample(scan(file, tmp_path))
    assert (len(begin.lines), begin.rows()[0], begin.spreadsheet) == (200, ["id", "talk"], False)
    assert begin.rows(";") == [["id,talk"], *[["a,1"]] * 199]
    assert sample(scan(file, tmp_path), rows=2, delimiter=";").rows() == [["id,talk"], ["a,1"]]


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (("a;b;c", "1;2,5;3", "2;3,5;4"), ";"),
        (("Report of March, by queue", "a\tb", "1\t2", "3\t4"), "\t"),
        (('"x|y","z"', '"1|2",""'), ","),
        (("1266833361|NONE|NONE|NONE|QUEUESTART|", "1266833911|1.2|9000|NONE|ENTERQUEUE||01", "a,b"), "|"),
        (("just words",), ","),
        ((), ","),
    ],
)
def test_the_delimiter_cuts_most_lines_alike(lines: tuple[str, ...], delimiter: str) -> None:
    assert guess_delimiter(lines) == delimiter


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["id", "start"], ["1", "09:00"]], 0),
        ([["Report"], [], ["id", "start", "queue"], ["c1", "09:00", "sales"], ["c2", "09:01", "sales"]], 2),
        ([["1", "2"], ["3", "4"]], None),
        ([["sales", "Ann"], ["sales", "Bob"]], None),
        ([["id", "start", "queue"]], 0),
        ([["a", "a", "b"], ["1", "2", "3"]], None),
        ([["only"], ["1"]], None),
        ([], None),
    ],
)
def test_the_header_is_words_above_data(rows: list[list[str]], header: int | None) -> None:
    assert guess_header(rows) == header


def test_a_sheet_is_chosen_by_number_or_name(tmp_path: Path) -> None:
    file = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name in ("First", "Second"):
            book.add_worksheet(name).write_string(0, 0, name)
    for sheet, wanted in ((0, "First"), (1, "Second"), ("Second", "Second")):
        assert sample(scan(file, tmp_path, sheet=sheet)).rows() == [[wanted]]
    with pytest.raises(SourceError, match="has no sheet 'Third'\nfix: its sheets: First, Second"):
        scan(file, tmp_path, sheet="Third")


TOKENS = [
    b'"', b",", b"\n", b"\r", b"\r\n", b"a", b"1", b"\xe9", b"\x81", b"\0", "汉".encode(), "汉".encode("gbk"), b'""',
    b'","', b"\xef\xbb\xbf", b"|", b";", b"\t", "合计".encode(), b"Total", b"'", b"=", b"\xff\xfe", b"<table>", b"<td>",
    b"<tr>", b"<!--", b"<![x[", b"\x1f\x8b", b"PK\x03\x04", b"\x84\x31\x95\x33",
]
ANYTHING = st.one_of(st.binary(max_size=80), st.lists(st.sampled_from(TOKENS), max_size=50).map(b"".join))


@hypothesis_settings(max_examples=400)
@given(
    ANYTHING, st.integers(1, 5), st.sampled_from(",;\t|"), st.sampled_from(['"', ""]), st.integers(0, 3), st.booleans(),
    st.sampled_from(["auto", "auto", "gb18030", "latin-1", "utf-16-le", "utf-7"]), st.booleans(),
)
def test_any_bytes_balance_or_are_refused(
    data: bytes, width: int, delimiter: str, quote: str, first_row: int, padded: bool, encoding: str, mend: bool
) -> None:
    with TemporaryDirectory() as folder, suppress(SourceError):
        got = cleaned(Path(folder), data, width, delimiter, quote, first_row, padded, encoding, mend)
        assert got.sample.delimiter
        assert got.sample.header_row is None or got.sample.header_row < got.scan.lines
        assert len(got.sample.rows()) == min(got.scan.lines, 200)
        if got.scan.encoding in ("utf-8", "gb18030", "iso8859-1") and not got.scan.spreadsheet:
            assert data.startswith(b"\x1f\x8b") or got.scan.lines == naive_lines(data)


CELLS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\t\r\n'="), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8), st.sampled_from(",;|"))
def test_well_formed_rows_come_back_as_they_are(rows: list[list[str]], delimiter: str) -> None:
    kept = [[f"c{i}", *row] for i, row in enumerate(rows)]
    lines = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in kept)
    with TemporaryDirectory() as folder:
        got = cleaned(Path(folder), "".join(f"{line}\n" for line in lines).encode(), 4, delimiter)
    assert [list(cells) for cells in got.cells] == kept
    assert got.clean.repaired == 0


@given(st.text('",ab', max_size=24), st.integers(1, 5))
def test_a_reading_never_invents_or_loses_letters(line: str, width: int) -> None:
    plain = split(line, ",")
    assert [c for c in "".join(plain.cells) if c in "ab"] == [c for c in line if c in "ab"]
    outcome = Splitter(width).fit(line)
    if not outcome.reason:
        assert len(outcome.cells) == width
        assert [c for c in "".join(outcome.cells) if c in "ab"] == [c for c in line if c in "ab"]


def test_a_long_damaged_line_takes_no_long_time(tmp_path: Path) -> None:
    for piece in (b'"a"b,', b'"a"",', b'",x"', b'""",', b'"'):
        data = piece * (300_000 // len(piece)) + b"\n"
        got = cleaned(tmp_path, data * 2, 3)
        assert got.scan.lines == 2
