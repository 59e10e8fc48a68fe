"""Whole forecasts: from the demo and the bank's calls, mornings, clock changes, queues that are new, quiet or small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import series_files
from ccops.demo import generate
from ccops.errors import SourceError, UsageError
from ccops.settings import Settings, load
from ccops.workforce.forecast import backtest, candidates
from ccops.workforce.forecast.days import learnt
from ccops.workforce.forecast.making import forecast, league, moment_of
from ccops.workforce.forecast.result import Forecast
from ccops.workforce.handling import Usual, handling_of
from ccops.workforce.history import History, histories
from ccops.workspace import Workspace, open_workspace
from stores import imported, opened

PLAIN = Settings()
COUNTS = series_files.drawn(series_files.means(84), noise=0.05)


def made(counts: series_files.Array = COUNTS, days: int = 14, **given: object) -> Forecast:
    settings = given.pop("settings", PLAIN)
    history = given.pop("history", None) or series_files.past(counts, settings=settings)  # type: ignore[arg-type]
    return forecast([history], horizon_days=days, settings=settings, **given)  # type: ignore[list-item, arg-type]


def keys(found: Forecast) -> set[str]:
    return {remark.key for queue in found.queues for remark in queue.remarks} | {r.key for r in found.remarks}


def test_what_a_forecast_is() -> None:
    found = made()
    frame = found.frame
    assert frame.columns == ["queue", "start_at", "volume", "p10", "p50", "p90", "aht_s", "dispersion"]
    assert frame.schema["start_at"] == pl.Datetime("us", "UTC")
    assert frame.height == 14 * 12
    assert frame["start_at"].is_sorted()
    assert frame["start_at"][0] == datetime(2026, 5, 25, 8, tzinfo=UTC)
    assert frame["aht_s"].null_count() == frame.height
    assert (frame["p10"] <= frame["p50"]).all()
    assert (frame["p50"] <= frame["p90"]).all()
    assert frame["dispersion"].min() >= 1  # type: ignore[operator]
    by_day = frame.group_by(pl.col("start_at").dt.date().alias("day"), maintain_order=True).agg(pl.col("volume").sum())
    assert found.days["volume"].to_list() == pytest.approx(by_day["volume"].to_list())
    busiest = frame.group_by(pl.col("start_at").dt.date(), maintain_order=True).agg(pl.col("volume").max())
    assert found.days["busiest"].to_list() == pytest.approx(busiest["volume"].to_list())
    truth = series_files.means(98)[84:, 8:20]
    assert frame["volume"].to_numpy().reshape(14, 12) == pytest.approx(truth, rel=0.35, abs=3)
    assert np.abs(frame["volume"].to_numpy() - truth.ravel()).sum() / truth.sum() < 0.06
    assert "<table>" in found._repr_html_()
    assert "<table>" in league([series_files.past(COUNTS)], settings=PLAIN)._repr_html_()


def test_the_same_history_gives_the_same_forecast() -> None:
    assert made().frame.equals(made().frame)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_horizon_that_is_none_is_refused(days: int) -> None:
    with pytest.raises(UsageError, match="a forecast of"):
        made(days=days)


def test_too_little_history_is_refused_with_how_much_there_is() -> None:
    with pytest.raises(SourceError, match="needs 21 days of history; queue sales has 20") as error:
        made(COUNTS[:20])
    assert "import" in error.value.fix
    assert made(COUNTS[:21]).frame.height == 14 * 12
    assert made(COUNTS[:10], minimum=7).frame.height == 14 * 12  # a library call may take less
    with pytest.raises(SourceError, match="no calls"):
        forecast([], settings=PLAIN)


def test_three_weeks_without_weekends_are_three_weeks() -> None:
    counts = COUNTS[:21].copy()
    counts[np.arange(21) % 7 > 4] = np.nan
    found = made(counts[:19])  # until the third Friday
    assert found.days["day"].to_list()[:2] == [date(2026, 3, 23), date(2026, 3, 24)]
    assert {day.weekday() for day in found.days["day"]} == {0, 1, 2, 3, 4}


def test_days_without_data_do_not_count_as_history() -> None:
    counts = COUNTS[:40].copy()
    counts[8:38] = np.nan
    with pytest.raises(SourceError, match="needs 21 days"):
        made(counts)
    counts = COUNTS.copy()
    counts[[20, 21, 50]] = np.nan
    found = made(counts)
    assert "forecast_gaps" in keys(found)
    assert found.queues[0].remarks[0].text("en").startswith("Days without data, taken as unknown: 3 (2026-03-22")


def test_a_queue_that_opened_last_week_is_named_and_the_others_forecast() -> None:
    new = COUNTS.copy()
    new[:77] = 0
    found = forecast(
        [series_files.past(COUNTS), series_files.past(new, queue="new")], horizon_days=7, settings=PLAIN,
    )
    assert [queue.queue for queue in found.queues] == ["sales"]
    assert [(each.queue, each.days, each.needs_days) for each in found.left_out] == [("new", 7, 21)]


def test_a_day_with_zero_calls_is_a_day() -> None:
    counts = COUNTS.copy()
    counts[40] = 0
    found = made(counts)
    assert found.frame["volume"].to_numpy() == pytest.approx(made().frame["volume"].to_numpy(), rel=0.2, abs=2)
    assert "forecast_gaps" not in keys(found)


def test_a_queue_that_fell_silent_is_said_to_be() -> None:
    counts = COUNTS.copy()
    counts[50:] = 0
    found = made(counts)
    assert found.days["volume"].max() < 60  # type: ignore[operator]
    assert any(remark.text("en") == "No calls since 2026-04-20: if the queue is closed, leave it out."
               for remark in found.queues[0].remarks)


def test_few_calls_and_many() -> None:
    for level in (0.02, 1e6):
        found = made(series_files.drawn(series_files.means(84, level)))
        assert found.frame.select(pl.col("volume", "p10", "p90").is_finite().all()).row(0) == (True, True, True)
        truth = series_files.means(14, level).sum()
        assert found.frame["volume"].sum() == pytest.approx(truth, rel=0.5 if level < 1 else 0.01)


def test_a_forecast_begins_where_the_data_ends_in_the_middle_of_a_day_too() -> None:
    counts = COUNTS.copy()
    counts[83, 13:] = np.nan
    found = made(counts, days=3)
    assert found.frame["start_at"][0] == datetime(2026, 5, 24, 13, tzinfo=UTC)
    assert found.days["day"].to_list() == [date(2026, 5, 24), date(2026, 5, 25), date(2026, 5, 26)]
    assert "forecast_morning" in keys(found)
    assert "forecast_cut" not in keys(found)


def test_a_busy_morning_moves_the_rest_of_the_day_a_little() -> None:
    counts = series_files.drawn(series_files.means(84), noise=0.2)
    at = datetime(2026, 5, 24, 13, tzinfo=UTC)

    def rest(factor: float) -> Forecast:
        today = counts.copy()
        today[83, :13] *= factor
        today[83, 13:] = np.nan
        return made(today, days=1, as_of=at)

    calm, busy = (float(rest(factor).frame["volume"].sum()) for factor in (1, 1.5))
    assert 1.1 < busy / calm < 1.5
    assert rest(1.5).frame["p90"].sum() > rest(1.0).frame["p90"].sum()


def test_as_of_a_later_day_leaves_a_gap_between() -> None:
    found = made(days=2, as_of=datetime(2026, 5, 28, tzinfo=UTC))
    assert found.days["day"].to_list() == [date(2026, 5, 28), date(2026, 5, 29)]


def test_instants_as_people_write_them() -> None:
    shanghai = PLAIN.replacing(**{"site.tz": "Asia/Shanghai"})
    assert moment_of(None, shanghai) is None
    for given in ("2026-11-20T11:00", datetime(2026, 11, 20, 11), "2026-11-20T11:00+08:00"):
        found = moment_of(given, shanghai)
        assert found is not None
        assert found.astimezone(UTC) == datetime(2026, 11, 20, 3, tzinfo=UTC)
    for day in ("2026-11-20", date(2026, 11, 20)):
        found = moment_of(day, shanghai)
        assert found is not None
        assert found.astimezone(UTC) == datetime(2026, 11, 19, 16, tzinfo=UTC)
    with pytest.raises(UsageError, match="not a day or a time"):
        moment_of("tomorrow", shanghai)


def test_hours_that_the_clock_skips_or_passes_twice() -> None:
    berlin = PLAIN.replacing(**{"site.tz": "Europe/Berlin"})
    around = np.full((35, 24), 6.0)
    spring, autumn = (date(2026, 2, 16), date(2026, 3, 29), 23), (date(2026, 9, 14), date(2026, 10, 25), 25)
    for first, change, rows in (spring, autumn):
        history = series_files.past(around, first=first, settings=berlin)
        found = forecast([history], horizon_days=14, settings=berlin)
        own = found.frame.filter(pl.col("start_at").dt.date() == change)
        assert own.height == rows
        assert own["start_at"].n_unique() == rows
        assert found.frame.filter(pl.col("start_at").dt.date() == change - timedelta(days=1)).height == 24


def test_handling_time_follows_its_weekday_interval_and_level() -> None:
    table = np.full((7, 24), 200.0)
    table[0, 9] = 300.0
    history = series_files.past(COUNTS)
    counts = np.nan_to_num(history.counts)
    aht = np.where(np.arange(84) < 70, 1.0, 1.2)[:, None] * table[history.weekdays]
    history = History(**(vars(history) | {"handled": counts, "handle_s": counts * aht}))
    handling = Usual(204.0, 1000, 60, table)
    found = made(history=history, days=7, handling={"sales": handling})
    monday = found.frame.filter(pl.col("start_at").dt.weekday() == 1)["aht_s"].to_list()
    assert monday[1] / monday[0] == pytest.approx(1.5)
    assert 204 < monday[0] < 240  # the last two weeks took a fifth longer


def test_far_ahead_and_unset_hours_are_said() -> None:
    assert {"forecast_far", "forecast_hours_shown", "forecast_no_holidays"} <= keys(made())
    assert "forecast_far" not in keys(made(days=10))
    hours = {f"opening.{day}": "08:00-20:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    assert "forecast_hours_shown" not in keys(made(settings=PLAIN.replacing(**hours)))


# -- the demo and the bank's calls -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Ten weeks of the synthetic centre at a quarter of its size: all of its queues are in these files."""
    folder = tmp_path_factory.mktemp("demo")
    made_of = generate(folder, days=70, scale=0.25)
    loaded = load(config=made_of.config, environ={})
    store = folder / "ccops.duckdb"
    files = [file for file in made_of.files if file.name.startswith(("queue_log", "vip"))]
    with open_workspace(loaded, store=store, write=True, files=files) as workspace:
        workspace.import_files(files)
    with open_workspace(loaded, store=store) as workspace:
        yield workspace


