"""What a user can ask for about the days to come: the planning half of the workspace.

Every method works on a slice of the store's data, so that a script can do what a command can.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccops.model import Scope, Slice
    from ccops.settings import Settings


class Planning(ABC):
    """Forecast, staffing, simulation, schedules and capacity of whatever has a slice and settings."""

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """The effective settings."""

    @abstractmethod
    def slice(self, scope: Scope | None = None) -> Slice:
        """The data in a scope."""
