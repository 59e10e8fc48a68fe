"""One job, one process: seconds of the work itself and the process's peak memory, so that rivals are told apart.

A job is a function of a module in this folder, named on the command line of a child process; the child times the
function alone, without Python's own start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
# 1.0 is the size that the limits are stated for; CCOPS_BENCH_SCALE=0.1 shows in a tenth of the time how it goes.
SCALE = float(os.environ.get("CCOPS_BENCH_SCALE", "1.0"))
RUNS = int(os.environ.get("CCOPS_BENCH_RUNS", "3"))

_CHILD = """
import importlib, json, resource, sys, time
sys.path.insert(0, sys.argv[1])
job = getattr(importlib.import_module(sys.argv[2]), sys.argv[3])
begun = time.perf_counter()
job(*json.loads(sys.argv[4]))
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print()  # the rival may have drawn a progress bar without ending its line
print(json.dumps([seconds, peak / (2**20 if sys.platform != "darwin" else 2**30)]))
"""


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_gib: float


@dataclass(frozen=True)
class Compared:
    """The best of several runs on each side, taken in turn; memory is the largest."""

    ours: Measured
    rival: Measured

    @property
    def ratio(self) -> float:
        return self.ours.seconds / self.rival.seconds


def run(module: str, job: str, *args: object) -> Measured:
    """One run of a job in a process of its own."""
    words = [sys.executable, "-c", _CHILD, str(HERE), module, job, json.dumps([str(arg) for arg in args])]
    output = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    seconds, peak = json.loads(output.splitlines()[-1])
    return Measured(seconds, peak)


def compare(module: str, ours: tuple[object, ...], rival: tuple[object, ...], runs: int = RUNS) -> Compared:
    """Both jobs in turn, `runs` times each. A job is its function's name and its arguments."""
    sides: tuple[list[Measured], list[Measured]] = ([], [])
    for _ in range(runs):
        for side, (job, *args) in zip(sides, (ours, rival), strict=True):
            side.append(run(module, str(job), *args))
    best = [Measured(min(m.seconds for m in side), max(m.peak_gib for m in side)) for side in sides]
    return Compared(*best)


def fresh(folder: str, name: str) -> Path:
    """Where a store of that name may be made anew: what an earlier run left there is gone."""
    store = Path(folder) / f"{name}.duckdb"
    for file in (store, store.with_name(f"{store.name}.key")):
        file.unlink(missing_ok=True)
    return store


def report(
    what: str, result: Compared, *, limit: float, goal: float | None = None, memory: float | None = None
) -> None:
    """A line for the reader, then the verdict."""
    goals = f", goal {goal:g}" if goal else ""
    peaks = f" (at most {memory:g})" if memory else ""
    print(  # noqa: T201  the reader's line is what a benchmark is for
        f"\n{what}: {result.ratio:.2f}x the rival (at most {limit:g}{goals}); {result.ours.seconds:.2f} s against "
        f"{result.rival.seconds:.2f} s; peak {result.ours.peak_gib:.2f} GiB{peaks} against {result.rival.peak_gib:.2f}"
    )
    assert result.ratio <= limit
    assert memory is None or result.ours.peak_gib <= memory
