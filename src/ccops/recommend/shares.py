"""Groups of which a larger share does something than of the others: tested together, so that chance finds none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import polars as pl

from ccops.quality.evaluators import holm

_SIGNIFICANT = 0.05
Z = 1.96
_LEAST = 30  # rows of a group; fewer say nothing


@dataclass(frozen=True)
class Share:
    """A group: its rows, how many of them did it, and the share that does of all other groups."""

    group: str
    n: int
    hits: int
    others: float
    p: float
    half: float

    @property
    def share(self) -> float:
        return self.hits / self.n

    @property
    def excess(self) -> float:
        """The share that does it and would not in another group."""
        return self.share - self.others


class Tested(Protocol):
    """A group's difference from the others, half its 95 % interval, and how rarely chance makes it."""

    @property
    def p(self) -> float: ...

    @property
    def half(self) -> float: ...

    @property
    def excess(self) -> float: ...


T = TypeVar("T", bound=Tested)


def standing_out(tested: Sequence[T]) -> list[T]:
    """Those that are significant over all that were tested together (Holm 1979), and by more than half the interval."""
    together = holm([one.p for one in tested])
    return [one for one, p in zip(tested, together, strict=True) if p <= _SIGNIFICANT and one.excess > one.half]


def above(rows: pl.DataFrame) -> list[Share]:
    """Groups with a significantly larger share than the others, from rows with group and hit; the most hits first.

    Two shares are compared by their pooled z, one-sided; p-values hold together over the groups (Holm 1979).
    """
    counts = rows.group_by("group").agg(n=pl.len(), hits=pl.col("hit").sum()).filter(pl.col("n") >= _LEAST)
    total, hits = rows.height, int(rows["hit"].sum())
    tested = []
    for group, n, own in counts.sort("group").iter_rows():
        rest = total - n
        if rest < _LEAST:
            continue
        share, others, both = own / n, (hits - own) / rest, hits / total
        se = math.sqrt(both * (1 - both) * (1 / n + 1 / rest))
        p = 0.5 * math.erfc((share - others) / se / math.sqrt(2)) if se else 1.0
        half = Z * math.sqrt(share * (1 - share) / n + others * (1 - others) / rest)
        tested.append(Share(group, n, own, others, p, half))
    return sorted(standing_out(tested), key=lambda one: -one.n * one.excess)
