"""`ccops report` and `ccops demo` as a person runs them: terminal, files, pipes, other encodings, interrupts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran

Run = Callable[..., Ran]


def test_the_report_in_the_terminal_as_files_and_as_json(filled: Run, folder: Path) -> None:
    ran = filled("report", "--queue", "sales")
    assert ran.code == 0
    assert "Daily report 2026-11-22" in ran.out
    assert "33.3%" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    files = ["-o", "day.md", "-o", "day.csv", "-o", "day.json"]
    ran = filled("report", "daily", "-d", "2026-11-22", *files, "--lang", "zh")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == ["wrote day.md", "wrote day.csv", "wrote day.json"]
    assert "服务水平" in (folder / "day.md").read_text("utf-8")
    document = json.loads((folder / "day.json").read_text("utf-8"))
    assert document == filled("report", "--json", "--lang", "zh").json


def test_a_report_straight_from_files_keeps_nothing(ccops: Run, log: Path, folder: Path) -> None:
    ran = ccops("report", log, "--tz", "UTC")
    assert ran.code == 0
    assert "50.0%" in ran.out
    assert "13 lines = 13 used" in ran.err
    assert {path.name for path in folder.iterdir()} == {"queue_log"}


def test_a_missed_target_under_fail_on_is_exit_6(filled: Run) -> None:
    ran = filled("report", "--fail-on", "service_level")
    assert (ran.code, ran.err.splitlines()[-1]) == (6, "ccops: error: 2026-11-22: target missed: service_level")
    assert "Daily report" in ran.out
    assert filled("report", "--fail-on", "any").code == 6
    ran = filled("report", "--fail-on", "asia")
    assert ran.code == 2
    assert "has no target in this report" in ran.err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_survives_a_gbk_stream(filled: Run, folder: Path, lang: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ccops", "report", "--all", "--lang", lang], capture_output=True, check=True,
        env=os.environ | {"PYTHONIOENCODING": "gbk"},
    )
    text = done.stdout.decode("gbk")
    assert "?" not in text
    assert ("服务水平" in text) == (lang == "zh")


def test_piped_output_has_no_colour(filled: Run, folder: Path) -> None:
    for command in (["report", "--all"], ["kpi"], ["check"]):
        assert "\x1b" not in filled(*command).out


def test_an_interrupt_ends_a_long_query_soon(filled: Run, folder: Path) -> None:
    endless = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"
    child = subprocess.Popen(
        [sys.executable, "-m", "ccops", "query", endless], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(5)
    begun = time.monotonic()
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err) == (130, "", "ccops: interrupted\n")
    assert time.monotonic() - begun < 15


def test_demo_is_the_same_every_time_and_spares_other_folders(ccops: Run, folder: Path) -> None:
    first = ccops("demo", "--days", "2", "--folder", "centre", "-q")
    assert first.code == 0, first.err
    assert "Daily report 2026-11-20" in first.out
    again = ccops("demo", "--days", "2", "--folder", "centre", "-q")
    assert again.out == first.out
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").write_text("keep")
    ran = ccops("demo", "--folder", "mine")
    assert ran.code == 2
    assert "holds something else" in ran.err
    assert (folder / "mine" / "notes.txt").exists()


def test_a_target_that_does_not_exist_is_refused_before_anything_is_written(filled: Run, folder: Path) -> None:
    ran = filled("report", "--fail-on", "aht", "-o", "daily.md", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "aht has no target in this report\nfix: use any, service_level; " in ran.err
    assert not (folder / "daily.md").exists()
