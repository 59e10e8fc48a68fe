"""The centre as its days were: calls, people and prices, in the state that levers act on, and what a month of it costs.

A month is 365.25 / 12 days. Paid hours follow the people on calls: of h paid hours for A agent-hours, a change to A'
agent-hours at another productive share makes h x A'/A x share/share'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

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
    """What levers change. `load` has queue, start_at, volume, aht_s, dispersion, the `agents` who were there, and
    `required`, the agents that the calls of the days needed.

    `productive` is the share of a paid hour on calls, `overtime` that of paid hours that are overtime, `hour_price`
    what an hour costs otherwise. Money is per month: `telephone` for the minutes as they were, None where not known,
    `leavers` what they cost more than now (below 0: less). `contained` contacts go to self service and `chat_hours` are
    spent on chats, both a month. `billing` is the unit (contact, minute, hour) and its price where somebody else bills
    the labour.
    """

    load: pl.DataFrame
    patience: Mapping[str, Patience]
    productive: float
    hour_price: float
    overtime: float = 0.0
    telephone: float | None = None
    leavers: float = 0.0
    contained: float = 0.0
    chat_hours: float = 0.0
    billing: tuple[str, float] | None = None


@dataclass(frozen=True)
class Bill:
    """A month: money by part, paid hours, agent-hours on calls that the target needs, service level, lost calls."""

    labour: float
    telephone: float
    leavers: float
    self_service: float
    paid_hours: float
    needed_hours: float
    service_level: float | None
    lost: float

    @property
    def total(self) -> float:
        return self.labour + self.telephone + self.leavers + self.self_service


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
        follow the requirement: in each interval as many more or fewer as it is, so that a shortage stays as large.
        """
        load = state.load
        need = load["required"]
        if load is not self.state.load:
            need = requirement(load, state.patience, self.data.settings, self.rules)["required"]
        if keep:
            more = state.productive / self.state.productive
            hours = float(load["agents"].sum()) * self.rules.hours / self.months * more
            left = max(1 - state.chat_hours / hours, 0.0)  # the same people write
            agents, paid = load["agents"] * (more * left), self.paid_hours
        else:
            agents = (load["agents"] + (need - load["required"]).fill_null(0.0)).clip(lower_bound=0.0)
            there = float(agents.sum()) / float(self.state.load["agents"].sum())
            paid = self.paid_hours * there * self.state.productive / state.productive
            paid += state.chat_hours / state.productive
        rows = served(load.with_columns(agents=agents), state.patience, self.rules)
        calls, minutes = load["volume"], minutes_of(load)
        lost = float((calls * rows["p_abandon"].fill_null(0.0)).sum())
        in_time = rows.filter(pl.col("service_level").is_not_null())
        level = float((in_time["volume"] * in_time["service_level"]).sum()) / max(float(in_time["volume"].sum()), 1e-9)
        return Bill(
            self._labour(state, paid, float(calls.sum()) / self.months, minutes / self.months),
            (state.telephone or 0.0) * minutes / minutes_of(self.state.load), state.leavers,
            state.contained * (self.data.settings.cost.self_service_cost or 0.0),
            paid, float(need.sum()) * self.rules.hours / self.months, level if in_time.height else None,
            lost / self.months,
        )

    def _labour(self, state: State, paid: float, contacts: float, minutes: float) -> float:
        if state.billing:
            unit, price = state.billing
            return price * {"contact": contacts, "minute": minutes, "hour": paid}[unit]
        return paid * state.hour_price * (1 + self.data.settings.recommend.overtime_premium * state.overtime)

    @cached_property
    def repeat_rate(self) -> float:
        """The share of calls that are repeats. Raises SourceError where callers are not known."""
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


def _telephone(data: Slice, versions: Mapping[str, Sequence[Tariff]]) -> tuple[float | None, list[Remark]]:
    """What the days' calls cost a month under the tariff in force."""
    if not versions:
        return None, [Remark("lev_no_telephone", {"what": "[cost] tariffs"})]
    try:
        paid = tariffs(data, versions).paid
    except CcopsError as refused:  # a tariff that ends within the days, calls that no rate fits
        return None, [Remark("lev_no_telephone", {"what": refused.what})]
    return (float(paid.per_month), []) if paid else (None, [Remark("lev_no_telephone", {"what": "in_force"})])


def minutes_of(load: pl.DataFrame) -> float:
    """Handled minutes of all calls, the lost ones counted as handled: they are what people are needed for."""
    return float((load["volume"] * load["aht_s"].fill_null(0.0)).sum()) / 60


def baseline(data: Slice, versions: Mapping[str, Sequence[Tariff]]) -> Baseline:
    """The centre on the slice's days, by default the last four weeks with calls.

    Raises SettingsError where nobody knows what an hour costs, SourceError where there are no calls in queues.
    """
    settings = data.settings
    price = settings.staffing.agent_cost_per_hour
    if not price:
        raise SettingsError("what an hour costs is not known", fix="set [staffing] agent_cost_per_hour in ccops.toml")
    last = data.scope.last_day or last_day(data)
    days = days_with_calls(data, data.scope.first_day or last - timedelta(days=_DAYS - 1), last)
    if not days:
        raise SourceError("there are no calls in these days", fix="give other days; ccops query lists what is there")
    own = data.everyone().between(days[0], days[-1])
    plan = staff_days(own, days[0], days[-1])
    months = ((days[-1] - days[0]).days + 1) / DAYS_PER_MONTH
    load = plan.frame.filter(pl.col("volume").is_not_null()).select(
        "queue", "start_at", "volume", "aht_s", "dispersion", "agents", "required")
    notes = [] if (plan.frame["basis"] == "staffed").all() else [Remark("lev_not_staffed")]
    on_calls, productive = float(load["agents"].sum()) * plan.rules.hours, 1 - plan.rules.shrinkage
    paid, overtime = _paid(own)
    if paid and on_calls < paid:
        productive = on_calls / paid
    else:
        paid = on_calls / productive
        notes.append(Remark("lev_paid_assumed", {"shrinkage": f"{plan.rules.shrinkage:.0%}"}))
    telephone, unknown = _telephone(own, versions)
    state = State(load, plan.patience, productive, price, overtime, telephone)
    return Baseline(own, state, plan.rules, months, paid / months, versions, (*notes, *unknown))


def _paid(data: Slice) -> tuple[float, float]:
    """Paid hours of the days by the time sheets, overtime as long as it was, and the share of them that is overtime."""
    overtime = pl.col("kind") == "overtime"
    rows = data.read("attendance", data.scope.first_day, data.scope.last_day).select(
        usual=pl.col("paid_ms").filter(~overtime).sum() / _HOUR_MS,
        more=pl.col("attended_ms").filter(overtime).sum() / _HOUR_MS).collect()
    usual, more = rows.row(0)
    return usual + more, more / max(usual + more, 1e-9)
