"""What every test has: no network, a clean environment, a working folder, a way to run the command."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from offline import sitecustomize as _offline  # noqa: F401  importing it closes the network for this process
from small_log import LOG

HERE = Path(__file__).parent
REAL_DATA = HERE.parents[1] / "shared" / "data"

settings.register_profile("ccops", deadline=None, print_blob=True)
settings.load_profile("ccops")
# A run in the background ignores interrupts, and the tests that interrupt would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Child processes start Python anew: this folder's sitecustomize closes the network for them too.
_PATHS = [str(HERE / "offline"), os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, _PATHS))


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests must not decide their outcome."""
    for name in list(os.environ):
        if name.startswith("CCOPS_") or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """The path of a real export that lies beside the repository; the test is skipped where it does not."""

    def path(name: str) -> Path:
        file = REAL_DATA / name
        if not file.exists():
            pytest.skip(f"{name} is not on this machine")
        return file

    return path


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        import json

        return json.loads(self.out)


@pytest.fixture
def ccops(folder: Path) -> Callable[..., Ran]:
    """Runs `ccops ARGS…` in this process and in an empty working folder, with both streams captured."""

    def run(*args: object, stdin: str = "") -> Ran:
        from ccops.cli.main import run as run_command

        out, err, before = io.StringIO(), io.StringIO(), sys.stdin
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = run_command([str(arg) for arg in args])
        finally:
            sys.stdin = before
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def log(folder: Path) -> Path:
    file = folder / "queue_log"
    file.write_text(LOG)
    return file


@pytest.fixture
def filled(ccops: Callable[..., Ran], log: Path) -> Callable[..., Ran]:
    """`ccops` in a folder whose store holds the log."""
    ran = ccops("import", log, "--tz", "UTC", "-q")
    assert ran.code == 0, ran.err
    return ccops
