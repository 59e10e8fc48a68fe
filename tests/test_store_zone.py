"""Local time in the store: days of 23 and 25 hours, odd offsets, business days, calls over midnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.clock import BusinessDay, Zone
from ccops.model import Scope
from stores import imported, opened, written

# Northern, southern, half-hour and quarter-hour offsets, half-hour changes, a skipped day, a moved offset, none at all.
ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia",
    "Asia/Shanghai", "America/Sao_Paulo", "Europe/Moscow", "Pacific/Chatham",
)
EPOCH = datetime(1970, 1, 1)
SECONDS = st.integers(320_000_000, 2_500_000_000)


def _near_changes(zone: Zone) -> st.SearchStrategy[int]:
    """Instants, as epoch seconds: anywhere, and within two hours of a change of the clocks."""
    changes = [start for start in zone.starts[1:] if start < 2_500_000_000]
    if not changes:
        return SECONDS
    close = st.builds(int.__add__, st.sampled_from(changes), st.integers(-7200, 7200))
    return st.one_of(SECONDS, close, st.sampled_from(changes))


@settings(max_examples=60)
@given(data=st.data(), name=st.sampled_from(ZONES))
def test_the_sql_of_a_zone_says_what_zoneinfo_says(data: st.DataObject, name: str) -> None:
    zone, info = Zone.of(name), ZoneInfo(name)
    moments = [EPOCH + timedelta(seconds=s) for s in data.draw(st.lists(_near_changes(zone), min_size=1, max_size=30))]
    local = [moment.replace(tzinfo=UTC).astimezone(info).replace(tzinfo=None) for moment in moments]
    read_at = [wall.replace(tzinfo=info, fold=0).astimezone(UTC).replace(tzinfo=None) for wall in moments]
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t (n BIGINT, moment TIMESTAMP)")
        con.executemany("INSERT INTO t VALUES (?, ?)", [[n, moment] for n, moment in enumerate(moments)])
        sql = f"SELECT {zone.to_local_sql('moment')}, {zone.to_utc_sql('moment')} FROM t ORDER BY n"
        found = con.execute(sql).fetchall()
    assert found == list(zip(local, read_at, strict=True))


@settings(max_examples=40)
@given(seconds=SECONDS, name=st.sampled_from(ZONES), quarter=st.integers(0, 95))
def test_business_days_in_sql_and_in_python_agree(seconds: int, name: str, quarter: int) -> None:
    day = BusinessDay(Zone.of(name), time(quarter // 4, quarter % 4 * 15))
    moment = EPOCH + timedelta(seconds=seconds)
    with duckdb.connect() as con:
        sql = f"SELECT {day.day_sql('moment')}, {day.quarter_sql('moment')} FROM (SELECT ?::TIMESTAMP AS moment)"
        [found] = con.execute(sql, [moment]).fetchall()
    wall = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(name))
    assert found == (day.day_of(moment), wall.hour * 4 + wall.minute // 15)


# -- whole days -------------------------------------------------------------------------------------------------------


def _every_half_hour(first: datetime, last: datetime) -> Iterator[datetime]:
    while first < last:
        yield first
        first += timedelta(minutes=30)


def _calls(starts: Iterator[datetime]) -> list[str]:
    """A queue_log of one call per instant, each answered after 10 s."""
    lines = []
    for moment in starts:
        at = int(moment.replace(tzinfo=UTC).timestamp())
        lines += [
            f"{at}|{at}.1|sales|NONE|ENTERQUEUE||0152{at}|1", f"{at + 10}|{at}.1|sales|SIP/2001|CONNECT|10|{at}.2|3",
            f"{at + 70}|{at}.1|sales|SIP/2001|COMPLETECALLER|10|60|1",
        ]
    return lines


@pytest.mark.parametrize(
    ("tz", "day", "hours", "day_start"),
    [
        ("Europe/Berlin", date(2024, 3, 31), 23, "00:00"), ("Europe/Berlin", date(2024, 10, 27), 25, "00:00"),
        ("America/New_York", date(2024, 3, 10), 23, "00:00"), ("America/New_York", date(2024, 11, 3), 25, "00:00"),
        ("Asia/Kathmandu", date(2024, 3, 31), 24, "00:00"), ("Europe/Berlin", date(2024, 3, 30), 23, "04:00"),
        ("Europe/Berlin", date(2024, 3, 31), 24, "04:00"), ("Europe/Berlin", date(2024, 10, 26), 25, "04:00"),
    ],
)
def test_a_day_has_the_hours_it_has_and_adds_up(tmp_path: Path, tz: str, day: date, hours: int, day_start: str) -> None:
    noon = datetime.combine(day, time(12), ZoneInfo(tz)).astimezone(UTC).replace(tzinfo=None)
    starts = list(_every_half_hour(noon - timedelta(hours=48), noon + timedelta(hours=48)))
    file = written(tmp_path / "a.log", _calls(iter(starts)))
    with opened(tmp_path, tz=tz, write=True, files=[file], **{"site.day_start": day_start}) as workspace:
        [result] = workspace.import_files([file])
        assert result.used == result.lines == 3 * len(starts)
        offered = workspace.kpis(["offered"], ["day"]).rows_by_key("day", named=True, unique=True)
        assert offered[day]["value"] == 2 * hours
        assert sum(row["value"] for row in offered.values()) == len(starts)
        scope = Scope().on(day)
        by_interval = workspace.kpis(["offered"], ["interval"], scope=scope, interval=30)
        assert by_interval["value"].sum() == 2 * hours
        assert by_interval.height == 2 * hours  # the hour that comes twice is two hours
        assert set(by_interval["value"]) == {1}
        from_store = workspace.store.query("SELECT count(*) FROM queue_visits WHERE day = ?", [day]).item()
    assert from_store == 2 * hours


def _cdr(wall: datetime, epoch: int, n: int) -> str:
    """A line of Master.csv whose local start has no offset; its uniqueid says when it was."""
    at, end = f"{wall:%F %T}", f"{wall + timedelta(seconds=30):%F %T}"
    return (
        f'"","030000000{n:02}","2001","from-trunk","""""<030000000{n:02}>","SIP/trunk-b7a1{n:04x}",'
        f'"SIP/2001-b7b1{n:04x}","Dial","SIP/2001,20,tr","{at}","{at}","{end}",30,30,"ANSWERED","DOCUMENTATION",'
        f'"{epoch}.{n}",""'
    )


