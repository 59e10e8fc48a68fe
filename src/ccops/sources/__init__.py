"""Every export that ccops reads. A new one is a module, a line here, a sample in sample_logs/, and its tests."""

from __future__ import annotations

import hashlib
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


def candidates(loaded: Loaded, mapping: Path | None = None) -> tuple[tuple[Source, ...], dict[str, str]]:
    """The sources that take part in detection, and per mapping the digest of its file.

    A `mapping` named for this import is the only candidate. Raises SettingsError for a mapping file that is wrong.
    """
    if mapping is not None:
        chosen = [(compile_mapping(load_mapping(mapping), mapping), mapping)]
        recognised: tuple[Source, ...] = ()
    else:
        registered = [loaded.folder / name for name in loaded.settings.imports.mappings]
        chosen = [(compile_mapping(load_mapping(file), file), file) for file in registered]
        chosen += profiles()
        recognised = RECOGNISED
    recipes = {source.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for source, file in chosen}
    return (*recognised, *(source for source, _ in chosen)), recipes
