"""`ccops staff` and `ccops capacity`: documents, files, both languages, refusals with their exit codes."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_staffing import CapacityDocument, StaffDocument
from ccops.demo import generate
from conftest import Ran

Run = Callable[..., Ran]
SAMPLE = Path(__file__).parents[1] / "sample_logs" / "capacity_plan.toml"
PROMISED = ("queue", "start_at", "volume", "aht_s", "required", "required_gross", "staffed", "gap", "service_level",
            "occupancy")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small centre of four weeks, imported."""
    from ccops.settings import load
    from ccops.workspace import open_workspace

    folder = tmp_path_factory.mktemp("small") / "demo"
    made = generate(folder, scale=0.12)
    with open_workspace(load(made.config, environ={}), write=True, files=made.files) as workspace:
        workspace.import_files(made.files)
    return folder


@pytest.fixture
def centre(ccops: Run, folder: Path, small: Path) -> Run:
    shutil.copytree(small, folder, dirs_exist_ok=True)
    return ccops


def test_the_next_week(centre: Run) -> None:
    ran = centre("staff", "--json", "--shrinkage", "30%")
    assert ran.code == 0, ran.err
    document = ran.json
    TypeAdapter(StaffDocument).validate_python(document)
    assert set(document) == set(StaffDocument.__dataclass_fields__)
    assert {row["start_at"][:10] for row in document["rows"]} == {f"2026-11-{day}" for day in range(21, 28)}
    for row in document["rows"]:
        assert set(PROMISED) <= set(row)
        assert row["start_at"].endswith("+08:00")
        assert row["required_gross"] == pytest.approx(row["required"] / 0.7)
        assert row["gap"] == pytest.approx(row["staffed"] - row["required"])  # the demo publishes the week to come
        if row["volume"]:
            assert row["plus_one_value"] == pytest.approx(-30 * row["plus_one_lost"])  # as the demo's settings value it
    assert {row["queue"] for row in document["rows"]} == {"sales", "service", "billing", "vip"}
    assert not document["hindsight"]
    assert document["hours"]["required"] == pytest.approx(sum(row["required"] for row in document["rows"]) / 2)


def test_days_without_a_schedule_have_no_gap(centre: Run) -> None:
    ran = centre("staff", "--json", "-d", "2026-11-30")
    assert ran.code == 0, ran.err
    assert ran.json["rows"]
    assert {(row["staffed"], row["gap"]) for row in ran.json["rows"]} == {(None, None)}
    shown = centre("staff", "-d", "2026-11-30").out
    assert "agent-hours on calls are required" in shown
    assert "Too few" not in shown


def test_a_day_that_was(centre: Run) -> None:
    document = centre("staff", "-d", "2026-11-19", "--json", "--pool", "all").json
    TypeAdapter(StaffDocument).validate_python(document)
    assert document["hindsight"]
    offered = centre("kpi", "offered", "--by", "queue", "-d", "2026-11-19", "--json").json
    for row in offered["rows"]:
        mine = sum(r["volume"] for r in document["rows"] if r["queue"] == row["by"]["queue"])
        assert mine == row["value"]
    known = [row for row in document["rows"] if row["gap"] is not None]
    assert known
    assert all(row["gap"] == pytest.approx(row["staffed"] - row["required"]) for row in known)
    assert document["pool"]["queues"] == ["billing", "sales", "service", "vip"]
    assert document["pool"]["saved_hours"] > 0
    assert [row["plus_one_answered"] for row in document["helps"]] == sorted(
        (row["plus_one_answered"] for row in document["helps"]), reverse=True)


def test_money_and_rules_from_the_settings(centre: Run, folder: Path) -> None:
    config = folder / "ccops.toml"
    kept, _, others = config.read_text("utf-8").partition("[staffing]")
    config.write_text(kept + "\n".join([
        "[staffing]", "shrinkage = 0.5", "lost_call_value = 8.0", "agent_cost_per_hour = 40.0", 'currency = "CNY"',
        'risk = "p10"', "[opening]", 'thu = "09:00-12:00"', "[" + others.partition("\n[")[2],
    ]), "utf-8")
    document = centre("staff", "-d", "2026-11-19", "--json").json
    assert (document["rules"]["risk"], document["rules"]["currency"]) == ("p10", "CNY")
    assert {row["start_at"][11:13] for row in document["rows"]} == {"09", "10", "11"}
    for row in document["rows"]:
        assert row["agent_cost"] == pytest.approx(40 * 0.5 / 0.5)
        if row["volume"]:
            assert row["plus_one_value"] == pytest.approx(-8 * row["plus_one_lost"])
            assert row["minus_one_cost"] == pytest.approx(8 * row["minus_one_lost"])


