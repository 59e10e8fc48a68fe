"""What if: levers folded one after another on the centre as it was, each also alone, and the service target checked
after every one.

Only what a lever saves after those before it is added up, so that nothing is counted twice; what it would save alone
stands beside it. Pools are folded last, whatever the order: other levers are told apart by queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccops.cost.baseline import Baseline, Bill, State, baseline, last_month
from ccops.cost.levers import LEVERS, Lever, parse
from ccops.cost.service_check import breaks, broken, misses, together
from ccops.labels import LANGS, label
from ccops.remark import Remark

if TYPE_CHECKING:
    import polars as pl

    from ccops.cost.tariff_file import Tariff
    from ccops.model import Slice
    from ccops.progress import Progress
    from ccops.workforce.staffing_requirement import Target

_FIGURES = ("alone", "folded", "freed_hours", "paid_hours", "service_level", "lost")
_FREES_HOURS = ("aht", "volume", "repeat", "containment", "chat", "shrinkage", "adherence", "pool")


@dataclass(frozen=True)
class Step:
    """A lever in the fold. Money and hours are per month; `alone` and `folded` are savings, below 0: costs.

    `freed_hours` are paid hours that the target no longer needs, whether they stay paid or not. `meets_target` is over
    all queues; `breaks_target` says that in the queues of `broken` or over all of them a demand of the target is missed
    after the lever that was met before it, or is missed by more than before it and than without any lever.
    """

    lever: Lever
    alone: float
    folded: float
    freed_hours: float
    paid_hours: float
    service_level: float | None
    lost: float
    meets_target: bool
    breaks_target: bool
    broken: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The month as it is and after all levers, and the steps between; `total` is exactly the sum of what they save."""

    before: Bill
    after: Bill
    steps: tuple[Step, ...]
    keep: bool
    target: Target
    days: tuple[str, str]
    currency: str
    notes: tuple[Remark, ...]

    @property
    def total(self) -> float:
        """What all levers together save per month."""
        return sum(step.folded for step in self.steps)

    @property
    def met_before(self) -> bool:
        """Whether the month as it is meets the target over all queues."""
        return not misses(self.target, together(self.before.fares.values()))

    @property
    def frame(self) -> pl.DataFrame:
        """A row per step."""
        import polars as pl

        return pl.DataFrame([
            {"lever": step.lever.text, "alone": step.alone, "folded": step.folded, "freed_hours": step.freed_hours,
             "paid_hours": step.paid_hours, "service_level": step.service_level, "lost": step.lost,
             "meets_target": step.meets_target, "breaks_target": step.breaks_target, "broken": ", ".join(step.broken)}
            for step in self.steps
        ], schema={"lever": pl.String, **dict.fromkeys(_FIGURES, pl.Float64), "meets_target": pl.Boolean,
                   "breaks_target": pl.Boolean, "broken": pl.String})

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def what_if(data: Slice, levers: Sequence[str], *, keep: bool = False,
            versions: Mapping[str, Sequence[Tariff]] | None = None, progress: Progress | None = None) -> WhatIf:
    """A fold of levers on the slice's days, by default the last whole month, or the last four weeks with calls.

    Paid hours follow what the calls need, unless `keep` holds them: then an hour that nobody needs saves nothing, and
    the service level shows what it does. `versions` are tariffs by name. No levers are the month as it is. Raises
    UsageError for a lever that cannot be, SettingsError or SourceError for one of which the data say nothing.
    """
    month = None if data.scope.first_day or data.scope.last_day else last_month(data)
    known = baseline(data.between(*month) if month else data, versions or {}, from_books=True)
    queues = tuple(known.state.load["queue"].unique().sort())
    asked = sorted((parse(text, queues) for text in levers), key=lambda lever: lever.name == "pool")
    before = latest = known.bill(known.state, keep=keep)
    state, steps = known.state, []
    for n, lever in enumerate(asked, 1):
        alone = known.bill(_applied(lever, known, known.state), keep=keep)
        state = _applied(lever, known, state)
        after = known.bill(state, keep=keep) if n > 1 else alone
        steps.append(_step(lever, known.rules.target, before.total - alone.total, before, latest, after))
        latest = after
        if progress:
            progress("compute", n, len(asked))
    days = known.data.scope.first_day, known.data.scope.last_day
    return WhatIf(before, latest, tuple(steps), keep, known.rules.target, (f"{days[0]}", f"{days[1]}"),
                  known.rules.currency, (*known.notes, *_notes(known, asked, keep)))


def _step(lever: Lever, target: Target, alone: float, start: Bill, before: Bill, after: Bill) -> Step:
    hit = broken(target, start.fares, before.fares, after.fares)
    first, was, now = (together(bill.fares.values()) for bill in (start, before, after))
    return Step(
        lever, alone, before.total - after.total, before.needed_hours - after.needed_hours, after.paid_hours,
        after.service_level, after.lost, not misses(target, now), bool(hit) or breaks(target, first, was, now), hit,
    )


def _applied(lever: Lever, known: Baseline, state: State) -> State:
    return LEVERS[lever.name][1](lever, known, state)


def _notes(known: Baseline, asked: Sequence[Lever], keep: bool) -> list[Remark]:
    """What was assumed of these levers."""
    names, own = {lever.name for lever in asked}, known.data.settings
    found = [] if asked else [Remark("lev_none", {"levers": ", ".join(LEVERS)})]
    if "aht" in names and known.state.telephone is not None:
        found.append(Remark("lev_aht"))
    if keep and names & set(_FREES_HOURS):
        found.append(Remark("lev_kept"))
    if "repeat" in names:
        found.append(Remark("lev_repeat", {"rate": f"{known.repeat_rate:.0%}"}))
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
        if missing := known.attrition.cost.missing:
            found.append(Remark("attr_cost_missing", {"parts": _named(missing)}))
    return found


def _named(parts: Sequence[str]) -> tuple[str, str]:
    names = [[label(f"attr_{part}", lang) for part in parts] for lang in LANGS]
    return ", ".join(names[0]), "、".join(names[1])
