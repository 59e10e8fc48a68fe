"""asterisk_cdr: recognised in every form, folded as a naive loop folds, the same whatever file a leg is in."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive_cdr
from ccops.errors import SourceError
from ccops.source import Layout
from ccops.sources import RECOGNISED, front_end
from ccops.sources.asterisk_cdr import ASTERISK_CDR
from ccops.sources.asterisk_cdr_columns import CUSTOM, DATABASE, MASTER
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


class _accepted:  # noqa: N801  stands where pytest.raises stands
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


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
    with pytest.raises(SourceError, match="Pacific/Chatham") if tz != "UTC" else _accepted():
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


# -- folding -------------------------------------------------------------------------------------------------------


def test_a_morning_of_a_small_site(tmp_path: Path) -> None:
    """Each call of the sample by name: what happened, and who talked for how long."""
    contacts, segments = folded(tmp_path, LOGS / "asterisk_cdr_master_21.csv", tz=SHANGHAI)
    number = {contact: int(contact.rpartition(".")[2]) for contact in contacts}
    assert {number[contact]: (row[0], row[4]) for contact, row in contacts.items()} == {
        101: ("in", "answered"),  # queue, the second member through a Local channel
        110: ("in", "answered"),  # three phones ring, one answers
        120: ("in", "unanswered"),
        130: ("in", "connected"),  # voice menu only
        140: ("in", "connected"),  # hung up in the queue: to the switch it is ANSWERED
        150: ("in", "answered"),  # attended transfer
        160: ("in", "answered"),  # blind transfer
        170: ("out", "answered"), 180: ("out", "busy"), 190: ("out", "failed"), 200: ("out", "unanswered"),
        210: ("internal", "answered"),
        220: ("in", "answered"),  # withheld number
        230: ("in", "connected"),  # voicemail after no answer
        240: ("in", "connected"),  # forwarded to a mobile: no agent is proven
        250: ("in", "answered"),  # over midnight
    }
    assert sorted((number[s[0]], s[1], s[3], s[5]) for s in segments if number[s[0]] <= 160) == [
        (101, "2001", "no_answer", 14_000), (101, "2002", "talk", 190_000),
        (110, "2001", "no_answer", 7_000), (110, "2002", "talk", 61_000), (110, "2003", "no_answer", 7_000),
        (120, "2001", "no_answer", 20_000), (120, "2002", "no_answer", 20_000), (120, "2003", "no_answer", 20_000),
        (150, "2002", "talk", 90_000), (150, "2004", "talk", 30_000), (150, "2004", "talk", 120_000),
        (160, "2001", "talk", 40_000), (160, "2003", "talk", 60_000),
    ]
    masks = {number[contact]: row[3] for contact, row in contacts.items()}
    assert (masks[170], masks[210], masks[220], masks[240]) == ("138****0007", None, None, "138****0011")


@pytest.mark.parametrize(
    ("name", "columns", "tz"),
    [
        ("asterisk_cdr_master_17.csv", (*MASTER, "uniqueid"), SHANGHAI),
        ("asterisk_cdr_master_18_autumn.csv", (*MASTER, *TAIL[:2]), BERLIN),
        ("asterisk_cdr_master_20.csv", (*MASTER, "uniqueid", *TAIL[2:]), SHANGHAI),
        ("asterisk_cdr_master_21.csv", (*MASTER, *TAIL), SHANGHAI),
        ("asterisk_cdr_custom.csv", CUSTOM[:18], SHANGHAI),
    ],
)
def test_samples_fold_as_the_naive_loop_folds(name: str, columns: Sequence[str], tz: str, tmp_path: Path) -> None:
    assert folded(tmp_path, LOGS / name, tz=tz) == naive(cells_of(name, columns), tz)


@pytest.mark.parametrize(
    "others",
    [
        ["asterisk_cdr_freepbx.csv", "asterisk_cdr_freepbx_dmy.csv", "asterisk_cdr_issabel_bom_semicolon.csv",
         "asterisk_cdr_custom.csv", "asterisk_cdr_custom_own_order.csv", "asterisk_cdr_master_16.csv",
         "asterisk_cdr_master_17.csv", "asterisk_cdr_master_19.csv", "asterisk_cdr_master_20.csv"],
    ],
)
def test_a_leg_is_one_record_in_whatever_form_it_comes(others: list[str], tmp_path: Path) -> None:
    files = [LOGS / name for name in ("asterisk_cdr_master_21.csv", *others)]
    results = imported(tmp_path, *files, tz=SHANGHAI)
    assert [result.used for result in results] == [28] + [0] * len(others)
    assert all(r.lines == r.duplicate + r.skipped for r in results[1:])


def test_legs_of_a_ring_group_are_one_contact_without_any_id(tmp_path: Path) -> None:
    contacts, _ = folded(tmp_path, LOGS / "asterisk_cdr_master_16.csv", tz=SHANGHAI)
    ring_all = [row for row in contacts.values() if row[1] == datetime(2025, 3, 5, 1, 5)]
    assert [(row[0], row[4]) for row in ring_all] == [("in", "answered")]
    assert all(len(contact) == 32 for contact in contacts)


_PHONES = [f"138000000{n:02}" for n in range(4)]
_CALLERS = [*_PHONES, "2001", "2002", "anonymous", ""]


@st.composite
def calls(draw: st.DrawFn) -> list[dict[str, str]]:
    """Legs of some calls, as a switch could write them: a channel keeps its uniqueid, its caller and its number."""
    rows: list[dict[str, str]] = []
    for call in range(draw(st.integers(1, 4))):
        # around the night in which Berlin's clocks go back
        began = 1_729_990_800 + draw(st.integers(-5000, 5000))
        src, dst = draw(st.sampled_from(_CALLERS)), draw(st.sampled_from(["600", "2002", "s", *_PHONES]))
        context = draw(st.sampled_from(["from-trunk", "from-internal", "ext-queues"]))
        for leg in range(draw(st.integers(1, 4))):
            n, own = 100 * call + leg, draw(st.booleans())
            start = began + (draw(st.integers(0, 50)) if own else 0)
            billsec, ring = draw(st.integers(0, 40)), draw(st.integers(0, 20))
            peer = draw(st.sampled_from(["SIP/2001", "PJSIP/2002", "Local/2001@from-queue", "SIP/13900000000", ""]))
            wall = datetime.fromtimestamp(start, ZoneInfo(BERLIN)).strftime("%Y-%m-%d %H:%M:%S")
            rows.append({
                "accountcode": "", "src": src, "dst": dst, "dcontext": context, "clid": f'"" <{src}>',
                "channel": f"SIP/{'2001' if len(src) == 4 else 'trunk'}-{n if own else 100 * call:08x}",
                "dstchannel": f"{peer}-{900 + n:08x}{';1' if 'Local' in peer else ''}" if peer else "",
                "lastapp": draw(st.sampled_from(["Dial", "Queue", "VoiceMail", "AppDial"])), "lastdata": "600,t,,",
                "start": wall, "answer": "", "end": wall, "duration": str(ring + billsec), "billsec": str(billsec),
                "disposition": draw(st.sampled_from(
                    ["ANSWERED", "ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION", "CANCEL", "OTHER"])),
                "amaflags": "DOCUMENTATION", "uniqueid": f"pbx-{start if own else began}.{n if own else 100 * call}",
                "userfield": "", "peeraccount": "", "linkedid": f"pbx-{began}.{100 * call}", "sequence": str(n),
            })
    return rows


@settings(max_examples=25)
@given(rows=calls(), newest=st.booleans(), seed=st.integers(0, 9))
def test_order_and_cuts_do_not_matter(
    rows: list[dict[str, str]], newest: bool, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cdr")
    columns = (*MASTER, *TAIL) if newest else (*MASTER, *TAIL[:2])
    seen = {tuple(row[name] for name in ("start", "channel", "dstchannel", "lastapp", "disposition", "billsec",
                                         "duration")): row for row in rows}
    plain = cells_of("asterisk_cdr_master_18_autumn.csv", (*MASTER, *TAIL[:2]))  # so that every part is recognised
    plain = [{**dict.fromkeys(TAIL, ""), **row, "linkedid": row["uniqueid"], "sequence": "7"} for row in plain]
    known = [{name: row[name] for name in columns} for row in (*plain, *seen.values())]
    rng = random.Random(seed)
    shuffled = rng.sample(known, len(known))
    cut, overlap = rng.randint(0, len(known)), rng.randint(0, 2)
    files = []
    for name, part in (("b.csv", shuffled[: cut + overlap]), ("a.csv", shuffled[cut:])):
        files.append(folder / name)
        files[-1].write_text(master([*known[: len(plain)], *part], columns))
    assert folded(folder, *files, tz=BERLIN) == naive(known, BERLIN)


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
        legs = workspace.store.query("SELECT line, customer_mask, duration_ms, ended_at FROM cdr_legs").rows()
    by_line = {line: rest for line, *rest in legs}
    assert by_line[3][0] is None
    assert by_line[7][1:] == [None, None]


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
