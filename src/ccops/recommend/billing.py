"""The tariff that would be cheapest for the calls that were really made."""

from __future__ import annotations

import math
from decimal import Decimal

from ccops.errors import CcopsError
from ccops.people.rates import DAYS_PER_MONTH
from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Estimate
from ccops.recommend.evidence import Evidence
from ccops.recommend.shares import Z
from ccops.remark import Remark


def billing(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate where another tariff of the files is cheaper than the one in force.

    Both are rated on the same calls, so that what is open is how many there will be: the interval is that of a month's
    calls, from the spread between the days of one weekday, as a share of what is saved.
    """
    from ccops.cost.tariffs import tariffs

    if not evidence.tariffs:
        return [], [Need("[cost] tariffs", Remark("rec_need_tariffs"))]
    try:
        found = tariffs(evidence.data, evidence.tariffs)
    except CcopsError as refused:  # a tariff that ends within the days, calls that no rate fits
        return [], [Need("[cost] tariffs", Remark("rec_need_tariffs_fit", {"what": refused.what}))]
    best, paid = found.ranked[0], found.paid
    if paid is None:
        return [], [Need("[cost] tariffs", Remark("rec_need_in_force"))]
    if best.name == paid.name or not best.saves or best.saves <= Decimal(0):
        return [], []
    saves = float(best.saves)
    half = saves * open_volume(evidence)
    values = {"name": best.name, "paid": paid.name, "now": f"{paid.per_month:,.0f} {found.currency}",
              "then": f"{best.per_month:,.0f} {found.currency}", "calls": f"{found.calls:,}"}
    return [Candidate(
        f"tariff-{'-'.join(best.name.split())}", "billing", Remark("rec_tariff_title", values),
        Remark("rec_tariff_problem", values), "ccops cost tariff", "low",
        money=Estimate(saves, (saves - half, saves + half)),
        assumptions=(Remark("rec_tariff_assumed"),),
    )], []


def open_volume(evidence: Evidence) -> float:
    """Half the 95 % interval of a month's calls, as a share of them: of the mean known, and of the month to come."""
    import polars as pl

    calls = evidence.data.table("contacts").select("day").collect(engine="streaming")
    by_day = calls.group_by("day").len().with_columns(weekday=pl.col("day").dt.weekday())
    apart = float(by_day.select((pl.col("len") - pl.col("len").mean().over("weekday")).pow(2).sum()).item())
    degrees = max(by_day.height - by_day["weekday"].n_unique(), 1)
    of_a_day = math.sqrt(apart / degrees) / max(int(by_day["len"].sum()) / by_day.height, 1.0)
    return max(Z * of_a_day * math.sqrt(1 / by_day.height + 1 / DAYS_PER_MONTH), 0.05)
