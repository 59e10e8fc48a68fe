"""Stores of many visits, made by SQL: what a year of a large centre looks like to the metrics."""

from __future__ import annotations

from pathlib import Path

import duckdb

import ccops
from ccops.metrics.evaluate import keys_of

PER_DAY = 55_000
BEGIN = 1_730_000_000  # 2024-10-27 03:33:20 UTC

_CONTACT = """
    'bench' AS system, 'c' || i AS contact_id, 'voice' AS channel, 'in' AS direction,
    make_timestamp(({begin} + i * 86400 // {per_day}) * 1000000) AS began
"""
_VISITS = """
    INSERT INTO queue_visits
    SELECT system, contact_id, 'q' || (i * 31 % 16), 1, channel, direction, began,
        CASE WHEN answered THEN began + to_milliseconds(wait_ms) END,
        began + to_milliseconds(wait_ms + CASE WHEN answered THEN talk_ms ELSE 0 END), wait_ms,
        CASE WHEN answered THEN wait_ms // 2 END, CASE WHEN answered THEN talk_ms END,
        CASE WHEN answered THEN talk_ms // 10 END, CASE WHEN answered THEN 20000 + i % 9 * 1000 END,
        CASE WHEN answered THEN 'a' || (i * 17 % 400) END,
        CASE WHEN answered THEN 'answered' WHEN i % 50 = 7 THEN 'timeout' WHEN i % 997 = 0 THEN 'open'
            ELSE 'abandoned' END,
        CASE WHEN NOT answered AND i % 50 <> 7 AND i % 997 <> 0 THEN 'queue' END,
        CASE WHEN i % 3 = 0 THEN 'agent' ELSE 'customer' END, i % 20 = 3, false, i * 7919 % 3000000,
        'bench', 1, i, began::DATE, hour(began) * 4 + minute(began) // 15
    FROM (SELECT *, i % 10 < 8 AND i % 997 <> 0 AS answered, (i * 7907 % 240) * 250 AS wait_ms,
        (30 + i * 104729 % 600) * 1000 AS talk_ms FROM (SELECT i, {contact} FROM range({rows}) t (i)))
"""
_CONTACTS = """
    INSERT INTO contacts
    SELECT system, contact_id, channel, direction, began, began + INTERVAL 5 MINUTE, i * 7919 % 3000000,
        '138****0000', CASE WHEN i % 10 < 8 THEN 'answered' ELSE 'abandoned' END, NULL, NULL, 'bench', 1, i,
        began::DATE, hour(began) * 4 + minute(began) // 15
    FROM (SELECT i, {contact} FROM range({rows}) t (i))
"""


def build(path: Path, rows: int, *, skip_days: int = 0) -> Path:
    """A store of `rows` visits and contacts in time order, `skip_days` after the first day of the series."""
    with ccops.open(path, tz="UTC", write=True) as workspace:
        workspace.store.settle_zone("UTC")
        contact = _CONTACT.format(begin=BEGIN + skip_days * 86_400, per_day=PER_DAY)
        for sql in (_VISITS, _CONTACTS):
            workspace.store.con.execute(sql.format(contact=contact, rows=rows))
        workspace.store.con.execute(
            "INSERT INTO files VALUES "
            "(1, 'bench', 0, '', 'bench', '', 'bench', '', '{}', 'UTC', ?, ?, 0, 0, 0, NULL, NULL, NULL)",
            [rows, rows],
        )
    return path


def ours(store: str) -> None:
    """Every metric of queue visits by 15 minutes and queue."""
    with ccops.open(store) as workspace:
        frame = workspace.kpis(keys_of("queue_visits"), by=["interval", "queue"])
    assert frame.height > 0


