"""What a month's results rest on: sums per agent, measure and queue, who the people are, and how often they came.

Everybody's contacts are in the sums, whoever is paid by the scheme: what is expected in a queue is what the whole
centre reaches there. Evaluations of calibration sessions are nobody's result and are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from ccops.labels import label
from ccops.metrics import figures
from ccops.metrics.links import linked
from ccops.remark import Remark

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.people.incentives_scheme import Gates, Scheme

_TALLY = {"agent": pl.String(), "measure": pl.String(), "queue": pl.String(), "n": pl.Float64(),
          "above": pl.Float64(), "below": pl.Float64()}
# Adherence is workforce management's figure: its rows by agent, or None where no schedule is published.
AdherenceOf = Callable[[date, date], "pl.DataFrame | None"]


@dataclass(frozen=True, eq=False)
class Facts:
    """A month: `tallies` by agent, measure and queue; `people` whom the scheme pays; `handled` by agent and queue.

    A measure's ratio is above / below: handle seconds per contact, contacts per hour, score per evaluation, satisfied
    per answer, adherent per tracked second; `n` is what its credibility counts. `people` have agent, team, shift,
    queue (where most of the handle time went), handle_s expected per contact, contacts, evaluations, failed, surveys,
    and days present and absent, null where attendance is not known.
    """

    month: date
    tallies: pl.DataFrame
    people: pl.DataFrame
    handled: pl.DataFrame
    notes: tuple[Remark, ...]


def month_end(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def facts(data: Slice, scheme: Scheme, month: date, adherence_of: AdherenceOf) -> Facts:
    """The results of the calendar month that begins on `month`."""
    last = month_end(month)
    scope = replace(data.scope, queues=(), agents=(), teams=(), channels=(), directions=(), first_day=month,
                    last_day=last)
    everyone = replace(data, scope=scope)
    handled, surveys, hourly = _handled(everyone), _surveys(everyone), _per_hour(everyone)
    parts = {
        "productivity": handled, "csat": surveys, "contacts_per_hour": hourly,
        "quality": _quality(everyone) if scheme.measures("quality") else None,
        "adherence": _adherent(adherence_of(month, last)) if scheme.measures("adherence") else None,
    }
    tallies = pl.concat([
        pl.DataFrame(schema=_TALLY),
        *(_tallied(name, part) for name, part in parts.items() if part is not None and scheme.measures(name)),
    ])
    counts = (
        _worked(handled), _evaluated(everyone, scheme.gates), surveys.group_by("agent").agg(surveys=pl.col("n").sum()),
        _attendance(everyone, scheme.gates),
    )
    seen = pl.concat([frame.select("agent") for frame in (*counts, tallies)]).unique()
    people, notes = _people(everyone, scheme, month, seen)
    for frame in counts:
        people = people.join(frame, on="agent", how="left")
    people = people.with_columns(pl.col("contacts", "evaluations", "failed", "surveys").fill_null(0).cast(pl.Int64))
    known = set(tallies["measure"])
    guessed = hourly["note"].drop_nulls().len() if "contacts_per_hour" in known else 0
    notes += counted("inc_inferred", guessed, month)
    notes += [Remark("inc_no_data", {"measure": measure_words(one.name), "month": f"{month:%Y-%m}"})
              for one in scheme.measure if one.name not in known]
    unknown = people["present"].null_count() if scheme.gates.attendance else 0
    notes += counted("inc_attendance_unknown", unknown, month)
    return Facts(month, tallies, people.sort("agent"), _tallied("productivity", handled), tuple(notes))


def counted(key: str, n: int, month: date) -> list[Remark]:
    """What is said of `n` people in a month; nothing of none."""
    return [Remark(key, {"n": f"{n}", "month": f"{month:%Y-%m}"})] * (n > 0)


def measure_words(measure: str) -> tuple[str, str]:
    """The name of a measure in both languages."""
    return label(f"inc_{measure}", "en"), label(f"inc_{measure}", "zh")


def _tallied(name: str, part: pl.DataFrame) -> pl.DataFrame:
    """Sums per agent and queue, where both sides of the ratio are known."""
    known = part.drop_nulls(["agent", "above", "below"]).filter(pl.col("below") > 0)
    sums = known.group_by("agent", "queue").agg(pl.col("n", "above", "below").cast(pl.Float64).sum())
    return sums.select("agent", pl.lit(name).alias("measure"), "queue", "n", "above", "below").sort("agent", "queue")


def _handled(data: Slice) -> pl.DataFrame:
    """Handle seconds (above) of handled contacts (below), as the metric `aht` has them."""
    rows = figures(data, ["aht"], ["agent", "queue"]).long().drop_nulls(["agent", "denominator"])
    return rows.select("agent", "queue", n="denominator", above="numerator", below="denominator")


def _worked(handled: pl.DataFrame) -> pl.DataFrame:
    """Contacts per agent, the queue that took most of the time, and the seconds expected for such contacts."""
    rate = handled.group_by("queue").agg(rate=pl.col("above").sum() / pl.col("below").sum())
    rows = handled.join(rate, on="queue", nulls_equal=True).sort("above", "queue")
    return rows.group_by("agent").agg(
        pl.col("queue").last(), contacts=pl.col("below").sum(),
        handle_s=(pl.col("below") * pl.col("rate")).sum() / pl.col("below").sum(),
    )


def _per_hour(data: Slice) -> pl.DataFrame:
    """Handled contacts (above) per hour signed in and not waiting for one (below), as the metric `cph_busy`."""
    rows = figures(data, ["cph_busy"], ["agent"]).long()
    hours = pl.col("denominator") / 3600
    return rows.select("agent", "note", pl.lit(None, pl.String).alias("queue"), n="numerator", above="numerator",
                       below=hours)


def _quality(data: Slice) -> pl.DataFrame:
    """Scores (above) of evaluations (below) as in the metric `qa_score`, by the queue of the export, else the contact.
    """
    scored = pl.col("session").is_null() & pl.col("score").is_not_null()
    rows = linked(data, "evaluations").filter(scored).with_columns(pl.coalesce("queue", "met_queue").alias("queue"))
    sums = rows.group_by("agent", "queue").agg(n=pl.len(), above=pl.col("score").sum(), below=pl.len())
    return sums.drop_nulls("agent").collect()


def _adherent(rows: pl.DataFrame | None) -> pl.DataFrame | None:
    """Adherent (above) of tracked seconds (below), the tracked hours as what credibility counts."""
    return rows if rows is None else rows.select(
        "agent", pl.lit(None, pl.String).alias("queue"), n=pl.col("tracked_s") / 3600, above="adherent_s",
        below="tracked_s",
    )


def _evaluated(data: Slice, gates: Gates) -> pl.DataFrame:
    """Evaluations with a score per agent, and how many failed: by a critical error of the kinds that count, or by a
    mark of the export that no critical error explains."""
    missed = pl.coalesce("failed", pl.col("points") <= 0) & ~pl.col("not_applicable").fill_null(False)
    errors = data.table("evaluation_items").filter(pl.col("critical").is_not_null() & missed.fill_null(False))
    of_kind = pl.col("critical").is_in(list(gates.fails)).any()
    rows = data.table("evaluations").filter(pl.col("session").is_null()).join(
        errors.group_by("evaluation_id").agg(counts=of_kind), on="evaluation_id", how="left"
    )
    failed = pl.coalesce("counts", "failed").fill_null(False).sum()
    known = pl.col("score").is_not_null().sum()
    return rows.group_by("agent").agg(evaluations=known, failed=failed).drop_nulls("agent").collect()


def _surveys(data: Slice) -> pl.DataFrame:
    """Satisfied customers (above) of those who answered (below), by the agent and queue of the survey, else of its
    contact; of the month in which they were asked."""
    rows = linked(data, "surveys").filter(pl.col("csat").is_not_null()).with_columns(
        pl.coalesce(name, f"met_{name}").alias(name) for name in ("agent", "queue")
    )
    satisfied = (pl.col("csat") >= data.settings.quality.csat_satisfied).sum()
    sums = rows.group_by("agent", "queue").agg(n=pl.len(), above=satisfied, below=pl.len())
    return sums.drop_nulls("agent").collect()


def _attendance(data: Slice, gates: Gates) -> pl.DataFrame:
    """Days present and absent per agent: a day on which somebody came is no absence, and leave is not due."""
    came = (pl.col("attended_ms") > 0).fill_null(False).any()
    missed = pl.col("kind").is_in(list(gates.absences)).any()
    days = data.table("attendance").group_by("agent", "day").agg(came=came, missed=missed & ~came)
    sums = days.group_by("agent").agg(present=pl.col("came").sum().cast(pl.Int64),
                                      absent=pl.col("missed").sum().cast(pl.Int64))
    return sums.drop_nulls("agent").collect()


def _people(data: Slice, scheme: Scheme, month: date, seen: pl.DataFrame) -> tuple[pl.DataFrame, list[Remark]]:
    """Whom the scheme pays, with team and shift: the roles that it names, and who is in no list of employees."""
    still = pl.col("employed_to").is_null() | (pl.col("employed_to") >= month)
    there = (pl.col("employed_from") <= month_end(month)) & still
    listed = data.read("employees", None, None).filter(there).sort("agent", "nth").group_by("agent").agg(
        pl.col("team", "shift", "role").last()
    ).collect()
    paid = pl.col("role").fill_null("agent").is_in(list(scheme.roles))
    others = listed.filter(~paid)
    strangers = seen.join(listed, on="agent", how="anti")
    team_of = data.settings.team_of
    people = pl.concat([listed.filter(paid), strangers], how="diagonal").with_columns(
        team=pl.col("agent").replace_strict(list(team_of), list(team_of.values()), default=pl.col("team"),
                                            return_dtype=pl.String)
    )
    unlisted = 0 if listed.is_empty() else strangers.height
    notes = [*counted("inc_other_roles", others.height, month), *counted("inc_not_listed", unlisted, month)]
    return people.select("agent", "team", "shift"), notes
