"""What a month's contacts cost: each, by the handled minute, productive hour and resolution, and against the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import polars as pl

from ccops.cost.ledger import Books, books, months
from ccops.cost.variance import Variance, variance
from ccops.errors import SourceError, UsageError
from ccops.metrics.evaluate import kpis
from ccops.model import Slice
from ccops.remark import Remark

BY = ("queue", "team", "hour")
_CENT = Decimal("0.01")
_HOUR_MS = 3_600_000
_FIX = "import a ledger, or attendance with [staffing] agent_cost_per_hour"


@dataclass(frozen=True, eq=False)
class CostReport:
    """`frame`: a row per group with direct and shared costs, contacts answered, handled minutes and what one cost.
    `units`: cost_per_contact, _handled_minute, _productive_hour, _resolution; `beside`: what shrinkage and repeat calls
    cost. What is not known is None.
    """

    month: date
    by: str
    actual: Books
    variance: Variance | None
    units: Mapping[str, float | None]
    beside: Mapping[str, float | None]
    frame: pl.DataFrame
    notes: tuple[Remark, ...]

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def cost_report(data: Slice, month: date | None = None, by: str = "queue") -> CostReport:
    """The costs of a month, the last with actual costs by default, of the ledger, or else of the paid hours.

    Raises SourceError where no costs are known of it, or in two currencies, UsageError for another grain.
    """
    if by not in BY:
        raise UsageError(f"costs go by {', '.join(BY)}, not {by}", fix="ccops cost report --by team")
    known = months(data)
    chosen = (month or (known[-1] if known else _last_month(data))).replace(day=1)
    last = (chosen + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    calls = data.everyone().between(chosen, last)
    notes: list[Remark] = []
    actual = books(data, chosen, "actual")
    by_hours = actual is None
    if actual is None:
        actual = _from_hours(calls, chosen)
        notes.append(Remark("cost_from_hours", {"hour": f"{data.settings.staffing.agent_cost_per_hour:g}"}))
    budget = books(data, chosen, "budget")
    if budget is None:
        notes.append(Remark("cost_no_budget", {"month": f"{chosen:%Y-%m}"}))
    days = calls.table("queue_visits").select(pl.col("day").n_unique()).collect().item()
    whole = (last - chosen).days + 1
    if days < whole:
        notes.append(Remark("cost_cut", {"days": str(days), "of": str(whole)}))
    facts = _facts(calls, actual, days == whole)
    return CostReport(
        chosen, by, actual, variance(actual, budget) if budget else None, _units(actual, facts), _beside(actual, facts),
        _groups(data, calls, actual, by, days == whole or by_hours), tuple(notes),
    )


def _last_month(data: Slice) -> date:
    last = data.read("attendance", None, None).select(pl.col("day").max()).collect().item()
    if last is None:
        raise SourceError("no costs are known", fix=_FIX)
    return date(last.year, last.month, 1)


def _from_hours(calls: Slice, month: date) -> Books:
    """Costs as paid hours at the price of an hour."""
    own = calls.settings.staffing
    paid = calls.read("attendance", calls.scope.first_day, calls.scope.last_day).select(
        pl.col("paid_ms").sum()).collect().item()
    if not paid or not own.agent_cost_per_hour:
        raise SourceError(f"no costs are known of {month:%Y-%m}", fix=_FIX)
    hours = paid / _HOUR_MS
    amount = (Decimal(str(hours)) * Decimal(str(own.agent_cost_per_hour))).quantize(_CENT)
    return Books(month, own.currency, {"wages": amount}, {}, {"paid_hours": hours})


def _facts(calls: Slice, actual: Books, whole: bool) -> dict[str, float | None]:
    """Quantities of the month: the books', or else those of its calls where they are whole."""
    found: dict[str, float | None] = dict(actual.quantities)
    figures = {row["metric"]: row["value"] for row in kpis(
        calls, ["answered", "handled", "aht", "fcr", "repeat_rate"]).to_dicts()}
    own_month = whole or "contacts" not in actual.quantities
    handled, aht = figures["handled"], figures["aht"]
    if own_month:
        found.setdefault("handled", figures["answered"])
        found.setdefault("handled_minutes", handled * aht / 60 if handled and aht else None)
    found["answered"] = found.get("contacts") or found.get("handled")
    hours = calls.read("attendance", calls.scope.first_day, calls.scope.last_day).select(
        paid=pl.col("paid_ms").sum(),
        worked=pl.col("attended_ms").filter(pl.col("kind").is_in(["work", "overtime"])).sum()).collect().row(0)
    if "productive_hours" not in found and hours[0] and found.get("paid_hours"):
        found["productive_hours"] = (found["paid_hours"] or 0.0) * hours[1] / hours[0]
    solved = calls.read("cases", calls.scope.first_day, calls.scope.last_day).select(
        pl.col("resolved").mean()).collect().item()
    return found | {"resolution": solved if solved is not None else figures["fcr"], "repeat": figures["repeat_rate"]}


