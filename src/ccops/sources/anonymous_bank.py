"""Anonymous Bank: the call records of an Israeli bank, 1999, that queueing research has used ever since.

One tab-separated line per call, local times of Asia/Jerusalem as clock times on the date of the call's first second.
The Technion publishes the data; its rules (what 0:00:00 means, which columns to trust) are those of its documentation.
"""

from __future__ import annotations

from ccops.clock import Zone
from ccops.model import Column, Kind
from ccops.source import Layout, Records, Sample, Source

_HEADER = (
    "vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit", "vru_time", "q_start",
    "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server",
)


def _sniff(sample: Sample) -> Layout | None:
    for delimiter in ("\t", ",", ";"):
        for index, row in enumerate(sample.rows(delimiter)[:5]):
            if tuple(cell.strip() for cell in row) == _HEADER:
                return Layout(columns=_HEADER, delimiter=delimiter, quote='"', first_row=index + 1)
    return None


def _select(layout: Layout, zone: Zone) -> str:
    clock = "try_strptime({0}, '%H:%M:%S')"
    return f"""
        WITH typed AS (
            SELECT *, try_strptime("date", '%y%m%d') AS called_on,
                {clock.format("vru_entry")} AS vru_entry_clock, {clock.format("vru_exit")} AS vru_exit_clock,
                {clock.format("q_start")} AS q_start_clock,
                try_cast(q_time AS BIGINT) AS q_s, try_cast(ser_time AS BIGINT) AS ser_s,
                try_cast(vru_time AS BIGINT) AS vru_s,
                q_start <> '0:00:00' AND q_start <> '00:00:00' AS queued
            FROM raw
        ),
        walls AS (
            SELECT *, called_on + (vru_entry_clock - TIMESTAMP '1900-01-01') AS vru_wall,
                CASE WHEN queued THEN q_start_clock ELSE vru_exit_clock END AS enter_clock
            FROM typed
        ),
        entered AS (
            SELECT *, called_on + (enter_clock - TIMESTAMP '1900-01-01')
                + CASE WHEN enter_clock < vru_entry_clock - INTERVAL 12 HOUR THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END
                AS enter_wall
            FROM walls
        )
        SELECT "vru+line" || ':' || call_id AS call, "type" AS queue,
            {zone.to_utc_sql("vru_wall")} AS vru_at, {zone.to_utc_sql("enter_wall")} AS entered_at,
            CASE WHEN vru_s >= 0 THEN vru_s * 1000 END AS ivr_ms, q_s * 1000 AS wait_ms,
            CASE WHEN outcome = 'AGENT' THEN ser_s * 1000 END AS talk_ms,
            outcome = 'AGENT' AS answered, queued,
            CASE WHEN outcome = 'AGENT' THEN nullif(nullif(server, 'NO_SERVER'), '') END AS agent,
            CASE WHEN regexp_full_match(customer_id, '[0-9]+') AND customer_id <> '0' THEN customer_id END AS customer,
            concat_ws(chr(31), {', '.join(f'"{name}"' for name in _HEADER)}) AS identity,
            CASE WHEN call_id IS NULL OR "vru+line" IS NULL THEN 'no call id'
                WHEN regexp_matches(call_id, '[eE][+]') THEN 'the call id was turned into a number by a spreadsheet'
                WHEN called_on IS NULL THEN 'date is not yymmdd'
                WHEN enter_wall IS NULL OR vru_wall IS NULL THEN 'a clock time is damaged'
                WHEN q_s IS NULL OR ser_s IS NULL THEN 'q_time or ser_time is not a number of seconds'
                WHEN outcome IS NULL OR outcome NOT IN ('AGENT', 'HANG', 'PHANTOM') THEN 'unknown outcome'
            END AS reject,
            CASE WHEN outcome = 'PHANTOM' THEN 'phantom call' END AS skip,
            CASE WHEN regexp_matches(customer_id, '[eE][+]') THEN 'customer_damaged'
                WHEN vru_s < 0 THEN 'negative_ivr_time' END AS flag
        FROM entered
    """


_ANSWER = "entered_at + to_milliseconds(wait_ms)"

