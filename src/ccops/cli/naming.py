"""Metrics and dimensions by the names people know them under: keys, labels of either language, and exports' words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang


def metric_keys(names: Iterable[str]) -> list[str]:
    """The keys of metrics, each once, in the order asked; a name that means nothing stays as it is."""
    return list(dict.fromkeys(map(metric_key, names)))


def metric_key(name: str) -> str:
    """A metric's key from its key, label or a spelling of exports. Raises UsageError for a label nearly right."""
    from ccops.metrics.catalogue import METRICS

    return _key(name.strip(), "metric", tuple(METRICS))


def grain_keys(by: str | None) -> list[str]:
    """The keys of `queue,day`, each once, in the order asked. Raises UsageError for a label nearly right."""
    from ccops.metrics.grain import GRAINS

    names = re.split("[,，、]", by) if by else []
    return list(dict.fromkeys(_key(name.strip(), "grain", GRAINS) for name in names))


def heads(lang: Lang, *names: str) -> list[str]:
    """Column heads: labelled for people who ask in Chinese where there is a label, else the plain words."""
    from ccops.labels import NAMES, label

    known = {"value": "told_value", "metric": "told_metric", "name": "title"}
    keys = [known.get(name, name) for name in names]
    return [label(key, lang) if lang == "zh" and key in NAMES else name for key, name in zip(keys, names, strict=True)]


def _key(name: str, kind: str, keys: Sequence[str]) -> str:
    """Labels win over spellings of exports, as one export's word may be another metric's label."""
    from difflib import get_close_matches

    from ccops.labels import NAMES, aliases

    wanted = name.casefold()
    if wanted in keys:
        return wanted
    named = [key for key in keys if key in NAMES]
    labels = {word.casefold(): key for key in reversed(named) for word in NAMES[key]}
    spellings = {word.casefold(): key for key in reversed(named) for word in aliases(key)}
    if found := labels.get(wanted) or spellings.get(wanted):
        return found
    near = get_close_matches(wanted, labels, n=1)
    if near and not get_close_matches(wanted, keys, n=1):
        raise UsageError(f"no {kind} {name!r}", fix=f"did you mean {near[0]} ({labels[near[0]]})?")
    return name  # the engine refuses it, with the nearest key
