"""The tolerant way in: what a file is, how it begins, and a normalised copy that any CSV reader reads alike.

    scan(source)    one pass over the bytes: hash, lines, encoding, and whether the store may read it as it is
    sample(scan)    its first lines, for detection
    clean(scan, …)  a repaired copy in which every line of the original is a row, skipped or rejected

Nothing is parsed as a number. For any bytes: lines = rows + skipped + rejects, or a SourceError that says why not.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ccops.errors import SourceError
from ccops.model import Reject
from ccops.safe_text import masked
from ccops.source import Clean, Intake, Layout
from ccops.sources.encoding import Line, Progress, hashed, read_facts, read_lines, settle, spare
from ccops.sources.opening import Limits, opened, private_file, readable
from ccops.sources.repair import TOO_LONG, Outcome, Splitter, plain_cell, records, split
from ccops.sources.sample import FileSample
from ccops.sources.spreadsheet import unfolded

FOOTERS = ("合计", "总计", "小计", "汇总", "Total", "Grand Total", "Subtotal", "Sum")
_FOOTER_LINES = 5  # a footer is looked for among this many last records
_TAIL = 64 << 10
_MOST_BYTES_PER_CHARACTER = 4


@dataclass(frozen=True)
class Scan:
    """What one pass over a file found. `path` is a real uncompressed file; a spreadsheet's holds its rows as CSV."""

    path: Path
    name: str  # what the user called it
    digest: Future[str] = field(repr=False, compare=False)  # the sha256 of the uncompressed bytes, when it is ready
    size: int
    lines: int  # physical lines; of a spreadsheet: rows
    encoding: str
    newline: str  # "\n", "\r\n", "\r" or "mixed"
    well_formed: bool  # UTF-8 without a mark, one newline kind (not a lone CR), no NUL, no line beyond the cap
    spreadsheet: bool
    replaced: int  # U+FFFD put in place of bytes that the encoding does not know
    notes: tuple[str, ...]
    limits: Limits

    @property
    def sha256(self) -> str:
        """The sha256 of the uncompressed bytes."""
        with readable(self.name):
            return self.digest.result()


def scan(
    source: str | Path, workdir: Path, *, stdin: BinaryIO | None = None, encoding: str = "auto",
    sheet: int | str = 0, limits: Limits | None = None, progress: Progress | None = None,
) -> Scan:
    """One pass over the bytes. `-` is stdin. Raises SourceError for what cannot be opened or is not a table."""
    name = "stdin" if str(source) == "-" else str(source)
    with readable(name):
        return _scanned(source, name, workdir, stdin, encoding, sheet, limits or Limits(), progress)


def sample(scan: Scan, *, rows: int = 200, delimiter: str = "auto") -> FileSample:
    """The first `rows` lines, for detection."""
    lines = tuple(line.text for line in islice(_lines(scan), rows))
    return FileSample(lines, scan.spreadsheet, scan.encoding, "," if scan.spreadsheet else delimiter)


def clean(
    scan: Scan, layout: Layout, workdir: Path, *, footer: Sequence[str] = FOOTERS, quote_repair: bool = True
) -> Clean:
    """Write the repaired copy of a file into `workdir`."""
    delimiter, quote = (",", '"') if scan.spreadsheet else (layout.delimiter, layout.quote)
    splitter = Splitter(
        len(layout.columns), delimiter, quote, padded=layout.padded or scan.spreadsheet, mend=quote_repair
    )
    lines = _lines(scan)
    if scan.encoding == "gb18030":
        lines = (line._replace(text=spare(line.text, scan.encoding, delimiter)) for line in lines)
    rows = skipped = repaired = 0
    rejects: list[Reject] = []
    with readable(scan.name):
        path, file = private_file(workdir, ".csv")
        with file:
            for outcome in _without_footers(records(lines, splitter, layout.first_row), footer):
                skipped += outcome.continued + outcome.blank
                if outcome.blank:
                    continue
                row = "" if outcome.reason else _row(outcome)
                reason = TOO_LONG if _is_longer(row, scan.limits.max_line_bytes) else outcome.reason
                if reason:
                    rejects.append(Reject(outcome.line, reason, _excerpt(outcome.text or row)))
                else:
                    file.write(row)
                    rows += 1
                    repaired += outcome.repaired
    return Clean(Intake(path, layout, numbered=True), rows, skipped, tuple(rejects), repaired)


