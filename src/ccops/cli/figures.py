"""`ccops kpi`, `lost` and `check`: numbers, the people behind them, and whether the data can carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from ccops.cli import frames, output
from ccops.cli.config import refuse_findings
from ccops.cli.naming import grain_keys, metric_keys
from ccops.cli.options import Clock, DaysAndQueues, FailOn, Names, Selection, Shared
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.model import Scope
    from ccops.reports.document import Table
    from ccops.store.checks import Finding
    from ccops.workspace import Workspace

Tuning = Annotated[
    Names, Option("--set", metavar="NAME=VALUE", help="A metric's parameter, such as within_s=30; repeatable.")
]
MEASURES = ("metric", "value", "numerator", "denominator", "unit", "definition", "note")


def kpi(
    selection: Selection,
    shared: Shared,
    metrics: Annotated[list[str] | None, Argument(metavar="METRIC...", help="See ccops metrics.")] = None,
    by: Annotated[str | None, Option(metavar="GRAIN,...", help="queue, interval, hour, day, week, agent, …")] = None,
    interval: Annotated[
        int | None, Option(metavar="15|30|60", help="Minutes per interval; else [report] interval.")
    ] = None,
    clock: Clock = "arrival",
    tuning: Tuning = None,
    out: frames.Out = None,
) -> None:
    """Metrics by anything, over all the data or some days of it.

    Grains: interval, hour, day, weekday, week, month, queue, agent, team, channel, direction.

    Example: ccops kpi service_level aht --by queue,day -d 2026-11
    """
    frames.check_format(out)
    grains, wanted = grain_keys(by), metric_keys(metrics or ())
    with shared.workspace() as workspace:
        scope = asked(workspace, replace(selection.scope(workspace.settings), clock=clock), shared)
        frame = workspace.kpis(wanted, grains, scope=scope, interval=interval, **tuned(tuning))
        rows = (frame := frames.localised(frame, workspace.settings.zone)).to_dicts()
    if out:
        frames.write(frame, out, "kpi", shared)
    else:
        nested = {"rows": [_nested(row, grains) for row in rows]}
        output.answer("kpi", nested, shared.json, lambda: _pivoted(rows, grains, shared.language))


def asked(workspace: Workspace, scope: Scope, shared: Shared) -> Scope:
    """The scope; where its days have no data that is said on stderr, as unknown is not the same as nothing."""
    if span := workspace.without_data(scope):
        shared.note(f"no data on these days: {span}")
    return scope


def tuned(pairs: Sequence[str] | None) -> dict[str, Any]:
    """Parameters from NAME=VALUE. Raises UsageError for anything else."""
    parameters: dict[str, Any] = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise UsageError(f"--set {pair} is not NAME=VALUE", fix="write --set within_s=30")
        number = value.removeprefix("-").replace(".", "", 1)
        parameters[name] = float(value) if number.isdecimal() else value
    return parameters


def _nested(row: dict[str, Any], grains: Sequence[str]) -> dict[str, Any]:
    return {"by": {grain: row[grain] for grain in grains}} | {name: row.get(name) for name in MEASURES}


def _pivoted(rows: Sequence[dict[str, Any]], grains: Sequence[str], lang: Lang) -> str:
    """One line per group and one column per metric, or without groups one line per metric; definitions below."""
    from ccops.reports.document import Unit
    from ccops.reports.formats import head, shown

    def written(row: dict[str, Any]) -> str:
        return shown(row["value"], Unit(row["unit"]), lang)

    if grains:
        groups: dict[tuple[Any, ...], dict[str, str]] = {}
        for row in rows:
            groups.setdefault(tuple(row[grain] for grain in grains), {})[row["metric"]] = written(row)
        metrics = list(dict.fromkeys(row["metric"] for row in rows))
        heads = [*(head(grain, lang) for grain in grains), *(head(metric, lang) for metric in metrics)]
        body = [[*map(_key, group), *(values.get(name, "-") for name in metrics)] for group, values in groups.items()]
    else:
        heads = headings(lang, "metric", "value", "numerator", "denominator")
        body = [[row["metric"], written(row), total(row["numerator"]), total(row["denominator"])] for row in rows]
    notes: dict[str, None] = {}
    for row in rows:
        notes |= {f"{row['metric']}: {row['definition']}": None}
        notes |= {remark(row["metric"], row["note"], lang): None} if row["note"] else {}
    return "\n".join([output.table(heads, body, figures_from=len(grains) or 1), "", *map(output.wrapped, notes)])


def headings(lang: Lang, *names: str) -> list[str]:
    """The heads of a table about figures or contacts."""
    from ccops.labels import label

    return [label(f"told_{name}", lang) for name in names]


def remark(metric: str, note: str, lang: Lang) -> str:
    """What the engine remarks on a metric's figure."""
    from ccops.reports.formats import sentence
    from ccops.reports.lookup import IMPOSSIBLE, impossible

    if lang == "zh" and note.startswith(IMPOSSIBLE):
        return sentence(impossible(metric, note), lang)
    return f"{metric}: {note}"


def total(side: float | None) -> str:
    """A numerator or denominator: counts and whole seconds without decimals."""
    if side is None:
        return "-"
    return f"{side:,.0f}" if float(side).is_integer() else f"{side:,.3f}"


def _key(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "hour") else value


def lost(selection: Selection, shared: Shared) -> None:
    """Callers who were lost, and whether anybody called back.

    When, which queue, how long they waited, called back, called again.

    Example: ccops lost -d yesterday --queue sales
    """
    with shared.workspace() as workspace:
        found = workspace.lost(asked(workspace, selection.scope(workspace.settings), shared))
    output.answer("lost", {"rows": keyed(found, shared.language)}, shared.json, lambda: listed(found, shared.language))


def keyed(table: Table, lang: Lang) -> list[dict[str, Any]]:
    """A report's table as rows of plain values under the keys of its columns."""
    from ccops.reports.render_json import plain

    return [{c.key: plain(v, lang) for v, c in zip(row, table.columns, strict=True)} for row in table.rows]


def listed(table: Table, lang: Lang) -> str:
    """A report's table as plain text."""
    from ccops.reports.formats import head, shown

    heads = [head(column.key, lang) for column in table.columns]
    return output.table(
        heads, [[shown(v, c.unit, lang) for v, c in zip(row, table.columns, strict=True)] for row in table.rows]
    )


def check(
    selection: DaysAndQueues,
    shared: Shared,
    fail_on: FailOn = None,
) -> None:
    """What in the data deserves a look before you defend it.

    Gaps, duplicates, clock skew, unmapped agents, impossible durations.

    Example: ccops check -d last-week --fail-on error
    """
    with shared.workspace() as workspace:
        findings = workspace.check(selection.scope(workspace.settings))
    output.answer("check", {"findings": findings}, shared.json, lambda: _findings(findings))
    refuse_findings([(found.level, found.code) for found in findings], fail_on, "ccops check")


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return "nothing to look at"
    lines = [
        f"{found.level}: {found.n:,} {found.what} ({found.code}: {found.detail})\n    fix: {found.fix}"
        for found in findings
    ]
    return "\n".join(lines)
