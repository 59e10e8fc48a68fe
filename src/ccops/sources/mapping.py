"""A mapping file: a declarative description of a CSV or Excel export that no built-in source knows.

It says which header holds which field, how times, durations and outcomes are written, and nothing that needs a
condition: what does is a source written as SELECTs, not a bigger mapping language.

A row of a queue_visits file makes a visit when it names a queue, ends as a visit can, and came in (or has a time of
entering the queue); every other accepted row is a contact alone. Outcome by the times: answered if there is an answer
time or talk, else abandoned if it queued, else unanswered.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ccops.clock import Zone
from ccops.errors import SettingsError, UsageError
from ccops.settings import reject_limit
from ccops.sources.mapping_fields import (
    DATES,
    DOMAINS,
    DURATION_FORMATS,
    FIELDS,
    MONTHS,
    NEEDS,
    TIMES,
    Holds,
    check_time_format,
    formula_holds,
    plain_header,
)

Strings = str | list[str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Ending(_Part):
    """What one value of an outcome column means, where an outcome alone does not say it."""

    outcome: str = Field(description="The outcome, such as abandoned.")
    phase: Literal["queue", "ring", "announcement"] | None = Field(
        None, description="Where the caller gave up; only for abandoned."
    )


class ColumnRule(_Part):
    """Where one field comes from and how it is written."""

    from_: Strings = Field(
        default_factory=list, alias="from", description="Header, or several spellings of it: the first that exists."
    )
    from_all: list[str] = Field(default_factory=list, description="Headers whose values together form the field.")
    date: Strings = Field(default_factory=list, description="Header of the date, where date and time are apart.")
    time: Strings = Field(default_factory=list, description="Header of the time of day that belongs to `date`.")
    holds: Holds | None = Field(
        None, alias="type", description="instant, date, month, duration, phone, id, text, count, number, money or flag."
    )
    formats: list[str] | None = Field(None, description="How this column's times or durations are written.")
    null: list[str] | None = Field(None, description="Values that mean: did not happen, or not known.")
    values: dict[str, str | Ending] | None = Field(
        None, alias="map",
        description="Value in the file -> ours; skip leaves the row out, times asks the times, unknown is no value, "
        "not_answered is abandoned if the row queued (incoming with a queue, or a time of entry), else unanswered. "
        "With `date` and `time`: a shift's code -> its times, 08:00-16:00.",
    )
    other: str = Field(
        "reject",
        description="A value that `map` does not name: reject, skip, times, not_answered, unknown, keep (as it is) "
        "or one of ours.",
    )
    default: str | None = Field(None, description="The value where the cell is empty or the column absent.")
    required: bool = Field(False, description="Refuse files without the column, and rows without a value.")
    alias: str | None = Field(None, description="CSV with columns alias and agent, beside the mapping file.")

    @property
    def spellings(self) -> list[str]:
        return _listed(self.from_)

    @property
    def headers(self) -> list[list[str]]:
        """The headers that must all exist for the column to exist, each with its spellings."""
        if self.from_all:
            return [[name] for name in self.from_all]
        parts = [_listed(self.date), _listed(self.time), self.spellings]
        return [part for part in parts if part]

    @model_validator(mode="after")
    def _has_one_origin(self) -> ColumnRule:
        if bool(self.date) != bool(self.time):
            raise ValueError("date and time go together")
        origins = sum(map(bool, (self.from_, self.from_all, self.date)))
        if origins > 1:
            raise ValueError("give one of from, from_all, date with time")
        if not origins and self.default is None:
            raise ValueError("say where it comes from: from, from_all, date with time, or a default")
        return self


class FileFormat(_Part):
    """How the file is written. `auto` leaves it to the reader."""

    encoding: str = Field("auto", description="auto, or a codec name such as gb18030.")
    delimiter: Literal["auto", ",", ";", "\t", "|"] = Field("auto", description="What stands between two cells.")
    newline: Literal["auto"] = Field("auto", description="What ends a line is always found out: LF, CRLF or CR.")
    quote_repair: bool = Field(True, description="Mend quotes that are not escaped.")
    sheet: int | str = Field(0, description="Sheet of a workbook: its place, from 0, or its name.")
    header_row: Literal["auto"] | int = Field("auto", description="auto skips title rows; or the line, from 1.")
    footer: list[str] = Field(
        ["合计", "总计", "Total"], description="First cells of the rows below the data that are left out."
    )
    expect: list[str] = Field(min_length=1, description="Headers by which the export is recognised.")


class TimeFormat(_Part):
    """How times are written."""

    tz: str = Field("", description="IANA zone of the file's local times; empty: the site's.")
    ambiguous: Literal["earliest", "latest", "reject"] = Field(
        "earliest", description="Which of the two a time in the hour that clocks repeat means."
    )
    nonexistent: Literal["shift", "reject"] = Field("shift", description="A time in the hour that clocks leave out.")
    formats: list[str] = Field(
        list(TIMES), description="strptime formats, iso, epoch_s, epoch_ms, excel_serial; per row the first that fits."
    )

    @field_validator("tz")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            return Zone.of(value).name if value else value
        except UsageError as error:
            raise ValueError(f"{error.what}; {error.fix}") from None

    @field_validator("formats")
    @classmethod
    def _are_formats(cls, value: list[str]) -> list[str]:
        return [check_time_format(text) for text in value]


class Dedupe(_Part):
    """Which rows are versions of the same thing, and which version counts."""

    key: list[str] = Field(min_length=1, description="Fields that name the thing.")
    keep: str = Field("last", description="last, first, max:FIELD (its largest value wins), or error.")

    @field_validator("keep")
    @classmethod
    def _is_a_rule(cls, value: str) -> str:
        if not re.fullmatch(r"last|first|error|max:\w+", value):
            raise ValueError("keep is last, first, max:FIELD or error")
        return value

    @property
    def largest(self) -> str | None:
        """The field whose largest value wins."""
        return self.keep.removeprefix("max:") if self.keep.startswith("max:") else None


class Checks(_Part):
    """What is looked at in every row and in the file."""

    order: list[str] = Field(
        default_factory=list, description="Instants in the order they happen; breaches are flagged."
    )
    max_rejects: str | None = Field(None, description="Refuse a file with more rejected lines than this: N or P%.")

    @field_validator("max_rejects")
    @classmethod
    def _is_a_limit(cls, value: str | None) -> str | None:
        return value if value is None else reject_limit(value)


class Mapping(_Part):
    """Everything that a mapping file may say."""

    version: Literal[1] = Field(1, description="Version of this format.")
    table: Literal[
        "queue_visits", "contacts", "agent_states", "interval_stats", "shifts", "employees", "attendance",
        "evaluations", "surveys", "ledger", "cases",
    ] = Field(description="What a row of the file is.")
    system: str = Field(pattern=r"^[\w.-]+$", description="The switch that the file comes from.")
    name: str = Field("", description="Name of the source; mapped:SYSTEM when empty.")
    title: str = Field("", description="What the export is, for people.")
    sample: str = Field("", description="File in sample_logs that shows the format.")
    file: FileFormat = Field(description="How the file is written and recognised.")
    time: TimeFormat = Field(
        default_factory=lambda: TimeFormat.model_validate({}), description="How times are written, in which zone."
    )
    columns: dict[str, ColumnRule] = Field(min_length=1, description="Field -> where it comes from.")
    derive: dict[str, str] = Field(
        default_factory=dict, description='Field -> sum or difference of others, or outcome = "times"; a cell wins.'
    )
    dedupe: Dedupe | None = Field(None, description="Which rows are versions of the same thing.")
    checks: Checks = Field(default_factory=lambda: Checks.model_validate({}), description="What is looked at.")

    @property
    def source_name(self) -> str:
        return self.name or f"mapped:{self.system}"

    def holds(self, name: str) -> Holds:
        """What the field holds: the file's word for it, or the table's."""
        rule = self.columns.get(name)
        return (rule and rule.holds) or FIELDS[self.table].get(name, "text")

    def formats(self, name: str) -> list[str]:
        """How the field's times or durations are written."""
        figure = "h" if self.table in ("employees", "attendance") else "s"
        known = {"instant": self.time.formats, "date": [*DATES], "month": [*MONTHS]}
        usual = known.get(self.holds(name), ["HH:MM:SS", figure])
        return self.columns[name].formats or usual

    @model_validator(mode="after")
    def _fits_the_table(self) -> Mapping:
        for problem in _problems(self):
            raise ValueError(problem)
        return self


