"""The upper half of a mapped SELECT: canonical columns from what was read, and the verdict on each line.

A cell wins over a formula of `[derive]`, a formula over what the other times imply.
"""

from __future__ import annotations

from ccops.clock import Zone
from ccops.model import VISIT_OUTCOMES
from ccops.sources import mapping_beside as beside
from ccops.sources import mapping_cells as cell
from ccops.sources.mapping import Mapping
from ccops.sources.mapping_fields import FIELDS, terms
from ccops.sources.mapping_parse import NOT_ANSWERED, SKIP, TIMES, Parser


def filled(mapping: Mapping, parser: Parser, parsed: str, zone: Zone) -> str:
    """SELECT of the record columns with `skip_why`, `reject_why` and `flag_why` from the SELECT `parsed`."""
    known = ", ".join(f"{_value(mapping, parser, name)} AS f_{name}" for name in FIELDS[mapping.table])
    layers = _LAYERS[mapping.table](mapping, zone)
    sql = f"SELECT *, {known} FROM ({parsed})"
    for layer in layers:
        sql = f"SELECT *, {layer} FROM ({sql})"
    verdict = f"{_version(mapping)}, {_skip(parser)}, {_reject(mapping, parser)}, {_flag(mapping, parser)}"
    return f"SELECT *, {verdict} FROM ({sql})"


def _value(mapping: Mapping, parser: Parser, name: str) -> str:
    """A field as read, else by its formula; durations below zero are no durations."""
    value, formula = parser.value(name), mapping.derive.get(name)
    if formula and formula != "times":
        value = f"coalesce({value}, {_formula(mapping, formula)})"
    if mapping.holds(name) == "duration":
        return f"CASE WHEN {value} >= 0 THEN {value} END"
    return value


def _formula(mapping: Mapping, formula: str) -> str:
    """SQL of a sum of instants and durations; whole milliseconds, or an instant where one instant is left over."""
    parts, balance = [], 0
    for sign, name in terms(formula):
        instant = mapping.holds(name) == "instant"
        balance += sign * instant
        us = f"epoch_us(p_{name})" if instant else f"p_{name} * 1000"
        parts.append(f"{'-' if sign < 0 else '+'} {us}")
    total = "(" + " ".join(parts).removeprefix("+ ") + ")"
    return f"make_timestamp({total})" if balance else f"{total} // 1000"


