"""The first page of the daily report: what it is about, what happened, and the figures of the day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ccops.reports.day_figures import STRIP, DayFigures
from ccops.reports.document import Kpi, Measure, Note, Section, Strip, Term, Unit, Value
from ccops.reports.lookup import Key, aware

_TARGETED = "service_level"
_OUTSIDE = 0.10  # of the offered visits: fewer than this outside the service level are not worth a sentence
_PARTS = ("planned_short", "absent", "more_calls", "longer_handling")
_NOTICEABLE = 0.05  # agents: less is written as none
_NOTABLE = math.log(1.03)  # a driver that moved less than 3 % is no cause
# What pushes a service level down, which way, and how the sentence names it. Handling is the median: one call that was
# never hung up must not become the cause.
_DRIVERS: tuple[tuple[str, int, str], ...] = (
    ("offered", 1, "volume"), ("aht_p50", 1, "handling"), ("login", -1, "staffing"),
)


def header(f: DayFigures) -> Section:
    """What the report covers, from which lines, by which rules."""
    settings, origin, scope = f.slice.settings, f.provenance, f.slice.scope
    rules = settings.service_level
    site = settings.site.name or Note("header_no_site")
    return Section("header", (
        Note("header_day", {"site": site, "day": f.day, "start": settings.site.day_start, "zone": settings.zone.name},
             brief=True),
        Note("header_queues", {"queues": ", ".join(scope.queues) or Note("all_queues")}, brief=True),
        *((Note("header_teams", {"teams": ", ".join(scope.teams)}, brief=True),) if scope.teams else ()),
        Note("header_rows", {"used": origin.rows_used, "read": origin.rows_read, "as_of": origin.as_of}, brief=True),
        Note("header_rules", {
            "formula": rules.formula, "within": Measure(rules.within_s, Unit.NUMBER),
            "short": Measure(rules.short_s, Unit.NUMBER), "boundary": Note(f"boundary_{rules.boundary}"),
            "clock": Note(f"clock_{rules.clock}"),
        }, brief=True),
        Note("header_version", {
            "version": origin.version, "digest": origin.settings_digest, "sources": ", ".join(origin.sources) or None,
        }, brief=True),
    ))


def verdict(f: DayFigures) -> Section:
    """The target, what its figure leaves out if that is much, the worst interval, the biggest cause."""
    level = f.today(_TARGETED)
    if "queue_visits" in f.slice.lacks:
        return Section("verdict", (Note("verdict_no_queues", {"source": ", ".join(f.slice.sources)}, brief=True),))
    if f.of_agents:
        return Section("verdict", (Note("verdict_of_queues", brief=True),))
    if level.value is None or not level.denominator:
        why = f.days.impossible((_TARGETED,)) or [Note("verdict_no_calls")]
        return Section("verdict", tuple(replace(note, brief=True) for note in why))
    notes = [_against_target(f), *_outside(f)]
    late = worst_intervals(f)
    if late:
        notes.append(_worst(f, late[0]))
        notes += _why(f, late[0])
    goal = f.target(_TARGETED)
    cause = _cause(f) if late and goal is not None and level.value < goal - 1e-9 else None
    return Section("verdict", (*notes, cause) if cause else tuple(notes))


def _against_target(f: DayFigures) -> Note:
    level, goal = f.today(_TARGETED), f.target(_TARGETED)
    in_time, counted = level.numerator or 0.0, level.denominator or 0.0
    values: dict[str, Value] = {"metric": Term(_TARGETED), "value": Measure(level.value, Unit.RATIO)}
    counts: dict[str, Value] = {"in_time": round(in_time), "counted": round(counted)}
    if goal is None:
        return Note("verdict_no_target", {**values, **counts}, brief=True)
    against = Measure(goal, Unit.RATIO)
    if in_time >= goal * counted - 1e-9:
        return Note("verdict_met", {**values, "target": against, **counts}, brief=True, tone="good")
    missing = math.ceil(goal * counted - in_time - 1e-9)
    return Note("verdict_missed", {**values, "target": against, "short_of": missing}, brief=True, tone="bad")


def _outside(f: DayFigures) -> list[Note]:
    """How many of what the service level leaves out, if that is a notable share of what was offered."""
    offered, counted = f.today("offered").count or 0, round(f.today(_TARGETED).denominator or 0)
    outside = offered - counted
    if outside <= _OUTSIDE * offered:
        return []
    formula = f.slice.settings.service_level.formula
    left_out = {"flow": "flow_outs", "other": "other_ends", "open": "open"}
    if formula in ("with_flow_outs", "removed_in_t"):
        del left_out["flow"]
    if formula == "removed_in_t":
        del left_out["other"]
    counts = {"flow": 0, "other": 0} | {name: f.today(metric).count or 0 for name, metric in left_out.items()}
    abandoned = outside - sum(counts.values())
    return [Note("verdict_outside", {"outside": outside, "offered": offered, "abandoned": abandoned, **counts},
                 brief=True)]


def worst_intervals(f: DayFigures) -> list[Key]:
    """Intervals with calls not answered in time, most such calls first."""
    late = [key for key in f.intervals.keys if key[0] is not None and f.intervals.get(_TARGETED, *key).late > 0]
    return sorted(late, key=lambda key: (-f.intervals.get(_TARGETED, *key).late, key))


def span(f: DayFigures, start: datetime) -> str:
    """An interval on the site's clock, `09:30-10:00`."""
    begins = aware(start, f.slice.settings.zone)
    ends = aware(start + timedelta(minutes=f.interval), f.slice.settings.zone)
    return f"{begins:%H:%M}-{ends:%H:%M}"


