"""What must survive: a killed import, two writers, an old, new or damaged store, a full disk."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from ccops.errors import StoreError
from ccops.settings import load
from ccops.store import connection, pseudonyms, schema
from ccops.workspace import Workspace, open_workspace
from conftest import Ran
from stores import imported, queue_log, rows, written

Run = Callable[..., Ran]

TZ = ("--tz", "Europe/Berlin")
TABLES = ("files", "queue_events", "contacts", "queue_visits", "segments", "agent_states", "rejects", "flags")


def _command(*args: object) -> list[str]:
    return [sys.executable, "-m", "ccops", *map(str, args)]


def _sums(store: Path) -> dict[str, tuple[int, int]]:
    """How many rows each table has, and a number that any other row would change."""
    with duckdb.connect(str(store), read_only=True) as con:
        columns = {"files": "* EXCLUDE (imported_at)"}
        return {
            table: con.execute(
                "SELECT count(*), coalesce(sum(hash(row)), 0)::HUGEINT "
                f"FROM (SELECT {columns.get(table, '*')} FROM {table}) row"
            ).fetchall()[0]
            for table in TABLES
        }


# -- killed -----------------------------------------------------------------------------------------------------------

KILLS = 16
CALLS = 10_000  # some 35,000 lines
FIRST_DAY = 1_700_000_000


def _cpu_s(process: int) -> float:
    """Processor time a running process has used: unlike the clock on the wall, other programs do not change it."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return time.monotonic()
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _left(folder: Path) -> list[Path]:
    return sorted(folder.glob(".ccops-*"))


def _watched(folder: Path, file: Path, kill_after_s: float | None) -> float:
    """Imports `file` into the store in `folder`, killed so much processor time after it made its scratch folder.

    Gives the processor time that was used from there to the end.
    """
    command = _command("import", file, "--store", folder / "ccops.duckdb", *TZ)
    begun, used = 0.0, 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if not begun and _left(folder):
                begun = _cpu_s(process.pid)
            used = _cpu_s(process.pid) - begun if begun else 0.0
            if begun and kill_after_s is not None and used >= kill_after_s:
                process.kill()
                break
            time.sleep(0.002)
    assert kill_after_s is not None or process.returncode == 0
    return used


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_an_import_killed_at_any_instant_leaves_all_of_the_file_or_nothing(tmp_path: Path) -> None:
    earlier, whole = tmp_path / "earlier", tmp_path / "whole"
    earlier.mkdir()
    imported(earlier, written(tmp_path / "a.log", queue_log(400, start=FIRST_DAY)))
    file = written(tmp_path / "b.log", queue_log(CALLS, seed=2, start=FIRST_DAY + 3000))
    shutil.copytree(earlier, whole)
    length = _watched(whole, file, None)
    nothing, everything = _sums(earlier / "ccops.duckdb"), _sums(whole / "ccops.duckdb")
    assert nothing["contacts"][0] == 400
    assert everything["contacts"][0] > CALLS
    undisturbed, key = rows(whole), (whole / "ccops.duckdb.key").read_bytes()
    rng = random.Random(30)

    def killed(n: int) -> str:
        folder = tmp_path / f"kill{n}"
        shutil.copytree(earlier, folder)
        _watched(folder, file, length * (n + rng.random()) / KILLS)
        left = _left(folder)
        after = _sums(folder / "ccops.duckdb")
        assert after in (nothing, everything)
        [result] = imported(folder, file)
        assert result.lines == result.used + result.duplicate + result.skipped + result.rejected
        assert _sums(folder / "ccops.duckdb") == everything
        assert (folder / "ccops.duckdb.key").read_bytes() == key
        assert not _left(folder)
        if n in (0, KILLS // 2, KILLS - 1):
            assert rows(folder) == undisturbed
        shutil.rmtree(folder)
        return ("scratch " if left else "") + ("all" if after == everything else "nothing")

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(killed, range(KILLS)))
    assert outcomes.count("scratch nothing") > KILLS // 2, outcomes  # else the kills came too late to prove anything


class _KilledError(BaseException):
    """Stands for the end of the process at this very line."""


def _killed(*_: object, **__: object) -> None:
    raise _KilledError


def _plain(folder: Path, file: Path) -> Workspace:
    """A workspace as a first import opens it: without a key, without a store."""
    loaded = load(flags={"site.tz": "Europe/Berlin"}, environ={}, start=folder)
    return open_workspace(loaded, store=folder / "ccops.duckdb", write=True, files=[file])


