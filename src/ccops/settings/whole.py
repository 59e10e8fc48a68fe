"""All sections together, checked, and what follows from them: the zone, the business day, the digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import time
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from ccops.clock import BusinessDay, Zone
from ccops.errors import SettingsError
from ccops.settings.business import Cost, Incentives, People, Quality, Recommend
from ccops.settings.sections import (
    Adherence,
    Agents,
    Forecast,
    Import,
    Opening,
    Report,
    Section,
    ServiceLevel,
    Site,
    Staffing,
    Store,
    Targets,
)


class Settings(Section):
    """Everything that ccops.toml may say."""

    site: Site = Site()
    service_level: ServiceLevel = ServiceLevel()
    targets: Targets = Targets()
    store: Store = Store()
    imports: Import = Field(Import(), alias="import")
    agents: Agents = Agents()
    report: Report = Report()
    opening: Opening = Opening()
    forecast: Forecast = Forecast()
    staffing: Staffing = Staffing()
    adherence: Adherence = Adherence()
    people: People = People()
    incentives: Incentives = Incentives()
    quality: Quality = Quality()
    cost: Cost = Cost()
    recommend: Recommend = Recommend()

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @cached_property
    def zone(self) -> Zone:
        """The site's zone; UTC where none is set (the workspace settles it before any day is cut)."""
        return Zone.of(self.site.tz or "UTC")

    @cached_property
    def business_day(self) -> BusinessDay:
        return BusinessDay(self.zone, time.fromisoformat(self.site.day_start))

    @cached_property
    def team_of(self) -> dict[str, str]:
        """Team per agent."""
        return {agent: team for team, members in self.agents.teams.items() for agent in members}

    @cached_property
    def digest(self) -> str:
        """Eight hex digits that change whenever a setting does that a figure may depend on; printed in every report."""
        settings = self.model_dump(mode="json", exclude={"site": {"name", "lang"}, "store": True})
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]

    def replacing(self, **values: Any) -> Settings:
        """A copy with dotted settings replaced, `replacing(**{"site.tz": "Asia/Shanghai"})`, validated again."""
        data = self.model_dump(mode="python", by_alias=False)
        for dotted, value in values.items():
            put(data, dotted, value)
        return validated(data, "settings")


def flat(settings: Settings) -> dict[str, Any]:
    """Every setting under its dotted name."""
    return dotted_keys(settings.model_dump(mode="json", by_alias=True))


def put(data: dict[str, Any], dotted: str, value: Any) -> None:
    *sections, last = dotted.split(".")
    for section in sections:
        data = data.setdefault(section, {})
    data[last] = value


def dotted_keys(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat_: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            flat_ |= dotted_keys(value, f"{prefix}{key}.")
        else:
            flat_[prefix + key] = value
    return flat_


def validated(data: Mapping[str, Any], where: str) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        fix = "ccops config show lists every setting with its value"
        if first["type"] == "extra_forbidden":
            known = {name.rsplit(".", 1)[-1] for name in flat(Settings())} | set(flat(Settings()))
            near = get_close_matches(key.rsplit(".", 1)[-1], sorted(known), n=1)
            raise SettingsError(
                f"unknown setting {key}", where=where, fix=f"did you mean {near[0]}?" if near else fix
            ) from None
        raise SettingsError(f"{key}: {first['msg'].removeprefix('Value error, ')}", where=where, fix=fix) from None
