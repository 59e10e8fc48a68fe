"""What a hostile query, a hostile name or a curious reader of the files gets: nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ccops.errors import CcopsError, UsageError
from conftest import Ran
from stores import imported, opened, queue_log, written

Run = Callable[..., Ran]
TZ = ("--tz", "Europe/Berlin")

# -- the query command ------------------------------------------------------------------------------------------------

ATTACKS = (
    "SELECT * FROM read_text('{secret}')", "SELECT * FROM read_blob('{secret}')", "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_csv_auto('{secret}')", "SELECT * FROM '{secret}'", "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_parquet('{secret}')", "SELECT * FROM glob('{folder}/*')", "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM read_csv('https://example.invalid/x.csv')", "SELECT * FROM sqlite_scan('{secret}', 't')",
    "SELECT * FROM parquet_scan('{secret}')", "COPY contacts TO '{folder}/out.csv'", "COPY contacts FROM '{secret}'",
    "COPY (SELECT 1) TO '{folder}/out.csv'", "EXPORT DATABASE '{folder}/out'", "IMPORT DATABASE '{folder}'",
    "ATTACH '{folder}/other.duckdb'", "ATTACH ':memory:' AS m", "DETACH ccops", "USE memory", "INSTALL httpfs",
    "LOAD httpfs", "LOAD '{secret}'", "PRAGMA database_list", "PRAGMA enable_profiling", "PRAGMA show_tables",
    "SET memory_limit = '99GB'", "SET GLOBAL enable_external_access = true", "SET lock_configuration = false",
    "RESET enable_external_access", "SET VARIABLE x = 1", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE contacts",
    "DROP TABLE contacts", "DELETE FROM contacts", "UPDATE contacts SET outcome = 'x'", "TRUNCATE contacts",
    "INSERT INTO meta VALUES ('a', 'b')", "CREATE TABLE t AS SELECT 1", "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1", "CREATE MACRO m() AS 1", "CREATE SECRET s (TYPE s3)", "ALTER TABLE contacts ADD x INT",
    "VACUUM", "ANALYZE", "CHECKPOINT", "BEGIN", "COMMIT", "CALL duckdb_settings()", "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE DELETE FROM contacts", "EXPLAIN ANALYZE COPY contacts TO '{folder}/out.csv'", "", ";",
    "--", "SELECT",
    "SELECT '\x00'", "WITH x AS (DELETE FROM contacts RETURNING *) SELECT * FROM x", "SELECT * FROM nowhere",
    "SELECT getenv('HOME')", "SELECT error('x')", "SELECT nextval('x')", "SELECT 'x'::INTEGER",
)


@pytest.mark.parametrize("kind", ["reader", "writer"])
def test_no_query_reads_a_file_the_network_or_changes_anything(tmp_path: Path, kind: str) -> None:
    """Also where the store is open for writing and its scratch space can be read: only what lies there."""
    secret = tmp_path / "elsewhere" / "secret.csv"
    secret.parent.mkdir()
    secret.write_text("a,b\n1,open sesame\n")
    imported(tmp_path, written(tmp_path / "a.log", queue_log(20)))
    present = sorted(path.name for path in tmp_path.rglob("*"))
    before = (tmp_path / "ccops.duckdb").read_bytes()
    with opened(tmp_path, tz="", write=kind == "writer") as workspace:
        told: list[str] = []
        for attack in ATTACKS:
            sql = attack.format(secret=secret, folder=secret.parent)
            try:
                found = workspace.query(sql)
            except UsageError as error:
                told.append(str(error))
            else:
                assert sql == "SELECT '\x00'", (sql, found.rows())
        assert workspace.query("SELECT count(*) AS n FROM contacts").item() == 20
    assert len(told) == len(ATTACKS) - 1
    assert not [text for text in told if "sesame" in text]
    assert sorted(path.name for path in tmp_path.rglob("*")) == present
    assert (tmp_path / "ccops.duckdb").read_bytes() == before


def test_a_query_that_never_ends_is_stopped(tmp_path: Path) -> None:
    imported(tmp_path, written(tmp_path / "a.log", queue_log(5)))
    with opened(tmp_path, tz="") as workspace:
        for endless in (
            "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range % 7 = 3",
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
        ):
            with pytest.raises(UsageError, match=r"the query took longer than 0\.5 s"):
                workspace.store.select(endless, seconds=0.5)
        assert workspace.query("SELECT 1 AS one").item() == 1  # the interruption hit that query alone


def test_a_query_that_is_too_large_ends_as_a_clear_error(tmp_path: Path) -> None:
    imported(tmp_path, written(tmp_path / "a.log", queue_log(5)))
    flags: dict[str, Any] = {"store.memory": "50MB"}
    with opened(tmp_path, tz="", **flags) as workspace:
        with pytest.raises(CcopsError, match="Out of Memory") as caught:
            workspace.query("SELECT list(range) FROM range(20000000)")
        assert caught.value.fix
        assert workspace.query("SELECT 1 AS one").item() == 1


# -- hostile names ----------------------------------------------------------------------------------------------------

NAMES = (
    "'; DROP TABLE contacts; --", '"><script>alert(1)</script>', "[red]x[/red]", "\u202egnp.exe\u2066",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://example.invalid\x07link\x1b]8;;\x07", "=cmd /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1",
    "{0} %s %(x)s",
    "../../etc/passwd", "q" * 5000, "\x9b31mC1", "a\u200bb\ufeffc", "客服", "*", "NULL", "line\u2028break",
    "\u0660\u0661",
)
# What may come out of no command: escapes, C1, direction and invisible marks, live tags.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def _hostile_log() -> list[str]:
    lines = []
    for n, name in enumerate(NAMES):
        at = 1_700_000_000 + 60 * n
        lines += [
            f"{at}|{at}.{n}|{name}|NONE|ENTERQUEUE||0152{n:07}|1",
            f"{at + 5}|{at}.{n}|{name}|{name}|CONNECT|5|{at}.9{n}|2",
            f"{at + 50}|{at}.{n}|{name}|{name}|COMPLETECALLER|5|45|1", f"{at + 51}|NONE|NONE|{name}|PAUSEALL|{name}",
            f"{at + 20}|{at}.{n}9|{name}|NONE|ENTERQUEUE||0152{n:07}|1",
            f"{at + 29}|{at}.{n}9|{name}|NONE|ABANDON|1|1|9",
        ]
    return lines


def _assert_harmless(ran: Ran, what: str) -> None:
    assert ran.code == 0, (what, ran.err)
    text = (ran.out + ran.err).replace("\ufeff", "", 1)
    assert not _FORBIDDEN.search(text), (what, _FORBIDDEN.search(text))
    assert "Traceback" not in ran.err


def _assert_no_formula(text: str, what: str) -> None:
    for row in csv.reader(io.StringIO(text)):
        for value in row:
            risky = value.startswith(("=", "+", "@", "\t", "\r", "＝", "＋", "－", "＠"))
            minus = value.startswith("-") and not re.fullmatch(r"-|-\d+(\.\d+)?%?", value)
            assert not risky, (what, value)
            assert not minus, (what, value)


def test_hostile_names_travel_and_do_nothing(tmp_path: Path, ccops: Run) -> None:
    file = tmp_path / "a.log"
    file.write_bytes("\n".join([*_hostile_log(), "1700009999|x|a\0b|NONE|ENTERQUEUE||1|1", ""]).encode())
    store = ("--store", tmp_path / "s.duckdb")
    _assert_harmless(ccops("import", file, *store, *TZ), "import")
    count = "SELECT count(DISTINCT queue) AS queues, count(*) AS visits FROM queue_visits"
    counted = ccops("query", count, *store, "--json")
    assert counted.json["rows"] == [{"queues": len(NAMES) + 1, "visits": 2 * len(NAMES) + 1}]
    contact = "1700000000.0"
    for words in (
        ["kpi", "--by", "queue"], ["kpi", "offered", "aht", "--by", "queue,agent"], ["report", "--all"], ["lost"],
        ["check"], ["explain", contact], ["explain", "aht"], ["query", "SELECT * FROM queue_visits"],
        ["report", "--all", "--lang", "zh"],
        ["kpi", "offered", "--queue", NAMES[0]], ["report", "--queue", NAMES[1]],
    ):
        _assert_harmless(ccops(*words, *store), " ".join(words))
    for words in (
        ["kpi", "--by", "queue"], ["lost"], ["check"], ["explain", contact], ["report"], ["export", "queue_visits"],
    ):
        ran = ccops(*words, *store, "--json")
        assert ran.code == 0, ran.err
        assert json.loads(ran.out)
        assert "\x1b" not in ran.out
    for table in ("contacts", "queue_visits", "segments", "agent_states"):
        ran = ccops("export", table, "--agents", *store)
        assert ran.code == 0
        _assert_no_formula(ran.out, f"export {table}")
    for suffix in (".csv", ".md", ".txt", ".json"):
        out = tmp_path / f"report{suffix}"
        assert ccops("report", "--all", *store, "-o", out).code == 0
        text = out.read_text("utf-8-sig")
        if suffix == ".csv":
            _assert_no_formula(text, "report.csv")
        if suffix == ".md":
            assert "<script" not in text
        if suffix != ".json":
            assert not _FORBIDDEN.search(text), (suffix, _FORBIDDEN.search(text))
        assert "\x1b" not in text
    for words in (["kpi", "--by", "queue"], ["export", "queue_visits"], ["query", "SELECT * FROM agent_states"]):
        out = tmp_path / "rows.csv"
        assert ccops(*words, *store, "-o", out).code == 0
        _assert_no_formula(out.read_text("utf-8-sig"), " ".join(words))
    assert ccops("query", count, *store, "--json").json == counted.json


# -- no number anywhere -----------------------------------------------------------------------------------------------

_CDR = (
    '"{0}1","{0}2","{0}3","ext-queues","""{0}4"" <{0}5>","SIP/{0}6-0000000a","SIP/{0}7-0000000b","{app}",'
    '"{to},t,{0}9","{at}","{at}","2025-03-05 09:00:25",15,15,"ANSWERED",'
    '"DOCUMENTATION","1741136410.101","{0}0","","1741136410.101",0'
)
_BANK = (
    "vru+line,call_id,customer_id,priority,type,date,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,"
    "ser_exit,ser_time,server"
).replace(",", "\t")
_BANK_LINE = (
    "AA0101,{n},{customer},0,PS,{day},0:00:31,0:00:36,5,0:00:36,0:03:09,153,{outcome},0:00:00,0:00:00,0,NO_SERVER"
).replace(",", "\t")
_MAPPING = """
version = 1
table = "queue_visits"
system = "acme"
[file]
expect = ["call", "entered"]
[time]
formats = ["%Y-%m-%d %H:%M:%S"]
[columns]
contact_id = { from = ["call"], required = true }
entered_at = { from = ["entered"], type = "instant" }
wait = { from = ["wait"], type = "duration", formats = ["s"] }
customer = { from = ["phone"], type = "phone" }
queue = { from = ["queue"] }
outcome = { from = ["outcome"], map = { "A" = "answered", "L" = "abandoned" }, other = "reject" }
"""


