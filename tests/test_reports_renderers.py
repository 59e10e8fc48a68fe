"""What every format must do with any report: keep the figures, stay in its width, and let no name break out."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops import safe_text
from ccops.errors import UsageError
from ccops.labels import LANGS, Lang
from ccops.reports import render_csv, render_json, render_markdown, render_terminal
from ccops.reports.document import Column, Measure, Report, Table, Term, Unit, Value
from ccops.reports.formats import language, shown, spark
from ccops.reports.layout import GridColumn, cells, pad, parts, wrap
from ccops.reports.render import FORMATS, rendered, write
from ccops.safe_text import printable
from report_samples import HOSTILE, by_hand

REPORT = by_hand()
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(("value", "unit", "en"), [
    (1402, Unit.COUNT, "1,402"), (0.8190476, Unit.RATIO, "81.9%"), (0.0, Unit.RATIO, "0.0%"),
    (1.0, Unit.RATIO, "100.0%"),
    (23.4, Unit.SECONDS, "0:23"), (59.6, Unit.SECONDS, "1:00"), (245.0, Unit.SECONDS, "4:05"),
    (28680.0, Unit.SECONDS, "7:58:00"), (3600.0, Unit.SECONDS, "1:00:00"), (-5.0, Unit.SECONDS, "-0:05"),
    (0.0694, Unit.CHANGE, "+6.9%"), (-0.047, Unit.POINTS, "-4.7 pts"), (15.306, Unit.PER_HOUR, "15.3"),
    (6.42, Unit.MONEY, "6.42"), (-12_805.4, Unit.MONEY, "-12,805"),
    (None, Unit.RATIO, "-"), (Measure(None, Unit.RATIO), Unit.COUNT, "-"),
    (Measure(0.5, Unit.RATIO), Unit.COUNT, "50.0%"),
    (Term("timeout", "outcome"), Unit.TEXT, "timeout"),
])
def test_values_as_people_read_them(value: Value, unit: Unit, en: str) -> None:
    assert shown(value, unit, "en") == en


@pytest.mark.parametrize("attack", [
    "\x1b]0;title\x07", "\x1b]52;c;ZXZpbA==\x1b\\", "\x1b[2J", "\x1b[31m", "\x9b31m", "\x1bP1$r\x1b\\", "\x1b(B",
    "\x1bc",
    "\x1b]8;;http://evil.example\x07", "\x1b", "\x00", "\x08\x08", "\u202e", "\ufeff", "\x1b[", "\x1b]never ends",
    "\x1b\x1b[31m", "\x9d0;x\x9c", "\U000e0041",
])
def test_nothing_that_steers_a_terminal_survives(attack: str) -> None:
    assert printable(f"{attack}") == ""
    assert printable(f"sales{attack}").startswith("sales")


@given(st.text())
def test_clean_text_is_one_line_and_stays_as_it_is(words: str) -> None:
    once = printable(words)
    assert not CONTROL.search(once)
    assert "\n" not in once
    assert printable(once) == once


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_is_left_alone(words: str) -> None:
    assert printable(words) == words


@given(st.text(max_size=40))
def test_no_text_cell_is_a_formula(words: str) -> None:
    cell = safe_text.cell(words)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert printable(words) in cell


@pytest.mark.parametrize("words", [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "\x1b[0m=1", "\u200b=1"
])
def test_formulas_get_an_apostrophe(words: str) -> None:
    assert safe_text.cell(words).startswith("'")


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_are_never_guarded(value: float) -> None:
    assert render_csv.cell(value, "en") == value


@given(st.text(), st.integers(2, 60))
def test_wrapping_keeps_every_character_and_the_width(words: str, width: int) -> None:
    words = printable(words)
    lines = wrap(words, width)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(cells(line) <= width for line in lines)


@given(st.text(), st.integers(0, 30), st.booleans())
def test_padding_fills_up_to_the_width(words: str, width: int, right: bool) -> None:
    assert cells(pad(words, width, right=right)) == max(width, cells(words))


def test_chinese_is_two_cells_wide() -> None:
    assert cells("坐席A") == 5
    assert wrap("平均应答速度", 4) == ["平均", "应答", "速度"]
    assert wrap("Average speed of answer", 8) == ["Average", "speed of", "answer"]


@given(st.lists(st.integers(1, 25), min_size=1, max_size=20), st.integers(30, 120))
def test_a_wide_table_is_cut_without_losing_a_column(widths: list[int], width: int) -> None:
    names = GridColumn("Queue", ("sales",), right=False, repeat=True)
    measures = [GridColumn(f"m{number}", ("9" * size,)) for number, size in enumerate(widths)]
    found = parts([names, *measures], width)
    assert [column for part in found for column in part.columns if not column.repeat] == measures
    assert all(part.columns[0] is names for part in found)
    assert all(part.width <= max(width, 34) for part in found)


def test_sparklines() -> None:
    assert spark([0, 7]) == "▁█"
    assert spark([3, 3, 3]) == "███"
    assert spark([0, 0]) == "▁▁"
    assert spark([None, 1, None, 2]) == " ▅ █"
    assert spark([100, 97]) == "██"  # a small move looks small
    assert spark([None]) == ""


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("full", [False, True])
def test_text_stays_in_its_width_and_in_gbk(lang: Lang, width: int, full: bool) -> None:
    text = render_terminal.render(REPORT, lang, width=width, full=full)
    assert [line for line in text.splitlines() if cells(line) > width] == []
    assert not CONTROL.search(text)
    assert text.encode("gbk").decode("gbk") == text


@pytest.mark.parametrize("lang", LANGS)
def test_brief_text_shows_only_brief_blocks(lang: Lang) -> None:
    brief = render_terminal.render(REPORT, lang, full=False)
    full = render_terminal.render(REPORT, lang, full=True)
    assert "10:00" not in brief
    assert "10:00" in full
    assert "09:00" in brief


def test_data_is_never_markup() -> None:
    text = render_terminal.render(REPORT, "en", full=True)
    assert "[red]sales[/red]" in text
    assert "owned" not in text


def test_colour_only_where_asked() -> None:
    assert "\x1b" not in render_terminal.render(REPORT, "en")
    assert "\x1b[31m" in render_terminal.render(REPORT, "en", color=True)
    plain = re.sub(r"\x1b\[[\d;]*m", "", render_terminal.render(REPORT, "en", color=True, full=True))
    lines = [line.rstrip() for line in plain.splitlines()]
    assert lines == render_terminal.render(REPORT, "en", full=True).splitlines()


def test_what_a_stream_cannot_write_becomes_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    render_terminal.show(REPORT, "zh", full=True, file=out)
    out.flush()
    assert b"?" in raw.getvalue()
    assert b"\x1b" not in raw.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_is_coloured_unless_told_not_to(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    render_terminal.show(REPORT, "en", file=out)
    assert ("\x1b[" in out.getvalue()) is coloured


@pytest.mark.parametrize("lang", LANGS)
def test_json_keeps_its_contract(lang: Lang) -> None:
    document = json.loads(render_json.render(REPORT, lang))
    assert document["schema"] == "ccops.report/1"
    assert document["date"] == "2026-11-22"
    assert {"queues", "definitions", "sections", "data_quality"} <= set(document)
    assert all({"id", "title", "tables"} <= set(section) for section in document["sections"])
    kpis = next(section for section in document["sections"] if section["id"] == "kpis")
    strip, trend = kpis["tables"]
    row = next(row for row in strip["rows"] if row["metric"] == "service_level")
    assert row["value"] == 0.763
    assert row["met"] == "missed"
    assert {row["metric"]: row for row in strip["rows"]}["occupancy"]["value"] is None
    assert len([row for row in trend["rows"] if row["metric"] == "asa"]) == 14
    intervals = next(section for section in document["sections"] if section["id"] == "intervals")
    assert intervals["tables"][1]["rows"][0]["interval"] == "2026-11-22T09:00:00+08:00"
    assert intervals["tables"][1]["rows"][0]["asa"] == 12.25
    assert document["data_quality"] == {"damaged_phone": 2}


def test_json_has_the_same_keys_and_figures_in_both_languages() -> None:
    def bare(value: object) -> object:
        """Everything but what is written for people."""
        if isinstance(value, dict):
            words = ("title", "text", "lang", "finding", "definitions")
            return {key: bare(inner) for key, inner in value.items() if key not in words}
        return [bare(inner) for inner in value] if isinstance(value, list) else value

    en, zh = (json.loads(render_json.render(REPORT, lang)) for lang in LANGS)
    assert bare(en) == bare(zh)
    assert en["sections"][1]["title"] != zh["sections"][1]["title"]


@pytest.mark.parametrize("lang", LANGS)
def test_csv_is_tidy_and_numeric(lang: Lang) -> None:
    rows = list(csv.DictReader(io.StringIO(render_csv.render(REPORT, lang), newline="")))
    asa = [row for row in rows if row["table"] == "intervals" and row["key"] == "asa"]
    assert [row["value"] for row in asa] == ["12.25"] * 6
    assert [row["row"] for row in asa] == ["1", "2", "3", "4", "5", "total"]
    assert asa[0]["by_interval"] == "2026-11-22T09:00:00+08:00"
    assert asa[0]["unit"] == "seconds"
    queues = [row for row in rows if row["table"] == "queues" and row["key"] == "vs_yesterday"]
    assert {row["value"] for row in queues} == {"-0.5"}
    assert queues[1]["by_queue"] == "'=cmd|' /C calc'!A0"
    assert all(None not in row.values() for row in rows)
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())


@pytest.mark.parametrize("lang", LANGS)
def test_markdown_tables_hold_and_names_stay_text(lang: Lang) -> None:
    text = render_markdown.render(REPORT, lang)
    lines = text.splitlines()
    for above, line in pairwise(lines):
        if re.fullmatch(r"\|( -+:? \|)+", line):
            width = len(re.findall(r"(?<!\\)\|", line))
            assert len(re.findall(r"(?<!\\)\|", above)) == width
    rows = [line for line in lines if line.startswith("|")]
    assert all(line.endswith(" |") or re.fullmatch(r"\|( -+:? \|)+", line) for line in rows)
    assert "<script" not in text
    assert "](http" not in text
    assert "\n# c" not in text
    assert not CONTROL.search(text)


@pytest.mark.parametrize("suffix", sorted(FORMATS))
@pytest.mark.parametrize("lang", LANGS)
def test_every_format_shows_every_figure_of_every_table(suffix: str, lang: Lang) -> None:
    text = rendered(REPORT, suffix, lang).decode("utf-8-sig")
    for name in (HOSTILE[-1], "sales", "calc"):
        assert name in text
    for number in ("25102", "25,102"):
        if number in text:
            break
    else:
        pytest.fail("the month to date is missing")


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_files_are_written_whole_and_the_same_twice(tmp_path: Path, suffix: str) -> None:
    first = write(REPORT, tmp_path / f"a{suffix}", "zh").read_bytes()
    assert REPORT.save(tmp_path / f"b{suffix.upper()}", lang="zh").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"a{suffix}", f"b{suffix.upper()}"]


@pytest.mark.parametrize("name", ["a.html", "a.pdf", "a"])
def test_an_unknown_suffix_is_refused_with_those_that_are_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.json, \.csv, \.md, \.txt") as refusal:
        write(REPORT, tmp_path / name, "en")
    assert refusal.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="en or zh"):
        language("de")
    with pytest.raises(UsageError, match="cannot write"):
        write(REPORT, tmp_path / "missing" / "a.csv", "en")


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")

    def full(self: Path, other: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match="No space left"):
        write(REPORT, target, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert target.read_text() == "old"


@given(st.lists(st.tuples(st.text(max_size=12), st.one_of(st.none(), st.integers(0, 10**6))), max_size=5))
def test_any_names_survive_every_format(rows: list[tuple[str, int | None]]) -> None:
    from dataclasses import replace

    columns = (Column("queue", Unit.TEXT, dimension=True), Column("offered", Unit.COUNT))
    table = Table("queues", columns, tuple(rows))
    section = replace(REPORT.section("queues"), blocks=(table,))
    report: Report = replace(REPORT, sections=(section,))
    for suffix in FORMATS:
        rendered(report, suffix, "zh")
    document = json.loads(render_json.render(report, "en"))
    assert [row["offered"] for row in document["sections"][0]["tables"][0]["rows"]] == [count for _, count in rows]