ANONYMOUS_BANK = Source(
    name="anonymous_bank",
    title="Anonymous Bank 1999 (Technion)",
    system="anonymous_bank",
    sniff=_sniff,
    zone="Asia/Jerusalem",
    records=Records(
        name="bank_calls",
        meaning="one call of the bank's records",
        columns=(
            Column("call", Kind.TEXT, "line and call id: a call id alone repeats"),
            Column("queue", Kind.TEXT, "the service asked for"),
            Column("vru_at", Kind.INSTANT, "entry into the voice menu"),
            Column("entered_at", Kind.INSTANT, "entry into the queue, or out of the menu when it never queued"),
            Column("ivr_ms", Kind.DURATION, "time in the voice menu; negative ones are unknown"),
            Column("wait_ms", Kind.DURATION, "q_time"),
            Column("talk_ms", Kind.DURATION, "ser_time of an answered call"),
            Column("answered", Kind.FLAG, "outcome AGENT"),
            Column("queued", Kind.FLAG, "q_start is a time"),
            Column("agent", Kind.TEXT, "server; NO_SERVER is unknown"),
            Column("customer", Kind.TEXT, "customer id; 0 is unknown"),
        ),
        at="entered_at", contact="call", agent="agent", caller="customer", caller_is_phone=False,
    ),
    select=_select,
    derive={
        "contacts": f"""
            SELECT system, call AS contact_id, 'voice' AS channel, 'in' AS direction, vru_at AS started_at,
                CASE WHEN answered THEN {_ANSWER} + to_milliseconds(talk_ms) WHEN queued THEN {_ANSWER}
                    ELSE entered_at END AS ended_at,
                customer_key, customer_mask,
                CASE WHEN answered THEN 'answered' WHEN queued THEN 'abandoned' ELSE 'ivr_hangup' END AS outcome,
                queue AS reason, ivr_ms, file_id, line
            FROM touched
        """,
        "queue_visits": f"""
            SELECT system, call AS contact_id, queue, 1 AS nth, 'voice' AS channel, 'in' AS direction, entered_at,
                CASE WHEN answered THEN {_ANSWER} END AS answered_at,
                CASE WHEN answered THEN {_ANSWER} + to_milliseconds(talk_ms) ELSE {_ANSWER} END AS ended_at,
                wait_ms, NULL::BIGINT AS ring_ms, talk_ms, NULL::BIGINT AS hold_ms, NULL::BIGINT AS acw_ms, agent,
                CASE WHEN answered THEN 'answered' ELSE 'abandoned' END AS outcome,
                CASE WHEN NOT answered THEN 'queue' END AS abandon_phase,
                CASE WHEN NOT answered THEN 'customer' END AS released_by, NULL::BOOLEAN AS transferred,
                false AS truncated, customer_key, file_id, line
            FROM touched WHERE answered OR queued
        """,
        "segments": f"""
            SELECT system, call AS contact_id, 1 AS nth, agent, queue, 'talk' AS kind, {_ANSWER} AS started_at,
                talk_ms AS duration_ms, file_id, line
            FROM touched WHERE answered
        """,
        "agent_states": f"""
            WITH talks AS (
                SELECT agent, {_ANSWER} AS started_at, {_ANSWER} + to_milliseconds(talk_ms) AS ended_at, file_id, line
                FROM touched WHERE answered AND agent IS NOT NULL
            ),
            gaps AS (
                SELECT *, started_at - max(ended_at) OVER (PARTITION BY agent ORDER BY started_at, line
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS idle FROM talks
            ),
            sessions AS (
                SELECT *, count(*) FILTER (idle IS NULL OR idle > INTERVAL 6 HOUR)
                    OVER (PARTITION BY agent ORDER BY started_at, line) AS session FROM gaps
            )
            SELECT agent, 'available' AS state, NULL::VARCHAR AS reason, min(started_at) AS started_at,
                max(ended_at) AS ended_at, 'inferred' AS login_source, min(file_id) AS file_id, min(line) AS line
            FROM sessions GROUP BY agent, session
            UNION ALL
            SELECT agent, 'talk', NULL, started_at, ended_at, NULL, file_id, line FROM talks
        """,
    },
    lacks={
        "queue_visits.hold_ms": "anonymous_bank has no hold",
        "queue_visits.acw_ms": "anonymous_bank has no after-call work",
        "queue_visits.ring_ms": "anonymous_bank has no ringing",
        "queue_visits.transferred": "anonymous_bank has no transfers",
        "segments.no_answer": "anonymous_bank has no unanswered ringing",
        "contacts.ivr_completed": "anonymous_bank holds only calls that asked for an agent or hung up",
        "agent_states.login": "anonymous_bank has no sign-ins; they are inferred from the calls served",
    },
    sample="anonymous_bank_day.tsv",
)
