"""`ccops cost tariff`: the store's own calls under each tariff, and what changing would save."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Days, Shared
from ccops.cli.told import UNKNOWN, clock, figure, percent

if TYPE_CHECKING:
    from ccops.cost.tariffs import Tariffs
    from ccops.labels import Lang


def tariff(
    days: Days,
    shared: Shared,
    tariffs: Annotated[
        list[Path] | None, Option("--tariffs", metavar="FILE", help="A file of tariffs; repeatable; else [cost].")
    ] = None,
    out: frames.Out = None,
) -> None:
    """Your own calls re-rated under each tariff, to the cent: which is cheapest, and what changing saves.

    Increments, peak times, packages, minimum and fee, 400 and 800 numbers, versions by date. Without days all calls.

    Example: ccops cost tariff --tariffs tariffs.toml -d last-month
    """
    frames.check_format(out)
    with shared.workspace() as workspace:
        found = workspace.tariffs(days.scope(workspace.settings), tariffs or ())
    if out:
        frames.write(found.frame, out, "cost", shared, notes(found, shared.language))
    else:
        output.answer("cost", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Tariffs, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    own = ("first", "last", "currency", "calls", "minutes")
    return {name: getattr(found, name) for name in own} | {
        "ranked": [asdict(one) for one in found.ranked], "rows": found.frame.to_dicts(),
        "invoices": found.invoices.to_dicts(), "notes": [note.text(lang) for note in found.notes],
    }


def told(found: Tariffs, lang: Lang) -> str:
    """The verdict, the tariffs, what the rates of each come to."""
    from ccops.labels import label

    force = f" ({label('tar_in_force', lang)})"
    ranked = output.table(
        [label(f"tar_{name}", lang) for name in ("tariff", "month", "saves", "minute", "total")],
        [[one.name + force * one.in_force, _amount(one.per_month), _amount(one.saves), figure_of(one.per_minute, 4),
          _amount(one.total)] for one in found.ranked], figures_from=1)
    rows = found.frame.group_by("tariff", "rate", "direction", maintain_order=True).agg(
        *(_sum(name) for name in ("calls", "seconds", "billed_s", "charge")))
    rates = output.table(
        [label(f"tar_{name}", lang) for name in ("tariff", "rate", "direction", "calls", "spoken", "billed", "charge")],
        [[name, str(rate), label(f"tar_{direction}", lang), figure(calls, 0), clock(seconds), clock(billed),
          _amount(charge)] for name, rate, direction, calls, seconds, billed, charge in rows.rows()], figures_from=3)
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([*map(output.wrapped, verdict(found, lang)), "", ranked, "", rates, "", *said])


def _sum(name: str) -> Any:
    import polars as pl

    return pl.col(name).sum()


def verdict(found: Tariffs, lang: Lang) -> list[str]:
    """Which tariff is cheapest, what that saves, and what makes the one in force dear."""
    from ccops.labels import text

    best, paid = found.ranked[0], found.paid
    values = {"best": best.name, "n": len(found.ranked), "month": _amount(best.per_month), "currency": found.currency}
    if paid is None:
        return [text("tar_no_paid", lang, **values)]
    if best is paid:
        return [text("tar_best", lang, paid=paid.name, **values)]
    said = [text("tar_verdict", lang, paid=paid.name, saves=_amount(best.saves), **values)]
    mine = [row for row in found.frame.to_dicts() if row["tariff"] == paid.name]
    spoken, billed = (sum(row[name] for row in mine) for name in ("seconds", "billed_s"))
    if spoken and billed > 1.02 * spoken:
        said.append(text("tar_driver", lang, paid=paid.name, more=percent(billed / spoken - 1)))
    return said


def notes(found: Tariffs, lang: Lang) -> list[str]:
    """Which calls these are, and how they are billed."""
    from ccops.labels import text

    calls = text("tar_calls_of", lang, calls=f"{found.calls:,}", first=found.first, last=found.last,
                 minutes=f"{found.minutes:,.0f}")
    return [calls, text("tar_method", lang), *(note.text(lang) for note in found.notes)]


def _amount(value: Decimal | None) -> str:
    return UNKNOWN if value is None else f"{value:,.2f}"


def figure_of(value: Decimal | None, digits: int) -> str:
    """A decimal with so many digits."""
    return UNKNOWN if value is None else f"{value:,.{digits}f}"
