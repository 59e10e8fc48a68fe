"""Every word of our own output, in English and Chinese, by subject. `ccops.labels` reads them; nothing else does.

Values come into sentences written out (`81.9%`, `1,402`, `4:05`); both languages use the same names in braces, as a
test checks.
"""

from __future__ import annotations

from ccops.wording import (
    adherence,
    attrition,
    business_data,
    capacity,
    costs,
    economics,
    erlang,
    forecast,
    hiring,
    incentives,
    levers,
    monitoring,
    names,
    recommend,
    reports,
    roster,
    satisfaction,
    schedule,
    scores,
    simulation,
    sourcing,
    staffing,
    tariffs,
)

_SUBJECTS = (
    erlang, forecast, staffing, simulation, schedule, roster, adherence, capacity, business_data, attrition, hiring,
    incentives, scores, monitoring, satisfaction, costs, economics, tariffs, sourcing, levers, recommend,
)

NAMES: tuple[str, ...] = tuple(
    line for text in (names.NAMES, *(subject.NAMES for subject in _SUBJECTS)) for line in text.strip().splitlines()
)
SENTENCES: dict[str, tuple[str, str]] = dict(reports.SENTENCES)
for _subject in _SUBJECTS:
    SENTENCES |= _subject.SENTENCES
