"""`ccops report`: the daily report, from the store or straight from files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ccops.cli import output
from ccops.cli.files import Map, MaxRejects, named, told
from ccops.cli.options import Days, Names, Shared
from ccops.errors import FindingsError, UsageError
from ccops.safe_text import printable

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.reports.document import Kpi, Report
    from ccops.workspace import Workspace

PERIODS = ("daily", "weekly", "monthly")


@dataclass(frozen=True)
class Shape:
    """What the report shows, and where it goes."""

    queue: Annotated[Names, Option(metavar="NAME", help="Only this queue; repeatable.")] = None
    team: Annotated[Names, Option(metavar="NAME", help="Only this team; repeatable.")] = None
    interval: Annotated[int | None, Option(metavar="15|30|60", help="Minutes per interval.")] = None
    compare: Annotated[bool, Option("--compare/--no-compare", help="Compare with days before.")] = True
    all: Annotated[bool, Option("--all", help="Every section, not only the first page.")] = False
    out: Annotated[
        list[Path] | None, Option("-o", "--output", metavar="FILE", help="Write .json, .csv, .md or .txt; repeatable.")
    ] = None
    fail_on: Annotated[
        Names, Option(metavar="METRIC", help="Exit 6 if this metric missed its target, or any; repeatable.")
    ] = None


def report(
    days: Days,
    shape: Shape,
    shared: Shared,
    words: Annotated[
        list[str] | None, Argument(metavar="[daily] [FILE...]", help="Exports to report on without a store.")
    ] = None,
    mapping: Map = None,
    max_rejects: MaxRejects = None,
) -> None:
    """The daily report, from the store or straight from files.

    With files nothing is kept. Without a day it is the last business day that has data.

    Example: ccops report -d yesterday --queue sales -o daily.md
    """
    files = _files(words or [])
    _check_formats(shape.out or [])
    with _opened(shared, files, mapping) as workspace:
        _take_in(files, workspace, shared, max_rejects)
        made = workspace.report(
            _day(days, workspace), queues=shape.queue or (), teams=shape.team or (), interval=shape.interval,
            compare=shape.compare,
        )
        targets = _targets(made, shape.fail_on or [])
        publish(without_next(made) if files else made, shape, shared)
    if files and not (shape.out or shared.json):
        output.say(onward(files, mapping, shared.tz, shared.language))
    _fail(made, targets, shape.fail_on or [])


def _files(words: Sequence[str]) -> list[str]:
    """The files among the words; the first word may be the period."""
    if words and words[0] in PERIODS:
        if words[0] != "daily":
            raise UsageError(f"there is no {words[0]} report yet", fix="ccops kpi --by day covers any days")
        words = words[1:]
        if words and words[0] in PERIODS and not Path(words[0]).exists():
            raise UsageError(f"one period at a time, not {words[0]} too", fix="ccops report daily")
    return named(words)


def _check_formats(paths: Sequence[Path]) -> None:
    """Before anything is computed or written. Raises UsageError."""
    from ccops.reports.render import FORMATS

    for path in paths:
        if path.is_dir():
            fix = f"name a file in it, such as {path / 'daily.md'}"
            raise UsageError(f"cannot write a report as {path}: it is a folder", fix=fix)
        if path.suffix.lower() not in FORMATS:
            raise UsageError(f"cannot write a report as {path.name}", fix=f"use {', '.join(FORMATS)}")


def _opened(shared: Shared, files: Sequence[str], mapping: Path | None) -> Workspace:
    from ccops.workspace import in_memory

    return in_memory(shared.loaded, files=files, mapping=mapping) if files else shared.workspace()


def _take_in(files: Sequence[str], workspace: Workspace, shared: Shared, max_rejects: str | None) -> None:
    """The files of a report without a store; what was assumed about them is told on stderr."""
    if files:
        progress = output.progress(shared.quiet)
        for result in workspace.import_files(
            files, stdin=sys.stdin.buffer, progress=progress, max_rejects=max_rejects
        ):
            shared.note(told(result))
        shared.redacted(workspace)


def without_next(made: Report) -> Report:
    """The report without its last section, whose commands need a store."""
    return replace(made, sections=tuple(section for section in made.sections if section.id != "next"))


def onward(files: Sequence[str], mapping: Path | None, tz: str | None, lang: Lang) -> str:
    """What to type after a report straight from files, with the options that made this one."""
    from shlex import join

    from ccops.labels import label

    zone = ["--tz", tz] if tz else []
    read = [*files, *(["--map", str(mapping)] if mapping else []), *zone]
    start = ["init", *zone] if mapping else ["init", "--from", files[0], *zone]
    meanings = (
        (["report", *read, "--all"], "every section", "全部章节"),
        (["report", *read, "-o", "daily.md"], "the same report as a file", "同一报告存为文件"),
        (start, "settings for a store", "生成设置文件"),
        (["import", *read], "keep the calls in a store", "导入数据存储"),
    )
    heading = f"─ {label('next', lang)} "
    lines = [f"{printable(join(['ccops', *words]))}  # {zh if lang == 'zh' else en}" for words, en, zh in meanings]
    return "\n".join(["", heading + "─" * max(output.columns() - output.width(heading), 0), *lines])


def _day(days: Days, workspace: Workspace) -> date | None:
    """The one day that was asked for; None for the last one with data."""
    scope = days.scope(workspace.settings)
    if scope.first_day is None and scope.last_day is None:
        return None
    if scope.first_day != scope.last_day:
        raise UsageError("the daily report is of one day", fix="give one with -d, such as -d yesterday")
    return scope.first_day


def publish(made: Report, shape: Shape, shared: Shared) -> None:
    """To the files that were named, else to the terminal or as JSON."""
    for path in shape.out or []:
        shared.note(f"wrote {made.save(path, shared.language)}")
    if shared.json:
        from ccops.reports import render_json

        output.say(output.as_json(render_json.document(made, shared.language)))
    elif not shape.out:
        from ccops.reports import render_terminal

        render_terminal.show(made, shared.language, full=shape.all)


def _targets(made: Report, wanted: Sequence[str]) -> list[Kpi]:
    """The figures whose targets must not be missed. Raises UsageError for one without a target."""
    targets = {key: kpi for key, kpi in made.kpis.items() if kpi.target is not None}
    if unknown := set(wanted) - set(targets) - {"any"}:
        fix = f"use any, {', '.join(targets)}; [targets] values in ccops.toml sets targets"
        raise UsageError(f"{sorted(unknown)[0]} has no target in this report", fix=fix)
    return [kpi for key, kpi in targets.items() if key in wanted or "any" in wanted]


def _fail(made: Report, targets: Sequence[Kpi], wanted: Sequence[str]) -> None:
    """Raises FindingsError where a target was missed that must not be, or nobody can tell of one that was named."""
    missed = [kpi.key for kpi in targets if kpi.met is False]
    if unknown := [kpi.key for kpi in targets if kpi.met is None and kpi.key in wanted]:
        raise FindingsError(f"no value to hold against the target: {', '.join(unknown)}", where=made.day.isoformat())
    if missed:
        raise FindingsError(f"target missed: {', '.join(missed)}", where=made.day.isoformat())
