"""CDR files for tests: reading the samples, writing others, and what our fold and the naive one make of them."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

import naive_cdr
from ccops.clock import Zone
from ccops.source import Layout
from ccops.sources import front_end
from ccops.sources.asterisk_cdr import ASTERISK_CDR
from ccops.sources.sample import FileSample
from stores import imported, opened

LOGS = Path(__file__).parents[1] / "sample_logs"
TAIL = ("uniqueid", "userfield", "peeraccount", "linkedid", "sequence")
SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
Row = Mapping[str, str]
Folded = tuple[dict[str, naive_cdr.Contact], list[naive_cdr.Segment]]


def sample_of(file: Path, folder: Path) -> FileSample:
    return front_end.sample(front_end.scan(file, folder))


def layout_of(file: Path, folder: Path) -> Layout:
    layout = ASTERISK_CDR.sniff(sample_of(file, folder))
    assert layout is not None
    return layout


def cells_of(name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    with (LOGS / name).open(encoding="utf-8", newline="") as file:
        return [dict(zip(columns, row, strict=True)) for row in csv.reader(file)]


def master(rows: Iterable[Row], columns: Sequence[str]) -> str:
    return "".join(
        ",".join('"' + row[name].replace('"', '""') + '"' for name in columns) + "\n" for row in rows
    )


def folded(folder: Path, *files: Path, tz: str) -> Folded:
    """What the store makes of the files: contacts by id, segments in the order of the naive fold."""
    name = f"{random.getrandbits(64):x}.duckdb"
    imported(folder, *files, name=name, tz=tz)
    with opened(folder, name, tz="") as workspace:
        contacts = workspace.store.query(
            "SELECT contact_id, direction, started_at, ended_at, customer_mask, outcome FROM contacts"
        ).rows()
        segments = workspace.store.query(
            "SELECT contact_id, agent, queue, kind, started_at, duration_ms FROM segments ORDER BY contact_id, nth"
        ).rows()
    assert len({contact[0] for contact in contacts}) == len(contacts)
    return {contact[0]: contact[1:] for contact in contacts}, sorted(segments, key=repr)


def naive(rows: Iterable[Row], tz: str) -> Folded:
    legs = [naive_cdr.leg_of(row, tz) for row in rows]
    return naive_cdr.contacts(legs), naive_cdr.segments(legs)


def calls_of_a_year(tz: str) -> Iterable[dict[str, str]]:
    """A call every fifth day of 2024 by the wall clock of a zone."""
    moment = datetime(2024, 1, 1, 12, tzinfo=ZoneInfo("UTC"))
    for n in range(70):
        moment += timedelta(days=5, seconds=61)
        wall = moment.astimezone(ZoneInfo(tz))
        yield {
            "accountcode": "", "src": f"1380000{n:04}", "dst": "2001", "dcontext": "from-trunk",
            "clid": f'"A" <1380000{n:04}>', "channel": f"SIP/trunk-{n:08x}", "dstchannel": f"SIP/2001-{n + 99:08x}",
            "lastapp": "Dial", "lastdata": "SIP/2001", "start": f"{wall:%Y-%m-%d %H:%M:%S}", "answer": "",
            "end": f"{wall + timedelta(seconds=9):%Y-%m-%d %H:%M:%S}", "duration": "9", "billsec": "4",
            "disposition": "ANSWERED", "amaflags": "DOCUMENTATION", "uniqueid": f"{int(moment.timestamp())}.{n}",
        }


def selected(rows: Sequence[Row], columns: Sequence[str], tz: str) -> Folded:
    """The source's SELECTs over these rows, without a store."""
    layout = Layout(tuple(columns), facts={"time": "iso", "date_order": "ymd", "date_evidence": "form"})
    with duckdb.connect(config={"threads": 1}) as con:
        marks = ", ".join("?" * len(columns))
        con.execute(f"CREATE TABLE raw ({', '.join(f'{chr(34)}{name}{chr(34)} VARCHAR' for name in columns)})")
        con.execute(
            f"INSERT INTO raw VALUES {', '.join([f'({marks})'] * len(rows))}",
            [row[name] or None for row in rows for name in columns],
        )
        con.execute(f"CREATE TABLE legs AS {ASTERISK_CDR.select(layout, Zone.of(tz))}")
        con.execute(
            "CREATE TABLE touched AS SELECT 'pbx' AS system, "
            "* REPLACE (regexp_replace(agent, '^[A-Z]+/', '') AS agent), "
            "left(caller, 3) || '****' || right(caller, 4) AS customer_mask, caller AS customer_key, "
            "1::BIGINT AS file_id, rowid + 1 AS line FROM legs WHERE reject IS NULL AND skip IS NULL"
        )
        contacts = con.execute(
            "SELECT contact_id, direction, started_at, ended_at, customer_mask, outcome "
            f"FROM ({ASTERISK_CDR.derive['contacts']})"
        ).fetchall()
        segments = con.execute(
            f"SELECT contact_id, agent, queue, kind, started_at, duration_ms FROM ({ASTERISK_CDR.derive['segments']})"
        ).fetchall()
    return {contact[0]: contact[1:] for contact in contacts}, sorted(segments, key=repr)
