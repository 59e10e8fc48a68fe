"""Every command about people, quality, cost and what to do, on a small demo centre, as a manager reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccops.demo import generate
from test_docs_commands import called

LEVERS = ("aht=-10s", "volume=-3%@sales", "repeat=-20%", "containment=2pt", "chat=3pt", "shrinkage=-1pt", "hour=-5%",
          "attrition=-5pt", "tariff=Six seconds", "pool=billing+service")
COMMANDS = [
    ["people", "attrition", "--by", "shift"], ["people", "hiring", "--need", "20", "--months", "3"],
    ["people", "incentives", "--month", "2026-11"], ["people", "incentives", "--simulate", "--months", "1"],
    ["quality", "scores"], ["quality", "sample"], ["quality", "calibrate"], ["quality", "chart"],
    ["quality", "satisfaction"], ["cost", "report"], ["cost", "economics"], ["cost", "tariff"], ["cost", "sourcing"],
    ["cost", "what-if", *(word for lever in LEVERS for word in ("--lever", lever))], ["recommend", "--quick"],
]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = generate(tmp_path_factory.mktemp("demo"), days=14, seed=4, scale=0.25)
    files = [str(file) for file in made.files if file.name != "Master.csv"]
    assert called(["import", *files, "--max-rejects", "0"], made.folder)[0] == 0
    return made.folder


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_manager_can_read_it_in_both_languages(centre: Path, command: list[str]) -> None:
    code, english = called(command, centre)
    assert code == 0, english
    code, chinese = called([*command, "--lang", "zh"], centre)
    assert code == 0, chinese
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) > 20
    figures = r"\d[\d,]*\.\d+"
    assert sorted(re.findall(figures, english)) == sorted(re.findall(figures, chinese))
    assert not re.search(r"\b1[3-9]\d{9}\b|\b0\d{2,3}\d{7,8}\b", english + chinese)  # a raw number

