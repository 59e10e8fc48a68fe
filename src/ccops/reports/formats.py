"""Plain values as people read them, and text made safe to show: one place for every renderer.

Counts `1,402`; ratios `81.9%`; seconds `0:23`, `4:05`, `7:58:00`; unknown `-`. Text from data loses control
characters, escape sequences and marks that turn the writing direction, so that no file can steer a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from ccops.labels import LANGS, NAMES, Lang, label, text
from ccops.reports.document import Measure, Note, Term, Unit, Value

UNKNOWN = "-"
TEXTUAL = (Unit.TEXT, Unit.DAY, Unit.INSTANT, Unit.CLOCK)

# Operating system commands and the like run to their terminator; other escape sequences are short.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
_BLANKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def clean(words: str) -> str:
    """Text on one line without control, escape, direction and other invisible characters."""
    return _HIDDEN.sub("", _BLANKS.sub(" ", _ESCAPES.sub("", words)))


def shown(value: Value, unit: Unit, lang: Lang) -> str:
    """A value in its unit, in the reader's language."""
    match value:
        case Measure():
            return shown(value.value, value.unit, lang)
        case Term():
            return label(value.key, lang)
        case Note():
            return sentence(value, lang)
        case None:
            return UNKNOWN
        case str():
            return clean(value)
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
    return label(key, lang) if key in NAMES else clean(key)


def language(lang: str) -> Lang:
    """A language of the label table. Raises UsageError for another."""
    from ccops.errors import UsageError

    for known in LANGS:
        if lang == known:
            return known
    raise UsageError(f"no language {clean(lang)!r}", fix=f"use {' or '.join(LANGS)}")


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
        case Unit.PER_HOUR:
            return f"{value:,.1f}"
        case _:
            return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def _seconds(value: float) -> str:
    sign, whole = ("-" if value < 0 else ""), round(abs(value))
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{sign}{hours:,}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes}:{seconds:02}"
