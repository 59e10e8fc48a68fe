"""Canonical columns of what lies beside the calls: people, attendance, evaluations, surveys, the ledger, cases.

The layers and verdicts here are those of `mapping_fill`, for tables that no call record fills.
"""

from __future__ import annotations

from collections.abc import Callable

from ccops.clock import Zone
from ccops.sources.mapping import Mapping

Layers = Callable[[Mapping, Zone], tuple[str, ...]]  # select lists, each over the one before
_UNKNOWN_TIME = "TIMESTAMP '1970-01-01'"
# Attended time that follows from the kind alone, where a file gives none.
_ABSENT = "('leave', 'sick', 'absent')"


def employees(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    skills = r"regexp_replace(trim(f_skills, ' ;；,，、/|'), '\s*[;；,，、/|]\s*', ';', 'g')"
    plain = ("agent", "name", "team", "employed_from", "employed_to", "productive_from", "role", "shift",
             "hiring_source", "leave_reason", "leave_kind", "wage", "wage_per", "currency")
    named = (
        f"{_plain(plain)}, nullif({skills}, '') AS skills, f_contract AS contract_ms, "
        f"coalesce(f_employed_from::TIMESTAMP, {_UNKNOWN_TIME}) AS listed_at"
    )
    return (named,)


def attendance(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    """A row that names the day alone stands at local noon, which is of that business day wherever days begin."""
    named = (
        f"{_plain(('agent', 'kind', 'reason'))}, f_day::TIMESTAMP + INTERVAL 12 HOUR AS noon, f_paid AS paid_ms, "
        "coalesce(f_ended_at, f_started_at + f_attended * INTERVAL 1 MILLISECOND) AS ended_at"
    )
    attended = (
        f"coalesce(f_attended, CASE WHEN f_kind IN {_ABSENT} THEN 0 WHEN ended_at >= started_at "
        "THEN (epoch_us(ended_at) - epoch_us(started_at)) // 1000 END) AS attended_ms"
    )
    return (named, f"coalesce(f_started_at, {zone.to_utc_sql('noon')}) AS started_at", attended)


def evaluations(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    """A row with a question is one answer of the form; one without is an evaluation of which the score alone is known.

    A score is out of `most`, or of a hundred.
    """
    plain = ("contact_id", "agent", "queue", "evaluator", "form", "session", "evaluated_at", "section", "question",
             "section_weight", "weight", "critical")
    made = "md5(concat_ws(chr(31), f_contact_id, f_agent, f_evaluator, f_session, f_evaluated_at::VARCHAR))"
    asked = "f_question IS NOT NULL"
    named = (
        f"{_plain(plain)}, coalesce(f_evaluation_id, {made}) AS evaluation_id, coalesce(f_master, false) AS master, "
        f"CASE WHEN {asked} THEN NULL ELSE f_score / coalesce(f_most, 100) END AS score, "
        f"CASE WHEN {asked} AND NOT coalesce(f_not_applicable, false) THEN coalesce(f_points, f_score) END AS points, "
        f"CASE WHEN {asked} THEN coalesce(f_most, 100) END AS most, "
        "coalesce(f_not_applicable, false) AS not_applicable, f_failed AS failed"
    )
    return (named,)


def surveys(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    plain = ("contact_id", "queue", "agent", "responded_at", "csat", "nps", "ces")
    sent = "coalesce(f_sent_at, f_responded_at)"
    made = f"concat_ws('@', coalesce(f_contact_id, f_customer), epoch_us({sent}) // 1000000)"
    return (
        f"{_plain(plain)}, {sent} AS sent_at, coalesce(f_survey_id, md5({made})) AS survey_id, f_customer AS caller",
    )


def ledger(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    plain, month = ("category", "team", "queue", "amount", "quantity"), "date_trunc('month', f_month)"
    named = (
        f"{_plain(plain)}, CASE WHEN f_amount IS NOT NULL THEN f_currency END AS currency, "
        f"coalesce(f_entry, 'actual') AS kind, {month}::DATE AS month, {month}::TIMESTAMP AS booked_at"
    )
    return (named,)


def cases(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    plain = ("case_id", "contact_id", "queue", "agent", "category", "reason", "opened_at", "closed_at", "resolved")
    return (f"{_plain(plain)}, f_customer AS caller",)


def _plain(names: tuple[str, ...]) -> str:
    return ", ".join(f"f_{name} AS {name}" for name in names)


LAYERS: dict[str, Layers] = {
    "employees": employees, "attendance": attendance, "evaluations": evaluations, "surveys": surveys,
    "ledger": ledger, "cases": cases,
}
# What a row of the table cannot be without.
NEEDED: dict[str, tuple[str, ...]] = {
    "employees": ("agent",), "attendance": ("agent", "kind", "started_at"), "evaluations": ("agent", "evaluated_at"),
    "surveys": ("sent_at",), "ledger": ("month", "category"), "cases": ("case_id", "opened_at"),
}
# SQL conditions that no row of the table may meet, each with the reason.
PROBLEMS: dict[str, tuple[tuple[str, str], ...]] = {
    "employees": (
        ("employed_to < employed_from", "leaves before joining: employed_to lies before employed_from"),
        ("contract_ms > 168 * 3600000", "contract: more hours than a week has"),
        ("productive_from < employed_from", "productive_from lies before employed_from"),
        ("wage < 0", "wage: below zero"),
        ("wage IS NOT NULL AND wage_per IS NULL", "wage_per: not known; an hour or a month?"),
    ),
    "attendance": (
        ("ended_at < started_at", "ends before it starts"),
        ("attended_ms > 24 * 3600000 OR paid_ms > 24 * 3600000", "more hours than a day has"),
        ("attended_ms IS NULL AND paid_ms IS NULL", "neither attended nor paid time is known"),
    ),
    "evaluations": (
        ("f_question IS NULL AND f_score IS NULL AND f_failed IS NULL", "neither a question nor a score"),
        ("points > most OR points < 0", "points: outside 0 to most"),
        ("score > 1 OR score < 0", "score: outside 0 to most (100 where the file does not say)"),
        ("weight < 0 OR section_weight < 0", "weight: below zero"),
        ("f_question IS NOT NULL AND points IS NULL AND NOT not_applicable AND failed IS NULL",
         "points: not known, and the question is not marked as not applicable"),
    ),
    "surveys": (
        ("responded_at < sent_at", "answered before it was sent"),
        ("nps < 0 OR nps > 10", "nps: outside 0 to 10"),
    ),
    "ledger": (
        ("amount IS NULL AND quantity IS NULL", "neither an amount nor a quantity"),
        ("amount IS NOT NULL AND quantity IS NOT NULL", "an amount and a quantity in one row: write two rows"),
        ("amount IS NOT NULL AND currency IS NULL", "currency: not known; a column or a default must say it"),
    ),
    "cases": (("closed_at < opened_at", "closed before it was opened"),),
}
