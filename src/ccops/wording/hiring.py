"""Names and sentences of hiring and ramp."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
