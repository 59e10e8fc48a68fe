"""Finished figures by key, as the sections of a report look them up. All of them come from the metrics engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ccops.clock import Zone
from ccops.labels import text
from ccops.metrics.evaluate import figures
from ccops.model import Slice
from ccops.reports.document import Note, Term, Unit, Words

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Figure:
    """A value with what it was divided from, all None when unknown, and what the engine remarks on it."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    note: str = ""

    @property
    def count(self) -> int | None:
        """The value as a whole number."""
        return None if self.value is None else round(self.value)

    @property
    def late(self) -> int:
        """For a share of calls in time: how many were not."""
        if self.numerator is None or self.denominator is None:
            return 0
        return round(self.denominator - self.numerator)


_UNKNOWN = Figure()


@dataclass(frozen=True)
class Lookup:
    """Figures of several metrics by the values of `by`, in the engine's order."""

    by: tuple[str, ...]
    cells: Mapping[Key, Mapping[str, Figure]]
    units: Mapping[str, Unit]
    better: Mapping[str, str]
    definitions: Mapping[str, Words]

    @property
    def keys(self) -> list[Key]:
        return list(self.cells)

    def get(self, metric: str, *key: Any) -> Figure:
        """The figure at a key; unknown where the data has no such key."""
        return self.cells.get(key, {}).get(metric, _UNKNOWN)

    def plain(self, metric: str, *key: Any) -> float | int | None:
        """The value as reports hold it: counts whole, everything else as it is."""
        figure = self.get(metric, *key)
        return figure.count if self.units[metric] is Unit.COUNT else figure.value

    def impossible(self, metrics: Sequence[str]) -> list[Note]:
        """A sentence per metric of these that the sources cannot support, and one on those that agents cannot have."""
        notes = {metric: row[metric].note for row in self.cells.values() for metric in metrics}
        found = [impossible(metric, note) for metric, note in notes.items() if note.startswith(IMPOSSIBLE)]
        return [*found, Note("not_of_agents")] if _OF_NOBODY in notes.values() else found


_OF_NOBODY = text("of_nobody", "en")
IMPOSSIBLE = "not computable from "


def impossible(metric: str, note: str) -> Note:
    """`not computable from SOURCE: needs COLUMN` in the reader's language."""
    source, _, needs = note.removeprefix(IMPOSSIBLE).partition(": needs ")
    return Note("not_computable", {"metric": Term(metric), "source": source, "needs": needs})


def look_up(slice_: Slice, metrics: Sequence[str], by: Sequence[str] = (), *, interval: int = 30) -> Lookup:
    """Evaluate metrics once for every key of `by`."""
    evaluation = figures(slice_, metrics, by, interval=interval)
    cells: dict[Key, dict[str, Figure]] = {}
    for row in evaluation.long().iter_rows(named=True):
        key = tuple(row[grain] for grain in by)
        figure = Figure(row["value"], row["numerator"], row["denominator"], row["note"] or "")
        cells.setdefault(key, {})[row["metric"]] = figure
    return Lookup(
        tuple(by), cells,
        {metric.key: Unit(metric.unit) for metric in evaluation.metrics},
        {metric.key: metric.better for metric in evaluation.metrics},
        {metric.key: Words(evaluation.definition(metric, "en"), evaluation.definition(metric, "zh"))
         for metric in evaluation.metrics},
    )


def aware(moment: datetime, zone: Zone) -> datetime:
    """A naive UTC instant on the site's clock."""
    return moment.replace(tzinfo=UTC).astimezone(zone.info)
