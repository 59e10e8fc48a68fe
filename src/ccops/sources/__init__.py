"""Every export that ccops reads. A new one is a module, a line here, a sample in sample_logs/, and its tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ccops.settings import Loaded
from ccops.source import Source
from ccops.sources.anonymous_bank import ANONYMOUS_BANK
from ccops.sources.asterisk_cdr import ASTERISK_CDR
from ccops.sources.asterisk_queue_log import ASTERISK_QUEUE_LOG
from ccops.sources.mapping import load_mapping
from ccops.sources.mapping_records import MAPPED_SOURCES
from ccops.sources.mapping_sql import compile_mapping

# The order decides whose value a contact takes when several sources know it.
RECOGNISED: tuple[Source, ...] = (ASTERISK_QUEUE_LOG, ASTERISK_CDR, ANONYMOUS_BANK)
SOURCES: tuple[Source, ...] = (*RECOGNISED, *MAPPED_SOURCES)


@lru_cache(maxsize=1)
def profiles() -> tuple[tuple[Source, Path], ...]:
    """The mappings that ship with ccops, for public formats of other products."""
    files = sorted((Path(__file__).parent / "profiles").glob("*.toml"))
    return tuple((compile_mapping(load_mapping(file), file), file) for file in files)


@dataclass(frozen=True)
class Candidates:
    """The sources that take part in detection: `first` those of ccops and of the settings, then shipped profiles.

    `recipes` holds the digest of each mapping's file: the same export under another mapping is another import.
    """

    first: tuple[Source, ...]
    profiles: tuple[Source, ...] = ()
    recipes: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Source, ...]:
        return self.first + self.profiles


def candidates(loaded: Loaded, mapping: Path | None = None) -> Candidates:
    """Who may recognise a file; a `mapping` named for this import is the only one.

    Raises SettingsError for a mapping file that is wrong.
    """
    if mapping is not None:
        own = compile_mapping(load_mapping(mapping), mapping)
        return Candidates((own,), recipes={own.name: _digest(mapping)})
    registered = [loaded.folder / name for name in loaded.settings.imports.mappings]
    mapped = [(compile_mapping(load_mapping(file), file), file) for file in registered]
    recipes = {source.name: _digest(file) for source, file in (*profiles(), *mapped)}
    return Candidates(
        (*RECOGNISED, *(source for source, _ in mapped)), tuple(source for source, _ in profiles()), recipes
    )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
