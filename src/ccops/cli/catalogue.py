"""`ccops metrics` and `ccops sources`: what can be asked for, and what can be read."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument

from ccops.cli import output
from ccops.cli.naming import heads, metric_key
from ccops.cli.options import Shared
from ccops.errors import UsageError


def metrics(
    shared: Shared,
    name: Annotated[str | None, Argument(metavar="METRIC", help="Only this metric, in full.")] = None,
) -> None:
    """Every metric, or one with its definition and parameters.

    Example: ccops metrics service_level
    """
    name = name and metric_key(name)
    rows = [row for row in described(shared.language) if name in (None, row["metric"])]
    if not rows:
        raise _unknown("metric", str(name), [row["metric"] for row in described(shared.language)])
    output.answer("metrics", {"rows": rows}, shared.json, lambda: _full(rows[0]) if name else output.table(
        heads(shared.language, "metric", "name", "unit"), [[row["metric"], row["label"], row["unit"]] for row in rows]
    ))


def described(lang: str) -> list[dict[str, Any]]:
    """The catalogue of metrics with labels and definitions in a language."""
    import inspect

    from ccops.labels import label
    from ccops.metrics.catalogue import METRICS

    rows = []
    for key, function in METRICS.items():
        metric = function()
        rows.append({
            "metric": key,
            "label": label(key, "zh" if lang == "zh" else "en"),
            "unit": metric.unit,
            "better": metric.better,
            "definition": metric.definition_zh if lang == "zh" else metric.definition,
            "parameters": {p.name: p.default for p in inspect.signature(function).parameters.values()},
            "needs": metric.needs,
        })
    return rows


def _full(row: dict[str, Any]) -> str:
    better = "neither up nor down" if row["better"] == "none" else row["better"]
    title = f"{row['metric']}: {row['label']} ({row['unit']}, better {better})"
    lines = [title, output.wrapped(f"  {row['definition']}")]
    lines += [f"  --set {name}={value}" for name, value in row["parameters"].items()]
    if row["needs"]:
        lines.append(f"  needs {', '.join(row['needs'])}")
    return "\n".join(lines)


def sources(shared: Shared) -> None:
    """The exports that are recognised.

    With --json also what their data cannot say. Mapping files named in ccops.toml take part too.

    Example: ccops sources --json
    """
    from ccops.sources import candidates

    known = candidates(shared.loaded).all
    rows = [
        {"source": s.name, "title": s.title, "system": s.system, "sample": s.sample, "lacks": dict(s.lacks)}
        for s in known
    ]
    output.answer("sources", {"rows": rows}, shared.json, lambda: output.table(
        heads(shared.language, "source", "system", "title"),
        [[source.name, source.system, source.title] for source in known],
    ))


def _unknown(kind: str, name: str, known: list[str]) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    return UsageError(f"no {kind} {name!r}", fix=f"did you mean {near[0]}?" if near else f"ccops {kind}s lists them")
