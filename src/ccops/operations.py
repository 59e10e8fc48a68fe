"""What a user can ask for about people, quality, cost and what to do: the operations half of the workspace."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccops.model import Scope, Slice
    from ccops.settings import Loaded, Settings


class Operations(ABC):
    """People, quality, cost and recommendations of whatever has a slice and settings."""

    loaded: Loaded  # the settings with their file: paths in them start beside it

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """The effective settings."""

    @abstractmethod
    def slice(self, scope: Scope | None = None) -> Slice:
        """The data in a scope."""
