"""Ctrl-C as a wish to stop with what there is."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Stop:
    """Whether somebody has asked for an end."""

    asked: bool = False


@contextmanager
def interruptible() -> Iterator[Stop]:
    """For a while the first Ctrl-C only sets `asked`; a second one interrupts as ever.

    Signals reach the main thread alone: elsewhere nothing changes.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.asked:
            raise KeyboardInterrupt
        stop.asked = True

    wakeup = signal.set_wakeup_fd(-1)  # whoever listens there would end the program
    handler = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(wakeup)
