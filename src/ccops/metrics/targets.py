"""Targets by name, with where each comes from. A preset is a choice, never silently the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ccops.errors import SettingsError

if TYPE_CHECKING:
    from ccops.settings import Settings


@dataclass(frozen=True)
class Preset:
    """Target values per metric, the threshold they are meant for, and who says so since when."""

    name: str
    values: Mapping[str, float]
    source: str
    date: str
    within_s: float | None = None


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("80/20", {"service_level": 0.80}, "the trade's rule of thumb: 80 % answered within 20 s", "undated", 20),
        Preset(
            "gbt33358", {"asa": 15, "answer_rate": 0.95},
            "GB/T 33358-2016, government hotlines: answer within 15 s (read here as the average), "
            "95 % connected over any 24 hours",
            "2016-12-13", 15,
        ),
        Preset("voice", {"service_level": 0.80}, "usual queue default for voice: 80 % within 20 s", "undated", 20),
        Preset("chat", {"service_level": 0.80}, "usual queue default for chat: 80 % within 60 s", "undated", 60),
        Preset("email", {"service_level": 0.80}, "usual queue default for e-mail: 80 % within 1 h", "undated", 3600),
        Preset(
            "bank_cn_2023", {"answer_rate": 0.9288},
            "China Banking Association, report on banks' service centres 2023: average share answered by agents",
            "2024-07-22",
        ),
    )
}


def target(metric: str, settings: Settings) -> float | None:
    """The target of a metric: the settings' own value, else that of the preset they name, else None."""
    own = settings.targets.values
    if metric in own:
        return own[metric]
    preset = PRESETS.get(settings.targets.preset)
    return preset.values.get(metric) if preset else None


def check_targets(settings: Settings, where: str) -> None:
    """Raises SettingsError for a target of no metric, and for a rate written as per cent."""
    from ccops.metrics.catalogue import METRICS

    for metric, value in settings.targets.values.items():
        if metric not in METRICS:
            near = get_close_matches(metric, METRICS, n=1)
            hint = f"did you mean {near[0]}?" if near else "ccops metrics lists them"
            raise SettingsError(f"targets.values.{metric}: no such metric", where=where, fix=hint)
        if METRICS[metric]().unit == "ratio" and value > 1:
            raise SettingsError(
                f"targets.values.{metric}: a rate is a number from 0 to 1, not {value:g}", where=where,
                fix=f"write {value / 100:g}" if value <= 100 else "write 0.8 for 80 %",
            )
