"""Calls through the day: by interval, by queue and hour, by queue, and how long callers waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from ccops.reports.daily_summary import worst_intervals
from ccops.reports.day_figures import DayFigures
from ccops.reports.day_plan import POOLED
from ccops.reports.document import Bars, Block, Column, HeatMap, Measure, Note, Section, Table, Term, Unit, Value
from ccops.reports.lookup import Key, Lookup, aware

WORST = 3
_SPARED = 0.5  # agent-hours a day: less is not worth a sentence
_LEVEL = "service_level"
_INTERVAL = ("offered", "answered", "abandoned", "service_level", "asa", "max_wait", "aht")
_QUEUE = (*_INTERVAL[:3], "abandon_rate", *_INTERVAL[3:], "intervals_met")


def intervals(f: DayFigures) -> Section:
    """Every interval with calls, the worst ones first in short."""
    known = [key for key in f.intervals.keys if key[0] is not None]
    clock = {key: aware(key[0], f.slice.settings.zone) for key in known}
    rows = {key: _row(f.intervals, _INTERVAL, key, clock[key]) for key in known}
    if not rows:
        return Section("intervals", (_nothing("queue_visits"),))
    columns = _columns(f.intervals, "interval", Unit.CLOCK, _INTERVAL)
    worst = worst_intervals(f)[:WORST]
    blocks: list[Block] = []
    if worst:
        marks = {place: tone(f, f.intervals.get(_LEVEL, *key).value) for place, key in enumerate(worst)}
        short = ("gap",) if "gap" in f.plan.columns else ()
        shown = tuple((*rows[key], *_planned(f, key, short)) for key in worst)
        blocks.append(Table("worst_intervals", (*columns, *map(_plan, short)), shown, brief=True, marks=marks))
    marks = {place: tone(f, f.intervals.get(_LEVEL, *key).value) for place, key in enumerate(rows)}
    blocks.append(_whole_day(f, columns, rows, marks))
    met = f.today("intervals_met")
    if met.denominator and f.target(_LEVEL) is not None:
        counts = {"met": round(met.numerator or 0), "counted": round(met.denominator)}
        blocks.append(Note("intervals_on_target", counts))
    apart, pooled = f.plan.hours("required", f.interval), f.plan.hours(POOLED, f.interval)
    if apart is not None and pooled is not None and apart - pooled > _SPARED:
        hours = {"apart": Measure(apart, Unit.EXPECTED), "pooled": Measure(pooled, Unit.EXPECTED)}
        blocks.append(Note("plan_apart", hours))
    return Section("intervals", (*blocks, Note("by_arrival"), *f.intervals.impossible(_INTERVAL)))


def _whole_day(f: DayFigures, columns: tuple[Column, ...], rows: Mapping[Key, tuple[Value, ...]],
               marks: Mapping[int, str]) -> Table:
    """Every interval, with what was forecast beside what was offered, and the people at the end."""
    expected = tuple(column for column in f.plan.columns if column == "forecast")
    people = tuple(column for column in f.plan.columns if column != "forecast")
    sums = {column: _sum([f.plan.get(key[0], column) for key in rows]) for column in expected}

    def widened(row: tuple[Value, ...], calls: Sequence[Value], agents: Sequence[Value]) -> tuple[Value, ...]:
        return (*row[:2], *calls, *row[2:], *agents)

    return Table(
        "intervals", (*columns[:2], *map(_plan, expected), *columns[2:], *map(_plan, people)),
        tuple(widened(row, _planned(f, key, expected), _planned(f, key, people)) for key, row in rows.items()),
        total=widened(_total(f, _INTERVAL), [*sums.values()], [None] * len(people)), marks=marks,
    )


def _plan(column: str) -> Column:
    return Column(column, Unit.EXPECTED)


def _planned(f: DayFigures, key: Key, columns: Sequence[str]) -> tuple[Value, ...]:
    return tuple(f.plan.get(key[0], column) for column in columns)


def _sum(values: Sequence[float | None]) -> float | None:
    """The sum, unknown if one of the values is."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def heat_map(f: DayFigures) -> Section:
    """Service level of each queue in each hour of the business day."""
    known = [(queue, hour) for queue, hour in f.hours.keys if hour is not None]
    why = f.hours.impossible((_LEVEL,))
    if f.of_agents and why:
        return Section("heatmap", tuple(why))
    if not known:
        return Section("heatmap", (_nothing("queue_visits"),))
    begins = int(f.slice.settings.site.day_start[:2])
    hours = sorted({hour for _, hour in known}, key=lambda hour: (hour - begins) % 24)
    queues = list(dict.fromkeys(queue for queue, _ in known))
    values = tuple(tuple(f.hours.plain(_LEVEL, queue, hour) for hour in hours) for queue in queues)
    chart = HeatMap(
        "heatmap", _LEVEL, f.hours.units[_LEVEL], "up", "queue", "hour", tuple(queue or "" for queue in queues),
        tuple(f"{hour:02}" for hour in hours), values, target=f.target(_LEVEL),
    )
    return Section("heatmap", (chart, *why))


