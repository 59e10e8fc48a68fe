"""Call centre KPIs one can defend, from raw call records to a daily report.

    import ccops as cc
    with cc.open("ccops.duckdb") as ws:
        ws.report("2026-11-22").save("daily.md")
        ws.kpis(["service_level", "aht"], by=["queue"], within_s=20)

Names load when they are first used, so that `import ccops` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccops.demo import generate as generate_demo
    from ccops.errors import CcopsError, FindingsError, SettingsError, SourceError, StoreError, UsageError
    from ccops.frames import kpis
    from ccops.intake import FileResult
    from ccops.model import Scope, Slice
    from ccops.reports.document import Report
    from ccops.settings import Settings
    from ccops.workforce.erlang import erlang_a, erlang_b, erlang_c
    from ccops.workspace import Workspace, in_memory
    from ccops.workspace import open_store as open  # noqa: A004

__version__: str

_HOMES = {
    "CcopsError": "errors", "FindingsError": "errors", "SettingsError": "errors", "SourceError": "errors",
    "StoreError": "errors", "UsageError": "errors", "FileResult": "intake", "Report": "reports.document",
    "Scope": "model", "Settings": "settings", "Slice": "model", "Workspace": "workspace",
    "erlang_a": "workforce.erlang", "erlang_b": "workforce.erlang", "erlang_c": "workforce.erlang",
    "generate_demo": "demo", "in_memory": "workspace", "kpis": "frames", "open": "workspace",
}
_ORIGINALS = {"generate_demo": "generate", "open": "open_store"}

__all__ = [
    "CcopsError", "FileResult", "FindingsError", "Report", "Scope", "Settings", "SettingsError", "Slice", "SourceError",
    "StoreError", "UsageError", "Workspace", "__version__", "erlang_a", "erlang_b", "erlang_c", "generate_demo",
    "in_memory", "kpis", "open",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # costs as much as all of typer

        return version("ccops")
    if name not in _HOMES:
        raise AttributeError(f"module 'ccops' has no attribute {name!r}")
    return getattr(import_module(f"ccops.{_HOMES[name]}"), _ORIGINALS.get(name, name))


def __dir__() -> list[str]:
    return sorted(__all__)
