"""`ccops staff`: how many agents are needed when, who is there, and where one more would help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Option

from ccops.cli import crews, frames, output, quantities
from ccops.cli.options import DaysAndQueues, Shared
from ccops.cli.told import clock, figure, listed, percent, points, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from ccops.labels import Lang
    from ccops.settings import Settings
    from ccops.workforce.staffing import Rules, Staffing
    from ccops.workforce.staffing_pooling import Pooling
    from ccops.workforce.staffing_requirement import Target


@dataclass(frozen=True)
class Demands:
    """What a requirement rests on, where it is not as the settings have it."""

    target: Annotated[
        str | None, Option(metavar="LEVEL/SECONDS", help="80/20: 80 % answered within 20 s; else [targets].")
    ] = None
    risk: Annotated[
        Literal["mean", "expected", "p10"] | None,
        Option(metavar="mean|expected|p10", help="Meet it at the forecast's mean, on average, or in 9 cases of 10."),
    ] = None
    model: Annotated[
        Literal["a", "g", "c"] | None,
        Option(metavar="a|g|c", help="Erlang A, M/M/n+G with the patience the data show, or Erlang C."),
    ] = None
    shrinkage: Annotated[
        str | None, Option(metavar="SHARE", help="Share of paid time not on calls, such as 0.3 or 30%.")
    ] = None
    max_occupancy: Annotated[str | None, Option(metavar="SHARE", help="Nobody busier than this, such as 85%.")] = None
    minimum: Annotated[float | None, Option(metavar="AGENTS", help="Fewest agents of a queue while open.")] = None
    interval: Annotated[
        int | None, Option(metavar="15|30|60", help="Minutes per interval; else [report] interval.")
    ] = None

    def rules(self, settings: Settings) -> Rules:
        """The settings' rules with these in their place. Raises UsageError for what cannot be."""
        from ccops.workforce.staffing import Rules
        from ccops.workforce.staffing_requirement import Target

        target = None
        if self.target:
            level, within = quantities.target(self.target, "--target")
            target = Target(level, settings.service_level.within_s if within is None else within)
        return Rules.of(
            settings, target=target, risk=self.risk, model=self.model, minimum=self.minimum,
            interval_min=self.interval,
            shrinkage=quantities.share(self.shrinkage, "--shrinkage"),
            max_occupancy=quantities.share(self.max_occupancy, "--max-occupancy"),
        )


def staff(
    days: DaysAndQueues,
    demands: Demands,
    sought: crews.Crews,
    shared: Shared,
    horizon: Annotated[
        str | None, Option(metavar="DAYS", help="So many days after the last one with calls: 7d, 2w.")
    ] = None,
    pool: Annotated[
        str | None, Option(metavar="QUEUE,...|all", help="What these queues would need as one.")
    ] = None,
    out: frames.Out = None,
) -> None:
    """How many agents are needed when, who is there, and where one more would help most.

    Days with calls are judged by what came, days to come by the forecast; without days, the next seven.

    Example: ccops staff --horizon 7d --risk p10 -o week.csv
    """
    frames.check_format(out)
    with shared.workspace() as workspace:
        scope, rules = days.scope(workspace.settings), demands.rules(workspace.settings)
        ahead = quantities.days(horizon, "--horizon") if horizon else None
        plan = workspace.staff(scope, horizon_days=ahead, rules=rules, as_of=days.as_of,
                               progress=output.progress(shared.quiet))
        pooled = workspace.pool(plan, () if pool == "all" else quantities.names(pool)) if pool else None
        crewed = sought.found(workspace, plan, out, shared)
    if out:
        frames.write(plan.frame, out, "staff", shared, notes(plan, shared.language))
    else:
        output.answer("staff", document(plan, pooled, workspace.settings, shared.language) | crews.document(crewed),
                      shared.json, lambda: told(plan, pooled, workspace.settings, shared.language)
                      + crews.told(crewed, shared.language))


