"""What each command's JSON document holds: scripts rely on it, so keys are added here, never renamed or taken away.

Seconds are numbers, ratios 0-1, instants ISO 8601 with offset, unknown is null. `schemas/` is generated from these
classes, and a test holds every command to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ccops.cli.contract_operations import OPERATIONS_DOCUMENTS
from ccops.cli.contract_workforce import WORKFORCE_DOCUMENTS


@dataclass(frozen=True)
class RejectRow:
    line: int
    reason: str
    excerpt: str


@dataclass(frozen=True)
class ImportedFile:
    """lines = used + duplicate + skipped + rejected."""

    path: str
    source: str
    lines: int
    used: int
    duplicate: int
    skipped: int
    rejected: int
    tables: dict[str, int]
    rejects: list[RejectRow]
    flags: dict[str, list[int]]
    notes: list[str]
    rejects_file: str | None


@dataclass(frozen=True)
class ImportDocument:
    schema: str
    files: list[ImportedFile]


@dataclass(frozen=True)
class KpiRow:
    by: dict[str, str | int | None]
    metric: str
    value: float | None
    numerator: float | None
    denominator: float | None
    unit: str
    definition: str
    note: str | None


@dataclass(frozen=True)
class KpiDocument:
    schema: str
    rows: list[KpiRow]


@dataclass(frozen=True)
class ReportColumn:
    key: str
    title: str
    unit: str


@dataclass(frozen=True)
class ReportTable:
    """Rows hold a value per column key."""

    id: str
    title: str
    columns: list[ReportColumn]
    rows: list[dict[str, Any]]
    total: dict[str, Any] | None


@dataclass(frozen=True)
class ReportNote:
    """A sentence, and the plain values in it."""

    id: str
    text: str
    values: dict[str, Any]


@dataclass(frozen=True)
class ReportSection:
    id: str
    title: str
    notes: list[ReportNote]
    tables: list[ReportTable]


@dataclass(frozen=True)
class ReportDocument:
    schema: str
    title: str
    lang: str
    date: date
    queues: list[str]
    version: str
    settings: str
    as_of: datetime | None
    rows_used: int | None
    rows_read: int | None
    files: list[str]
    sources: list[str]
    definitions: dict[str, str]
    sections: list[ReportSection]
    data_quality: dict[str, int]


@dataclass(frozen=True)
class VariantRow:
    name: str
    value: float | None
    numerator: float | None
    denominator: float | None
    definition: str
    note: str
    chosen: bool


@dataclass(frozen=True)
class MetricDocument:
    """`ccops explain METRIC`."""

    schema: str
    metric: str
    unit: str
    clock: str
    parameters: dict[str, Any]
    needs: list[str]
    variants: list[VariantRow]


@dataclass(frozen=True)
class MomentRow:
    at: datetime
    what: str
    queue: str | None
    agent: str | None
    seconds: float | None


@dataclass(frozen=True)
class ContactDocument:
    """`ccops explain CONTACT`. `lines` are pairs of file and line."""

    schema: str
    contact_id: str
    contact: dict[str, Any]
    timeline: list[MomentRow]
    visits: list[dict[str, Any]]
    counted: list[VariantRow]
    lines: list[tuple[str, int]]


@dataclass(frozen=True)
class LostRow:
    entered_at: datetime
    queue: str
    customer: str | None
    wait: float | None
    outcome: str
    callback_status: str
    called_back_at: datetime | None
    called_again_at: datetime | None
    contact_id: str


@dataclass(frozen=True)
class LostDocument:
    schema: str
    rows: list[LostRow]


@dataclass(frozen=True)
class FindingRow:
    code: str
    level: str
    n: int
    what: str
    detail: str
    fix: str


@dataclass(frozen=True)
class CheckDocument:
    schema: str
    findings: list[FindingRow]


@dataclass(frozen=True)
class MetricRow:
    metric: str
    label: str
    unit: str
    better: str
    definition: str
    parameters: dict[str, Any]
    needs: list[str]


@dataclass(frozen=True)
class MetricsDocument:
    schema: str
    rows: list[MetricRow]


@dataclass(frozen=True)
class SourceRow:
    source: str
    title: str
    system: str
    sample: str
    lacks: dict[str, str]


@dataclass(frozen=True)
class SourcesDocument:
    schema: str
    rows: list[SourceRow]


@dataclass(frozen=True)
class RowsDocument:
    """`ccops query` and `ccops export`: rows with the columns that were asked for."""

    schema: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class SettingRow:
    name: str
    value: Any
    origin: str


@dataclass(frozen=True)
class ConfigDocument:
    """`ccops config show`."""

    schema: str
    file: str | None
    settings: list[SettingRow]


@dataclass(frozen=True)
class DiagnosisRow:
    name: str
    level: str
    found: str
    fix: str


@dataclass(frozen=True)
class DoctorDocument:
    schema: str
    checks: list[DiagnosisRow]


@dataclass(frozen=True)
class PrivacyDocument:
    """`ccops privacy status`."""

    schema: str
    store: str
    contacts: int
    callers: int
    readable_numbers: int
    key_file: str | None
    key_private: bool | None
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True)
class InitDocument:
    schema: str
    config: str | None
    mapping: str | None
    source: str | None
    tz: str
    tz_from: str
    guess: dict[str, Any] | None
    add: str


DOCUMENTS: dict[str, type[Any]] = {
    "init": InitDocument,
    "import": ImportDocument,
    "report": ReportDocument,
    "kpi": KpiDocument,
    "explain-metric": MetricDocument,
    "explain-contact": ContactDocument,
    "lost": LostDocument,
    "check": CheckDocument,
    "metrics": MetricsDocument,
    "sources": SourcesDocument,
    "query": RowsDocument,
    "export": RowsDocument,
    "config": ConfigDocument,
    "doctor": DoctorDocument,
    "privacy": PrivacyDocument,
    **WORKFORCE_DOCUMENTS,
    **OPERATIONS_DOCUMENTS,
}