def queues(f: DayFigures) -> Section:
    """Every queue, the weighted total, and what the total is made of."""
    keys = [key for key in f.queues.keys if any(f.queues.get(name, *key).value for name in ("offered", "answered"))]
    if not keys:
        return Section("queues", (_nothing("queue_visits"),))
    rows = tuple(_row(f.queues, _QUEUE, key, key[0] or Term("none")) for key in keys)
    marks = {place: tone(f, f.queues.get(_LEVEL, *key).value) for place, key in enumerate(keys)}
    table = Table("queues", _columns(f.queues, "queue", Unit.TEXT, _QUEUE), rows, total=_total(f, _QUEUE), marks=marks)
    if f.of_agents:
        return Section("queues", (table, Note("weighted_total"), *f.queues.impossible(_QUEUE)))
    counts = {name: f.today(metric).count for name, metric in (
        ("offered", "offered"), ("answered", "answered"), ("abandoned", "abandoned"), ("flow", "flow_outs"),
        ("other", "other_ends"), ("open", "open"),
    )}
    unique = Note("unique_contacts", {"offered": f.today("offered").count, "contacts": f.today("contacts").count})
    notes = (Note("weighted_total"), Note("balance", counts), unique, *f.queues.impossible(_QUEUE))
    return Section("queues", (table, *notes))


def waits(f: DayFigures) -> Section:
    """How many callers waited how long, answered and abandoned."""
    if not f.waits:
        return Section("waits", (_nothing("queue_visits.wait_ms"),))
    edges = f.wait_edges
    between = (f"{low}-{high}" for low, high in pairwise(edges))
    names = (f"0-{edges[0]}", *between, f"> {edges[-1]}")
    series = tuple(
        (outcome, tuple(f.waits.get((number, outcome), 0) for number in range(len(names))))
        for outcome in (("answered",) if f.of_agents else ("answered", "abandoned"))
    )
    if f.of_agents:
        return Section("waits", (Bars("waits", "wait_bin", names, series), Note("not_of_agents")))
    longest = Measure(f.today("max_wait").value, Unit.SECONDS)
    return Section("waits", (Bars("waits", "wait_bin", names, series), Note("waits_longest", {"longest": longest})))


def tone(f: DayFigures, level: float | None) -> str:
    """Whether a service level is on target."""
    goal = f.target(_LEVEL)
    if level is None or goal is None:
        return ""
    return "good" if level >= goal - 1e-9 else "bad"


def _nothing(what: str) -> Note:
    return Note("no_rows", {"what": what})


def _columns(lookup: Lookup, key: str, unit: Unit, metrics: Sequence[str]) -> tuple[Column, ...]:
    measures = (Column(metric, lookup.units[metric], better=lookup.better[metric]) for metric in metrics)
    return (Column(key, unit, dimension=True), *measures)


def _row(lookup: Lookup, metrics: Sequence[str], key: Key, name: Value) -> tuple[Value, ...]:
    return (name, *(lookup.plain(metric, *key) for metric in metrics))


def _total(f: DayFigures, metrics: Sequence[str]) -> tuple[Value, ...]:
    return (Term("total"), *(f.days.plain(metric, f.day) for metric in metrics))
