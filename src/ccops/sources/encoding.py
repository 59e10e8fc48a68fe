"""From bytes to lines of text: one pass over the bytes, the choice of an encoding, and a bounded line reader.

A line ends at LF, CR LF or a lone CR, whatever the encoding, and a last line without an end counts. Both the pass
and the reader keep to this, so their counts agree for any bytes.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BLOCK = 4 << 20
BAD = "\ufffd"
ENOUGH_HANZI = 1_000_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Facts:
    """What one pass over the bytes of a file proves."""

    sha256: str
    size: int
    lines: int
    newline: str
    utf8: bool
    mark: str  # the encoding that a byte order mark announces, or ""
    nul: bool
    long_line: bool
    tidy_quotes: bool


@dataclass(frozen=True)
class Text:
    """How the bytes read as text."""

    encoding: str
    lines: int
    newline: str
    replaced: int
    note: str = ""


def read_facts(path: Path, *, max_line_bytes: int, delimiter: bytes, progress: Progress | None = None) -> Facts:
    """One pass in blocks; the hash runs beside it in a thread, which hashlib lets go of the interpreter."""
    total = path.stat().st_size
    digest, counts, done = hashlib.sha256(), _Counts(max_line_bytes, delimiter), 0
    pending: Future[None] | None = None
    with path.open("rb", buffering=0) as file, ThreadPoolExecutor(1) as pool:
        while block := file.read(BLOCK):
            if pending:
                pending.result()
            pending = pool.submit(digest.update, block)
            counts.see(block)
            done += len(block)
            if progress:
                progress(done, max(done, total))
    return counts.facts(digest.hexdigest(), done)


def settle(path: Path, facts: Facts, wanted: str) -> Text:
    """The encoding of a file: the one that is wanted, else the one that the bytes prove.

    Strict UTF-8 first. GB18030 only if all of it decodes and most of its characters are common hanzi: stray bytes
    beside ASCII often decode as rare ones and take the delimiter with them. Else UTF-8 with U+FFFD in place of bad
    bytes. Raises LookupError for an encoding that is not known.
    """
    note = ""
    if wanted != "auto":
        encoding = _text_codec(wanted)
        if encoding == "utf-8" and facts.mark == "utf-8-sig":
            encoding = "utf-8-sig"
    elif facts.mark:
        encoding = facts.mark
    elif not facts.utf8 and _is_gb18030(path):
        encoding, note = "gb18030", "decoded as GB18030"
    else:
        encoding = "utf-8"
    if facts.utf8 and encoding in ("utf-8", "utf-8-sig"):
        return Text(encoding, facts.lines, facts.newline, 0)
    text = _survey(path, encoding)
    if text.replaced:
        note = f"{text.replaced} characters are not valid {encoding.upper()} and became U+FFFD"
    return Text(encoding, text.lines, text.newline, text.replaced, note)


@dataclass(frozen=True)
class Line:
    number: int
    text: str
    cut: bool = False  # longer than the cap: `text` is only its beginning


def read_lines(path: Path, encoding: str, max_line: int) -> Iterator[Line]:
    """Lines without their ends, numbered from 1; NUL characters and a byte order mark are left out."""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        number = 0
        while piece := file.readline(max_line + 1):
            number += 1
            ended = piece.endswith("\n")
            cut = not ended and len(piece) > max_line
            while not ended and (rest := file.readline(max_line)):
                ended = rest.endswith("\n")
            text = piece.removesuffix("\n")
            if number == 1:
                text = text.removeprefix("\ufeff")
            yield Line(number, text.replace("\0", ""), cut)


def read_head(path: Path, encoding: str, size: int) -> str:
    """The first `size` characters."""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        return file.read(size).removeprefix("\ufeff")


class _Counts:
    """Running counts over blocks; every one of them is exact across block borders."""

    def __init__(self, max_line_bytes: int, delimiter: bytes) -> None:
        self.cap, self.delimiter = max_line_bytes, delimiter
        self.lf = self.cr = self.crlf = self.quotes = self.opening = self.closing = 0
        self.utf8 = self.even = True
        self.nul = self.long_line = False
        self.mark, self.empty, self.open_line, self.last = "", True, 0, b""
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.tail = b""

    def see(self, block: bytes) -> None:
        if not self.last:
            self.mark = _mark(block)
            self.empty = self.mark == "utf-8-sig" and len(block) == len(codecs.BOM_UTF8)
        self.lf += block.count(b"\n")
        if returns := block.count(b"\r"):
            self.cr += returns
            self.crlf += block.count(b"\r\n")
        self.crlf += self.last == b"\r" and block.startswith(b"\n")
        self.nul = self.nul or b"\0" in block
        self._check_utf8(block)
        self._check_length(block, bool(returns))
        self._check_quotes(block)
        self.last = block[-1:]

    def _check_utf8(self, block: bytes) -> None:
        if self.utf8 and not (block.isascii() and not self.decoder.getstate()[0]):
            try:
                self.decoder.decode(block)
            except UnicodeDecodeError:
                self.utf8 = False

    def _check_length(self, block: bytes, has_returns: bool) -> None:
        """Jumps from the last line end within the cap to the next, so that ordinary lines cost almost nothing."""
        start = -self.open_line
        while start + self.cap < len(block):
            low, high = max(start, 0), start + self.cap + 1
            end = block.rfind(b"\n", low, high)
            if has_returns:
                end = max(end, block.rfind(b"\r", low, high))
            if end < 0:
                self.long_line = True
                start = high
            else:
                start = end + 1
        self.open_line = max(len(block) - start, 0)

    def _check_quotes(self, block: bytes) -> None:
        """Quotes are tidy if, escaped pairs aside, each opens or closes a field and every line holds an even number.

        Blocks are cut at their last line end; a block without one makes the file untidy, which only costs speed.
        """
        if not self.even or (b'"' not in block and b'"' not in self.tail):
            self.tail = b"" if self.even and b"\n" in block else self.tail + block if self.even else b""
            self.even = self.even and len(self.tail) <= self.cap
            return
        cut = block.rfind(b"\n") + 1
        self._count_quotes(self.tail + block[:cut])
        self.tail = block[cut:]

    def _count_quotes(self, lines: bytes) -> None:
        raise AssertionError

    def facts(self, sha256: str, size: int) -> Facts:
        raise AssertionError
