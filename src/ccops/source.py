"""What a source is: how to recognise an export, and the SELECTs that turn its lines into typed rows.

A source holds no connection and runs nothing. The store runs its SQL, in this order:

1. `select(layout, zone)` over `raw` (the file as text columns, blank as NULL) gives one row per line: the record
   table's columns and four of its own: `identity` (text that two lines share when they are the same record; only its
   128-bit hash is stored), `reject` (why the line cannot be used, or NULL), `skip` (why it is left out on purpose, or
   NULL) and `flag` (a data-quality code, or NULL). Rejected and skipped lines never reach the record table. The
   SELECT keeps one row per row of `raw`, in its order: no joins, groups, sorts. `AT` is a reserved word in SQL: name
   the instant `event_at` or the like.
2. `derive[table]` over `touched` (the records of every contact that the new lines touch) gives canonical rows, all
   columns but source, day, quarter. `touched` has the record table's columns, system, file_id, line, and file_place:
   the files in the order in which they begin, so that (instant, file_place, line) is the order of the log
   (`file_order` tells file_place per file_id). And
   `derive["agent_states"]` over `touched` (the records of every agent touched, in a window of days) gives intervals
   that may overlap; the store flattens them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ccops.clock import Zone
from ccops.errors import SourceError
from ccops.model import Column, Reject

# Record tables of what lies beside the calls: they say nothing of how far the call records go, or of what those lack.
BESIDE = (
    "mapped_shifts", "mapped_employees", "mapped_attendance", "mapped_evaluations", "mapped_surveys", "mapped_ledger",
    "mapped_cases",
)


@dataclass(frozen=True)
class Layout:
    """How to read one file as text columns."""

    columns: tuple[str, ...]
    delimiter: str = ","
    quote: str = '"'
    first_row: int = 0  # lines before the first data line: titles, header
    padded: bool = False  # short lines are filled up with blanks
    facts: Mapping[str, str] = field(default_factory=dict)  # what `select` must know: date order, …
    notes: tuple[str, ...] = ()  # what was assumed, for whoever defends the figures


class Sample(Protocol):
    """The beginning of a file as `sniff` sees it."""

    lines: tuple[str, ...]  # the first physical lines, decoded, without their ends
    spreadsheet: bool  # true for xlsx: `rows` are cells and there is no delimiter

    def rows(self, delimiter: str | None = None, quote: str = '"') -> list[list[str]]:
        """The same lines as cells; the delimiter is guessed when not given."""
        ...

    @property
    def delimiter(self) -> str:
        """The guessed delimiter."""
        ...

    @property
    def header_row(self) -> int | None:
        """Index of the line that looks like a header, or None."""
        ...


@dataclass(frozen=True)
class Records:
    """A record table: one typed row per accepted line."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    at: str  # the instant that orders the rows
    contact: str | None  # the column that says which contact a record belongs to
    agent: str | None = None  # the column that names the agent
    caller: str | None = None  # the SELECT's raw caller column; stored as `customer_key` and `customer_mask` instead
    caller_is_phone: bool = True


@dataclass(frozen=True)
class Reading:
    """What a source knows of how its files are written, where it is not left to the front end to find out."""

    encoding: str = "auto"
    sheet: int | str = 0
    footer: tuple[str, ...] | None = None  # first cells of rows below the data; None: the usual words
    quote_repair: bool = True
    max_rejects: str | None = None


@dataclass(frozen=True)
class Source:
    name: str
    title: str
    system: str
    sniff: Callable[[Sample], Layout | None]
    records: Records
    select: Callable[[Layout, Zone], str]
    derive: Mapping[str, str]
    lacks: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None  # the zone of its naive times, where the format itself fixes one
    naive_times: bool = True  # false: the file holds instants and needs no zone to be read
    touches: str | None = None  # SELECT contact_id of contacts that `fresh` records change without naming them
    infer_zone: Callable[[Sample, Layout], str | None] | None = None
    check_zone: Callable[[Layout, Zone], str] | None = None  # SELECT over `raw`: n rows compared, n that contradict it
    reading: Reading = Reading()
    why_not: Callable[[Sample, str], SourceError] | None = None  # what a named file lacks, where a source can tell
    sample: str = ""  # its file in sample_logs/


@dataclass(frozen=True)
class Intake:
    """A file ready to be read: a real path, and how the store's reader sees it."""

    path: Path
    layout: Layout
    numbered: bool  # the first column of the file is the line number of the original (a repaired copy)


@dataclass(frozen=True)
class Clean:
    """A file as the tolerant front end rewrote it: lines of the original = rows + skipped + len(rejects)."""

    intake: Intake
    rows: int
    skipped: int
    rejects: tuple[Reject, ...] = ()
    repaired: int = 0
    notes: tuple[str, ...] = ()
