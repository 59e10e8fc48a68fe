"""Another way to run the calls, or another billing model, that the offers on file say is cheaper at real volumes."""

from __future__ import annotations

from ccops.cost.offer_file import STAFF
from ccops.cost.sourcing import Compared, sourcing
from ccops.errors import CcopsError
from ccops.recommend.action import Need
from ccops.recommend.billing import open_volume
from ccops.recommend.candidate import Candidate, Estimate
from ccops.recommend.evidence import Evidence
from ccops.remark import Remark

_YEARS = 3
_NOT_OF_VOLUME = ("month", "seat")  # what is charged for the same whatever comes


def offers(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate where an offer costs less over three years, in today's money, than the one in force.

    What is open is the volume: the interval is a month's, on all that either side charges by volume.
    """
    if not evidence.offers:
        return [], [Need("[cost] offers", Remark("rec_need_offers"))]
    try:
        found = sourcing(evidence.whole.everyone().between(None, None), evidence.offers, years=_YEARS)
    except CcopsError as refused:  # an offer bills what nobody counts
        return [], [Need("[cost] offers", Remark("rec_need_offers_fit", {"what": refused.what}))]
    best, paid = found.compared[0], found.in_force
    if paid is None:
        return [], [Need("[cost] offers", Remark("rec_need_offer_in_force"))]
    if best is paid or not best.saves or best.saves <= 0:
        return [], []
    months = _YEARS * 12
    saves = float(best.saves) / months
    half = open_volume(evidence) * (_by_volume(best) + _by_volume(paid)) / months
    values = {
        "name": best.offer.name, "paid": paid.offer.name, "years": str(_YEARS),
        "now": f"{paid.npv / months:,.0f} {found.currency}", "then": f"{best.npv / months:,.0f} {found.currency}",
        "even": str(best.breaks_even or "-"),
    }
    return [Candidate(
        f"offer-{'-'.join(best.offer.name.split())}", "sourcing", Remark("rec_offer_title", values),
        Remark("rec_offer_problem", values), "ccops cost sourcing", "high",
        money=Estimate(saves, (saves - half, saves + half)), assumptions=(Remark("rec_offer_assumed", values),),
    )], []


def _by_volume(one: Compared) -> float:
    """What an offer charges by volume over all months."""
    names = {item.name for item in one.offer.monthly if item.per not in _NOT_OF_VOLUME}
    names |= set(STAFF) if one.offer.staff else set()
    return float(sum(amount for name, amount in one.lines.items() if name in names))
