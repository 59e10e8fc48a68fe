"""Customers who were asked, with satisfaction that depends on what they met in a known way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from ccops.model import Scope, Slice
from ccops.settings import Settings
from strategies import Row, table, visit

START = datetime(2026, 10, 5, 8)
# of the log odds of being satisfied: per minute of waiting, per transfer, of a repeat, of the queue claims
TRUTH = {"wait_min": -0.45, "transfers": -0.9, "repeat": -0.8, "claims": -0.6}
CONSTANT = 2.6


def drawn(n: int = 1500, answering: float = 0.7, seed: int = 1) -> dict[str, list[Row]]:
    """Contacts, visits and surveys of `n` customers, of whom some called before and a part answers."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list[Row]] = {"contacts": [], "queue_visits": [], "surveys": []}
    for i in range(n):
        at = START + timedelta(minutes=7 * i)
        wait, passed, again = rng.exponential(1.5), int(rng.random() < 0.2), int(rng.random() < 0.25)
        queue = ("sales", "claims")[int(rng.random() < 0.4)]
        odds = CONSTANT + TRUTH["wait_min"] * wait + TRUTH["transfers"] * passed + TRUTH["repeat"] * again
        odds += TRUTH["claims"] * (queue == "claims")
        satisfied = rng.random() < 1 / (1 + np.exp(-odds))
        key = f"{i:016x}"
        if again:
            rows["contacts"].append(contact(f"b{i}", at - timedelta(days=3), key))
        rows["contacts"].append(contact(f"c{i}", at, key))
        legs = [visit(i, queue="hall", entered_at=at - timedelta(minutes=9), wait_ms=0, agent="eve")] * passed
        rows["queue_visits"] += [*legs, visit(i, queue=queue, entered_at=at, wait_ms=round(wait * 60_000), agent="bo",
                                              talk_ms=round(rng.exponential(180_000)), hold_ms=0)]
        said = (4 + rng.integers(0, 2) if satisfied else rng.integers(1, 4)) if rng.random() < answering else None
        rows["surveys"].append(asked(i, at, said))
    return rows


def contact(name: str, at: datetime, key: str | None) -> Row:
    return {"system": "s", "contact_id": name, "started_at": at, "customer_key": key, "outcome": "answered"}


def asked(i: int, at: datetime, csat: Any = None, **more: Any) -> Row:
    return {"survey_id": f"s{i:05}", "contact_id": f"c{i}", "sent_at": at + timedelta(minutes=30),
            "csat": None if csat is None else float(csat), "responded_at": None if csat is None else at} | more


def surveyed(rows: dict[str, list[Row]], scope: Scope | None = None, settings: Settings | None = None) -> Slice:
    settings = settings or Settings()
    frames = {name: table(name, given, settings) for name, given in rows.items()}
    return Slice.of(frames, scope or Scope(), settings)
