"""Call detail records of Asterisk: one row per leg, folded into contacts and the agents' talk.

A CDR says that the switch answered, not that an agent did: a queue or a voice menu answers too. Only a leg that the
switch dialled (`Dial`) to a named device proves an agent. What a leg's columns mean here:

- Times are the wall clock's. ended_at = start + duration and answered_at = ended_at - billsec, for every form of
  export alike, because a database export has no other instants and Asterisk counts both from these very instants;
  they may differ from the file's `end` and `answer` by the second that Asterisk cuts off. answered_at is known only
  for ANSWERED with billsec > 0. The hour that the clocks repeat in autumn is told by the second in the uniqueid,
  which is never later than the start.
- direction: a long dst (seven digits or more) reached from a short src, or from a context called internal, is out;
  any other long, blank or textual src is in; two short numbers are internal. Service numbers of five or six digits
  therefore count as internal.
- The outside party is src on the way in and dst on the way out. It leaves the SELECT as `caller`, and no channel,
  caller id, application data or number stays in the records.
- agent: the device of the agent's channel (channel on the way out, else dstchannel) without its unique ending, null
  when it holds a telephone number. A Local channel only stands in for the device that the leg behind it names.
- contact: linkedid, else uniqueid. Without either (16-column Master.csv), the legs of one channel on one day.
- billsec runs from when the switch answered, so a voice menu before the agent is part of it. On a Queue leg it
  contains the wait too: such an agent's talk is of unknown length.
- NO ANSWER with billsec > 0 means that the switch had answered and the dialled party did not: not answered, flagged.
"""

from __future__ import annotations

from ccops.clock import Zone, machine_zone
from ccops.model import Column, Kind
from ccops.source import Layout, Records, Source
from ccops.sources.asterisk_cdr_clock import check_zone, timed
from ccops.sources.asterisk_cdr_columns import DISPOSITIONS
from ccops.sources.asterisk_cdr_fold import CONTACTS_SQL, SEGMENTS_SQL
from ccops.sources.asterisk_cdr_layout import sniff, start_pairs
from ccops.sources.zone_inference import infer_zone

RECORDS = Records(
    name="cdr_legs",
    meaning="one row per leg of a call",
    columns=(
        Column("started_at", Kind.INSTANT, "when the leg began"),
        Column("duration_ms", Kind.DURATION, "from start to end"),
        Column("billsec_ms", Kind.DURATION, "from the switch's answer to the end"),
        Column("disposition", Kind.TEXT, "ANSWERED, NO ANSWER, BUSY, FAILED, CONGESTION, CANCEL, or any other word"),
        Column("leg", Kind.TEXT, "uniqueid of the leg's channel, where it is not the contact"),
        Column("counter", Kind.COUNT, "the channel's number in the uniqueid"),
        Column("contact", Kind.TEXT, "linkedid, else uniqueid, else a hash of the channel and the day"),
        Column("sequence", Kind.COUNT, "the switch's number of the CDR"),
        Column("direction", Kind.TEXT, "in, out, internal"),
        Column("agent", Kind.TEXT, "device of the agent's channel"),
        Column("stand_in", Kind.FLAG, "a Local channel: the leg behind it names the device"),
        Column("queue", Kind.TEXT, "the queue that the Queue application served"),
        Column("app", Kind.TEXT, "the last dialplan application"),
        Column("caller", Kind.TEXT, "the outside party's number"),
    ),
    at="started_at",
    contact="contact",
    agent="agent",
    caller="caller",
)


def _long(number: str) -> str:
    """SQL: the text is a telephone number, not an extension."""
    return f"(strlen({number}) >= 7 AND {number} BETWEEN '+' AND ':')"


def _ending(channel: str) -> str:
    """SQL: what makes the channel's name unique, `0000abcd` or `0000abcd;1`; never the device."""
    return f"CASE WHEN contains({channel}, '-') THEN split_part({channel}, '-', -1) END"


_DIRECTION = f"""CASE
    WHEN {_long('dst')} AND (src IS NULL OR NOT {_long('src')} OR contains(dcontext, 'internal')) THEN 'out'
    WHEN src BETWEEN '+' AND ':' AND strlen(src) < 7 THEN 'internal'
    ELSE 'in' END"""
# The usual endings have 8 digits; cutting at a known place is cheaper than looking for the last hyphen.
_DEVICE = """CASE
    WHEN substr(peer, -9, 1) = '-' THEN left(peer, -9)
    WHEN substr(peer, -11, 1) = '-' AND substr(peer, -2, 1) = ';' THEN left(peer, -11)
    WHEN contains(peer, '-') THEN left(peer, -1 - length(split_part(peer, '-', -1)))
    ELSE peer END"""
_AGENT = "CASE WHEN strlen(device) <= 10 OR NOT regexp_matches(device, '[0-9]{7}') THEN device END"
_DAMAGED_PARTY = "(party BETWEEN '+' AND ':' AND contains(upper(party), 'E+'))"
# A channel's number in the switch, the end of its name, tells legs apart where some exports have no uniqueid. Of the
# parties' numbers only the last digits count: a spreadsheet drops the zeros in front. Short and plain, because this
# and its hash are a fifth of an import.
_IDENTITY = (
    "concat(epoch_us(started_at) // 1000000, '|', {channel}, '|', right(dstchannel, 10), '|', right(src, 4), '|', "
    "right(dst, 4), '|', duration_text, '|', billsec_text, '|', lastapp)"
)
_COUNTED = "(substr(channel, -9, 2) = '-0' OR substr(channel, -11, 2) = '-0')"
# Without any id the legs of one channel on one day are a contact, or each leg is one if its channel has no number.
# This hash is kept and has no key, so no telephone number goes in.
_MADE_ID = f"""md5(CASE WHEN {_COUNTED} THEN concat(split_part(channel, '-', -1), '|', wall::DATE)
    ELSE concat(started_at, '|', {_ending('channel')}, '|', {_ending('dstchannel')}, '|', agent, '|', duration_ms, '|',
        billsec_ms, '|', disposition, '|', lastapp) END)"""
