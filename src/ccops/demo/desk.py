"""The call-back desk: two people who ring lost callers back, one after the other."""

from __future__ import annotations

from typing import NamedTuple

from ccops.demo.centre import CALL_BACK_DESK


class Slot(NamedTuple):
    """Who rings, and when in epoch seconds."""

    agent: str
    at: int


class Desk:
    """Its diary for one day, until `closes` (epoch seconds)."""

    def __init__(self, closes: int) -> None:
        self._closes = closes
        self._free_at = dict.fromkeys(CALL_BACK_DESK, 0)

    def book(self, earliest: int, seconds: int) -> Slot | None:
        """The first slot from `earliest` on for a call of that length; None when the day is full."""
        agent = min(self._free_at, key=lambda who: (self._free_at[who], who))
        at = max(earliest, self._free_at[agent])
        if at + seconds > self._closes:
            return None
        self._free_at[agent] = at + seconds + 30
        return Slot(agent, at)
