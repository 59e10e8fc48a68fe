"""Ten million queue_log lines: ccops's import, and a script by hand that makes the same tables.

The script trusts every line: no rejects, no hashes, no duplicates, no pseudonyms, one file. What it does not spare is
the work itself: events typed and stored, visits with waits, rings and outcomes, contacts, segments, and one
non-overlapping line of states per agent.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

LINES_PER_CALL = 4.85


def write(file: Path, calls: int) -> None:
    """Calls that overlap: enter, two phones ring, connect or abandon, complete; pauses in between."""
    duckdb.connect().execute(
        f"""
        COPY (
            WITH calls AS (
                SELECT i, 1700000000 + (i * 0.35)::BIGINT AS t, (1700000000 + (i * 0.35)::BIGINT) || '.' || i AS id,
                    'q' || (i % 8) AS q, (i * 7) % 400 AS a, (i * 13) % 40 AS w, 30 + (i * 17) % 400 AS talk,
                    '01' || lpad(((i * 7919) % 500000 + 30000000)::VARCHAR, 8, '0') AS caller, i % 10 < 8 AS ans
                FROM range({calls}) r (i)
            )
            SELECT ts || '|' || line FROM (
                SELECT t AS ts, i, 0 AS k, id || '|' || q || '|NONE|ENTERQUEUE||' || caller || '|1' AS line FROM calls
                UNION ALL SELECT t + w // 3, i, 1, id || '|' || q || '|SIP/' || (2000 + (a + 1) % 400)
                    || '|RINGNOANSWER|' || (w // 3 * 1000) FROM calls
                UNION ALL SELECT t + w // 2, i, 2, id || '|' || q || '|SIP/' || (2000 + (a + 2) % 400)
                    || '|RINGNOANSWER|' || (w // 2 * 1000) FROM calls
                UNION ALL SELECT t + w, i, 3, id || '|' || q || '|SIP/' || (2000 + a) || '|CONNECT|' || w || '|' || id
                    || '9|' || (w // 2) FROM calls WHERE ans
                UNION ALL SELECT t + w, i, 3, id || '|' || q || '|NONE|ABANDON|1|1|' || w FROM calls WHERE NOT ans
                UNION ALL SELECT t + w + talk, i, 4, id || '|' || q || '|SIP/' || (2000 + a)
                    || CASE WHEN i % 2 = 0 THEN '|COMPLETEAGENT|' ELSE '|COMPLETECALLER|' END || w || '|' || talk
                    || '|1' FROM calls WHERE ans
                UNION ALL SELECT t + 5, i, 5, 'NONE|NONE|SIP/' || (2000 + i % 400) || '|PAUSEALL|'
                    || CASE WHEN i % 3 = 0 THEN 'lunch' ELSE 'break' END FROM calls WHERE i % 40 = 0
                UNION ALL SELECT t + 605, i, 6, 'NONE|NONE|SIP/' || (2000 + i % 400) || '|UNPAUSEALL|'
                    FROM calls WHERE i % 40 = 0
            ) ORDER BY ts, i, k
        ) TO '{file}' (HEADER false, QUOTE '', DELIMITER E'\\x01')
        """
    )


def ours(file: str, store: str) -> None:
    """Events, contacts, visits, segments and states into an empty store."""
    import ccops

    with ccops.open(store, tz="UTC", write=True, files=[file]) as workspace:
        [result] = workspace.import_files([file])
    assert result.used == result.lines > 0


_SCRIPT = """
CREATE TABLE events AS
    SELECT row_number() OVER () AS line, make_timestamp(t::BIGINT * 1000000) AS ts, callid, queue,
        nullif(agent, 'NONE') AS agent, verb, d1, d2, d3
    FROM read_csv('{file}', columns = {{t: 'VARCHAR', callid: 'VARCHAR', queue: 'VARCHAR', agent: 'VARCHAR',
        verb: 'VARCHAR', d1: 'VARCHAR', d2: 'VARCHAR', d3: 'VARCHAR', d4: 'VARCHAR', d5: 'VARCHAR'}},
        auto_detect = false, header = false, delim = '|', quote = '', escape = '', null_padding = true);

CREATE TABLE queue_visits AS
    WITH folded AS (
        SELECT callid, queue, min(ts) FILTER (verb = 'ENTERQUEUE') AS entered_at,
            min(ts) FILTER (verb = 'CONNECT') AS answered_at,
            max(ts) FILTER (verb IN ('COMPLETEAGENT', 'COMPLETECALLER', 'ABANDON', 'EXITWITHTIMEOUT')) AS ended_at,
            max(d2) FILTER (verb = 'ENTERQUEUE') AS caller,
            max(try_cast(d1 AS BIGINT)) FILTER (verb = 'CONNECT') AS wait_c,
            max(try_cast(d3 AS BIGINT)) FILTER (verb IN ('ABANDON', 'EXITWITHTIMEOUT')) AS wait_a,
            max(try_cast(d3 AS BIGINT)) FILTER (verb = 'CONNECT') AS ring,
            max(try_cast(d2 AS BIGINT)) FILTER (verb IN ('COMPLETEAGENT', 'COMPLETECALLER')) AS talk,
            max(agent) FILTER (verb = 'CONNECT') AS agent,
            bool_or(verb = 'CONNECT') AS answered, bool_or(verb = 'ABANDON') AS abandoned,
            bool_or(verb = 'EXITWITHTIMEOUT') AS timed_out, bool_or(verb = 'COMPLETECALLER') AS by_caller
        FROM events WHERE callid <> 'NONE' AND verb <> 'RINGNOANSWER' GROUP BY callid, queue
    )
    SELECT callid, queue, entered_at, answered_at, ended_at, 1000 * coalesce(wait_c, wait_a) AS wait_ms,
        1000 * ring AS ring_ms, 1000 * talk AS talk_ms, agent, caller, entered_at::DATE AS day,
        hour(entered_at) * 4 + minute(entered_at) // 15 AS quarter,
        CASE WHEN answered THEN 'answered' WHEN abandoned THEN 'abandoned' WHEN timed_out THEN 'timeout' ELSE 'open' END
            AS outcome,
        CASE WHEN abandoned THEN 'queue' END AS abandon_phase,
        CASE WHEN by_caller OR abandoned THEN 'customer' WHEN answered THEN 'agent' END AS released_by
    FROM folded ORDER BY entered_at;

CREATE TABLE contacts AS
    SELECT callid, min(entered_at) AS started_at, max(ended_at) AS ended_at, min(caller) AS caller,
        CASE WHEN bool_or(outcome = 'answered') THEN 'answered' ELSE arg_max(outcome, entered_at) END AS outcome,
        min(entered_at)::DATE AS day
    FROM queue_visits GROUP BY callid ORDER BY started_at;

CREATE TABLE segments AS
    SELECT callid, row_number() OVER (PARTITION BY callid ORDER BY started_at) AS nth, agent, queue, kind, started_at,
        duration_ms, started_at::DATE AS day
    FROM (
        SELECT callid, agent, queue, 'no_answer' AS kind, ts - to_milliseconds(d1::BIGINT) AS started_at,
            d1::BIGINT AS duration_ms FROM events WHERE verb = 'RINGNOANSWER'
        UNION ALL
        SELECT callid, agent, queue, 'talk', answered_at, talk_ms FROM queue_visits WHERE answered_at IS NOT NULL
    ) ORDER BY started_at;

CREATE TABLE agent_states AS
    WITH spans AS (
        SELECT agent, CASE kind WHEN 'talk' THEN 3 ELSE 2 END AS state, NULL AS reason, started_at,
            started_at + to_milliseconds(duration_ms) AS ended_at FROM segments
        UNION ALL
        SELECT agent, 2, NULL, answered_at - to_milliseconds(ring_ms), answered_at FROM queue_visits
            WHERE answered_at IS NOT NULL
        UNION ALL
        SELECT agent, 1, d1, ts, next FROM (
            SELECT agent, verb, d1, ts, lead(ts) OVER (PARTITION BY agent ORDER BY ts, line) AS next
            FROM events WHERE verb IN ('PAUSEALL', 'UNPAUSEALL')) WHERE verb = 'PAUSEALL'
        UNION ALL
        SELECT agent, 0, NULL, min(ts), max(ts) FROM (
            SELECT agent, ts, count(*) FILTER (gap > INTERVAL 6 HOUR) OVER (PARTITION BY agent ORDER BY ts) AS session
            FROM (SELECT agent, ts, ts - lag(ts) OVER (PARTITION BY agent ORDER BY ts) AS gap FROM events
                  WHERE agent IS NOT NULL)) GROUP BY agent, session
    ),
    edges AS (
        SELECT agent, started_at AS ts, state, 1 AS step, reason FROM spans WHERE ended_at > started_at
        UNION ALL SELECT agent, ended_at, state, -1, NULL FROM spans WHERE ended_at > started_at
    ),
    moments AS (
        SELECT agent, ts, sum(step) FILTER (state = 0) AS s0, sum(step) FILTER (state = 1) AS s1,
            sum(step) FILTER (state = 2) AS s2, sum(step) FILTER (state = 3) AS s3, max(reason) AS reason
        FROM edges GROUP BY agent, ts
    ),
    loads AS (
        SELECT agent, ts, sum(s0) OVER w AS n0, sum(s1) OVER w AS n1, sum(s2) OVER w AS n2, sum(s3) OVER w AS n3,
            last_value(reason IGNORE NULLS) OVER w AS reason
        FROM moments WINDOW w AS (PARTITION BY agent ORDER BY ts ROWS UNBOUNDED PRECEDING)
    ),
    states AS (
        SELECT agent, ts, CASE WHEN n3 > 0 THEN 'talk' WHEN n2 > 0 THEN 'ring' WHEN n1 > 0 THEN 'aux'
            WHEN n0 > 0 THEN 'available' ELSE 'offline' END AS state, reason FROM loads
    ),
    changes AS (
        SELECT * FROM states QUALIFY state IS DISTINCT FROM lag(state) OVER (PARTITION BY agent ORDER BY ts)
    )
    SELECT agent, state, CASE WHEN state = 'aux' THEN reason END AS reason, ts AS started_at,
        lead(ts) OVER (PARTITION BY agent ORDER BY ts) AS ended_at, ts::DATE AS day
    FROM changes ORDER BY started_at;
"""


def rival(file: str, store: str) -> None:
    """The script by hand."""
    con = duckdb.connect(store)
    con.execute(_SCRIPT.format(file=file))
    con.close()
