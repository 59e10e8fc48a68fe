"""Queueing formulas against pyworkforce's loop and against loops by hand: the same answers, and how much sooner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyworkforce.queuing
from measure import RUNS, SCALE, compare, report, run

MANY = int(10_000 * SCALE)
FEW = 20  # a loop over states takes a tenth of a second per answer


def _differences(folder: Path) -> int:
    ours, rival = (np.load(folder / f"{name}.npy") for name in ("ours", "rival"))
    return int(np.count_nonzero(ours[: len(rival)] != rival))


def test_ten_thousand_inversions_of_erlang_c(tmp_path: Path) -> None:
    result = compare("queueing", ("invert_c", MANY, tmp_path), ("invert_c_by_library", MANY, tmp_path))
    report(f"agents for 80/20 by Erlang C, {MANY:,} times, pyworkforce's loop", result, limit=1 / 30)
    print(f"1 / {1 / result.ratio:.0f}; {_differences(tmp_path)} answers differ")  # noqa: T201
    assert _differences(tmp_path) == 0


def test_a_million_service_levels_in_one_call() -> None:
    """Against ten exponentials each, and against pyworkforce's own call, of which it takes a hundredth as many."""
    million = int(1_000_000 * SCALE)
    result = compare("queueing", ("level_c", million), ("exponentials", million))
    report(f"{million:,} Erlang C service levels in one call, ten exponentials each", result, limit=30, goal=10)
    library = min(run("queueing", "level_c_by_library", million // 100).seconds for _ in range(RUNS)) * 100
    print(f"pyworkforce's calls: {library / result.ours.seconds:.0f} times as long")  # noqa: T201
    assert library >= 10 * result.ours.seconds


def test_inversions_of_erlang_a(tmp_path: Path) -> None:
    """Against the states by hand, begun just below the answers. pyworkforce 0.5.1 has no Erlang A: a later version's is
    measured where it is installed.
    """
    ours = min(run("queueing", "invert_a", MANY, tmp_path).seconds for _ in range(RUNS)) / MANY
    hand = run("queueing", "invert_a_by_hand", FEW, tmp_path).seconds / FEW
    print(  # noqa: T201
        f"\nagents for 80/20 by Erlang A: {ours * 1e6:.0f} us each; by hand from the states {hand:.2f} s, "
        f"{hand / ours:,.0f} times as long (at least 1,000); {_differences(tmp_path)} answers differ"
    )
    assert _differences(tmp_path) == 0
    assert hand >= 1000 * ours
    if hasattr(pyworkforce.queuing, "ErlangA"):
        library = run("queueing", "invert_a_by_library", FEW).seconds / FEW
        print(f"by pyworkforce {library:.2f} s, {library / ours:,.0f} times as long")  # noqa: T201
        assert library >= 1000 * ours