def _units(actual: Books, facts: Mapping[str, float | None]) -> dict[str, float | None]:
    total = float(actual.total)
    contact = _over(total, facts.get("answered"))
    return {
        "cost_per_contact": contact,
        "cost_per_handled_minute": _over(total, facts.get("handled_minutes")),
        "cost_per_productive_hour": cost_per_productive_hour(total, facts.get("productive_hours")),
        "cost_per_resolution": None if contact is None else _over(contact, facts.get("resolution")),
    }


def cost_per_productive_hour(total: float, productive_hours: float | None) -> float | None:
    """10,000,000 over 150 people of 2,080 h with 20 % shrinkage: 40.064."""
    return _over(total, productive_hours)


def _beside(actual: Books, facts: Mapping[str, float | None]) -> dict[str, float | None]:
    """What paid time without work costs, and calls about what was called about before."""
    paid, worked, contact = facts.get("paid_hours"), facts.get("productive_hours"), _units(actual, facts)
    hour = _over(float(actual.labour), paid)
    repeat, calls, each = facts.get("repeat"), facts.get("answered"), contact["cost_per_contact"]
    return {
        "shrinkage_cost": None if paid is None or worked is None or hour is None else (paid - worked) * hour,
        "repeat_cost": None if repeat is None or calls is None or each is None else repeat * calls * each,
    }


def _over(amount: float, by: float | None) -> float | None:
    return amount / by if by else None


def _groups(data: Slice, calls: Slice, actual: Books, by: str, same_days: bool) -> pl.DataFrame:
    """Direct costs where they arise, the rest by the share of handling time; together the month's total to the cent.

    What one contact cost is known where costs and calls are of the `same_days`.
    """
    visits = calls.table("queue_visits").filter(pl.col("outcome") == "answered").select(
        "queue", "agent", hour=(pl.col("quarter") // 4).cast(pl.String).str.zfill(2),
        handle=pl.sum_horizontal(pl.col(name).fill_null(0) for name in ("talk_ms", "hold_ms", "acw_ms")),
    ).collect()
    listed = data.read("employees", None, None).sort("nth").group_by("agent").agg(pl.col("team").last()).collect()
    told = pl.col("agent").replace_strict(data.settings.team_of, default=None, return_dtype=pl.String)
    named = visits.join(listed, on="agent", how="left").with_columns(team=pl.coalesce(told, "team"))
    rows = named.group_by(pl.col(by).fill_null("-")).agg(contacts=pl.len(), handle=pl.col("handle").sum()).sort(by)
    direct = {name: amount for (grain, name), amount in actual.direct.items() if grain == by}
    names = rows[by].to_list() + [name for name in direct if name not in rows[by].to_list()]
    weights = dict(zip(rows[by].to_list(), rows["handle"].to_list(), strict=True))
    shared = shared_out(actual.total - sum(direct.values(), Decimal(0)), {name: weights.get(name, 0) for name in names})
    counts = dict(zip(rows[by].to_list(), rows["contacts"].to_list(), strict=True))
    made: list[dict[str, Any]] = []
    for name in names:
        cost = direct.get(name, Decimal(0)) + shared[name]
        minutes = weights.get(name, 0) / 60_000
        made.append({
            by: name, "direct": direct.get(name, Decimal(0)), "shared": shared[name], "cost": cost,
            "contacts": counts.get(name, 0), "handled_minutes": minutes,
            "cost_per_contact": _over(float(cost), counts.get(name, 0)) if same_days else None,
            "cost_per_handled_minute": _over(float(cost), minutes) if same_days else None,
        })
    money = dict.fromkeys(("direct", "shared", "cost"), pl.Decimal(18, 4))
    figures = dict.fromkeys(("handled_minutes", "cost_per_contact", "cost_per_handled_minute"), pl.Float64)
    schema: dict[str, Any] = {by: pl.String, **money, "contacts": pl.Int64, **figures}
    return pl.DataFrame(made, schema=schema)


def shared_out(amount: Decimal, weights: Mapping[str, float]) -> dict[str, Decimal]:
    """An amount by weights, in cents that add up to it (largest remainders); by none, in equal parts."""
    if not weights:
        return {}
    total = sum(weights.values())
    even = {name: Decimal(1) / len(weights) for name in weights}
    parts = {name: amount * (Decimal(weight) / Decimal(total) if total else even[name])
             for name, weight in weights.items()}
    whole = {name: part.quantize(_CENT, ROUND_FLOOR) for name, part in parts.items()}
    left = int(((amount - sum(whole.values(), Decimal(0))) / _CENT).to_integral_value(ROUND_FLOOR))
    for name in sorted(parts, key=lambda one: (-(parts[one] - whole[one]), one))[:left]:
        whole[name] += _CENT
    rest = amount - sum(whole.values(), Decimal(0))  # below a cent, where the books have such
    first = min(whole)
    return whole | {first: whole[first] + rest}
