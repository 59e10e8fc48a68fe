"""The JSON documents of the workforce commands, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from typing import Any

WORKFORCE_DOCUMENTS: dict[str, type[Any]] = {
}
