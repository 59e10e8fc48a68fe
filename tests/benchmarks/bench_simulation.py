"""A simulated floor against simpy and Ciw on the same model and as many callers; and what the first call costs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from measure import SCALE, compare

CALLS = int(1_000_000 * SCALE)
FASTER = 100


@pytest.mark.parametrize("rival", ["by_simpy", "by_ciw"])
def test_callers_per_second(rival: str) -> None:
    result = compare("floors", ("ours", CALLS), (rival, CALLS))
    print(  # noqa: T201
        f"\n{CALLS:,} callers: {1 / result.ratio:.0f} times as fast as {rival[3:]} (at least {FASTER}); "
        f"{CALLS / result.ours.seconds:,.0f} a second against {CALLS / result.rival.seconds:,.0f}; peak "
        f"{result.ours.peak_gib:.2f} GiB against {result.rival.peak_gib:.2f}"
    )
    assert result.ratio <= 1 / FASTER


def test_the_first_call_of_a_process(tmp_path: Path) -> None:
    """Compiled anew it takes seconds, read from disk a moment; of the processor, for that does not depend on others."""
    cold, warm = _first(tmp_path), min(_first(tmp_path) for _ in range(3))
    print(f"\nfirst simulation of a process: {cold:.1f} s of a core compiled anew, {warm:.2f} s read from disk")  # noqa: T201
    assert cold <= 15
    assert warm <= 3


_FIRST = """
from time import process_time
begun = process_time()
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import Crew, Durations, Queue, Scenario
crew = Crew.steady("all", ["sales"], 50, 3600.0)
simulate(Scenario([Queue("sales", Durations.exponential(60))], [crew], 900.0, rates={"sales": [600.0] * 4}))
print(process_time() - begun)
"""


def _first(cache: Path) -> float:
    environ = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, "-c", _FIRST], check=True, capture_output=True, text=True, env=environ)
    return float(done.stdout)
