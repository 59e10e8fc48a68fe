"""Reasons that bring callers back: found where planted, none where none is, the test as a plain loop has it."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from ccops.recommend.shares import above


def drawn(shares: dict[str, float], n: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [(reason, bool(rng.random() < share)) for reason, share in shares.items() for _ in range(n)]
    return pl.DataFrame(rows, ["group", "hit"], orient="row")


def test_a_planted_reason_is_found_and_its_excess_is_that_of_a_plain_count() -> None:
    rows = drawn({"bill_error": 0.45, "address": 0.1, "tariff": 0.1}, 300, 1)
    [found] = above(rows)
    own = [back for reason, back in rows.iter_rows() if reason == "bill_error"]
    rest = [back for reason, back in rows.iter_rows() if reason != "bill_error"]
    assert (found.group, found.n, found.hits) == ("bill_error", 300, sum(own))
    assert found.excess == pytest.approx(sum(own) / 300 - sum(rest) / 600)
    half = 1.96 * math.sqrt(found.share * (1 - found.share) / 300 + found.others * (1 - found.others) / 600)
    assert found.half == pytest.approx(half)


def test_where_no_reason_stands_out_hardly_any_is_found() -> None:
    false = sum(bool(above(drawn(dict.fromkeys("abcdef", 0.15), 200, seed))) for seed in range(100))
    assert false <= 10  # five are due


def test_few_cases_prove_nothing() -> None:
    assert above(drawn({"rare": 1.0}, 20, 1).vstack(drawn({"usual": 0.1}, 300, 2))) == []
