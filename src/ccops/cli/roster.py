"""`ccops roster`: names to shifts, under the rules of rest, hours, days off and fairness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import Shared
from ccops.cli.roster_told import told
from ccops.cli.schedule import gap_of
from ccops.errors import FindingsError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from ccops.labels import Lang
    from ccops.workforce.roster import Roster

FORMATS = (".csv", ".json", ".parquet", ".ics")
File = Path | None


def roster(
    shared: Shared,
    demand: Annotated[Path, Option(metavar="FILE", help="day, shift, agents; or the plan of ccops schedule -o.")],
    people: Annotated[Path, Option(metavar="FILE", help="Who can work: .csv or .toml, one line or table for each.")],
    rules: Annotated[Path, Option(metavar="FILE.toml", help="Shifts, rest, hours, days off, prices.")],
    absences: Annotated[File, Option(metavar="FILE.csv", help="agent, from, to.")] = None,
    history: Annotated[File, Option(metavar="FILE.csv", help="The roster before this one, as -o wrote it.")] = None,
    first: Annotated[str | None, Option("--from", metavar="DAY", help="First day; else the demand's.")] = None,
    weeks: Annotated[int | None, Option(metavar="N", help="How long; else to the demand's end.", min=1)] = None,
    time_limit: Annotated[float, Option(metavar="SECONDS", help="Longest search.", min=1)] = 60.0,
    gap: Annotated[str, Option(metavar="PERCENT", help="Good enough: so close to the best.")] = "0.5%",
    seed: Annotated[int, Option(metavar="N", help="Another seed may find another roster.", min=0)] = 1,
    out: Annotated[
        list[Path] | None,
        Option("-o", "--output", metavar="FILE", help="Write .csv, .parquet, .json or .ics (calendar); repeatable."),
    ] = None,
) -> None:
    """Who works which shift: names to shifts, under the rules of rest, hours, days off and fairness.

    Demand comes first, then wishes and fairness, by their prices. Where no roster keeps all rules the answer is the
    few that clash, and exit code 6. Ctrl-C ends the search with the best roster so far. Needs pip install
    'ccops[roster]'.

    Example: ccops roster --demand plan.csv --people people.csv --rules rules.toml -o roster.csv
    """
    wanted = gap_of(gap)
    frames.check_format(out, "a roster", FORMATS)
    made = asked(shared, (demand, people, rules, absences, history), (first, weeks), (time_limit, wanted, seed))
    if out and made.lines:
        write(made, out, shared)
    elif made.lines or shared.json:
        output.answer("roster", document(made, shared.language), shared.json, lambda: told(made, shared.language))
    refuse(made, shared.language, time_limit)


def asked(shared: Shared, files: tuple[Path, Path, Path, File, File], span: tuple[str | None, int | None],
          search: tuple[float, float, int]) -> Roster:
    """The roster asked for, with its search shown on stderr."""
    from ccops.workforce.roster import read, roster

    if shared.redact:
        raise UsageError("a roster is about the people of your own file", fix="leave --redact out")
    demand, people, rules, absences, history = files
    time_limit, gap, seed = search
    return roster(
        read(demand, people, rules, absences=absences, history=history), shared.loaded.settings.zone,
        first=day_of(span[0]), weeks=span[1], time_limit_s=time_limit, gap=gap, seed=seed,
        progress=output.progress(shared.quiet),
    )


def day_of(text: str | None) -> date | None:
    """The first day. Raises UsageError for what is none."""
    from ccops.csv_rows import as_day

    day = as_day(text) if text else None
    if text and day is None:
        raise UsageError(f"--from {text} is not a day", fix="write 2026-11-23")
    return day


def document(made: Roster, lang: Lang) -> dict[str, Any]:
    """The roster as JSON has it."""
    figures = ("status", "cost", "bound", "gap", "seconds", "stopped")
    clash = made.clash and {"minimal": made.clash.proven, "rules": made.clashing(lang)}
    return {name: getattr(made, name) for name in figures} | {
        "costs": made.parts, "assignments": list(map(asdict, made.assignments)),
        "people": list(map(asdict, made.people)), "coverage": list(map(asdict, made.coverage)), "clash": clash,
        "absences_outside": made.assembled.outside,
    }


def published(made: Roster) -> pl.DataFrame:
    """The roster under the headers that the mapping `published_schedule` reads."""
    import polars as pl

    return made.frame.select(
        pl.col("agent").alias("Agent"), pl.col("activity").str.to_titlecase().alias("Activity"),
        pl.col("started_at").alias("Scheduled start"), pl.col("ended_at").alias("Scheduled end"),
        pl.col("shift").alias("Shift"), pl.col("team").alias("Team"),
    )


def write(made: Roster, out: Sequence[Path], shared: Shared) -> None:
    """The roster in the format of each suffix."""
    from ccops.workforce.roster.ical import calendar

    for path in out:
        suffix = path.suffix.lower()
        if suffix in (".csv", ".parquet"):
            frames.write(published(made), [path], "roster", shared)
            continue
        with frames.whole(path, shared) as draft:
            if suffix == ".ics":
                stamp = datetime.combine(made.problem.first, datetime.min.time(), UTC)  # same roster, same bytes
                draft.write_bytes(calendar(made, stamp=stamp, lang=shared.language).encode())
            else:
                draft.write_text(output.document("roster", document(made, shared.language)) + "\n", "utf-8")


def refuse(made: Roster, lang: Lang, time_limit: float) -> None:
    """Raises FindingsError where there is no roster, with the rules that clash."""
    from ccops.labels import text

    if made.lines:
        return
    if made.status == "unknown":
        raise FindingsError(text("roster_unknown", lang, seconds=f"{time_limit:g}"), fix=text("roster_more_time", lang))
    if made.clash is None:
        raise FindingsError(text("roster_unexplained", lang), fix=text("roster_more_time", lang))
    what = text("roster_impossible" if made.clash.proven else "roster_unproven", lang)
    excerpt = "\n".join(f"- {rule}" for rule in made.clashing(lang))
    raise FindingsError(what, excerpt=excerpt, fix=text("roster_impossible_fix", lang))
