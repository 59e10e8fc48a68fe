"""Asterisk's queue_log: the file of `epoch|callid|queue|agent|VERB|…` lines, or an export of the table of that name.

The meaning of each verb's data and how it changed between Asterisk versions is read from app_queue's log calls. Data
fields hold numbers of callers and transfer targets, so a record keeps only durations and pause reasons from them; the
caller's number leaves in the `caller` column, which the store replaces by a key and a mask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ccops.clock import Zone
from ccops.model import Column, Kind
from ccops.source import Layout, Records, Sample, Source
from ccops.sources import asterisk_queue_log_verbs as verbs
from ccops.sources.asterisk_queue_log_calls import CONTACTS, QUEUE_VISITS, SEGMENTS, TOUCHES
from ccops.sources.asterisk_queue_log_states import AGENT_STATES

# More than the five of the realtime table: ATTENDEDTRANSFER has six, and QueueLog() adds a stray separator.
_DATA = tuple(f"data{n}" for n in range(1, 10))
_FILE = Layout(
    columns=("time", "callid", "queue", "agent", "event", *_DATA),
    delimiter="|", quote="", padded=True, facts={"form": "file"},
)
_LINE = re.compile(r"\d{9,10}(?:\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|([A-Za-z][A-Za-z0-9_]*)(?:\||\s*$)")
_VERB = re.compile(
    "ENTERQUEUE|CONNECT|RINGNOANSWER|RINGCANCELED|ABANDON|EXIT(WITHTIMEOUT|WITHKEY|EMPTY)|WITHDRAW|JOINEMPTY|FULL|CLOSED|"
    r"DIVERT_\w+|COMPLETE(AGENT|CALLER)|(BLIND|ATTENDED)?TRANSFER|AGENTDUMP|SYSCOMPAT|(ADD|REMOVE)MEMBER|(UN)?PAUSE(ALL)?|"
    "PAUSEREASON|PENALTY|RINGINUSE|AGENT(CALLBACK)?LOG(IN|OFF)|DID|CALLSTATUS|WRAPUPSTART|INFO|OUTCALL|QUEUESTART|"
    "CONFIGRELOAD"
)
# Column names of the realtime table, and of the table that QueueMetrics loads.
_NAMES = {
    "time": "time", "time_id": "time", "callid": "callid", "call_id": "callid", "queuename": "queue", "queue": "queue",
    "agent": "agent", "event": "event", "verb": "event", "data": "data", **{name: name for name in _DATA},
}
_NEEDED = {"time", "callid", "queue", "agent", "event"}

_NO_CALL = "'NONE', 'REALTIME', 'MANAGER', 'CLI'"
# Their call id, where there is one, is that of whoever dialled the login code.
_NOT_OF_A_CALL = (
    "'ADDMEMBER', 'REMOVEMEMBER', 'PAUSE', 'UNPAUSE', 'PAUSEALL', 'UNPAUSEALL', 'PAUSEREASON', 'PENALTY', 'RINGINUSE', "
    "'AGENTLOGIN', 'AGENTLOGOFF', 'AGENTCALLBACKLOGIN', 'AGENTCALLBACKLOGOFF', 'QUEUESTART', 'CONFIGRELOAD'"
)
_HIDDEN_CALLER = (
    "'anonymous', 'unknown', '<unknown>', 'restricted', 'unavailable', 'private', 'withheld', 'none', 'null'"
)
_NAIVE = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.]\d{1,6})?"


def _sniff(sample: Sample) -> Layout | None:
    if sample.spreadsheet:
        return _table(sample.rows(), ",")
    if _is_file(sample.lines):
        return _FILE
    tables = (_table(sample.rows(delimiter), delimiter) for delimiter in (",", ";", "\t"))
    return next((layout for layout in tables if layout), None)


def _is_file(lines: Iterable[str]) -> bool:
    """Most lines have the five leading fields, and half of those a verb that Asterisk or a known dialect writes."""
    filled = [line for line in lines if line.strip()]
    seen = [match[1].upper() for line in filled if (match := _LINE.match(line))]
    known = sum(_VERB.fullmatch(verb) is not None for verb in seen)
    return bool(known) and len(seen) * 5 >= len(filled) * 4 and known * 2 >= len(seen)


def _table(rows: Sequence[Sequence[str]], delimiter: str) -> Layout | None:
    """The layout below a header that names the table's columns, in whatever order and among whatever others."""
    for index, row in enumerate(rows[:20]):
        names = [_NAMES.get(cell.strip().strip('"').lower()) for cell in row]
        known = [name for name in names if name]
        if set(known) >= _NEEDED and len(set(known)) == len(known):
            columns = tuple(name or f"unread{position}" for position, name in enumerate(names))
            return Layout(columns, delimiter=delimiter, first_row=index + 1, padded=True, facts={"form": "table"})
    return None


