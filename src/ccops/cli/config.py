"""`ccops config`: what is in force, where it came from, and whether a settings file is right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from ccops.cli import output
from ccops.cli.options import Shared


def show(shared: Shared) -> None:
    """Every setting, its value in force and where it came from.

    Precedence: flag, then environment (CCOPS_SITE__TZ), then the nearest ccops.toml, then the default.

    Example: ccops config show --json
    """
    from ccops.settings import flat

    loaded = shared.loaded
    rows = [
        {"name": name, "value": value, "origin": loaded.origins.get(name, "default")}
        for name, value in flat(loaded.settings).items()
    ]
    result = {"file": loaded.file, "settings": rows}
    output.answer("config", result, shared.json, lambda: output.table(
        ["setting", "value", "from"], [[row["name"], _written(row["value"]), row["origin"]] for row in rows]
    ))


def validate(
    shared: Shared,
    file: Annotated[Path | None, Argument(metavar="FILE", help="A settings file; else the nearest.")] = None,
) -> None:
    """Check a settings file: names, values, zone and the files it names. Exits 4 at the first mistake.

    Example: ccops config validate site/ccops.toml
    """
    from ccops.settings import load

    loaded = load(file) if file else shared.loaded
    zone = loaded.settings.zone.name
    result = {"file": loaded.file, "valid": True, "set": len(loaded.origins), "zone": zone}
    where = loaded.file or "no ccops.toml here or above"
    output.answer("config", result, shared.json, lambda: (
        f"{where}: valid, {len(loaded.origins)} settings set, zone {zone}"
    ))


def _written(value: object) -> str:
    return '""' if value == "" else str(value)
