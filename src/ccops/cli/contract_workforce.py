"""The JSON documents of the workforce commands, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from typing import Any

from ccops.cli.contract_adherence import AdherenceDocument
from ccops.cli.contract_erlang import ErlangDocument
from ccops.cli.contract_forecast import BacktestDocument, ForecastDocument
from ccops.cli.contract_roster import RosterDocument
from ccops.cli.contract_schedule import ScheduleDocument
from ccops.cli.contract_simulation import SimulateDocument
from ccops.cli.contract_staffing import CapacityDocument, StaffDocument

WORKFORCE_DOCUMENTS: dict[str, type[Any]] = {
    "erlang": ErlangDocument,
    "forecast": ForecastDocument,
    "forecast-backtest": BacktestDocument,
    "staff": StaffDocument,
    "simulate": SimulateDocument,
    "capacity": CapacityDocument,
    "schedule": ScheduleDocument,
    "roster": RosterDocument,
    "adherence": AdherenceDocument,
}
