"""Quantities as people type them: `180`, `3m`, `3:00`; `0.85`, `85%`; `80/20`."""

from __future__ import annotations

import math
import re
from typing import overload

from ccops.errors import UsageError

# seconds per unit
_UNITS = {
    "": 1.0, "s": 1.0, "sec": 1.0, "秒": 1.0, "m": 60.0, "min": 60.0, "分": 60.0, "分钟": 60.0, "h": 3600.0,
    "小时": 3600.0, "d": 86400.0, "天": 86400.0,
}
_NEVER = ("inf", "never", "∞")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"


def seconds(text: str, option: str, *, endless: bool = False) -> float:
    """A duration in seconds: a number of them, with a unit, or m:ss and h:mm:ss. Raises UsageError."""
    plain = text.strip().casefold()
    if endless and plain in _NEVER:
        return math.inf
    if clock := re.fullmatch(r"(?:(\d+):)?(\d+):([0-5]?\d(?:\.\d*)?)", plain):
        hours, minutes, rest = clock.groups()
        if hours is None or int(minutes) < 60:
            return int(hours or 0) * 3600.0 + int(minutes) * 60.0 + float(rest)
    elif (found := re.fullmatch(rf"({_NUMBER})\s*(\D*)", plain)) and found[2] in _UNITS:
        return float(found[1]) * _UNITS[found[2]]
    raise UsageError(f"{option} {text} is no duration", fix=f"write {option} 180, 180s, 3m or 3:00")


@overload
def share(text: str, option: str, *, signed: bool = False) -> float: ...


@overload
def share(text: str | None, option: str, *, signed: bool = False) -> float | None: ...


def share(text: str | None, option: str, *, signed: bool = False) -> float | None:
    """A share from 0 to 1 (`signed`: a change of at most a half), or in per cent with its sign; None as it is.

    Raises UsageError.
    """
    if text is None:
        return None
    if not (found := re.fullmatch(rf"({_NUMBER})\s*(%?)", text.strip().casefold())):
        raise UsageError(f"{option} {text} is no share", fix=f"write {option} 0.85 or {option} 85%")
    value = float(found[1]) / (100 if found[2] else 1)
    if signed and abs(value) > 0.5:
        raise UsageError(f"{option} {text} cannot go on month by month", fix=f"write a share such as {option} 1%, from "
                                                                             "-50% to 50%")
    if value < 0 and not signed:
        raise UsageError(f"{option} {text} is less than nothing", fix=f"write {option} 0.85 or {option} 85%")
    if value > 1:
        meant = f"{value:g}% or {value / 100:g}" if not found[2] and 2 <= value <= 100 else "0.85 or 85%"
        raise UsageError(f"{option} {text} is more than all", fix=f"write {option} {meant}")
    return value


def names(text: str) -> tuple[str, ...]:
    """Names with commas between them, each once."""
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))


def days(text: str, option: str) -> int:
    """A number of days: `7`, `7d`, `2w`. Raises UsageError."""
    found = re.fullmatch(r"([1-9]\d{0,3})\s*([dw天日周]?)", text.strip().casefold())
    if not found:
        raise UsageError(f"{option} {text} is no number of days", fix=f"write {option} 7d or {option} 2w")
    return int(found[1]) * (7 if found[2] in ("w", "周") else 1)


def target(text: str, option: str) -> tuple[float, float | None]:
    """A service level target, `80/20`, `0.8/20`, `80%/0:20` or without the time. Raises UsageError.

    A number above 1 is in per cent.
    """
    level, slash, time = text.partition("/")
    if not re.fullmatch(rf"{_NUMBER}\s*%?", level.strip().casefold()) or (slash and not time.strip()):
        raise UsageError(f"{option} {text} is no target", fix=f"write {option} 80/20: 80 % within 20 seconds")
    number = float(level.strip().rstrip("%"))
    value = number / 100 if number > 1 or "%" in level else number
    if not 0 <= value < 1:
        raise UsageError(
            f"{option} {text}: no number of agents answers {number:g}{' %' * (number > 1)} of the calls in time",
            fix=f"write a share from 0 to below 100 %, such as {option} 80/20",
        )
    return value, seconds(time, option) if slash else None
