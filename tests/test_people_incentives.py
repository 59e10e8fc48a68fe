"""Payouts: the known answer, a naive recount of every line, gates, what is not known, and sums to the cent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.errors import SourceError, UsageError
from ccops.model import Scope
from ccops.people.incentives import Incentives, incentives
from ccops.people.incentives_scheme import Scheme, parse_scheme
from ccops.people.incentives_scores import credible, rank_correlation, tier_pay
from incentive_month import TEAM, attended, centre, contacts, survey
from strategies import Row, visit

SPEED = """
currency = "CNY"
[[measure]]
name = "productivity"
weight = 100
tiers = [{ score = 0.8, pay = 0 }, { score = 1.0, pay = 500 }, { score = 1.3, pay = 1000 }]
"""


def scheme(text: str = SPEED, /, **gates: Any) -> Scheme:
    made = parse_scheme(text, "scheme")
    return made.model_copy(update={"gates": made.gates.model_copy(update=gates)})


def test_the_known_answer() -> None:
    """2,500 contacts in 173.33 hours of which 10.00 were idle: 15.306 an hour, the step of 15, 275."""
    day = timedelta(days=1)
    states: list[Row] = []
    visits = [visit(n, entered_at=datetime(2026, 10, 1, 0, 0, 1) + n * timedelta(minutes=10)) for n in range(2500)]
    for d in range(20):
        at = datetime(2026, 10, 1, 8) + d * day
        for state, minutes in (("talk", 490), ("available", 30)):
            states.append({"agent": "anna", "state": state, "started_at": at, "login_source": "log",
                           "ended_at": at + timedelta(minutes=minutes)})
            at += timedelta(minutes=minutes)
    states[0]["ended_at"] -= timedelta(seconds=12)  # 173 h 20 min is 173.33
    steps = scheme("""
