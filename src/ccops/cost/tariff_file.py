"""Tariffs as dated data: what a carrier charges, from when to when, in decimal and with its rounding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ccops.errors import SettingsError
from ccops.settings import Weekday
from ccops.toml_file import read_toml

ROUNDINGS = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "up": ROUND_CEILING, "down": ROUND_FLOOR,
}
_QUARTER = 15


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('write an amount as text, "0.15", so that no digit is lost')
    return value


Amount = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, max_digits=18, decimal_places=6)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Rate(_Section):
    """What a second costs, for some calls."""

    direction: Literal["in", "out", "any"] = Field(
        "any", description="Calls that come in (400 and 800 numbers), that go out, or both."
    )
    channel: str = Field("", description="Only calls of this channel; empty: all.")
    days: list[Weekday] = Field(default_factory=list, description="Only on these weekdays; empty: all.")
    from_: str = Field("00:00", alias="from", description="Only calls that begin from this local time on.")
    to: str = Field("24:00", description="And before this one; 06:00 after 22:00 is the next morning's.")
    initial_s: int = Field(60, ge=1, description="Seconds that are billed at least.")
    increment_s: int = Field(60, ge=1, description="Then by so many seconds, each begun one whole.")
    price: Amount = Field(description='Price of a minute, or of an increment: "0.15".')
    per: Literal["minute", "increment"] = Field("minute", description="What `price` is the price of.")
    setup: Amount = Field(Decimal(0), description="Charge of every call besides.")
    fee: Amount = Field(Decimal(0), description="Fee of a package per month.")
    free_minutes: int = Field(0, ge=0, description="Billed minutes per month that the package includes.")

    @field_validator("from_", "to")
    @classmethod
    def _is_a_quarter(cls, value: str) -> str:
        quarters(value)
        return value

    @model_validator(mode="after")
    def _packages_are_of_minutes(self) -> Self:
        if self.free_minutes and self.per != "minute":
            raise ValueError('free_minutes go with per = "minute"')
        return self

    def covers(self, weekday: int, quarter: int) -> bool:
        """Whether a call that begins on a weekday (0: Monday) in a quarter-hour of the day takes this rate."""
        from ccops.settings import WEEKDAYS

        first, last = quarters(self.from_), quarters(self.to)
        inside = first <= quarter < last if first < last else quarter >= first or quarter < last
        return inside and (not self.days or WEEKDAYS[weekday] in self.days)


def quarters(clock: str) -> int:
    """Quarter-hours from midnight of a local time. Raises ValueError."""
    hours, _, minutes = clock.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) <= 24 and int(minutes) in (0, 15, 30, 45)):
        raise ValueError(f"a time is on a quarter-hour, such as 08:00, not {clock!r}")
    if int(hours) * 60 + int(minutes) > 24 * 60:
        raise ValueError(f"no day has the time {clock}")
    return (int(hours) * 60 + int(minutes)) // _QUARTER


class Tariff(_Section):
    """A tariff, or one of its versions: those of one name follow one another without a gap."""

    name: str = Field(min_length=1, description="Its name; versions share it.")
    in_force: bool = Field(False, description="The one that is paid now.")
    currency: str = Field(min_length=1, description="Currency of its amounts, such as CNY.")
    valid_from: date | None = Field(None, description="First day; empty: always was.")
    valid_to: date | None = Field(None, description="Last day; empty: until further notice.")
    rounding: Literal["half_up", "half_even", "up", "down"] = Field("half_up", description="How charges are rounded.")
    decimals: int = Field(4, ge=0, le=6, description="Decimals of the charge of one call; invoices have two.")
    monthly_fee: Amount = Field(Decimal(0), description="Fee per month besides calls.")
    minimum: Amount = Field(Decimal(0), description="Least that is charged for the calls of a month.")
    rate: list[Rate] = Field(min_length=1, description="Rates; a call takes the first that fits.")


class TariffFile(_Section):
    """Everything that a file of tariffs may say."""

    tariff: list[Tariff] = Field(min_length=1, description="The tariffs.")


def read_tariffs(files: Sequence[Path]) -> dict[str, tuple[Tariff, ...]]:
    """Versions of each tariff by its name, in time order.

    Raises SettingsError for a file that cannot be, versions with a gap or an overlap, two tariffs in force, and two
    currencies.
    """
    versions: dict[str, list[Tariff]] = {}
    for file in files:
        read = read_toml(file, TariffFile, "file of tariffs", "sample_logs/tariffs.toml is one",
                         "docs/reference/tariffs lists every key")
        for tariff in read.tariff:
            versions.setdefault(tariff.name, []).append(tariff)
    where = ", ".join(map(str, files))
    for name, own in versions.items():
        own.sort(key=lambda one: one.valid_from or date.min)
        for before, after in pairwise(own):
            _follow(name, before, after, where)
    currencies = {tariff.currency for own in versions.values() for tariff in own}
    if len(currencies) > 1:
        raise SettingsError(f"tariffs in {' and '.join(sorted(currencies))} cannot be compared", where=where,
                            fix="convert the prices to one currency")
    paid = [name for name, own in versions.items() if any(one.in_force for one in own)]
    if len(paid) > 1:
        raise SettingsError(f"{' and '.join(paid)} are both in_force", where=where, fix="only one tariff is paid now")
    return {name: tuple(own) for name, own in versions.items()}


def _follow(name: str, before: Tariff, after: Tariff, where: str) -> None:
    """Raises SettingsError where two versions leave days out, or both hold on some."""
    ends, begins = before.valid_to, after.valid_from
    if ends is None or begins is None or begins <= ends:
        raise SettingsError(f"tariff {name}: two versions hold from {begins or 'the beginning'} on", where=where,
                            fix="give the earlier one a valid_to before the later one's valid_from")
    if begins > ends + timedelta(days=1):
        raise SettingsError(f"tariff {name}: no version holds from {ends + timedelta(days=1)} to "
                            f"{begins - timedelta(days=1)}", where=where, fix="let versions follow one another")
