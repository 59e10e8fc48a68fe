"""Which contacts to listen to: a sample that measures, spread by chance, and one for coaching, an agent at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import polars as pl

from ccops.errors import SourceError, UsageError
from ccops.model import Slice
from ccops.quality.sampling import allocated, drawn, half_width, sample_size
from ccops.remark import Remark

STRATA = ("queue", "team", "day", "none")


@dataclass(frozen=True, eq=False)
class Plan:
    """`strata`: per stratum the contacts there are, the sample, and what it leaves open; `draw`: the contacts to listen
    to, with `purpose` measure or coach. `needed` is the sample size before rounding; `reached` what it leaves open.
    """

    by: str
    population: int
    needed: float
    error: float
    level: float
    reached: float
    strata: pl.DataFrame
    draw: pl.DataFrame
    coached: int
    seed: int
    notes: tuple[Remark, ...]

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.draw.columns, self.draw.rows())


def plan(data: Slice, by: str = "queue", *, error: float | None = None, level: float | None = None,
         neyman: bool = False, coaching: int | None = None, seed: int = 1, least_talk_s: float | None = None) -> Plan:
    """A plan over the answered contacts of the scope that nobody has evaluated yet.

    With `neyman` strata whose scores vary more get more. Raises SourceError where there is nothing to listen to,
    UsageError for another grain or an error that cannot be.
    """
    if by not in STRATA:
        raise UsageError(f"a sample is spread by {', '.join(STRATA)}, not {by}", fix="ccops quality sample --by queue")
    own = data.settings.quality
    error, level = error or own.sample_error, level or own.sample_level
    each, shortest = own.coaching_per_week if coaching is None else coaching, least_talk_s or own.least_talk_s
    pool, left_out = _pool(data, shortest)
    heard = _heard(data)
    stratum = pl.lit("all") if by == "none" else pl.col(by).cast(pl.String).fill_null("unknown")
    fresh = pool.join(heard, on="contact_id", how="anti").with_columns(stratum=stratum)
    if fresh.is_empty():
        raise SourceError("there is no contact left to listen to", fix="give days with answered calls")
    needed = sample_size(error, level, population=fresh.height)
    strata = _strata(fresh, min(math.ceil(needed - 1e-9), fresh.height), _spreads(data, by) if neyman else None)
    measure = [
        one for name, n in strata.select("stratum", "sample").rows()
        for one in drawn(fresh.filter(pl.col("stratum") == name)["contact_id"].to_list(), n, seed)
    ]
    coach = _coached(fresh.filter(~pl.col("contact_id").is_in(measure)), data, each, seed)
    draw = pl.concat([
        _told(fresh, measure, "measure"), _told(fresh, coach, "coach"),
    ]).sort("purpose", "agent", "started_at", descending=[True, False, False])
    reached = half_width(len(measure), level, population=fresh.height)
    strata = strata.with_columns(pl.Series("error", [
        half_width(n, level, population=size) for n, size in strata.select("sample", "population").rows()
    ]))
    notes = [Remark("mon_left_out", {"n": str(left_out), "s": f"{shortest:g}"})] if left_out else []
    notes += [Remark("mon_heard", {"n": str(pool.height - fresh.height)})] if pool.height > fresh.height else []
    return Plan(by, fresh.height, needed, error, level, reached, strata, draw, len(coach), seed, tuple(notes))


def _pool(data: Slice, shortest: float) -> tuple[pl.DataFrame, int]:
    """Answered contacts, one row each: the visit that was answered last; and how many were too short to judge."""
    visits = data.table("queue_visits").filter(
        pl.col("outcome") == "answered", pl.col("agent").is_not_null()
    ).sort("entered_at").group_by("contact_id").agg(
        pl.col("queue", "agent", "day").last(), started_at=pl.col("answered_at").last(),
        talk_s=pl.col("talk_ms").sum() / 1000,
    ).collect()
    if visits.is_empty():
        raise SourceError("there is no answered contact", fix="give days with answered calls")
    listed = data.read("employees", None, None).sort("nth").group_by("agent").agg(pl.col("team").last()).collect()
    team = pl.col("agent").replace_strict(data.settings.team_of, default=None, return_dtype=pl.String)
    zone = data.settings.zone.name
    rows = visits.join(listed, on="agent", how="left").with_columns(
        team=pl.coalesce(team, "team"),
        started_at=pl.col("started_at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone),
    )
    long = rows.filter(pl.col("talk_s") >= shortest)
    return long, rows.height - long.height


def _heard(data: Slice) -> pl.DataFrame:
    return data.read("evaluations", None, None).select("contact_id").drop_nulls().unique().collect()


def _strata(fresh: pl.DataFrame, total: int, spreads: dict[str, float] | None) -> pl.DataFrame:
    sizes = dict(fresh.group_by("stratum").len().sort("stratum").rows())
    return pl.DataFrame({"stratum": [*sizes], "population": [*sizes.values()],
                         "sample": [*allocated(total, sizes, spreads).values()]},
                        schema={"stratum": pl.String, "population": pl.Int64, "sample": pl.Int64})


def _spreads(data: Slice, by: str) -> dict[str, float] | None:
    """How much scores vary in each stratum so far, where anything is known of it."""
    from ccops.quality.scorecard import scored

    try:
        known = scored(data.between(None, None)).frame
    except SourceError:
        return None
    if by not in ("queue", "team"):
        return None
    found = known.group_by(by).agg(pl.col("score").std()).drop_nulls()
    return {str(name): max(float(spread), 0.01) for name, spread in found.rows()}


def _coached(fresh: pl.DataFrame, data: Slice, each: int, seed: int) -> list[str]:
    """So many contacts per agent and week, those agents first whose last evaluation is longest ago."""
    last = data.read("evaluations", None, None).group_by("agent").agg(last=pl.col("day").max()).collect()
    order = dict(last.rows())
    found: list[str] = []
    weekly = fresh.with_columns(week=pl.col("day").dt.strftime("%G-W%V")).partition_by("agent", "week", as_dict=True)
    for agent, week in sorted(weekly, key=lambda key: (order.get(key[0]) or date.min, str(key[0]), str(key[1]))):
        found += drawn(weekly[agent, week]["contact_id"].to_list(), each, seed)
    return found


def _told(fresh: pl.DataFrame, ids: list[str], purpose: str) -> pl.DataFrame:
    return fresh.filter(pl.col("contact_id").is_in(ids)).select(
        pl.lit(purpose).alias("purpose"), "contact_id", "queue", "team", "agent", "day", "started_at", "talk_s"
    )
