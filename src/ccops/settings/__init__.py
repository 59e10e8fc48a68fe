"""ccops.toml as typed settings, where each value came from, and the business day they define."""

from ccops.settings.loading import FILE_NAME, Loaded, load
from ccops.settings.sections import (
    PAUSES,
    WEEKDAYS,
    Formula,
    Pause,
    PlannedActivity,
    Site,
    Weekday,
    opening_hours,
    reject_limit,
)
from ccops.settings.whole import Settings, flat

__all__ = [
    "FILE_NAME", "PAUSES", "WEEKDAYS", "Formula", "Loaded", "Pause", "PlannedActivity", "Settings", "Site", "Weekday",
    "flat", "load", "opening_hours", "reject_limit",
]
