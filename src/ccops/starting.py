"""The first five minutes: a commented ccops.toml, and a mapping for an export that nothing recognises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from ccops.clock import machine_zone
from ccops.errors import UsageError
from ccops.settings import FILE_NAME, Loaded, Settings, flat, load

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ccops.sources.guess import Guess

MAPPING_NAME = "mapping.toml"


@dataclass(frozen=True)
class Started:
    """What `init` wrote, and what it could tell of the export. A ccops.toml that was there is left as it is: `add` is
    then the line that it needs."""

    config: Path | None
    mapping: Path | None
    source: str | None
    tz: str
    tz_from: str
    guess: Guess | None
    add: str = ""


def init(folder: Path, *, export: str | Path | None = None, tz: str | None = None, lang: str | None = None,
         stdin: BinaryIO | None = None) -> Started:
    """Writes ccops.toml, and for an `export` that no source recognises a guessed mapping, registered in it.

    Where there is a ccops.toml, only the mapping is written. Nothing is imported on a guess. Raises UsageError when
    ccops.toml exists and no mapping is needed.
    """
    config = folder / FILE_NAME
    if config.exists() and not export:
        raise _there(config, "edit it, or start in another folder")
    settings = load(config if config.exists() else None, environ={})
    source, guess, inferred = _looked_at(export, settings, stdin) if export else (None, None, None)
    if config.exists():
        return _beside(settings, folder, guess, f"ccops import {export}: it is recognised as {source}")
    mapping_file = _free(folder)
    zone, why = next(
        (zone, why) for zone, why in (
            (tz, "--tz"), (inferred, "the export"), (machine_zone(), "this computer"),
        ) if zone
    )
    values = {"site.tz": zone, "site.lang": lang or "en", "import.mappings": [mapping_file.name] if guess else []}
    folder.mkdir(parents=True, exist_ok=True)
    if guess:
        mapping_file.write_text(guess.text, "utf-8")
    config.write_text(commented(values), "utf-8")
    return Started(config, mapping_file if guess else None, source, zone, why, guess)


def _beside(there: Loaded, folder: Path, guess: Guess | None, otherwise: str) -> Started:
    """A mapping beside a ccops.toml that is already in use."""
    if guess is None:
        raise _there(folder / FILE_NAME, otherwise)
    file = _free(folder)
    file.write_text(guess.text, "utf-8")
    add = f"[import] mappings = {_toml([*there.settings.imports.mappings, file.name])}"
    return Started(None, file, None, there.settings.zone.name, FILE_NAME, guess, add)


def _free(folder: Path) -> Path:
    """A name for a mapping that no file has yet: mapping.toml, else mapping-2.toml, …"""
    names = chain([MAPPING_NAME], (f"mapping-{n}.toml" for n in count(2)))
    return next(folder / name for name in names if not (folder / name).exists())


def commented(values: Mapping[str, object]) -> str:
    """ccops.toml with every setting: those in `values` set, the others as comments with their defaults."""
    lines = ["# ccops settings. What is commented out shows its default. ccops config show tells what is in force."]
    defaults = flat(Settings())
    for section, field in Settings.model_fields.items():
        name = field.alias or section
        model: type[BaseModel] = type(getattr(Settings(), section))
        lines += ["", f"[{name}]"]
        for key, setting in model.model_fields.items():
            dotted = f"{name}.{key}"
            default = defaults.get(dotted, {})
            chosen = dotted in values and values[dotted] != default
            value = values[dotted] if chosen else default
            lines.append(f"# {setting.description}")
            lines.append(f"{'' if chosen or dotted == 'site.tz' else '# '}{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _looked_at(export: str | Path, settings: Loaded,
               stdin: BinaryIO | None) -> tuple[str | None, Guess | None, str | None]:
    """The source that recognises the export, or a guessed mapping, and the zone that its call ids tell."""
    from ccops.intake import detect
    from ccops.sources import candidates, front_end
    from ccops.sources.guess import guess

    with TemporaryDirectory(prefix="ccops-") as scratch:
        scan = front_end.scan(export, Path(scratch), stdin=stdin)
        sample = front_end.sample(scan)
        recognised = candidates(settings)
        matching = [source for source in recognised.all if source.sniff(sample)]
        if not matching:
            return None, guess(sample, scan.name), None
        source, layout = detect(sample, scan.name, recognised)
        return source.name, None, source.zone or (source.infer_zone and source.infer_zone(sample, layout)) or None


def _there(file: Path, fix: str) -> UsageError:
    return UsageError(f"{file.name} is already there", where=str(file), fix=fix)


def _toml(value: object) -> str:
    """A value in TOML; JSON's strings, numbers, booleans and lists are TOML's."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
