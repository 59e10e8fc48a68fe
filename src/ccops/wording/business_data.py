"""Names and sentences of tables beside the calls: attendance, evaluations, surveys, ledger, cases."""

from __future__ import annotations

NAMES = """
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
