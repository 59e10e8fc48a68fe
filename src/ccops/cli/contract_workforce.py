"""The JSON documents of the workforce commands, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from typing import Any

from ccops.cli.contract_adherence import AdherenceDocument
from ccops.cli.contract_forecast import BacktestDocument, ForecastDocument
from ccops.cli.contract_staffing import StaffDocument

WORKFORCE_DOCUMENTS: dict[str, type[Any]] = {
    "forecast": ForecastDocument,
    "forecast-backtest": BacktestDocument,
    "staff": StaffDocument,
    "adherence": AdherenceDocument,
}
