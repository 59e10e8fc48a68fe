"""The whole report of one small day in every format, both languages and two widths, as files to read.

After a wanted change write them anew with `GOLDEN=write pytest tests/test_reports_golden.py` and read the difference.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ccops.labels import LANGS, Lang
from ccops.reports import render_terminal
from ccops.reports.daily import daily
from ccops.reports.document import Provenance, Report
from ccops.reports.render import FORMATS, rendered
from report_days import DAY, tiny

GOLDEN = Path(__file__).parent / "golden"
LACKS = {
    "contacts.ivr_ms": "by_hand has no ivr",
    "queue_visits.hold_ms": "by_hand has no hold",
}


@pytest.fixture(scope="module")
def report() -> Report:
    origin = Provenance(
        rows_used=48, rows_read=50, files=("monday.csv",), sources=("by_hand",), version="0.0.0",
        settings_digest="00000000", as_of=datetime(2026, 11, 23, 16, 0, tzinfo=timezone(timedelta(hours=8))),
        quality={"rejected": 2},
    )
    return daily(tiny(lacks=LACKS), DAY, provenance=origin)


def same(name: str, data: bytes) -> None:
    """The bytes are those of the golden file."""
    file = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
    assert data.decode("utf-8") == file.read_bytes().decode("utf-8")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != ".txt"])
def test_files(report: Report, lang: Lang, suffix: str) -> None:
    same(f"daily_{lang}{suffix}", rendered(report, suffix, lang))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [80, 120])
def test_text(report: Report, lang: Lang, width: int) -> None:
    same(f"daily_{lang}_{width}.txt", render_terminal.render(report, lang, width=width, full=True).encode())


@pytest.mark.parametrize("lang", LANGS)
def test_first_page(report: Report, lang: Lang) -> None:
    same(f"daily_{lang}_brief.txt", render_terminal.render(report, lang).encode())


def test_no_golden_file_is_left_over() -> None:
    ends = (".json", ".csv", ".md", "_80.txt", "_120.txt", "_brief.txt")
    written = {f"daily_{lang}{end}" for lang in LANGS for end in ends}
    assert {path.name for path in GOLDEN.glob("daily_*")} == written
