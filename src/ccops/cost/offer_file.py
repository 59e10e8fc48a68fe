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
Positive = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, max_digits=18, decimal_places=6)]
Share = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, lt=1, decimal_places=6)]
Moved = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=1, decimal_places=6)]
STAFF = ("wages", "benefits", "supervision", "replacing")
_OWN = ("+", "overlap", "exit")  # lines of a comparison that no item is


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
    ramp: list[Moved] = Field(
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
        if self.per == "revenue" and max([band.price for band in self.bands] or [_share(self.price)]) > 1:
            raise ValueError(f'{self.name}: the price of revenue is a share of it; write "0.05" for 5 %')
        if self.bands and self.bands[0].from_ != 0:
            raise ValueError(f"{self.name}: the first band starts at 0, or its units have no price")
        if any(before.from_ >= after.from_ for before, after in pairwise(self.bands)):
            raise ValueError(f"{self.name}: bands rise, each from more units than the one before")
        return self


def _share(price: Decimal | str | None) -> Decimal:
    return price if isinstance(price, Decimal) else Decimal(0)


class Staff(_Section):
    """Agents of one's own, by the paid hour, and what goes with them."""

    wage: Positive | Literal["ours"] = Field(
        description='Of a paid hour, "38.00"; "ours" is [staffing] agent_cost_per_hour.'
    )
    benefits: Amount = Field(Decimal(0), description="Social insurance and benefits as a share of the wage.")
    hours: Positive = Field(Decimal("173.33"), description="Paid hours of an agent a month; 40 a week are 173.33.")
    span: Positive | None = Field(None, description="Agents per supervisor.")
    supervisor: Positive | None = Field(None, description="What a supervisor costs a month, everything included.")
    attrition: Amount = Field(Decimal(0), description="Agents who leave and are replaced, as a share a year.")
    training: Amount = Field(Decimal(0), description="What it costs to replace one: recruiting, training.")

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        if (self.span is None) != (self.supervisor is None):
            raise ValueError("span and supervisor go together: how many agents share one, and what one costs")
        if bool(self.attrition) != bool(self.training):
            raise ValueError("attrition and training go together: how many are replaced, and what one costs")
        return self


class Once(_Section):
    """Something that is paid once, or again when its life is over: equipment, migration."""

    name: str = Field(min_length=1, description="What it is.")
    amount: Amount = Field(description="How much.")
    month: int = Field(0, ge=0, description="In which month; 0 is before the first.")
    life_months: int = Field(
        0, ge=0, description="Useful life: bought again after so many months; 0: never. What is left at the end of "
                             "the years counts for nothing."
    )

    def months(self, last: int) -> list[int]:
        """In which months it is paid, up to the month `last`, for whose end nothing is bought again."""
        first = [self.month] if self.month <= last else []
        return first + (list(range(self.month + self.life_months, last, self.life_months)) if self.life_months else [])


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
    staff: Staff | None = Field(None, description="Agents by the paid hour, as four items more of every month.")
    overlap_months: int = Field(0, ge=0, le=24, description="First months in which the one in force is paid as well.")
    price_rise: Share = Field(Decimal(0), description="By how much prices rise each year.")
    term_months: int = Field(0, ge=0, description="Months of the contract; 0: without end.")
    exit_cost: Amount = Field(
        Decimal(0), description="What leaving it costs. That of the one in force is paid by each of the others, when "
                                "all has moved."
    )
    cost_plus: CostPlus | None = Field(None, description="Mark-up or margin on the monthly items.")
    service: Service | None = Field(None, description="Bonus and malus by the service level.")

    @field_validator("once", "monthly")
    @classmethod
    def _names_differ(cls, items: list[Once] | list[Item]) -> list[Once] | list[Item]:
        names = [item.name for item in items]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{twice} is there twice")
        if own := next((name for name in names if name in _OWN), None):
            raise ValueError(f"{own} is what the comparison calls a line of its own; give the item another name")
        return items

    @model_validator(mode="after")
    def _staff_apart(self) -> Self:
        if self.staff and (own := next((item.name for item in self.monthly if item.name in STAFF), None)):
            raise ValueError(f"{own} is an item and part of staff; give it in one place")
        return self

    @property
    def takes_ours(self) -> bool:
        """Whether it is paid at our own price of an hour."""
        return any(item.price == "ours" for item in self.monthly) or (self.staff is not None
                                                                      and self.staff.wage == "ours")

    @property
    def moves_for(self) -> int:
        """Months until all has moved to it: the one in force is paid as well, in whole or in part."""
        return max(self.overlap_months, *(len(item.ramp) for item in self.monthly))


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
