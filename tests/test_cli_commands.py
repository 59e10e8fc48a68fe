"""Each command over a small log whose numbers can be counted by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran
from small_log import LOG

Run = Callable[..., Ran]

def test_import_accounts_for_every_line_and_twice_is_duplicate(ccops: Run, log: Path) -> None:
    [file] = ccops("import", log, "--tz", "UTC", "--json").json["files"]
    assert file["lines"] == 13 == file["used"]
    assert (file["duplicate"], file["skipped"], file["rejected"], file["rejects"]) == (0, 0, 0, [])
    assert file["tables"]["queue_visits"] == 5
    [again] = ccops("import", log, "--json").json["files"]
    assert (again["used"], again["duplicate"]) == (0, 13)


def test_import_tells_people_the_balance(ccops: Run, log: Path) -> None:
    ran = ccops("import", log, "--tz", "UTC")
    assert ran.out.splitlines()[0] == (
        f"{log}: asterisk_queue_log, 13 lines = 13 used + 0 duplicate + 0 skipped + 0 rejected"
    )
    assert ran.err == ""


def test_a_dry_run_keeps_nothing(ccops: Run, log: Path) -> None:
    [file] = ccops("import", log, "--tz", "UTC", "--dry-run", "--json").json["files"]
    assert file["used"] == 13
    [file] = ccops("import", log, "--tz", "UTC", "--json").json["files"]
    assert file["used"] == 13


def test_patterns_gz_and_stdin(ccops: Run, log: Path) -> None:
    import gzip

    lines = LOG.splitlines(keepends=True)
    (log.parent / "a.log").write_text("".join(lines[:3]))
    (log.parent / "b.log.gz").write_bytes(gzip.compress("".join(lines[3:6]).encode()))
    used = [file["used"] for file in ccops("import", "*.log*", "--tz", "UTC", "--json").json["files"]]
    assert used == [3, 3]
    [file] = ccops("import", "-", "--json", stdin=LOG).json["files"]
    assert (file["used"], file["duplicate"]) == (7, 6)
    ran = ccops("import", "*.txt")
    assert (ran.code, ran.err.splitlines()[0]) == (3, "ccops: error: *.txt: no file matches")


def test_an_unknown_file_is_refused_with_a_way_on(ccops: Run, folder: Path) -> None:
    (folder / "odd.csv").write_text("colour,taste\nred,sweet\nblue,sour\n")
    ran = ccops("import", "odd.csv", "--tz", "UTC")
    assert ran.code == 3
    assert "odd.csv: no source recognises this file" in ran.err
    assert "ccops init --from odd.csv" in ran.err


def test_kpi_by_queue(filled: Run) -> None:
    rows = filled("kpi", "service_level", "offered", "--by", "queue", "--json").json["rows"]
    found = {(row["by"]["queue"], row["metric"]): (row["value"], row["numerator"], row["denominator"]) for row in rows}
    assert found[("sales", "service_level")] == (1 / 3, 1, 3)
    assert found[("support", "service_level")] == (1, 1, 1)
    assert found[("sales", "offered")][0] == 4
    assert found[("support", "offered")][0] == 1


def test_kpi_takes_parameters_days_and_queues(filled: Run) -> None:
    def level(*args: str) -> tuple[float | None, float, float]:
        [row] = filled("kpi", "service_level", "--json", *args).json["rows"]
        return row["value"], row["numerator"], row["denominator"]

    assert level() == (0.5, 2, 4)
    assert level("--set", "within_s=30") == (0.75, 3, 4)
    assert level("--set", "formula=answered") == (2 / 3, 2, 3)
    assert level("-d", "2026-11-22", "--queue", "sales") == (1 / 3, 1, 3)
    assert level("-d", "yesterday", "--as-of", "2026-11-23") == (0.5, 2, 4)
    assert level("-d", "2026-11-21") == (None, 0, 0)
    assert level("--from", "2026-11-22", "--to", "2026-11-23") == (0.5, 2, 4)


def test_percentiles_are_the_smallest_value_that_so_many_do_not_exceed(filled: Run) -> None:
    # waits 0, 3, 10, 30, 40 s; handled in 20, 60, 100 s (nearest rank)
    keys = ("wait_p50", "wait_p90", "wait_p95", "aht_p50", "aht_p90")
    values = {row["metric"]: row["value"] for row in filled("kpi", *keys, "--json").json["rows"]}
    assert values == {"wait_p50": 10, "wait_p90": 40, "wait_p95": 40, "aht_p50": 60, "aht_p90": 100}


def test_kpi_intervals_carry_their_offset(ccops: Run, log: Path) -> None:
    ccops("import", log, "--tz", "Asia/Kolkata")
    rows = ccops("kpi", "offered", "--by", "interval", "--interval", "60", "--json").json["rows"]
    assert rows[0]["by"]["interval"] == "2026-11-22T15:00:00+05:30"
    assert sum(row["value"] for row in rows) == 5
    assert "2026-11-22 15:00" in ccops("kpi", "offered", "--by", "interval", "--interval", "60").out


def test_kpi_writes_files(filled: Run, folder: Path) -> None:
    assert filled("kpi", "offered", "--by", "queue", "-o", "kpi.csv").out == ""
    [first, second] = csv.DictReader(io.StringIO((folder / "kpi.csv").read_text("utf-8-sig")))
    assert (first["queue"], float(first["value"])) == ("sales", 4)
    assert (second["queue"], float(second["value"])) == ("support", 1)
    ran = filled("kpi", "offered", "-o", "kpi.pdf")
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "fix: use .csv, .json, .parquet")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["kpi", "servce_level"], "did you mean service_level?"),
        (["kpi", "--by", "que"], "did you mean queue?"),
        (["kpi", "--set", "within_s"], "write --set within_s=30"),
        (["kpi", "-d", "yesteday"], "did you mean yesterday?"),
        (["kpi", "-d", "today", "--from", "today"], "give -d alone"),
        (["kpi", "--clock", "sun"], "ccops kpi --help"),
        (["export", "contact"], "contacts, queue_visits"),
        (["check", "--fail-on", "everything"], "ccops check --help"),
        (["query", "DROP TABLE contacts"], "the store changes by ccops import alone"),
        (["explain", "nobody"], "ccops metrics"),
        (["report", "-d", "2026-11"], "give one with -d"),
        (["report", "weekly"], "ccops kpi --by day"),
        (["report", "-o", "daily.pdf"], "use .json, .csv, .md, .txt"),
    ],
)
def test_a_wrong_word_is_exit_2_with_its_remedy(filled: Run, args: list[str], message: str) -> None:
    ran = filled(*args)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err.split("fix: ")[1]


def test_without_a_store_the_next_step_is_named(ccops: Run) -> None:
    for args in (["kpi"], ["lost"], ["check"], ["query", "SELECT 1"], ["report"]):
        ran = ccops(*args)
        assert ran.code == 3
        assert "fix: ccops import FILE" in ran.err


def test_explain_shows_every_formula_on_the_same_data(filled: Run) -> None:
    story = filled("explain", "service_level", "--json").json
    values = {variant["name"]: variant["value"] for variant in story["variants"]}
    # kpi.md: offered 2/5, answered 2/3; 20 s; one short abandon
    assert values["as configured"] == 0.5
    assert values["formula=offered"] == 0.4
    assert values["formula=answered"] == pytest.approx(2 / 3)
    text = filled("explain", "service_level").out
    assert "as configured *" in text
    assert all(f"formula={name}" in text for name in ("offered", "credit_abandon", "removed_in_t"))


def test_explain_tells_a_contacts_story(filled: Run) -> None:
    story = filled("explain", "c2", "--json").json
    assert [moment["what"] for moment in story["timeline"]][:3] == ["began", "entered", "answered"]
    counted = {variant["name"]: variant["numerator"] for variant in story["counted"]}
    assert counted["answered"] == 1
    assert "abandoned" not in counted
    assert story["lines"]
    assert "13800138001" not in filled("explain", "c2").out


def test_lost_lists_who_was_not_answered(filled: Run) -> None:
    rows = filled("lost", "--json").json["rows"]
    assert [(row["contact_id"], row["wait"]) for row in rows] == [("c3", 40), ("c4", 3)]
    text = filled("lost", "--queue", "sales").out
    assert "0:40" in text
    assert "13800138002" not in text


def test_query_and_export(filled: Run) -> None:
    ran = filled("query", "SELECT queue, count(*) AS n FROM queue_visits GROUP BY 1 ORDER BY 1", "--json")
    assert ran.json["rows"] == [{"queue": "sales", "n": 4}, {"queue": "support", "n": 1}]
    ran = filled("query", "SELECT contact_id FROM contacts ORDER BY 1", "--limit", "2")
    assert ran.out.split()[2:] == ["c1", "c2"]
    assert "only the first 2 rows" in ran.err
    rows = list(csv.DictReader(io.StringIO(filled("export", "queue_visits", "--queue", "sales").out)))
    assert [float(row["wait_s"]) for row in rows] == [10, 30, 40, 3]


def test_nothing_that_leaves_the_store_shows_a_number(filled: Run) -> None:
    commands = [
        ["export", "contacts"], ["query", "SELECT * FROM contacts"], ["query", "SELECT * FROM queue_events"],
        ["lost"], ["explain", "c1"], ["check"], ["kpi"],
    ]
    for args in commands:
        for form in ([], ["--json"]):
            ran = filled(*args, *form)
            assert ran.code == 0, ran.err
            assert "1380013800" not in ran.out + ran.err


def test_check_and_fail_on(ccops: Run, log: Path) -> None:
    log.write_text(LOG + "1795356100|c6|support|NONE|ENTERQUEUE||13800138009|1\n")
    ccops("import", log, "--tz", "UTC")
    findings = {found["code"]: found["n"] for found in ccops("check", "--json").json["findings"]}
    assert findings["open_visits"] == 1
    assert ccops("check").code == 0
    ran = ccops("check", "--fail-on", "warning")
    assert ran.code == 6
    assert "open_visits" in ran.err


def test_catalogues(ccops: Run) -> None:
    names = {row["metric"] for row in ccops("metrics", "--json").json["rows"]}
    assert {"service_level", "asa", "aht", "occupancy", "fcr"} <= names
    ran = ccops("metrics", "service_level", "--lang", "zh")
    assert "服务水平" in ran.out
    assert "--set within_s=20" in ran.out
    assert "did you mean service_level?" in ccops("metrics", "service_levl").err
    known = {row["source"] for row in ccops("sources", "--json").json["rows"]}
    assert {"asterisk_queue_log", "asterisk_cdr", "anonymous_bank"} <= known


def test_config_shows_origins_and_refuses_mistakes(ccops: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "ccops.toml").write_text('[site]\ntz = "Asia/Shanghai"\nlang = "zh"\n')
    monkeypatch.setenv("CCOPS_SERVICE_LEVEL__WITHIN_S", "30")
    rows = {row["name"]: row for row in ccops("config", "show", "--json", "--lang", "en").json["settings"]}
    assert rows["site.tz"]["origin"] == str(folder / "ccops.toml")
    assert (rows["site.lang"]["value"], rows["site.lang"]["origin"]) == ("en", "flag")
    assert rows["service_level.within_s"]["value"] == 30
    assert rows["service_level.within_s"]["origin"] == "CCOPS_SERVICE_LEVEL__WITHIN_S"
    assert rows["store.raw"]["origin"] == "default"
    assert "valid" in ccops("config", "validate").out
    (folder / "ccops.toml").write_text("[site]\nzone = 'x'\n")
    ran = ccops("config", "validate", "ccops.toml")
    assert ran.code == 4
    assert "unknown setting" in ran.err


def test_doctor_says_what_is_wrong_and_what_to_do(filled: Run, folder: Path) -> None:
    looks = {look["name"]: look for look in filled("doctor", "--json").json["checks"]}
    assert looks["store"]["level"] == "ok"
    assert "2026-11-22 to 2026-11-22" in looks["store"]["found"]
    assert looks["key"]["level"] == "ok"
    (folder / "ccops.duckdb.key").chmod(0o644)
    (folder / "ccops.toml").write_text('[import]\nmappings = ["missing.toml"]\n')
    ran = filled("doctor", "--fail-on", "error")
    assert ran.code == 6
    assert "chmod 600" in ran.out
    assert "missing.toml" in ran.out
    (folder / "ccops.toml").write_text("[sites]\n")
    assert "did you mean" in filled("doctor").out


def test_privacy_status(filled: Run, folder: Path) -> None:
    kept = filled("privacy", "status", "--json").json
    assert (kept["contacts"], kept["callers"], kept["readable_numbers"]) == (5, 4, 0)
    assert kept["key_private"] is True
    assert "readable by its owner alone" in filled("privacy", "status").out
    (folder / "ccops.duckdb.key").chmod(0o640)
    assert "OTHERS TOO" in filled("privacy", "status").out


def test_init_writes_settings_and_never_overwrites(ccops: Run, folder: Path, log: Path) -> None:
    ran = ccops("init", "--from", log, "--tz", "Asia/Shanghai", "--json")
    assert (ran.json["source"], ran.json["guess"]) == ("asterisk_queue_log", None)
    assert "valid" in ccops("config", "validate").out
    assert ccops("import", log).code == 0
    again = ccops("init")
    assert (again.code, again.out) == (2, "")
    assert "already there" in again.err


def test_init_guesses_a_mapping_and_says_how_sure_it_is(ccops: Run, folder: Path) -> None:
    rows = "".join(
        f"2026-11-22 10:0{n}:00,c{n},sales,{10 + n},{60 + n},Answered,Ann\n" for n in range(9)
    )
    (folder / "calls.csv").write_text("Start Time,Call ID,Queue,Wait,Talk,Status,Agent\n" + rows)
    ran = ccops("init", "--from", "calls.csv", "--tz", "UTC")
    assert ran.code == 0, ran.err
    assert "% sure" in ran.out
    assert "next: read mapping.toml" in ran.out
    assert not (folder / "ccops.duckdb").exists()
    [file] = ccops("import", "calls.csv", "--json").json["files"]
    assert file["used"] == 9


def test_json_documents_carry_their_schema(filled: Run) -> None:
    for command in ("kpi", "lost", "check", "metrics", "sources", "doctor"):
        assert json.loads(filled(command, "--json").out)["schema"] == f"ccops.{command}/1"


def test_quiet_says_nothing_beside_the_answer(filled: Run) -> None:
    ran = filled("query", "SELECT * FROM contacts", "--limit", "1", "-q")
    assert ran.err == ""


def test_json_of_an_import_has_the_files_before_a_refused_one(ccops: Run, log: Path) -> None:
    (log.parent / "odd.csv").write_text("colour,taste\nred,sweet\n")
    ran = ccops("import", log, "odd.csv", log, "--tz", "UTC", "--json")
    assert (ran.code, [file["used"] for file in ran.json["files"]]) == (3, [13])
    assert "odd.csv: no source recognises this file" in ran.err
    ran = ccops("import", "odd.csv", "--json")
    assert (ran.code, ran.json["files"]) == (3, [])


def test_a_misspelt_metric_is_near_metrics_and_contacts(filled: Run) -> None:
    ran = filled("explain", "servce_level")
    assert (ran.code, "near it: service_level" in ran.err) == (2, True)
    assert "near it: c1, c2" in filled("explain", "c").err


UNKNOWN = """\
Vorgang;Eingang;Warteschlange seit;Abgehoben;Aufgelegt;Exportiert;Mitarbeiter
A-1;2026-11-20 09:00:01;2026-11-20 09:00:05;2026-11-20 09:00:20;2026-11-20 09:02:00;2026-11-20 12:00:00;amy
A-2;2026-11-20 09:10:01;2026-11-20 09:10:05;;2026-11-20 09:10:40;2026-11-20 12:00:00;
A-3;2026-11-20 09:20:01;2026-11-20 09:20:05;2026-11-20 09:20:30;2026-11-20 09:25:00;2026-11-20 12:00:00;bob
"""


def test_init_finds_times_by_their_values_where_no_header_is_known(ccops: Run, folder: Path) -> None:
    (folder / "anrufe.csv").write_text(UNKNOWN)
    ran = ccops("init", "--from", "anrufe.csv", "--tz", "UTC", "--json")
    assert ran.code == 0, ran.err
    found = {column["field"]: column["header"] for column in ran.json["guess"]["columns"]}
    assert [found[name] for name in ("started_at", "answered_at", "ended_at")] == ["Eingang", "Abgehoben", "Aufgelegt"]
    assert "what is Exportiert? it holds times" in ran.json["guess"]["unsure"]
    assert "what is Warteschlange seit? it holds times" in ran.json["guess"]["unsure"]
    assert found["contact_id"] == "Vorgang"
    [file] = ccops("import", "anrufe.csv", "--dry-run", "--json").json["files"]
    assert (file["used"], file["rejected"]) == (3, 0)


def test_init_beside_a_ccops_toml_writes_the_mapping_alone(ccops: Run, folder: Path, log: Path) -> None:
    (folder / "ccops.toml").write_text('[site]\ntz = "UTC"\n[import]\nmappings = ["mapping.toml"]\n')
    kept = (folder / "ccops.toml").read_text()
    (folder / "anrufe.csv").write_text(UNKNOWN)
    (folder / "mapping.toml").write_text(
        'version = 1\ntable = "contacts"\nsystem = "other"\n[file]\nexpect = ["Nothing"]\n'
        '[columns]\ncontact_id = "x"\n'.replace('"x"', '{ from = "Nothing" }')
        + 'started_at = { from = "At" }\noutcome = { from = "Out" }\n'
    )
    ran = ccops("init", "--from", "anrufe.csv")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("wrote mapping-2.toml: anrufe.csv as contacts")
    line = 'mappings = ["mapping.toml", "mapping-2.toml"]'
    assert f"add to ccops.toml: [import] {line}" in ran.out
    assert (folder / "ccops.toml").read_text() == kept
    (folder / "ccops.toml").write_text(kept.replace('mappings = ["mapping.toml"]', line))
    assert ccops("import", "anrufe.csv", "-q").code == 0
    again = ccops("init", "--from", log)
    assert (again.code, "it is recognised as asterisk_queue_log" in again.err) == (2, True)


def test_only_settings_that_are_set_are_counted(ccops: Run, folder: Path) -> None:
    assert ccops("init", "--tz", "UTC").code == 0
    assert "valid, 1 setting set, zone UTC" in ccops("config", "validate").out
    (folder / "ccops.toml").write_text('[site]\ntz = "UTC"\nlang = "zh"\n[agents]\n[targets.values]\nasa = 15\n')
    assert "valid, 3 settings set, zone UTC" in ccops("config", "validate").out


def test_one_is_not_spoken_of_as_many(ccops: Run, folder: Path) -> None:
    (folder / "one.log").write_text(LOG.splitlines()[0] + "\n")
    assert "one.log: asterisk_queue_log, 1 line = 1 used" in ccops("import", "one.log", "--tz", "UTC").out
    assert "warning: 1 visit has no end in the data (open_visits: c1)" in ccops("check").out


def test_a_metric_without_a_good_direction_says_so(ccops: Run) -> None:
    assert "(seconds, better neither up nor down)" in ccops("metrics", "aht").out
    assert "(ratio, better up)" in ccops("metrics", "service_level").out
