"""Quality monitoring: five evaluators with one form, one of them lenient, and two calibration sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from ccops.clock import Zone
from ccops.demo.asterisk import local
from ccops.demo.served import Served

HEAD = ("Evaluation,Contact,Agent,Evaluator,Evaluated at,Form,Section,Section weight,Question,Weight,Points,Most,"
        "Not applicable,Critical,Failed,Session,Master\n")
EVALUATORS = ("E1", "E2", "E3", "E4", "E5")
PLANTED_EVALUATOR, LENIENT = "E3", 0.9  # points of ten more than the others
# Section, its weight, question, its weight, kind of critical error.
_FORM = (
    ("opening", 15, "greeting", 40, ""), ("opening", 15, "identification", 60, "compliance"),
    ("solution", 45, "understood the matter", 30, ""), ("solution", 45, "right answer", 50, "customer"),
    ("solution", 45, "next steps", 20, ""),
    ("manner", 25, "tone", 50, ""), ("manner", 25, "no long silences", 20, ""), ("manner", 25, "clear words", 30, ""),
    ("records", 15, "case recorded", 60, "business"), ("records", 15, "closing", 40, ""),
)
_RARELY = ("next steps", "identification")  # do not apply to every call
_PER_WEEK, _SESSIONS, _HEARD = 3, 2, 8
_LATER_S = 86_400  # calls are listened to on the next day


def evaluations(calls: Sequence[Served], seed: int, zone: Zone) -> str:
    """About three calls per agent and week, and the sessions, a row per question."""
    rng = Random(f"{seed}/quality")  # noqa: S311
    weeks: dict[tuple[str, int], list[Served]] = defaultdict(list)
    for one in calls:
        weeks[one.agent, one.on.toordinal() // 7].append(one)
    rows: list[str] = []
    number = 0
    for (agent, _), own in sorted(weeks.items()):
        skill = Random(f"{seed}/{agent}/skill").gauss(8.1, 0.35)  # noqa: S311
        for one in rng.sample(own, min(_PER_WEEK, len(own))):
            number += 1
            evaluator = rng.choice(EVALUATORS)
            rows += _answers(f"Q{number:05}", one, evaluator, skill, "", "", rng, zone)
    return HEAD + "".join(rows) + "".join(_sessions(calls, seed, zone))


def _sessions(calls: Sequence[Served], seed: int, zone: Zone) -> list[str]:
    """Everybody hears the same calls; the panel agrees on a score."""
    rng = Random(f"{seed}/sessions")  # noqa: S311
    rows: list[str] = []
    if len(calls) < _SESSIONS * _HEARD:
        return rows
    for n, one in enumerate(rng.sample(calls, _SESSIONS * _HEARD)):
        skill = rng.gauss(8.0, 0.8)
        session = f"calibration {n // _HEARD + 1}"
        for evaluator in (*EVALUATORS, "panel"):
            master = "yes" if evaluator == "panel" else "no"
            rows += _answers(f"C{n:03}{evaluator}", one, evaluator, skill, session, master, rng, zone, spread=0.6)
    return rows


def _answers(number: str, one: Served, evaluator: str, skill: float, session: str, master: str, rng: Random,
             zone: Zone, spread: float = 1.2) -> list[str]:
    lift = LENIENT if evaluator == PLANTED_EVALUATOR else 0.0
    at, rows = local(one.ended + _LATER_S, zone), []
    for section, own, question, weight, critical in _FORM:
        skipped = question in _RARELY and rng.random() < 0.25
        points = "" if skipped else str(min(10, max(0, round(skill + lift + rng.gauss(0, spread)))))
        failed = "yes" if critical and not skipped and rng.random() < 0.012 else "no" if critical else ""
        rows.append(f"{number},{one.contact},{one.agent},{evaluator},{at},standard,{section},{own},{question},{weight},"
                    f"{points},10,{'yes' if skipped else 'no'},{critical},{failed},{session},{master}\n")
    return rows
