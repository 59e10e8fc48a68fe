"""`ccops init --from FILE`: a mapping guessed from headers, then values, then whether the columns agree.

A guess is written down for a person to read; nothing is ever imported on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ccops.errors import SourceError
from ccops.source import Sample
from ccops.sources.guess_beside import NEEDED, complete, list_of
from ccops.sources.guess_moments import by_moments, moment, written_out
from ccops.sources.guess_text import Draft, Part, written
from ccops.sources.header_words import DATE_WORDS, DIRECTIONS, VALUES, WORDS, key
from ccops.sources.mapping_cells import NO, YES
from ccops.sources.mapping_fields import FIELDS, plain_header
from ccops.sources.mapping_sql import unique_names
from ccops.sources.value_shapes import (
    DATE_FORMATS,
    TIME_FORMATS,
    Shape,
    duration_formats,
    parsed,
    seconds,
    shape_of,
    time_formats,
)

_HEADER_WITHIN = 30
# Within a word that is not known: whatever the times say, such a call was not answered.
_NOT_ANSWERED = re.compile("未接|未应答|无应答|无人接|没接|missed|unanswered|notanswered|noanswer")
_RANGE = re.compile(r"\d:\d\d\s*[-~—–至]")
_FOOTERS = ("合计", "总计", "小计", "汇总", "total", "grandtotal")
_NEEDED = {
    "queue_visits": ("contact_id", "queue", "outcome"), "contacts": ("contact_id", "started_at", "outcome"),
    "agent_states": ("agent", "state", "started_at"), "interval_stats": ("queue", "started_at", "offered"),
    "shifts": ("agent", "started_at", "ended_at"), "employees": ("agent",), **NEEDED,
}
# A state that says what the agent's phone did: none is planned.
_HAPPENS = ("talk", "hold", "ring", "available", "offline")


@dataclass(frozen=True)
class ColumnGuess:
    """One field: the header it is thought to stand under, how sure that is (0-1), and why."""

    field: str
    header: str
    confidence: float
    why: str


@dataclass(frozen=True)
class Guess:
    """A mapping as text, with what it rests on."""

    text: str
    table: str
    confidence: float  # of the weakest column that the table cannot do without
    columns: tuple[ColumnGuess, ...]
    rows: tuple[Mapping[str, str], ...]  # three rows of the file under the guessed fields, numbers masked
    unsure: tuple[str, ...]


def guess(sample: Sample, name: str) -> Guess:
    """A mapping for the file that `sample` begins, called `name`. Raises SourceError when no header can be found."""
    rows = [list(row) for row in sample.rows()]
    at = _header_at(rows, sample.header_row)
    if at is None:
        raise SourceError(
            "no line of it looks like a header with the columns of calls, agent states or intervals", where=name,
            fix="export it with column names, or write the mapping by hand: docs/reference/mapping",
        )
    headers = unique_names(rows[at], max(len(row) for row in rows[at:]))
    data = [row + [""] * (len(headers) - len(row)) for row in rows[at + 1 :] if any(cell.strip() for cell in row)]
    data = [row for row in data if key(next(cell for cell in row if cell.strip())).rstrip("0123456789") not in _FOOTERS]
    shapes = {header: shape_of(row[place] for row in data) for place, header in enumerate(headers)}
    table = _table(headers, shapes)
    chosen = _in_order(_assigned(table, headers, shapes), headers, shapes, data)
    untold: list[str] = []
    if table in ("queue_visits", "contacts"):
        timed, untold = by_moments(headers, shapes, data, chosen)
        chosen = timed | chosen
        chosen = _by_uniqueness(shapes, len(data), chosen) | chosen if "contact_id" not in chosen else chosen
    draft = _draft(table, chosen, shapes, Path(name).stem)
    draft.unsure += [f"what is {header}? it holds times" for header in untold]
    _complete(draft, name)
    _check(draft, headers, data)
    sure = {field: part.sure for field, part in draft.parts.items()} | {field: at for field, (_, at) in chosen.items()}
    needed = [sure.get(field, 0.3) for field in _NEEDED[table]]
    return Guess(
        text=written(draft, name), table=table, confidence=round(min(needed), 2),
        columns=tuple(
            ColumnGuess(field, header, round(sure, 2), _why(sure)) for field, (header, sure) in chosen.items()
        ),
        rows=tuple(_shown(draft, headers, row) for row in data[:3]), unsure=tuple(draft.unsure),
    )


def _header_at(rows: Sequence[Sequence[str]], likely: int | None) -> int | None:
    """The row with most words that head columns elsewhere; the likely one where none has two."""
    known = {key(word) for table in WORDS.values() for words in table.values() for word in words}
    hits = [len({key(cell) for cell in row} & known) for row in rows[:_HEADER_WITHIN]]
    if hits and max(hits) >= 2:
        return hits.index(max(hits))
    if likely is None or likely >= len(rows):
        return None
    timed = any(map(written_out, rows[likely])) < any(written_out(cell) for row in rows[likely + 1 :] for cell in row)
    return likely if max(hits, default=0) or timed else None


def _table(headers: Sequence[str], shapes: Mapping[str, Shape]) -> str:
    """What a row of the file is."""
    found = {table: _assigned(table, headers, shapes, surely=True) for table in WORDS}
    visits, states = found["queue_visits"], found["agent_states"]
    if {"started_at", "offered"} <= set(found["interval_stats"]) and not {"contact_id", "customer"} & set(visits):
        return "interval_stats"
    if listed := list_of(found):
        return listed
    of_calls = {"contact_id", "customer", "direction"} & set(visits)
    if not of_calls and _is_plan(found["shifts"], shapes):
        return "shifts"
    of_people = {"employed_from", "contract"} & set(found["employees"])
    if "agent" in found["employees"] and of_people and not any(shape.has("clock") for shape in shapes.values()):
        return "employees"
    if {"agent", "state", "started_at"} <= set(states) and not of_calls:
        ends = visits.get("outcome", ("", 0.0))[1]
        if states["state"][1] > ends or "queue" not in visits:
            return "agent_states"
    return "queue_visits" if {"queue", "wait", "entered_at"} & set(visits) else "contacts"


def _is_plan(found: Mapping[str, tuple[str, float]], shapes: Mapping[str, Shape]) -> bool:
    """Whether rows are planned stretches: who, from when, and words of a schedule rather than of a switch."""
    if not {"agent", "started_at"} <= set(found):
        return False
    heads = {key(header) for header, _ in found.values()}
    if any(word in head for head in heads for word in ("班次", "上班", "排班", "shift", "schedule", "planned")):
        return True
    said = {key(value) for value in shapes[found["activity"][0]].values} if "activity" in found else set()
    happens = {VALUES["state"].get(value) for value in said} & {*_HAPPENS}
    return not happens and sum(value in VALUES["activity"] for value in said) * 2 > len(said)


def _assigned(table: str, headers: Sequence[str], shapes: Mapping[str, Shape], *,
              surely: bool = False) -> dict[str, tuple[str, float]]:
    """Field -> header and confidence; the best pairs first, each header and field once."""
    pairs = [
        (fits * _shape_fits(table, field, shapes[header]), -place, field, header)
        for field, words in WORDS[table].items() for place, header in enumerate(headers)
        if (fits := _word_fits(header, words))
    ]
    chosen: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, _, field, header in sorted(pairs, key=lambda pair: (-pair[0], -pair[1])):
        if field not in chosen and header not in taken and score >= (0.6 if surely else 0.3):
            chosen[field] = (header, min(score, 1.0))
            taken.add(header)
    return {field: chosen[field] for field in WORDS[table] if field in chosen}


def _complete(draft: Draft, name: str) -> None:
    """Raises SourceError when a table cannot be made of what was found."""
    calls = draft.table in ("queue_visits", "contacts")
    times = {"started_at", "answered_at"} | ({"entered_at"} if draft.table == "queue_visits" else set())
    missing = [] if times & set(draft.parts) else ["a date and time"]
    if not calls:
        told = {*draft.parts, "queue", *(["ended_at"] if "duration" in draft.parts else [])}
        missing = [field for field in _NEEDED[draft.table] if field not in told]
    if missing:
        raise SourceError(
            f"the rows look like {draft.table}, but no column holds {' or '.join(missing)}", where=name,
            excerpt=", ".join(part.header for part in draft.parts.values()),
            fix="export it with that column, or write the mapping by hand: docs/reference/mapping",
        )


def _in_order(chosen: dict[str, tuple[str, float]], headers: Sequence[str], shapes: Mapping[str, Shape],
              data: Sequence[Sequence[str]]) -> dict[str, tuple[str, float]]:
    """A start that lies after the entry into the queue is the answer; the start is then the earliest time of all."""
    if not {"started_at", "entered_at"} <= set(chosen) or "answered_at" in chosen:
        return chosen
    times = {
        header: [moment(row[place]) for row in data] for place, header in enumerate(headers)
        if shapes[header].has("instant")
    }
    start, entry = times.get(chosen["started_at"][0]), times.get(chosen["entered_at"][0])
    later = [a > b for a, b in zip(start or (), entry or (), strict=False) if a and b]
    if not later or sum(later) <= len(later) / 2:
        return chosen
    ordered = dict(chosen)
    ordered["answered_at"] = (ordered.pop("started_at")[0], 0.5)
    used = {header for header, _ in ordered.values()}
    for header, moments in times.items():
        rows = [[moment for moment in row if moment] for row in zip(*times.values(), strict=True)]
        first = all(moment and moment <= min(row) for moment, row in zip(moments, rows, strict=True))
        if header not in used and first:
            ordered["started_at"] = (header, 0.5)
            break
    return ordered


def _by_uniqueness(shapes: Mapping[str, Shape], rows: int,
                   chosen: Mapping[str, tuple[str, float]]) -> dict[str, tuple[str, float]]:
    """The first column that no word explains and that names every row differently may be the call's id."""
    used = {header for header, _ in chosen.values()}
    others = ("instant", "date", "clock")
    for header, shape in shapes.items():
        named = len(shape.values) == rows > 2 and shape.unique == 1
        if header not in used and named and not any(shape.has(one) for one in others):
            return {"contact_id": (header, 0.5)}
    return {}


