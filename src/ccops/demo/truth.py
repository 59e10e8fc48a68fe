"""What is true of the synthetic centre, counted from what happened in it and never from the files it wrote.

All durations are whole seconds. A visit counts on the local day on which it entered its queue, as reports count it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from operator import eq

from ccops.demo.centre import PLANTED_SILOS, SHORT_S, WITHIN_S
from ccops.demo.crm import PLANTED_REASON
from ccops.demo.listening import LENIENT, PLANTED_EVALUATOR
from ccops.demo.money import PLANTED_TARIFF
from ccops.demo.personnel import PLANTED_SHIFT
from ccops.demo.records import Day, Visit
from ccops.demo.roster import PLANTED_LUNCH, Shift
from ccops.demo.served import Served


@dataclass
class QueueDay:
    """One queue's day. `offered` is the sum of answered, the three abandons and the three flow-outs."""

    day: date
    queue: str
    offered: int = 0
    answered: int = 0
    answered_within_20: int = 0
    abandoned_queue: int = 0
    abandoned_ring: int = 0
    abandoned_announcement: int = 0
    short_abandoned: int = 0  # of the abandons, those who waited less than 5 s
    timeout: int = 0
    exit_key: int = 0
    exit_empty: int = 0
    transferred: int = 0  # of the answered, those that the agent passed on
    wait_answered_s: int = 0
    wait_abandoned_s: int = 0
    max_wait_s: int = 0  # over answered and abandoned
    talk_s: int = 0
    hold_s: int | None = None  # None: the switch's exports do not show it
    acw_s: int | None = None

    @property
    def abandoned(self) -> int:
        return self.abandoned_queue + self.abandoned_ring + self.abandoned_announcement

    def add(self, visit: Visit) -> None:
        self.offered += 1
        name = f"abandoned_{visit.phase}" if visit.outcome == "abandoned" else visit.outcome
        setattr(self, name, getattr(self, name) + 1)
        if visit.outcome == "answered":
            self.answered_within_20 += visit.wait_s <= WITHIN_S
            self.wait_answered_s += visit.wait_s
            self.transferred += visit.transferred
            self.talk_s += visit.talk_s or 0
            if visit.hold_s is not None:
                self.hold_s = (self.hold_s or 0) + visit.hold_s
            if visit.wrap_s is not None:
                self.acw_s = (self.acw_s or 0) + visit.wrap_s
        if visit.outcome == "abandoned":
            self.short_abandoned += visit.wait_s < SHORT_S
            self.wait_abandoned_s += visit.wait_s
        if visit.outcome in ("answered", "abandoned"):
            self.max_wait_s = max(self.max_wait_s, visit.wait_s)


@dataclass
class AgentDay:
    """One agent's day. What the export of the vip queue's switch does not show is None for its agents."""

    day: date
    agent: str
    answered: int = 0
    talk_s: int = 0
    rang_out: int | None = None  # calls that rang at the agent and were not answered
    rang_off: int | None = None  # calls whose caller hung up while they rang at the agent
    login_s: int | None = None
    aux_s: dict[str, int] | None = None


@dataclass
class PlanDay:
    """What was planned for one agent's day, and how much of it the agent kept to, second by second.

    `adherent_s` is time in the planned activity, `worked_s` time signed in and not on a pause, planned or not. Both are
    None for agents of the vip queue's switch, whose export has no sign-ins; an absent agent has 0.
    """

    day: date
    agent: str
    absent: bool
    scheduled_s: int
    scheduled_work_s: int
    adherent_s: int | None = None
    worked_s: int | None = None


@dataclass
class ContactDay:
    """The callers' day. Contacts are inbound calls, those that met no queue included."""

    day: date
    contacts: int = 0
    ended_in_menu: int = 0
    served_by_menu: int = 0
    withheld: int = 0
    unique_callers: int = 0
    outbound: int = 0


