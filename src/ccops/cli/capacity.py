"""`ccops capacity`: people months ahead and whom to hire by when; lines for the busy hour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output, quantities
from ccops.cli.options import Days, Shared
from ccops.cli.staff import Demands, target_words
from ccops.cli.told import clock, figure, percent, words
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.workforce.capacity_outlook import Outlook
    from ccops.workforce.trunks import Trunks


def capacity(
    days: Days,
    demands: Demands,
    shared: Shared,
    plan: Annotated[
        Path | None, Option(metavar="FILE", help="People, training and cost: sample_logs/capacity_plan.toml.")
    ] = None,
    months: Annotated[
        int | None, Option(metavar="N", help="Months ahead, else the plan's, else 6.", min=1, max=60)
    ] = None,
    growth: Annotated[
        str | None, Option(metavar="SHARE", help="Growth of the calls per month, such as 0.01 or 1%.")
    ] = None,
    volume: Annotated[
        Path | None, Option(metavar="FILE", help="Calls as CSV: month,queue,calls and, if you like, aht_s.")
    ] = None,
    trunks: Annotated[bool, Option("--trunks", help="Lines for the busy hour instead of people.")] = False,
    blocking: Annotated[
        str | None, Option(metavar="SHARE", help="With --trunks: share of calls that may meet a busy line, else 1%.")
    ] = None,
    out: frames.Out = None,
) -> None:
    """How many people the months ahead take, whom to hire by when, and how many lines the busy hour takes.

    Example: ccops capacity --plan capacity_plan.toml --months 6
    """
    frames.check_format(out)
    check_options(trunks, days, demands, {"--plan": plan, "--months": months, "--growth": growth, "--volume": volume},
                  blocking)
    if trunks:
        found: Outlook | Trunks = lines_needed(shared, days, blocking or "1%")
    else:
        found = looked_ahead(shared, demands, plan, volume, months, growth)
    if out:
        frames.write(found.frame, out, "capacity", shared, notes(found, shared.language))
    else:
        output.answer("capacity", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def check_options(trunks: bool, days: Days, demands: Demands, people: dict[str, object],
                  blocking: str | None) -> None:
    """Raises UsageError for an option that would not be listened to."""
    from dataclasses import asdict

    names = {"day": "-d", "first": "--from", "last": "--to"}
    lines = {names[name]: getattr(days, name) for name in names} | {"--blocking": blocking}
    rules = {f"--{name.replace('_', '-')}": value for name, value in asdict(demands).items()}
    given = next((name for name, value in (people | rules if trunks else lines).items() if value is not None), None)
    if given and trunks:
        raise UsageError(f"{given} says nothing of lines", fix=f"leave out {given}, or --trunks")
    if given:
        raise UsageError(f"{given} says nothing of people", fix=f"leave out {given}, or add --trunks")


def looked_ahead(shared: Shared, demands: Demands, plan_file: Path | None, volume_file: Path | None,
                 months: int | None, growth: str | None) -> Outlook:
    """The outlook from the plan and the store; from the plan alone where that says everything."""
    from ccops.workforce.capacity_outlook import outlook
    from ccops.workforce.capacity_plan import Plan, read_plan, read_volume

    plan = read_plan(plan_file) if plan_file else Plan()
    volumes = read_volume(volume_file) if volume_file else []
    grown = quantities.share(growth, "--growth", signed=True)
    if plan.says_all(volumes):
        settings = shared.loaded.settings
        return outlook(plan, settings, None, rules=demands.rules(settings), months=months, volumes=volumes)
    with shared.workspace() as workspace:
        rules = demands.rules(workspace.settings)
        return workspace.capacity(plan, rules=rules, months=months, growth=grown, volumes=volumes)


def lines_needed(shared: Shared, days: Days, blocking: str) -> Trunks:
    """Lines for the busy hour of some days of the store."""
    with shared.workspace() as workspace:
        share = quantities.share(blocking, "--blocking")
        return workspace.trunks(days.scope(workspace.settings), share)


def document(found: Outlook | Trunks, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it: months and hiring, or trunks; null is what was not asked for."""
    from ccops.workforce.trunks import Trunks

    if isinstance(found, Trunks):
        lines = {name: getattr(found, name) for name in (
            "blocking", "busy_hour", "erlangs", "trunks", "calls", "hold_s", "most_at_once", "unknown", "lost",
        )}
        rows = {"days": found.frame.to_dicts(), "blockings": found.table.to_dicts()}
        return {"months": [], "assumptions": None, "cost": None, "trunks": lines | rows, "notes": []}
    demand = found.plan.demand
    return {
        "months": found.frame.to_dicts(), "cost": found.cost, "trunks": None,
        "assumptions": {
            "target": found.rules.target, "shrinkage": found.shrinkage, "growth_per_month": found.demand.growth,
            "paid_hours_per_month": demand.paid_hours_per_month, "schedule_efficiency": demand.schedule_efficiency,
            "currency": found.plan.cost.currency,
        },
        "notes": notes(found, lang),
    }


