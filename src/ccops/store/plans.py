"""What lies beside the calls. Planned stretches that overlap become one line per agent, cut at the business day.

A break is planned inside the work it interrupts. The line shows the activity that weighs most, in the order of
`ACTIVITIES`, and marks where the same was planned twice at once. The sweep is that of the agents' states.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccops.clock import BusinessDay
from ccops.model import ACTIVITIES, SHIFTS, Table
from ccops.source import Source
from ccops.store.connection import Connection, quoted
from ccops.store.states import BITS, cut_at_days

if TYPE_CHECKING:
    from ccops.store.derive import Batch

# A shift ends within this many days of the one it belongs to, which is as far as a new publication can reach.
_REACH = 2
_WEIGHT = {name: 1 << (BITS * place) for place, name in enumerate(reversed(ACTIVITIES))}


def derive_shifts(con: Connection, batch: Batch, sources: Sequence[Source], day: BusinessDay) -> dict[str, int]:
    """Rewrites the schedule of the days that the batch touches."""
    from ccops.store.derive import put, records_view

    own = batch.source.records
    fresh = f"FROM {own.name} WHERE file_id = {batch.file_id}"
    first, last = con.execute(
        f"SELECT min({day.day_sql('started_at')}) - {_REACH}, max({day.day_sql('ended_at')}) + {_REACH} {fresh}"
    ).fetchall()[0]
    if first is None:
        return {}
    start, end = day.bounds(first)[0], day.bounds(last)[1]
    reach = f"INTERVAL {_REACH} DAY"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE intervals (agent VARCHAR, activity VARCHAR, queue VARCHAR, started_at TIMESTAMP, "
        "ended_at TIMESTAMP, file_id BIGINT, line BIGINT, source VARCHAR)"
    )
    for source in (s for s in sources if SHIFTS.name in s.derive):
        where = f"r.ended_at > TIMESTAMP '{start}' - {reach} AND r.started_at < TIMESTAMP '{end}' + {reach}"
        con.execute(f"CREATE OR REPLACE TEMP VIEW touched AS {records_view(source, where=where)}")
        con.execute(
            "INSERT INTO intervals BY NAME "
            f"SELECT agent, activity, queue, file_id, line, {quoted(source.name)} AS source, greatest(started_at, "
            f"TIMESTAMP '{start}') AS started_at, least(ended_at, TIMESTAMP '{end}') AS ended_at "
            f"FROM ({source.derive[SHIFTS.name]}) "
            f"WHERE started_at < TIMESTAMP '{end}' AND ended_at > TIMESTAMP '{start}'"
        )
    con.execute(f"CREATE OR REPLACE TEMP TABLE made AS {_flat_sql()}")
    con.execute(f"DELETE FROM {SHIFTS.name} WHERE day BETWEEN ? AND ?", [first, last])
    names = ("agent", "activity", "queue", "overlap", "source", "file_id", "line")
    con.execute(f"CREATE OR REPLACE TEMP TABLE pieces AS {cut_at_days(day, names)}")
    count = put(con, SHIFTS, "pieces", day)
    for table in ("intervals", "made", "pieces"):
        con.execute(f"DROP TABLE {table}")
    return {SHIFTS.name: count}


def derive_whole(con: Connection, tables: Sequence[Table], sources: Sequence[Source],
                 day: BusinessDay) -> dict[str, int]:
    """Rewrites tables that lie beside the calls from all their records: they are small, and the latest row counts."""
    from ccops.store.derive import put, records_view

    counts = {}
    for table in tables:
        con.execute(f"DELETE FROM {table.name}")
        counts[table.name] = 0
        for source in (s for s in sources if table.name in s.derive):
            con.execute(f"CREATE OR REPLACE TEMP VIEW touched AS {records_view(source, where='true')}")
            rows = f"(SELECT *, {quoted(source.name)} AS source FROM ({source.derive[table.name]}))"
            counts[table.name] += put(con, table, rows, day)
    return counts


def _flat_sql() -> str:
    """Non-overlapping pieces from `intervals`, equal neighbours joined."""
    weights = "CASE activity " + " ".join(f"WHEN '{name}' THEN {w}" for name, w in _WEIGHT.items()) + " END"
    heaviest_first = list(reversed(_WEIGHT.items()))
    winner = " ".join(f"WHEN load >= {w} THEN '{name}'" for name, w in heaviest_first)
    several = " ".join(f"WHEN load >= {w} THEN {_planned(w)} > 1" for _, w in heaviest_first)
    both = f"{_planned(_WEIGHT['lunch'])} > 0 AND {_planned(_WEIGHT['break'])} > 0"
    return f"""
        WITH edges AS (
            SELECT agent, started_at AS moment, {weights} AS change,
                CASE activity WHEN 'work' THEN coalesce(queue, '') END AS queue, source, file_id, line
            FROM intervals WHERE ended_at > started_at
            UNION ALL
            SELECT agent, ended_at, -({weights}), NULL, source, file_id, line FROM intervals WHERE ended_at > started_at
        ),
        moments AS (
            SELECT agent, moment, sum(change)::BIGINT AS change, max(queue) AS queue, min(source) AS source,
                arg_min(file_id, (file_id, line)) AS file_id, arg_min(line, (file_id, line)) AS line
            FROM edges GROUP BY agent, moment
        ),
        loads AS (
            SELECT agent, moment, source, file_id, line, (sum(change) OVER w)::BIGINT AS load,
                last_value(queue IGNORE NULLS) OVER w AS queue
            FROM moments WINDOW w AS (PARTITION BY agent ORDER BY moment ROWS UNBOUNDED PRECEDING)
        ),
        plans AS (
            SELECT agent, moment, source, file_id, line, CASE {winner} END AS activity,
                CASE WHEN load BETWEEN 1 AND {_WEIGHT['other'] - 1} THEN nullif(queue, '') END AS queue,
                CASE WHEN {both} AND load < {_WEIGHT['off']} THEN true {several} ELSE false END AS overlap
            FROM loads
        ),
        changes AS (
            SELECT * FROM plans WINDOW w AS (PARTITION BY agent ORDER BY moment)
            QUALIFY (activity, queue, overlap) IS DISTINCT FROM lag((activity, queue, overlap)) OVER w
        ),
        pieces AS (
            SELECT *, moment AS started_at, lead(moment) OVER (PARTITION BY agent ORDER BY moment) AS ended_at
            FROM changes
        )
        SELECT agent, activity, queue, overlap, source, file_id, line, started_at, ended_at FROM pieces
        WHERE activity IS NOT NULL AND ended_at IS NOT NULL
    """


def _planned(weight: int) -> str:
    """SQL for how often an activity is planned at the moment."""
    return f"(load // {weight}) % {1 << BITS}"
