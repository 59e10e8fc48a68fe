"""`ccops erlang`: the calculator as a planner types it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ccops.cli.erlang import model_of
from ccops.cli.quantities import names, seconds, share, target
from ccops.errors import UsageError
from conftest import Ran

HALF_HOUR = ("--calls", "100", "--per", "30m", "--aht", "180")


def test_the_table_marks_the_answer(ccops: Callable[..., Ran]) -> None:
    ran = ccops("erlang", "c", *HALF_HOUR, "--target", "80/20")
    assert (ran.code, ran.err) == (0, "")
    assert re.search(r"^ *\* 14 +88\.8% +7\.8 +17\.4% +71\.4% +0\.4$", ran.out, re.MULTILINE)
    assert re.search(r"^ +13 +79\.6%", ran.out, re.MULTILINE)
    assert "Required: 14 agents (13.04 to the fraction)." in ran.out
    assert "Abandon" not in ran.out
    assert "Unstable" not in ran.out


def test_the_json_document(ccops: Callable[..., Ran]) -> None:
    document = ccops("erlang", "a", *HALF_HOUR, "--patience", "2m", "--target", "80/20", "--json").json
    assert (document["schema"], document["model"], document["required"]) == ("ccops.erlang/1", "a", 12)
    assert [row["agents"] for row in document["rows"]] == list(range(9, 16))
    assert {"agents", "service_level", "asa_s", "p_wait", "p_abandon", "occupancy"} <= set(document["rows"][0])
    assert document["inputs"]["calls_per_hour"] == 200
    assert document["inputs"]["load"] == 10


def test_given_agents_are_evaluated_and_nothing_is_required(ccops: Callable[..., Ran]) -> None:
    document = ccops("erlang", "c", *HALF_HOUR, "--within", "20", "--agents", "14", "--agents", "9.5", "--json").json
    assert (document["required"], document["required_gross"], document["unstable_up_to"]) == (None, None, 10)
    answer, short = document["rows"]
    assert answer["service_level"] == pytest.approx(0.88835, abs=5e-6)
    assert (short["agents"], short["service_level"], short["p_wait"], short["asa_s"]) == (9.5, 0, 1, None)


def test_erlang_c_without_room_says_so(ccops: Callable[..., Ran]) -> None:
    out = ccops("erlang", "c", *HALF_HOUR, "--agents", "10").out
    assert "Unstable with 10 agents or fewer: the queue grows without end" in out
    assert re.search(r"^ +10 +0\.0% +- +100\.0% +100\.0% +-$", out, re.MULTILINE)
    assert "不稳定" in ccops("erlang", "c", *HALF_HOUR, "--agents", "10", "--lang", "zh").out


def test_what_binds_and_what_shrinkage_adds(ccops: Callable[..., Ran]) -> None:
    words = ("erlang", "c", *HALF_HOUR, "--target", "80/20", "--shrinkage", "30%")
    loose, tight = ccops(*words, "--occupancy", "85%"), ccops(*words, "--occupancy", "0.65")
    assert "What decides is the service level; each alone takes: service level 14, occupancy cap 12." in loose.out
    assert "What decides is the occupancy cap; each alone takes: service level 14, occupancy cap 16." in tight.out
    assert "With 30% shrinkage: 20 people, for 14 of them to be there." in loose.out
    document = ccops(*words, "--occupancy", "0.65", "--json").json
    assert (document["required"], document["binding"]) == (16, "max_occupancy")
    assert document["alone"] == {"service_level": 14, "max_occupancy": 16}
    assert document["required_gross"] == pytest.approx(16 / 0.7)


def test_fewer_agents_than_erlangs_and_those_who_call_again(ccops: Callable[..., Ran]) -> None:
    words = ("erlang", "a", "--calls", "2000", "--aht", "3:00", "--patience", "120", "--target", "80/20")
    assert "fewer agents than Erlangs, and right: 6.7% of the callers give up" in ccops(*words).out
    again = ccops(*words, "--redial", "0.5", "--json").json
    assert again["required"] > 96
    assert next(row for row in again["rows"] if row["agents"] == again["required"])["calls_per_hour"] > 2000
    assert "Those who call again included" in ccops(*words, "--redial", "50%").out


def test_lines(ccops: Callable[..., Ran]) -> None:
    ran = ccops("erlang", "b", "--calls", "10", "--aht", "1h", "--blocking", "2%")
    assert "Required: 17 lines" in ran.out
    assert re.search(r"^ *\* 17 +1\.3%", ran.out, re.MULTILINE)
    assert ccops("erlang", "b", "--calls", "10", "--aht", "1h", "--lines", "10", "--json").json["rows"][0][
        "p_block"
    ] == pytest.approx(0.214582, abs=5e-7)


def test_chinese(ccops: Callable[..., Ran]) -> None:
    out = ccops(
        "erlang", "a", "--calls", "2000", "--aht", "3分钟", "--patience", "2m", "--target", "80/20",
        "--occupancy", "0.99", "--shrinkage", "0.3", "--redial", "0.1", "--lang", "zh",
    ).out
    assert "话务量 100 爱尔兰" in out
    assert "坐席" in out
    assert "缩减率 30%" in out
    assert not re.search(r"[A-Za-z]", out.replace("Erlang A", ""))


def test_an_option_without_a_part_is_told(ccops: Callable[..., Ran]) -> None:
    ran = ccops("erlang", "c", *HALF_HOUR, "--patience", "120", "--target", "80/20", "--json")
    assert ran.json["required"] == 14
    assert ran.err == "--patience plays no part in Erlang C\n"


def test_no_calls_need_nobody(ccops: Callable[..., Ran]) -> None:
    document = ccops("erlang", "c", "--calls", "0", "--aht", "180", "--target", "80/20", "--json").json
    assert document["required"] == 0
    assert document["rows"][0]["service_level"] == 1
    assert document["rows"][0]["occupancy"] is None


@pytest.mark.parametrize(
    ("words", "what", "fix"),
    [
        (("d", *HALF_HOUR), "no model 'd'", "use b (lines"),
        (("x", *HALF_HOUR), "no model 'x'", "did you mean a"),
        (("cc", *HALF_HOUR), "no model 'cc'", "did you mean c"),
        (("a", *HALF_HOUR), "mean patience", "--patience 120"),
        (("a", *HALF_HOUR, "--patience", "0"), "mean patience: 0", "above 0"),
        (("c", "--calls", "-1", "--aht", "180"), "calls per hour: -1", "from 0"),
        (("c", "--calls", "nan", "--aht", "180"), "calls per hour: nan", "from 0"),
        (("c", "--calls", "1", "--aht", "0"), "average handling time: 0", "above 0"),
        (("c", "--calls", "1", "--aht", "-3m"), "average handling time: -180", "above 0"),
        (("c", "--calls", "1", "--aht", "soon"), "--aht soon is no duration", "3m or 3:00"),
        (("c", "--calls", "1", "--aht", "9", "--per", "0"), "period of the calls: 0", "above 0"),
        (("c", *HALF_HOUR, "--target", "120/20"), "120 % of the calls", "below 100 %"),
        (("c", *HALF_HOUR, "--target", "100/20"), "100 % of the calls", "below 100 %"),
        (("c", *HALF_HOUR, "--target", "-5/20"), "-5", "below 100 %"),
        (("c", *HALF_HOUR, "--target", "80/"), "no target", "80/20"),
        (("c", *HALF_HOUR, "--target", "80/-20"), "time: -20", "from 0"),
        (("c", *HALF_HOUR, "--within", "-1"), "time: -1", "from 0"),
        (("c", *HALF_HOUR, "--target", "80/20", "--within", "30"), "two times", "one of them"),
        (("c", *HALF_HOUR, "--occupancy", "85"), "more than all", "85% or 0.85"),
        (("c", *HALF_HOUR, "--occupancy", "0"), "cap on occupancy: 0", "at most 1"),
        (("c", *HALF_HOUR, "--shrinkage", "100%"), "shrinkage: 1", "below 1"),
        (("c", *HALF_HOUR, "--redial", "0.5"), "nobody is lost", "Erlang A or B"),
        (("c", *HALF_HOUR, "--abandon", "0.05"), "no callers who give up", "Erlang A"),
        (("a", *HALF_HOUR, "--patience", "9", "--blocking", "0.05"), "all lines busy", "Erlang B"),
        (("c", *HALF_HOUR, "--agents", "-3"), "number of agents or lines: -3", "from 0"),
        (("c", "--aht", "180"), "--calls", "--help"),
    ],
)
def test_what_cannot_be_is_refused(ccops: Callable[..., Ran], words: tuple[str, ...], what: str, fix: str) -> None:
    ran = ccops("erlang", *words)
    assert (ran.code, ran.out) == (2, "")
    assert what in ran.err
    assert fix in ran.err.split("fix: ")[1]


@pytest.mark.parametrize(
    "text", ["180", "180s", "180 s", "3m", "3:00", "3 min", "0.05h", "0:03:00", "180.0", "3分钟", "1.8e2"]
)
def test_durations(text: str) -> None:
    assert seconds(text, "--aht") == pytest.approx(180)


def test_quantities() -> None:
    assert seconds("1:30:00", "--per") == 5400
    assert seconds("never", "--patience", endless=True) == float("inf")
    assert share("85%", "--occupancy") == share(" 0.85 ", "--occupancy") == pytest.approx(0.85)
    assert target("80/20", "--target") == target("0.8/0:20", "--target") == target("80%/20s", "--target") == (0.8, 20)
    assert target("0.5%/20", "--target") == (0.005, 20)
    assert target("80", "--target") == (0.8, None)
    assert [model_of(name) for name in ("A", "erlang-c", "Erlang B", "erlang_a")] == ["a", "c", "b", "a"]
    for text in ("", "1:2:3:4", "3:99", "1:75:00", "x", "inf", "3 apples"):
        with pytest.raises(UsageError, match="no duration"):
            seconds(text, "--aht")
    for text in ("a lot", "", "%"):
        with pytest.raises(UsageError, match="no share"):
            share(text, "--shrinkage")
    assert share(None, "--occupancy") is None
    assert share("-2%", "--growth", signed=True) == pytest.approx(-0.02)
    with pytest.raises(UsageError, match=r"-0\.3 is less than nothing"):
        share("-0.3", "--shrinkage")
    assert names(" sales, service,,sales") == ("sales", "service")
