"""Days as the cells of a roster's files name them: dates, ranges of dates, weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ccops.csv_rows import as_day
from ccops.settings import WEEKDAYS

_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = {f"{prefix}{day}": number for prefix in ("周", "星期") for number, day in enumerate("一二三四五六日")}


def as_weekday(text: str) -> int | None:
    """The weekday (0 for Monday) that a text names, or None."""
    word = text.casefold()
    if word in _CHINESE:
        return _CHINESE[word]
    return next((n for n, name in enumerate(_FULL) if len(word) >= 3 and name.startswith(word)), None)


@dataclass(frozen=True)
class When:
    """Days as a cell names them: dates, a range of dates, or weekdays; neither means every day."""

    first: date | None = None
    last: date | None = None
    weekday: int | None = None

    @property
    def dated(self) -> bool:
        return self.first is not None

    def __bool__(self) -> bool:
        return self.dated or self.weekday is not None

    def days(self, first: date, count: int) -> Iterator[int]:
        """Numbers of the roster's days that are meant, of `count` from `first` on."""
        for number in range(count):
            day = first + timedelta(days=number)
            if self.weekday is not None and day.weekday() != self.weekday:
                continue
            if self.first and self.last and not self.first <= day <= self.last:
                continue
            yield number

    def __str__(self) -> str:
        if self.first and self.last:
            return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"
        return WEEKDAYS[self.weekday] if self.weekday is not None else ""


def as_when(word: str) -> When | None:
    """`2026-11-02`, `2026-11-02..2026-11-06`, `sat`, `周六`; None for anything else, or an end before its begin."""
    first, dots, last = word.partition("..")
    begin, end = as_day(first), as_day(last) if dots else as_day(first)
    if begin and end and begin <= end:
        return When(begin, end)
    weekday = as_weekday(word)
    return None if weekday is None else When(weekday=weekday)


def days_and_words(part: str) -> tuple[When, str]:
    """The days that begin a part of a cell, and the words after them: `2026-11-07 late`, `sat`, `night`."""
    first, _, rest = part.partition(" ")
    when = as_when(first)
    return (When(), part) if when is None else (when, rest.strip())
