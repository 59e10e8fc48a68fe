"""What notebooks show: our values as HTML tables, in which no name of the data is ever markup."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.model import Scope
from ccops.notebook import paragraph, table
from ccops.reports.daily import daily
from conftest import Ran
from report_days import DAY, SETTINGS, STATES, renamed, slice_of
from small_log import LOG
from stores import opened

HOSTILE = "<script>alert(1)</script>&\"'\x1b[31m"
TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "h3", "h4"}


class Reader(HTMLParser):
    """The tags of a piece of HTML, and its text by cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.tags.append(tag)
        if tag in ("td", "th", "caption", "p"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=4), st.text())
def test_no_cell_is_ever_markup(rows: list[list[str]], name: str) -> None:
    read = Reader(table((name, "b"), rows, name) + paragraph(name))
    assert set(read.tags) <= TAGS
    assert read.tags.count("td") == 2 * len(rows)


def test_values_as_people_read_them() -> None:
    assert Reader(table(["x"], [[None], [0.5], [1200.0], [7], [HOSTILE]])).cells == [
        "x", "-", "0.5", "1,200", "7", "<script>alert(1)</script>&\"'",
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_with_hostile_names(lang: str) -> None:
    site = SETTINGS.replacing(**{"site.lang": lang})
    report = daily(slice_of(renamed({"sales": HOSTILE}), states=STATES, settings=site), DAY)
    read = Reader(report._repr_html_())
    assert set(read.tags) == TAGS - {"caption"}
    assert "<script>alert(1)</script>&\"'" in read.cells
    assert ("服务水平" in read.cells) == (lang == "zh")


def test_stories_and_imports(filled: Callable[..., Ran], folder: Path) -> None:
    hostile = folder / "<b>.log"
    hostile.write_text(LOG.replace("|c5|support", "|<i>5|<u>support") + "not a line of it\n")
    with opened(folder, "odd.duckdb", tz="UTC", write=True, files=[hostile]) as workspace:
        [result] = workspace.import_files([hostile], max_rejects="50%")
        contact, metric = workspace.explain_contact("<i>5"), workspace.explain_metric("service_level", Scope())
    for value in (result, contact, metric):
        assert set(Reader(value._repr_html_()).tags) <= TAGS
    assert f"{hostile}" in Reader(result._repr_html_()).cells
    assert "<u>support" in Reader(contact._repr_html_()).cells
    assert "0.5" in Reader(metric._repr_html_()).cells
