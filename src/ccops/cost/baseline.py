"""The centre as its days were: calls, people and prices, in the state that levers act on, and what a month of it costs.

A month is 365.25 / 12 days. Paid hours follow the people on calls: of h paid hours for A agent-hours, a change to A'
agent-hours at another productive share makes h x A'/A x share/share'. The carrier bills the minutes of the calls that
are left, as long as they were: nobody knows whether seconds saved were talk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from ccops.cost.ledger import books, months
from ccops.cost.service_check import Fare, fares, together
from ccops.cost.tariffs import Tariffs, tariffs
from ccops.errors import CcopsError, SettingsError, SourceError
from ccops.people.attrition import Attrition, attrition
from ccops.people.rates import DAYS_PER_MONTH
from ccops.remark import Remark
from ccops.workforce.staffing import Rules, requirement, served
from ccops.workforce.staffing_period import staff_days
from ccops.workforce.visits import days_with_calls, last_day

if TYPE_CHECKING:
    from ccops.cost.tariff_file import Tariff
    from ccops.model import Slice
    from ccops.workforce.patience import Patience

_HOUR_MS = 3_600_000
_DAYS = 28


@dataclass(frozen=True, eq=False)
class State:
    """What levers change. `load` has queue, start_at, volume, aht_s, dispersion, the `agents` who were there,
    `required`, the agents that the calls of the days needed, and `was_s`, the handling time before any lever.

    `productive` is the share of a paid hour on calls, `overtime` that of paid hours that are overtime, None where no
    time sheet tells it, `hour_price` what an hour costs otherwise. Money is per month: `telephone` for all calls as
    they were, None where not known, `leavers` what they cost more than now (below 0: less). `contained` contacts go to
    self service and `chat_hours` are spent on chats, both a month. `billing` is the unit (contact, minute, hour) and
    its price where somebody else bills the labour.
    """

    load: pl.DataFrame
    patience: Mapping[str, Patience]
    productive: float
    hour_price: float
    overtime: float | None = None
    telephone: float | None = None
    leavers: float = 0.0
    contained: float = 0.0
    chat_hours: float = 0.0
    billing: tuple[str, float] | None = None


@dataclass(frozen=True)
class Bill:
    """A month: money by part, None where not known and then not in the total, and paid hours: those that are paid, and
    those that the target needs. Service level and lost calls over all queues, `fares` by queue."""

    labour: float
    telephone: float | None
    leavers: float
    self_service: float | None
    paid_hours: float
    needed_hours: float
    service_level: float | None
    lost: float
    fares: Mapping[str, Fare] = field(default_factory=dict, repr=False)

    @property
    def total(self) -> float:
        return self.labour + (self.telephone or 0.0) + self.leavers + (self.self_service or 0.0)


@dataclass(frozen=True, eq=False)
class Baseline:
    """The days and their state; what a lever asks for is read once, when one asks."""

    data: Slice
    state: State
    rules: Rules
    months: float
    paid_hours: float  # a month
    versions: Mapping[str, Sequence[Tariff]] = field(default_factory=dict)
    notes: tuple[Remark, ...] = ()

    def bill(self, state: State, *, keep: bool) -> Bill:
        """What a month in a state costs.

        With `keep` paid hours stay, and who is on calls is what the productive share makes of them. Without, people
        follow the requirement: in each interval as many more or fewer as it is, but of people too few for it no larger
        share leaves than of the requirement, so that no shortage grows.
        """
        load, unit = state.load, self.rules.hours / self.months
        need, was = load["required"], load["required"]
        if load is not self.state.load:
            need = requirement(load, state.patience, self.data.settings, self.rules)["required"]
        if keep:
            more = state.productive / self.state.productive
            left = max(1 - state.chat_hours / (float(load["agents"].sum()) * unit * more), 0.0)  # the same people write
            agents, paid = load["agents"] * (more * left), self.paid_hours
        else:
            agents = _following(load["agents"], was, need)
            there = float(agents.sum()) / float(self.state.load["agents"].sum())
            paid = self.paid_hours * there * self.state.productive / state.productive
            paid += state.chat_hours / state.productive
        rows = served(load.with_columns(agents=agents), state.patience, self.rules)
        calls = float(load["volume"].sum())
        lost = float((rows["volume"] * rows["p_abandon"].fill_null(0.0)).sum())
        by_queue = fares(rows)
        return Bill(
            self._labour(state, paid, rows), self._telephone(state), state.leavers, self._self_service(state), paid,
            (float(need.sum()) * unit + state.chat_hours) / state.productive,
            together(by_queue.values()).service_level if calls else None, lost / self.months, by_queue,
        )

    def _labour(self, state: State, paid: float, rows: pl.DataFrame) -> float:
        """Wages of the paid hours, or the bill for those, the contacts answered, or their minutes."""
        if not state.billing:
            premium = self.data.settings.recommend.overtime_premium * (state.overtime or 0.0)
            return paid * state.hour_price * (1 + premium)
        unit, price = state.billing
        answered = rows["volume"] * (1 - rows["p_abandon"].fill_null(0.0))
        minutes = float((answered * rows["aht_s"].fill_null(0.0)).sum()) / 60
        return price * {"contact": float(answered.sum()) / self.months, "minute": minutes / self.months,
                        "hour": paid}[unit]

    def _telephone(self, state: State) -> float | None:
        if state.telephone is None:
            return None
        return state.telephone * minutes_of(state.load, "was_s") / minutes_of(self.state.load, "was_s")

    def _self_service(self, state: State) -> float | None:
        """What contacts cost there that were calls before."""
        each = self.data.settings.cost.self_service_cost
        return 0.0 if not state.contained else None if each is None else state.contained * each

    @cached_property
    def repeat_rate(self) -> float:
        """The share of calls that are repeats, in all queues alike: a contact has many. Raises SourceError where
        callers are not known."""
        from ccops.metrics.evaluate import kpis

        found = kpis(self.data, ["repeat_rate"])["value"].item()
        if not isinstance(found, float):
            raise SourceError("which calls are repeats is not known", fix="import calls that name their callers")
        return found

    @cached_property
    def adherence(self) -> float:
        """Time as planned over time planned. Raises SourceError without a published schedule or a sign-in log."""
        from ccops.workforce.adherence import adherence

        found = adherence(self.data, "team").total["adherence"].item()
        if not isinstance(found, float):
            raise SourceError("adherence is not known", fix="import the schedule and the sign-in log of these days")
        return found

    @cached_property
    def attrition(self) -> Attrition:
        """The last twelve months of the list. Raises SourceError without one, SettingsError if a leaver has no cost."""
        found = attrition(self.data.everyone().between(None, None))
        if found.cost.total is None:
            raise SettingsError("what a leaver costs is not known", fix="set [people] recruit_cost, training_hours, …")
        return found

    @cached_property
    def tariffs(self) -> Tariffs:
        """The days' calls under each tariff. Raises SettingsError without tariffs."""
        if not self.versions:
            raise SettingsError("no file of tariffs is named", fix="set [cost] tariffs in ccops.toml")
        return tariffs(self.data, self.versions)


