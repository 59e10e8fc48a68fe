"""The people on the floor: who is signed in, free, busy with a call, on a break, about to leave."""

from __future__ import annotations

from collections.abc import Callable

from ccops.demo.agenda import Agenda
from ccops.demo.centre import HOUR, QUEUE
from ccops.demo.records import Day, LogLine, Seat, Session
from ccops.demo.roster import Pause, Shift


class Floor:
    """The seats of one day, and what signing in, pausing and leaving write to the queue log.

    `serve(seat)` is called when an agent has nothing to do, `deserted(queue)` when the last agent of a queue left.
    """

    def __init__(self, day: Day, agenda: Agenda, serve: Callable[[Seat], None],
                 deserted: Callable[[str], None]) -> None:
        self._day, self._agenda, self._serve, self._deserted = day, agenda, serve, deserted
        self._seats: dict[str, list[Seat]] = {name: [] for name in QUEUE}

    def plan(self, shift: Shift) -> None:
        """Put a shift on the agenda."""
        seat, at, midnight = Seat(shift.agent), self._agenda.at, self._day.midnight
        at(midnight + shift.login, self._sign_in, seat)
        at(midnight + shift.logout, self._leave, seat)
        for pause in shift.pauses:
            at(midnight + pause.at, self._pause_due, seat, pause)
        if shift.away:
            gone, back = shift.away
            at(midnight + gone, self._leave, seat)
            if back < shift.logout - HOUR // 2:
                at(midnight + back, self._sign_in, seat)

    def free(self, queue: str) -> Seat | None:
        """The seat that rings next: the queue's own people first, then whoever has been idle longest."""
        free = [seat for seat in self._seats[queue] if seat.state == "free"]
        return min(free, key=lambda s: (s.agent.queues.index(queue), s.since, s.agent.id)) if free else None

    def staffed(self, queue: str) -> bool:
        """Whether anybody is signed in to the queue, on a break or not."""
        return bool(self._seats[queue])

    def ready(self, seat: Seat) -> None:
        """The agent has nothing in hand: leave, take the break that is due, or take the next caller."""
        seat.state, seat.since = "free", self._agenda.now
        if seat.leaving:
            self._sign_out(seat)
        elif seat.due:
            self._pause(seat, seat.due.pop(0))
        else:
            self._serve(seat)

    def _sign_in(self, seat: Seat) -> None:
        if seat.state != "offline":
            return
        seat.session = Session(seat.agent, self._agenda.now)
        self._day.sessions.append(seat.session)
        for queue in seat.agent.queues:
            self._seats[queue].append(seat)
        self._write(seat, "ADDMEMBER", "")
        self.ready(seat)

    def _leave(self, seat: Seat) -> None:
        """Time to go: at once, or after the call or the break in hand."""
        seat.leaving = seat.state != "offline"
        if seat.state == "free":
            self.ready(seat)

    def _sign_out(self, seat: Seat) -> None:
        _session(seat).logout = self._agenda.now
        seat.state, seat.session, seat.leaving = "offline", None, False
        seat.due.clear()
        for queue in seat.agent.queues:
            self._seats[queue].remove(seat)
        self._write(seat, "REMOVEMEMBER", "")
        for queue in seat.agent.queues:
            if not self.staffed(queue):
                self._deserted(queue)

    def _pause_due(self, seat: Seat, pause: Pause) -> None:
        if seat.state != "offline":
            seat.due.append(pause)
        if seat.state == "free":
            self.ready(seat)

    def _pause(self, seat: Seat, pause: Pause) -> None:
        seat.state = "paused"
        self._write(seat, "PAUSE", pause.reason)
        self._agenda.after(pause.seconds, self._unpause, seat, pause)

    def _unpause(self, seat: Seat, pause: Pause) -> None:
        aux = _session(seat).aux_s
        aux[pause.reason] = aux.get(pause.reason, 0) + pause.seconds
        now = self._agenda.now
        _session(seat).pauses.append((pause.reason, now - pause.seconds, now))
        self._write(seat, "UNPAUSE", pause.reason)
        self.ready(seat)

    def _write(self, seat: Seat, verb: str, data: str) -> None:
        """One line per queue. Asterisk writes PAUSEALL as well, and before them, without the reason."""
        queues = [queue for queue in seat.agent.queues if QUEUE[queue].switch == "asterisk"]
        now, name = self._agenda.now, seat.agent.interface
        if queues and verb.endswith("PAUSE"):
            self._day.log.append(LogLine(now, "NONE", "NONE", name, f"{verb}ALL", ("",)))
        self._day.log += [LogLine(now, "MANAGER", queue, name, verb, (data,)) for queue in queues]


def _session(seat: Seat) -> Session:
    if seat.session is None:
        raise AssertionError(f"{seat.agent.id} is not signed in")
    return seat.session
