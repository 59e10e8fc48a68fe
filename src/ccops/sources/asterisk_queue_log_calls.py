"""Contacts, queue visits and segments from the records of a queue log.

A visit is a stretch of one call's lines in one queue: it begins with ENTERQUEUE, with a refusal (JOINEMPTY, FULL, …),
or with a CONNECT that no ENTERQUEUE of its own precedes (a cut file, or an attended transfer into a second queue);
lines before any of these make a truncated visit if they tell how one ended. Within a visit

- a CONNECT or a completion makes it answered; else the first line that ends it decides; an AGENTDUMP decides only if
  nothing else does, because the caller is still in the queue after it;
- a RINGCANCELED within the last second before an ABANDON says that the caller left while a phone rang; that is no
  missed call of the agent's, so it makes no segment;
- a restart (QUEUESTART) within a day ends what is still open; a call that went on to another visit is not.

Nearly every call has at most one visit per queue, so lines are folded by call and queue in one pass, and only calls
with more go through the windows that number their visits.
"""

from __future__ import annotations

from ccops.sources import asterisk_queue_log_verbs as verbs

# Time, then the file's place in time, then line, in one number: a plain min() finds a first record, its place and time.
_LINES = 1 << 33
_FILES = _LINES << 20
MICROSECOND = _FILES << 20
ORDER = f"(epoch_us(event_at)::HUGEINT * {MICROSECOND} + file_place * {_FILES}::HUGEINT + file_id * {_LINES} + line)"
CARRY = "INTERVAL 24 HOUR"
RESTARTS = f"""
    SELECT system, event_at AS restart_at, {ORDER} AS restart_o
    FROM queue_events JOIN file_order USING (file_id) WHERE verb = 'QUEUESTART'
"""

_STEP = f"""
    CASE WHEN verb = {verbs.ENTER} THEN 'enter' WHEN verb = {verbs.CONNECT} THEN 'connect'
        WHEN verb IN ({verbs.COMPLETE}) THEN 'complete' WHEN verb IN ({verbs.LEAVE}) THEN 'leave'
        WHEN verb IN ({verbs.REFUSED}) OR starts_with(verb, 'DIVERT_') THEN 'refused'
        WHEN verb = {verbs.DUMP} THEN 'dump' WHEN verb = {verbs.CANCEL} THEN 'cancel' END
"""


def place(order: str) -> str:
    """The file and line that an ORDER number names, as two columns."""
    return f"({order} % {_FILES} // {_LINES})::BIGINT AS file_id, ({order} % {_LINES})::BIGINT AS line"


def between_ms(start: str, end: str) -> str:
    """Whole milliseconds from one instant to another; unknown when they are in the wrong order."""
    return f"CASE WHEN {end} >= {start} THEN (epoch_us({end}) - epoch_us({start})) // 1000 END"


def folded(keys: str, where: str) -> str:
    """CTEs that end in `stretches`: one row per visit among the lines of `touched` that share the keys."""
    return f"""
        steps AS (
            SELECT {keys}, verb, event_at, wait_ms, ring_ms, talk_ms, customer_key, customer_mask,
                {"" if "agent" in keys else "agent,"} {ORDER} AS o, {_STEP} AS step
            FROM touched WHERE contact_id IS NOT NULL AND queue IS NOT NULL AND {where}
        ),
        calls AS MATERIALIZED (
            SELECT {_aggregates(keys)},
                count(*) FILTER (step = 'enter') <= 1 AND count(*) FILTER (step = 'connect') <= 1
                    AND count(*) FILTER (step = 'complete') <= 1 AND count(*) FILTER (step IN ('leave', 'dump')) <= 1
                    AND count(*) FILTER (step = 'refused') * count(*) <= 1 AS at_most_one_of_each
            FROM steps GROUP BY {keys}
        ),
        simple AS (
            SELECT *, at_most_one_of_each AND coalesce(enter_o, connect_o, first_o) = first_o AS is_simple FROM calls
        ),
        preceded AS (
            SELECT s.*, lag(CASE WHEN step IN ('enter', 'refused', 'connect') THEN step END IGNORE NULLS)
                OVER (PARTITION BY {keys} ORDER BY o) AS before
            FROM steps s SEMI JOIN (SELECT {keys} FROM simple WHERE NOT is_simple) USING ({keys})
        ),
        parted AS (
            SELECT *, count(*) FILTER (step IN ('enter', 'refused')
                OR step = 'connect' AND before IS DISTINCT FROM 'enter')
                OVER (PARTITION BY {keys} ORDER BY o ROWS UNBOUNDED PRECEDING) AS part
            FROM preceded
        ),
        firsts AS (
            SELECT * FROM parted
            QUALIFY step = 'cancel' OR row_number() OVER (PARTITION BY {keys}, part, step ORDER BY o) = 1
        ),
        stretches AS (
            SELECT * EXCLUDE (at_most_one_of_each, is_simple), 1 AS nth FROM simple WHERE is_simple AND tells
            UNION ALL BY NAME
            SELECT *, row_number() OVER (PARTITION BY {keys} ORDER BY first_o) AS nth
            FROM (SELECT {_aggregates(keys)} FROM firsts GROUP BY {keys}, part) WHERE tells
        )
    """


