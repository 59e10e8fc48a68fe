"""What the sources of the data can support: metrics that are not computable, and what a definition must admit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ccops.metrics.grain import table_of
from ccops.metrics.metric import Metric
from ccops.model import TABLE, Scope


def missing(metric: Metric, lacks: Mapping[str, str]) -> str | None:
    """`not computable from SOURCE: needs COLUMN`, or None when the metric can be had."""
    for need in metric.needs:
        table = need.partition(".")[0]
        if table not in TABLE:
            return f"not computable from call records: needs {need}"
        for key in (need, table):
            if key in lacks:
                return f"not computable from {_source(lacks[key])}: needs {need}"
    return None


def unlimited(metric: Metric, scope: Scope) -> str | None:
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
                return f"not limited to the {column} asked for: {table} does not hold it"
    return None


def definition(metric: Metric, lacks: Mapping[str, str], lang: Literal["en", "zh"] = "en") -> str:
    """The metric's definition; what its sources lack and therefore counts 0 is named."""
    words = metric.definition if lang == "en" else metric.definition_zh
    absent = [need for need in metric.softly_needs if need in lacks]
    if not absent:
        return words
    bare = (metric.bare if lang == "en" else metric.bare_zh) if len(absent) == len(metric.softly_needs) else ""
    things: dict[str, list[str]] = {}
    for need in absent:
        things.setdefault(_source(lacks[need]), []).append(_thing(lacks[need], need))
    said = "; ".join(f"{source} has no {', '.join(names)}" for source, names in things.items())
    if lang == "zh":
        said = "；".join(f"{source} 无 {'、'.join(names)}" for source, names in things.items())
        return f"{words}；{bare or '缺失部分按 0 计'}：{said}"
    return f"{words}; {bare or 'counted as 0'}: {said}"


def _source(text: str) -> str:
    """The sources that sentences such as `asterisk_queue_log has no hold; acme has no hold` speak of."""
    return ", ".join(dict.fromkeys(sentence.split()[0] for sentence in text.split("; ")))


def _thing(text: str, need: str) -> str:
    return text.split("; ")[0].partition(" has no ")[2] or need