def test_rows_go_to_a_file(centre: Run, folder: Path) -> None:
    ran = centre("staff", "--horizon", "2d", "-o", "week.csv")
    assert (ran.code, ran.out) == (0, "")
    rows = [*csv.DictReader((folder / "week.csv").read_text("utf-8-sig").splitlines())]
    assert {row["start_at"][:10] for row in rows} == {"2026-11-21", "2026-11-22"}
    assert set(PROMISED) <= set(rows[0])
    assert centre("staff", "-o", "week.pdf").code == 2


@pytest.mark.parametrize("arguments", [
    ["staff", "--horizon", "2d", "--pool", "sales,service"], ["staff", "-d", "2026-11-20"],
    ["capacity", "--plan", SAMPLE], ["capacity", "--months", "2"], ["capacity", "--trunks"],
])
def test_both_languages_say_the_same(centre: Run, arguments: list[object]) -> None:
    english, chinese = centre(*arguments, "--lang", "en").out, centre(*arguments, "--lang", "zh").out
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) > 40
    figures = r"\d+\.\d%|\d+:\d\d"
    assert sorted(re.findall(figures, english)) == sorted(re.findall(figures, chinese))


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["staff", "--target", "101/20"], 2, "--target"), (["staff", "--target", "80"], 0, ""),
    (["staff", "--shrinkage", "1"], 2, "shrinkage"), (["staff", "--shrinkage", "100%"], 2, "shrinkage"),
    (["staff", "--shrinkage", "nan"], 2, "shrinkage"), (["staff", "--max-occupancy", "0"], 2, "occupancy"),
    (["staff", "--minimum", "-1"], 2, "minimum"), (["staff", "--interval", "20"], 2, "20 minutes"),
    (["staff", "--horizon", "soon"], 2, "--horizon"), (["staff", "--horizon", "0d"], 2, "--horizon"),
    (["staff", "--horizon", "900d"], 2, "at most 366 days"), (["staff", "--risk", "luck"], 2, "risk"),
    (["staff", "--pool", "sales"], 2, "two queues"), (["staff", "--pool", "sales,nobody"], 2, "nobody"),
    (["staff", "--queue", "nobody"], 2, "nobody"), (["staff", "-d", "2026-11-20", "--horizon", "2d"], 2, "horizon"),
    (["capacity", "--plan", "none.toml"], 4, "no such plan"), (["capacity", "--growth", "x"], 2, "--growth"),
    (["capacity", "--trunks", "--blocking", "0"], 2, "blocking"), (["capacity", "--months", "0"], 2, "months"),
    (["capacity", "--volume", "none.csv"], 3, "cannot be read"),
    (["capacity", "-d", "2026-11-20"], 2, "-d says nothing of people"),
    (["capacity", "--blocking", "2%"], 2, "--blocking says nothing of people"),
    (["capacity", "--growth", "-1"], 2, "from -50% to 50%"), (["capacity", "--growth", "300%"], 2, "-50% to 50%"),
    (["capacity", "--months", "500"], 2, "--months"), (["staff", "--minimum", "1e9"], 2, "from 0 to 100000"),
    (["simulate", "--seed", "-1"], 2, "--seed"),
    (["capacity", "--trunks", "--growth", "1%"], 2, "--growth says nothing of lines"),
    (["capacity", "--trunks", "--risk", "p10"], 2, "--risk says nothing of lines"),
    (["capacity", "--trunks", "--plan", SAMPLE], 2, "--plan says nothing of lines"),
    (["capacity", "--plan", SAMPLE, "--growth", "x"], 2, "--growth"),
    (["staff", "--shrinkage", "-30%"], 2, "less than nothing"),
])
def test_refusals(centre: Run, arguments: list[str], code: int, said: str) -> None:
    ran = centre(*arguments)
    assert ran.code == code, ran.err
    assert said in ran.err
    assert "fault in ccops" not in ran.err


