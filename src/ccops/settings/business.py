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
    training_weeks: float = Field(4, ge=0, le=104, description="Weeks from the first day to the first call.")
    exit_cost: float | None = Field(None, ge=0, description="Administration and payments when somebody leaves.")


class Incentives(Section):
    """Where the incentive scheme is."""

    scheme: str = Field("", description="The scheme, a TOML file relative to this one, such as incentives.toml.")


class Quality(Section):
    """How evaluations and surveys are read, and how many are needed."""

    csat_scale: Scale = Field([1, 5], description="Lowest and highest answer about satisfaction; the highest is best.")
    sample_error: float = Field(0.05, gt=0, lt=1, description="How well a share shall be known: 0.05 is five points.")
    sample_level: float = Field(0.95, gt=0, lt=1, description="How sure that shall be.")
    coaching_per_week: int = Field(2, ge=0, description="Contacts per agent and week to be listened to for coaching.")
    least_talk_s: float = Field(30, ge=0, description="Shorter contacts are not drawn: there is nothing to judge.")
    tolerance: float = Field(0.05, ge=0, description="Scores this close count as agreeing in a calibration.")
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

    tariffs: list[str] = Field(default_factory=list, description="Files of tariffs, relative to this file.")
    offers: list[str] = Field(default_factory=list, description="Files of offers, relative to this file.")
    discount_rate: float = Field(0.08, gt=-0.5, lt=1, description="What money costs a year, for present values.")
    self_service_cost: float | None = Field(None, ge=0, description="What a contact in self service costs.")
    chat_concurrency: float = Field(2.0, ge=1, description="Chats that an agent has at once.")
    chat_length: float = Field(1.5, gt=0, description="How many times as long as a call of the queue a chat takes.")
    benefits: float | None = Field(None, ge=0, description="Social insurance and benefits as a share of wages: 0.38.")
    supervisor_cost: float | None = Field(None, ge=0, description="What a supervisor costs a month, all included.")
    span: float | None = Field(None, gt=0, description="Agents per supervisor, where the list names no leads.")
    quality_cost: float | None = Field(None, ge=0, description="Quality assurance per agent and month.")
    planning_cost: float | None = Field(None, ge=0, description="Planning and reporting per agent and month.")
    seat_cost: float | None = Field(None, ge=0, description="Rent, furniture, power of a seat a month.")
    licence_cost: float | None = Field(None, ge=0, description="Licences and tools per agent and month.")
    training_cost: float | None = Field(None, ge=0, description="Going on training per agent and month.")
    trunk_cost: float | None = Field(None, ge=0, description="What a line or SIP channel costs a month.")
    trunk_lines: int | None = Field(None, ge=0, description="Lines that are paid for.")


class Recommend(Section):
    """What a recommendation may assume, and on how much it is tested."""

    days: int = Field(28, ge=7, le=91, description="The last days with calls that candidates are tested on.")
    in_report: bool = Field(True, description="The daily report says what to do, by the formulas, if money is known.")
    replications: int = Field(20, ge=2, le=200, description="How often each of them is simulated.")
    lunch_after_h: Annotated[list[float], Field(min_length=2, max_length=2)] = Field(
        [3.0, 4.6], description="Between how many hours after the start of a shift lunch may begin."
    )
    moved_agents: int = Field(2, ge=1, description="People of a team whose shift may start at another of its times.")
    trained_agents: int = Field(4, ge=1, description="People of each of two queues who may learn the other's calls.")
    overtime_agents: int = Field(2, ge=1, description="People who may be asked to stay longer at once.")
    overtime_premium: float = Field(0.5, ge=0, description="What an hour of overtime costs more than another: 0.5.")
    repeat_days: int = Field(3, ge=1, le=30, description="A call by the same customer within so many days is a repeat.")
