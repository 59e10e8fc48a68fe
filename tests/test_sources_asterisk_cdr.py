"""asterisk_cdr: recognised by content in every form; its times, its zone, its damage."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccops.errors import SourceError
from ccops.sources import RECOGNISED
from ccops.sources.asterisk_cdr import ASTERISK_CDR
from ccops.sources.asterisk_cdr_columns import CUSTOM, DATABASE, MASTER
from cdr_files import BERLIN, LOGS, SHANGHAI, TAIL, calls_of_a_year, cells_of, folded, layout_of, master, sample_of
from stores import imported, opened

# -- recognition ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("asterisk_cdr_master_16.csv", MASTER),
        ("asterisk_cdr_master_17.csv", (*MASTER, "uniqueid")),
        ("asterisk_cdr_master_18_autumn.csv", (*MASTER, "uniqueid", "userfield")),
        ("asterisk_cdr_master_19.csv", (*MASTER, "peeraccount", "linkedid", "sequence")),
        ("asterisk_cdr_master_20.csv", (*MASTER, "uniqueid", "peeraccount", "linkedid", "sequence")),
        ("asterisk_cdr_master_21.csv", (*MASTER, *TAIL)),
        ("asterisk_cdr_custom.csv", CUSTOM[:18]),
        ("asterisk_cdr_freepbx.csv", DATABASE),
        ("asterisk_cdr_issabel_bom_semicolon.csv", DATABASE[:16]),
    ],
)
def test_columns_are_known_by_what_they_hold(name: str, columns: Sequence[str], tmp_path: Path) -> None:
    assert layout_of(LOGS / name, tmp_path).columns == tuple(columns)


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_columns_is_worked_out(seed: int, tmp_path: Path) -> None:
    rows = cells_of("asterisk_cdr_master_21.csv", (*MASTER, *TAIL))
    blocks = [["clid"], ["src", "dst", "dcontext"], ["channel"], ["dstchannel"], ["lastapp", "lastdata"], ["start"],
              ["end"], ["answer"], ["duration", "billsec"], ["disposition"], ["uniqueid"], ["linkedid"], ["userfield"]]
    random.Random(seed).shuffle(blocks)
    order = [name for block in blocks for name in block]
    file = tmp_path / "cdr.csv"
    file.write_text(master(rows, order))
    found = layout_of(file, tmp_path).columns
    known = {"answer", "end", "userfield"}
    assert [name for name in found if not name.startswith("column_")] == [n for n in order if n not in known]


def test_every_sample_is_recognised_by_one_source_alone(tmp_path: Path) -> None:
    for file in sorted(LOGS.iterdir()):
        ours = file.name.startswith("asterisk_cdr_")
        hits = [source.name for source in RECOGNISED if source.sniff(sample_of(file, tmp_path))]
        assert ("asterisk_cdr" in hits) == ours, file.name
        assert len(hits) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "id,time,callid,queuename,agent,event,data1\n1,2025-03-05 09:00:00,1741136410.1,600,NONE,ENTERQUEUE,138\n",
        "date,agent,result\n2025-03-05 09:00:00,SIP/2001-0000000a,ANSWERED\n",
        "a,b,c,d,e,f,g,h,i,j,k,ANSWERED\n1,2,3,4,5,6,7,8,9,10,11,BUSY\n",
        "",
        "ANSWERED\n",
    ],
)
def test_other_files_are_left_alone(text: str, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text(text)
    assert ASTERISK_CDR.sniff(sample_of(file, tmp_path)) is None


@pytest.mark.parametrize("width", range(1, 16))
def test_too_few_columns_are_no_cdr(width: int, tmp_path: Path) -> None:
    for name, columns in (("asterisk_cdr_master_21.csv", (*MASTER, *TAIL)), ("asterisk_cdr_custom.csv", CUSTOM[:18])):
        file = tmp_path / name
        file.write_text(master(cells_of(name, columns), columns[:width]))
        layout = ASTERISK_CDR.sniff(sample_of(file, tmp_path))
        needed = {"start", "duration", "billsec", "disposition"}
        assert (layout is not None) == (needed <= set(columns[:width])), columns[:width]
        assert layout is None or needed <= set(layout.columns)


def test_a_file_that_grew_columns_is_read_whole(tmp_path: Path) -> None:
    rows = cells_of("asterisk_cdr_master_21.csv", (*MASTER, *TAIL))
    file = tmp_path / "Master.csv"
    file.write_text(master(rows[:12], (*MASTER, "uniqueid")) + master(rows[12:], (*MASTER, *TAIL)))
    (result,) = imported(tmp_path, file, tz=SHANGHAI)
    assert (result.lines, result.used, result.rejected) == (28, 28, 0)


# -- times ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "order", "evidence"),
    [
        (["2025-03-05 09:00:00", "2025-03-05 09:01:00"], "ymd", "form"),
        (["2025/3/5 9:00", "2025/3/13 9:01"], "ymd", "form"),
        (["5/3/2025 09:00:00", "13/3/2025 09:01:00"], "dmy", "day"),
        (["3/5/2025 9:00 AM", "3/13/2025 9:01 PM"], "mdy", "day"),
        (["05.03.25 09:00", "13.03.25 09:01"], "dmy", "day"),
        (["5/3/2025 09:00:00", "5/3/2025 09:01:00"], "dmy", "uniqueid"),
        (["3/5/2025 09:00:00", "3/5/2025 09:01:00"], "mdy", "uniqueid"),
        (["4/4/2025 09:00:00", "4/4/2025 09:01:00"], "dmy", "assumed"),
    ],
)
def test_day_and_month_are_told_by_evidence(cells: list[str], order: str, evidence: str, tmp_path: Path) -> None:
    rows = cells_of("asterisk_cdr_freepbx.csv", DATABASE)[1:3]
    file = tmp_path / "cdr.csv"
    lines = [",".join(DATABASE[:16]).replace("start", "calldate")]
    lines += [",".join([cell, '"x"', *(row[name].replace(",", " ") for name in DATABASE[2:16])])
              for cell, row in zip(cells, rows, strict=True)]
    file.write_text("\n".join(lines) + "\n")
    facts = layout_of(file, tmp_path).facts
    assert (facts["date_order"], facts["date_evidence"]) == (order, evidence)
    if evidence not in ("assumed", "uniqueid"):
        with opened(tmp_path, "s", tz=SHANGHAI, write=True, files=[file]) as workspace:
            workspace.import_files([file])
            starts = workspace.store.query("SELECT started_at FROM cdr_legs ORDER BY 1").rows()
        assert starts[0] == (datetime(2025, 3, 5, 1),)


@pytest.mark.parametrize("tz", ["UTC", SHANGHAI, BERLIN, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_the_zone_is_inferred_from_uniqueids_and_a_wrong_one_is_refused(
    tz: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Chatham")
    file = tmp_path / "Master.csv"
    file.write_text(master(list(calls_of_a_year(tz)), (*MASTER, "uniqueid")))
    sample = sample_of(file, tmp_path)
    layout = layout_of(file, tmp_path)
    assert ASTERISK_CDR.infer_zone is not None
    inferred = ASTERISK_CDR.infer_zone(sample, layout)
    assert inferred is not None
    months = [datetime(2024, month, 15) for month in range(1, 13)]
    assert [ZoneInfo(inferred).utcoffset(m) for m in months] == [ZoneInfo(tz).utcoffset(m) for m in months]
    with pytest.raises(SourceError, match="Pacific/Chatham") if tz != "UTC" else nullcontext():
        imported(tmp_path, file, name="wrong", tz="Pacific/Chatham")
    imported(tmp_path, file, name="right", tz=tz)


def test_of_equal_zones_this_computer_s_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = LOGS / "asterisk_cdr_master_21.csv"
    assert ASTERISK_CDR.infer_zone is not None
    for machine, inferred in (("Asia/Singapore", "Asia/Singapore"), ("Europe/Paris", SHANGHAI)):
        monkeypatch.setenv("TZ", machine)
        assert ASTERISK_CDR.infer_zone(sample_of(file, tmp_path), layout_of(file, tmp_path)) == inferred
    without = LOGS / "asterisk_cdr_master_16.csv"
    assert ASTERISK_CDR.infer_zone(sample_of(without, tmp_path), layout_of(without, tmp_path)) is None


def test_the_hour_that_comes_twice_is_told_by_the_uniqueid(tmp_path: Path) -> None:
    """2024-10-27 in Berlin: 02:30 is 00:30 UTC on summer time and 01:30 UTC an hour later."""
    contacts, _ = folded(tmp_path, LOGS / "asterisk_cdr_master_18_autumn.csv", tz=BERLIN)
    starts = sorted(contact[1] for contact in contacts.values())
    assert starts == [
        datetime(2024, 10, 26, 23, 40), datetime(2024, 10, 27, 0, 30), datetime(2024, 10, 27, 1, 30),
        datetime(2024, 10, 27, 1, 31, 10), datetime(2024, 10, 27, 2, 10), datetime(2024, 10, 27, 9, 0),
    ]


def test_times_that_the_uniqueids_prove_to_be_utc_are_read_as_utc(tmp_path: Path) -> None:
    """usegmtime=yes: the days are still the site's."""
    file = tmp_path / "Master.csv"
    file.write_text(master(list(calls_of_a_year("UTC")), (*MASTER, "uniqueid")))
    local = tmp_path / "local.csv"
    local.write_text(master(list(calls_of_a_year(SHANGHAI)), (*MASTER, "uniqueid")))
    assert folded(tmp_path, file, tz=SHANGHAI) == folded(tmp_path, local, tz=SHANGHAI)


