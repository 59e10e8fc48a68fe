"""Histories of any shape: a forecast of them is one of finite numbers, or a refusal that says why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.errors import SourceError
from ccops.labels import LANGS
from ccops.settings import Settings
from ccops.workforce.forecast.making import forecast, league
from ccops.workforce.history import History, arranged


@st.composite
def configured(draw: st.DrawFn) -> Settings:
    chosen: dict[str, object] = {
        "site.tz": draw(st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe"])),
        "site.day_start": draw(st.sampled_from(["00:00", "04:00", "22:45"])),
        "forecast.holidays": draw(st.sampled_from(["", "CN", "DE-BY"])),
        "forecast.gaps": draw(st.sampled_from(["gap", "zero"])),
        "opening.mon": draw(st.sampled_from(["", "closed", "08:00-18:00", "20:00-04:00"])),
        "forecast.closed": draw(st.sampled_from([[], [date(2025, 12, 25), date(2026, 1, 1)]])),
    }
    return Settings().replacing(**chosen)


@st.composite
def pasts(draw: st.DrawFn, site: Settings) -> History:
    interval, n = draw(st.sampled_from([15, 30, 60, 1440])), draw(st.integers(1, 240))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    slots, first = 1440 // interval, date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 500)))
    days = tuple(first + timedelta(days=k) for k in range(n))
    level = rng.gamma(0.5, 1, slots) * 10 ** rng.uniform(-3, 3) * (rng.random(slots) < rng.choice([0.1, 0.5, 1]))
    week = rng.random(7) * (rng.random(7) < rng.choice([0.15, 0.6, 1]))
    busy = week[[day.weekday() for day in days], None] * np.exp(rng.normal(0, 0.2, n))[:, None]
    counts = rng.poisson(level[None] * busy).astype(float)
    if draw(st.booleans()):
        counts[rng.random(n) < rng.choice([0.05, 0.3])] = np.nan
    if draw(st.booleans()):
        counts[rng.random(counts.shape) < 0.03] = np.nan
    if draw(st.booleans()):
        counts[-1, rng.integers(0, slots) :] = np.nan
    if draw(st.booleans()):
        counts[: n // 2] = 0
    return arranged("q", interval, days, counts, site)


@settings(max_examples=60)
@given(st.data())
def test_any_history_is_forecast_or_refused(data: st.DataObject) -> None:
    site = data.draw(configured())
    past = data.draw(pasts(site))
    midnight = datetime.combine(past.days[-1], datetime.min.time(), UTC)
    later = data.draw(st.one_of(st.none(), st.floats(-10, 100)))
    as_of = None if later is None else midnight + timedelta(hours=later)
    try:
        made = forecast([past], settings=site, horizon_days=data.draw(st.integers(1, 30)), as_of=as_of)
    except SourceError:
        return
    frame = made.frame
    numbers = frame.select("volume", "p10", "p50", "p90", "dispersion")
    assert numbers.select(pl.all().is_finite().all()).row(0) == (True,) * 5
    assert numbers.select(pl.all().min() >= 0).row(0) in ((True,) * 5, (None,) * 5)
    assert frame.filter(pl.col("dispersion") < 1).is_empty()
    assert frame.filter(pl.col("p10") > pl.col("p90")).is_empty()
    assert frame["start_at"].n_unique() == frame.height
    assert all(remark.text(lang) for queue in made.queues for remark in queue.remarks for lang in LANGS)
    assert league([past], settings=site).frame["method"].n_unique() >= 5
