"""A schedule laid over what agents did: both timelines cut at every edge of either, and each piece named.

Frames in, frames out; instants are naive UTC. A timeline has one row per stretch of an agent, without overlap.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

WORK = "work"
AUX = "aux"  # not ready, for a reason that no planned activity stands for
SIGNED_OUT = "signed_out"
PIECE = ("agent", "started_at", "ended_at", "day", "seconds", "activity", "queue", "doing", "reason", "tracked")
_VERDICT = ("adherent", "deviation", "kind")
_NOTHING = -1


def overlaid(plan: pl.DataFrame, done: pl.DataFrame) -> pl.DataFrame:
    """Pieces (agent, started_at, ended_at, plan, done) in which neither timeline changes.

    Both frames have agent, started_at, ended_at; `plan` and `done` are row numbers in them, null where there is
    nothing. Pieces in which neither has anything are left out.
    """
    edges = _edges(plan, "plan").join(_edges(done, "done"), on=["agent", "at"], how="full", coalesce=True)
    filled = edges.sort("agent", "at").with_columns(
        pl.col("plan", "done").forward_fill().over("agent"), ended_at=pl.col("at").shift(-1).over("agent")
    )
    known = [pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in ("plan", "done")]
    return (
        filled.select("agent", pl.col("at").alias("started_at"), "ended_at", *known)
        .filter(pl.col("ended_at").is_not_null() & (pl.col("plan").is_not_null() | pl.col("done").is_not_null()))
    )


def _edges(timeline: pl.DataFrame, name: str) -> pl.DataFrame:
    """Where the timeline changes: to a row's number, or to nothing at an end that no other row begins at."""
    rows = timeline.select("agent", "started_at", "ended_at", row=pl.int_range(pl.len(), dtype=pl.Int64))
    begins = rows.select("agent", at="started_at", row="row")
    ends = rows.select("agent", at="ended_at", row=pl.lit(_NOTHING, pl.Int64))
    return pl.concat([begins, ends]).group_by("agent", "at").agg(pl.col("row").max().alias(name))


def runs(rows: pl.DataFrame, same: Sequence[str], name: str) -> pl.DataFrame:
    """Rows with the number, start and end of the run they belong to: no gap, and equal in `same`.

    The columns are called `name`, `name_from` and `name_to`.
    """
    of_agent = rows.sort("agent", "started_at")
    changed = pl.col("started_at") > pl.col("ended_at").shift(1).over("agent")
    for column in same:
        changed |= pl.col(column).ne_missing(pl.col(column).shift(1).over("agent"))
    numbered = of_agent.with_columns(
        (changed | (pl.col("agent") != pl.col("agent").shift(1))).fill_null(True).cum_sum().alias(name)
    )
    return numbered.with_columns(
        pl.col("started_at").min().over(name).alias(f"{name}_from"),
        pl.col("ended_at").max().over(name).alias(f"{name}_to"),
    )


def compared(plan: pl.DataFrame, done: pl.DataFrame, *, tolerance_s: float, signed_out: Sequence[str],
             untracked: Sequence[str]) -> pl.DataFrame:
    """Every piece with what was planned (activity, queue) and done (doing, reason), and how the one fits the other.

    `plan` has its runs `stretch` and `shift`, `done` its runs `run`. Of pieces that are planned and tracked, `adherent`
    is known, and `deviation` and `kind` of those that are not.
    """
    of_plan = plan.select(
        "activity", "queue", "stretch", "stretch_from", "stretch_to", "shift", plan_day="day"
    ).with_row_index("plan")
    of_done = done.select("doing", "reason", "run", "run_from", "run_to", done_day="day").with_row_index("done")
    pieces = (
        overlaid(plan, done)
        .join(of_plan.with_columns(pl.col("plan").cast(pl.Int64)), on="plan", how="left")
        .join(of_done.with_columns(pl.col("done").cast(pl.Int64)), on="done", how="left")
        .with_columns(
            day=pl.coalesce("plan_day", "done_day"), tracked=~pl.col("activity").is_in(list(untracked)),
            seconds=(pl.col("ended_at") - pl.col("started_at")).dt.total_microseconds() / 1_000_000,
        )
    )
    scheduled = judged(pieces.filter(pl.col("activity").is_not_null()), tolerance_s=tolerance_s, signed_out=signed_out)
    beside = pieces.filter(pl.col("activity").is_null())
    verdicts = [pl.when("tracked").then(pl.col(name)).alias(name) for name in ("adherent", "deviation", "kind")]
    told = scheduled.with_columns(verdicts).select(*PIECE, *_VERDICT)
    return pl.concat([told, beside.select(*PIECE)], how="diagonal")