@pytest.mark.parametrize("arguments", [
    ["staff", "-d", "2026-11-19"], ["capacity", "--plan", SAMPLE], ["capacity", "--trunks"], ["forecast"],
    ["adherence", "-d", "2026-11-19"], ["simulate", "-d", "2026-11-19", "--replications", "2"],
])
def test_what_rows_rest_on_is_told_beside_their_file(centre: Run, arguments: list[str]) -> None:
    ran, shown = centre(*arguments, "-o", "rows.csv"), centre(*arguments)
    assert ran.code == 0, ran.err
    notes = [line for line in ran.err.splitlines() if not line.startswith("wrote ")]
    assert notes
    assert [line for line in notes if line not in shown.out] == []
    assert centre(*arguments, "-o", "rows.csv", "-q").err == ""


def test_too_little_history_says_how_much_is_needed(filled: Run) -> None:
    ran = filled("staff")
    assert ran.code == 3
    assert "21" in ran.err
    assert filled("capacity").code == 3


def test_no_data_at_all(ccops: Run, folder: Path) -> None:
    assert ccops("staff").code == 3


def test_malformed_opening_hours_are_exit_4_with_the_key(filled: Run, folder: Path) -> None:
    (folder / "ccops.toml").write_text('[opening]\nmon = "8 to 22"\n')
    ran = filled("staff", "-d", "2026-11-22")
    assert ran.code == 4
    assert "opening.mon" in ran.err


def test_capacity_of_the_sample_plan(centre: Run) -> None:
    ran = centre("capacity", "--plan", SAMPLE, "--json")
    assert ran.code == 0, ran.err
    TypeAdapter(CapacityDocument).validate_python(ran.json)
    months = ran.json["months"]
    assert [month["month"] for month in months][:2] == ["2026-12", "2027-01"]
    for month in months:
        assert month["gap"] == pytest.approx(month["effective_fte"] - month["required_fte"])
        assert month["starts"] % 8 == 0
    assert ran.json["assumptions"]["shrinkage"] == 0.32
    assert centre("capacity", "--plan", SAMPLE, "--months", "3", "--json").json["months"][2]["month"] == "2027-02"


