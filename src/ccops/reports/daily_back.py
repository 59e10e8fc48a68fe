"""The back pages of the daily report: lost callers, data quality, definitions, and what to type next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from ccops.labels import NAMES
from ccops.reports.day_figures import TOLD, DayFigures
from ccops.reports.document import Block, Column, Note, Section, Table, Term, Unit, Value, Words

LOST_SHOWN = 200


def lost(f: DayFigures) -> Section:
    """Lost callers with their call-back status."""
    found = f.lost
    if f.of_agents:
        return Section("lost", (Note("not_of_agents"),))
    if not found.contacts:
        return Section("lost", (Note("lost_nobody"),))
    status = found.status
    balance = Note("lost_balance", {"lost": found.contacts, "repaired": found.repaired})
    followed = Note("lost_followed", {
        "back": status["back_answered"] + status["back_unanswered"],
        "again": status["again_answered"] + status["again_lost"],
        "none": status["none"] + status["pending"], "unknown": status["unknown"],
    })
    blocks: list[Block] = [balance, followed, found.first(LOST_SHOWN)]
    if found.contacts > LOST_SHOWN:
        blocks.append(Note("lost_more", {"more": found.contacts - LOST_SHOWN, "day": f.day}))
    return Section("lost", tuple(blocks))


def data_quality(f: DayFigures) -> Section:
    """What is strange in the files and in the day's rows, and what the sources do not say at all."""
    columns = (Column("issue", Unit.TEXT, dimension=True), Column("rows", Unit.COUNT))
    rows = tuple((_issue(code), count) for code, count in flagged(f).items())
    table: Block = Table("data_quality", columns, rows) if rows else Note("quality_clean")
    files = tuple((name,) for name in f.provenance.files)
    read: tuple[Block, ...] = (Table("files", (Column("file", Unit.TEXT),), files),) if files else ()
    lacks = (Note("quality_lacks", {"what": what, "reason": why}) for what, why in sorted(f.slice.lacks.items()))
    return Section("data_quality", (table, *lacks, *read))


def flagged(f: DayFigures) -> dict[str, int]:
    """Counts by code: those of the files over all days, those of the rows on this day."""
    of_day = {name: count for name, count in asdict(f.oddities).items() if not name.endswith("_s") and count}
    inferred = sum("inferred" in sources for sources in f.logins.values())
    return {**f.provenance.quality, **of_day, **({"inferred_logins": inferred} if inferred else {})}


def _issue(code: str) -> Value:
    return Term(code, "quality") if f"quality_{code}" in NAMES else code


def definitions(f: DayFigures) -> Section:
    """How every figure of this report is computed, with what its sources lack."""
    columns = (Column("metric", Unit.TEXT, dimension=True), Column("definition", Unit.TEXT))
    rows = tuple((Term(metric), words) for metric, words in defined(f).items())
    return Section("definitions", (Table("definitions", columns, rows),))


def defined(f: DayFigures) -> Mapping[str, Words]:
    """Definitions of all metrics of the report."""
    lookups = (f.days, f.intervals, f.queues, f.agents)
    found = {metric: words for lookup in lookups for metric, words in lookup.definitions.items()}
    return {metric: words for metric, words in found.items() if metric not in TOLD}


def what_next(f: DayFigures) -> Section:
    """Commands that lead on from here."""
    keys = ("next_all", "next_lost", "next_explain", "next_save")
    return Section("next", tuple(Note(key, {"day": f.day}, brief=True) for key in keys))
