"""KPIs as sums over rows: the catalogue of metrics and the one way to evaluate them.

Names load on first use: asking for help must not load the frame library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccops.metrics.catalogue import METRICS
    from ccops.metrics.evaluate import Figures, aux_by_reason, figures, kpis, tuned
    from ccops.metrics.metric import Metric, Sum
    from ccops.metrics.service import FORMULAS
    from ccops.metrics.targets import PRESETS, Preset, target

__all__ = [
    "FORMULAS", "METRICS", "PRESETS", "Figures", "Metric", "Preset", "Sum", "aux_by_reason", "figures", "kpis",
    "target", "tuned",
]

_HOME = {
    "METRICS": "catalogue",
    "Figures": "evaluate", "aux_by_reason": "evaluate", "figures": "evaluate", "kpis": "evaluate", "tuned": "evaluate",
    "Metric": "metric", "Sum": "metric",
    "FORMULAS": "service",
    "PRESETS": "targets", "Preset": "targets", "target": "targets",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
