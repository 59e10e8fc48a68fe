"""The rules of a roster as a TOML file says them: shifts, rest, hours, days off, prices."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ccops.settings import WEEKDAYS, Weekday
from ccops.toml_file import of_text, read_toml
from ccops.workforce.clock_words import Clock, Minutes, Span
from ccops.workforce.roster.problem import DAY, HOUR, Prices, Rules, Shift

_FIX = "docs/how-to/roster.md shows a file with every key"
_NIGHT = (23 * HOUR, 30 * HOUR)
_NIGHT_WORK = 3 * HOUR  # of a night shift lie in the night: Directive 2003/88/EC, article 2(4)(a)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShiftRule(_Part):
    """A shift. Its end before its start is on the next day."""

    name: str = Field(min_length=1, description="What demand and people call it.")
    start: Clock = Field(description="Local time at which it starts.")
    end: Clock = Field(description="Local time at which it ends.")
    unpaid: Minutes = Field(0, ge=0, description="Breaks that do not count as hours worked.")
    night: bool | None = Field(None, description="A night shift; else it is one with 3 h between 23:00 and 06:00.")
    skills: list[str] = Field(default_factory=list, description="What everybody on it has to have.")

    @model_validator(mode="after")
    def _has_length(self) -> ShiftRule:
        if self.name.casefold() in ("off", "any", "not"):
            raise ValueError(f"{self.name!r} is a word of its own; name the shift otherwise")
        if self.unpaid >= self.length:
            raise ValueError("no time is left after the unpaid breaks; shorten them")
        return self

    @property
    def length(self) -> int:
        """From start to end; a shift that ends when it starts lasts a day."""
        return (self.end - self.start) % DAY or DAY

    def shift(self) -> Shift:
        """The shift as the roster knows it."""
        night = is_night(self.start, self.length) if self.night is None else self.night
        return Shift(self.name, self.start, self.length, self.length - self.unpaid, night, frozenset(self.skills))


def is_night(starts: int, length: int) -> bool:
    """Whether enough of a shift lies between 23:00 and 06:00."""
    inside = sum(
        max(0, min(starts + length, end + shift) - max(starts, begin + shift))
        for begin, end in [_NIGHT] for shift in (-DAY, 0)
    )
    return inside >= _NIGHT_WORK


class Rest(_Part):
    """What nobody works without."""

    between_shifts: Span = Field(11 * HOUR, ge=0, description="Least time from a shift's end to the next start.")


class Hours(_Part):
    """Limits of a week's hours."""

    per_week_max: Span | None = Field(48 * HOUR, gt=0, description="Most hours in a week, history included.")
    overtime_max: Span = Field(0, ge=0, description="Most hours in a week above the contract.")
    week_starts: Weekday = Field("mon", description="Weekday on which a week begins.")


class DaysOff(_Part):
    """Days at work and days off."""

    in_a_row_max: int | None = Field(6, gt=0, description="Most days at work in a row.")
    paired: bool = Field(True, description="No day off stands alone between two days at work.")


class Nights(_Part):
    """Limits of night shifts."""

    in_a_row_max: int | None = Field(None, gt=0, description="Most night shifts in a row.")
    most: int | None = Field(None, ge=0, description="Most night shifts of a person in the whole roster.")


class Weekends(_Part):
    """What a weekend is, and how many of them are worked."""

    most: int | None = Field(None, ge=0, description="Most weekends with work of a person in the whole roster.")
    days: list[Weekday] = Field(["sat", "sun"], min_length=1, description="The days of a weekend.")


class Starts(_Part):
    """How far the times of a person's shifts may change."""

    same_in_week: bool = Field(False, description="All shifts of a person's week start at the same time.")
    change_max: Span | None = Field(None, ge=0, description="Most that starts of two days in a row may differ.")


class DemandRule(_Part):
    """Whether demand is a wish or a rule."""

    must: bool = Field(False, description="All demand has to be covered; else only its column minimum.")


class PriceList(_Part):
    """What falls short costs. Whole numbers."""

    short: int = Field(1000, gt=0, description="An agent too few on a shift.")
    over: int = Field(2, ge=0, description="An agent too many on a shift.")
    overtime_hour: int = Field(20, ge=0, description="An hour above the contract's week.")
    undertime_hour: int = Field(4, ge=0, description="An hour below the contract's week.")
    start_change: int = Field(6, ge=0, description="A day that does not start at the week's commonest time.")
    weekend_spread: int = Field(40, ge=0, description="A weekend between who works most of them and who works fewest.")
    wish: int = Field(1, ge=0, description="A wish not granted, times its weight.")


class RulesFile(_Part):
    """Everything that a file of roster rules may say."""

    shift: list[ShiftRule] = Field(default_factory=list, description="The shifts; else those of the schedule's plan.")
    rest: Rest = Rest()
    hours: Hours = Hours()
    days: DaysOff = DaysOff()
    nights: Nights = Nights()
    weekends: Weekends = Weekends()
    starts: Starts = Starts()
    demand: DemandRule = DemandRule()
    prices: PriceList = PriceList()

    @field_validator("shift")
    @classmethod
    def _differ(cls, shifts: list[ShiftRule]) -> list[ShiftRule]:
        seen: dict[object, str] = {}
        for shift in shifts:
            for key in (shift.name.casefold(), (shift.start, shift.end, tuple(sorted(shift.skills)))):
                if key in seen:
                    same = "the name" if isinstance(key, str) else "the same times"
                    link = f"of {seen[key]} too" if isinstance(key, str) else f"as {seen[key]}"
                    raise ValueError(f"{shift.name}: {same} {link}; keep one of them")
                seen[key] = shift.name
        return shifts

    def rules(self) -> Rules:
        """The rules as the roster knows them."""
        prices = self.prices
        return Rules(
            rest_min=self.rest.between_shifts, week_most_min=self.hours.per_week_max,
            overtime_min=self.hours.overtime_max, days_in_a_row=self.days.in_a_row_max,
            paired_days_off=self.days.paired, nights_in_a_row=self.nights.in_a_row_max, nights_most=self.nights.most,
            weekends_most=self.weekends.most, same_start=self.starts.same_in_week,
            start_change_most_min=self.starts.change_max, week_starts=WEEKDAYS.index(self.hours.week_starts),
            weekend=tuple(WEEKDAYS.index(day) for day in self.weekends.days),
            prices=Prices(prices.short, prices.over, prices.overtime_hour, prices.undertime_hour, prices.start_change,
                          prices.weekend_spread, prices.wish),
        )


def read_rules(file: Path) -> RulesFile:
    """The rules in a file. Raises SettingsError with the key that is wrong."""
    example = "name one with --rules; sample_logs/roster_rules.toml is an example"
    return read_toml(file, RulesFile, "file of roster rules", example, _FIX)


def parse_rules(text: str, where: str) -> RulesFile:
    """The rules in a text. Raises SettingsError with `where` and the key that is wrong."""
    return of_text(text, RulesFile, where, _FIX)
