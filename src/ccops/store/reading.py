"""What comes out of an open store: canonical rows as lazy frames, and what the books say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Timer
from typing import Any

import duckdb
import polars as pl
from polars.io.plugins import register_io_source

from ccops.clock import Zone
from ccops.errors import UsageError
from ccops.model import TABLE, Kind
from ccops.source import BESIDE, Source
from ccops.store.arrow import chunks, frame
from ccops.store.connection import Connection, broken, identifier, quoted
from ccops.store.schema import table_exists

# Rows per frame on the way to polars: large enough for its engine, small enough for memory.
CHUNK = 1_000_000
# Files of calls and states: what lies beside them says nothing of how far they go, and lacks what it never had to say.
_HAPPENED = f"SELECT * FROM files WHERE records NOT IN ({', '.join(map(quoted, BESIDE))})"
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


@dataclass(frozen=True)
class Books:
    """The store's book-keeping: lines read and used, the last instant in them, what was flagged."""

    used: int
    lines: int
    as_of: datetime | None
    files: tuple[str, ...]
    sources: tuple[str, ...]
    quality: dict[str, int]


def read(con: Connection, table: str, first: date | None = None, last: date | None = None,
         cover: Callable[[Connection], None] | None = None) -> pl.LazyFrame:
    """A canonical table's rows of these days, lazily: only the columns that are used leave the database.

    `cover` readies the connection that reads: temporary views are of one connection alone.
    """
    known = TABLE[table]
    if not known.at:
        first = last = None
    where = " AND ".join(
        ["true"] + [f"day >= DATE '{first}'"] * (first is not None) + [f"day <= DATE '{last}'"] * (last is not None)
    )
    shown = {
        c.name: f"hex({c.name}) AS {c.name}" if c.kind is Kind.KEY else identifier(c.name) for c in known.columns
    }

    def batches(
        wanted: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _hint: int | None
    ) -> Iterator[pl.DataFrame]:
        names = ", ".join(shown[name] for name in (wanted if wanted is not None else known.names))
        limit = "" if n_rows is None or predicate is not None else f" LIMIT {n_rows}"
        cursor = con.cursor()
        if cover:
            cover(cursor)
        left = n_rows
        for part in chunks(cursor.sql(f"SELECT {names or '1 AS one'} FROM {known.name} WHERE {where}{limit}"), CHUNK):
            found = part if predicate is None else part.filter(predicate)
            yield found if left is None else found.head(left)
            if left is not None:
                left -= found.height
                if left <= 0:
                    return

    return register_io_source(batches, schema=known.schema(), is_pure=True)


