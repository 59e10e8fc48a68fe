"""The same calls in a queue_log and in a CDR: one contact each, whatever comes first and in however many parts."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from stores import Rows, imported, opened, rows, written

TZ = "Europe/Berlin"
START = 1_709_600_000


def _leg(call: str, at: int, duration: int, billsec: int, disposition: str, *, src: str, dst: str = "600",
         app: str = "Queue", data: str = "sales,t", peer: str = "", n: int = 0) -> str:
    """A line of Master.csv with uniqueid, userfield, peeraccount, linkedid and sequence."""
    wall = datetime.fromtimestamp(at, ZoneInfo(TZ)).replace(tzinfo=None)
    answer = f"{wall + timedelta(seconds=duration - billsec):%F %T}" if billsec else ""
    cells = ["", src, dst, "ext-queues", f'""X"" <{src}>', f"SIP/trunk-{n:08x}", peer, app, data, f"{wall:%F %T}",
             answer, f"{wall + timedelta(seconds=duration):%F %T}"]
    tail = [disposition, "DOCUMENTATION", call, "", "", call, str(n)]
    return ",".join([*(f'"{cell}"' for cell in cells), str(duration), str(billsec), *(f'"{cell}"' for cell in tail)])


def _both(calls: int, *, seed: int = 5) -> tuple[list[str], list[str]]:
    """A queue_log and a CDR: calls in both, answered or abandoned; calls that only the CDR knows; withheld numbers."""
    rng = random.Random(seed)
    log: list[str] = []
    cdr: list[str] = []
    for n in range(calls):
        at = START + n * 120
        call, src, agent = f"{at}.{n}", f"0152{n:07}", f"SIP/200{rng.randrange(4)}"
        wait, talk = rng.randrange(2, 20), rng.randrange(5, 60)
        shown = "" if n % 5 == 0 else src  # the log does not show every number, the CDR does
        match n % 4:
            case 0 | 1:
                log += [
                    f"{at + 3}|{call}|sales|NONE|ENTERQUEUE||{shown}|1",
                    f"{at + 3 + wait}|{call}|sales|{agent}|CONNECT|{wait}|{at}.9{n}|2",
                    f"{at + 3 + wait + talk}|{call}|sales|{agent}|COMPLETECALLER|{wait}|{talk}|1",
                ]
                whole = 3 + wait + talk
                cdr.append(_leg(call, at, whole, whole, "ANSWERED", src=src, peer=f"{agent}-{n:08x}", n=n))
            case 2:
                log += [
                    f"{at + 3}|{call}|sales|NONE|ENTERQUEUE||{shown}|1",
                    f"{at + 3 + wait}|{call}|sales|NONE|ABANDON|1|1|{wait}",
                ]
                cdr.append(_leg(call, at, 3 + wait, 3 + wait, "ANSWERED", src=src, n=n))
                # A phone rang in vain: the log says nothing of it for this call, and it is the log that counts.
                cdr.append(_leg(call, at + 3, wait, 0, "NO ANSWER", src=src, dst="2001", app="Dial", data="SIP/2001",
                                peer=f"SIP/2001-{n:08x}", n=n + 1000))
            case _:
                cdr.append(_leg(call, at, 30, 20, "ANSWERED", src=src, dst="2002", app="Dial", data="SIP/2002",
                                peer=f"SIP/2002-{n:08x}", n=n))
    return log, cdr


def _parts(lines: list[str], n: int) -> list[list[str]]:
    size = -(-len(lines) // n)
    return [lines[start : start + size] for start in range(0, len(lines), size)]


def _store(folder: Path, name: str, parts: list[tuple[str, list[str]]]) -> Rows:
    files = [written(folder / f"{name}{n}.{kind}", lines) for n, (kind, lines) in enumerate(parts)]
    for result in imported(folder, *files, name=f"{name}.duckdb", tz=TZ):
        assert result.rejected == 0
        assert result.used == result.lines
    return rows(folder, f"{name}.duckdb")


def test_both_orders_and_any_parts_give_the_same_tables(tmp_path: Path) -> None:
    log, cdr = _both(24)
    first = _store(tmp_path, "first", [("log", log), ("csv", cdr)])
    assert len(first["contacts"]) == 24
    assert len(first["queue_visits"]) == 18
    assert _store(tmp_path, "second", [("csv", cdr), ("log", log)]) == first
    parts = [("log", part) for part in _parts(log, 2)] + [("csv", part) for part in _parts(cdr, 2)]
    for n, order in enumerate(random.Random(8).sample(list(permutations(parts)), 5)):
        assert _store(tmp_path, f"parts{n}_", list(order)) == first


def _contacts(folder: Path, name: str) -> dict[str, dict[str, object]]:
    with opened(folder, f"{name}.duckdb", tz="") as workspace:
        found = workspace.store.query("SELECT * EXCLUDE (file_id, line, day, quarter) FROM contacts").to_dicts()
    return {str(row["contact_id"]): row for row in found}


def test_nulls_are_filled_and_nothing_is_overwritten(tmp_path: Path) -> None:
    log, cdr = _both(24)
    _store(tmp_path, "log", [("log", log)])
    _store(tmp_path, "cdr", [("csv", cdr)])
    _store(tmp_path, "both", [("csv", cdr), ("log", log)])
    of_log, of_cdr, of_both = (_contacts(tmp_path, name) for name in ("log", "cdr", "both"))
    filled = 0
    assert set(of_both) == set(of_log) | set(of_cdr)
    for contact, row in of_both.items():
        known, other = of_log.get(contact, {}), of_cdr.get(contact, {})
        for column, value in row.items():
            expected = known.get(column)
            if expected is None:
                expected = other.get(column)
                filled += contact in of_log and expected is not None
            assert value == expected, (contact, column)
    withheld = [row for row in of_log.values() if row["customer_key"] is None]
    assert withheld
    assert filled >= 2 * len(withheld)  # key and mask of each came from the CDR


@pytest.mark.parametrize("order", ["log first", "cdr first"])
def test_segments_come_from_one_source_and_the_log_is_it(tmp_path: Path, order: str) -> None:
    log, cdr = _both(24)
    parts = [("log", log), ("csv", cdr)]
    _store(tmp_path, "both", parts if order == "log first" else parts[::-1])
    with opened(tmp_path, "both.duckdb", tz="") as workspace:
        per_contact = workspace.store.query(
            "SELECT c.contact_id, c.outcome, v.outcome AS visit, list(DISTINCT s.source) AS sources, count(s.nth) AS n "
            "FROM contacts c LEFT JOIN queue_visits v USING (contact_id) LEFT JOIN segments s USING (contact_id) "
            "GROUP BY ALL"
        ).to_dicts()
    assert len(per_contact) == 24
    for row in per_contact:
        sources = [source for source in row["sources"] if source]
        match row["visit"]:
            case "answered":
                assert (sources, row["n"]) == (["asterisk_queue_log"], 1)
            case "abandoned":  # the log knows the call and has no segment: the CDR's ringing is not taken
                assert (sources, row["n"], row["outcome"]) == ([], 0, "abandoned")
            case _:
                assert (row["visit"], sources, row["n"], row["outcome"]) == (None, ["asterisk_cdr"], 1, "answered")


def test_a_call_whose_log_comes_later_gives_up_the_segments_of_the_cdr(tmp_path: Path) -> None:
    log, cdr = _both(3)
    alone = _store(tmp_path, "cdr", [("csv", cdr)])
    later = _store(tmp_path, "both", [("csv", cdr), ("log", log)])
    abandoned = f"{START + 240}.2"
    assert any(abandoned in row for row in alone["segments"])
    assert not any(abandoned in row for row in later["segments"])
