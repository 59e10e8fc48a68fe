"""SQL that reads one text cell of an export as a time, a duration, a number or a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ccops.sources.mapping_fields import NAMED_TIMES, swapped

# What spreadsheets, tabs and Chinese input methods leave around a value.
_BLANKS = " \t\u00a0\u3000\ufeff"
_SPACE = r"\s\x{A0}\x{3000}\x{FEFF}"
_WIDE, _NARROW = "０１２３４５６７８９：－／．＋　", "0123456789:-/.+ "
# What exports write for "nothing", whatever the column; and what is nothing where a figure should be.
ALWAYS_NULL = ("\\N", "NULL", "null", "None", "nan")
NO_FIGURE = ("-", "--", "N/A", "n/a", "无", "0000-00-00 00:00:00")
# "Did not happen" as an instant, unless the mapping's `null` says which values mean it.
NO_INSTANT = (
    "0", "0:00:00", "00:00:00", "1900-01-01 00:00:00", "1970-01-01 00:00:00", "1970-01-01 08:00:00",
    "1980-01-01 00:00:00",
)
YES = ("1", "y", "yes", "t", "true", "是", "已转接")
NO = ("0", "n", "no", "f", "false", "否", "未转接")
# Excel writes a number of more than eleven digits so, and the digits are lost.
DAMAGED = r"'(^|-)\d(\.\d+)?E\+\d+($|-)'"
_ISO = (
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M",
)
_UNIT_MS = {"s": 1_000, "ms": 1, "min": 60_000, "h": 3_600_000, "excel_days": 86_400_000}


def text(value: str) -> str:
    """A SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A SQL identifier, whatever it contains."""
    return '"' + value.replace('"', '""') + '"'


def cleaned(cell: str, *, figures: bool) -> str:
    """The cell without what surrounds its value; NULL when nothing is left.

    `figures` cells (ids, phones, times, numbers) also lose Excel's ="…" and have full-width digits made narrow.
    """
    if not figures:
        spare = f"trim(ltrim(trim({cell}, {text(_BLANKS)}), ''''), {text(_BLANKS)})"
        dirty = f"regexp_matches({cell}, '^[{_SPACE}'']|[{_SPACE}]$')"
    else:
        inner = f"translate({cell}, {text(_WIDE)}, {text(_NARROW)})"
        left, right = text(_BLANKS + "'=\""), text(_BLANKS + '"')
        spare = f"rtrim(ltrim({inner}, {left}), {right})"
        dirty = f"regexp_matches({cell}, '[^ -~]|^[ ''=\"]|[ \"]$')"
    return f"CASE WHEN {dirty} THEN nullif({spare}, '') ELSE {cell} END"  # asking costs less than cleaning


def unless(cell: str, nulls: Iterable[str]) -> str:
    """The cell, NULL where it is one of `nulls`."""
    listed = ", ".join(text(value) for value in dict.fromkeys((*ALWAYS_NULL, *nulls)) if value)
    return f"CASE WHEN {cell} IN ({listed}) THEN NULL ELSE {cell} END"


def spliced(day: str, clock: str) -> str:
    """Date and time of day as one text; a workbook writes the one with a midnight, the other with a day of 1899."""
    return (
        f"regexp_replace({day}, '[ T]0?0:00(:00(\\.0+)?)?$', '') || ' ' || "
        f"regexp_replace({clock}, '^(1899-12-3[01]|1900-01-0[01])[ T]', '')"
    )


def range_start(clock: str) -> str:
    """The beginning of an interval written 09:00-09:30 or 09:00~09:30; other times as they are."""
    return f"regexp_replace({clock}, '(\\d:\\d\\d)\\s*[-~—–至]\\s*(次日|翌日)?\\d{{1,2}}:\\d\\d(:\\d\\d)?$', '\\1')"


def range_end(clock: str) -> str:
    """The end of an interval written 22:00-06:00, 22:00~次日06:00 or 16:00-24:00; other times as they are."""
    end = f"regexp_replace({clock}, '^.*\\d:\\d\\d\\s*[-~—–至]\\s*', '')"
    return f"regexp_replace(regexp_replace({end}, '^(次日|翌日)\\s*', ''), '^24:00', '00:00')"


def coded(clock: str, codes: Mapping[str, str]) -> str:
    """A shift's code as the times it stands for; what is no code as it is."""
    whens = " ".join(f"WHEN {text(code)} THEN {text(times)}" for code, times in codes.items())
    return f"CASE {clock} {whens} ELSE {clock} END"


