"""The sections of ccops.toml about people, quality, cost and recommendations."""

from __future__ import annotations

from ccops.settings.sections import Section


class People(Section):
    """How employment is read, and what a leaver costs."""


class Incentives(Section):
    """Where the incentive scheme is."""


class Quality(Section):
    """How evaluations and surveys are read, and how many are needed."""


class Cost(Section):
    """What things cost, and where tariffs and offers are written."""


class Recommend(Section):
    """What a recommendation may assume."""