# The same for the odd leg without an id in a file that has them: nothing here occurs twice, or the database would
# work it out for every leg.
_ODD_ID = "md5(concat(wall, '|', right(channel, 8), '|', right(dstchannel, 8)))"
_REJECT = """CASE
    WHEN header THEN NULL
    WHEN started_at IS NULL THEN 'the start time is missing or damaged'
    WHEN damaged_key THEN 'Excel turned uniqueid or linkedid into a number; export the columns as text' END"""
_FLAG = f"""CASE
    WHEN {_DAMAGED_PARTY} THEN 'caller_damaged'
    WHEN duration_ms IS NULL OR billsec_ms IS NULL THEN 'duration_damaged'
    WHEN billsec_ms > duration_ms THEN 'billsec_over_duration'
    WHEN disposition IS NULL OR disposition NOT IN {DISPOSITIONS} THEN 'disposition_unknown'
    WHEN disposition = 'NO ANSWER' AND billsec_ms > 0 AND lastapp <> 'Queue' THEN 'billsec_without_answer' END"""
_TEXTS = ("src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "uniqueid", "linkedid")


def select(layout: Layout, zone: Zone) -> str:
    """The SELECT over `raw` that types the legs; damaged cells become rejects or flags."""
    keys = [_raw(layout, name) for name in ("uniqueid", "linkedid") if name in layout.columns]
    damaged_key = " OR ".join(f"contains({key}, 'E+')" for key in keys) or "false"
    legs = f"""
        SELECT {', '.join(f'{_raw(layout, name)} AS {name}' for name in _TEXTS)},
            "start" AS wall_text,
            CASE WHEN "start" > ':' THEN lower("start") IN ('start', 'calldate') ELSE false END AS header,
            {_milliseconds('"duration"', layout)} AS duration_ms, {_milliseconds('"billsec"', layout)} AS billsec_ms,
            "duration" AS duration_text, "billsec" AS billsec_text, upper("disposition") AS disposition,
            try_cast({_raw(layout, 'sequence')} AS BIGINT) AS sequence,
            {damaged_key} AS damaged_key
        FROM raw"""
    return f"""
    SELECT started_at, duration_ms, billsec_ms, disposition,
        CASE WHEN uniqueid <> linkedid THEN uniqueid END AS leg,
        try_cast(split_part(uniqueid, '.', -1) AS BIGINT) AS counter,
        CASE WHEN linkedid IS NOT NULL THEN linkedid WHEN uniqueid IS NOT NULL THEN uniqueid
            ELSE {_ODD_ID if keys else _MADE_ID} END AS contact,
        sequence, direction, agent, starts_with(peer, 'Local/') AS stand_in,
        CASE WHEN lastapp <> 'Queue' THEN NULL
            WHEN contains(lastdata, '|') THEN split_part(split_part(lastdata, ',', 1), '|', 1)
            ELSE split_part(lastdata, ',', 1) END AS queue,
        lastapp AS app,
        CASE WHEN party BETWEEN '+' AND ':' AND NOT {_DAMAGED_PARTY} THEN party END AS caller,
        {_IDENTITY.format(channel="right(channel, 10)" if "channel" in layout.columns else "uniqueid")} AS identity,
        {_REJECT} AS reject,
        CASE WHEN header THEN 'header' END AS skip,
        {_FLAG} AS flag
    FROM (SELECT *, {_AGENT} AS agent
    FROM (SELECT *, {_DEVICE} AS device
    FROM (SELECT *, CASE direction WHEN 'out' THEN dst WHEN 'in' THEN src END AS party,
            CASE WHEN direction = 'out' THEN channel ELSE dstchannel END AS peer
    FROM (SELECT *, {_DIRECTION} AS direction
    FROM ({timed(legs, layout, zone)})))))"""


def _raw(layout: Layout, name: str) -> str:
    return f'"{name}"' if name in layout.columns else "NULL::VARCHAR"


def _milliseconds(column: str, layout: Layout) -> str:
    """Seconds as text to milliseconds; NULL for anything but 0 and more."""
    if layout.facts.get("seconds") == "fraction":
        value = f"try_cast({column} AS DOUBLE)"
        return f"CASE WHEN {value} BETWEEN 0 AND 4e9 THEN CAST(1000 * {value} AS BIGINT) END"
    return f"1000 * CAST(try_cast({column} AS UINTEGER) AS BIGINT)"


ASTERISK_CDR = Source(
    name="asterisk_cdr",
    title="Asterisk CDR (Master.csv, cdr_custom, FreePBX and Issabel exports)",
    system="asterisk",
    sniff=sniff,
    records=RECORDS,
    select=select,
    derive={"contacts": CONTACTS_SQL, "segments": SEGMENTS_SQL},
    lacks={
        "queue_visits": "a CDR says that the switch answered, not that an agent did; import the queue_log for service "
        "level, ASA and abandonment",
        "agent_states": "a CDR knows calls, not who was signed in; import the queue_log for occupancy and pauses",
        "contacts.ivr_ms": "a CDR does not tell the voice menu's time from the rest",
    },
    infer_zone=lambda sample, layout: infer_zone(start_pairs(sample, layout), machine_zone()),
    check_zone=check_zone,
    sample="asterisk_cdr_master_21.csv",
)
