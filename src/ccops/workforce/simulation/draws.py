"""Random numbers that belong to a caller: a hash of who he is, not of when the simulation happens to ask.

A stream is a number from seed, replication and queue; a caller's key is the stream and his number, a redial's key
follows from the key before. Each thing that is drawn for a caller hashes his key with a constant of its own. So the
same caller comes at the same moment, with the same patience and the same business, whoever is there to answer, and
replications may run in any order. The hash is the finaliser of SplitMix64 (Steele, Lea & Flood 2014).

After a change here, touch kernel.py (see `compiled`).
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.simulation.compiled import compiled

Floats = NDArray[np.float64]

_STEP = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)

# What is drawn for a caller; the first five are the places of a queue's distributions in `plan`. A lognormal takes a
# second number, at the same place + SECOND.
PATIENCE, HANDLING, DELAY, REST, REDIAL_AFTER, ARRIVAL, REDIALS, NEXT_KEY, SECOND = range(9)
_CONSTANT, _EXPONENTIAL, _LOGNORMAL, _SAMPLE = range(4)  # as in plan.KINDS; what is left is a curve


def streams(seed: int, replication: int, queues: list[str]) -> NDArray[np.uint64]:
    """One stream per queue, known by its name, so that other queues beside it change nothing."""
    texts = [f"{seed}|{replication}|{name}".encode() for name in queues]
    digests = [hashlib.blake2b(text, digest_size=8).digest() for text in texts]
    return np.array([int.from_bytes(digest, "little") for digest in digests], np.uint64)


@compiled
def mixed(z: np.uint64) -> np.uint64:
    """64 bits, well stirred."""
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return np.uint64(z ^ (z >> _S31))


@compiled
def key_of(stream: np.uint64, number: int) -> np.uint64:
    """The key of a queue's nth caller."""
    return mixed(stream + np.uint64(number + 1) * _STEP)


@compiled
def next_key(key: np.uint64) -> np.uint64:
    """The key of the same caller when he dials again."""
    return mixed(key + np.uint64(NEXT_KEY + 1) * _STEP)


@compiled
def uniform(key: np.uint64, what: int) -> float:
    """A number between 0 and 1, neither included."""
    return (float(mixed(key + np.uint64(what + 1) * _STEP) >> _S11) + 0.5) * 2.0**-53


@compiled
def duration(key: np.uint64, what: int, queue: int, laws: Floats, values: Floats, levels: Floats) -> float:
    """A duration by inversion (a lognormal by Box and Muller 1958) of the caller's own number for it."""
    kind, a = int(laws[queue, what, 0]), float(laws[queue, what, 1])
    if kind == _CONSTANT:
        return a
    u = uniform(key, what)
    if kind == _EXPONENTIAL:
        return -a * math.log(u) if a > 0 else 0.0
    if kind == _LOGNORMAL:
        turn = uniform(key, what + SECOND)
        return math.exp(a + laws[queue, what, 2] * math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * turn))
    begin, end = int(laws[queue, what, 3]), int(laws[queue, what, 4])
    if kind == _SAMPLE:
        return float(values[begin + min(int(u * (end - begin)), end - begin - 1)])
    lo, hi = begin, end  # the first step of the curve at or below u
    while lo < hi:
        middle = (lo + hi) // 2
        if levels[middle] <= u:
            hi = middle
        else:
            lo = middle + 1
    return float(values[lo] if lo < end else values[end - 1] + a * math.log(levels[end - 1] / u))
