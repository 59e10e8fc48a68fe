"""What a command writes: the answer on stdout, everything else on stderr, in any encoding."""

from __future__ import annotations

import codecs
import json
import math
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from ccops.safe_text import printable

# What stands in for a glyph that an encoding lacks; others fall back on their letter or a question mark.
_STAND_INS = {
    "-": "–—─━├┤┬┴┼", "'": "‘’", '"': "“”", "|": "│┃║", "+": "┌┐└┘╔╗╚╝", "=": "═", ".": "·…", "*": "•●",
    "x": "×✗", "v": "√✓▼", "^": "▲", "o": "○", "_": "▁▂▃", "#": "▄▅▆▇█", "<": "≤", ">": "≥→",
}
_NARROWEST = 19  # columns that a cut cell keeps: a day and a time
_PLAIN = {ord(glyph): plain for plain, glyphs in _STAND_INS.items() for glyph in glyphs}


def prepare() -> None:
    """Make both streams write what they can and replace what their encoding lacks, instead of failing."""
    codecs.register_error("ccops", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="ccops")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    plain = unicodedata.normalize("NFKD", text)
    return "".join(_encodable(character, error.encoding) for character in plain), error.end


def _encodable(character: str, encoding: str) -> str:
    if unicodedata.combining(character):
        return ""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return "?"
    return character


def say(text: str = "") -> None:
    """A line of the answer."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Lines beside the answer."""
    sys.stderr.write(harmless(text) + "\n")


def harmless(text: str) -> str:
    """Lines that cannot steer a terminal: names of files, queues and columns in them come from outside."""
    return "\n".join(map(printable, text.split("\n")))


def answer(command: str, result: Any, as_json: bool, plain: Callable[[], str]) -> None:
    """The answer of a command: `result` as JSON under the command's schema, or what `plain` makes of it."""
    say(document(command, result) if as_json else harmless(plain().rstrip("\n")))


def document(command: str, result: Any) -> str:
    """A result as the JSON document `ccops.<command>/1`."""
    return as_json({"schema": f"ccops.{command}/1", **plain_value(result)})


def as_json(body: dict[str, Any]) -> str:
    """JSON in ASCII where the stream is not Unicode, so that no letter is lost."""
    unicode = (sys.stdout.encoding or "utf-8").lower().replace("-", "").startswith("utf")
    return json.dumps(body, ensure_ascii=not unicode, indent=2, allow_nan=False)


def plain_value(value: Any) -> Any:
    """A result as JSON knows it: days and instants in ISO 8601, money as a number, not-a-number as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain_value(key)): plain_value(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return plain_value(value.value)
    if isinstance(value, str | int | bool | None):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)  # whole sums are decimals too
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable):
        return [plain_value(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def counted(n: int, thing: str) -> str:
    """`1 line`, `2 lines`, `1,234 lines`."""
    return f"{n:,} {thing}{'s' * (n != 1)}"


def table(head: Sequence[str], rows: Iterable[Sequence[object]], figures_from: int | None = None) -> str:
    """Aligned columns, unknown as `-`; wide characters count as two columns.

    Numbers stand to the right, and so does text from column `figures_from` on: figures that are written out already.
    """
    values = [*rows]
    body = [[_cell(value) for value in row] for row in values]
    widths = [max(map(width, (name, *(row[i] for row in body)))) for i, name in enumerate(head)]
    written = len(head) if figures_from is None else figures_from
    right = [i >= written or _are_numbers([row[i] for row in values]) for i in range(len(head))]
    groups = [range(len(head))]
    if sys.stdout.isatty():  # what is piped stays whole
        widths, groups = _fitted(widths, right, columns())
        head, body = _cut_all(head, widths), [_cut_all(row, widths) for row in body]
    lines = [head, ["-" * each for each in widths], *body]
    return "\n".join(
        "  " * (n > 0) + "  ".join(_padded(line[i], widths[i], right[i]) for i in group).rstrip()
        for line in lines for n, group in enumerate(groups)
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".") if math.isfinite(value) else "-"
    return printable(str(plain_value(value)))


def columns() -> int:
    """How many columns the terminal has; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def wrapped(text: str) -> str:
    """A sentence broken at words to the width of the terminal, its further lines indented; whole where piped.

    Chinese has no blanks to break at: the terminal breaks it anywhere by itself.
    """
    if not sys.stdout.isatty() or width(text) > len(text):
        return text
    return "\n".join(textwrap.wrap(text, columns(), subsequent_indent="  ", break_on_hyphens=False))


def _fitted(widths: list[int], right: Sequence[bool], room: int) -> tuple[list[int], list[range]]:
    """Widths that fit into `room`, taken from the widest columns of text, and the columns on each line of a row.

    Figures are never cut, and no text to less than an instant takes: such a row has several lines instead.
    """
    fitted = [*widths]
    cuttable = [i for i, is_right in enumerate(right) if not is_right and widths[i] > _NARROWEST]
    while sum(fitted) + 2 * (len(fitted) - 1) > room:
        widest = max(cuttable, key=lambda i: fitted[i], default=None)
        if widest is None or fitted[widest] <= _NARROWEST:
            return _folded(widths, room)
        fitted[widest] -= 1
    return fitted, [range(len(fitted))]


def _folded(widths: list[int], room: int) -> tuple[list[int], list[range]]:
    widths = [min(each, room - 2) for each in widths]
    groups: list[range] = []
    first = used = 0
    for i, each in enumerate(widths):
        indent = 2 if groups else 0
        if i > first and indent + used + each > room:
            groups.append(range(first, i))
            first, used = i, 0
        used += each + 2
    return widths, [*groups, range(first, len(widths))]


def _cut_all(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [_cut(text, most) for text, most in zip(row, widths, strict=True)]


def _cut(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    while width(text) > most - 1:
        text = text[:-1]
    return text + "…"


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _are_numbers(values: Sequence[object]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, int | float | Decimal) for value in known)


def _padded(text: str, room: int, right: bool) -> str:
    gap = " " * (room - width(text))
    return gap + text if right else text + gap


def progress(quiet: bool, stream: TextIO | None = None) -> Callable[[str, int, int], None] | None:
    """A callback `(what, done, total)` that keeps one line on stderr up to date; None where nobody looks."""
    out = stream or sys.stderr
    if quiet or not out.isatty():
        return None

    def show(what: str, done: int, total: int) -> None:
        share = min(done / total, 1.0) if total > 0 else 1.0
        filled = round(share * 20)
        bar = f"{printable(what)[-50:]} {'█' * filled}{'·' * (20 - filled)} {share:4.0%}"
        out.write("\r\x1b[2K" + (bar if share < 1 else ""))
        out.flush()

    return show