def judged(pieces: pl.DataFrame, *, tolerance_s: float, signed_out: Sequence[str]) -> pl.DataFrame:
    """Planned pieces with `adherent`, `deviation` (its number, null where there is none) and `kind`.

    Expects activity, doing (null: signed out), stretch and shift runs, run (of doing). A deviation is an unbroken time
    within one planned stretch in which the agent does something else. If it begins where the stretch begins or ends
    where it ends, and lasts no longer than the tolerance, it is adherent.
    """
    here = pl.col("doing").is_not_null()
    with_presence = pieces.sort("agent", "started_at").with_columns(
        seen_from=pl.col("started_at").filter(here).min().over("shift"),
        seen_to=pl.col("ended_at").filter(here).max().over("shift"),
    )
    present = pl.col("seen_from").is_not_null()
    kept = (
        (pl.col("doing") == pl.col("activity")).fill_null(False)
        | ((pl.col("doing") == AUX) & (pl.col("activity") != WORK)).fill_null(False)
        | (~here & present & pl.col("activity").is_in(list(signed_out)))
    )
    flagged = with_presence.with_columns(kept=kept)
    begins = ~pl.col("kept") & (
        pl.col("kept").shift(1).fill_null(True) | (pl.col("stretch") != pl.col("stretch").shift(1)).fill_null(True)
        | (pl.col("started_at") > pl.col("ended_at").shift(1)).fill_null(True)
    )
    numbered = flagged.with_columns(deviation=pl.when(~pl.col("kept")).then(begins.cum_sum()))
    since, until = (getattr(pl.col(at), how)().over("deviation") for at, how in _ENDS)
    at_edge = (since == pl.col("stretch_from")) | (until == pl.col("stretch_to"))
    short = (until - since) <= pl.duration(microseconds=round(tolerance_s * 1_000_000))
    forgiven = pl.col("deviation").is_not_null() & at_edge & short
    settled = numbered.with_columns(
        adherent=pl.col("kept") | forgiven, deviation=pl.when(~forgiven).then(pl.col("deviation"))
    )
    return settled.with_columns(kind=pl.when(pl.col("deviation").is_not_null()).then(_kind(settled))).drop("kept")


_ENDS = (("started_at", "min"), ("ended_at", "max"))


def _kind(pieces: pl.DataFrame) -> pl.Expr:
    """What a deviation is, of a piece that is one."""
    out = pl.col("doing").is_null()
    pause_at = _planned_elsewhere(pieces)
    taken = pl.col("run_to") - pl.col("run_from")
    return (
        pl.when(out & pl.col("seen_from").is_null()).then(pl.lit("absent"))
        .when(out & (pl.col("ended_at") <= pl.col("seen_from"))).then(pl.lit("late_start"))
        .when(out & (pl.col("started_at") >= pl.col("seen_to"))).then(pl.lit("early_leave"))
        .when(out).then(pl.lit(SIGNED_OUT))
        .when(pl.col("doing") == WORK).then(pl.lit("worked_through"))
        .when(pause_at.is_null()).then(pl.lit("unplanned_aux"))
        .when(taken > pause_at).then(pl.lit("long_pause"))
        .otherwise(pl.lit("moved_pause"))
    )


def _planned_elsewhere(pieces: pl.DataFrame) -> pl.Expr:
    """How long the pauses were planned that the agent's pause in hand overlaps; null where it meets none."""
    met = pieces.filter((pl.col("doing") == pl.col("activity")) & (pl.col("activity") != WORK))
    lengths = (
        met.unique(["run", "stretch"]).group_by("run")
        .agg(planned=(pl.col("stretch_to") - pl.col("stretch_from")).sum())
    )
    return pl.col("run").replace_strict(
        lengths["run"], lengths["planned"], default=None, return_dtype=pl.Duration("us")
    )
