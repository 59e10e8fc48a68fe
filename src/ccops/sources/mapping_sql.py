"""A mapping file compiled to a source: it recognises its export by the headers and reads it with one SELECT.

The SELECT is built in layers, each a plain projection of the one below, so that every line keeps its place:
cells (`c_`, cleaned text) > parsed (`p_`, typed) > filled (canonical columns) > verdict (reject, skip, flag).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ccops.clock import Zone
from ccops.errors import SettingsError, SourceError
from ccops.source import Layout, Reading, Sample, Source
from ccops.sources import mapping_cells as cell
from ccops.sources.mapping import ColumnRule, Mapping
from ccops.sources.mapping_fields import is_naive, plain_header
from ccops.sources.mapping_fill import filled
from ccops.sources.mapping_parse import Parser
from ccops.sources.mapping_records import derive_of, records_of

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 50  # title rows above the header are few


def compile_mapping(mapping: Mapping, path: Path | None = None) -> Source:
    """The source that a mapping describes. `path` is the mapping file: its alias file lies beside it.

    Raises SettingsError when the alias file cannot be read.
    """
    aliases = _aliases(mapping, path)
    records = records_of(mapping.table)
    customer = mapping.columns.get("customer")
    if customer and mapping.holds("customer") != "phone":
        records = replace(records, caller_is_phone=False)
    instants = [name for name in mapping.columns if mapping.holds(name) == "instant"]
    return Source(
        name=mapping.source_name,
        title=mapping.title or f"{mapping.table} of {mapping.system}, read by a mapping file",
        system=mapping.system,
        sniff=lambda sample: sniff(mapping, sample),
        records=records,
        select=lambda layout, zone: select_sql(mapping, layout, zone, aliases),
        derive=derive_of(mapping.table),
        lacks=_lacks(mapping),
        zone=mapping.time.tz or None,
        naive_times=any(is_naive(one) for name in instants for one in mapping.formats(name)),
        why_not=lambda sample, name: why_not(mapping, sample, name),
        reading=Reading(
            encoding=mapping.file.encoding, sheet=mapping.file.sheet, footer=tuple(mapping.file.footer),
            quote_repair=mapping.file.quote_repair, max_rejects=mapping.checks.max_rejects,
        ),
        sample=mapping.sample,
    )


def sniff(mapping: Mapping, sample: Sample) -> Layout | None:
    """How to read the file, or None when a header that the mapping expects or requires is not there."""
    if not sample.spreadsheet and not _spoken_of(mapping, sample):
        return None
    for delimiter, rows in _readings(mapping, sample):
        at = _header_at(mapping, rows)
        if at is None or _absent(mapping, rows[at]):
            continue
        width = max(len(row) for row in rows[at:])
        names = unique_names(rows[at], width)
        return Layout(names, delimiter, first_row=at + 1, padded=True)
    return None


def why_not(mapping: Mapping, sample: Sample, name: str) -> SourceError:
    """Why a mapping that was asked for does not fit the file: what it misses, and what is there."""
    best: tuple[int, list[str], list[str]] | None = None
    for _, rows in _readings(mapping, sample):
        for row in rows[:_HEADER_WITHIN]:
            missing = [header for header in mapping.file.expect if not _has(row, [header])] + _absent(mapping, row)
            if len(row) > 1 and (best is None or len(missing) < best[0]):
                best = (len(missing), missing, row)
    if best is None:
        return SourceError("no line of it looks like a header", where=name, fix="check the delimiter of the mapping")
    return SourceError(
        f"the mapping {mapping.source_name} does not fit: no column {', '.join(dict.fromkeys(best[1]))}", where=name,
        excerpt=", ".join(header for header in best[2] if header),
        fix="correct `expect` and `from` of the mapping, or let ccops init --from FILE write one",
    )


def select_sql(mapping: Mapping, layout: Layout, zone: Zone, aliases: dict[str, str] | None = None) -> str:
    """The SELECT over `raw` that gives record columns, identity, reject, skip and flag, one row per row."""
    own = Zone.of(mapping.time.tz) if mapping.time.tz else zone
    parser = Parser(mapping, {plain_header(name): name for name in reversed(layout.columns)})
    names = [column.name for column in records_of(mapping.table).columns]
    told = ", ".join(f"coalesce({name}::VARCHAR, chr(30))" for name in names if name not in ("row_key", "keep_first"))
    if mapping.table == "shifts" and mapping.dedupe and not mapping.dedupe.largest:
        told += f", {_publication(layout)}"
    cells = parser.cells(_skip(mapping, layout, parser))
    parsed = parser.parsed(f"SELECT {cells} FROM raw", own, aliases or {})
    return (
        f"SELECT {', '.join(names)}, concat_ws(chr(31), {told}) AS identity, "
        f"CASE WHEN skip_why IS NULL THEN reject_why END AS reject, skip_why AS skip, "
        f"CASE WHEN skip_why IS NULL AND reject_why IS NULL THEN flag_why END AS flag "
        f"FROM ({filled(mapping, parser, parsed, own)})"
    )


def _publication(layout: Layout) -> str:
    """SQL for what tells one published schedule from the next, whatever the order of its rows.

    A publication replaces an agent's day as a whole, so a row that the last one had as well is not a duplicate.
    """
    cells = ", ".join(cell.name(name) for name in layout.columns)
    digest = f"md5_number_lower(concat_ws(chr(31), {cells})) % 4611686018427387904"
    return f"(SELECT sum(({digest})::HUGEINT)::VARCHAR FROM raw)"


def unique_names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each of `width` columns: the header's, numbered where empty or repeated in any case."""
    names: list[str] = []
    taken: set[str] = set()
    for place in range(width):
        given = header[place].replace("\ufeff", "").strip() if place < len(header) else ""
        name, n = given or f"column_{place + 1}", 1
        while name.casefold() in taken:
            n += 1
            name = f"{given or 'column'}_{n}"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def _spoken_of(mapping: Mapping, sample: Sample) -> bool:
    """Whether some line has the expected headers at all: cheaper than cutting every line at every delimiter."""
    wanted = [re.sub(r"_\d+$", "", plain_header(header)) for header in mapping.file.expect]
    return any(all(header in line for header in wanted) for line in map(plain_header, sample.lines[:_HEADER_WITHIN]))


