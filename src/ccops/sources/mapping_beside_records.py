"""Where rows beside the calls are kept, and how canonical rows come from them: the latest row of each thing counts."""

from __future__ import annotations

from collections.abc import Mapping

from ccops.model import TABLE, Column, Kind, Table
from ccops.source import Records

_NEVER = "DATE '9999-12-31'"
# Columns of the store, and those that follow from others when the table is made.
_MADE = ("source", "file_id", "line", "day", "quarter", "customer_key", "customer_mask", "nth", "overlap")


def _latest(*key: str) -> str:
    """The records, of several with one key the one of the largest version, then the last imported."""
    return (
        f"SELECT * FROM touched QUALIFY row_number() OVER (PARTITION BY {', '.join(key)} "
        "ORDER BY version DESC NULLS LAST, CASE WHEN keep_first THEN -file_id ELSE file_id END DESC, "
        "CASE WHEN keep_first THEN -line ELSE line END DESC) = 1"
    )


def _own(table: Table) -> str:
    return ", ".join(name for name in table.names if name not in ("source", "day", "quarter"))


# An employment is a person's by its first day. Whoever is on the list again after an earlier employment began and
# before it ended has two at once.
_EMPLOYEES = f"""
    WITH latest AS ({_latest("agent", "employed_from")})
    SELECT * REPLACE (coalesce(overlap, false) AS overlap) FROM (
        SELECT *, row_number() OVER (PARTITION BY agent ORDER BY employed_from NULLS FIRST) AS nth,
            employed_from <= max(coalesce(employed_to, {_NEVER})) OVER (
                PARTITION BY agent ORDER BY employed_from NULLS FIRST
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS overlap
        FROM latest)
"""
# Evaluators are people of the centre: `aliases` names them as it names agents.
_ANSWERS = f"""
    SELECT l.* REPLACE (coalesce(a.agent, l.evaluator) AS evaluator)
    FROM ({_latest("evaluation_id", "section", "question")}) l LEFT JOIN aliases a ON a.alias = l.evaluator
"""
# An evaluation's score is that of its questions, else that of its row without a question; what every row says of the
# evaluation is the same in all. Points over what could be given, by the question's weight within its section and the
# section's weight; what did not apply is left out, which brings the other weights to the whole.
_EVALUATIONS = f"""
    WITH latest AS (SELECT * FROM ({_ANSWERS}) ORDER BY file_id, line),
    sections AS (
        SELECT evaluation_id, sum(points / most * coalesce(weight, most)) / sum(coalesce(weight, most)) AS share,
            coalesce(any_value(section_weight), sum(coalesce(weight, most))) AS own
        FROM latest WHERE question IS NOT NULL AND NOT not_applicable AND points IS NOT NULL AND most > 0
        GROUP BY evaluation_id, section HAVING sum(coalesce(weight, most)) > 0
    ),
    weighted AS (
        SELECT evaluation_id, sum(share * own) / sum(own) AS score FROM sections
        GROUP BY evaluation_id HAVING sum(own) > 0
    )
    SELECT evaluation_id, any_value(contact_id) AS contact_id, any_value(agent) AS agent, any_value(queue) AS queue,
        any_value(evaluator) AS evaluator, any_value(form) AS form, any_value(session) AS session,
        bool_or(master) AS master, min(evaluated_at) AS evaluated_at,
        coalesce(any_value(weighted.score), any_value(latest.score)) AS score,
        bool_or(CASE WHEN question IS NULL THEN failed
            WHEN critical IS NOT NULL AND NOT not_applicable THEN coalesce(failed, points <= 0) END) AS failed,
        min(file_id) AS file_id, arg_min(line, (file_id, line)) AS line
    FROM latest LEFT JOIN weighted USING (evaluation_id) GROUP BY evaluation_id
"""
_ITEMS = f"""
    SELECT {_own(TABLE["evaluation_items"])} FROM ({_ANSWERS}) WHERE question IS NOT NULL
"""


def _records(name: str, meaning: str, at: str, tables: tuple[str, ...], *, extra: tuple[Column, ...] = (),
             caller: bool = False, agent: bool = True) -> Records:
    """A record table with the columns of the canonical tables that it fills."""
    columns = {column.name: column for table in tables for column in TABLE[table].columns if column.name not in _MADE}
    own = (*columns.values(), *extra, *([Column("caller", Kind.TEXT, "the customer as mapped")] if caller else []))
    kept = (Column("row_key", Kind.TEXT, "the row's key as mapped"), Column("version", Kind.COUNT, "its version"),
            Column("keep_first", Kind.FLAG, "the first version counts, not the last"))
    return Records(name, meaning, (*own, *kept), at=at, contact=None, agent="agent" if agent else None,
                   caller="caller" if caller else None)


RECORDS: Mapping[str, Records] = {
    "employees": _records(
        "mapped_employees", "a person from a list of employees, read by a mapping file", "listed_at", ("employees",),
        extra=(Column("listed_at", Kind.INSTANT, "first day of employment, as an instant"),),
    ),
    "attendance": _records(
        "mapped_attendance", "hours of a person from an attendance export, read by a mapping file", "started_at",
        ("attendance",),
    ),
    "evaluations": _records(
        "mapped_evaluations", "an answer of an evaluation form, read by a mapping file", "evaluated_at",
        ("evaluations", "evaluation_items"),
    ),
    "surveys": _records(
        "mapped_surveys", "a customer's answer from a survey, read by a mapping file", "sent_at", ("surveys",),
        caller=True,
    ),
    "ledger": _records(
        "mapped_ledger", "a line of costs or budget, read by a mapping file", "booked_at", ("ledger",), agent=False,
        extra=(Column("booked_at", Kind.INSTANT, "first day of the month, as an instant"),),
    ),
    "cases": _records(
        "mapped_cases", "a case from a CRM, read by a mapping file", "opened_at", ("cases",), caller=True,
    ),
}
DERIVE: Mapping[str, Mapping[str, str]] = {
    "employees": {"employees": _EMPLOYEES},
    "attendance": {"attendance": _latest("agent", "started_at", "kind", "reason")},
    "evaluations": {"evaluations": _EVALUATIONS, "evaluation_items": _ITEMS},
    "surveys": {"surveys": _latest("survey_id")},
    "ledger": {"ledger": _latest("month", "kind", "category", "team", "queue")},
    "cases": {"cases": _latest("case_id")},
}
