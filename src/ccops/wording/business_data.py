"""Names and sentences of tables beside the calls: attendance, evaluations, surveys, ledger, cases."""

from __future__ import annotations

NAMES = """
survey_response_rate | Response rate | 参评率
unit_number | number | 数值
"""

SENTENCES: dict[str, tuple[str, str]] = {
}
