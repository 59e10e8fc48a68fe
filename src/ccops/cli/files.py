"""`ccops import` and `ccops init`: exports into the store, and the files that say how to read them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ccops.cli import output
from ccops.cli.options import Shared
from ccops.errors import SourceError, UsageError
from ccops.safe_text import printable

if TYPE_CHECKING:
    from ccops.intake import FileResult
    from ccops.starting import Started
    from ccops.workspace import Workspace

Files = Annotated[list[str], Argument(metavar="FILE...", help="Exports; .gz and - (stdin) too.")]
MaxRejects = Annotated[str | None, Option("--max-rejects", metavar="N|P%", help="Most rejected lines a file may have.")]
Map = Annotated[Path | None, Option("--map", metavar="FILE", help="A mapping file, for an export of your own.")]
# Rejected lines shown per file; all of them are in the file that the last line names.
SHOWN = 3


def import_(
    shared: Shared,
    files: Files,
    source: Annotated[str | None, Option(metavar="NAME", help="What the files are, if not recognised.")] = None,
    mapping: Map = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would happen; keep nothing.")] = False,
    max_rejects: MaxRejects = None,
) -> None:
    """Bring exports into the store, as often as you like.

    Each file is imported wholly or not at all; what was imported before counts as duplicate. Every line is
    used, duplicate, skipped or rejected; rejected lines go to FILE.rejects.csv beside the store, with reasons.

    Example: ccops import exports/*.csv --tz Asia/Shanghai
    """
    names = named(files)
    results: list[FileResult] = []
    with ExitStack() as end, _opened(shared, names, source, mapping, dry_run) as workspace:
        if shared.json:  # whatever happens on the way: files before a refused one are in the store
            end.callback(lambda: output.say(output.document("import", {"files": shown(results, shared.redact)})))
        for name in names:
            results += workspace.import_files(
                [name], source=source, dry_run=dry_run, max_rejects=max_rejects, stdin=sys.stdin.buffer,
                progress=output.progress(shared.quiet),
                rejects_folder=None if dry_run or shared.redact else shared.store_path.parent,
            )
            if not shared.json:
                output.say(told(results[-1]))


def shown(results: Sequence[FileResult], redact: bool) -> list[FileResult]:
    """The results as they may be seen: a rejected line's text may name anybody."""
    from dataclasses import replace

    if not redact:
        return [*results]
    return [
        replace(result, rejects=tuple(replace(reject, excerpt="") for reject in result.rejects)) for result in results
    ]


def _opened(
    shared: Shared, names: Sequence[str], source: str | None, mapping: Path | None, dry_run: bool
) -> Workspace:
    """The store to import into; a dry run does not make one. Raises UsageError for a mapping and a source at once."""
    from ccops.workspace import in_memory, open_workspace

    if source and mapping:
        raise UsageError("--map and --source conflict: each says what the files are", fix="give one of them")
    if dry_run and not shared.store_path.exists():
        return in_memory(shared.loaded, files=names, mapping=mapping)
    return open_workspace(shared.loaded, store=shared.store_named, write=True, files=names, mapping=mapping)


def init(
    shared: Shared,
    export: Annotated[str | None, Option("--from", metavar="FILE", help="An export to start from.")] = None,
) -> None:
    """Write a commented ccops.toml, and a mapping if one is needed.

    With --from, an export that nothing recognises gets a guessed mapping.toml, registered in ccops.toml: read it
    before you import. Where ccops.toml exists, only the mapping is written. Nothing is imported, no file overwritten.

    Example: ccops init --from calls.csv
    """
    from ccops.starting import init as start

    folder = shared.config.parent if shared.config else Path()
    started = start(folder, export=export, tz=shared.tz, lang=shared.lang, stdin=sys.stdin.buffer)
    output.answer("init", started, shared.json, lambda: begun(started, export))


def begun(started: Started, export: str | None) -> str:
    """What was written, how sure the guess is, and what to do next."""
    lines = [f"wrote {started.config} (zone {started.tz}, from {started.tz_from})"] if started.config else []
    if started.source:
        lines.append(f"{export} is recognised: {started.source}")
    if started.guess and started.mapping:
        guess = started.guess
        lines += [f"wrote {started.mapping}: {export} as {guess.table}, {guess.confidence:.0%} sure", ""]
        columns = ([c.field, c.header, f"{c.confidence:.0%}", c.why] for c in guess.columns)
        lines += [output.table(["field", "column", "sure", "because"], columns), ""]
        if guess.rows:
            lines += [output.table(list(guess.rows[0]), (list(row.values()) for row in guess.rows)), ""]
        lines += [f"unsure: {doubt}" for doubt in guess.unsure]
        lines += [f"add to ccops.toml: {started.add}"] if started.add else []
        lines.append(f"next: read {started.mapping}, then ccops import {export}")
    return "\n".join(lines)


def named(files: Sequence[str]) -> list[str]:
    """File names with patterns written out, for shells that leave them as they are. Raises SourceError."""
    return [name for file in files for name in _matches(file)]


def _matches(file: str) -> Iterator[str]:
    path = Path(file)
    if not any(mark in file for mark in "*?[") or path.exists():
        yield file
        return
    root = Path(path.anchor)
    matches = sorted(root.glob(str(path.relative_to(root))))
    if not matches:
        raise SourceError("no file matches", where=file, fix="check the folder and the pattern")
    yield from map(str, matches)


def told(result: FileResult) -> str:
    """What an import made of one file, in a few lines."""
    parts = f"{result.used:,} used + {result.duplicate:,} duplicate"
    rest = f"{result.skipped:,} skipped + {result.rejected:,} rejected"
    lines = [f"{result.path}: {result.source}, {output.counted(result.lines, 'line')} = {parts} + {rest}"]
    if result.tables:
        lines.append("  rows: " + ", ".join(f"{table} {n:,}" for table, n in result.tables.items()))
    lines += [f"  line {reject.line}: {reject.reason}" for reject in result.rejects[:SHOWN]]
    if result.rejected > SHOWN:
        lines.append(f"  … and {result.rejected - SHOWN:,} more rejected")
    if result.rejects_file:
        lines.append(f"  rejected lines: {result.rejects_file}")
    lines += [f"  {flag}: {output.counted(n, 'line')}, first {line}" for flag, (n, line) in result.flags.items()]
    lines += [f"  note: {note}" for note in result.notes]
    return "\n".join(map(printable, lines))