def document(plan: Staffing, pooled: Pooling | None, settings: Settings, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it, with every key whether known or not."""
    from ccops.workforce.staffing import hours

    return {
        "rows": complete(plan.frame), "total": plan.total.drop("plus_one_answered").to_dicts(),
        "hours": hours(plan, settings), "models": plan.models, "rules": plan.rules, "hindsight": plan.hindsight,
        "helps": complete(plan.where()), "pool": pooled and {
            "queues": pooled.queues, "siloed_hours": pooled.siloed_hours, "pooled_hours": pooled.pooled_hours,
            "saved_hours": pooled.saved_hours, "share": pooled.share, "rows": pooled.frame.to_dicts(),
        },
        "notes": notes(plan, lang),
    }


def notes(plan: Staffing, lang: Lang) -> list[str]:
    """What was assumed and what is not known."""
    return [note.text(lang) for note in plan.notes]


def complete(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows with a forecast's quantiles as null where it was hindsight."""
    return [dict.fromkeys(("p10", "p50", "p90")) | row for row in frame.to_dicts()]


def told(plan: Staffing, pooled: Pooling | None, settings: Settings, lang: Lang) -> str:
    """The plan for people: what it rests on, the verdict, days or intervals, queues, where one more helps."""
    from ccops.labels import text
    from ccops.workforce.staffing import business_days

    days = business_days(plan.total, settings)
    parts = [*map(output.wrapped, [*basis(plan, settings, lang), *verdict(plan, settings, lang)]), "",
             by_interval(plan, lang) if days.n_unique() == 1 else by_day(plan, days, lang), "",
             by_queue(plan, lang), ""]
    helps = plan.where()
    if helps.height:
        parts += [text("staff_helps", lang), one_more(helps, lang), ""]
    if pooled:
        parts += [output.wrapped(of_pool(pooled, lang)), ""]
    return "\n".join([*parts, *map(output.wrapped, notes(plan, lang))])


def basis(plan: Staffing, settings: Settings, lang: Lang) -> list[str]:
    """Which days, which target under which risk, which models."""
    from ccops.labels import text
    from ccops.workforce.staffing import business_days

    days, rules = business_days(plan.total, settings), plan.rules
    risk = "known" if plan.hindsight else rules.risk
    span = " – ".join(map(str, dict.fromkeys((days.min(), days.max()))))
    head = text(
        "staff_head", lang, days=span, minutes=rules.interval_min, target=target_words(rules.target, lang),
        risk=text(f"staff_risk_{risk}", lang), shrinkage=percent(rules.shrinkage),
    )
    groups: dict[tuple[str, float | None], list[str]] = {}
    for each in plan.models:
        key = "c" if rules.model == "c" else "no_patience" if each.patience_s is None else each.model
        groups.setdefault((key, each.patience_s), []).append(each.queue)
    return [head, *(
        text(f"staff_model_{key}", lang, queues=", ".join(queues),
             **({} if patience is None else {"patience": clock(patience)}))
        for (key, patience), queues in groups.items()
    )]


def target_words(target: Target, lang: Lang) -> str:
    """The targets in words."""
    from ccops.labels import text

    targets = []
    if target.service_level is not None:
        level = percent(target.service_level)
        targets.append(text("staff_target_level", lang, level=level, within=f"{target.within_s:g}"))
    if target.asa_s is not None:
        targets.append(text("staff_target_asa", lang, asa=f"{target.asa_s:g}"))
    if target.answer_rate is not None:
        targets.append(text("staff_target_answered", lang, rate=percent(target.answer_rate)))
    return listed(targets, lang)


def verdict(plan: Staffing, settings: Settings, lang: Lang) -> Iterator[str]:
    """How many are needed in all, and what to do about who is there, where that is known."""
    from ccops.labels import text
    from ccops.workforce.staffing import business_days, hours

    totals = hours(plan, settings)
    most = plan.total.sort("required", descending=True, nulls_last=True).row(0, named=True)
    yield text(
        "staff_verdict_plan", lang, hours=figure(totals.required), paid=figure(totals.paid), fte=figure(totals.fte),
        day=f"{most['start_at']:%Y-%m-%d}", at=f"{most['start_at']:%H:%M}", most=figure(most["required"]),
    )
    if business_days(plan.total, settings).n_unique() % 7:
        yield text("staff_fte", lang, hours=figure(settings.staffing.hours_per_week))
    known = plan.frame.drop_nulls("gap")
    if known.height and totals.short is not None and totals.over is not None:
        worst = known.sort("gap", "start_at", "queue").row(0, named=True)
        short = known.filter(known["gap"] < -0.5).height
        if not short:
            yield text("staff_verdict_enough", lang, known=f"{known.height:,}", hours=figure(totals.over))
            return
        yield text(
            "staff_verdict_short", lang, short=f"{short:,}", known=f"{known.height:,}", hours=figure(totals.short),
            day=f"{worst['start_at']:%Y-%m-%d}", at=f"{worst['start_at']:%H:%M}", queue=worst["queue"],
            gap=figure(-worst["gap"]),
        )


def by_interval(plan: Staffing, lang: Lang) -> str:
    """A day's intervals, all queues together."""
    heads = words(lang, "interval", "staff_calls", "aht", "required", "staffed", "gap", "service_level", "asa",
                  "occupancy")
    return output.table(heads, [
        [f"{row['start_at']:%H:%M}", figure(row["volume"], 0), clock(row["aht_s"]), figure(row["required"]),
         figure(row["staffed"]), figure(row["gap"], sign=True), percent(row["service_level"]), clock(row["asa_s"]),
         percent(row["occupancy"])]
        for row in plan.total.iter_rows(named=True)
    ], figures_from=1)


def by_day(plan: Staffing, days: pl.Series, lang: Lang) -> str:
    """A line per day, all queues together."""
    import polars as pl

    from ccops.labels import weekday

    length, calls = plan.rules.hours, pl.col("volume")
    rows = plan.total.with_columns(day=days).group_by("day", maintain_order=True).agg(
        calls.sum(), hours=pl.col("required").sum() * length, paid=pl.col("required_gross").sum() * length,
        most=pl.col("required").max(), at=pl.col("start_at").sort_by("required", descending=True).first(),
        staffed=pl.when(pl.col("staffed").is_null().any()).then(None).otherwise(pl.col("staffed").sum() * length),
        worst=pl.col("gap").min(), level=(calls * pl.col("service_level")).sum() / calls.sum(),
    )
    heads = words(lang, "day", "weekday", "staff_calls", "staff_hours", "staff_paid_hours", "staff_peak", "staff_at",
                  "staff_staffed_hours", "staff_worst_gap", "service_level")
    return output.table(heads, [
        [f"{row['day']}", weekday(row["day"].isoweekday(), lang), figure(row["volume"], 0), figure(row["hours"]),
         figure(row["paid"]), figure(row["most"]), f"{row['at']:%H:%M}", figure(row["staffed"]),
         figure(row["worst"], sign=True), percent(row["level"])]
        for row in rows.iter_rows(named=True)
    ], figures_from=2)


def by_queue(plan: Staffing, lang: Lang) -> str:
    """A line per queue over all intervals."""
    import polars as pl

    length, calls = plan.rules.hours, pl.col("volume")
    called = calls > 0
    rows = plan.frame.sort("queue", "start_at").group_by("queue", maintain_order=True).agg(
        calls.sum(), aht=(calls * pl.col("aht_s")).filter(called).sum() / calls.filter(called).sum(),
        hours=pl.col("required").sum() * length, paid=pl.col("required_gross").sum() * length,
        most=pl.col("required").max(), worst=pl.col("gap").min(),
        staffed=pl.when(pl.col("staffed").is_null().any()).then(None).otherwise(pl.col("staffed").sum() * length),
        level=(calls * pl.col("service_level")).filter(called).sum() / calls.filter(called).sum(),
    )
    heads = words(lang, "queue", "staff_calls", "aht", "staff_hours", "staff_paid_hours", "staff_peak",
                  "staff_staffed_hours", "staff_worst_gap", "service_level")
    return output.table(heads, [
        [row["queue"], figure(row["volume"], 0), clock(row["aht"]), figure(row["hours"]), figure(row["paid"]),
         figure(row["most"]), figure(row["staffed"]), figure(row["worst"], sign=True), percent(row["level"])]
        for row in rows.iter_rows(named=True)
    ], figures_from=1)


def one_more(helps: pl.DataFrame, lang: Lang) -> str:
    """Where one more agent helps most: service level, calls in time, calls not lost, money."""
    money = helps["plus_one_value"].is_not_null().any()
    heads = words(lang, "staff_at", "queue", "agents", "staff_one_more", "staff_in_time", "staff_saved",
                  *(("staff_money",) if money else ()))
    return output.table(heads, [
        [f"{row['start_at']:%Y-%m-%d %H:%M}", row["queue"], figure(row["agents"]),
         points(row["plus_one_service_level"], lang), figure(row["plus_one_answered"], sign=True),
         figure(-row["plus_one_lost"]), *((figure(row["plus_one_value"]),) if money else ())]
        for row in helps.iter_rows(named=True)
    ], figures_from=2)


def of_pool(pooled: Pooling, lang: Lang) -> str:
    """What pooling would save, and what it takes."""
    from ccops.labels import text

    return text("staff_pool", lang, queues=", ".join(pooled.queues), pooled=figure(pooled.pooled_hours),
                siloed=figure(pooled.siloed_hours), saved=figure(pooled.saved_hours), share=percent(pooled.share))