def _following(agents: pl.Series, was: pl.Series, need: pl.Series) -> pl.Series:
    change = (need - was).fill_null(0.0)
    share = (agents / was).clip(upper_bound=1.0).fill_nan(1.0).fill_null(1.0)
    return agents + change.clip(lower_bound=0.0) + change.clip(upper_bound=0.0) * share


def _telephone(data: Slice, versions: Mapping[str, Sequence[Tariff]]) -> tuple[float | None, list[Remark]]:
    """What the days' calls cost a month under the tariff in force."""
    if not versions:
        return None, [Remark("lev_no_telephone", {"what": "[cost] tariffs"})]
    try:
        paid = tariffs(data, versions).paid
    except CcopsError as refused:  # a tariff that ends within the days, calls that no rate fits
        return None, [Remark("lev_no_telephone", {"what": refused.what})]
    return (float(paid.per_month), []) if paid else (None, [Remark("lev_no_telephone", {"what": "in_force"})])


def minutes_of(load: pl.DataFrame, each: str = "aht_s") -> float:
    """Handled minutes of all calls, the lost ones counted as handled: they are what people are needed for."""
    return float((load["volume"] * load[each].fill_null(0.0)).sum()) / 60


def last_month(data: Slice) -> tuple[date, date] | None:
    """The last calendar month of which every day lies between the first and the last with calls; None without any."""
    days = days_with_calls(data)
    if not days:
        return None
    end = (days[-1] + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    first = end.replace(day=1)
    return (first, end) if days[0] <= first else None


def baseline(data: Slice, versions: Mapping[str, Sequence[Tariff]], *, from_books: bool = False) -> Baseline:
    """The centre on the slice's days, by default the last four weeks with calls. Where the settings do not say what an
    hour costs, the ledger may (`from_books`).

    Raises SettingsError where nobody knows what an hour costs, SourceError where there are no calls in queues.
    """
    price, booked = data.settings.staffing.agent_cost_per_hour, None
    if not price:
        booked = _booked_hour(data) if from_books else None
        if booked is None:
            raise SettingsError("what an hour costs is not known",
                                fix="set [staffing] agent_cost_per_hour in ccops.toml")
    last = data.scope.last_day or last_day(data)
    days = days_with_calls(data, data.scope.first_day or last - timedelta(days=_DAYS - 1), last)
    if not days:
        raise SourceError("there are no calls in these days", fix="give other days; ccops query lists what is there")
    own = data.everyone().between(days[0], days[-1])
    plan = staff_days(own, days[0], days[-1])
    months = ((days[-1] - days[0]).days + 1) / DAYS_PER_MONTH
    load = plan.frame.filter(pl.col("volume").is_not_null()).select(
        "queue", "start_at", "volume", "aht_s", "dispersion", "agents", "required", was_s="aht_s")
    notes = [] if (plan.frame["basis"] == "staffed").all() else [Remark("lev_not_staffed")]
    on_calls, productive = float(load["agents"].sum()) * plan.rules.hours, 1 - plan.rules.shrinkage
    paid, overtime = _paid(own)
    if paid and on_calls < paid:
        productive = on_calls / paid
    else:
        paid = on_calls / productive
        notes.append(Remark("lev_paid_assumed", {"shrinkage": f"{plan.rules.shrinkage:.0%}"}))
    if booked:
        month, average = booked
        price = average / (1 + data.settings.recommend.overtime_premium * (overtime or 0.0))
        notes.append(Remark("lev_price_booked", {"month": f"{month:%Y-%m}", "price": f"{price:.2f}"}))
    telephone, unknown = _telephone(own, versions)
    state = State(load, plan.patience, productive, price, overtime, telephone)
    return Baseline(own, state, plan.rules, months, paid / months, versions, (*notes, *unknown))


def _booked_hour(data: Slice) -> tuple[date, float] | None:
    """What a paid hour cost on average in the last month of the ledger that tells labour and paid hours."""
    for month in reversed(months(data)):
        actual = books(data, month, "actual")
        hours = actual.quantities.get("paid_hours") if actual else None
        if actual and actual.labour and hours:
            return month, float(actual.labour) / hours
    return None


def _paid(data: Slice) -> tuple[float, float | None]:
    """Paid hours of the days by the time sheets, overtime as long as it was, and the share of them that is overtime."""
    overtime = pl.col("kind") == "overtime"
    rows = data.read("attendance", data.scope.first_day, data.scope.last_day).select(
        usual=pl.col("paid_ms").filter(~overtime).sum() / _HOUR_MS,
        more=pl.col("attended_ms").filter(overtime).sum() / _HOUR_MS).collect()
    usual, more = rows.row(0)
    return usual + more, more / (usual + more) if usual + more else None
