"""The store's tables, its format version, and the way from an older format to this one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

from ccops.errors import StoreError
from ccops.model import TABLES, Column, Kind
from ccops.source import Records
from ccops.store.connection import Connection

VERSION = 3
_ADDED_BY_2 = """
CREATE TABLE shifts (
    agent VARCHAR, activity VARCHAR, queue VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP, overlap BOOLEAN,
    source VARCHAR, file_id BIGINT, line BIGINT, day DATE, quarter BIGINT
);
CREATE TABLE employees (
    agent VARCHAR, name VARCHAR, team VARCHAR, skills VARCHAR, contract_ms BIGINT, employed_from DATE,
    employed_to DATE, source VARCHAR, file_id BIGINT, line BIGINT
);
"""
_ADDED_BY_3 = """
CREATE TABLE attendance (
    agent VARCHAR, kind VARCHAR, reason VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP, attended_ms BIGINT,
    paid_ms BIGINT, source VARCHAR, file_id BIGINT, line BIGINT, day DATE, quarter BIGINT
);
CREATE TABLE evaluations (
    evaluation_id VARCHAR, contact_id VARCHAR, agent VARCHAR, queue VARCHAR, evaluator VARCHAR, form VARCHAR,
    session VARCHAR, master BOOLEAN, evaluated_at TIMESTAMP, score DOUBLE, failed BOOLEAN, source VARCHAR,
    file_id BIGINT, line BIGINT, day DATE, quarter BIGINT
);
CREATE TABLE evaluation_items (
    evaluation_id VARCHAR, agent VARCHAR, evaluator VARCHAR, section VARCHAR, question VARCHAR, section_weight
    DOUBLE, weight DOUBLE, points DOUBLE, most DOUBLE, not_applicable BOOLEAN, critical VARCHAR, failed
    BOOLEAN, evaluated_at TIMESTAMP, source VARCHAR, file_id BIGINT, line BIGINT, day DATE, quarter BIGINT
);
CREATE TABLE surveys (
    survey_id VARCHAR, contact_id VARCHAR, customer_key UBIGINT, customer_mask VARCHAR, queue VARCHAR, agent
    VARCHAR, sent_at TIMESTAMP, responded_at TIMESTAMP, csat DOUBLE, nps DOUBLE, ces DOUBLE, source VARCHAR,
    file_id BIGINT, line BIGINT, day DATE, quarter BIGINT
);
CREATE TABLE ledger (
    month DATE, kind VARCHAR, category VARCHAR, team VARCHAR, queue VARCHAR, amount DECIMAL(18, 4), currency
    VARCHAR, quantity DOUBLE, source VARCHAR, file_id BIGINT, line BIGINT
);
CREATE TABLE cases (
    case_id VARCHAR, contact_id VARCHAR, customer_key UBIGINT, customer_mask VARCHAR, queue VARCHAR, agent
    VARCHAR, category VARCHAR, reason VARCHAR, opened_at TIMESTAMP, closed_at TIMESTAMP, resolved BOOLEAN,
    source VARCHAR, file_id BIGINT, line BIGINT, day DATE, quarter BIGINT
);
ALTER TABLE employees ADD COLUMN nth BIGINT;
ALTER TABLE employees ADD COLUMN productive_from DATE;
ALTER TABLE employees ADD COLUMN role VARCHAR;
ALTER TABLE employees ADD COLUMN shift VARCHAR;
ALTER TABLE employees ADD COLUMN hiring_source VARCHAR;
ALTER TABLE employees ADD COLUMN leave_reason VARCHAR;
ALTER TABLE employees ADD COLUMN leave_kind VARCHAR;
ALTER TABLE employees ADD COLUMN wage DECIMAL(18, 4);
ALTER TABLE employees ADD COLUMN wage_per VARCHAR;
ALTER TABLE employees ADD COLUMN currency VARCHAR;
ALTER TABLE employees ADD COLUMN overlap BOOLEAN;
UPDATE employees SET nth = 1, overlap = false;
"""

_EMPLOYEE_RECORDS_BY_3 = """
ALTER TABLE mapped_employees ADD COLUMN productive_from DATE;
ALTER TABLE mapped_employees ADD COLUMN role VARCHAR;
ALTER TABLE mapped_employees ADD COLUMN shift VARCHAR;
ALTER TABLE mapped_employees ADD COLUMN hiring_source VARCHAR;
ALTER TABLE mapped_employees ADD COLUMN leave_reason VARCHAR;
ALTER TABLE mapped_employees ADD COLUMN leave_kind VARCHAR;
ALTER TABLE mapped_employees ADD COLUMN wage DECIMAL(18, 4);
ALTER TABLE mapped_employees ADD COLUMN wage_per VARCHAR;
ALTER TABLE mapped_employees ADD COLUMN currency VARCHAR;
"""

_BOOKS = """
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE files (
    file_id BIGINT, name VARCHAR, size BIGINT, sha256 VARCHAR, source VARCHAR, records VARCHAR, system VARCHAR,
    recipe VARCHAR, lacks VARCHAR, zone VARCHAR,
    lines BIGINT, used BIGINT, duplicate BIGINT, skipped BIGINT, rejected BIGINT,
    first_at TIMESTAMP, last_at TIMESTAMP, imported_at TIMESTAMP
);
CREATE TABLE rejects (file_id BIGINT, line BIGINT, reason VARCHAR, excerpt VARCHAR);
CREATE TABLE flags (file_id BIGINT, flag VARCHAR, n BIGINT, first_line BIGINT);
"""


def _to_2(con: Connection) -> None:
    con.execute(_ADDED_BY_2)


def _to_3(con: Connection) -> None:
    con.execute(_ADDED_BY_3)
    if table_exists(con, "mapped_employees"):
        con.execute(_EMPLOYEE_RECORDS_BY_3)


# MIGRATIONS[n] turns a store of version n + 1 into one of version n + 2.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_to_2, _to_3)


def prepare(con: Connection, path: Path | None) -> None:
    """Creates the tables of a new store, or brings an older store to this program's version.

    Raises StoreError for a store that a newer program wrote.
    """
    version = stored_version(con, path)
    if version is None:
        con.execute("BEGIN")
        con.execute(_BOOKS)
        for table in TABLES:
            con.execute(f"CREATE TABLE {table.name} ({_ddl(table.columns)})")
        put_meta(con, "version", str(VERSION))
        con.execute("COMMIT")
        return
    check_version(version, path)
    if version < VERSION:
        if path is not None:
            con.execute("CHECKPOINT")
            copyfile(path, path.with_name(f"{path.name}.v{version}.bak"))
        con.execute("BEGIN")
        for step in MIGRATIONS[version - 1 :]:
            step(con)
        put_meta(con, "version", str(VERSION))
        con.execute("COMMIT")


def check_version(version: int, path: Path | None) -> None:
    """Raises StoreError when the store is newer than this program."""
    if version > VERSION:
        raise StoreError(
            f"the store has format {version}, this program knows formats up to {VERSION}", where=str(path),
            fix="use the newer ccops that wrote it, or another --store",
        )


def stored_version(con: Connection, path: Path | None) -> int | None:
    """The format version of the store, None while it is empty. Raises StoreError for somebody else's database."""
    columns = con.execute(
        "SELECT table_name || '.' || column_name FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database()"
    ).fetchall()
    if not columns:
        return None
    version = meta(con).get("version") if {("meta.key",), ("meta.value",)} <= set(columns) else None
    if not isinstance(version, str) or not version.isdecimal():
        raise StoreError("a database, but not a store of ccops", where=str(path), fix="name another --store")
    return int(version)