def test_a_plan_that_says_all_needs_no_store(ccops: Run, folder: Path) -> None:
    (folder / "alone.toml").write_text("\n".join([
        'start = "2026-12"', "months = 1", "[demand]", "occupancy = 0.8", "shrinkage = 0.2",
        "paid_hours_per_month = 125", "[[volume]]", 'month = "2026-12"', "calls = 10000", "aht_s = 360",
    ]))
    ran = ccops("capacity", "--plan", "alone.toml", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["months"][0]["required_fte"] == pytest.approx(12.5)
    assert ccops("capacity").code == 3


def test_a_wrong_plan_names_file_and_key(centre: Run, folder: Path) -> None:
    (folder / "plan.toml").write_text("[training]\nclas_size = 12\n")
    ran = centre("capacity", "--plan", "plan.toml")
    assert ran.code == 4
    assert ran.err.splitlines() == [
        "ccops: error: plan.toml: unknown key training.clas_size", "fix: did you mean class_size?",
    ]


def test_lines_for_the_busy_hour(centre: Run) -> None:
    document = centre("capacity", "--trunks", "--blocking", "2%", "--json").json
    TypeAdapter(CapacityDocument).validate_python(document)
    found = document["trunks"]
    assert found["blocking"] == 0.02
    assert len(found["days"]) == 28
    assert found["erlangs"] == max(day["erlangs"] for day in found["days"])
    assert [row["trunks"] for row in found["blockings"]] == sorted(
        (row["trunks"] for row in found["blockings"]), reverse=True)


CREWS = ("--crew", "sales,service", "--crew", "billing,service", "--crew", "vip,sales:1.1")


def test_crews_of_several_skills(centre: Run) -> None:
    assert centre("staff", "-d", "2026-11-19", "--json").json["crews"] is None
    document = centre("staff", "-d", "2026-11-19", *CREWS, "--at", "14:10", "--json").json
    TypeAdapter(StaffDocument).validate_python(document)
    found = document["crews"]
    assert found["start_at"] == "2026-11-19T14:00:00+08:00"
    rows = {row["queue"]: row for row in document["rows"] if row["start_at"] == found["start_at"] and row["volume"]}
    assert {row["queue"]: (row["calls"], row["aht_s"]) for row in found["queues"]} == {
        queue: (row["volume"], row["aht_s"]) for queue, row in rows.items()}
    assert all(row["service_level"]["mean"] >= 0.8 for row in found["queues"])
    assert found["cost"] == pytest.approx(sum(row["agents"] * row["agent_cost"] for row in found["crews"]))
    assert found["agents"] == sum(row["agents"] for row in found["crews"])
    assert found["saved"] == found["siloed"] - found["agents"]


def test_crews_in_both_languages(centre: Run) -> None:
    english, chinese = (centre("staff", "-d", "2026-11-19", *CREWS, "--lang", lang).out for lang in ("en", "zh"))
    assert "Crews for the 30 minutes from 2026-11-19" in english
    assert "With every queue apart it takes" in english
    assert "分钟的坐席组配置" in chinese
    crewed = english.partition("Crews for")[2], chinese.rpartition("起 30 分钟")[2]
    assert not re.search(r"[\u4e00-\u9fff]", crewed[0])
    figures = [sorted(re.findall(r"\d+\.\d%|±\d\.\d", text)) for text in crewed]
    assert len(figures[0]) >= 2 * 3
    assert figures[0] == figures[1]


@pytest.mark.parametrize(("arguments", "said"), [
    (["--crew", "sales"], "no crew serves it"), (["--crew", "sale"], "did you mean sales?"),
    (["--crew", "sales", "--crew", "sales"], "named twice"), (["--at", "10:00"], "--at without --crew"),
    (["--crew", "sales", "-o", "week.csv"], "crews are no part of the file"),
    (["--queue", "sales", "--crew", "sales,service"], "no queue 'service' is staffed"),
])
def test_crews_that_cannot_be(centre: Run, arguments: list[str], said: str) -> None:
    ran = centre("staff", "-d", "2026-11-19", *arguments)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "fix: " in ran.err


def test_a_published_plan_is_staffed_and_simulated_again(centre: Run, folder: Path) -> None:
    """The plan of a store that knows calls alone: its placeholders serve the queues of their groups."""
    (folder / "ccops.duckdb").unlink()
    assert centre("import", *map(str, sorted(folder.glob("queue_log*")))).code == 0
    day = ("-d", "2026-11-24")
    planned = centre("schedule", "--shifts", "shift_patterns.toml", *day, "--gap", "10%", "--publish", "plan.csv")
    assert planned.code == 0, planned.err
    assert centre("import", "plan.csv").code == 0
    plan = centre("staff", *day, "--json").json
    assert all(row["staffed"] is not None for row in plan["rows"])
    assert min(row["gap"] for row in plan["rows"]) > -3
    assert not any("placeholders" in note or "not counted" in note for note in plan["notes"])
    simulated = centre("simulate", *day, "--replications", "2", "--json")
    assert simulated.code == 0, simulated.err
    assert not any("not simulated: " in note for note in simulated.json["notes"])


def test_a_day_that_is_not_over_is_staffed_to_its_end(centre: Run) -> None:
    """Until half past ten it is the calls that came, then the forecast and the schedule, whatever came later."""
    whole = centre("staff", "-d", "2026-11-20", "--json").json
    open_day = centre("staff", "-d", "2026-11-20", "--as-of", "2026-11-20 10:30", "--json").json
    then, now = ({(row["start_at"][11:16], row["queue"]): row for row in plan["rows"]} for plan in (whole, open_day))
    assert {key for key in then if key[0] < "10:30"} == {key for key in now if key[0] < "10:30"}
    for (at, queue), row in now.items():
        if at < "10:30":
            assert (row["volume"], row["staffed"]) == (then[at, queue]["volume"], then[at, queue]["staffed"])
        else:
            assert row["p10"] is not None
            assert row["staffed"] == row["scheduled"]
    told = " ".join(centre("staff", "-d", "2026-11-19").out.split())
    assert "Full-time agents are those of a whole week of such days, at " in told
    assert not open_day["hindsight"]
    assert whole["hindsight"]
    assert any(note.startswith("2026-11-20 is not over: from 10:30 on") for note in open_day["notes"])
