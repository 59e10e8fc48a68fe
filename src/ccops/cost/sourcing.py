"""In-house, outsourced, hosted or cloud: offers over some years at the centre's own volumes, by net present value.

Money is paid at the end of its month; month m is worth 1 / (1 + r)^(m/12) of it today, with r a year: discounting by
the month at a rate that compounds to r in twelve. A net present value is one of costs: the lowest is best. Breaking
even is in money as it is paid, not discounted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING

from ccops.cost.bills import cents, monthly, service_credits
from ccops.cost.offer_file import Offer
from ccops.cost.volumes import Month, most_at_once, volumes
from ccops.errors import SettingsError, UsageError
from ccops.remark import Remark

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice

_YEAR = 12


def present_value(flows: Mapping[int, Decimal], rate: float) -> Decimal:
    """Flows by month (0: today) in today's money; 1,000 a year for three years at 10 % are 2,486.85."""
    yearly = 1 + Decimal(str(rate))
    return sum((amount / yearly ** (Decimal(month) / _YEAR) for month, amount in flows.items()), Decimal(0))


@dataclass(frozen=True)
class Compared:
    """An offer over the years: what is paid by month (0: before the first), by year, and in today's money.

    `saves` is what it saves against the one in force, in today's money; `breaks_even` the first month from which it
    has cost less in all, None where it never does or nothing is in force.
    """

    offer: Offer
    flows: Mapping[int, Decimal]
    lines: Mapping[str, Decimal]
    credits: Decimal
    npv: Decimal
    per_seat_month: Decimal | None
    per_contact: Decimal | None
    saves: Decimal | None
    breaks_even: int | None

    @property
    def years(self) -> tuple[Decimal, ...]:
        """What is paid before the first month, and in each year."""
        last = max(self.flows)
        return (self.flows.get(0, Decimal(0)), *(
            sum((self.flows.get(m, Decimal(0)) for m in range(first, first + _YEAR)), Decimal(0))
            for first in range(1, last + 1, _YEAR)
        ))

    @property
    def cumulated(self) -> tuple[Decimal, ...]:
        """What has been paid in all before the first month, and by the end of each year."""
        return tuple(accumulate(self.years))


@dataclass(frozen=True, eq=False)
class Sourcing:
    """The offers, the best first, and what they were compared on."""

    compared: tuple[Compared, ...]
    months: tuple[Month, ...]
    years: int
    rate: float
    growth: float
    seats: int | None
    currency: str
    notes: tuple[Remark, ...]

    @property
    def in_force(self) -> Compared | None:
        return next((one for one in self.compared if one.offer.in_force), None)

    @property
    def frame(self) -> pl.DataFrame:
        """A row per offer and month."""
        import polars as pl

        return pl.DataFrame([
            {"offer": one.offer.name, "kind": one.offer.kind, "month": month, "paid": amount}
            for one in self.compared for month, amount in sorted(one.flows.items())
        ])

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(("offer", "npv"), ((one.offer.name, one.npv) for one in self.compared))


def sourcing(data: Slice, offers: Sequence[Offer], *, years: int = 3, rate: float | None = None, growth: float = 0.0,
             seats: int | None = None) -> Sourcing:
    """The offers over so many years. The months of the slice come again and again, each year `growth` more of them.

    Raises UsageError for years, rates or seats that cannot be, SourceError where a unit that an offer bills is not
    known, SettingsError where "ours" has no price.
    """
    discount = data.settings.cost.discount_rate if rate is None else rate
    if not 1 <= years <= 10:
        raise UsageError(f"{years} years are not compared", fix="give --years 1 to 10")
    if not -0.5 < discount < 1 or not -0.5 <= growth <= 1:
        raise UsageError("a rate is a share a year, such as 8%", fix="write --rate 8% --growth 2%")
    if seats is not None and seats < 1:
        raise UsageError(f"{seats} seats are none", fix="give --seats 45")
    ours = data.settings.staffing.agent_cost_per_hour
    if not ours and (asking := [one.name for one in offers if one.takes_ours]):
        raise SettingsError(f"offer {asking[0]} takes our price of an hour, which is not known",
                            fix="set [staffing] agent_cost_per_hour in ccops.toml")
    notes = []
    if seats is None and (seats := most_at_once(data)):
        notes.append(Remark("src_seats", {"n": str(seats)}))
    months, cut = volumes(data, seats)
    price = Decimal(str(ours))
    alone = {one.name: _Run.of(one, months, years, growth, price) for one in offers}
    now = next(((one, alone[one.name]) for one in offers if one.in_force), None)
    found = [_compared(alone[one.name], one, now, years, discount, seats) for one in offers]
    found.sort(key=lambda one: (one.npv, one.offer.name))
    ends = [Remark("src_renewed", {"name": one.name, "months": str(one.term_months)}) for one in offers
            if 0 < one.term_months < years * _YEAR]
    late = [Remark("src_later", {"name": one.name, "item": once.name, "month": str(once.month)}) for one in offers
            for once in one.once if once.month > years * _YEAR]
    return Sourcing(tuple(found), tuple(months), years, discount, growth, seats, offers[0].currency,
                    (*notes, *cut, *ends, *late))


