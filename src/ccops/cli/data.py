"""`ccops query` and `ccops export`: the data itself, for other programs and for questions nobody foresaw."""

from __future__ import annotations

import sys
from typing import Annotated

from typer import Argument, Option

from ccops.cli import frames
from ccops.cli.options import Selection, Shared
from ccops.errors import UsageError

Table = Annotated[str, Argument(metavar="TABLE", help="contacts, queue_visits, segments, agent_states, …")]


def query(
    shared: Shared,
    sql: Annotated[str, Argument(metavar="SQL", help="One SELECT; - reads it from stdin.")],
    limit: Annotated[int, Option(metavar="N", help="Most rows.", min=1)] = 1000,
    out: frames.Out = None,
) -> None:
    """Rows of a read-only SELECT over the store.

    Instants are UTC, durations milliseconds.

    Example: ccops query "SELECT queue, count(*) FROM queue_visits GROUP BY 1"
    """
    frames.check_format(out)
    text = sys.stdin.read() if sql == "-" else sql
    with shared.workspace() as workspace:
        frame = workspace.query(text, limit=limit + 1)
    if frame.height > limit:
        shared.note(f"only the first {limit:,} rows; --limit raises it")
    frames.publish("query", frame.head(limit), shared, out)


def export(
    selection: Selection,
    shared: Shared,
    table: Table,
    agents: Annotated[bool, Option("--agents", help="Allow tables about single employees.")] = False,
    unmask: Annotated[bool, Option("--unmask", help="Callers' numbers, if the store keeps them.")] = False,
    out: frames.Out = None,
) -> None:
    """A table as tidy data, for other programs.

    Seconds, local instants with offset, callers masked. Tables about single employees (segments, agent_states,
    shifts, employees, attendance, evaluations) need --agents, or --redact. CSV on stdout unless -o names a file.

    Example: ccops export queue_visits -d 2026-11 -o visits.parquet
    """
    frames.check_format(out)
    _allowed(table, agents or shared.redact)
    with shared.workspace() as workspace:
        scope = selection.scope(workspace.settings)
        frame = workspace.export(table, scope, unmask=unmask).collect(engine="streaming")
    if out or shared.json:
        frames.publish("export", frame, shared, out)
    else:
        sys.stdout.write(frames.csv(frame))


def _allowed(table: str, persons: bool) -> None:
    """Raises UsageError for a table about single employees that nobody asked to see as such."""
    from ccops.model import TABLE

    if table in TABLE and TABLE[table].personal and not persons:
        raise UsageError(f"{table} is about single employees", fix="say --agents to export it, or --redact")
