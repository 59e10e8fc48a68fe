"""`ccops people hiring`: how many to start training when, and what it costs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output, quantities
from ccops.cli.options import Names, Shared
from ccops.cli.told import figure, percent
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.people.hiring import HiringPlan


def hiring(
    shared: Shared,
    need: Annotated[str, Option(metavar="FTE|FILE", help="Full agents needed, or a CSV with month and fte.")],
    months: Annotated[int, Option(metavar="N", help="How many months.", min=1, max=60)] = 12,
    attrition: Annotated[
        str | None, Option(metavar="SHARE", help="Share that leaves in a month, such as 4%; else as the list shows.")
    ] = None,
    team: Annotated[Names, Option(metavar="NAME", help="Only this team of the list; repeatable.")] = None,
    out: frames.Out = None,
) -> None:
    """How many people to start training when: head count, leavers by tenure, classes, ramp, and the cost.

    Hazards come from the list of employees, the course from [people]. A class is as late as it can be.

    Example: ccops people hiring --need 60 --months 12
    """
    frames.check_format(out)
    wanted = needed(need, months)
    rate = None if attrition is None else quantities.share(attrition, "--attrition")
    with shared.workspace() as workspace:
        found = workspace.hiring(wanted, months, monthly_attrition=rate, teams=tuple(team or ()))
        weeks = workspace.settings.people.training_weeks
    said = notes(found, shared.language, weeks)
    if out:
        frames.write(found.frame, out, "people", shared, [verdict(found, shared.language), *said])
    else:
        output.answer("people", document(found, said), shared.json, lambda: told(found, shared.language, said))


def needed(text: str, months: int) -> float | list[float]:
    """Full agents per month: one number, or those of a file in its order. Raises UsageError and SourceError."""
    from ccops.csv_rows import rows

    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    file = Path(text)
    if not file.exists():
        raise UsageError(f"--need {text} is neither a number nor a file", fix="--need 60, or a CSV with month and fte")
    columns = {"month": (), "fte": ("need", "agents")}
    found = [row.number("fte") or 0.0 for row in rows(file, columns, ("fte",))]
    if len(found) < months:
        raise UsageError(f"{file} has {len(found)} months, not {months}", fix=f"--months {len(found)}")
    return found[:months]


def document(found: HiringPlan, said: list[str]) -> dict[str, Any]:
    """The plan as JSON has it."""
    return {
        "rows": found.frame.to_dicts(), "without_hiring": found.without, "starts": found.starts, "late": found.late,
        "cost": found.cost, "currency": found.currency,
        "hazards": [{"from_month": band.from_month, "rate": band.rate} for band in found.bands], "notes": said,
    }


def verdict(found: HiringPlan, lang: Lang) -> str:
    """How many to start, and what happens otherwise."""
    from ccops.labels import text

    gaps = [have - need for have, need in zip(found.without, found.frame["needed"], strict=True)]
    worst = min(range(len(gaps)), key=lambda n: gaps[n])
    if gaps[worst] >= 0:
        return text("hire_enough", lang, fte=figure(gaps[worst]))
    starting = [month for month, n in found.frame.select("month", "start").iter_rows() if n]
    span = "-" if not starting else starting[0] if len(starting) == 1 else f"{starting[0]} – {starting[-1]}"
    return text("hire_verdict", lang, n=found.starts, months=span, fte=figure(-gaps[worst]),
                worst=found.frame["month"][worst])


def told(found: HiringPlan, lang: Lang, said: list[str]) -> str:
    """The verdict, the months, what they rest on."""
    from ccops.labels import label

    heads = ("month", "headcount", "leavers", "range", "graduates", "effective", "needed", "gap", "start")
    rows = [
        [row["month"], figure(row["headcount"]), figure(row["leavers"]), f"{row['leavers_lo']}-{row['leavers_hi']}",
         figure(row["graduates"]), figure(row["effective"]), figure(row["needed"]), figure(row["gap"], sign=True),
         figure(row["start"], 0)] for row in found.frame.to_dicts()
    ]
    table = output.table([label(f"hire_{name}", lang) for name in heads], rows, figures_from=1)
    return "\n".join([output.wrapped(verdict(found, lang)), "", table, "", *map(output.wrapped, said)])


def notes(found: HiringPlan, lang: Lang, weeks: float) -> list[str]:
    """The cost, the hazards, the course."""
    from ccops.labels import text

    said = [text("hire_late", lang, months=", ".join(found.late))] if found.late else []
    if found.cost is None:
        said.append(text("hire_cost_unknown", lang))
    elif found.starts:
        said.append(text("hire_cost", lang, cost=figure(found.cost, 0), currency=found.currency,
                         each=figure(found.cost / found.starts, 0)))
    if found.given:
        said.append(text("hire_given", lang, rate=percent(found.bands[0].rate)))
    else:
        bands = ", ".join(f"{band.from_month}+ {percent(band.rate)}" for band in found.bands)
        said.append(text("hire_hazards", lang, bands=bands))
    course = found.course
    said.append(text("hire_course", lang, size=course.class_size, weeks=f"{weeks:g}",
                     graduation=percent(course.graduation, 0), first=percent(float(course.proficiency()[0]), 0)))
    return [*said, *(note.text(lang) for note in found.notes)]
