"""One file into an open store: all of it or nothing, every line accounted for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import duckdb
import polars as pl

from ccops.errors import CcopsError, SourceError, StoreError
from ccops.model import Reject
from ccops.settings import Settings
from ccops.source import Clean, Intake, Source
from ccops.store import load, schema
from ccops.store.arrow import Stream
from ccops.store.connection import Connection, broken
from ccops.store.derive import Batch, derive


@dataclass(frozen=True)
class Arrival:
    """A file to import. `plain` reads it as it is; `clean` is asked for when that does not work."""

    name: str
    size: int
    sha256: Callable[[], str]  # asked for late: hashing goes on beside the import
    lines: int
    source: Source
    system: str
    recipe: str  # what else decides its rows: a digest of the mapping and the like
    plain: Intake | None
    clean: Callable[[], Clean]
    max_rejects: str
    fits: str | None = None  # the zone that its call ids tell


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


@dataclass(frozen=True)
class Import:
    """The import of one file over a connection that may write."""

    con: Connection
    settings: Settings
    sources: Sequence[Source]
    key: bytes
    arrival: Arrival

    def run(self, *, dry_run: bool = False) -> Outcome:
        """All of a file or nothing of it. Raises SourceError when too many of its lines cannot be used."""
        earlier = self._earlier()
        if earlier:
            return earlier
        try:
            staged = self._stage()  # before BEGIN: inside a transaction new rows have no numbers of their own
            self.con.execute("BEGIN")
            outcome = self._import(staged)
            self.con.execute("ROLLBACK" if dry_run else "COMMIT")
        except BaseException as error:
            self._abandon()
            if isinstance(error, duckdb.OutOfMemoryException):
                raise StoreError(
                    "the database ran out of memory or disk while importing; nothing of the file was kept",
                    where=self.arrival.name, excerpt=str(error).splitlines()[0],
                    fix="free disk space, or raise [store] memory in ccops.toml",
                ) from None
            if broken(error, None):
                raise StoreError(
                    "the disk failed while importing; nothing of the file was kept", where=self.arrival.name,
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

    def _earlier(self) -> Outcome | None:
        """The same bytes read the same way hold nothing new."""
        arrival = self.arrival
        alike = "FROM files WHERE size = ? AND source = ? AND system = ? AND recipe = ?"
        known = [arrival.size, arrival.source.name, arrival.system, arrival.recipe]
        if not self.con.execute(f"SELECT 1 {alike} LIMIT 1", known).fetchall():
            return None
        rows = self.con.execute(
            f"SELECT file_id, imported_at, used, duplicate, skipped, rejected {alike} AND sha256 = ?",
            [*known, arrival.sha256()],
        ).fetchall()
        if not rows:
            return None
        file_id, moment, used, duplicate, skipped, rejected = rows[0]
        rejects = self.con.execute(
            "SELECT line, reason, excerpt FROM rejects WHERE file_id = ? ORDER BY line", [file_id]
        ).fetchall()
        return Outcome(
            self.arrival.lines, 0, used + duplicate, skipped, rejected,
            rejects=tuple(Reject(*row) for row in rejects), notes=(f"imported before, on {moment:%Y-%m-%d}",),
        )

    def _stage(self) -> Clean:
        """The file as typed rows in a temporary table, by the fast way if that works, else through the front end."""
        source, zone, plain = self.arrival.source, self.settings.zone, self.arrival.plain
        if plain is not None:
            rows = self.arrival.lines - plain.layout.first_row
            try:
                load.stage(self.con, source, plain, zone, key=self.key, expected=rows)
            except (load.NotPlain, duckdb.InvalidInputException, duckdb.ConversionException):
                load.drop_stage(self.con)
            else:
                return Clean(plain, rows, plain.layout.first_row)
        clean = self.arrival.clean()
        load.stage(self.con, source, clean.intake, zone, key=self.key, expected=clean.rows)
        return clean

    def _import(self, staged: Clean) -> Outcome:
        source, intake = self.arrival.source, staged.intake
        file_id = int(self.con.execute("SELECT coalesce(max(file_id), 0) + 1 FROM files").fetchall()[0][0])
        first = not self._knows(self.arrival.system)
        self._check_zone(intake)
        loaded = load.append(
            self.con, source, intake.layout, numbered=intake.numbered, file_id=file_id,
            settings=self.settings, key=self.key,
        )
        load.drop_stage(self.con)
        rejects = tuple(sorted((*staged.rejects, *loaded.rejects), key=lambda reject: reject.line))
        outcome = Outcome(
            self.arrival.lines, loaded.used, loaded.duplicate, staged.skipped + loaded.skipped, len(rejects),
            rejects=rejects, flags=loaded.flags, notes=staged.notes,
        )
        _check_balance(self.arrival, outcome)
        _check_limit(self.arrival, outcome)
        self._book(outcome, file_id)
        tables = {}
        if loaded.used:
            batch = Batch(source, self.arrival.system, file_id, first)
            tables = derive(self.con, batch, self.sources, self.settings)
        return replace(outcome, tables=tables)

    def _knows(self, system: str) -> bool:
        known = self.con.execute("SELECT count(*) FROM files WHERE system = ? AND used > 0", [system]).fetchall()
        return bool(known[0][0])

    def _check_zone(self, intake: Intake) -> None:
        check = self.arrival.source.check_zone and self.arrival.source.check_zone(intake.layout, self.settings.zone)
        if not check:
            return
        compared, contradicting = self.con.execute(check).fetchall()[0]
        if compared and contradicting * 2 > compared:
            fits = f" ({self.arrival.fits} would fit)" if self.arrival.fits else ""
            raise SourceError(
                f"{contradicting} of {compared} call ids say that its times are not in {self.settings.zone.name}",
                where=self.arrival.name,
                fix=f"name the zone of the export with --tz{fits}, into a new --store if this one has days",
            )

    def _book(self, outcome: Outcome, file_id: int) -> None:
        arrival, records = self.arrival, self.arrival.source.records
        if "tz" not in schema.meta(self.con):
            schema.put_meta(self.con, "tz", self.settings.zone.name)
            schema.put_meta(self.con, "day_start", self.settings.site.day_start)
        first, last = self.con.execute(
            f"SELECT min({records.at}), max({records.at}) FROM {records.name} WHERE file_id = ?", [file_id]
        ).fetchall()[0]
        self.con.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [file_id, arrival.name, arrival.size, arrival.sha256(), arrival.source.name, records.name, arrival.system,
             arrival.recipe, json.dumps(dict(arrival.source.lacks)), self.settings.zone.name, outcome.lines,
             outcome.used, outcome.duplicate, outcome.skipped, outcome.rejected, first, last,
             datetime.now(UTC).replace(tzinfo=None, microsecond=0)],
        )
        if outcome.rejects:
            lines = pl.DataFrame(
                [(file_id, r.line, r.reason, r.excerpt) for r in outcome.rejects],
                schema=["file_id", "line", "reason", "excerpt"], orient="row",
            )
            self.con.register("new_rejects", Stream(lines))
            self.con.execute("INSERT INTO rejects SELECT * FROM new_rejects")
            self.con.unregister("new_rejects")
        for flag, (n, line) in outcome.flags.items():
            self.con.execute("INSERT INTO flags VALUES (?, ?, ?, ?)", [file_id, flag, n, line])


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
