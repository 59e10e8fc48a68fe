"""Queueing formulas over many scenarios at once, and the same by a library's loop and by hand."""

from __future__ import annotations

from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.erlang import erlang_a, erlang_c

AHT_S, WITHIN_S, PATIENCE_S, TARGET = 180.0, 20.0, 120.0, 0.8
Array = NDArray[np.float64]


def loads(n: int) -> Array:
    """Erlangs from 1 to 500: one call to a large centre's quarter-hour."""
    return np.random.default_rng(7).uniform(1, 500, n)


def _calls(n: int) -> Array:
    return loads(n) * 3600 / AHT_S


def _keep(folder: str, name: str, agents: object) -> None:
    np.save(Path(folder) / f"{name}.npy", np.asarray(agents))


def invert_c(n: str, folder: str) -> None:
    _keep(folder, "ours", erlang_c(_calls(int(n)), AHT_S).required(TARGET, WITHIN_S))


def invert_c_by_library(n: str, folder: str) -> None:
    """pyworkforce's loop as its page shows it, in minutes and half-hours; without shrinkage its two counts are one."""
    from pyworkforce.queuing import ErlangC

    found = [
        ErlangC(transactions=calls / 2, aht=AHT_S / 60, asa=WITHIN_S / 60, interval=30).required_positions(TARGET)
        for calls in _calls(int(n)).tolist()
    ]
    assert all(one["positions"] == one["raw_positions"] for one in found)
    _keep(folder, "rival", [one["positions"] for one in found])


def level_c(n: str) -> None:
    load = loads(int(n))
    levels = erlang_c(load * 3600 / AHT_S, AHT_S).service_level(np.ceil(load) + 5, WITHIN_S)
    assert levels.shape == load.shape


def level_c_by_library(n: str) -> None:
    from pyworkforce.queuing import ErlangC

    for load in loads(int(n)).tolist():
        queue = ErlangC(transactions=load * 30 / 3, aht=AHT_S / 60, asa=WITHIN_S / 60, interval=30)
        queue.service_level(int(np.ceil(load)) + 5)


def exponentials(n: str) -> None:
    """Ten exponentials per scenario by numpy: what arithmetic alone costs here."""
    load = loads(int(n))
    for _ in range(10):
        load = np.exp(-load)


def invert_a(n: str, folder: str) -> None:
    _keep(folder, "ours", erlang_a(_calls(int(n)), AHT_S, PATIENCE_S).required(TARGET, WITHIN_S))


def invert_a_by_library(n: str) -> None:
    """pyworkforce's Erlang A, which its version 0.5.1 does not have."""
    from pyworkforce.queuing import ErlangA

    for calls in _calls(int(n)).tolist():
        queue = ErlangA(
            transactions=calls / 2, aht=AHT_S / 60, asa=WITHIN_S / 60, interval=30, patience=PATIENCE_S / 60
        )
        queue.required_positions(TARGET)


def invert_a_by_hand(n: str, folder: str) -> None:
    """The states one by one in plain Python, one agent more at a time from below any answer on."""
    found = []
    for load in loads(int(n)).tolist():
        agents = max(1, int(0.9 * load) - 3)
        while _level_by_states(agents, load) < TARGET:
            agents += 1
        found.append(agents)
    _keep(folder, "rival", found)


def _level_by_states(n: int, load: float) -> float:
    """Service level of Erlang A from its states; who finds k in line is served in time by uniformisation."""
    lam, mu, theta = load / AHT_S, 1 / AHT_S, 1 / PATIENCE_S
    state = total = free = 1.0
    for k in range(1, n):
        state *= load / k
        total += state
        if state > 1e200:
            state, total = state / 1e200, total / 1e200
    free = total
    line: list[float] = []
    while state > 1e-13 * total or len(line) < 2:
        state *= lam / (n * mu + len(line) * theta)
        line.append(state)
        total += state
    rate = n * mu + len(line) * theta
    weight, chance = exp(-rate * WITHIN_S), [0.0] * len(line)
    served, steps = [0.0] * len(line), 0
    while steps < rate * WITHIN_S or weight > 1e-14:
        steps += 1
        before = 1.0
        for k, now in enumerate(chance):
            on = (n * mu + k * theta) / rate
            chance[k] = on * before + (1 - on - theta / rate) * now
            before = now
        weight *= rate * WITHIN_S / steps
        for k, now in enumerate(chance):
            served[k] += weight * now
    return (free + sum(share * part for share, part in zip(served, line, strict=True))) / total
