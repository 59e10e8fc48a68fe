"""How callers fare in each queue, and whether a change breaks what the target asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from ccops.workforce.staffing_requirement import Target

_SHARE, _SECONDS = 5e-4, 0.1  # less is no change


@dataclass(frozen=True)
class Fare:
    """Sums over intervals, so that fares add up: calls, those in time, those answered, seconds that these waited."""

    calls: float = 0.0
    in_time: float = 0.0
    answered: float = 0.0
    waited_s: float = 0.0

    def __add__(self, other: Fare) -> Fare:
        return Fare(self.calls + other.calls, self.in_time + other.in_time, self.answered + other.answered,
                    self.waited_s + other.waited_s)

    @property
    def service_level(self) -> float | None:
        return self.in_time / self.calls if self.calls else None

    @property
    def answer_rate(self) -> float | None:
        return self.answered / self.calls if self.calls else None

    @property
    def asa_s(self) -> float | None:
        return self.waited_s / self.answered if self.answered else None


def fares(rows: pl.DataFrame) -> dict[str, Fare]:
    """By queue, of rows as `ccops.workforce.staffing.served` gives them."""
    answered = pl.col("volume") * (1 - pl.col("p_abandon"))
    endless = pl.col("asa_s").fill_null(float("inf"))  # too few people, and nobody who gives up
    waited = pl.when(answered > 0).then(answered * endless).otherwise(0.0)
    known = rows.filter(pl.col("service_level").is_not_null())
    found = known.group_by("queue").agg(
        calls=pl.col("volume").sum(), in_time=(pl.col("volume") * pl.col("service_level")).sum(),
        answered=answered.sum(), waited_s=waited.sum())
    return {str(queue): Fare(*sums) for queue, *sums in found.sort("queue").iter_rows()}


def together(parts: Iterable[Fare]) -> Fare:
    """Several queues' as one."""
    return sum(parts, Fare())


def misses(target: Target, fare: Fare) -> bool:
    """Whether a demand of the target is not met."""
    return any(value > wanted for value, wanted, _ in _demands(target, fare))


def broken(target: Target, start: Mapping[str, Fare], before: Mapping[str, Fare],
           after: Mapping[str, Fare]) -> tuple[str, ...]:
    """Queues in which a change from `before` breaks the target. What is one queue only afterwards is compared with its
    parts together."""
    return tuple(queue for queue, fare in sorted(after.items()) if breaks(
        target, _of(queue, start, after), _of(queue, before, after), fare))


def _of(queue: str, known: Mapping[str, Fare], after: Mapping[str, Fare]) -> Fare:
    return known[queue] if queue in known else together(fare for name, fare in known.items() if name not in after)


def breaks(target: Target, start: Fare, before: Fare, after: Fare) -> bool:
    """Whether a demand is missed that was met before, or missed by more than before and than at the start."""
    was, first = ({name: value for value, _, name in _demands(target, fare)} for fare in (before, start))
    for value, wanted, name in _demands(target, after):
        least = was.get(name, wanted)
        limit = wanted if least <= wanted else max(least, first.get(name, wanted))
        if value > limit + (_SECONDS if name == "asa_s" else _SHARE):
            return True
    return False


def _demands(target: Target, fare: Fare) -> list[tuple[float, float, str]]:
    """What is known of each demand as something to be at most: value, limit, name."""
    shares = ((fare.service_level, target.service_level, "service_level"),
              (fare.answer_rate, target.answer_rate, "answer_rate"))
    found = [(1 - value, 1 - wanted, name) for value, wanted, name in shares
             if value is not None and wanted is not None]
    if target.asa_s is not None and fare.asa_s is not None:
        found.append((fare.asa_s, target.asa_s, "asa_s"))
    return found
