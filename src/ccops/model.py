"""The nouns: tables and their columns, the scope of a question, and the slice of data it is asked of.

Instants (`_at`) are UTC without a zone mark, durations (`_ms`) whole milliseconds so that sums are exact in any
order, `day` the local business day and `quarter` the local clock's quarter-hour (0-95) in which the row began.
Phones, ids and uniqueids are text, always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ccops.settings import PAUSES

if TYPE_CHECKING:
    import polars as pl

    from ccops.settings import Settings


class Kind(StrEnum):
    """What a column holds; the store and the frames each have one type for it."""

    TEXT = "text"
    COUNT = "count"
    DURATION = "duration"
    INSTANT = "instant"
    DAY = "day"
    FLAG = "flag"
    KEY = "key"

    @property
    def sql(self) -> str:
        """The DuckDB type."""
        return _SQL[self]

    @property
    def dtype(self) -> pl.DataType:
        """The polars type."""
        import polars as pl

        types: dict[Kind, pl.DataType] = {
            Kind.TEXT: pl.String(),
            Kind.COUNT: pl.Int64(),
            Kind.DURATION: pl.Int64(),
            Kind.INSTANT: pl.Datetime("us"),
            Kind.DAY: pl.Date(),
            Kind.FLAG: pl.Boolean(),
            Kind.KEY: pl.String(),
        }
        return types[self]


_SQL = {
    Kind.TEXT: "VARCHAR",
    Kind.COUNT: "BIGINT",
    Kind.DURATION: "BIGINT",
    Kind.INSTANT: "TIMESTAMP",
    Kind.DAY: "DATE",
    Kind.FLAG: "BOOLEAN",
    Kind.KEY: "UBIGINT",  # frames have its sixteen hex digits, as text that no spreadsheet rounds
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True)
class Table:
    """A canonical table. `at` is the instant that orders its rows and gives them their day and quarter.

    A table without one (``""``) knows no days: every question sees all of it. `planned` tables say what was agreed, not
    what happened, so they alone are no data of a day.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    at: str
    columns: tuple[Column, ...]
    planned: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def schema(self) -> dict[str, pl.DataType]:
        """Column names and polars types, in order."""
        return {column.name: column.kind.dtype for column in self.columns}


def _columns(text: str) -> tuple[Column, ...]:
    """Columns from lines of `name kind meaning`; a line indented by four goes on with the meaning above."""
    rows = (line.split(None, 2) for line in text.replace("\n    ", " ").splitlines() if line)
    return tuple(Column(name, Kind(kind), meaning) for name, kind, meaning in rows)


_PLACE = """
source   text      the source whose records made the row
file_id  count     the file of its first record (`files`)
line     count     the line of that record in that file
"""
_ORIGIN = _PLACE + """
day      day       local business day of the row's instant
quarter  count     local clock quarter-hour (0-95) of the row's instant
"""

CONTACTS = Table(
    "contacts", "one row per customer contact, however many queues and agents it met",
    key=("system", "contact_id"), at="started_at",
    columns=_columns("""
system         text     the switch
contact_id     text     the switch's id of the whole contact
channel        text     voice, chat, email, …
direction      text     in, out, internal
started_at     instant  when the contact began
ended_at       instant  when it ended; null if that was not seen
customer_key   key      keyed hash of the caller's number or id; null when unknown
customer_mask  text     the number with its middle hidden
outcome        text     answered, abandoned, connected (the switch answered; an agent is not proven), unanswered, busy,
    failed, ivr_hangup, ivr_completed, open, or a visit's flow-out
reason         text     why the customer called, if the source says
ivr_ms         duration time in the voice menu; null when the contact met none or it is not known
""" + _ORIGIN),
)

QUEUE_VISITS = Table(
    "queue_visits", "one row per entry of a contact into a queue: the grain of every queue KPI",
    key=("system", "contact_id", "queue", "nth"), at="entered_at",
    columns=_columns("""
system         text     the switch
contact_id     text     the contact
queue          text     the queue or skill group
nth            count    1 for the contact's first entry into this queue, 2 for its second, …
channel        text     voice, chat, email, …
direction      text     in, out
entered_at     instant  when the contact entered the queue
answered_at    instant  when an agent answered; null if none did
ended_at       instant  when the visit ended; null if that was not seen
wait_ms        duration from entering to the answer or to leaving; null when open
ring_ms        duration the answering agent's ringing, part of the wait
talk_ms        duration talk without hold; null when not answered or not known
hold_ms        duration hold; null when the source has none
acw_ms         duration after-call work; null when the source has none
agent          text     who answered (or was greeting, for an abandon in the announcement)
outcome        text     answered, abandoned, timeout, overflow, exit_key, exit_empty, callback, voicemail,
    withdrawn, refused, dropped, open
abandon_phase  text     queue, ring, announcement; null unless abandoned
released_by    text     customer, agent, system; who ended it
transferred    flag     the agent passed the contact on; null when the source cannot say
truncated      flag     the file began or the switch restarted in the middle of it
customer_key   key      as in contacts
""" + _ORIGIN),
)

