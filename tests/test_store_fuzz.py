"""Any bytes at all: an import ends in a balanced account or in a CcopsError, never in anything else."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ccops.errors import CcopsError
from ccops.settings import load
from ccops.workspace import in_memory
from stores import queue_log

SAMPLES = Path(__file__).parents[1] / "sample_logs"
GENERATED = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes here
MAPPING = """
version = 1
table = "queue_visits"
system = "acme"
[file]
expect = ["call", "entered"]
[time]
formats = ["%Y-%m-%d %H:%M:%S", "epoch_s"]
[columns]
contact_id = { from = ["call"], required = true }
entered_at = { from = ["entered"], type = "instant" }
wait = { from = ["wait"], type = "duration", formats = ["s", "HH:MM:SS"] }
customer = { from = ["phone"], type = "phone" }
queue = { from = ["queue"] }
outcome = { from = ["outcome"], map = { "A" = "answered", "L" = "abandoned" }, other = "reject" }
"""


def _mapped() -> bytes:
    rows = (f"c{n},2025-03-05 09:{n:02}:10,{n},0152{n:07},sales,{'AL'[n % 2]}" for n in range(40))
    return "\n".join(["call,entered,wait,phone,queue,outcome", *rows, ""]).encode()


BANK_HEADER = (
    "vru+line,call_id,customer_id,priority,type,date,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,"
    "ser_exit,ser_time,server"
).replace(",", "\t")


def _bank_line(n: int) -> str:
    at = f"9:{n:02}"
    return (
        f"AA0101\t{n}\t9{n:08}\t0\tPS\t990101\t{at}:31\t{at}:36\t5\t{at}:36\t{at}:39\t3\tAGENT\t{at}:39\t{at}:59\t20\tTOVA"
    )


EXPORTS: dict[str, Callable[[], bytes]] = {
    "queue_log": lambda: "\n".join([*queue_log(12), ""]).encode(),
    "queue_log table": lambda: (SAMPLES / "asterisk_queue_log_table.csv").read_bytes(),
    "CDR": lambda: (SAMPLES / "asterisk_cdr_master_21.csv").read_bytes(),
    "CDR of a database": lambda: (SAMPLES / "asterisk_cdr_freepbx.csv").read_bytes(),
    "Chinese calls": lambda: (SAMPLES / "mapped_chinese_calls.csv").read_bytes(),
    "interval report": lambda: (SAMPLES / "mapped_interval_report.csv").read_bytes(),
    "mapped": _mapped,
    "bank": lambda: "\n".join([
        BANK_HEADER,
        *map(_bank_line, range(40)), "",
    ]).encode(),
}
_HOSTILE = (
    b"\0", b"\r", b"\r\n", b"\n\n", b'"', b'""', b"|", b",", b";", b"\t", b"\xff\xfe", b"\xef\xbb\xbf", b"\x81",
    b"\xb2\xe2",
    b"'", b"\\", b"\x1a", b"\x1f\x8b\x08", b"PK\x03\x04", b"9" * 40, b"-1", b"1e309", b"nan", b"infinity",
    b"0000-00-00 00:00:00",
    b"9999-12-31 23:59:59", b"290000-01-01 00:00:00", b"99999999999999999999", b"\xe2\x80\xa8", b"NULL", b"\\N",
    b"a" * 70_000,
    b"\xc3\x28", b"\xf0\x9f\x92\xa9", b"1700000000|", b"QUEUESTART",
)


@lru_cache
def _export(name: str) -> bytes:
    return EXPORTS[name]()


def _account(data: bytes, *, mapped: bool = False, source: str | None = None, tz: str = "Europe/Berlin") -> str:
    """What an import into a store in memory makes of these bytes; twice, as the second time all is known."""
    with TemporaryDirectory() as name:
        file, mapping = Path(name) / "export", Path(name) / "mapping.toml"
        file.write_bytes(data)
        mapping.write_text(MAPPING)
        loaded = load(flags={"site.tz": tz}, environ={}, start=Path(name))
        try:
            with in_memory(loaded, files=[file], mapping=mapping if mapped else None) as workspace:
                for again in (False, True):
                    [result] = workspace.import_files([file], max_rejects="100%", source=source)
                    counted = result.used + result.duplicate + result.skipped + result.rejected
                    assert counted == result.lines
                    assert len(result.rejects) == result.rejected
                    assert not (again and result.used)
                    assert all(1 <= reject.line <= result.lines and reject.reason for reject in result.rejects)
        except CcopsError as error:
            refusal = error
        else:
            return "imported"
    assert refusal.fix or refusal.excerpt, refusal
    assert "bug in ccops" not in str(refusal), refusal
    return "refused"


@settings(max_examples=40, phases=GENERATED, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=2000) | st.lists(st.sampled_from(_HOSTILE), max_size=30).map(b"".join), mapped=st.booleans()
)
def test_any_bytes_are_imported_or_refused(data: bytes, mapped: bool) -> None:
    _account(data, mapped=mapped)


def _mutated(data: bytes, seed: int) -> bytes:
    """An export with a few bytes cut, doubled, swapped, or with something hostile put in."""
    rng = random.Random(seed)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(6):
            case 0:
                data = data[:at] + rng.choice(_HOSTILE) + data[at:]
            case 1:
                data = data[:at] + rng.choice(_HOSTILE) + data[at + rng.randrange(1, 9) :]
            case 2:
                data = data[:at] + data[at + rng.randrange(1, 200) :]
            case 3:
                end = at + rng.randrange(1, 300)
                data = data[:end] + data[at:]
            case 4:
                lines = data.split(b"\n")
                rng.shuffle(lines)
                data = b"\n".join(lines)
            case _:
                data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    return data


@pytest.mark.parametrize("name", EXPORTS)
def test_a_mutated_export_is_imported_or_refused_and_always_balances(name: str) -> None:
    """Seeded, so that a failure names the seed that repeats it."""
    tz = "Asia/Jerusalem" if name == "bank" else "Asia/Shanghai"
    outcomes = []
    assert _account(_export(name), mapped=name == "mapped", tz=tz) == "imported"
    for seed in range(14):
        try:
            outcomes.append(_account(_mutated(_export(name), seed), mapped=name == "mapped", tz=tz))
        except Exception as error:
            raise AssertionError(f"seed {seed} of {name}: {error!r}") from error
    assert "imported" in outcomes  # else the mutations prove nothing about lines
