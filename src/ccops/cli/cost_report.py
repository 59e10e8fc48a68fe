"""`ccops cost report`: what a contact costs, where, and why it is not what was planned."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Shared
from ccops.cli.told import figure, percent
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.cost.cost_report import CostReport
    from ccops.cost.variance import Variance
    from ccops.labels import Lang

_PARTS = ("volume", "efficiency", "rate", "price")


def report(
    shared: Shared,
    month: Annotated[str | None, Option(metavar="YYYY-MM", help="The month; else the last with actual costs.")] = None,
    by: Annotated[str, Option(metavar="queue|team|hour", help="What a row is.")] = "queue",
    out: frames.Out = None,
) -> None:
    """What a contact costs, by queue, team or hour, and why it is not what the budget says.

    From the ledger, or the paid hours at [staffing] agent_cost_per_hour. The variance is split into volume, hours per
    contact, the price of an hour and other costs, to the cent.

    Example: ccops cost report --month 2026-10 --by team
    """
    frames.check_format(out)
    chosen = month_of(month)
    with shared.workspace() as workspace:
        found = workspace.cost_report(chosen, by)
    if out:
        frames.write(found.frame, out, "cost", shared, notes(found, shared.language))
    else:
        output.answer("cost", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def month_of(text: str | None) -> date | None:
    """The first day of a month. Raises UsageError."""
    import re

    if text is None:
        return None
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    if not found:
        raise UsageError(f"--month {text} is no month", fix="write it 2026-10")
    return date(int(found[1]), int(found[2]), 1)


def document(found: CostReport, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    rows = [{"by": {found.by: row.pop(found.by)}, **row} for row in found.frame.to_dicts()]
    return {
        "month": found.month, "currency": found.actual.currency, "total": found.actual.total,
        "categories": found.actual.money, "quantities": found.actual.quantities, **found.units, **found.beside,
        "variance": found.variance and asdict(found.variance), "rows": rows,
        "notes": [note.text(lang) for note in found.notes],
    }


def told(found: CostReport, lang: Lang) -> str:
    """The verdict, the unit costs, the groups, what they rest on."""
    from ccops.labels import label

    units = output.table(
        [label("cost_unit", lang), label("cost_amount", lang)],
        [[label(name, lang), figure(value, 2)] for name, value in found.units.items()]
        + [[label("cost_shrinkage", lang), figure(found.beside["shrinkage_cost"], 0)],
           [label("cost_repeat", lang), figure(found.beside["repeat_cost"], 0)]], figures_from=1)
    own = label(found.by if found.by in ("queue", "team") else "cost_hour", lang)
    heads = [own, *(label(f"cost_{name}", lang) for name in (
        "direct", "shared", "total", "contacts", "minutes", "each", "minute"))]
    groups = output.table(heads, [
        [row[found.by], _amount(row["direct"]), _amount(row["shared"]), _amount(row["cost"]),
         figure(row["contacts"], 0), figure(row["handled_minutes"], 0), figure(row["cost_per_contact"], 2),
         figure(row["cost_per_handled_minute"], 2)] for row in found.frame.to_dicts()
    ], figures_from=1)
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([*map(output.wrapped, verdict(found, lang)), "", units, "", groups, "", *said])


def verdict(found: CostReport, lang: Lang) -> list[str]:
    """What a contact cost, and why it is not what was planned."""
    from ccops.labels import text

    said = [text("cost_verdict", lang, each=figure(found.units["cost_per_contact"], 2), month=f"{found.month:%Y-%m}",
                 currency=found.actual.currency, total=_amount(found.actual.total))]
    if found.variance:
        said.append(_against(found.variance, lang))
    return said


def _against(made: Variance, lang: Lang) -> str:
    from ccops.labels import label, text

    if made.missing:
        return text("cost_not_split", lang, missing=", ".join(made.missing))
    parts = sorted(((name, getattr(made, name)) for name in _PARTS), key=lambda pair: -abs(pair[1]))
    comma = ", " if lang == "en" else "，"
    told_parts = comma.join(f"{label(f'cost_{name}', lang)} {amount:+,.0f}" for name, amount in parts)
    return text("cost_over" if made.total > 0 else "cost_under", lang, amount=_amount(abs(made.total)),
                share=percent(abs(made.share or 0.0)), parts=told_parts)


def notes(found: CostReport, lang: Lang) -> list[str]:
    """How costs are shared out, and what was assumed."""
    from ccops.labels import text

    return [*(note.text(lang) for note in found.notes), text("cost_method", lang)]


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"
