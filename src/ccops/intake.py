"""From a file's name to rows in the store: scan, recognise, settle the zone, import, and keep the rejects."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from ccops.clock import machine_zone
from ccops.errors import SourceError, UsageError
from ccops.model import Reject
from ccops.notebook import table
from ccops.safe_text import cell, masked
from ccops.settings import reject_limit
from ccops.source import Clean, Intake, Layout, Reading, Sample, Source
from ccops.sources import Candidates, front_end
from ccops.store.importing import Arrival, Outcome
from ccops.store.store import Store

Progress = Callable[[str, int, int], None]
# Reject listings carry the masked text of the line for this many of them.
EXCERPTS = 200


@dataclass(frozen=True)
class FileResult:
    """What an import made of one file: lines = used + duplicate + skipped + rejected."""

    path: str
    source: str
    lines: int
    used: int
    duplicate: int
    skipped: int
    rejected: int
    tables: dict[str, int] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()
    flags: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rejects_file: Path | None = None

    def _repr_html_(self) -> str:
        counts = (("lines", self.lines), ("used", self.used), ("duplicate", self.duplicate), ("skipped", self.skipped),
                  ("rejected", self.rejected), *((f"rows: {name}", n) for name, n in self.tables.items()))
        rejects = ((reject.line, reject.reason) for reject in self.rejects[:EXCERPTS])
        more = table(("line", "rejected because"), rejects) if self.rejects else ""
        return table((self.path, self.source), counts) + more


def detect(sample: Sample, name: str, candidates: Candidates) -> tuple[Source, Layout]:
    """The one source that recognises the file by its content. Raises SourceError for none or for several.

    A mapping of one's own stands before the profiles that ship with ccops.
    """
    matches = _matches(sample, candidates.first) or _matches(sample, candidates.profiles)
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = " and ".join(source.name for source, _ in matches)
        raise SourceError(
            f"the file is recognised by {names}", where=name, fix=f"choose one: --source {matches[0][0].name}"
        )
    if not sample.lines:
        raise SourceError("the file is empty", where=name, fix="export it again; nothing was imported")
    if _is_binary(sample.lines[0]):
        raise SourceError("this is not text", where=name, fix="export as CSV or xlsx, or name the log itself")
    if len(candidates.all) == 1 and candidates.all[0].why_not:
        raise candidates.all[0].why_not(sample, name)
    if len(candidates.all) == 1:
        raise SourceError(
            f"it is not an export of {candidates.all[0].name}", where=name,
            fix="leave --source out to have it recognised",
        )
    raise SourceError(
        "no source recognises this file", where=name,
        excerpt="\n".join(masked(line)[:120] for line in sample.lines[:3]),
        fix=f"ccops init --from {name} guesses a mapping for it; ccops sources lists what is known",
    )


def _matches(sample: Sample, sources: Sequence[Source]) -> list[tuple[Source, Layout]]:
    return [(source, layout) for source in sources if (layout := source.sniff(sample)) is not None]


def _is_binary(line: str) -> bool:
    """Whether a tenth of the line's beginning is control characters or bytes that are no text."""
    begin = line[:200]
    odd = sum(character == "\ufffd" or (character < " " and character != "\t") for character in begin)
    return odd * 10 > len(begin)


def choose(name: str, candidates: Sequence[Source]) -> Source:
    """The source of that name. Raises UsageError with near names."""
    from difflib import get_close_matches

    known = {source.name: source for source in candidates}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        fix = f"did you mean {near[0]}?" if near else f"known sources: {', '.join(known)}"
        raise UsageError(f"unknown source {name!r}", fix=fix)
    return known[name]


