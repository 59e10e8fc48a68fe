"""Why a number is what it is: a metric in every variant on the same data, a contact and how each metric counted it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from ccops.errors import UsageError
from ccops.model import TABLE, Kind, Scope, Slice
from ccops.notebook import table

if TYPE_CHECKING:
    from ccops.store.store import Store


@dataclass(frozen=True)
class Variant:
    """One way to count, and what it gives."""

    name: str
    value: float | None
    numerator: float | None
    denominator: float | None
    definition: str
    note: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class MetricStory:
    """A metric with its unit, clock, parameters, and every variant of it on the same data."""

    metric: str
    unit: str
    clock: str
    parameters: Mapping[str, object]
    needs: tuple[str, ...]
    variants: tuple[Variant, ...]

    @property
    def chosen(self) -> Variant:
        """The variant that the settings and the call ask for."""
        return next(variant for variant in self.variants if variant.chosen)

    def _repr_html_(self) -> str:
        rows = ((v.name, v.value, v.numerator, v.denominator, v.definition, v.note) for v in self.variants)
        return table(("variant", "value", "numerator", "denominator", "definition", "note"), rows, self.metric)


@dataclass(frozen=True)
class Moment:
    """One line of a contact's time line."""

    at: datetime
    what: str
    queue: str | None
    agent: str | None
    seconds: float | None


@dataclass(frozen=True)
class ContactStory:
    """A contact: what happened when, how each metric counted it, and the lines of the exports behind it."""

    contact_id: str
    contact: Mapping[str, object]
    timeline: tuple[Moment, ...]
    visits: tuple[Mapping[str, object], ...]
    counted: tuple[Variant, ...]
    lines: tuple[tuple[str, int], ...]

    def _repr_html_(self) -> str:
        moments = ((m.at, m.what, m.queue, m.agent, m.seconds) for m in self.timeline)
        counted = ((v.name, v.value, v.numerator, v.denominator) for v in self.counted)
        return table(("at", "what", "queue", "agent", "seconds"), moments, self.contact_id) + table(
            ("metric", "value", "numerator", "denominator"), counted
        ) + table(("file", "line"), self.lines)


def explain_metric(data: Slice, name: str, tuning: Mapping[str, object]) -> MetricStory:
    """The metric's value in every variant that its parameters allow. Raises UsageError for an unknown metric."""
    from ccops.metrics import evaluate

    lang = data.settings.site.lang
    function = evaluate.function(name)
    chosen = evaluate.parameters(name, data.settings, tuning)
    choices = {
        key: get_args(hint) for key, hint in get_type_hints(function).items()
        if key in inspect.signature(function).parameters and get_origin(hint) is Literal
    }
    ways: list[tuple[str, dict[str, object]]] = [("as configured", {})]
    ways += [(f"{key}={value}", {key: value}) for key, values in choices.items() for value in values]
    variants = []
    for title, change in ways:
        if change and all(chosen[key] == value for key, value in change.items()):
            continue
        [row] = evaluate.kpis(data, [name], tuning={**tuning, **change}, lang=lang).to_dicts()
        variants.append(_variant(title, row, chosen=not change))
    metric = function(**chosen)
    return MetricStory(name, metric.unit, data.scope.clock, chosen, metric.needs, tuple(variants))


def explain_contact(store: Store, data: Slice, contact_id: str) -> ContactStory:
    """A contact's story. Raises UsageError when the store has no such contact, with near ids."""
    import polars as pl

    from ccops.metrics import METRICS, evaluate

    rows = {name: store.contact_rows(name, contact_id) for name in ("contacts", "queue_visits", "segments")}
    if not any(rows.values()):
        near = [*get_close_matches(contact_id, METRICS, n=3), *store.near_contacts(contact_id[:10])]
        raise UsageError(
            f"no metric and no contact {contact_id!r}",
            fix=f"near it: {', '.join(near)}" if near else "ccops metrics lists metrics, ccops lost lists contact ids",
        )
    frames = {name: pl.DataFrame(found, schema=TABLE[name].schema()) for name, found in rows.items()}
    alone = replace(data, scope=Scope(), read=Slice.of(frames, Scope(), data.settings).read)
    counted = []
    for key in evaluate.keys_of("queue_visits", "contacts"):
        [row] = evaluate.kpis(alone, [key], lang=data.settings.site.lang).to_dicts()
        if row["numerator"] or row["denominator"]:
            counted.append(_variant(key, row))
    zone = data.settings.zone.info
    contact = rows["contacts"][0] if rows["contacts"] else {}
    return ContactStory(
        contact_id, _shown(contact, "contacts", zone), _timeline(rows, zone),
        tuple(_shown(visit, "queue_visits", zone) for visit in rows["queue_visits"]), tuple(counted),
        tuple(store.contact_lines(contact_id)),
    )


def _variant(title: str, row: Mapping[str, object], *, chosen: bool = False) -> Variant:
    def number(key: str) -> float | None:
        value = row[key]
        return float(value) if isinstance(value, (int, float)) else None

    return Variant(
        title, number("value"), number("numerator"), number("denominator"), str(row["definition"]),
        str(row.get("note") or ""), chosen,
    )


def _shown(row: Mapping[str, object], table: str, zone: tzinfo) -> dict[str, object]:
    """A row as people read it: seconds, local instants, nothing that is null."""
    shown: dict[str, object] = {}
    for column in TABLE[table].columns:
        value = row.get(column.name)
        if value is None:
            continue
        if column.kind is Kind.DURATION and isinstance(value, int):
            shown[f"{column.name.removesuffix('_ms')}_s"] = value / 1000
        elif isinstance(value, datetime):
            shown[column.name] = _local(value, zone)
        else:
            shown[column.name] = value
    return shown


def _timeline(rows: Mapping[str, list[dict[str, Any]]], zone: tzinfo) -> tuple[Moment, ...]:
    moments = []
    for contact in rows["contacts"]:
        moments.append((contact["started_at"], Moment(_local(contact["started_at"], zone), "began", None, None, None)))
    for visit in rows["queue_visits"]:
        queue = visit["queue"]
        moments.append((visit["entered_at"], _moment(visit["entered_at"], zone, "entered", queue)))
        if visit["answered_at"]:
            moments.append((
                visit["answered_at"],
                _moment(visit["answered_at"], zone, "answered", queue, visit["agent"], visit["wait_ms"]),
            ))
        left = visit["ended_at"] or visit["answered_at"] or visit["entered_at"]
        spent = visit["talk_ms"] if visit["outcome"] == "answered" else visit["wait_ms"]
        what = "ended" if visit["outcome"] == "answered" else visit["outcome"]
        moments.append((left, _moment(left, zone, what, queue, visit["agent"], spent)))
    for part in rows["segments"]:
        if part["kind"] != "talk" or not rows["queue_visits"]:
            moments.append((
                part["started_at"],
                _moment(part["started_at"], zone, part["kind"], part["queue"], part["agent"], part["duration_ms"]),
            ))
    return tuple(moment for _, moment in sorted(moments, key=lambda pair: pair[0]))


def _moment(at: datetime, zone: tzinfo, what: str, queue: str | None, agent: str | None = None,
            spent_ms: int | None = None) -> Moment:
    return Moment(_local(at, zone), what, queue, agent, None if spent_ms is None else spent_ms / 1000)


def _local(at: datetime, zone: tzinfo) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(zone)
