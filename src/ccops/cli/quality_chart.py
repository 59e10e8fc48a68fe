"""`ccops quality chart`: a daily figure as a control chart, with the days that are more than chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from ccops.cli import output
from ccops.cli.chart import lines
from ccops.cli.options import Selection, Shared

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.quality.charted import Charted

_HEIGHT = 8


def chart(
    selection: Selection,
    shared: Shared,
    metric: Annotated[str, Argument(metavar="METRIC", help="A metric of ccops metrics.")] = "service_level",
    kind: Annotated[
        Literal["auto", "xmr", "p", "laney"],
        Option("--chart", metavar="auto|xmr|p|laney", help="Single values, shares, or shares of many calls."),
    ] = "auto",
    plain: Annotated[bool, Option("--plain", help="Leave weekdays in the figures.")] = False,
) -> None:
    """A control chart of a daily figure: what is chance, and which days are not.

    XmR on what a day lies above the usual of its weekday, or p and Laney's p' charts of shares; signals by the Western
    Electric rules.

    Example: ccops quality chart aht --queue sales --from 2026-10-01
    """
    with shared.workspace() as workspace:
        found = workspace.quality_chart(metric, selection.scope(workspace.settings), kind, weekdays=not plain)
    output.answer("quality", document(found), shared.json, lambda: told(found, shared.language))


def document(found: Charted) -> dict[str, Any]:
    """The chart as JSON has it."""
    drawn = found.chart
    rows = zip(found.days, found.figures, drawn.values.tolist(), drawn.centre.tolist(), drawn.lower.tolist(),
               drawn.upper.tolist(), drawn.signals, strict=True)
    names = ("day", "figure", "value", "centre", "lower", "upper", "signals")
    return {
        "metric": found.metric, "unit": found.unit, "chart": found.kind, "weekday_adjusted": found.adjusted,
        "sigma_z": drawn.sigma_z, "rows": [dict(zip(names, row, strict=True)) for row in rows],
        "definition": found.definition,
    }


def told(found: Charted, lang: Lang) -> str:
    """The verdict, the chart, the days that signal."""
    from ccops.labels import label, text

    parts = [*map(output.wrapped, verdict(found, lang)), "", _plot(found, lang)]
    if found.signals:
        heads = [label(f"mon_{name}", lang) for name in ("day", "figure", "rule")]
        rows = [[str(day), _figure(found, value, lang), ", ".join(label(f"mon_{rule}", lang) for rule in rules)]
                for day, value, rules in found.signals]
        parts += ["", output.table(heads, rows)]
    return "\n".join([*parts, "", output.wrapped(text("mon_false", lang)), output.wrapped(found.definition)])


def verdict(found: Charted, lang: Lang) -> list[str]:
    """How many days are more than chance, and by which limits."""
    from ccops.labels import label, text

    name, signals, drawn = label(found.metric, lang), found.signals, found.chart
    said = [text("mon_signals", lang, metric=name, n=len(signals), days=len(found.days), last=signals[-1][0])
            if signals else text("mon_no_signals", lang, metric=name, n=len(found.days))]
    if found.kind == "p":
        return [*said, text("mon_p", lang, mean=_figure(found, float(drawn.centre[0]), lang))]
    if found.kind == "laney":
        return [*said, text("mon_laney", lang, mean=_figure(found, float(drawn.centre[0]), lang),
                            z=f"{drawn.sigma_z:.1f}")]
    limits = {name: _figure(found, float(bound[0]), lang) for name, bound in (
        ("lower", drawn.lower), ("upper", drawn.upper))}
    return [*said, text("mon_xmr" if found.adjusted else "mon_xmr_plain", lang, **limits)]


def _plot(found: Charted, lang: Lang) -> str:
    from ccops.labels import label

    drawn, scale = found.chart, 100 if found.unit == "ratio" else 1
    name = label("mon_above" if found.adjusted else found.metric, lang)
    series = [(name, [scale * value for value in drawn.values.tolist()]),
              (label("mon_upper", lang), (scale * drawn.upper).tolist()),
              (label("mon_lower", lang), (scale * drawn.lower).tolist())]
    return lines(series, [f"{day:%m-%d}" for day in found.days], min(output.columns(), 78), _HEIGHT)


def _figure(found: Charted, value: float | None, lang: Lang) -> str:
    from ccops.reports.document import Unit
    from ccops.reports.formats import shown

    return shown(value, Unit(found.unit) if found.unit != "count" else Unit.EXPECTED, lang)
