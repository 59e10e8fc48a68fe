"""A day of the demo centre, levers folded on it, and the same staffed again by plain bisection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

from ccops.cost.baseline import Baseline, baseline
from ccops.cost.what_if import WhatIf
from ccops.demo import generate
from ccops.model import Scope
from ccops.settings import load
from ccops.workforce.erlang import erlang_a
from ccops.workspace import Workspace, open_workspace

DAY = date(2026, 11, 19)
MONTHS = 1 / (365.25 / 12)
SELF_SERVICE = 0.5


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    made = generate(tmp_path_factory.mktemp("demo"), days=7, seed=2, scale=0.4)
    text = made.config.read_text("utf-8").replace("[staffing]\n", '[staffing]\nrisk = "mean"\n')
    made.config.write_text(text.replace("[cost]\n", f"[cost]\nself_service_cost = {SELF_SERVICE}\n"), "utf-8")
    files = [file for file in made.files if file.name != "Master.csv"]
    loaded = load(made.config, environ={})
    with open_workspace(loaded, store=made.folder / "s.duckdb", write=True, files=files) as opened:
        opened.import_files(files)
        yield opened


def fold(workspace: Workspace, *levers: str, keep: bool = False) -> WhatIf:
    return workspace.what_if(levers, Scope(DAY, DAY), keep_hours=keep)


@pytest.fixture(scope="module")
def known(workspace: Workspace) -> Baseline:
    return baseline(workspace.slice(Scope(DAY, DAY)), workspace.known_tariffs())


def needs(calls: np.ndarray[Any, Any], aht: np.ndarray[Any, Any], patience: np.ndarray[Any, Any]) -> Any:
    """Agents for 80 % within 20 s in each half-hour, by halving; one at least."""
    model = erlang_a(np.maximum(2 * calls, 1e-9), aht, patience)
    low, high = np.zeros(len(calls)), calls * aht / 900 + 20
    for _ in range(60):
        middle = (low + high) / 2
        met = model.at(middle, 20.0).service_level >= 0.8
        low, high = np.where(met, low, middle), np.where(met, middle, high)
    return np.where(calls > 0, np.maximum(high, 1.0), 1.0)


def cells(workspace: Workspace, known: Baseline, *, volume: float = 1.0, aht: float = 1.0,
          pool: tuple[str, ...] = ()) -> list[Cell]:
    """What `ccops staff` says of the day, changed and staffed anew, by queue and half-hour."""
    rows = workspace.staff(Scope(DAY, DAY)).frame.select("queue", "start_at", "volume", "aht_s", "agents").to_dicts()
    means = {queue: one.mean_s for queue, one in known.state.patience.items()}
    weight = {queue: sum(row["volume"] for row in rows if row["queue"] == queue) for queue in means}
    if pool:
        gone = sum(weight[queue] / means[queue] for queue in pool) / sum(weight[queue] for queue in pool)
        means["both"] = 1 / gone
    before = needs(*(np.array(side, float) for side in zip(
        *((row["volume"], row["aht_s"] or 1.0, means[row["queue"]]) for row in rows), strict=True)))
    found: dict[tuple[str, Any], Cell] = {}
    for row, need in zip(rows, before, strict=True):
        queue = "both" if row["queue"] in pool else row["queue"]
        cell = found.setdefault((queue, row["start_at"]), Cell(queue, means[queue]))
        cell.calls += row["volume"] * volume
        cell.work += row["volume"] * volume * (row["aht_s"] or 0.0) * aht
        cell.phone += row["volume"] * volume * (row["aht_s"] or 0.0)
        cell.agents += row["agents"]
        cell.before += need
    made = list(found.values())
    after = needs(np.array([cell.calls for cell in made]), np.array([cell.aht for cell in made]),
                  np.array([cell.patience for cell in made]))
    for cell, need in zip(made, after, strict=True):
        cell.need = need
    return made


@dataclass
class Cell:
    """A queue's half-hour: `work` and `phone` are seconds, with and without a change of handling time."""

    queue: str
    patience: float
    calls: float = 0.0
    work: float = 0.0
    phone: float = 0.0
    agents: float = 0.0
    before: float = 0.0
    need: float = 0.0

    @property
    def aht(self) -> float:
        return self.work / self.calls if self.calls else 1.0

    @property
    def following(self) -> float:
        """As many more as are needed; as many fewer, or where there were too few, the same share of them."""
        if self.need >= self.before or self.agents >= self.before:
            return self.agents + self.need - self.before
        return self.agents * self.need / self.before

    def fare(self, agents: float) -> tuple[float, float]:
        """Calls in time and calls lost."""
        if not self.calls:
            return 0.0, 0.0
        found = erlang_a(2 * self.calls, self.aht, self.patience).at(agents, 20.0)
        return self.calls * float(found.service_level), self.calls * float(found.p_abandon)


def plain(known: Baseline, workspace: Workspace, *, share: float = 1.0, hour: float = 1.0,
          telephone: float | None = None, keep: bool = False, **changed: Any) -> float:
    """A month's labour and telephone, staffed anew from what `ccops staff` says of the day."""
    now, own = cells(workspace, known), cells(workspace, known, **changed)
    agents, there = sum(cell.following for cell in own), sum(cell.agents for cell in now)
    paid = known.paid_hours * (1.0 if keep else agents / there / share)
    calls_cost = known.state.telephone if telephone is None else telephone
    assert calls_cost is not None
    extra = 1 + workspace.settings.recommend.overtime_premium * (known.state.overtime or 0.0)
    minutes = sum(cell.phone for cell in own) / sum(cell.phone for cell in now)
    return paid * (known.state.hour_price * hour) * extra + calls_cost * minutes