def excerpts(scan: Scan, lines: Sequence[int]) -> dict[int, str]:
    """Those physical lines, masked so that no number can be read out of them."""
    wanted = set(lines)
    found = (line for line in islice(_lines(scan), max(wanted, default=0)) if line.number in wanted)
    return {line.number: _excerpt(line.text) for line in found}


def _scanned(
    source: str | Path, name: str, workdir: Path, stdin: BinaryIO | None, encoding: str, sheet: int | str,
    limits: Limits, progress: Progress | None,
) -> Scan:
    path = opened(source, workdir, stdin=stdin, name=name, limits=limits)
    digest = hashed(path)
    facts = original = read_facts(path, limits.max_line_bytes, progress)
    rows = unfolded(path, facts, workdir, sheet=sheet, name=name, limits=limits)
    if rows:
        path, encoding, facts = rows, "auto", read_facts(rows, limits.max_line_bytes)
    try:
        text = settle(path, facts, encoding)
    except LookupError:
        raise SourceError(
            f"there is no encoding {encoding}", where=name, fix="use auto, or a codec as gb18030, utf-16, cp1252"
        ) from None
    notes = [text.note] if text.note else []
    if facts.nul and not text.encoding.startswith(("utf-16", "utf-32")):
        notes.append("NUL bytes are left out")
    found = Scan(
        path, name, digest, original.size, text.lines, text.encoding, text.newline, well_formed=False,
        spreadsheet=rows is not None, replaced=text.replaced, notes=tuple(notes), limits=limits,
    )
    plain = facts.utf8 and text.encoding == "utf-8" and facts.newline in ("\n", "\r\n")
    damaged = rows or facts.nul or facts.long_line or not plain
    return replace(found, well_formed=not damaged and not _needs_polish(found))


def _excerpt(text: str) -> str:
    return masked(text[:4000])[:120]


def _lines(scan: Scan) -> Iterator[Line]:
    return read_lines(scan.path, scan.encoding, scan.limits.max_line_bytes)


def _row(outcome: Outcome) -> str:
    cells = "\0".join(outcome.cells)  # no cell holds a NUL: the reader leaves them out
    if "\t" in cells or "'" in cells or "=" in cells:
        cells = "\0".join(map(plain_cell, outcome.cells))
    cells = cells.replace('"', '""').replace("\0", '","')
    return f'"{outcome.line}","{cells}"\n'


def _is_longer(row: str, most_bytes: int) -> bool:
    """Whether a row would be longer than the lines that its reader takes; most are too short to be measured."""
    return len(row) * _MOST_BYTES_PER_CHARACTER > most_bytes and len(row.encode("utf-8", "replace")) > most_bytes


def _needs_polish(scan: Scan) -> bool:
    """Whether a plain reader would keep a footer as a record, or the marks that shield ids in spreadsheets."""
    begin = sample(scan)
    if any(plain_cell(cell) != cell for line in begin.lines for cell in split(line, begin.delimiter).cells):
        return True
    with scan.path.open("rb") as file:
        file.seek(max(0, scan.size - _TAIL))
        lines = [line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    footer = _footer_pattern(FOOTERS)
    return any(_is_footer(split(line, begin.delimiter).cells, footer) for line in lines[-_FOOTER_LINES:])


def _without_footers(outcomes: Iterator[Outcome], words: Sequence[str]) -> Iterator[Outcome]:
    """The same outcomes, the footers among the last few records turned into skipped lines."""
    footer = _footer_pattern(words)
    held: deque[Outcome] = deque()
    records_held = 0
    for outcome in outcomes:
        held.append(outcome)
        records_held += not outcome.blank
        while records_held > _FOOTER_LINES:
            first = held.popleft()
            records_held -= not first.blank
            yield first
    for outcome in held:
        outcome.blank = outcome.blank or _is_footer(outcome.cells, footer)
        yield outcome


def _footer_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Cells that begin with a word: `Total` does not begin `TotalCare`, 合计 does begin 合计行. No words: nothing."""
    stems = (re.escape(word) + (r"(?![a-z0-9])" if word.isascii() else "") for word in words)
    return re.compile("|".join(stems) or r"(?!)", re.IGNORECASE)


def _is_footer(cells: Sequence[str], footer: re.Pattern[str]) -> bool:
    """A footer word in the first cell, or in the second under a blank first: an id before it makes it a record."""
    first = next((cell.strip() for cell in cells[:2] if cell.strip()), "")
    return footer.match(first) is not None
