"""What a KPI is: sums over rows, divided once, with its definition in words.

A metric never holds a rate. It names what is added up above and below the line, and the engine divides at the very
end, so that intervals, days, queues and machines can be merged without an average of averages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

Merge = Literal["sum", "max", "histogram", "distinct"]
Event = Literal["began", "left"]
Better = Literal["up", "down", "band", "none"]
Unit = Literal["count", "seconds", "ratio", "per_hour", "number"]
Measure = Literal["count", "ms", "millionths"]


@dataclass(frozen=True, eq=False)
class Sum:
    """A row-level expression over one table, and how its values merge.

    `merge` is `sum` (of counts, flags, milliseconds, or millionths where rows hold fractions), `max`, `histogram` (for
    percentiles of milliseconds) or `distinct` (of a text). `event` says which instant the row counts at under the event
    clock: when it `began`, or when it `left` (answered, or gone without an answer). Under the arrival clock every row
    counts where it began.
    """

    table: str
    expr: pl.Expr
    merge: Merge = "sum"
    event: Event = "began"
    measure: Measure = "count"

    @cached_property
    def key(self) -> str:
        """The name of its column in partial results: the same for the same sum, whoever wrote it down."""
        digest = hashlib.sha256(self.expr.meta.serialize())
        digest.update(f"{self.table}|{self.merge}|{self.event}|{self.measure}".encode())
        return f"s{digest.hexdigest()[:20]}"


@dataclass(frozen=True, eq=False)
class Metric:
    """A KPI with its parameters filled in.

    `numerator` and `denominator` are added up over their sums; without a denominator the value is the numerator.
    `needs` are tables or columns (`queue_visits.wait_ms`) without which the figure cannot be had, `softly_needs`
    columns that count 0 where a source lacks them, which the definition then says; when all of those lack, it says
    `bare`. `known` is a sum without which nothing is known of a key, so that its figure is null and not 0. `flag` is
    a sum that, where positive, puts `flag_note` beside the value. `per_interval` makes the metric the share of
    intervals in which numerator / denominator reaches that target. `unanswered` says that it counts visits that no
    agent answered: those belong to no agent, so that an agent's or team's figure would look better than it is.
    """

    key: str
    unit: Unit
    better: Better
    numerator: tuple[Sum, ...]
    denominator: tuple[Sum, ...]
    definition: str
    definition_zh: str
    variant: str = ""  # what must be printed beside the name: `offered_ex_short, 20 s`
    needs: tuple[str, ...] = ()
    softly_needs: tuple[str, ...] = ()
    bare: str = ""
    bare_zh: str = ""
    reach: tuple[int, int] = (0, 0)  # days read before and after the scope
    quantile: int | None = None  # per mille
    per_interval: float | None = None
    unanswered: bool = False
    known: Sum | None = None
    flag: Sum | None = None
    flag_note: str = ""

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Everything that must be added up for it."""
        return self.numerator + self.denominator + tuple(s for s in (self.known, self.flag) if s)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(item.table for item in self.sums)

    @property
    def additive(self) -> bool:
        """Whether numerators and denominators of parts add up to those of the whole."""
        return self.per_interval is None and all(item.merge == "sum" for item in self.sums)


def seconds(ms: int) -> str:
    """Milliseconds as a definition prints them: `20`, `0.5`."""
    return f"{ms / 1000:g}"


def milliseconds(value: float) -> int:
    """A parameter in seconds as whole milliseconds."""
    return round(value * 1000)