def _word_fits(header: str, words: Sequence[str]) -> float:
    """1 for the first word of the list, a little less for each later one, half for a word within the header."""
    whole = key(re.sub(r"[(（\[].*?[)）\]]", "", header))
    keys = [key(word) for word in words]
    for candidate in (whole, key(header)):
        if candidate in keys:
            return 1 - 0.1 * keys.index(candidate) / len(keys)
    inside = [word for word in keys if len(word) >= (4 if word.isascii() else 2) and word in whole]
    return 0.55 * max(map(len, inside)) / len(whole) + 0.1 if inside else 0.0


def _shape_fits(table: str, field: str, shape: Shape) -> float:
    holds = FIELDS[table][field]
    if not shape.values:
        return 0.7
    if holds == "instant":
        return 1.0 if shape.has("instant") else 0.9 if shape.has("clock") else 0.1
    if holds == "date":
        return 1.0 if shape.has("date") or shape.has("instant") else 0.1
    if holds == "duration":
        return 1.0 if shape.has("duration") and not shape.has("instant") else 0.1
    if holds == "count":
        return 1.0 if shape.has("count") else 0.1
    if holds in ("number", "money", "month"):
        return 1.0  # amounts may look like anything, even like Excel's days
    if holds == "phone":
        return 1.0 if shape.has("phone") and not shape.has("instant") else 0.5
    if holds == "flag":
        return 1.0 if all(value.lower() in (*YES, *NO) for value in shape.values) else 0.1
    if field == "contact_id":
        return 1.0 if shape.unique > 0.9 else 0.8
    if field in VALUES:
        known = sum(key(value) in VALUES[field] for value in set(shape.values))
        return 0.75 + 0.25 * known / len(set(shape.values)) if not shape.has("instant") else 0.1
    return 0.1 if shape.has("instant") else 1.0


