"""`ccops quality sample`: which contacts to listen to, to measure and to coach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output, quantities
from ccops.cli.options import DaysAndQueues, Names, Shared
from ccops.cli.told import UNKNOWN, clock, figure, percent

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.quality.monitoring import Plan

_SHOWN = 20


def sample(
    days: DaysAndQueues,
    shared: Shared,
    by: Annotated[str, Option(metavar="queue|team|day|none", help="What the sample is spread over.")] = "queue",
    error: Annotated[str | None, Option(metavar="SHARE", help="How well a share shall be known, such as 5%.")] = None,
    level: Annotated[str | None, Option(metavar="SHARE", help="How sure, such as 95%.")] = None,
    neyman: Annotated[bool, Option("--neyman", help="More where scores vary more.")] = False,
    coaching: Annotated[
        int | None, Option(metavar="N", help="Contacts per agent and week to coach with.", min=0)
    ] = None,
    seed: Annotated[int, Option(metavar="N", help="Another seed draws other contacts.")] = 1,
    team: Annotated[Names, Option(metavar="NAME", help="Only this team; repeatable.")] = None,
    out: frames.Out = None,
) -> None:
    """A plan of what to listen to: a sample that measures, spread by chance, and another for coaching.

    Draws actual contacts that nobody has evaluated; the agents heard longest ago come first in coaching.

    Example: ccops quality sample -d last-week --error 5% -o listen.csv
    """
    from dataclasses import replace

    frames.check_format(out)
    shares = (error and quantities.share(error, "--error"), level and quantities.share(level, "--level"))
    with shared.workspace() as workspace:
        scope = replace(days.scope(workspace.settings), teams=tuple(team or ()))
        found = workspace.quality_sample(
            scope, by, error=shares[0] or None, level=shares[1] or None, neyman=neyman, coaching=coaching, seed=seed)
    if out:
        said = [verdict(found, shared.language), *notes(found, shared.language)]
        frames.write(found.draw, out, "quality", shared, said)
    else:
        output.answer("quality", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Plan, lang: Lang) -> dict[str, Any]:
    """The plan as JSON has it."""
    own = ("population", "needed", "error", "level", "reached", "coached", "seed")
    return {name: getattr(found, name) for name in own} | {
        "strata": found.strata.to_dicts(), "rows": found.draw.to_dicts(),
        "notes": [note.text(lang) for note in found.notes],
    }


def verdict(found: Plan, lang: Lang) -> str:
    """How many to listen to, and what that leaves open."""
    from ccops.labels import text

    return text("mon_plan", lang, sample=f"{found.draw.height - found.coached:,}", population=f"{found.population:,}",
                error=percent(found.reached), level=percent(found.level, 0), coach=f"{found.coached:,}")


def told(found: Plan, lang: Lang) -> str:
    """The plan, its strata, the first contacts."""
    from ccops.labels import label

    strata = output.table(
        [label(f"mon_{name}", lang) for name in ("stratum", "population", "sample", "error")],
        [[name, figure(size, 0), figure(n, 0), percent(error)] for name, size, n, error in found.strata.rows()],
        figures_from=1)
    draw = output.table(
        [label(f"mon_{name}", lang) for name in ("purpose", "contact")] + [label(n, lang) for n in ("queue", "agent")]
        + [label(f"mon_{name}", lang) for name in ("at", "talk")],
        [[label(f"mon_{row['purpose']}", lang), row["contact_id"], row["queue"] or UNKNOWN, row["agent"],
          f"{row['started_at']:%m-%d %H:%M}" if row["started_at"] else UNKNOWN, clock(row["talk_s"])]
         for row in found.draw.head(_SHOWN).to_dicts()])
    more = [f"… {found.draw.height - _SHOWN:,}"] if found.draw.height > _SHOWN else []
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([output.wrapped(verdict(found, lang)), "", strata, "", draw, *more, "", *said])


def notes(found: Plan, lang: Lang) -> list[str]:
    """What the two samples are for, and what was left out."""
    from ccops.labels import text

    return [text("mon_apart", lang, seed=found.seed), *(note.text(lang) for note in found.notes)]
