"""Lost callers: who is one, and whether anybody spoke to them since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccops.errors import UsageError
from ccops.model import Scope
from ccops.reports.daily import daily
from ccops.reports.document import Term
from ccops.reports.lost import lost, lost_callers
from report_days import DAY, MONDAY, Visit, contact_row, keys, note, rows, slice_of, table, tiny, utc


class TestLost:
    """Callers answered in no queue, and what became of them."""

    @pytest.mark.parametrize("scope", [Scope(teams=("blue",)), Scope(agents=("amy",))])
    def test_nobody_is_lost_by_an_agent(self, scope: Scope) -> None:
        with pytest.raises(UsageError, match="belong to no agent"):
            lost(tiny(scope).on(DAY))

    def test_the_list(self) -> None:
        found = {row["contact_id"]: row for row in rows(lost(tiny().on(DAY)))}
        assert set(found) == {"c4", "c5", "c8", "c11"}  # c7 was answered elsewhere, c9 is open
        assert found["c5"]["callback_status"] == Term("back_answered", "status")
        assert str(found["c5"]["called_back_at"]) == "2026-11-23 10:20:00+08:00"
        assert found["c11"]["callback_status"] == Term("again_lost", "status")
        assert found["c8"]["callback_status"] == Term("unknown", "status")
        assert found["c4"]["callback_status"] == Term("pending", "status")
        assert found["c4"]["customer"] == "138****0004"
        assert found["c4"]["wait"] == 3.0

    @pytest.mark.parametrize(("after", "outcome", "direction", "status"), [
        (timedelta(hours=1), "answered", "out", "back_answered"),
        (timedelta(hours=1), "connected", "out", "back_answered"),
        (timedelta(hours=1), "unanswered", "out", "back_unanswered"),
        (timedelta(hours=1), "answered", "in", "again_answered"),
        (timedelta(hours=1), "abandoned", "in", "again_lost"),
        (timedelta(hours=1), "answered", "internal", "none"),
        (timedelta(hours=24), "answered", "out", "back_answered"),
        (timedelta(hours=24, seconds=1), "answered", "out", "none"),
        (timedelta(seconds=-120), "answered", "out", "none"),
    ])
    def test_status(self, after: timedelta, outcome: str, direction: str, status: str) -> None:
        call = Visit("c1", "10:00:00", wait=60, caller="k0001")
        left = utc(DAY, "10:01:00")
        later = contact_row("x1", left + after, outcome, "k0001", direction)
        end = contact_row("x2", left + timedelta(hours=30), "answered", "k0002")
        found = lost_callers(slice_of([call], contacts=[later, end]).on(DAY))
        assert found.status == {status: 1}

    def test_the_last_queue_counts(self) -> None:
        first = Visit("c1", "10:00:00", outcome="timeout")
        second = Visit("c1", "10:01:00", queue="service", outcome="abandoned")
        found = rows(lost(slice_of([first, second])))
        assert [(row["queue"], row["outcome"]) for row in found] == [("service", Term("abandoned", "outcome"))]

    def test_answered_in_a_queue_out_of_scope_is_not_lost(self) -> None:
        found = lost_callers(tiny(Scope(queues=("sales",))).on(DAY))
        assert "c7" not in [row[-1] for row in found.table.rows]
        assert found.repaired == 1

    def test_more_than_fit_are_counted(self) -> None:
        calls = [Visit(f"c{n}", "10:00:00", wait=60) for n in range(201)]
        report = daily(slice_of(calls), DAY)
        assert len(table(report, "lost", "lost").rows) == 200
        assert note(report, "lost", "lost_more").values["more"] == 1

    def test_nobody(self) -> None:
        assert keys(daily(slice_of([MONDAY[0]]), DAY), "lost") == ["lost_nobody"]