def _draft(table: str, chosen: Mapping[str, tuple[str, float]], shapes: Mapping[str, Shape], stem: str) -> Draft:
    """The mapping in parts, before it is checked against the rows."""
    slug = re.sub(r"[^a-z0-9]+", "_", stem.casefold()).strip("_") or "export"
    draft = Draft(table, re.sub(r"_?\d{4,}", "", slug).strip("_") or "export")
    day = next((header for header in shapes if key(header) in {key(word) for word in DATE_WORDS}
                and shapes[header].has("date") and not shapes[header].has("clock")), None)
    dates = [header for header, shape in shapes.items() if shape.has("date") and not shape.has("count")]
    day = day or (dates[0] if len(dates) == 1 else None)
    whole: list[str] = []
    for field, (header, sure) in chosen.items():
        holds, shape = FIELDS[table][field], shapes[header]
        part = Part(header, sure, holds)
        if holds == "instant" and shape.has("clock") and not shape.has("instant"):
            if day is None:
                draft.unsure.append(f"{header} has times of day and no column holds the date; {field} is left out")
                continue
            part = Part(header, sure, holds, date=day)
            if table == "shifts" and field == "started_at" and any(map(_RANGE.search, shape.values)):
                draft.parts["ended_at"] = Part(header, sure, holds, date=day)
        elif holds == "date":
            part.formats, certain = time_formats([shape.values], DATE_FORMATS)
            draft.unsure += [] if certain else [f"whether day or month comes first in {header}"]
        elif holds == "instant":
            whole.append(header)
        elif holds == "duration":
            figure = "h" if table in ("employees", "attendance") else "s"
            found = duration_formats(shape.values) or ["HH:MM:SS", "s"]
            part.formats = [figure if one == "s" else one for one in found]
        elif field in VALUES:
            part.values, unknown = _translated(field, shape)
            draft.unsure += [f"{header}: what is {value!r}?" for value in unknown]
            if field == "outcome" and part.values:  # every figure rests on it, so it is shown even where it is certain
                told = ", ".join(f"{value!r} = {ours}" for value, ours in part.values.items())
                draft.unsure.append(f"outcome from {header}: {told}")
        if sure < 0.6:
            draft.unsure.append(f"{field} from {header}")
        draft.parts[field] = part
    _set_formats(draft, shapes, whole)
    draft.settle(shapes)
    complete(draft)
    return draft


