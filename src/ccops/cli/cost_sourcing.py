"""`ccops cost sourcing`: in-house, outsourced, hosted or cloud over some years, at your own volumes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output, quantities
from ccops.cli.options import Days, Shared
from ccops.cli.told import UNKNOWN, figure, percent

if TYPE_CHECKING:
    from ccops.cost.sourcing import Compared, Sourcing
    from ccops.labels import Lang


def sourcing(
    days: Days,
    shared: Shared,
    offers: Annotated[
        list[Path] | None, Option("--offers", metavar="FILE", help="A file of offers; repeatable; else [cost].")
    ] = None,
    years: Annotated[int, Option(metavar="N", help="Over so many years, 1 to 10.")] = 3,
    rate: Annotated[str | None, Option(metavar="SHARE", help="What money costs a year: 8%; else [cost].")] = None,
    growth: Annotated[str, Option(metavar="SHARE", help="How much more volume each year, such as 2%.")] = "0%",
    seats: Annotated[int | None, Option(metavar="N", help="Else the most agents who took calls in one hour.")] = None,
    out: frames.Out = None,
) -> None:
    """Offers compared over 3 to 5 years in today's money: in-house, outsourced, hosted, cloud.

    By seat, hour, contact, handled minute, resolution or share of revenue, with minimum, bands, ramp, mark-up or
    margin, and bonus and malus by the service level, at the volumes of your own months.

    Example: ccops cost sourcing --offers offers.toml --years 5 --growth 2%
    """
    frames.check_format(out)
    of_money, more = quantities.share(rate, "--rate", signed=True), quantities.share(growth, "--growth", signed=True)
    with shared.workspace() as workspace:
        found = workspace.sourcing(days.scope(workspace.settings), offers or (), years=years, rate=of_money,
                                   growth=more, seats=seats)
    if out:
        frames.write(found.frame, out, "cost", shared, notes(found, shared.language))
    else:
        output.answer("cost", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Sourcing, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    rows = [
        {"name": one.offer.name, "kind": one.offer.kind, "in_force": one.offer.in_force, "npv": one.npv,
         "per_seat_month": one.per_seat_month, "per_contact": one.per_contact, "saves": one.saves,
         "breaks_even": one.breaks_even, "years": list(one.years), "cumulated": list(one.cumulated),
         "items": dict(one.lines), "credits": one.credits}
        for one in found.compared
    ]
    months = [{"month": one.month, "days": one.days, "units": dict(one.units), "service_level": one.service_level}
              for one in found.months]
    return {"years": found.years, "rate": found.rate, "growth": found.growth, "seats": found.seats,
            "currency": found.currency, "rows": rows, "months": months, "notes": notes(found, lang)}


def told(found: Sourcing, lang: Lang) -> str:
    """The verdict, the offers, what each pays by year and item, the volumes."""
    from ccops.labels import label

    heads = [label(f"src_{name}", lang) for name in ("offer", "kind", "npv", "seat", "contact", "saves", "breaks")]
    ranked = output.table(heads, [
        [_name(one, lang), label(f"src_{one.offer.kind}", lang), _amount(one.npv), _amount(one.per_seat_month),
         _amount(one.per_contact), _amount(one.saves), _even(one, lang)] for one in found.compared
    ], figures_from=2)
    years = [label("src_start", lang), *(label("src_year", lang).format(n=n) for n in range(1, found.years + 1))]
    paid = output.table([label("src_offer", lang), *years, label("src_all_years", lang)], [
        row for one in found.compared for row in (
            [one.offer.name, *map(_amount, one.years), _amount(one.cumulated[-1])],
            [f"  {label('src_cumulated', lang)}", *map(_amount, one.cumulated), ""],
        )
    ], figures_from=1)
    items = output.table([label("src_offer", lang), label("src_item", lang), label("src_all_years", lang)], [
        [one.offer.name, name, _amount(amount)] for one in found.compared for name, amount in _items(one, lang)
    ], figures_from=2)
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([*map(output.wrapped, verdict(found, lang)), "", ranked, "", paid, "", items, "",
                      _volumes(found, lang), "", *said])


def _items(one: Compared, lang: Lang) -> list[tuple[str, Decimal]]:
    from ccops.cost.offer_file import STAFF
    from ccops.labels import label

    own = {"+": label("src_plus", lang), "overlap": label("src_overlap", lang), "exit": label("src_exit", lang)}
    if one.offer.staff:
        own |= {name: label(f"src_{name}", lang) for name in STAFF}
    once = [(f"{item.name} ({label('src_once', lang) if times == 1 else f'{times} ×'})", item.amount * times)
            for item in one.offer.once if (times := len(item.months(max(one.flows))))]
    more = [(label("src_credits", lang), one.credits)] if one.offer.service else []
    return [*((own.get(name, name), amount) for name, amount in one.lines.items() if amount), *once, *more]


def _volumes(found: Sourcing, lang: Lang) -> str:
    from ccops.labels import label

    heads = [label("src_months", lang), label("cost_contacts", lang), label("cost_minutes", lang),
             label("src_hours", lang), label("service_level", lang)]
    return output.table(heads, [
        [f"{one.month:%Y-%m}", *(_whole(one.units[unit]) for unit in ("contact", "minute", "hour")),
         percent(None if one.service_level is None else float(one.service_level))] for one in found.months
    ], figures_from=1)


def verdict(found: Sourcing, lang: Lang) -> list[str]:
    """Which costs least, and against what."""
    from ccops.labels import text

    best, paid = found.compared[0], found.in_force
    values = {"best": best.offer.name, "npv": _amount(best.npv), "currency": found.currency, "years": str(found.years)}
    if paid is None:
        return [text("src_best", lang, **values)]
    if paid is not best:
        return [text("src_verdict", lang, **values, saves=_amount(best.saves), paid=paid.offer.name)]
    if len(found.compared) == 1:
        return [text("src_best", lang, **values)]
    other = found.compared[1]
    return [text("src_stay", lang, paid=paid.offer.name, npv=values["npv"], currency=found.currency,
                 years=values["years"], next=other.offer.name, more=_amount(other.npv - paid.npv))]


def notes(found: Sourcing, lang: Lang) -> list[str]:
    """What was assumed."""
    from ccops.labels import text

    return [*(note.text(lang) for note in found.notes),
            text("src_method", lang, rate=percent(found.rate), growth=percent(found.growth))]


def _name(one: Compared, lang: Lang) -> str:
    from ccops.labels import label

    return one.offer.name + (f" ({label('src_in_force', lang)})" if one.offer.in_force else "")


def _even(one: Compared, lang: Lang) -> str:
    from ccops.labels import label

    if one.saves is None:
        return ""
    return label("src_never", lang) if one.breaks_even is None else label("src_month", lang).format(n=one.breaks_even)


def _amount(value: Decimal | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"


def _whole(value: Decimal | None) -> str:
    return figure(None if value is None else float(value), 0)
