"""Impossible numbers are refused in words that say what is allowed; results are tables in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ccops as cc
from ccops.errors import UsageError
from ccops.workforce.erlang import erlang_a, erlang_b, erlang_c, spread, uncertain, with_retrials
from ccops.workforce.erlang.calculator import Question, calculate

NAN = float("nan")
NOTHING: Any = None
A = erlang_a(200, 180, 120)


@pytest.mark.parametrize(
    ("call", "what", "allowed"),
    [
        (lambda: erlang_c(-1, 180), "calls per hour: -1", "from 0"),
        (lambda: erlang_c(NAN, 180), "calls per hour: nan", "from 0"),
        (lambda: erlang_c(np.inf, 180), "calls per hour: inf", "from 0"),
        (lambda: erlang_c([100, -5], 180), "calls per hour: -5", "from 0"),
        (lambda: erlang_c("many", 180), "calls per hour: not a number", "from 0"),
        (lambda: erlang_c(NOTHING, 180), "calls per hour: nan", "from 0"),
        (lambda: erlang_c(10**400, 180), "calls per hour: not a number", "from 0"),
        (lambda: erlang_c(100, 0), "average handling time: 0", "above 0"),
        (lambda: erlang_b(100, -180), "average handling time: -180", "above 0"),
        (lambda: erlang_a(100, 180, 0), "mean patience: 0", "above 0"),
        (lambda: erlang_a(100, 180, -5), "mean patience: -5", "above 0"),
        (lambda: erlang_a(100, 180, NAN), "mean patience: nan", "inf for never"),
        (lambda: A.at(-1), "number of agents or lines: -1", "from 0"),
        (lambda: A.at(NAN), "number of agents or lines: nan", "from 0"),
        (lambda: A.at(14, -1), "service level's time: -1", "from 0"),
        (lambda: A.at(14, NAN), "service level's time: nan", "from 0"),
        (lambda: A.required(1.2), "service level target: 1.2", "from 0 to below 1"),
        (lambda: A.required(1), "service level target: 1", "from 0 to below 1"),
        (lambda: A.required(-0.1), "service level target: -0.1", "from 0 to below 1"),
        (lambda: A.required(NAN), "service level target: nan", "from 0 to below 1"),
        (lambda: A.required(0.8, -20), "service level's time: -20", "from 0"),
        (lambda: A.required(asa_s=0), "average speed of answer: 0", "above 0"),
        (lambda: A.required(max_occupancy=0), "cap on occupancy: 0", "above 0 and at most 1"),
        (lambda: A.required(max_occupancy=1.01), "cap on occupancy: 1.01", "above 0 and at most 1"),
        (lambda: A.required(p_abandon=0), "calls lost: 0", "above 0 and at most 1"),
        (lambda: A.required(), "no target", "service_level"),
        (lambda: A.required(p_block=0.1), "Erlang A knows no calls that find all lines busy", "Erlang B"),
        (lambda: erlang_c(100, 180).required(p_abandon=0.1), "Erlang C knows no callers who give up", "Erlang A"),
        (lambda: with_retrials(erlang_c(100, 180), 0.5), "nobody is lost", "Erlang A or B"),
        (lambda: with_retrials(A, 1), "share that calls again: 1", "below 1"),
        (lambda: A.calls_carried(-1, service_level=0.8), "number of agents or lines: -1", "from 0"),
        (lambda: A.calls_carried(5), "no target", "service_level"),
        (lambda: A.at([1, 2], [1, 2, 3]), "different shapes: (2,) and (3,)", "equal shapes"),
        (lambda: uncertain(A.at_rate, 200, -0.1, 14), "spread of the rate", "from 0 to 10"),
        (lambda: uncertain(A.at_rate, 200, 0.1, 14, share=0), "share of outcomes: 0", "above 0 and below 1"),
        (lambda: spread(10, 0.5), "dispersion below 1", "from 1 up"),
        (lambda: calculate(Question("c", 100, 180, per_s=0)), "period of the calls: 0", "above 0"),
        (lambda: calculate(Question("c", 100, 180, shrinkage=1)), "shrinkage: 1", "below 1"),
        (lambda: calculate(Question("a", 100, 180)), "mean patience", "--patience 120"),
    ],
)
def test_what_cannot_be_is_refused(call: Callable[[], Any], what: str, allowed: str) -> None:
    with pytest.raises(UsageError) as refused:
        call()
    assert what in refused.value.what
    assert allowed in refused.value.fix


def test_the_public_names() -> None:
    needed = cc.erlang_a(calls_per_hour=180, aht_s=240, patience_s=120).required(service_level=0.8, within_s=20)
    assert needed == 14
    assert cc.erlang_c(200, 180).required(0.8) == 14
    assert cc.erlang_b(600, 60).required(p_block=0.02) == 17


def test_a_result_is_a_table() -> None:
    html = cc.erlang_c(200, 180).at([10, 14])._repr_html_()
    assert html.startswith("<table><thead><tr><th>agents</th><th>service_level</th>")
    assert "<tr><td>10</td><td>0</td><td>-</td><td>1</td>" in html  # an endless wait is not a number
    assert "<tr><td>14</td><td>0.8884</td><td>7.8359</td>" in html
    assert "<caption>1,900 more rows</caption>" in cc.erlang_c(200, 180).at(np.arange(2000.0))._repr_html_()
    answer = calculate(Question("c", 100, 180, per_s=1800, service_level=0.8))
    assert "<caption>Erlang C, 10.00 Erlangs: 14 required</caption>" in answer._repr_html_()
