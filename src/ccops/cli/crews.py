"""Crews of several skills in `ccops staff`: what to ask for, and what is told of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import output
from ccops.cli.options import Names, Shared
from ccops.cli.told import clock, figure, percent, words
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.workforce.simulation.crewed import Crewed
    from ccops.workforce.simulation.multiskill import CrewPlan
    from ccops.workforce.simulation.outcome import Figure
    from ccops.workforce.staffing import Staffing
    from ccops.workspace import Workspace


@dataclass(frozen=True)
class Crews:
    """Which crews there may be, and for which interval they are sought."""

    crew: Annotated[
        Names, Option(metavar="QUEUE,...[:COST]", help="A crew, preferred queue first; one --crew for each.")
    ] = None
    at: Annotated[str | None, Option(metavar="HH:MM", help="Seek crews for this time, not the busiest.")] = None

    def found(self, workspace: Workspace, plan: Staffing, out: Sequence[Path] | None, shared: Shared) -> Crewed | None:
        """The crews, where any were asked for. Raises UsageError for a file as well, or a time without crews."""
        if not self.crew:
            if self.at:
                raise UsageError("--at without --crew", fix="name crews, such as --crew sales --crew sales,service")
            return None
        if out:
            raise UsageError("crews are no part of the file", fix="leave out -o, or take --json")
        return workspace.crews(plan, self.crew, at=self.at, progress=output.progress(shared.quiet))


def document(found: Crewed | None) -> dict[str, Any]:
    """The crews as JSON has them, under their key."""
    return {"crews": found and _figures(found, found.plan)}


def _figures(found: Crewed, plan: CrewPlan) -> dict[str, Any]:
    return {
        "start_at": found.start_at, "interval_min": found.interval_min, "target": found.target,
        "within_s": found.within_s, "agents": found.agents, "cost": plan.cost,
        "occupancy": _spread(plan.occupancy), "siloed": found.siloed, "pooled": found.pooled, "saved": found.saved,
        "crews": [
            {"crew": kind.name, "queues": list(kind.skills), "agent_cost": kind.cost, "agents": plan.agents[kind.name]}
            for kind in found.kinds
        ],
        "queues": [
            row | {"service_level": _spread(plan.service_level[row["queue"]])} for row in found.queues.to_dicts()
        ],
    }


def _spread(figure: Figure) -> dict[str, float]:
    return {"mean": figure.value, "lo": figure.lo, "hi": figure.hi}


def told(found: Crewed | None, lang: Lang) -> str:
    """The crews for people, after an empty line; nothing where nobody asked."""
    from ccops.labels import text

    if found is None:
        return ""
    head = text("crews_head", lang, at=f"{found.start_at:%Y-%m-%d %H:%M}", minutes=f"{found.interval_min}",
                level=percent(found.target), within=f"{found.within_s:g}")
    verdict = text(
        "crews_verdict", lang, agents=f"{found.agents:,}", cost=f"{found.plan.cost:,.2f}",
        busy=percent(found.plan.occupancy.value), siloed=f"{found.siloed:,}", pooled=f"{found.pooled:,}",
    )
    saved = text("crews_saved" if found.saved > 0 else "crews_not_saved", lang, saved=f"{found.saved:,}")
    return "\n".join(["", "", output.wrapped(head), "", by_crew(found, lang), "", by_queue(found, lang), "",
                      *map(output.wrapped, (verdict, saved, text("crews_note", lang)))])


def by_crew(found: Crewed, lang: Lang) -> str:
    """A line per crew."""
    return output.table(words(lang, "crew", "agents", "crews_cost"), [
        [kind.name, f"{found.plan.agents[kind.name]:,}", f"{kind.cost:g}"] for kind in found.kinds
    ], figures_from=1)


def by_queue(found: Crewed, lang: Lang) -> str:
    """A line per queue: its calls, what the crews make of them, and what it would need for itself."""
    heads = words(lang, "queue", "staff_calls", "aht", "service_level", "crews_apart")
    return output.table(heads, [
        [row["queue"], figure(row["calls"]), clock(row["aht_s"]),
         _level(found.plan, row["queue"]), f"{row['siloed']:,}"]
        for row in found.queues.iter_rows(named=True)
    ], figures_from=1)


def _level(plan: CrewPlan, queue: str) -> str:
    found = plan.service_level[queue]
    return f"{percent(found.value)} ±{(found.hi - found.lo) / 2 * 100:.1f}"
