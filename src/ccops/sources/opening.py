"""From what the user named to a real, uncompressed local file of text, within the limits that keep bombs out."""

from __future__ import annotations

import gzip
import os
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

from ccops.errors import SourceError

_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_RATIO_FREE = 16 << 20


@dataclass(frozen=True)
class Limits:
    """What a file may cost before it is refused."""

    max_line_bytes: int = 1 << 20
    max_inflated_bytes: int = 8 << 30
    max_ratio: int = 200  # inflated over compressed
    max_workbook_bytes: int = 512 << 20  # inflated
    max_cells: int = 12_000_000  # of a sheet, as a rectangle
    max_columns: int = 1_000

    def is_bomb(self, size: int, packed: int) -> bool:
        """Whether so many bytes out of so few are more than a log can be. What is small may be of any ratio."""
        return size > max(_RATIO_FREE, packed * self.max_ratio)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def opened(source: str | Path, workdir: Path, *, stdin: BinaryIO | None, name: str, limits: Limits) -> Path:
    """The file behind a path, `-` or a pipe; gzip is inflated, known by its content as everything else is."""
    path = _local(source, workdir, stdin, name, limits)
    return _inflated(path, workdir, name, limits) if _begins(path) == _GZIP else path


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns what the operating system refuses into a refusal of the file."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror or error}", where=name,
            fix="check the path, its permissions, and the free space for temporary files",
        ) from None


def private_file(workdir: Path, suffix: str) -> tuple[Path, TextIO]:
    """A new UTF-8 file that only this user may read."""
    handle, name = tempfile.mkstemp(suffix=suffix, dir=workdir)
    return Path(name), os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n")


def _local(source: str | Path, workdir: Path, stdin: BinaryIO | None, name: str, limits: Limits) -> Path:
    if str(source) == "-":
        if stdin is None:
            raise SourceError("there is nothing on stdin", where=name, fix="pipe the file in, or name it")
        return _copied(stdin, workdir, name, limits)
    path = Path(source)
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise SourceError("is a folder", where=name, fix="name the files in it")
    if stat.S_ISREG(mode):
        return path
    with path.open("rb") as pipe:
        return _copied(pipe, workdir, name, limits)


def _copied(stream: _Readable, workdir: Path, name: str, limits: Limits, packed: int = 0) -> Path:
    handle, path = tempfile.mkstemp(dir=workdir)
    size = 0
    with os.fdopen(handle, "wb") as copy:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > limits.max_inflated_bytes:
                raise SourceError(
                    f"holds more than {limits.max_inflated_bytes >> 20:,} MB", where=name,
                    fix="split it into smaller files",
                )
            if packed and limits.is_bomb(size, packed):
                raise SourceError(
                    f"inflates to more than {limits.max_ratio} times its size, as no call log does",
                    where=name, fix="if you trust it, unpack it and import the unpacked file",
                )
            copy.write(piece)
    return Path(path)


def _inflated(path: Path, workdir: Path, name: str, limits: Limits) -> Path:
    try:
        with gzip.open(path) as stream:
            inflated = _copied(stream, workdir, name, limits, path.stat().st_size)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"is a damaged gzip file: {error}", where=name, fix="fetch it again") from None
    if _begins(inflated) == _GZIP:
        raise SourceError("is compressed twice", where=name, fix="unpack it once")
    return inflated


def _begins(path: Path, size: int = 2) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
