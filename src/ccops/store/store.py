"""The store: records and the canonical tables made from them, in one DuckDB file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ccops.errors import SettingsError, SourceError
from ccops.model import Scope
from ccops.settings import Settings
from ccops.source import Source
from ccops.store import reading, schema
from ccops.store.checks import Finding, Held, held, run_checks
from ccops.store.connection import Connection, broken, connect
from ccops.store.importing import Arrival, Import, Outcome
from ccops.store.pseudonyms import read_or_create_key
from ccops.store.redaction import Pseudonyms, check_query

if TYPE_CHECKING:
    import polars as pl


class Store:
    """An open store. `path` None keeps it in memory, for a report without a store."""

    def __init__(self, path: Path | None, settings: Settings, sources: Sequence[Source], *, write: bool = False,
                 folder: Path | None = None, files: Sequence[Path] = ()) -> None:
        if path is not None and not path.exists():
            if not write:
                raise SourceError("there is no store here yet", where=str(path), fix="ccops import FILE makes one")
            path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.settings, self.sources = path, settings, tuple(sources)
        self.pseudonyms: Pseudonyms | None = None  # where persons must not be known
        self._writes = write = write or path is None
        self.con: Connection = connect(
            path, write=write, memory=settings.store.memory, wait_s=settings.store.lock_timeout_s,
            folder=folder, files=files,
        )
        try:
            version = schema.stored_version(self.con, path)
            if not write and version is not None and version < schema.VERSION:
                self.con.close()
                self.con = connect(path, write=True, memory=settings.store.memory, wait_s=settings.store.lock_timeout_s)
                schema.prepare(self.con, path)
            if write:
                # The key first: a store without tables may get one later, a store that has them may not.
                self._key = read_or_create_key(path, fresh=version is None)
                schema.prepare(self.con, path)
            elif version is None:
                raise SourceError("the store is empty", where=str(path), fix="ccops import FILE fills it")
            else:
                schema.check_version(version, path)
            self._adopt_zone()
        except BaseException as error:
            self.con.close()
            if failure := broken(error, path):
                raise failure from None
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the store, and says so when the error that ended the block was the fault of its file or disk."""
        self.close()
        if failure := broken(error, self.path):
            raise failure from None

    def close(self) -> None:
        self.con.close()

    # -- zone ------------------------------------------------------------------------------------------------------

    def _adopt_zone(self) -> None:
        """Days were cut by the store's zone and day start; settings that say otherwise are refused."""
        stored = schema.meta(self.con)
        self.zone_settled = "tz" in stored
        for key, ours in (("tz", self.settings.site.tz), ("day_start", self.settings.site.day_start)):
            theirs = stored.get(key)
            if theirs is None or not ours or ours == theirs or (key == "day_start" and ours == "00:00"):
                continue
            raise SettingsError(
                f"the store's days were cut with {key} {theirs}, not {ours}", where=str(self.path),
                fix=f"leave {key} at {theirs}, or import into a new --store",
            )
        if self.zone_settled:
            self.settings = self.settings.replacing(
                **{"site.tz": stored["tz"], "site.day_start": stored["day_start"]}
            )

    def settle_zone(self, tz: str) -> None:
        """The zone of the first import; it is stored with the first file that lands, for good."""
        if not self.zone_settled:
            self.settings = self.settings.replacing(**{"site.tz": tz})
            self.zone_settled = True

    # -- who may be known ------------------------------------------------------------------------------------------

    def redact(self) -> None:
        """From now on nothing that is read says who a person is. The store takes no files afterwards.

        Raises StoreError where the store's key is missing.
        """
        key = self._key if self._writes else read_or_create_key(self.path, fresh=False)
        self.pseudonyms = Pseudonyms(key)
        self.pseudonyms.cover(self.con)
        self.settings = self.pseudonyms.settings(self.settings)

    # -- in and out ------------------------------------------------------------------------------------------------

    def import_file(self, arrival: Arrival, *, dry_run: bool = False) -> Outcome:
        """All of a file or nothing of it. Raises SourceError when too many of its lines cannot be used."""
        return Import(self.con, self.settings, self.sources, self._key, arrival).run(dry_run=dry_run)

    def read(self, table: str, first: date | None = None, last: date | None = None) -> pl.LazyFrame:
        """A canonical table's rows of these days, lazily."""
        return reading.read(self.con, table, first, last, self.pseudonyms.cover if self.pseudonyms else None)

    def select(self, sql: str, *, limit: int | None = None, seconds: float = 60) -> pl.DataFrame:
        """The rows of somebody's SELECT."""
        check = check_query if self.pseudonyms else None
        return reading.select(self.con, sql, limit=limit, seconds=seconds, check=check)

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """The rows of a SELECT of our own."""
        return reading.query(self.con, sql, parameters)

    def days(self) -> tuple[date, date] | None:
        """First and last business day with data."""
        return reading.days(self.con)

    def names(self, column: str) -> list[str]:
        """Every queue, agent, channel or direction in the data, most used first."""
        return reading.names(self.con, column)

    def lacks(self) -> dict[str, str]:
        """What none of the imported sources can support, and why."""
        return reading.lacks(self.con)

    def partly(self) -> dict[str, tuple[str, ...]]:
        """Which sources lack what others of the imported have."""
        return reading.partly(self.con)

    def books(self) -> reading.Books:
        """What was read, used and found wanting, over all files."""
        return reading.books(self.con, self.settings.zone)

    def caller_numbers(self) -> pl.DataFrame:
        """customer_key and customer_raw of every caller whose number the store may show."""
        return reading.caller_numbers(self.con, self.sources)

    def contact_rows(self, table: str, contact_id: str) -> list[dict[str, Any]]:
        """A contact's rows of a canonical table, in time order."""
        return reading.contact_rows(self.con, table, contact_id)

    def contact_lines(self, contact_id: str) -> list[tuple[str, int]]:
        """File name and line of every record of a contact."""
        return reading.contact_lines(self.con, self.sources, contact_id)

    def near_contacts(self, text: str) -> list[str]:
        """Contact ids that begin with a text."""
        return reading.near_contacts(self.con, text)

    def held(self, scope: Scope) -> dict[str, Held]:
        """What each table holds of the scope's days; tables that hold nothing of them are left out."""
        return held(self.con, scope)

    def check(self, scope: Scope) -> list[Finding]:
        """What in the data deserves a look."""
        return run_checks(self.con, scope, self.settings)