def load_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises SettingsError with the file and the key that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError("no such mapping file", where=str(path), fix="ccops init --from FILE writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the mapping: {error}", where=str(path), fix="save it as UTF-8 text") from None
    return parse_mapping(text, str(path))


def parse_mapping(text: str, where: str) -> Mapping:
    """The mapping in a text. Raises SettingsError with `where` and the key that is wrong."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", where=where, fix="correct the line it names") from None
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise _refusal(error, where) from None


def _refusal(error: ValidationError, where: str) -> SettingsError:
    first = min(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"])
    fix = "docs/reference/mapping lists every key with its meaning"
    if first["type"] == "extra_forbidden":
        name = str(first["loc"][-1])
        near = get_close_matches(name, sorted(_keys()), n=1)
        return SettingsError(f"unknown key {key}", where=where, fix=f"did you mean {near[0]}?" if near else fix)
    if first["type"] == "missing":
        return SettingsError(f"{key} is missing", where=where, fix=fix)
    message = first["msg"].removeprefix("Value error, ")
    return SettingsError(f"{key}: {message}" if key else message, where=where, fix=fix)


def _keys() -> Iterator[str]:
    """Every key that a mapping file may use, nested ones included."""
    for part in (Mapping, FileFormat, TimeFormat, ColumnRule, Dedupe, Checks):
        yield from (info.alias or name for name, info in part.model_fields.items())


def _problems(mapping: Mapping) -> Iterator[str]:
    """What does not fit together, most basic first."""
    fields = FIELDS[mapping.table]
    used = _used(mapping)
    for name, rule in mapping.columns.items():
        if name not in fields and name not in used:
            near = get_close_matches(name, fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"fields are {', '.join(fields)}"
            yield f"columns.{name}: {mapping.table} has no such field and nothing derives from it; {hint}"
        yield from _rule_problems(mapping, name, rule)
    needs, starts = NEEDS[mapping.table]
    for need in needs:
        if need not in mapping.columns:
            yield f"columns.{need} is missing: {mapping.table} needs it"
    if starts and not any(name in mapping.columns or name in mapping.derive for name in starts):
        yield f"columns.{starts[0]} is missing: {mapping.table} needs one of {', '.join(starts)}"
    if "outcome" in fields and not {"outcome"} & (set(mapping.columns) | set(mapping.derive)):
        yield 'columns.outcome is missing; or say [derive] outcome = "times": answered if answered_at or talk say so'
    if mapping.table == "interval_stats" and not {"interval"} & (set(mapping.columns) | set(mapping.derive)):
        yield 'columns.interval is missing: give its column, or interval = { default = "00:30:00" }'
    for name, formula in mapping.derive.items():
        yield from _formula_problems(mapping, name, formula)
    if mapping.table == "shifts" and mapping.dedupe and mapping.dedupe.key != ["agent", "day"]:
        yield 'dedupe.key: of shifts it is ["agent", "day"]: a later publication replaces an agent\'s whole day'
    key = mapping.dedupe.key if mapping.dedupe and mapping.table != "shifts" else ()
    for name in (*mapping.checks.order, *key):
        if name not in mapping.columns and name not in mapping.derive:
            yield f"{name} is used but neither a column nor derived"
    if mapping.dedupe and "customer" in mapping.dedupe.key:
        yield "dedupe.key: the caller's number would be stored readable; take another key"
    for name in mapping.checks.order:
        if mapping.holds(name) != "instant":
            yield f"checks.order: {name} is no instant"
    if mapping.dedupe and mapping.dedupe.largest:
        largest = mapping.dedupe.largest
        if largest not in mapping.columns or mapping.holds(largest) not in ("instant", "duration", "count"):
            yield f"dedupe.keep: {largest} must be a column of type instant, duration or count"


def _used(mapping: Mapping) -> set[str]:
    """Names that formulas, checks and the dedupe rule mention."""
    used = {name for formula in mapping.derive.values() for name in re.findall(r"\w+", formula)}
    used |= set(mapping.checks.order)
    if mapping.dedupe:
        used |= {*mapping.dedupe.key, mapping.dedupe.largest or ""}
    return used


def _rule_problems(mapping: Mapping, name: str, rule: ColumnRule) -> Iterator[str]:
    where, holds, natural = f"columns.{name}", mapping.holds(name), FIELDS[mapping.table].get(name)
    if natural and holds != natural and {holds, natural} - {"id", "text", "phone"}:
        yield f"{where}: holds {natural}, not {holds}"
    if rule.date and holds != "instant":
        yield f"{where}: only an instant has a date and a time"
    if holds in ("instant", "date"):
        for text in rule.formats or ():
            try:
                check_time_format(text)
            except ValueError as error:
                yield f"{where}: {error}"
    if holds == "duration":
        bad = [text for text in rule.formats or () if text not in DURATION_FORMATS]
        if bad:
            yield f"{where}: {bad[0]} is no duration format; those are {', '.join(DURATION_FORMATS)}"
        if len({"s", "ms", "min", "h"} & set(mapping.formats(name))) > 1:
            yield f"{where}: s, ms and min look the same, and so does h; name the one the file uses"
    coded = mapping.table == "shifts" and holds == "instant" and rule.date
    plain = ("instant", "date", "month", "duration", "phone", "count", "number", "money")
    if rule.values is not None and holds in plain and not coded:
        yield f"{where}: a map is for text, not for {holds}"
    if rule.alias and name != "agent":
        yield f"{where}: alias is for agent"
    if name == "contact_id" and _readable_phones(mapping) & {plain_header(h) for part in rule.headers for h in part}:
        yield f"{where}: the caller's number would be stored readable; take another key"
    yield from _domain_problems(mapping, name, rule)


def _domain_problems(mapping: Mapping, name: str, rule: ColumnRule) -> Iterator[str]:
    domain = DOMAINS.get(name)
    if domain is None:
        return
    words = {"skip", "unknown"} | ({"times", "not_answered"} if name == "outcome" else set())
    given = [*(rule.values or {}).values(), *([rule.other] if rule.other != "reject" else [])]
    for value in given:
        plain = value.outcome if isinstance(value, Ending) else value
        if isinstance(value, Ending) and name != "outcome":
            yield f"columns.{name}: only outcome takes a phase"
        if plain not in domain and plain not in words:
            near = get_close_matches(plain, domain, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(domain)}"
            yield f"columns.{name}: {plain!r} is no {name}; {hint}"
        if isinstance(value, Ending) and value.phase and plain != "abandoned":
            yield f"columns.{name}: only abandoned has a phase"
    if rule.default is not None and rule.default not in domain and rule.default not in words - {"skip", "unknown"}:
        yield f"columns.{name}: default {rule.default!r} is no {name}; it is one of {', '.join(domain)}"


def _formula_problems(mapping: Mapping, name: str, formula: str) -> Iterator[str]:
    if name == "outcome":
        if formula != "times":
            yield 'derive.outcome: the only form is "times"'
        return
    if name not in FIELDS[mapping.table] and name not in mapping.checks.order:
        yield f"derive.{name}: {mapping.table} has no such field"
        return
    kinds = {column: mapping.holds(column) for column in mapping.columns}
    try:
        holds = formula_holds(formula, kinds)
    except ValueError as error:
        yield f"derive.{name}: {error}"
        return
    if holds != mapping.holds(name):
        yield f"derive.{name}: {formula!r} gives {holds}, {name} holds {mapping.holds(name)}"


def _readable_phones(mapping: Mapping) -> set[str]:
    rule = mapping.columns.get("customer")
    return {plain_header(header) for part in rule.headers for header in part} if rule else set()


def _listed(value: Strings) -> list[str]:
    return [value] if isinstance(value, str) else value