# -- damage --------------------------------------------------------------------------------------------------------


def test_damage_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    (result,) = imported(tmp_path, LOGS / "asterisk_cdr_damaged.csv", tz=SHANGHAI, max_rejects="50%")
    assert result.lines == result.used + result.duplicate + result.skipped + result.rejected == 11
    assert [reject.line for reject in result.rejects] == [2, 4, 5]
    assert ["Excel" in reject.reason for reject in result.rejects] == [True, False, False]
    assert result.flags == {
        "caller_damaged": (1, 3), "disposition_unknown": (1, 6), "duration_damaged": (1, 7),
        "billsec_over_duration": (1, 8), "billsec_without_answer": (1, 10),
    }
    with opened(tmp_path, tz="") as workspace:
        legs = workspace.store.query("SELECT line, customer_mask, duration_ms FROM cdr_legs").rows()
    by_line = {line: rest for line, *rest in legs}
    assert by_line[3][0] is None
    assert by_line[7][1:] == [None]


@pytest.mark.parametrize("cell", ["infinity", "-infinity", "9999-12-31 00:00:00", "1.7E+09", "290000-01-01 00:00:00",
                                  "1980-01-01 00:00:00", "", "0", "2025-02-30 10:00:00"])
def test_impossible_times_are_rejected_not_fatal(cell: str, tmp_path: Path) -> None:
    columns = (*MASTER, *TAIL[:2])
    rows = cells_of("asterisk_cdr_master_18_autumn.csv", columns)
    rows[3]["start"] = cell
    rows[4] |= {"duration": "1e300", "billsec": "-5"}
    rows[5] |= {"duration": "4294967295"}
    file = tmp_path / "cdr.csv"
    file.write_text(master(rows, columns))
    (result,) = imported(tmp_path, file, tz=BERLIN, max_rejects="50%")
    assert (result.used, [reject.line for reject in result.rejects]) == (5, [4])


