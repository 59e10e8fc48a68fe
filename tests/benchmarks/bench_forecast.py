"""Speed of the forecast: twenty queues with their backtests in the time of two fits of statsforecast's MSTL."""

from __future__ import annotations

from measure import compare, report


def test_twenty_queues_with_backtest() -> None:
    result = compare("forecasts", ("ours",), ("rival",))
    report("twenty queues two weeks ahead, with backtest, from a year of half-hours", result, limit=1.0)
