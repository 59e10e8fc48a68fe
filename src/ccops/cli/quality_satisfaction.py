"""`ccops quality satisfaction`: how satisfied customers are, how sure that is, and what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import DaysAndQueues, Names, Shared
from ccops.cli.told import UNKNOWN, figure, percent, words

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.quality.satisfaction import Satisfaction


def satisfaction(
    days: DaysAndQueues,
    shared: Shared,
    by: Annotated[str, Option(metavar="queue|team|day", help="What a row is.")] = "queue",
    of: Annotated[str, Option(metavar="csat|nps|ces", help="Whose drivers are looked for.")] = "csat",
    team: Annotated[Names, Option(metavar="NAME", help="Only this team; repeatable.")] = None,
    agent: Annotated[Names, Option(metavar="NAME", help="Only this agent; repeatable.")] = None,
    out: frames.Out = None,
) -> None:
    """How satisfied the customers who answered are, with intervals, and what goes with it.

    Satisfied customers (CSAT), net promoter score and effort by queue, team or day; drivers are waiting, hold, handle
    time, transfers, repeat calls and the queue.

    Example: ccops quality satisfaction -d last-month --by team
    """
    from dataclasses import replace

    frames.check_format(out)
    with shared.workspace() as workspace:
        scope = replace(days.scope(workspace.settings), teams=tuple(team or ()), agents=tuple(agent or ()))
        found, scale = workspace.satisfaction(scope, by, of), workspace.settings.quality
    said = notes(found, shared.language, scale.csat_satisfied, scale.csat_scale)
    if out:
        frames.write(found.frame, out, "quality", shared, said)
    else:
        output.answer("quality", document(found, said), shared.json, lambda: told(found, shared.language, said))


def document(found: Satisfaction, said: list[str]) -> dict[str, Any]:
    """The result as JSON has it."""
    rows = [{"by": {found.by: row.pop(found.by)}, **row} for row in found.frame.to_dicts()]
    return {"rows": rows, "total": {"by": {}, **found.total.row(0, named=True)}, "of": found.drivers.of,
            "drivers": found.drivers.frame.to_dicts(), "drivers_n": found.drivers.n, "notes": said}


def told(found: Satisfaction, lang: Lang, said: list[str]) -> str:
    """The answer, the groups, the drivers, what they rest on."""
    parts = [*map(output.wrapped, verdict(found, lang)), "", _groups(found, lang)]
    if found.drivers.frame.height:
        parts += ["", _drivers(found, lang)]
    return "\n".join([*parts, "", *map(output.wrapped, said)])


def verdict(found: Satisfaction, lang: Lang) -> list[str]:
    """How many are satisfied, and the driver with the widest swing whose interval excludes nothing at all."""
    from ccops.labels import text

    total = found.total.row(0, named=True)
    if total["csat"] is None:
        return [text("sat_none", lang, asked=f"{total['asked']:,}")]
    said = [text("sat_verdict", lang, csat=percent(total["csat"]), low=percent(total["csat_low"]),
                 high=percent(total["csat_high"]), n=f"{total['csat_n']:,}", answered=f"{total['answered']:,}",
                 asked=f"{total['asked']:,}", rate=percent(total["response_rate"]))]
    sure = [row for row in found.drivers.frame.to_dicts() if row["low"] > 0 or row["high"] < 0]
    if sure:
        effect, low, high = (_points(sure[0][name], found.drivers.of) for name in ("effect", "low", "high"))
        said.append(text("sat_most", lang, driver=_named(sure[0], lang), effect=effect, low=low, high=high,
                         unit=_unit(found.drivers.of, lang)))
    elif found.drivers.frame.height:
        said.append(text("sat_no_driver", lang))
    return said


def _groups(found: Satisfaction, lang: Lang) -> str:
    from ccops.labels import label

    heads = words(lang, found.by, "sat_asked", "sat_response_rate", "sat_csat", "sat_interval")
    scores = [name for name in ("nps", "ces") if found.total[f"{name}_n"].item()]
    for name in scores:
        heads += words(lang, f"sat_{name}", "sat_interval")
    rows = []
    for row in [*found.frame.to_dicts(), {found.by: label("total", lang), **found.total.row(0, named=True)}]:
        cells = [UNKNOWN if row[found.by] is None else str(row[found.by]), figure(row["asked"], 0),
                 percent(row["response_rate"]), percent(row["csat"]), _range(row, "csat", percent)]
        for name in scores:
            digits = 2 if name == "ces" else 0
            cells += [figure(row[name], digits), _range(row, name, lambda value, d=digits: figure(value, d))]
        rows.append(cells)
    return output.table(heads, rows, figures_from=1)


def _range(row: dict[str, Any], name: str, shown: Any) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return UNKNOWN if low is None else f"{shown(low)}..{shown(high)}"


def _drivers(found: Satisfaction, lang: Lang) -> str:
    of = found.drivers.of
    rows = [
        [_named(row, lang), _points(row["effect"], of), f"{_points(row['low'], of)}..{_points(row['high'], of)}",
         UNKNOWN if row["usual_to"] is None else f"{figure(row['usual_from'])}..{figure(row['usual_to'])}",
         _points(row["swing"], of)]
        for row in found.drivers.frame.iter_rows(named=True)
    ]
    heads = words(lang, "sat_driver", "sat_effect", "sat_interval", "sat_from_to", "sat_swing")
    return output.table(heads, rows, figures_from=1)


def _named(row: dict[str, Any], lang: Lang) -> str:
    from ccops.labels import label, text

    if row["against"] is not None:
        return text("sat_queue_against", lang, queue=row["driver"], other=row["against"])
    return label(f"sat_{row['driver']}", lang)


def _points(value: float, of: str) -> str:
    return figure(value * 100, 1, sign=True) if of == "csat" else figure(value, 2, sign=True)


def _unit(of: str, lang: Lang) -> str:
    from ccops.labels import text

    return text("sat_in_points" if of == "csat" else "sat_in_score", lang)


def notes(found: Satisfaction, lang: Lang, satisfied: float, scale: list[float]) -> list[str]:
    """What the figures rest on."""
    from ccops.labels import label, text

    total, drivers = found.total.row(0, named=True), found.drivers
    said = []
    if total["csat"] is not None:
        low, high = scale
        said.append(text("sat_csat_means", lang, satisfied=f"{satisfied:g}", low=f"{low:g}", high=f"{high:g}"))
        said += [text("sat_bounds", lang, worst=percent(total["csat_worst"]), best=percent(total["csat_best"]))] * (
            total["csat_n"] < total["asked"])
    if drivers.frame.height:
        said.append(text("sat_drivers_mean", lang, n=f"{drivers.n:,}", of=label(f"sat_{drivers.of}", lang),
                         unit=_unit(drivers.of, lang)))
    return said + [note.text(lang) for note in (*found.notes, *drivers.notes)]