def _aggregates(keys: str) -> str:
    """What a visit's lines tell, where no step but `cancel` occurs twice: each min() but first_o is of one value."""
    known = {
        "enter": "customer_key customer_mask", "refused": "", "connect": "wait_ms ring_ms agent",
        "complete": "verb wait_ms talk_ms agent", "leave": "verb wait_ms agent", "dump": "agent",
    }
    columns = [
        f"min({column}) FILTER (step = '{step}') AS {step}_{'at' if column == 'event_at' else column}"
        for step, names in known.items() for column in ("event_at", *names.split()) if column not in keys.split(", ")
    ]
    return f"""
        {keys}, min(o) AS first_o, min(o) FILTER (step = 'enter') AS enter_o,
        min(o) FILTER (step = 'connect') AS connect_o, max(event_at) FILTER (step = 'cancel') AS cancel_at,
        bool_or(step <> 'cancel') AS tells, {", ".join(columns)}
    """


_KEYS = "system, contact_id, queue"
_VISITS = f"""
    {folded(_KEYS, f"(verb IN ({verbs.VISIT}, {verbs.CANCEL}) OR starts_with(verb, 'DIVERT_'))")},
    told AS MATERIALIZED (
        SELECT *, connect_at IS NOT NULL OR complete_at IS NOT NULL AS answered,
            coalesce(complete_at, CASE WHEN connect_at IS NULL
                THEN coalesce(refused_at, leave_at, dump_at) END) AS finished_at
        FROM stretches
    ),
    restarts AS ({RESTARTS}),
    latest AS (
        SELECT system, contact_id, max(first_o) AS latest_o FROM told
        WHERE contact_id IN (SELECT contact_id FROM told WHERE finished_at IS NULL) GROUP BY system, contact_id
    ),
    waiting AS (
        SELECT t.*, coalesce(connect_o, enter_o) AS open_o FROM told t JOIN latest l
            ON l.system = t.system AND l.contact_id = t.contact_id AND l.latest_o = t.first_o WHERE finished_at IS NULL
    ),
    cut_off AS (
        SELECT w.system, w.first_o AS cut_o, r.restart_at FROM waiting w
        ASOF JOIN restarts r ON w.system = r.system AND w.open_o < r.restart_o
        WHERE r.restart_at <= coalesce(w.connect_at, w.enter_at) + {CARRY}
    ),
    closed AS (SELECT t.*, c.restart_at FROM told t LEFT JOIN cut_off c ON t.system = c.system AND t.first_o = c.cut_o),
    timed AS (
        SELECT *, CASE WHEN answered THEN coalesce(connect_at, finished_at - to_milliseconds(complete_talk_ms))
                ELSE finished_at END AS waited_until,
            CASE WHEN answered THEN coalesce(connect_wait_ms, complete_wait_ms)
                WHEN refused_at IS NULL THEN leave_wait_ms END AS stated_wait_ms
        FROM closed
    ),
    measured AS (
        SELECT *, coalesce(stated_wait_ms, {between_ms("coalesce(enter_at, refused_at)", "waited_until")}) AS wait_ms
        FROM timed
    ),
    visits AS (
        SELECT system, contact_id, queue, nth, first_o, coalesce(connect_o, first_o) AS answer_o,
            coalesce(enter_at, refused_at, waited_until - to_milliseconds(coalesce(wait_ms, 0)), finished_at)
                AS entered_at,
            CASE WHEN answered THEN waited_until END AS answered_at, coalesce(finished_at, restart_at) AS ended_at,
            wait_ms, connect_ring_ms AS ring_ms,
            coalesce(complete_talk_ms, {between_ms("connect_at", "complete_at")}) AS talk_ms,
            CASE WHEN answered THEN coalesce(connect_agent, complete_agent)
                WHEN refused_at IS NOT NULL THEN NULL WHEN leave_at IS NOT NULL THEN leave_agent
                ELSE dump_agent END AS agent,
            CASE WHEN answered THEN 'answered' WHEN refused_at IS NOT NULL THEN 'refused'
                WHEN leave_at IS NOT NULL THEN CASE leave_verb WHEN 'ABANDON' THEN 'abandoned'
                    WHEN 'EXITWITHTIMEOUT' THEN 'timeout' WHEN 'EXITWITHKEY' THEN 'exit_key'
                    WHEN 'EXITEMPTY' THEN 'exit_empty' WHEN 'WITHDRAW' THEN 'withdrawn' ELSE 'dropped' END
                WHEN dump_at IS NOT NULL THEN 'dropped' ELSE 'open' END AS outcome,
            leave_agent IS NOT NULL AS greeted, cancel_at >= leave_at - INTERVAL 1 SECOND AS rang,
            CASE WHEN answered THEN CASE WHEN complete_verb = 'COMPLETECALLER' THEN 'customer'
                    WHEN complete_at IS NOT NULL THEN 'agent' END
                WHEN refused_at IS NOT NULL THEN 'system'
                WHEN leave_at IS NOT NULL THEN
                    CASE WHEN leave_verb IN ('ABANDON', 'EXITWITHKEY') THEN 'customer' ELSE 'system' END
                WHEN dump_at IS NOT NULL THEN 'agent' END AS released_by,
            CASE WHEN answered THEN complete_verb IN ({verbs.PASSED_ON}) ELSE false END AS transferred,
            coalesce(enter_at, refused_at) IS NULL OR restart_at IS NOT NULL AS truncated,
            enter_customer_key AS customer_key, enter_customer_mask AS customer_mask
        FROM measured
    )
"""
QUEUE_VISITS = f"""
    WITH {_VISITS},
    callers AS (
        SELECT system, contact_id, arg_min(customer_key, first_o) AS customer_key FROM visits
        WHERE contact_id IN (SELECT contact_id FROM visits WHERE customer_key IS NULL) GROUP BY system, contact_id
    )
    SELECT v.system, v.contact_id, v.queue, v.nth, 'voice' AS channel, 'in' AS direction, v.entered_at, v.answered_at,
        v.ended_at, v.wait_ms, v.ring_ms, v.talk_ms, NULL::BIGINT AS hold_ms, NULL::BIGINT AS acw_ms, v.agent,
        v.outcome,
        CASE WHEN v.outcome = 'abandoned'
            THEN CASE WHEN v.greeted THEN 'announcement' WHEN v.rang THEN 'ring' ELSE 'queue' END END AS abandon_phase,
        v.released_by, v.transferred, v.truncated, coalesce(v.customer_key, c.customer_key) AS customer_key,
        {place("v.first_o")}
    FROM visits v LEFT JOIN callers c ON v.customer_key IS NULL AND c.system = v.system AND c.contact_id = v.contact_id
"""

