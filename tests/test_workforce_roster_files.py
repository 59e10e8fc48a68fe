"""What roster files may say, and what is said where they are wrong: file and line, what, and the fix."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from ccops.clock import Zone
from ccops.errors import CcopsError, SettingsError, SourceError, UsageError
from ccops.workforce.roster import read
from ccops.workforce.roster.assembly import Assembled, assemble
from ccops.workforce.roster.cells import When, as_when
from ccops.workforce.roster.problem import HOUR, OFF, Need, Pause, Wish
from ccops.workforce.roster.rules_file import is_night, parse_rules

SAMPLES = Path(__file__).parents[1] / "sample_logs"
RULES = """
[[shift]]
name = "early"
start = "06:00"
end = "14:30"
unpaid = 30
[[shift]]
name = "late"
start = "14:00"
end = "22:30"
unpaid = 30
skills = ["vip"]
"""
DEMAND = "day,shift,agents\n2026-11-02,early,1\n2026-11-15,late,1\n"
PEOPLE = "agent,skills\nAnn,vip\nBo,\n"
Made = Callable[..., Assembled]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A problem from the texts of its files."""
    def make(*, demand: str = DEMAND, people: str = PEOPLE, rules: str = RULES, absences: str = "", history: str = "",
             first: date | None = None, weeks: int | None = None) -> Assembled:
        texts = {"demand.csv": demand, "people.csv": people, "rules.toml": rules}
        more = {"absences.csv": absences, "history.csv": history}
        for name, text in (texts | more).items():
            (tmp_path / name).write_text(text, "utf-8")
        found = [tmp_path / name for name in texts]
        extra = {name.removesuffix(".csv"): tmp_path / name for name, text in more.items() if text}
        return assemble(read(*found, **extra), Zone.of("Asia/Shanghai"), first, weeks)

    return make


def test_the_sample_is_read_as_it_says() -> None:
    inputs = read(*(SAMPLES / f"roster_{name}" for name in ("demand.csv", "people.csv", "rules.toml")))
    problem = assemble(inputs, Zone.of("UTC"), date(2026, 11, 30), 4).problem
    assert (problem.days, [shift.name for shift in problem.shifts]) == (28, ["early", "late", "night"])
    assert [shift.night for shift in problem.shifts] == [False, False, True]
    assert {shift.paid_min for shift in problem.shifts} == {8 * HOUR}
    amy, ben, *_, jun = problem.people
    assert (amy.contract_min, amy.skills, dict(amy.history)) == (40 * HOUR, frozenset({"billing"}), {-2: 0, -1: 0})
    saturdays = frozenset(day for day in range(28) if day % 7 == 5)
    assert amy.wishes == (
        Wish(frozenset(range(28)), frozenset({0}), 1), Wish(saturdays, frozenset({OFF}), 3, True),
    )
    assert ben.absent == frozenset(range(7, 12))
    assert ben.bans == frozenset((day, 2) for day in range(28))
    assert ben.wishes[0].granted_by == frozenset({OFF, 0, 2})
    assert jun.fixed == {12: OFF}
    assert Need(8, 1, 3) in problem.needs  # the date wins over the weekday
    assert Need(0, 2, 1, 1) in problem.needs
    assert Need(0, 0, 1, 0, "billing") in problem.needs


def test_people_as_toml_are_people_as_csv(tmp_path: Path, made: Made) -> None:
    csv = "agent,skills,hours,wishes,absent\nAnn,vip; sales,37.5,early*2; sat off,2026-11-03..2026-11-04\n"
    toml = ('[[person]]\nagent = "Ann"\nskills = ["vip", "sales"]\nhours = 37.5\nwishes = ["early*2", "off sat"]\n'
            'absent = ["2026-11-03..2026-11-04"]\n')
    (tmp_path / "people.toml").write_text(toml, "utf-8")
    one = made(people=csv).problem
    inputs = read(tmp_path / "demand.csv", tmp_path / "people.toml", tmp_path / "rules.toml")
    assert assemble(inputs, Zone.of("Asia/Shanghai")).problem.people == one.people


