"""Figures and lists as commands write them for people; what is not known is `-`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccops.labels import Lang

UNKNOWN = "-"
_SHOWN = 8  # of a list of names


def words(lang: Lang, *keys: str) -> list[str]:
    """Column heads."""
    from ccops.labels import short

    return [short(key, lang) for key in keys]


def figure(value: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """A number with its decimals; no minus before a zero."""
    if value is None:
        return UNKNOWN
    value = round(value, digits) + 0.0
    return f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"


def percent(value: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """A share in per cent."""
    if value is None:
        return UNKNOWN
    return f"{value:+.{digits}%}" if sign else f"{value:.{digits}%}"


def percents(low: float | None, high: float | None, digits: int = 1) -> str:
    """The ends of an interval of shares."""
    return UNKNOWN if low is None or high is None else f"{percent(low, digits)} - {percent(high, digits)}"


def points(value: float | None, lang: Lang) -> str:
    """A difference of shares."""
    from ccops.reports.document import Unit
    from ccops.reports.formats import shown

    return shown(value, Unit.POINTS, lang)


def clock(value: float | None) -> str:
    """Seconds as `4:05`."""
    from ccops.reports.document import Unit
    from ccops.reports.formats import shown

    return shown(value, Unit.SECONDS, "en")  # the same in every language


def listed(parts: Iterable[str], lang: Lang) -> str:
    """Words of a sentence, one after the other."""
    return ("，" if lang == "zh" else ", ").join(parts)


def few(names: Sequence[str]) -> str:
    """The first of many names."""
    return ", ".join(names[:_SHOWN]) + " …" * (len(names) > _SHOWN)
