"""What a user can ask for: the one place where sources, store, metrics and reports meet.

Every command of the terminal is a method here, so a script can do what a person can.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from ccops.errors import SourceError, UsageError
from ccops.model import TABLE, Scope, Slice
from ccops.operations import Operations
from ccops.planning import Planning
from ccops.settings import Loaded, Settings, load

if TYPE_CHECKING:
    import polars as pl

    from ccops.explain import ContactStory, MetricStory
    from ccops.intake import FileResult, Progress
    from ccops.reports.document import Provenance, Report, Table
    from ccops.sources import Candidates
    from ccops.store.checks import Finding, Held
    from ccops.store.store import Store


@dataclass
class Workspace(Planning, Operations):
    """An open store with its settings. Use it in a `with` block, or `close()` it."""

    store: Store
    loaded: Loaded
    folder: Path
    candidates: Candidates

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.store.__exit__(kind, error, trace)
        finally:
            self.close()

    def close(self) -> None:
        """Lets go of the store and removes the scratch space."""
        self.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def settings(self) -> Settings:
        """The effective settings, with the zone that the store's days were cut in."""
        return self.store.settings

    def redact(self) -> None:
        """From now on no answer says who a person is: agents and evaluators bear pseudonyms, callers are hidden.

        Pseudonyms are the same in every output of a store, and are understood where an agent is asked for.
        """
        self.store.redact()

    # -- data in ---------------------------------------------------------------------------------------------------

    def import_files(self, files: Sequence[str | Path], *, source: str | None = None, dry_run: bool = False,
                     max_rejects: str | None = None, progress: Progress | None = None, stdin: BinaryIO | None = None,
                     rejects_folder: Path | None = None) -> list[FileResult]:
        """Imports files one after another, each wholly or not at all.

        Raises SourceError for the first file that is not recognised, cannot be read, or has too many lines that
        cannot be used; the files before it stay imported.
        """
        from ccops.intake import Importer

        importer = Importer(
            self.store, self.folder, self.candidates, source=source, max_rejects=max_rejects,
            dry_run=dry_run, progress=progress, stdin=stdin, rejects_folder=rejects_folder,
        )
        return [importer.run(str(file)) for file in files]

    # -- figures out -----------------------------------------------------------------------------------------------

    def slice(self, scope: Scope | None = None) -> Slice:
        """The store's data in a scope. Raises UsageError for a queue or team that it does not have."""
        store = self.store
        self._known("queue", scope.queues if scope else ())
        self._known("team", scope.teams if scope else ())
        if scope and scope.agents and store.pseudonyms:
            scope = replace(scope, agents=store.pseudonyms.all_of(scope.agents))
        return Slice(
            scope or Scope(), self.settings, store.read, store.lacks(), store.books().sources, store.partly()
        )

    def kpis(self, metrics: Sequence[str] = (), by: Sequence[str] = (), *, scope: Scope | None = None,
             interval: int | None = None, **tuning: object) -> pl.DataFrame:
        """Metrics by dimensions: the `by` columns, metric, value, numerator, denominator, unit, definition, note.

        `tuning` are parameters of the metrics, such as `within_s=30` or `formula="answered"`. Definitions are in the
        site's language.
        """
        from ccops.metrics.evaluate import kpis

        lang = self.settings.site.lang
        return kpis(self.slice(scope), metrics or _EVERYDAY, by, interval=interval, tuning=tuning, lang=lang)

    def report(self, day: date | str | None = None, *, queues: Sequence[str] = (), teams: Sequence[str] = (),
               interval: int | None = None, compare: bool = True) -> Report:
        """The daily report; by default of the last business day that has data.

        Raises SourceError for a day that has none, and UsageError for a queue that the data does not have.
        """
        from ccops.reports.daily import daily

        chosen = date.fromisoformat(day) if isinstance(day, str) else day or self.last_day()
        self._reportable(chosen)
        scope = Scope(queues=tuple(queues), teams=tuple(teams))
        return daily(
            self.slice(scope), chosen, interval=interval or self.settings.report.interval, compare=compare,
            provenance=self.provenance(), tariffs=self.known_tariffs(), offers=self.known_offers(),
        )

    def lost(self, scope: Scope) -> Table:
        """Callers who were not answered, with what became of them."""
        from ccops.reports.lost import lost

        return lost(self.slice(scope))

    def explain_metric(self, name: str, scope: Scope | None = None, **tuning: object) -> MetricStory:
        """A metric's definition, its numbers, and every variant of it on the same data."""
        from ccops.explain import explain_metric

        return explain_metric(self.slice(scope), name, tuning)

    def explain_contact(self, contact_id: str) -> ContactStory:
        """A contact's time line, and how each metric counted it. Raises UsageError for an unknown contact."""
        from ccops.explain import explain_contact

        return explain_contact(self.store, self.slice(), contact_id)

    def check(self, scope: Scope | None = None) -> list[Finding]:
        """What in the data deserves a look before its figures are defended."""
        self._known("queue", scope.queues if scope else ())
        return self.store.check(scope or Scope())

    def query(self, sql: str, *, limit: int | None = None) -> pl.DataFrame:
        """Rows of a read-only SELECT over the store's tables."""
        return self.store.select(sql, limit=limit)

    def export(self, table: str, scope: Scope | None = None, *, unmask: bool = False) -> pl.LazyFrame:
        """A canonical table as tidy data: seconds, instants in the site's zone, callers masked.

        `unmask` adds the callers' numbers, which exist only where `[store] raw` was set before the import.
        """
        from ccops.export import tidy

        if table not in TABLE:
            raise UsageError(f"no table {table!r}", fix=f"tables: {', '.join(TABLE)}")
        if unmask and self.store.pseudonyms:
            raise UsageError("--redact and --unmask contradict each other", fix="give one of them")
        return tidy(self.slice(scope), self.store, table, unmask=unmask)

    # -- what the store is -------------------------------------------------------------------------------------------

    def last_day(self) -> date:
        """The last business day with data. Raises SourceError while there is none."""
        days = self.store.days()
        if days is None:
            raise self._nothing(self.store.held(Scope()), "")
        return days[1]

    def without_data(self, scope: Scope) -> str | None:
        """Which days have data, if those of the scope have none; None if they have some."""
        from ccops.store.checks import ran

        return None if self.store.held(scope) else ran(self.store.held(Scope()))

    def provenance(self) -> Provenance:
        """Which files and rules the figures stand on."""
        from ccops import __version__
        from ccops.reports.document import Provenance

        books = self.store.books()
        return Provenance(
            rows_used=books.used, rows_read=books.lines, files=books.files, sources=books.sources,
            version=__version__, settings_digest=self.settings.digest, as_of=books.as_of, quality=books.quality,
        )

    def _reportable(self, day: date) -> None:
        """Raises SourceError for a day without calls or agents to report on."""
        found = self.store.held(Scope().on(day))
        if not set(found) - {_FOREIGN}:
            raise self._nothing(found, f" on {day}")

    def _nothing(self, found: Mapping[str, Held], when: str) -> SourceError:
        """The refusal of a report on data without calls or agents."""
        from ccops.store.checks import ran

        where = str(self.store.path) if self.store.path else ""
        if found:
            return SourceError(
                f"nothing to report{when}: an interval report holds another system's counts, not calls", where=where,
                fix=f"import the calls behind it; ccops query \"SELECT * FROM {_FOREIGN}\" shows what it holds",
            )
        whole = self.store.held(Scope())
        alone = self.store.query("SELECT 1 FROM shifts UNION ALL SELECT 1 FROM employees LIMIT 1").height
        empty = "a schedule says what was planned; import the calls as well" if alone else "ccops import FILE"
        fix = f"{ran(whole)}; give one of its days" if whole else empty
        return SourceError(f"there is no data{when}" if whole else "there is no data yet", where=where, fix=fix)

    def _known(self, column: str, names: Sequence[str]) -> None:
        """Raises UsageError for a name that the data does not have, with the nearest that it has."""
        from difflib import get_close_matches

        if not names:
            return
        known = [*self.settings.agents.teams] if column == "team" else self.store.names(column)
        for name in names:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                fix = f"did you mean {near[0]}?" if near else f"it has {', '.join(known[:12]) or 'none'}"
                raise UsageError(f"no {column} {name!r} in the data", fix=fix)


