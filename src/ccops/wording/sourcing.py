"""Names and sentences of sourcing offers."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