def _select(layout: Layout, zone: Zone) -> str:
    return f"""
        WITH fields AS ({_fields_of_table(layout) if layout.facts["form"] == "table" else _FIELDS_OF_FILE}),
        typed AS (
            SELECT *, upper(trim(event)) AS verb,
                try_cast("time" AS DOUBLE) AS epoch_s,
                CASE WHEN regexp_full_match(naive, '{_NAIVE}') THEN try_cast(naive AS TIMESTAMP) END AS wall
            FROM fields
        ),
        picked AS (
            SELECT *,
                coalesce(CASE WHEN epoch_s BETWEEN 315532800 AND 2524607999
                    THEN make_timestamp(round(epoch_s * 1000000)::BIGINT) END, {zone.to_utc_sql("wall")}) AS event_at,
                CASE WHEN verb NOT IN ({_NOT_OF_A_CALL}) AND callid NOT IN ({_NO_CALL}) THEN callid END AS contact_id,
                verb IN ({verbs.VISIT}) OR starts_with(verb, 'DIVERT_') AS of_visit,
                CASE WHEN verb IN ('CONNECT', 'COMPLETEAGENT', 'COMPLETECALLER') THEN p1
                    WHEN verb IN ('ABANDON', 'EXITWITHTIMEOUT', 'EXITEMPTY', 'WITHDRAW', 'TRANSFER', 'BLINDTRANSFER')
                    THEN p3
                    WHEN verb = 'EXITWITHKEY' THEN p4
                    WHEN verb = 'ATTENDEDTRANSFER' THEN CASE WHEN p6 IS NULL THEN p3 ELSE p4 END END AS wait_s,
                CASE WHEN verb IN ('COMPLETEAGENT', 'COMPLETECALLER') THEN p2
                    WHEN verb IN ('TRANSFER', 'BLINDTRANSFER') THEN p4
                    WHEN verb = 'ATTENDEDTRANSFER' THEN CASE WHEN p6 IS NULL THEN p4 ELSE p5 END END AS talk_s,
                CASE WHEN verb = 'CONNECT' THEN p3 END AS ring_s,
                CASE WHEN verb IN ('RINGNOANSWER', 'RINGCANCELED') THEN p1 END AS rang_ms,
                CASE WHEN verb IN ('AGENTLOGOFF', 'AGENTCALLBACKLOGOFF') THEN p2 END AS login_s,
                CASE WHEN verb = 'WRAPUPSTART' THEN p1 END AS wrap_s
            FROM typed
        ),
        measured AS (
            SELECT * REPLACE (nullif(queue, 'NONE') AS queue, nullif(agent, 'NONE') AS agent),
                {_whole("wait_s")} * 1000 AS wait_ms, {_whole("talk_s")} * 1000 AS talk_ms,
                coalesce({_whole("ring_s")} * 1000, {_whole("rang_ms")}) AS ring_ms,
                {_whole("login_s")} * 1000 AS login_ms, {_whole("wrap_s")} * 1000 AS wrap_ms
            FROM picked
        )
        SELECT event_at, contact_id, queue, agent, verb, wait_ms, ring_ms, talk_ms, login_ms, wrap_ms,
            CASE WHEN verb IN ('PAUSE', 'PAUSEALL', 'PAUSEREASON', 'ADDMEMBER') THEN p1 END AS reason,
            CASE WHEN verb = 'ENTERQUEUE' AND lower(p2) NOT IN ({_HIDDEN_CALLER}) THEN p2 END AS caller,
            identity,
            CASE WHEN verb IS NULL OR verb = '' THEN 'fewer than five fields'
                WHEN event_at IS NULL THEN 'the time is neither epoch seconds nor YYYY-MM-DD HH:MM:SS'
                WHEN NOT regexp_full_match(verb, '[A-Z][A-Z0-9_-]*') THEN 'the event name is not a word' END AS reject,
            NULL::VARCHAR AS skip,
            CASE WHEN of_visit AND contact_id IS NULL THEN 'no_call_id'
                WHEN of_visit AND queue IS NULL THEN 'no_queue'
                WHEN wait_s IS NOT NULL AND wait_ms IS NULL OR talk_s IS NOT NULL AND talk_ms IS NULL
                    OR coalesce(ring_s, rang_ms) IS NOT NULL AND ring_ms IS NULL
                    OR login_s IS NOT NULL AND login_ms IS NULL OR wrap_s IS NOT NULL AND wrap_ms IS NULL
                THEN 'duration_damaged' END AS flag
        FROM measured
    """


