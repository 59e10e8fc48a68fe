"""Plain values as people read them: one place for every renderer.

Counts `1,402`; ratios `81.9%`; seconds `0:23`, `4:05`, `7:58:00`; money `6.42`, `12,805`; unknown `-`. Text from data
is shown printable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ccops.labels import LANGS, NAMES, Lang, label, short, text
from ccops.reports.document import Measure, Note, Term, Unit, Value, Words
from ccops.safe_text import printable

UNKNOWN = "-"
_SPARKS = "▁▂▃▄▅▆▇█"
_WHOLE_FROM = 1000  # amounts from here on are shown without their cents
TEXTUAL = (Unit.TEXT, Unit.DAY, Unit.INSTANT, Unit.CLOCK)

def shown(value: Value, unit: Unit, lang: Lang) -> str:
    """A value in its unit, in the reader's language."""
    match value:
        case Measure():
            return shown(value.value, value.unit, lang)
        case Term():
            return label(value.key, lang)
        case Words():
            return printable(value.zh if lang == "zh" else value.en)
        case Note():
            return sentence(value, lang)
        case None:
            return UNKNOWN
        case str():
            return printable(value)
        case datetime():
            return _instant(value, unit)
        case date():
            return value.isoformat()
        case int() | float():
            return _number(value, unit, lang)


def sentence(note: Note, lang: Lang) -> str:
    """A note written out."""
    return text(note.key, lang, **filled(note.values, lang))


def filled(values: Mapping[str, Value], lang: Lang) -> dict[str, str]:
    """Values written out by their own units; plain whole numbers are counts."""
    return {key: shown(value, Unit.COUNT if isinstance(value, int) else Unit.NUMBER, lang)
            for key, value in values.items()}


def title(key: str, lang: Lang) -> str:
    """The name of a column: a label where the key has one, else the key, which then came from data."""
    return label(key, lang) if key in NAMES else printable(key)


def head(key: str, lang: Lang) -> str:
    """The name of a column where space is short."""
    return short(key, lang) if key in NAMES else printable(key)


def spark(values: Sequence[float | int | None]) -> str:
    """A line of blocks from 0 to the greatest value, so that a small move looks small; a blank where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    most = max(known)
    steps = len(_SPARKS) - 1
    return "".join(
        " " if value is None else _SPARKS[round(max(value, 0) / most * steps) if most > 0 else 0]
        for value in values
    )


def language(lang: str) -> Lang:
    """A language of the label table. Raises UsageError for another."""
    from ccops.errors import UsageError

    for known in LANGS:
        if lang == known:
            return known
    raise UsageError(f"no language {printable(lang)!r}", fix=f"use {' or '.join(LANGS)}")


def _instant(value: datetime, unit: Unit) -> str:
    return value.strftime("%H:%M" if unit is Unit.CLOCK else "%Y-%m-%d %H:%M:%S")


def _number(value: float, unit: Unit, lang: Lang) -> str:
    match unit:
        case Unit.RATIO:
            return f"{value * 100:.1f}%"
        case Unit.SECONDS:
            return _seconds(value)
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.CHANGE:
            return f"{value * 100:+.1f}%"
        case Unit.POINTS:
            return text("points", lang, value=f"{value * 100:+.1f}")
        case Unit.MONEY:
            return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:,.2f}"
        case Unit.PER_HOUR | Unit.EXPECTED:
            return f"{value:,.1f}"
        case _:
            return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def _seconds(value: float) -> str:
    sign, whole = ("-" if value < 0 else ""), round(abs(value))
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{sign}{hours:,}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes}:{seconds:02}"