def _set_formats(draft: Draft, shapes: Mapping[str, Shape], whole: Sequence[str]) -> None:
    apart = [part for part in draft.parts.values() if part.date]
    columns: list[Sequence[str]] = [shapes[header].values for header in whole]
    for part in apart:
        clocks = (re.split(r"\s*[-~—–至]\s*", value)[0] for value in shapes[part.header].values)
        columns.append([f"{day} {clock}" for day, clock in zip(shapes[part.date].values, clocks, strict=False)])
    formats, certain = time_formats(columns, (*_day_and_clock(), *TIME_FORMATS) if apart else TIME_FORMATS)
    draft.formats = formats
    if not certain:
        draft.unsure.append(f"whether day or month comes first in the dates; taken as {formats[0]}")
    if len(apart) > 1 and draft.table != "shifts":  # there, an end before the start is the next day's
        draft.unsure.append(f"times after midnight: {apart[0].date} is one date for {len(apart)} times of the row")


def _day_and_clock() -> tuple[str, ...]:
    """The formats of a date and a clock time without seconds, as two columns may hold them."""
    shorter = (one.removesuffix(":%S") for one in TIME_FORMATS if one.endswith(":%S"))
    return tuple(one for one in shorter if one not in TIME_FORMATS)


def _translated(field: str, shape: Shape) -> tuple[dict[str, str], list[str]]:
    """Value in the file -> ours, and the values whose meaning is not known."""
    values: dict[str, str] = {}
    unknown: list[str] = []
    for value in sorted(set(shape.values)):
        known = VALUES[field].get(key(value))
        if known is None:
            unknown.append(value)
            unsaid = "not_answered" if _NOT_ANSWERED.search(key(value)) else "times"
            known = {"outcome": unsaid, "released_by": "unknown"}.get(field, "")
        if not known:
            continue  # the import lists it among the values that the mapping does not name
        values[value] = known
    seen = set(values)
    for together in DIRECTIONS if field == "direction" else ():
        if set(together[:2]) & seen:
            values |= {word: VALUES[field][key(word)] for word in together}
    return values, unknown


def _check(draft: Draft, headers: Sequence[str], data: Sequence[Sequence[str]]) -> None:
    """Whether the columns agree: ended - answered is the talk, in seconds or in milliseconds."""
    talk, ended, answered = (draft.parts.get(name) for name in ("talk", "ended_at", "answered_at"))
    if talk and "s" in talk.formats and ended and answered and not ended.date and not answered.date:
        ratios = []
        for row in data:
            cells = dict(zip(headers, (cell.strip() for cell in row), strict=False))
            spoken, end, start = seconds(cells[talk.header]), *(
                next((moment for one in draft.formats if (moment := parsed(cells[part.header], one))), None)
                for part in (ended, answered)
            )
            if spoken and end and start and end > start:
                ratios.append(spoken / (end - start).total_seconds())
        if ratios and 500 < median(ratios) < 2000:
            draft.in_milliseconds()
        elif ratios and not 0.5 < median(ratios) < 1.5:
            draft.unsure.append(f"{talk.header} is not {ended.header} - {answered.header}; is it the talk?")
    elif talk and "s" in talk.formats and draft.seconds_too_long(headers, data):
        draft.in_milliseconds()
        draft.unsure.append(f"{talk.header} is read as milliseconds, because as seconds it would be hours")


def _shown(draft: Draft, headers: Sequence[str], row: Sequence[str]) -> Mapping[str, str]:
    cells = {plain_header(header): cell.strip() for header, cell in zip(headers, row, strict=False)}
    shown = {}
    for field, part in draft.parts.items():
        value = cells.get(plain_header(part.header), "")
        if part.date:
            value = f"{cells.get(plain_header(part.date), '')} {value}"
        if field == "customer" and len(value) > 4:
            value = value[:2] + "*" * (len(value) - 4) + value[-2:]
        shown[field] = value
    return shown


def _why(sure: float) -> str:
    return "header and values fit" if sure >= 0.9 else "header is usual" if sure >= 0.6 else "header is similar"