CONTACTS = f"""
    WITH {_VISITS},
    calls_of AS (
        SELECT system, contact_id, min(entered_at) AS started_at, max(ended_at) AS last_end_at, min(first_o) AS first_o,
            arg_max(struct_pack(ended_at, outcome), first_o) AS last_visit, bool_or(outcome = 'answered') AS answered,
            arg_min(customer_key, first_o) AS customer_key, arg_min(customer_mask, first_o) AS customer_mask
        FROM visits GROUP BY system, contact_id
    )
    SELECT system, contact_id, 'voice' AS channel, 'in' AS direction, started_at,
        CASE WHEN last_visit.ended_at IS NOT NULL THEN last_end_at END AS ended_at, customer_key, customer_mask,
        CASE WHEN answered THEN 'answered' ELSE last_visit.outcome END AS outcome, NULL::VARCHAR AS reason,
        NULL::BIGINT AS ivr_ms, {place("first_o")}
    FROM calls_of
"""

SEGMENTS = f"""
    WITH {_VISITS},
    stretches_of_agents AS (
        SELECT system, contact_id, agent, queue, 'talk' AS kind, answered_at AS started_at, talk_ms AS duration_ms,
            answer_o AS o
        FROM visits WHERE answered_at IS NOT NULL AND agent IS NOT NULL
        UNION ALL
        SELECT system, contact_id, agent, queue, 'no_answer',
            event_at - to_milliseconds(coalesce(ring_ms, 0)), ring_ms, {ORDER}
        FROM touched WHERE verb = 'RINGNOANSWER' AND contact_id IS NOT NULL AND agent IS NOT NULL
        UNION ALL
        SELECT system, contact_id, agent, queue, 'wrap', event_at, wrap_ms, {ORDER}
        FROM touched WHERE verb = 'WRAPUPSTART' AND contact_id IS NOT NULL AND agent IS NOT NULL
    )
    SELECT system, contact_id, row_number() OVER (PARTITION BY system, contact_id ORDER BY started_at, o) AS nth,
        agent, queue, kind, started_at, duration_ms, {place("o")}
    FROM stretches_of_agents
"""

# A restart ends the visits that were open, or of unknown talk, in the day before it.
TOUCHES = f"""
    SELECT DISTINCT v.contact_id
    FROM (SELECT event_at, system FROM fresh WHERE verb = 'QUEUESTART') f
    JOIN queue_visits v ON v.system = f.system AND v.source = 'asterisk_queue_log' AND v.talk_ms IS NULL
        AND v.outcome IN ('open', 'answered') AND f.event_at BETWEEN v.entered_at AND v.entered_at + {CARRY} * 2
"""
