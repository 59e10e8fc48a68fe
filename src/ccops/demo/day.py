"""One day on the floor, event by event in whole seconds.

A caller passes the voice menu, waits first come first served, rings at the longest idle agent of the queue, and is
answered, gives up, presses a key, or waits too long. What the switch would log is logged as it happens; nothing is
reconstructed afterwards.
"""

from __future__ import annotations

from datetime import date
from random import Random

from ccops.demo.agenda import Agenda, Channels
from ccops.demo.callers import Arrival, Callers
from ccops.demo.centre import CLOSES, HOUR, QUEUE, Lognormal, Queue
from ccops.demo.desk import Desk
from ccops.demo.floor import Floor
from ccops.demo.records import Call, Day, Leg, LogLine, Seat, Visit
from ccops.demo.roster import Shift

_RING_LIMIT_S = 15
_SWITCH_WRAP_S = 12  # the switch sends no call for so long after one; its log does not show it
_HASTY, _HANGS_UP_IN_MENU, _SERVED_BY_MENU = 0.03, 0.04, 0.07
_HANGS_UP_IN_ANNOUNCEMENT = 0.006
_REDIALS, _CALLS_AGAIN, _CALLED_BACK, _LEAVES_MESSAGE = 0.45, 0.09, 0.25, 0.6
_BLIND, _ATTENDED, _CALLER_ENDS = 0.025, 0.010, 0.7
_TRANSFER_TO = {"sales": "service", "service": "billing", "billing": "service"}
_EXPERTS = ("3001", "3002", "3003")
_MENU = Lognormal(14, 0.5)
_EXPERT_TALK = Lognormal(150, 0.6)