@dataclass(frozen=True, eq=False)
class _Run:
    """An offer's months without what overlaps: lines by name, bonus and malus, contacts."""

    bills: list[dict[str, Decimal]]
    credits: list[Decimal]
    contacts: Decimal

    @classmethod
    def of(cls, offer: Offer, months: Sequence[Month], years: int, growth: float, ours: Decimal) -> _Run:
        more = 1 + Decimal(str(growth))
        bills, levels, contacts = [], [], Decimal(0)
        for n in range(1, years * _YEAR + 1):
            month = months[(n - 1) % len(months)]
            times = more ** ((n - 1) // _YEAR)
            used = {unit: value if value is None or unit == "seat" else value * times
                    for unit, value in month.units.items()}
            bills.append(monthly(offer, used, n, ours))
            levels.append(month.service_level)
            contacts += used["contact"] or Decimal(0)
        totals = [sum(bill.values(), Decimal(0)) for bill in bills]
        change = service_credits(totals, levels, offer.service) if offer.service else [Decimal(0)] * len(bills)
        return cls(bills, change, contacts)

    def paid(self, month: int) -> Decimal:
        """A month's bill with bonus and malus."""
        return sum(self.bills[month - 1].values(), Decimal(0)) + self.credits[month - 1]


def _compared(run: _Run, offer: Offer, now: tuple[Offer, _Run] | None, years: int, rate: float,
              seats: int | None) -> Compared:
    last = years * _YEAR
    flows = _flows(offer, run, last)
    lines: dict[str, Decimal] = {}
    for bill in run.bills:
        for name, amount in bill.items():
            lines[name] = lines.get(name, Decimal(0)) + amount
    usual = _flows(*now, last) if now and not offer.in_force else None
    if now and usual:
        both = {month: _kept(offer, now[1], month) for month in range(1, last + 1)}
        flows = {month: amount + both.get(month, Decimal(0)) for month, amount in flows.items()}
        lines["overlap"] = sum(both.values(), Decimal(0))
        if leaving := now[0].exit_cost:
            left = min(offer.moves_for, last)
            flows[left] = flows.get(left, Decimal(0)) + leaving
            lines["exit"] = leaving
    value = present_value(flows, rate)
    return Compared(offer, dict(sorted(flows.items())), lines, sum(run.credits, Decimal(0)), cents(value),
                    cents(value / seats / last) if seats else None,
                    cents(value / run.contacts) if run.contacts else None,
                    cents(present_value(usual, rate) - value) if usual else None,
                    _breaks_even(flows, usual, last) if usual else None)


def _flows(offer: Offer, run: _Run, last: int) -> dict[int, Decimal]:
    """What an offer costs by month, without what overlaps."""
    flows = {month: run.paid(month) for month in range(1, last + 1)}
    for once in offer.once:
        for month in once.months(last):
            flows[month] = flows.get(month, Decimal(0)) + once.amount
    return flows


def _kept(offer: Offer, now: _Run, month: int) -> Decimal:
    """What the one in force still costs in a month: all of it while both run, else the share that has not moved yet."""
    if month <= offer.overlap_months:
        return now.paid(month)
    moved = [item.ramp[month - 1] for item in offer.monthly if month <= len(item.ramp)]
    return cents(now.paid(month) * (1 - min(moved))) if moved else Decimal(0)


def _breaks_even(flows: Mapping[int, Decimal], usual: Mapping[int, Decimal], last: int) -> int | None:
    """The first month after which it has cost no more in all, and never more again."""
    apart = [flows.get(month, Decimal(0)) - usual.get(month, Decimal(0)) for month in range(last + 1)]
    sums = list(accumulate(apart))
    above = [month for month, amount in enumerate(sums) if amount > 0]
    first = above[-1] + 1 if above else 0
    return first if first <= last else None
