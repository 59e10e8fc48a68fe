"""The scope of a question and the slice of data it is asked of: the one noun that travels above the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ccops.model.tables import TABLE

if TYPE_CHECKING:
    import polars as pl

    from ccops.settings import Settings


@dataclass(frozen=True)
class Reject:
    """A line that could not be used, and why."""

    line: int
    reason: str
    excerpt: str = ""


@dataclass(frozen=True)
class Scope:
    """Which data a question is about. Days are local business days, both ends included; empty means all."""

    first_day: date | None = None
    last_day: date | None = None
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    clock: str = "arrival"

    def on(self, first: date, last: date | None = None) -> Scope:
        """The same scope on other days."""
        return replace(self, first_day=first, last_day=last or first)


Reader = Callable[[str, date | None, date | None], "pl.LazyFrame"]


@dataclass(frozen=True)
class Slice:
    """Canonical lazy frames in a scope: the one noun that travels above the store.

    `read(table, first_day, last_day)` gives a table's rows of those days with all its columns. `sources` are those
    that the data comes from; `lacks` says what none of them can support (`"queue_visits.hold_ms": "asterisk_queue_log
    has no hold"`), keyed by table or table.column, and `partly` which of them lack what others have.
    """

    scope: Scope
    settings: Settings
    read: Reader = field(repr=False)
    lacks: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    partly: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def table(self, name: str, *, before: int = 0, after: int = 0) -> pl.LazyFrame:
        """Rows of `name` in the scope, reaching `before` days back and `after` days on.

        With a reach, a column `in_scope` tells the rows of the scope's own days from the others.
        """
        import polars as pl

        scope = self.scope
        first = scope.first_day and scope.first_day - timedelta(days=before)
        last = scope.last_day and scope.last_day + timedelta(days=after)
        frame = self.read(name, first, last)
        filters = {
            "queue": scope.queues, "agent": self._agents(), "channel": scope.channels, "direction": scope.directions,
        }
        for column, wanted in filters.items():
            if wanted and column in TABLE[name].names:
                frame = frame.filter(pl.col(column).is_in(list(wanted)))
        if (before or after) and TABLE[name].at:
            inside = pl.lit(True)
            if scope.first_day:
                inside &= pl.col("day") >= scope.first_day
            if scope.last_day:
                inside &= pl.col("day") <= scope.last_day
            frame = frame.with_columns(in_scope=inside)
        return frame

    def _agents(self) -> tuple[str, ...]:
        if not self.scope.teams:
            return self.scope.agents
        members = tuple(agent for agent, team in self.settings.team_of.items() if team in self.scope.teams)
        return self.scope.agents + members or ("",)  # a team without members matches no agent, not all of them

    def on(self, first: date, last: date | None = None) -> Slice:
        """The same data on other days."""
        return replace(self, scope=self.scope.on(first, last))

    def between(self, first: date | None, last: date | None) -> Slice:
        """The same data from one day to another, both included; None is as far as it goes."""
        return replace(self, scope=replace(self.scope, first_day=first, last_day=last))

    def everyone(self) -> Slice:
        """The data of all queues, agents and teams on its days: work is shared, whoever is asked about."""
        return replace(self, scope=replace(self.scope, queues=(), agents=(), teams=()))

    @classmethod
    def of(cls, frames: Mapping[str, pl.DataFrame], scope: Scope, settings: Settings,
           lacks: Mapping[str, str] | None = None, sources: Sequence[str] = ()) -> Slice:
        """A slice over frames in memory, as tests and `ccops.kpis` build it; missing tables are empty."""
        import polars as pl

        def read(name: str, first: date | None, last: date | None) -> pl.LazyFrame:
            frame = frames[name] if name in frames else pl.DataFrame(schema=TABLE[name].schema())
            lazy = frame.lazy()
            if first is not None and TABLE[name].at:
                lazy = lazy.filter(pl.col("day") >= first)
            if last is not None and TABLE[name].at:
                lazy = lazy.filter(pl.col("day") <= last)
            return lazy

        return cls(scope, settings, read, dict(lacks or {}), tuple(sources))
