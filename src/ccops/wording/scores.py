"""Names and sentences of quality scores, evaluators and calibration."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
