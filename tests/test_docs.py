"""Generated pages and schemas are current, and what they describe is what commands give."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import series_files
from ccops.cli.app import functions
from ccops.cli.contract import DOCUMENTS
from ccops.labels import LANGS, label
from ccops.metrics.catalogue import METRICS
from ccops.sources import mapping
from ccops.sources.mapping_fields import FIELDS
from conftest import Ran
from small_log import LOG

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"


def test_generated_files_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_is_documented() -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")
    for name in functions():
        assert f"## ccops {name}\n" in page


def test_every_key_of_a_mapping_file_is_documented() -> None:
    page = (REFERENCE / "mapping.md").read_text("utf-8")
    assert [key for key in mapping._keys() if f"| `{key}` | " not in page] == []
    assert [name for fields in FIELDS.values() for name in fields if f"`{name}`" not in page] == []


@pytest.mark.parametrize("key", METRICS)
def test_every_metric_is_documented_and_labelled_in_both_languages(key: str) -> None:
    assert f"## {key}\n" in (REFERENCE / "metrics.md").read_text("utf-8")
    assert all(label(key, lang) for lang in LANGS)
    metric = METRICS[key]()
    assert metric.definition
    assert re.search(r"[\u4e00-\u9fff]", metric.definition_zh)


ARGUMENTS: dict[str, list[str]] = {
    "init": ["init"],
    "import": ["import", "queue_log"],
    "recommend": ["recommend"],
    "report": ["report", "-d", "2026-11-22"],
    "kpi": ["kpi", "service_level", "aht", "--by", "queue,interval"],
    "explain-metric": ["explain", "service_level"],
    "explain-contact": ["explain", "c3"],
    "lost": ["lost"],
    "check": ["check"],
    "erlang": ["erlang", "a", "--calls", "100", "--per", "30m", "--aht", "180", "--patience", "120",
               "--target", "80/20"],
    "staff": ["staff", "-d", "2026-11-22"],
    "schedule": ["schedule", "--shifts", "shifts.toml", "-d", "2026-11-22"],
    "adherence": ["adherence", "--by", "agent"],
    "roster": ["roster", "--demand", "wanted.csv", "--people", "people.csv", "--rules", "rules.toml"],
    "simulate": ["simulate", "-d", "2026-11-22", "--validate"],
    "capacity": ["capacity", "--trunks"],
    "people-attrition": ["people", "attrition", "--from", "2025-06-01", "--to", "2026-05-31"],
    "people-hiring": ["people", "hiring", "--need", "3", "--months", "4"],
    "people-incentives": ["people", "incentives", "--scheme", "incentives.toml", "--month", "2026-11"],
    "people-incentives-simulation": ["people", "incentives", "--scheme", "incentives.toml", "--simulate"],
    "quality-satisfaction": ["quality", "satisfaction"],
    "cost-report": ["cost", "report"],
    "cost-tariff": ["cost", "tariff", "--tariffs", "tariffs.toml"],
    "cost-economics": ["cost", "economics", "--config", "prices.toml"],
    "cost-sourcing": ["cost", "sourcing", "--offers", "offers.toml", "--seats", "3"],
    "cost-what-if": ["cost", "what-if", "--lever", "aht=-5%", "--config", "prices.toml"],
    "quality-scores": ["quality", "scores"],
    "quality-sample": ["quality", "sample"],
    "quality-calibrate": ["quality", "calibrate"],
    "quality-chart": ["quality", "chart", "offered"],
    "metrics": ["metrics"],
    "sources": ["sources"],
    "query": ["query", "SELECT * FROM queue_visits"],
    "export": ["export", "queue_visits"],
    "config": ["config", "show"],
    "doctor": ["doctor"],
    "privacy": ["privacy", "status"],
    "forecast": ["forecast", "--series", "calls.csv"],
    "forecast-backtest": ["forecast", "--series", "calls.csv", "--backtest"],
}
# What lies in the folder beside a store of one day; a command that needs more is given a file.
FILES = {
    "queue_log": LOG, "calls.csv": series_files.csv(series_files.drawn(series_files.means(35))),
    "shifts.toml": '[[shift]]\nname = "late"\nstart = "18:00"\nlength = "4:00"\n',
    "wanted.csv": "day,shift,agents\n2026-11-23,late,1\n", "people.csv": "agent\nAnn\nBo\n",
    "rules.toml": '[[shift]]\nname = "late"\nstart = "14:00"\nend = "22:00"\n',
    "list.csv": "Agent,Name,Team,Skills,Contract hours,Hired,Left\n1001,A,days,x,40,2024-01-01,2026-03-31\n"
                "1002,B,days,x,40,2024-01-01,\n",
    "incentives.toml": 'currency = "CNY"\n[[measure]]\nname = "productivity"\nweight = 100\n'
                       'tiers = [{ score = 0.5, pay = 0 }, { score = 1.5, pay = 100 }]\n',
    "prices.toml": '[site]\ntz = "Asia/Shanghai"\n[staffing]\nagent_cost_per_hour = 60.0\n',
    "surveys.csv": "Survey,Contact,Queue,Agent,Sent at,Responded at,CSAT,NPS,CES\n"
                   "s1,c1,sales,1001,2026-11-22 18:10,2026-11-22 18:20,5,10,2\ns2,c2,sales,1002,2026-11-22 19:10,,,,\n",
    "tariffs.toml": '[[tariff]]\nname = "by minute"\ncurrency = "CNY"\n[[tariff.rate]]\nprice = "0.15"\n',
    "offers.toml": '[[offer]]\nname = "own"\nkind = "in_house"\ncurrency = "CNY"\nin_force = true\n'
                   'monthly = [{ name = "seats", per = "seat", price = "900.00" }]\n',
    "ledger.csv": "Month,Kind,Category,Team,Queue,Amount,Currency,Quantity\n2026-11,actual,wages,,,1000,CNY,\n",
    "answers.csv": "Evaluation,Contact,Agent,Evaluator,Evaluated at,Section,Question,Points,Session,Master\n"
                   "q1,c9,1001,E1,2026-11-22 19:00,s,q,80,,\nq2,c2,1002,E1,2026-11-22 19:00,s,q,60,S,no\n"
                   "q3,c2,1002,E2,2026-11-22 19:00,s,q,70,S,yes\n",
    "shifts.csv": "Agent,Activity,Scheduled start,Scheduled end\n1001,Work,2026-11-22 18:00,2026-11-22 22:30\n",
}

BESIDE = ("answers.csv", "ledger.csv", "list.csv", "shifts.csv", "surveys.csv")  # what is imported with the log
# A command that needs more days than the one of the log.
DAYS = "".join(
    f"{1795341600 - 86_400 * n}|d{n}|sales|NONE|ENTERQUEUE||1|1\n"
    f"{1795341660 - 86_400 * n}|d{n}|sales|NONE|ABANDON|1|1|60\n" for n in range(12, 0, -1)
)



@pytest.mark.parametrize("name", DOCUMENTS)
def test_json_is_what_its_schema_says(ccops: Callable[..., Ran], folder: Path, name: str) -> None:
    for file, content in FILES.items():
        (folder / file).write_text(content)
    assert ccops("import", "queue_log", *sorted(BESIDE), "--tz", "Asia/Shanghai").code == 0
    if name == "quality-chart":
        (folder / "days_log").write_text(DAYS)
        assert ccops("import", "days_log").code == 0
    ran = ccops(*ARGUMENTS[name], "--json")
    assert ran.code == 0, ran.err
    document = ran.json
    TypeAdapter(DOCUMENTS[name]).validate_python(document, strict=False)
    assert document["schema"] == f"ccops.{name.split('-')[0]}/1"
    assert set(document) == set(DOCUMENTS[name].__dataclass_fields__)


def test_every_command_with_json_has_a_contract() -> None:
    described = {name.split("-")[0] for name in DOCUMENTS}
    assert {name.split()[0] for name in functions()} - described == {"demo"}  # demo prints a report
    assert set(ARGUMENTS) == set(DOCUMENTS)
