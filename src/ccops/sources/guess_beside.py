"""Which list beside the calls a file is, told by headers that no export of calls has; and what such a list omits."""

from __future__ import annotations

from collections.abc import Mapping

from ccops.sources.guess_text import Draft
from ccops.sources.header_words import key

# Table -> the fields that a list of it has: all of the first, and one of the second.
_TELLING: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "evaluations": (frozenset({"agent", "evaluated_at"}), frozenset({"question", "score", "points"})),
    "surveys": (frozenset({"sent_at"}), frozenset({"csat", "nps", "ces"})),
    "attendance": (frozenset({"agent", "kind"}), frozenset({"attended", "paid"})),
    "ledger": (frozenset({"month", "category"}), frozenset({"amount", "quantity"})),
    "cases": (frozenset({"case_id", "opened_at"}), frozenset({"closed_at", "category", "reason", "resolved"})),
}
NEEDED = {table: tuple(sorted(every)) for table, (every, _) in _TELLING.items()}
_CALLS = {"entered_at", "talk", "wait"}  # no such list has these


def list_of(found: Mapping[str, Mapping[str, tuple[str, float]]]) -> str | None:
    """The table of which this is a list, by the fields that its headers surely name; None for calls and schedules."""
    if _CALLS & set(found["queue_visits"]):
        return None
    for table, (every, one) in _TELLING.items():
        if every <= set(found[table]) and one & set(found[table]):
            return table
    return None


def complete(draft: Draft) -> None:
    """Says what amounts are of, where a list leaves it to its reader: an hour or a month, and which currency."""
    if draft.table == "ledger":
        draft.unsure.append("the categories: kept in the file's words; map them to wages, telecom, …")
    paid = draft.parts.get("wage") or draft.parts.get("amount")
    if paid is None:
        return
    if draft.table == "employees" and "wage_per" not in draft.parts:
        hourly = any(word in key(paid.header) for word in ("时薪", "hour"))
        draft.constants["wage_per"] = "hour" if hourly else "month"
        if not hourly and "月" not in paid.header and "month" not in key(paid.header):
            draft.unsure.append(f"{paid.header}: taken as paid per month")
    if "currency" not in draft.parts:
        draft.unsure.append(f"the currency of {paid.header}: no column names it")
        if not paid.header.isascii():
            draft.constants["currency"] = "CNY"
            draft.unsure[-1] += "; taken as CNY"
