"""One file into its record table: read, typed, rejected or skipped with a reason, told from what is already there."""

from __future__ import annotations

from dataclasses import dataclass, field

from ccops.clock import Zone
from ccops.model import Reject
from ccops.settings import Settings
from ccops.source import Intake, Layout, Records, Source
from ccops.store.connection import Connection, identifier, quoted
from ccops.store.pseudonyms import create_callers, record_secret
from ccops.store.schema import create_records, record_columns

NUMBER = "ccops_line"


@dataclass(frozen=True)
class Loaded:
    """What became of a file's data rows: rows = used + duplicate + skipped + len(rejects)."""

    rows: int
    used: int
    duplicate: int
    skipped: int
    rejects: tuple[Reject, ...]
    flags: dict[str, tuple[int, int]] = field(default_factory=dict)  # code -> how many, first line


class NotPlain(Exception):  # noqa: N818  a verdict on the file, caught by the caller, never shown
    """The fast reader did not see one row per line: the file needs the tolerant front end."""


def create_raw(con: Connection, intake: Intake) -> None:
    """TEMP VIEW raw: the file as text columns, blank as NULL."""
    names = ", ".join(identifier(name) for name in intake.layout.columns)
    con.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {names} FROM {_reader(intake)}")


def stage(con: Connection, source: Source, intake: Intake, zone: Zone, *, key: bytes, expected: int) -> None:
    """TEMP TABLE staged: one typed row per data line, with the hash that tells it from every other record.

    The hash is keyed: whoever has the store but not its key cannot try out numbers against it.
    Raises NotPlain when the reader's rows are not the `expected` lines, one for one.
    """
    create_raw(con, intake)
    con.execute("DROP TABLE IF EXISTS staged")
    con.execute(
        f"CREATE TEMP TABLE staged AS SELECT * EXCLUDE (identity), md5_number(concat(?, identity)) AS record_key "
        f"FROM ({source.select(intake.layout, zone)})",
        [record_secret(key)],
    )
    rows = _count(con, "SELECT count(*) FROM staged")
    faults = _count(con, "SELECT count(*) FROM reject_errors")
    if rows != expected or faults:
        raise NotPlain(f"{rows} rows of {expected}, {faults} faults")
    if intake.numbered:
        con.execute(f"CREATE OR REPLACE TEMP TABLE numbers AS SELECT {NUMBER}::BIGINT AS line FROM {_reader(intake)}")


def append(con: Connection, source: Source, layout: Layout, *, numbered: bool, file_id: int,
           settings: Settings, key: bytes) -> Loaded:
    """Moves the staged rows that are new into the record table and says what became of the others."""
    records = source.records
    create_records(con, records)
    line = "n.line" if numbered else f"s.rowid + {layout.first_row + 1}"
    rows = "staged s JOIN numbers n ON n.rowid = s.rowid" if numbered else "staged s"
    rejects = tuple(
        Reject(at, reason)
        for at, reason in con.execute(
            f"SELECT {line}, s.reject FROM {rows} WHERE s.reject IS NOT NULL ORDER BY 1"
        ).fetchall()
    )
    skipped = _count(con, "SELECT count(*) FROM staged WHERE reject IS NULL AND skip IS NOT NULL")
    duplicate = _mark_known(con, records)
    known = "AND s.rowid NOT IN (SELECT row FROM known)" if duplicate else ""
    flags = {
        flag: (n, first)
        for flag, n, first in con.execute(
            f"SELECT flag, count(*), min({line}) FROM {rows} WHERE reject IS NULL AND skip IS NULL "
            f"AND flag IS NOT NULL {known} GROUP BY flag ORDER BY flag"
        ).fetchall()
    }
    if records.caller:
        create_callers(
            con, "staged", records.caller, key,
            site=settings.site, phone=records.caller_is_phone, raw=settings.store.raw,
        )
    wanted = record_columns(records)
    own = ", ".join(("c." if name.startswith("customer_") and records.caller else "s.") + name for name in wanted)
    join = f"LEFT JOIN callers c ON c.caller = s.{records.caller}" if records.caller else ""
    con.execute(
        f"INSERT INTO {records.name} ({', '.join(wanted)}, record_key, file_id, line) "
        f"SELECT {own}, s.record_key, {file_id}, {line} FROM {rows} {join} "
        f"WHERE s.reject IS NULL AND s.skip IS NULL {known}"
    )
    total = _count(con, "SELECT count(*) FROM staged")
    return Loaded(total, total - duplicate - skipped - len(rejects), duplicate, skipped, rejects, flags)


def drop_stage(con: Connection) -> None:
    """Frees what the file held, the reader's own list of faults included: it would count against the next attempt."""
    for table in ("staged", "numbers", "known", "callers", "reject_errors", "reject_scans"):
        con.execute(f"DROP TABLE IF EXISTS {table}")


def _mark_known(con: Connection, records: Records) -> int:
    """TEMP TABLE known(row): staged rows that repeat an earlier row or a stored record; how many there are."""
    good = "reject IS NULL AND skip IS NULL"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE known AS
        WITH repeated AS (SELECT record_key, min(rowid) AS first_row FROM staged WHERE {good}
                          GROUP BY record_key HAVING count(*) > 1)
        SELECT s.rowid AS row FROM staged s JOIN repeated r USING (record_key) WHERE s.rowid > r.first_row AND {good}
        """
    )
    con.execute(
        f"""
        INSERT INTO known
        SELECT s.rowid FROM staged s
        WHERE {good} AND s.rowid NOT IN (SELECT row FROM known) AND record_key IN (
            SELECT record_key FROM {records.name}
            WHERE {records.at} BETWEEN (SELECT min({records.at}) FROM staged WHERE {good})
                                   AND (SELECT max({records.at}) FROM staged WHERE {good}))
        """
    )
    return _count(con, "SELECT count(*) FROM known")


def _reader(intake: Intake) -> str:
    layout = intake.layout
    names = (NUMBER, *layout.columns) if intake.numbered else layout.columns
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    if intake.numbered:
        how = "delim = ',', quote = '\"', escape = '\"', skip = 0"
    else:
        quote = quoted(layout.quote)
        how = (
            f"delim = {quoted(layout.delimiter)}, quote = {quote}, escape = {quote}, "
            f"skip = {layout.first_row}, null_padding = {str(layout.padded).lower()}"
        )
    return (
        f"read_csv({quoted(str(intake.path))}, columns = {{{columns}}}, header = false, auto_detect = false, "
        f"nullstr = '', store_rejects = true, max_line_size = 1048576, {how})"
    )


def _count(con: Connection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])