def _worst(f: DayFigures, key: Key) -> Note:
    level = f.intervals.get(_TARGETED, *key)
    return Note("verdict_worst", {
        "interval": span(f, key[0]), "metric": Term(_TARGETED), "value": Measure(level.value, Unit.RATIO),
        "late": level.late, "counted": round(level.denominator or 0),
        "longest": Measure(f.intervals.get("max_wait", *key).value, Unit.SECONDS),
    }, brief=True)


def _why(f: DayFigures, key: Key) -> list[Note]:
    """What the worst interval's missing agents are made of; nothing where enough were there, or nobody knows.

    Logins inferred from the calls themselves do not tell who was there without a call.
    """
    short = f.plan.shortfalls.get(key[0])
    if short is None or short.short < _NOTICEABLE or f.today("login").note:
        return []
    values: dict[str, Value] = {"interval": span(f, key[0])} | {
        name: Measure(getattr(short, name), Unit.EXPECTED) for name in ("required", "staffed", "short", *_PARTS)
    }
    if short.more_calls is None:
        return [Note("verdict_short", values, brief=True)]
    parts = {name: part for name in _PARTS if abs(part := getattr(short, name) or 0.0) >= _NOTICEABLE}
    largest = sorted(parts, key=lambda name: -abs(parts[name]))
    values["causes"] = _listed([_part(name, parts[name]) for name in largest if parts[name] > 0])
    if all(part > 0 for part in parts.values()):
        return [Note("verdict_short_why", values, brief=True)]
    values["helped"] = _listed([_part(name, parts[name]) for name in largest if parts[name] < 0])
    return [Note("verdict_short_offset", values, brief=True)]


def _part(name: str, agents: float) -> Note:
    """What made people short, or fewer of them short, in agents."""
    return Note(f"short_{name}" if agents > 0 else f"spare_{name}", {"agents": Measure(abs(agents), Unit.EXPECTED)})


def _listed(notes: Sequence[Note]) -> Note | None:
    """Parts of a sentence one after another."""
    first, *rest = notes or (None,)
    return Note("listed", {"first": first, "rest": _listed(rest)}) if rest else first


def _cause(f: DayFigures) -> Note | None:
    """What moved most against the same weekday last week, if that was better; else the queue with most late calls."""
    push, metric, name = max((sign * _move(f, metric), metric, name) for metric, sign, name in _DRIVERS)
    before, now = _last_week(f, _TARGETED), f.today(_TARGETED).value
    if push > _NOTABLE and before is not None and now is not None and now < before:
        return _driver(f, metric, name)
    if len(f.queues.keys) < 2:
        return None
    queue = max(f.queues.keys, key=lambda key: f.queues.get(_TARGETED, *key).late)
    return Note("verdict_cause_queue", {
        "queue": queue[0], "late": f.queues.get(_TARGETED, *queue).late, "all_late": f.today(_TARGETED).late,
    }, brief=True)


def _move(f: DayFigures, metric: str) -> float:
    """The logarithm of today's figure over last week's, so that halving weighs as much as doubling."""
    if metric == "login" and (f.slice.scope.queues or f.today(metric).note):
        return 0.0  # not known by queue, nor where it is inferred from the calls themselves
    now, before = f.today(metric).value, _last_week(f, metric)
    return math.log(now / before) if now and before else 0.0


def _last_week(f: DayFigures, metric: str) -> float | None:
    return f.days.get(metric, f.day - timedelta(days=7)).value


def _driver(f: DayFigures, metric: str, name: str) -> Note:
    unit, now, before = f.days.units[metric], f.today(metric).value or 0.0, _last_week(f, metric) or 1.0
    return Note(f"verdict_cause_{name}", {
        "change": Measure(now / before - 1, Unit.CHANGE), "now": Measure(now, unit), "before": Measure(before, unit),
    }, brief=True)


def key_figures(f: DayFigures) -> Section:
    """The figures of the day beside target, yesterday, the same weekday last week, month to date and 14 days."""
    strip = Strip("kpis", tuple(_kpi(f, metric) for metric in STRIP), f.trend_days, f.compared)
    shared = (Note("all_queues_note"),) if f.slice.scope.queues else ()
    return Section("kpis", (strip, *shared, *f.days.impossible(STRIP)))


def _kpi(f: DayFigures, metric: str) -> Kpi:
    value, goal, better = f.days.plain(metric, f.day), f.target(metric), f.days.better[metric]
    kpi = Kpi(metric, f.days.units[metric], better, value, goal, _met(value, goal, better))
    if not f.compared:
        return kpi
    return Kpi(
        metric, kpi.unit, better, value, goal, kpi.met,
        yesterday=f.days.plain(metric, f.day - timedelta(days=1)),
        last_week=f.days.plain(metric, f.day - timedelta(days=7)),
        month_to_date=f.month.plain(metric) if f.month else None,
        trend=tuple(f.days.plain(metric, day) for day in f.trend_days),
    )


def _met(value: float | None, goal: float | None, better: str) -> bool | None:
    """Whether a figure is on the good side of its target; a day on the target has met it."""
    if value is None or goal is None or better not in ("up", "down"):
        return None
    return value >= goal - 1e-9 if better == "up" else value <= goal + 1e-9
