"""Cohorts, classes and lines against hand-worked months, and plans that cannot be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.errors import CcopsError, SettingsError, SourceError, UsageError
from ccops.model import Slice
from ccops.people.supply import Band, Cohort, Training, delay_of, hire, supply
from ccops.settings import Settings
from ccops.workforce.capacity import busiest, most_at_once, trend
from ccops.workforce.capacity_demand import typical_weeks
from ccops.workforce.capacity_outlook import Outlook, outlook
from ccops.workforce.capacity_plan import Plan, begun, month_number, parsed, read_plan, read_volume
from ccops.workforce.staffing import Rules, staff
from ccops.workforce.trunks import lines, lost, trunks
from strategies import Row, site, slice_of, visit
from test_workforce_staffing import forecast

SAMPLE = Path(__file__).parents[1] / "sample_logs" / "capacity_plan.toml"
LAST = date(2026, 11, 29)  # a Sunday


def test_the_months_of_the_handbook_by_hand() -> None:
    """100 people, 10 % leave a month; ten start in month 0, graduate in month 1 (k = 1, half of them), and are there
    in month 2, worth half."""
    found = supply([Cohort(100)], [Band(0, 0.1)], Training(delay=1, graduation=0.5, ramp=(0.5,)), [10, 0, 0, 0])
    assert found.headcount.tolist() == pytest.approx([100, 90, 86, 77.4])
    assert found.leavers.tolist() == pytest.approx([10, 9, 8.6, 7.74])
    assert found.graduates.tolist() == [0, 5, 0, 0]
    assert found.effective.tolist() == pytest.approx([100, 90, 81 + 5 * 0.5, 72.9 + 4.5])


def test_hazards_go_by_tenure() -> None:
    """By hand: of 10 new people half leave in their first month, a tenth in each later one; the settled stay."""
    bands = [Band(0, 0.5), Band(1, 0.1), Band(24, 0.0)]
    found = supply([Cohort(10, 0), Cohort(20)], bands, Training(), [0, 0, 0])
    assert found.headcount.tolist() == pytest.approx([30, 25, 24.5])


def test_a_ramp_by_month_on_the_floor() -> None:
    found = supply([Cohort(10, 0)], [], Training(ramp=(0.6, 0.8, 0.9)), [0] * 4)
    assert found.effective.tolist() == pytest.approx([6, 8, 9, 10])


@given(st.lists(st.floats(0, 50), min_size=1, max_size=18), st.floats(0, 0.4), st.integers(0, 4), st.floats(0.1, 1))
def test_people_are_conserved(starts: list[float], rate: float, delay: int, graduation: float) -> None:
    found = supply([Cohort(40, 3)], [Band(0, rate)], Training(delay, graduation), starts)
    for t in range(len(starts) - 1):
        assert found.headcount[t + 1] == pytest.approx(
            found.headcount[t] - found.leavers[t] + found.graduates[t])
        came = starts[t - delay] * graduation if t >= delay else 0
        assert found.graduates[t] == pytest.approx(came)


@pytest.mark.parametrize(("weeks", "delay"), [(0, 0), (4, 0), (4.3, 0), (5, 1), (6, 1), (8.6, 1), (9, 2), (13, 2)])
def test_weeks_of_training_in_months(weeks: float, delay: int) -> None:
    assert delay_of(weeks) == delay


def test_hiring_by_hand() -> None:
    """Ten are there, fourteen are needed from month 3 on. Training takes two months to the floor, four in five
    graduate, and are worth half at first: four missing take 4 / 0.8 / 0.5 = 10 starts, two classes of six."""
    found = hire([10, 10, 10, 14, 14], [Cohort(10)], [], Training(1, 0.8, 6, (0.5,)))
    assert found.starts.tolist() == [0, 12, 0, 0, 0]
    assert found.supply.effective.tolist() == pytest.approx([10, 10, 10, 10 + 9.6 * 0.5, 10 + 9.6])
    assert found.late == ()


def test_what_no_class_can_reach_is_said() -> None:
    found = hire([12, 13, 12], [Cohort(10)], [], Training(delay=1))
    assert found.late == (0, 1)
    assert found.late_fte.tolist() == [2, 3, 0]
    assert found.starts.tolist() == [2, 0, 0]


@given(st.lists(st.floats(5, 80), min_size=3, max_size=15), st.integers(0, 3), st.integers(1, 15), st.floats(0.3, 1),
       st.floats(0, 0.1))
def test_hiring_closes_every_gap_in_reach(required: list[float], delay: int, size: int, graduation: float,
                                          rate: float) -> None:
    training = Training(delay, graduation, size, (0.7, 0.9))
    found = hire(required, [Cohort(30)], [Band(0, rate)], training)
    for t in range(delay + 1, len(required)):
        assert found.supply.effective[t] >= required[t] - 1e-6
    assert all(starts % size == 0 for starts in found.starts.tolist())
    assert not found.starts[len(required) - delay - 1:].any()  # they would come too late


def test_a_trend_is_the_textbooks() -> None:
    """exp of a straight line is met exactly; the interval is that of statsmodels' OLS on the logarithms."""
    exact = trend([100 * 1.02**n for n in range(8)], 3)
    assert exact.growth == pytest.approx(0.02)
    assert exact.mean.tolist() == pytest.approx([100 * 1.02**n for n in (8, 9, 10)])
    y = np.log([100, 104, 103, 109, 107, 113, 118])
    found = trend(np.exp(y).tolist(), 2)
    x = np.arange(7.0)
    design = np.column_stack([np.ones(7), x])
    beta, rest, *_ = np.linalg.lstsq(design, y, rcond=None)
    inverse = np.linalg.inv(design.T @ design)
    for ahead, mean, lo, hi in zip((7.0, 8.0), found.mean, found.lo, found.hi, strict=True):
        row = np.array([1.0, ahead])
        half = 1.475884 * math.sqrt(rest[0] / 5 * (1 + row @ inverse @ row))  # t, 5 degrees of freedom, 90 %
        assert math.log(mean) == pytest.approx(float(row @ beta))
        assert (math.log(lo), math.log(hi)) == pytest.approx((math.log(mean) - half, math.log(mean) + half), abs=1e-6)