_RIVAL = """
WITH v AS (
    SELECT *, outcome = 'answered' AS ans, outcome = 'abandoned' AS ab,
        outcome IN ('timeout', 'overflow', 'exit_key', 'exit_empty', 'callback', 'voicemail') AS flow,
        coalesce(talk_ms, 0) + coalesce(hold_ms, 0) + coalesce(acw_ms, 0) AS handle_ms
    FROM queue_visits
)
SELECT time_bucket(INTERVAL 15 MINUTE, entered_at) AS interval, queue, count(*) AS offered,
    count(*) FILTER (outcome <> 'open') AS queued, count(*) FILTER (outcome = 'open') AS open,
    count(DISTINCT contact_id) AS contacts, count(*) FILTER (ans) AS answered,
    count(*) FILTER (ans) / nullif(count(*) FILTER (outcome <> 'open'), 0) AS answer_rate,
    count(*) FILTER (ab) AS abandoned,
    count(*) FILTER (ab) / nullif(count(*) FILTER (outcome <> 'open'), 0) AS abandon_rate,
    count(*) FILTER (ab AND abandon_phase = 'queue') AS abandoned_queue,
    count(*) FILTER (ab AND abandon_phase = 'ring') AS abandoned_ring,
    count(*) FILTER (ab AND abandon_phase = 'announcement') AS abandoned_announcement,
    count(*) FILTER (ab AND wait_ms < 5000) AS short_abandoned,
    count(*) FILTER (ab AND wait_ms < 5000) / nullif(count(*) FILTER (ab), 0) AS short_share,
    count(*) FILTER (ab AND wait_ms >= 5000)
        / nullif(count(*) FILTER (outcome <> 'open' AND NOT (ab AND wait_ms < 5000)), 0) AS abandon_rate_net,
    count(*) FILTER (flow) AS flow_outs, count(*) FILTER (outcome = 'timeout') AS timeouts,
    count(*) FILTER (outcome = 'overflow') AS overflows, count(*) FILTER (outcome = 'callback') AS callbacks,
    count(*) FILTER (outcome = 'voicemail') AS voicemails, count(*) FILTER (outcome = 'exit_key') AS exit_keys,
    count(*) FILTER (outcome = 'exit_empty') AS exit_empties,
    count(*) FILTER (outcome IN ('withdrawn', 'refused', 'dropped')) AS other_ends,
    count(*) FILTER (transferred) AS transfers_out,
    count(*) FILTER (transferred) / nullif(count(*) FILTER (ans AND talk_ms IS NOT NULL), 0) AS transfer_rate,
    count(*) FILTER (ans AND wait_ms <= 20000) AS answered_within,
    count(*) FILTER (ans AND wait_ms <= 20000)
        / nullif(count(*) FILTER ((ans OR ab) AND NOT (ab AND wait_ms < 5000)), 0) AS service_level,
    sum(wait_ms) FILTER (ans) / nullif(count(*) FILTER (ans), 0) AS asa,
    sum(wait_ms) FILTER (ab) / nullif(count(*) FILTER (ab), 0) AS avg_abandon_wait,
    sum(wait_ms) FILTER (ans OR ab) / nullif(count(*) FILTER (ans OR ab), 0) AS avg_wait,
    max(wait_ms) FILTER (ans OR ab) AS max_wait,
    quantile_disc(wait_ms, [0.5, 0.9, 0.95]) FILTER (ans OR ab) AS wait_percentiles,
    count(*) FILTER (ans AND talk_ms IS NOT NULL) AS handled,
    sum(handle_ms) FILTER (ans AND talk_ms IS NOT NULL)
        / nullif(count(*) FILTER (ans AND talk_ms IS NOT NULL), 0) AS aht,
    quantile_disc(handle_ms, [0.5, 0.9]) FILTER (ans AND talk_ms IS NOT NULL) AS aht_percentiles,
    sum(talk_ms) FILTER (ans) / nullif(count(*) FILTER (ans AND talk_ms IS NOT NULL), 0) AS talk,
    sum(hold_ms) FILTER (ans) / nullif(count(*) FILTER (ans AND talk_ms IS NOT NULL), 0) AS hold,
    sum(hold_ms) FILTER (ans AND hold_ms > 0) / nullif(count(*) FILTER (ans AND hold_ms > 0), 0) AS hold_held,
    sum(acw_ms) FILTER (ans) / nullif(count(*) FILTER (ans AND talk_ms IS NOT NULL), 0) AS acw
FROM v GROUP BY ALL ORDER BY ALL
"""


def rival(store: str) -> None:
    """The same by hand in DuckDB's SQL, over the same file."""
    rows = duckdb.connect(store, read_only=True).execute(_RIVAL).fetchall()
    assert rows
