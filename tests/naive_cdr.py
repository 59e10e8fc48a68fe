"""Legs folded one by one in plain Python, as an independent second opinion on the SELECTs of asterisk_cdr."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Contact = tuple[str, datetime, datetime | None, str | None, str | None]
Segment = tuple[str, str, str | None, str, datetime, int | None]
_RANK = {"CONGESTION": 1, "FAILED": 1, "BUSY": 2, "NO ANSWER": 3, "CANCEL": 3}
_OUTCOME = {5: "answered", 4: "connected", 3: "unanswered", 2: "busy", 1: "failed", 0: None}
_DIALLED = {"Dial", "AppDial", "AppDial2"}


@dataclass(frozen=True)
class Leg:
    contact: str
    order: tuple[int, int]
    start: datetime
    duration: int | None
    billsec: int | None
    disposition: str
    direction: str
    party: str | None
    device: str | None
    local: bool
    app: str
    queue: str | None

    @property
    def end(self) -> datetime | None:
        return None if self.duration is None else self.start + timedelta(seconds=self.duration)

    @property
    def talked(self) -> bool:
        return self.disposition == "ANSWERED" and (self.billsec or 0) > 0


def contacts(legs: Iterable[Leg]) -> dict[str, Contact]:
    """contact id -> direction, start, end, masked caller, outcome."""
    folded = {}
    for contact, group in _by_contact(legs).items():
        ends = [leg.end for leg in group if leg.end]
        parties = [leg.party for leg in group if leg.party]
        best = max(_level(leg) for leg in group)
        folded[contact] = (
            group[0].direction, min(leg.start for leg in group), max(ends, default=None),
            _mask(parties[0]) if parties else None, _OUTCOME[best],
        )
    return folded


def segments(legs: Iterable[Leg]) -> list[Segment]:
    """contact id, agent, queue, kind, start, milliseconds of what agents did."""
    found: list[Segment] = []
    for leg in legs:
        agent = leg.device and re.sub(r"^[A-Z]+\d?/|@.*$", "", leg.device)
        if not agent or leg.local or leg.app not in {*_DIALLED, "Queue"}:
            continue
        if leg.talked and leg.app == "Queue":
            found.append((leg.contact, agent, leg.queue, "talk", leg.start, None))
        elif leg.talked:
            answered = leg.start + timedelta(seconds=(leg.duration or 0) - (leg.billsec or 0))
            found.append((leg.contact, agent, leg.queue, "talk", answered, 1000 * (leg.billsec or 0)))
        elif leg.disposition == "NO ANSWER" and leg.direction != "out":
            length = None if leg.duration is None else 1000 * leg.duration
            found.append((leg.contact, agent, leg.queue, "no_answer", leg.start, length))
    return sorted(found, key=repr)


def leg_of(row: Mapping[str, str], zone: str) -> Leg:
    """A leg from the cells of an export with ISO times."""
    src, dst = row["src"], row["dst"]
    outside_src, outside_dst = (re.fullmatch(r"[+\d].{6,}", number) is not None for number in (src, dst))
    if outside_dst and (not outside_src or "internal" in row["dcontext"]):
        direction, party, channel = "out", dst, row["channel"]
    elif re.fullmatch(r"\d{1,6}", src):
        direction, party, channel = "internal", "", row["dstchannel"]
    else:
        direction, party, channel = "in", src if outside_src else "", row["dstchannel"]
    device = re.sub(r"-[^-]*$", "", channel)
    start = _instant(datetime.fromisoformat(row["start"]), row.get("uniqueid", ""), zone)
    number = row.get("sequence") or re.sub(r".*\.", "", row["uniqueid"])
    return Leg(
        contact=row.get("linkedid") or row["uniqueid"], order=(int(start.timestamp()), int(number)),
        start=start.replace(tzinfo=None), duration=_whole(row["duration"]), billsec=_whole(row["billsec"]),
        disposition=row["disposition"], direction=direction, party=party or None,
        device=None if not device or re.search(r"\d{7}", device) else device, local=channel.startswith("Local/"),
        app=row["lastapp"], queue=row["lastdata"].split(",")[0] if row["lastapp"] == "Queue" else None,
    )


def _instant(wall: datetime, uniqueid: str, zone: str) -> datetime:
    """Of the two passes of a repeated hour, the one that does not begin before its channel was made."""
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    born = re.fullmatch(r"(?:.*-)?(\d+)\.\d+", uniqueid)
    late = born is not None and int(born[1]) > first.timestamp() + 60
    return second if second > first and late else first


def _whole(cell: str) -> int | None:
    return int(cell) if cell.isdigit() else None


def _level(leg: Leg) -> int:
    if leg.disposition != "ANSWERED":
        return _RANK.get(leg.disposition, 0)
    if not leg.talked:
        return 3
    proven = leg.app in _DIALLED and not leg.local and (leg.direction == "out" or leg.device is not None)
    return 5 if proven else 4


def _mask(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"{digits[:2]}****{digits[-2:]}"


def _by_contact(legs: Iterable[Leg]) -> dict[str, list[Leg]]:
    groups: dict[str, list[Leg]] = {}
    for leg in sorted(legs, key=lambda leg: leg.order):
        groups.setdefault(leg.contact, []).append(leg)
    return groups
