"""The books of a month: money by category and quantities, actual and budgeted, in one currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from ccops.errors import SourceError
from ccops.model import Slice

# Categories that are paid by the hour; all others are priced by the contact in a variance.
LABOUR = ("wages", "overtime", "benefits", "incentives")
INCOME = ("revenue",)


@dataclass(frozen=True)
class Books:
    """`money` per category (costs alone), `direct` what of it is one queue's or team's own, `quantities` by name."""

    month: date
    currency: str
    money: Mapping[str, Decimal]
    direct: Mapping[tuple[str, str], Decimal]  # ("queue" or "team", its name) -> money
    quantities: Mapping[str, float]

    @property
    def total(self) -> Decimal:
        return sum(self.money.values(), Decimal(0))

    @property
    def labour(self) -> Decimal:
        return sum((amount for name, amount in self.money.items() if name in LABOUR), Decimal(0))


def months(data: Slice) -> list[date]:
    """Months with actual costs, in order."""
    rows = data.read("ledger", None, None).filter(pl.col("kind") == "actual", pl.col("amount").is_not_null())
    return sorted(rows.select("month").unique().collect()["month"].to_list())


def books(data: Slice, month: date, kind: str) -> Books | None:
    """The `actual` or `budget` books of a month; None where it has none. Raises SourceError for two currencies."""
    rows = data.read("ledger", None, None).filter(
        pl.col("month") == month, pl.col("kind") == kind, ~pl.col("category").is_in(INCOME)
    ).collect()
    money = rows.filter(pl.col("amount").is_not_null())
    if money.is_empty():
        return None
    currencies = sorted(money["currency"].drop_nulls().unique().to_list())
    if len(currencies) > 1:
        raise SourceError(f"the {kind} costs of {month:%Y-%m} are in {' and '.join(currencies)}, which are never added",
                          fix="convert them to one currency and import the ledger again")
    by_category = money.group_by("category").agg(pl.col("amount").sum()).sort("category")
    direct: dict[tuple[str, str], Decimal] = {}
    for grain in ("queue", "team"):
        own = money.filter(pl.col(grain).is_not_null()).group_by(grain).agg(pl.col("amount").sum())
        direct |= {(grain, name): amount for name, amount in own.iter_rows()}
    quantities = rows.filter(pl.col("quantity").is_not_null()).group_by("category").agg(pl.col("quantity").sum())
    return Books(month, currencies[0] if currencies else "", dict(by_category.iter_rows()), direct,
                 dict(quantities.iter_rows()))
