"""The commands of `ccops`, in the order in which the help shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from ccops.cli import (
    adherence,
    capacity,
    catalogue,
    config,
    cost_economics,
    cost_report,
    cost_sourcing,
    cost_tariff,
    cost_what_if,
    data,
    demo,
    erlang,
    explain,
    figures,
    files,
    forecast,
    output,
    people_attrition,
    people_hiring,
    people_incentives,
    privacy,
    quality_calibrate,
    quality_chart,
    quality_sample,
    quality_satisfaction,
    quality_scores,
    recommend,
    report,
    roster,
    schedule,
    simulate,
    staff,
)
from ccops.cli.options import expanded

HELP = """Call centre KPIs one can defend: from raw call records to a daily report, offline.

\b
ccops report calls.csv           a report of one export; nothing is kept
ccops demo                       no data at hand: a synthetic centre
ccops import exports/*.csv       into a store, as often as you like
ccops report -d yesterday        the daily report from the store
ccops explain service_level      every formula's value, side by side
"""
Command = Callable[..., None]
COMMANDS: tuple[tuple[str, Command], ...] = (
    ("init", files.init),
    ("import", files.import_),
    ("report", report.report),
    ("kpi", figures.kpi),
    ("explain", explain.explain),
    ("lost", figures.lost),
    ("check", figures.check),
    ("erlang", erlang.erlang),
    ("forecast", forecast.forecast),
    ("staff", staff.staff),
    ("simulate", simulate.simulate),
    ("schedule", schedule.schedule),
    ("roster", roster.roster),
    ("adherence", adherence.adherence),
    ("capacity", capacity.capacity),
    ("recommend", recommend.recommend),
    ("metrics", catalogue.metrics),
    ("sources", catalogue.sources),
    ("query", data.query),
    ("export", data.export),
    ("demo", demo.demo),
    ("doctor", config.doctor),
)
GROUPS: tuple[tuple[str, str, tuple[tuple[str, Command], ...]], ...] = (
    ("config", "Settings in force, and whether a settings file is right.", (
        ("show", config.show), ("validate", config.validate),
    )),
    ("people", "Who stays, who leaves, whom to hire, what results pay.", (
        ("attrition", people_attrition.attrition), ("hiring", people_hiring.hiring),
        ("incentives", people_incentives.incentives),
    )),
    ("quality", "How well calls are handled, how sure that is, and what customers say.", (
        ("scores", quality_scores.scores), ("sample", quality_sample.sample),
        ("calibrate", quality_calibrate.calibrate), ("chart", quality_chart.chart),
        ("satisfaction", quality_satisfaction.satisfaction),
    )),
    ("cost", "What contacts cost, what calls are rated at, and what a change would save.", (
        ("report", cost_report.report), ("economics", cost_economics.economics), ("tariff", cost_tariff.tariff),
        ("sourcing", cost_sourcing.sourcing), ("what-if", cost_what_if.what_if),
    )),
    ("privacy", "What the store keeps of the people who called.", (("status", privacy.status),)),
)


def functions() -> dict[str, Command]:
    """Every command's function under the words one types for it."""
    grouped = {f"{group} {name}": function for group, _, members in GROUPS for name, function in members}
    return dict(COMMANDS) | grouped


def command() -> Any:
    """The whole command line as typer's command object."""
    app = _typer(HELP)
    app.callback()(_root)
    for name, function in COMMANDS:
        app.command(name)(expanded(function))
    for group, meaning, members in GROUPS:
        branch = _typer(meaning)
        for name, function in members:
            branch.command(name)(expanded(function))
        app.add_typer(branch, name=group)
    return typer.main.get_command(app)


def _typer(meaning: str) -> typer.Typer:
    return typer.Typer(
        help=meaning, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        output.say(f"ccops {version('ccops')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The options of `ccops` itself."""
