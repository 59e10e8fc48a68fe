"""Every canonical table there is."""

from __future__ import annotations

from ccops.model.calls import AGENT_STATES, CONTACTS, INTERVAL_STATS, QUEUE_VISITS, SEGMENTS
from ccops.model.centre import (
    ATTENDANCE,
    CASES,
    EMPLOYEES,
    EVALUATION_ITEMS,
    EVALUATIONS,
    LEDGER,
    SHIFTS,
    SURVEYS,
)
from ccops.model.columns import Table

TABLES: tuple[Table, ...] = (
    CONTACTS, QUEUE_VISITS, SEGMENTS, AGENT_STATES, INTERVAL_STATS, SHIFTS, EMPLOYEES, ATTENDANCE, EVALUATIONS,
    EVALUATION_ITEMS, SURVEYS, LEDGER, CASES,
)
TABLE = {table.name: table for table in TABLES}
# Columns that the store fills in for every canonical row; a source's SELECT leaves them out.
STORE_COLUMNS = ("source", "day", "quarter")
