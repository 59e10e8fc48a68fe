"""Legs folded into contacts, and into what agents did on them: the SELECTs over `touched`, which is of one switch."""

from __future__ import annotations

_DIALLED = "app IN ('Dial', 'AppDial', 'AppDial2')"
# Per leg, how far the contact got: the highest level of its legs is the contact's outcome.
_LEVEL = f"""CASE disposition
    WHEN 'ANSWERED' THEN CASE WHEN billsec_ms > 0 THEN
        CASE WHEN {_DIALLED} AND stand_in IS NOT TRUE
            AND (direction = 'out' OR agent IS NOT NULL) THEN 5 ELSE 4 END ELSE 3 END
    WHEN 'NO ANSWER' THEN 3 WHEN 'CANCEL' THEN 3 WHEN 'BUSY' THEN 2
    WHEN 'FAILED' THEN 1 WHEN 'CONGESTION' THEN 1 END"""
# Legs in the order of their start, then of the switch's number, else of their channels' numbers. Legs that are still
# level are of one channel, and have its caller and direction in common.
_ORDER = """epoch_us(started_at) // 1000000 * 2147483648
    + (coalesce(sequence, counter, 0) & 2147483647)"""
_LINE_BITS = 36

CONTACTS_SQL = f"""
SELECT any_value(system) AS system, contact AS contact_id, 'voice' AS channel, arg_min(direction, place) AS direction,
    min(started_at) AS started_at, make_timestamp(max(epoch_us(started_at) + 1000 * duration_ms)) AS ended_at,
    arg_min(customer_key, place) AS customer_key, arg_min(customer_mask, place) AS customer_mask,
    CASE max(level) WHEN 5 THEN 'answered' WHEN 4 THEN 'connected' WHEN 3 THEN 'unanswered' WHEN 2 THEN 'busy'
        WHEN 1 THEN 'failed' END AS outcome,
    NULL::VARCHAR AS reason, NULL::BIGINT AS ivr_ms,
    min(read_at) >> {_LINE_BITS} AS file_id, min(read_at) & {(1 << _LINE_BITS) - 1} AS line
FROM (SELECT *, {_LEVEL} AS level, {_ORDER} AS place, (file_id << {_LINE_BITS}) + line AS read_at FROM touched)
GROUP BY contact"""

SEGMENTS_SQL = f"""
SELECT system, contact AS contact_id,
    row_number() OVER (PARTITION BY contact ORDER BY begun, sequence, agent, duration_ms) AS nth,
    agent, queue, kind, begun AS started_at, duration_ms, file_id, line
FROM (
    SELECT * EXCLUDE (duration_ms),
        CASE WHEN disposition = 'NO ANSWER' THEN 'no_answer' ELSE 'talk' END AS kind,
        CASE WHEN app = 'Queue' OR disposition = 'NO ANSWER' THEN started_at
            ELSE make_timestamp(epoch_us(started_at) + 1000 * (duration_ms - billsec_ms)) END AS begun,
        CASE WHEN disposition = 'NO ANSWER' THEN duration_ms WHEN app <> 'Queue' THEN billsec_ms END AS duration_ms
    FROM touched
    WHERE agent IS NOT NULL AND NOT stand_in AND ({_DIALLED} OR app = 'Queue')
        AND (disposition = 'ANSWERED' AND billsec_ms > 0 OR disposition = 'NO ANSWER' AND direction <> 'out'))"""
