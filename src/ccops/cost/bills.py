"""What an offer bills for a month: units at their prices, take or pay, bands, a margin on top, bonus and malus.

Every line of a bill is rounded to the cent, half up. A mark-up is a share of the cost: 194,887.34 and 20 % are
233,864.81. A margin is a share of the price: 194,887.34 / (1 - 0.20) = 243,609.18.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from ccops.cost.offer_file import STAFF, Band, CostPlus, Item, Offer, Service, Staff
from ccops.errors import SourceError

CENT = Decimal("0.01")
_ONE = Decimal(1)
_YEAR = 12


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def banded(units: Decimal, bands: Sequence[Band], *, whole: bool) -> Decimal:
    """Units at prices by volume: each at its own band's price, or all (`whole`) at that of the last band reached."""
    if whole:
        reached = [band for band in bands if band.from_ <= units] or bands[:1]
        return units * reached[-1].price
    ends = [*(Decimal(band.from_) for band in bands[1:]), None]
    return sum((
        (max(min(units, end) if end is not None else units, Decimal(band.from_)) - band.from_) * band.price
        for band, end in zip(bands, ends, strict=True)
    ), Decimal(0))


def line(item: Item, used: Mapping[str, Decimal | None], month: int, rise: Decimal, ours: Decimal) -> Decimal:
    """An item in a month (1 is the first). `ours` is our own price of a paid hour.

    A minimum never makes a month cheaper, not even where it reaches a band that makes all units cheaper. Raises
    SourceError where nobody knows how many units there are.
    """
    units = _ONE if item.per == "month" else used[item.per]
    if units is None:
        raise SourceError(f"{item.name} is charged per {item.per}, and how many there are is not known",
                          fix=_FIX[item.per])
    if month <= len(item.ramp):
        units *= item.ramp[month - 1]
    charge = max(_charge(item, units, ours), _charge(item, Decimal(item.minimum), ours))
    return cents(charge * (_ONE + rise) ** ((month - 1) // _YEAR))


def _charge(item: Item, units: Decimal, ours: Decimal) -> Decimal:
    price = ours if item.price == "ours" else item.price
    return units * price if isinstance(price, Decimal) else banded(units, item.bands, whole=item.banding == "whole")


_FIX = {
    "seat": "give --seats", "hour": "import attendance", "productive_hour": "import attendance",
    "contact": "import calls with queues", "minute": "import calls with their handling times",
    "resolution": "import cases that say what was resolved, or calls that name their callers",
    "revenue": "import a ledger with the category revenue",
}


def priced(cost: Decimal, plus: CostPlus | None) -> Decimal:
    """The price of a cost."""
    if plus is None:
        return cost
    if plus.markup is not None:
        return cents(cost * (_ONE + plus.markup))
    return cents(cost / (_ONE - (plus.margin or Decimal(0))))


def staffed(staff: Staff, used: Mapping[str, Decimal | None], month: int, rise: Decimal,
            ours: Decimal) -> dict[str, Decimal]:
    """Agents in a month by the paid hour: wages, benefits on them, supervisors by their span, leavers replaced.

    There are paid hours / hours of an agent of them, parts of one too. 6,500 h at 40, benefits 0.30, 130 h an agent:
    50 agents, 260,000 and 78,000; a span of 10 at 9,000: 45,000; 0.36 a year leave, 4,000 each: 1.5 a month, 6,000.
    """
    hours = used["hour"]
    if hours is None:
        raise SourceError("staff is paid by the hour, and how many there are is not known", fix=_FIX["hour"])
    wages = hours * (ours if staff.wage == "ours" else staff.wage)
    agents = hours / staff.hours
    supervision = agents / staff.span * staff.supervisor if staff.span and staff.supervisor else Decimal(0)
    parts = (wages, wages * staff.benefits, supervision, agents * staff.attrition / _YEAR * staff.training)
    times = (_ONE + rise) ** ((month - 1) // _YEAR)
    return {name: cents(amount * times) for name, amount in zip(STAFF, parts, strict=True) if amount}


def monthly(offer: Offer, used: Mapping[str, Decimal | None], month: int, ours: Decimal) -> dict[str, Decimal]:
    """A month's bill by item, a mark-up or margin as one more, before bonus and malus."""
    lines = staffed(offer.staff, used, month, offer.price_rise, ours) if offer.staff else {}
    lines |= {item.name: line(item, used, month, offer.price_rise, ours) for item in offer.monthly}
    cost = sum(lines.values(), Decimal(0))
    plus = priced(cost, offer.cost_plus) - cost
    return lines | ({"+": plus} if offer.cost_plus else {})


def service_credits(bills: Sequence[Decimal], levels: Sequence[Decimal | None], terms: Service) -> list[Decimal]:
    """What each month's bill changes by its service level: below 0 a malus, above a bonus.

    Points are of a hundred, parts of them count. A malus comes back in the month that completes `earn_back` months in a
    row at the target. A month of which the level is not known changes nothing, and ends no row.
    """
    changes: list[Decimal] = []
    open_, row = Decimal(0), 0
    for bill, level in zip(bills, levels, strict=True):
        if level is None:
            changes.append(Decimal(0))
            continue
        points = (level - terms.target) * 100
        share = min(points * terms.bonus, terms.cap) if points >= 0 else max(points * terms.malus, -terms.cap)
        change = cents(bill * share)
        if points < 0:
            row, open_ = 0, open_ - change
        else:
            row += 1
            if terms.earn_back and row >= terms.earn_back and open_:
                change, open_ = change + open_, Decimal(0)
        changes.append(change)
    return changes
