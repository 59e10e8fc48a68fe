"""What the sources of the data can support: metrics that are not computable, and what a definition must admit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ccops.labels import Lang, label, text
from ccops.metrics.grain import table_of
from ccops.metrics.metric import Metric
from ccops.model import TABLE, Scope, Slice


def missing(metric: Metric, data: Slice) -> str | None:
    """`not computable from SOURCE: needs COLUMN`, or None when the metric can be had."""
    for need in metric.needs:
        table, _, column = need.partition(".")
        # A need is a column, or a thing that a source may lack without its having a column, such as segments.no_answer.
        if table not in TABLE or (column.endswith("_ms") and column not in TABLE[table].names):
            return f"not computable from call records: needs {need}"
        # What lies beside the calls is no source's to lack: it is there or it was not imported.
        absent = TABLE[table].beside and data.read(table, None, None).limit(1).collect().is_empty()
        if absent or need in data.lacks or table in data.lacks:
            return f"not computable from {named(data.sources)}: needs {need}"
    return None


def withheld(metric: Metric, data: Slice, by: Sequence[str], lang: Lang = "en") -> str | None:
    """Why the metric has no value here, or None when it has."""
    return missing(metric, data) or unlimited(metric, data.scope, lang) or of_nobody(metric, data.scope, by, lang)


def of_nobody(metric: Metric, scope: Scope, by: Sequence[str], lang: Lang = "en") -> str | None:
    """That the metric counts callers whom no agent answered while agents are asked for, or None."""
    asked = scope.agents or scope.teams or "agent" in by or "team" in by
    return text("of_nobody", lang) if asked and metric.unanswered else None


def unlimited(metric: Metric, scope: Scope, lang: Lang = "en") -> str | None:
    """Which filter of the scope cannot reach the metric's rows, or None.

    A figure of the whole must not pass for one of the part that was asked for.
    """
    filters = {
        "queue": scope.queues, "agent": scope.agents or scope.teams, "channel": scope.channels,
        "direction": scope.directions,
    }
    for column, wanted in filters.items():
        for table in sorted({table_of(name) for name in metric.tables}):
            if wanted and column not in TABLE[table].names:
                name = label(column, lang) if lang == "zh" else column
                return text("not_limited", lang, column=name, table=table)
    return None


def definition(metric: Metric, data: Slice, lang: Literal["en", "zh"] = "en") -> str:
    """The metric's definition; what its sources lack and therefore counts 0 is named."""
    chinese = lang == "zh"
    words = metric.definition_zh if chinese else metric.definition
    things: dict[tuple[str, ...], list[str]] = {}
    for need in metric.softly_needs:
        sources = data.sources if need in data.lacks else data.partly.get(need, ())
        if need in data.lacks or sources:
            things.setdefault(sources, []).append(_thing(need, lang))
    if not things:
        return words
    bare = metric.bare_zh if chinese else metric.bare
    if not all(need in data.lacks for need in metric.softly_needs):
        bare = ""
    if chinese:
        said = "；".join(f"{named(sources, lang)} 无{'、'.join(names)}" for sources, names in things.items())
        return f"{words}；{bare or '缺失部分按 0 计'}：{said}"
    said = "; ".join(f"no {', '.join(names)} from {named(sources)}" for sources, names in things.items())
    return f"{words}; {bare or 'counted as 0'}: {said}"


def _thing(need: str, lang: Literal["en", "zh"]) -> str:
    """What a duration column holds, in the words of its label."""
    return label(need.rpartition(".")[2].removesuffix("_ms"), lang).lower()


def named(sources: Sequence[str], lang: Literal["en", "zh"] = "en") -> str:
    """The sources by name; data that came without names is this data."""
    if lang == "zh":
        return "、".join(sources) or "此数据"
    return ", ".join(sources) or "this data"
