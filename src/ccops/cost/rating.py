"""What calls cost under a rate, exactly: seconds in whole increments, charges in decimal, rounded once a call.

billed(s) = i for s <= i, else i + ceil((s - i) / k) x k: 83 s at 60/10 are 90 s, at 60/1 83, at 60/60 120; 31 s at 30/6
are 36, 8 s at 6/6 12. Calls of one length cost the same, so a million calls are as many sums as there are lengths.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ccops.cost.tariff_file import ROUNDINGS, Rate, Tariff

_CENT = Decimal("0.01")
_MINUTE = Decimal(60)


def billed_s(seconds: int, initial_s: int, increment_s: int) -> int:
    """Billed seconds of a call of whole seconds; none for one of none."""
    if seconds <= 0:
        return 0
    if seconds <= initial_s:
        return initial_s
    return initial_s + -(-(seconds - initial_s) // increment_s) * increment_s


def charge(seconds: int, rate: Rate, tariff: Tariff) -> Decimal:
    """The charge of one call, a package's included minutes apart: 83 s at 0.07 per 6 s are 14 units, 0.98."""
    billed = billed_s(seconds, rate.initial_s, rate.increment_s)
    if not billed:
        return Decimal(0)
    units = Decimal(billed) / _MINUTE if rate.per == "minute" else Decimal(-(-billed // rate.increment_s))
    amount = rate.setup + units * rate.price
    return amount.quantize(Decimal(1).scaleb(-tariff.decimals), ROUNDINGS[tariff.rounding])


def usage(calls: Iterable[tuple[int, int]], rate: Rate, tariff: Tariff) -> tuple[Decimal, int]:
    """Charge and billed seconds of calls (whole seconds, how many) of a month under one rate, its package included."""
    amount, seconds, setups = Decimal(0), 0, 0
    for length, n in calls:
        billed = billed_s(length, rate.initial_s, rate.increment_s)
        seconds += billed * n
        setups += n if billed else 0
        if not rate.free_minutes:
            amount += charge(length, rate, tariff) * n
    if rate.free_minutes:
        over = max(Decimal(seconds) / _MINUTE - rate.free_minutes, Decimal(0))
        amount = over * rate.price + setups * rate.setup
    return amount + rate.fee, seconds


def invoice(tariff: Tariff, amounts: Iterable[Decimal]) -> Decimal:
    """A month's invoice: the calls or the minimum, whichever is more, and the fee."""
    total = max(sum(amounts, Decimal(0)), tariff.minimum) + tariff.monthly_fee
    return total.quantize(_CENT, ROUNDINGS[tariff.rounding])
