"""The command line as a whole: exit codes, messages, help, completion, encodings, closed pipes."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ccops.cli import app, main, output
from ccops.cli.options import Shared
from ccops.errors import FindingsError, SettingsError, SourceError, StoreError, UsageError
from conftest import Ran

CCOPS = [sys.executable, "-m", "ccops"]


def broken(shared: Shared) -> None:
    """Fails like a bug that meets a caller's number."""
    caller = "13800138000"
    raise KeyError(f"no row for {caller}")


def slow(shared: Shared) -> None:
    """Waits to be interrupted."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(30)


def with_command(monkeypatch: pytest.MonkeyPatch, function: Callable[..., None]) -> None:
    monkeypatch.setattr(app, "COMMANDS", (*app.COMMANDS, ("trial", function)))


def test_help_lists_every_command(ccops: Callable[..., Ran]) -> None:
    ran = ccops("--help")
    assert ran.code == 0
    listed = {line.split()[0] for line in ran.out.split("Commands:")[1].splitlines() if line.strip()}
    assert {name.split()[0] for name in app.functions()} <= listed
    assert ran.err == ""


@pytest.mark.parametrize("name", sorted(app.functions()))
def test_every_command_explains_itself_in_80_columns_with_an_example(ccops: Callable[..., Ran], name: str) -> None:
    ran = ccops(*name.split(), "--help")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    examples = re.findall(r"Example: ccops (.*)", ran.out)
    assert examples
    assert examples[0].startswith(name)
    assert len(ran.out.split("Options:")[0].splitlines()) <= 24


def test_no_command_is_answered_with_the_help(ccops: Callable[..., Ran]) -> None:
    ran = ccops()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: ccops")


def test_version(ccops: Callable[..., Ran]) -> None:
    assert re.fullmatch(r"ccops \d+\.\d+\.\d+\n", ccops("--version").out)


@pytest.mark.parametrize(
    ("args", "what", "fix"),
    [
        (["conig"], "No such command 'conig'", "did you mean 'config'?"),
        (["config", "sow"], "No such command 'sow'", "did you mean 'show'?"),
        (["config", "show", "--jsn"], "No such option: --jsn", "did you mean --json?"),
        (["xyzzy"], "No such command 'xyzzy'", "ccops --help"),
        (["config", "show", "--lock-timeout", "soon"], "Invalid value for '--lock-tim", "ccops config show --help"),
        (["config", "show", "--lock-timeout", "-1"], "Invalid value for '--lock-tim", "ccops config show --help"),
    ],
)
def test_a_wrong_command_line_is_exit_2_with_a_remedy(
    ccops: Callable[..., Ran], args: list[str], what: str, fix: str
) -> None:
    ran = ccops(*args)
    assert (ran.code, ran.out) == (2, "")
    first, last = ran.err.splitlines()
    assert first.startswith(f"ccops: error: {what}")
    assert last == f"fix: {fix}"


@pytest.mark.parametrize(
    ("error", "code"), [(UsageError, 2), (SourceError, 3), (SettingsError, 4), (StoreError, 5), (FindingsError, 6)]
)
def test_a_refusal_is_what_where_excerpt_fix_and_its_exit_code(
    ccops: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, error: type[SourceError], code: int
) -> None:
    def refuse(shared: Shared) -> None:
        raise error("the time is unreadable", where="calls.csv:412", excerpt="2026-13-01,sales", fix="say --tz")

    with_command(monkeypatch, refuse)
    ran = ccops("trial")
    expected = "ccops: error: calls.csv:412: the time is unreadable\n    2026-13-01,sales\nfix: say --tz\n"
    assert (ran.code, ran.out, ran.err) == (code, "", expected)


def test_a_bug_shows_no_value_and_how_to_see_more(ccops: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, broken)
    ran = ccops("trial")
    assert ran.code == 1
    assert "KeyError at tests/test_cli_main.py:" in ran.err
    assert "CCOPS_DEBUG=1" in ran.err
    assert "13800138000" not in ran.err
    monkeypatch.setenv("CCOPS_DEBUG", "1")
    ran = ccops("trial")
    assert "in broken" in ran.err
    assert "no row for 13*******00" in ran.err
    assert "13800138000" not in ran.err


def test_an_unreadable_path_is_a_data_error_not_a_bug(
    ccops: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(shared: Shared) -> None:
        """Writes where there is no folder."""
        Path("nowhere/out.csv").write_text("")

    with_command(monkeypatch, write)
    ran = ccops("trial")
    assert (ran.code, ran.err) == (3, "ccops: error: nowhere/out.csv: No such file or directory\n")


def test_an_interrupt_is_130(folder: Path) -> None:
    script = (
        "import test_cli_main as t; from ccops.cli import app, main; "
        "app.COMMANDS = (('trial', t.slow),); import sys; sys.argv = ['ccops', 'trial']; main.main()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ["PYTHONPATH"]])},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert (child.returncode, err.strip()) == (130, "ccops: interrupted")


def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*CCOPS, "config", "show"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1", "utf-8", "cp1252"])
def test_no_encoding_stops_the_output(folder: Path, encoding: str) -> None:
    (folder / "ccops.toml").write_text('[site]\nname = "上海✓Köln\\u0301 ▁█√"\n', "utf-8")
    environ = os.environ | {"PYTHONIOENCODING": encoding}
    plain = subprocess.run([*CCOPS, "config", "show"], capture_output=True, env=environ, check=True)
    shown = next(line for line in plain.stdout.decode(encoding).splitlines() if line.startswith("site.name"))
    expected = {"gbk": "上海vKoln ▁█√", "ascii": "??vKoln _#v", "utf-8": "上海✓Köln\u0301 ▁█√"}
    if encoding in expected:
        assert shown.removeprefix("site.name").strip().startswith(expected[encoding])
    as_json = subprocess.run([*CCOPS, "config", "show", "--json"], capture_output=True, env=environ, check=True)
    names = {row["name"]: row["value"] for row in json.loads(as_json.stdout.decode(encoding))["settings"]}
    assert names["site.name"] == "上海✓Köln\u0301 ▁█√"


def test_completion_answers_the_shell(folder: Path) -> None:
    environ = os.environ | {"_CCOPS_COMPLETE": "complete_bash", "COMP_WORDS": "ccops conf", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "from ccops.cli.main import main; main()"],
        capture_output=True, text=True, env=environ, check=True,
    )
    assert done.stdout.split() == ["config"]


def test_numbers_stand_right_and_wide_letters_count_twice() -> None:
    rows = [["销售", 12, 0.5, "1001"], ["support", 3, None, "9"]]
    assert output.table(["queue", "n", "share", "agent"], rows).splitlines() == [
        "queue     n  share  agent",
        "-------  --  -----  -----",
        "销售     12    0.5  1001",
        "support   3      -  9",
    ]
    assert output.table(["queue", "rate"], [["a", "81.9%"], ["b", "-"]], figures_from=1).splitlines()[2:] == [
        "a      81.9%",
        "b          -",
    ]


def test_data_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in output.table(["queue"], [["\x1b[31mred\u202e"]])


def test_progress_only_where_somebody_looks() -> None:
    assert output.progress(quiet=False) is None  # captured: not a terminal


def test_entry_point_is_main() -> None:
    assert callable(main.main)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_keeps_one_line_and_clears_it() -> None:
    screen = Terminal()
    show = output.progress(quiet=False, stream=screen)
    assert show is not None
    show("calls\x1b[31m.csv", 1, 2)
    assert screen.getvalue() == "\r\x1b[2Kcalls.csv ██████████··········  50%"
    show("calls.csv", 2, 2)
    assert screen.getvalue().endswith("\r\x1b[2K")
    show("empty.csv", 0, 0)
    assert "\n" not in screen.getvalue()
    assert output.progress(quiet=True, stream=screen) is None
