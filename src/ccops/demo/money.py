"""What the centre costs: a year of ledger and budget, and the tariffs that its calls could be billed by."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

LEDGER_HEAD = "Month,Kind,Category,Team,Queue,Amount,Currency,Quantity\n"
PLANTED_TARIFF = "City carrier by the minute"
TARIFFS = f"""\
# Invented tariffs. The one in force bills whole minutes, which short calls pay dearly for.
[[tariff]]
name = "{PLANTED_TARIFF}"
in_force = true
currency = "CNY"

[[tariff.rate]]
direction = "in"
initial_s = 60
increment_s = 60
price = "0.15"

[[tariff.rate]]
direction = "out"
initial_s = 60
increment_s = 60
price = "0.18"

[[tariff]]
name = "Six seconds"
currency = "CNY"
minimum = "2000.00"

[[tariff.rate]]
direction = "in"
initial_s = 6
increment_s = 6
per = "increment"
price = "0.0135"

[[tariff.rate]]
direction = "out"
initial_s = 6
increment_s = 6
per = "increment"
price = "0.016"

[[tariff]]
name = "400 prepaid"
currency = "CNY"
monthly_fee = "100.00"

[[tariff.rate]]
direction = "in"
initial_s = 60
increment_s = 1
free_minutes = 30000
fee = "3300.00"
price = "0.12"

[[tariff.rate]]
initial_s = 60
increment_s = 60
price = "0.18"
"""
_MONTHS = 12
_HOUR, _CALLS, _HOURS_A_MONTH, _SHARES = 60.0, 56_000, 165.0, {
    "wages": 0.66, "benefits": 0.17, "supervision": 0.07, "quality": 0.03, "planning": 0.02, "seats": 0.03,
    "licences": 0.02,
}


def ledger(size: int, scale: float, seed: int, last: date) -> str:
    """Twelve whole months of costs and budget before the month of the last day."""
    rng, rows = Random(f"{seed}/ledger"), []  # noqa: S311
    month = (last.replace(day=1) - timedelta(days=31 * _MONTHS - 10)).replace(day=1)
    for _ in range(_MONTHS):
        calls = round(_CALLS * scale * rng.lognormvariate(0, 0.04))
        hours = size * _HOURS_A_MONTH * rng.lognormvariate(0, 0.015)
        planned = (round(_CALLS * scale * 0.98), size * _HOURS_A_MONTH * 0.98, _HOUR * 0.985)
        rows += _month(month, "actual", calls, hours, _HOUR * rng.lognormvariate(0, 0.01))
        rows += _month(month, "budget", *planned)
        month = (month + timedelta(days=32)).replace(day=1)
    return LEDGER_HEAD + "".join(rows)


def _month(month: date, kind: str, calls: int, hours: float, hour: float) -> list[str]:
    when = f"{month:%Y-%m}"
    rows = [f"{when},{kind},{name},,,{share * hours * hour:.2f},CNY,\n" for name, share in _SHARES.items()]
    rows.append(f"{when},{kind},telecom,,,{0.72 * calls:.2f},CNY,\n")
    rows.append(f"{when},{kind},contacts,,,,,{calls}\n")
    return [*rows, f"{when},{kind},paid_hours,,,,,{hours:.1f}\n"]