def _planted() -> dict[str, tuple[list[str], bool]]:
    """Exports full of numbers that begin with 98760…, and whether they can be imported; last lines cannot be used."""
    log = [
        "1700000000|1700000000.1|sales|NONE|ENTERQUEUE||9876011101|1|9876011102",
        "1700000003|1700000000.1|sales|NONE|DID|9876011103",
        "1700000005|1700000000.1|sales|SIP/2001|CONNECT|5|1700000001.2|3",
        "1700000050|1700000000.1|sales|SIP/2001|BLINDTRANSFER|9876011104|from-internal|5|45|1",
        "1700000060|1700000060.3|sales|NONE|ENTERQUEUE|9876011105|+49 98760 11106|2",
        "1700000069|1700000060.3|sales|SIP/2001|ATTENDEDTRANSFER|LINK|SIP/9876011107-1|SIP/9876011108-2|5|45|1",
        *(f"170000007{n}|1700000060.3|sales|SIP/2001|INFO|987601110{n}" for n in range(10)),
        "yesterday|x|9876011110|NONE|ENTERQUEUE||9876011111|1", "1700000080|1|sales|NONE|9876011112||9876011113|1",
    ]
    at = "2025-03-05 09:00:10"
    dialled = {"app": "Dial", "to": "SIP/9876022299"}
    cdr = [
        _CDR.format("987602220", app="Queue", to="sales", at=at), _CDR.format("987602221", **dialled, at=at),
        _CDR.format("987602222", **dialled, at="987602222"), _CDR.format("987602223", **dialled, at=at)[:70],
    ]
    bank = [
        _BANK, _BANK_LINE.format(n=1, customer="987603330123", day="990101", outcome="HANG"),
        _BANK_LINE.format(n=2, customer="987603331123", day="bad", outcome="987603332123"),
    ]
    mapped = [
        "call,entered,wait,phone,queue,outcome", "c1,2025-03-05 09:00:10,5,+49 98760 44401,sales,A",
        'c2,2025-03-05 09:01:10,5,"98760-44402",sales,L', "c3,2025-03-05 09:02:10,5,9876044403,sales,9876044404",
        "c4,9876044405,5,9876044406,sales,A",
    ]
    strange = ["9876055501;9876055502", "a;9876055503"]
    return {
        "a.log": (log, True), "cdr.csv": (cdr, True), "bank.tsv": (bank, True), "own.csv": (mapped, True),
        "odd.txt": (strange, False),
    }


