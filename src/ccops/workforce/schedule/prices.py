"""What it costs to have too few or too many agents in an interval: a convex curve of straight pieces.

Between two whole numbers of agents a curve is never asked: drawn straight from one whole number to the next it says
the same of every plan and leaves the relaxed problem less room to cheat, so that bounds are tighter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Step = tuple[float, float]  # how many agents it reaches over, and the price of each of them

_NONE = 1e-9


@dataclass(frozen=True)
class Curve:
    """From `top` agents upwards each costs `slope` more; below it each missing one costs the next step's price more.

    The price of a step is over and above `slope`: value(c) = at_top + slope (c - top) + what the steps below cost.
    """

    top: float
    slope: float
    at_top: float
    steps: tuple[Step, ...]

    @property
    def floor(self) -> float:
        """The fewest agents that it has a price for."""
        return self.top - sum(width for width, _ in self.steps)


def value(agents: float, required: float, under: Sequence[Step], over: Sequence[Step]) -> float:
    """The price of `agents` where `required` are needed. A price of `over` below zero is what one more is worth."""
    away, steps = (required - agents, under) if agents < required else (agents - required, over)
    total = 0.0
    for n, (width, price) in enumerate(steps):
        reached = away if n == len(steps) - 1 else min(away, width)
        total += reached * price
        away -= reached
    return total


def curve(required: float, under: Sequence[Step], over: Sequence[Step], floor: float = 0.0,
          whole: bool = True) -> Curve:
    """The curve from `floor` agents upwards; `whole` where agents come in whole numbers only.

    The last step of each side reaches on without end. Raises ValueError where a further agent short would cost less
    than the one before, or endless agents were worth something: such prices have no best plan.
    """
    edges = [required]
    for side_steps, sign in ((under, -1), (over, 1)):
        edge = required
        for width, _ in side_steps[:-1]:
            edges.append(edge := edge + sign * width)
    if whole:
        floor = math.ceil(floor - _NONE)
        edges = [float(side(edge - shift)) for edge in edges
                 for side, shift in ((math.floor, -_NONE), (math.ceil, _NONE))]
    points = sorted({floor, *(edge for edge in edges if edge > floor)})
    values = [value(point, required, under, over) for point in points]
    slope = over[-1][1] if over else 0.0
    steps: list[Step] = []
    above = slope
    for n in range(len(points) - 1, 0, -1):
        width = points[n] - points[n - 1]
        piece = (values[n] - values[n - 1]) / width
        if piece > above + 1e-6:
            raise ValueError("each further agent short must cost at least as much as the one before")
        above = piece
        if steps and abs(steps[-1][1] - (slope - piece)) < _NONE:
            steps[-1] = (steps[-1][0] + width, steps[-1][1])
        else:
            steps.append((width, max(slope - piece, 0.0)))
    if slope < 0:
        raise ValueError("agents without end cannot be worth something each")
    return Curve(points[-1], slope, values[-1], tuple(steps))
