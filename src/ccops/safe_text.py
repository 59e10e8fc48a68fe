"""Text from data made safe: for a terminal, for a spreadsheet, and for eyes that must not see phone numbers."""

from __future__ import annotations

import re

# Operating system commands and the like run to their terminator; other escape sequences are short.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
_BLANKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_DIGITS = re.compile(r"\d{5,}")
# A cell that begins with one of these is a formula to a spreadsheet, in its full-width form too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def printable(words: str) -> str:
    """Text on one line without control, escape, direction and other invisible characters."""
    return _HIDDEN.sub("", _BLANKS.sub(" ", _ESCAPES.sub("", words)))


def masked(words: str) -> str:
    """Printable text in which every run of five digits or more keeps only its first and last two."""
    return _DIGITS.sub(lambda run: f"{run[0][:2]}{'*' * (len(run[0]) - 4)}{run[0][-2:]}", printable(words))


def cell(words: str) -> str:
    """Printable text for a CSV cell that no spreadsheet takes for a formula, blanks before it or not."""
    seen = printable(words)
    risky = words.lstrip(" ").startswith(_FORMULA) or seen.lstrip().startswith(_FORMULA)
    return f"'{seen}" if risky else seen
