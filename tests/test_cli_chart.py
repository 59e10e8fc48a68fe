"""The text chart: what stands where, in which glyphs, with unknown, wide, many and few values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.cli import chart, output


def test_columns_and_points_to_the_letter() -> None:
    drawn = chart.lines([("scheduled", [0, 1, 2, 4]), ("required", [1, 1, 3, 3.5])], ["08", "", "10", "11"], 12, 4)
    assert drawn.splitlines() == [
        "█ scheduled  ● required",
        "4 ┤      ●●",
        "  │    ●●██",
        "2 ┤    ████",
        "0 ┤●●●●████",
        "  └────────",
        "   08  10",
    ]


def test_eighths_of_a_row() -> None:
    rows = chart.lines([("x", [1, 2, 3, 4, 5, 6, 7, 8, 0])], list("123456780"), 12, 1).splitlines()
    assert rows[1] == "8 ┤▁▂▃▄▅▆▇█"


def test_little_is_not_nothing_and_unknown_is_neither() -> None:
    rows = chart.lines([("x", [1000, 0.1, 0, None, float("nan")])], ["a", "b", "c", "d", "e"], 12, 1).splitlines()
    assert rows[1] == "1,000 ┤█▁"


def test_nothing_known_is_an_empty_plot() -> None:
    assert chart.lines([("x", [None, None])], ["a", "b"], 10, 2).splitlines()[1:] == [
        "1 ┤", "0 ┤", "  └──────", "   a  b",
    ]


def test_many_values_are_means() -> None:
    values = [1.0, 3.0, 2.0, None, 4.0, 4.0]
    assert chart._spread(values, 2, 1) == [2.0, 2.0, 4.0]
    rows = chart.lines([("x", values)], [f"{n:02}" for n in range(6)], 6, 2).splitlines()
    assert [len(row) for row in rows[1:4]] == [6, 6, 6]


def test_values_below_zero_are_points() -> None:
    rows = chart.lines([("gap", [-2.0, 2.0])], ["a", "b"], 6, 4).splitlines()
    assert rows[0] == "● gap"
    assert rows[1] == " 2 ┤ ●"
    assert rows[4] == "-2 ┤●"


def test_wide_letters_take_two_columns() -> None:
    rows = chart.lines([("排班", [1.0] * 4)], ["周一", "周二", "周三", "周四"], 10, 2).splitlines()
    assert rows[-1] == "   周一"  # 周二 would need a blank before it and runs into 周三
    rows = chart.lines([("排班", [1.0] * 4)], ["周一", "周二", "周三", "周四"], 23, 2).splitlines()
    assert rows[-1] == "   周一 周二 周三 周四"


@pytest.mark.parametrize("series", [[], [("a", [1.0])], [("a", [1.0, 2.0])] * 4])
def test_what_is_no_chart_is_refused(series: list[chart.Series]) -> None:
    with pytest.raises(ValueError, match="one to three series"):
        chart.lines(series, ["x", "y"], 40, 5)


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=300), st.integers(20, 120),
    st.integers(1, 20),
)
def test_it_fits_and_every_encoding_can_carry_it(values: list[float | None], width: int, height: int) -> None:
    labels = [f"{n // 4:02}:{n % 4 * 15:02}" for n in range(len(values))]
    drawn = chart.lines([("required", values), ("staffed", values[::-1])], labels, width, height)
    rows = drawn.splitlines()
    assert max(map(output.width, rows[1:])) <= width
    assert height + 2 <= len(rows) <= height + 3
    drawn.encode("gbk")
