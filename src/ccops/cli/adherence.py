"""`ccops adherence`: whether agents kept to the published schedule, and what it cost where they could not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output, quantities
from ccops.cli.options import DaysAndQueues, Names, Shared
from ccops.cli.told import clock, few, figure, percent

if TYPE_CHECKING:
    import polars as pl

    from ccops.labels import Lang
    from ccops.workforce.adherence import Adherence

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def adherence(
    days: DaysAndQueues,
    shared: Shared,
    by: Annotated[str, Option(metavar="agent|team|day|reason", help="What a row is.")] = "team",
    tolerance: Annotated[
        str | None, Option(metavar="TIME", help="Forgive so much at the edge of a stretch: 5m; else [adherence].")
    ] = None,
    team: Annotated[Names, Option(metavar="NAME", help="Only this team; repeatable.")] = None,
    agent: Annotated[Names, Option(metavar="NAME", help="Only this agent; repeatable.")] = None,
    out: frames.Out = None,
) -> None:
    """Whether the published schedule was kept, and what it cost in calls where it was not.

    Adherence is time in the planned activity over planned time, conformance time worked over work planned.

    Example: ccops adherence -d yesterday --by reason --tolerance 5m
    """
    from dataclasses import replace

    frames.check_format(out)
    with shared.workspace() as workspace:
        scope = replace(days.scope(workspace.settings), teams=tuple(team or ()), agents=tuple(agent or ()))
        found = workspace.adherence(scope, by, tolerance_s=_seconds(tolerance))
    if out:
        frames.write(found.frame, out, "adherence", shared, notes(found, shared.language))
    else:
        output.answer("adherence", document(found), shared.json, lambda: told(found, shared.language))


def _seconds(tolerance: str | None) -> float | None:
    return None if tolerance is None else quantities.seconds(tolerance, "--tolerance")


def document(found: Adherence) -> dict[str, Any]:
    """The result as JSON has it, with every key whether known or not."""
    return {
        "rows": _grouped(found.frame, [found.by, "aux"] if found.by == "reason" else [found.by]),
        "total": _grouped(found.total, [])[0], "reasons": _grouped(found.reasons, ["reason", "aux"]),
        "deviations": found.deviations.to_dicts(), "not_measurable": found.not_measurable.to_dicts(),
        "price": found.price, "tolerance_s": found.tolerance_s, "known_from": found.known_from,
        "known_to": found.known_to,
    }


def _grouped(frame: pl.DataFrame, by: list[str]) -> list[dict[str, Any]]:
    from dataclasses import fields

    from ccops.cli.contract_adherence import AdherenceRow

    blank = {field.name: None for field in fields(AdherenceRow)}
    rows = frame.to_dicts()
    return [
        blank | {"by": {name: row[name] for name in by}} | {name: row[name] for name in row if name not in by}
        for row in rows
    ]


def told(found: Adherence, lang: Lang) -> str:
    """The groups and their total, the deviations by reason, what they cost, and what is not in it."""
    parts = [] if found.by == "reason" or found.frame.is_empty() else [_groups(found, lang), ""]
    return "\n".join([*parts, _reasons(found, lang), "", *map(output.wrapped, notes(found, lang))])


def _groups(found: Adherence, lang: Lang) -> str:
    from ccops.labels import label
    from ccops.reports.formats import head

    keys = (found.by, "adh_scheduled", "adherence", "conformance", "adh_deviation", "adh_lost", "adh_calls_late")
    rows = [[_named(row[found.by], lang), *_figures(row, lang)] for row in found.frame.to_dicts()]
    if found.frame.height > 1:
        rows.append([label("total", lang), *_figures(found.total.row(0, named=True), lang)])
    return output.table([head(key, lang) for key in keys], rows, figures_from=1)


def _figures(row: dict[str, Any], lang: Lang) -> list[str]:
    return [clock(row["scheduled_s"]), percent(row["adherence"]), percent(row["conformance"]),
            clock(row["deviation_s"]), clock(row["lost_s"]), figure(row["calls_late"])]


def _reasons(found: Adherence, lang: Lang) -> str:
    from ccops.labels import label, text
    from ccops.reports.formats import head

    if found.reasons.is_empty():
        return text("adh_kept" if found.total["tracked_s"].item() else "adh_nothing", lang)
    keys = ("adh_reason", "adh_n", "adh_deviation", "adh_share", "adh_lost", "adh_calls_late")
    rows = [
        [label(f"adh_{row['reason']}", lang) + (f" ({row['aux']})" if row["aux"] else ""),
         figure(row["n"], 0), clock(row["deviation_s"]),
         percent(row["share"]), clock(row["lost_s"]), figure(row["calls_late"])]
        for row in found.reasons.to_dicts()
    ]
    return output.table([head(key, lang) for key in keys], rows, figures_from=1)


def notes(found: Adherence, lang: Lang) -> list[str]:
    """What the numbers rest on."""
    from ccops.labels import text

    price, tolerance = found.price, clock(found.tolerance_s)
    remarks = [text("adh_adherence", lang), text("adh_conformance", lang)]
    remarks += [text("adh_tolerance", lang, tolerance=tolerance)] * (found.tolerance_s > 0)
    if price.calls_late is not None and price.service_level_lost is not None:
        remarks.append(text(
            "adh_price" if price.calls_late >= 0 else "adh_price_won", lang, calls=figure(abs(price.calls_late)),
            offered=figure(price.offered, 0), within=f"{price.within_s:g}",
            points=f"{abs(price.service_level_lost) * 100:.1f}",
        ))
        remarks.append(text("adh_method", lang, minutes=price.interval_min))
    if price.unpriced_s:
        remarks.append(text("adh_unpriced", lang, time=clock(price.unpriced_s)))
    for why in ("no_states", "inferred", "no_log"):
        who = found.not_measurable.filter(found.not_measurable["why"] == why)["agent"].to_list()
        if who:
            remarks.append(text(f"adh_{why}", lang, n=len(who), agents=few(who)))
    return remarks


def _named(value: Any, lang: Lang) -> str:
    from ccops.labels import label

    return label("none", lang) if value is None else str(value)
