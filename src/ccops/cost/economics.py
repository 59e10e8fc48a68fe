"""The economics of the centre: what an agent, a line, a seat, a contact in the menu, a supervisor and a point of the
service level cost, each only where its data are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccops.cost.baseline import baseline
from ccops.cost.infrastructure import Lines, Menu, Seats, Team, lines, menu, seats, teams
from ccops.cost.loaded_cost import Loaded, OvertimeOrHire, joining_cost, loaded_cost, overtime_or_hire
from ccops.cost.service_price import Level, Pair, levels, pairs
from ccops.remark import Remark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from ccops.cost.tariff_file import Tariff
    from ccops.model import Slice


@dataclass(frozen=True, eq=False)
class Economics:
    """Everything that the data say; what they do not is None or empty, and named in the notes. Money is per month."""

    loaded: Loaded
    overtime: OvertimeOrHire | None
    levels: tuple[Level, ...]
    pairs: tuple[Pair, ...]
    lines: Lines | None
    seats: Seats | None
    menu: Menu | None
    teams: tuple[Team, ...]
    lost_value: float
    target_within_s: float
    days: tuple[str, str]
    currency: str
    notes: tuple[Remark, ...]

    @property
    def frame(self) -> pl.DataFrame:
        """The parts of an agent's cost."""
        import polars as pl

        return pl.DataFrame({"part": [*self.loaded.parts], "per_agent_month": [*self.loaded.parts.values()]})

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def economics(data: Slice, versions: Mapping[str, Sequence[Tariff]] | None = None) -> Economics:
    """On the slice's days, by default the last four weeks with calls.

    Raises SettingsError where nobody knows what an hour costs, SourceError where there are no calls in queues.
    """
    known = baseline(data, versions or {})
    settings = known.data.settings
    loaded, joining = loaded_cost(known), joining_cost(settings)
    choice = None if joining is None else overtime_or_hire(
        loaded, settings.recommend.overtime_premium, joining)
    own, labour = known.data, known.paid_hours * known.state.hour_price
    trunks, places, voice, groups = lines(own), seats(own), menu(own, labour, known.months), tuple(teams(own))
    found = {"overtime": choice, "lines": trunks, "seats": places, "menu": voice, "teams": groups}
    assumed = [Remark("eco_wage_assumed", {"price": f"{known.state.hour_price:.2f}"})] if loaded.wage_assumed else []
    missing = [Remark(f"eco_no_{name}") for name, value in found.items() if not value]
    return Economics(
        loaded, choice, tuple(levels(known)), tuple(pairs(known)), trunks, places, voice, groups,
        settings.staffing.lost_call_value, known.rules.target.within_s,
        (f"{own.scope.first_day}", f"{own.scope.last_day}"), known.rules.currency, (*known.notes, *assumed, *missing),
    )
