"""What can be refused, and the exit code each refusal ends with.

A refused request is an exception of this module; a bad row in a file is data (`ccops.model.Reject`).
"""

from __future__ import annotations


class CcopsError(Exception):
    """A request that cannot be carried out, with what is wrong, where, and what to do about it."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", excerpt: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.excerpt, self.fix = what, where, excerpt, fix

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.excerpt:
            lines += [f"    {line}" for line in self.excerpt.splitlines()]
        if self.fix:
            lines.append(f"fix: {self.fix}")
        return "\n".join(lines)


class UsageError(CcopsError):
    """The command or call asks for something that does not exist or contradicts itself."""

    exit_code = 2


class SourceError(CcopsError):
    """A file cannot be read, recognised or trusted."""

    exit_code = 3


class SettingsError(CcopsError):
    """ccops.toml, a mapping file or a stored setting is wrong."""

    exit_code = 4


class StoreError(CcopsError):
    """The store is held by another process, newer than this program, or damaged."""

    exit_code = 5


class FindingsError(CcopsError):
    """The request was carried out and found what `--fail-on` was told to fail on."""

    exit_code = 6
