"""From lines to cells: a reader of delimited text that mends unescaped and unbalanced quotes line by line.

A quote opens only at the start of a field and closes only before a delimiter or the end of the line. A line that
must be mended is used only if exactly one cheapest reading gives the layout's number of columns.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

from ccops.sources.encoding import Line

MOST_LINES_PER_FIELD = 20
TOO_LONG = "longer than a line may be"
MOST_JOINED = 1 << 16  # characters
MOST_BLANKS = 10_000  # a longer line is not worth looking through for a first character
MOST_QUOTES = 2000  # a line with more is read as RFC 4180 has it or not at all
_INNER_COST, _LITERAL_COST = 1, 10  # reading a field as quoted goes before taking its quotes literally
_MOST_COST, _MOST_STEPS = 60, 5_000
_NUMBER_MARK = re.compile(r"^\t*'(?=[+-]?\d)")
_FORMULA_TEXT = re.compile(r'^="([^"]*)"$')


class Split(NamedTuple):
    cells: list[str]
    tidy: bool  # as RFC 4180 has it: inner quotes doubled, nothing after a closing quote
    open: bool  # a quoted field did not end


@dataclass(slots=True)
class Outcome:
    """What became of one line, with the lines that its quoted field runs on to."""

    line: int
    cells: tuple[str, ...] = ()
    reason: str = ""
    repaired: bool = False
    continued: int = 0
    blank: bool = False
    text: str = ""  # of a line that cannot be used
    open: bool = False  # a quoted field did not end on this line


def split(line: str, delimiter: str, quote: str = '"') -> Split:
    """One line as cells, each quoted field read up to the first quote that can close it."""
    if not quote or quote not in line:
        return Split(line.split(delimiter), True, False)
    cells: list[str] = []
    tidy, start = True, 0
    while start <= len(line):
        if line.startswith(quote, start):
            end, value, inner = _first_reading(line, start, delimiter, quote)
            if end < 0:
                return Split([*cells, value], False, True)
            tidy = tidy and not inner
        else:
            end = _field_end(line, start, delimiter)
            value = line[start:end]
        cells.append(value)
        start = end + 1
    return Split(cells, tidy, False)


@dataclass(frozen=True)
class Splitter:
    """Fits lines to a number of columns."""

    width: int
    delimiter: str = ","
    quote: str = '"'
    padded: bool = False
    mend: bool = True

    def fit(self, line: str) -> Outcome:
        """The line's cells, or the reason why it has none; the outcome's line number is 0."""
        plain = split(line, self.delimiter, self.quote)
        outcome = self._fitted(line, plain)
        outcome.open = plain.open
        return outcome

    def _fitted(self, line: str, plain: Split) -> Outcome:
        if plain.tidy:
            return self._sized(plain.cells, repaired=False)
        if not self.mend:
            return Outcome(0, reason="quotes inside a field are not doubled")
        if not plain.open and self._fits(len(plain.cells)):
            return self._sized(plain.cells, repaired=True)
        if line.count(self.quote) > MOST_QUOTES:
            return Outcome(0, reason="its quotes cannot be balanced")
        return self._cheapest(line)

    def _fits(self, count: int) -> bool:
        return count == self.width or (self.padded and 0 < count < self.width)

    def _sized(self, cells: list[str], repaired: bool) -> Outcome:
        count, width = len(cells), self.width
        if count > width and not any(cell.strip() for cell in cells[width:]):
            return Outcome(0, tuple(cells[:width]), repaired=True)
        if not self._fits(count):
            return Outcome(0, tuple(cells), reason=f"{count} fields where {width} are expected")
        return Outcome(0, (*cells, *[""] * (width - count)), repaired=repaired)

    def _cheapest(self, line: str) -> Outcome:
        """Dijkstra's search over (position, fields so far) for the reading with the fewest liberties."""
        goal = len(line) + 1
        best: dict[tuple[int, int], int] = {(0, 0): 0}
        before: dict[tuple[int, int], tuple[tuple[int, int], str]] = {}
        tied: set[tuple[int, int]] = set()
        heap = [(0, 0, 0)]
        found: list[tuple[int, int, int]] = []
        steps = 0
        while heap and steps < _MOST_STEPS:
            cost, start, used = heappop(heap)
            if cost > best[start, used] or (found and cost > found[0][0]):
                continue
            if start == goal:
                if self._fits(used):
                    found.append((cost, start, used))
                continue
            if used == self.width:
                continue
            for end, value, extra in self._readings(line, start):
                steps += 1
                state, total = (end + 1, used + 1), cost + extra
                if total > _MOST_COST or total > best.get(state, total):
                    continue
                if total == best.get(state):
                    tied.add(state)
                    continue
                best[state], before[state] = total, ((start, used), value)
                tied.discard(state)
                heappush(heap, (total, *state))
        if not found:
            return Outcome(0, reason="its quotes cannot be balanced")
        cells: list[str] = []
        state = found[0][1:]
        ambiguous = len(found) > 1
        while state in before:
            ambiguous = ambiguous or state in tied
            state, value = before[state]
            cells.append(value)
        if ambiguous:
            return Outcome(0, reason="its quotes can be read in more than one way")
        return self._sized(cells[::-1], repaired=True)

    def _readings(self, line: str, start: int) -> Iterator[tuple[int, str, int]]:
        """Every way to read the field at `start`: where it ends, its value, and what the liberty costs."""
        end = _field_end(line, start, self.delimiter)
        if not line.startswith(self.quote, start):
            yield end, line[start:end], 0
            return
        literal = line[start:end]
        yield end, literal if literal.count(self.quote) > 1 else literal[1:], _LITERAL_COST
        for end, value, inner in _quoted(line, start, self.delimiter, self.quote):
            if inner > _MOST_COST:
                return
            yield end, value, inner * _INNER_COST


