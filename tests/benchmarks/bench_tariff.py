"""Five million calls under three tariffs against plain sums over them in SQL, and to the cent of a plain count."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import rated
from measure import SCALE, compare, report

ROWS = int(5_000_000 * SCALE)


def test_three_tariffs_on_five_million_calls(tmp_path: Path) -> None:
    store = rated.build(tmp_path, ROWS)
    result = compare("rated", ("ours", store), ("plain", store))
    ours, plain = (json.loads((tmp_path / f"{who}.json").read_text("utf-8")) for who in ("ours", "plain"))
    assert ours.keys() == plain.keys()
    assert ours == rated.exact(str(store))
    # Six-second increments are whole in four decimals, so that SQL is exact to the cent as well. A sixtieth of a
    # minute is not: it divides in floating point, and may round a call the other way.
    for key, amount in ours.items():
        apart = abs(Decimal(amount) - Decimal(plain[key]))
        assert apart <= (0 if key.startswith("six") else Decimal("0.02") + Decimal(plain[key]) / 100_000), key
    report("5 million calls under three tariffs", result, limit=3.0)
