"""What to do on Monday: candidates that the data support, tested, folded, and ranked by money per month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from ccops.recommend.action import Action, Need, Recommendations
from ccops.recommend.assessing import evaluators, samples
from ccops.recommend.away import away
from ccops.recommend.billing import billing
from ccops.recommend.breaks import breaks
from ccops.recommend.callbacks import callbacks
from ccops.recommend.candidate import Candidate
from ccops.recommend.evidence import Evidence
from ccops.recommend.folding import Rules, folded
from ccops.recommend.gaps import gaps
from ccops.recommend.leaving import leaving
from ccops.recommend.lengths import lengths
from ccops.recommend.offers import offers as offered
from ccops.recommend.pools import pools
from ccops.recommend.reasons import reasons
from ccops.recommend.starts import starts
from ccops.recommend.testing import Bench, bench
from ccops.recommend.transfers import transfers
from ccops.remark import Remark
from ccops.workforce.visits import days_with_calls, last_day

if TYPE_CHECKING:
    from ccops.cost.offer_file import Offer
    from ccops.cost.tariff_file import Tariff
    from ccops.model import Slice
    from ccops.progress import Progress

Family = Callable[[Evidence], tuple[list[Candidate], list[Need]]]
_QUICK_DAYS = 4
FAMILIES: tuple[Family, ...] = (
    breaks, starts, pools, gaps, callbacks, reasons, lengths, transfers, away, billing, offered, leaving,
    evaluators, samples,
)


def recommend(data: Slice, *, most: int = 10, quick: bool = False, seed: int = 1,
              tariffs: Mapping[str, Sequence[Tariff]] | None = None,
              offers: Sequence[Offer] = (), progress: Progress | None = None) -> Recommendations:
    """At most so many actions: those with money by what they save, then those that bring knowledge.

    Looks at the last days with calls of the slice, or before its last day, as many as `[recommend] days` says. With
    `quick` the formulas test what they can on a few days, within seconds, and nothing is simulated. `tariffs` are
    versions by name, as `read_tariffs` gives them, `offers` those of `read_offers`. The same data and seed give the
    same answer. Raises SourceError where there is no call in a queue.
    """
    until = data.scope.last_day or last_day(data)
    wanted = data.settings.recommend.days
    first = data.scope.first_day or until - timedelta(days=wanted - 1)
    days = tuple(days_with_calls(data, first, until)[-wanted:]) or (last_day(data),)
    evidence = Evidence(data, days, tariffs or {}, offers)
    candidates, needs = _generated(evidence)
    worth, own = evidence.lost_value > 0, data.settings.recommend
    tests = bench(data, days[-_QUICK_DAYS:] if quick else days, replications=own.replications, seed=seed,
                  method="formulas" if quick else "simulation", progress=progress) if worth else None
    if not evidence.lost_value:
        needs.append(Need("[staffing] lost_call_value", Remark("rec_need_lost_value")))
    elif worth and tests is None:
        needs.append(Need("agents", Remark("rec_need_people")))
    known = sorted((one for one in candidates if not one.change and not one.money), key=lambda one: not one.freed_hours)
    money = [one for one in candidates if one.money or (one.change and tests)]
    currency = data.settings.staffing.currency
    reserved = len(known) + sum(1 for one in money if one.freed_hours)
    rules = Rules(evidence.lost_value, _target(data), max(most - reserved, 1), currency)
    done = folded(money, tests, rules, progress)
    actions = (*done.actions, *done.freeing, *map(_knowledge, known))[:most]
    return Recommendations(actions, done.dropped, tuple(needs), currency, days[0], days[-1],
                           tests.days if tests else (), tuple(_notes(tests, actions, quick)))


def _generated(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """Of every family what its data support, and what the others would need, each once."""
    candidates: list[Candidate] = []
    needs: dict[str, Need] = {}
    for family in FAMILIES:
        found, missing = family(evidence)
        candidates += found
        needs |= {one.what: one for one in missing if one.what not in needs}
    return candidates, [*needs.values()]


def _target(data: Slice) -> float | None:
    from ccops.metrics.targets import target

    return target("service_level", data.settings)


def _knowledge(one: Candidate) -> Action:
    return Action(one.id, one.family, one.title, one.problem, one.why, one.effort, "data",
                  freed_hours=one.freed_hours, assumptions=tuple(one.assumptions))


def _notes(tests: Bench | None, actions: Sequence[Action], quick: bool) -> list[Remark]:
    notes = []
    if tests and not quick:
        notes.append(Remark("rec_tested", {
            "days": str(len(tests.days)), "n": str(tests.replications), "ratio": f"{tests.ratio:.0%}",
        }))
    if tests and tests.unlike:
        notes.append(Remark("rec_unlike", {"days": ", ".join(f"{day}" for day in tests.unlike)}))
    if quick:
        notes.append(Remark("rec_quick"))
    if any(action.freed_hours for action in actions):
        notes.append(Remark("rec_freed"))
    return notes
