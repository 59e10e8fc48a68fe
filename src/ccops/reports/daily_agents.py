"""Agents on the day: their time by state, what they handled, and what they did not pick up."""

from __future__ import annotations

from collections.abc import Sequence

from ccops.reports.day_figures import TOLD, DayFigures
from ccops.reports.document import Block, Column, Note, Section, Table, Term, Unit, Value

_WORK = ("handled", "aht", "rona", "transfers_out", "occupancy")
# A source that has these at all says so of its visits too.
_TOLD_BY = dict(zip(("hold_time", "acw_time"), TOLD, strict=True))
_TIME = ("login", "available", "talk_time", "hold_time", "acw_time", "aux")


def agents(f: DayFigures) -> Section:
    """Work and time per agent, not-ready time by reason, and the balance of attempts."""
    names = _names(f)
    if not names:
        return Section("agents", (Note("no_rows", {"what": "agent_states"}), *f.agents.impossible(_WORK + _TIME)))
    work = Table("agents_work", _columns(f, _WORK), tuple(_row(f, agent, _WORK) for agent in names))
    blocks: list[Block] = [work]
    if not f.slice.scope.queues:
        reasons = _by_reason(f, names)
        blocks += [_times(f, names), *([reasons] if reasons.rows else [])]
    counts = {name: f.today(name).count for name in ("attempts", "answered", "rona")}
    if counts["rona"] is not None:
        blocks.append(Note("attempts_balance", counts))
    inferred = sum("inferred" in f.logins.get(agent, ()) for agent in names)
    if inferred and not f.slice.scope.queues:
        blocks.append(Note("login_inferred_note", {"agents": inferred}))
    if f.slice.scope.queues:
        blocks.append(Note("all_queues_note"))
    return Section("agents", (*blocks, *f.agents.impossible(_WORK + _TIME)))


def _times(f: DayFigures, names: Sequence[str | None]) -> Table:
    """Each agent's time by state and how its sign-in times are known."""
    columns = (*_columns(f, _TIME), Column("login_source", Unit.TEXT))
    rows = ((*_who(f, agent), *(_time(f, agent, metric) for metric in _TIME), _source(f, agent)) for agent in names)
    return Table("agents_time", columns, tuple(rows))


def _names(f: DayFigures) -> list[str | None]:
    """Agents with work or time, the unassigned last; of some queues alone, only agents who had their calls."""
    did = ("answered", "rona") if f.slice.scope.queues else ("answered", "rona", "login")
    found = [key[0] for key in f.agents.keys if any(f.agents.get(metric, *key).value for metric in did)]
    return sorted(found, key=lambda agent: (agent is None, agent or ""))


def _columns(f: DayFigures, metrics: Sequence[str]) -> tuple[Column, ...]:
    measures = (Column(metric, f.agents.units[metric], better=f.agents.better[metric]) for metric in metrics)
    team = (Column("team", Unit.TEXT, dimension=True),) if f.slice.settings.team_of else ()
    return (Column("agent", Unit.TEXT, dimension=True), *team, *measures)


def _row(f: DayFigures, agent: str | None, metrics: Sequence[str]) -> tuple[Value, ...]:
    return (*_who(f, agent), *(f.agents.plain(metric, agent) for metric in metrics))


def _who(f: DayFigures, agent: str | None) -> tuple[Value, ...]:
    teams = f.slice.settings.team_of
    name: Value = Term("unassigned") if agent is None else agent
    return (name, teams.get(agent or "")) if teams else (name,)


def _time(f: DayFigures, agent: str | None, metric: str) -> float | None:
    """Seconds in a state. No state rows, or no hold or after-call work where no visit tells of any: not known."""
    seconds, told = f.agents.get(metric, agent).value, _TOLD_BY.get(metric)
    if agent not in f.logins or (not seconds and told and not f.agents.get(told, agent).denominator):
        return None
    return seconds


def _source(f: DayFigures, agent: str | None) -> Value:
    known = f.logins.get(agent, ())
    if not known:
        return None
    return Term(known[0], "login") if len(known) == 1 else Term("mixed", "login")


def _by_reason(f: DayFigures, names: Sequence[str | None]) -> Table:
    """Not-ready seconds, one row per agent and reason."""
    columns = (
        Column("agent", Unit.TEXT, dimension=True), Column("reason", Unit.TEXT, dimension=True),
        Column("aux", Unit.SECONDS),
    )
    rows = tuple(
        (agent or Term("unassigned"), reason or Term("aux_other"), f.aux.plain("aux", agent, reason))
        for agent, reason in sorted(f.aux.keys, key=lambda key: (key[0] or "", key[1] or ""))
        if agent in names and f.aux.get("aux", agent, reason).value
    )
    return Table("agents_aux", columns, rows)