@dataclass
class Truth:
    """Everything that a report on the demo must say."""

    seed: int
    tz: str
    first_day: date
    last_day: date
    bad_day: date
    queues: list[QueueDay] = field(default_factory=list)
    agents: list[AgentDay] = field(default_factory=list)
    plans: list[PlanDay] = field(default_factory=list)
    contacts: list[ContactDay] = field(default_factory=list)
    unique_callers: int = 0
    lines: dict[str, int] = field(default_factory=dict)  # physical lines per exported file
    planted: dict[str, object] = field(default_factory=dict)  # what a good analyst would find
    _callers: set[str] = field(default_factory=set, repr=False)

    def queue(self, name: str, day: date) -> QueueDay:
        """One queue's day. Raises KeyError when nobody called it then."""
        for row in self.queues:
            if (row.queue, row.day) == (name, day):
                return row
        raise KeyError((name, day))

    def add(self, day: Day) -> None:
        """Count one day."""
        queues: dict[str, QueueDay] = {}
        people: dict[str, AgentDay] = {}
        contacts = ContactDay(day.on)
        callers: set[str] = set()
        for call in day.calls:
            if call.direction == "out":
                contacts.outbound += 1
                continue
            contacts.contacts += 1
            contacts.ended_in_menu += call.menu == "hangup"
            contacts.served_by_menu += call.menu == "served"
            contacts.withheld += not call.caller
            callers |= {call.caller} - {""}
            for visit in call.visits:
                queues.setdefault(visit.queue.name, QueueDay(day.on, visit.queue.name)).add(visit)
                if visit.outcome == "answered" and visit.agent:
                    person = people.setdefault(visit.agent.id, AgentDay(day.on, visit.agent.id))
                    person.answered += 1
                    person.talk_s += visit.talk_s or 0
        for session in day.sessions:
            person = people.setdefault(session.agent.id, AgentDay(day.on, session.agent.id))
            if session.agent.on_asterisk:
                person.rang_out = day.rang_out.get(person.agent, 0)
                person.rang_off = day.rang_off.get(person.agent, 0)
                person.login_s = (person.login_s or 0) + session.logout - session.login
                person.aux_s = dict(sorted((Counter(person.aux_s or {}) + Counter(session.aux_s)).items()))
        contacts.unique_callers = len(callers)
        self._callers |= callers
        self.unique_callers = len(self._callers)
        self.queues += [queues[name] for name in sorted(queues)]
        self.agents += [people[name] for name in sorted(people)]
        self.plans += sorted((_kept(day, shift) for shift in day.rota), key=lambda plan: plan.agent)
        self.contacts.append(contacts)

    def plant(self, calls: Sequence[Served], why: Sequence[str]) -> None:
        """What is wrong with the centre on purpose, with its figures."""
        wrong = [one for one, reason in zip(calls, why, strict=True) if reason == PLANTED_REASON]
        self.planted = {
            "lunch_together": PLANTED_LUNCH, "silos": list(PLANTED_SILOS), "tariff": PLANTED_TARIFF,
            "early_leavers_shift": PLANTED_SHIFT, "lenient_evaluator": PLANTED_EVALUATOR, "lenient_by": LENIENT / 10,
            "repeat_reason": PLANTED_REASON, "repeat_reason_calls": len(wrong),
            "repeat_reason_back": sum(one.again for one in wrong),
        }

    def document(self) -> dict[str, object]:
        """The truth as plain JSON values."""
        data = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        return {"schema": "ccops.demo/1", **data}


def _kept(day: Day, shift: Shift) -> PlanDay:
    """The plan against what the agent did, second by second."""
    work, *pauses = shift.plan
    codes: dict[str, int] = {"": 0}  # a byte a second: lists of names take a third of the demo's time

    def code(activity: str) -> bytes:
        return bytes([codes.setdefault(activity, len(codes))])

    wanted = bytearray(code("work") * (work.ends - work.begins))
    for pause in pauses:
        low, high = pause.begins - work.begins, pause.ends - work.begins
        wanted[low:high] = code(pause.activity) * (high - low)
    plan = PlanDay(day.on, shift.agent.id, shift.absent, len(wanted), wanted.count(code("work")))
    if not shift.agent.on_asterisk:
        return plan
    first = day.midnight + work.begins
    done = bytearray(len(wanted))
    plan.worked_s = 0
    for session in (one for one in day.sessions if one.agent.id == shift.agent.id):
        plan.worked_s += session.logout - session.login - sum(to - since for _, since, to in session.pauses)
        for activity, since, to in (("work", session.login, session.logout), *session.pauses):
            low, high = (min(max(at - first, 0), len(done)) for at in (since, to))
            done[low:high] = code(activity) * (high - low)
    plan.adherent_s = sum(map(eq, wanted, done))
    return plan
