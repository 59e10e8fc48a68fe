"""A store of many calls of different lengths, in and out, and three tariffs on them: ours, and sums in plain SQL."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

import ccops
from ccops.cost.tariff_file import read_tariffs
from ccops.cost.tariffs import tariffs

PER_DAY = 55_000
BEGIN = 1_730_419_200  # 2024-11-01 UTC
TARIFFS = """
[[tariff]]
name = "minute"
currency = "CNY"
in_force = true
rate = [{ direction = "in", price = "0.15" }, { direction = "out", price = "0.18" }]

[[tariff]]
name = "six seconds"
currency = "CNY"
rate = [
    { direction = "in", initial_s = 6, increment_s = 6, per = "increment", price = "0.0135" },
    { direction = "out", initial_s = 30, increment_s = 6, per = "increment", price = "0.016" },
]

[[tariff]]
name = "second"
currency = "CNY"
rate = [
    { from = "08:00", to = "18:00", initial_s = 60, increment_s = 1, price = "0.16" },
    { initial_s = 60, increment_s = 1, price = "0.09" },
]
"""
_CALLS = """
    INSERT INTO contacts
    SELECT 'bench', 'c' || i, 'voice', CASE WHEN i % 10 < 7 THEN 'in' ELSE 'out' END, began,
        began + to_milliseconds((1 + i * 104729 % 900) * 1000), i * 7919 % 3000000, '138****0000',
        CASE WHEN i % 50 = 7 THEN 'unanswered' ELSE 'answered' END, NULL, NULL, 'bench', 1, i, began::DATE,
        hour(began) * 4 + minute(began) // 15
    FROM (SELECT i, make_timestamp(({begin} + i * 86400 // {per_day}) * 1000000) AS began FROM range({rows}) t (i))
"""


def build(folder: Path, rows: int) -> Path:
    """The store, with the tariffs beside it."""
    (folder / "tariffs.toml").write_text(TARIFFS, "utf-8")
    path = folder / "calls.duckdb"
    with ccops.open(path, tz="UTC", write=True) as workspace:
        workspace.store.settle_zone("UTC")
        workspace.store.con.execute(_CALLS.format(begin=BEGIN, per_day=PER_DAY, rows=rows))
        workspace.store.con.execute(
            "INSERT INTO files VALUES "
            "(1, 'bench', 0, '', 'bench', '', 'bench', '', '{}', 'UTC', ?, ?, 0, 0, 0, NULL, NULL, NULL)",
            [rows, rows],
        )
    return path


def ours(store: str) -> None:
    """Invoices of every month under each tariff."""
    path = Path(store)
    with ccops.open(path) as workspace:
        found = tariffs(workspace.slice(), read_tariffs([path.with_name("tariffs.toml")]))
    _write(path, "ours", {(row["tariff"], f"{row['month']}"): row["invoice"] for row in found.invoices.to_dicts()})


def _units(initial: int, step: int) -> str:
    """Billed seconds of whole seconds s; 0 for none."""
    later = f"{initial} + (s - {initial} + {step - 1}) // {step} * {step}"
    return f"CASE WHEN s <= 0 THEN 0 WHEN s <= {initial} THEN {initial} ELSE {later} END"


def plain(store: str) -> None:
    """One query that sums each call's charge, rounded to four decimals, three times over."""
    charges = {
        "minute": f"round(({_units(60, 60)}) / 60 * CASE direction WHEN 'in' THEN 0.15 ELSE 0.18 END, 4)",
        "six seconds": f"CASE direction WHEN 'in' THEN ({_units(6, 6)}) // 6 * 0.0135::DECIMAL(10, 4) "
                       f"ELSE ({_units(30, 6)}) // 6 * 0.016::DECIMAL(10, 4) END",
        "second": f"round(({_units(60, 1)}) * CASE WHEN quarter BETWEEN 32 AND 71 THEN 0.16 ELSE 0.09 END / 60.0, 4)",
    }
    sums = ", ".join(f"sum(({text})::DECIMAL(18, 4)) AS \"{name}\"" for name, text in charges.items())
    with duckdb.connect(store, read_only=True) as con:
        rows = con.execute(f"""
            SELECT date_trunc('month', day)::DATE AS month, {sums}
            FROM (SELECT day, quarter, direction, ceil(epoch_ms(ended_at - started_at) / 1000)::BIGINT AS s
                  FROM contacts WHERE outcome NOT IN ('unanswered', 'busy', 'failed') AND direction IN ('in', 'out')
                  AND channel = 'voice')
            GROUP BY 1 ORDER BY 1
        """).fetchall()
    found = {(name, f"{row[0]}"): Decimal(amount).quantize(Decimal("0.01"))
             for row in rows for name, amount in zip(charges, row[1:], strict=True)}
    _write(Path(store), "plain", found)


def exact(store: str) -> dict[str, str]:
    """Invoices in decimal, written out for these three tariffs alone: calls of a kind and length counted, each charged
    once, half up at the fourth decimal. Not timed."""
    with duckdb.connect(store, read_only=True) as con:
        rows = con.execute("""
            SELECT strftime(day, '%Y-%m-01'), direction = 'in', quarter BETWEEN 32 AND 71,
                   ceil(epoch_ms(ended_at - started_at) / 1000)::BIGINT, count(*)
            FROM contacts WHERE outcome NOT IN ('unanswered', 'busy', 'failed') GROUP BY ALL
        """).fetchall()
    found: dict[str, Decimal] = {}
    for month, inward, peak, s, n in rows:
        first = 6 if inward else 30
        sixes = 0 if s <= 0 else first // 6 + max(0, -((first - s) // 6))
        charges = {
            "minute": -(-s // 60) * Decimal("0.15" if inward else "0.18"),
            "six seconds": sixes * Decimal("0.0135" if inward else "0.016"),
            "second": (max(s, 60) if s > 0 else 0) * Decimal("0.16" if peak else "0.09") / 60,
        }
        for name, amount in charges.items():
            key = f"{name}/{month}"
            found[key] = found.get(key, Decimal(0)) + amount.quantize(Decimal("0.0001"), ROUND_HALF_UP) * n
    return {key: str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP)) for key, amount in found.items()}


def _write(store: Path, who: str, found: dict[tuple[str, str], Decimal]) -> None:
    text = {"/".join(key): str(value) for key, value in sorted(found.items())}
    store.with_name(f"{who}.json").write_text(json.dumps(text), "utf-8")