def test_chinese_heads_days_and_words(made: Made) -> None:
    problem = made(
        demand="日期,班次,需求人数,最少人数\n周一,早班,2,1\n星期日,早班,1,\n",
        people="坐席,班组,技能,周工时,意愿,请假\n李娜,一组,英语；投诉,40,周日 休*2；非 早班,2026-11-03\n",
        rules='[[shift]]\nname = "早班"\nstart = "08:00"\nend = "16:00"\n', first=date(2026, 11, 2), weeks=1,
    ).problem
    assert problem.needs == (Need(0, 0, 2, 1), Need(6, 0, 1))
    [person] = problem.people
    assert (person.agent, person.team, person.skills) == ("李娜", "一组", frozenset({"英语", "投诉"}))
    assert person.wishes == (
        Wish(frozenset({6}), frozenset({OFF}), 2, True), Wish(frozenset(range(7)), frozenset({OFF}), 1),
    )
    assert person.absent == frozenset({1})


def test_a_file_in_gb18030_is_read(tmp_path: Path, made: Made) -> None:
    made()
    (tmp_path / "people.csv").write_bytes("坐席\n王伟\n".encode("gb18030"))
    inputs = read(*(tmp_path / name for name in ("demand.csv", "people.csv", "rules.toml")))
    assert [one.agent for one in inputs.people] == ["王伟"]


def test_absences_and_history_from_files_of_their_own(made: Made) -> None:
    found = made(
        absences="agent,from,to,reason\nbo,2026-11-04,2026-11-05,leave\nAnn,2026-12-24,,\n",
        history="Agent,Activity,Scheduled start,Scheduled end,Shift,Team\n"
                "Ann,Work,2026-11-01T14:00:00+08:00,2026-11-01T22:30:00+08:00,late,\n"
                "Ann,Break,2026-11-01T18:00:00+08:00,2026-11-01T18:15:00+08:00,late,\n"
                "Gone,Work,2026-11-01T14:00:00+08:00,2026-11-01T22:30:00+08:00,late,\n",
    )
    ann, bo = found.problem.people
    assert bo.absent == frozenset({2, 3})
    assert ann.history == {-1: 1}
    assert found.outside == 1


def test_employment_ends_are_absences(made: Made) -> None:
    people = "agent,Hired,Left\nAnn,2026-11-04,\nBo,,2026-11-03\n"
    ann, bo = made(people=people, demand=DEMAND.replace("late", "early"), weeks=1).problem.people
    assert ann.absent == frozenset({0, 1})
    assert bo.absent == frozenset({2, 3, 4, 5, 6})


@pytest.mark.parametrize(("starts", "length", "night"), [
    (22 * HOUR, 8 * HOUR, True), (14 * HOUR, 8 * HOUR, False), (18 * HOUR, 8 * HOUR, True),  # 23:00-02:00: 3 h
    (18 * HOUR - 1, 8 * HOUR, False), (3 * HOUR, 8 * HOUR, True), (3 * HOUR + 1, 8 * HOUR, False),
    (0, 24 * HOUR, True),
])
def test_night_shifts(starts: int, length: int, night: bool) -> None:
    """Three hours of the night make one: Directive 2003/88/EC, article 2(4)(a)."""
    assert is_night(starts, length) is night


def test_a_plan_as_csv_brings_its_shifts(made: Made) -> None:
    plan = (
        "day,name,group,start_at,end_at,agents,paid_h,part_time,cost,breaks\n"
        "2026-11-02,day,sales,2026-11-02T08:00:00+08:00,2026-11-02T16:30:00+08:00,2,8.0,false,400.0,\n"
        "2026-11-02,day,sales,2026-11-02T09:00:00+08:00,2026-11-02T17:30:00+08:00,1,8.0,false,200.0,\n"
        "2026-11-03,night,sales,2026-11-03T22:00:00+08:00,2026-11-04T06:00:00+08:00,1,7.5,false,200.0,\n"
    )
    problem = made(demand=plan, rules="").problem
    read_as = [(one.name, one.starts_min, one.length_min, one.paid_min, one.night) for one in problem.shifts]
    assert read_as == [
        ("day 08:00", 480, 510, 480, False), ("day 09:00", 540, 510, 480, False), ("night", 1320, 480, 450, True),
    ]
    assert problem.needs == (Need(0, 0, 2), Need(0, 1, 1), Need(1, 2, 1))


def test_groups_of_a_plan_are_skills(made: Made) -> None:
    plan = (
        "day,name,group,start_at,end_at,agents\n2026-11-02,day,vip,2026-11-02T08:00,2026-11-02T16:00,1\n"
        "2026-11-02,day,all,2026-11-02T08:00,2026-11-02T16:00,1\n"
    )
    problem = made(demand=plan, rules="").problem
    assert [(shift.name, shift.skills) for shift in problem.shifts] == [
        ("day vip", frozenset({"vip"})), ("day all", frozenset({"all"})),
    ]


