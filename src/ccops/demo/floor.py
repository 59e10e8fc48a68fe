"""The people on the floor: who is signed in, free, ringing, talking, on a break, about to leave."""

from __future__ import annotations

from ccops.demo.centre import QUEUE
from ccops.demo.records import Day, LogLine, Seat, Session


class Floor:
    """The seats of one day, and what signing in, pausing and leaving write to the queue log."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._seats: dict[str, list[Seat]] = {name: [] for name in QUEUE}

    def free(self, queue: str) -> Seat | None:
        """The seat that rings next: the queue's own people first, then whoever has been idle longest."""
        free = [seat for seat in self._seats[queue] if seat.state == "free"]
        return min(free, key=lambda s: (s.agent.queues.index(queue), s.since, s.agent.id)) if free else None

    def staffed(self, queue: str) -> bool:
        """Whether anybody is signed in to the queue, on a break or not."""
        return bool(self._seats[queue])

    def sign_in(self, seat: Seat, now: int) -> None:
        seat.state, seat.since, seat.leaving = "free", now, False
        seat.session = Session(seat.agent, now)
        self._day.sessions.append(seat.session)
        for queue in seat.agent.queues:
            self._seats[queue].append(seat)
        self._write(seat, now, "ADDMEMBER", "")

    def sign_out(self, seat: Seat, now: int) -> None:
        if seat.session is None:
            raise AssertionError(f"{seat.agent.id} signs out without having signed in")
        seat.session.logout = now
        seat.state, seat.session, seat.leaving = "offline", None, False
        for queue in seat.agent.queues:
            self._seats[queue].remove(seat)
        self._write(seat, now, "REMOVEMEMBER", "")

    def pause(self, seat: Seat, reason: str, now: int) -> None:
        seat.state, seat.since, seat.reason = "paused", now, reason
        self._write(seat, now, "PAUSE", reason)

    def unpause(self, seat: Seat, now: int) -> None:
        if seat.session is None:
            raise AssertionError(f"{seat.agent.id} ends a break without being signed in")
        aux = seat.session.aux_s
        aux[seat.reason] = aux.get(seat.reason, 0) + now - seat.since
        seat.state = "free"
        self._write(seat, now, "UNPAUSE", seat.reason)

    def _write(self, seat: Seat, now: int, verb: str, data: str) -> None:
        """One line per queue. Asterisk writes PAUSEALL as well, and before them, without the reason."""
        queues = [queue for queue in seat.agent.queues if QUEUE[queue].switch == "asterisk"]
        if not queues:
            return
        name = seat.agent.interface
        if verb.endswith("PAUSE"):
            self._day.log.append(LogLine(now, "NONE", "NONE", name, f"{verb}ALL", ("",)))
        for queue in queues:
            self._day.log.append(LogLine(now, "MANAGER", queue, name, verb, (data,)))
