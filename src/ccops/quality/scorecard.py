"""Scores of evaluations from their questions: what was given over what could be given, weight by weight.

Within a section a question counts by its weight, sections by theirs; what does not apply is left out and the other
weights are brought to the whole. A critical question that was failed marks the evaluation and leaves its score as it
is: whether calls are right and whether they are allowed are two questions.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ccops.errors import SourceError
from ccops.model import CRITICAL_KINDS, Slice
from ccops.remark import Remark


@dataclass(frozen=True, eq=False)
class Scored:
    """`frame`: a row per evaluation with evaluation_id, contact_id, agent, team, queue, evaluator, form, session,
    master, evaluated_at, day, `score` (0-1; null where nothing is known), `failed`, and per critical kind whether it
    was passed (null where the form does not ask). `items`: a row per question that applied, with its share of points.
    """

    frame: pl.DataFrame
    items: pl.DataFrame
    notes: tuple[Remark, ...]


def scored(data: Slice, *, sessions: bool = False) -> Scored:
    """The evaluations of the scope's days, agents and teams; those of calibration sessions only with `sessions`.

    Raises SourceError where there are none.
    """
    scope = data.scope
    heads = data.read("evaluations", scope.first_day, scope.last_day).collect()
    if heads.is_empty():
        raise SourceError("no evaluations of these days", fix="ccops import them; give other days")
    asked = data.read("evaluation_items", None, None).join(
        heads.lazy().select("evaluation_id"), on="evaluation_id", how="semi"
    ).collect()
    rows = _headed(data, heads if sessions else heads.filter(pl.col("session").is_null()))
    items, off = _weighted(asked.join(rows.select("evaluation_id", "form"), on="evaluation_id"))
    frame = rows.join(_scores(items), on="evaluation_id", how="left").join(
        _critical(asked), on="evaluation_id", how="left"
    ).with_columns(
        score=pl.coalesce("of_items", "score"),
        failed=pl.col("failed").fill_null(False) | pl.col("any_failed").fill_null(False),
    ).drop("of_items", "any_failed")
    return Scored(_within(frame, data), items, tuple(_notes(frame, off, data)))


def _headed(data: Slice, heads: pl.DataFrame) -> pl.DataFrame:
    """Evaluations with the queue of their contact and the team of their agent, where these are known."""
    ids = heads.lazy().select("contact_id").drop_nulls().unique()
    met = data.read("queue_visits", None, None).join(ids, on="contact_id", how="semi").sort("entered_at").group_by(
        "contact_id").agg(queue_met=pl.col("queue").last()).collect()
    known = data.read("contacts", None, None).join(ids, on="contact_id", how="semi").select(
        "contact_id", known=pl.lit(True)).unique().collect()
    listed = data.read("employees", None, None).sort("nth").group_by("agent").agg(pl.col("team").last()).collect()
    told = data.settings.team_of
    team = pl.col("agent").replace_strict(told, default=None, return_dtype=pl.String)
    return heads.drop("source", "file_id", "line", "quarter").join(met, on="contact_id", how="left").join(
        known, on="contact_id", how="left").join(listed, on="agent", how="left").with_columns(
        queue=pl.coalesce("queue", "queue_met"), team=pl.coalesce(team, "team"),
        known=pl.col("known").fill_null(False), master=pl.col("master").fill_null(False),
    ).drop("queue_met")


def _weighted(asked: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Questions that applied, each with its weight in the whole evaluation; and forms whose weights are not 100.

    Where a form gives no weights its questions weigh by the points that could be given, sections by their questions.
    """
    whole = asked.with_columns(
        weight=pl.coalesce("weight", "most"), section=pl.col("section").fill_null(""),
    )
    per_form = whole.unique(["form", "section", "question"], maintain_order=True)
    sums = per_form.group_by("form", "section").agg(pl.col("section_weight").first(), questions=pl.col("weight").sum(),
                                                    given=pl.col("weight").is_not_null().all())
    forms = sums.group_by("form").agg(
        sections=pl.col("section_weight").sum(), known=pl.col("section_weight").is_not_null().all(),
        uneven=((pl.col("questions") - 100).abs() > 0.01).any(),
    )
    off = forms.filter(pl.col("known") & (((pl.col("sections") - 100).abs() > 0.01) | pl.col("uneven"))).height
    applied = whole.filter(~pl.col("not_applicable").fill_null(False), pl.col("points").is_not_null())
    weights = pl.col("weight").sum().over("evaluation_id", "section")
    counts = weights > 0  # what weighs nothing has no share of the whole, and makes no score
    own = pl.when(counts).then(pl.col("weight") / weights)
    section = pl.when(counts).then(pl.coalesce("section_weight", weights))
    shared = applied.with_columns(own=own, of_section=section)
    first = pl.int_range(pl.len()).over("evaluation_id", "section") == 0
    total = pl.when(first).then(pl.col("of_section")).sum().over("evaluation_id")
    return shared.with_columns(
        share=pl.col("points") / pl.col("most"),
        in_whole=pl.when(total > 0).then(pl.col("own") * pl.col("of_section") / total),
    ), off


def _scores(items: pl.DataFrame) -> pl.DataFrame:
    part = pl.col("share") * pl.col("in_whole")
    return items.group_by("evaluation_id").agg(of_items=pl.when(part.is_not_null().any()).then(part.sum()))


def _critical(asked: pl.DataFrame) -> pl.DataFrame:
    """Per evaluation and kind of critical error: none made (true), made (false), not asked (null)."""
    counted = asked.filter(pl.col("critical").is_not_null(), ~pl.col("not_applicable").fill_null(False)).with_columns(
        wrong=pl.coalesce("failed", pl.col("points") <= 0)
    )
    of = {kind: pl.col("wrong").filter(pl.col("critical") == kind) for kind in CRITICAL_KINDS}
    return counted.group_by("evaluation_id").agg(
        *(pl.when(wrong.len() > 0).then(~wrong.any()).alias(f"{kind}_ok") for kind, wrong in of.items()),
        any_failed=pl.col("wrong").any(),
    )


def _within(rows: pl.DataFrame, data: Slice) -> pl.DataFrame:
    scope = data.scope
    for column, wanted in (("queue", scope.queues), ("agent", scope.agents), ("team", scope.teams)):
        if wanted:
            rows = rows.filter(pl.col(column).is_in(list(wanted)))
    return rows.sort("evaluated_at", "evaluation_id")


def _notes(rows: pl.DataFrame, off: int, data: Slice) -> list[Remark]:
    unknown = rows.filter(~pl.col("known")).height
    blank = rows.filter(pl.col("score").is_null()).height
    found = [Remark("qs_unknown_contact", {"n": str(unknown), "all": str(rows.height)})] if unknown else []
    found += [Remark("qs_no_score", {"n": str(blank)})] if blank else []
    return found + ([Remark("qs_weights", {"n": str(off)})] if off else [])
