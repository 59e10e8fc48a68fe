"""What a user can ask for about the days to come: the planning half of the workspace.

Every method works on a slice of the store's data, so that a script can do what a command can.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from ccops.model import Scope, Slice
    from ccops.progress import Progress
    from ccops.settings import Settings
    from ccops.workforce.adherence import Adherence
    from ccops.workforce.capacity_outlook import Outlook
    from ccops.workforce.capacity_plan import Plan, Volume
    from ccops.workforce.forecast.result import Backtest, Forecast
    from ccops.workforce.schedule.patterns import Patterns
    from ccops.workforce.schedule.plan import Schedule
    from ccops.workforce.schedule.requirement import Requirement
    from ccops.workforce.simulation.crewed import Crewed
    from ccops.workforce.simulation.multiskill import CrewKind
    from ccops.workforce.simulation.simulated import Simulated
    from ccops.workforce.simulation.validation import Replays
    from ccops.workforce.simulation.whatif import WhatIf
    from ccops.workforce.staffing import Rules, Staffing
    from ccops.workforce.staffing_pooling import Pooling
    from ccops.workforce.trunks import Trunks


class Planning(ABC):
    """Forecast, staffing, simulation, schedules and capacity of whatever has a slice and settings."""

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """The effective settings."""

    @abstractmethod
    def slice(self, scope: Scope | None = None) -> Slice:
        """The data in a scope."""

    def staff(self, scope: Scope | None = None, *, horizon_days: int | None = None, rules: Rules | None = None,
              as_of: date | datetime | str | None = None, progress: Progress | None = None) -> Staffing:
        """How many agents each interval and queue needs, who is there, and what one more or fewer would change.

        Days with calls are judged by what came, days to come by the forecast; without days, the `horizon_days` (7)
        after the last one with calls. Nothing later than `as_of` is known. `rules` are the settings' unless given:
        `Rules.of(ws.settings, risk="p10")`.
        """
        from ccops.model import Scope
        from ccops.workforce.forecast.making import moment_of
        from ccops.workforce.staffing_period import staff_days

        scope = scope or Scope()
        data, until = self.slice(scope).between(None, None), moment_of(as_of, self.settings)
        return staff_days(data, scope.first_day, scope.last_day, horizon_days=horizon_days, rules=rules, until=until,
                          progress=progress)

    def capacity(self, plan: Plan | None = None, *, rules: Rules | None = None, months: int | None = None,
                 growth: float | None = None, volumes: Sequence[Volume] = ()) -> Outlook:
        """People months ahead: what they take, who will be there, whom to hire by when. `read_plan` reads a plan."""
        from ccops.workforce.capacity_outlook import outlook
        from ccops.workforce.capacity_plan import Plan

        return outlook(plan or Plan(), self.settings, self.slice(), rules=rules, months=months, growth=growth,
                       volumes=volumes)

    def trunks(self, scope: Scope | None = None, blocking: float = 0.01) -> Trunks:
        """How many lines the busiest hour of the days takes, for a share of blocked calls."""
        from ccops.workforce.trunks import trunks

        return trunks(self.slice(scope), blocking)

    def pool(self, plan: Staffing, queues: Sequence[str] = ()) -> Pooling:
        """What the queues of a staffing (none named: all) would need if everybody served all of them."""
        from ccops.workforce.staffing_pooling import pool

        return pool(plan, self.settings, queues)

    def crews(self, plan: Staffing, crews: Sequence[CrewKind | str], *, at: str | None = None, seed: int = 1,
              progress: Progress | None = None) -> Crewed:
        """The cheapest agents of such crews for a staffing's busiest interval (or the busiest with `at`, HH:MM, in it).

        A crew is its queues in order of preference and, if not 1, an agent's cost: `sales,service:1.1`. Raises
        UsageError for crews that cannot be, a queue that none serves, and a time without calls.
        """
        from ccops.workforce.handling import handling_of
        from ccops.workforce.simulation.crewed import crews_of

        handling = handling_of(self.slice(), plan.rules.interval_min)
        return crews_of(plan, handling, crews, at=at, seed=seed, progress=progress)

    def requirement(self, scope: Scope | None = None, patterns: Patterns | None = None, *,
                    progress: Progress | None = None) -> Requirement:
        """What `staff` finds that a schedule has to cover, with the prices that the patterns ask for.

        It is the net requirement: the patterns' breaks are planned on top of it. Raises SourceError where an interval's
        requirement is not known.
        """
        from ccops.workforce.schedule.requirement import of_frame

        plan = self.staff(scope, progress=progress)
        patience = {model.queue: model.patience_s for model in plan.models}
        pricing = patterns.prices.pricing if patterns else None
        return of_frame(plan.frame, patience_s=patience, pricing=pricing, notes=plan.notes)

    def schedule(self, shifts: Patterns | str | Path, scope: Scope | None = None, *,
                 requirement: Requirement | str | Path | None = None, shrinkage: float = 0.0, gap: float = 0.01,
                 time_limit_s: float = 60.0, progress: Progress | None = None) -> Schedule:
        """Which shifts with which breaks cover the requirement of some days at the least cost.

        `shifts` are patterns or the file that has them; the requirement is a CSV file's, else that of `staff`.
        `shrinkage` is the share of scheduled time that is lost beside the planned breaks. Raises FindingsError where no
        plan keeps all limits.
        """
        from pathlib import Path

        from ccops.model import Scope
        from ccops.workforce.schedule.patterns import Patterns, read_patterns
        from ccops.workforce.schedule.plan import schedule
        from ccops.workforce.schedule.requirement import Requirement, read_requirement

        scope, day = scope or Scope(), self.settings.business_day
        patterns = shifts if isinstance(shifts, Patterns) else read_patterns(Path(shifts))
        if requirement is None:
            needs = self.requirement(scope, patterns, progress=progress)
        else:
            needs = requirement if isinstance(requirement, Requirement) else read_requirement(
                Path(requirement), day, patterns.prices.pricing
            )
            needs = needs.of(scope.queues).within(scope.first_day, scope.last_day, day)
        return schedule(needs, patterns, day, shrinkage=shrinkage, gap=gap, time_limit_s=time_limit_s,
                        progress=progress, where="shifts" if isinstance(shifts, Patterns) else str(shifts))

    def forecast(self, horizon_days: int = 14, interval_min: int | None = None, queues: Sequence[str] = (), *,
                 as_of: date | datetime | str | None = None,
                 progress: Progress | None = None) -> Forecast:
        """Expected calls per queue and interval over the coming days, with their range and handling time.

        It begins where the data ends, or at `as_of`, and knows nothing later. Raises SourceError with less than three
        weeks of history, UsageError for a queue that the data does not have.
        """
        from ccops.model import Scope
        from ccops.workforce.expected import expected
        from ccops.workforce.forecast.making import moment_of

        data, until = self.slice(Scope(queues=tuple(queues))), moment_of(as_of, self.settings)
        return expected(data, interval_min or self.settings.report.interval, horizon_days, until=until,
                        progress=progress)

    def backtest(self, interval_min: int | None = None, queues: Sequence[str] = (), *,
                 as_of: date | datetime | str | None = None,
                 progress: Progress | None = None) -> Backtest:
        """How each forecasting method would have done on the last weeks of each queue; refuses as `forecast` does."""
        from ccops.model import Scope
        from ccops.workforce.forecast.making import league, moment_of
        from ccops.workforce.history import histories

        until = moment_of(as_of, self.settings)
        data = self.slice(Scope(queues=tuple(queues)))
        found = histories(data, interval_min or self.settings.report.interval, until=until)
        return league(found, settings=self.settings, progress=progress)

    def simulate(self, day: date | str | None = None, *, queues: Sequence[str] = (), replications: int = 50,
                 seed: int = 1, what_if: WhatIf | None = None, validate: bool = False,
                 progress: Progress | None = None) -> Simulated:
        """A day call by call: a past one (the last with calls by default) replayed, a day to come from the forecast.

        `what_if` are changes, such as `WhatIf.parsed(agents=["+2@10:00-12:00"])`, compared on the same callers;
        `validate` compares with the real day. Raises SourceError for a day without calls or known agents, UsageError
        for changes that cannot be.
        """
        from ccops.workforce.expected import expected_between
        from ccops.workforce.simulation.simulated import chosen_day, simulate_day
        from ccops.workforce.simulation.uncertainty import of_day

        data = self.slice()
        chosen, last = chosen_day(data, day)
        expected = None
        if chosen > last:
            ahead = expected_between(data, last, chosen, chosen, self.settings.report.interval)
            expected = of_day(ahead, chosen)
        return simulate_day(
            data, chosen, queues=queues, replications=replications, seed=seed, what_if=what_if, validate=validate,
            expected=expected, progress=progress,
        )

    def replay(self, scope: Scope | None = None, *, replications: int = 50, seed: int = 1,
               progress: Progress | None = None) -> Replays:
        """Every day with calls replayed and compared with what it was; days that cannot be are skipped and say why."""
        from ccops.model import Scope
        from ccops.workforce.simulation.simulated import replay_days
        from ccops.workforce.visits import days_with_calls

        scope, data = scope or Scope(), self.slice()
        days = days_with_calls(data, scope.first_day, scope.last_day)
        return replay_days(data, days, replications=replications, seed=seed, progress=progress)

    def adherence(self, scope: Scope | None = None, by: str = "team", *,
                  tolerance_s: float | None = None) -> Adherence:
        """Whether the published schedule was kept, by `agent`, `team`, `day` or `reason`, and what it cost in calls.

        Raises SourceError where no schedule is published, UsageError for another grain.
        """
        from ccops.workforce.adherence import adherence

        return adherence(self.slice(scope), by, tolerance_s=tolerance_s)
