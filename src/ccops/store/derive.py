"""Canonical rows made anew from the records of every contact and agent that new records touch.

A call cut by rotation, a leg in the next file, a PAUSE today and its UNPAUSE tomorrow come out the same in whatever
order the files came, because a touched contact is always derived from all its records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccops.clock import BusinessDay
from ccops.model import CONTACTS, INTERVAL_STATS, QUEUE_VISITS, SEGMENTS, STORE_COLUMNS, TABLES, Table
from ccops.settings import Settings
from ccops.source import Source
from ccops.store.connection import Connection, quoted
from ccops.store.plans import derive_shifts, derive_whole
from ccops.store.schema import table_exists
from ccops.store.states import derive_states

# A contact's records lie within this many days of each other; it bounds the search in a large store.
REACH_DAYS = 7
_BY_CONTACT = (CONTACTS, QUEUE_VISITS, SEGMENTS)
_TECHNOLOGIES = "Local|SIP|PJSIP|IAX2|DAHDI|SCCP|Skinny|Agent|USER|Khomp|Dongle|Console"
# `Local/2001@from-internal/n`, `SIP/2001` and `Agent/2001` are the agent 2001, unless an alias says otherwise.
_PLAIN_AGENT = (
    f"CASE WHEN regexp_matches(raw, '^({_TECHNOLOGIES})/') "
    "THEN regexp_replace(regexp_replace(raw, '^[A-Za-z0-9]+/', ''), '(@.*|/n)$', '') ELSE raw END"
)


@dataclass(frozen=True)
class Batch:
    """New records: which file brought them, and whether they are the first of their switch."""

    source: Source
    system: str
    file_id: int
    first: bool


def derive(con: Connection, batch: Batch, sources: Sequence[Source], settings: Settings) -> dict[str, int]:
    """Rewrites the canonical rows that the batch touches; how many rows each table gained from it."""
    present = [s for s in sources if table_exists(con, s.records.name)]
    name_agents(con, present, settings)
    order_files(con)
    if batch.source.records.agent and "agent_states" in batch.source.derive:
        states = derive_states(con, batch, present, settings.business_day)
    else:
        states = {}
    if "shifts" in batch.source.derive:
        return derive_shifts(con, batch, present, settings.business_day)
    if whole := [table for table in TABLES if table.beside and table.name in batch.source.derive]:
        return derive_whole(con, whole, present, settings.business_day)
    if not batch.source.records.contact and "interval_stats" not in batch.source.derive:
        return states
    counts = _derive_contacts(con, batch, present, settings.business_day) if batch.source.records.contact else {}
    if "interval_stats" in batch.source.derive:
        counts |= _derive_intervals(con, batch, settings.business_day)
    return counts | states


def name_agents(con: Connection, sources: Sequence[Source], settings: Settings) -> None:
    """TEMP TABLE agent_names(raw, agent): every name in the records and the agent it stands for."""
    named = [s for s in sources if s.records.agent]
    con.execute("CREATE OR REPLACE TEMP TABLE agent_names (raw VARCHAR, agent VARCHAR)")
    if not named:
        return
    union = " UNION ".join(f"SELECT DISTINCT {s.records.agent} AS raw FROM {s.records.name}" for s in named)
    aliases = settings.agents.aliases
    con.execute("CREATE OR REPLACE TEMP TABLE aliases (alias VARCHAR, agent VARCHAR)")
    if aliases:
        con.executemany("INSERT INTO aliases VALUES (?, ?)", [list(pair) for pair in sorted(aliases.items())])
    con.execute(
        f"""
        INSERT INTO agent_names
        SELECT raw, coalesce(whole.agent, part.agent, plain)
        FROM (SELECT raw, {_PLAIN_AGENT} AS plain FROM ({union}) WHERE raw IS NOT NULL) names
        LEFT JOIN aliases whole ON whole.alias = raw LEFT JOIN aliases part ON part.alias = plain
        """
    )


def order_files(con: Connection) -> None:
    """TEMP TABLE file_order(file_id, file_place, system): files by the time they begin, whenever they were imported.

    Lines of one second are told apart by their place in the log, and a log that was rotated within that second goes
    on in the file that begins later, not in the one that happened to come later.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE file_order AS SELECT file_id, "
        "row_number() OVER (ORDER BY first_at NULLS FIRST, last_at, file_id) AS file_place, system FROM files"
    )


def records_view(source: Source, *, where: str) -> str:
    """SELECT of a source's records with agents by their own names, and the place of each record's file in time."""
    records = source.records
    named, join = "", ""
    if records.agent:
        named = f"REPLACE (a.agent AS {records.agent})"
        join = f"LEFT JOIN agent_names a ON a.raw = r.{records.agent}"
    return (
        f"SELECT r.* {named}, o.system, o.file_place FROM {records.name} r "
        f"JOIN file_order o ON o.file_id = r.file_id {join} WHERE {where}"
    )