def day(cell: str, formats: Sequence[str], day_first: str) -> str:
    """DATE of a cell; a time of day behind it does not count."""
    return f"CAST({wall(cell, formats, day_first)} AS DATE)"


def exact(cell: str, formats: Sequence[str]) -> str:
    """UTC TIMESTAMP of a cell that names its instant without a zone's help; NULL where it does not."""
    tries = []
    if "epoch_s" in formats:
        tries.append(_epoch(cell, r"^\d{9,10}(\.\d+)?$", 1_000_000))
    if "epoch_ms" in formats:
        tries.append(_epoch(cell, r"^\d{12,13}(\.\d+)?$", 1_000))
    zoned = [one for one in formats if "%z" in one]
    if "iso" in formats:
        ended = f"regexp_replace({cell}, '[Zz]$', '+00:00')"
        zoned_iso = ", ".join(text(one + "%z") for one in _ISO)
        tries.append(
            f"CASE WHEN regexp_matches({cell}, '([Zz]|[+-]\\d\\d:?\\d\\d)$') THEN "
            f"make_timestamp(epoch_us(try_strptime({ended}, [{zoned_iso}]))) END"
        )
    tries += [f"make_timestamp(epoch_us(try_strptime({cell}, {text(one)})))" for one in zoned]
    return f"coalesce({', '.join(tries)})" if tries else "NULL::TIMESTAMP"


def wall(cell: str, formats: Sequence[str], day_first: str) -> str:
    """Local wall-clock TIMESTAMP of a cell; the first format that fits.

    Where the formats allow day and month both ways, the SQL condition `day_first` says for the whole file which one
    is meant: 03/04 in one line and 13/04 in the next are never read differently.
    """
    plain = [one for one in formats if one not in NAMED_TIMES and "%z" not in one]
    if "iso" in formats:
        plain += [one for one in _ISO if one not in plain]
    sides = both_orders(formats)
    tries = []
    fixed = [one for one in plain if one not in sides]
    if fixed:
        tries.append(_parsed(cell, fixed))
    if sides:
        first = [one for one in sides if _starts_with_day(one)]
        last = [one for one in sides if not _starts_with_day(one)]
        tries.append(f"CASE WHEN {day_first} THEN {_parsed(cell, first)} ELSE {_parsed(cell, last)} END")
    if "excel_serial" in formats:
        tries.append(
            f"CASE WHEN regexp_full_match({cell}, '[3-7]\\d{{4}}(\\.\\d+)?') "
            f"THEN make_timestamp((round((try_cast({cell} AS DOUBLE) - 25569) * 86400000) * 1000)::BIGINT) END"
        )
    return f"coalesce({', '.join(tries)})" if tries else "NULL::TIMESTAMP"


def both_orders(formats: Sequence[str]) -> list[str]:
    """The formats whose twin with day and month exchanged is also listed."""
    return [one for one in formats if one not in NAMED_TIMES and swapped(one) != one and swapped(one) in formats]


def order_vote(cells: Sequence[str], formats: Sequence[str], rows: str) -> str:
    """SQL condition: the file's dates are day-month rather than month-day, by which reads more cells of `rows`.

    Where both read all, the order that `formats` lists first holds.
    """
    sides = both_orders(formats)
    first = [one for one in sides if _starts_with_day(one)]
    last = [one for one in sides if not _starts_with_day(one)]
    read = {
        side: " + ".join(f"count({_parsed(cell, listed)})" for cell in cells)
        for side, listed in (("day", first), ("month", last))
    }
    beats = ">=" if _starts_with_day(sides[0]) else ">"
    return f"(SELECT {read['day']} {beats} {read['month']} FROM {rows})"


def duration(cell: str, formats: Sequence[str]) -> str:
    """Milliseconds of a cell; the first format that fits, else NULL. A minus sign is kept."""
    tries = [_duration(cell, one) for one in formats]
    return f"coalesce({', '.join(tries)})"


def count(cell: str) -> str:
    """The whole number in a cell; 12.0 and 1,234 are numbers too."""
    plain = f"replace({cell}, ',', '')"
    return f"CASE WHEN regexp_full_match({plain}, '-?\\d+(\\.0+)?') THEN try_cast({plain}::DOUBLE AS BIGINT) END"


