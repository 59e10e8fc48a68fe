"""What the morning meeting should talk about: exceptions, each with a number and an owner, the gravest first.

Callers come before what may falsify their figures, and that before what single agents did; within each the largest
comes first. The number is always how many calls, callers or lines are concerned, so that unlike things can be ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ccops.reports.daily_summary import span, worst_intervals
from ccops.reports.day_figures import UNHEEDED_S, DayFigures
from ccops.reports.document import Column, Measure, Note, Section, Table, Term, Unit, Value

SHOWN = 12
SHOWN_OF_A_KIND = 4
_LEVEL = "service_level"
_WORST_INTERVALS = 3
_LEAST_CALLS = 5  # fewer no-answers or abandons than this are chance
_RONA_SHARE = 0.10
_SPIKE = 2.0  # times the day's abandon rate


@dataclass(frozen=True)
class Exceptional:
    """A finding, how many calls, callers or lines it concerns, and who should look into it."""

    finding: Note
    number: int
    owner: Term | Note


def exceptions(f: DayFigures) -> Section:
    """The findings of every rule, ranked."""
    ranked = [
        (severity, one) for severity, rules in enumerate((OF_CALLERS, OF_DATA, OF_AGENTS))
        for rule in rules for one in rule(f)
    ]
    found = [one for _, one in sorted(ranked, key=lambda place: (place[0], -place[1].number))]
    if not found:
        return Section("exceptions", (Note("exceptions_none", brief=True),))
    columns = (Column("number", Unit.COUNT), Column("finding", Unit.TEXT), Column("owner", Unit.TEXT))
    shown = _foremost(found)
    rows = tuple((one.number, one.finding, one.owner) for one in shown)
    more = len(found) - len(shown)
    rest = (Note("exceptions_more", {"more": more}, brief=True),) if more else ()
    return Section("exceptions", (Table("exceptions", columns, rows, brief=True), *rest))


def _foremost(found: Sequence[Exceptional]) -> list[Exceptional]:
    """The first, but not so many of one kind that the other kinds drown."""
    kinds: Counter[str] = Counter()
    shown: list[Exceptional] = []
    for one in found:
        if kinds[one.finding.key] < SHOWN_OF_A_KIND and len(shown) < SHOWN:
            kinds[one.finding.key] += 1
            shown.append(one)
    return shown


def _late_intervals(f: DayFigures) -> Iterator[Exceptional]:
    goal = f.target(_LEVEL)
    for key in worst_intervals(f)[:_WORST_INTERVALS]:
        level = f.intervals.get(_LEVEL, *key)
        if goal is not None and level.value is not None and level.value < goal - 1e-9:
            values: dict[str, Value] = {
                "interval": span(f, key[0]), "late": level.late, "counted": round(level.denominator or 0),
                "metric": Term(_LEVEL), "value": Measure(level.value, Unit.RATIO),
            }
            yield Exceptional(Note("exception_interval", values), level.late, Term("planning", "owner"))


def _queues_under_target(f: DayFigures) -> Iterator[Exceptional]:
    goal = f.target(_LEVEL)
    for key in f.queues.keys:
        level = f.queues.get(_LEVEL, *key)
        if goal is not None and level.value is not None and level.value < goal - 1e-9:
            values: dict[str, Value] = {
                "queue": key[0], "value": Measure(level.value, Unit.RATIO), "target": Measure(goal, Unit.RATIO),
                "late": level.late,
            }
            yield Exceptional(Note("exception_queue", values), level.late, Note("owner_queue", {"queue": key[0]}))


def _no_answers(f: DayFigures) -> Iterator[Exceptional]:
    """Agents who let the phone ring; of whom it is not known what they answered, there is no share to judge by."""
    for agent, rona in f.unheeded.items():
        answered = f.agents.get("answered", agent).count
        if answered is not None and rona >= _LEAST_CALLS and rona >= _RONA_SHARE * (rona + answered):
            values: dict[str, Value] = {
                "agent": agent, "rona": rona, "least": Measure(UNHEEDED_S, Unit.NUMBER), "answered": answered,
                "share": Measure(rona / (rona + answered), Unit.RATIO),
            }
            yield Exceptional(Note("exception_rona", values), rona, Note("owner_team_lead", {"agent": agent}))


def _abandon_spikes(f: DayFigures) -> Iterator[Exceptional]:
    told = worst_intervals(f)[:_WORST_INTERVALS] if f.target(_LEVEL) is not None else []
    usual = f.today("abandon_rate").value
    for key in f.intervals.keys:
        rate = f.intervals.get("abandon_rate", *key)
        abandoned = round(rate.numerator or 0)
        if key in told:
            continue
        if usual and rate.value is not None and rate.value >= _SPIKE * usual and abandoned >= _LEAST_CALLS:
            values: dict[str, Value] = {
                "interval": span(f, key[0]), "abandoned": abandoned, "counted": round(rate.denominator or 0),
                "value": Measure(rate.value, Unit.RATIO), "usual": Measure(usual, Unit.RATIO),
            }
            yield Exceptional(Note("exception_abandons", values), abandoned, Term("planning", "owner"))


def _forgotten_callers(f: DayFigures) -> Iterator[Exceptional]:
    count = f.lost.status["none"] + f.lost.status["pending"]
    key = "exception_lost_so_far" if f.lost.status["pending"] else "exception_lost"
    if count:
        yield Exceptional(Note(key, {"count": count}), count, Term("operations", "owner"))


def _long_talk(f: DayFigures) -> Iterator[Exceptional]:
    count = f.oddities.long_talk
    if count:
        longest = Measure(f.oddities.longest_talk_s, Unit.SECONDS)
        yield Exceptional(
            Note("exception_long_talk", {"count": count, "longest": longest}), count, Term("data", "owner")
        )


def _open_visits(f: DayFigures) -> Iterator[Exceptional]:
    count = f.oddities.open_visits
    if count:
        yield Exceptional(Note("exception_open", {"count": count}), count, Term("data", "owner"))


def _occupancy(f: DayFigures) -> Iterator[Exceptional]:
    """Agents busier than the healthy band; the number is how many."""
    _, high = f.slice.settings.report.occupancy_band
    values = [f.agents.get("occupancy", *key).value for key in f.agents.keys]
    over = sum(value is not None and value > high for value in values)
    if over:
        known = sum(value is not None for value in values)
        limits: dict[str, Value] = {"count": over, "of": known, "high": Measure(high, Unit.RATIO)}
        yield Exceptional(Note("exception_occupancy", limits), over, Term("planning", "owner"))


def _rejected_lines(f: DayFigures) -> Iterator[Exceptional]:
    count = f.provenance.quality.get("rejected", 0)
    if count:
        yield Exceptional(Note("exception_rejects", {"count": count}), count, Term("data", "owner"))


Rule = Callable[[DayFigures], Iterator[Exceptional]]
OF_CALLERS: tuple[Rule, ...] = (_late_intervals, _queues_under_target, _abandon_spikes, _forgotten_callers)
OF_DATA: tuple[Rule, ...] = (_rejected_lines, _long_talk, _open_visits)
OF_AGENTS: tuple[Rule, ...] = (_no_answers, _occupancy)
