"""Schedules for tests: rows of a planner's file, and stores that take them by a mapping."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ccops.intake import FileResult
from ccops.settings import load
from ccops.workspace import Workspace, open_workspace
from stores import written

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "Agent,Activity,Start,End"
STRETCHES = """
table = "shifts"
system = "wfm"
[file]
expect = ["Agent", "Activity", "Start", "End"]
[columns]
agent = { from = "Agent" }
activity = { from = "Activity" }
queue = { from = "Queue" }
started_at = { from = "Start" }
ended_at = { from = "End" }
published_at = { from = "Published" }
"""
LAST = '[dedupe]\nkey = ["agent", "day"]\nkeep = "last"\n'
NEWEST = '[dedupe]\nkey = ["agent", "day"]\nkeep = "max:published_at"\n'
CODES = """
table = "shifts"
system = "paiban"
[file]
expect = ["工号", "日期", "班次"]
[columns]
agent = { from = "工号" }
day = { from = "日期" }
activity = { from = "班次", map = { "休" = "off" }, other = "work" }
started_at = { date = "日期", time = "班次", map = { "早班" = "08:00-16:30", "夜班" = "22:00-次日06:00", "中班" = "16:00-24:00" } }
ended_at = { date = "日期", time = "班次", map = { "早班" = "08:00-16:30", "夜班" = "22:00-次日06:00", "中班" = "16:00-24:00" } }
"""  # noqa: E501  one column, one line


class Office:
    """A store in a folder, filled by a mapping; a new one of them per order of files."""

    def __init__(self, folder: Path, mapping: str, tz: str = "Asia/Shanghai", **flags: object) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.flags = folder, {"site.tz": tz, **flags}
        self.mapping = folder / "m.toml"
        self.mapping.write_text(mapping, "utf-8")

    def open(self, *files: Path) -> Workspace:
        loaded = load(flags=self.flags, environ={}, start=self.folder)
        return open_workspace(loaded, store=self.folder / "s.duckdb", write=bool(files), files=files,
                              mapping=self.mapping)

    def takes(self, *files: Path, max_rejects: str = "0") -> list[FileResult]:
        with self.open(*files) as workspace:
            results = workspace.import_files(files, max_rejects=max_rejects)
        for result in results:
            assert result.lines == result.used + result.duplicate + result.skipped + result.rejected
        return results

    def rows(self, sql: str = "SELECT agent, activity, started_at, ended_at FROM shifts ORDER BY ALL") -> list[Any]:
        with self.open() as workspace:
            return workspace.store.query(sql).rows()


def plan(folder: Path, name: str, *rows: str, head: str = HEAD) -> Path:
    return written(folder / name, [head, *rows])


def at(text: str, zone: ZoneInfo = SHANGHAI, day: str = "2026-11-20") -> datetime:
    """A local time of a day, or a day and a time, as the naive UTC instant of the tables."""
    whole = text if " " in text else f"{day} {text}"
    return datetime.fromisoformat(whole).replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def shift(agent: str, activity: str, start: str, end: str, *more: str) -> str:
    days = ("" if " " in text else "2026-11-20 " for text in (start, end))
    return ",".join((agent, activity, *(day + text for day, text in zip(days, (start, end), strict=True)), *more))