def query(con: Connection, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
    """The rows of a SELECT of our own."""
    return frame(con.sql(sql, params=list(parameters)) if parameters else con.sql(sql))


def select(con: Connection, sql: str, *, limit: int | None = None, seconds: float = 60,
           check: Callable[[Connection, str], None] | None = None) -> pl.DataFrame:
    """The rows of somebody's SELECT that passes `check`, at most `limit` of them, within `seconds`.

    Raises UsageError for anything but one SELECT, for SQL that is wrong, and for one that takes too long.
    """
    timer = Timer(seconds, con.interrupt)
    try:
        statements = con.extract_statements(sql)
        if len(statements) != 1 or statements[0].type not in _READING:
            raise UsageError("only one SELECT at a time", fix="the store changes by ccops import alone")
        if check:
            check(con, sql)
        timer.start()
        con.execute("BEGIN TRANSACTION READ ONLY")  # EXPLAIN ANALYZE carries out whatever it explains
        try:
            relation = con.sql(sql)
            return _told(relation if limit is None else relation.limit(limit))
        finally:
            con.execute("ROLLBACK")
    except duckdb.InterruptException:
        raise UsageError(f"the query took longer than {seconds:g} s", fix="narrow it by day") from None
    except duckdb.Error as error:
        if broken(error, None):
            raise
        first, *rest = str(error).strip().splitlines()
        raise UsageError(
            first, excerpt="\n".join(line for line in rest if line.strip()),
            fix="ccops query \"SHOW TABLES\" lists the tables, \"DESCRIBE queue_visits\" the columns of one",
        ) from None
    finally:
        timer.cancel()


def _told(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """A relation's rows as exports show them: callers' keys as hex digits, instants marked as UTC."""
    keys = [
        name for name, kind in zip(relation.columns, relation.types, strict=True)
        if name == "customer_key" and str(kind) == "UBIGINT"
    ]
    rows = frame(relation.project("* REPLACE (hex(customer_key) AS customer_key)") if keys else relation)
    instants = [name for name, dtype in rows.schema.items() if name.endswith("_at") and dtype == pl.Datetime("us")]
    return rows.with_columns(pl.col(name).dt.replace_time_zone("UTC") for name in instants)


def days(con: Connection) -> tuple[date, date] | None:
    """First and last business day with a queue visit, or else a contact; None while there is neither."""
    for table in ("queue_visits", "contacts", "agent_states"):
        first, last = con.execute(f"SELECT min(day), max(day) FROM {table}").fetchall()[0]
        if first is not None:
            return first, last
    return None


def names(con: Connection, column: str) -> list[str]:
    """Every queue, agent, channel or direction in the data, most used first."""
    rows = con.execute(
        f"SELECT {identifier(column)} FROM queue_visits WHERE {identifier(column)} IS NOT NULL "
        "GROUP BY 1 ORDER BY count(*) DESC, 1"
    ).fetchall()
    return [row[0] for row in rows]


def lacks(con: Connection) -> dict[str, str]:
    """What none of the imported sources can support, and why; a source without the table has none of its columns."""
    rows = con.execute(f"SELECT DISTINCT lacks FROM ({_HAPPENED}) WHERE used > 0 ORDER BY lacks").fetchall()
    each: list[dict[str, str]] = [json.loads(row[0]) for row in rows]
    found = {}
    for need in sorted({need for lacks in each for need in lacks}):
        table = need.split(".")[0]
        if all(need in lacks or table in lacks for lacks in each):
            reasons = [lacks[need] for lacks in each if need in lacks]
            found[need] = "; ".join(dict.fromkeys(reasons))
    return found


def books(con: Connection, zone: Zone) -> Books:
    """What was read, used and found wanting, over all files that say what happened."""
    used, lines, as_of = con.execute(
        f"SELECT coalesce(sum(used), 0)::BIGINT, coalesce(sum(lines), 0)::BIGINT, max(last_at) FROM ({_HAPPENED})"
    ).fetchall()[0]
    files = con.execute(f"SELECT DISTINCT name FROM ({_HAPPENED}) ORDER BY name").fetchall()
    sources = con.execute(f"SELECT DISTINCT source FROM ({_HAPPENED}) ORDER BY source").fetchall()
    totals = con.execute(
        f"SELECT sum(duplicate)::BIGINT, sum(skipped)::BIGINT, sum(rejected)::BIGINT FROM ({_HAPPENED})"
    ).fetchall()[0]
    flags = con.execute(
        f"SELECT flag, sum(n)::BIGINT FROM flags WHERE file_id IN (SELECT file_id FROM ({_HAPPENED})) "
        "GROUP BY flag ORDER BY flag"
    ).fetchall()
    quality = dict(zip(("duplicate", "skipped", "rejected"), totals, strict=True)) | dict(flags)
    return Books(
        used, lines, as_of and as_of.replace(tzinfo=UTC).astimezone(zone.info),
        tuple(row[0] for row in files), tuple(row[0] for row in sources),
        {key: n for key, n in quality.items() if n},
    )


def caller_numbers(con: Connection, sources: Sequence[Source]) -> pl.DataFrame:
    """customer_key and customer_raw of every caller whose number the store may show."""
    tables = [s.records.name for s in sources if s.records.caller and table_exists(con, s.records.name)]
    rows = [f"SELECT customer_key, customer_raw FROM {name} WHERE customer_raw IS NOT NULL" for name in tables]
    none = "SELECT NULL::UBIGINT AS customer_key, NULL::VARCHAR AS customer_raw WHERE false"
    union = " UNION ALL ".join(rows) or none
    columns = "hex(customer_key) AS customer_key, min(customer_raw) AS customer_raw"
    return query(con, f"SELECT {columns} FROM ({union}) GROUP BY 1 ORDER BY 1")


def contact_rows(con: Connection, table: str, contact_id: str) -> list[dict[str, Any]]:
    """A contact's rows of a canonical table, in time order."""
    at = TABLE[table].at
    text = " REPLACE (hex(customer_key) AS customer_key)" if "customer_key" in TABLE[table].names else ""
    return query(con, f"SELECT *{text} FROM {table} WHERE contact_id = ? ORDER BY {at}, line", [contact_id]).to_dicts()


def contact_lines(con: Connection, sources: Sequence[Source], contact_id: str) -> list[tuple[str, int]]:
    """File name and line of every record of a contact."""
    tables = dict.fromkeys(
        (s.records.name, s.records.contact) for s in sources
        if s.records.contact and table_exists(con, s.records.name)
    )
    lines = [
        row for name, contact in tables for row in con.execute(
            f"SELECT f.name, r.line FROM {name} r JOIN files f USING (file_id) WHERE r.{contact} = ?", [contact_id]
        ).fetchall()
    ]
    return sorted(lines)


def near_contacts(con: Connection, text: str, *, limit: int = 5) -> list[str]:
    """Contact ids that begin with a text."""
    rows = con.execute(
        "SELECT DISTINCT contact_id FROM contacts WHERE starts_with(contact_id, ?) ORDER BY 1 LIMIT ?", [text, limit]
    ).fetchall()
    return [row[0] for row in rows]


def partly(con: Connection) -> dict[str, tuple[str, ...]]:
    """Which sources lack what others of the imported have."""
    rows = con.execute(
        f"SELECT DISTINCT source, lacks FROM ({_HAPPENED}) WHERE used > 0 ORDER BY source, lacks"
    ).fetchall()
    everywhere, found = lacks(con), dict[str, dict[str, None]]()
    for source, text in rows:
        for need in json.loads(text):
            if need not in everywhere:
                found.setdefault(need, {})[source] = None
    return {need: tuple(sources) for need, sources in sorted(found.items())}
