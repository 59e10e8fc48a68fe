"""A report made by hand, with every kind of block and names that try to break out of each format."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from ccops.reports.document import (
    Bars,
    Column,
    HeatMap,
    Kpi,
    Measure,
    Note,
    Provenance,
    Report,
    Section,
    Strip,
    Table,
    Term,
    Unit,
    Value,
    Words,
)

DAY = date(2026, 11, 22)
SHANGHAI = timezone(timedelta(hours=8))
HOSTILE = (
    "[red]sales[/red]", "=cmd|' /C calc'!A0", "\x1b]0;owned\x07queue", "a|b\n# c", '"><script>alert(1)</script>',
    "[x](http://evil.example)", "\u202egnp.exe", "售后技能组",
)
_MEASURES = (
    ("offered", Unit.COUNT), ("answered", Unit.COUNT), ("abandoned", Unit.COUNT), ("service_level", Unit.RATIO),
    ("asa", Unit.SECONDS), ("max_wait", Unit.SECONDS), ("aht", Unit.SECONDS),
)


def by_hand() -> Report:
    """A report with every kind of block."""
    return Report(
        "daily_report", DAY, HOSTILE,
        (_header(), _kpis(), _intervals(), _heat_map(), _queues(), _waits()),
        {"service_level": Words("answered within 20 s / answered", "20秒内接通 / 接通")},
        Provenance(rows_used=97, rows_read=100, files=("a.csv",), sources=("asterisk_cdr",), version="0.1.0",
                   settings_digest="0123abcd", as_of=datetime(2026, 11, 22, 23, 59, tzinfo=SHANGHAI),
                   quality={"damaged_phone": 2}),
    )


def _header() -> Section:
    missed = Note(
        "verdict_missed",
        {"metric": Term("service_level"), "value": Measure(0.763, Unit.RATIO), "target": Measure(0.8, Unit.RATIO),
         "short_of": 1412},
        brief=True, tone="bad",
    )
    return Section("verdict", (missed, Note("header_queues", {"queues": ", ".join(HOSTILE)}, brief=True)))


def _kpis() -> Section:
    days = tuple(DAY - timedelta(days=back) for back in range(13, -1, -1))
    kpis = (
        Kpi("offered", Unit.COUNT, "none", 1402, None, None, 1311, 1500, 25102, tuple(range(14))),
        Kpi("service_level", Unit.RATIO, "up", 0.763, 0.8, False, 0.81, 0.79, 0.801, (0.5,) * 14),
        Kpi("asa", Unit.SECONDS, "down", 23.4, 30, True, 18.0, None, 19.9, (None,) * 7 + tuple(range(7))),
        Kpi("occupancy", Unit.RATIO, "band", None, None, None, 0.0, 0, None, (None,) * 14),
    )
    return Section("kpis", (Strip("kpis", kpis, days),))


def _row(hour: int) -> tuple[Value, ...]:
    return (datetime(2026, 11, 22, hour, tzinfo=SHANGHAI), 30 + hour, 28, 2, 0.8, 12.25, 3725.0, None)


def _intervals() -> Section:
    columns = (Column("interval", Unit.CLOCK, dimension=True), *(Column(key, unit) for key, unit in _MEASURES))
    rows = tuple(_row(hour) for hour in range(9, 14))
    table = Table("intervals", columns, rows, total=(Term("total"), 205, 140, 10, 0.8, 12.25, 3725.0, None))
    worst = Table("worst_intervals", columns, rows[:1], brief=True, marks={0: "bad"})
    return Section("intervals", (worst, table, Note("by_arrival")))


def _heat_map() -> Section:
    hours = tuple(f"{hour:02}" for hour in range(9, 14))
    values = tuple(tuple(None if hour == 2 else 0.6 + 0.1 * hour for hour in range(5)) for _ in HOSTILE)
    return Section("heatmap", (HeatMap("heatmap", "service_level", Unit.RATIO, "up", "queue", "hour", HOSTILE, hours,
                                       values, target=0.8),))


def _queues() -> Section:
    columns = (Column("queue", Unit.TEXT, dimension=True), Column("offered", Unit.COUNT),
               Column("vs_yesterday", Unit.CHANGE), Column("finding", Unit.TEXT))
    rows = tuple((name, 10, -0.5, Note("exception_open", {"count": 3})) for name in HOSTILE)
    return Section("queues", (Table("queues", columns, rows),))


def _waits() -> Section:
    series = (("answered", (30, 20, 1)), ("abandoned", (2, 3, 0)))
    return Section("waits", (Bars("waits", "wait_bin", ("0-5 s", "5-10 s", "> 10 s"), series),))