@dataclass
class Importer:
    """Imports files into an open store. `folder` is scratch space that the store may read."""

    store: Store
    folder: Path
    candidates: Candidates
    source: str | None = None
    max_rejects: str | None = None
    dry_run: bool = False
    progress: Progress | None = None
    stdin: BinaryIO | None = None
    rejects_folder: Path | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for a limit that is none."""
        try:
            self.max_rejects = self.max_rejects and reject_limit(self.max_rejects)
        except ValueError as error:
            raise UsageError(str(error), fix="--max-rejects 50, or --max-rejects 5%") from None

    def run(self, name: str) -> FileResult:
        """One file. Raises SourceError when it is not recognised or cannot be trusted."""
        chosen = self.source and Candidates((choose(self.source, self.candidates.all),))
        scan, sample, source, layout = self._recognised(name, chosen or self.candidates)
        inferred = source.infer_zone(sample, layout) if source.infer_zone else None
        notes = [*scan.notes, *layout.notes, *self._settle_zone(source, inferred)]
        reading = source.reading

        def clean() -> Clean:
            footer = front_end.FOOTERS if reading.footer is None else reading.footer
            return front_end.clean(scan, layout, self.folder, footer=footer, quote_repair=reading.quote_repair)

        direct = scan.well_formed and not scan.spreadsheet
        arrival = Arrival(
            name=scan.name, size=scan.size, sha256=lambda: scan.sha256, lines=scan.lines, source=source,
            system=self.store.settings.imports.systems.get(source.name, source.system),
            recipe=self.candidates.recipes.get(source.name, ""),
            plain=Intake(scan.path, layout, numbered=False) if direct else None, clean=clean,
            fits=inferred,
            max_rejects=self.max_rejects or reading.max_rejects or self.store.settings.imports.max_rejects,
        )
        outcome = self.store.import_file(arrival, dry_run=self.dry_run)
        outcome = _with_excerpts(outcome, front_end.excerpts(scan, [r.line for r in outcome.rejects[:EXCERPTS]]))
        return FileResult(
            path=scan.name, source=source.name, lines=outcome.lines, used=outcome.used, duplicate=outcome.duplicate,
            skipped=outcome.skipped, rejected=outcome.rejected, tables=dict(outcome.tables), rejects=outcome.rejects,
            flags=outcome.flags, notes=(*notes, *outcome.notes), rejects_file=self._write_rejects(scan.name, outcome),
        )

    def _recognised(self, name: str, candidates: Candidates) -> tuple[front_end.Scan, Sample, Source, Layout]:
        """The file scanned and recognised, a second time if its source knows better how it is written."""
        progress = self.progress

        def scanned(reading: Reading) -> tuple[front_end.Scan, Sample]:
            scan = front_end.scan(
                name, self.folder, stdin=self.stdin, encoding=reading.encoding, sheet=reading.sheet,
                progress=(lambda done, total: progress(name, done, total)) if progress else None,
            )
            return scan, front_end.sample(scan)

        only = candidates.all[0].reading if len(candidates.all) == 1 else Reading()
        scan, sample = scanned(only)
        source, layout = detect(sample, scan.name, candidates)
        known = source.reading
        if (known.encoding, known.sheet) != (only.encoding, only.sheet) and name != "-":
            scan, sample = scanned(known)
            source, layout = detect(sample, scan.name, Candidates((source,)))
        return scan, sample, source, layout

    def _settle_zone(self, source: Source, inferred: str | None) -> list[str]:
        """Decides the store's zone on its first import, and says so when nobody named it."""
        if self.store.zone_settled:
            return []
        named = self.store.settings.site.tz
        zone = named or source.zone or inferred or machine_zone()
        self.store.settle_zone(zone)
        if named:
            return []
        if source.zone:
            why = f"the zone of {source.name}"
        elif inferred:
            why = "inferred from its call ids"
        else:
            why = "the zone of this computer, because none was named"
        return [f"days are cut in {zone}, {why}; another zone is chosen with --tz in a new store"]

    def _write_rejects(self, name: str, outcome: Outcome) -> Path | None:
        """Rejected lines with number and reason, for whoever mends the export."""
        if not outcome.rejects or self.rejects_folder is None:
            return None
        file = self.rejects_folder / f"{'stdin' if name == '-' else Path(name).name}.rejects.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(["line", "reason", "excerpt"])
            writer.writerows((r.line, cell(masked(r.reason)), cell(r.excerpt)) for r in outcome.rejects)
        return file


def _with_excerpts(outcome: Outcome, texts: dict[int, str]) -> Outcome:
    rejects = tuple(replace(r, reason=masked(r.reason), excerpt=texts.get(r.line, r.excerpt)) for r in outcome.rejects)
    return replace(outcome, rejects=rejects)
