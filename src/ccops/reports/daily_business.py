"""The business half of the daily report: what the day cost, what to do, quality and satisfaction, and its people.

A section of which nothing is known is left out: most centres have the calls and not the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from ccops.errors import CcopsError, SourceError
from ccops.model import Slice
from ccops.people.attrition import Attrition, attrition
from ccops.people.rates import DAYS_PER_MONTH
from ccops.recommend.action import Action, Recommendations
from ccops.remark import Remark
from ccops.reports.day_figures import DayFigures
from ccops.reports.document import Block, Column, Measure, Note, Section, Table, Term, Unit, Value, Words
from ccops.reports.lookup import look_up

_OPINIONS = ("csat", "nps", "ces", "survey_response_rate")
_SCORES = ("qa_score", "qa_fail_rate")
_SHOWN = 5
_MOST_VISITS = 300_000  # of the days that actions are tested on: more would hold the report up
_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class _Spent:
    """Hours and calls between two days: paid and worked hours, answered calls, handled minutes, lost calls."""

    paid_h: float
    worked_h: float
    answered: int
    handled_min: float
    lost: int

    def amounts(self, hour: float, lost_call: float) -> dict[str, float | None]:
        """What they come to; a call that is lost costs what the settings say, if they do."""
        cost = self.paid_h * hour
        return {
            "biz_paid_hours": self.paid_h, "biz_cost": cost,
            "cost_per_contact": cost / self.answered if self.answered else None,
            "cost_per_handled_minute": cost / self.handled_min if self.handled_min else None,
            "cost_per_productive_hour": cost / self.worked_h if self.worked_h else None,
            "biz_shrinkage_cost": max(self.paid_h - self.worked_h, 0.0) * hour,
            "biz_lost_calls": self.lost * lost_call if lost_call else None,
        }


def cost(f: DayFigures) -> Section | None:
    """What the day cost, and the month to date, from paid hours and the price of an hour."""
    settings = f.slice.settings.staffing
    if not settings.agent_cost_per_hour or f.slice.scope.queues:
        return None
    day, month = _spent(f.slice, f.day, f.day), _spent(f.slice, f.day.replace(day=1), f.day)
    if day is None or month is None:
        return None
    amounts = [one.amounts(settings.agent_cost_per_hour, settings.lost_call_value) for one in (day, month)]
    units = {"biz_paid_hours": Unit.PER_HOUR}
    rows: list[tuple[Value, ...]] = []
    for key in amounts[0]:
        today, to_date = (Measure(each[key], units.get(key, Unit.MONEY)) for each in amounts)
        rows.append((Term(key), today, to_date))
    columns = (Column("metric", Unit.TEXT, dimension=True), Column("biz_today", Unit.NUMBER),
               Column("month_to_date", Unit.NUMBER))
    return Section("cost_section", (Table("cost_table", columns, tuple(rows)), Note("biz_cost_of", {
        "currency": settings.currency or "-", "hour": Measure(settings.agent_cost_per_hour, Unit.MONEY),
    })))


def _spent(slice_: Slice, first: date, last: date) -> _Spent | None:
    """None where no attendance is known on these days."""
    data = slice_.on(first, last)
    hours = data.table("attendance").select(
        paid=pl.col("paid_ms").sum(),
        worked=pl.col("attended_ms").filter(pl.col("kind").is_in(["work", "overtime"])).sum(), n=pl.len(),
    ).collect().row(0, named=True)
    if not hours["n"]:
        return None
    calls = look_up(data, ("answered", "handled", "aht", "abandoned"))
    handled, aht = calls.get("handled").value or 0.0, calls.get("aht").value or 0.0
    return _Spent(hours["paid"] / _HOUR_MS, hours["worked"] / _HOUR_MS, calls.get("answered").count or 0,
                  handled * aht / 60, calls.get("abandoned").count or 0)


def recommendations(f: DayFigures) -> Section | None:
    """What to do next, by the formulas; `ccops recommend` tests it on the simulation."""
    settings = f.slice.settings
    priced = settings.staffing.lost_call_value or settings.staffing.agent_cost_per_hour
    if not priced or not settings.recommend.in_report or f.slice.scope.queues or f.of_agents:
        return None
    from ccops.recommend.recommending import recommend

    known = f.slice.between(None, f.day)
    recent = f.slice.on(date.fromordinal(f.day.toordinal() - settings.recommend.days + 1), f.day)
    if recent.table("queue_visits").select(pl.len()).collect().item() > _MOST_VISITS:
        return Section("recommendations", (Note("biz_too_many_calls", brief=True),))
    try:
        found = recommend(known, most=_SHOWN, quick=True, tariffs=f.tariffs, offers=f.offers)
    except CcopsError:
        return None
    if not found.actions:
        return None
    return Section("recommendations", (*_first(found), _actions(found), Note("biz_actions_of", {
        "first": found.first, "last": found.last, "currency": found.currency or "-",
    })))


def _first(found: Recommendations) -> tuple[Block, ...]:
    best = found.actions[0]
    if best.saving_per_month is None:
        return (Note("biz_first_action", {"title": _words(best.title)}, brief=True),)
    return (Note("biz_first_saves", {
        "title": _words(best.title), "saving": Measure(best.saving_per_month, Unit.MONEY),
        "currency": found.currency or "-",
    }, brief=True),)


def _actions(found: Recommendations) -> Table:
    columns = (
        Column("biz_action", Unit.TEXT, dimension=True), Column("biz_saving", Unit.MONEY, better="up"),
        Column("biz_saving_lo", Unit.MONEY), Column("biz_saving_hi", Unit.MONEY), Column("biz_why", Unit.TEXT),
    )
    return Table("recommendations_table", columns, tuple(_row(one) for one in found.actions))


def _row(one: Action) -> tuple[Value, ...]:
    lo, hi = one.interval or (None, None)
    return (_words(one.title), one.saving_per_month, lo, hi, one.why)


def _words(remark: Remark) -> Words:
    return Words(remark.text("en"), remark.text("zh"))


def quality(f: DayFigures) -> Section | None:
    """Evaluations and opinions, of the day and of the month to date."""
    month = f.slice.on(f.day.replace(day=1), f.day)
    present = [
        metrics for table, metrics in (("evaluations", _SCORES), ("surveys", _OPINIONS))
        if month.table(table).select(pl.len()).collect().item()
    ]
    metrics = tuple(metric for own in present for metric in own)
    if not metrics:
        return None
    day, to_date = look_up(f.slice, metrics), look_up(month, metrics)
    rows = tuple(
        (Term(metric), Measure(day.get(metric).value, day.units[metric]), _n(day.get(metric).denominator),
         Measure(to_date.get(metric).value, to_date.units[metric]), _n(to_date.get(metric).denominator))
        for metric in metrics
    )
    columns = (
        Column("metric", Unit.TEXT, dimension=True), Column("biz_today", Unit.NUMBER), Column("biz_n", Unit.COUNT),
        Column("month_to_date", Unit.NUMBER), Column("biz_n_month", Unit.COUNT),
    )
    return Section("quality_section", (Table("quality_table", columns, rows), Note("biz_quality_of")))


def _n(denominator: float | None) -> int | None:
    return None if denominator is None else round(denominator)


def people(f: DayFigures) -> Section | None:
    """Who was there and who was not, and how many leave."""
    blocks: list[Block] = []
    kinds = f.slice.table("attendance").group_by("kind").agg(
        people=pl.col("agent").n_unique(), attended=pl.col("attended_ms").sum(), paid=pl.col("paid_ms").sum(),
    ).sort("paid", "kind", descending=[True, False]).collect()
    if kinds.height:
        rows = tuple(
            (Term(kind, "biz_time"), n, attended / 1000, None if paid is None else paid / 1000)
            for kind, n, attended, paid in kinds.iter_rows()
        )
        columns = (Column("biz_kind", Unit.TEXT, dimension=True), Column("biz_people", Unit.COUNT),
                   Column("biz_attended", Unit.SECONDS), Column("biz_paid", Unit.SECONDS))
        blocks.append(Table("people_table", columns, rows))
    if left := _leaving(f):
        blocks.append(left)
    return Section("people_section", tuple(blocks)) if blocks else None


def _leaving(f: DayFigures) -> Note | None:
    try:
        found: Attrition = attrition(f.slice.everyone().between(None, None), "month", _year_before(f.day), f.day)
    except SourceError:
        return None
    return Note("biz_leaving", {
        "n": found.headcount, "leavers": found.total.leavers,
        "monthly": Measure(found.total.attrition_person_time, Unit.RATIO),
        "annual": Measure(found.total.attrition_annual_compound, Unit.RATIO),
    })


def _year_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - round(12 * DAYS_PER_MONTH) + 1)

