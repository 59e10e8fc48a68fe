"""What is recommended: an action with its money, its effect on service, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ccops.remark import Remark

if TYPE_CHECKING:
    import polars as pl

Effort = Literal["low", "medium", "high"]
Tested = Literal["simulation", "formulas", "data"]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Action:
    """Something to do. Money is per month of 365.25 / 12 days, in the centre's currency, on top of the actions above.

    `interval` holds 95 % of what a fresh month would show; service levels are shares, before and after, and
    `service_interval` that of their difference. What is not known, or brings no money, is None. `freed_hours` are paid
    hours per month that nobody needs any more: they are no money until fewer hours are paid, and are not in it.
    `formulas_saving` is what the queueing formulas say where the simulation tested it.
    """

    id: str
    family: str
    title: Remark
    problem: Remark
    why: str
    effort: Effort
    tested: Tested
    saving_per_month: float | None = None
    interval: Interval | None = None
    service_level_before: float | None = None
    service_level_after: float | None = None
    service_interval: Interval | None = None
    freed_hours: float | None = None
    formulas_saving: float | None = None
    assumptions: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """A candidate that is not recommended, and why."""

    id: str
    title: Remark
    why: Remark


@dataclass(frozen=True)
class Need:
    """What would have to be known to look for something."""

    what: str
    why: Remark


@dataclass(frozen=True, eq=False)
class Recommendations:
    """Actions, those with most money first, then those that free hours, then those that bring knowledge.

    `folded_total` is what all of them save together per month: each was tested on what the ones before it left, so
    that it is their sum. `days` are those that were simulated, `first` and `last` the days looked at.
    """

    actions: tuple[Action, ...]
    dropped: tuple[Dropped, ...]
    needs: tuple[Need, ...]
    currency: str
    first: date
    last: date
    days: tuple[date, ...] = ()
    notes: tuple[Remark, ...] = field(default=())

    @property
    def folded_total(self) -> float:
        """What all actions save together per month."""
        return sum(action.saving_per_month or 0.0 for action in self.actions)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """A row per action: rank, id, title, saving_per_month with lo and hi, service levels, hours, effort, why."""
        import polars as pl

        rows: list[dict[str, Any]] = []
        for rank, one in enumerate(self.actions, 1):
            lo, hi = one.interval or (None, None)
            rows.append({
                "rank": rank, "id": one.id, "title": one.title.text("en"), "saving_per_month": one.saving_per_month,
                "saving_lo": lo, "saving_hi": hi, "currency": self.currency or None,
                "service_level_before": one.service_level_before, "service_level_after": one.service_level_after,
                "freed_hours": one.freed_hours, "effort": one.effort, "tested": one.tested, "why": one.why,
            })
        text, number = pl.String(), pl.Float64()
        schema: dict[str, Any] = {"rank": pl.Int64()} | dict.fromkeys(("id", "title"), text) | dict.fromkeys(
            ("saving_per_month", "saving_lo", "saving_hi"), number) | {"currency": text} | dict.fromkeys(
            ("service_level_before", "service_level_after", "freed_hours"), number) | dict.fromkeys(
            ("effort", "tested", "why"), text)
        return pl.DataFrame(rows, schema=schema)

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        kept = ["rank", "title", "saving_per_month", "saving_lo", "saving_hi", "service_level_after", "why"]
        return table(kept, self.frame.select(kept).rows())
