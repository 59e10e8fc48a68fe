"""The past that forecasts are made of: what is a count, what is zero, what is unknown and what is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from ccops.frames import canonical
from ccops.model import Scope, Slice
from ccops.settings import Settings
from ccops.workforce import opening_hours
from ccops.workforce.history import History, arranged, clock_passes, histories
from stores import imported, opened

MONDAY = date(2026, 9, 7)
Row = dict[str, object]


def visits(days: int, each: Callable[[int, int], int], *, queue: str = "sales", system: str = "one", tz: str = "UTC",
           first: date = MONDAY, hours: range = range(8, 18), **columns: object) -> list[Row]:
    """`each(day, hour)` visits in every hour of every day, spread evenly over it, answered with 100 s of talk."""
    zone = ZoneInfo(tz)
    rows: list[Row] = []
    for n in range(days):
        midnight = datetime.combine(first + timedelta(days=n), datetime.min.time(), zone)
        for hour in hours:
            calls = each(n, hour)
            for k in range(calls):
                at = midnight.replace(hour=hour) + timedelta(seconds=3600 * k // max(calls, 1))
                utc = at.astimezone(UTC)
                if utc.astimezone(zone) == at and utc.astimezone(zone).hour == at.hour:  # not in a skipped hour
                    rows.append(columns | {
                        "system": system, "queue": queue, "entered_at": utc.replace(tzinfo=None), "talk_s": 100.0,
                        "outcome": "answered", "contact_id": f"{system}{queue}{len(rows)}",
                    })
    return rows


def sliced(rows: Sequence[Row], queues: tuple[str, ...] = (), settings: Mapping[str, object] | None = None) -> Slice:
    tuned = Settings().replacing(**{"site.tz": "UTC", **(settings or {})})
    frame = canonical(pl.DataFrame(list(rows), infer_schema_length=None), "queue_visits", tuned)
    return Slice.of({"queue_visits": frame}, Scope(queues=queues), tuned)


def at_of(row: Row) -> datetime:
    at = row["entered_at"]
    assert isinstance(at, datetime)
    return at


def only(rows: Sequence[Row], interval: int = 60, until: datetime | None = None,
         settings: Mapping[str, object] | None = None) -> History:
    (found,) = histories(sliced(rows, settings=settings), interval, until=until)
    return found


def test_counts_are_those_of_a_loop() -> None:
    rows = visits(21, lambda day, hour: 3 + (day * 7 + hour * 5) % 11)
    rows[0]["outcome"] = rows[5]["outcome"] = "abandoned"
    rows[7]["talk_s"] = None
    for interval in (15, 30, 60):
        history = only(rows, interval)
        counted: Counter[tuple[date, int]] = Counter()
        handled: Counter[tuple[date, int]] = Counter()
        for row in rows:
            at = at_of(row)
            key = (at.date(), (at.hour * 60 + at.minute) // interval)
            counted[key] += 1
            handled[key] += row["outcome"] == "answered" and row["talk_s"] is not None
        for n, day in enumerate(history.days):
            for slot in range(history.slots):
                if 8 * 60 <= slot * interval < 18 * 60:
                    assert history.counts[n, slot] == counted[day, slot]
                    assert history.handled[n, slot] == handled[day, slot]
                    assert history.handle_s[n, slot] == 100 * handled[day, slot]
                else:
                    assert np.isnan(history.counts[n, slot])
        assert np.nansum(history.counts) == len(rows)
        assert (history.gaps, history.cut, history.outside) == ((), (), 0)


def test_a_day_without_any_call_of_the_switch_is_a_gap_unless_the_settings_say_zero() -> None:
    rows = visits(21, lambda day, hour: 5 * (day != 9))
    history = only(rows)
    assert history.gaps == (MONDAY + timedelta(days=9),)
    assert np.isnan(history.counts[9]).all()
    history = only(rows, settings={"forecast.gaps": "zero"})
    assert history.gaps == ()
    assert history.counts[9, 8:18].tolist() == [0] * 10


def test_a_quiet_queue_beside_a_busy_one_has_zeros_not_gaps() -> None:
    rows = visits(21, lambda day, hour: 5) + visits(21, lambda day, hour: int(day % 4 == 0 and hour == 9), queue="rare")
    busy, rare = histories(sliced(rows), 60)
    assert (busy.queue, rare.queue) == ("sales", "rare")
    assert rare.gaps == ()
    assert rare.counts[1, 9] == 0
    (alone,) = histories(sliced(rows, ("rare",)), 60)
    assert np.array_equal(alone.counts, rare.counts, equal_nan=True)


def test_a_gap_of_one_switch_is_none_of_the_other() -> None:
    rows = visits(21, lambda day, hour: 5 * (day != 9)) + visits(21, lambda day, hour: 4, queue="vip", system="cloud")
    sales, vip = histories(sliced(rows), 60)
    assert np.isnan(sales.counts[9]).all()
    assert vip.counts[9, 8:18].tolist() == [4] * 10


def test_hours_in_which_a_whole_switch_recorded_nothing_are_unknown() -> None:
    rows = visits(21, lambda day, hour: 18 * (not (day == 4 and 10 <= hour < 12)))
    history = only(rows)
    assert np.isnan(history.counts[4, 10:12]).all()
    assert history.counts[4, [9, 12]].tolist() == [18, 18]
    assert history.cut == (MONDAY + timedelta(days=4),)
    few = only(visits(21, lambda day, hour: 2 * (not (day == 4 and 10 <= hour < 12))))
    assert few.counts[4, 10:12].tolist() == [0, 0]  # four calls would have come: their absence proves nothing


def test_ends_of_the_data_cut_days() -> None:
    begin, end = datetime(2026, 9, 7, 10, 7), datetime(2026, 9, 28, 14, 20)
    history = only([row for row in visits(22, lambda day, hour: 20) if begin <= at_of(row) <= end])
    assert np.isnan(history.counts[0, 8:11]).all()
    assert history.counts[0, 11:18].tolist() == [20] * 7
    assert history.counts[-1, 8:14].tolist() == [20] * 6
    assert np.isnan(history.counts[-1, 14:18]).all()
    assert history.cut == (MONDAY, MONDAY + timedelta(days=21))


def test_until_cuts_where_it_says() -> None:
    rows = visits(22, lambda day, hour: 1)
    history = only(rows, until=datetime(2026, 9, 28, 11, tzinfo=UTC))
    assert history.counts[-1, 8:11].tolist() == [1, 1, 1]
    assert np.isnan(history.counts[-1, 11:]).all()  # few calls, yet known to be cut
    history = only(rows, until=datetime(2026, 9, 28, tzinfo=UTC))
    assert history.days[-1] == date(2026, 9, 27)
    assert history.cut == ()
    assert histories(sliced(rows), 60, until=datetime(2020, 1, 1, tzinfo=UTC)) == []


def test_a_queue_that_opened_later_has_no_history_before() -> None:
    rows = visits(28, lambda day, hour: 9)
    rows += visits(28, lambda day, hour: 8 * (day > 20 or (day == 20 and hour > 11)), queue="new")
    _, new = histories(sliced(rows), 60)
    assert new.days[0] == MONDAY + timedelta(days=20)
    assert len(new.days) == 8
    assert np.isnan(new.counts[0, 8:12]).all()
    assert new.counts[0, 12] == 8


def test_opening_hours_follow_the_calls_but_not_strays() -> None:
    def each(day: int, hour: int) -> int:
        if day % 7 == 6:
            return 0
        if day == 3 and hour == 3:
            return 1  # a test call at night
        if day % 7 == 5:
            return 60 * (9 <= hour < 13)
        return 60 * (8 <= hour < 18 and hour != 12)

    history = only(visits(28, each, hours=range(24)))
    weekday = [hour for hour in range(8, 18) if hour != 12]
    for day in range(5):
        assert np.flatnonzero(history.opening[day]).tolist() == weekday
    assert np.flatnonzero(history.opening[5]).tolist() == [9, 10, 11, 12]
    assert not history.opening[6].any()
    assert history.outside == 1
    assert history.gaps == ()  # Sundays are closed, not missing


def test_hours_of_the_settings_win() -> None:
    rows = visits(21, lambda day, hour: 5)
    history = only(rows, settings={"opening.mon": "09:00-12:00", "opening.sun": "closed", "opening.tue": "20:00-02:00"})
    assert np.flatnonzero(history.opening[0]).tolist() == [9, 10, 11]
    assert np.flatnonzero(history.opening[1]).tolist() == [20, 21, 22, 23]
    assert np.flatnonzero(history.opening[2]).tolist() == [0, 1, *range(8, 18)]
    assert not history.opening[6].any()
    assert history.outside == 3 * 5 * (7 + 10 + 10)
    assert history.counts[1, 20:].tolist() == [0] * 4  # open as they say, and nobody called


def test_hours_past_midnight_belong_to_the_business_day() -> None:
    settings = Settings().replacing(**{"site.day_start": "04:00", "opening.fri": "20:00-06:00"})
    is_open, settled = opening_hours.declared(settings, 240, 60)
    assert np.flatnonzero(is_open[4]).tolist() == list(range(16, 24))  # 20:00 to 04:00
    assert np.flatnonzero(is_open[5]).tolist() == [0, 1]  # Saturday's first hours
    assert settled[4, :20].all()
    assert not settled[5, 2:].any()


def test_closed_days_are_neither_gaps_nor_history() -> None:
    rows = visits(21, lambda day, hour: 5 * (day != 9))
    history = only(rows, settings={"forecast.closed": [MONDAY + timedelta(days=9)]})
    assert history.gaps == ()
    assert np.isnan(history.counts[9]).all()


def test_the_clock_changes() -> None:
    """Berlin: 2026-10-25 passes 02:00-03:00 twice, 2026-03-29 never."""
    autumn = visits(15, lambda day, hour: 6, first=date(2026, 10, 12), tz="Europe/Berlin", hours=range(24))
    twice = [row for row in autumn if at_of(row).date() == date(2026, 10, 25) and at_of(row).hour == 0]
    autumn += [row | {"entered_at": at_of(row) + timedelta(hours=1)} for row in twice]
    history = only(autumn, settings={"site.tz": "Europe/Berlin"})
    change = history.days.index(date(2026, 10, 25))
    assert history.counts[change].tolist() == [6] * 24
    assert history.handled[change, 2] == 6
    spring = visits(15, lambda day, hour: 6, first=date(2026, 3, 16), tz="Europe/Berlin", hours=range(24))
    history = only(spring, settings={"site.tz": "Europe/Berlin"})
    change = history.days.index(date(2026, 3, 29))
    assert np.isnan(history.counts[change, 2])
    assert np.delete(history.counts[change], 2).tolist() == [6] * 23
    assert history.cut == ()


def test_passes_of_the_clock() -> None:
    business_day = Settings().replacing(**{"site.tz": "Europe/Berlin"}).business_day
    days = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 10, 26))
    passes = clock_passes(days, business_day, 30)
    assert passes[0, 3:7].tolist() == [1, 0, 0, 1]
    assert passes[1, 3:7].tolist() == [1, 2, 2, 1]
    assert passes[2].tolist() == [1] * 48


def test_start_of_an_interval_on_the_sites_clock() -> None:
    history = only(visits(21, lambda day, hour: 5), settings={"site.day_start": "04:00", "site.tz": "Asia/Shanghai"})
    business_day = Settings().replacing(**{"site.tz": "Asia/Shanghai"}).business_day
    assert [at.isoformat() for at in history.starts(MONDAY, 0, business_day)] == ["2026-09-07T04:00:00+08:00"]
    assert [at.isoformat() for at in history.starts(MONDAY, 21, business_day)] == ["2026-09-08T01:00:00+08:00"]


def test_outbound_visits_and_no_visits() -> None:
    rows = visits(21, lambda day, hour: 5)
    assert np.nansum(only(rows + visits(21, lambda day, hour: 2, direction="out", system="two")).counts) == 21 * 50
    assert histories(sliced(rows, ("nobody",)), 60) == []


def test_a_history_until_a_day_knows_nothing_later() -> None:
    history = only(visits(21, lambda day, hour: 5 * (day not in (3, 9))))
    before = history.until(MONDAY + timedelta(days=7))
    assert len(before.days) == 7
    assert before.gaps == (MONDAY + timedelta(days=3),)
    assert history.until(date(2020, 1, 1)).days == ()


@pytest.mark.parametrize("counts", [np.zeros((21, 24)), np.full((21, 24), np.nan)])
def test_nothing_but_zeros_or_nothing_known_is_closed(counts: NDArray[np.float64]) -> None:
    days = tuple(MONDAY + timedelta(days=n) for n in range(21))
    history = arranged("none", 60, days, counts, Settings())
    assert not history.opening.any()
    assert np.isnan(history.counts).all()


def test_the_real_bank(real_data: Callable[[str], Path], tmp_path: Path) -> None:
    file = real_data("anonymous_bank_1999_02_first_half.tsv")
    imported(tmp_path, file, tz="Asia/Jerusalem")
    with opened(tmp_path, tz="Asia/Jerusalem") as workspace:
        found = histories(workspace.slice(), 30)
        offered = dict(workspace.query("SELECT queue, count(*) FROM queue_visits GROUP BY 1").rows())
    assert {history.queue: np.nansum(history.counts) + history.outside for history in found} == offered
    assert {history.days[0] for history in found} == {date(1999, 2, 1)}
