"""A roster in the terminal: verdict, grid of people and days, coverage, people, rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ccops.cli import output
from ccops.cli.told import listed
from ccops.labels import label, text, weekday

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.workforce.roster import Roster
    from ccops.workforce.roster.problem import Problem

_OFF, _ABSENT = ".", "-"
_NAME = 14  # columns of a name before it is cut
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def told(made: Roster, lang: Lang) -> str:
    """The roster for people."""
    notes = [text("roster_outside", lang, n=made.assembled.outside)] if made.assembled.outside else []
    parts = [
        *map(output.wrapped, (_verdict(made, lang), _covered(made, lang), _rules(made.problem, lang), *notes)), "",
        *_grid(made, lang), "", _coverage(made, lang), "", _people(made, lang), "", _parts(made, lang),
    ]
    return "\n".join(parts)


def _verdict(made: Roster, lang: Lang) -> str:
    key = {"": "roster_optimal", "gap": "roster_gap_reached", "time": "roster_time",
           "interrupted": "roster_interrupted"}[made.stopped]
    return text(
        key, lang, people=len(made.problem.people), days=made.problem.days, first=made.problem.first,
        cost=f"{made.cost or 0:,.0f}", bound=f"{made.bound or 0:,.0f}", gap=f"{made.gap or 0:.2%}",
        seconds=f"{made.seconds:.1f}",
    )


def _covered(made: Roster, lang: Lang) -> str:
    wanted = sum(row.required for row in made.coverage if not row.skill)
    short = sum(row.short for row in made.coverage)
    return text("roster_uncovered" if short else "roster_covered", lang, wanted=f"{wanted:,}", short=f"{short:,}")


def _rules(problem: Problem, lang: Lang) -> str:
    """The rules that every line keeps."""
    rules, hours = problem.rules, "{:g}".format
    said = [text("clash_rest", lang, hours=hours(rules.rest_min / 60))]
    if rules.week_most_min is not None:
        said.append(text("clash_week_most", lang, hours=hours(rules.week_most_min / 60)))
    said.append(text("clash_all_contract", lang, hours=hours(rules.overtime_min / 60)))
    limits = {"row": rules.days_in_a_row, "night_row": rules.nights_in_a_row, "nights": rules.nights_most,
              "weekends": rules.weekends_most}
    for key, limit in limits.items():
        if limit is not None:
            said.append(text(f"clash_{key}", lang, n=limit))
    if rules.paired_days_off:
        said.append(text("clash_paired", lang))
    if rules.same_start:
        said.append(text("clash_same_start", lang))
    if rules.start_change_most_min is not None:
        said.append(text("clash_swing", lang, hours=hours(rules.start_change_most_min / 60)))
    return text("roster_rules", lang, rules=("；" if lang == "zh" else "; ").join(said))


def letters(names: Sequence[str]) -> list[str]:
    """One letter per shift: the first of its name that no other has."""
    found: list[str] = []
    for name in names:
        wanted = [*(letter.upper() for letter in name if letter.isalnum()), *_LETTERS]
        found.append(next((letter for letter in wanted if letter not in found), "?"))
    return found


def _grid(made: Roster, lang: Lang) -> Iterator[str]:
    """People by days, as many weeks beside each other as fit, a letter for each shift."""
    problem = made.problem
    signs = letters([shift.name for shift in problem.shifts])
    heads = [weekday(problem.date_of(day).isoweekday(), lang)[-1 if lang == "zh" else 0] for day in range(problem.days)]
    each = max(output.width(sign) for sign in [*signs, *heads])
    names = [_cut(who.agent) for who in problem.people]
    room = max(map(output.width, names), default=0)
    beside = max(1, (output.columns() - room - 2 + 1) // (7 * each + 1))
    for first in range(0, len(problem.weeks), beside):
        weeks = problem.weeks[first : first + beside]
        starts = [f"{problem.date_of(week.start):%m-%d}" for week in weeks]
        widths = [max(len(week) * each, output.width(start)) for week, start in zip(weeks, starts, strict=True)]
        yield " " * (room + 2) + _row(starts, widths)
        yield " " * (room + 2) + _row([_cells([heads[day] for day in week], each) for week in weeks], widths)
        for person, name in enumerate(names):
            cells = [_cells([_sign(made, person, day, signs) for day in week], each) for week in weeks]
            yield _fill(name, room) + "  " + _row(cells, widths)
        yield ""
    yield _legend(problem, signs, lang)


def _sign(made: Roster, person: int, day: int, signs: Sequence[str]) -> str:
    choice = made.lines[person][day]
    if choice >= 0:
        return signs[choice]
    return _ABSENT if day in made.problem.people[person].absent else _OFF


def _cells(signs: Sequence[str], each: int) -> str:
    return "".join(_fill(sign, each) for sign in signs)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(_fill(cell, room) for cell, room in zip(cells, widths, strict=True)).rstrip()


def _fill(words: str, room: int) -> str:
    return words + " " * (room - output.width(words))


def _cut(name: str) -> str:
    from ccops.safe_text import printable

    name = printable(name)
    if output.width(name) <= _NAME:
        return name
    while output.width(name) >= _NAME:
        name = name[:-1]
    return f"{name}…"


def _legend(problem: Problem, signs: Sequence[str], lang: Lang) -> str:
    def clock(minutes: int) -> str:
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"

    said = [
        text("roster_legend", lang, letter=sign, shift=shift.name, start=clock(shift.starts_min),
             end=clock(shift.ends_min)) for sign, shift in zip(signs, problem.shifts, strict=True)
    ]
    said.append(text("roster_legend_off", lang, off=_OFF, absent=_ABSENT))
    return output.wrapped(listed(said, lang))


def _coverage(made: Roster, lang: Lang) -> str:
    """A row per day: there/wanted for each shift, with what is short."""
    kinds = list(dict.fromkeys((row.shift, row.skill) for row in made.coverage if row.required))
    kinds.sort(key=lambda kind: ([shift.name for shift in made.problem.shifts].index(kind[0]), kind[1]))
    cells = {(row.day, row.shift, row.skill): row for row in made.coverage}
    days = [made.problem.date_of(day) for day in range(made.problem.days)]
    rows = []
    for day in days:
        found = [cells.get((day, *kind)) for kind in kinds]
        said = ["-" if row is None else f"{row.rostered}/{row.required}{f' (-{row.short})' * bool(row.short)}"
                for row in found]
        rows.append([f"{day} {weekday(day.isoweekday(), lang)}", *said])
    heads = [label("day", lang), *(f"{shift} {skill}".strip() for shift, skill in kinds)]
    return output.table(heads, rows, figures_from=1)


def _people(made: Roster, lang: Lang) -> str:
    keys = ("agent", "roster_hours", "roster_contract", "roster_shifts", "roster_nights", "roster_weekends",
            "roster_wishes")
    rows = [
        [one.agent, f"{one.hours:g}", None if one.contract_h is None else f"{one.contract_h:g}", one.shifts, one.nights,
         one.weekends, f"{one.wishes_granted}/{one.wishes}"] for one in made.people
    ]
    return output.table([label(key, lang) for key in keys], rows, figures_from=1)


def _parts(made: Roster, lang: Lang) -> str:
    rows = [[label(f"roster_{name}", lang), f"{cost:,.0f}"] for name, cost in made.parts.items()]
    return output.table([label("roster_part", lang), label("roster_cost", lang)], rows, figures_from=1)
