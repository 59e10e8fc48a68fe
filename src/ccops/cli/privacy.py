"""`ccops privacy`: what the store keeps of the people who called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccops.cli import output
from ccops.cli.options import Shared

if TYPE_CHECKING:
    from ccops.privacy import PrivacyStatus


def status(shared: Shared) -> None:
    """What the store keeps of callers, and who could read it.

    Example: ccops privacy status
    """
    from ccops import privacy

    with shared.workspace() as workspace:
        kept = privacy.status(workspace)
    output.answer("privacy", kept, shared.json, lambda: told(kept))


def told(kept: PrivacyStatus) -> str:
    """The status in a few lines."""
    reader = {True: "its owner alone", False: "OTHERS TOO: chmod 600 it", None: "not known here"}[kept.key_private]
    return "\n".join([
        f"store     {kept.store}: {kept.contacts:,} contacts of {kept.callers:,} callers",
        f"days      {kept.first_day} to {kept.last_day}",
        f"callers   as keyed hashes with masks; {kept.readable_numbers:,} readable numbers",
        f"key       {kept.key_file}, readable by {reader}",
    ])