SEGMENTS = Table(
    "segments", "one row per stretch of one agent's time on one contact, unanswered ringing included",
    key=("system", "contact_id", "nth"), at="started_at",
    columns=_columns("""
system       text      the switch
contact_id   text      the contact
nth          count     order within the contact
agent        text      the agent
queue        text      the queue, if it came from one
kind         text      talk, hold, consult, wrap, no_answer (rang and was not answered)
started_at   instant   when it began
duration_ms  duration  how long it lasted; null when not known
""" + _ORIGIN),
)

AGENT_STATES = Table(
    "agent_states", "what each agent was doing: one line per agent without overlap, cut at the business day",
    key=("agent", "started_at"), at="started_at",
    columns=_columns("""
agent         text     the agent
state         text     available, ring, talk, hold, wrap, aux, offline
reason        text     the aux reason
started_at    instant  from
ended_at      instant  to
login_source  text     how the login time is known: log, inferred, roster
""" + _ORIGIN),
)

INTERVAL_STATS = Table(
    "interval_stats", "interval reports as another system computed them, kept beside our own figures",
    key=("system", "queue", "started_at", "interval_ms"), at="started_at",
    columns=_columns("""
system             text      the switch
queue              text      the queue or skill group
started_at         instant   start of the interval
interval_ms        duration  its length
offered_n          count     offered
answered_n         count     answered
abandoned_n        count     abandoned
answered_within_n  count     answered within the other system's threshold
wait_ms            duration  waiting time of answered contacts, summed
talk_ms            duration  talk, summed
hold_ms            duration  hold, summed
acw_ms             duration  after-call work, summed
login_ms           duration  signed-in time, summed over agents
available_ms       duration  ready time, summed over agents
aux_ms             duration  not-ready time, summed over agents
""" + _ORIGIN),
)

SHIFTS = Table(
    "shifts", "the published schedule: one line per agent without overlap, cut at the business day",
    key=("agent", "started_at"), at="started_at", planned=True,
    columns=_columns("""
agent       text     the agent
activity    text     off, lunch, break, meeting, training, other, work; work is scheduled to be available
queue       text     the queues that the work is planned for, parted by ;, if the schedule says
started_at  instant  from
ended_at    instant  to
overlap     flag     the same was planned twice at once, or break and lunch together: one of them shows
""" + _ORIGIN),
)

EMPLOYEES = Table(
    "employees", "who works here, as the latest list says",
    key=("agent",), at="", planned=True,
    columns=_columns("""
agent          text      the agent, as in the other tables
name           text      the person's name
team           text      the team
skills         text      queues or skills, parted by ;
contract_ms    duration  agreed working time per week
employed_from  day       first day of employment
employed_to    day       last day of employment; null while employed
""" + _PLACE),
)

TABLES: tuple[Table, ...] = (
    CONTACTS, QUEUE_VISITS, SEGMENTS, AGENT_STATES, INTERVAL_STATS, SHIFTS, EMPLOYEES,
)
TABLE = {table.name: table for table in TABLES}
# Columns that the store fills in for every canonical row; a source's SELECT leaves them out.
STORE_COLUMNS = ("source", "day", "quarter")

ANSWERED = ("answered",)
ABANDONED = ("abandoned",)
FLOW_OUTS = ("timeout", "overflow", "exit_key", "exit_empty", "callback", "voicemail")
OTHER_ENDS = ("withdrawn", "refused", "dropped")
OPEN = ("open",)
VISIT_OUTCOMES = ANSWERED + ABANDONED + FLOW_OUTS + OTHER_ENDS + OPEN
AGENT_STATE_NAMES = ("talk", "hold", "wrap", "ring", "aux", "available", "offline")  # the earlier wins an overlap
ACTIVITIES = ("off", *PAUSES, "work")  # here too: a pause is cut out of work


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
