"""What `ccops people incentives` says to people: the sum, the payouts or their lines, the scheme on past months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ccops.cli import output
from ccops.cli.told import UNKNOWN, figure, listed, percent, words

if TYPE_CHECKING:
    import polars as pl

    from ccops.labels import Lang
    from ccops.people.incentives import Incentives
    from ccops.people.incentives_simulation import Simulation

_SMALL = 10  # below it a figure has three decimals
_SHOWN = 6  # parameters, those that move the most
_PEOPLE = ("agent", "team", "inc_status", "inc_contacts", "inc_own", "inc_team_part", "inc_deductions", "inc_payout")
_LINES = ("inc_line", "inc_actual", "inc_expected", "inc_n", "inc_credibility", "inc_score", "inc_tier", "inc_weight",
          "inc_pay")


def told(found: Incentives | Simulation, lang: Lang, *, by_line: bool = False) -> str:
    """The result for people."""
    from ccops.people.incentives import Incentives

    if not isinstance(found, Incentives):
        parts = simulation_told(found, lang)
    else:
        parts = [verdict(found, lang), *([] if found.frame.is_empty() else ["", _rows(found, lang, by_line)])]
    return "\n".join([*parts, "", *map(output.wrapped, notes(found, lang))])


def verdict(found: Incentives, lang: Lang) -> str:
    """What is paid to how many; where nobody is paid, which gate stops how many."""
    from ccops.labels import text

    n = {status: found.frame.filter(found.frame["status"] == status).height
         for status in ("paid", "barred", "not_rated")}
    month, people, money = f"{found.month:%Y-%m}", found.frame.height, amount(found.total, found.currency)
    if not people:
        return output.wrapped(text("inc_no_people", lang, month=month))
    if not n["paid"]:
        return output.wrapped(text("inc_nobody", lang, month=month, people=people, total=money,
                                   gates=listed(gates(found.stopped, lang), lang)))
    mean = amount(found.total / n["paid"], found.currency)
    said = text("inc_verdict", lang, month=month, total=money, paid=n["paid"], people=people, mean=mean,
                barred=n["barred"], unrated=n["not_rated"])
    if found.stopped.height:
        said += " " * (lang == "en") + text("inc_stopped", lang, gates=listed(gates(found.stopped, lang), lang))
    return output.wrapped(said)


def gates(stopped: pl.DataFrame, lang: Lang) -> Iterable[str]:
    """How many each gate stops, in words."""
    from ccops.labels import label, text

    return (text("inc_stops", lang, gate=label(f"inc_{gate}", lang), n=n) for gate, n in stopped.iter_rows())


def _rows(found: Incentives, lang: Lang, by_line: bool) -> str:
    from ccops.labels import label

    if not by_line:
        rows = [
            [row["agent"], row["team"] or UNKNOWN, label(f"inc_{row['status']}", lang), figure(row["contacts"], 0),
             *(amount(row[name]) for name in ("own", "team_part", "deductions", "payout"))]
            for row in found.frame.iter_rows(named=True)
        ]
        return output.table(words(lang, *_PEOPLE), rows, figures_from=3)
    return "\n\n".join(_trail(person, found, lang) for person in found.frame.iter_rows(named=True))


def _trail(person: dict[str, Any], found: Incentives, lang: Lang) -> str:
    """A person's payout and the lines that add up to it."""
    from ccops.labels import label, text

    status = label(f"inc_{person['status']}", lang)
    said = text("inc_trail", lang, agent=person["agent"], status=status,
                payout=amount(person["payout"], found.currency if person["payout"] is not None else ""))
    lines = found.lines.filter(found.lines["agent"] == person["agent"])
    rows = [
        [_line(row["line"], row["what"], lang), *(_measured(row[name]) for name in ("actual", "expected")),
         figure(row["n"], 0), percent(row["credibility"], 0), figure(row["rated"], 3), figure(row["tier"], 2),
         percent(row["weight"]), amount(row["pay"])]
        for row in lines.iter_rows(named=True)
    ]
    return "\n".join([said, *([output.table(words(lang, *_LINES), rows, figures_from=1)] if rows else [])])


def _line(line: str, what: str, lang: Lang) -> str:
    from ccops.labels import label

    name = label(f"inc_{what}", lang)
    return name if line == what else f"{label(f'inc_line_{line}', lang)}: {name}"


