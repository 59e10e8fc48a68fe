"""The call-back desk: two people who ring lost callers back, one after the other. Only the CDR shows them."""

from __future__ import annotations

from random import Random

from ccops.demo.agenda import Agenda, Channels
from ccops.demo.centre import CALL_BACK_DESK, CLOSES, Lognormal
from ccops.demo.records import Call, Day, Leg

_TALK = Lognormal(110, 0.6)
_REACHED, _RINGS_S, _PREPARES_S, _DELAY_S = 0.75, 30, 30, 600


class Desk:
    """Its diary for one day. What it does not get to before the centre closes is never done."""

    def __init__(self, day: Day, agenda: Agenda, channels: Channels, rng: Random) -> None:
        self._day, self._agenda, self._channels, self._rng = day, agenda, channels, rng
        self._free_at = dict.fromkeys(CALL_BACK_DESK, 0)

    def ring_back(self, caller: str) -> None:
        """Plan a call to somebody whose number is known, as soon as one of the two is free."""
        reached, talk_s = self._rng.random() < _REACHED, _TALK.draw(self._rng)
        seconds = talk_s if reached else _RINGS_S
        agent = min(self._free_at, key=lambda who: (self._free_at[who], who))
        at = max(self._agenda.now + _DELAY_S, self._free_at[agent])
        if caller and at + seconds <= self._day.midnight + CLOSES:
            self._free_at[agent] = at + seconds + _PREPARES_S
            self._agenda.at(at, self._dial, agent, caller, seconds, reached)

    def _dial(self, agent: str, caller: str, seconds: int, reached: bool) -> None:
        now = self._agenda.now
        uniqueid, channel = self._channels.open(agent, now)
        _, party = self._channels.open("trunk", now)
        call = Call(uniqueid, caller, now, channel, direction="out", agent=agent, ended=now + seconds)
        call.legs.append(Leg("Dial", f"PJSIP/{caller}@trunk,{_RINGS_S}", caller, "from-internal", now, call.ended,
                             party, reached))
        self._day.calls.append(call)
