"""The demo's folder: the exports of two switches and of the planner, the settings that fit them, and the truth."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ccops.clock import Zone
from ccops.demo import asterisk, cloud, crm, hours, listening, money, offers, personnel, planner, scheme
from ccops.demo.centre import Agent
from ccops.demo.changes import Changes
from ccops.demo.records import Day
from ccops.demo.roster import Shift
from ccops.demo.served import Served, followed, served
from ccops.demo.truth import Truth
from ccops.errors import UsageError
from ccops.settings import FILE_NAME

TRUTH = "truth.json"
_SETTINGS = """\
# The synthetic centre of `ccops demo`. Everything in this folder is invented.
[site]
name = "Demo centre"
tz = "{tz}"
country = "86"

[service_level]
within_s = 20
short_s = 5

[targets]
preset = "80/20"

[targets.values]
abandon_rate = 0.08

[import]
mappings = ["vip_mapping.toml"]

[agents]
file = "agents.csv"

[staffing]
agent_cost_per_hour = 60
lost_call_value = 30
currency = "CNY"

[people]
recruit_cost = 2500
training_hours = 120
trainee_wage = 38
trainer_cost = 80
class_size = 8
vacancy_hours = 80
vacancy_premium = 20
ramp = [0.5, 0.65, 0.8, 0.9]

[incentives]
scheme = "incentives.toml"

[cost]
tariffs = ["tariffs.toml"]
offers = ["offers.toml"]
benefits = 0.3
supervisor_cost = 9500
span = 12
quality_cost = 320
seat_cost = 850
licence_cost = 240
trunk_cost = 60
trunk_lines = 60
"""


@dataclass
class Exports:
    """Collects the days and writes them as the switches would have."""

    folder: Path
    zone: Zone
    first: date
    last: date
    changes: Changes
    _weeks: dict[str, list[str]] = field(default_factory=dict)
    _master: list[str] = field(default_factory=list)
    _vip: list[str] = field(default_factory=list)
    _schedule: list[str] = field(default_factory=list)
    _hours: list[str] = field(default_factory=list)
    _served: list[Served] = field(default_factory=list)

    def add(self, day: Day, seed: int) -> None:
        """Take over one day; days come in order."""
        self._hours.append(hours.attendance(day.on, day.rota, seed))
        self._served += served(day)
        self._weeks.setdefault(_log_name(day.on, self.last), []).append(asterisk.queue_log(day))
        self._master.append(asterisk.master_csv(day, self.zone))
        self._vip += cloud.rows(day, self.zone)
        self.publish(day.on, day.midnight, day.rota)

    def publish(self, on: date, midnight: int, rota: Sequence[Shift]) -> None:
        """Take over a day of the schedule; days come in order."""
        self._schedule.append(planner.schedule(on, midnight, rota, self.zone))

    def write(self, people: tuple[Agent, ...], truth: Truth) -> tuple[Path, ...]:
        """Write everything; gives the files to import, oldest first."""
        for stale in self.folder.glob("queue_log-*.gz"):
            stale.unlink()  # a longer demo's; `claim` has made sure that they are a demo's
        vip = [row for row in truth.queues if row.queue == "vip"]
        total = cloud.foot(sum(row.offered for row in vip), sum(row.talk_s for row in vip))
        texts = {name: "".join(parts) for name, parts in self._weeks.items()}
        texts["Master.csv"] = "".join(self._master)
        texts["vip_calls.csv"] = cloud.head(self.first, self.last) + "".join(self._vip) + total
        texts |= self._beside(people, truth)
        texts["shifts.csv"] = planner.SCHEDULE_HEAD + "".join(self._schedule)
        for name, text in texts.items():
            truth.lines[name] = text.count("\n")
            data = text.encode("gb18030" if name == "vip_calls.csv" else "utf-8")
            # Neither the time of writing nor the file's name goes into the archive: same truth, same bytes.
            (self.folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        self._write("agents.csv", _agents_csv(people))
        self._write("vip_mapping.toml", cloud.MAPPING.format(tz=self.zone.name))
        self._write("shift_patterns.toml", planner.PATTERNS)
        self._write("tariffs.toml", money.TARIFFS)
        self._write("offers.toml", offers.OFFERS)
        self._write("incentives.toml", scheme.SCHEME)
        self._write(FILE_NAME, _SETTINGS.format(tz=self.zone.name))
        document = json.dumps(truth.document(), default=str, ensure_ascii=False, indent=1)
        self._write(TRUTH, document + "\n")
        return tuple(self.folder / name for name in texts)

    def _beside(self, people: tuple[Agent, ...], truth: Truth) -> dict[str, str]:
        """What HR, quality, the CRM and finance export."""
        seed, calls = truth.seed, followed(self._served)
        why = crm.reasons(calls, seed, self.changes.settled > 0)
        truth.plant(calls, why)
        return {
            "employees.csv": personnel.employees(people, seed, self.first, self.last, self.changes.onboarding),
            "attendance.csv": hours.HEAD + "".join(self._hours),
            "evaluations.csv": listening.evaluations(calls, seed, self.zone),
            "surveys.csv": crm.surveys(calls, seed, self.zone),
            "cases.csv": crm.cases(calls, why, seed, self.zone),
            "ledger.csv": money.ledger(len(people), len(people) / 60, seed, self.last),
        }

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_bytes(text.encode("utf-8"))


def claim(folder: Path) -> None:
    """Make the folder. Raises UsageError when it holds files that are not an earlier demo's."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / TRUTH).is_file():
        raise UsageError(f"{folder} is not empty and no demo's folder", fix="name a folder that does not exist yet")


def _log_name(day: date, last: date) -> str:
    """The file that a day's queue log is in: the last week is not rotated yet."""
    weeks = (last - day).days // 7
    rotated = last - timedelta(days=7 * weeks - 1)
    return f"queue_log-{rotated:%Y%m%d}.gz" if weeks else "queue_log"


def _agents_csv(people: tuple[Agent, ...]) -> str:
    rows = (f"{agent.id},{agent.interface},{agent.name},{agent.team}\n" for agent in people)
    return "agent,alias,name,team\n" + "".join(rows)
