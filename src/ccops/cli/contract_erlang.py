"""The JSON document of `ccops erlang`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ErlangInputs:
    """What was asked, in seconds and shares; targets that were not set are null, an endless patience too."""

    calls: float
    per_s: float
    aht_s: float
    patience_s: float | None
    redial: float
    within_s: float
    service_level: float | None
    asa_s: float | None
    max_occupancy: float | None
    p_abandon: float | None
    p_block: float | None
    shrinkage: float
    calls_per_hour: float
    load: float


@dataclass(frozen=True)
class ErlangRow:
    """How callers fare with so many agents or lines. A wait that grows without end is null."""

    agents: float
    service_level: float | None
    asa_s: float | None
    p_wait: float | None
    p_abandon: float | None
    occupancy: float | None
    p_block: float | None
    queue_length: float | None
    calls_per_hour: float | None


@dataclass(frozen=True)
class ErlangDocument:
    """`required`: the least whole agents that meet every target, null without one; `required_gross`: over
    1 - shrinkage. `alone`: what each target takes by itself.
    """

    schema: str
    model: str
    inputs: ErlangInputs
    required: int | None
    required_exact: float | None
    required_gross: float | None
    binding: str | None
    alone: dict[str, int]
    unstable_up_to: float | None
    rows: list[ErlangRow]
