"""The time sheets: what HR books for each planned shift, and the overtime."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from ccops.demo.roster import Shift

HEAD = "Agent,Date,Kind,Reason,Attended hours,Paid hours\n"
_WORK_H, _TRAINING_H, _PAID_H = 7.75, 0.5, 8.0
_OVERTIME, _PREMIUM = 0.04, 1.5
_AWAY = (("sick", "", 8.0, 6), ("leave", "annual leave", 8.0, 3), ("absent", "no show", 0.0, 1))


def attendance(on: date, rota: Sequence[Shift], seed: int) -> str:
    """A day's lines: work and training, or why somebody was away. Meals are not paid."""
    rng, rows = Random(f"{seed}/{on}/hours"), []  # noqa: S311
    for shift in rota:
        agent = shift.agent.id
        if shift.absent:
            kind, reason, paid, _ = rng.choices(_AWAY, [weight for _, _, _, weight in _AWAY])[0]
            rows.append(f"{agent},{on},{kind},{reason},0,{paid:g}\n")
            continue
        trained = _TRAINING_H if any(pause.reason == "training" for pause in shift.pauses) else 0.0
        rows.append(f"{agent},{on},work,,{_WORK_H - trained:g},{_PAID_H - trained:g}\n")
        if trained:
            rows.append(f"{agent},{on},training,product,{trained:g},{trained:g}\n")
        if rng.random() < _OVERTIME:
            rows.append(f"{agent},{on},overtime,late calls,1,{_PREMIUM:g}\n")
    return "".join(rows)
