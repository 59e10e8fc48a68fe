"""`ccops recommend`: what to do, what it saves, what it risks, and how that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Days, Shared
from ccops.cli.told import figure, percent

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.recommend.action import Action, Recommendations

_MOST = 50
_NEAREST = 3


def recommend(
    days: Days,
    shared: Shared,
    most: Annotated[int, Option(metavar="N", help="At most so many actions.", min=1, max=_MOST)] = 10,
    quick: Annotated[bool, Option("--quick", help="By formulas on few days; nothing is simulated.")] = False,
    seed: Annotated[int, Option(metavar="N", help="The simulation's seed.")] = 1,
    out: frames.Out = None,
) -> None:
    """What to do next: actions ranked by money per month, each tested on the simulation of your own centre.

    Each is tested on what those before it left, so that the savings add up. Without days on the last four weeks.

    Example: ccops recommend --most 5
    """
    frames.check_format(out)
    with shared.workspace() as workspace:
        found = workspace.recommend(days.scope(workspace.settings), most=most, quick=quick, seed=seed,
                                    progress=output.progress(shared.quiet))
    if out:
        frames.write(found.frame, out, "recommend", shared, notes(found, shared.language))
    else:
        output.answer("recommend", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Recommendations, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    return {
        "actions": [_row(one, found.currency, lang) for one in found.actions],
        "folded_total": found.folded_total, "currency": found.currency or None,
        "dropped": [{"id": one.id, "title": one.title.text(lang), "why": one.why.text(lang)} for one in found.dropped],
        "needs": [{"what": one.what, "why": one.why.text(lang)} for one in found.needs],
        "first": found.first, "last": found.last, "days": list(found.days),
        "notes": [note.text(lang) for note in found.notes],
    }


def _row(one: Action, currency: str, lang: Lang) -> dict[str, Any]:
    return {
        "id": one.id, "family": one.family, "title": one.title.text(lang), "problem": one.problem.text(lang),
        "saving_per_month": one.saving_per_month, "currency": currency or None,
        "interval": one.interval and list(one.interval), "service_level_before": one.service_level_before,
        "service_level_after": one.service_level_after,
        "service_interval": one.service_interval and list(one.service_interval),
        "freed_hours_per_month": one.freed_hours, "effort": one.effort, "tested": one.tested,
        "formulas_saving": one.formulas_saving, "assumptions": [remark.text(lang) for remark in one.assumptions],
        "why": one.why,
    }


def told(found: Recommendations, lang: Lang) -> str:
    """What to do first, all actions with their money and service, then why for each, and what was not looked for."""
    from ccops.labels import text

    parts = [output.wrapped(_answer(found, lang)), ""]
    if found.actions:
        parts += [_table(found, lang), ""]
    for rank, one in enumerate(found.actions, 1):
        hours = [text("rec_freed_hours", lang, n=figure(one.freed_hours, 0))] if one.freed_hours else []
        words = " ".join([one.problem.text(lang), *(remark.text(lang) for remark in one.assumptions), *hours])
        ends = "。" if lang == "zh" else ". "
        parts += [output.wrapped(f"{rank}. {one.title.text(lang)}{ends}{words}"), f"   {one.why}"]
    return "\n".join([*parts, "", *map(output.wrapped, notes(found, lang))])


def _answer(found: Recommendations, lang: Lang) -> str:
    from ccops.labels import text

    if not found.actions:
        return text("rec_none", lang)
    best = found.actions[0]
    if best.saving_per_month is None or best.interval is None:
        return text("rec_knowledge", lang, title=best.title.text(lang))
    lo, hi = best.interval
    return text("rec_first", lang, title=best.title.text(lang), money=_money(best.saving_per_month, found.currency),
                lo=figure(lo, 0), hi=figure(hi, 0), total=_money(found.folded_total, found.currency))


def _table(found: Recommendations, lang: Lang) -> str:
    from ccops.labels import label
    from ccops.reports.formats import head

    rows = []
    for rank, one in enumerate(found.actions, 1):
        lo, hi = one.interval or (None, None)
        between = "-" if lo is None else f"{figure(lo, 0)}..{figure(hi, 0)}"
        service = "-" if one.service_level_after is None else (
            f"{percent(one.service_level_before)} > {percent(one.service_level_after)}")
        rows.append([f"{rank} {one.id}", figure(one.saving_per_month, 0), between, service,
                     label(f"rec_effort_{one.effort}", lang)])
    keys = ("rec_action", "rec_saving", "rec_interval", "rec_service", "rec_effort")
    return output.table([head(key, lang) for key in keys], rows, figures_from=1)


def _money(value: float, currency: str) -> str:
    return f"{figure(value, 0)} {currency}".strip()


def notes(found: Recommendations, lang: Lang) -> list[str]:
    """What the actions rest on, what was dropped, and what was not looked for."""
    from ccops.labels import text

    told = [note.text(lang) for note in found.notes]
    if found.dropped:
        told.append(text("rec_dropped", lang, n=str(len(found.dropped))))
        told += [f"- {one.title.text(lang)}: {one.why.text(lang)}" for one in found.dropped[:_NEAREST]]
    return told + [text("rec_needs", lang, what=one.what, why=one.why.text(lang)) for one in found.needs]
