"""What if: levers folded one after another on the centre as it was, each also alone, and the service target checked
after every one.

Only what a lever saves after those before it is added up, so that nothing is counted twice; what it would save alone
stands beside it. Pools are folded last, whatever the order: other levers are told apart by queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccops.cost.baseline import Baseline, Bill, State, baseline
from ccops.cost.levers import LEVERS, Lever, parse
from ccops.errors import UsageError
from ccops.remark import Remark

if TYPE_CHECKING:
    import polars as pl

    from ccops.cost.tariff_file import Tariff
    from ccops.model import Slice
    from ccops.progress import Progress

_NOTHING = 5e-4  # of the service level: less is no change
_FREES_HOURS = ("aht", "volume", "repeat", "containment", "chat", "shrinkage", "adherence", "pool")


@dataclass(frozen=True)
class Step:
    """A lever in the fold. Money and hours are per month; `alone` and `folded` are savings, below 0: costs.

    `freed_hours` are agent-hours on calls that the target no longer needs. `breaks_target` says that the service level
    is below the target after it, and lower than before it.
    """

    lever: Lever
    alone: float
    folded: float
    freed_hours: float
    paid_hours: float
    service_level: float | None
    lost: float
    breaks_target: bool


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The month as it is and after all levers, and the steps between; `total` is exactly the sum of what they save."""

    before: Bill
    after: Bill
    steps: tuple[Step, ...]
    keep: bool
    target: float | None
    within_s: float
    days: tuple[str, str]
    currency: str
    notes: tuple[Remark, ...]

    @property
    def total(self) -> float:
        """What all levers together save per month."""
        return sum(step.folded for step in self.steps)

    @property
    def frame(self) -> pl.DataFrame:
        """A row per step."""
        import polars as pl

        return pl.DataFrame([
            {"lever": step.lever.text, "alone": step.alone, "folded": step.folded, "freed_hours": step.freed_hours,
             "paid_hours": step.paid_hours, "service_level": step.service_level, "lost": step.lost,
             "breaks_target": step.breaks_target} for step in self.steps
        ])

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def what_if(data: Slice, levers: Sequence[str], *, keep: bool = False,
            versions: Mapping[str, Sequence[Tariff]] | None = None, progress: Progress | None = None) -> WhatIf:
    """A fold of levers on the slice's days, by default the last four weeks with calls.

    Paid hours follow what the calls need, unless `keep` holds them: then an hour that nobody needs saves nothing, and
    the service level shows what it does. `versions` are tariffs by name. Raises UsageError for a lever that cannot be,
    SettingsError or SourceError for one of which the data say nothing.
    """
    if not levers:
        raise UsageError("no lever is named", fix=f"give one or more, such as --lever aht=-10s; there is "
                                                  f"{', '.join(LEVERS)}")
    known = baseline(data, versions or {})
    queues = tuple(known.state.load["queue"].unique().sort())
    asked = sorted((parse(text, queues) for text in levers), key=lambda lever: lever.name == "pool")
    target = known.rules.target.service_level
    before = latest = known.bill(known.state, keep=keep)
    state, steps = known.state, []
    for n, lever in enumerate(asked, 1):
        alone = known.bill(_applied(lever, known, known.state), keep=keep)
        state = _applied(lever, known, state)
        after = known.bill(state, keep=keep)
        steps.append(Step(
            lever, before.total - alone.total, latest.total - after.total, latest.needed_hours - after.needed_hours,
            after.paid_hours, after.service_level, after.lost, _breaks(target, latest, after),
        ))
        latest = after
        if progress:
            progress("compute", n, len(asked))
    days = known.data.scope.first_day, known.data.scope.last_day
    return WhatIf(before, latest, tuple(steps), keep, target, known.rules.target.within_s,
                  (f"{days[0]}", f"{days[1]}"), known.rules.currency, (*known.notes, *_notes(known, asked, keep)))


def _applied(lever: Lever, known: Baseline, state: State) -> State:
    return LEVERS[lever.name][1](lever, known, state)


def _breaks(target: float | None, before: Bill, after: Bill) -> bool:
    if target is None or before.service_level is None or after.service_level is None:
        return False
    return after.service_level < min(target, before.service_level) - _NOTHING


def _notes(known: Baseline, asked: Sequence[Lever], keep: bool) -> list[Remark]:
    """What was assumed of these levers."""
    names, own = {lever.name for lever in asked}, known.data.settings
    found = []
    if keep and names & set(_FREES_HOURS):
        found.append(Remark("lev_kept"))
    if "containment" in names and own.cost.self_service_cost is None:
        found.append(Remark("lev_no_self_service"))
    if "chat" in names:
        found.append(Remark("lev_chat", {"n": f"{own.cost.chat_concurrency:g}", "times": f"{own.cost.chat_length:g}"}))
    if "pool" in names:
        found.append(Remark("lev_pool"))
    if "overtime" in names:
        found.append(Remark("lev_overtime", {"premium": f"{own.recommend.overtime_premium:.0%}"}))
    if "attrition" in names:
        found.append(Remark("lev_attrition", {
            "n": f"{known.attrition.headcount}", "cost": f"{known.attrition.cost.total or 0.0:,.0f}",
        }))
    return found
