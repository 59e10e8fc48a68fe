"""Agent states: intervals that overlap become one line per agent, cut at the business day.

Several things are true of an agent at once (signed in, paused in one queue, talking). The line shows the one that
weighs most, in the order of `AGENT_STATE_NAMES`. The sweep keeps a counter per state, nine bits each, in one integer;
its running sum per agent has the winning state in its highest non-zero field, so one window does the work of seven.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccops.clock import BusinessDay
from ccops.model import AGENT_STATES
from ccops.source import Source
from ccops.store.connection import Connection, quoted

if TYPE_CHECKING:
    from ccops.store.derive import Batch

# A state that is never closed is carried this long; a sign-in forgotten on Friday is not a weekend's work.
CARRY_HOURS = 24
BITS = 9
# Sign-in known from the log outweighs one that was inferred; both show as available.
_FIELDS = ("inferred", "available", "aux", "ring", "wrap", "hold", "talk")
_NAMES = ("agent", "state", "reason", "login_source", "source", "file_id", "line")
_WEIGHT = {name: 1 << (BITS * place) for place, name in enumerate(_FIELDS)}


def derive_states(con: Connection, batch: Batch, sources: Sequence[Source], day: BusinessDay) -> dict[str, int]:
    """Rewrites the states of the days that the batch touches, and the day on either side."""
    from ccops.store.derive import put, records_view

    contributors = [s for s in sources if "agent_states" in s.derive]
    own = batch.source.records
    fresh = f"SELECT {day.day_sql(own.at)} AS on_day FROM {own.name} WHERE file_id = {batch.file_id}"
    first, last = con.execute(f"SELECT min(on_day) - 1, max(on_day) + 1 FROM ({fresh})").fetchall()[0]
    if first is None:
        return {}
    start, end = day.bounds(first)[0], day.bounds(last)[1]
    carry = f"INTERVAL {CARRY_HOURS} HOUR"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE intervals (agent VARCHAR, state VARCHAR, reason VARCHAR, started_at TIMESTAMP, "
        "ended_at TIMESTAMP, login_source VARCHAR, file_id BIGINT, line BIGINT, source VARCHAR)"
    )
    for source in contributors:
        at = source.records.at
        where = f"r.{at} BETWEEN TIMESTAMP '{start}' - {carry} AND TIMESTAMP '{end}' + {carry}"
        con.execute(f"CREATE OR REPLACE TEMP VIEW touched AS {records_view(source, where=where)}")
        con.execute(
            f"INSERT INTO intervals BY NAME SELECT agent, state, reason, login_source, file_id, line, "
            f"{quoted(source.name)} AS source, greatest(started_at, TIMESTAMP '{start}') AS started_at, "
            f"least(ended_at, started_at + {carry}, TIMESTAMP '{end}') AS ended_at "
            f"FROM ({source.derive['agent_states']}) WHERE agent IS NOT NULL AND started_at < TIMESTAMP '{end}'"
        )
    con.execute(f"CREATE OR REPLACE TEMP TABLE made AS {_flat_sql()}")
    con.execute("DROP TABLE intervals")
    con.execute(f"DELETE FROM {AGENT_STATES.name} WHERE day BETWEEN ? AND ?", [first, last])
    con.execute(f"CREATE OR REPLACE TEMP TABLE pieces AS {cut_at_days(day, _NAMES)}")
    con.execute("DROP TABLE made")
    count = put(con, AGENT_STATES, "pieces", day)
    con.execute("DROP TABLE pieces")
    return {AGENT_STATES.name: count}


def _flat_sql() -> str:
    """Non-overlapping pieces from `intervals`, equal neighbours joined."""
    weight = "CASE WHEN state = 'available' AND login_source = 'inferred' THEN 'inferred' ELSE state END"
    weights = f"CASE {weight} " + " ".join(f"WHEN '{n}' THEN {w}" for n, w in _WEIGHT.items()) + " END"
    winner = " ".join(
        f"WHEN load >= {_WEIGHT[name]} THEN '{'available' if name == 'inferred' else name}'"
        for name in reversed(_FIELDS)
    )
    logged = f"(load // {_WEIGHT['available']}) % {1 << BITS} > 0"
    signed_in = f"CASE WHEN {logged} THEN coalesce(known, 'log') ELSE 'inferred' END"
    return f"""
        WITH weighed AS (
            SELECT agent, started_at, ended_at, {weights} AS weight, state, reason, login_source, file_id, line, source
            FROM intervals WHERE ended_at > started_at AND state <> 'offline'
        ),
        edges AS (
            SELECT agent, started_at AS moment, weight AS change, CASE state WHEN 'aux' THEN coalesce(reason, '') END
                AS reason, CASE WHEN state = 'available' THEN login_source END AS known, source, file_id, line
            FROM weighed
            UNION ALL
            SELECT agent, ended_at, -weight, NULL, NULL, source, file_id, line FROM weighed
        ),
        moments AS (
            SELECT agent, moment, sum(change)::BIGINT AS change, max(reason) AS reason, max(known) AS known,
                min(source) AS source, arg_min(file_id, (file_id, line)) AS file_id,
                arg_min(line, (file_id, line)) AS line
            FROM edges GROUP BY agent, moment
        ),
        loads AS (
            SELECT agent, moment, source, file_id, line,
                (sum(change) OVER w)::BIGINT AS load,
                last_value(reason IGNORE NULLS) OVER w AS reason, last_value(known IGNORE NULLS) OVER w AS known
            FROM moments WINDOW w AS (PARTITION BY agent ORDER BY moment ROWS UNBOUNDED PRECEDING)
        ),
        states AS (
            SELECT agent, moment, source, file_id, line, known, CASE {winner} ELSE 'offline' END AS state,
                CASE WHEN load >= {_WEIGHT['aux']} AND load < {_WEIGHT['ring']} THEN nullif(reason, '') END AS reason,
                {signed_in} AS login_source
            FROM loads
        ),
        changes AS (
            SELECT * FROM states
            QUALIFY (state, reason, login_source) IS DISTINCT FROM
                lag((state, reason, login_source)) OVER (PARTITION BY agent ORDER BY moment)
        ),
        pieces AS (
            SELECT agent, state, reason, login_source, source, file_id, line, moment AS started_at,
                lead(moment) OVER (PARTITION BY agent ORDER BY moment) AS ended_at
            FROM changes
        )
        SELECT * FROM pieces WHERE state <> 'offline' AND ended_at IS NOT NULL
    """


def cut_at_days(day: BusinessDay, columns: Sequence[str]) -> str:
    """The rows of `made` with these columns and their two instants, cut where a business day starts."""
    first, last = day.day_sql("started_at"), day.day_sql("final_at")
    begins = day.zone.to_utc_sql("wall")
    names = ", ".join(columns)
    return f"""
        WITH placed AS (
            SELECT *, {first} AS first_day, {last} AS last_day
            FROM (SELECT *, ended_at - INTERVAL 1 MICROSECOND AS final_at FROM made)
        ),
        crossing AS (
            SELECT {names}, started_at, ended_at,
                unnest(generate_series(first_day, last_day, INTERVAL 1 DAY)) + to_seconds({day.shift_s}) AS wall
            FROM placed WHERE first_day < last_day
        ),
        cut AS (
            SELECT {names}, started_at, ended_at, {begins} AS day_from FROM crossing
        )
        SELECT {names}, started_at, ended_at FROM placed WHERE first_day = last_day
        UNION ALL
        SELECT {names}, greatest(started_at, day_from),
            least(ended_at, coalesce(lead(day_from) OVER (PARTITION BY agent, started_at ORDER BY day_from), ended_at))
        FROM cut
    """
