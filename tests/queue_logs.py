"""A queue log in memory: its lines through the source's own SELECTs, without a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from ccops.clock import Zone
from ccops.source import Layout
from ccops.sources.asterisk_queue_log import ASTERISK_QUEUE_LOG as SOURCE
from ccops.sources.sample import FileSample

Row = dict[str, object]
EPOCH = 1_709_514_000  # 2024-03-04 01:00:00 UTC
_COLUMNS = "system VARCHAR, customer_key VARCHAR, customer_mask VARCHAR, file_id BIGINT, line BIGINT, " + ", ".join(
    f"{column.name} {column.kind.sql}" for column in SOURCE.records.columns if column.name != "caller"
)


def at(seconds: float) -> datetime:
    """The instant so many seconds after EPOCH."""
    return datetime.fromtimestamp(EPOCH, UTC).replace(tzinfo=None) + timedelta(seconds=seconds)


def layout_of(lines: Sequence[str]) -> Layout | None:
    return SOURCE.sniff(FileSample(tuple(lines), spreadsheet=False))


class QueueLog:
    """Files of a queue log, read one after the other into one record table."""

    def __init__(self, *files: Iterable[str], zone: str = "UTC") -> None:
        self.con = duckdb.connect()
        self.con.execute(f"CREATE TABLE queue_events ({_COLUMNS})")
        self.con.execute(
            "CREATE VIEW file_order AS SELECT file_id, "
            "row_number() OVER (ORDER BY min(event_at), max(event_at), file_id) AS file_place "
            "FROM queue_events GROUP BY file_id"
        )
        self.con.execute("CREATE VIEW touched AS SELECT * FROM queue_events JOIN file_order USING (file_id)")
        self.staged: list[Row] = []
        for number, lines in enumerate(files, 1):
            self._read(number, list(lines), Zone.of(zone))

    def __enter__(self) -> QueueLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def _read(self, number: int, lines: list[str], zone: Zone) -> None:
        if not lines:
            return
        layout = layout_of(lines)
        assert layout is not None, lines
        with TemporaryDirectory() as folder:
            file = Path(folder) / "log"
            file.write_text("\n".join(lines) + "\n", "utf-8")
            columns = ", ".join(f"'{name}': 'VARCHAR'" for name in layout.columns)
            self.con.execute(
                f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv('{file}', columns = {{{columns}}}, "
                f"header = false, auto_detect = false, delim = '{layout.delimiter}', quote = '{layout.quote}', "
                f"escape = '{layout.quote}', null_padding = true, nullstr = '', skip = {layout.first_row})"
            )
        self.con.execute(f"CREATE OR REPLACE TABLE staged AS {SOURCE.select(layout, zone)}")
        self.staged += self._rows("SELECT * FROM staged ORDER BY rowid")
        names = ", ".join(column.name for column in SOURCE.records.columns if column.name != "caller")
        self.con.execute(
            f"INSERT INTO queue_events ({names}, system, customer_key, customer_mask, file_id, line) SELECT {names}, "
            f"'asterisk', md5(caller), caller, {number}, rowid + {layout.first_row + 1} FROM staged "
            "WHERE reject IS NULL AND skip IS NULL ORDER BY rowid"
        )

    def rows(self, table: str) -> list[Row]:
        """A derived table in the order of its keys' instants."""
        order = {"queue_visits": "entered_at"}.get(table, "started_at")
        return self._rows(f"SELECT * FROM ({SOURCE.derive[table]}) ORDER BY {order}, file_id, line")

    def _rows(self, sql: str) -> list[Row]:
        cursor = self.con.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def only(row: Mapping[str, object], *names: str) -> tuple[object, ...]:
    """Some of a row's values."""
    return tuple(row[name] for name in names)
