"""Where mapped rows are kept, and how canonical rows come from them: the same for every mapping file.

A record holds canonical values, so that the store can derive again when the mapping file is long gone.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccops.model import Column, Kind
from ccops.source import Layout, Records, Sample, Source
from ccops.sources import mapping_beside_records as beside

# Of the versions of a row the one with the largest `version` counts, then the last one, or the first if it says so.
_LATEST = """
    SELECT * FROM touched
    QUALIFY row_number() OVER (
        PARTITION BY system, coalesce(row_key, 'line ' || file_id || ' ' || line)
        ORDER BY version DESC NULLS LAST,
            CASE WHEN keep_first THEN -file_id ELSE file_id END DESC, CASE WHEN keep_first THEN -line ELSE line END DESC
    ) = 1
"""

_CONTACT = f"""
    WITH latest AS ({_LATEST})
    SELECT system, contact_id,
        first(channel ORDER BY started_at, line) FILTER (channel IS NOT NULL) AS channel,
        first(direction ORDER BY started_at, line) FILTER (direction IS NOT NULL) AS direction,
        min(started_at) AS started_at, max(ended_at) AS ended_at,
        first(customer_key ORDER BY started_at, line) FILTER (customer_key IS NOT NULL) AS customer_key,
        first(customer_mask ORDER BY started_at, line) FILTER (customer_key IS NOT NULL) AS customer_mask,
        CASE WHEN bool_or(outcome = 'answered') THEN 'answered' ELSE last(outcome ORDER BY started_at, line) END
            AS outcome,
        first(reason ORDER BY started_at, line) FILTER (reason IS NOT NULL) AS reason,
        max(ivr_ms) AS ivr_ms, min(file_id) AS file_id, arg_min(line, (file_id, line)) AS line
    FROM latest GROUP BY system, contact_id
"""

_VISIT = f"""
    WITH latest AS ({_LATEST})
    SELECT system, contact_id, queue,
        row_number() OVER (PARTITION BY system, contact_id, queue ORDER BY entered_at, file_id, line) AS nth,
        channel, direction, entered_at, answered_at, ended_at, wait_ms, ring_ms, talk_ms, hold_ms, acw_ms,
        CASE WHEN outcome = 'answered' OR abandon_phase = 'announcement' THEN agent END AS agent,
        outcome, abandon_phase, released_by, transferred, false AS truncated, customer_key, file_id, line
    FROM latest WHERE is_visit
"""

# Talk, hold and wrap follow each other: the export gives their lengths, not their order.
_SEGMENT = f"""
    WITH latest AS ({_LATEST}),
    answered AS (
        SELECT *, answered_at + to_milliseconds(coalesce(talk_ms, 0)) AS hold_at FROM latest
        WHERE agent IS NOT NULL AND outcome = 'answered' AND answered_at IS NOT NULL
    ),
    stretches AS (
        SELECT system, contact_id, agent, queue, 'talk' AS kind, answered_at AS started_at, talk_ms AS duration_ms,
            file_id, line FROM answered
        UNION ALL
        SELECT system, contact_id, agent, queue, 'hold', hold_at, hold_ms, file_id, line FROM answered
        WHERE hold_ms > 0
        UNION ALL
        SELECT system, contact_id, agent, queue, 'wrap', hold_at + to_milliseconds(coalesce(hold_ms, 0)), acw_ms,
            file_id, line FROM answered WHERE acw_ms > 0
        UNION ALL
        SELECT system, contact_id, agent, queue, 'no_answer', ended_at - to_milliseconds(ring_ms), ring_ms,
            file_id, line FROM latest
        WHERE agent IS NOT NULL AND outcome <> 'answered' AND ring_ms > 0 AND ended_at IS NOT NULL
    )
    SELECT system, contact_id,
        row_number() OVER (PARTITION BY system, contact_id ORDER BY started_at, file_id, line, kind) AS nth,
        agent, queue, kind, started_at, duration_ms, file_id, line
    FROM stretches
"""

# A state lasts until its end, else until the agent's next one. Whoever is in any state but offline is signed in, and
# the log says so.
_STATE = f"""
    WITH latest AS ({_LATEST}),
    lasting AS (
        SELECT agent, state, reason, started_at, file_id, line,
            coalesce(
                ended_at, lead(started_at) OVER (PARTITION BY agent ORDER BY started_at, file_id, line)
            ) AS ended_at
        FROM latest
    )
    SELECT agent, state, reason, started_at, ended_at, 'log' AS login_source, file_id, line
    FROM lasting WHERE ended_at > started_at
    UNION ALL
    SELECT agent, 'available', NULL, started_at, ended_at, 'log', file_id, line
    FROM lasting WHERE ended_at > started_at AND state NOT IN ('available', 'offline')
"""

_INTERVAL_VALUES = (
    "offered_n", "answered_n", "abandoned_n", "answered_within_n", "wait_ms", "talk_ms", "hold_ms", "acw_ms",
    "login_ms", "available_ms", "aux_ms",
)
_INTERVAL = f"""
    WITH latest AS ({_LATEST})
    SELECT system, queue, started_at, interval_ms, {', '.join(_INTERVAL_VALUES)}, file_id, line FROM latest
    QUALIFY row_number() OVER (
        PARTITION BY system, queue, started_at, interval_ms ORDER BY version DESC NULLS LAST, file_id DESC, line DESC
    ) = 1
