"""How a cell becomes a time, a duration, a number or a phone; recomputed by Python's own calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.sources import mapping_cells as cell
from mapping_harness import calls, lines

BERLIN = ZoneInfo("Europe/Berlin")


def started(values: list[str], formats: list[str], *, zone: str = "Europe/Berlin", time: str = "") -> list[Any]:
    """The instants that a column of these values becomes, or the reason why a line is refused."""
    mapping = calls('started_at = { from = "at" }\noutcome = { default = "answered" }',
                    time=f"formats = {formats}\n{time}".replace("'", '"'))
    text = "id;queue;at\n" + "".join(f"{n};q;{value}\n" for n, value in enumerate(values))
    return [row["reject"] or row["started_at"] for row in lines(mapping, text, zone=zone)]


def durations(values: list[str], formats: list[str]) -> list[Any]:
    listed = str(formats).replace("'", '"')
    mapping = calls(
        f'started_at = {{ from = "at" }}\nring = {{ from = "d", formats = {listed} }}\n'
        'outcome = { default = "answered" }'
    )
    text = "id;queue;at;d\n" + "".join(f"{n};q;2026-01-05 08:00:00;{value}\n" for n, value in enumerate(values))
    return [row["reject"] or row["flag"] or row["ring_ms"] for row in lines(mapping, text)]


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2026-07-05 10:00:00", "%Y-%m-%d %H:%M:%S"), ("2026/7/5 10:00", "%Y/%m/%d %H:%M"),
        ("5.7.2026 10:00", "%d.%m.%Y %H:%M"), ("07/05/2026 10:00:00 AM", "%m/%d/%Y %I:%M:%S %p"),
        ("2026年7月5日 10:00:00", "%Y年%m月%d日 %H:%M:%S"), ("２０２６-07-05 10：00：00", "%Y-%m-%d %H:%M:%S"),
        ("2026-07-05T10:00:00", "iso"), ("2026-07-05T08:00:00Z", "iso"), ("2026-07-05T10:00:00.000+02:00", "iso"),
        ("2026-07-05 04:00:00-0400", "%Y-%m-%d %H:%M:%S%z"), ("1783238400", "epoch_s"), ("1783238400.0", "epoch_s"),
        ("1783238400000", "epoch_ms"), ("46208.4166666667", "excel_serial"),
        ("=\"2026-07-05 10:00:00\"", "%Y-%m-%d %H:%M:%S"), ("\t'2026-07-05 10:00:00 ", "%Y-%m-%d %H:%M:%S"),
    ],
)
def test_ways_to_write_ten_in_the_morning_in_berlin(value: str, form: str) -> None:
    assert started([value], [form]) == [datetime(2026, 7, 5, 8)]


@settings(max_examples=25)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2049, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_every_format_gives_the_instant_that_python_gives(wall: datetime) -> None:
    instant = wall.replace(tzinfo=BERLIN).astimezone(UTC).replace(tzinfo=None)
    forms = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y%m%d%H%M%S", "%m/%d/%Y %I:%M:%S %p"]
    for form in forms:
        assert started([wall.strftime(form)], [form]) == [instant]
    epoch = int(instant.replace(tzinfo=UTC).timestamp())
    if epoch >= 10**9:
        assert started([str(epoch), str(epoch * 1000)], ["epoch_s", "epoch_ms"]) == [instant, instant]


def test_values_that_are_no_times() -> None:
    refused = "started_at: no time in the listed formats"
    assert started(["01/09/17 10:00", "2026-02-30 10:00", "soon", "17"], ["%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"]) == [
        refused] * 4
    assert "E+12; format the column as text" in started(["1.76E+12"], ["epoch_ms"])[0]
    assert started(["-", "1970-01-01 00:00:00"], ["%Y-%m-%d %H:%M:%S"]) == ["started_at: not known"] * 2


def test_day_and_month_are_read_in_one_order_throughout_a_file() -> None:
    both = ["%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"]
    third_of_april, fourth_of_march, later = datetime(2026, 4, 3), datetime(2026, 3, 4), datetime(2026, 4, 13)
    assert started(["03/04/2026 00:00", "13/04/2026 00:00"], both, zone="UTC") == [third_of_april, later]
    assert started(["03/04/2026 00:00", "04/13/2026 00:00"], both, zone="UTC") == [fourth_of_march, later]
    assert started(["03/04/2026 00:00"], both, zone="UTC") == [fourth_of_march]
    mixed = started(["13/04/2026 00:00", "14/04/2026 00:00", "04/15/2026 00:00"], both, zone="UTC")
    assert mixed[:2] == [datetime(2026, 4, 13), datetime(2026, 4, 14)]
    assert "one order throughout a file" in mixed[2]


@pytest.mark.parametrize(
    ("policy", "repeated", "skipped"),
    [
        ("", datetime(2026, 10, 25, 0, 30), datetime(2026, 3, 29, 1, 30)),
        ('ambiguous = "latest"', datetime(2026, 10, 25, 1, 30), datetime(2026, 3, 29, 1, 30)),
        ('ambiguous = "reject"', "started_at: no time in the listed formats", datetime(2026, 3, 29, 1, 30)),
        ('nonexistent = "reject"', datetime(2026, 10, 25, 0, 30), "started_at: no time in the listed formats"),
    ],
)
def test_hours_that_clocks_repeat_or_leave_out(policy: str, repeated: Any, skipped: Any) -> None:
    """25 October 2026 02:30 happens twice in Berlin, 29 March 2026 02:30 never."""
    form = ["%Y-%m-%d %H:%M"]
    values = ["2026-10-25 02:30", "2026-03-29 02:30", "2026-07-05 10:00"]
    assert started(values, form, time=policy) == [repeated, skipped, datetime(2026, 7, 5, 8)]


def test_the_zone_of_the_mapping_wins_over_the_site() -> None:
    assert started(["2026-07-05 10:00"], ["%Y-%m-%d %H:%M"], time='tz = "Asia/Shanghai"') == [datetime(2026, 7, 5, 2)]


def test_date_and_time_in_two_columns() -> None:
    mapping = calls(
        'started_at = { date = "day", time = "clock" }\noutcome = { default = "answered" }',
        time='formats = ["%y%m%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]',
    )
    text = (
        "id,day,clock\n1,990201,0:00:31\n2,2026-01-05 00:00:00,1899-12-31 09:12:58\n3,2026-01-05,-\n"
        "4,2026-01-05,09:00-09:30\n"
    )
    assert [row["started_at"] for row in lines(mapping, text)] == [
        datetime(1999, 2, 1, 0, 0, 31), datetime(2026, 1, 5, 9, 12, 58), None, datetime(2026, 1, 5, 9),
    ]


@settings(max_examples=25)
@given(st.integers(0, 359_999))
def test_every_duration_format_gives_the_same_milliseconds(total: int) -> None:
    hours, minutes, seconds = total // 3600, total // 60 % 60, total % 60
    chinese = (f"{hours}时" if hours else "") + (f"{minutes}分" if minutes else "") + f"{seconds}秒"
    written = [f"{hours}:{minutes:02}:{seconds:02}", f"{total // 60}:{seconds:02}", str(total), chinese, f"{total}.0"]
    assert durations(written, ["HH:MM:SS", "MM:SS", "s", "X分Y秒"]) == [total * 1000] * 5
    assert durations([f"{total * 1000}"], ["ms"]) == [total * 1000]
    assert durations([str(timedelta(seconds=total))], ["HH:MM:SS"]) == [total * 1000] or total >= 86_400


def test_durations_that_are_odd() -> None:
    values = [
        "1,234", "2.5", "00:00:01.5", "1小时2分钟3秒", "5分", "1899-12-31 00:02:31", "-", "", "-5", "2m", "1:2:3:4",
    ]
    assert durations(values, ["HH:MM:SS", "s", "X分Y秒"]) == [
        1_234_000, 2_500, 1_500, 3_723_000, 300_000, 151_000, None, None, "negative_duration",
        "ring: not a duration as HH:MM:SS or s or X分Y秒", "ring: not a duration as HH:MM:SS or s or X分Y秒",
    ]


def evaluated(sql: str, value: str) -> Any:
    with duckdb.connect() as con:
        return con.execute(f"SELECT {sql} FROM (SELECT ?::VARCHAR AS c)", [value]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("value", "number"),
    [("13800138000", "13800138000"), ("13800138000.0", "13800138000"), ("+86 138-0013", "+86 138-0013"),
     ("1.38E+10", None), ("138****8000", None), ("138xxxx8000", None), ("anonymous", None)],
)
def test_phones(value: str, number: str | None) -> None:
    assert evaluated(cell.phone("c"), value) == number
    assert evaluated(cell.lost_phone("c"), value) == (number is None and value != "anonymous")


@given(st.text(alphabet="0123456789-+.,E ", max_size=12))
@settings(max_examples=60)
def test_counts_are_whole_numbers_or_nothing(value: str) -> None:
    plain = value.replace(",", "")
    expected = int(float(plain)) if re.fullmatch(r"-?\d+(\.0+)?", plain) else None
    assert evaluated(cell.count("c"), value) == expected


@pytest.mark.parametrize(("value", "told"), [("是", True), ("Yes", True), ("0", False), ("否", False), ("?", None)])
def test_flags(value: str, told: bool | None) -> None:
    assert evaluated(cell.flag("c"), value) is told
