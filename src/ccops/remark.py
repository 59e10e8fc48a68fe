"""What was assumed, or could not be used, as a sentence that goes with the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccops.labels import Lang


@dataclass(frozen=True)
class Remark:
    """Something assumed, or something that could not be used: the key of a sentence and its values."""

    key: str
    values: Mapping[str, str | tuple[str, str]] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """The sentence; a value may be in both languages, English first."""
        from ccops.labels import LANGS, text

        at = LANGS.index(lang)
        values = {name: value if isinstance(value, str) else value[at] for name, value in self.values.items()}
        return text(self.key, lang, **values)