def test_a_plan_as_json_deals_its_breaks(tmp_path: Path, made: Made) -> None:
    def pause(name: str, at: str, agents: int) -> dict[str, object]:
        return {"day": "2026-11-02", "name": name, "activity": name, "start_at": f"2026-11-02T{at}:00+08:00",
                "length_min": 30, "agents": agents}

    shift = {"name": "day", "group": "", "start": "08:00", "end": "16:30", "days": ["2026-11-02"], "agents": 2,
             "paid_h": 8.0,
             "breaks": [pause("lunch", "12:00", 1), pause("lunch", "12:30", 1), pause("break", "10:00", 2)]}
    (tmp_path / "rules.toml").write_text("")
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "plan.json").write_text(json.dumps({"schema": "ccops.schedule/1", "shifts": [shift]}))
    inputs = read(tmp_path / "plan.json", tmp_path / "people.csv", tmp_path / "rules.toml")
    found = assemble(inputs, Zone.of("Asia/Shanghai"))
    assert found.pauses == {(0, 0): [
        [Pause(240, 30, "lunch"), Pause(120, 30, "break")], [Pause(270, 30, "lunch"), Pause(120, 30, "break")],
    ]}
    assert time.fromisoformat("08:00").hour * 60 == found.problem.shifts[0].starts_min


def test_when() -> None:
    assert as_when("2026-11-02..2026-11-04") == When(date(2026, 11, 2), date(2026, 11, 4))
    words = ("2026-11-02", "Sunday", "周六", "sat")
    assert [str(as_when(word)) for word in words] == ["2026-11-02", "sun", "sat", "sat"]
    assert [as_when(word) for word in ("2026-11-31", "2026-11-04..2026-11-02", "sa", "early", "")] == [None] * 5


