"""`--redact`: no command says who a person is, and pseudonyms can be asked for; tables of persons are opt-in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from small_log import LOG
from test_docs import ARGUMENTS, BESIDE, FILES

WHO = {"1001": "zhang.wei", "1002": "li.na"}
# A roster is about the people of one's own file, and refuses; `init` reads no data, a chart of days names nobody.
REDACTED = sorted(set(ARGUMENTS) - {"roster", "init", "quality-chart"})


def _named(text: str) -> str:
    for number, name in WHO.items():
        text = text.replace(number, name)
    return text


@pytest.fixture
def staffed(ccops: Callable[..., Ran], folder: Path) -> Callable[..., Ran]:
    """The files of every documented command, with agents whose names would be seen."""
    for file, content in FILES.items():
        (folder / file).write_text(_named(content))
    listed = (folder / "list.csv").read_text().replace("zhang.wei,A,", "zhang.wei,Zhang Wei,")
    (folder / "list.csv").write_text(listed)
    (folder / "ccops.toml").write_text('[agents.teams]\ndays = ["zhang.wei"]\n')
    ran = ccops("import", "queue_log", *BESIDE, "--tz", "Asia/Shanghai")
    assert ran.code == 0, ran.err
    return ccops


def _persons(ran: Ran) -> list[str]:
    seen = ran.out + ran.err
    return [word for word in (*WHO.values(), "Zhang Wei", "****8000", "138****") if word in seen]


@pytest.mark.parametrize("name", REDACTED)
def test_no_command_names_a_person(staffed: Callable[..., Ran], name: str) -> None:
    for form in ([], ["--json"]):
        ran = staffed(*ARGUMENTS[name], *form, "--redact")
        assert ran.code == 0, ran.err
        assert not _persons(ran)


def test_the_same_commands_do_name_them_otherwise(staffed: Callable[..., Ran]) -> None:
    assert "zhang.wei" in staffed("report", "-d", "2026-11-22", "--json").out
    assert "zhang.wei" in staffed("kpi", "answered", "--by", "agent").out
    assert "138****" in staffed("lost").out


def _figures(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((row["metric"], str(row["value"])) for row in rows)


def test_figures_stay_what_they_are(staffed: Callable[..., Ran]) -> None:
    for by in ("agent", "team", "queue"):
        plain = staffed("kpi", "answered", "aht", "--by", by, "--json").json["rows"]
        hidden = staffed("kpi", "answered", "aht", "--by", by, "--json", "--redact").json["rows"]
        assert _figures(plain) == _figures(hidden)


def test_a_pseudonym_is_stable_and_can_be_asked_for(staffed: Callable[..., Ran]) -> None:
    rows = staffed("kpi", "answered", "--by", "agent", "--json", "--redact").json["rows"]
    [name] = [row["by"]["agent"] for row in rows if row["value"] == 2]
    assert name.startswith("P-")
    for asked in (name, "zhang.wei"):
        assert staffed("kpi", "answered", "--agent", asked, "--json", "--redact").json["rows"][0]["value"] == 2
    again = staffed("kpi", "answered", "--by", "agent", "--json", "--redact").json["rows"]
    assert again == rows


def test_a_query_cannot_read_around_it(staffed: Callable[..., Ran]) -> None:
    assert "P-" in staffed("query", "SELECT agent FROM queue_visits", "--redact").out
    for sql in ("SELECT * FROM mapped_employees", "SELECT agent FROM main.employees", "SELECT * FROM queue_events"):
        ran = staffed("query", sql, "--redact")
        assert ran.code == 2
        assert not _persons(ran)


def test_a_report_straight_from_a_file_and_an_import_are_redacted(ccops: Callable[..., Ran], folder: Path) -> None:
    (folder / "queue_log").write_text(_named(LOG) + "zhang.wei is no line\n")
    ran = ccops("report", "queue_log", "--tz", "UTC", "--all", "--redact", "--max-rejects", "1")
    assert ran.code == 0, ran.err
    assert not _persons(ran)
    ran = ccops("import", "queue_log", "--tz", "UTC", "--redact", "--json", "--max-rejects", "1")
    assert ran.code == 0, ran.err
    assert ran.json["files"][0]["rejected"] == 1
    assert not _persons(ran)
    assert not [*folder.glob("*.rejects.csv")]


def test_tables_of_persons_leave_the_store_only_where_asked(staffed: Callable[..., Ran]) -> None:
    refused = staffed("export", "employees")
    assert (refused.code, refused.err.splitlines()) == (2, [
        "ccops: error: employees is about single employees", "fix: say --agents to export it, or --redact",
    ])
    assert "Zhang Wei" in staffed("export", "employees", "--agents").out
    hidden = staffed("export", "employees", "--redact")
    assert hidden.code == 0
    assert "P-" in hidden.out
    assert not _persons(hidden)
    assert staffed("export", "contacts", "--redact", "--unmask").code == 2


def test_a_roster_refuses(ccops: Callable[..., Ran], folder: Path) -> None:
    for file, content in FILES.items():
        (folder / file).write_text(content)
    ran = ccops(*ARGUMENTS["roster"], "--redact")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "ccops: error: a roster is about the people of your own file")
