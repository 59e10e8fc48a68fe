"""What an agent costs a month, everything included, and whether overtime or somebody more is cheaper.

wage x hours x (1 + benefits) + supervisor / span + quality + planning + seat + licences + telephone + training
+ monthly attrition x cost of a leaver. A part that nobody knows is named, never taken as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ccops.cost.baseline import Baseline
from ccops.errors import SourceError
from ccops.people.attrition import attrition
from ccops.people.leaver_cost import leaver_cost

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.settings import Settings

PARTS = ("wage", "benefits", "supervision", "quality", "planning", "seat", "licence", "telephone", "training",
         "attrition")
_WEEKS = 365.25 / 84  # in a month
_HOUR_MS = 3_600_000
_STAYS = ("wage", "benefits", "supervision", "quality", "planning", "seat", "licence", "training")


@dataclass(frozen=True)
class Loaded:
    """An agent and month: money by known part, the parts `missing`, paid hours, and of them the share on calls.

    `wage_assumed` says that no list tells wages, so that the settings' price of an hour stands for them, which may hold
    more than the wage.
    """

    parts: Mapping[str, float]
    missing: tuple[str, ...]
    hours: float
    productive: float
    wage_assumed: bool = False

    @property
    def total(self) -> float:
        """Of the known parts."""
        return sum(self.parts.values())

    @property
    def per_productive_hour(self) -> float:
        """What an hour on calls costs."""
        return self.total / (self.hours * self.productive)


@dataclass(frozen=True)
class OvertimeOrHire:
    """The hours of one full-time agent on calls, by overtime or by somebody more, a month.

    `joining` is paid once. `months` until hiring has cost less; None: never, for overtime is cheaper for good.
    """

    hours: float
    overtime: float
    hired: float
    joining: float
    months: float | None


def loaded_cost(known: Baseline) -> Loaded:
    """An average agent of the days."""
    settings, own = known.data.settings, known.data.settings.cost
    hours = settings.staffing.hours_per_week * _WEEKS
    listed = _wage(known.data)
    wage = (known.state.hour_price if listed is None else listed) * hours
    people = headcount(known.data)
    found: dict[str, float | None] = {
        "wage": wage, "benefits": None if own.benefits is None else wage * own.benefits,
        "supervision": _supervision(known.data), "quality": own.quality_cost, "planning": own.planning_cost,
        "seat": own.seat_cost, "licence": own.licence_cost,
        "telephone": known.state.telephone / people if known.state.telephone and people else None,
        "training": own.training_cost, "attrition": _attrition(known.data),
    }
    parts = {part: amount for part, amount in found.items() if amount is not None}
    return Loaded(parts, tuple(part for part in PARTS if part not in parts), hours,
                  known.state.productive, listed is None)


def overtime_or_hire(loaded: Loaded, premium: float, joining: float) -> OvertimeOrHire:
    """For as many hours on calls as one full-time agent brings.

    Overtime is paid wage x (1 + premium) for hours that are all on calls; somebody more costs what goes with a person,
    and `joining` once. 8,000 against 160 h at 90 an hour or 10,800 a month: 8,000 / (14,400 - 10,800) = 2.2 months.
    """
    hours = loaded.hours * loaded.productive
    overtime = hours * loaded.parts["wage"] / loaded.hours * (1 + premium)
    hired = sum(amount for part, amount in loaded.parts.items() if part in _STAYS)
    apart = overtime - hired
    return OvertimeOrHire(hours, overtime, hired, joining, joining / apart if apart > 0 else None)


def joining_cost(settings: Settings) -> float | None:
    """What somebody costs before they work like the others: recruiting, training, ramp; None where none is known."""
    parts = leaver_cost(settings).parts
    known = [parts[part] for part in ("recruit", "train", "ramp") if part in parts]
    return sum(known) if known else None


def _wage(data: Slice) -> float | None:
    """The mean wage an hour of those employed now, in one currency; None where the list says none."""
    rows = data.read("employees", None, None).filter(
        pl.col("employed_to").is_null(), pl.col("wage").is_not_null(), pl.col("wage_per").is_not_null(),
    ).select("wage", "wage_per", "contract_ms", "currency").collect()
    if rows.is_empty() or rows["currency"].drop_nulls().n_unique() > 1:
        return None
    week = data.settings.staffing.hours_per_week
    monthly = pl.col("contract_ms").fill_null(week * _HOUR_MS) / _HOUR_MS * _WEEKS
    hourly = pl.when(pl.col("wage_per") == "hour").then(pl.col("wage")).otherwise(
        pl.col("wage").cast(pl.Float64) / monthly)
    return float(rows.select(hourly.cast(pl.Float64).mean()).item())


def headcount(data: Slice) -> int:
    """People whom the list of employees has as employed; 0 without a list."""
    rows = data.read("employees", None, None).filter(pl.col("employed_to").is_null())
    return int(rows.select(pl.col("agent").n_unique()).collect().item())


def span(data: Slice) -> float | None:
    """Agents per lead by the list of employees, else what the settings say."""
    roles = data.read("employees", None, None).filter(pl.col("employed_to").is_null()).select("agent", "role").collect()
    leads = roles.filter(pl.col("role") == "lead")["agent"].n_unique()
    agents = roles.filter(pl.col("role").is_in(["agent", "trainee"]))["agent"].n_unique()
    return agents / leads if leads and agents else data.settings.cost.span


def _supervision(data: Slice) -> float | None:
    cost, width = data.settings.cost.supervisor_cost, span(data)
    return None if cost is None or width is None else cost / width


def _attrition(data: Slice) -> float | None:
    try:
        found = attrition(data.everyone().between(None, None))
    except SourceError:  # there is no list of employees
        return None
    rate, cost = found.total.attrition_person_time, found.cost.total
    return None if rate is None or cost is None else rate * cost
