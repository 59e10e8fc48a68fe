"""Plans of `ccops schedule` as the demand of a roster: nights on their calendar day, and documents that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccops.errors import SourceError
from ccops.workforce.roster import read
from ccops.workforce.roster.demand_file import read_demand


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_night_of_a_business_day_stays_on_its_calendar_day(tmp_path: Path, kind: str) -> None:
    """Days that begin at 04:00: what starts at 01:00 of business day 23 is on the 24th."""
    start, end = "2026-11-24T01:00:00+01:00", "2026-11-24T04:00:00+01:00"
    file = tmp_path / f"plan.{kind}"
    file.write_text({
        "csv": f"day,name,start_at,end_at,agents,paid_h\n2026-11-23,late,{start},{end},2,3.0\n",
        "json": json.dumps({"schema": "ccops.schedule/1", "shifts": [{
            "name": "late", "group": "all", "start": "01:00", "end": "04:00", "days": ["2026-11-23"],
            "start_at": [start], "agents": 2, "paid_h": 3.0, "breaks": [],
        }]}),
    }[kind])
    [shift] = read_demand(file).shifts
    assert (shift.starts_min, shift.length_min) == (25 * 60, 3 * 60)
    assert shift.night


@pytest.mark.parametrize(
    ("text", "what"), [
        ('{"schema": "ccops.schedule/1"}', "something missing or changed: 'shifts'"),
        ('{"schema": "ccops.schedule/1", "shifts": [{"start": "01:00", "end": "02:00"}]}', "changed: 'days'"),
        ('{"schema": "ccops.schedule/1", "shifts": ["early"]}', "something missing or changed"),
        ("{", "not JSON"), ("[]", "not the plan"), ('{"schema": "x/1"}', "not the plan")]
)
def test_other_documents_are_refused(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(SourceError, match=what):
        read(tmp_path / "plan.json", tmp_path / "people.csv", tmp_path / "rules.toml")