def _visits(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    entry = {"entered_at"} & {*mapping.columns, *mapping.derive}
    queued = "f_queue IS NOT NULL" + (" AND f_entered_at IS NOT NULL" if entry else "")
    outcome = _outcome(
        mapping, f"CASE WHEN f_answered_at IS NOT NULL OR f_talk > 0 THEN 'answered' WHEN {queued} THEN 'abandoned' "
        "ELSE 'unanswered' END", f"CASE WHEN {_queued(mapping)} THEN 'abandoned' ELSE 'unanswered' END",
    )
    ms = "INTERVAL 1 MILLISECOND"
    entered = (
        f"coalesce(f_entered_at, CASE WHEN outcome = 'answered' THEN f_answered_at - f_wait * {ms} END, f_started_at, "
        f"f_answered_at, f_ended_at - f_wait * {ms})"
    )
    explicit = "f_entered_at IS NOT NULL" if entry else "false"
    visit_ends = ", ".join(map(cell.text, VISIT_OUTCOMES))
    phase = "coalesce(map_phase, f_abandon_phase)" if "outcome" in mapping.columns else "f_abandon_phase"
    named = (
        f"{entered} AS entered_at, f_contact_id AS contact_id, f_queue AS queue, f_agent AS agent, "
        "f_customer AS caller, coalesce(f_channel, 'voice') AS channel, coalesce(f_direction, 'in') AS direction, "
        "f_ring AS ring_ms, f_ivr AS ivr_ms, f_released_by AS released_by, f_transferred AS transferred, "
        f"f_reason AS reason, CASE WHEN outcome = 'abandoned' THEN {phase} END AS abandon_phase, "
        + _handling("outcome = 'answered'")
    )
    timed = (
        f"CASE WHEN outcome = 'answered' THEN coalesce(f_answered_at, entered_at + f_wait * {ms}) END AS answered_at, "
        "coalesce(f_started_at, entered_at) AS started_at, "
        f"(queue IS NOT NULL AND outcome IN ({visit_ends}) AND (direction = 'in' OR {explicit})) AS is_visit"
    )
    waited = f"coalesce(f_wait, {_gap('coalesce(answered_at, f_ended_at)', 'entered_at')})"
    left = (
        f"CASE WHEN outcome = 'answered' THEN answered_at + (talk_ms + coalesce(hold_ms, 0)) * {ms} "
        f"ELSE entered_at + wait_ms * {ms} END"
    )
    return (
        outcome, named, timed, f"CASE WHEN outcome <> 'open' THEN {waited} END AS wait_ms",
        f"CASE WHEN outcome <> 'open' THEN coalesce(f_ended_at, {left}) END AS ended_at",
    )


def _contacts(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    ms = "INTERVAL 1 MILLISECOND"
    outcome = _outcome(
        mapping, "CASE WHEN f_answered_at IS NULL AND coalesce(f_talk, 0) = 0 THEN 'unanswered' "
        "WHEN f_agent IS NULL THEN 'connected' ELSE 'answered' END", "'unanswered'",
    )
    named = (
        "f_contact_id AS contact_id, f_queue AS queue, f_agent AS agent, f_customer AS caller, "
        "coalesce(f_channel, 'voice') AS channel, f_direction AS direction, f_reason AS reason, f_ring AS ring_ms, "
        "f_ivr AS ivr_ms, coalesce(f_started_at, f_answered_at) AS started_at, "
        "CASE WHEN outcome IN ('answered', 'connected') THEN f_answered_at END AS answered_at, "
        + _handling("outcome IN ('answered', 'connected')")
    )
    return (
        outcome, named,
        f"coalesce(f_ended_at, answered_at + (talk_ms + coalesce(hold_ms, 0)) * {ms}) AS ended_at",
    )


def _handling(test: str) -> str:
    """Handling times, of answered calls alone: exports write 0 on the others."""
    return ", ".join(f"CASE WHEN {test} THEN f_{name} END AS {name}_ms" for name in ("talk", "hold", "acw"))


def _states(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    ended = "coalesce(f_ended_at, f_started_at + f_duration * INTERVAL 1 MILLISECOND) AS ended_at"
    return (f"f_agent AS agent, f_state AS state, f_reason AS reason, f_started_at AS started_at, {ended}",)


def _intervals(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    counts = ("offered", "answered", "abandoned", "answered_within")
    sums = ("interval", "wait", "talk", "hold", "acw", "login", "available", "aux")
    return (
        ", ".join(("f_queue AS queue", "f_started_at AS started_at", *(f"f_{name} AS {name}_n" for name in counts),
                   *(f"f_{name} AS {name}_ms" for name in sums))),
    )


def _shifts(mapping: Mapping, zone: Zone) -> tuple[str, ...]:
    """A day off that names no times has no length: it stands for a day on which nothing else is planned."""
    activity = "f_activity" if "activity" in mapping.columns else "'work'"
    named = (
        f"f_agent AS agent, {activity} AS activity, f_queue AS queue, f_day::TIMESTAMP AS day_wall, "
        "coalesce(f_ended_at, f_started_at + f_duration * INTERVAL 1 MILLISECOND) AS end_at"
    )
    times = {"started_at": "f_started_at", "ended_at": "end_at"}
    whole = "activity = 'off' AND f_started_at IS NULL AND end_at IS NULL AND day_wall IS NOT NULL"
    return (
        named,
        f"{zone.to_utc_sql('day_wall')} AS day_at, {whole} AS whole_day",
        ", ".join(f"CASE WHEN whole_day THEN day_at ELSE {own} END AS {name}" for name, own in times.items()),
        f"f_day IS NOT NULL AS dated, coalesce(f_day, {zone.to_local_sql('started_at')}::DATE) AS plan_day",
    )


_LAYERS: dict[str, beside.Layers] = {
    "queue_visits": _visits, "contacts": _contacts, "agent_states": _states, "interval_stats": _intervals,
    "shifts": _shifts, **beside.LAYERS,
}


def _queued(mapping: Mapping) -> str:
    """SQL: a row that was not answered stood in a queue, because it came in to a queue that it names, or entered one.

    A queue that the mapping gives to every row says nothing where times of entry do.
    """
    entry = "entered_at" in mapping.columns or "entered_at" in mapping.derive
    queue = mapping.columns["queue"]
    if entry and not queue.headers:
        return "f_entered_at IS NOT NULL"
    return "(f_entered_at IS NOT NULL OR (f_queue IS NOT NULL AND coalesce(f_direction, 'in') = 'in'))"


def _outcome(mapping: Mapping, by_times: str, not_answered: str) -> str:
    """The outcome as mapped; by the times where the map or `[derive]` says so; `not_answered` whatever they say."""
    if "outcome" not in mapping.columns:
        return f"{by_times} AS outcome"
    asks = f"m_outcome = '{TIMES}'" + (" OR m_outcome IS NULL" if "outcome" in mapping.derive else "")
    return (
        f"CASE WHEN {asks} THEN {by_times} WHEN m_outcome = '{NOT_ANSWERED}' THEN {not_answered} "
        "ELSE f_outcome END AS outcome"
    )


def _gap(later: str, earlier: str) -> str:
    """Milliseconds between two instants, NULL when they are in the wrong order."""
    return f"CASE WHEN {later} >= {earlier} THEN (epoch_us({later}) - epoch_us({earlier})) // 1000 END"


def _version(mapping: Mapping) -> str:
    dedupe = mapping.dedupe
    if dedupe is None:
        return "NULL::VARCHAR AS row_key, NULL::BIGINT AS version, false AS keep_first"
    own = {name: f"p_{name}" if name in mapping.columns else f"f_{name}" for name in dedupe.key}
    key = ", ".join(f"coalesce({sql}::VARCHAR, chr(30))" for sql in own.values())
    version = "NULL::BIGINT"
    if dedupe.largest:
        value = f"p_{dedupe.largest}"
        version = f"epoch_us({value})" if mapping.holds(dedupe.largest) == "instant" else value
    first = "true" if dedupe.keep in ("first", "error") else "false"
    return f"concat_ws(chr(31), {key}) AS row_key, {version} AS version, {first} AS keep_first"


def _skip(parser: Parser) -> str:
    whens = " ".join(
        f"WHEN m_{name} = '{SKIP}' THEN '{name} left out by the mapping'"
        for name in parser.names if parser.mapped(name)
    )
    return f"CASE WHEN line_skip IS NOT NULL THEN line_skip {whens} END AS skip_why"


def _reject(mapping: Mapping, parser: Parser) -> str:
    problems = [*parser.unread(), *(_needs(mapping))]
    if mapping.dedupe and mapping.dedupe.keep == "error":
        keys = ", ".join(mapping.dedupe.key)
        problems.append(("key_repeated", cell.text(f"another line has the same {keys} and says something else")))
    return "CASE " + " ".join(f"WHEN {test} THEN {reason}" for test, reason in problems) + " END AS reject_why"


def _needs(mapping: Mapping) -> list[tuple[str, str]]:
    """What a row of the table cannot be without."""
    needs = {
        "queue_visits": ("contact_id", "started_at", "outcome"), "contacts": ("contact_id", "started_at", "outcome"),
        "agent_states": ("agent", "state", "started_at"), "interval_stats": ("queue", "started_at", "interval_ms"),
        "shifts": ("agent", "activity", "started_at", "ended_at"), **beside.NEEDED,
    }[mapping.table]
    problems = [(f"{name} IS NULL", cell.text(f"{name.removesuffix('_ms')}: not known")) for name in needs]
    if mapping.table == "agent_states":
        problems.append(("ended_at < started_at", "'the state ends before it starts'"))
    if mapping.table == "shifts":
        problems += [
            ("ended_at <= started_at AND NOT whole_day", "'the stretch does not end after it starts'"),
            ("activity <> 'off' AND ended_at > started_at + INTERVAL 24 HOUR", "'longer than 24 hours'"),
            ("ended_at > started_at + INTERVAL 366 DAY", "'longer than a year'"),
        ]
    problems += [(test, cell.text(reason)) for test, reason in beside.PROBLEMS.get(mapping.table, ())]
    return problems


def _flag(mapping: Mapping, parser: Parser) -> str:
    whens = []
    if "customer" in parser.names:
        lost = cell.lost_phone("c_customer") if mapping.holds("customer") == "phone" else (
            f"regexp_matches(c_customer, {cell.DAMAGED})")
        whens.append(f"WHEN {lost} THEN 'caller_damaged'")
    order = mapping.checks.order
    known = [f"p_{name}" if name in mapping.columns else f"f_{name}" for name in order]
    breaches = [f"{a} > {b}" for place, a in enumerate(known) for b in known[place + 1 :]]
    if breaches:
        whens.append(f"WHEN {' OR '.join(breaches)} THEN 'order_violation'")
    negative = [f"p_{name} < 0" for name in parser.holding("duration")]
    negative += [
        f"{_formula(mapping, formula)} < 0" for name, formula in mapping.derive.items()
        if mapping.holds(name) == "duration"
    ]
    if negative:
        whens.append(f"WHEN {' OR '.join(negative)} THEN 'negative_duration'")
    if mapping.table in ("queue_visits", "contacts"):  # exports count ringing as talk
        whens.append("WHEN outcome IN ('abandoned', 'unanswered') AND f_talk > 0 THEN 'talk_without_answer'")
    if mapping.table == "queue_visits":
        whens.append("WHEN NOT is_visit THEN 'no_visit'")
    return f"CASE {' '.join(whens)} END AS flag_why" if whens else "NULL::VARCHAR AS flag_why"
