"""Times and lengths of time as files written by hand say them: `07:30`, `8:30`, minutes."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema


def _span(value: object) -> object:
    """Minutes from hours and minutes, `8:30`. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,3}):([0-5]\d)", value) if isinstance(value, str) else None
    if not found:
        hours = value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1000 else 11
        raise ValueError(f"{value!r} is no length of time; write hours and minutes, \"{hours}:00\"")
    return int(found[1]) * 60 + int(found[2])


def _minutes(value: object) -> object:
    """Minutes from a number of minutes or from hours and minutes, `8:30`. Raises ValueError."""
    if isinstance(value, str):
        found = re.fullmatch(r"(\d{1,3}):([0-5]\d)", value)
        if not found:
            raise ValueError(f"{value!r} is no length of time; write hours and minutes, 8:30, or minutes, 510")
        return int(found[1]) * 60 + int(found[2])
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("write hours and minutes, \"8:30\", or whole minutes, 510")
    return value


def _clock(value: object) -> object:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is no time of day; write \"07:30\"")
    return int(found[1]) * 60 + int(found[2])


_TEXT = {"type": "string", "pattern": r"^\d{1,3}:[0-5]\d$"}
_TIME = {"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$"}
Minutes = Annotated[int, BeforeValidator(_minutes), WithJsonSchema({"anyOf": [{"type": "integer"}, _TEXT]})]
# Hours and minutes only: of a bare 11 nobody can tell whether it means hours or minutes.
Span = Annotated[int, BeforeValidator(_span), WithJsonSchema(_TEXT)]
Clock = Annotated[int, BeforeValidator(_clock), WithJsonSchema(_TIME)]


def clock(minutes: int) -> str:
    """Hours and minutes, `08:30`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