def test_the_demo_is_forecast_better_than_by_the_vendor_default(demo: Workspace) -> None:
    found = demo.backtest()
    assert [each.queue for each in found.queues] == ["service", "billing", "sales", "vip"]
    rates = {(s.name, s.horizon_days): s for s in found.scores}
    inside = counted = 0.0
    for horizon in backtest.HORIZONS:
        ours, vendor = rates["mean_of_two", horizon], rates["weekday_mean", horizon]
        assert ours.wape is not None
        assert vendor.wape is not None
        assert ours.wape < 0.97 * vendor.wape
    for each in found.queues:
        assert each.chosen != "weekday_mean"
        for score in each.scores:
            if score.name == each.chosen:
                inside, counted = inside + score.inside, counted + score.counted
    assert 0.75 <= inside / counted <= 0.85
    assert found.frame.filter(pl.col("chosen")).height == 4 * 3
    assert found.chosen is None or found.chosen in {each.chosen for each in found.queues}


def test_the_workspace_forecasts_with_handling_times(demo: Workspace) -> None:
    found = demo.forecast(horizon_days=7, queues=["vip", "sales"])
    assert [queue.queue for queue in found.queues] == ["sales", "vip"]
    assert found.interval_min == 30
    assert found.frame.schema["start_at"] == pl.Datetime("us", "Asia/Shanghai")
    assert found.frame["aht_s"].is_between(100, 900).all()
    usual = handling_of(demo.slice())["sales"].mean_s
    own = found.frame.filter(pl.col("queue") == "sales")
    mean = float((own["aht_s"] * own["volume"]).sum()) / float(own["volume"].sum())
    assert mean == pytest.approx(usual, rel=0.1)
    assert demo.forecast(7, 60, ["vip"]).frame.height == 7 * 14
    with pytest.raises(UsageError, match="no queue 'slaes'"):
        demo.forecast(queues=["slaes"])


