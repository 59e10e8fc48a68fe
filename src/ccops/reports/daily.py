"""The daily report of one business day: the figures gathered once, then a section after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ccops.cost.offer_file import Offer
from ccops.cost.tariff_file import Tariff
from ccops.model import Slice
from ccops.reports.daily_agents import agents
from ccops.reports.daily_back import data_quality, defined, definitions, flagged, lost, what_next
from ccops.reports.daily_business import cost, people, quality, recommendations
from ccops.reports.daily_summary import header, key_figures, verdict
from ccops.reports.daily_traffic import heat_map, intervals, queues, waits
from ccops.reports.day_figures import DayFigures, gather
from ccops.reports.document import Provenance, Report, Section
from ccops.reports.exceptions import exceptions

# Those of which nothing is known are left out.
SECTIONS: tuple[Callable[[DayFigures], Section | None], ...] = (
    header, verdict, key_figures, intervals, heat_map, queues, agents, lost, waits, exceptions, cost, recommendations,
    quality, people, data_quality, definitions, what_next,
)


def daily(slice_: Slice, day: date, *, interval: int | None = None, compare: bool = True,
          provenance: Provenance | None = None, tariffs: Mapping[str, Sequence[Tariff]] | None = None,
          offers: Sequence[Offer] = ()) -> Report:
    """The report of a business day, whatever days the slice itself is about.

    `interval` is 15, 30 or 60 minutes, by default that of the settings; `compare` adds yesterday, the same weekday
    last week, the month to date and 14 days; `tariffs` and `offers` are what recommendations may compare. Raises
    UsageError for another interval.
    """
    minutes = slice_.settings.report.interval if interval is None else interval
    f = replace(gather(slice_, day, minutes, compare, provenance or Provenance()), tariffs=tariffs or {}, offers=offers)
    origin = replace(f.provenance, quality=flagged(f))
    named = tuple(sorted({key[0] for key in f.queues.keys if key[0] is not None}))
    sections = tuple(made for section in SECTIONS if (made := section(f)) is not None)
    lang = slice_.settings.site.lang
    return Report("daily_report", day, slice_.scope.queues or named, sections, defined(f), origin, lang)
