"""The options that commands share, as groups: a command that takes a group has all of its options.

typer reads signatures; `expanded` shows it a command's groups as the options they consist of, so that each
option is declared once and every command means the same by it.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from typer import Option

from ccops.cli.output import note
from ccops.errors import SourceError, UsageError
from ccops.safe_text import printable

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.model import Scope
    from ccops.settings import Loaded, Settings
    from ccops.workspace import Workspace


Names = list[str] | None
Level = Literal["error", "warning"]
FailOn = Annotated[Level | None, Option(metavar="error|warning", help="Exit 6 if there is such a finding.")]
Clock = Annotated[
    Literal["arrival", "event"], Option(metavar="arrival|event", help="Which instant places a call in time.")
]
# Flags by the name under which the environment may give them, and the settings they stand for.
NAMED = {"CCOPS_TZ": "site.tz", "CCOPS_LANG": "site.lang", "CCOPS_LOCK_TIMEOUT": "store.lock_timeout_s"}
_PLACES = ("CCOPS_STORE", "CCOPS_CONFIG")
_OURS = ("CCOPS_DEBUG", "CCOPS_BENCH_")


@dataclass(frozen=True)
class Shared:
    """What every command takes."""

    store: Annotated[Path | None, Option(metavar="FILE", help="The store file.")] = None
    tz: Annotated[str | None, Option(metavar="ZONE", help="The site's zone, such as Asia/Shanghai.")] = None
    lang: Annotated[Literal["en", "zh"] | None, Option(metavar="en|zh", help="Language of reports.")] = None
    config: Annotated[Path | None, Option(metavar="FILE", help="The settings file.")] = None
    lock_timeout: Annotated[
        float | None, Option(metavar="SECONDS", help="How long to wait for another writer.", min=0)
    ] = None
    quiet: Annotated[bool, Option("-q", "--quiet", help="Say nothing on stderr but errors.")] = False
    json: Annotated[bool, Option("--json", help="Print the result as JSON.")] = False
    redact: Annotated[bool, Option("--redact", help="Agents under pseudonyms, callers hidden.")] = False

    @cached_property
    def loaded(self) -> Loaded:
        """The effective settings: these flags over the environment over ccops.toml over the defaults."""
        from ccops.doctor import check_zone
        from ccops.settings import load

        for warning in strangers(os.environ):
            self.note(warning)
        flags = {"site.tz": self.tz, "site.lang": self.lang, "store.lock_timeout_s": self.lock_timeout}
        named = {
            dotted: name for name, dotted in NAMED.items() if os.environ.get(name) and flags[dotted] is None
        }
        loaded = load(self.config_path, flags | {dotted: os.environ[name] for dotted, name in named.items()})
        loaded = replace(loaded, origins={**loaded.origins, **named})
        check_zone(loaded)
        return loaded

    @property
    def language(self) -> Lang:
        return self.loaded.settings.site.lang

    @property
    def store_path(self) -> Path:
        return self.store_named or self.loaded.store_path

    @property
    def config_path(self) -> Path | None:
        return self.config or _place("CCOPS_CONFIG")

    @property
    def store_named(self) -> Path | None:
        """The store that the flag or the environment names. Raises SourceError for a folder."""
        named = self.store or _place("CCOPS_STORE")
        if named and named.is_dir():
            raise SourceError("is a folder, not a store", where=str(named), fix="name a file, such as ccops.duckdb")
        return named

    def workspace(self) -> Workspace:
        """The store, open for reading; to be used in a `with` block."""
        from ccops.workspace import open_workspace

        return self.redacted(open_workspace(self.loaded, store=self.store_named))

    def redacted(self, workspace: Workspace) -> Workspace:
        """The workspace, in which nobody can be known if --redact asks for it."""
        if self.redact:
            workspace.redact()
        return workspace

    def note(self, text: str) -> None:
        """A line on stderr, unless -q asked for silence."""
        if not self.quiet:
            note(text)


@dataclass(frozen=True)
class Days:
    """Which days, as any command that looks at data takes them."""

    day: Annotated[
        str | None, Option("-d", "--day", metavar="PERIOD", help="yesterday, last-week, mtd, 2026-11, a..b")
    ] = None
    first: Annotated[str | None, Option("--from", metavar="PERIOD", help="First day.")] = None
    last: Annotated[str | None, Option("--to", metavar="PERIOD", help="Last day.")] = None
    as_of: Annotated[str | None, Option(metavar="TIME", help="Take this day or local time as now.")] = None

    def scope(self, settings: Settings) -> Scope:
        """These days as a scope, by the store's own clock. Raises UsageError where they contradict each other."""
        from ccops.model import Scope
        from ccops.periods import period, today_of

        if self.day and (self.first or self.last):
            raise UsageError("-d excludes --from and --to", fix="give -d alone, or --from and --to")
        text = self.day or f"{self.first or ''}..{self.last or ''}"
        days = period(text, today_of(settings.business_day, self.as_of))
        return Scope(first_day=days.first, last_day=days.last)


@dataclass(frozen=True)
class DaysAndQueues(Days):
    """Which days and queues."""

    queue: Annotated[Names, Option(metavar="NAME", help="Only this queue; repeatable.")] = None

    def scope(self, settings: Settings) -> Scope:
        """Days and queues as one scope."""
        return replace(super().scope(settings), queues=tuple(self.queue or ()))


@dataclass(frozen=True)
class Selection(DaysAndQueues):
    """Which days and which part of the centre."""

    team: Annotated[Names, Option(metavar="NAME", help="Only this team; repeatable.")] = None
    agent: Annotated[Names, Option(metavar="NAME", help="Only this agent; repeatable.")] = None
    channel: Annotated[Names, Option(metavar="NAME", help="Only this channel; repeatable.")] = None
    direction: Annotated[Names, Option(metavar="in|out", help="Only this direction.")] = None

    def scope(self, settings: Settings) -> Scope:
        """Days, queues, teams, agents, channels and directions as one scope."""
        return replace(
            super().scope(settings),
            teams=tuple(self.team or ()),
            agents=tuple(self.agent or ()),
            channels=tuple(self.channel or ()),
            directions=tuple(self.direction or ()),
        )


def strangers(environ: Mapping[str, str]) -> Iterator[str]:
    """A warning for each `CCOPS_…` variable that nothing reads; `settings.load` refuses unknown CCOPS_SECTION__KEY."""
    from difflib import get_close_matches

    known = [*NAMED, *_PLACES]
    for name in sorted(environ):
        if name.startswith("CCOPS_") and "__" not in name and name not in known and not name.startswith(_OURS):
            near = get_close_matches(name, known, n=1)
            fix = f"did you mean {near[0]}?" if near else "settings are CCOPS_SECTION__KEY, such as CCOPS_SITE__TZ"
            yield f"ccops: warning: {printable(name)} in the environment means nothing; {fix}"


def _place(name: str) -> Path | None:
    return Path(os.environ[name]) if os.environ.get(name) else None


def expanded(function: Callable[..., None]) -> Callable[..., None]:
    """`function` as typer is to see it: its own options, then those of every parameter that is a group."""
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, type[Any]] = {name: kind for name, kind in hints.items() if _is_group(kind)}
    own = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(function).parameters.items() if name not in groups
    ]
    parameters = own + [option for group in groups.values() for option in _options(group)]

    def command(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        function(**values)

    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    vars(command)["__signature__"] = inspect.Signature(parameters)  # what typer's `inspect.signature` returns
    return command


def _is_group(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind)


def _options(group: type[Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, annotation=hints[field.name],
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
        )
        for field in fields(group)
    ]
