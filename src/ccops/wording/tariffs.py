"""Names and sentences of tariffs and re-rated calls."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
