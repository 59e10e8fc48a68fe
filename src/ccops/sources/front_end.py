"""The tolerant way in: what a file is, how it begins, and a normalised copy that any CSV reader reads alike.

    scan(source)    one pass over the bytes: hash, lines, encoding, and whether the store may read it as it is
    sample(scan)    its first lines, for detection
    clean(scan, …)  a repaired copy in which every line of the original is a row, skipped or rejected

Nothing is parsed as a number. For any bytes: lines = rows + skipped + rejects, or a SourceError that says why not.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from ccops.errors import SourceError
from ccops.model import Reject
from ccops.safe_text import masked
from ccops.source import Clean, Intake, Layout
from ccops.sources.encoding import Line, Progress, read_facts, read_lines, settle, spare
from ccops.sources.opening import Limits, opened, private_file
from ccops.sources.repair import Outcome, Splitter, plain_cell, records
from ccops.sources.sample import FileSample

FOOTERS = ("合计", "总计", "小计", "汇总", "Total", "Grand Total", "Subtotal", "Sum")
_FOOTER_LINES = 5  # a footer is looked for among this many last records


@dataclass(frozen=True)
class Scan:
    """What one pass over a file found. `path` is a real uncompressed file; a spreadsheet's holds its rows as CSV."""

    path: Path
    name: str  # what the user called it
    sha256: str  # of the uncompressed bytes
    size: int
    lines: int  # physical lines; of a spreadsheet: rows
    encoding: str
    newline: str  # "\n", "\r\n", "\r" or "mixed"
    well_formed: bool  # UTF-8 without a mark, one newline kind (not a lone CR), no NUL, no line beyond the cap
    spreadsheet: bool
    replaced: int  # U+FFFD put in place of bytes that the encoding does not know
    notes: tuple[str, ...]
    limits: Limits


def scan(
    source: str | Path, workdir: Path, *, stdin: BinaryIO | None = None, encoding: str = "auto",
    sheet: int | str = 0, limits: Limits | None = None, progress: Progress | None = None,
) -> Scan:
    """One pass over the bytes. `-` is stdin. Raises SourceError for what cannot be opened or is not a table."""
    limits = limits or Limits()
    file = opened(source, workdir, stdin=stdin, sheet=sheet, limits=limits)
    facts = read_facts(file.path, limits.max_line_bytes, progress)
    try:
        text = settle(file.path, facts, "auto" if file.spreadsheet else encoding)
    except LookupError:
        raise SourceError(
            f"there is no encoding {encoding}", where=file.name, fix="use auto, or a codec as gb18030, utf-16, cp1252"
        ) from None
    well_formed = (
        not file.spreadsheet and facts.utf8 and text.encoding == "utf-8" and not facts.mark
        and facts.newline in ("\n", "\r\n") and not facts.nul and not facts.long_line
    )
    notes = [*file.notes, text.note]
    if facts.nul and not text.encoding.startswith(("utf-16", "utf-32")):
        notes.append("NUL bytes are left out")
    return Scan(
        file.path, file.name, file.sha256 or facts.sha256, file.size or facts.size, text.lines, text.encoding,
        text.newline, well_formed, file.spreadsheet, text.replaced,
        tuple(note for note in notes if note), limits,
    )


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
    path, file = private_file(workdir, ".csv")
    with file:
        for outcome in _without_footers(records(lines, splitter, layout.first_row), footer):
            skipped += outcome.continued
            if outcome.blank:
                skipped += 1
            elif outcome.reason:
                rejects.append(Reject(outcome.line, outcome.reason, _excerpt(outcome.text)))
            else:
                rows += 1
                repaired += outcome.repaired
                _write(file, outcome)
    return Clean(Intake(path, layout, numbered=True), rows, skipped, tuple(rejects), repaired)


def excerpts(scan: Scan, lines: Sequence[int]) -> dict[int, str]:
    """Those physical lines, masked so that no number can be read out of them."""
    wanted = set(lines)
    found = (line for line in islice(_lines(scan), max(wanted, default=0)) if line.number in wanted)
    return {line.number: _excerpt(line.text) for line in found}


def _excerpt(text: str) -> str:
    return masked(text[:4000])[:120]


def _lines(scan: Scan) -> Iterator[Line]:
    return read_lines(scan.path, scan.encoding, scan.limits.max_line_bytes)


def _write(file: TextIO, outcome: Outcome) -> None:
    cells = "\0".join(outcome.cells)  # no cell holds a NUL: the reader leaves them out
    if "\t" in cells or "'" in cells or "=" in cells:
        cells = "\0".join(map(plain_cell, outcome.cells))
    cells = cells.replace('"', '""').replace("\0", '","')
    file.write(f'"{outcome.line}","{cells}"\n')


def _without_footers(outcomes: Iterator[Outcome], words: Collection[str]) -> Iterator[Outcome]:
    """The same outcomes, the footers among the last few records turned into skipped lines."""
    footer = re.compile("|".join(_word(word) for word in words), re.IGNORECASE)
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
        outcome.blank = outcome.blank or (bool(words) and _is_footer(outcome, footer))
        yield outcome


def _word(word: str) -> str:
    """A pattern for cells that begin with the word; `Total` does not begin `TotalCare`, 合计 does begin 合计行."""
    return re.escape(word) + (r"(?![a-z0-9])" if word.isascii() else "")


def _is_footer(outcome: Outcome, footer: re.Pattern[str]) -> bool:
    """A footer word in the first cell, or in the second under a blank first: an id before it makes it a record."""
    cells = [cell.strip() for cell in outcome.cells[:2]]
    first = next((cell for cell in cells if cell), "")
    return footer.match(first) is not None
