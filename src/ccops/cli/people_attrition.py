"""`ccops people attrition`: who leaves, when and from where, and what it costs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Days, Names, Shared
from ccops.cli.told import figure, percent, percents

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.people.attrition import Attrition

_PLOT_DAYS = 720
_PLOT_STEP = 12


def attrition(
    days: Days,
    shared: Shared,
    by: Annotated[str, Option(metavar="month|team|shift|source|tenure", help="What a row is.")] = "month",
    team: Annotated[Names, Option(metavar="NAME", help="Only this team of the list; repeatable.")] = None,
    out: frames.Out = None,
) -> None:
    """Who leaves, when and from where, and what it costs: of groups, never of a person.

    Rates by every formula in use, survival, early leavers, reasons, and the groups that leave significantly more.
    Without days the last twelve whole months that the list of employees knows.

    Example: ccops people attrition --by shift
    """
    frames.check_format(out)
    with shared.workspace() as workspace:
        found = workspace.attrition(days.scope(workspace.settings), by, teams=tuple(team or ()))
    if out:
        frames.write(found.frame, out, "people", shared, notes(found, shared.language))
    else:
        output.answer("people", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Attrition, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    from dataclasses import fields

    from ccops.cli.contract_people import AttritionRow
    from ccops.people.attrition import shown_curve

    blank = {field.name: None for field in fields(AttritionRow) if field.name != "by"}
    rows = [
        {"by": {found.by: row[found.by]}} | {name: row.get(name) for name in blank} for row in found.frame.to_dicts()
    ]
    curves = [(None, found.curve), *found.curves.items()]
    return {
        "first": found.first, "last": found.last, "rows": rows, "rates": found.rates, "leavers": found.total.leavers,
        "kinds": found.kinds, "headcount": found.headcount,
        "production_monthly": found.production.attrition_person_time,
        "trainees_monthly": found.trainees.attrition_person_time, "median_days": found.curve.median,
        "curve": [{"group": group, **point} for group, curve in curves for point in shown_curve(curve)],
        "log_rank_p": found.tested and found.tested.p, "early": found.early.to_dicts(),
        "reasons": found.reasons.to_dicts(), "excesses": [asdict(one) for one in found.excesses],
        "cost_per_leaver": found.cost.total, "cost_parts": found.cost.parts, "cost_missing": found.cost.missing,
        "point_saves": found.point_saves, "currency": found.cost.currency,
        "notes": [note.text(lang) for note in found.notes],
    }


def told(found: Attrition, lang: Lang) -> str:
    """The verdict, the groups, the curve, early leavers and reasons, then what the numbers rest on."""
    parts = [*map(output.wrapped, verdict(found, lang)), "", _groups(found, lang)]
    if found.total.leavers:
        parts += ["", _plot(found, lang), "", _early(found, lang), "", _reasons(found, lang)]
    return "\n".join([*parts, "", _formulas(found, lang), "", *map(output.wrapped, notes(found, lang))])


def verdict(found: Attrition, lang: Lang) -> list[str]:
    """How many leave, which group far more than the others, and what it costs."""
    from ccops.labels import text

    total = found.total
    if not total.leavers:
        return [text("attr_nobody", lang, first=found.first, last=found.last)]
    said = [text("attr_verdict", lang, leavers=total.leavers, first=found.first, last=found.last,
                 monthly=percent(total.attrition_person_time), annual=percent(total.attrition_annual_compound))]
    said += [_excess(one, found.cost.currency, lang) for one in found.excesses[:3]]
    if not found.excesses:
        said.append(text("attr_no_excess", lang))
    return said


def _excess(one: Any, currency: str, lang: Lang) -> str:
    from ccops.labels import label, text

    days = f"{one.first_day}+" if one.last_day is None else f"{one.first_day}-{one.last_day}"
    by = label("team" if one.by == "team" else f"attr_{one.by}", lang)
    said = text("attr_excess", lang, by=by, group=one.group, days=days, leavers=one.leavers,
                hazard=percent(one.hazard), others=percent(one.others), avoidable=figure(one.avoidable))
    if one.saves is None:
        return said
    blank = " " if lang == "en" else ""
    return said + blank + text("attr_excess_saves", lang, amount=figure(one.saves, 0), currency=currency)


def _groups(found: Attrition, lang: Lang) -> str:
    from ccops.labels import label

    by = label("team" if found.by == "team" else f"attr_{found.by}", lang)
    kept = [name for name in ("opening", "hires", "leavers", "internal", "closing") if name in found.frame.columns]
    head = [by, *(label(f"attr_{name}", lang) for name in kept), label("attr_monthly", lang), label("attr_range", lang)]
    rows = [
        [row[found.by], *(figure(row[name], 0) for name in kept), percent(row["monthly"]),
         percents(row["monthly_lo"], row["monthly_hi"])]
        for row in found.frame.to_dicts()
    ]
    return output.table(head, rows, figures_from=1)


def _plot(found: Attrition, lang: Lang) -> str:
    """The share still here by days of tenure."""
    from ccops.cli.chart import lines
    from ccops.labels import label

    longest = max(float(found.curve.times[-1]), 30.0)
    days = [day for day in range(0, _PLOT_DAYS + 1, _PLOT_STEP) if day <= longest + _PLOT_STEP]
    named = [(label("attr_still", lang), found.curve)] if len(found.curves) not in (2, 3) else [*found.curves.items()]
    series = [(name, [100 * curve.at(day) for day in days]) for name, curve in named]
    return lines(series, [str(day) if day % 60 == 0 else "" for day in days], min(output.columns(), 78), 8)


def _early(found: Attrition, lang: Lang) -> str:
    from ccops.labels import label

    head = [label(f"attr_{name}", lang) for name in ("days", "hired", "left_early", "part", "range")]
    rows = [
        [str(row["days"]), figure(row["hired"], 0), figure(row["left"], 0), percent(row["share"]),
         percents(row["lo"], row["hi"])] for row in found.early.to_dicts()
    ]
    return output.table(head, rows, figures_from=0)


def _reasons(found: Attrition, lang: Lang) -> str:
    from ccops.labels import label

    head = [label(f"attr_{name}", lang) for name in ("reason", "kind", "leavers", "share", "median_days")]
    rows = [
        [row["reason"] or "-", label(f"attr_{row['kind']}", lang), figure(row["leavers"], 0), percent(row["share"]),
         figure(row["median_days"], 0)] for row in found.reasons.to_dicts()
    ]
    return output.table(head, rows, figures_from=2)


def _formulas(found: Attrition, lang: Lang) -> str:
    from ccops.labels import label

    head = [label("attr_formula", lang), label("attr_rate", lang)]
    rows = [[label(name, lang), percent(rate)] for name, rate in found.rates.items()]
    return output.table(head, rows, figures_from=1)


def notes(found: Attrition, lang: Lang) -> list[str]:
    """What a leaver costs, whether groups differ, and what was assumed."""
    from ccops.labels import label, text

    said = []
    if found.tested:
        key = "attr_logrank" if found.tested.p < 0.05 else "attr_logrank_same"
        said.append(text(key, lang, p=f"{found.tested.p:.3g}"))
    if found.total.leavers:
        half = found.curve.median
        said.append(text("attr_median_unknown" if half is None else "attr_median", lang, days=figure(half, 0)))
    if found.trainees.agent_days:
        said.append(text("attr_apart", lang, production=percent(found.production.attrition_person_time),
                         trainees=percent(found.trainees.attrition_person_time), n=found.trainees.leavers))
    cost, comma = found.cost, ", " if lang == "en" else "、"
    if cost.total is None:
        said.append(text("attr_cost_unknown", lang))
    else:
        parts = comma.join(f"{label(f'attr_{part}', lang)} {figure(amount, 0)}" for part, amount in cost.parts.items())
        said.append(text("attr_cost", lang, amount=figure(cost.total, 0), currency=cost.currency, parts=parts,
                         saves=figure(found.point_saves, 0)))
        if cost.missing:
            missing = comma.join(label(f"attr_{part}", lang) for part in cost.missing)
            said.append(text("attr_cost_missing", lang, parts=missing))
    return [*said, text("attr_method", lang, first=found.first), *(note.text(lang) for note in found.notes)]
