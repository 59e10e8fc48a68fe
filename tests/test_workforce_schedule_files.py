"""Files of shift patterns and requirements: what is read, and what each mistake is told as."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccops.clock import BusinessDay, Zone
from ccops.errors import SettingsError, SourceError
from ccops.workforce.schedule.patterns import Patterns, parse_patterns, read_patterns
from ccops.workforce.schedule.requirement import read_requirement

SAMPLES = Path(__file__).parents[1] / "sample_logs"
BERLIN = BusinessDay(Zone.of("Europe/Berlin"))
GOOD = """
[[shift]]
name = "early"
start = { from = "07:00", to = "08:00", every = 30 }
length = "8:30"
breaks = [
    { name = "tea", length = 15, earliest = "1:30", latest = "2:45" },
    { name = "午餐", length = 30, earliest = "3:30", latest = "5:00", paid = false },
]
"""


def test_a_file_of_patterns() -> None:
    made = parse_patterns(GOOD, "shifts.toml")
    [shift] = made.shift
    assert shift.starts == [420, 450, 480]
    assert (shift.length, shift.paid_minutes, made.cost_of(shift)) == (510, 480, 8.0)
    assert [one.published for one in shift.breaks] == ["break", "lunch"]
    assert [(one.length, one.first, one.last) for one in made.breaks_of(shift)] == [(1, 6, 11), (2, 14, 20)]
    assert made.under == [(0.05, 3.0), (0.10, 6.0), (None, 12.0)]
    assert made.cost_of(shift.model_copy(update={"cost": 50.0})) == 50


def test_the_sample_is_a_file_of_patterns() -> None:
    assert {shift.name for shift in read_patterns(SAMPLES / "shift_patterns.toml").shift} == {
        "early", "day", "half", "night"
    }


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(("text", "said", "fix"), [
    (GOOD + 'colour = "red"', "unknown key shift.early.colour", "docs/how-to"),
    (changed("earliest = \"1:30\"", "earlyest = \"1:30\""), "unknown key shift.early.breaks.tea.earlyest", "earliest"),
    (GOOD + "[price]\nover = 1", "unknown key price", "did you mean prices?"),
    ("step = 15", "shift is missing", "docs/how-to"),
    (changed('length = "8:30"', ""), "shift.early.length is missing", "docs/how-to"),
    (changed('"8:30"', '"8.5"'), "shift.early.length: '8.5' is no length of time", "8:30"),
    (changed('"07:00"', '"25:00"'), "'25:00' is no time of day", "07:30"),
    (changed('"07:00"', '"07:10"'), "shift.early.start: 07:10 is not on the grid", "step is 15 minutes"),
    (changed("length = 15", "length = 20"), "shift.early.breaks.tea.length: 00:20 is not on the grid", "step is 15"),
    (changed('"8:30"', '"8:40"'), "shift.early.length: 08:40 is not on the grid", "finer step"),
    (changed('"8:30"', '"25:00"'), "shift.early.length: longer than a day", "24:00"),
    (changed('to = "08:00"', 'to = "06:00"'), "shift.early.start: to is before from", "two patterns"),
    (changed("length = 30", "length = 600"), "shift.early.breaks.午餐.length: 10:00 is not shorter", "shorten"),
    (changed('latest = "5:00"', 'latest = "8:15"'), "from 08:15 after the start it ends after the shift", "08:00"),
    (changed('latest = "5:00"', 'latest = "3:00"'), "latest 03:00 is before earliest 03:30", "swap"),
    (changed('earliest = "1:30", latest = "2:45"', 'earliest = "5:00", latest = "5:15"'),
     "shift.early.breaks: tea, 午餐 cannot follow one another", "list them in order"),
    (GOOD + GOOD, "shift.early: two of this name", "its own"),
    (GOOD + 'group = "x"', "shift.early.group: no group 'x'", "[[group]]"),
    (GOOD + '[[group]]\nname = "a"\nqueues = ["q"]\n[[group]]\nname = "b"\nqueues = ["q"]', "group is missing", "a, b"),
    (GOOD + "min = 3\nmax = 2", "shift.early: min 3 is above max 2", "lower min"),
    (GOOD + "cost = 3\ncost_per_hour = 2", "both cost and cost_per_hour", "give one"),
    (GOOD + "[prices]\nunder = [{ share = 0.1, price = 3 }]", "prices.under: the last step", "share = 0.05"),
    (GOOD + "[prices]\nunder = [{ share = 0.1, price = 3 }, { price = 2 }]", "cannot cost less", "sort"),
    (GOOD + "[limits]\ncover = 2", "limits.cover: Input should be less than or equal to 1", "docs/how-to"),
    ("step = 7\n" + GOOD, "step: Input should be 5, 10, 15, 20, 30 or 60", "docs/how-to"),
    ("= 1", "not valid TOML", "correct the line"),
])
def test_mistakes_in_patterns(text: str, said: str, fix: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_patterns(text, "shifts.toml")
    assert str(refused.value).startswith("shifts.toml: ")
    assert said in str(refused.value)
    assert fix in refused.value.fix


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file of shift patterns"):
        read_patterns(tmp_path / "none.toml")
    (tmp_path / "odd").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_patterns(tmp_path / "odd")
    with pytest.raises(SourceError, match="not UTF-8"):
        read_requirement(tmp_path / "odd", BERLIN)
    with pytest.raises(SourceError, match="no such file"):
        read_requirement(tmp_path / "none.csv", BERLIN)


def test_the_schema_says_what_a_length_is() -> None:
    schema = Patterns.model_json_schema()
    length = schema["$defs"]["Shift"]["properties"]["length"]
    assert {one["type"] for one in length["anyOf"]} == {"integer", "string"}


def written(folder: Path, text: str) -> Path:
    file = folder / "need.csv"
    file.write_text(text, "utf-8")
    return file


def test_a_requirement_with_everything(tmp_path: Path) -> None:
    file = written(tmp_path, """\