def test_a_trend_needs_six_months() -> None:
    for history in ([100.0] * 5, [100.0] * 6 + [0.0]):
        with pytest.raises(UsageError), np.errstate(divide="ignore"):
            trend(history, 3)


# -- plans -----------------------------------------------------------------------------------------------------------


def test_the_sample_says_what_it_says() -> None:
    plan = read_plan(SAMPLE)
    assert plan.cohorts() == [Cohort(46), Cohort(8, 1)]
    assert plan.hazards() == [Band(0, 0.03)]
    assert plan.course() == Training(1, 0.85, 8, (0.6, 0.8, 0.9))
    starts = begun(plan, month_number("2026-12"), 3)
    assert (starts.before, starts.planned) == ((8.0,), (0.0, 0.0, 0.0))


@pytest.mark.parametrize(("data", "key"), [
    ({"suply": {}}, "did you mean supply"),
    ({"supply": {"headcount": 5}}, "either attrition or hazards"),
    ({"supply": {"attrition": 0.1}}, "either headcount or cohorts"),
    ({"supply": {"headcount": 5, "attrition": 3}}, "supply.attrition"),
    ({"training": {"class_size": 0}}, "training.class_size"),
    ({"training": {"graduation": 0}}, "training.graduation"),
    ({"training": {"ramp": [0.5, -1]}}, "training.ramp.1"),
    ({"demand": {"shrinkage": 1}}, "demand.shrinkage"),
    ({"classes": [{"start": "2026-13", "people": 3}]}, "a month is written 2026-12"),
    ({"classes": [{"start": "", "people": 3}]}, "a month is written 2026-12"),
    ({"months": 0}, "months"),
    ({"volume": [{"month": "2026-12", "calls": math.nan}]}, "volume.0.calls"),
])
def test_a_wrong_plan_names_its_key(data: Mapping[str, Any], key: str) -> None:
    with pytest.raises(SettingsError) as error:
        parsed(data, "plan.toml")
    assert key in str(error.value)
    assert error.value.where == "plan.toml"


