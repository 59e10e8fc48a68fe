"""From the switch's wall clock to UTC, with the second in the uniqueid as the witness.

A uniqueid is `[system-]epoch.n`: the second in which the channel was made, in UTC, never later than its legs' start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ccops.clock import Zone
from ccops.source import Layout
from ccops.sources.asterisk_cdr_times import time_sql
from ccops.sources.zone_inference import repeated_hours

# 0000-00-00, 1970-01-01 and 1980-01-01 mean that it did not happen.
_POSSIBLE = "wall BETWEEN TIMESTAMP '1990-01-01' AND TIMESTAMP '2100-01-01'"
_SINCE = datetime(1990, 1, 1, tzinfo=UTC)
_LATE_S = 60  # how much later a uniqueid may seem than its leg, as the switch's clock may be set in between
_CHECKED_ROWS = 20_000  # a wrong zone shows at once
_CHECKED_WITHIN_S = 450  # half of the smallest step between two zones' offsets
_BORN = "try_cast(split_part(split_part(uniqueid, '-', -1), '.', 1) AS BIGINT)"


def timed(legs: str, layout: Layout, zone: Zone) -> str:
    """The SELECT `legs` with `started_at`, its text column `wall_text` read as the switch's time; NULL if damaged.

    Of the hour that the clocks repeat in autumn, the uniqueid tells which pass it was; without one it is the first.
    """
    kept = _kept_zone(layout, zone)
    read = f"SELECT * EXCLUDE (wall_text), {time_sql('wall_text', layout.facts)} AS wall FROM ({legs})"
    possible = f"SELECT * REPLACE (CASE WHEN {_POSSIBLE} THEN wall END AS wall) FROM ({read})"
    first_pass = f"SELECT *, {kept.to_utc_sql('wall')} AS first_pass FROM ({possible})"
    twice = repeated_hours(kept, _SINCE)
    if not twice or "uniqueid" not in layout.columns:
        return f"SELECT * EXCLUDE (first_pass), first_pass AS started_at FROM ({first_pass})"
    moments = [datetime.fromtimestamp(second, UTC) for begin, end, _ in twice for second in (begin, end - 1)]
    passes = " ".join(
        f"WHEN epoch_us(wall) >= {begin * 1_000_000} AND epoch_us(wall) < {end * 1_000_000} THEN {between * 1_000_000}"
        for begin, end, between in twice
    )
    # month and hour first: the long CASE is for the few legs that may need it
    return f"""
        SELECT * EXCLUDE (first_pass), CASE
            WHEN month(wall) IN ({_list([moment.month for moment in moments])})
                AND hour(wall) IN ({_list([moment.hour for moment in moments])})
                AND {_BORN} > epoch(first_pass) + {_LATE_S}
            THEN make_timestamp(epoch_us(first_pass) + CASE {passes} ELSE 0 END)
            ELSE first_pass END AS started_at
        FROM ({first_pass})"""


def check_zone(layout: Layout, zone: Zone) -> str:
    """SELECT over `raw` of one row: legs of the file's beginning compared with their uniqueids, and contradictions."""
    if "uniqueid" not in layout.columns:
        return "SELECT 0 AS compared, 0 AS contradicting"
    legs = f'SELECT "uniqueid" AS uniqueid, "start" AS wall_text FROM raw LIMIT {_CHECKED_ROWS}'
    return f"""
        SELECT count(*) AS compared,
            count(*) FILTER (abs(epoch(started_at) - born) >= {_CHECKED_WITHIN_S}) AS contradicting
        FROM (SELECT started_at, {_BORN} AS born FROM ({timed(legs, layout, zone)}))
        WHERE started_at IS NOT NULL AND born > 100000000"""


def _kept_zone(layout: Layout, zone: Zone) -> Zone:
    """The zone of the switch's clock: UTC where the uniqueids prove it (usegmtime=yes), else the site's."""
    proof = layout.facts.get("utc_at", "").split()
    return Zone.of("UTC") if proof and all(zone.offset_at(int(epoch)) for epoch in proof) else zone


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, sorted({*numbers})))
