"""All the figures of a business day that its report needs, from few evaluations: each over all days or keys at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from ccops.cost.offer_file import Offer
from ccops.cost.tariff_file import Tariff
from ccops.metrics.targets import target
from ccops.model import Slice
from ccops.reports.day_plan import DayPlan, day_plan
from ccops.reports.document import Provenance
from ccops.reports.lookup import Figure, Lookup, look_up
from ccops.reports.lost import Lost, lost_callers

TREND_DAYS = 14
LONG_TALK_S = 4 * 3600  # longer talk is a transfer or a missed hang-up, not a conversation
UNHEEDED_S = 3  # a phone that rang for less was ringing along with others, or hardly at all
WAIT_EDGES_S = (5, 10, 20, 30, 60, 120, 300)

STRIP = (
    "offered", "contacts", "answered", "answer_rate", "abandoned", "abandon_rate", "service_level", "asa", "max_wait",
    "aht", "occupancy",
)
_MORE = ("aht_p50", "flow_outs", "other_ends", "open", "login", "rona", "attempts", "intervals_met")
_TRAFFIC = ("offered", "answered", "abandoned", "abandon_rate", "service_level", "asa", "max_wait", "aht")
_AGENT = (
    "handled", "answered", "aht", "login", "available", "talk_time", "hold_time", "acw_time", "aux", "occupancy",
    "rona", "attempts", "transfers_out",
)
TOLD = ("hold", "acw")  # only to know whether an agent's visits tell of any


@dataclass(frozen=True)
class Oddities:
    """What is strange in the day's rows: how many, and the longest talk in seconds."""

    open_visits: int
    truncated_visits: int
    no_customer: int
    talk_unknown: int
    long_talk: int
    longest_talk_s: float | None


@dataclass(frozen=True)
class DayFigures:
    """The day's figures by interval, queue, hour, agent; those of the days before; and the rows behind exceptions."""

    slice: Slice  # of the day alone
    day: date
    interval: int
    provenance: Provenance
    days: Lookup  # by day
    month: Lookup | None  # month to date; None where no comparison was asked for
    intervals: Lookup
    plan: DayPlan
    hours: Lookup  # by queue and hour
    queues: Lookup
    agents: Lookup
    aux: Lookup  # by agent and reason
    logins: Mapping[str | None, tuple[str, ...]]  # how each agent's login times are known
    lost: Lost
    unheeded: Mapping[str, int]  # per agent the no-answers that rang long enough to be taken
    waits: Mapping[tuple[int, str], int]  # by number of the wait bin and outcome
    oddities: Oddities
    tariffs: Mapping[str, Sequence[Tariff]] = field(default_factory=dict)
    offers: Sequence[Offer] = ()

    def today(self, metric: str) -> Figure:
        return self.days.get(metric, self.day)

    def target(self, metric: str) -> float | None:
        return target(metric, self.slice.settings)

    @property
    def of_agents(self) -> bool:
        """Whether the report is about some agents or teams, to whom callers without an answer do not belong."""
        return bool(self.slice.scope.agents or self.slice.scope.teams)

    @property
    def compared(self) -> bool:
        """Whether there are earlier days to compare with: asked for, and in the data."""
        return self.month is not None and any(key != (self.day,) for key in self.days.keys)

    @property
    def trend_days(self) -> tuple[date, ...]:
        """The days of the trend, the report's own last; without a comparison there are none."""
        back = range(TREND_DAYS - 1, -1, -1) if self.compared else ()
        return tuple(self.day - timedelta(days=days) for days in back)

    @property
    def wait_edges(self) -> tuple[int, ...]:
        """Upper ends of the wait bins in seconds; the threshold of the service level is one of them."""
        return wait_edges(self.slice)


def gather(slice_: Slice, day: date, interval: int, compare: bool, provenance: Provenance) -> DayFigures:
    """Evaluate everything once."""
    of_day = slice_.on(day)
    trend = slice_.on(day - timedelta(days=TREND_DAYS - 1), day) if compare else of_day
    return DayFigures(
        of_day, day, interval, provenance,
        days=look_up(trend, STRIP + _MORE, ["day"], interval=interval),
        month=look_up(slice_.on(day.replace(day=1), day), STRIP) if compare else None,
        intervals=look_up(of_day, _TRAFFIC, ["interval"], interval=interval),
        plan=day_plan(slice_, day, interval),
        hours=look_up(of_day, ("service_level",), ["queue", "hour"]),
        queues=look_up(of_day, (*_TRAFFIC, "intervals_met"), ["queue"], interval=interval),
        agents=look_up(of_day, _AGENT + TOLD, ["agent"]),
        aux=look_up(of_day, ("aux",), ["agent", "reason"]),
        logins=_logins(of_day),
        lost=lost_callers(of_day),
        unheeded=_unheeded(of_day),
        waits=_waits(of_day),
        oddities=_oddities(of_day),
    )


def _logins(of_day: Slice) -> dict[str | None, tuple[str, ...]]:
    sources = pl.col("login_source").drop_nulls().unique().sort()
    rows = of_day.table("agent_states").group_by("agent").agg(sources).collect()
    return {agent: tuple(known) for agent, known in rows.iter_rows()}


def _unheeded(of_day: Slice) -> dict[str, int]:
    """No-answers of known agents, less those so short that somebody else's phone, ringing along, was picked up."""
    rang = pl.col("duration_ms").is_null() | (pl.col("duration_ms") >= UNHEEDED_S * 1000)
    rows = (
        of_day.table("segments").filter(pl.col("kind") == "no_answer", pl.col("agent").is_not_null(), rang)
        .group_by("agent").agg(pl.len()).collect()
    )
    return dict(rows.iter_rows())


def wait_edges(slice_: Slice) -> tuple[int, ...]:
    """The usual upper ends of wait bins with the settings' own threshold among them."""
    within = slice_.settings.service_level.within_s
    return tuple(sorted({*WAIT_EDGES_S, *([int(within)] if within == int(within) else [])}))


def _waits(of_day: Slice) -> dict[tuple[int, str], int]:
    """Answered and abandoned visits by the number of the bin that their wait falls in, its upper end included."""
    wait_ms = pl.col("wait_ms")
    edges = wait_edges(of_day)
    number = pl.sum_horizontal((wait_ms > edge * 1000).cast(pl.Int64) for edge in edges)
    rows = (
        of_day.table("queue_visits")
        .filter(pl.col("outcome").is_in(["answered", "abandoned"]), wait_ms.is_not_null())
        .group_by(number.alias("number"), "outcome")
        .agg(pl.len())
        .collect()
    )
    return {(number, outcome): count for number, outcome, count in rows.iter_rows()}


def _oddities(of_day: Slice) -> Oddities:
    answered, talk_ms = pl.col("outcome") == "answered", pl.col("talk_ms")
    row = (
        of_day.table("queue_visits")
        .select(
            open_visits=(pl.col("outcome") == "open").sum(),
            truncated_visits=pl.col("truncated").fill_null(False).sum(),
            no_customer=pl.col("customer_key").is_null().sum(),
            talk_unknown=(answered & talk_ms.is_null()).sum(),
            long_talk=(talk_ms > LONG_TALK_S * 1000).fill_null(False).sum(),
            longest_talk_s=talk_ms.max() / 1000,
        )
        .collect()
        .row(0, named=True)
    )
    return Oddities(**{name: value if name.endswith("_s") else int(value or 0) for name, value in row.items()})
