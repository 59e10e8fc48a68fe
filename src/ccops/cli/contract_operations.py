"""The JSON documents of people, quality, cost and recommend, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from typing import Any

from ccops.cli.contract_cost import CostDocument
from ccops.cli.contract_economics import EconomicsDocument
from ccops.cli.contract_incentives import INCENTIVES_DOCUMENTS
from ccops.cli.contract_people import PEOPLE_DOCUMENTS
from ccops.cli.contract_quality import QUALITY_DOCUMENTS
from ccops.cli.contract_recommend import RECOMMEND_DOCUMENTS
from ccops.cli.contract_satisfaction import SATISFACTION_DOCUMENTS
from ccops.cli.contract_sourcing import SourcingDocument
from ccops.cli.contract_tariff import TariffDocument
from ccops.cli.contract_what_if import WhatIfDocument

OPERATIONS_DOCUMENTS: dict[str, type[Any]] = {
    **PEOPLE_DOCUMENTS,
    **QUALITY_DOCUMENTS,
    "cost-report": CostDocument,
    "cost-tariff": TariffDocument,
    "cost-economics": EconomicsDocument,
    "cost-sourcing": SourcingDocument,
    "cost-what-if": WhatIfDocument,
    **INCENTIVES_DOCUMENTS,
    **SATISFACTION_DOCUMENTS,
    **RECOMMEND_DOCUMENTS,
}
