"""`ccops demo`: a centre that never was, from its switches' exports to the daily report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ccops.cli import output
from ccops.cli.files import told
from ccops.cli.options import Shared
from ccops.cli.report import Shape, publish
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.demo import DemoFiles
    from ccops.reports.document import Report

STORE = "ccops.duckdb"


def demo(
    shared: Shared,
    folder: Annotated[Path, Option("--folder", metavar="FOLDER", help="Where its files go.")] = Path("ccops-demo"),
    seed: Annotated[int, Option(metavar="N", help="Another seed is another centre.")] = 1,
    days: Annotated[int, Option(metavar="N", help="How many days.", min=1)] = 28,
) -> None:
    """A synthetic centre with known truth, and its report.

    Exports, store and settings go to one folder. Four queues, sixty agents, four weeks, one bad day; the same
    seed gives the same bytes.

    Example: ccops demo --lang zh
    """
    from ccops.demo import generate

    _make_room(folder)
    made = generate(folder, seed=seed, days=days, tz=shared.tz or "Asia/Shanghai", progress=_counting(shared))
    publish(_reported(made, shared), Shape(), shared)
    shared.note(f"\nnext: cd {folder}; ccops explain service_level; ccops lost -d {made.truth.bad_day}; ccops check")


def _make_room(folder: Path) -> None:
    """Clears away the store of an earlier demo. Raises UsageError for a folder that is something else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "truth.json").exists():
        raise UsageError("the folder holds something else", where=str(folder), fix="name another with --folder")
    for old in folder.glob(f"{STORE}*"):
        old.unlink()


def _counting(shared: Shared) -> Callable[[int, int], None] | None:
    progress = output.progress(shared.quiet)
    return (lambda done, total: progress("making up days", done, total)) if progress else None


def _reported(made: DemoFiles, shared: Shared) -> Report:
    """The demo's exports imported as anybody's would be, and the report of its last day."""
    from ccops.settings import load
    from ccops.workspace import open_workspace

    loaded = load(made.config, {"site.lang": shared.lang})
    with open_workspace(loaded, store=made.folder / STORE, write=True, files=made.files) as workspace:
        for result in workspace.import_files(made.files, progress=output.progress(shared.quiet)):
            shared.note(told(result))
        return shared.redacted(workspace).report(made.truth.bad_day)
