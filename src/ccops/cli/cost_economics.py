"""`ccops cost economics`: what an agent, a point of service, a line, a seat, the menu and a supervisor cost."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ccops.cli import frames, output
from ccops.cli.options import Days, Shared
from ccops.cli.told import figure, percent

if TYPE_CHECKING:
    from ccops.cost.economics import Economics
    from ccops.labels import Lang

_PAIRS = 5


def economics(days: Days, shared: Shared, out: frames.Out = None) -> None:
    """What an agent costs with everything, and a point of service level, overtime, lines, seats, the menu, supervisors.

    Of each what the data and [cost] know; what would be needed is said. Without days on the last four weeks with calls.

    Example: ccops cost economics --json
    """
    frames.check_format(out)
    with shared.workspace() as workspace:
        found = workspace.economics(days.scope(workspace.settings))
    if out:
        frames.write(found.frame, out, "cost", shared, notes(found, shared.language))
    else:
        output.answer("cost", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Economics, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    loaded = asdict(found.loaded) | {
        "total": found.loaded.total, "per_productive_hour": found.loaded.per_productive_hour}
    return {
        "first": found.days[0], "last": found.days[1], "currency": found.currency, "loaded": loaded,
        **{name: None if (one := getattr(found, name)) is None else asdict(one)
           for name in ("overtime", "lines", "seats", "menu")},
        **{name: [asdict(one) for one in getattr(found, name)] for name in ("levels", "pairs", "teams")},
        "notes": notes(found, lang),
    }


def told(found: Economics, lang: Lang) -> str:
    """The agent, then service, and what else is known."""
    blocks = [_agent(found, lang), *_choices(found, lang), _levels(found, lang), _pairs(found, lang)]
    if found.teams:
        blocks.append(_teams(found, lang))
    return "\n".join(["\n\n".join(blocks), "", *map(output.wrapped, notes(found, lang))])


def _agent(found: Economics, lang: Lang) -> str:
    from ccops.labels import label, text

    own = found.loaded
    said = [text("eco_verdict", lang, total=figure(own.total, 0), currency=found.currency,
                 hour=figure(own.per_productive_hour, 2))]
    if own.missing:
        comma = ", " if lang == "en" else "、"
        said.append(text("eco_missing", lang, parts=comma.join(label(f"eco_{part}", lang) for part in own.missing)))
    rows = [[label(f"eco_{part}", lang), figure(amount, 0)] for part, amount in own.parts.items()]
    rows += [[label("eco_total", lang), figure(own.total, 0)],
             [label("eco_hour", lang), figure(own.per_productive_hour, 2)]]
    heads = [label("eco_part", lang), label("eco_amount", lang)]
    return "\n".join([*map(output.wrapped, said), "", output.table(heads, rows, figures_from=1)])


def _choices(found: Economics, lang: Lang) -> list[str]:
    """One paragraph each: overtime or hire, lines, seats, menu."""
    from ccops.labels import text

    parts: list[list[str]] = []
    if found.overtime:
        own = found.overtime
        values = {"hours": figure(own.hours, 0), "overtime": figure(own.overtime, 0), "hired": figure(own.hired, 0)}
        parts.append([text("eco_overtime_stays", lang, **values) if own.months is None else text(
            "eco_overtime", lang, **values, joining=figure(own.joining, 0), months=figure(own.months, 1))])
    if found.lines:
        said = [text("eco_lines", lang, n=str(found.lines.needed), most=str(found.lines.most_at_once))]
        if found.lines.spare is not None:
            said.append(text("eco_lines_spare" if found.lines.spare >= 0 else "eco_lines_short", lang,
                             paid=str(found.lines.paid), money=figure(abs(found.lines.spare), 0)))
        parts.append(said)
    if found.seats:
        said = [text("eco_seats", lang, most=str(found.seats.most_at_once), people=str(found.seats.people),
                     per=figure(found.seats.per_seat, 2))]
        if found.seats.saves is not None:
            said.append(text("eco_seats_saves", lang, money=figure(found.seats.saves, 0)))
        parts.append(said)
    if found.menu:
        said = [text("eco_menu", lang, n=figure(found.menu.contacts, 0), share=percent(found.menu.contained),
                     each=figure(found.menu.with_agent, 2))]
        if found.menu.point_saves is not None:
            said.append(text("eco_menu_point", lang, money=figure(found.menu.point_saves, 0)))
        parts.append(said)
    gap = " " if lang == "en" else ""
    return [output.wrapped(gap.join(said)) for said in parts]


def _levels(found: Economics, lang: Lang) -> str:
    from ccops.labels import label, text

    base = next(one for one in found.levels if one.per_point is None)
    near = {round((one.target - base.target) * 100): one for one in found.levels}
    said = []
    if 1 in near and -1 in near:
        said.append(text("eco_point_costs", lang, target=percent(base.target, 0), more=figure(near[1].per_point, 0),
                         less=figure(near[-1].per_point, 0)))
        if found.lost_value:
            kept = base.lost - near[1].lost
            said.append(text("eco_point_pays", lang, n=figure(kept, 0), value=figure(found.lost_value, 2),
                             money=figure(kept * found.lost_value, 0)))
    heads = [label(f"eco_{name}", lang) for name in ("target", "hours", "costs", "lost", "point")]
    rows = [[percent(one.target, 0), figure(one.hours, 0), figure(one.cost, 0), figure(one.lost, 0),
             "" if one.per_point is None else figure(one.per_point, 0)] for one in found.levels]
    return "\n".join([*map(output.wrapped, said), "", output.table(heads, rows, figures_from=1)])


def _pairs(found: Economics, lang: Lang) -> str:
    from ccops.labels import label

    heads = [label(f"eco_{name}", lang) for name in ("queues", "apart", "together", "saves")]
    return output.table(heads, [
        [" + ".join(one.queues), figure(one.apart, 0), figure(one.together, 0), figure(one.saves, 0)]
        for one in found.pairs[:_PAIRS]
    ], figures_from=1)


def _teams(found: Economics, lang: Lang) -> str:
    from ccops.labels import label

    heads = [label(f"eco_{name}", lang) for name in ("team", "people", "supervisors", "wider", "leaves")]
    return output.table(heads, [
        [one.team, str(one.people), figure(one.supervisors, 1), figure(one.saves, 0), percent(one.attrition)]
        for one in found.teams
    ], figures_from=1)


def notes(found: Economics, lang: Lang) -> list[str]:
    """What it rests on, and what would be needed for the rest."""
    from ccops.labels import text

    own = [text("eco_span", lang)] if found.teams else []
    basis = text("eco_follow", lang, first=found.days[0], last=found.days[1], within=f"{found.target_within_s:g}")
    return [basis, *own, *(note.text(lang) for note in found.notes)]