def _readings(mapping: Mapping, sample: Sample) -> Iterator[tuple[str, list[list[str]]]]:
    """The sample's rows under each delimiter that may be meant."""
    if sample.spreadsheet:
        yield ",", sample.rows()
    elif mapping.file.delimiter != "auto":
        yield mapping.file.delimiter, sample.rows(mapping.file.delimiter)
    else:
        for delimiter in dict.fromkeys((sample.delimiter, *_DELIMITERS)):
            yield delimiter, sample.rows(delimiter)


def _header_at(mapping: Mapping, rows: Sequence[Sequence[str]]) -> int | None:
    wanted = mapping.file.header_row
    places = range(min(len(rows), _HEADER_WITHIN)) if wanted == "auto" else range(wanted - 1, min(wanted, len(rows)))
    return next((at for at in places if all(_has(rows[at], [header]) for header in mapping.file.expect)), None)


def _absent(mapping: Mapping, header: Sequence[str]) -> list[str]:
    """First spellings of the required columns that the header lacks."""
    required = [rule for rule in mapping.columns.values() if rule.required]
    return [part[0] for rule in required for part in rule.headers if not _has(header, part)]


def _has(header: Sequence[str], spellings: Sequence[str]) -> bool:
    there = {plain_header(name) for name in unique_names(header, len(header))}
    return any(plain_header(name) in there for name in spellings)


def _skip(mapping: Mapping, layout: Layout, parser: Parser) -> str:
    """SQL for why a line is no row at all: blank, a total below the data, or the header once more."""
    first = f"coalesce({', '.join(cell.name(name) for name in layout.columns)}, NULL)"
    words = "|".join(_escaped(word) for word in mapping.file.footer)
    total = rf"^\s*({words})\s*[:：]?\s*[\d.,]*\s*$"
    again = " AND ".join(
        f"lower(regexp_replace({cell.name(column)}, '\\s', '', 'g')) = {cell.text(plain_header(column))}"
        for column in map(parser.column, mapping.file.expect) if column
    )
    return (
        f"CASE WHEN {first} IS NULL THEN 'blank line' "
        + (f"WHEN regexp_matches({first}, {cell.text(total)}) THEN 'total row' " if words else "")
        + (f"WHEN {again} THEN 'header repeated' " if again else "")
        + "END"
    )


def _escaped(word: str) -> str:
    return "".join("\\" + letter if not letter.isalnum() else letter for letter in word)


# Canonical columns that a mapping may leave without a source, and the field that would give each.
_LACKING = {
    "queue_visits.ring_ms": "ring", "queue_visits.talk_ms": "talk", "queue_visits.hold_ms": "hold",
    "queue_visits.acw_ms": "acw", "queue_visits.agent": "agent", "queue_visits.released_by": "released_by",
    "queue_visits.transferred": "transferred", "contacts.ivr_ms": "ivr", "contacts.customer_key": "customer",
}


def _lacks(mapping: Mapping) -> dict[str, str]:
    given = {*mapping.columns, *mapping.derive}
    makes = derive_of(mapping.table)
    name = mapping.source_name
    lacks = {
        column: f"{name} has no {field.replace('_', ' ')}"
        for column, field in _LACKING.items() if column.split(".")[0] in makes and field not in given
    }
    if "segments" in makes:
        lacks["segments.no_answer"] = f"{name} has no unanswered ringing"
    if "contacts" in makes and "ivr_completed" not in _mapped_outcomes(mapping):
        lacks["contacts.ivr_completed"] = f"{name} does not tell what the voice menu served"
    for table in ("queue_visits", "contacts", "agent_states"):
        if table not in makes:
            lacks[table] = f"{name} has no {table.replace('_', ' ')}"
    return lacks


def _mapped_outcomes(mapping: Mapping) -> set[str]:
    rule = mapping.columns.get("outcome")
    endings = (rule.values or {}).values() if rule else ()
    return {end if isinstance(end, str) else end.outcome for end in endings}


def _aliases(mapping: Mapping, path: Path | None) -> dict[str, str]:
    rule: ColumnRule | None = mapping.columns.get("agent")
    if rule is None or rule.alias is None:
        return {}
    file = (path.parent if path else Path()) / rule.alias
    try:
        rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read the alias file: {error}", where=str(file), fix="a UTF-8 CSV with columns alias and agent"
        ) from None
    if rows and not {"alias", "agent"} <= set(rows[0]):
        raise SettingsError(
            f"no columns alias and agent; it has {', '.join(rows[0])}", where=str(file),
            fix="name them in its first line",
        )
    return {row["alias"]: row["agent"] for row in rows if row["alias"] and row["agent"]}