class Simulation:
    """Runs one day. `channels` numbers the switch's channels and goes on from day to day."""

    def __init__(self, on: date, midnight: int, rng: Random, callers: Callers, channels: Channels) -> None:
        self._on, self._rng, self._callers, self._channels = on, rng, callers, channels
        self._day = Day(on, midnight)
        self._agenda = Agenda(midnight)
        self._floor = Floor(self._day, self._agenda, self._next_for, self._desert)
        self._desk = Desk(self._day, self._agenda, channels, rng)
        self._waiting: dict[str, list[Visit]] = {name: [] for name in QUEUE}

    def run(self, shifts: list[Shift], arrivals: list[Arrival]) -> Day:
        """The day's records, in the order in which they were written."""
        midnight = self._day.midnight
        if self._on.weekday() == 6:  # the weekly restart, when nobody is there
            self._day.log.append(LogLine(midnight + 4 * HOUR, "NONE", "NONE", "NONE", "QUEUESTART", ("",)))
        for shift in shifts:
            self._floor.plan(shift)
        for arrival in arrivals:
            self._agenda.at(midnight + arrival.at, self._arrive, arrival)
        self._agenda.run()
        return self._day

    @property
    def _now(self) -> int:
        return self._agenda.now

    def _log(self, visit: Visit, verb: str, *data: object, seat: Seat | None = None) -> None:
        if visit.queue.switch == "asterisk":
            name = seat.agent.interface if seat else "NONE"
            texts = tuple(str(value) for value in data)
            self._day.log.append(LogLine(self._now, visit.call.uniqueid, visit.queue.name, name, verb, texts))

    def _next_for(self, seat: Seat) -> None:
        waiting = [v for name in seat.agent.queues for v in self._waiting[name] if v.seat is None]
        if waiting:
            self._ring(min(waiting, key=lambda v: (v.entered, v.call.uniqueid)), seat)

    # A caller's way to the queue

    def _arrive(self, arrival: Arrival) -> None:
        queue = QUEUE[arrival.queue]
        uniqueid, channel = self._channels.open("trunk", self._now)
        call = Call(uniqueid, arrival.caller, self._now, channel, arrival.queue, arrival.attempt)
        self._day.calls.append(call)
        if queue.switch != "asterisk":
            self._enter(call, queue)  # the other switch has no menu
            return
        draw, menu_s = self._rng.random(), _MENU.draw(self._rng)
        if draw < _HANGS_UP_IN_MENU:
            self._agenda.after(1 + menu_s // 2, self._end_in_menu, call, "hangup")
        elif draw < _HANGS_UP_IN_MENU + _SERVED_BY_MENU:
            self._agenda.after(25 + menu_s, self._end_in_menu, call, "served")
        else:
            self._agenda.after(menu_s, self._enter, call, queue)

    def _end_in_menu(self, call: Call, how: str) -> None:
        call.menu, call.ended = how, self._now
        app, sound = ("BackGround", "main-menu") if how == "hangup" else ("Playback", "account-balance")
        call.legs.append(Leg(app, sound, "s", "ivr-main", call.started, self._now))

    def _enter(self, call: Call, queue: Queue) -> None:
        line = self._waiting[queue.name]
        visit = Visit(call, queue, self._now, len(line) + 1)
        if not call.visits:
            self._log(visit, "DID", "4000005550")
        call.visits.append(visit)
        line.append(visit)
        self._log(visit, "ENTERQUEUE", "", call.caller or "anonymous", visit.position)
        if not self._floor.staffed(queue.name):
            self._exit_empty(visit)
            return
        hasty = self._rng.random() < _HASTY  # misdialled, or changed their mind
        patience = 1 + int(8 * self._rng.random()) if hasty else queue.patience.draw(self._rng)
        self._agenda.after(patience, self._abandon, visit)
        self._agenda.after(queue.max_wait_s, self._time_out, visit)
        if self._rng.random() < queue.key_exit:
            self._agenda.after(45 + int(60 * self._rng.random()), self._press_key, visit)
        seat = self._floor.free(queue.name)
        if seat:
            self._ring(visit, seat)

    # Ringing and talking

    def _ring(self, visit: Visit, seat: Seat) -> None:
        seat.state = "busy"
        visit.seat, visit.rung_at, visit.turn = seat, self._now, visit.turn + 1
        channel, party = self._channels.open(seat.agent.id, self._now)
        self._queue_leg(visit, party)
        if self._rng.random() < seat.agent.misses:
            self._agenda.after(_RING_LIMIT_S, self._ring_out, visit, visit.turn)
        else:
            self._agenda.after(2 + int(7 * self._rng.random() ** 2), self._answer, visit, visit.turn, channel)

    def _ring_out(self, visit: Visit, turn: int) -> None:
        if visit.turn != turn or visit.seat is None:
            return
        self._log(visit, "RINGNOANSWER", _RING_LIMIT_S * 1000, seat=visit.seat)
        _count(self._day.rang_out, visit.seat)
        self._give_back(visit)
        another = self._floor.free(visit.queue.name)
        if another:
            self._ring(visit, another)

    def _give_back(self, visit: Visit, connected: bool = False) -> None:
        """The phone stops ringing without an answer; the agent gets no call for a moment."""
        seat = visit.seat
        if seat is None:
            raise AssertionError(f"nobody is being rung for {visit.call.uniqueid}")
        leg = visit.call.legs[-1]
        leg.ended, leg.connected = self._now, connected
        visit.seat, visit.turn = None, visit.turn + 1
        self._agenda.after(_SWITCH_WRAP_S, self._floor.ready, seat)

    def _answer(self, visit: Visit, turn: int, channel: str) -> None:
        seat = visit.seat
        if visit.turn != turn or seat is None:
            return
        visit.ring_s = self._now - visit.rung_at
        visit.turn += 1
        if visit.queue.announcement and self._rng.random() < _HANGS_UP_IN_ANNOUNCEMENT:
            self._waiting[visit.queue.name].remove(visit)
            self._agenda.after(1 + int(3 * self._rng.random()), self._hang_up_in_announcement, visit, seat)
            return
        visit.outcome, visit.answered, visit.agent = "answered", self._now, seat.agent
        self._waiting[visit.queue.name].remove(visit)
        self._log(visit, "CONNECT", visit.wait_s, channel, visit.ring_s, seat=seat)
        queue = visit.queue
        talk = queue.talk.draw(self._rng, seat.agent.pace)
        if queue.hold:
            visit.hold_s = queue.hold.draw(self._rng) if self._rng.random() < 0.3 else 0
            talk += visit.hold_s
        if queue.wrap:
            visit.wrap_s = queue.wrap.draw(self._rng)
        self._agenda.after(talk, self._complete, visit, seat)

    def _complete(self, visit: Visit, seat: Seat) -> None:
        call, how = visit.call, self._rng.random()
        talk = self._now - (visit.answered or 0)
        visit.talk_s, visit.ended = talk - (visit.hold_s or 0), self._now
        call.legs[-1].ended = call.ended = self._now
        times = (visit.wait_s, talk, visit.position)
        self._agenda.after(_SWITCH_WRAP_S if visit.wrap_s is None else visit.wrap_s, self._floor.ready, seat)
        onward = _TRANSFER_TO.get(visit.queue.name)
        if onward and how < _BLIND and len(call.visits) < 3:
            visit.transferred, visit.released_by = True, "agent"
            self._log(visit, "BLINDTRANSFER", QUEUE[onward].extension, "ext-queues", *times, seat=seat)
            self._enter(call, QUEUE[onward])
            return
        if onward and how > 1 - _ATTENDED:
            visit.transferred, visit.released_by = True, "agent"
            bridge = f"{self._rng.getrandbits(128):032x}"
            self._log(visit, "ATTENDEDTRANSFER", "BRIDGE", bridge, *times, seat=seat)
            self._consult_leg(call)
        else:
            visit.released_by = "customer" if self._rng.random() < _CALLER_ENDS else "agent"
            verb = "COMPLETECALLER" if visit.released_by == "customer" else "COMPLETEAGENT"
            self._log(visit, verb, *times, seat=seat)
        if call.caller and self._rng.random() < _CALLS_AGAIN:
            self._callers.calls_again(self._on, call.caller, call.queue, self._now - self._day.midnight, self._rng)

    # Leaving without an answer

    def _abandon(self, visit: Visit) -> None:
        if visit not in self._waiting[visit.queue.name]:
            return
        visit.phase = "ring" if visit.seat else "queue"
        if visit.seat:
            self._log(visit, "RINGCANCELED", (self._now - visit.rung_at) * 1000, seat=visit.seat)
            _count(self._day.rang_off, visit.seat)
        place = self._quit(visit, "abandoned", "customer")
        self._log(visit, "ABANDON", place, visit.position, visit.wait_s)
        self._lost(visit)

    def _hang_up_in_announcement(self, visit: Visit, seat: Seat) -> None:
        self._give_back(visit, connected=True)
        visit.outcome, visit.phase, visit.released_by = "abandoned", "announcement", "customer"
        visit.agent, visit.ended = seat.agent, self._now
        visit.call.ended = self._now
        self._log(visit, "ABANDON", 1, visit.position, visit.wait_s, seat=seat)
        self._lost(visit)

    def _time_out(self, visit: Visit) -> None:
        if visit not in self._waiting[visit.queue.name]:
            return
        if visit.seat:  # the switch lets a phone that is ringing ring out first
            self._agenda.after(1, self._time_out, visit)
            return
        place = self._quit(visit, "timeout", "system")
        self._log(visit, "EXITWITHTIMEOUT", place, visit.position, visit.wait_s)
        call = visit.call
        if visit.queue.overflow_to:
            self._enter(call, QUEUE[visit.queue.overflow_to])
        elif visit.queue.switch == "asterisk" and self._rng.random() < _LEAVES_MESSAGE:
            call.ended = self._now + 15 + int(45 * self._rng.random())
            call.legs.append(Leg("VoiceMail", "100@default,u", "vmu100", "ext-local", self._now, call.ended))

    def _press_key(self, visit: Visit) -> None:
        if visit in self._waiting[visit.queue.name] and visit.seat is None:
            place = self._quit(visit, "exit_key", "customer")
            self._log(visit, "EXITWITHKEY", 1, place, visit.position, visit.wait_s)
            self._desk.ring_back(visit.call.caller)

    def _desert(self, queue: str) -> None:
        for visit in list(self._waiting[queue]):
            self._exit_empty(visit)

    def _exit_empty(self, visit: Visit) -> None:
        place = self._quit(visit, "exit_empty", "system")
        self._log(visit, "EXITEMPTY", place, visit.position, visit.wait_s)

    def _quit(self, visit: Visit, outcome: str, released_by: str) -> int:
        """The caller leaves the queue unanswered; gives the place that they had."""
        line = self._waiting[visit.queue.name]
        place = line.index(visit) + 1
        line.remove(visit)
        if visit.seat:
            self._give_back(visit)
        else:
            self._queue_leg(visit)
        visit.outcome, visit.released_by, visit.ended = outcome, released_by, self._now
        visit.call.ended = self._now
        return place

    def _lost(self, visit: Visit) -> None:
        """Some who gave up dial again within minutes, some are called back."""
        call = visit.call
        if not call.caller:
            return
        soon = self._now + 20 + round(self._rng.expovariate(1 / 240))
        if self._rng.random() < _REDIALS and call.attempt < 4 and soon < self._day.midnight + CLOSES:
            again = Arrival(soon - self._day.midnight, call.caller, call.queue, call.attempt + 1)
            self._agenda.at(soon, self._arrive, again)
        elif visit.queue.switch == "asterisk" and self._rng.random() < _CALLED_BACK:
            self._desk.ring_back(call.caller)

    # Legs that only the CDR shows

    def _queue_leg(self, visit: Visit, party: str = "") -> None:
        legs, queue = visit.call.legs, visit.queue
        begins = legs[-1].ended if legs else visit.call.started
        legs.append(Leg("Queue", f"{queue.name},t,,,{queue.max_wait_s}", queue.extension, "ext-queues",
                        begins, self._now, party))

    def _consult_leg(self, call: Call) -> None:
        expert = self._rng.choice(_EXPERTS)
        _, party = self._channels.open(expert, self._now)
        call.ended = self._now + _EXPERT_TALK.draw(self._rng)
        call.legs.append(Leg("Dial", f"PJSIP/{expert},20", expert, "from-internal", self._now, call.ended, party))


def _count(rings: dict[str, int], seat: Seat) -> None:
    rings[seat.agent.id] = rings.get(seat.agent.id, 0) + 1
