"""Stores for tests: import some text, and compare what two stores hold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from ccops.intake import FileResult
from ccops.model import TABLES
from ccops.settings import load
from ccops.workspace import Workspace, open_workspace

Rows = dict[str, list[tuple[object, ...]]]
# Where a row was read from depends on the order of the files, and is all that may.
_PLACE = ("file_id", "line")


def opened(folder: Path, name: str = "ccops.duckdb", *, tz: str = "Europe/Berlin", write: bool = False,
           files: Sequence[Path] = (), **flags: object) -> Workspace:
    """A workspace on a store in `folder`, with no other settings than these."""
    key = folder / f"{name}.key"
    if write and not key.exists():
        key.write_text("ab" * 32, "ascii")  # the same key everywhere, so that stores can be compared
        key.chmod(0o600)
    loaded = load(flags={"site.tz": tz, **flags}, environ={}, start=folder)
    return open_workspace(loaded, store=folder / name, write=write, files=files)


def imported(folder: Path, *files: Path, name: str = "ccops.duckdb", tz: str = "Europe/Berlin",
             max_rejects: str | None = None) -> list[FileResult]:
    """Imports files into a store in `folder`, which need not exist."""
    with opened(folder, name, tz=tz, write=True, files=files) as workspace:
        return workspace.import_files(files, max_rejects=max_rejects)


def rows(folder: Path, name: str = "ccops.duckdb") -> Rows:
    """Every canonical row of a store, sorted, without its place in the files."""
    with opened(folder, name, tz="") as workspace:
        return {
            table.name: sorted(
                workspace.store.query(
                    f"SELECT {', '.join(c for c in table.names if c not in _PLACE)} FROM {table.name}"
                ).rows(),
                key=repr,
            )
            for table in TABLES
        }


def queue_log(calls: int, *, seed: int = 1, start: int = 1_700_000_000) -> list[str]:
    """Lines of a small queue_log: calls that overlap, some abandoned, some re-queued, agents who pause."""
    rng = random.Random(seed)
    lines: list[tuple[int, int, str]] = []

    def add(at: int, text: str) -> None:
        lines.append((at, len(lines), f"{at}|{text}"))

    for n in range(calls):
        at = start + n * rng.randint(5, 60)
        call, queue, agent = f"{at}.{n}", rng.choice(("sales", "service")), f"SIP/{2000 + rng.randrange(6)}"
        wait, talk = rng.randrange(60), rng.randrange(1, 400)
        add(at, f"{call}|{queue}|NONE|ENTERQUEUE||0152{rng.randrange(30):07}|1")
        if rng.random() < 0.5:
            rang = rng.randrange(wait + 1) * 1000
            add(at + wait, f"{call}|{queue}|SIP/{2000 + rng.randrange(6)}|RINGNOANSWER|{rang}")
        match rng.randrange(10):
            case 0 | 1:
                add(at + wait, f"{call}|{queue}|NONE|ABANDON|1|1|{wait}")
            case 2:
                add(at + wait, f"{call}|{queue}|NONE|EXITWITHTIMEOUT|1|1|{wait}")
                add(at + wait, f"{call}|{queue}|NONE|ENTERQUEUE||0152{n:07}|1")
                add(at + wait + 9, f"{call}|{queue}|NONE|ABANDON|1|1|9")
            case 3:
                pass
            case _:
                add(at + wait, f"{call}|{queue}|{agent}|CONNECT|{wait}|{at}.9{n}|{wait // 2}")
                add(at + wait + talk, f"{call}|{queue}|{agent}|COMPLETECALLER|{wait}|{talk}|1")
        if n % 7 == 0:
            add(at, f"NONE|NONE|{agent}|PAUSEALL|lunch")
            add(at + 900, f"NONE|NONE|{agent}|UNPAUSEALL|")
    return [text for _, _, text in sorted(lines)]


def written(file: Path, lines: Sequence[str]) -> Path:
    """A file of these lines."""
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file