def _whole(field: str) -> str:
    """A count of seconds or milliseconds; damaged and negative ones are unknown."""
    return f"CASE WHEN try_cast({field} AS INTEGER) >= 0 THEN try_cast({field} AS BIGINT) END"


def _concat(fields: Iterable[str]) -> str:
    return f"concat({', chr(31), '.join(fields)})"


_FIELDS_OF_FILE = f"""
    SELECT "time", NULL::VARCHAR AS naive, callid, queue, agent, event,
        data1 AS p1, data2 AS p2, data3 AS p3, data4 AS p4, data5 AS p5, data6 AS p6,
        {_concat(f'"{name}"' for name in _FILE.columns)} AS identity
    FROM raw
"""


def _fields_of_table(layout: Layout) -> str:
    """The same columns from the table, whose fifth data column, or only one, may hold several joined by `|`."""
    blank = "nullif(nullif({0}, 'NULL'), '\\N')"
    data = [name for name in _DATA if name in layout.columns]
    filled = ", ".join(f"coalesce({blank.format(name)}, '')" for name in data) or "''"
    joined = f"concat_ws('|', {filled})"
    if "data" in layout.columns:
        joined = f"coalesce({blank.format('data')}, {joined})"
    parts = ", ".join(f"nullif(split_part(joined, '|', {n}), '') AS p{n}" for n in range(1, 7))
    lead = ", ".join(f"{blank.format(name)} AS {name}" for name in ("callid", "queue", "agent", "event"))
    return f"""
        SELECT *, {parts}, {_concat(('"time"', 'callid', 'queue', 'agent', 'event', 'joined'))} AS identity
        FROM (SELECT trim("time") AS "time", trim("time") AS naive, {lead}, {joined} AS joined FROM raw)
    """


def _check_zone(layout: Layout, zone: Zone) -> str:
    """A call id begins with the epoch at which the channel was made: local times of entries must agree with it."""
    if layout.facts["form"] != "table":
        return ""
    return f"""
        WITH walls AS (
            SELECT try_cast("time" AS TIMESTAMP) AS wall,
                try_cast(regexp_extract(callid, '(?:^|-)(\\d{{9,10}})[.]\\d+$', 1) AS BIGINT) AS begun_s
            FROM raw WHERE event = 'ENTERQUEUE' AND regexp_full_match(trim("time"), '{_NAIVE}')
        )
        SELECT count(*), count(*) FILTER (abs(epoch({zone.to_utc_sql("wall")}) - begun_s) > 1500)
        FROM walls WHERE begun_s IS NOT NULL AND wall IS NOT NULL
    """


ASTERISK_QUEUE_LOG = Source(
    name="asterisk_queue_log",
    title="Asterisk queue_log (file or realtime table)",
    system="asterisk",
    sniff=_sniff,
    records=Records(
        name="queue_events",
        meaning="one line of a queue log, unknown verbs included",
        columns=(
            Column("event_at", Kind.INSTANT, "when it was written"),
            Column("contact_id", Kind.TEXT, "the caller's channel id; null for lines about an agent or the switch"),
            Column("queue", Kind.TEXT, "the queue; null for NONE"),
            Column("agent", Kind.TEXT, "the member as the log names it; null for NONE"),
            Column("verb", Kind.TEXT, "the event"),
            Column("wait_ms", Kind.DURATION, "hold time or wait time that the line states"),
            Column("ring_ms", Kind.DURATION, "ringing that the line states"),
            Column("talk_ms", Kind.DURATION, "call time that the line states"),
            Column("login_ms", Kind.DURATION, "signed-in time that a logoff states"),
            Column("wrap_ms", Kind.DURATION, "wrap-up that WRAPUPSTART announces"),
            Column("reason", Kind.TEXT, "pause reason; PAUSED for a member added paused"),
            Column("caller", Kind.TEXT, "the caller's number as ENTERQUEUE has it"),
        ),
        at="event_at", contact="contact_id", agent="agent", caller="caller",
    ),
    select=_select,
    derive={
        "contacts": CONTACTS, "queue_visits": QUEUE_VISITS, "segments": SEGMENTS, "agent_states": AGENT_STATES,
    },
    lacks={
        "queue_visits.hold_ms": "asterisk_queue_log has no hold",
        "queue_visits.acw_ms": "asterisk_queue_log has no after-call work",
        "contacts.ivr_ms": "asterisk_queue_log does not see the voice menu",
        "contacts.reason": "asterisk_queue_log has no contact reasons",
    },
    naive_times=False,
    touches=TOUCHES,
    check_zone=_check_zone,
    sample="asterisk_queue_log_day.log",
)
