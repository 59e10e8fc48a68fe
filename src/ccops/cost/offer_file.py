"""Offers as dated data: what running the calls in-house, outsourced, hosted or in a cloud costs, in decimal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ccops.errors import SettingsError
from ccops.toml_file import read_toml

Unit = Literal["month", "seat", "hour", "productive_hour", "contact", "minute", "resolution", "revenue"]
UNITS: tuple[Unit, ...] = ("month", "seat", "hour", "productive_hour", "contact", "minute", "resolution", "revenue")
Kind = Literal["in_house", "outsourced", "hosted", "cloud"]


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('write an amount as text, "0.15", so that no digit is lost')
    return value


Amount = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, max_digits=18, decimal_places=6)]
Share = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, lt=1, decimal_places=6)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Band(_Section):
    """From so many units of a month on, this price."""

    from_: int = Field(alias="from", ge=0, description="Units from which it holds; the first band starts at 0.")
    price: Amount = Field(description="Price of a unit.")


class Item(_Section):
    """Something that is charged every month, by what is used of it."""

    name: str = Field(min_length=1, description="What it is: wages, licence, trunk, service fee, …")
    per: Unit = Field("month", description="What is charged: `hour` is a paid hour, `minute` a handled one, `revenue` "
                                           "a share of the income, `month` the thing itself.")
    price: Amount | Literal["ours"] | None = Field(
        None, description='Price of a unit, "3.20"; "ours" is [staffing] agent_cost_per_hour; of revenue a share.'
    )
    bands: list[Band] = Field(default_factory=list, description="Prices by volume instead of one price.")
    banding: Literal["marginal", "whole"] = Field(
        "marginal", description="Each unit at its own band's price, or all of them at that of the last one reached."
    )
    minimum: int = Field(0, ge=0, description="Units of a month that are charged at least (take or pay).")
    ramp: list[Share] = Field(
        default_factory=list, description="Share of the volume in the first months, when not all has moved yet."
    )

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.price is None) == (not self.bands):
            raise ValueError(f"{self.name}: give a price, or bands")
        if self.price == "ours" and self.per != "hour":
            raise ValueError(f'{self.name}: price = "ours" goes with per = "hour"')
        if self.minimum and self.per in ("month", "revenue"):
            raise ValueError(f"{self.name}: a minimum is of units, which per = {self.per!r} does not count")
        if self.bands and self.bands[0].from_ != 0:
            raise ValueError(f"{self.name}: the first band starts at 0, or its units have no price")
        if any(before.from_ >= after.from_ for before, after in pairwise(self.bands)):
            raise ValueError(f"{self.name}: bands rise, each from more units than the one before")
        return self


class Once(_Section):
    """Something that is paid once: equipment, migration, leaving the old contract."""

    name: str = Field(min_length=1, description="What it is.")
    amount: Amount = Field(description="How much.")
    month: int = Field(0, ge=0, description="In which month; 0 is before the first.")


class Service(_Section):
    """What the bill follows of the service level, month by month."""

    target: Share = Field(description='The promised service level, "0.80".')
    malus: Share = Field(Decimal(0), description="Share of the month's bill off for each point below it.")
    bonus: Share = Field(Decimal(0), description="Share of the month's bill more for each point above it.")
    cap: Share = Field(Decimal("0.10"), description="Most of a month's bill that goes either way.")
    earn_back: int = Field(0, ge=0, description="Months in a row at the target that give a malus back; 0: never.")


class CostPlus(_Section):
    """The price on top of the provider's own costs, which the items are. Mark-up is on cost, margin is of the price."""

    markup: Share | None = Field(None, description="Share of the cost on top.")
    margin: Share | None = Field(None, description="Share of the price that is not cost.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.markup is None) == (self.margin is None):
            raise ValueError("give markup or margin: 20 % of the cost is not 20 % of the price")
        return self


class Offer(_Section):
    """A way to run the calls."""

    name: str = Field(min_length=1, description="Its name.")
    kind: Kind = Field(description="in_house, outsourced, hosted or cloud.")
    in_force: bool = Field(False, description="What is done now: the others are compared with it.")
    currency: str = Field(min_length=1, description="Currency of its amounts, such as CNY.")
    once: list[Once] = Field(default_factory=list, description="What is paid once.")
    monthly: list[Item] = Field(min_length=1, description="What is paid every month.")
    overlap_months: int = Field(0, ge=0, le=24, description="First months in which the one in force is paid as well.")
    price_rise: Share = Field(Decimal(0), description="By how much prices rise each year.")
    term_months: int = Field(0, ge=0, description="Months of the contract; 0: without end.")
    cost_plus: CostPlus | None = Field(None, description="Mark-up or margin on the monthly items.")
    service: Service | None = Field(None, description="Bonus and malus by the service level.")

    @field_validator("once", "monthly")
    @classmethod
    def _names_differ(cls, items: list[Once] | list[Item]) -> list[Once] | list[Item]:
        names = [item.name for item in items]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{twice} is there twice")
        return items


class OfferFile(_Section):
    """Everything that a file of offers may say."""

    offer: list[Offer] = Field(min_length=1, description="The offers.")


def read_offers(files: Sequence[Path]) -> tuple[Offer, ...]:
    """The offers of all files. Raises SettingsError for a file that cannot be, two of one name, two in force, and two
    currencies."""
    offers = [
        offer for file in files
        for offer in read_toml(file, OfferFile, "file of offers", "sample_logs/offers.toml is one",
                               "docs/reference/offers lists every key").offer
    ]
    where = ", ".join(map(str, files))
    names = [offer.name for offer in offers]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SettingsError(f"two offers are named {twice}", where=where, fix="give each a name of its own")
    currencies = sorted({offer.currency for offer in offers})
    if len(currencies) > 1:
        raise SettingsError(f"offers in {' and '.join(currencies)} cannot be compared", where=where,
                            fix="convert the amounts to one currency")
    now = [offer.name for offer in offers if offer.in_force]
    if len(now) > 1:
        raise SettingsError(f"{' and '.join(now)} are both in_force", where=where, fix="only one is done now")
    late = [offer for offer in offers if offer.overlap_months and not now]
    if late:
        raise SettingsError(f"offer {late[0].name}: overlap_months without an offer in force", where=where,
                            fix="mark what is done now with in_force = true")
    return tuple(offers)
