"""`ccops adherence`: whether agents kept to the published schedule, and what it cost where they could not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import DaysAndQueues, Names, Shared
from ccops.errors import UsageError

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
        found = workspace.adherence(scope, by, tolerance_s=span(tolerance))
    if out:
        frames.write(found.frame, out, "adherence")
    else:
        output.answer("adherence", document(found), shared.json, lambda: told(found, shared.language))


def span(text: str | None) -> float | None:
    """Seconds of `90`, `90s`, `5m`, `1h`. Raises UsageError."""
    if text is None:
        return None
    figures = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip().lower())
    if not figures:
        raise UsageError(f"--tolerance {text} is no length of time", fix="write 90s or 5m")
    return float(figures[1]) * _UNITS[figures[2]]


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
    return "\n".join([*parts, _reasons(found, lang), "", *map(output.wrapped, _remarks(found, lang))])


def _groups(found: Adherence, lang: Lang) -> str:
    from ccops.labels import label
    from ccops.reports.formats import head

    keys = (found.by, "adh_scheduled", "adherence", "conformance", "adh_deviation", "adh_lost", "adh_calls_late")
    rows = [[_named(row[found.by], lang), *_figures(row, lang)] for row in found.frame.to_dicts()]
    if found.frame.height > 1:
        rows.append([label("total", lang), *_figures(found.total.row(0, named=True), lang)])
    return output.table([head(key, lang) for key in keys], rows, figures_from=1)


def _figures(row: dict[str, Any], lang: Lang) -> list[str]:
    from ccops.reports.document import Unit

    units = {"scheduled_s": Unit.SECONDS, "adherence": Unit.RATIO, "conformance": Unit.RATIO,
             "deviation_s": Unit.SECONDS, "lost_s": Unit.SECONDS}
    return [*(_shown(row[name], unit, lang) for name, unit in units.items()), _calls(row["calls_late"])]


def _reasons(found: Adherence, lang: Lang) -> str:
    from ccops.labels import label, text
    from ccops.reports.document import Unit
    from ccops.reports.formats import head

    if found.reasons.is_empty():
        return text("adh_kept" if found.total["tracked_s"].item() else "adh_nothing", lang)
    keys = ("adh_reason", "adh_n", "adh_deviation", "adh_share", "adh_lost", "adh_calls_late")
    rows = [
        [label(f"adh_{row['reason']}", lang) + (f" ({row['aux']})" if row["aux"] else ""),
         _shown(row["n"], Unit.COUNT, lang), _shown(row["deviation_s"], Unit.SECONDS, lang),
         _shown(row["share"], Unit.RATIO, lang), _shown(row["lost_s"], Unit.SECONDS, lang), _calls(row["calls_late"])]
        for row in found.reasons.to_dicts()
    ]
    return output.table([head(key, lang) for key in keys], rows, figures_from=1)


def _remarks(found: Adherence, lang: Lang) -> list[str]:
    """What the numbers rest on."""
    from ccops.labels import text
    from ccops.reports.document import Unit

    price, tolerance = found.price, _shown(found.tolerance_s, Unit.SECONDS, lang)
    remarks = [text("adh_adherence", lang), text("adh_conformance", lang)]
    remarks += [text("adh_tolerance", lang, tolerance=tolerance)] * (found.tolerance_s > 0)
    if price.calls_late is not None and price.service_level_lost is not None:
        remarks.append(text(
            "adh_price" if price.calls_late >= 0 else "adh_price_won", lang, calls=_calls(abs(price.calls_late)),
            offered=_shown(price.offered, Unit.COUNT, lang), within=f"{price.within_s:g}",
            points=f"{abs(price.service_level_lost) * 100:.1f}",
        ))
        remarks.append(text("adh_method", lang, minutes=price.interval_min))
    if price.unpriced_s:
        remarks.append(text("adh_unpriced", lang, time=_shown(price.unpriced_s, Unit.SECONDS, lang)))
    for why in ("no_states", "inferred", "no_log"):
        who = found.not_measurable.filter(found.not_measurable["why"] == why)["agent"].to_list()
        if who:
            remarks.append(text(f"adh_{why}", lang, n=len(who), agents=_listed(who)))
    return remarks


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


def _named(value: Any, lang: Lang) -> str:
    from ccops.labels import label

    return label("none", lang) if value is None else str(value)


def _calls(value: float | None) -> str:
    return "-" if value is None else f"{round(value, 1) + 0.0:,.1f}"


def _shown(value: float | None, unit: Any, lang: Lang) -> str:
    from ccops.reports.formats import shown

    return shown(value, unit, lang)