def _measured(value: float | None) -> str:
    """Seconds and counts with one decimal, shares and indices with three."""
    return figure(value, 3 if value is not None and abs(value) < _SMALL else 1)


def simulation_told(found: Simulation, lang: Lang) -> list[str]:
    """What the months cost, who gains, which parameters matter."""
    from ccops.labels import text

    months = found.frame
    said = [text("inc_simulated", lang, first=f"{months['month'][0]:%Y-%m}", last=f"{months['month'][-1]:%Y-%m}",
                 months=months.height, total=amount(found.total, found.currency),
                 mean=amount(found.total / months.height, found.currency))]
    if found.groups.height:
        far = found.groups.sort(found.groups["difference"].abs(), descending=True).row(0, named=True)
        said.append(text("inc_widest", lang, group=far["group"], by=_kind(far["by"], lang),
                         difference=amount(far["difference"], found.currency, sign=True)))
    by_moved = found.sensitivity.sort("moved", "parameter", descending=[True, False], nulls_last=True)
    if by_moved["moved"].drop_nulls().len():
        top = by_moved.row(0, named=True)
        said.append(text("inc_touchiest", lang, parameter=top["parameter"], moved=percent(top["moved"])))
    heads = ("inc_month", "inc_paid", "inc_barred", "inc_not_rated", "inc_total", "inc_per_person", "inc_per_contact")
    by_month = output.table(words(lang, *heads), [
        [f"{row['month']:%Y-%m}", *(figure(row[name], 0) for name in ("paid", "barred", "not_rated")),
         *(amount(row[name]) for name in ("total", "per_person", "per_contact"))]
        for row in months.iter_rows(named=True)
    ], figures_from=1)
    parts = [*map(output.wrapped, said), "", by_month]
    if found.groups.height:
        parts += ["", _groups(found.groups, lang)]
    return [*parts, "", output.table(words(lang, "inc_parameter", "inc_low_total", "inc_high_total", "inc_moved"), [
        [row["parameter"], amount(row["low_total"]), amount(row["high_total"]), percent(row["moved"])]
        for row in by_moved.head(_SHOWN).iter_rows(named=True)
    ], figures_from=1)]


def _kind(by: str, lang: Lang) -> str:
    """What a group is: queue, team, shift."""
    from ccops.labels import label

    return label("attr_shift" if by == "shift" else by, lang).lower()


def _groups(groups: pl.DataFrame, lang: Lang) -> str:
    heads = ("inc_group", "inc_people", "inc_per_person", "inc_equal", "inc_difference")
    return output.table(words(lang, *heads), [
        [f"{_kind(row['by'], lang)} {row['group']}", figure(row["people"], 0), amount(row["per_person"]),
         amount(row["equal"]), amount(row["difference"], sign=True)]
        for row in groups.iter_rows(named=True)
    ], figures_from=1)


def notes(found: Incentives | Simulation, lang: Lang) -> list[str]:
    """What the amounts rest on."""
    from ccops.labels import text
    from ccops.people.incentives import Incentives

    said = [text("inc_sum", lang, decimals=found.scheme.decimals)]
    said += [text("inc_score_means", lang)] * found.scheme.measures("productivity")
    if not isinstance(found, Incentives):
        said += [*mix_said(found.mix.to_dicts(), lang), text("inc_equal_means", lang),
                 text("inc_sensitivity_means", lang)]
    return said + [note.text(lang) for note in found.notes]


def mix_said(mix: Sequence[dict[str, Any]], lang: Lang) -> list[str]:
    """Whether pay follows the queues that one serves, which the agent does not choose."""
    from ccops.labels import text

    payout, raw, adjusted = mix
    if payout["low"] is None:
        return [text("inc_mix_unknown", lang)]
    matters = payout["low"] > 0 or payout["high"] < 0
    interval = f"[{figure(payout['low'], 2, sign=True)}, {figure(payout['high'], 2, sign=True)}]"
    said = text("inc_mix", lang, rho=figure(payout["rho"], 2, sign=True), interval=interval, n=payout["n"],
                raw=figure(raw["rho"], 2, sign=True), adjusted=figure(adjusted["rho"], 2, sign=True))
    return [said, text("inc_mix_matters" if matters else "inc_mix_fair", lang)]


def amount(value: Decimal | float | None, currency: str = "", *, sign: bool = False) -> str:
    """Money with two decimals and, if given, its currency behind it."""
    return f"{figure(None if value is None else float(value), 2, sign=sign)} {currency}".strip()
