"""The nouns: tables and their columns, the scope of a question, and the slice of data it is asked of.

Instants (`_at`) are UTC without a zone mark, durations (`_ms`) whole milliseconds so that sums are exact in any
order, `day` the local business day and `quarter` the local clock's quarter-hour (0-95) in which the row began.
Phones, ids and uniqueids are text, always; money is decimal.
"""

from ccops.model.calls import (
    ABANDONED,
    AGENT_STATE_NAMES,
    AGENT_STATES,
    ANSWERED,
    CONTACTS,
    FLOW_OUTS,
    INTERVAL_STATS,
    OPEN,
    OTHER_ENDS,
    QUEUE_VISITS,
    SEGMENTS,
    VISIT_OUTCOMES,
)
from ccops.model.centre import (
    ACTIVITIES,
    ATTENDANCE,
    ATTENDANCE_KINDS,
    CASES,
    CRITICAL_KINDS,
    EMPLOYEES,
    EMPLOYMENT_ROLES,
    EVALUATION_ITEMS,
    EVALUATIONS,
    LEAVE_KINDS,
    LEDGER,
    LEDGER_KINDS,
    SHIFTS,
    SURVEYS,
)
from ccops.model.columns import Column, Kind, Table
from ccops.model.slice import Reader, Reject, Scope, Slice
from ccops.model.tables import STORE_COLUMNS, TABLE, TABLES

__all__ = [
    "ABANDONED", "ACTIVITIES", "AGENT_STATES", "AGENT_STATE_NAMES", "ANSWERED", "ATTENDANCE", "ATTENDANCE_KINDS",
    "CASES", "CONTACTS", "CRITICAL_KINDS", "EMPLOYEES", "EMPLOYMENT_ROLES", "EVALUATIONS", "EVALUATION_ITEMS",
    "FLOW_OUTS", "INTERVAL_STATS", "LEAVE_KINDS", "LEDGER", "LEDGER_KINDS", "OPEN", "OTHER_ENDS", "QUEUE_VISITS",
    "SEGMENTS", "SHIFTS", "STORE_COLUMNS", "SURVEYS", "TABLE", "TABLES", "VISIT_OUTCOMES", "Column", "Kind", "Reader",
    "Reject", "Scope", "Slice", "Table",
]
