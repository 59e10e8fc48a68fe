"""Employments as attrition counts them: one stretch per person and employment, cut to the time that is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from ccops.errors import SourceError
from ccops.model import Slice
from ccops.remark import Remark

GROUPS = {"team": "team", "shift": "shift", "source": "hiring_source"}
UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class Employments:
    """`frame`: agent, team, shift, hiring_source, role, start, end (last day; null while employed), productive_from,
    reason, kind. Internal moves end an employment here without being attrition. `notes` say what was assumed.
    """

    frame: pl.DataFrame
    first: date
    last: date
    notes: tuple[Remark, ...]

    def watched(self, frame: pl.DataFrame | None = None) -> pl.DataFrame:
        """Stretches that lie in the time looked at, in days of tenure: `entry`, `exit`, and whether it ended by
        leaving (`left`) or by an internal move (`moved`). The last day of work counts as worked.
        """
        rows = self.frame if frame is None else frame
        start, end = pl.col("start"), pl.col("end")
        inside = rows.filter((start <= self.last) & (end.is_null() | (end >= self.first)))
        ended = end.is_not_null() & (end <= self.last)
        until = pl.when(ended).then(end).otherwise(pl.lit(self.last))
        return inside.with_columns(
            entry=(pl.lit(self.first) - start).dt.total_days().clip(0).cast(pl.Float64),
            exit=((until - start).dt.total_days() + 1).cast(pl.Float64),
            left=ended & (pl.col("kind") != "internal"), moved=ended & (pl.col("kind") == "internal"),
        )

    def headcount(self, day: date) -> int:
        """People employed at the end of a day."""
        start, end = pl.col("start"), pl.col("end")
        return self.frame.filter((start <= day) & (end.is_null() | (end > day)))["agent"].n_unique()


def employments(data: Slice, first: date | None = None, last: date | None = None) -> Employments:
    """The employments of the scope's teams, from `first` to `last`.

    By default the twelve whole months before the latest date that the list or the calls know. Raises SourceError where
    there is no list, or nobody in it says when they began.
    """
    rows = data.read("employees", None, None).collect().sort("agent", "nth")
    if data.scope.teams:
        rows = rows.filter(pl.col("team").is_in(list(data.scope.teams)))
    dated = rows.filter(pl.col("employed_from").is_not_null() & (
        pl.col("employed_to").is_null() | (pl.col("employed_to") >= pl.col("employed_from"))))
    if dated.is_empty():
        raise SourceError("nobody is known to be employed" if rows.is_empty() else "no employment has a first day",
                          fix="import a list of employees with the days on which they began and left")
    notes = [Remark("attr_undated", {"n": str(rows.height - dated.height)})] if rows.height > dated.height else []
    merged, overlaps = _merged(dated)
    notes += [Remark("attr_overlaps", {"n": str(overlaps)})] if overlaps else []
    frame = _kinds(merged, data.settings.people.kinds)
    called = None if last else data.read("queue_visits", None, None).select(pl.col("day").max()).collect().item()
    first, last = _period(frame, first, last, called)
    found = Employments(frame, first, last, ())
    gone = found.watched().filter("left")
    if missing := gone.filter(pl.col("kind") == UNKNOWN).height:
        notes.append(Remark("attr_kind_unknown", {"n": str(missing), "all": str(gone.height)}))
    return Employments(frame, first, last, tuple(notes))


def _merged(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Employments of one person that overlap as one, and how many were taken in: the later row's words hold."""
    overlap = pl.col("overlap").fill_null(False)
    block = (~overlap).cum_sum().over("agent")
    merged = rows.with_columns(block=block).group_by("agent", "block", maintain_order=True).agg(
        pl.col("team", "shift", "hiring_source", "role", "productive_from", "leave_reason", "leave_kind").last(),
        start=pl.col("employed_from").min(),
        end=pl.when(pl.col("employed_to").is_null().any()).then(None).otherwise(pl.col("employed_to").max()),
    )
    return merged.drop("block").rename({"leave_reason": "reason"}), rows.height - merged.height


def _kinds(rows: pl.DataFrame, by_reason: Mapping[str, str]) -> pl.DataFrame:
    """What kind of leaving it was: as the list says, else as the settings say of the reason."""
    given = pl.col("reason").replace_strict(dict(by_reason), default=None, return_dtype=pl.String)
    kind = pl.coalesce(pl.col("leave_kind"), given, pl.lit(UNKNOWN))
    return rows.with_columns(kind=pl.when(pl.col("end").is_not_null()).then(kind)).drop("leave_kind")


def _period(rows: pl.DataFrame, first: date | None, last: date | None, called: date | None) -> tuple[date, date]:
    known = [day for name in ("start", "end") if isinstance(day := rows[name].max(), date)]
    latest = max([*known, called] if called else known)
    whole = (latest + timedelta(days=1)).replace(day=1) - timedelta(days=1)  # the last whole month's last day
    end = last or (whole if first is None else latest)
    begin = first or _year_before(end)
    if begin > end:
        raise SourceError(f"the list knows nothing between {begin} and {end}", fix="give other days")
    return begin, end


def _year_before(end: date) -> date:
    """The first day of the twelve months that end on a day."""
    after = end + timedelta(days=1)
    try:
        return after.replace(year=after.year - 1)
    except ValueError:  # 29 February
        return after.replace(year=after.year - 1, day=28)
