"""Whether recommendations come true: ten centres, their first three actions done, and a fresh month of each."""

from __future__ import annotations

from pathlib import Path

from realised import realised, recommended

SEEDS = 10
PLANTED = (
    "breaks-service", "pool-billing-service", "tariff-400", "onboarding-late", "calibrate-E3", "repeats-bill_error",
)


def test_the_first_three_actions_save_what_was_said_in_eight_of_ten_centres(tmp_path: Path) -> None:
    inside = named = 0
    for seed in range(1, SEEDS + 1):
        found = recommended(tmp_path / f"{seed}", seed)
        ids = [one.id for one in found.actions]
        missing = [name for name in PLANTED if not any(one.startswith(name) for one in ids[:10])]
        done = realised(found.actions[:3], tmp_path / f"{seed}" / "after", seed)
        inside += done.inside
        print(f"seed {seed}: {ids}, missing {missing}; {done}")  # noqa: T201  what a benchmark is run for
        named += not missing
        assert all(one.startswith(PLANTED) for one in ids[:3])
    assert inside >= 8
    assert named >= 8  # in some centres chance lets too few leave to be sure of their shift
