"""How the simulation's functions are compiled: once, kept on disk, without the interpreter's lock.

They allocate nothing, so numba's counting of references is left out (`_nrt`): the counts are atomic, take more than
half of the time of a call, and threads would wait for each other over them. A division by zero is infinite, as in
numpy. numba looks for changes in the file of the compiled function alone: after a change in a function that another
file calls, touch that file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function as machine code, from its first call on; for this process alone where no folder takes it."""
    make = cast("Callable[..., Callable[[F], F]]", njit)
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
    try:
        return make(cache=True, **options)(function)
    except RuntimeError:  # numba's word for an installation and a home that are both read-only
        return make(**options)(function)