currency = "CNY"
[[measure]]
name = "contacts_per_hour"
weight = 100
interpolate = false
tiers = [{ score = 13, pay = 175 }, { score = 14, pay = 225 }, { score = 15, pay = 275 }, { score = 16, pay = 325 }]
""")
    data = centre(visits=visits, staff=[{"agent": "anna"}], agent_states=states)
    found = incentives(data, steps, date(2026, 10, 1))
    line = found.lines.row(0, named=True)
    assert line["actual"] == pytest.approx(2500 / 163.33)
    assert [round(line["actual"], 3), line["tier"], line["pay"], found.total] == [15.306, 15, 275, 275]
    smooth = steps.model_copy(update={"measure": [steps.measure[0].model_copy(update={"interpolate": True})]})
    assert incentives(data, smooth, date(2026, 10, 1)).total == Decimal("290.32")  # 275 + 50 x 0.30643


def test_tiers() -> None:
    tiers = [(Decimal(1), Decimal(10)), (Decimal(2), Decimal(30)), (Decimal(4), Decimal(90))]
    asked = ("0.999", "1", "1.5", "2", "3", "4", "9")
    assert [tier_pay(Decimal(score), tiers) for score in asked] == [0, 10, 20, 30, 60, 90, 90]
    assert [tier_pay(Decimal(score), tiers, interpolate=False) for score in asked] == [0, 10, 10, 30, 30, 90, 90]


def test_credibility() -> None:
    assert credible(1.4, 0, 50, 1.0) == (1.0, 0.0)
    assert credible(2.0, 50, 50, 1.0) == (1.5, 0.5)
    assert credible(1.4, 50, 0, 1.0) == (1.4, 1.0)
    assert credible(1.4, 0, 0, 1.0) == (1.0, 0.0)


FULL = """
currency = "CNY"
cap = 560
[team]
share = 0.25
[[measure]]
name = "productivity"
weight = 60
credibility = 30
tiers = [{ score = 0.8, pay = 0 }, { score = 1.0, pay = 500 }, { score = 1.3, pay = 1000 }]
[[measure]]
name = "csat"
weight = 40
credibility = 5
tiers = [{ score = 0.2, pay = 50 }, { score = 0.7, pay = 900 }]
"""
SURVEYS = [survey(i, 360 + 7 * i, (5, 4, 2, None)[i % 4]) for i in range(51)]
ATTENDANCE = [*attended("anna", {3: "absent"}), *attended("bo", {4: "sick"}),
              *attended("chen", {1: "absent", 2: "absent", 5: "absent"})]
TIERS = [{"rate": 0.9, "pays": 0.5}, {"rate": 0.97, "pays": 1}]


def complete() -> tuple[Incentives, list[Row]]:
    visits = contacts()
    gates = scheme(FULL).gates.model_validate({"attendance": TIERS})
    made = scheme(FULL).model_copy(update={"gates": gates})
    return incentives(centre(visits=visits, surveys=SURVEYS, attendance=ATTENDANCE), made), visits


def naive(visits: list[Row]) -> dict[str, Decimal]:
    """Payouts of October by hand: loops over contacts and answers, fractions, one formula after the other."""
    month = [row for row in visits if row["entered_at"].month == 10]
    by_id = {row["contact_id"]: row for row in visits}
    answers = [(by_id[row["contact_id"]], row["csat"] >= 4) for row in SURVEYS if row["csat"]]
    queues = {row["queue"] for row in visits}
    aht = {q: Fraction(sum(row["talk_ms"] for row in month if row["queue"] == q),
                       sum(row["queue"] == q for row in month)) for q in queues}
    happy = {q: Fraction(sum(yes for row, yes in answers if row["queue"] == q),
                         sum(row["queue"] == q for row, _ in answers)) for q in queues}
    overall = Fraction(sum(yes for _, yes in answers), len(answers))

    def scores(who: set[str]) -> dict[str, Fraction]:
        own = [row for row in month if row["agent"] in who]
        said = [(row, yes) for row, yes in answers if row["agent"] in who]
        speed = sum(aht[row["queue"]] for row in own) / sum(row["talk_ms"] for row in own)
        found = {"productivity": shrunk(speed, len(own), 30, Fraction(1))}
        if said:
            expected = sum(happy[row["queue"]] for row, _ in said)
            found["csat"] = shrunk(Fraction(sum(yes for _, yes in said)) / expected * overall, len(said), 5, overall)
        return found

    def shrunk(score: Fraction, n: int, k: int, mean: Fraction) -> Fraction:
        return (n * score + k * mean) / (n + k)

    def paid(who: set[str], part: Fraction) -> Decimal:
        found = scores(who)
        whole = sum({"productivity": 60, "csat": 40}[name] for name in found)
        total = Decimal(0)
        for name, score in found.items():
            points = {"productivity": [(0.8, 0), (1.0, 500), (1.3, 1000)], "csat": [(0.2, 50), (0.7, 900)]}[name]
            pay, before = Fraction(0), None
            for least, money in ((Fraction(str(a)), b) for a, b in points):
                if score >= least:
                    pay = Fraction(money)
                elif before and score >= before[0]:
                    pay = before[1] + (money - before[1]) * (score - before[0]) / (least - before[0])
                before = (least, money)
            total += cents(Fraction({"productivity": 60, "csat": 40}[name], whole) * part * pay)
        return total

    def cents(amount: Fraction) -> Decimal:
        exact = Decimal(amount.numerator) / Decimal(amount.denominator)
        return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)

    payouts = {}
    for agent, team in TEAM.items():
        mates = {other for other, its in TEAM.items() if its == team}
        amount = paid({agent}, Fraction(3, 4)) + paid(mates, Fraction(1, 4)) if team else paid({agent}, Fraction(1))
        kept = {"anna": Fraction(1, 2), "chen": Fraction(0)}.get(agent, Fraction(1))  # 19 and 17 of 20 days
        payouts[agent] = min(cents(Fraction(amount) * kept), Decimal(560))
    return payouts


def test_every_payout_is_what_a_naive_recount_gives() -> None:
    found, visits = complete()
    assert dict(found.frame.select("agent", "payout").iter_rows()) == naive(visits)
    assert found.total == sum(naive(visits).values())
    status = dict(found.frame.select("agent", "status").iter_rows())
    assert (status["chen"], status["anna"]) == ("barred", "paid")
    assert found.lines.filter(pl.col("line") == "cap").height > 0


def test_lines_add_up_to_the_payout_to_the_cent() -> None:
    found, _ = complete()
    added = found.lines.group_by("agent").agg(pl.col("pay").sum()).sort("agent")
    assert added["pay"].to_list() == found.frame.sort("agent")["payout"].to_list()
    parts = found.frame.with_columns(whole=pl.col("own") + pl.col("team_part") + pl.col("deductions"))
    assert parts["whole"].to_list() == parts["payout"].to_list()
    assert all(pay == round(pay, 2) for pay in found.lines["pay"])


def test_the_mix_of_queues_is_no_advantage() -> None:
    """dai takes short calls, eve long ones, both at the same pace: they score alike, however different their AHT."""
    lines = {row["agent"]: row for row in incentives(centre(), scheme()).lines.iter_rows(named=True)}
    assert lines["eve"]["actual"] > 2.5 * lines["dai"]["actual"]
    assert lines["eve"]["score"] == pytest.approx(lines["dai"]["score"], rel=0.08)
    assert lines["anna"]["score"] > lines["bo"]["score"] > lines["chen"]["score"] > lines["fay"]["score"]


@pytest.mark.parametrize(
    ("gates", "told"),
    [
        ({"min_contacts": 61}, {"min_contacts": 6}), ({"min_evaluations": 1}, {"min_evaluations": 6}),
        ({"min_surveys": 1, "min_contacts": 99}, {"min_contacts": 6, "min_surveys": 6}),
    ],
)
def test_gates_nobody_passes_are_told_with_how_many_each_stops(gates: dict[str, int], told: dict[str, int]) -> None:
    found = incentives(centre(), scheme(**gates))
    assert dict(found.stopped.iter_rows()) == told
    assert found.total == 0
    assert found.lines.is_empty()
    assert found.frame["status"].unique().to_list() == ["not_rated"]
    assert found.frame["payout"].null_count() == 6  # not known, not 0


def test_a_failed_evaluation_bars_the_payout_and_the_trail_says_what_it_cost() -> None:
    at = datetime(2026, 10, 5)
    marks: list[Row] = [
        {"evaluation_id": f"e{i}", "agent": agent, "evaluated_at": at, "failed": failed, "session": session}
        for i, (agent, failed, session) in enumerate(
            [("anna", True, None), ("bo", True, None), ("chen", True, "calibration"), ("dai", None, None)]
        )
    ]
    items: list[Row] = [
        {"evaluation_id": "e0", "section": "s", "question": "q", "critical": "business", "failed": True,
         "evaluated_at": at},
        {"evaluation_id": "e3", "section": "s", "question": "q", "critical": "compliance", "points": 0.0,
         "evaluated_at": at},  # no mark, but no points either
    ]
    data = centre(evaluations=marks, evaluation_items=items)
    found = incentives(data, scheme(most_failed=0, fails=["compliance"]))
    barred = found.frame.filter(pl.col("status") == "barred")
    assert barred.select("agent", "gates", "payout").rows() == [("bo", "most_failed", 0), ("dai", "most_failed", 0)]
    assert barred["own"].to_list() == [-pay for pay in barred["deductions"]]
    assert dict(found.stopped.iter_rows()) == {"most_failed": 2}
    assert incentives(data, scheme(most_failed=0)).frame.filter(pl.col("status") == "barred").height == 3


def test_quality_is_the_mean_score_and_few_evaluations_move_nobody_far() -> None:
    at = datetime(2026, 10, 5)
    given = [("anna", 0.9, None), ("anna", 0.7, None), ("bo", 1.0, None), ("anna", 0.1, "calibration")]
    marks: list[Row] = [
        {"evaluation_id": f"e{i}", "agent": agent, "evaluated_at": at, "score": score, "session": session}
        for i, (agent, score, session) in enumerate(given)
    ]
    text = SPEED.replace("productivity", "quality").replace("weight", "credibility = 2\nweight")
    found = incentives(centre(evaluations=marks), scheme(text))
    lines = {row["agent"]: row for row in found.lines.iter_rows(named=True)}
    mean = 2.6 / 3
    assert lines["anna"]["actual"] == pytest.approx(0.8)
    assert lines["anna"]["rated"] == pytest.approx((2 * 0.8 + 2 * mean) / 4)
    assert (lines["bo"]["n"], lines["bo"]["rated"]) == (1, pytest.approx((1.0 + 2 * mean) / 3))
    assert dict(found.frame.select("agent", "evaluations").iter_rows())["anna"] == 2


def test_quality_at_the_same_queues_as_the_metric_has_it() -> None:
    """Claims are scored lower by everybody; whoever is evaluated on claims alone is not worse for it."""
    from ccops.metrics import figures

    at = datetime(2026, 10, 5)
    given = [("anna", "c360", 0.9), ("anna", "c361", 0.7), ("eve", "c719", 0.5), ("eve", "c718", 0.3)]
    marks: list[Row] = [{"evaluation_id": f"e{i}", "agent": agent, "contact_id": contact, "evaluated_at": at,
                         "score": score} for i, (agent, contact, score) in enumerate(given)]
    data = centre(evaluations=marks)
    plain = SPEED.replace("productivity", "quality")
    adjusted = incentives(data, scheme(plain.replace("weight", 'adjust = "queue"\nweight')))
    scores = {row["agent"]: row["score"] for row in adjusted.lines.iter_rows(named=True)}
    assert scores == {"anna": pytest.approx(0.6), "eve": pytest.approx(0.6)}
    actual = {row["agent"]: row["actual"] for row in incentives(data, scheme(plain)).lines.iter_rows(named=True)}
    metric = figures(data, ["qa_score"], ["agent"]).wide()
    assert actual == {agent: pytest.approx(score) for agent, score in metric.drop_nulls("agent").iter_rows()}


def test_other_roles_are_not_paid_but_count_in_what_is_expected() -> None:
    staff: list[Row] = [{"agent": agent, "team": "north", "role": "lead" if agent == "fay" else None} for agent in TEAM]
    found = incentives(centre(staff=staff), scheme())
    assert "fay" not in found.frame["agent"].to_list()
    assert {note.key: note.values["n"] for note in found.notes if note.key == "inc_other_roles"} == {
        "inc_other_roles": "1"
    }
    everybody = incentives(centre(), scheme())
    score = {row["agent"]: row["score"] for row in everybody.lines.iter_rows(named=True)}
    assert {row["agent"]: row["score"] for row in found.lines.iter_rows(named=True)} == {
        agent: value for agent, value in score.items() if agent != "fay"
    }


def test_who_is_in_no_list_and_who_left_before() -> None:
    staff: list[Row] = [{"agent": agent} for agent in TEAM if agent != "eve"]
    staff.append({"agent": "gil", "employed_to": date(2026, 8, 31)})
    found = incentives(centre(staff=staff), scheme())
    assert found.frame["agent"].to_list() == sorted(TEAM)
    assert [note.key for note in found.notes] == ["inc_not_listed"]


def test_months() -> None:
    visits = contacts()
    assert incentives(centre(visits=visits), scheme()).month == date(2026, 10, 1)
    cut = [row for row in visits if row["entered_at"] < datetime(2026, 10, 20)]
    assert incentives(centre(visits=cut), scheme()).month == date(2026, 9, 1)
    partial = incentives(centre(visits=cut), scheme(), date(2026, 10, 9))
    assert [note.key for note in partial.notes] == ["inc_partial"]
    assert partial.notes[0].values == {"month": "2026-10", "first": "2026-10-01", "last": "2026-10-19"}
    with pytest.raises(SourceError, match="no calls in 2026-11"):
        incentives(centre(visits=visits), scheme(), date(2026, 11, 1))


def test_some_people_alone_are_compared_with_everybody() -> None:
    whole = incentives(centre(), scheme()).frame
    some = incentives(centre(scope=Scope(agents=("anna",), teams=("south",))), scheme()).frame
    assert some.rows() == whole.filter(pl.col("agent").is_in(["anna", "dai", "eve"])).rows()
    with pytest.raises(UsageError, match="no team 'noth'") as refused:
        incentives(centre(scope=Scope(teams=("noth",))), scheme())
    assert "north" in refused.value.fix


def test_adherence_is_taken_where_it_is_given() -> None:
    kept = scheme(SPEED.replace('"productivity"', '"adherence"').replace("0.8", "0.5").replace("1.3", "1.5"))
    rows = pl.DataFrame({"agent": ["anna", "bo"], "adherent_s": [3600.0, 0.0], "tracked_s": [4800.0, 0.0]})
    found = incentives(centre(), kept, adherence_of=lambda first, last: rows)
    assert dict(found.frame.select("agent", "payout").iter_rows())["anna"] == 250
    assert dict(found.stopped.iter_rows()) == {"no_result": 5}
    assert [note.key for note in incentives(centre(), kept).notes] == ["inc_no_data"]


def test_hours_that_are_only_inferred_are_said_to_be() -> None:
    at = datetime(2026, 10, 1, 8)
    state = {"agent": "anna", "state": "talk", "started_at": at, "ended_at": at + timedelta(hours=2)}
    hourly = scheme(SPEED.replace("productivity", "contacts_per_hour"))
    for source, n in (("log", []), ("inferred", ["1"])):
        found = incentives(centre(agent_states=[state | {"login_source": source}]), hourly)
        assert [note.values["n"] for note in found.notes if note.key == "inc_inferred"] == n
        assert found.lines.row(0, named=True)["actual"] == 30


def test_a_queue_that_one_agent_serves_alone_is_named() -> None:
    visits = [*contacts(), visit(9999, queue="vip", agent="bo", entered_at=datetime(2026, 10, 31, 9))]
    notes = incentives(centre(visits=visits), scheme()).notes
    assert [note.values["queues"] for note in notes if note.key == "inc_alone"] == ["vip"]


MONEY = st.integers(0, 200_000).map(lambda cents: Decimal(cents) / 100)


@given(scores=st.lists(st.integers(0, 3000), min_size=1, max_size=5, unique=True),
       pays=st.lists(MONEY, min_size=5, max_size=5), a=st.integers(0, 4000), b=st.integers(0, 4000))
def test_a_better_score_never_pays_less(scores: list[int], pays: list[Decimal], a: int, b: int) -> None:
    tiers = [(Decimal(score) / 1000, pay) for score, pay in zip(sorted(scores), sorted(pays), strict=False)]
    low, high = (Decimal(score) / 1000 for score in sorted((a, b)))
    for interpolate in (True, False):
        assert 0 <= tier_pay(low, tiers, interpolate) <= tier_pay(high, tiers, interpolate) <= tiers[-1][1]
    assert tier_pay(low, tiers) >= tier_pay(low, tiers, interpolate=False)


def test_rank_correlation_as_scipy_has_it() -> None:
    import numpy as np
    from scipy.stats import spearmanr

    rng = np.random.default_rng(3)
    for _ in range(20):
        x, y = rng.integers(0, 6, 15).astype(float), rng.normal(size=15)
        assert rank_correlation(x, y) == pytest.approx(spearmanr(x, y).statistic)
    assert rank_correlation(np.ones(5), np.arange(5.0)) is None
    assert rank_correlation(np.arange(2.0), np.arange(2.0)) is None
