"""Incentive schemes as a TOML file says them: what is measured, what a result pays, and what bars a payout.

Money and scores are decimal numbers, as they are written; a payout is the sum of lines of which each is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ccops.toml_file import of_text, read_toml

MeasureName = Literal["contacts_per_hour", "productivity", "quality", "adherence", "csat"]
Role = Literal["agent", "trainee", "lead", "quality", "planning", "other"]
CriticalKind = Literal["customer", "business", "compliance"]
AbsenceKind = Literal["absent", "sick", "leave"]
Amount = Annotated[Decimal, Field(ge=0)]
_MIXED = ("productivity", "quality", "csat")  # kept per queue, so that they can be compared at the same mix
_FIX = "docs/how-to/incentives.md shows a file with every key"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tier(_Part):
    """What a score pays."""

    score: Amount = Field(description="From this score on: contacts per hour, 1 for productivity as expected, or a "
                                      "share from 0 to 1.")
    pay: Amount = Field(description="What it pays in a month, if this measure were the only one.")


class Measure(_Part):
    """A result that is paid. Its weight times what its tiers pay is its line of the payout."""

    name: MeasureName = Field(description="contacts_per_hour: handled contacts per hour signed in and not waiting for "
                                          "one; productivity: handle time expected for the agent's queues over the "
                                          "actual one; quality: mean score of evaluations; adherence: time as "
                                          "scheduled; csat: satisfied customers.")
    weight: Decimal = Field(gt=0, le=100, description="Per cent; those of all measures add up to 100.")
    tiers: list[Tier] = Field(min_length=1, description="From the lowest score to the highest; below the first "
                                                        "nothing is paid, above the last no more than it pays.")
    interpolate: bool = Field(True, description="Pay rises in a straight line from tier to tier; false: in steps.")
    adjust: Literal["queue", "none"] | None = Field(
        None, description="queue: compared with what the centre reaches in the queues that the agent serves; by "
                          "default for productivity and csat. Only productivity, quality and csat are kept per queue."
    )
    credibility: float = Field(
        0, ge=0, allow_inf_nan=False, description="k: the result counts n / (n + k), the centre's mean the "
                                                  "rest; n are contacts, evaluations, answers, for adherence hours."
    )

    @property
    def by_queue(self) -> bool:
        """Whether the result is compared at the agent's mix of queues."""
        return self.name in ("productivity", "csat") if self.adjust is None else self.adjust == "queue"


class AttendanceTier(_Part):
    """What an attendance rate leaves of the payout."""

    rate: Decimal = Field(ge=0, le=1, description="From this share of due days attended on.")
    pays: Decimal = Field(ge=0, le=1, description="The share of the payout that remains: 1, 0.5, 0.")


class Gates(_Part):
    """What must be so before anything is paid."""

    min_contacts: int = Field(0, ge=0, description="With fewer handled contacts in the month nobody is rated.")
    min_evaluations: int = Field(0, ge=0, description="With fewer evaluations nobody is rated.")
    min_surveys: int = Field(0, ge=0, description="With fewer answered surveys nobody is rated.")
    most_failed: int | None = Field(None, ge=0, description="With more failed evaluations nothing is paid.")
    fails: list[CriticalKind] = Field(
        ["customer", "business", "compliance"], min_length=1,
        description="Critical errors that fail an evaluation; one that the export marks as failed always is."
    )
    attendance: list[AttendanceTier] = Field(
        default_factory=list, description="From the lowest rate to the highest; below the first nothing is paid. "
                                          "None: attendance does not matter."
    )
    absences: list[AbsenceKind] = Field(
        ["absent"], min_length=1, description="Kinds of attendance that count against the rate."
    )


class Team(_Part):
    """What of the payout follows the team's result instead of the agent's own."""

    share: float = Field(0, ge=0, le=1, description="This share, by the same tiers at the team's scores.")


class Scheme(_Part):
    """Everything that an incentive scheme may say."""

    currency: str = Field(min_length=1, description="Of all amounts, such as CNY.")
    period: Literal["month"] = Field("month", description="What a payout is for.")
    decimals: int = Field(2, ge=0, le=4, description="Decimals of an amount; each line is rounded, halves up.")
    cap: Amount | None = Field(None, description="Most that one person is paid in a month.")
    roles: list[Role] = Field(["agent"], min_length=1, description="Whose results are paid; people without a role are "
                                                                   "agents.")
    gates: Gates = Field(Gates(), description="What must be so before anything is paid.")
    team: Team = Field(Team(), description="What of a payout follows the team's result.")
    measure: list[Measure] = Field(min_length=1, description="The results that are paid.")

    @model_validator(mode="after")
    def _fits_together(self) -> Scheme:
        problem = next(_problems(self), None)
        if problem:
            raise ValueError(problem)
        return self

    def measures(self, name: str) -> bool:
        """Whether a result is part of the scheme."""
        return any(one.name == name for one in self.measure)


def parse_scheme(text: str, where: str) -> Scheme:
    """The scheme in a text. Raises SettingsError with `where` and the key that is wrong."""
    return of_text(text, Scheme, where, _FIX)


def read_scheme(file: Path) -> Scheme:
    """The scheme in a file. Raises SettingsError."""
    return read_toml(file, Scheme, "incentive scheme", "sample_logs/incentive_scheme.toml is an example", _FIX)


def _problems(scheme: Scheme) -> Iterator[str]:
    """What does not fit together, as `what; fix`, most basic first."""
    names = [one.name for one in scheme.measure]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        yield f"measure.{twice}: twice in the scheme; give it once, with one weight"
    whole = sum((one.weight for one in scheme.measure), Decimal(0))
    if whole != 100:
        listed = " + ".join(f"{one.weight:f}" for one in scheme.measure)
        yield f"measure: the weights add up to {listed} = {whole:f} %, not 100 %; change them"
    for one in scheme.measure:
        where = f"measure.{one.name}"
        if one.adjust == "queue" and one.name not in _MIXED:
            yield f"{where}.adjust: {one.name} is not kept per queue; use productivity, or adjust = \"none\""
        if one.adjust == "none" and one.name == "productivity":
            yield f"{where}.adjust: productivity is a comparison at the same queues; use contacts_per_hour without it"
        if problem := _falling([tier.score for tier in one.tiers], [tier.pay for tier in one.tiers]):
            yield f"{where}.tiers: {problem}"
    rates = scheme.gates.attendance
    if problem := _falling([tier.rate for tier in rates], [tier.pays for tier in rates]):
        yield f"gates.attendance: {problem}"


def _falling(reached: Sequence[Decimal], pays: Sequence[Decimal]) -> str | None:
    for (low, high), (less, more) in zip(pairwise(reached), pairwise(pays), strict=True):
        if low >= high:
            return f"{high:f} comes after {low:f}; sort the tiers from the lowest to the highest, each once"
        if less > more:
            return f"{high:f} pays {more:f}, less than {low:f} does; let a better result never pay less"
    return None
