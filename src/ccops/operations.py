"""What a user can ask for about people, quality, cost and what to do: the operations half of the workspace."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from ccops.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import polars as pl

    from ccops.cost.cost_report import CostReport
    from ccops.cost.economics import Economics
    from ccops.cost.offer_file import Offer
    from ccops.cost.sourcing import Sourcing
    from ccops.cost.tariff_file import Tariff
    from ccops.cost.tariffs import Tariffs
    from ccops.cost.what_if import WhatIf
    from ccops.model import Scope, Slice
    from ccops.people.attrition import Attrition
    from ccops.people.hiring import HiringPlan
    from ccops.people.incentives import Incentives
    from ccops.people.incentives_scheme import Scheme
    from ccops.people.incentives_simulation import Simulation
    from ccops.progress import Progress
    from ccops.quality.charted import Charted, Kind
    from ccops.quality.monitoring import Plan
    from ccops.quality.satisfaction import Satisfaction
    from ccops.quality.scores import Scores
    from ccops.quality.sessions import Calibration
    from ccops.recommend.action import Recommendations
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

    def attrition(self, scope: Scope | None = None, by: str = "month", *, teams: Sequence[str] = ()) -> Attrition:
        """Who leaves, when and from where, and what it costs, by month, team, shift, source or tenure.

        `teams` are those of the list of employees. Without days the last twelve whole months that the list knows.
        Raises SourceError where there is no list, UsageError for another grain.
        """
        from ccops.model import Scope
        from ccops.people.attrition import attrition

        scope = scope or Scope()
        data = replace(self.slice(), scope=Scope(teams=tuple(teams)))
        return attrition(data, by, scope.first_day, scope.last_day)

    def hiring(self, need: float | Sequence[float], months: int = 12, *, monthly_attrition: float | None = None,
               teams: Sequence[str] = ()) -> HiringPlan:
        """How many to start training when for `need` full agents a month; see `ccops.people.hiring.hiring`."""
        from ccops.model import Scope
        from ccops.people.hiring import hiring

        data = replace(self.slice(), scope=Scope(teams=tuple(teams)))
        return hiring(data, need, months, monthly_attrition=monthly_attrition)

    def incentives(self, scheme: Scheme | Path | str | None = None, month: date | None = None,
                   scope: Scope | None = None) -> Incentives:
        """What a scheme (by default the settings') pays for a month (the last that is over), line by line.

        Teams and agents of the scope choose whose payouts are told. Raises SettingsError for a scheme that cannot be,
        SourceError for a month without calls.
        """
        from ccops.people.incentives import incentives

        return incentives(self._with_listed_teams(scope), self._scheme(scheme), month, self._adherence_by_agent)

    def simulate_incentives(self, scheme: Scheme | Path | str | None = None, months: int = 3,
                            last: date | None = None) -> Simulation:
        """The scheme on so many past months: total cost, who gains, what each parameter does, whether it is fair."""
        from ccops.people.incentives_simulation import simulate

        return simulate(self.slice(), self._scheme(scheme), months, last, self._adherence_by_agent)

    def cost_report(self, month: date | None = None, by: str = "queue") -> CostReport:
        """What the contacts of a month (the last with actual costs) cost, by queue, team or hour, and against budget.

        Raises SourceError where no costs are known, or in two currencies, UsageError for another grain.
        """
        from ccops.cost.cost_report import cost_report

        return cost_report(self.slice(), month, by)

    def tariffs(self, scope: Scope | None = None, files: Sequence[Path | str] = ()) -> Tariffs:
        """The calls of the scope's days under each tariff of the files (by default the settings'), the cheapest first.

        Raises SettingsError for tariffs that cannot be, SourceError where there are no calls.
        """
        from pathlib import Path

        from ccops.cost.tariff_file import read_tariffs
        from ccops.cost.tariffs import tariffs

        named = [Path(file) for file in files] or [self.loaded.folder / name for name in self.settings.cost.tariffs]
        if not named:
            raise SettingsError("no file of tariffs is named", fix="name one with --tariffs or [cost] tariffs; "
                                                                   "sample_logs/tariffs.toml is an example")
        return tariffs(self.slice(scope), read_tariffs(named))

    def sourcing(self, scope: Scope | None = None, files: Sequence[Path | str] = (), *, years: int = 3,
                 rate: float | None = None, growth: float = 0.0, seats: int | None = None) -> Sourcing:
        """The offers of the files (by default the settings') over some years; see `ccops.cost.sourcing.sourcing`."""
        from pathlib import Path

        from ccops.cost.offer_file import read_offers
        from ccops.cost.sourcing import sourcing

        named = [Path(file) for file in files] or [self.loaded.folder / name for name in self.settings.cost.offers]
        if not named:
            raise SettingsError("no file of offers is named", fix="name one with --offers or [cost] offers; "
                                                                  "sample_logs/offers.toml is an example")
        return sourcing(self.slice(scope), read_offers(named), years=years, rate=rate, growth=growth, seats=seats)

    def economics(self, scope: Scope | None = None) -> Economics:
        """What an agent, a point of service level, a line, a seat, the menu and a supervisor cost a month."""
        from ccops.cost.economics import economics

        return economics(self.slice(scope), self.known_tariffs())

    def what_if(self, levers: Sequence[str], scope: Scope | None = None, *, keep_hours: bool = False,
                progress: Progress | None = None) -> WhatIf:
        """What levers such as `aht=-10s` or `pool=billing+service` save a month; see `ccops.cost.what_if.what_if`."""
        from ccops.cost.what_if import what_if

        return what_if(self.slice(scope), levers, keep=keep_hours, versions=self.known_tariffs(), progress=progress)

    def quality_scores(self, scope: Scope | None = None, by: str = "agent") -> Scores:
        """Scores of evaluations by agent, team, queue, evaluator, form or week, critical errors apart.

        Raises SourceError where nothing was evaluated, UsageError for another grain.
        """
        from ccops.quality.scores import scores

        return scores(self._with_listed_teams(scope), by)

    def quality_sample(self, scope: Scope | None = None, by: str = "queue", *, error: float | None = None,
                       level: float | None = None, neyman: bool = False, coaching: int | None = None,
                       seed: int = 1) -> Plan:
        """Which contacts to listen to, to measure and to coach; see `ccops.quality.monitoring.plan`."""
        from ccops.quality.monitoring import plan

        return plan(self.slice(scope), by, error=error, level=level, neyman=neyman, coaching=coaching, seed=seed)

    def calibration(self, scope: Scope | None = None, tolerance: float | None = None) -> Calibration:
        """Whether evaluators of the same contact agree. Raises SourceError where there was no session."""
        from ccops.quality.sessions import calibrate

        return calibrate(self.slice(scope), tolerance)

    def quality_chart(self, metric: str = "service_level", scope: Scope | None = None, kind: Kind = "auto", *,
                      weekdays: bool = True) -> Charted:
        """A metric by day as a control chart. Raises SourceError with fewer than ten days."""
        from ccops.quality.charted import charted

        return charted(self.slice(scope), metric, kind, weekdays=weekdays)

    def _with_listed_teams(self, scope: Scope | None) -> Slice:
        """A slice whose teams may be those of the list of employees, which the settings need not know."""
        from ccops.model import Scope

        scope = scope or Scope()
        data = self.slice(replace(scope, teams=()))
        return replace(data, scope=replace(data.scope, teams=scope.teams))

    def satisfaction(self, scope: Scope | None = None, by: str = "queue", of: str = "csat") -> Satisfaction:
        """How satisfied customers are by `queue`, `team` or `day`, and what drives `csat`, `nps` or `ces`.

        Raises SourceError where nobody was asked, UsageError for another grain or answer.
        """
        from ccops.quality.satisfaction import satisfaction

        return satisfaction(self._with_listed_teams(scope), by, of)

    def recommend(self, scope: Scope | None = None, *, most: int = 10, quick: bool = False, seed: int = 1,
                  progress: Progress | None = None) -> Recommendations:
        """What to do next, at most so many actions, ranked by money per month, each tested and folded.

        Without days on the last four weeks with calls. With `quick` nothing is simulated: the formulas test what they
        can on a few days. Raises SourceError where no call is in a queue.
        """
        from ccops.recommend.recommending import recommend

        return recommend(self.slice(scope), most=most, quick=quick, seed=seed, tariffs=self.known_tariffs(),
                         offers=self.known_offers(), progress=progress)

    def known_tariffs(self) -> dict[str, tuple[Tariff, ...]]:
        """Versions of the tariffs that the settings name, by name. Raises SettingsError for a file that cannot be."""
        from ccops.cost.tariff_file import read_tariffs

        return read_tariffs([self.loaded.folder / name for name in self.settings.cost.tariffs])

    def known_offers(self) -> tuple[Offer, ...]:
        """The offers that the settings name. Raises SettingsError for a file that cannot be."""
        from ccops.cost.offer_file import read_offers

        return read_offers([self.loaded.folder / name for name in self.settings.cost.offers])

    def _scheme(self, scheme: Scheme | Path | str | None) -> Scheme:
        from pathlib import Path

        from ccops.people.incentives_scheme import Scheme, read_scheme

        if isinstance(scheme, Scheme):
            return scheme
        named = self.settings.incentives.scheme
        if scheme is None and not named:
            raise SettingsError("no incentive scheme is named", fix="name one with --scheme or [incentives] scheme; "
                                                                    "sample_logs/incentive_scheme.toml is an example")
        return read_scheme(Path(scheme) if scheme else self.loaded.folder / named)

    def _adherence_by_agent(self, first: date, last: date) -> pl.DataFrame | None:
        from ccops.model import Scope
        from ccops.workforce.adherence import adherence

        try:
            return adherence(self.slice(Scope(first, last)), "agent").frame
        except SourceError:  # no schedule is published
            return None