_EXPORTS = tuple(f"export {table} --agents" for table in ("contacts", "queue_visits", "segments", "agent_states"))
_SEPARATED = re.compile(rb"98760[- ]?[0-9]{4}")


@pytest.mark.parametrize("max_rejects", ["100%", "0"])
def test_no_number_is_in_any_byte_that_is_written(tmp_path: Path, ccops: Run, max_rejects: str) -> None:
    """Not in the store, its log, the rejects, the reports, the messages: from good and rejected lines and files."""
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    out.mkdir()
    mapping = tmp_path / "own.toml"
    mapping.write_text(_MAPPING)
    said: list[Ran] = []
    for name, (lines, usable) in _planted().items():
        store = ("--store", out / f"{name}.duckdb")
        own = ("--map", mapping) if name == "own.csv" else ()
        zone = ("--tz", "Asia/Jerusalem" if name == "bank.tsv" else "Asia/Shanghai")
        file = written(inbox / name, lines)
        ran = ccops("import", file, *store, *zone, *own, "--max-rejects", max_rejects)
        taken = usable and max_rejects != "0"
        assert ran.code == (0 if taken else 3), (name, ran.err)
        said.append(ran)
        if taken:
            assert " 0 rejected" not in ran.out
            files_of = [f"report --all -o {out / name}{suffix}" for suffix in (".csv", ".md", ".txt", ".json")]
            for line in ("report --all", "report --json", "lost", "check", "explain offered", *files_of, *_EXPORTS):
                said.append(ccops(*line.split(), *store))
                assert said[-1].code == 0, (line, said[-1].err)
            said += [ccops("query", f"SELECT * FROM {table}", *store) for table in ("rejects", "contacts", "files")]
        said.append(ccops("report", file, *zone, *own))
    for ran in said:
        assert not _SEPARATED.search((ran.out + ran.err).encode()), (ran.out + ran.err)
    files = [path for path in (*out.rglob("*"), *tmp_path.glob("*.csv")) if path.is_file()]
    assert len(files) > 4
    for path in files:
        assert not (hit := _SEPARATED.search(path.read_bytes())), (path, hit)