"""


# A shift's day is the one on which it begins, so a break after midnight belongs to the day before: rows less than four
# hours apart are one shift, unless the file dates them apart. Where schedules are published again, the latest
# publication of an agent's day stands alone; rows of the same publication stand together.
_SHIFT = """
    WITH reached AS (
        SELECT *, max(ended_at) OVER w AS busy_until, max(plan_day) OVER w AS last_day
        FROM touched WINDOW w AS (
            PARTITION BY system, agent, file_id, version, activity = 'off' ORDER BY started_at, line
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ),
    gaps AS (
        SELECT *, activity = 'off' OR busy_until IS NULL OR started_at > busy_until + INTERVAL 4 HOUR
            OR dated AND activity = 'work' AND plan_day > last_day AND started_at > busy_until AS begins
        FROM reached
    ),
    chains AS (
        SELECT *, count(*) FILTER (begins) OVER (
            PARTITION BY system, agent, file_id, version, activity = 'off' ORDER BY started_at, line) AS chain
        FROM gaps
    ),
    placed AS (
        SELECT *, min(plan_day) OVER (
            PARTITION BY system, agent, file_id, version, activity = 'off', chain) AS shift_day
        FROM chains
    ),
    published AS (
        SELECT *, row_key IS NULL AS adds, max(version) FILTER (row_key IS NOT NULL) OVER own AS best_version,
            CASE WHEN keep_first THEN min(file_id) FILTER (row_key IS NOT NULL) OVER own
                ELSE max(file_id) FILTER (row_key IS NOT NULL) OVER own END AS best_file
        FROM placed WINDOW own AS (PARTITION BY system, agent, shift_day)
    )
    SELECT agent, activity, queue, started_at, ended_at, file_id, line FROM published
    WHERE (adds OR CASE WHEN best_version IS NULL THEN file_id = best_file ELSE version = best_version END)
        AND ended_at > started_at
"""

def _columns(texts: str, counts: str, durations: str, instants: str, flags: str, days: str = "") -> tuple[Column, ...]:
    kinds = (
        (Kind.TEXT, texts), (Kind.COUNT, counts), (Kind.DURATION, durations), (Kind.INSTANT, instants),
        (Kind.FLAG, flags), (Kind.DAY, days),
    )
    return tuple(Column(name, kind, f"{name} as mapped") for kind, names in kinds for name in names.split())


_RECORDS: Mapping[str, Records] = {
    "queue_visits": Records(
        "mapped_queue_visits", "a queue visit, or a contact without one, from an export read by a mapping file",
        _columns(
            "contact_id queue channel direction agent outcome abandon_phase released_by reason caller row_key",
            "version", "wait_ms ring_ms talk_ms hold_ms acw_ms ivr_ms", "started_at entered_at answered_at ended_at",
            "transferred is_visit keep_first",
        ),
        at="started_at", contact="contact_id", agent="agent", caller="caller",
    ),
    "contacts": Records(
        "mapped_contacts", "a contact from an export read by a mapping file",
        _columns(
            "contact_id queue channel direction agent outcome reason caller row_key", "version",
            "ring_ms talk_ms hold_ms acw_ms ivr_ms", "started_at answered_at ended_at", "keep_first",
        ),
        at="started_at", contact="contact_id", agent="agent", caller="caller",
    ),
    "agent_states": Records(
        "mapped_agent_states", "a stretch or a change of an agent's state from an export read by a mapping file",
        _columns("agent state reason row_key", "version", "", "started_at ended_at", "keep_first"),
        at="started_at", contact=None, agent="agent",
    ),
    "interval_stats": Records(
        "mapped_interval_stats", "an interval of another system's report, read by a mapping file",
        _columns(
            "queue row_key", "version offered_n answered_n abandoned_n answered_within_n",
            "interval_ms wait_ms talk_ms hold_ms acw_ms login_ms available_ms aux_ms", "started_at", "keep_first",
        ),
        at="started_at", contact=None,
    ),
    "shifts": Records(
        "mapped_shifts", "a planned stretch from a published schedule, read by a mapping file",
        _columns("agent activity queue row_key", "version", "", "started_at ended_at", "keep_first dated",
                 "plan_day"),
        at="started_at", contact=None, agent="agent",
    ),
    **beside.RECORDS,
}

_DERIVE: Mapping[str, Mapping[str, str]] = {
    "queue_visits": {"contacts": _CONTACT, "queue_visits": _VISIT, "segments": _SEGMENT},
    "contacts": {"contacts": _CONTACT, "segments": _SEGMENT},
    "agent_states": {"agent_states": _STATE},
    "interval_stats": {"interval_stats": _INTERVAL},
    "shifts": {"shifts": _SHIFT},
    **beside.DERIVE,
}


def records_of(table: str) -> Records:
    """The record table that mappings of a canonical table share."""
    return _RECORDS[table]


def derive_of(table: str) -> Mapping[str, str]:
    """The SELECTs from that record table to canonical rows."""
    return _DERIVE[table]


def _recognises_nothing(sample: Sample) -> Layout | None:
    return None


def _reads_nothing(layout: Layout, zone: object) -> str:
    raise AssertionError("a stored mapped source derives; files are read by a compiled mapping")


# One source per table without any mapping: what the store needs to derive again from records it holds.
MAPPED_SOURCES: tuple[Source, ...] = tuple(
    Source(
        name=records.name, title=records.meaning, system="mapped", sniff=_recognises_nothing, records=records,
        select=_reads_nothing, derive=_DERIVE[table],
    )
    for table, records in _RECORDS.items()
)
