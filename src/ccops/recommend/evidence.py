"""What the data say that candidates are made of, each fact read once and only when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from ccops.people.rates import DAYS_PER_MONTH
from ccops.workforce.simulation.twin_agents import skills_of
from ccops.workforce.visits import epoch_s, inbound_visits

if TYPE_CHECKING:
    from ccops.cost.offer_file import Offer
    from ccops.cost.tariff_file import Tariff
    from ccops.model import Slice
    from ccops.settings import Settings


@dataclass(frozen=True)
class Planned:
    """An agent's published day in epoch seconds: from when to when, and its lunch, if it has one."""

    agent: str
    day: date
    team: str
    start_s: float
    end_s: float
    lunch: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class Evidence:
    """The data of `days`, those with calls of the last weeks; `whole` is all there is, `tariffs` and `offers` are those
    on file."""

    whole: Slice
    days: tuple[date, ...]
    tariffs: Mapping[str, Sequence[Tariff]] = field(default_factory=dict)
    offers: Sequence[Offer] = ()

    @property
    def settings(self) -> Settings:
        return self.whole.settings

    @cached_property
    def data(self) -> Slice:
        """Everybody's data of the days."""
        return self.whole.everyone().between(self.days[0], self.days[-1])

    @property
    def months(self) -> float:
        """How many months the days make."""
        return ((self.days[-1] - self.days[0]).days + 1) / DAYS_PER_MONTH

    @property
    def lost_value(self) -> float:
        """What a lost call costs; 0 is not known."""
        return self.settings.staffing.lost_call_value

    @property
    def hour_cost(self) -> float:
        """What a paid hour costs; 0 is not known."""
        return self.settings.staffing.agent_cost_per_hour

    @cached_property
    def visits(self) -> pl.DataFrame:
        """Visits of the days: system, contact_id, queue, agent, outcome, entered_at, handle_s, wait_s, hour (local)."""
        parts = ("talk_ms", "hold_ms", "acw_ms")
        return inbound_visits(self.data).select(
            "system", "contact_id", "queue", "agent", "outcome", "entered_at", "day", hour=pl.col("quarter") // 4,
            wait_s=pl.col("wait_ms") / 1000,
            handle_s=pl.sum_horizontal(pl.col(name).fill_null(0) for name in parts) / 1000,
        ).collect(engine="streaming")

    @cached_property
    def skills(self) -> Mapping[str, tuple[str, ...]]:
        """Queues that each agent serves, most first."""
        return skills_of(self.visits)

    @cached_property
    def systems(self) -> Mapping[str, str]:
        """The switch that each queue is on."""
        return dict(self.visits.group_by("queue").agg(pl.col("system").mode().sort().first()).iter_rows())

    @cached_property
    def offered(self) -> Mapping[str, float]:
        """Calls per month of each queue."""
        counts = self.visits.group_by("queue").len().iter_rows()
        return {queue: n / self.months for queue, n in sorted(counts)}

    @cached_property
    def team_of(self) -> Mapping[str, str]:
        """Everybody's team: by the settings, else by the list of employees."""
        rows = self.whole.read("employees", None, None).filter(pl.col("team").is_not_null()).sort("nth")
        listed = dict(rows.select("agent", "team").collect().iter_rows())
        return listed | self.settings.team_of

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """Published days of work, by team, day and start."""
        rows = self.data.table("shifts").filter(pl.col("activity") != "off", pl.col("agent").is_not_null()).select(
            "agent", "day", "activity", from_s=epoch_s("started_at"), to_s=epoch_s("ended_at"),
        ).drop_nulls().collect()
        lunch = pl.col("activity") == "lunch"
        days = rows.group_by("agent", "day").agg(
            start=pl.col("from_s").min(), end=pl.col("to_s").max(),
            lunch_s=pl.col("from_s").filter(lunch).min(), lunch_e=pl.col("to_s").filter(lunch).min(),
        )
        found = [
            Planned(agent, day, self.team_of[agent], start, end, None if begins is None else (begins, ends))
            for agent, day, start, end, begins, ends in days.iter_rows() if agent in self.team_of
        ]
        return tuple(sorted(found, key=lambda one: (one.team, one.day, one.start_s, one.agent)))

    def clock(self, epoch: float) -> int:
        """Minutes of the local clock at an instant."""
        from datetime import UTC, datetime

        local = datetime.fromtimestamp(epoch, UTC).astimezone(self.settings.zone.info)
        return local.hour * 60 + local.minute