@pytest.mark.parametrize(
    ("tz", "night"),
    [
        ("Europe/Berlin", datetime(2024, 3, 30, 22)), ("Europe/Berlin", datetime(2024, 10, 26, 22)),
        ("America/New_York", datetime(2024, 3, 10, 4)), ("America/New_York", datetime(2024, 11, 3, 3)),
    ],
)
def test_naive_local_times_are_read_right_on_both_nights_of_change(tmp_path: Path, tz: str, night: datetime) -> None:
    """A leg every ten minutes for six hours; in autumn the wall clock repeats an hour and the call id tells which."""
    starts = [night + timedelta(minutes=10 * n) for n in range(36)]
    lines = []
    for n, start in enumerate(starts):
        moment = start.replace(tzinfo=UTC)
        lines.append(_cdr(moment.astimezone(ZoneInfo(tz)).replace(tzinfo=None), int(moment.timestamp()), n))
    [result] = imported(tmp_path, written(tmp_path / "Master.csv", lines), tz=tz)
    assert (result.used, result.rejected) == (36, 0)
    with opened(tmp_path, tz="") as workspace:
        found = workspace.store.query("SELECT started_at, ended_at FROM contacts ORDER BY 1").rows()
    assert found == [(start, start + timedelta(seconds=30)) for start in starts]


def test_a_call_over_midnight_is_counted_once_on_the_day_it_came(tmp_path: Path) -> None:
    began = datetime(2026, 11, 22, 22, 59, 55)  # five seconds before midnight in Berlin
    imported(tmp_path, written(tmp_path / "a.log", _calls(iter([began]))))
    with opened(tmp_path, tz="") as workspace:
        days = [date(2026, 11, 22), date(2026, 11, 23)]
        for metric, clock in (("offered", "arrival"), ("answered", "arrival"), ("answered", "event")):
            found = [
                workspace.kpis([metric], scope=Scope(clock=clock).on(day))["value"].to_list() for day in days
            ]
            flat = [sum(value or 0 for value in values) for values in found]
            assert flat == ([0, 1] if clock == "event" else [1, 0]), (metric, clock)
        talk = workspace.store.query(
            "SELECT day, epoch_ms(ended_at) - epoch_ms(started_at) FROM agent_states WHERE state = 'talk' ORDER BY 1"
        ).rows()
        assert talk == [(days[1], 60_000)]  # answered after midnight
        whole = workspace.store.query("SELECT started_at, ended_at FROM contacts").rows()
    assert whole == [(began, began + timedelta(seconds=70))]


def test_states_over_midnight_are_cut_there_and_lose_no_time(tmp_path: Path) -> None:
    log = [
        f"{int(datetime(2024, 10, 26, 20, tzinfo=UTC).timestamp())}|NONE|NONE|SIP/2001|AGENTLOGIN|SIP/2001-1",
        f"{int(datetime(2024, 10, 27, 6, tzinfo=UTC).timestamp())}|NONE|NONE|SIP/2001|AGENTLOGOFF|SIP/2001-1|36000",
    ]
    imported(tmp_path, written(tmp_path / "a.log", log))
    with opened(tmp_path, tz="") as workspace:
        found = workspace.store.query(
            "SELECT day, started_at, ended_at FROM agent_states WHERE state = 'available' ORDER BY 2"
        ).rows()
    assert found == [
        (date(2024, 10, 26), datetime(2024, 10, 26, 20), datetime(2024, 10, 26, 22)),
        (date(2024, 10, 27), datetime(2024, 10, 26, 22), datetime(2024, 10, 27, 6)),
    ]
