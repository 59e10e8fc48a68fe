"""Simulated time: what happens next, and the numbers that a switch gives its channels."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any


class Agenda:
    """Events in the order of their second, and within a second in the order in which they were planned."""

    def __init__(self, now: int) -> None:
        self.now = now
        self._events: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = count()

    def at(self, when: int, act: Callable[..., None], *what: object) -> None:
        """Plan `act(*what)` for a moment, in epoch seconds."""
        heapq.heappush(self._events, (when, next(self._order), act, what))

    def after(self, seconds: int, act: Callable[..., None], *what: object) -> None:
        self.at(self.now + seconds, act, *what)

    def run(self) -> None:
        """Let everything happen, what is planned on the way included."""
        while self._events:
            self.now, _, act, what = heapq.heappop(self._events)
            act(*what)


class Channels:
    """Asterisk's channels, numbered on from day to day."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def open(self, name: str, now: int) -> tuple[str, str]:
        """A new channel's unique id and its name."""
        number = next(self._numbers)
        return f"{now}.{number}", f"PJSIP/{name}-{number:08x}"
