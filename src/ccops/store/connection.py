"""Opening the database: hardened, with a wait for whoever holds it, and a clear word when it cannot be had."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from ccops.errors import StoreError

Connection = duckdb.DuckDBPyConnection
_HELD = re.compile(r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_LOCKED = re.compile(r"set lock on file|used by another process")
# A block whose checksum is wrong has no exception class of its own, and a commit that found no room has another one.
_BROKEN = re.compile(r"Corrupt database file|Failed to commit: Could not|No space left on device|File too large")


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A SQL identifier, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def connect(path: Path | None, *, write: bool, memory: str, wait_s: float, folder: Path | None = None,
            files: Sequence[Path] = ()) -> Connection:
    """A connection that can read nothing but the store, `files`, and what lies in `folder` (its scratch space).

    `path` None is a store in memory. Raises StoreError when another process holds the store for longer than `wait_s`
    seconds, or when the file is no DuckDB database.
    """
    if path is not None and write and folder and not path.exists():
        _create(path, folder)
    con = _opened(path, write, wait_s)
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    con.execute("SET allow_community_extensions = false")
    con.execute("SET enable_progress_bar = false")
    con.execute(f"SET memory_limit = {quoted(memory)}")
    if folder:
        con.execute(f"SET temp_directory = {quoted(str(folder / 'spill'))}")
        con.execute(f"SET allowed_directories = [{quoted(str(folder))}]")
    elif path is None or not write:
        con.execute("SET temp_directory = ''")
    if files:
        con.execute(f"SET allowed_paths = [{', '.join(quoted(str(file)) for file in files)}]")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def broken(error: BaseException | None, path: Path | None) -> StoreError | None:
    """What to say when a database error is the fault of the file or the disk; None for every other error."""
    if not isinstance(error, duckdb.Error):
        return None
    if not isinstance(error, duckdb.IOException | duckdb.FatalException) and not _BROKEN.search(str(error)):
        return None
    return StoreError(
        "the store cannot be read or written: it is damaged or no store, or its disk failed or is full",
        where=str(path or "memory"), excerpt=str(error).splitlines()[0],
        fix="free disk space, name another --store, or restore this one from a backup",
    )


def _create(path: Path, folder: Path) -> None:
    """An empty database that is there whole or not at all: one whose creation was cut short could not be opened."""
    draft = folder / "new.duckdb"
    duckdb.connect(str(draft)).close()
    with suppress(OSError):  # somebody else made it meanwhile, or the disk knows no links: it is then made in place
        path.hardlink_to(draft)
    draft.unlink()


def _opened(path: Path | None, write: bool, wait_s: float) -> Connection:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return duckdb.connect(":memory:" if path is None else str(path), read_only=not write and path is not None)
        except duckdb.Error as error:
            held = _HELD.search(str(error))
            if held is None and not _LOCKED.search(str(error)):
                if failure := broken(error, path):
                    raise failure from None
                raise
            if time.monotonic() >= deadline:
                holder = f"process {held['pid']} ({Path(held['program']).name})" if held else "another process"
                raise StoreError(
                    f"the store is busy: {holder} holds it; waited {wait_s:g} s", where=str(path),
                    fix="try again when that process has ended, or wait longer with --lock-timeout",
                ) from None
            time.sleep(0.05)