start_at,queue,required,minimum,under_cost,over_cost,volume,aht_s,patience_s
2026-11-23 08:30,sales,4.5,,,,,,
2026-11-23T07:00+00:00,sales,3.25,2,5%:40 10%:80 160,1.5,20,240,120
2026-11-24 08:00,sales,1,,30,,,,
""")
    made = read_requirement(file, BERLIN)
    first, second, third = made.queues["sales"]
    assert made.interval_min == 30
    assert first.start_at == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert (first.required, first.minimum, first.over_cost) == (3.25, 2, 1.5)
    assert first.under == ((0.05, 40), (0.1, 80), (None, 160))
    assert (first.volume, first.aht_s, first.patience_s) == (20, 240, 120)
    assert (second.under, third.under) == ((), ((None, 30),))
    [note] = made.closed(BERLIN)
    assert note.text("en") == (
        "sales: no rows in 2026-11-23 09:00 – 2026-11-24 08:00; 1 such stretches in all, taken as closed."
    )
    assert "按不营业处理" in note.text("zh")


HEAD = "start_at,required\n2026-11-23 08:00,1\n2026-11-23 08:30,2\n2026-11-23 09:00,2\n"


@pytest.mark.parametrize(("text", "said", "line"), [
    ("", "no column start_at; it has none", 1),
    ("start_at,agents\n", "no column required; it has start_at, agents", 1),
    ("start_at,required\n", "no rows", 0),
    (HEAD + "2026-11-23 10:00,1\n", "nothing from 2026-11-23 09:30 to 2026-11-23 10:00", 5),
    (HEAD + "2026-11-23 08:30,1\n", "2026-11-23 08:30 stands there twice, as in line 3", 5),
    (HEAD + "2026-11-23 09:45,1\n", "2026-11-23 09:45 is off the steps of 30 minutes", 5),
    (HEAD + "2026-11-23 09:07,1\n", "intervals of 7 minutes", 0),
    (HEAD + "2026-11-23 09:30,-1\n", "required is -1", 5),
    (HEAD + "2026-11-23 09:30,many\n", "required is 'many', not a number", 5),
    (HEAD + "2026-11-23 09:30,inf\n", "required is 'inf', not a number", 5),
    (HEAD + "2026-11-23 09:30,\n", "no requirement", 5),
    (HEAD + "23.11. 09:30,1\n", "start_at is '23.11. 09:30', not a time", 5),
    (HEAD.replace("required", "required,under_cost") + "2026-11-23 09:30,1,5%:40\n", "under_cost is '5%:40'", 5),
    (HEAD.replace("required", "required,under_cost") + "2026-11-23 09:30,1,5%:40 20\n", "no price", 5),
    (HEAD.replace("required", "required,under_cost") + "2026-11-23 09:30,1,dear\n", "no price", 5),
])
def test_mistakes_in_requirements(tmp_path: Path, text: str, said: str, line: int) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SourceError) as refused:
        read_requirement(file, BERLIN)
    assert said in refused.value.what
    assert refused.value.where == (f"{file}:{line}" if line else str(file))
    assert refused.value.fix


def test_a_day_on_which_clocks_change_has_no_hole(tmp_path: Path) -> None:
    file = written(tmp_path, "start_at,required\n" + "".join(
        f"2026-10-25T{hour:02}:{minute:02}:00+00:00,1\n" for hour in range(3) for minute in (0, 30)
    ))
    assert len(read_requirement(file, BERLIN).queues[""]) == 6


def test_what_staff_writes_and_a_spreadsheet_of_the_chinese_windows_are_read(tmp_path: Path) -> None:
    from dataclasses import fields

    from ccops.cli.contract_staffing import StaffRow

    heads = [field.name for field in fields(StaffRow)]
    cells = {"start_at": "2026-11-23 08:00", "queue": "销售", "required": "2.5"}
    file = tmp_path / "need.csv"
    file.write_bytes(f"{','.join(heads)}\n{','.join(cells.get(name, '') for name in heads)}\n".encode("gb18030"))
    [need] = read_requirement(file, BERLIN).queues["销售"]
    assert need.required == 2.5