_FOREIGN = "interval_stats"  # counts of another system: nothing of ours can be computed from them
_EVERYDAY = ("offered", "answered", "abandoned", "abandon_rate", "service_level", "asa", "aht")


def open_workspace(loaded: Loaded | None = None, *, store: Path | None = None, write: bool = False,
                   files: Sequence[str | Path] = (), mapping: Path | None = None) -> Workspace:
    """A workspace on the store that the settings or `store` name. `files` are those it will be allowed to import."""
    loaded = loaded or load()
    return _workspace(loaded, store or loaded.store_path, write, files, mapping)


def open_store(path: str | Path = "ccops.duckdb", *, config: str | Path | None = None, tz: str | None = None,
               write: bool = False, files: Sequence[str | Path] = ()) -> Workspace:
    """A workspace on the store at `path`, with the nearest ccops.toml, or the one that `config` names.

    `write` allows imports, of `files` alone: the store cannot read any other file. Raises SourceError when there is
    no store to read, StoreError when another process writes to it.
    """
    loaded = load(Path(config) if config else None, {"site.tz": tz})
    return open_workspace(loaded, store=Path(path), write=write, files=files)


def in_memory(loaded: Loaded | None = None, *, files: Sequence[str | Path], mapping: Path | None = None) -> Workspace:
    """A workspace without a store, for a report straight from files."""
    return _workspace(loaded or load(), None, True, files, mapping)


def _workspace(loaded: Loaded, path: Path | None, write: bool, files: Sequence[str | Path],
               mapping: Path | None) -> Workspace:
    from ccops.metrics.targets import check_targets
    from ccops.sources import SOURCES, candidates
    from ccops.store.store import Store

    check_targets(loaded.settings, str(loaded.file or "settings"))
    recognised = candidates(loaded, mapping)
    scratch = _scratch(path if write else None)
    try:
        real = [Path(file).resolve() for file in files if str(file) != "-"]
        store = Store(path, loaded.settings, SOURCES, write=write, folder=scratch, files=real)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return Workspace(store, loaded, scratch, recognised)


def _scratch(store: Path | None) -> Path:
    """A folder for repaired copies and spilled data, beside the store; what a killed process left there goes first."""
    if store is None:
        return Path(mkdtemp(prefix="ccops-"))
    store.parent.mkdir(parents=True, exist_ok=True)
    for left in store.parent.glob(".ccops-*-*"):
        process = left.name.split("-")[1]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(mkdtemp(prefix=f".ccops-{os.getpid()}-", dir=store.parent))


def _alive(process: int) -> bool:
    if os.name != "posix":  # there, signal 0 would not ask but end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
