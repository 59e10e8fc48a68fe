"""asterisk_cdr: legs fold into contacts and talk as a naive loop folds them, the same whatever file a leg is in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.sources.asterisk_cdr_columns import CUSTOM, MASTER
from cdr_files import BERLIN, LOGS, SHANGHAI, TAIL, cells_of, folded, master, naive, selected
from stores import imported


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
_DIALLED = [*_PHONES, "600", "2002", "s"]
_DEVICES = ["SIP/2001", "PJSIP/2002", "SIP/trunk", "Local/2001@from-queue", "SIP/13900000000"]
_ENDS = ["ANSWERED"] * 4 + ["NO ANSWER"] * 3 + ["BUSY", "FAILED", "CONGESTION", "CANCEL", "OTHER"]


@st.composite
def calls(draw: st.DrawFn) -> list[dict[str, str]]:
    """Legs of some calls, as a switch could write them: a channel keeps its name, its uniqueid and its parties."""
    rows: list[dict[str, str]] = []
    for call in range(1, draw(st.integers(1, 3)) + 1):
        began = 1_729_990_800 + draw(st.integers(-5000, 5000))  # around the night when Berlin's clocks go back
        for leg in range(draw(st.integers(1, 4))):
            n, billsec, device = 100 * call + leg, draw(st.integers(0, 40)), draw(st.sampled_from(["", *_DEVICES]))
            if leg == 0 or draw(st.booleans()):
                start = began + draw(st.integers(0, 2)) * (leg > 0)
                channel = {
                    "src": draw(st.sampled_from(_CALLERS)), "dst": draw(st.sampled_from(_DIALLED)),
                    "dcontext": draw(st.sampled_from(["from-trunk", "from-internal", "ext-queues"])),
                    "channel": f"{draw(st.sampled_from(_DEVICES))}-{n:08x}", "uniqueid": f"pbx-{start}.{n}",
                    "start": datetime.fromtimestamp(start, ZoneInfo(BERLIN)).strftime("%Y-%m-%d %H:%M:%S"),
                }
            rows.append({
                **dict.fromkeys((*MASTER, *TAIL), ""), **channel, "linkedid": f"pbx-{began}.{100 * call}",
                "dstchannel": f"{device}-{900 + n:08x}" if device else "", "lastdata": "600,t,,",
                "lastapp": draw(st.sampled_from(["Dial", "Dial", "Dial", "Queue", "VoiceMail", "AppDial"])),
                "duration": str(draw(st.integers(0, 20)) + billsec), "billsec": str(billsec),
                "disposition": draw(st.sampled_from(_ENDS)), "sequence": str(1000 - n),
            })
    return rows


@settings(max_examples=40)
@given(rows=calls(), newest=st.booleans(), order=st.randoms(use_true_random=False))
def test_any_legs_fold_as_the_naive_loop_folds(rows: list[dict[str, str]], newest: bool, order: random.Random) -> None:
    columns = (*MASTER, *TAIL) if newest else (*MASTER, *TAIL[:2])
    known = [{name: row[name] for name in columns} for row in rows]
    assert selected(order.sample(known, len(known)), columns, BERLIN) == naive(known, BERLIN)


@pytest.mark.parametrize("seed", range(3))
def test_order_and_cuts_do_not_matter(seed: int, tmp_path: Path) -> None:
    columns = (*MASTER, *TAIL)
    rows = cells_of("asterisk_cdr_master_21.csv", columns)
    rng = random.Random(seed)
    shuffled = rng.sample(rows, len(rows))
    cut = rng.randint(8, 20)
    files = [tmp_path / "b.csv", tmp_path / "a.csv"]
    for file, part in zip(files, (shuffled[: cut + 2], shuffled[cut:]), strict=True):
        file.write_text(master(part, columns))
    assert folded(tmp_path, *files, tz=SHANGHAI) == naive(rows, SHANGHAI)