def test_raw_numbers_are_kept_and_shown_only_where_the_settings_say_so(tmp_path: Path, ccops: Run) -> None:
    file = written(tmp_path / "a.log", queue_log(20))
    for name, toml in (("raw", "[store]\nraw = true\n"), ("plain", "")):
        config = tmp_path / f"{name}.toml"
        config.write_text(toml)
        common = ("--store", tmp_path / f"{name}.duckdb", "--config", config)
        assert ccops("import", file, *common, *TZ).code == 0
        masked, shown = ccops("export", "contacts", *common), ccops("export", "contacts", "--unmask", *common)
        assert masked.code == 0
        assert not re.search(r"0152\d{7}", masked.out)
        if name == "raw":
            numbers = re.findall(r"0152\d{7}", shown.out)
            assert (shown.code, len(numbers)) == (0, 20)
            assert set(numbers) <= set(re.findall(r"0152\d{7}", file.read_text()))
        else:
            assert (shown.code, shown.out) == (2, "")
            assert "[store] raw = true" in shown.err
    status = ccops("privacy", "status", "--store", tmp_path / "raw.duckdb", "--json").json
    assert status["readable_numbers"] > 0


def test_the_key_is_for_its_owner_alone_and_in_no_output(tmp_path: Path, ccops: Run) -> None:
    store = ("--store", tmp_path / "s.duckdb")
    said = [ccops("import", written(tmp_path / "a.log", queue_log(5)), *store, *TZ)]
    key = tmp_path / "s.duckdb.key"
    assert key.stat().st_mode & 0o777 == 0o600
    for words in (["privacy", "status"], ["config", "show"], ["query", "SELECT * FROM meta"]):
        said.append(ccops(*words, *store))
    secret = key.read_text().strip()
    assert len(secret) == 64
    for ran in said:
        assert ran.code == 0, ran.err
        assert secret not in ran.out + ran.err
    data = (tmp_path / "s.duckdb").read_bytes()
    assert secret.encode() not in data
    assert bytes.fromhex(secret) not in data