def test_a_header_in_the_middle_is_skipped(tmp_path: Path) -> None:
    text = (LOGS / "asterisk_cdr_freepbx.csv").read_text()
    file = tmp_path / "two_exports.csv"
    file.write_text(text + text)
    (result,) = imported(tmp_path, file, tz=SHANGHAI)
    assert (result.used, result.duplicate, result.skipped, result.rejected) == (28, 28, 2, 0)


def test_fractions_of_seconds_are_kept(tmp_path: Path) -> None:
    rows = cells_of("asterisk_cdr_custom.csv", CUSTOM[:18])
    rows[1] |= {"duration": "68.25", "billsec": "61.125"}
    file = tmp_path / "cdr.csv"
    file.write_text(master(rows, CUSTOM[:18]))
    _, segments = folded(tmp_path, file, tz=SHANGHAI)
    assert 61_125 in [segment[5] for segment in segments]


def test_no_number_stays_in_the_store(tmp_path: Path) -> None:
    """Callers, mobiles that calls were forwarded to, channels that hold numbers: none is in any table."""
    for name in ("asterisk_cdr_master_21.csv", "asterisk_cdr_master_16.csv"):
        imported(tmp_path, LOGS / name, name=name, tz=SHANGHAI)
        with opened(tmp_path, name, tz="") as workspace:
            for table in ("cdr_legs", "contacts", "segments"):
                text = repr(workspace.store.query(f"SELECT * FROM {table}").rows())
                assert "1380000" not in text, table
                assert "1390000" not in text, table
