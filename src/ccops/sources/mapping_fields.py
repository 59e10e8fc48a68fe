"""What a mapping file may speak of: the fields of each table, the values they take, and how times are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal
from unicodedata import normalize

from ccops.model import (
    ACTIVITIES,
    AGENT_STATE_NAMES,
    ATTENDANCE_KINDS,
    CRITICAL_KINDS,
    EMPLOYMENT_ROLES,
    LEAVE_KINDS,
    LEDGER_KINDS,
    VISIT_OUTCOMES,
)

Holds = Literal["instant", "duration", "phone", "id", "text", "count", "flag", "date", "number", "money", "month"]


def _fields(text: str) -> dict[str, Holds]:
    """Fields from lines of `kind: name name …`."""
    fields: dict[str, Holds] = {}
    for line in text.strip().splitlines():
        kind, names = line.split(":")
        holds: Holds = kind.strip()  # type: ignore[assignment]  # the four texts below are the only input
        fields |= dict.fromkeys(names.split(), holds)
    return fields


FIELDS: Mapping[str, Mapping[str, Holds]] = {
    "queue_visits": _fields("""
        id: contact_id
        text: queue channel direction agent outcome abandon_phase released_by reason
        instant: started_at entered_at answered_at ended_at
        duration: wait ring talk hold acw ivr
        phone: customer
        flag: transferred
    """),
    "contacts": _fields("""
        id: contact_id
        text: channel direction agent queue outcome reason
        instant: started_at answered_at ended_at
        duration: ring talk hold acw ivr
        phone: customer
    """),
    "agent_states": _fields("""
        text: agent
        text: state reason
        instant: started_at ended_at
        duration: duration
    """),
    "interval_stats": _fields("""
        text: queue
        instant: started_at ended_at
        duration: interval wait talk hold acw login available aux
        count: offered answered abandoned answered_within
    """),
    "shifts": _fields("""
        text: agent activity queue
        date: day
        instant: started_at ended_at published_at
        duration: duration
    """),
    "employees": _fields("""
        text: agent name team skills role shift hiring_source leave_reason leave_kind wage_per currency
        duration: contract
        date: employed_from employed_to productive_from
        money: wage
    """),
    "attendance": _fields("""
        text: agent kind reason
        date: day
        instant: started_at ended_at
        duration: attended paid
    """),
    "evaluations": _fields("""
        id: evaluation_id contact_id
        text: agent queue evaluator form session section question critical
        instant: evaluated_at
        number: score section_weight weight points most
        flag: master failed not_applicable
    """),
    "surveys": _fields("""
        id: survey_id contact_id
        text: queue agent
        instant: sent_at responded_at
        number: csat nps ces
        phone: customer
    """),
    "ledger": _fields("""
        month: month
        text: entry category team queue currency
        money: amount
        number: quantity
    """),
    "cases": _fields("""
        id: case_id contact_id
        text: queue agent category reason
        instant: opened_at closed_at
        flag: resolved
        phone: customer
    """),
}
# What a mapping of the table must name: every field of the first list, and one of the second.
NEEDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "queue_visits": (("contact_id", "queue"), ("entered_at", "answered_at", "started_at")),
    "contacts": (("contact_id",), ("started_at", "answered_at")),
    "agent_states": (("agent", "state"), ("started_at",)),
    "interval_stats": (("queue",), ("started_at",)),
    "shifts": (("agent", "started_at"), ("ended_at", "duration")),
    "employees": (("agent",), ()),
    "attendance": (("agent", "kind"), ("day", "started_at")),
    "evaluations": (("agent", "evaluated_at"), ()),
    "surveys": ((), ("sent_at", "responded_at")),
    "ledger": (("month", "category"), ()),
    "cases": (("case_id", "opened_at"), ()),
}

# Ends of a contact that never stood in a queue; a row of visits may have one, and then makes no visit.
CONTACT_OUTCOMES = ("connected", "unanswered", "busy", "failed", "ivr_hangup", "ivr_completed")
DOMAINS: Mapping[str, tuple[str, ...]] = {
    "outcome": VISIT_OUTCOMES + CONTACT_OUTCOMES,
    "abandon_phase": ("queue", "ring", "announcement"),
    "direction": ("in", "out", "internal"),
    "released_by": ("customer", "agent", "system"),
    "state": AGENT_STATE_NAMES,
    "activity": ACTIVITIES,
    "role": EMPLOYMENT_ROLES,
    "leave_kind": LEAVE_KINDS,
    "wage_per": ("hour", "month"),
    "kind": ATTENDANCE_KINDS,
    "critical": CRITICAL_KINDS,
    "entry": LEDGER_KINDS,
    "transferred": ("true", "false"),
}

# Formats that cannot be mistaken for each other; day and month in figures only where the mapping names their order.
TIMES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S", "iso", "epoch_s", "epoch_ms", "excel_serial",
)
DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "excel_serial",
)
MONTHS = ("%Y-%m", "%Y/%m", "%Y年%m月", "%Y%m", *DATES)
NAMED_TIMES = ("iso", "epoch_s", "epoch_ms", "excel_serial")
DURATION_FORMATS = ("HH:MM:SS", "MM:SS", "s", "ms", "min", "h", "X分Y秒", "excel_days")
_SPECIFIERS = set("YymdHMSfIpbBz")


def check_time_format(text: str) -> str:
    """The format itself. Raises ValueError when it is neither a name nor a strptime format with a whole date."""
    if text in NAMED_TIMES:
        return text
    used = re.findall(r"%-?(.)", text)
    if not used:
        raise ValueError(f"{text!r} is no time format; write %Y-%m-%d %H:%M:%S, or {', '.join(NAMED_TIMES)}")
    unknown = [letter for letter in used if letter not in _SPECIFIERS]
    if unknown:
        raise ValueError(f"{text!r}: %{unknown[0]} is not known")
    if not set(used) & set("Yy") or not set(used) & set("mbB") or "d" not in used:
        raise ValueError(f"{text!r} needs a year, a month and a day")
    return text


def plain_header(header: str) -> str:
    """A header as it is compared: width, case, spaces and a byte order mark do not count."""
    return "".join(normalize("NFKC", header).replace("\ufeff", "").split()).casefold()


def is_naive(text: str) -> bool:
    """Whether a time written so needs a zone to become an instant. `iso` may carry an offset and may not."""
    return text not in ("epoch_s", "epoch_ms") and "%z" not in text


def swapped(text: str) -> str:
    """The format with day and month in each other's place."""
    return re.sub(r"%([md])", lambda match: "%" + {"m": "d", "d": "m"}[match[1]], text)


def terms(formula: str) -> Iterator[tuple[int, str]]:
    """Sign and name of each term of `a - b + c`. Raises ValueError for anything else."""
    if not re.fullmatch(r"\s*\w+(\s*[+-]\s*\w+)*\s*", formula):
        raise ValueError(f"{formula!r} is no sum or difference of fields, such as answered_at - entered_at")
    for sign, name in re.findall(r"([+-]?)\s*(\w+)", formula):
        yield (-1 if sign == "-" else 1), name


def formula_holds(formula: str, kinds: Mapping[str, Holds]) -> Holds:
    """What a formula gives: instants may be subtracted, durations added to or taken from either.

    Raises ValueError for an unknown name or a sum without meaning.
    """
    balance = 0
    for sign, name in terms(formula):
        holds = kinds.get(name)
        if holds is None:
            raise ValueError(f"{name} is no column")
        if holds not in ("instant", "duration"):
            raise ValueError(f"{name} holds {holds}; only times and durations can be added")
        balance += sign * (holds == "instant")
    if balance not in (0, 1):
        raise ValueError(f"{formula!r} adds times of day; subtract one from the other")
    return "instant" if balance else "duration"
