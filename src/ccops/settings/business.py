"""The sections of ccops.toml about people, quality, cost and recommendations."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ccops.settings.sections import Section

Scale = Annotated[list[float], Field(min_length=2, max_length=2)]
LeaveKind = Literal["voluntary", "involuntary", "internal"]


class People(Section):
    """How employment is read, and what a leaver costs. What is not given is not known, and left out of the cost."""

    kinds: dict[str, LeaveKind] = Field(
        default_factory=dict, description="Reason for leaving -> its kind, where the list does not say it."
    )
    recruit_cost: float | None = Field(None, ge=0, description="Advertising, agency and interviews per hire.")
    training_hours: float | None = Field(None, ge=0, description="Hours of training before the first call.")
    trainee_wage: float | None = Field(None, ge=0, description="What an hour of a trainee costs; else an agent's hour.")
    trainer_cost: float | None = Field(
        None, ge=0, description="What an hour of the trainer costs, divided by the people of a class."
    )
    class_size: int = Field(1, ge=1, description="People of a class.")
    graduation: float = Field(1.0, gt=0, le=1, description="Share of trainees who come onto the floor.")
    vacancy_hours: float | None = Field(None, ge=0, description="Hours of work uncovered until the seat is filled.")
    vacancy_premium: float | None = Field(
        None, ge=0, description="What each of them costs more than usual, such as the overtime premium."
    )
    ramp: list[Annotated[float, Field(ge=0, le=1)]] = Field(
        default_factory=list, description="Proficiency in the first, second, … week on the floor: [0.5, 0.7, 0.9]."
    )
    quality_loss: float | None = Field(None, ge=0, description="Errors and goodwill lost while somebody learns.")
    exit_cost: float | None = Field(None, ge=0, description="Administration and payments when somebody leaves.")


class Incentives(Section):
    """Where the incentive scheme is."""

    scheme: str = Field("", description="The scheme, a TOML file relative to this one, such as incentives.toml.")


class Quality(Section):
    """How evaluations and surveys are read, and how many are needed."""

    csat_scale: Scale = Field([1, 5], description="Lowest and highest answer about satisfaction; the highest is best.")
    csat_satisfied: float = Field(4, description="From this answer on a customer counts as satisfied.")
    ces_scale: Scale = Field([1, 7], description="Lowest and highest answer about effort, as the form has it.")

    @model_validator(mode="after")
    def _scales_rise(self) -> Self:
        if self.csat_scale[0] >= self.csat_scale[1] or self.ces_scale[0] >= self.ces_scale[1]:
            raise ValueError("csat_scale and ces_scale run from the lowest answer to the highest, such as [1, 5]")
        if not self.csat_scale[0] < self.csat_satisfied <= self.csat_scale[1]:
            raise ValueError("csat_satisfied lies within csat_scale, above its lowest answer")
        return self


class Cost(Section):
    """What things cost, and where tariffs and offers are written."""


class Recommend(Section):
    """What a recommendation may assume."""
