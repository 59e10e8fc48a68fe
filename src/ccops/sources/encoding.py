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
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Thread
from typing import NamedTuple

BLOCK = 4 << 20
BAD = "\ufffd"
ENOUGH_HANZI = 1_000_000
_MARKS = {  # the longer marks first: UTF-16's begins UTF-32's
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Facts:
    """What one pass over the bytes of a file proves."""

    size: int
    lines: int
    newline: str
    utf8: bool
    mark: str  # the encoding that a byte order mark announces, or ""
    nul: bool
    long_line: bool


@dataclass(frozen=True)
class Text:
    """How the bytes read as text."""

    encoding: str
    lines: int
    newline: str
    replaced: int
    note: str = ""


class Line(NamedTuple):
    number: int
    text: str
    cut: bool = False  # longer than the cap: `text` is only its beginning


def read_facts(path: Path, max_line_bytes: int, progress: Progress | None = None) -> Facts:
    """One pass in blocks."""
    total = path.stat().st_size
    counts, done = _Counts(max_line_bytes), 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            counts.see(block)
            done += len(block)
            if progress:
                progress(done, max(done, total))
    return counts.facts(done)


def hashed(path: Path) -> Future[str]:
    """The sha256 of a file, in a thread of its own: hashlib lets others run, and nobody asks before the rows are in."""
    digest: Future[str] = Future()

    def work() -> None:
        try:
            with path.open("rb", buffering=0) as file:
                digest.set_result(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            digest.set_exception(error)

    Thread(target=work, daemon=True).start()
    return digest


def settle(path: Path, facts: Facts, wanted: str = "auto") -> Text:
    """The encoding of a file: the one that is wanted, else the one that the bytes prove.

    Strict UTF-8 first. GB18030 only if all of it decodes and most of its characters are common hanzi: a stray byte
    beside ASCII often decodes as a rare one and takes the delimiter with it. Else UTF-8 with U+FFFD for bad bytes.
    Raises LookupError for an encoding that does not exist.
    """
    note = ""
    if wanted != "auto":
        encoding = _codec(wanted)
        if encoding == "utf-8" and facts.mark == "utf-8-sig":
            encoding = facts.mark
    elif facts.mark:
        encoding = facts.mark
    elif not facts.utf8 and _is_gb18030(path):
        encoding, note = "gb18030", "decoded as GB18030"
    else:
        encoding = "utf-8"
    if facts.utf8 and encoding in ("utf-8", "utf-8-sig"):
        return Text(encoding, facts.lines, facts.newline, 0)
    lines, newline, replaced = _survey(path, encoding)
    if replaced:
        note = f"bytes that are not valid {encoding.upper()} became U+FFFD in {replaced:,} places"
    return Text(encoding, lines, newline, replaced, note)


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
            text = piece.removesuffix("\n").replace("\0", "")
            yield Line(number, text.removeprefix("\ufeff") if number == 1 else text, cut)


def spare(text: str, encoding: str, delimiter: str) -> str:
    """The text with a delimiter given back that a stray byte before it took as its trail byte (only `|` can be)."""
    if encoding != "gb18030" or delimiter != "|" or text.isascii():
        return text
    return text.translate(_ends_in_bar())


@cache
def _ends_in_bar() -> dict[int, str]:
    pairs = (bytes((lead, 0x7C)).decode("gb18030") for lead in range(0x81, 0xFF))
    return {ord(character): BAD + "|" for character in pairs}


class _Counts:
    """Running counts over blocks, exact across their borders."""

    def __init__(self, max_line_bytes: int) -> None:
        self.cap = max_line_bytes
        self.lf = self.cr = self.crlf = self.open_line = 0
        self.utf8, self.nul, self.long_line, self.text_seen = True, False, False, False
        self.mark, self.last = "", b""
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def see(self, block: bytes) -> None:
        if not self.last:
            self.mark = next((name for mark, name in _MARKS.items() if block.startswith(mark)), "")
        self.text_seen = self.text_seen or not (self.mark == "utf-8-sig" and block == codecs.BOM_UTF8)
        self.lf += block.count(b"\n")
        returns = b"\r" in block  # asking is ten times cheaper than counting none
        if returns:
            self.cr += block.count(b"\r")
            self.crlf += block.count(b"\r\n")
        self.crlf += self.last == b"\r" and block.startswith(b"\n")
        self.nul = self.nul or b"\0" in block
        self._check_utf8(block)
        self._check_length(block, returns)
        self.last = block[-1:]

    def _check_utf8(self, block: bytes) -> None:
        if self.utf8 and not (block.isascii() and not self.decoder.getstate()[0]):
            try:
                self.decoder.decode(block)
            except UnicodeDecodeError:
                self.utf8 = False

    def _check_length(self, block: bytes, has_returns: bool) -> None:
        """Jumps from a line's start to the last line end within the cap, so ordinary lines cost almost nothing."""
        start = -self.open_line
        while not self.long_line and start + self.cap < len(block):
            end = _last_end(block, max(start, 0), start + self.cap + 1, has_returns)
            self.long_line, start = end < 0, end + 1
        end = _last_end(block, max(start, 0), len(block), has_returns)
        self.open_line = len(block) - (start if end < 0 else end + 1)

    def facts(self, size: int) -> Facts:
        try:
            self.decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self.utf8 = False
        ends = {"\n": self.lf - self.crlf, "\r\n": self.crlf, "\r": self.cr - self.crlf}
        unended = self.text_seen and self.last not in (b"\n", b"\r")
        return Facts(
            size, sum(ends.values()) + unended, _newline([end for end, n in ends.items() if n]), self.utf8,
            self.mark, self.nul, self.long_line,
        )


def _last_end(block: bytes, low: int, high: int, has_returns: bool) -> int:
    end = block.rfind(b"\n", low, high)
    return max(end, block.rfind(b"\r", low, high)) if has_returns else end


def _newline(kinds: list[str]) -> str:
    return kinds[0] if len(kinds) == 1 else "mixed" if kinds else "\n"


def _codec(name: str) -> str:
    encoding = codecs.lookup(name).name
    "".encode(encoding)  # LookupError for codecs that are not of text, as base64
    return encoding


def _is_gb18030(path: Path) -> bool:
    """All of it decodes, and most of its characters beyond ASCII are of GB2312's level 1, the common hanzi."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    seen = common = 0
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                text = decoder.decode(block)
                if seen < ENOUGH_HANZI and not text.isascii():
                    seen += len(_BEYOND_ASCII.findall(text))
                    common += len(_common_hanzi().findall(text))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return common * 2 > seen


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


@cache
def _common_hanzi() -> re.Pattern[str]:
    """GB2312 rows 16 to 55: the 3755 hanzi of level 1."""
    pairs = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return re.compile("[" + b"".join(pairs).decode("gb2312", "ignore") + "]")


def _survey(path: Path, encoding: str) -> tuple[int, str, int]:
    """Lines, newline and the number of U+FFFD put in place of bytes that the encoding does not know."""
    make = codecs.getincrementaldecoder(encoding)
    tolerant, strict = io.IncrementalNewlineDecoder(make("replace"), translate=True), make("ignore")
    lines = replaced = 0
    last = ""
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            text = tolerant.decode(block, final=not block)
            lines += text.count("\n")
            replaced += text.count(BAD) - strict.decode(block, final=not block).count(BAD)
            last = text[-1:] or last
            if not block:
                break
    kinds = [tolerant.newlines] if isinstance(tolerant.newlines, str) else list(tolerant.newlines or ())
    return lines + (last not in ("", "\n")), _newline(kinds), replaced
