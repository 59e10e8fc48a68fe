"""`ccops config` and `ccops doctor`: what is in force, where it came from, and whether ccops can work here."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from typer import Argument

from ccops.cli import output
from ccops.cli.naming import heads
from ccops.cli.options import FailOn, Level, Shared
from ccops.errors import FindingsError, SourceError

_PERSONS = ("agents.aliases", "agents.teams")  # settings that name agents


def show(shared: Shared) -> None:
    """Every setting, its value in force and where it came from.

    Precedence: flag, then environment (CCOPS_TZ, CCOPS_SITE__TZ), then the nearest ccops.toml, then the default.

    Example: ccops config show --json
    """
    from ccops.settings import flat

    loaded = shared.loaded
    rows = [
        {"name": name, "value": value, "origin": loaded.origins.get(name, "default")}
        for name, value in flat(loaded.settings).items()
        if not (shared.redact and name.startswith(_PERSONS))
    ]
    result = {"file": loaded.file, "settings": rows}
    output.answer("config", result, shared.json, lambda: output.table(
        heads(shared.language, "setting", "value", "from"),
        [[row["name"], _written(row["value"]), row["origin"]] for row in rows],
    ))


def validate(
    shared: Shared,
    file: Annotated[Path | None, Argument(metavar="FILE", help="A settings file; else the nearest.")] = None,
) -> None:
    """Check a settings file: names, values, zone and the files it names. Exits 4 at the first mistake.

    Example: ccops config validate site/ccops.toml
    """
    from ccops.metrics.targets import check_targets
    from ccops.settings import load

    loaded = load(file) if file else shared.loaded
    check_targets(loaded.settings, str(loaded.file or "settings"))
    zone = loaded.settings.zone.name
    result = {"file": loaded.file, "valid": True, "set": len(loaded.origins), "zone": zone}
    where = loaded.file or "no ccops.toml here or above"
    output.answer("config", result, shared.json, lambda: (
        f"{where}: valid, {output.counted(len(loaded.origins), 'setting')} set, zone {zone}"
    ))


def doctor(
    shared: Shared,
    fail_on: FailOn = None,
) -> None:
    """Whether ccops can work here: one line per look, with its fix. Exits 3 when one is an error.

    Example: ccops doctor
    """
    from ccops.doctor import examine

    looks = examine(lambda: shared.loaded, shared.store_named, sys.stdout.encoding or "utf-8")
    output.answer("doctor", {"checks": looks}, shared.json, lambda: "\n".join(
        f"{look.level:8} {look.name:9} {look.found}" + f"\n{'':18} fix: {look.fix}" * bool(look.fix) for look in looks
    ))
    refuse_findings([(look.level, look.name) for look in looks], fail_on, "ccops doctor")
    if wrong := [look.name for look in looks if look.level == "error"]:
        raise SourceError(f"ccops cannot work here: {', '.join(wrong)}", fix="see the fix of each line")


def refuse_findings(found: Iterable[tuple[str, str]], level: Level | None, command: str) -> None:
    """Raises FindingsError where something of that level or a graver one was found."""
    levels: dict[Level | None, tuple[str, ...]] = {None: (), "error": ("error",), "warning": ("error", "warning")}
    grave = [name for grade, name in found if grade in levels[level]]
    if grave:
        raise FindingsError(f"findings: {', '.join(grave)}", fix=f"{command} says what to do about each")


def _written(value: object) -> str:
    return '""' if value == "" else str(value)
