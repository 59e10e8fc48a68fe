"""The store's own calls under each tariff: invoices month by month, and which tariff is cheapest for such calls.

Calls are counted once, by length, direction, channel, month and the times of day that any rate tells apart; the counts
are rated. What is billed: a call that came in, from the moment the switch took it to its end, queueing included, as the
owner of a 400 or 800 number pays it; one that went out, its talk, or all of it where no talk is known. Calls that
nobody took are not billed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from ccops.cost.rating import invoice, usage
from ccops.cost.tariff_file import Tariff
from ccops.errors import SettingsError, SourceError
from ccops.model import Slice
from ccops.remark import Remark

_UNBILLED = ("unanswered", "busy", "failed")
_MONTH_DAYS = Decimal("30.4375")
_Rows = list[dict[str, Any]]
_KEYS = ("month", "direction", "channel", "slot", "seconds")


@dataclass(frozen=True)
class Ranked:
    """A tariff on the period's calls: its invoices in all, and what a month of such calls costs."""

    name: str
    in_force: bool
    total: Decimal
    per_month: Decimal
    per_minute: Decimal | None
    saves: Decimal | None  # a month against the tariff in force


@dataclass(frozen=True, eq=False)
class Tariffs:
    """`ranked`, the cheapest first; `frame` has a row per tariff, month, direction and rate with calls, seconds spoken
    and billed, and charge; `invoices` one per tariff and month."""

    ranked: tuple[Ranked, ...]
    frame: pl.DataFrame
    invoices: pl.DataFrame
    calls: int
    minutes: Decimal
    first: date
    last: date
    currency: str
    notes: tuple[Remark, ...]

    @property
    def paid(self) -> Ranked | None:
        """The tariff in force."""
        return next((one for one in self.ranked if one.in_force), None)

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(("tariff", "per month", "saves"), ((one.name, one.per_month, one.saves) for one in self.ranked))


def tariffs(data: Slice, versions: Mapping[str, Sequence[Tariff]]) -> Tariffs:
    """Re-rates the scope's calls. Raises SourceError where there are none, SettingsError for calls before a tariff
    begins or after it ends, or that none of its rates fits."""
    counted, notes = _counted(data, versions)
    if counted.is_empty():
        raise SourceError("there are no calls to rate", fix="import the calls of the switch; give other days")
    first, last = counted["first"].min(), counted["last"].max()
    assert isinstance(first, date)  # noqa: S101  of a frame that is not empty
    assert isinstance(last, date)  # noqa: S101
    rows: _Rows = []
    bills: _Rows = []
    ranked = []
    for name, own in versions.items():
        _check_dates(name, own, first, last)
        made, invoiced = _rated(name, own, counted)
        rows += made
        bills += invoiced
        ranked.append(_typical(name, own, made, invoiced, first, last))
    paid = next((one.per_month for one in ranked if one.in_force), None)
    compared = [replace(one, saves=None if paid is None else paid - one.per_month) for one in ranked]
    spoken = int((counted["seconds"] * counted["n"]).sum())
    return Tariffs(
        tuple(sorted(compared, key=lambda one: (one.per_month, one.name))), pl.DataFrame(rows), pl.DataFrame(bills),
        int(counted["n"].sum()), (Decimal(spoken) / 60).quantize(Decimal("0.1")), first, last,
        next(iter(versions.values()))[0].currency, notes,
    )


