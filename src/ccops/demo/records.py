"""What a day leaves behind: calls with their visits and legs, agents' sessions, and the lines of the queue log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ccops.demo.centre import QUEUE, Agent, Queue
from ccops.demo.roster import Pause, Shift


class LogLine(NamedTuple):
    """A line of Asterisk's queue_log; `at` is in epoch seconds."""

    at: int
    callid: str
    queue: str
    agent: str
    verb: str
    data: tuple[str, ...] = ()

    def text(self) -> str:
        return "|".join((str(self.at), self.callid, self.queue, self.agent, self.verb, *self.data))


@dataclass(slots=True, eq=False)
class Leg:
    """A stretch of a call as the switch bills it: one row of the CDR. `party` is the other channel, if any."""

    app: str
    data: str
    extension: str
    context: str
    started: int
    ended: int
    party: str = ""
    connected: bool = True


@dataclass(slots=True, eq=False)
class Call:
    """One contact. An empty caller withheld the number; `menu` says how a call ended that met no queue."""

    uniqueid: str
    caller: str
    started: int
    channel: str
    queue: str = ""  # what the caller wanted
    attempt: int = 1
    direction: str = "in"
    agent: str = ""  # who dialled an outbound call
    menu: str = ""
    ended: int = 0
    visits: list[Visit] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)

    @property
    def on_asterisk(self) -> bool:
        """Whether the call came in on the switch that writes queue_log and Master.csv."""
        return self.queue != "" and QUEUE[self.queue].switch == "asterisk"


@dataclass(slots=True, eq=False)
class Visit:
    """One entry of a call into a queue. Waits and talk are whole seconds, as the switch's clock has them."""

    call: Call
    queue: Queue
    entered: int
    position: int
    outcome: str = "open"
    phase: str = ""
    answered: int | None = None
    ended: int = 0
    ring_s: int | None = None
    talk_s: int | None = None
    hold_s: int | None = None
    wrap_s: int | None = None
    agent: Agent | None = None
    released_by: str = ""
    transferred: bool = False
    seat: Seat | None = None  # whose phone is ringing, since when, and how often that has changed
    rung_at: int = 0
    turn: int = 0

    @property
    def wait_s(self) -> int:
        """From entering to the answer, or to leaving without one (so far: none, while it is open)."""
        until = self.answered if self.answered is not None else self.ended
        return until - self.entered


@dataclass(slots=True, eq=False)
class Session:
    """An agent's time on the switch, from login to logout, with its pauses by reason in seconds."""

    agent: Agent
    login: int
    logout: int = 0
    aux_s: dict[str, int] = field(default_factory=dict)
    pauses: list[tuple[str, int, int]] = field(default_factory=list)  # reason, from, to, as they were taken


@dataclass(slots=True, eq=False)
class Seat:
    """An agent as the switch sees them. Breaks and leaving wait until the call in hand is done."""

    agent: Agent
    state: str = "offline"  # offline, free, busy, paused
    since: int = 0
    due: list[Pause] = field(default_factory=list)
    leaving: bool = False
    session: Session | None = None


@dataclass(slots=True, eq=False)
class Day:
    """Everything that happened on one local day; `midnight`, in epoch seconds, is where its clock counts from."""

    on: date
    midnight: int
    log: list[LogLine] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    rang_out: dict[str, int] = field(default_factory=dict)  # per agent: calls they let ring out
    rang_off: dict[str, int] = field(default_factory=dict)  # per agent: callers who hung up while it rang
    rota: list[Shift] = field(default_factory=list)  # what was planned, absences included
