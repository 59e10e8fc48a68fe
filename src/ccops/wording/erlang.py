"""The words of the queueing calculator: names (`key | English | Chinese`) and sentences."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {}
