"""The first five minutes: a commented ccops.toml, and a mapping for an export that nothing recognises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from ccops.clock import machine_zone
from ccops.errors import UsageError
from ccops.settings import FILE_NAME, Loaded, Settings, flat

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ccops.sources.guess import Guess

MAPPING_NAME = "mapping.toml"


@dataclass(frozen=True)
class Started:
    """What `init` wrote, and what it could tell of the export."""

    config: Path
    mapping: Path | None
    source: str | None
    tz: str
    tz_from: str
    guess: Guess | None


def init(folder: Path, *, export: str | Path | None = None, tz: str | None = None, lang: str | None = None,
         stdin: BinaryIO | None = None) -> Started:
    """Writes ccops.toml, and for an `export` that no source recognises a guessed mapping, registered in it.

    Nothing is imported on a guess. Raises UsageError when a file it would write exists.
    """
    config, mapping_file = folder / FILE_NAME, folder / MAPPING_NAME
    _absent(config)
    source, guess, inferred = _looked_at(export, stdin) if export else (None, None, None)
    if guess:
        _absent(mapping_file)
    zone, why = next(
        (zone, why) for zone, why in (
            (tz, "--tz"), (inferred, "the export"), (machine_zone(), "this computer"),
        ) if zone
    )
    values = {"site.tz": zone, "site.lang": lang or "en", "import.mappings": [MAPPING_NAME] if guess else []}
    folder.mkdir(parents=True, exist_ok=True)
    if guess:
        mapping_file.write_text(guess.text, "utf-8")
    config.write_text(commented(values), "utf-8")
    return Started(config, mapping_file if guess else None, source, zone, why, guess)


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


def _looked_at(export: str | Path, stdin: BinaryIO | None) -> tuple[str | None, Guess | None, str | None]:
    """The source that recognises the export, or a guessed mapping, and the zone that its call ids tell."""
    from ccops.intake import detect
    from ccops.settings import load
    from ccops.sources import candidates, front_end
    from ccops.sources.guess import guess

    with TemporaryDirectory(prefix="ccops-") as scratch:
        scan = front_end.scan(export, Path(scratch), stdin=stdin)
        sample = front_end.sample(scan)
        recognised = candidates(Loaded(load(environ={}).settings, None))
        matching = [source for source in recognised.all if source.sniff(sample)]
        if not matching:
            return None, guess(sample, scan.name), None
        source, layout = detect(sample, scan.name, recognised)
        return source.name, None, source.zone or (source.infer_zone and source.infer_zone(sample, layout)) or None


def _absent(file: Path) -> None:
    if file.exists():
        raise UsageError(f"{file.name} is already there", where=str(file), fix="edit it, or start in another folder")


def _toml(value: object) -> str:
    """A value in TOML; JSON's strings, numbers, booleans and lists are TOML's."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