BAD: dict[str, tuple[dict[str, object], type[CcopsError], str]] = {
    "unknown agent in an absence": (
        {"absences": "agent,from\nAn,2026-11-03\n"}, SourceError,
        "absences.csv:2: no agent 'An' among the people\nfix: did you mean Ann?",
    ),
    "an absence that ends before it begins": (
        {"absences": "agent,from,to\nAnn,2026-11-03,2026-11-02\n"}, SourceError,
        "absences.csv:2: to: 2026-11-02 is before 2026-11-03\nfix: put the earlier day first",
    ),
    "duplicate names": (
        {"people": "agent\nAnn\nBo\nann\n"}, SourceError,
        "people.csv:4: ann is listed twice\nfix: they stand in {}/people.csv:2 too; keep one line",
    ),
    "no people": ({"people": "agent\n"}, SourceError, "people.csv: no rows\nfix: write one line for each"),
    "nobody's name": (
        {"people": "agent,team\n,sales\n"}, SourceError,
        "people.csv:2: agent: nothing stands there\nfix: name the agent, or delete the line",
    ),
    "an unknown shift": (
        {"demand": "day,shift,agents\n2026-11-02,earli,1\n"}, SourceError,
        "demand.csv:2: shift: no shift 'earli'\nfix: did you mean early?",
    ),
    "an unknown shift in a wish": (
        {"people": "agent,wishes\nAnn,noon\n"}, SourceError,
        "people.csv:2: wishes: no shift 'noon'\nfix: shifts: early, late",
    ),
    "more hours than a week has": (
        {"people": "agent,hours\nAnn,170\n"}, SourceError,
        "people.csv:2: hours: 170 h are more than a week has\nfix: write hours per week, such as 40",
    ),
    "a contract above the cap": (
        {"people": "agent,hours\nAnn,60\n"}, SourceError,
        ("people.csv:2: hours: a contract of 60 h is more than a week may have\n"
        "fix: lower it, or raise [hours] per_week_max above 48 h"),
    ),
    "minimum above maximum": (
        {"people": "agent,hours_min,hours_max\nAnn,40,32\n"}, SourceError,
        "people.csv:2: hours_min: 40 h are above hours_max, 32 h\nfix: lower it",
    ),
    "fewest above most shifts": (
        {"people": "agent,shifts_min,shifts_max\nAnn,9,8\n"}, SourceError,
        "people.csv:2: shifts_min: 9 is above shifts_max, 8\nfix: lower it",
    ),
    "hours that are none": (
        {"people": "agent,hours\nAnn,many\n"}, SourceError,
        "people.csv:2: hours: 'many' is not a number of hours\nfix: write 40, 37.5 or 37:30",
    ),
    "a fixed day outside": (
        {"people": "agent,fixed\nAnn,2026-12-24 early\n"}, SourceError,
        ("people.csv:2: fixed: 2026-12-24 is outside the roster\n"
        "fix: it runs from 2026-11-02 to 2026-11-15; correct the day or delete it"),
    ),
    "a day that is none": (
        {"people": "agent,fixed\nAnn,2026-11-31 early\n"}, SourceError,
        "people.csv:2: fixed: '2026-11-31 early' does not begin with a day\nfix: write 2026-11-03 or a..b",
    ),
    "an absence that is no day": (
        {"people": "agent,absent\nAnn,next week\n"}, SourceError,
        ("people.csv:2: absent: 'next week' is neither a day nor a range of days\n"
        "fix: write 2026-11-23 or 2026-11-23..2026-11-27"),
    ),
    "history within the roster": (
        {"people": "agent,history\nAnn,2026-11-02 early\n"}, SourceError,
        ("people.csv:2: history: 2026-11-02 is not one day before the roster\n"
        "fix: it begins on 2026-11-02; use the column fixed for days in it"),
    ),
    "a wish's weight": (
        {"people": "agent,wishes\nAnn,early*much\n"}, SourceError,
        "people.csv:2: wishes: 'early*much': after * stands how much it matters\nfix: write early*3",
    ),
    "an unknown column": (
        {"people": "agent,shoes\nAnn,42\n"}, SourceError,
        ("people.csv:1: unknown column shoes\nfix: columns are agent, name, team, skills, hours, hours_min, hours_max, "
        "shifts_min, shifts_max, bans, wishes, absent, fixed, history, employed_from, employed_to"),
    ),
    "a column missing": (
        {"demand": "day,shift\n2026-11-02,early\n"}, SourceError,
        "demand.csv:1: no column agents; it has day, shift\nfix: name the columns day, shift, agents, minimum, skill",
    ),
    "one column twice": (
        {"people": "agent,坐席\nAnn,Ann\n"}, SourceError, "people.csv:1: two columns for agent\nfix: keep one of them",
    ),
    "too many cells": (
        {"people": "agent,skills\nAnn,vip,sales\n"}, SourceError,
        "people.csv:2: more cells than columns\nfix: put cells with commas in quotes, or part lists by ;",
    ),
    "a number of people that is none": (
        {"demand": "day,shift,agents\n2026-11-02,early,-1\n"}, SourceError,
        "demand.csv:2: agents: '-1' is not a whole number\nfix: write 0, 1, 2, …",
    ),
    "minimum above demand": (
        {"demand": "day,shift,agents,minimum\n2026-11-02,early,1,2\n"}, SourceError,
        "demand.csv:2: minimum: 2 is above the 1 wanted\nfix: lower it, or raise agents",
    ),
    "demand twice": (
        {"demand": "day,shift,agents\n2026-11-02,early,1\n2026-11-02,Early,2\n"}, SourceError,
        ("demand.csv:3: 2026-11-02 Early is wanted twice\n"
        "fix: it stands in {}/demand.csv:2 too; keep one line, or give them different skills"),
    ),
    "a skill that nobody has": (
        {"demand": "day,shift,agents,skill\n2026-11-02,early,1,vpi\n"}, SourceError,
        "demand.csv:2: nobody has the skill 'vpi'\nfix: did you mean vip?",
    ),
    "weekdays without a beginning": (
        {"demand": "day,shift,agents\nmon,early,1\n"}, UsageError,
        ("the demand names weekdays only: when does the roster begin?\n"
        "fix: add --from 2026-11-23, and --weeks for how long"),
    ),
    "more weeks than demand": (
        {"weeks": 4}, UsageError,
        ("the demand ends on 2026-11-15, the roster would run to 2026-11-29\n"
        "fix: give fewer --weeks, or name weekdays (mon, tue, …) in the demand: they repeat"),
    ),
    "a beginning after the demand": (
        {"first": date(2026, 12, 1)}, UsageError,
        ("the roster begins on 2026-12-01, but the demand ends on 2026-11-15\n"
        "fix: choose --from between 2026-11-02 and 2026-11-15"),
    ),
    "years": (
        {"demand": "day,shift,agents\nmon,early,1\n", "first": date(2026, 11, 2), "weeks": 60}, UsageError,
        "a roster of 420 days is too long\nfix: at most 366; give --weeks",
    ),
    "no demand": (
        {"demand": "day,shift,agents\n2026-11-02,early,0\n"}, UsageError,
        "nobody is wanted in the whole roster\nfix: check the demand's days against --from",
    ),
    "no shifts": (
        {"rules": ""}, UsageError,
        ("no shifts: neither the rules nor the demand say when they start and end\n"
        "fix: write [[shift]] with name, start and end into the rules"),
    ),
    "two shifts of one name": (
        {"rules": f'{RULES}[[shift]]\nname = "Early"\nstart = "07:00"\nend = "15:00"\n'}, SettingsError,
        "rules.toml: shift: Early: the name of early too\nfix: keep one of them",
    ),
    "two shifts at the same times": (
        {"rules": f'{RULES}[[shift]]\nname = "first"\nstart = "06:00"\nend = "14:30"\n'}, SettingsError,
        "rules.toml: shift: first: the same times as early\nfix: keep one of them",
    ),
    "an unknown rule": (
        {"rules": f"{RULES}[rest]\nbetween_shift = 600\n"}, SettingsError,
        "rules.toml: unknown key rest.between_shift\nfix: did you mean between_shifts?",
    ),
    "a shift without time": (
        {"rules": '[[shift]]\nname = "x"\nstart = "06:00"\nend = "07:00"\nunpaid = 60\n'}, SettingsError,
        "rules.toml: shift.x: no time is left after the unpaid breaks\nfix: shorten them",
    ),
    "a time that is none": (
        {"rules": '[[shift]]\nname = "x"\nstart = "25:00"\nend = "07:00"\n'}, SettingsError,
        "rules.toml: shift.x.start: '25:00' is no time of day\nfix: write \"07:30\"",
    ),
    "bare hours": (
        {"rules": f"{RULES}[rest]\nbetween_shifts = 11\n"}, SettingsError,
        'rules.toml: rest.between_shifts: 11 is no length of time\nfix: write hours and minutes, "11:00"',
    ),
    "a bare week": (
        {"rules": f"{RULES}[hours]\nper_week_max = 48\n"}, SettingsError,
        'rules.toml: hours.per_week_max: 48 is no length of time\nfix: write hours and minutes, "48:00"',
    ),
    "no TOML": (
        {"rules": "[rest\n"}, SettingsError,
        ("rules.toml: not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 6)\n"
        "fix: correct the line it names"),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_with_its_place(case: str, made: Made, tmp_path: Path) -> None:
    values, kind, expected = BAD[case]
    with pytest.raises(kind) as caught:
        made(**values)
    assert str(caught.value) == (f"{tmp_path}/" if "/" not in expected.split(":")[0] and kind is not UsageError
                                 else "") + expected.format(tmp_path)


def test_missing_files_are_told(tmp_path: Path) -> None:
    for name in ("demand.csv", "demand.json"):
        with pytest.raises(SourceError, match="no such file"):
            read(tmp_path / name, tmp_path / "people.csv", tmp_path / "rules.toml")
    (tmp_path / "demand.csv").write_text(DEMAND)
    with pytest.raises(SourceError, match=r"people\.toml: no such file"):
        read(tmp_path / "demand.csv", tmp_path / "people.toml", tmp_path / "rules.toml")
    (tmp_path / "people.csv").write_text(PEOPLE)
    with pytest.raises(SettingsError, match="no such file of roster rules"):
        read(tmp_path / "demand.csv", tmp_path / "people.csv", tmp_path / "rules.toml")


def test_rules_mean_what_they_say() -> None:
    rules = parse_rules(
        '[rest]\nbetween_shifts = "12:30"\n[hours]\nweek_starts = "sun"\novertime_max = "1:30"\n'
        '[days]\npaired = false\n'
        '[weekends]\ndays = ["fri", "sat"]\n[starts]\nchange_max = "2:00"\n[prices]\nwish = 3\n', "here",
    ).rules()
    assert (rules.rest_min, rules.week_starts, rules.overtime_min, rules.weekend) == (750, 6, 90, (4, 5))
    assert (rules.paired_days_off, rules.start_change_most_min, rules.prices.wish) == (False, 120, 3)
