"""The sections of ccops.toml about people, quality, cost and recommendations."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from ccops.settings.sections import Section

Scale = Annotated[list[float], Field(min_length=2, max_length=2)]


class People(Section):
    """How employment is read, and what a leaver costs."""


class Incentives(Section):
    """Where the incentive scheme is."""

    scheme: str = Field("", description="The scheme, a TOML file relative to this one, such as incentives.toml.")


class Quality(Section):
    """How evaluations and surveys are read, and how many are needed."""

    csat_scale: Scale = Field([1, 5], description="Lowest and highest answer about satisfaction; the highest is best.")
    csat_satisfied: float = Field(4, description="From this answer on a customer counts as satisfied.")
    ces_scale: Scale = Field([1, 7], description="Lowest and highest answer about effort; the highest is the easiest.")

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
