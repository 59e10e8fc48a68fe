"""Staffing of days: hindsight where there is data, the forecast after it, the people where states or schedules are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from ccops.errors import SourceError, UsageError
from ccops.progress import Progress
from ccops.remark import Remark
from ccops.workforce.expected import expected_between
from ccops.workforce.forecast.result import Forecast
from ccops.workforce.patience import Patience, patience_of
from ccops.workforce.serving import named
from ccops.workforce.staffing import Rules, Staffing, open_rows, staff
from ccops.workforce.staffing_day import cut_short, hindsight
from ccops.workforce.staffing_staffed import Staffed, staffed
from ccops.workforce.visits import inbound_visits, last_day

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice

PATIENCE_DAYS = 56  # of visits that tell how long people wait
HORIZON_DAYS = 7
MOST_DAYS = 366


def staff_days(data: Slice, first: date | None = None, last: date | None = None, *, horizon_days: int | None = None,
               rules: Rules | None = None, until: datetime | None = None,
               progress: Progress | None = None) -> Staffing:
    """Staffing of the days from `first` to `last`, or of the `horizon_days` (7) after the last day with calls.

    Up to that day volumes and handling times are what really came, after it what the forecast says. A day that is not
    over, for the data ends in it or it is taken to be `until` (aware), has its rest from the forecast as well, updated
    by its calls so far. Raises SourceError where nothing is known or open, UsageError for days that contradict each
    other.
    """
    import polars as pl

    if last and horizon_days:
        raise UsageError("a horizon beside a last day", fix="give --horizon alone or with --from, or the days")
    rules = rules or Rules.of(data.settings)
    known = last_day(data)
    if until is not None and data.settings.business_day.day_of(_utc(until)) <= known:
        known = data.settings.business_day.day_of(_utc(until) - timedelta(microseconds=1))
    else:
        until = None
    begin = first or (known + timedelta(days=1) if last is None or last > known else last)
    ahead = horizon_days or (HORIZON_DAYS if begin > known else None)
    end = last or (begin + timedelta(days=ahead - 1) if ahead else known)
    if not begin <= end < begin + timedelta(days=MOST_DAYS):
        raise UsageError(f"{begin} to {end} cannot be staffed", fix=f"give at most {MOST_DAYS} days, the earlier first")
    frames: list[pl.DataFrame] = []
    said: tuple[Remark, ...] = ()
    now = None
    if begin <= known:
        frames.append(hindsight(data, begin, min(end, known), rules.interval_min, until))
    goes_on = begin <= known <= end and (until is not None or cut_short(data, known, rules.interval_min))
    if end > known or goes_on:
        first_ahead = max(begin, known if goes_on else known + timedelta(days=1))
        try:
            ahead_of = expected_between(data, known, first_ahead, end, rules.interval_min, progress, until)
        except SourceError:
            if end > known:
                raise
            said = (Remark("staff_note_open_day_short", {"day": f"{known}"}),)
        else:
            came = pl.concat(frames).select("queue", "start_at") if frames else ahead_of.frame.clear()
            rest = ahead_of.frame.join(came, on=["queue", "start_at"], how="anti")
            frames.append(rest)
            said = left_out(ahead_of)
            now = _resumed(rest, data, known) if goes_on else None
    if now is not None:
        said = (Remark("staff_note_open_day", {"day": f"{known}", "at": f"{now:%H:%M}"}), *said)
    frame = pl.concat(frames, how="diagonal_relaxed")
    kept = frame.filter(open_rows(frame["start_at"], data.settings, rules.interval_min))
    if not kept.height:
        fix = "ccops check shows gaps in the data; [opening] and [forecast] closed say when you are open"
        raise SourceError(f"no open interval with known calls from {begin} to {end}", fix=fix)
    if begin <= known and (dropped := _dropped(data.on(begin, min(end, known)), kept, until or now)):
        said = (*said, Remark("staff_note_outside", {"calls": f"{dropped:,}"}))
    there = staffed(data, opening_of(kept), rules.interval_min, until or now)
    plan = staff(kept, patience_before(data, min(end, known)), data.settings, rules=rules, staffed=there)
    return replace(plan, hindsight=end <= known and now is None, notes=said + notes(plan, there))


def _dropped(data: Slice, kept: pl.DataFrame, until: datetime | None) -> int:
    """Calls of the slice's days, up to `until`, that no row counts: outside the opening hours, or where data is cut."""
    import polars as pl

    visits = inbound_visits(data)
    if until is not None:
        visits, kept = visits.filter(pl.col("entered_at") < _utc(until)), kept.filter(pl.col("start_at") < until)
    day = pl.col("start_at").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    last = data.scope.last_day
    ends = data.settings.business_day.bounds(last)[1] if last else datetime.max
    counted = kept.filter(day < ends)["volume"].sum()
    return max(int(visits.select(pl.len()).collect(engine="streaming").item()) - round(float(counted)), 0)


def _resumed(rest: pl.DataFrame, data: Slice, day: date) -> datetime | None:
    """Where the forecast begins on a day that is not over; None where nothing is left of it."""
    at = rest["start_at"].min()
    return at if isinstance(at, datetime) and data.settings.business_day.day_of(_utc(at)) == day else None


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def patience_before(data: Slice, last: date) -> dict[str, Patience]:
    """Patience per queue from the eight weeks up to a day; small queues lean on all queues, asked for or not."""
    return patience_of(data.everyone().on(last - timedelta(days=PATIENCE_DAYS - 1), last))


def left_out(found: Forecast) -> tuple[Remark, ...]:
    """What the forecast assumed, and the queues that it could not tell."""
    return found.remarks + tuple(
        Remark("staff_note_left_out", {"queue": each.queue, "days": f"{each.days}", "needs": f"{each.needs_days}"})
        for each in found.left_out
    )


def opening_of(frame: pl.DataFrame) -> dict[str, list[datetime]]:
    """The intervals in which each queue of a frame is open."""
    return {
        str(queue): rows["start_at"].to_list()
        for (queue,), rows in sorted(frame.group_by("queue"), key=lambda pair: str(pair[0][0]))
    }


def notes(plan: Staffing, there: Staffed) -> tuple[Remark, ...]:
    """What was assumed, and what is not known."""
    import polars as pl

    said = []
    seen = bool(plan.frame["staffed"].drop_nulls().len())
    unknown = sorted(plan.frame.filter(pl.col("staffed").is_null())["queue"].unique())
    if unknown and seen:
        said.append(Remark("staff_note_unknown", {"queues": ", ".join(unknown)}))
    counts = (("staff_note_shared", there.shared), ("staff_note_schedule", there.from_schedule),
              ("staff_note_inferred", there.inferred))
    said += [Remark(key, {"agents": f"{n:,}"}) for key, n in counts if n and seen]
    if there.unplaced:
        said.append(Remark("staff_note_idle", named(there.unplaced)))
    if there.strangers:
        said.append(Remark("staff_note_strangers", named(there.strangers)))
    if seen and 2 * there.shared > there.from_states + there.from_schedule:
        said.append(Remark("staff_note_cross"))
    if blank := plan.frame["required"].null_count():
        said.append(Remark("staff_note_no_calls", {"intervals": f"{blank:,}"}))
    said.append(Remark("staff_note_predicted"))
    if not plan.rules.lost_call_value:
        said.append(Remark("staff_note_no_money"))
    return tuple(said)