def _derive_contacts(con: Connection, batch: Batch, sources: Sequence[Source], day: BusinessDay) -> dict[str, int]:
    own = batch.source.records
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW fresh AS SELECT *, {quoted(batch.system)} AS system FROM {own.name} "
        f"WHERE file_id = {batch.file_id}"
    )
    if batch.first:
        contributors = [s for s in sources if s.records.name == own.name]
        where = f"o.system = {quoted(batch.system)} AND r.{own.contact} IS NOT NULL"
    else:
        low, high = _touch(con, batch)
        if low is None:
            return {}
        contributors = [s for s in sources if s.records.contact and _has(con, s, batch.system)]
        where = (
            f"o.system = {quoted(batch.system)} AND r.{{contact}} IN (SELECT contact_id FROM touched_contacts) "
            f"AND r.{{at}} BETWEEN {low} AND {high}"
        )
    counts: dict[str, int] = {}
    for table in _BY_CONTACT:
        parts = [(rank, s) for rank, s in enumerate(contributors) if table.name in s.derive]
        if not parts:
            continue
        for rank, source in parts:
            records = source.records
            rows = records_view(source, where=where.format(contact=records.contact, at=records.at))
            con.execute(f"CREATE OR REPLACE TEMP VIEW touched AS {rows}")
            made = (
                f"SELECT {_own(table)}, {quoted(source.name)} AS source, {rank} AS rank "
                f"FROM ({source.derive[table.name]})"
            )
            if len(parts) > 1:
                into = "CREATE OR REPLACE TEMP TABLE made AS" if rank == parts[0][0] else "INSERT INTO made BY NAME"
                con.execute(f"{into} {made}")
        if not batch.first:
            con.execute(
                f"DELETE FROM {table.name} WHERE system = {quoted(batch.system)} "
                f"AND contact_id IN (SELECT contact_id FROM touched_contacts) AND {table.at} BETWEEN {low} AND {high}"
            )
        if table is CONTACTS and len(parts) > 1:
            con.execute(
                "CREATE OR REPLACE TEMP TABLE owners AS "
                "SELECT contact_id, min(rank) AS rank FROM made GROUP BY contact_id"
            )
        counts[table.name] = put(con, table, f"({made})" if len(parts) == 1 else _merged(table), day)
    con.execute("DROP TABLE IF EXISTS made")
    return counts


def put(con: Connection, table: Table, rows: str, day: BusinessDay) -> int:
    """Appends canonical rows in time order with their local day and quarter; how many."""
    names = [name for name in table.names if name not in ("day", "quarter")]
    given = dict(zip(names, names, strict=True))
    if table.at:
        given |= {"day": day.day_sql(table.at), "quarter": day.quarter_sql(table.at)}
    inserted = con.execute(
        f"INSERT INTO {table.name} ({', '.join(given)}) SELECT {', '.join(given.values())} "
        f"FROM {rows} ORDER BY {table.at or ', '.join(table.key)}"
    )
    return int(inserted.fetchall()[0][0])


def _touch(con: Connection, batch: Batch) -> tuple[str | None, str]:
    """TEMP TABLE touched_contacts, and SQL for the time range in which their records lie."""
    records = batch.source.records
    extra = f" UNION {batch.source.touches}" if batch.source.touches else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE touched_contacts AS "
        f"SELECT DISTINCT {records.contact} AS contact_id FROM fresh WHERE {records.contact} IS NOT NULL{extra}"
    )
    low, high = con.execute(
        f"SELECT epoch_us(min({records.at})), epoch_us(max({records.at})) FROM fresh"
    ).fetchall()[0]
    if low is None:
        return None, ""
    reach = REACH_DAYS * 86_400_000_000
    return f"make_timestamp({low - reach})", f"make_timestamp({high + reach})"


def _has(con: Connection, source: Source, system: str) -> bool:
    files = con.execute(
        "SELECT count(*) FROM files WHERE system = ? AND records = ? AND used > 0", [system, source.records.name]
    )
    return bool(files.fetchall()[0][0])


def _own(table: Table) -> str:
    return ", ".join(name for name in table.names if name not in STORE_COLUMNS)


def _merged(table: Table) -> str:
    """One contact from several sources: its nulls filled in their order; visits and segments from the first alone.

    A source that knows the contact but gives it no segment means that there was none, so no later source fills in.
    """
    if table is CONTACTS:
        filled = ", ".join(
            f"arg_min({name}, rank) FILTER ({name} IS NOT NULL) AS {name}"
            for name in table.names if name not in (*table.key, "day", "quarter")
        )
        return f"(SELECT {', '.join(table.key)}, {filled} FROM made GROUP BY {', '.join(table.key)})"
    return "(SELECT made.* FROM made JOIN owners USING (contact_id, rank))"


def _derive_intervals(con: Connection, batch: Batch, day: BusinessDay) -> dict[str, int]:
    source, table = batch.source, INTERVAL_STATS
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW touched AS {records_view(source, where=f'o.system = {quoted(batch.system)}')}"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE made AS SELECT {_own(table)}, {quoted(source.name)} AS source "
        f"FROM ({source.derive[table.name]})"
    )
    con.execute(f"DELETE FROM {table.name} WHERE system = {quoted(batch.system)}")
    return {table.name: put(con, table, "made", day)}
