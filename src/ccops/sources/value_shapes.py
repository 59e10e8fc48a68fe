"""What the values of a column look like: times in which format, durations, phones, counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ccops.sources.mapping_cells import ALWAYS_NULL, NO_FIGURE, NO_INSTANT
from ccops.sources.mapping_fields import NAMED_TIMES, swapped

_YEARS = range(1990, 2101)
TIME_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M:%S.%f", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M", "iso", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%d/%m/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%m-%d-%Y %H:%M:%S", "%m-%d-%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M", "%y%m%d %H:%M:%S", "epoch_s", "epoch_ms", "excel_serial",
)
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?(\s*[-~—–至]\s*(次日|翌日)?\d{1,2}:\d\d(:\d\d)?)?")
DATE_FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y",
    "%y%m%d",
)
_DURATIONS = {
    "HH:MM:SS": re.compile(r"\d+:[0-5]?\d:[0-5]?\d(\.\d+)?"), "MM:SS": re.compile(r"\d+:[0-5]?\d(\.\d+)?"),
    "X分Y秒": re.compile(r"(?=\d)(\d+(小时|时))?(\d+分钟?)?(\d+秒)?"), "s": re.compile(r"\d+(\.\d+)?"),
}
_PHONE = re.compile(r"\+?[\d\s()*-]{5,20}(\.0)?|\d(\.\d+)?E\+\d+|anonymous|unknown|restricted|private", re.IGNORECASE)
_COUNT = re.compile(r"\d+(\.0+)?|\d{1,3}(,\d{3})+")
_MOST = 0.8  # a column has a shape when this share of its values has it


@dataclass(frozen=True)
class Shape:
    """A column's values without blanks, and the share of them that is a time, a clock time, a duration, …"""

    values: tuple[str, ...]
    shares: dict[str, float]
    unique: float  # distinct values over values

    def has(self, name: str) -> bool:
        return self.shares.get(name, 0) >= _MOST


def shape_of(cells: Iterable[str]) -> Shape:
    """The shape of a column. Values that mean "nothing" do not count."""
    values = tuple(cell for cell in map(bare, cells) if cell and cell not in ALWAYS_NULL)
    figures = [value for value in values if value not in NO_FIGURE]
    instants = [value for value in figures if value not in NO_INSTANT]
    shares = {
        "instant": _share(instants, lambda value: any(parsed(value, one) for one in TIME_FORMATS)),
        "date": _share(figures, lambda value: any(_strptime(value, one) for one in DATE_FORMATS)),
        "clock": _share(figures, lambda value: bool(_CLOCK.fullmatch(value))),
        "duration": _share(figures, lambda value: any(one.fullmatch(value) for one in _DURATIONS.values())),
        "phone": _share(figures, lambda value: bool(_PHONE.fullmatch(value))),
        "count": _share(figures, lambda value: bool(_COUNT.fullmatch(value))),
    }
    return Shape(values, shares, len(set(values)) / len(values) if values else 0)


def bare(cell: str) -> str:
    """A cell without blanks, a leading apostrophe or Excel's ="…" around its value."""
    return cell.strip(" \t\u00a0\u3000\ufeff").lstrip("'=").strip('"').strip()


def parsed(value: str, one: str) -> datetime | None:
    """The time that a value is in a format, None when it is none or outside 1990-2100."""
    if one in NAMED_TIMES:
        return _named(value, one)
    moment = _strptime(value, one)
    return moment if moment and moment.year in _YEARS else None


def time_formats(columns: Sequence[Sequence[str]], formats: Sequence[str] = TIME_FORMATS) -> tuple[list[str], bool]:
    """The formats that read the values of a file's time columns, best first, and whether day and month are certain."""
    values = [value for column in columns for value in column if value not in (*NO_FIGURE, *NO_INSTANT)]
    left, chosen, certain = list(dict.fromkeys(values))[:300], [], True
    while left:
        counts = Counter({one: sum(parsed(value, one) is not None for value in left) for one in formats})
        best, n = max(counts.items(), key=lambda item: (item[1], -formats.index(item[0])))
        if not n:
            break
        twin = swapped(best) if best not in NAMED_TIMES else best
        if twin != best and counts[twin] == n:
            certain = False
            best = min((best, twin), key=lambda one: (_span(left, one), not one.startswith("%d")))
        chosen.append(best)
        left = [value for value in left if not parsed(value, best) and not (twin != best and parsed(value, twin))]
    return chosen, certain


def duration_formats(values: Iterable[str]) -> list[str]:
    """The duration formats that the values need; figures alone are seconds until something says otherwise."""
    left, needed = [value for value in values if value not in NO_FIGURE], []
    for name, shape in _DURATIONS.items():
        if any(shape.fullmatch(value) for value in left):
            needed.append(name)
            left = [value for value in left if not shape.fullmatch(value)]
    return needed


def seconds(value: str) -> float | None:
    """A duration in seconds, figures taken as seconds; None when the value is none."""
    if _DURATIONS["HH:MM:SS"].fullmatch(value) or _DURATIONS["MM:SS"].fullmatch(value):
        total = 0.0
        for part in value.split(":"):
            total = total * 60 + float(part)
        return total
    if _DURATIONS["s"].fullmatch(value):
        return float(value)
    found = re.fullmatch(r"(?=\d)(?:(\d+)(?:小时|时))?(?:(\d+)分钟?)?(?:(\d+)秒)?", value)
    if found is None:
        return None
    return sum(int(part or 0) * unit for part, unit in zip(found.groups(), (3600, 60, 1), strict=True))


def _named(value: str, one: str) -> datetime | None:
    if one == "iso":
        if not re.match(r"\d{4}-\d\d-\d\d[T ]", value):
            return None
        try:
            return datetime.fromisoformat(value).replace(tzinfo=None)
        except ValueError:
            return None
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        return None
    figure, digits = float(value), len(value.split(".")[0])
    if one == "excel_serial":
        return _utc((figure - 25569) * 86400) if "." in value and 30000 <= figure <= 75000 else None
    wanted, scale = ((9, 10), 1) if one == "epoch_s" else ((12, 13), 1000)
    moment = _utc(figure / scale) if digits in wanted else None
    return moment if moment and moment.year in range(2000, 2051) else None


def _utc(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC).replace(tzinfo=None)


def _strptime(value: str, one: str) -> datetime | None:
    try:
        return datetime.strptime(value, one)
    except ValueError:
        return None


def _span(values: Sequence[str], one: str) -> float:
    """Days from the first to the last value read in a format: an export covers days, not scattered months."""
    moments = [moment for value in values if (moment := parsed(value, one))]
    return (max(moments) - min(moments)).total_seconds() / 86400 if moments else float("inf")


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(bool(test(value)) for value in values) / len(values) if values else 0.0