def _counted(data: Slice, versions: Mapping[str, Sequence[Tariff]]) -> tuple[pl.DataFrame, tuple[Remark, ...]]:
    """How many calls of each kind and length there were, and the days they lie between."""
    length = (pl.col("ended_at") - pl.col("started_at")).dt.total_milliseconds()
    kept, out = ["direction", "channel", "day", "quarter"], pl.col("direction") == "out"
    calls = data.table("contacts").filter(
        pl.col("direction").is_in(["in", "out"]), ~pl.col("outcome").is_in(_UNBILLED), pl.col("channel") == "voice")
    spoken = data.table("segments").filter(pl.col("kind") == "talk")
    if spoken.head(1).collect().is_empty():
        timed = calls.select(*kept, ms=length)
    else:
        talk = spoken.group_by("system", "contact_id").agg(pl.col("duration_ms").sum())
        went = calls.filter(out).join(talk, on=["system", "contact_id"], how="left")
        timed = pl.concat([calls.filter(~out).select(*kept, ms=length),
                           went.select(*kept, ms=pl.coalesce("duration_ms", length))])
    # Counted by the few times that any rate tells apart, not by every quarter-hour of the week: many times fewer rows.
    frame = timed.group_by(
        month=pl.col("day").dt.truncate("1mo"), direction="direction", channel="channel", slot=_slot(versions),
        cut=_cut(versions), seconds=-(-pl.col("ms") // 1000),
    ).agg(n=pl.len(), first=pl.col("day").min(), last=pl.col("day").max()).collect(engine="streaming")
    unknown = int(frame.filter(pl.col("seconds").is_null())["n"].sum())
    known = frame.filter(pl.col("seconds").is_not_null()).group_by(*_KEYS, "cut").agg(
        pl.col("n").sum(), pl.col("first").min(), pl.col("last").max()).sort(*_KEYS, "cut")
    notes = [Remark("tar_no_end", {"n": str(unknown)})] if unknown else []
    return known, tuple(notes)


def _slot(versions: Mapping[str, Sequence[Tariff]]) -> pl.Expr:
    """Of a call's weekday and quarter-hour (weekday x 96 + quarter) one that stands for it: every rate is the same."""
    every = [rate for own in versions.values() for tariff in own for rate in tariff.rate]
    seen: dict[tuple[bool, ...], int] = {}
    slots = [
        seen.setdefault(tuple(rate.covers(weekday, quarter) for rate in every), weekday * 96 + quarter)
        for weekday in range(7) for quarter in range(96)
    ]
    if len(seen) == 1:
        return pl.lit(0, pl.Int64)
    own = (pl.col("day").dt.weekday().cast(pl.Int64) - 1) * 96 + pl.col("quarter")
    return own.replace_strict(list(range(len(slots))), slots, return_dtype=pl.Int64)


def _cut(versions: Mapping[str, Sequence[Tariff]]) -> pl.Expr:
    """The last day from which another version holds, of a call's day: versions need not change with the month."""
    begins = sorted({tariff.valid_from for own in versions.values() for tariff in own if tariff.valid_from})
    found = pl.lit(None, pl.Date)
    for day in begins:
        found = pl.when(pl.col("day") >= day).then(pl.lit(day)).otherwise(found)
    return found


def _check_dates(name: str, own: Sequence[Tariff], first: date, last: date) -> None:
    begins, ends = own[0].valid_from, own[-1].valid_to
    if (begins and first < begins) or (ends and last > ends):
        raise SettingsError(
            f"tariff {name} does not hold on all days of the calls, {first} to {last}",
            fix="give days within its dates, or correct valid_from and valid_to",
        )


def _rated(name: str, own: Sequence[Tariff], counted: pl.DataFrame) -> tuple[_Rows, _Rows]:
    """Charges per month and rate, and invoices per month."""
    rows, bills = [], []
    for (month,), part in sorted(counted.group_by("month"), key=lambda pair: str(pair[0][0])):
        amounts: dict[int, list[Decimal]] = {}
        buckets: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for direction, channel, slot, seconds, n, day in part.select(
            "direction", "channel", "slot", "seconds", "n", "first"
        ).iter_rows():
            version = _version(own, day)
            rate = _rate(name, own[version], direction, channel, slot)
            buckets.setdefault((version, rate), []).append((seconds, n))
        for (version, rate), calls in sorted(buckets.items()):
            tariff = own[version]
            amount, billed = usage(calls, tariff.rate[rate], tariff)
            amounts.setdefault(version, []).append(amount)
            rows.append({
                "tariff": name, "month": month, "rate": rate + 1, "direction": tariff.rate[rate].direction,
                "calls": sum(n for _, n in calls), "seconds": sum(s * n for s, n in calls), "billed_s": billed,
                "charge": amount,
            })
        latest = own[max(amounts)]
        total = invoice(latest, [one for parts in amounts.values() for one in parts])
        bills.append({"tariff": name, "month": month, "invoice": total})
    return rows, bills


def _version(own: Sequence[Tariff], day: date) -> int:
    return max(n for n, tariff in enumerate(own) if tariff.valid_from is None or tariff.valid_from <= day)


def _rate(name: str, tariff: Tariff, direction: str, channel: str, slot: int) -> int:
    for n, rate in enumerate(tariff.rate):
        fits = rate.direction in ("any", direction) and (not rate.channel or rate.channel == channel)
        if fits and rate.covers(slot // 96, slot % 96):
            return n
    raise SettingsError(f"tariff {name} has no rate for calls that {'come in' if direction == 'in' else 'go out'}",
                        fix="add a [[tariff.rate]] without direction and times at its end")


def _typical(name: str, own: Sequence[Tariff], rows: Sequence[Mapping[str, Any]], bills: Sequence[Mapping[str, Any]],
             first: date, last: date) -> Ranked:
    """A month of such calls: usage by the day, packages, minimum and fee by the month. The latest version's prices."""
    tariff, days = own[-1], Decimal((last - first).days + 1)
    scale = _MONTH_DAYS / days
    amounts = []
    for n, rate in enumerate(tariff.rate, 1):
        mine = [row for row in rows if row["rate"] == n]
        if rate.free_minutes:
            minutes = Decimal(sum(row["billed_s"] for row in mine)) / 60 * scale
            amounts.append(max(minutes - rate.free_minutes, Decimal(0)) * rate.price + rate.fee)
        else:
            amounts.append(sum((row["charge"] - rate.fee for row in mine), Decimal(0)) * scale + rate.fee * bool(mine))
    billed = sum(row["billed_s"] for row in rows)
    month = invoice(tariff, amounts)
    per_minute = month / (Decimal(billed) / 60 * scale) if billed else None
    return Ranked(name, any(one.in_force for one in own), sum((bill["invoice"] for bill in bills), Decimal(0)), month,
                  per_minute and per_minute.quantize(Decimal("0.0001")), None)
