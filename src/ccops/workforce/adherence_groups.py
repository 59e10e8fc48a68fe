"""Pieces of compared time added up: by agent, team or day, by the reason of deviations, and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from ccops.errors import UsageError
from ccops.workforce.adherence_pieces import WORK, runs
from ccops.workforce.serving import parted

if TYPE_CHECKING:
    from ccops.model import Slice

_SECONDS = pl.col("seconds")
_DEVIATES = pl.col("kind").is_not_null()
# Planned work that was not worked is what callers miss; work in a planned pause is what they gain.
LOST = _DEVIATES & (pl.col("activity") == WORK)
WON = _DEVIATES & (pl.col("activity") != WORK) & (pl.col("doing") == WORK).fill_null(False)


def groups(pieces: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sums and shares per group of the columns `by`, in their order; over everything without any."""
    tracked = pl.col("tracked").fill_null(False)
    sums = {
        "scheduled_s": pl.col("activity").is_not_null(), "tracked_s": tracked,
        "adherent_s": pl.col("adherent").fill_null(False), "work_s": pl.col("activity") == WORK,
        "worked_s": pl.col("doing") == WORK, "deviation_s": _DEVIATES, "lost_s": LOST,
    }
    added = [_SECONDS.filter(mask).sum().alias(name) for name, mask in sums.items()]
    found = pieces.group_by(by).agg(*added, _calls()) if by else pieces.select(*added, _calls())
    shares = {"adherence": ("adherent_s", "tracked_s"), "conformance": ("worked_s", "work_s")}
    with_shares = found.with_columns(
        pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole)).alias(name)
        for name, (part, whole) in shares.items()
    )
    order = ("scheduled_s", "tracked_s", "adherent_s", "adherence", "work_s", "worked_s", "conformance", "deviation_s",
             "lost_s", "calls_late")
    return with_shares.select(*by, *order).sort(*by, nulls_last=True) if by else with_shares.select(order)


def reasons(pieces: pl.DataFrame) -> pl.DataFrame:
    """Deviations by kind and, of unplanned not-ready time, by the switch's reason; the longest first."""
    tracked = _SECONDS.filter(pl.col("tracked").fill_null(False)).sum()
    whole = float(pieces.select(tracked).item() or 0)
    found = _deviating(pieces).group_by("reason", "aux").agg(
        n=pl.col("event").n_unique(), deviation_s=_SECONDS.sum(), lost_s=_SECONDS.filter(LOST).sum(),
        calls_late=_calls(),
    )
    share = pl.col("deviation_s") / whole if whole else pl.lit(None, pl.Float64)
    told = found.with_columns(share=share).sort("deviation_s", "reason", "aux", descending=[True, False, False])
    return told.select("reason", "aux", "n", "deviation_s", "share", "lost_s", "calls_late")


def deviations(pieces: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Each unbroken deviation of one reason, cut at the business day, in time order; instants in the zone.

    `planned` is null where it spans several planned activities.
    """
    local = [
        pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).alias(head)
        for name, head in (("started_at", "start_at"), ("ended_at", "end_at"))
    ]
    found = _deviating(pieces).group_by("event", "day", "agent", "team", "reason", "aux").agg(
        pl.col("started_at").min(), pl.col("ended_at").max(), seconds=_SECONDS.sum(),
        planned=pl.when(pl.col("activity").n_unique() == 1).then(pl.col("activity").first()),
        lost_s=_SECONDS.filter(LOST).sum(), calls_late=_calls(),
    )
    return found.sort("started_at", "agent", "reason").select(
        "agent", "team", "day", *local, "seconds", "planned", "reason", "aux", "lost_s", "calls_late"
    )


def unmeasured(plan: pl.DataFrame, team_of: pl.DataFrame) -> pl.DataFrame:
    """Whose planned time cannot be looked at, and why."""
    length = (pl.col("ended_at") - pl.col("started_at")).dt.total_microseconds() / 1_000_000
    found = plan.group_by("agent", "why").agg(days=pl.col("day").n_unique(), scheduled_s=length.sum())
    named = found.join(team_of, on="agent", how="left").sort("agent", "why")
    return named.select("agent", "team", "why", "days", "scheduled_s")


def teams(data: Slice) -> pl.DataFrame:
    """Team per agent: the settings', else that of the latest employment in the list of employees."""
    listed = data.read("employees", None, None).sort("nth").select("agent", "team").drop_nulls().collect()
    known = dict(listed.iter_rows()) | data.settings.team_of
    return pl.DataFrame([*known.items()], schema={"agent": pl.String, "team": pl.String}, orient="row")


def chosen(data: Slice, plan: pl.DataFrame, team_of: pl.DataFrame) -> list[str]:
    """The agents of the schedule whom the slice's scope asks for. Raises UsageError for an agent not in it."""
    scope, everyone = data.scope, plan["agent"].unique()
    for agent in scope.agents:
        if agent not in everyone:
            near = get_close_matches(agent, everyone.to_list(), n=1)
            raise UsageError(f"no agent {agent!r} is in the schedule of these days",
                             fix=f"did you mean {near[0]}?" if near else "ccops adherence --by agent lists them")
    asked = set(everyone)
    if scope.agents or scope.teams:
        asked &= {*scope.agents, *team_of.filter(pl.col("team").is_in(list(scope.teams)))["agent"]}
    if scope.queues:
        asked &= _of_queues(data, plan)
    return sorted(asked)


def _of_queues(data: Slice, plan: pl.DataFrame) -> set[str]:
    queues = list(data.scope.queues)
    answered = data.read("queue_visits", data.scope.first_day, data.scope.last_day).filter(
        pl.col("queue").is_in(queues) & (pl.col("outcome") == "answered")
    )
    latest = data.read("employees", None, None).sort("nth").unique("agent", keep="last", maintain_order=True)
    skilled = latest.filter(
        pl.col("skills").str.split(";").list.eval(pl.element().str.strip_chars().is_in(queues)).list.any()
    )
    found = [frame.select("agent").drop_nulls().unique().collect()["agent"] for frame in (answered, skilled)]
    named = {text for text in plan["queue"].drop_nulls().unique() if set(parted(text)) & set(queues)}
    return {*found[0], *found[1], *plan.filter(pl.col("queue").is_in(list(named)))["agent"]}


def _deviating(pieces: pl.DataFrame) -> pl.DataFrame:
    """Pieces of deviations; `reason` is their kind, `aux` the switch's own reason of unplanned not-ready time.

    `event` numbers the unbroken stretches of one reason: who is absent is so once, whatever was planned.
    """
    aux = pl.when(pl.col("kind") == "unplanned_aux").then(pl.col("reason"))
    named = pieces.filter(_DEVIATES).with_columns(aux=aux, reason=pl.col("kind"))
    return runs(named, ["reason", "aux", "day"], "event")


def _calls() -> pl.Expr:
    """Calls late of the pieces that could be priced; null where none could, 0 where there were none."""
    known = pl.col("calls_late").filter(LOST | WON)
    return pl.when(known.is_not_null().any() | (known.len() == 0)).then(known.sum()).alias("calls_late")
