"""What a store keeps of the people who called, and who could read it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccops.workspace import Workspace


@dataclass(frozen=True)
class PrivacyStatus:
    """Callers are keyed hashes and masks; `readable_numbers` exist only where `[store] raw` was set."""

    store: str
    contacts: int
    callers: int
    readable_numbers: int
    key_file: str | None
    key_private: bool | None
    first_day: date | None
    last_day: date | None


def status(workspace: Workspace) -> PrivacyStatus:
    """What the store keeps of its callers."""
    from ccops.store.pseudonyms import key_file

    store = workspace.store
    [row] = store.query(
        "SELECT count(*) AS contacts, count(DISTINCT customer_key) AS callers, min(day) AS first_day, "
        "max(day) AS last_day FROM contacts"
    ).to_dicts()
    key = key_file(store.path) if store.path else None
    return PrivacyStatus(
        str(store.path or "memory"), row["contacts"], row["callers"], store.caller_numbers().height,
        str(key) if key else None, _private(key), row["first_day"], row["last_day"],
    )


def _private(key: Path | None) -> bool | None:
    """Whether its owner alone can read the key; None where that cannot be told."""
    if key is None or os.name != "posix" or not key.exists():
        return None
    return not stat.S_IMODE(key.stat().st_mode) & 0o077
