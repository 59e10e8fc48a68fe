"""Plain series of counts: what is found by itself, what must be named, and what is refused with file, line and fix."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import series_files
from ccops.errors import CcopsError, SourceError, UsageError
from ccops.settings import Settings
from ccops.workforce.forecast import series
from ccops.workforce.forecast.series import Series

COUNTS = series_files.drawn(series_files.means(35))
TEXT = series_files.csv(COUNTS)
LINES = TEXT.splitlines()
SHANGHAI = Settings().replacing(**{"site.tz": "Asia/Shanghai"})


def read(folder: Path, text: str | bytes, settings: Settings | None = None, **given: object) -> Series:
    file = folder / "calls.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return series.read(file, settings or Settings(), **given)  # type: ignore[arg-type]


def keys(found: Series) -> list[str]:
    return [remark.key for remark in found.remarks]


def with_line(number: int, line: str) -> str:
    """The text with another line in place of one, counted from 1."""
    return "\n".join([*LINES[: number - 1], line, *LINES[number:]])


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.encode("utf-16"), gzip.compress(TEXT.encode()),
        TEXT.replace("\n", "\r\n").encode(), TEXT.replace(",", ";").encode(), TEXT.replace(",", "\t").encode(),
        TEXT.replace("time,calls", "时间,话务量").encode("gb18030"), TEXT.replace(":00:00,", ":00,").encode(),
        "\n".join([LINES[0], *random.Random(1).sample(LINES[1:], len(LINES) - 1)]).encode(),
        "\n".join(["no,time,calls", *(f"{n},{line}" for n, line in enumerate(LINES[1:], 1))]).encode(),
        "\n".join(["date,hour,calls", *(line.replace(" ", ",") for line in LINES[1:])]).encode(),
        TEXT.replace("2026-03-", "2026/3/").encode(),  # April is written otherwise
        "\n".join([*LINES, "Total,14000"]).encode(),
    ],
    ids=["utf8", "bom", "utf16", "gz", "crlf", "semicolon", "tab", "gb18030", "minutes", "shuffled", "row numbers",
         "date and time", "slashes", "footer"],
)
def test_however_it_is_written_it_is_one_series(tmp_path: Path, data: bytes) -> None:
    found = read(tmp_path, data)
    (history,) = found.histories
    assert found.interval_min == history.interval_min == 60
    assert history.days[0] == series_files.MONDAY
    assert np.array_equal(history.counts[:, 8:20], COUNTS[:, 8:20])
    assert np.isnan(history.counts[:, :8]).all()
    assert "series_columns" in keys(found)


def test_the_time_and_counts_may_be_named(tmp_path: Path) -> None:
    text = "\n".join(["when,also,a,b", *(f"{line.split(',')[0]},{line.split(',')[0]},7,{line.split(',')[1]}"
                                         for line in LINES[1:])])
    with pytest.raises(SourceError, match="several columns look like times"):
        read(tmp_path, text)
    with pytest.raises(SourceError, match="several columns hold numbers") as error:
        read(tmp_path, text, time=["when"])
    assert "--value" in error.value.fix
    found = read(tmp_path, text, time=["When"], value="b")
    assert found.histories[0].queue == "b"
    assert np.array_equal(found.histories[0].counts[:, 8:20], COUNTS[:, 8:20])
    assert "series_columns" not in keys(found)
    for given, fix in ({"time": ["wenn"]}, "when"), ({"time": ["when"], "value": "c"}, "it has"):
        with pytest.raises(UsageError) as usage:
            read(tmp_path, text, **given)
        assert fix in usage.value.fix
    with pytest.raises(UsageError, match="named twice"):
        read(tmp_path, text, time=["when"], value="when")
    with pytest.raises(UsageError, match="more than two"):
        read(tmp_path, text, time=["when", "also", "a"], value="b")


def test_a_column_may_be_called_as_nothing_else_is(tmp_path: Path) -> None:
    found = read(tmp_path, TEXT.replace("calls", "method_calls"))
    assert [remark.text("en") for remark in found.remarks if "method_calls" in remark.text("en")]


def test_rows_are_added_up_to_the_interval(tmp_path: Path) -> None:
    begin = datetime(2026, 3, 2, 8)
    rows = [(begin + timedelta(days=day, minutes=5 * n), (day + n) % 7) for day in range(21) for n in range(120)]
    text = "\n".join(["t,calls", *(f"{at},{count}" for at, count in rows)])
    for interval in (15, 30, 60):
        (history,) = read(tmp_path, text, interval_min=interval).histories
        for n in range(21):
            for slot in range(8 * 60 // interval, 18 * 60 // interval):
                own = [c for at, c in rows if (at.date() - begin.date()).days == n
                       and (at.hour * 60 + at.minute) // interval == slot]
                assert history.counts[n, slot] == sum(own)
    assert read(tmp_path, text).interval_min == 30
    with pytest.raises(UsageError, match="60 minutes apart cannot make intervals of 30"):
        read(tmp_path, TEXT, interval_min=30)


def test_a_missing_row_is_a_gap_unless_gaps_are_zero(tmp_path: Path) -> None:
    without = "\n".join([*LINES[:200], *LINES[230:]])  # 18 March from 14:00 to 21 March 07:00
    (history,) = read(tmp_path, without).histories
    day = (date(2026, 3, 18) - series_files.MONDAY).days
    assert np.isnan(history.counts[day, 15:20]).all()
    assert history.counts[day, 14] == COUNTS[day, 14]
    assert history.gaps == (date(2026, 3, 19), date(2026, 3, 20))
    assert date(2026, 3, 18) in history.cut
    zero = Settings().replacing(**{"forecast.gaps": "zero"})
    (history,) = read(tmp_path, without, zero).histories
    assert history.counts[day + 1, 8:20].tolist() == [0] * 12
    assert history.gaps == ()


def test_half_of_an_interval_is_not_the_interval(tmp_path: Path) -> None:
    """A row of five minutes is missing: its half-hour is unknown, but a half-hour that never has more rows is whole."""
    begin = datetime(2026, 3, 2, 8)
    rows = [begin + timedelta(days=day, minutes=5 * n) for day in range(21) for n in range(13)]  # to 09:00 and a row on
    rows.remove(datetime(2026, 3, 5, 8, 20))
    (history,) = read(tmp_path, "\n".join(["t,calls", *(f"{at},2" for at in rows)])).histories
    assert np.isnan(history.counts[3, 16])
    assert history.counts[3, 17:19].tolist() == [12, 2]


def test_an_empty_cell_is_unknown(tmp_path: Path) -> None:
    for cell in ("", "NA", "-", "null"):
        (history,) = read(tmp_path, with_line(50, f"{LINES[49].split(',')[0]},{cell}")).histories
        assert np.isnan(history.counts[4, 8])
        assert np.isfinite(history.counts[4, 9])


def test_queues_in_a_column(tmp_path: Path) -> None:
    rows = [f"{line.split(',')[0]},{queue},{float(line.split(',')[1]) * factor:g}"
            for line in LINES[1:] for queue, factor in (("small", 1), ("big", 3))]
    text = "\n".join(["time,skill,calls", *rows])
    found = read(tmp_path, text, queue="skill")
    assert [history.queue for history in found.histories] == ["big", "small"]
    assert np.array_equal(found.histories[0].counts[:, 8:20], 3 * COUNTS[:, 8:20])
    together = read(tmp_path, text)
    assert np.array_equal(together.histories[0].counts[:, 8:20], 4 * COUNTS[:, 8:20])
    assert "series_summed" in keys(together)


def test_one_count_a_day(tmp_path: Path) -> None:
    days = [date(2026, 1, 5) + timedelta(days=n) for n in range(60)]
    text = "\n".join(["day,calls", *(f"{day},{100 + day.weekday()}" for day in days if day.weekday() < 5)])
    found = read(tmp_path, text)
    (history,) = found.histories
    assert found.interval_min == 24 * 60
    assert history.counts.shape == (len(history.days), 1)
    assert history.counts[1, 0] == 101
    assert not history.opening[5:].any()
    assert history.gaps == ()
    with pytest.raises(UsageError, match="one count per day"):
        read(tmp_path, text, interval_min=30)


def test_decimals_and_separated_thousands(tmp_path: Path) -> None:
    (history,) = read(tmp_path, with_line(50, f'{LINES[49].split(",")[0]},"1,234.5"')).histories
    assert history.counts[4, 8] == 1234.5
    (history,) = read(tmp_path, with_line(50, f"{LINES[49].split(',')[0]},１２")).histories
    assert history.counts[4, 8] == 12


def test_times_with_an_offset_are_turned_to_the_site(tmp_path: Path) -> None:
    def moved(offset: str) -> str:
        return "\n".join([LINES[0], *(line.replace(" ", "T").replace(",", f"{offset},") for line in LINES[1:])])

    with pytest.raises(UsageError, match="have an offset") as error:
        read(tmp_path, moved("+08:00"))
    assert "--tz" in error.value.fix
    (history,) = read(tmp_path, moved("+08:00"), SHANGHAI).histories
    assert np.array_equal(history.counts[:, 8:20], COUNTS[:, 8:20])
    found = read(tmp_path, moved("Z"), SHANGHAI)
    assert found.histories[0].counts[0, 16] == COUNTS[0, 8]
    assert "series_offset" in keys(found)
    assert "series_no_zone" in keys(read(tmp_path, TEXT))


def test_the_hour_that_comes_twice_is_halved_and_the_one_that_never_comes_unknown(tmp_path: Path) -> None:
    berlin = Settings().replacing(**{"site.tz": "Europe/Berlin"})
    begin = datetime(2026, 10, 5)
    rows = [(begin + timedelta(hours=n), 6) for n in range(24 * 28)]
    rows += [(datetime(2026, 10, 25, 2), 6)]
    (history,) = read(tmp_path, "\n".join(["t,calls", *(f"{at},{n}" for at, n in rows)]), berlin).histories
    assert history.counts[20].tolist() == [6] * 24
    rows = [(datetime(2026, 3, 9) + timedelta(hours=n), 6) for n in range(24 * 28)]
    spring = [(at, n) for at, n in rows if at != datetime(2026, 3, 29, 2)]
    (history,) = read(tmp_path, "\n".join(["t,calls", *(f"{at},{n}" for at, n in spring)]), berlin).histories
    assert np.isnan(history.counts[20, 2])
    assert history.cut == ()


def test_until_leaves_out_what_came_later(tmp_path: Path) -> None:
    (history,) = read(tmp_path, TEXT, until=datetime(2026, 3, 30, 11, tzinfo=UTC)).histories
    assert history.days[-1] == date(2026, 3, 30)
    assert np.isfinite(history.counts[-1, 8:11]).all()
    assert np.isnan(history.counts[-1, 11:]).all()
    with pytest.raises(SourceError, match="no row before"):
        read(tmp_path, TEXT, until=datetime(2020, 1, 1, tzinfo=UTC))


def test_from_stdin() -> None:
    found = series.read("-", Settings(), stdin=io.BytesIO(TEXT.encode()))
    assert np.array_equal(found.histories[0].counts[:, 8:20], COUNTS[:, 8:20])


MIXED = [*LINES[: 12 * 20 + 1], *(
    f"{datetime.fromisoformat(line.split(',')[0]) + timedelta(minutes=30 * half)},1"
    for line in LINES[12 * 20 + 1 :] for half in (0, 1)
)]
ODD = [f"{datetime(2026, 1, 1) + timedelta(minutes=7 * n)},3" for n in range(2000)]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "calls.csv", "no header line"),
        ("time,calls\n", "calls.csv", "no rows below"),
        ("\n".join(LINES[1:]), "calls.csv", "no header line"),
        ("\x00\x01PNG" * 50, "calls.csv", "no header line"),
        (with_line(50, "yesterday,5"), "calls.csv:50", "'yesterday' is not a time"),
        (with_line(50, "2026-03-06 08:00:00,many"), "calls.csv:50", "'many' is not a count"),
        (with_line(50, "2026-03-06 08:00:00,1e999"), "calls.csv:50", "'1e999' is not a count"),
        (with_line(50, "2026-03-06 08:00:00,-3"), "calls.csv:50", "-3 is less than no calls"),
        ("\n".join([*LINES, LINES[100]]), f"calls.csv:{len(LINES) + 1}", "2026-03-10 11:00 of calls comes 2 times"),
        ("\n".join(MIXED), "calls.csv:242", "30 minutes apart on some days and 60 on others"),
        ("\n".join(["t,calls", *ODD]), "calls.csv", "7 minutes apart, which does not divide an hour"),
        (with_line(50, "2062-03-06 08:00:00,4"), "calls.csv:50", "nothing between 2026-04-05 and 2062-03-06"),
        ("time,name\n2026-03-06 08:00:00,a\n2026-03-06 09:00:00,b\n", "calls.csv", "no column holds numbers"),
        ("id,calls\na,1\nb,2\nc,3\n", "calls.csv", "no column looks like times"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: str, where: str, what: str) -> None:
    with pytest.raises(CcopsError, match=what) as error:
        read(tmp_path, text)
    assert isinstance(error.value, SourceError)
    assert error.value.where == str(tmp_path / where)
    assert error.value.fix


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        series.read(tmp_path / "none.csv", Settings())


def test_the_bank_is_read_as_it_is(real_data: Callable[[str], Path]) -> None:
    found = series.read(real_data("bank_calls_5min_2003.csv"), Settings())
    (history,) = found.histories
    assert (history.queue, history.interval_min) == ("Calls", 30)
    assert history.gaps == (
        date(2003, 4, 4), date(2003, 4, 7), date(2003, 5, 26), date(2003, 7, 4), date(2003, 9, 1), date(2003, 10, 14),
    )
    assert np.flatnonzero(history.opening[0]).tolist() == list(range(14, 43))  # 7:00 to the row of 21:00
    assert np.isfinite(history.counts).any(axis=1).sum() == 164
