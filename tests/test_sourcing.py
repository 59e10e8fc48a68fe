"""Offers: bills worked out by hand, present values from the textbook, and a plain recomputation month by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.cost.bills import banded, line, monthly, priced, service_credits, staffed
from ccops.cost.offer_file import Band, CostPlus, Item, Offer, Once, Service, Staff, read_offers
from ccops.cost.sourcing import Sourcing, present_value, sourcing
from ccops.cost.volumes import volumes
from ccops.demo import generate
from ccops.errors import CcopsError, SettingsError
from ccops.model import TABLE, Scope, Slice
from ccops.settings import Settings, load
from ccops.workspace import Workspace, open_workspace

SAMPLE = Path(__file__).parents[1] / "sample_logs" / "offers.toml"
D = Decimal
USED: dict[str, Decimal | None] = {
    "seat": D(40), "hour": D("6500"), "productive_hour": D("5200"), "contact": D(48_000), "minute": D(240_000),
    "resolution": D(36_000), "revenue": D("1500000.00"), "month": D(1),
}


def item(per: str, price: str | None = None, **more: Any) -> Item:
    return Item.model_validate({"name": "x", "per": per, **({"price": price} if price else {}), **more})


@pytest.mark.parametrize(("per", "price", "charge"), [
    ("month", "9000.00", "9000.00"), ("seat", "420.00", "16800.00"), ("hour", "55.00", "357500.00"),
    ("productive_hour", "68.50", "356200.00"), ("contact", "3.205", "153840.00"), ("minute", "0.98", "235200.00"),
    ("resolution", "12.40", "446400.00"), ("revenue", "0.035", "52500.00"),
])
def test_each_billing_model_by_hand(per: str, price: str, charge: str) -> None:
    assert line(item(per, price), USED, 1, D(0), D(0)) == D(charge)


def test_a_markup_is_not_a_margin() -> None:
    """kpi.md: cost 194,887.34 at 20 % mark-up is 233,864.81, at 20 % margin 243,609.18."""
    cost = D("194887.34")
    assert priced(cost, CostPlus.model_validate({"markup": "0.20"})) == D("233864.81")
    assert priced(cost, CostPlus.model_validate({"margin": "0.20"})) == D("243609.18")
    assert priced(cost, None) == cost


BANDS = [Band.model_validate({"from": start, "price": price}) for start, price in ((0, "3.00"), (1000, "2.50"),
                                                                                   (5000, "2.00"))]


@pytest.mark.parametrize(("units", "marginal", "whole"), [
    (0, "0", "0"), (800, "2400", "2400"), (1000, "3000", "2500"), (4000, "10500", "10000"), (6000, "15000", "12000"),
])
def test_bands_by_hand(units: int, marginal: str, whole: str) -> None:
    assert banded(D(units), BANDS, whole=False) == D(marginal)
    assert banded(D(units), BANDS, whole=True) == D(whole)


@given(units=st.decimals(0, 9000, places=1), more=st.decimals(0, 100, places=1))
def test_marginal_bands_rise_without_a_step(units: Decimal, more: Decimal) -> None:
    here, there = banded(units, BANDS, whole=False), banded(units + more, BANDS, whole=False)
    assert 2 * more <= there - here <= 3 * more


def test_take_or_pay_ramp_and_yearly_rise_by_hand() -> None:
    own = item("contact", "2.00", minimum=20_000, ramp=["0.25", "0.50"])
    charges = [line(own, USED, month, D("0.03"), D(0)) for month in (1, 2, 3, 13, 25)]
    assert charges == [D("40000.00"), D("48000.00"), D("96000.00"), D("98880.00"), D("101846.40")]
    assert line(item("hour", "ours"), USED, 1, D(0), D("60")) == D("390000.00")


@settings(max_examples=60)
@given(units=st.integers(0, 100_000), least=st.integers(0, 100_000))
def test_a_minimum_is_paid_at_least(units: int, least: int) -> None:
    used = {**USED, "contact": D(units)}
    assert line(item("contact", "2.00", minimum=least), used, 1, D(0), D(0)) == 2 * max(units, least)


@settings(max_examples=100)
@given(units=st.integers(0, 9000), least=st.integers(0, 9000), banding=st.sampled_from(["marginal", "whole"]))
def test_a_minimum_never_lowers_a_bill(units: int, least: int, banding: str) -> None:
    """900 at 3.00 are 2,700, though the 1,000 of a minimum would be 2,500 at the price of the second band."""
    bands = [{"from": band.from_, "price": band.price} for band in BANDS]
    used = {**USED, "contact": D(units)}
    free, bound = (line(item("contact", bands=bands, banding=banding, minimum=minimum), used, 1, D(0), D(0))
                   for minimum in (0, least))
    assert bound >= free


def test_staff_by_hand() -> None:
    """6,500 paid hours are 50 agents of 130 h: five supervisors, 0.36 x 50 / 12 = 1.5 replaced; the second year 3 %
    more."""
    own = Staff.model_validate({"wage": "40.00", "benefits": "0.30", "hours": "130", "span": "10",
                                "supervisor": "9000.00", "attrition": "0.36", "training": "4000.00"})
    lines = {"wages": D(260_000), "benefits": D(78_000), "supervision": D(45_000), "replacing": D(6000)}
    assert staffed(own, USED, 1, D(0), D(0)) == lines
    assert staffed(own, USED, 13, D("0.03"), D(0)) == {name: amount * D("1.03") for name, amount in lines.items()}
    assert staffed(Staff(wage="ours"), USED, 1, D(0), D("60")) == {"wages": D("390000.00")}
    with pytest.raises(CcopsError, match="paid by the hour"):
        staffed(own, {**USED, "hour": None}, 1, D(0), D(0))


@pytest.mark.parametrize(("month", "life", "last", "paid"), [
    (0, 0, 36, [0]), (0, 12, 36, [0, 12, 24]), (6, 24, 36, [6, 30]), (40, 0, 36, []), (36, 12, 36, [36]),
])
def test_equipment_is_bought_again_when_its_life_is_over(month: int, life: int, last: int, paid: list[int]) -> None:
    assert Once(name="x", amount=D(1), month=month, life_months=life).months(last) == paid


def test_malus_bonus_cap_and_earn_back_by_hand() -> None:
    terms = Service.model_validate({"target": "0.80", "malus": "0.01", "bonus": "0.005", "cap": "0.05", "earn_back": 2})
    bills = [D(100_000)] * 6
    levels = [D("0.78"), D("0.70"), None, D("0.81"), D("0.84"), D("0.99")]
    # Two points: 2 %. Ten: capped at 5 %. Unknown: nothing. One over: 0.5 %. Four over: 2 %, and both malus back, as
    # two months in a row were met. Nineteen over: capped at 5 %.
    assert service_credits(bills, levels, terms) == [D("-2000.00"), D("-5000.00"), D(0), D("500.00"), D("9000.00"),
                                                     D("5000.00")]
    never = terms.model_copy(update={"earn_back": 0})
    assert sum(service_credits(bills, levels, never)) == D("500.00")


def test_present_values_of_the_textbook() -> None:
    """1,000 at the end of each of three years at 10 %: annuity factor 2.48685 (any table of annuities)."""
    flows = {12: D(1000), 24: D(1000), 36: D(1000)}
    assert round(present_value(flows, 0.10), 2) == D("2486.85")
    assert present_value({0: D(500)}, 0.10) == 500
    # A month at 12 % a year is 1.12 ** (1/12) - 1 = 0.9489 %: the effective monthly rate of any table of interest.
    assert round(D(1000) / present_value({1: D(1000)}, 0.12) - 1, 6) == D("0.009489")


@given(amounts=st.lists(st.decimals(0, 10_000, places=2), min_size=1, max_size=40), rate=st.floats(0.001, 0.5))
def test_present_values_are_sums_at_no_rate_and_less_at_any(amounts: list[Decimal], rate: float) -> None:
    flows = dict(enumerate(amounts))
    assert present_value(flows, 0.0) == sum(amounts)
    assert present_value(flows, rate) <= sum(amounts) + D("1e-9")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    made = generate(tmp_path_factory.mktemp("demo"), days=14, seed=3, scale=0.2)
    files = [file for file in made.files if file.name != "Master.csv"]
    loaded = load(made.config, environ={})
    with open_workspace(loaded, store=made.folder / "s.duckdb", write=True, files=files) as opened:
        opened.import_files(files)
        yield opened


def test_the_demo_offers_are_what_a_plain_loop_makes_of_them(workspace: Workspace) -> None:
    found = workspace.sourcing(years=4, growth=0.02, rate=0.06, seats=12)
    offers = read_offers([workspace.loaded.folder / "offers.toml"])
    now = next(offer for offer in offers if offer.in_force)
    plain = {offer.name: _plain(offer, found, D(60)) for offer in offers}
    for one in found.compared:
        flows = dict(plain[one.offer.name])
        for month in range(1, one.offer.overlap_months + 1):
            flows[month] += plain[now.name][month]
        assert one.flows == flows
        worth = sum(float(amount) / 1.06 ** (month / 12) for month, amount in flows.items())
        assert float(one.npv) == pytest.approx(worth, abs=0.02)
        assert sum(one.years) == sum(flows.values()) == one.cumulated[-1]
    assert [one.npv for one in found.compared] == sorted(one.npv for one in found.compared)


def _plain(offer: Offer, found: Sourcing, ours: Decimal) -> dict[int, Decimal]:
    """Every month one by one, with nothing of the module but its terms."""
    cent, flows, owed, met = D("0.01"), {}, D(0), 0
    for n in range(1, found.years * 12 + 1):
        month, year = found.months[(n - 1) % len(found.months)], (n - 1) // 12
        bill = D(0)
        for one in offer.monthly:
            units = D(1) if one.per == "month" else month.units[one.per]
            assert units is not None
            if one.per not in ("month", "seat"):
                units = units * D("1.02") ** year
            units = max(units, D(one.minimum))
            price = ours if one.price == "ours" else one.price
            if price is None:
                edges = [*[D(band.from_) for band in one.bands], D("Infinity")]
                charge = sum((max(D(0), min(units, high) - low) * band.price
                              for band, low, high in zip(one.bands, edges, edges[1:], strict=False)), D(0))
            else:
                charge = units * price
            bill += (charge * (1 + offer.price_rise) ** year).quantize(cent, ROUND_HALF_UP)
        if (terms := offer.service) and month.service_level is not None:
            points = 100 * (month.service_level - terms.target)
            share = min(terms.cap, points * terms.bonus) if points >= 0 else -min(terms.cap, -points * terms.malus)
            change = (bill * share).quantize(cent, ROUND_HALF_UP)
            met = met + 1 if points >= 0 else 0
            owed -= change if points < 0 else D(0)
            bill += change
            if met >= terms.earn_back > 0:
                bill, owed = bill + owed, D(0)
        flows[n] = bill
    for once in offer.once:
        flows[once.month] = flows.get(once.month, D(0)) + once.amount
    return flows


def test_cut_months_are_made_whole_and_told(workspace: Workspace) -> None:
    found = workspace.sourcing(seats=12)
    [november] = found.months
    assert (november.month, november.days) == (date(2026, 11, 1), 14)
    handled = workspace.kpis(["handled"])["value"].item()
    assert november.units["contact"] == pytest.approx(D(str(handled * 30 / 14)), abs=D("0.001"))
    assert "src_cut" in [note.key for note in found.notes]
    assert workspace.sourcing().seats


@pytest.mark.parametrize(("first", "last", "expected"), [
    (date(2026, 10, 1), date(2026, 11, 30), [(31, 270), (30, 250)]),  # closed on Sundays, both months whole
    (date(2026, 11, 2), date(2026, 11, 30), [(30, 250)]),  # the first is a Sunday
    (date(2026, 11, 2), date(2026, 11, 14), [(14, 250)]),  # twelve of 25 days open, a Sunday before and one between
    (date(2026, 10, 31), date(2026, 11, 30), [(30, 250)]),  # a single day tells nothing of October
])
def test_closed_weekdays_are_no_gap(first: date, last: date, expected: list[tuple[int, int]]) -> None:
    """Ten calls on each day but Sunday: October 2026 has 27 such days, November 25."""
    on = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    schema = TABLE["queue_visits"].schema()
    given = [
        {"system": "s", "contact_id": f"{day}-{n}", "queue": "q", "nth": 1, "channel": "voice", "direction": "in",
         "entered_at": datetime(day.year, day.month, day.day, 10), "talk_ms": 60_000, "hold_ms": 0, "acw_ms": 0,
         "answered_at": datetime(day.year, day.month, day.day, 10), "wait_ms": 0, "agent": "a", "day": day,
         "ended_at": datetime(day.year, day.month, day.day, 10, 1), "outcome": "answered", "quarter": 40}
        for day in on if day.weekday() != 6 for n in range(10)
    ]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in given], schema=schema)
    data = Slice.of({"queue_visits": frame}, Scope(), Settings.model_validate({"site": {"tz": "UTC"}}))
    found, notes = volumes(data, 1)
    assert [(one.days, one.units["contact"]) for one in found] == [(days, D(n)) for days, n in expected]
    assert [one.units["minute"] for one in found] == [D(n) for _, n in expected]
    assert bool(notes) == (last == date(2026, 11, 14))


def test_leaving_equipment_and_what_comes_later_are_paid_and_told(workspace: Workspace) -> None:
    own = {"kind": "in_house", "currency": "CNY"}
    now = Offer.model_validate({"name": "now", "in_force": True, "exit_cost": "700.00", **own,
                                "monthly": [{"name": "m", "price": "1000.00"}]})
    new = Offer.model_validate({
        "name": "new", "overlap_months": 2, **own, "monthly": [{"name": "m", "price": "500.00"}],
        "once": [{"name": "phones", "amount": "90.00", "life_months": 10},
                 {"name": "end", "amount": "1", "month": 40}]})
    run = sourcing(workspace.slice(), [now, new], years=2, rate=0.0)
    found = {one.offer.name: one for one in run.compared}
    flows = found["new"].flows
    # Two months of both, then the exit; telephones at the start, in months 10 and 20.
    assert [flows[month] for month in (0, 1, 2, 3, 10, 20)] == [D(90), D(1500), D(2200), D(500), D(590), D(590)]
    assert sum(flows.values()) == 24 * 500 + 2 * 1000 + 700 + 3 * 90
    assert (found["new"].lines["exit"], "exit" in found["now"].lines) == (D(700), False)
    assert found["new"].saves == 24 * 1000 - sum(flows.values())
    assert [note.values["item"] for note in run.notes if note.key == "src_later"] == ["end"]


def test_a_dearer_offer_never_breaks_even_and_a_cheaper_one_does(workspace: Workspace) -> None:
    own = {"kind": "in_house", "currency": "CNY"}

    def offer(name: str, price: str, **more: Any) -> Offer:
        return Offer.model_validate({"name": name, "monthly": [{"name": "m", "price": price}], **own, **more})

    found = sourcing(workspace.slice(), [
        offer("now", "1000.00", in_force=True), offer("dear", "1001.00"),
        offer("cheap", "900.00", once=[{"name": "move", "amount": "550.00"}]),
    ], rate=0.0)
    even = {one.offer.name: (one.breaks_even, one.saves) for one in found.compared}
    # 550 at 100 a month: after the sixth month it has cost less in all.
    assert even == {"now": (None, None), "dear": (None, D("-36.00")), "cheap": (6, D("3050.00"))}


def test_a_ramp_leaves_the_rest_with_the_one_in_force(workspace: Workspace) -> None:
    own = {"kind": "in_house", "currency": "CNY"}
    now = Offer.model_validate({"name": "now", "in_force": True, "monthly": [{"name": "m", "price": "1000.00"}], **own})
    new = Offer.model_validate({"name": "new", "monthly": [
        {"name": "m", "per": "seat", "price": "10.00", "ramp": ["0.25", "0.50"]}], **own})
    found = {one.offer.name: one for one in sourcing(workspace.slice(), [now, new], seats=40, rate=0.0).compared}
    assert [found["new"].flows[month] for month in (1, 2, 3)] == [D("850.00"), D("700.00"), D("400.00")]


def test_what_is_billed_and_not_known_is_named(workspace: Workspace) -> None:
    data = workspace.slice()
    own = {"name": "share", "kind": "outsourced", "currency": "CNY"}
    share = Offer.model_validate({**own, "monthly": [{"name": "share of sales", "per": "revenue", "price": "0.05"}]})
    from dataclasses import replace

    with pytest.raises(CcopsError, match="share of sales is charged per revenue") as refused:
        sourcing(replace(data, scope=Scope()), [share])
    assert "ledger" in str(refused.value.fix)
    with pytest.raises(CcopsError, match="years"):
        workspace.sourcing(years=11)


def test_the_sample_reads_and_bills() -> None:
    offers = {offer.name: offer for offer in read_offers([SAMPLE])}
    bill = monthly(offers["Cost plus"], {**USED, "seat": D(12)}, 3, D(0))
    assert bill == {"wages": D("62000.00"), "seats": D("8400.00"), "+": D("17600.00")}


HEAD = '[[offer]]\nname = "A"\nkind = "outsourced"\ncurrency = "CNY"\n'
PLAIN = 'monthly = [{ name = "m", price = "1.00" }]\n'


@pytest.mark.parametrize(("text", "said"), [
    (HEAD.replace("outsourced", "insourced") + PLAIN, "kind"),
    (HEAD + 'monthly = [{ name = "m", per = "call", price = "1.00" }]\n', "per"),
    (HEAD + 'monthly = [{ name = "m", price = 1.5 }]\n', "write an amount as text"),
    (HEAD + 'monthly = [{ name = "m" }]\n', "give a price, or bands"),
    (HEAD + 'monthly = [{ name = "m", per = "contact", bands = [{ from = 10, price = "1.00" }] }]\n', "starts at 0"),
    (HEAD + 'monthly = [{ name = "m", per = "contact", bands = '
            '[{ from = 0, price = "2.00" }, { from = 0, price = "1.00" }] }]\n', "bands rise"),
    (HEAD + 'monthly = [{ name = "m", price = "1.00", minimum = 5 }]\n', "a minimum is of units"),
    (HEAD + 'monthly = [{ name = "m", per = "seat", price = "ours" }]\n', "ours"),
    (HEAD + 'monthly = [{ name = "m", per = "revenue", price = "5" }]\n', "is a share of it"),
    (HEAD + 'monthly = [{ name = "overlap", price = "1.00" }]\n', "overlap is what the comparison calls"),
    (HEAD + 'monthly = [{ name = "wages", price = "1.00" }]\nstaff = { wage = "40.00" }\n', "part of staff"),
    (HEAD + PLAIN + 'staff = { wage = "40.00", span = "12" }\n', "span and supervisor"),
    (HEAD + PLAIN + 'staff = { wage = "40.00", attrition = "0.30" }\n', "attrition and training"),
    (HEAD + PLAIN + 'staff = { wage = 40.0 }\n', "write an amount as text"),
    (HEAD + PLAIN + 'cost_plus = { markup = "0.20", margin = "0.20" }\n', "markup or margin"),
    (HEAD + PLAIN + HEAD + PLAIN, "two offers are named A"),
    (HEAD + PLAIN + HEAD.replace('"A"', '"B"').replace("CNY", "EUR") + PLAIN, "CNY and EUR"),
    (HEAD + "in_force = true\n" + PLAIN + HEAD.replace('"A"', '"B"') + "in_force = true\n" + PLAIN, "both in_force"),
    (HEAD + "overlap_months = 2\n" + PLAIN, "overlap_months without"),
    (HEAD + 'monthly = [{ name = "m", price = "1.00" }, { name = "m", price = "2.00" }]\n', "there twice"),
    ("", "offer"),
])
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "offers.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=said) as refused:
        read_offers([file])
    assert "offers.toml" in str(refused.value.where)
    assert refused.value.fix
