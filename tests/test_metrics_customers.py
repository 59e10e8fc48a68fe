"""Customers who come back, found again by comparing every contact with every other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.metrics import kpis
from ccops.model import Scope
from strategies import Row, contacts, slice_of

METRICS = ("fcr", "repeat_rate", "containment_naive", "containment_true")
FORWARD = timedelta(minutes=15)


def end(row: Row) -> datetime:
    began: datetime = row["started_at"]
    return max(began, row["ended_at"] or began)


def issues(rows: list[Row]) -> list[list[Row]]:
    """A customer's contacts in order, those less than 15 minutes after the end of all before them put together."""
    found: list[list[Row]] = []
    latest = datetime.min
    for row in sorted(rows, key=lambda row: (row["started_at"], row["contact_id"])):
        if found and row["started_at"] - latest < FORWARD:
            found[-1].append(row)
        else:
            found.append([row])
        latest = max(latest, end(row))
    return found


def recount(rows: list[Row], scope: Scope, days: float, hours: float) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of each metric."""
    inbound = [row for row in rows if row["direction"] == "in"]
    answered = lost = repeats = known = done = entered = 0
    for key in {row["customer_key"] for row in inbound if row["customer_key"]}:
        chain = issues([row for row in inbound if row["customer_key"] == key])
        ordered = [row for issue in chain for row in issue]
        for i, issue in enumerate(chain):
            for row in issue:
                if not in_scope(row, scope):
                    continue
                known += 1
                before = [end(other) for earlier in chain[:i] for other in earlier]
                repeats += bool(before) and row["started_at"] - max(before) <= timedelta(days=days)
                after = chain[i + 1][0]["started_at"] if i + 1 < len(chain) else None
                if row["outcome"] == "answered":
                    answered += 1
                    lost += after is not None and after - end(row) <= timedelta(days=days)
                if met_ivr(row):
                    entered += 1
                    following = ordered[ordered.index(row) + 1:][:1]
                    back = bool(following) and following[0]["started_at"] - end(row) <= timedelta(hours=hours)
                    done += row["outcome"] == "ivr_completed" and not back
    ivr = [row for row in rows if met_ivr(row) and in_scope(row, scope)]
    return {
        "fcr": (answered - lost, answered), "repeat_rate": (repeats, known),
        "containment_naive": (sum(row["outcome"] == "ivr_completed" for row in ivr), len(ivr)),
        "containment_true": (done, entered),
    }


def met_ivr(row: Row) -> bool:
    return row["ivr_ms"] is not None or row["outcome"] in ("ivr_completed", "ivr_hangup")


def in_scope(row: Row, scope: Scope) -> bool:
    day = row["started_at"].date()
    return (not scope.first_day or day >= scope.first_day) and (not scope.last_day or day <= scope.last_day)


@settings(max_examples=80)
@given(rows=contacts(), data=st.data())
def test_customers_are_followed_as_a_person_would(rows: list[Row], data: st.DataObject) -> None:
    first = data.draw(st.sampled_from([None, date(2026, 11, 1), date(2026, 11, 8)]))
    last = data.draw(st.sampled_from([None, date(2026, 11, 10), date(2026, 11, 14)]))
    scope = Scope(first, last)
    # Customers are followed from the first contact read: what lies beyond the reach must not matter, so keep it far.
    expected = recount(rows, scope, 7, 24)
    for row in kpis(slice_of(scope=scope, contacts=rows), METRICS).to_dicts():
        assert (row["numerator"], row["denominator"]) == expected[row["metric"]], row["metric"]
        above, below = expected[row["metric"]]
        assert row["value"] == (above / below if below else None)


def contact(n: int, at: datetime, **values: Any) -> Row:
    return {
        "system": "s", "contact_id": f"c{n}", "direction": "in", "started_at": at,
        "ended_at": at + timedelta(minutes=5),
        "customer_key": "k", "outcome": "answered",
    } | values


def test_a_forward_is_not_a_repeat_but_hides_none() -> None:
    """At 9:00, again 10 minutes after its end (a forward), and three days later: neither of the first two resolved."""
    at = datetime(2026, 11, 2, 9)
    rows = [contact(0, at), contact(1, at + timedelta(minutes=15)), contact(2, at + timedelta(days=3))]
    [fcr, repeats] = kpis(slice_of(contacts=rows), ["fcr", "repeat_rate"]).to_dicts()
    assert (fcr["numerator"], fcr["denominator"]) == (1, 3)
    assert (repeats["numerator"], repeats["denominator"]) == (1, 3)


def test_fifteen_minutes_after_the_end_is_a_repeat_less_is_a_forward() -> None:
    at, quarter = datetime(2026, 11, 2, 9), timedelta(minutes=15)
    for gap, resolved in ((quarter, 1), (quarter - timedelta(milliseconds=1), 2)):
        rows = [contact(0, at), contact(1, at + timedelta(minutes=5) + gap)]
        assert kpis(slice_of(contacts=rows), ["fcr"])["numerator"].to_list() == [resolved]


def test_a_long_call_still_going_on_makes_the_next_a_forward() -> None:
    """9:00 to 11:00, a short one at 9:10, one at 10:30: all the same matter."""
    at = datetime(2026, 11, 2, 9)
    rows = [
        contact(0, at, ended_at=at + timedelta(hours=2)), contact(1, at + timedelta(minutes=10)),
        contact(2, at + timedelta(minutes=90)),
    ]
    assert kpis(slice_of(contacts=rows), ["fcr", "repeat_rate"])["numerator"].to_list() == [3, 0]


def test_the_window_is_a_parameter() -> None:
    at = datetime(2026, 11, 2, 9)
    rows = [contact(0, at), contact(1, at + timedelta(days=3))]
    assert kpis(slice_of(contacts=rows), ["fcr"], tuning={"within_d": 2})["value"].to_list() == [1.0]
    assert kpis(slice_of(contacts=rows), ["fcr"], tuning={"within_d": "3"})["value"].to_list() == [0.5]


def test_the_days_outside_the_scope_are_looked_at_but_not_counted() -> None:
    at = datetime(2026, 11, 2, 9)
    rows = [contact(0, at - timedelta(days=5)), contact(1, at), contact(2, at + timedelta(days=5))]
    scope = Scope(at.date(), at.date())
    found = kpis(slice_of(scope=scope, contacts=rows), ["fcr", "repeat_rate"]).to_dicts()
    assert [(row["numerator"], row["denominator"]) for row in found] == [(0, 1), (1, 1)]


def test_figures_are_provisional_until_the_window_has_passed() -> None:
    at = datetime(2026, 11, 2, 9)
    rows = [contact(0, at), contact(1, at + timedelta(days=6), customer_key="other")]
    [early, late] = kpis(slice_of(contacts=rows), ["fcr"], ["day"]).to_dicts()
    assert "provisional" in early["note"]
    rows.append(contact(2, at + timedelta(days=8), customer_key=None, outcome="abandoned"))
    [early, late] = [row for row in kpis(slice_of(contacts=rows), ["fcr"], ["day"]).to_dicts() if row["denominator"]]
    assert early["note"] is None
    assert "provisional" in late["note"]


def test_unknown_customers_are_on_neither_side() -> None:
    at = datetime(2026, 11, 2, 9)
    rows = [contact(n, at + timedelta(days=n), customer_key=None) for n in range(3)]
    found = kpis(slice_of(contacts=rows), METRICS).to_dicts()
    assert [(row["value"], row["denominator"]) for row in found] == [(None, 0)] * 4


def test_contained_only_if_nobody_called_again() -> None:
    """Two served in the menu, one of them back after five minutes (no forward excuses that), one hung up."""
    at = datetime(2026, 11, 2, 9)
    rows = [
        contact(0, at, outcome="ivr_completed", ivr_ms=1), contact(1, at + timedelta(minutes=10)),
        contact(2, at, outcome="ivr_completed", ivr_ms=1, customer_key="b"),
        contact(3, at, outcome="ivr_hangup", ivr_ms=1, customer_key="c"),
    ]
    found = kpis(slice_of(contacts=rows), ["containment_naive", "containment_true", "abandoned_ivr"]).to_dicts()
    assert [row["numerator"] for row in found] == [2, 1, 1]
    assert [row["denominator"] for row in found] == [3, 3, None]


def test_the_system_answer_rate_leaves_out_what_is_not_known() -> None:
    at = datetime(2026, 11, 2, 9)
    outcomes = ["answered", "ivr_completed", "abandoned", "ivr_hangup", "connected", "open"]
    rows = [contact(n, at, outcome=outcome) for n, outcome in enumerate(outcomes)]
    rows.append(contact(9, at, direction="out"))
    [row, every] = kpis(slice_of(contacts=rows), ["answer_rate_system", "contacts_all"]).to_dicts()
    assert (row["numerator"], row["denominator"]) == (2, 4)
    assert every["value"] == 7
