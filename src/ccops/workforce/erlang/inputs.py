"""What a queueing formula may be asked: every number within its limits, every array of a shape with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """The values that a quantity may take: from `least` to `most`, `least` itself only if it is `attained`."""

    what: str
    allowed: str
    least: float
    most: float
    attained: bool = True
    endless: bool = False  # infinity has a meaning

    def accepts(self, values: Array) -> NDArray[np.bool_]:
        """Which of the values are possible; not-a-number never is."""
        above = values >= self.least if self.attained else values > self.least
        within = above & (values <= self.most)
        return within | np.isposinf(values) if self.endless else within


CALLS = Limits("calls per hour", "a number from 0 to 1e9", 0, 1e9)
AHT = Limits("average handling time", "seconds above 0, from 0.001 to 1e8", 1e-3, 1e8)
PATIENCE = Limits("mean patience", "seconds above 0, from 0.001 to 1e12, or inf for never", 1e-3, 1e12, endless=True)
AGENTS = Limits("number of agents or lines", "a number from 0 to 1e15, fractions allowed", 0, 1e15)
WITHIN = Limits("service level's time", "seconds from 0 to 1e8", 0, 1e8)
LEVEL = Limits("service level target", "a share from 0 to below 1, such as 0.8", 0, np.nextafter(1, 0))
ASA = Limits("target for the average speed of answer", "seconds above 0", 0, 1e8, attained=False)
OCCUPANCY = Limits("cap on occupancy", "a share above 0 and at most 1, such as 0.85", 0, 1, attained=False)
LOST = Limits("target for calls lost", "a share above 0 and at most 1, such as 0.02", 0, 1, attained=False)
REDIAL = Limits("share that calls again", "a share from 0 to below 1, such as 0.5", 0, np.nextafter(1, 0))
SPREAD = Limits("spread of the rate (cv)", "a number from 0 to 10, such as 0.1", 0, 10)
SHARE = Limits("share of outcomes", "a share above 0 and below 1, such as 0.1", 0, np.nextafter(1, 0), attained=False)
SHRINKAGE = Limits("shrinkage", "a share from 0 to below 1, such as 0.3", 0, np.nextafter(1, 0))


def checked(limits: Limits, values: ArrayLike) -> Array:
    """The values as floats. Raises UsageError for what is no number or not possible."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise UsageError(f"{limits.what}: not a number", fix=f"give {limits.allowed}") from None
    if not np.all(good := limits.accepts(array)):
        wrong = array[~good].flat[0]
        raise UsageError(f"{limits.what}: {wrong:g} is not possible", fix=f"give {limits.allowed}")
    return array


def together(*arrays: Array) -> tuple[Array, ...]:
    """The arrays in their common shape. Raises UsageError where they have none."""
    try:
        return tuple(np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = " and ".join(str(array.shape) for array in arrays if array.shape)
        fix = "give single numbers or equal shapes"
        raise UsageError(f"scenarios of different shapes: {shapes}", fix=fix) from None


def as_given(values: NDArray[Any]) -> Any:
    """A plain number for a single scenario, else the array."""
    return values.item() if np.ndim(values) == 0 else values
