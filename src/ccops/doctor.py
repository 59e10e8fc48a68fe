"""Whether ccops can work here: settings, zone, mappings, store, key, disk, terminal. One line each, with its fix."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from ccops.errors import CcopsError, SettingsError, UsageError
from ccops.settings import Loaded

ROOM = 1_000_000_000  # bytes; an import needs scratch space
LIBRARIES = ("polars", "duckdb", "pydantic", "typer")
GLYPHS = "█▁│●√中"


@dataclass(frozen=True)
class Diagnosis:
    """What one look found. `level` is ok, warning or error."""

    name: str
    level: str
    found: str
    fix: str = ""


def examine(load: Callable[[], Loaded], store: Path | None, encoding: str) -> list[Diagnosis]:
    """Every look in order; where the settings cannot be read, nothing that depends on them is tried."""
    done = [_program(), _terminal(encoding)]
    try:
        loaded = load()
    except CcopsError as error:
        return [*done, _failed("settings", error)]
    path = store or loaded.store_path
    looks: tuple[tuple[str, Callable[[], Diagnosis]], ...] = (
        ("settings", lambda: _settings(loaded)),
        ("zone", lambda: _zone(loaded)),
        ("mappings", lambda: _mappings(loaded)),
        ("store", lambda: _store(loaded, path)),
        ("key", lambda: _key(path)),
        ("disk", lambda: _disk(path)),
    )
    return [*done, *_looked(looks)]


def check_zone(loaded: Loaded) -> None:
    """Raises SettingsError for an unknown zone, with the file or variable that names it; UsageError for a flag's."""
    if not loaded.settings.site.tz:
        return
    try:
        _ = loaded.settings.zone
    except UsageError as error:
        origin = loaded.origins.get("site.tz", "flag")
        if origin == "flag":
            raise
        raise SettingsError(f"site.tz: {error.what}", where=origin, fix=error.fix) from None


def _looked(looks: tuple[tuple[str, Callable[[], Diagnosis]], ...]) -> Iterator[Diagnosis]:
    for name, look in looks:
        try:
            yield look()
        except CcopsError as error:
            yield _failed(name, error)


def _failed(name: str, error: CcopsError) -> Diagnosis:
    return Diagnosis(name, "error", f"{error.where}: {error.what}" if error.where else error.what, error.fix)


def _program() -> Diagnosis:
    python = ".".join(map(str, sys.version_info[:3]))
    parts = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return Diagnosis("program", "ok", f"ccops {version('ccops')} on Python {python} with {parts}")


def _terminal(encoding: str) -> Diagnosis:
    lost = "".join(glyph for glyph in GLYPHS if glyph.encode(encoding, "replace").decode(encoding) != glyph)
    if lost:
        return Diagnosis("terminal", "warning", f"{encoding} cannot show {len(lost)} of the glyphs that reports use",
                         "set PYTHONUTF8=1, or write the report to a file with -o")
    return Diagnosis("terminal", "ok", f"{encoding} shows every glyph")


def _settings(loaded: Loaded) -> Diagnosis:
    if loaded.file is None:
        return Diagnosis("settings", "ok", "no ccops.toml here or above: defaults", "ccops init writes one")
    found = f"{loaded.file}: {len(loaded.origins)} set, digest {loaded.settings.digest}"
    return Diagnosis("settings", "ok", found)


def _zone(loaded: Loaded) -> Diagnosis:
    if not loaded.settings.site.tz:
        return Diagnosis("zone", "warning", "no zone is set: the first import takes the export's or this computer's",
                         "set [site] tz, or give --tz")
    return Diagnosis("zone", "ok", f"{loaded.settings.zone.name}, days begin at {loaded.settings.site.day_start}")


def _mappings(loaded: Loaded) -> Diagnosis:
    from ccops.sources import candidates

    known = candidates(loaded)
    return Diagnosis(
        "mappings", "ok", f"{len(known.all)} exports are recognised, {len(known.recipes)} of them by mapping files"
    )


def _store(loaded: Loaded, path: Path) -> Diagnosis:
    from ccops.workspace import open_workspace

    if not path.exists():
        return Diagnosis("store", "ok", f"{path} does not exist yet", "ccops import FILE makes it")
    with open_workspace(loaded, store=path) as workspace:
        days = workspace.store.days()
    span = f"{days[0]} to {days[1]}" if days else "no days yet"
    return Diagnosis("store", "ok", f"{path}: {span}, {path.stat().st_size / 1e6:,.1f} MB")


def _key(path: Path) -> Diagnosis:
    from ccops.store.pseudonyms import key_file

    key = key_file(path)
    if not path.exists():
        return Diagnosis("key", "ok", "none yet: the first import makes it")
    if not key.exists():
        return Diagnosis("key", "error", f"{key} is missing: new callers would not match those in the store",
                         "restore it from a backup beside the store")
    open_to = stat.S_IMODE(key.stat().st_mode) & 0o077
    if os.name == "posix" and open_to:
        return Diagnosis("key", "error", f"{key} can be read by others", f"chmod 600 {key}")
    return Diagnosis("key", "ok", f"{key}, readable by its owner alone")


def _disk(path: Path) -> Diagnosis:
    folder = path.resolve().parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        return Diagnosis("disk", "warning", f"{free / 1e9:.1f} GB free in {folder}", "free space before large imports")
    return Diagnosis("disk", "ok", f"{free / 1e9:,.0f} GB free in {folder}")
