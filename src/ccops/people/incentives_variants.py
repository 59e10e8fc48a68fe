"""A scheme with one of its parameters changed, for asking how much hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel

from ccops.people.incentives_scheme import AttendanceTier, Scheme

Part = TypeVar("Part", bound=BaseModel)
Changed = Callable[[Decimal], Scheme]  # the scheme with the parameter so many times what it is


def variants(scheme: Scheme) -> Iterator[tuple[str, Changed]]:
    """Each parameter's name, and the scheme as a function of what to multiply it by.

    Of weights the others follow, so that all stay 100 %; all scores, or all pays, of a measure's tiers move together;
    of attendance the absence that is allowed moves. What is 0 stays 0 and is left out.
    """
    for i, measure in enumerate(scheme.measure):
        where = f"measure.{measure.name}"
        if len(scheme.measure) > 1:
            yield f"{where}.weight", partial(_weighted, scheme, i)
        yield f"{where}.tiers.score", partial(_tiers, scheme, i, "score")
        yield f"{where}.tiers.pay", partial(_tiers, scheme, i, "pay")
        if measure.credibility:
            yield f"{where}.credibility", partial(_credible, scheme, i)
    if 0 < scheme.team.share < 1:
        yield "team.share", partial(_shared, scheme)
    if scheme.cap:
        yield "cap", partial(_times, scheme, "cap")
    for name in ("min_contacts", "min_evaluations", "min_surveys", "most_failed"):
        if getattr(scheme.gates, name):
            yield f"gates.{name}", partial(_gated, scheme, name)
    if any(tier.rate < 1 for tier in scheme.gates.attendance):
        yield "gates.attendance", partial(_absent, scheme)


def _with(part: Part, **values: Any) -> Part:
    return part.model_copy(update=values)


def _times(part: Part, field: str, by: Decimal) -> Part:
    return _with(part, **{field: getattr(part, field) * by})


def _measured(scheme: Scheme, place: int, **values: Any) -> Scheme:
    measures = [*scheme.measure]
    measures[place] = _with(measures[place], **values)
    return _with(scheme, measure=measures)


def _weighted(scheme: Scheme, place: int, by: Decimal) -> Scheme:
    own = min(scheme.measure[place].weight * by, Decimal(100))
    rest = (100 - own) / (100 - scheme.measure[place].weight)
    return _with(scheme, measure=[
        _with(one, weight=own if i == place else one.weight * rest) for i, one in enumerate(scheme.measure)
    ])


def _tiers(scheme: Scheme, place: int, field: str, by: Decimal) -> Scheme:
    return _measured(scheme, place, tiers=[_times(tier, field, by) for tier in scheme.measure[place].tiers])


def _credible(scheme: Scheme, place: int, by: Decimal) -> Scheme:
    return _measured(scheme, place, credibility=scheme.measure[place].credibility * float(by))


def _shared(scheme: Scheme, by: Decimal) -> Scheme:
    return _with(scheme, team=_with(scheme.team, share=min(1.0, scheme.team.share * float(by))))


def _gated(scheme: Scheme, name: str, by: Decimal) -> Scheme:
    return _with(scheme, gates=_times(scheme.gates, name, by))


def _absent(scheme: Scheme, by: Decimal) -> Scheme:
    def moved(tier: AttendanceTier) -> AttendanceTier:
        return _with(tier, rate=max(Decimal(0), 1 - (1 - tier.rate) * by))

    return _with(scheme, gates=_with(scheme.gates, attendance=[moved(tier) for tier in scheme.gates.attendance]))
