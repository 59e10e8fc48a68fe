"""Names and sentences of recommended actions."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
