"""Five million call detail records: ccops's import, and DuckDB's own typed load of the same file."""

from __future__ import annotations

from pathlib import Path

import duckdb

COLUMNS = [
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
]
_TYPES = {"start": "TIMESTAMP", "answer": "TIMESTAMP", "end": "TIMESTAMP", "duration": "INTEGER", "billsec": "INTEGER"}


def write(file: Path, rows: int, callers: int = 500_000) -> None:
    """Master.csv with 18 columns: two legs per call, four in five answered."""
    quoted = "src, dst, ctx, clid, ch, dch, app, ld, s, an, e, disp, am, uid"
    clock = "strftime(make_timestamp((1700000000 + {0}) * 1000000), '%Y-%m-%d %H:%M:%S')"
    duckdb.connect().execute(
        f"""
        COPY (SELECT '' AS acc, '01' || lpad(((i * 7919) % {callers} + 30000000)::VARCHAR, 8, '0') AS src,
            '9000' AS dst, 'from-trunk' AS ctx, '"Caller ' || (i % 1000) || '" <' || src || '>' AS clid,
            'SIP/trunk-' || printf('%08x', i) AS ch,
            CASE WHEN i % 5 < 4 THEN 'SIP/' || (2000 + i % 60) || '-' || printf('%08x', i + 1) ELSE '' END AS dch,
            'Dial' AS app, 'SIP/2000,300' AS ld, {clock.format("i")} AS s,
            CASE WHEN i % 5 < 4 THEN {clock.format("i + 2")} ELSE '' END AS an, {clock.format("i + 2 + i % 300")} AS e,
            2 + i % 300 AS d, CASE WHEN i % 5 < 4 THEN i % 300 ELSE 0 END AS b,
            CASE WHEN i % 5 < 4 THEN 'ANSWERED' ELSE 'NO ANSWER' END AS disp, 'DOCUMENTATION' AS am,
            (1700000000 + i - i % 2) || '.' || (i - i % 2) AS uid, '' AS uf
        FROM range({rows}) t (i)) TO '{file}' (HEADER false, FORCE_QUOTE ({quoted}))
        """
    )


def ours(file: str, store: str) -> None:
    """Records, contacts, segments, rejects, file hash, keys, pseudonyms, into an empty store."""
    import ccops

    with ccops.open(store, tz="UTC", write=True, files=[file]) as workspace:
        [result] = workspace.import_files([file])
    assert result.used == result.lines > 0


def rival(file: str, store: str) -> None:
    """CREATE TABLE AS read_csv of all 18 columns, typed."""
    columns = {name: _TYPES.get(name, "VARCHAR") for name in COLUMNS}
    con = duckdb.connect(store)
    con.execute(
        f"CREATE TABLE cdr AS SELECT * FROM read_csv('{file}', columns = {columns}, header = false, "
        "auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '')"
    )
    con.close()
