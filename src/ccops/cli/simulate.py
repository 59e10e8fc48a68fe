"""`ccops simulate`: a day replayed, whether it comes out as it was, and what a change would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import DaysAndQueues, Names, Shared
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.model import Scope
    from ccops.workforce.simulation.simulated import Simulated
    from ccops.workforce.simulation.validation import Replays
    from ccops.workforce.simulation.whatif import WhatIf
    from ccops.workspace import Workspace


@dataclass(frozen=True)
class Changes:
    """What to change, each repeatable; `sales:` before a change limits it to a queue."""

    agents: Annotated[
        Names, Option(metavar="+N[@HH:MM-HH:MM]", help="More or fewer agents; for a day to come, how many.")
    ] = None
    aht: Annotated[Names, Option(metavar="±P%", help="Other handling times: -5%, sales:+10%.")] = None
    volume: Annotated[Names, Option(metavar="±P%", help="More or fewer calls: +20%, sales:-10%.")] = None
    patience: Annotated[Names, Option(metavar="±P%|SECONDS", help="Other patience: -20%, sales:90.")] = None
    pool: Annotated[Names, Option(metavar="QUEUE,QUEUE", help="Whoever serves one of these serves them all.")] = None

    def what_if(self) -> WhatIf:
        """The changes read. Raises UsageError for one that is not to be understood."""
        from ccops.workforce.simulation.whatif import WhatIf

        return WhatIf.parsed(
            agents=self.agents or (), aht=self.aht or (), volume=self.volume or (), patience=self.patience or (),
            pool=self.pool or (),
        )


@dataclass(frozen=True)
class Runs:
    """How often, and from which seed."""

    replications: Annotated[int, Option(metavar="N", help="How many times the day is simulated.", min=1)] = 50
    seed: Annotated[int, Option(metavar="N", help="The same seed gives the same result.", min=0)] = 1


def simulate(
    days: DaysAndQueues,
    changes: Changes,
    runs: Runs,
    shared: Shared,
    validate: Annotated[
        bool, Option("--validate", help="Compare replayed days with what they were; several days are possible.")
    ] = False,
    out: frames.Out = None,
) -> None:
    """Replay a day call by call, and see what more agents, shorter calls or one pool would have made of it.

    By default the last day with data. A day to come takes the forecast's calls and the published schedule, or --agents.

    Example: ccops simulate -d yesterday --agents +2@10:00-12:00
    """
    from ccops.cli.simulate_told import document, notes, told

    frames.check_format(out)
    what_if = changes.what_if()
    with shared.workspace() as workspace:
        result = asked(workspace, days.scope(workspace.settings), what_if, validate, runs, shared)
    if out:
        frames.write(result.table, out, "simulate", shared, notes(result, shared.language))
    else:
        output.answer("simulate", document(result, shared.language), shared.json,
                      lambda: told(result, shared.language))


def asked(workspace: Workspace, scope: Scope, what_if: WhatIf, validate: bool, runs: Runs,
          shared: Shared) -> Simulated | Replays:
    """One day, or with `validate` several. Raises UsageError for several days without it."""
    progress = output.progress(shared.quiet)
    day = scope.first_day
    if scope.first_day == scope.last_day:
        return workspace.simulate(
            day, queues=scope.queues, replications=runs.replications, seed=runs.seed, what_if=what_if,
            validate=validate, progress=progress,
        )
    if not validate:
        raise UsageError("one day is simulated at a time", fix="name one with -d, or compare several with --validate")
    if what_if or scope.queues:
        raise UsageError("several days are replayed as they were", fix="name one day for changes or queues")
    return workspace.replay(scope, replications=runs.replications, seed=runs.seed, progress=progress)

