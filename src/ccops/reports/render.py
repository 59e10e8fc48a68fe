"""One report, many formats: the suffix of the file picks the renderer, and the file appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ccops.errors import UsageError
from ccops.labels import Lang
from ccops.reports import render_csv, render_json, render_markdown
from ccops.reports.document import Report
from ccops.reports.formats import language

_TEXT_WIDTH = 120


def _text(report: Report, lang: Lang) -> str:
    from ccops.reports import render_terminal

    return render_terminal.render(report, lang, width=_TEXT_WIDTH, full=True)


# A spreadsheet takes CSV without a byte order mark for the local code page and garbles Chinese.
FORMATS: dict[str, tuple[Callable[[Report, Lang], str], str]] = {
    ".json": (render_json.render, "utf-8"),
    ".csv": (render_csv.render, "utf-8-sig"),
    ".md": (render_markdown.render, "utf-8"),
    ".txt": (_text, "utf-8"),
}


def rendered(report: Report, suffix: str, lang: str) -> bytes:
    """The bytes of the report in the format of a suffix such as `.csv`. Raises UsageError for one not supported."""
    if suffix.lower() not in FORMATS:
        supported = ", ".join(FORMATS)
        raise UsageError(f"cannot write a report as {suffix or 'a file without a suffix'!r}", fix=f"use {supported}")
    renderer, encoding = FORMATS[suffix.lower()]
    return renderer(report, language(lang)).encode(encoding)


def write(report: Report, path: Path, lang: str) -> Path:
    """Write the report to `path`, through a temporary file beside it. Raises UsageError for an unknown suffix."""
    data = rendered(report, path.suffix, lang)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path), fix="name a folder that exists") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path), fix="free space or name another") from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
