"""What people tripped over: names from outside, wrong names, the environment, narrow terminals, no store."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ccops.cli import output
from ccops.cli.naming import grain_keys, metric_keys
from ccops.errors import UsageError
from conftest import Ran

Run = Callable[..., Ran]
BAD_LOG = "soon|c4|sales|NONE|ENTERQUEUE||anonymous|1\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_from_files_ends_with_commands_that_work_without_a_store(ccops: Run, log: Path, lang: str) -> None:
    out = ccops("report", "queue_log", "--tz", "UTC", "--lang", lang).out
    commands = [line.split("  #")[0] for line in out.splitlines() if "  # " in line]
    assert commands == [
        "ccops report queue_log --tz UTC --all", "ccops report queue_log --tz UTC -o daily.md",
        "ccops init --from queue_log --tz UTC", "ccops import queue_log --tz UTC",
    ]
    assert out.count("下一步" if lang == "zh" else "What to type next") == 1
    for command in commands:
        assert ccops(*command.split()[1:]).code == 0
    assert "ccops lost -d" not in (log.parent / "daily.md").read_text("utf-8")
    assert "ccops lost -d" in ccops("report").out


def test_a_report_from_files_can_accept_rejects(ccops: Run, log: Path) -> None:
    log.write_text(log.read_text() + BAD_LOG)
    refused = ccops("report", log, "--tz", "UTC")
    assert (refused.code, "--max-rejects" in refused.err) == (3, True)
    assert ccops("report", log, "--tz", "UTC", "--max-rejects", "1").code == 0


def test_a_files_name_cannot_steer_the_terminal(ccops: Run, log: Path) -> None:
    evil = log.rename(log.parent / "a\x1b[31mb\x1b]0;owned\x07.log")
    for words in (("import", evil.name, "--tz", "UTC"), ("report", evil.name, "--tz", "UTC"),
                  ("import", evil.name + "x"), ("report", "-o", evil.name),
                  ("report", evil.name, "--tz", "UTC", "-o", evil.name + ".md"), ("doctor", "--store", evil.name),
                  ("kpi", "--queue", evil.name), ("--config", evil.name)):
        ran = ccops(*words)
        assert not set("\x1b\x07") & set(ran.out + ran.err), words
        assert ran.out + ran.err


@pytest.mark.parametrize("command", [["kpi"], ["lost"], ["explain", "asa"], ["check"], ["export", "queue_visits"]])
def test_an_unknown_queue_is_refused_by_every_command(filled: Run, command: list[str]) -> None:
    ran = filled(*command, "--queue", "salse")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "ccops: error: no queue 'salse' in the data\nfix: did you mean sales?\n"
    assert filled(*command, "--queue", "").code == 2
    assert filled(*command, "--queue", "sales").code == 0


def test_an_unknown_team_is_refused(filled: Run, folder: Path) -> None:
    assert filled("kpi", "answered", "--team", "night").code == 2
    assert filled("report", "--team", "night").code == 2
    (folder / "ccops.toml").write_text('[agents.teams]\nnights = ["Agent/1001"]\n')
    assert "did you mean nights?" in filled("lost", "--team", "night").err


def test_what_is_asked_twice_is_given_once(filled: Run) -> None:
    ran = filled("kpi", "aht", "asa", "aht", "--by", "queue,day,queue", "--json")
    assert ran.code == 0, ran.err
    assert list(ran.json["rows"][0]["by"]) == ["queue", "day"]
    assert [row["metric"] for row in ran.json["rows"][:2]] == ["aht", "asa"]


def test_the_environment_speaks_for_flags_and_flags_win(
    ccops: Run, log: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "ccops.toml").write_text('[site]\nlang = "en"\ntz = "Europe/Berlin"\n')
    for name, value in (("CCOPS_LANG", "zh"), ("CCOPS_STORE", "other.duckdb"), ("CCOPS_TZ", "UTC")):
        monkeypatch.setenv(name, value)
    assert ccops("import", log).code == 0
    assert (folder / "other.duckdb").exists()
    assert not (folder / "ccops.duckdb").exists()
    settings = {row["name"]: row for row in ccops("config", "show", "--json").json["settings"]}
    assert (settings["site.tz"]["value"], settings["site.tz"]["origin"]) == ("UTC", "CCOPS_TZ")
    assert "指标" in ccops("kpi", "asa").out
    assert "numerator" in ccops("kpi", "asa", "--lang", "en").out
    assert ccops("kpi", "--store", "third.duckdb").code == 3


def test_a_variable_that_means_nothing_is_told(ccops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCOPS_DEBUG", "1")
    monkeypatch.setenv("CCOPS_BENCH_ROWS", "1")
    assert ccops("config", "show").err == ""
    monkeypatch.setenv("CCOPS_STROE", "x.duckdb")
    ran = ccops("config", "show")
    expected = "ccops: warning: CCOPS_STROE in the environment means nothing; did you mean CCOPS_STORE?\n"
    assert (ran.code, ran.err) == (0, expected)
    assert ccops("config", "show", "-q").err == ""


def test_a_wrong_zone_in_the_settings_is_exit_4_with_the_file(ccops: Run, log: Path, folder: Path) -> None:
    (folder / "ccops.toml").write_text('[site]\ntz = "Asia/Shangai"\n')
    ran = ccops("import", log)
    assert ran.code == 4
    assert re.match(r"ccops: error: \S+ccops\.toml: site\.tz: unknown time zone 'Asia/Shangai'\n", ran.err)


def test_a_folder_is_no_store(ccops: Run) -> None:
    ran = ccops("kpi", "--store", ".")
    assert (ran.code, ran.err.splitlines()[0]) == (3, "ccops: error: .: is a folder, not a store")


def test_doctor_exits_3_on_an_error_and_0_on_a_warning(ccops: Run, folder: Path) -> None:
    assert ccops("doctor").code == 0
    (folder / "ccops.toml").write_text('[site]\ntz = "Asia/Shangai"\n')
    ran = ccops("doctor")
    assert ran.code == 3
    assert "ccops cannot work here: settings" in ran.err
    assert ccops("doctor", "--fail-on", "error").code == 6


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["report", "-o", "."], "cannot write a report as .: it is a folder"),
        (["report", "daily", "monthly"], "one period at a time, not monthly too"),
        (["import", "x.csv", "--map", "m.toml", "--source", "s"], "--map and --source conflict"),
    ],
)
def test_words_that_contradict_each_other_are_exit_2(ccops: Run, words: list[str], what: str) -> None:
    ran = ccops(*words)
    assert ran.code == 2
    assert ran.err.startswith(f"ccops: error: {what}")


def test_the_module_runs_as_a_program(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ccops.cli.main", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("ccops ")


def test_a_terminal_gets_cut_cells_and_wrapped_sentences_and_a_pipe_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["销售" * 30, "x" * 50, 1234567]]
    whole = output.table(["queue", "detail", "n"], rows)
    assert "…" not in whole
    sentence = "waiting time of answered calls " * 5
    assert output.wrapped(sentence) == sentence
    monkeypatch.setattr(sys, "stdout", Terminal())
    cut = output.table(["queue", "detail", "n"], rows)
    assert max(map(output.width, cut.splitlines())) <= 80
    assert cut.count("…") == 2
    assert "1234567" in cut
    folded = output.table(list("abcdefghi"), [["2026-11-22 09:30"] * 9]).splitlines()
    assert len(folded) == 9
    assert max(map(len, folded)) <= 80
    assert sum(line.count("2026-11-22 09:30") for line in folded) == 9
    lines = output.wrapped(sentence).splitlines()
    assert max(map(len, lines)) <= 80
    assert " ".join(map(str.strip, lines)) == sentence.strip()


def test_metrics_and_dimensions_go_by_their_labels_and_aliases() -> None:
    assert metric_keys(["服务水平", "Service level", "service_level", "ASA", "呼损率"]) == [
        "service_level", "asa", "abandon_rate"
    ]
    assert grain_keys("技能组, Queue,日期、坐席工号") == ["queue", "day", "agent"]
    assert metric_keys(["接通率"]) == ["answer_rate_system"]
    with pytest.raises(UsageError) as refused:
        metric_keys(["服务水品"])
    assert refused.value.fix == "did you mean 服务水平 (service_level)?"


def test_labels_work_on_the_command_line(filled: Run) -> None:
    assert filled("kpi", "服务水平", "--by", "技能组").out == filled("kpi", "service_level", "--by", "queue").out
    assert filled("explain", "服务水平").code == 0
    assert filled("metrics", "服务水平").out.startswith("service_level")
    assert "did you mean service_level?" in filled("kpi", "servce_level").err


def test_tables_have_chinese_heads(ccops: Run) -> None:
    assert ccops("sources", "--lang", "zh").out.split()[:3] == ["来源", "交换机", "名称"]
    assert ccops("metrics", "--lang", "zh").out.split()[:3] == ["指标", "名称", "单位"]
    assert ccops("sources").out.split()[:3] == ["source", "system", "title"]


def test_a_dry_run_makes_no_store(ccops: Run, log: Path, folder: Path) -> None:
    assert ccops("import", log, "--tz", "UTC", "--dry-run").code == 0
    assert [path.name for path in folder.iterdir()] == ["queue_log"]


def test_instants_in_csv_carry_the_offset_as_json_has_it(ccops: Run) -> None:
    log = Path(__file__).parents[1] / "sample_logs" / "asterisk_queue_log_day.log"
    assert ccops("import", log, "--tz", "Asia/Shanghai").code == 0
    [_, first, *_] = ccops("export", "queue_visits").out.splitlines()
    assert re.search(r",\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00,", first)