@pytest.mark.parametrize("text", [b"start = 2026-12", b"\xff\xfe", b"[supply"])
def test_a_file_that_is_no_plan(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "plan.toml"
    file.write_bytes(text)
    for path in (file, tmp_path, tmp_path / "none.toml"):
        with pytest.raises(SettingsError) as error:
            read_plan(path)
        assert error.value.fix


@pytest.mark.parametrize(("text", "where"), [
    ("month,calls\n2026-12,x\n", "v.csv:2"), ("month,calls\n2026-12,-1\n", "v.csv:2"),
    ("month,calls\n12/2026,5\n", "v.csv:2"), ("a,b\n1,2\n", "v.csv:1"), ("", "v.csv:1"), ("month,calls\n", "v.csv"),
    ("month,calls\n2026-12,5\n2026-12,6\n", "v.csv:3"),
    ("month,calls\n\n\n2026-12,x\n", "v.csv:4"), ("month,calls,callz\n2026-12,5,1\n", "v.csv:1"),
    ("month,calls\n2026-12,5,1\n", "v.csv:2"), ("month,calls,aht_s\n2026-12,5,0\n", "v.csv:2"),
])
def test_a_wrong_volume_names_its_line(tmp_path: Path, text: str, where: str) -> None:
    file = tmp_path / "v.csv"
    file.write_text(text)
    with pytest.raises(SourceError) as error:
        read_volume(file)
    assert error.value.where.endswith(where)


def test_a_volume_as_spreadsheets_write_it(tmp_path: Path) -> None:
    file = tmp_path / "v.csv"
    file.write_bytes("Month,Queue,Calls,AHT\r\n2026-12,sales,1200,280\r\n2026-12,service,3000,\r\n".encode("utf-8-sig"))
    assert [(row.month, row.queue, row.calls, row.aht_s) for row in read_volume(file)] == [
        ("2026-12", "sales", 1200, 280), ("2026-12", "service", 3000, None),
    ]


# -- the outlook -----------------------------------------------------------------------------------------------------


def plan_alone(**more: Any) -> Plan:
    """10,000 calls of 360 s are 1000 h; at 80 % occupancy 1250 h on calls; at 20 % shrinkage 1562.5 h paid."""
    data: dict[str, Any] = {
        "start": "2026-12", "months": 3, "demand": {"occupancy": 0.8, "shrinkage": 0.2, "paid_hours_per_month": 125},
        "volume": [{"month": f"{m}", "calls": 10_000, "aht_s": 360} for m in ("2026-12", "2027-01", "2027-02")],
    }
    return parsed(data | more, "plan")


def test_required_people_by_hand() -> None:
    found = outlook(plan_alone(), site(), None)
    assert found.frame["required_fte"].to_list() == pytest.approx([12.5] * 3)
    assert found.frame["occupancy"].to_list() == pytest.approx([0.8] * 3)
    assert found.frame["gap"].to_list() == [None] * 3
    assert found.cost is None


def test_whole_shifts_cost_more_than_hours() -> None:
    found = outlook(plan_alone(demand={"occupancy": 0.8, "shrinkage": 0.2, "paid_hours_per_month": 125,
                                       "schedule_efficiency": 0.5}), site(), None)
    assert found.frame["required_fte"].to_list() == pytest.approx([25] * 3)


def test_the_gap_the_plan_and_its_cost() -> None:
    """Twelve are there and none leaves: half a full agent is missing. A class of one, on the floor in the next month,
    closes that in all but the first month, for 900."""
    people = {"supply": {"headcount": 12, "attrition": 0}, "training": {"weeks": 4},
              "cost": {"recruit_per_start": 400, "training_per_start": 500, "currency": "EUR"}}
    found = outlook(plan_alone(**people), site(), None)
    assert found.frame["gap"].to_list() == pytest.approx([-0.5] * 3)
    assert found.frame["starts"].to_list() == [1, 0, 0]
    assert found.frame["gap_with_hiring"].to_list() == pytest.approx([-0.5, 0.5, 0.5])
    assert found.cost == 900
    assert "capacity_note_late" in [note.key for note in found.notes]


def test_a_plan_that_does_not_say_all_needs_a_store() -> None:
    with pytest.raises(UsageError, match="plan alone"):
        outlook(Plan(start="2026-12"), site(), None)
    with pytest.raises(UsageError, match="first month"):
        outlook(Plan(), site(), None)


def test_months_that_the_volumes_lack_are_named() -> None:
    with pytest.raises(SourceError, match="2027-03"):
        outlook(plan_alone(), site(), None, months=4)


def centre(weeks: int, *, growth: float = 0.0) -> Slice:
    """Two calls in each hour from 9 to 17 on weekdays, 180 s each; a `growth` of the calls per week, oldest first."""
    rows: list[Row] = []
    for n in range(weeks * 7):
        day = LAST - timedelta(days=weeks * 7 - 1 - n)
        if day.weekday() < 5:
            calls = round(2 * (1 + growth) ** (n // 7))
            rows += [
                visit(len(rows) + k, entered_at=datetime(day.year, day.month, day.day, hour, 50 * k // calls),
                      talk_ms=180_000)
                for hour in range(9, 17) for k in range(calls)
            ]
    return slice_of(queue_visits=rows)


def seen(data: Slice, settings: Settings | None = None, **more: Any) -> Outlook:
    settings = settings or site()
    rules = Rules.of(settings, interval_min=60, minimum=0, risk="mean", shrinkage=0.0)
    return outlook(more.pop("plan", Plan(months=2)), settings, data, rules=rules, **more)


def test_a_typical_week_is_the_mean_of_the_last_ones() -> None:
    [week] = typical_weeks(centre(8), LAST, 60)
    assert week.per_day.tolist() == pytest.approx([16] * 5 + [0, 0])
    assert np.nanmean(week.aht_s) == pytest.approx(180)
    assert np.isfinite(week.calls[0]).sum() == 8
    assert not np.isfinite(week.calls[6]).any()


def test_months_are_weekdays_staffed_interval_by_interval() -> None:
    """December 2026 has 23 weekdays of eight hours, January 21; each hour needs what two calls of 180 s need."""
    found = seen(centre(8))
    need = staff(_one_hour(), {}, site(), rules=found.rules).frame["required"][0]
    assert found.demand.months == ("2026-12", "2027-01")
    assert found.demand.calls.tolist() == pytest.approx([23 * 16, 21 * 16], rel=1e-6)
    assert found.demand.hours.tolist() == pytest.approx([23 * 8 * need, 21 * 8 * need], rel=1e-3)
    assert found.frame["occupancy"].to_list() == pytest.approx([2 * 180 / 3600 / need] * 2, rel=1e-3)


def _one_hour() -> Any:
    return forecast(("sales", 2.0, 180.0), minutes=60)


def test_growth_is_compounded_and_closed_days_do_not_count() -> None:
    flat, grown = seen(centre(8)), seen(centre(8), growth=0.1)
    ratio = grown.demand.calls / flat.demand.calls
    assert ratio[1] / ratio[0] == pytest.approx(1.1, rel=0.01)
    shut = site(more={"forecast.closed": [date(2026, 12, 25)]})
    assert seen(centre(8), shut).demand.calls[0] == pytest.approx(22 * 16, rel=1e-6)


def test_the_plans_calls_win_and_keep_the_shape() -> None:
    data = {"months": 1, "start": "2026-12", "volume": [{"month": "2026-12", "calls": 736, "aht_s": 90}]}
    found = seen(centre(8), plan=parsed(data, "plan"))
    assert found.demand.calls.tolist() == pytest.approx([736])
    assert found.demand.aht_s.tolist() == pytest.approx([90])
    strange = {"months": 1, "start": "2026-12", "volume": [{"month": "2026-12", "calls": 1, "queue": "nobody"}]}
    with pytest.raises(UsageError, match="nobody"):
        seen(centre(8), plan=parsed(strange, "plan"))


def test_half_a_year_of_history_has_a_trend() -> None:
    found = seen(centre(34, growth=0.02), plan=Plan(months=2))
    assert found.demand.found is not None
    assert found.demand.growth == pytest.approx(1.02 ** (30.4 / 7) - 1, abs=0.03)
    assert (found.demand.lo < found.demand.calls).all()
    assert (found.demand.calls < found.demand.hi).all()
    assert seen(centre(34), growth=0.0).demand.found is None


def test_less_than_a_week_is_refused() -> None:
    for data in (centre(0), slice_of(queue_visits=[visit(1)])):
        with pytest.raises(CcopsError) as error:
            seen(data)
        assert error.value.fix


# -- lines -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("erlangs", "blocking", "wanted"), [
    (10, 0.02, 17),  # workforce.md
    (10, 0.214583, 10), (50, 0.104788, 50), (100, 0.075701, 100), (1, 0.5, 1),
])
def test_lines_as_published(erlangs: float, blocking: float, wanted: int) -> None:
    assert lines(erlangs, blocking) == wanted


def call(n: int, at: datetime, seconds: int | None, **more: Any) -> Row:
    ended = None if seconds is None else at + timedelta(seconds=seconds)
    return {"system": "s", "contact_id": f"c{n}", "channel": "voice", "direction": "in", "started_at": at,
            "ended_at": ended} | more


def test_the_busy_hour_by_hand() -> None:
    """Twelve calls of ten minutes begin five minutes apart from 10:00 on: from 10:10 to 11:00 two lines are busy, so
    the hour from 10:00 carries 110 of 120 line-minutes, and no other carries more."""
    ten = datetime(2026, 11, 23, 10)
    data = slice_of(contacts=[call(n, ten + timedelta(minutes=5 * n), 600) for n in range(12)])
    found = trunks(data, 0.02)
    assert found.busy_hour == ten.replace(tzinfo=found.busy_hour.tzinfo)
    assert found.erlangs == pytest.approx((5 * 1 + 55 * 2) / 60)
    assert (found.calls, found.most_at_once, found.unknown) == (12, 2, 0)
    assert found.hold_s == pytest.approx(600)
    assert found.trunks == lines(found.erlangs, 0.02)
    assert found.frame["erlangs"].to_list() == [found.erlangs]


def test_calls_without_an_end_last_as_long_as_the_others() -> None:
    at = datetime(2026, 11, 23, 10)
    found = trunks(slice_of(contacts=[
        call(1, at, 300), call(2, at, None), call(3, at, 100_000), call(4, at, 300, channel="chat"),
    ]))
    assert found.unknown == 2
    assert found.erlangs == pytest.approx(3 * 300 / 3600)


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 4000)), min_size=1, max_size=30))
def test_busy_hour_and_peak_against_a_count(calls: list[tuple[int, int]]) -> None:
    begin = np.array([float(b) for b, _ in calls])
    end = begin + np.array([float(n) for _, n in calls])
    _, erlangs = busiest(begin, end)
    first = math.floor(begin.min() / 900) * 900
    best = max(
        sum(max(0.0, min(e, t + 3600) - max(b, t)) for b, e in zip(begin, end, strict=True)) / 3600
        for t in range(first, int(end.max()) + 1, 900)
    )
    assert erlangs == pytest.approx(best, abs=1e-9)
    held = [sum(b <= t < e for b, e in zip(begin, end, strict=True)) for t in begin]
    assert most_at_once(begin, end) == max(held)


def test_what_is_no_blocking_or_has_no_calls() -> None:
    with pytest.raises(UsageError, match="blocking"):
        trunks(slice_of(contacts=[call(1, datetime(2026, 11, 23), 60)]), 1.0)
    with pytest.raises(SourceError):
        trunks(slice_of(contacts=[call(1, datetime(2026, 11, 23), None)]))


def test_calls_lost_as_they_came() -> None:
    """Two lines; of five calls of 100 s the third comes while both are taken, the fifth as one falls free."""
    begin = np.array([0.0, 10.0, 20.0, 100.0, 110.0])
    assert lost(begin, begin + 100, 2, 0, 3600) == 1
    assert lost(begin, begin + 100, 2, 50, 3600) == 0
    assert lost(begin, begin + 100, 3, 0, 3600) == 0
