"""The lower half of a mapped SELECT: from raw cells to typed values, with what could not be read."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence

from ccops.clock import Zone
from ccops.sources import mapping_cells as cell
from ccops.sources.mapping import ColumnRule, Ending, Mapping
from ccops.sources.mapping_fields import DOMAINS, plain_header

# What a map may say instead of a value; no export writes these.
SKIP, REJECT, TIMES, NOT_ANSWERED = "!skip", "!reject", "!times", "!not_answered"
_SQL_TYPES = {
    "instant": "TIMESTAMP", "duration": "BIGINT", "count": "BIGINT", "flag": "BOOLEAN", "date": "DATE", "month": "DATE",
    "number": "DOUBLE", "money": "DECIMAL(18, 4)",
}
_NOUNS = {
    "duration": "duration", "count": "whole number", "flag": "yes or no", "number": "number",
    "money": "amount of money", "date": "date in a known format", "month": "month in a known format",
}


class Parser:
    """The fields of a mapping against the headers of one file."""

    def __init__(self, mapping: Mapping, headers: Dict[str, str]) -> None:
        self.mapping = mapping
        self._headers = headers
        self.names = tuple(mapping.columns)

    def column(self, *spellings: str) -> str | None:
        """The file's column under the first spelling that exists."""
        return next((self._headers[key] for key in map(plain_header, spellings) if key in self._headers), None)

    def value(self, name: str) -> str:
        """SQL for the parsed value of a field, NULL of its type where the mapping has no such column."""
        if name in self.mapping.columns:
            return f"p_{name}"
        return f"NULL::{_SQL_TYPES.get(self.mapping.holds(name), 'VARCHAR')}"

    def holding(self, *kinds: str) -> list[str]:
        """The fields that hold one of `kinds`."""
        return [name for name in self.names if self.mapping.holds(name) in kinds]

    def mapped(self, name: str) -> bool:
        """Whether the field's values are translated, by a map or against the fixed list of its table."""
        rule = self.mapping.columns.get(name)
        fixed = name in DOMAINS and self.mapping.holds(name) != "flag"
        return rule is not None and (fixed or rule.values is not None) and self.mapping.holds(name) != "instant"

    def cells(self, skip: str) -> str:
        """Select list of the cleaned cells `c_`, the reason to skip the line, and the date order of the file."""
        found = {name: self._cell(name) for name in self.names}
        parts = [f"{sql} AS c_{name}" for name, sql in found.items()]
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in self.holding("instant", "date"):
            formats = self.mapping.formats(name)
            if cell.both_orders(formats):
                groups.setdefault(tuple(formats), []).append(name)
        for formats_, names in groups.items():
            vote = cell.order_vote([found[name] for name in names], formats_, "raw")
            parts += [f"{vote} AS day_first_{name}" for name in names]
        if self.mapping.dedupe and self.mapping.dedupe.keep == "error":
            parts.append(f"{self._repeated(found)} AS key_repeated")
        return ", ".join((*parts, f"{skip} AS line_skip"))

    def parsed(self, cells: str, zone: Zone, aliases: Dict[str, str]) -> str:
        """SELECT of every `c_` and its typed `p_` from the SELECT `cells`."""
        instants = self.holding("instant")
        typed = [f"{self._typed(name, aliases)} AS p_{name}" for name in self.names if name not in instants]
        if "outcome" in self.mapping.columns:
            typed.append(f"{self._phase()} AS map_phase")
        for name in instants:
            formats = self.mapping.formats(name)
            typed.append(f"{cell.exact(f'c_{name}', formats)} AS u_{name}")
            typed.append(f"{cell.wall(f'c_{name}', formats, f'day_first_{name}')} AS w_{name}")
        walls = f"SELECT *, {', '.join(typed)} FROM ({cells})"
        if not instants:
            return walls
        if self._over_midnight():
            later = "CASE WHEN w_ended_at < w_started_at THEN w_ended_at + INTERVAL 1 DAY ELSE w_ended_at END"
            walls = f"SELECT * REPLACE ({later} AS w_ended_at) FROM ({walls})"
        utc = ", ".join(f"{zone.to_utc_sql(f'w_{name}')} AS z_{name}" for name in instants)
        final = ", ".join(f"coalesce(u_{name}, {self._settled(name, zone)}) AS p_{name}" for name in instants)
        return f"SELECT *, {final} FROM (SELECT *, {utc} FROM ({walls}))"

    def unread(self) -> Sequence[tuple[str, str]]:
        """SQL conditions under which a cell could not be read, each with SQL for the reason."""
        problems = []
        for name in self.names:
            holds, formats = self.mapping.holds(name), self.mapping.columns[name].formats
            c, p = f"c_{name}", f"p_{name}"
            if name == "contact_id" or (holds == "id" and name != "customer"):
                problems.append((f"regexp_matches({c}, {cell.DAMAGED})", _damaged(name, "id", c)))
            if holds == "instant":
                whole = " (day and month are read in one order throughout a file)" if cell.both_orders(
                    self.mapping.formats(name)) else ""
                problems.append((f"regexp_matches({c}, {cell.DAMAGED})", _damaged(name, "time", c)))
                unread = f"{c} IS NOT NULL AND {p} IS NULL"
                if self.mapping.table == "shifts" and self.mapped("activity"):
                    unread += " AND m_activity IS DISTINCT FROM 'off'"  # where others have times it says: day off
                problems.append((unread, cell.text(f"{name}: no time in the listed formats{whole}")))
            if holds in _NOUNS and not (holds == "flag" and self.mapped(name)):
                noun = f"duration as {' or '.join(formats)}" if holds == "duration" and formats else _NOUNS[holds]
                said = "no" if holds in ("date", "month") else "not an" if holds == "money" else "not a"
                problems.append((f"{c} IS NOT NULL AND {p} IS NULL", cell.text(f"{name}: {said} {noun}")))
            if self.mapped(name):
                shown = f"regexp_replace(left({c}, 40), '\\d{{5,}}', '…', 'g')"
                problems.append((f"m_{name} = '{REJECT}'", f"'{name}: value not in the mapping: ' || {shown}"))
            if self.mapping.columns[name].required:
                problems.append((f"{c} IS NULL", cell.text(f"{name}: empty")))
        return problems

    def _cell(self, name: str) -> str:
        rule, holds = self.mapping.columns[name], self.mapping.holds(name)
        columns = [self.column(*part) for part in rule.headers]
        parts = [
            cell.cleaned(cell.name(column), figures=holds not in ("text", "flag")) for column in columns if column
        ]
        figure = holds in ("instant", "duration", "count", "phone", "number", "money")
        usual = cell.NO_INSTANT if holds == "instant" and not rule.date else ()
        nulls = (*(cell.NO_FIGURE if figure else ()), *(usual if rule.null is None else rule.null))
        if not parts or len(parts) < len(columns):
            value = "NULL::VARCHAR"
        elif rule.date:
            value = cell.spliced(parts[0], self._clock(name, rule, cell.unless(parts[1], nulls)))
        elif rule.from_all:
            texts = ", ".join(f"coalesce({cell.unless(part, nulls)}, '')" for part in parts)
            value = f"CASE WHEN coalesce({', '.join(parts)}) IS NOT NULL THEN concat_ws('-', {texts}) END"
        else:
            value = cell.unless(parts[0], nulls)
            if holds == "instant" and self.mapping.table == "interval_stats":
                value = cell.range_start(value)
        if rule.default is not None and not self.mapped(name):
            value = f"coalesce({value}, {cell.text(rule.default)})"
        return value

    def _clock(self, name: str, rule: ColumnRule, clock: str) -> str:
        """The time of day in a cell that may hold an interval or, in a schedule, a shift's code."""
        codes = {code: times for code, times in (rule.values or {}).items() if isinstance(times, str)}
        clock = cell.coded(clock, codes) if codes else clock
        ends = (self.mapping.table, name) == ("shifts", "ended_at")
        return cell.range_end(clock) if ends else cell.range_start(clock)

    def _over_midnight(self) -> bool:
        """Whether a stretch of one date that ends at an earlier time of day than it starts ends on the next day."""
        start, end = (self.mapping.columns.get(name) for name in ("started_at", "ended_at"))
        return bool(self.mapping.table == "shifts" and start and end and start.date and start.date == end.date)

    def _typed(self, name: str, aliases: Dict[str, str]) -> str:
        holds, c = self.mapping.holds(name), f"c_{name}"
        rule = self.mapping.columns[name]
        if self.mapped(name):
            return f"{self._translated(name, rule)} AS m_{name}, {_usable(name, holds)}"
        if holds in ("date", "month"):
            return cell.day(c, self.mapping.formats(name), f"day_first_{name}")
        if holds == "duration":
            return cell.duration(c, self.mapping.formats(name))
        if holds in ("count", "number", "money"):
            return {"count": cell.count, "number": cell.number, "money": cell.money}[holds](c)
        if holds == "flag":
            return cell.flag(c)
        if holds == "phone":
            return cell.phone(c)
        if name == "agent" and aliases:
            whens = " ".join(f"WHEN {cell.text(old)} THEN {cell.text(new)}" for old, new in aliases.items())
            return f"CASE {c} {whens} ELSE {c} END"
        if name == "customer":
            return f"CASE WHEN NOT regexp_matches({c}, {cell.DAMAGED}) THEN {c} END"
        return c

    def _translated(self, name: str, rule: ColumnRule) -> str:
        """SQL for the value that the map gives a cell, or the verdict that stands in its place."""
        c = f"c_{name}"
        values = {one: one for one in DOMAINS[name]} if rule.values is None else {
            one: ours.outcome if isinstance(ours, Ending) else ours for one, ours in rule.values.items()
        }
        whens = " ".join(f"WHEN {cell.text(one)} THEN {_meaning(name, ours)}" for one, ours in values.items())
        other = c if rule.other == "keep" else _meaning(name, rule.other)
        default = "NULL" if rule.default is None else _meaning(name, rule.default)
        return f"CASE {c} {whens} ELSE CASE WHEN {c} IS NULL THEN {default} ELSE {other} END END"

    def _phase(self) -> str:
        values = self.mapping.columns["outcome"].values or {}
        whens = " ".join(
            f"WHEN {cell.text(key)} THEN {cell.text(value.phase)}"
            for key, value in values.items() if isinstance(value, Ending) and value.phase
        )
        return f"CASE c_outcome {whens} END" if whens else "NULL::VARCHAR"

    def _settled(self, name: str, zone: Zone) -> str:
        """The instant of a wall-clock time under the mapping's rules for hours that clocks repeat or leave out."""
        z, w = f"z_{name}", f"w_{name}"
        policy, whens = self.mapping.time, []
        if policy.nonexistent == "reject":
            whens.append(f"WHEN {zone.to_local_sql(z)} <> {w} THEN NULL")
        if policy.ambiguous != "earliest":
            steps = sorted({a - b for a, b in zip(zone.offsets, zone.offsets[1:], strict=False) if a > b})
            for step in steps:
                later = f"({z} + to_seconds({step}))"
                answer = later if policy.ambiguous == "latest" else "NULL"
                whens.append(f"WHEN {zone.to_local_sql(later)} = {w} THEN {answer}")
        return f"CASE {' '.join(whens)} ELSE {z} END" if whens else z

    def _repeated(self, found: Dict[str, str]) -> str:
        """SQL condition: another line of the file has this key and says something else."""
        assert self.mapping.dedupe  # noqa: S101  the caller asked
        key = _joined([found[name] for name in self.mapping.dedupe.key if name in found])
        whole = _joined(list(found.values()))
        keys = f"SELECT {key} AS k FROM raw GROUP BY ALL HAVING count(DISTINCT {whole}) > 1"
        return f"coalesce(list_contains((SELECT list(k) FROM ({keys})), {key}), false)"


def _joined(cells: Sequence[str]) -> str:
    return "concat_ws(chr(31), " + ", ".join(f"coalesce({one}, chr(30))" for one in cells) + ")"


def _meaning(name: str, ours: str) -> str:
    """SQL for one of our values or for one of the words that stand for a verdict."""
    ends = {"times": TIMES, "not_answered": NOT_ANSWERED} if name == "outcome" else {}
    words = {"skip": SKIP, "reject": REJECT} | ends
    return "NULL" if ours == "unknown" else cell.text(words.get(ours, ours))


def _usable(name: str, holds: str) -> str:
    """The translated value, NULL where the map gave a verdict instead."""
    value = f"CASE WHEN NOT starts_with(m_{name}, '!') THEN m_{name} END"
    return f"({value})::BOOLEAN" if holds == "flag" else value


def _damaged(name: str, noun: str, c: str) -> str:
    return (
        f"'{name}: a spreadsheet turned the {noun} into ' || {c} || '; "
        "format the column as text and export again'"
    )
