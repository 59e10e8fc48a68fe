"""The store: records and the canonical tables made from them, in one DuckDB file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl
from polars.io.plugins import register_io_source

from ccops.errors import CcopsError, SettingsError, SourceError, StoreError
from ccops.model import TABLE, Reject
from ccops.settings import Settings
from ccops.source import Clean, Intake, Source
from ccops.store import load, schema
from ccops.store.arrow import chunks, frame
from ccops.store.connection import Connection, connect, identifier
from ccops.store.derive import Batch, derive
from ccops.store.pseudonyms import read_or_create_key

# Rows per frame on the way to polars: large enough for its engine, small enough for memory.
CHUNK = 1_000_000


@dataclass(frozen=True)
class Arrival:
    """A file to import. `plain` reads it as it is; `clean` is asked for when that does not work."""

    name: str
    sha256: str
    lines: int
    source: Source
    system: str
    recipe: str  # what else decides its rows: a digest of the mapping and the like
    plain: Intake | None
    clean: Callable[[], Clean]
    max_rejects: str


@dataclass(frozen=True)
class Outcome:
    """What an import did: lines = used + duplicate + skipped + rejected."""

    lines: int
    used: int
    duplicate: int
    skipped: int
    rejected: int
    tables: dict[str, int] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()
    flags: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Store:
    """An open store. `path` None keeps it in memory, for a report without a store."""

    def __init__(self, path: Path | None, settings: Settings, sources: Sequence[Source], *, write: bool = False,
                 folder: Path | None = None, files: Sequence[Path] = ()) -> None:
        if path is not None and not path.exists():
            if not write:
                raise SourceError("there is no store here yet", where=str(path), fix="ccops import FILE makes one")
            path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.settings, self.sources = path, settings, tuple(sources)
        write = write or path is None
        self.con: Connection = connect(
            path, write=write, memory=settings.store.memory, wait_s=settings.store.lock_timeout_s,
            folder=folder, files=files,
        )
        try:
            version = schema.stored_version(self.con)
            if write:
                schema.prepare(self.con, path)
                self._key = read_or_create_key(path, fresh=version is None)
            elif version is None:
                raise SourceError("the store is empty", where=str(path), fix="ccops import FILE fills it")
            else:
                schema.check_version(version, path)
            self._adopt_zone()
        except BaseException:
            self.con.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

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
        """The first import decides the zone for good."""
        if not self.zone_settled:
            self.settings = self.settings.replacing(**{"site.tz": tz})
            schema.put_meta(self.con, "tz", self.settings.zone.name)
            schema.put_meta(self.con, "day_start", self.settings.site.day_start)
            self.zone_settled = True

    # -- import ----------------------------------------------------------------------------------------------------

    def import_file(self, arrival: Arrival, *, dry_run: bool = False) -> Outcome:
        """All of a file or nothing of it. Raises SourceError when too many of its lines cannot be used."""
        earlier = self._earlier(arrival)
        if earlier:
            return earlier
        try:
            staged = self._stage(arrival)  # before BEGIN: inside a transaction new rows have no numbers of their own
            self.con.execute("BEGIN")
            outcome = self._import(arrival, staged)
            self.con.execute("ROLLBACK" if dry_run else "COMMIT")
        except BaseException as error:
            self._abandon()
            if isinstance(error, duckdb.OutOfMemoryException):
                raise StoreError(
                    "the database ran out of memory or disk while importing; nothing of the file was kept",
                    where=arrival.name, excerpt=str(error).splitlines()[0],
                    fix="free disk space, or raise [store] memory in ccops.toml",
                ) from None
            if isinstance(error, duckdb.IOException):
                raise StoreError(
                    "the disk failed while importing; nothing of the file was kept", where=arrival.name,
                    excerpt=str(error).splitlines()[0], fix="free disk space and import again",
                ) from None
            raise
        finally:
            load.drop_stage(self.con)
        return outcome

    def _abandon(self) -> None:
        try:
            self.con.execute("ROLLBACK")
        except duckdb.Error:
            return  # there was no transaction left to undo

    def _earlier(self, arrival: Arrival) -> Outcome | None:
        """The same bytes read the same way hold nothing new."""
        rows = self.con.execute(
            "SELECT file_id, imported_at, used, duplicate, skipped, rejected FROM files "
            "WHERE sha256 = ? AND source = ? AND system = ? AND recipe = ?",
            [arrival.sha256, arrival.source.name, arrival.system, arrival.recipe],
        ).fetchall()
        if not rows:
            return None
        file_id, moment, used, duplicate, skipped, rejected = rows[0]
        rejects = self.con.execute(
            "SELECT line, reason, excerpt FROM rejects WHERE file_id = ? ORDER BY line", [file_id]
        ).fetchall()
        return Outcome(
            arrival.lines, 0, used + duplicate, skipped, rejected,
            rejects=tuple(Reject(*row) for row in rejects), notes=(f"imported before, on {moment:%Y-%m-%d}",),
        )

    def _stage(self, arrival: Arrival) -> Clean:
        """The file as typed rows in a temporary table, by the fast way if that works, else through the front end."""
        source, zone, plain = arrival.source, self.settings.zone, arrival.plain
        if plain is not None:
            rows = arrival.lines - plain.layout.first_row
            try:
                load.stage(self.con, source, plain, zone, expected=rows)
            except (load.NotPlain, duckdb.InvalidInputException, duckdb.ConversionException):
                load.drop_stage(self.con)
            else:
                return Clean(plain, rows, plain.layout.first_row)
        clean = arrival.clean()
        load.stage(self.con, source, clean.intake, zone, expected=clean.rows)
        return clean

    def _import(self, arrival: Arrival, staged: Clean) -> Outcome:
        source, intake = arrival.source, staged.intake
        file_id = int(self.con.execute("SELECT coalesce(max(file_id), 0) + 1 FROM files").fetchall()[0][0])
        first = not self._knows(arrival.system)
        self._check_zone(arrival, intake)
        loaded = load.append(
            self.con, source, intake.layout, numbered=intake.numbered, file_id=file_id, system=arrival.system,
            settings=self.settings, key=self._key,
        )
        load.drop_stage(self.con)
        rejects = tuple(sorted((*staged.rejects, *loaded.rejects), key=lambda reject: reject.line))
        outcome = Outcome(
            arrival.lines, loaded.used, loaded.duplicate, staged.skipped + loaded.skipped, len(rejects),
            rejects=rejects, flags=loaded.flags, notes=staged.notes,
        )
        _check_balance(arrival, outcome)
        _check_limit(arrival, outcome)
        tables = {}
        if loaded.used:
            batch = Batch(source, arrival.system, file_id, first)
            tables = derive(self.con, batch, self.sources, self.settings)
        self._book(arrival, outcome, file_id)
        return Outcome(**{**vars(outcome), "tables": tables})

    def _knows(self, system: str) -> bool:
        return any(
            self.con.execute(f"SELECT 1 FROM {s.records.name} WHERE system = ? LIMIT 1", [system]).fetchall()
            for s in self.sources if schema.table_exists(self.con, s.records.name)
        )

    def _check_zone(self, arrival: Arrival, intake: Intake) -> None:
        check = arrival.source.check_zone and arrival.source.check_zone(intake.layout, self.settings.zone)
        if not check:
            return
        compared, contradicting = self.con.execute(check).fetchall()[0]
        if compared and contradicting * 2 > compared:
            raise SourceError(
                f"{contradicting} of {compared} call ids say that its times are not in {self.settings.zone.name}",
                where=arrival.name, fix="name the zone of the export with --tz, into a new --store if this one has days",
            )

    def _book(self, arrival: Arrival, outcome: Outcome, file_id: int) -> None:
        records = arrival.source.records
        first, last = self.con.execute(
            f"SELECT min({records.at}), max({records.at}) FROM {records.name} WHERE file_id = ?", [file_id]
        ).fetchall()[0]
        self.con.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [file_id, arrival.name, arrival.sha256, arrival.source.name, arrival.system, arrival.recipe,
             json.dumps(dict(arrival.source.lacks)), self.settings.zone.name, outcome.lines, outcome.used, outcome.duplicate, outcome.skipped,
             outcome.rejected, first, last, datetime.now(UTC).replace(tzinfo=None, microsecond=0)],
        )
        if outcome.rejects:
            lines = pl.DataFrame(
                [(file_id, r.line, r.reason, r.excerpt) for r in outcome.rejects],
                schema=["file_id", "line", "reason", "excerpt"], orient="row",
            )
            from ccops.store.arrow import Stream

            self.con.register("new_rejects", Stream(lines))
            self.con.execute("INSERT INTO rejects SELECT * FROM new_rejects")
            self.con.unregister("new_rejects")
        for flag, (n, line) in outcome.flags.items():
            self.con.execute("INSERT INTO flags VALUES (?, ?, ?, ?)", [file_id, flag, n, line])

    # -- reading ---------------------------------------------------------------------------------------------------

    def read(self, table: str, first: date | None = None, last: date | None = None) -> pl.LazyFrame:
        """A canonical table's rows of these days, lazily: only the columns that are used leave the database."""
        where = " AND ".join(
            ["true"] + [f"day >= DATE '{first}'"] * (first is not None) + [f"day <= DATE '{last}'"] * (last is not None)
        )
        known = TABLE[table]

        def batches(
            wanted: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _hint: int | None
        ) -> Iterator[pl.DataFrame]:
            names = ", ".join(identifier(name) for name in (wanted if wanted is not None else known.names))
            sql = f"SELECT {names or '1 AS one'} FROM {known.name} WHERE {where}"
            cursor = self.con.cursor()
            for part in chunks(cursor.sql(sql), CHUNK):
                yield part if predicate is None else part.filter(predicate)

        return register_io_source(batches, schema=known.schema(), is_pure=True)

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """The rows of a SELECT."""
        return frame(self.con.sql(sql, params=list(parameters)) if parameters else self.con.sql(sql))

    def days(self) -> tuple[date, date] | None:
        """First and last business day with a queue visit, or else a contact; None while there is neither."""
        for table in ("queue_visits", "contacts", "agent_states"):
            first, last = self.con.execute(f"SELECT min(day), max(day) FROM {table}").fetchall()[0]
            if first is not None:
                return first, last
        return None


def _check_balance(arrival: Arrival, outcome: Outcome) -> None:
    counted = outcome.used + outcome.duplicate + outcome.skipped + outcome.rejected
    if counted != outcome.lines:
        raise CcopsError(
            f"{outcome.lines} lines were read but {counted} accounted for; nothing of the file was kept",
            where=arrival.name, fix="this is a bug in ccops: please report it",
        )


def _check_limit(arrival: Arrival, outcome: Outcome) -> None:
    limit = arrival.max_rejects
    allowed = float(limit[:-1]) / 100 * outcome.lines if limit.endswith("%") else float(limit)
    if outcome.rejected <= allowed:
        return
    reasons: dict[str, list[int]] = {}
    for reject in outcome.rejects:
        reasons.setdefault(reject.reason, []).append(reject.line)
    worst = sorted(reasons.items(), key=lambda item: -len(item[1]))[:5]
    listing = "\n".join(f"{len(lines)} x {reason} (first in line {lines[0]})" for reason, lines in worst)
    raise SourceError(
        f"{outcome.rejected} of {outcome.lines} lines cannot be used, more than --max-rejects {limit}; "
        "nothing was imported", where=arrival.name, excerpt=listing,
        fix="correct the export or the mapping, or accept them with --max-rejects",
    )
