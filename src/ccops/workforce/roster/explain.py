"""Why there is no roster: the smallest set of rules that cannot all be kept.

First each person alone: rules at single days. If everybody could work some line, what clashes is what is needed with
what everybody's rules leave: single needs against whole rules. Rules are left out in ever smaller parts while there
still is no roster; what remains is minimal, because a rule that was needed beside more is needed beside less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ccops.workforce.roster.model import Atom, build
from ccops.workforce.roster.problem import Need, Problem
from ccops.workforce.roster.solve import Search, possible

EFFORT = 20.0  # deterministic seconds for one question
_SUSPECTS = 12  # needs asked about one by one
# In this order rules are tried to be done without: what is left is what people think of first.
_KINDS = (
    "swing", "same_start", "weekends", "night_row", "nights", "row", "paired", "rest", "least_shifts", "least",
    "most_shifts", "own_most", "contract", "week_most", "unwanted", "ban", "skill", "fixed", "absent",
)


@dataclass(frozen=True)
class Clash:
    """Rules that cannot all be kept. An atom with person -1 is a rule for everybody; a need has its number.

    `proven` is False if some question stayed undecided: then a rule may be in it that need not be. `others` have no
    line of their own either.
    """

    atoms: tuple[Atom, ...]
    proven: bool = True
    others: tuple[int, ...] = ()


def explain(problem: Problem, search: Search, stuck: Sequence[int] = ()) -> Clash | None:
    """The clash of a problem that has no roster; None if time does not allow to find one."""
    suspects = stuck or [
        person for person in range(len(problem.people))
        if possible(problem, [person], _only_people, search=search, effort=EFFORT)[0] is False
    ]
    if suspects:
        return _of_person(problem, search, suspects)
    return _of_needs(problem, search)


def _only_people(atom: Atom) -> bool:
    return atom.kind != "need"


def _of_person(problem: Problem, search: Search, suspects: Sequence[int]) -> Clash:
    """The clash of the first person's rules, day by day."""
    person, *others = suspects
    asked: dict[Atom, None] = {}

    def note(atom: Atom) -> bool:
        asked.setdefault(atom)
        return atom.kind != "need"

    build(problem, [person], keep=note, priced=False)
    atoms = sorted((atom for atom in asked if atom.kind != "need"), key=lambda atom: _KINDS.index(atom.kind))
    doubt = _Doubt()

    def impossible(kept: Sequence[Atom]) -> bool:
        return doubt.of(possible(problem, [person], set(kept).__contains__, search=search, effort=EFFORT)[0])

    return Clash(tuple(shrunk(atoms, impossible)), not doubt.any, tuple(others))


def _of_needs(problem: Problem, search: Search) -> Clash | None:
    """The clash of needs with the rules of all people."""
    needs = [number for number, need in enumerate(problem.needs) if need.minimum]
    doubt = _Doubt()

    def impossible(kept: Sequence[Atom]) -> bool:
        some = set(kept)
        return doubt.of(possible(
            problem, None, lambda atom: (atom if atom.kind == "need" else Atom(atom.kind)) in some,
            search=search, effort=EFFORT,
        )[0])

    rules = [Atom(kind) for kind in _KINDS]
    for some in _likely(problem, needs):
        start = [*rules, *(Atom("need", -1, number) for number in some)]
        if impossible(start):
            doubt.any = False  # what was undecided before was about others
            return Clash(tuple(shrunk(start, impossible)), not doubt.any)
    return None


@dataclass
class _Doubt:
    """Whether any question stayed undecided."""

    any: bool = False

    def of(self, answer: bool | None) -> bool:
        """Whether there is proof that no roster exists."""
        self.any = self.any or answer is None
        return answer is False


def _likely(problem: Problem, needs: Sequence[int]) -> Iterable[list[int]]:
    """Sets of needs that may be too much, small ones first: one need, a day, a week, all."""
    def spare(number: int) -> int:
        need = problem.needs[number]
        return len(able(problem, need)) - need.minimum

    for number in sorted(needs, key=spare)[:_SUSPECTS]:
        yield [number]
    days = {day: [n for n in needs if problem.needs[n].day == day] for day in range(problem.days)}
    slack = {day: len(problem.people) - sum(problem.needs[n].minimum for n in some) for day, some in days.items()}
    for day in sorted(slack, key=lambda day: slack[day])[:_SUSPECTS]:
        if len(days[day]) > 1:
            yield days[day]
    for week in problem.weeks:
        yield [n for n in needs if problem.needs[n].day in week]
    yield list(needs)


def able(problem: Problem, need: Need) -> list[int]:
    """Whoever could be on a need's shift if that day were all there is."""
    return [
        person for person, who in enumerate(problem.people)
        if problem.counts_for(person, need) and need.day not in who.absent and not problem.lacks(person, need.shift)
        and (need.day, need.shift) not in who.bans and who.fixed.get(need.day, need.shift) == need.shift
    ]


def shrunk(atoms: Sequence[Atom], impossible: Callable[[Sequence[Atom]], bool]) -> list[Atom]:
    """A smallest part of the atoms that is still impossible: none of it can be left out."""
    left = list(atoms)
    size = max(1, len(left) // 2)
    while True:
        at = 0
        while at < len(left):
            rest = left[:at] + left[at + size :]
            if impossible(rest):
                left = rest
            else:
                at += size
        if size == 1:
            return left
        size //= 2
