"""The JSON documents of people, quality, cost and recommend, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from typing import Any

OPERATIONS_DOCUMENTS: dict[str, type[Any]] = {
}