def meta(con: Connection) -> dict[str, str]:
    """What the store says of itself: version, zone, day_start, …"""
    return dict(con.execute("SELECT key, value FROM meta").fetchall())


def put_meta(con: Connection, key: str, value: str) -> None:
    con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])


def record_columns(records: Records) -> tuple[str, ...]:
    """Names of a record table's own columns as stored: the caller's number is replaced by its key and mask."""
    names = [column.name for column in records.columns if column.name != records.caller]
    return tuple(names + (["customer_key", "customer_mask", "customer_raw"] if records.caller else []))


def create_records(con: Connection, records: Records) -> None:
    """The record table of a source, created when its first file comes."""
    kinds = {column.name: column.kind.sql for column in records.columns} | {"customer_key": Kind.KEY.sql}
    columns = ", ".join(f"{name} {kinds.get(name, 'VARCHAR')}" for name in record_columns(records))
    con.execute(
        f"CREATE TABLE IF NOT EXISTS {records.name} "
        f"({columns}, record_key UHUGEINT, file_id BIGINT, line BIGINT)"
    )


def table_exists(con: Connection, name: str) -> bool:
    rows = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ? AND NOT temporary", [name])
    return bool(rows.fetchall()[0][0])


def _ddl(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"{column.name} {column.kind.sql}" for column in columns)
