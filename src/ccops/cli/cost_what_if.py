"""`ccops cost what-if`: levers folded one after another, with their money and what they do to the service target."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Days, Shared
from ccops.cli.told import figure, percent

if TYPE_CHECKING:
    from ccops.cost.what_if import WhatIf
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
    billing. Without days on the last four weeks with calls.

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
    bills = {name: asdict(bill) | {"total": bill.total} for name, bill in (
        ("before", found.before), ("after", found.after))}
    return {
        "first": found.days[0], "last": found.days[1], "currency": found.currency, "keep_hours": found.keep,
        "target": found.target, **bills, "total": found.total, "rows": found.frame.to_dicts(),
        "notes": notes(found, lang),
    }


def told(found: WhatIf, lang: Lang) -> str:
    """The verdict, the levers, the month before and after."""
    from ccops.labels import label

    heads = [label(f"lev_{name}", lang) for name in (
        "lever", "alone", "folded", "freed", "paid", "level", "lost", "target")]
    rows = [[label("lev_today", lang), "", "", "", figure(found.before.paid_hours, 0),
             percent(found.before.service_level), figure(found.before.lost, 0), ""]]
    rows += [
        [step.lever.text, figure(step.alone, 0), figure(step.folded, 0), figure(step.freed_hours, 0),
         figure(step.paid_hours, 0), percent(step.service_level), figure(step.lost, 0),
         label("lev_breaks" if step.breaks_target else "lev_holds", lang)] for step in found.steps
    ]
    parts = [
        [label(f"lev_{name}", lang), figure(getattr(found.before, name), 0), figure(getattr(found.after, name), 0)]
        for name in _PARTS
    ]
    month = output.table([label(f"lev_{name}", lang) for name in ("part", "before", "after")], parts, figures_from=1)
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([*map(output.wrapped, verdict(found, lang)), "", output.table(heads, rows, figures_from=1), "",
                      month, "", *said])


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
            said.append(text("lev_broken", lang, lever=step.lever.text, target=percent(found.target),
                             level=percent(step.service_level)))
    return said


def notes(found: WhatIf, lang: Lang) -> list[str]:
    """What it rests on."""
    from ccops.labels import text

    follow = [] if found.keep else [text("lev_follow", lang, first=found.days[0], last=found.days[1])]
    return [*follow, *(note.text(lang) for note in found.notes), text("lev_method", lang)]