def test_a_first_import_cut_short_anywhere_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The instants that a killed process hits once in a thousand times: a store or its key half made."""
    file = written(tmp_path / "a.log", queue_log(10))

    def half_a_store(path: str, **_: object) -> None:
        Path(path).write_bytes(b"\0" * 100)
        raise _KilledError

    real = schema.prepare

    def tables_and_no_more(con: connection.Connection, path: Path | None) -> None:
        real(con, path)
        raise _KilledError

    for module, name, stand_in in (
        (duckdb, "connect", half_a_store), (os, "fsync", _killed),
        (pseudonyms, "_new_key", _killed), (schema, "prepare", tables_and_no_more),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, stand_in)
            with pytest.raises(_KilledError):
                _plain(tmp_path, file)
    with _plain(tmp_path, file) as workspace:
        [result] = workspace.import_files([file])
    key = tmp_path / "ccops.duckdb.key"
    assert (result.used, len(bytes.fromhex(key.read_text())), key.stat().st_mode & 0o777) == (result.lines, 32, 0o600)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_a_killed_import_left_is_cleared_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, living, foreign = (tmp_path / f".ccops-{n}-x" for n in (ended.pid, os.getpid(), "notes"))
    for folder in (dead, living, foreign):
        folder.mkdir()
        (folder / "copy.csv").write_text("1")
    imported(tmp_path, written(tmp_path / "a.log", queue_log(3)))
    assert [folder.exists() for folder in (dead, living, foreign)] == [False, True, True]


# -- at the same time -------------------------------------------------------------------------------------------------


def test_two_imports_at_once_the_second_waits_or_names_the_first(tmp_path: Path, ccops: Run) -> None:
    lines = queue_log(200)
    one, two = written(tmp_path / "one.log", lines[:500]), written(tmp_path / "two.log", lines[500:])
    imported(tmp_path, one, two, name="alone.duckdb")
    shutil.copy(tmp_path / "alone.duckdb.key", tmp_path / "both.duckdb.key")
    both = ("--store", tmp_path / "both.duckdb")
    holder = subprocess.Popen(
        _command("import", "-", *both, *TZ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _until(lambda: _is_held(tmp_path / "both.duckdb"))
    for refused in (
        ccops("import", two, *both, *TZ, "--lock-timeout", "0.2"),
        ccops("kpi", "offered", *both, "--lock-timeout", "0.2"),
    ):
        assert (refused.code, refused.out) == (5, "")
        assert f"process {holder.pid}" in refused.err
        assert "waited 0.2 s" in refused.err
    second = subprocess.Popen(
        _command("import", two, *both, *TZ, "--lock-timeout", "120"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(1.5)
    out, err = holder.communicate(one.read_bytes(), timeout=120)
    assert (holder.returncode, err) == (0, b""), out
    out, err = second.communicate(timeout=120)
    assert (second.returncode, err) == (0, b""), out
    assert rows(tmp_path, "both.duckdb") == rows(tmp_path, "alone.duckdb")


def _is_held(store: Path) -> bool:
    if not store.exists():
        return False
    try:
        duckdb.connect(str(store), read_only=True).close()
    except duckdb.IOException as error:
        return "lock" in str(error)
    return False


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


# -- older, newer, damaged --------------------------------------------------------------------------------------------


def _small(folder: Path) -> tuple[Path, Path]:
    """A store and a file that it does not hold yet."""
    imported(folder, written(folder / "a.log", queue_log(30)))
    return folder / "ccops.duckdb", written(folder / "b.log", queue_log(5, seed=9, start=1_600_000_000))


def _add_note(con: connection.Connection) -> None:
    con.execute("CREATE TABLE notes AS SELECT 'migrated' AS note")


def test_a_newer_store_is_refused_and_not_touched(tmp_path: Path, ccops: Run) -> None:
    store, file = _small(tmp_path)
    with duckdb.connect(str(store)) as con:
        con.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    before = store.read_bytes()
    for ran in (ccops("import", file, "--store", store), ccops("kpi", "offered", "--store", store)):
        assert (ran.code, ran.out) == (5, "")
        assert f"the store has format 99, this program knows formats up to {schema.VERSION}" in ran.err
    assert store.read_bytes() == before


@pytest.mark.parametrize("command", ["import", "kpi"])
def test_an_older_store_is_migrated_after_a_backup(
    tmp_path: Path, ccops: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    store, file = _small(tmp_path)
    before, version = _sums(store), schema.VERSION
    monkeypatch.setattr(schema, "VERSION", version + 1)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, _add_note))
    ran = ccops(command, file if command == "import" else "offered", "--store", store)
    assert (ran.code, ran.err) == (0, "")
    with duckdb.connect(str(store), read_only=True) as con:
        assert con.execute("SELECT note FROM notes").fetchall() == [("migrated",)]
        assert con.execute("SELECT value FROM meta WHERE key = 'version'").fetchall() == [(str(version + 1),)]
    assert _sums(tmp_path / f"ccops.duckdb.v{version}.bak") == before


def test_a_migration_that_fails_leaves_the_older_store(
    tmp_path: Path, ccops: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, file = _small(tmp_path)
    before = _sums(store)

    def fails(con: connection.Connection) -> None:
        _add_note(con)
        raise StoreError("this step failed")

    with monkeypatch.context() as newer:
        newer.setattr(schema, "VERSION", schema.VERSION + 1)
        newer.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, fails))
        ran = ccops("import", file, "--store", store)
    assert (ran.code, "this step failed" in ran.err) == (5, True)
    assert _sums(store) == before


@pytest.mark.parametrize("damage", ["random", "empty", "cut", "head", "middle", "foreign"])
def test_a_damaged_store_is_a_clear_error(tmp_path: Path, ccops: Run, damage: str) -> None:
    store, file = _small(tmp_path)
    data, rng = store.read_bytes(), random.Random(4)
    match damage:
        case "random":
            store.write_bytes(rng.randbytes(100_000))
        case "empty":
            store.write_bytes(b"")
        case "cut":
            store.write_bytes(data[: len(data) // 2])
        case "head":
            store.write_bytes(rng.randbytes(12_288) + data[12_288:])
        case "middle":
            store.write_bytes(data[:12_288] + rng.randbytes(len(data) - 12_288))
        case "foreign":
            store.unlink()
            with duckdb.connect(str(store)) as con:
                con.execute("CREATE TABLE files AS SELECT 1 AS one; CREATE TABLE meta AS SELECT 'x' AS y")
    before = store.read_bytes()
    for ran in (ccops("import", file, "--store", store, *TZ), ccops("kpi", "offered", "--store", store)):
        assert (ran.code, ran.out) == (5, ""), ran.err
        assert ("not a store of ccops" if damage == "foreign" else "damaged or no store") in ran.err
        assert "Traceback" not in ran.err
        assert "fix: " in ran.err
        assert str(store) in ran.err
    assert store.read_bytes() == before


def test_a_store_without_its_key_or_with_a_damaged_one_takes_no_files(tmp_path: Path, ccops: Run) -> None:
    store, file = _small(tmp_path)
    before, key = _sums(store), tmp_path / "ccops.duckdb.key"
    kept = key.read_text()
    for text in (None, "", "zz" * 32, kept[:-2], "ключ"):
        key.unlink(missing_ok=True)
        if text is not None:
            key.write_text(text, "utf-8")
        ran = ccops("import", file, "--store", store)
        assert (ran.code, ran.out, "fix: " in ran.err) == (5, "", True), ran.err
        assert f"the store's key is {'missing' if text is None else 'damaged'}" in ran.err
        assert key.exists() == (text is not None)
        assert ccops("kpi", "offered", "--store", store).code == 0  # reading needs no key
    key.write_text(kept)
    assert _sums(store) == before
    assert ccops("import", file, "--store", store).code == 0


# -- a full disk ------------------------------------------------------------------------------------------------------

_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from ccops.cli.main import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
@pytest.mark.parametrize("room", [0, 100_000])
def test_a_full_disk_is_a_clear_error_and_the_store_stays_as_it_was(tmp_path: Path, room: int) -> None:
    """No file may grow beyond the store's size and some room: a write beyond it fails as on a full disk."""
    imported(tmp_path, written(tmp_path / "a.log", queue_log(30)))
    store, before = tmp_path / "ccops.duckdb", _sums(tmp_path / "ccops.duckdb")
    file = written(tmp_path / "b.log", queue_log(2_500, seed=3, start=FIRST_DAY + 9_000))
    limit = store.stat().st_size + room
    ran = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(limit), "import", str(file), "--store", str(store), *TZ],
        capture_output=True, text=True, timeout=120,
    )
    assert (ran.returncode, ran.stdout) == (5, ""), ran.stderr
    assert "nothing of the file was kept" in ran.stderr
    assert "free disk space" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert _sums(store) == before
    [result] = imported(tmp_path, file)
    assert result.used + result.duplicate == result.lines
