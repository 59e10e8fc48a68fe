"""A day as Asterisk writes it: lines of queue_log, and rows of Master.csv with all 21 columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ccops.clock import Zone
from ccops.demo.records import Call, Day, Leg

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_DIAL_S = 6  # an outbound call rings this long before it is answered


def queue_log(day: Day) -> str:
    """The day's part of queue_log."""
    return "".join(f"{line.text()}\n" for line in day.log)


def master_csv(day: Day, zone: Zone) -> str:
    """The day's part of Master.csv, in local time, written when each call has ended."""
    calls = [call for call in day.calls if call.legs and (call.agent or call.on_asterisk)]
    calls.sort(key=lambda call: (call.ended, int(call.uniqueid.partition(".")[2])))
    return "".join(f"{row}\n" for call in calls for row in _rows(call, zone))


def local(at: int, zone: Zone) -> str:
    """Epoch seconds as the site's wall clock."""
    return str(_EPOCH + timedelta(seconds=at + zone.offset_at(at)))


def _rows(call: Call, zone: Zone) -> Iterator[str]:
    source = call.agent or call.caller or "anonymous"
    name = "Anonymous" if source == "anonymous" else source
    for sequence, leg in enumerate(call.legs, 1):
        answered = _answered(call, leg)
        yield ",".join((
            _quoted(""), _quoted(source), _quoted(leg.extension), _quoted(leg.context),
            _quoted(f'"{name}" <{source}>'), _quoted(call.channel), _quoted(leg.party), _quoted(leg.app),
            _quoted(leg.data), _quoted(local(leg.started, zone)),
            _quoted("" if answered is None else local(answered, zone)), _quoted(local(leg.ended, zone)),
            str(leg.ended - leg.started), str(0 if answered is None else leg.ended - answered),
            _quoted("NO ANSWER" if answered is None else "ANSWERED"), _quoted("DOCUMENTATION"),
            _quoted(call.uniqueid), _quoted(""), _quoted(""), _quoted(call.uniqueid), str(sequence),
        ))


def _answered(call: Call, leg: Leg) -> int | None:
    """When the leg was answered: the switch itself picks up an inbound call, whoever talks later."""
    if not leg.connected:
        return None
    if call.direction == "out":
        return min(leg.started + _DIAL_S, leg.ended)
    return min(leg.started + (leg.started == call.started), leg.ended)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
