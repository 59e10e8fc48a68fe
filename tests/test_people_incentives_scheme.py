"""Scheme files: the example is right, and each mistake is told by its key with what to write instead."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ccops.errors import SettingsError
from ccops.people.incentives_scheme import parse_scheme, read_scheme

SAMPLE = Path(__file__).parents[1] / "sample_logs" / "incentive_scheme.toml"
GOOD = """
currency = "CNY"
[[measure]]
name = "productivity"
weight = 60
tiers = [{ score = 0.9, pay = 0 }, { score = 1.1, pay = 500.10 }]
[[measure]]
name = "csat"
weight = 40
tiers = [{ score = 0.8, pay = 100 }]
"""
FIRST = '[[measure]]\nname = "productivity"'


def test_the_sample_is_a_scheme() -> None:
    scheme = read_scheme(SAMPLE)
    assert [one.name for one in scheme.measure] == ["productivity", "quality", "csat"]
    assert [one.by_queue for one in scheme.measure] == [True, False, True]
    assert scheme.cap == 1300
    assert scheme.team.share == 0.2


def test_amounts_are_exact() -> None:
    assert parse_scheme(GOOD, "x").measure[0].tiers[1].pay == Decimal("500.10")


@pytest.mark.parametrize(
    ("old", "new", "what", "fix"),
    [
        ("weight = 40", "weight = 30", "measure: the weights add up to 60 + 30 = 90 %, not 100 %", "change them"),
        ("score = 1.1", "score = 0.7", "measure.productivity.tiers: 0.7 comes after 0.9", "lowest to the highest"),
        ("pay = 0 }", "pay = 600 }", "measure.productivity.tiers: 1.1 pays 500.1, less than 0.9", "never pay"),
        ("pay = 100", "pay = -1", "measure.csat.tiers.0.pay: Input should be greater than or equal to 0", "how-to"),
        (FIRST, f"[gates]\nmin_calls = 5\n{FIRST}", "unknown key gates.min_calls", "did you mean min_"),
        (FIRST, f"[gate]\nmin_contacts = 5\n{FIRST}", "unknown key gate", "did you mean gates?"),
        ('"csat"', '"productivity"', "measure.productivity: twice in the scheme", "give it once"),
        ('"csat"', '"mood"', "measure.mood.name: Input should be 'contacts_per_hour', 'productivity'", "how-to"),
        ('"csat"', '"adherence"\nadjust = "queue"', "measure.adherence.adjust: adherence is not kept", "none"),
        ('"productivity"', '"productivity"\nadjust = "none"', "measure.productivity.adjust", "contacts_per_hour"),
        ('currency = "CNY"', "", "currency is missing", "how-to"),
        ('currency = "CNY"', 'currency = "CNY"\ncap = -5', "cap: Input should be greater", "how-to"),
        ('currency = "CNY"', 'currency = "CNY"\nperiod = "week"', "period: Input should be 'month'", "how-to"),
        (FIRST, f"[gates]\nattendance = [{{ rate = 0.9, pays = 1 }}, {{ rate = 0.8, pays = 0.5 }}]\n{FIRST}",
         "gates.attendance: 0.8 comes after 0.9", "lowest"),
        (FIRST, f"[team]\nshare = 1.5\n{FIRST}", "team.share: Input should be less", "how-to"),
        ("tiers = [{ score = 0.8, pay = 100 }]", "tiers = []", "measure.csat.tiers: List should", "how-to"),
        ("weight = 40", "weight = forty", "not valid TOML", "correct"),
    ],
)
def test_mistakes_are_told_by_their_key(old: str, new: str, what: str, fix: str) -> None:
    assert old in GOOD
    with pytest.raises(SettingsError) as refused:
        parse_scheme(GOOD.replace(old, new, 1), "incentives.toml")
    assert refused.value.what.startswith(what)
    assert refused.value.where == "incentives.toml"
    assert fix in refused.value.fix


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such incentive scheme"):
        read_scheme(tmp_path / "none.toml")