def notes(found: Outlook | Trunks, lang: Lang) -> list[str]:
    """What was assumed, measured and not known."""
    from ccops.labels import text
    from ccops.workforce.trunks import Trunks

    if not isinstance(found, Trunks):
        return [note.text(lang) for note in found.notes]
    said = [text("trunks_measured", lang, most=f"{found.most_at_once:,}")]
    if found.unknown:
        said.append(text("trunks_unknown", lang, calls=f"{found.unknown:,}"))
    return said


def told(found: Outlook | Trunks, lang: Lang) -> str:
    """The result for people."""
    from ccops.workforce.trunks import Trunks

    return lines_told(found, lang) if isinstance(found, Trunks) else months_told(found, lang)


def months_told(found: Outlook, lang: Lang) -> str:
    """What it rests on, the verdict, a line per month, what was assumed."""
    from ccops.labels import text

    months = found.demand.months
    head = text(
        "capacity_head", lang, first=months[0], last=months[-1], target=target_words(found.rules.target, lang),
        shrinkage=percent(found.shrinkage), hours=f"{found.plan.demand.paid_hours_per_month:g}",
    )
    people = found.people is not None
    heads = words(lang, "month", "capacity_calls", "aht", "occupancy", "capacity_fte")
    if people:
        heads += words(lang, "capacity_people", "capacity_leavers", "capacity_graduates", "capacity_worth",
                       "capacity_gap", "capacity_starts", "capacity_then")
    table = output.table(heads, [
        [row["month"], figure(row["calls"], 0), clock(row["aht_s"]), percent(row["occupancy"]),
         figure(row["required_fte"]), *(_of_people(row) if people else ())]
        for row in found.frame.iter_rows(named=True)
    ], figures_from=1)
    said = [output.wrapped(head), output.wrapped(verdict(found, lang)), "", table, ""]
    return "\n".join([*said, *map(output.wrapped, notes(found, lang))])


def _of_people(row: dict[str, Any]) -> list[str]:
    return [
        figure(row["headcount"]), figure(row["leavers"]), figure(row["graduates"]), figure(row["effective_fte"]),
        figure(row["gap"], sign=True), figure(row["starts"], 0), figure(row["gap_with_hiring"], sign=True),
    ]


def verdict(found: Outlook, lang: Lang) -> str:
    """One sentence of what to do."""
    from ccops.labels import text

    frame = found.frame
    if found.people is None:
        most = frame.sort("required_fte", descending=True, nulls_last=True).row(0, named=True)
        return text("capacity_verdict_need", lang, month=most["month"], fte=figure(most["required_fte"]))
    tightest = frame.sort("gap").row(0, named=True)
    if tightest["gap"] >= 0:
        return text("capacity_verdict_enough", lang, month=tightest["month"], fte=figure(tightest["gap"]))
    hired = frame.filter(frame["starts"] > 0)
    if not hired.height:
        return text("capacity_verdict_late", lang, month=tightest["month"], fte=figure(-tightest["gap"]))
    money = f"{figure(found.cost, 0)} {found.plan.cost.currency}".strip()
    return text(
        "capacity_verdict_short", lang, month=tightest["month"], fte=figure(-tightest["gap"]),
        people=figure(float(hired["starts"].sum()), 0), begins=hired["month"][0],
        cost="" if found.cost is None else text("capacity_for_cost", lang, cost=money),
    )


def lines_told(found: Trunks, lang: Lang) -> str:
    """The verdict, other blockings, the busiest days."""
    from ccops.labels import text

    said = text(
        "trunks_verdict", lang, trunks=f"{found.trunks:,}", blocking=percent(found.blocking), calls=f"{found.calls:,}",
        day=f"{found.busy_hour:%Y-%m-%d}", at=f"{found.busy_hour:%H:%M}", hold=clock(found.hold_s),
        erlangs=figure(found.erlangs),
    )
    if found.lost:
        said += " " * (lang == "en") + text("trunks_lost", lang, trunks=f"{found.trunks:,}", lost=f"{found.lost:,}",
                                            calls=f"{found.calls:,}")
    by_share = output.table(words(lang, "trunks_blocking", "trunks"), [
        [percent(row["blocking"]), f"{row['trunks']:,}"] for row in found.table.iter_rows(named=True)
    ], figures_from=0)
    by_day = output.table(words(lang, "trunks_hour", "trunks_erlangs", "trunks", "trunks_at_once"), [
        [f"{row['busy_hour']:%Y-%m-%d %H:%M}", figure(row["erlangs"]), f"{row['trunks']:,}", f"{row['most_at_once']:,}"]
        for row in found.frame.sort("erlangs", "day", descending=[True, False]).head(5).iter_rows(named=True)
    ], figures_from=1)
    return "\n".join([output.wrapped(said), "", by_share, "", by_day, "", *map(output.wrapped, notes(found, lang))])