def test_as_of_knows_nothing_later(demo: Workspace) -> None:
    morning = demo.forecast(3, 60, ["service"], as_of="2026-11-18T11:00")
    first = morning.frame["start_at"][0]
    assert (first.date(), first.hour) == (date(2026, 11, 18), 11)
    early = histories(demo.slice(), 60, ["service"], until=moment_of("2026-11-18", demo.settings))
    assert early[0].days[-1] == date(2026, 11, 17)
    day = demo.forecast(3, 60, ["service"], as_of="2026-11-18")
    same = forecast(early, horizon_days=3, settings=demo.settings, as_of=moment_of("2026-11-18", demo.settings))
    assert day.frame["volume"].to_list() == same.frame["volume"].to_list()
    assert day.frame["start_at"][0].hour == 8


def test_the_banks_second_week_from_its_first(real_data: Callable[[str], Path], tmp_path: Path) -> None:
    """Two weeks are too few for a forecast of ours, yet its methods beat the same weekday of the week before."""
    imported(tmp_path, real_data("anonymous_bank_1999_02_first_half.tsv"), tz="Asia/Jerusalem")
    with opened(tmp_path, tz="Asia/Jerusalem") as workspace:
        with pytest.raises(SourceError, match="needs 21 days of history; queue PS has 14"):
            workspace.forecast()
        for interval in (30, 60):
            error = {"mean_of_two": 0.0, "weekday_mean": 0.0}
            for history in histories(workspace.slice(), interval):
                days = learnt(history, workspace.settings)
                for n in range(7, len(days)):
                    found = candidates.means(candidates.METHODS, days.past(n, days.ordinals[n]), days.ahead(n, 1))
                    for name in error:
                        error[name] += float(np.nansum(np.abs(found[name][0] - days.actual[n])))
            assert error["mean_of_two"] < 0.9 * error["weekday_mean"]