def number(cell: str) -> str:
    """The number in a cell; 87.5% is 87.5."""
    plain = f"regexp_replace(replace({cell}, ',', ''), '\\s*%$', '')"
    return f"CASE WHEN regexp_full_match({plain}, '-?\\d+(\\.\\d+)?') THEN try_cast({plain} AS DOUBLE) END"


def money(cell: str) -> str:
    """The amount in a cell, exact to four decimals: ¥1,234.50, 1234.5 元, (1,234.50) for one below zero."""
    bare = f"regexp_replace({cell}, '[,\\s¥￥$€£元]|CNY|RMB|USD|EUR|GBP', '', 'g')"
    plain = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    shape = "-?\\d{1,14}(\\.\\d{1,4})?"
    return f"CASE WHEN regexp_full_match({plain}, '{shape}') THEN try_cast({plain} AS DECIMAL(18, 4)) END"


def flag(cell: str) -> str:
    """Whether a cell says yes; NULL when it says neither."""
    yes, no = (", ".join(map(text, words)) for words in (YES, NO))
    return f"CASE WHEN lower({cell}) IN ({yes}) THEN true WHEN lower({cell}) IN ({no}) THEN false END"


def phone(cell: str) -> str:
    """The cell where it can be a number: not damaged, not masked by stars, with at least one digit."""
    plain = f"regexp_replace({cell}, '\\.0$', '')"
    return f"CASE WHEN NOT ({lost_phone(cell)}) AND regexp_matches({cell}, '\\d') THEN {plain} END"


def lost_phone(cell: str) -> str:
    """SQL condition: there was a number, and the export lost digits of it."""
    return f"(regexp_matches({cell}, {DAMAGED}) OR regexp_matches({cell}, '\\d[*xX]{{2,}}|[*xX]{{2,}}\\d'))"


def _parsed(cell: str, formats: Sequence[str]) -> str:
    """A year outside 1990-2100 is a misreading (01/09/17 as year 1)."""
    listed = ", ".join(text(one) for one in formats)
    value = f"try_strptime({cell}, [{listed}])"
    return f"CASE WHEN year({value}) BETWEEN 1990 AND 2100 THEN {value} END"


def _epoch(cell: str, pattern: str, scale: int) -> str:
    return (
        f"CASE WHEN regexp_matches({cell}, {text(pattern)}) "
        f"THEN make_timestamp(round(try_cast({cell} AS DECIMAL(28, 9)) * {scale})::BIGINT) END"
    )


def _starts_with_day(one: str) -> bool:
    return one.index("%d") < one.index("%m")


def _duration(cell: str, one: str) -> str:
    if one == "HH:MM:SS":
        bare = f"regexp_replace({cell}, '^(1899-12-3[01]|1900-01-0[01])[ T]', '')"
        return _clock(bare, r"-?\d+:[0-5]?\d:[0-5]?\d(\.\d+)?", (3_600_000, 60_000, 1_000))
    if one == "MM:SS":
        return _clock(cell, r"-?\d+:[0-5]?\d(\.\d+)?", (60_000, 1_000))
    if one == "X分Y秒":
        units = ((r"(\d+)\s*(?:小时|时)", 3_600_000), (r"(\d+)\s*分钟?", 60_000), (r"(\d+)\s*秒", 1_000))
        parts = " + ".join(
            f"coalesce(try_cast(regexp_extract({cell}, {text(unit)}, 1) AS BIGINT), 0) * {ms}"
            for unit, ms in units
        )
        shape = r"(\d+\s*(小时|时)\s*)?(\d+\s*分钟?\s*)?(\d+\s*秒)?"
        return f"CASE WHEN regexp_full_match({cell}, {text(shape)}) AND {cell} <> '' THEN {parts} END"
    plain = f"replace({cell}, ',', '')"
    shape = r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?"
    return (
        f"CASE WHEN regexp_full_match({cell}, {text(shape)}) "
        f"THEN round(try_cast({plain} AS DECIMAL(28, 9)) * {_UNIT_MS[one]})::BIGINT END"
    )


def _clock(cell: str, shape: str, units: Sequence[int]) -> str:
    bare = f"ltrim({cell}, '-')"
    parts = " + ".join(
        f"round(try_cast(split_part({bare}, ':', {place}) AS DECIMAL(18, 6)) * {ms})::BIGINT"
        for place, ms in enumerate(units, 1)
    )
    sign = f"CASE WHEN starts_with({cell}, '-') THEN -1 ELSE 1 END"
    return f"CASE WHEN regexp_full_match({cell}, {text(shape)}) THEN ({sign}) * ({parts}) END"