def records(lines: Iterator[Line], splitter: Splitter, first_row: int) -> Iterator[Outcome]:
    """Outcomes in order; their lines and continued lines are together all the lines, each once."""
    upcoming: deque[Line] = deque()
    while line := (upcoming.popleft() if upcoming else next(lines, None)):
        if line.number <= first_row or _is_blank(line.text, splitter):
            yield Outcome(line.number, blank=True)
        elif line.cut:
            yield Outcome(line.number, reason=TOO_LONG, text=line.text)
        else:
            outcome = splitter.fit(line.text)
            if outcome.open:
                upcoming.extend(islice(lines, max(0, MOST_LINES_PER_FIELD - 1 - len(upcoming))))
                outcome = _joined(line, upcoming, splitter) or outcome
                for _ in range(outcome.continued):
                    upcoming.popleft()
            outcome.line = line.number
            if outcome.reason:
                outcome.text = line.text
            yield outcome


def plain_cell(cell: str) -> str:
    """A cell without the marks that keep a spreadsheet from reading an id as a number: tabs, `'`, `="…"`."""
    if "\t" in cell or cell[:1] in ("'", "="):
        cell = _NUMBER_MARK.sub("", cell).strip("\t")
        return _FORMULA_TEXT.sub(r"\1", cell)
    return cell


def _joined(line: Line, upcoming: deque[Line], splitter: Splitter) -> Outcome | None:
    """The record that a quoted field spread over several lines, if it is one beyond doubt.

    None of the lines after the first may be a record of its own: an unbalanced quote must not swallow its neighbours.
    """
    text = line.text
    for count, following in enumerate(upcoming, 1):
        alone = split(following.text, splitter.delimiter, splitter.quote)
        if following.cut or len(text) > MOST_JOINED or (alone.tidy and len(alone.cells) == splitter.width):
            return None
        text += " " + following.text
        if splitter.quote in following.text:
            whole = split(text, splitter.delimiter, splitter.quote)
            if whole.tidy and len(whole.cells) == splitter.width:
                return Outcome(0, tuple(whole.cells), continued=count)
            if not whole.open:
                return None
    return None


def _is_blank(text: str, splitter: Splitter) -> bool:
    if text[:1].isalnum() or len(text) > MOST_BLANKS:
        return False
    return not text.translate({ord(splitter.delimiter): None, ord(splitter.quote or " "): None}).strip()


def _field_end(line: str, start: int, delimiter: str) -> int:
    end = line.find(delimiter, start)
    return len(line) if end < 0 else end


def _first_reading(line: str, start: int, delimiter: str, quote: str) -> tuple[int, str, int]:
    """The reading of RFC 4180 if there is one, else the nearest end; end -1 if the field has none."""
    at = line.find(quote, start + 1)
    while at >= 0 and line.startswith(quote, at + 1):
        at = line.find(quote, at + 2)
    if at >= 0 and (at + 1 == len(line) or line.startswith(delimiter, at + 1)):
        return at + 1, _unescaped(line[start + 1 : at], quote), 0
    if line.count(quote) > MOST_QUOTES:
        return -1, line[start:], 0
    return next(_quoted(line, start, delimiter, quote), (-1, line[start:], 0))


def _quoted(line: str, start: int, delimiter: str, quote: str) -> Iterator[tuple[int, str, int]]:
    """Readings of a quoted field, the nearest end first: its end, its value and how many quotes stand unescaped."""
    inner, at = 0, line.find(quote, start + 1)
    while at >= 0:
        after = at + 1
        if line.startswith(quote, after):  # an escaped pair, or a bare quote before the closing one
            if after + 1 == len(line) or line.startswith(delimiter, after + 1):
                yield after + 1, _unescaped(line[start + 1 : after], quote), inner + 1
            after += 1
        elif after == len(line) or line.startswith(delimiter, after):
            yield after, _unescaped(line[start + 1 : at], quote), inner
            inner += 1
        else:
            inner += 1
        at = line.find(quote, after)


def _unescaped(text: str, quote: str) -> str:
    return text.replace(quote * 2, quote)
