"""Erlang B, C and A to forty digits, by formulas other than ours where there are others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

import mpmath as mp

DIGITS = 40


@dataclass(frozen=True)
class Exact:
    """What an oracle says of a queue; times in seconds."""

    p_wait: mp.mpf
    p_abandon: mp.mpf
    service_level: mp.mpf


def blocked(n: float, load: mp.mpf) -> mp.mpf:
    """Erlang B for real n: 1/B = load * integral of e^(-load t) (1 + t)^n, as the upper incomplete gamma function."""
    with mp.workdps(DIGITS + 20):
        upper = mp.gammainc(mp.mpf(n) + 1, load)
        return mp.exp(mp.mpf(n) * mp.log(load) - load - mp.log(upper))


def erlang_c(n: float, calls_per_hour: float, aht_s: float, within_s: float) -> Exact:
    with mp.workdps(DIGITS + 20):
        load = mp.mpf(calls_per_hour) * mp.mpf(aht_s) / 3600
        lost = blocked(n, load)
        wait = lost / (1 - load / mp.mpf(n) * (1 - lost))
        return Exact(wait, mp.mpf(0), 1 - wait * mp.exp(-(mp.mpf(n) - load) * mp.mpf(within_s) / mp.mpf(aht_s)))


def erlang_a(n: float, calls_per_hour: float, aht_s: float, patience_s: float, within_s: float) -> Exact:
    """The formulas of Garnett, Mandelbaum & Reiman with Kummer's function; digits to spare for what they subtract."""
    with mp.workdps(DIGITS + 60):
        number, lam = mp.mpf(n), mp.mpf(calls_per_hour) / 3600
        mu, theta, within = 1 / mp.mpf(aht_s), 1 / mp.mpf(patience_s), mp.mpf(within_s)
        x, y, rho, lost = number * mu / theta, lam / theta, lam / (number * mu), blocked(n, lam / mu)
        whole = _kummer(x, y)
        wait = 1 / (1 + (1 - lost) / (lost * whole))
        abandon = wait * (1 / (rho * whole) + 1 - 1 / rho)
        rise = mp.exp(y * (1 - mp.exp(-theta * within)) - number * mu * within)
        beyond = rise * _kummer(x, y * mp.exp(-theta * within)) / whole
        late = wait * (beyond - rise / whole) / rho
        return Exact(wait, abandon, 1 - abandon - late)


def answered_wait(n: int, calls_per_hour: float, aht_s: float, patience_s: float) -> float:
    """ASA of Erlang A from its states, one by one: who comes as the k-th in line is served with a chance that
    telescopes to n mu / (n mu + k theta), after as many exponential steps as there are before him.
    """
    with localcontext() as context:
        context.prec = DIGITS
        lam, mu, theta = Decimal(calls_per_hour) / 3600, 1 / Decimal(aht_s), 1 / Decimal(patience_s)
        state, total = Decimal(1), Decimal(1)
        for k in range(1, n + 1):
            state = state * lam / (k * mu)
            total += state
        served, waited, steps, place = total - state, Decimal(0), Decimal(0), 0
        while state > total * Decimal("1e-30"):
            place += 1
            exit_rate = n * mu + place * theta
            steps += 1 / exit_rate
            served += state * n * mu / exit_rate
            waited += state * n * mu / exit_rate * steps
            state = state * lam / exit_rate
            total += state
        return float(waited / served)


def _kummer(x: mp.mpf, y: mp.mpf) -> mp.mpf:
    return mp.hyp1f1(1, x + 1, y, maxterms=10**7)
