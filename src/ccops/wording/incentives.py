"""Names and sentences of incentive schemes and their payouts."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
