"""Every case of tests/errors, run: the message to the letter, and the exit code. The errors page shows them."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran

CASES = sorted((Path(__file__).parent / "errors").glob("*.toml"))


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_the_message_is_what_the_page_says(ccops: Callable[..., Ran], folder: Path, file: Path) -> None:
    case = tomllib.loads(file.read_text("utf-8"))
    for name, text in case.get("files", {}).items():
        (folder / name).write_text(text, "utf-8")
    for command in case.get("before", []):
        ran = ccops(*shlex.split(command)[1:])
        assert ran.code == 0, ran.err
    for name in case.get("remove", []):
        (folder / name).unlink()
    ran = ccops(*shlex.split(case["command"])[1:])
    assert ran.err.replace(str(folder.resolve()), ".") == case["stderr"]
    assert ran.code == case["exit_code"]


def test_every_exit_code_of_a_refusal_has_a_case() -> None:
    codes = {tomllib.loads(file.read_text("utf-8"))["exit_code"] for file in CASES}
    assert codes == {2, 3, 4, 5, 6}
