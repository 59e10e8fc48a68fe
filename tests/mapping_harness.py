"""A mapping against a text, without a store: what its SELECT makes of each line, and what is derived from that."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from ccops.clock import Zone
from ccops.source import Layout, Source
from ccops.sources.mapping import Mapping, parse_mapping
from ccops.sources.mapping_sql import compile_mapping, sniff
from ccops.sources.sample import FileSample

Row = dict[str, Any]

# The example of the design, whole.
EXAMPLE = """
version = 1
table = "queue_visits"
system = "acme"
[file]
encoding = "auto"
delimiter = "auto"
newline = "auto"
quote_repair = true
sheet = 0
header_row = "auto"
footer = ["合计", "Total"]
expect = ["通话ID", "入队时间"]
[time]
tz = "Asia/Shanghai"
ambiguous = "earliest"
nonexistent = "shift"
formats = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "epoch_s", "epoch_ms", "excel_serial"]
[columns]
contact_id  = { from = ["通话ID", "Contact ID"], required = true }
entered_at  = { from = ["入队时间"], type = "instant", null = ["", "-", "0", "0:00:00"] }
answered_at = { from = ["接听时间"], type = "instant", null = ["", "0"] }
talk        = { from = ["通话时长"], type = "duration", formats = ["HH:MM:SS", "s", "X分Y秒"] }
customer    = { from = ["主叫号码"], type = "phone" }
agent       = { from = ["座席工号", "坐席"], alias = "agents.csv", null = ["NO_SERVER"] }
queue       = { from = ["技能组"] }
outcome     = { from = ["接听状态"], map = { "座席接听" = "answered", "排队放弃" = { outcome = "abandoned", phase = "queue" }, "振铃放弃" = { outcome = "abandoned", phase = "ring" }, "排队超时" = "timeout", "测试" = "skip" }, other = "reject" }
direction   = { from = ["呼叫类型"], map = { "呼入" = "in", "呼出" = "out" }, default = "in" }
[derive]
wait = "answered_at - entered_at"
[dedupe]
key = ["contact_id"]
keep = "last"
[checks]
order = ["entered_at", "answered_at"]
max_rejects = "1%"
"""  # noqa: E501  one column, one line, as in the design


def mapping_of(text: str) -> Mapping:
    return parse_mapping(text, "mapping.toml")


def calls(columns: str, *, time: str = "", rest: str = "", expect: str = '["id"]') -> Mapping:
    """A mapping of queue visits with an id, a queue and these columns."""
    return mapping_of(
        f'table = "queue_visits"\nsystem = "x"\n[file]\nexpect = {expect}\n[time]\n{time}\n[columns]\n'
        f'contact_id = {{ from = "id" }}\nqueue = {{ from = "queue", default = "q" }}\n{columns}\n{rest}'
    )


def layout_of(mapping: Mapping, text: str) -> Layout:
    layout = sniff(mapping, FileSample(tuple(text.splitlines()), spreadsheet=False))
    assert layout is not None, "the mapping does not recognise the file"
    return layout


def lines(mapping: Mapping, text: str, zone: str = "UTC", path: Path | None = None) -> list[Row]:
    """One row per data line: record columns, reject, skip, flag."""
    with duckdb.connect() as con:
        _stage(con, compile_mapping(mapping, path), layout_of(mapping, text), text, zone)
        return _rows(con, "SELECT * FROM staged")


def tables(mapping: Mapping, *texts: str, zone: str = "UTC") -> dict[str, list[Row]]:
    """Canonical rows from files imported one after another, callers left readable."""
    with duckdb.connect() as con:
        source = compile_mapping(mapping)
        for file_id, text in enumerate(texts, 1):
            _stage(con, source, layout_of(mapping, text), text, zone)
            create = "CREATE TABLE touched AS" if file_id == 1 else "INSERT INTO touched BY NAME"
            caller = ", caller AS customer_key, caller AS customer_mask" if source.records.caller else ""
            con.execute(
                f"{create} SELECT * EXCLUDE (reject, skip, flag){caller}, 'x' AS system, {file_id}::BIGINT AS file_id, "
                "rowid AS line FROM staged WHERE reject IS NULL AND skip IS NULL"
            )
        return {table: _rows(con, sql) for table, sql in source.derive.items()}


def _stage(con: duckdb.DuckDBPyConnection, source: Source, layout: Layout, text: str, zone: str) -> None:
    names = ", ".join("'" + name.replace("'", "''") + "': 'VARCHAR'" for name in layout.columns)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.csv"
        file.write_text(text, "utf-8")
        con.execute(
            f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv('{file}', columns = {{{names}}}, header = false, "
            f"auto_detect = false, nullstr = '', quote = '\"', escape = '\"', delim = '{layout.delimiter}', "
            f"skip = {layout.first_row}, null_padding = {str(layout.padded).lower()})"
        )
    con.execute(f"CREATE OR REPLACE TABLE staged AS {source.select(layout, Zone.of(zone))}")


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
