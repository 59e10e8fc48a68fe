"""ccops.toml, the environment and flags read into settings, with the origin of every value.

Precedence: flag > environment (`CCOPS_SITE__TZ`) > nearest ccops.toml, looking upwards > default.
"""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ccops.errors import SettingsError
from ccops.settings.sections import Agents
from ccops.settings.whole import Settings, dotted_keys, put, validated

FILE_NAME = "ccops.toml"


@dataclass(frozen=True)
class Loaded:
    """Settings with the file they came from and the origin of every value that is not a default."""

    settings: Settings
    file: Path | None
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where relative paths in the settings start."""
        return self.file.parent if self.file else Path()

    @property
    def store_path(self) -> Path:
        return self.folder / self.settings.store.path


def load(config: Path | None = None, flags: Mapping[str, Any] | None = None,
         environ: Mapping[str, str] | None = None, start: Path | None = None) -> Loaded:
    """The effective settings. Raises SettingsError with the file and the key that is wrong."""
    file = config or _nearest(start or Path.cwd())
    data: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if file:
        data = _read(file)
        origins.update((name, str(file)) for name, value in dotted_keys(data).items() if value != {})
    for name, text in sorted((os.environ if environ is None else environ).items()):
        if name.startswith("CCOPS_") and "__" in name:
            dotted = name.removeprefix("CCOPS_").lower().replace("__", ".")
            put(data, dotted, text)
            origins[dotted] = name
    for dotted, value in (flags or {}).items():
        if value is not None:
            put(data, dotted, value)
            origins[dotted] = "flag"
    where = str(file) if file else "settings"
    settings = validated(data, where)
    loaded = Loaded(settings, file, origins)
    if settings.agents.file:
        agents = _agents_from(loaded.folder / settings.agents.file, settings.agents)
        loaded = Loaded(settings.model_copy(update={"agents": agents}), file, origins)
    return loaded


def _nearest(start: Path) -> Path | None:
    start = start.resolve()
    return next((f / FILE_NAME for f in (start, *start.parents) if (f / FILE_NAME).is_file()), None)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError("no such settings file", where=str(file), fix="ccops init writes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"not valid TOML: {error}", where=str(file), fix="correct the line it names") from None


def _agents_from(file: Path, agents: Agents) -> Agents:
    """The agents file merged under what ccops.toml says itself."""
    try:
        rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read the agents file: {error}", where=str(file), fix="save it as UTF-8 CSV"
        ) from None
    if rows and "agent" not in rows[0]:
        raise SettingsError(
            f"no column agent; it has {', '.join(rows[0])}", where=str(file),
            fix="name the columns agent, alias, name, team",
        )
    aliases = {row["alias"]: row["agent"] for row in rows if row.get("alias")} | agents.aliases
    teams = {team: list(members) for team, members in agents.teams.items()}
    for row in rows:
        members = teams.setdefault(row["team"], []) if row.get("team") else None
        if members is not None and row["agent"] not in members:
            members.append(row["agent"])
    return agents.model_copy(update={"aliases": aliases, "teams": teams})
