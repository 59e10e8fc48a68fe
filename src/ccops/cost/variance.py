"""Why a month cost more or less than planned: volume, efficiency, the price of an hour, and everything else.

In this order, each at what the ones before it have settled: more contacts than planned at the planned cost of one;
more hours per contact, at the planned price of an hour; a dearer hour, for the hours that were paid; other costs per
contact. The parts add up to the difference to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ccops.cost.ledger import Books

_CENT = Decimal("0.01")
NEEDED = ("contacts", "paid_hours")


@dataclass(frozen=True)
class Variance:
    """`total` is actual less budget; the parts are None where a quantity they need is not in the books, `missing`."""

    total: Decimal
    budget: Decimal
    volume: Decimal | None
    efficiency: Decimal | None
    rate: Decimal | None
    price: Decimal | None
    missing: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The difference as a share of the budget."""
        return float(self.total / self.budget) if self.budget else None


def variance(actual: Books, budget: Books) -> Variance:
    """Actual against budget."""
    total = actual.total - budget.total
    missing = tuple(
        f"{kind} {name}" for kind, own in (("actual", actual), ("budget", budget)) for name in NEEDED
        if not own.quantities.get(name)
    )
    if missing:
        return Variance(total, budget.total, None, None, None, None, missing)
    calls, planned = (Decimal(str(one.quantities["contacts"])) for one in (actual, budget))
    hours, hours_planned = (Decimal(str(one.quantities["paid_hours"])) for one in (actual, budget))
    hour_planned = budget.labour / hours_planned
    volume = _cents((calls - planned) * budget.total / planned)
    efficiency = _cents((hours - calls * hours_planned / planned) * hour_planned)
    rate = _cents(actual.labour - hours * hour_planned)
    return Variance(total, budget.total, volume, efficiency, rate, total - volume - efficiency - rate, ())


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
