"""`ccops cost what-if`: levers folded one after another, with their money and what they do to the service target."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Days, Shared
from ccops.cli.told import figure, listed, percent

if TYPE_CHECKING:
    from ccops.cost.baseline import Bill
    from ccops.cost.what_if import Step, WhatIf
    from ccops.labels import Lang

_PARTS = ("labour", "telephone", "leavers", "self_service", "total")


def what_if(
    days: Days,
    shared: Shared,
    lever: Annotated[list[str] | None, Option(
        "--lever", metavar="NAME=AMOUNT", help="aht=-10s, repeat=-30%@sales, shrinkage=-2pt, …; repeatable, in order.",
    )] = None,
    keep_hours: Annotated[bool, Option("--keep-hours", help="Paid hours stay; else they follow the calls.")] = False,
    out: frames.Out = None,
) -> None:
    """What changes would save a month: each alone, and each after those before it, with the target checked.

    Levers: aht, volume, repeat, containment, chat, shrinkage, adherence, pool, attrition, overtime, tariff, hour,
    billing. Without days on the last whole month, or else the last four weeks with calls.

    Example: ccops cost what-if --lever aht=-10s --lever shrinkage=-2pt --lever pool=billing+service
    """
    frames.check_format(out)
    with shared.workspace() as workspace:
        found = workspace.what_if(lever or (), days.scope(workspace.settings), keep_hours=keep_hours,
                                  progress=output.progress(shared.quiet))
    if out:
        frames.write(found.frame, out, "cost", shared, notes(found, shared.language))
    else:
        output.answer("cost", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: WhatIf, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    target = found.target
    return {
        "first": found.days[0], "last": found.days[1], "currency": found.currency, "keep_hours": found.keep,
        "target": target.service_level, "within_s": target.within_s, "target_asa_s": target.asa_s,
        "target_answer_rate": target.answer_rate, "before": _month(found.before), "after": _month(found.after),
        "total": found.total,
        "rows": [row | {"broken": [*step.broken]}
                 for row, step in zip(found.frame.to_dicts(), found.steps, strict=True)],
        "notes": notes(found, lang),
    }


def _month(bill: Bill) -> dict[str, Any]:
    own = (*_PARTS, "paid_hours", "needed_hours", "service_level", "lost")
    return {name: getattr(bill, name) for name in own}


def told(found: WhatIf, lang: Lang) -> str:
    """The verdict, the levers, the month before and after."""
    from ccops.labels import label

    heads = [label(f"lev_{name}", lang) for name in (
        "lever", "alone", "folded", "freed", "paid", "level", "lost", "target")]
    rows = [[label("lev_today", lang), "", "", "", figure(found.before.paid_hours, 0),
             percent(found.before.service_level), figure(found.before.lost, 0),
             label("lev_holds" if found.met_before else "lev_missed", lang)]]
    rows += [
        [step.lever.text, figure(step.alone, 0), shown, figure(step.freed_hours, 0), figure(step.paid_hours, 0),
         percent(step.service_level), figure(step.lost, 0), label(f"lev_{_held(step)}", lang)]
        for step, shown in zip(found.steps, adding_up([step.folded for step in found.steps]), strict=True)
    ]
    parts = [
        [label(f"lev_{name}", lang), figure(getattr(found.before, name), 0), figure(getattr(found.after, name), 0)]
        for name in _PARTS
    ]
    month = output.table([label(f"lev_{name}", lang) for name in ("part", "before", "after")], parts, figures_from=1)
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([*map(output.wrapped, verdict(found, lang)), "", output.table(heads, rows, figures_from=1), "",
                      month, "", *said])


def _held(step: Step) -> str:
    return "breaks" if step.breaks_target else "holds" if step.meets_target else "missed"


def adding_up(amounts: Sequence[float]) -> list[str]:
    """Amounts in whole units that add up to their sum in whole units: each is what it adds to the sum before it."""
    sums = [round(one) for one in accumulate(amounts)]
    return [figure(one - before, 0) for before, one in pairwise([0, *sums])]


def verdict(found: WhatIf, lang: Lang) -> list[str]:
    """What all of them save, and which break the target."""
    from ccops.labels import text

    key = "lev_verdict" if found.total > 0 else "lev_verdict_cost"
    if abs(found.total) < 0.5:
        key = "lev_verdict_none"
    share = found.total / found.before.total if found.before.total else 0.0
    said = [text(key, lang, total=figure(abs(found.total), 0), currency=found.currency, share=percent(abs(share)),
                 cost=figure(found.before.total, 0))]
    for step in found.steps:
        if step.breaks_target:
            said.append(_broken(step, found, lang))
    return said


def _broken(step: Step, found: WhatIf, lang: Lang) -> str:
    """What a lever does to the target: the level where that is what is asked, and the queues."""
    from ccops.labels import text

    aim = found.target.service_level
    if aim is not None and step.service_level is not None and step.service_level < aim and not step.broken:
        return text("lev_broken", lang, lever=step.lever.text, target=percent(aim), level=percent(step.service_level))
    return text("lev_broken_in", lang, lever=step.lever.text, level=percent(step.service_level),
                queues=listed(step.broken, lang) or text("lev_all", lang))


def notes(found: WhatIf, lang: Lang) -> list[str]:
    """What it rests on."""
    from ccops.labels import text

    follow = [] if found.keep else [text("lev_follow", lang, first=found.days[0], last=found.days[1])]
    return [*follow, *(note.text(lang) for note in found.notes), text("lev_method", lang)]
