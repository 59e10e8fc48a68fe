"""Recognising a CDR export and saying how to read it: Master.csv, cdr_custom, or a database export with a header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccops.source import Layout, Sample
from ccops.sources.asterisk_cdr_columns import CUSTOM, DATABASE, DISPOSITIONS, MASTER, column_names, uniqueid_epoch
from ccops.sources.asterisk_cdr_times import seconds, time_facts, wall_time

Row = Sequence[str]
_KNOWN = {*MASTER, *CUSTOM, *DATABASE}
_NEEDED = {"start", "src", "dst", "duration", "billsec", "disposition"}
_HEADER_WITHIN = 20  # title rows above a header, at most
_NARROWEST = 10
_UTC_WITHIN = 450  # seconds; half of the smallest step between two zones' offsets


def sniff(sample: Sample) -> Layout | None:
    """How to read a CDR export, None for anything else.

    `facts`: `time`, `date_order`, `date_evidence` (see asterisk_cdr_times), `seconds` = fraction when lengths have
    one, and, when the uniqueids show that the wall clock keeps UTC, `utc_at`: the first and last epoch seen.
    """
    text = "\n".join(sample.lines).upper()
    if not sample.spreadsheet and not any(word in text for word in ("DISPOSITION", *DISPOSITIONS)):
        return None
    for delimiter in dict.fromkeys((sample.delimiter, ",", ";", "\t")):
        rows = sample.rows(delimiter)
        layout = _headed(rows, delimiter) or _headerless(rows, delimiter)
        if layout:
            return layout
    return None


def start_pairs(sample: Sample, layout: Layout) -> list[tuple[int, int]]:
    """Start by the wall clock (seconds as if UTC) and birth of the uniqueid (epoch seconds) of the sample's legs."""
    rows = sample.rows(layout.delimiter)[layout.first_row :]
    return _pairs(rows, layout.columns, layout.facts)


def _headed(rows: Sequence[Row], delimiter: str) -> Layout | None:
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        names = [cell.strip(" \t\ufeff\"'`").lower() for cell in row]
        names = ["start" if name == "calldate" else name for name in names]
        if set(names) >= _NEEDED and {"channel", "uniqueid"} & set(names):
            columns = tuple(
                name if name in _KNOWN and name not in names[:at] else f"column_{at + 1}"
                for at, name in enumerate(names)
            )
            return _layout(columns, rows[index + 1 :], delimiter, first_row=index + 1)
    return None


def _headerless(rows: Sequence[Row], delimiter: str) -> Layout | None:
    """The commonest width decides; other widths join when they only lack, or add, columns at the end."""
    by_width: dict[int, list[Row]] = {}
    for row in rows:
        if len(row) >= _NARROWEST:
            by_width.setdefault(len(row), []).append(row)
    names = {width: column_names(group) for width, group in by_width.items()}
    told = [width for width in sorted(by_width, key=lambda w: -len(by_width[w])) if names[width]]
    if not told:
        return None
    columns = names[told[0]] or ()
    padded = False
    for width in sorted(told[1:]):
        other = names[width] or ()
        if other[: len(columns)] == columns or columns[:width] == other:
            columns, padded = max(columns, other, key=len), True
    return _layout(columns, [row for width in told for row in by_width[width]], delimiter, padded=padded)


def _layout(columns: tuple[str, ...], body: Sequence[Row], delimiter: str, *, first_row: int = 0,
            padded: bool = False) -> Layout:
    starts, births = _cells(body, columns, "start"), _cells(body, columns, "uniqueid")
    facts = time_facts(starts, [uniqueid_epoch(cell) for cell in births])
    if any("." in cell for name in ("duration", "billsec") for cell in _cells(body, columns, name)):
        facts["seconds"] = "fraction"
    pairs = _pairs(body, columns, facts)
    gaps = sorted(wall - epoch for wall, epoch in pairs)
    if gaps and abs(gaps[len(gaps) // 2]) < _UTC_WITHIN:
        epochs = [epoch for _, epoch in pairs]
        facts["utc_at"] = f"{min(epochs)} {max(epochs)}"
    notes = []
    if facts.get("date_evidence") == "assumed":
        notes.append("dates are read as day before month; no date in the file tells")
    if "utc_at" in facts:
        notes.append("its wall clock keeps UTC, as its call ids tell")
    return Layout(columns, delimiter, first_row=first_row, padded=padded, facts=facts, notes=tuple(notes))


def _pairs(rows: Sequence[Row], columns: Sequence[str], facts: Mapping[str, str]) -> list[tuple[int, int]]:
    pairs = []
    for start, uniqueid in zip(_cells(rows, columns, "start"), _cells(rows, columns, "uniqueid"), strict=True):
        wall, epoch = wall_time(start, facts), uniqueid_epoch(uniqueid)
        if wall and epoch:
            pairs.append((seconds(wall), epoch))
    return pairs


def _cells(rows: Sequence[Row], columns: Sequence[str], name: str) -> list[str]:
    """The column's cell in every row, blank where the row is too short or there is no such column."""
    at = columns.index(name) if name in columns else len(columns)
    return [row[at] if at < len(row) else "" for row in rows]
