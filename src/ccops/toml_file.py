"""TOML files written by hand, read into models: what is wrong is told by its place and with what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ccops.errors import CcopsError, SettingsError

Model = TypeVar("Model", bound=BaseModel)


def read_toml(file: Path, model: type[Model], noun: str, example: str, fix: str) -> Model:
    """What a file says. `noun` is what it should be, `example` where to see one, `fix` where its keys are told.

    Raises SettingsError.
    """
    return of_text(text_of(file, noun, example), model, str(file), fix)


def text_of(file: Path, noun: str, example: str, kind: type[CcopsError] = SettingsError) -> str:
    """The text of a file. Raises `kind`."""
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise kind(f"no such {noun}", where=str(file), fix=example) from None
    except IsADirectoryError:
        raise kind(f"a folder, not a {noun}", where=str(file), fix=example) from None
    except UnicodeDecodeError:
        raise kind("not UTF-8", where=str(file), fix="save it as UTF-8") from None


def tables(text: str, where: str, kind: type[CcopsError] = SettingsError) -> dict[str, Any]:
    """The tables of a text. Raises `kind`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        bare = re.search(r"=\s*(\d{4}-\d{2})\s*$", text, re.MULTILINE)
        fix = f'write a month as text: "{bare[1]}"' if bare else "correct the line it names"
        raise kind(f"not valid TOML: {error}", where=where, fix=fix) from None


def of_text(text: str, model: type[Model], where: str, fix: str) -> Model:
    """What a text says. Raises SettingsError."""
    return of_data(tables(text, where), model, where, fix)


def of_data(data: Mapping[str, Any], model: type[Model], where: str, fix: str) -> Model:
    """What values say. Raises SettingsError with `where` and the key that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _refusal(error, data, model, where, fix) from None


def _refusal(error: ValidationError, data: Mapping[str, Any], model: type[BaseModel], where: str,
             fix: str) -> SettingsError:
    """The first problem, with list places told by the names that stand there: `shift.early.breaks.lunch.length`."""
    strange = [one for one in error.errors() if one["type"] == "extra_forbidden"]
    first = error.errors()[0]
    # of the branches of a union the one that was meant got furthest
    first = max((one for one in error.errors() if one["loc"][:3] == first["loc"][:3]), key=lambda one: len(one["loc"]))
    first = strange[0] if strange else first
    branches = tuple(part.__name__ for part in _parts(model))
    key: list[str] = []
    at: Any = data
    for part in first["loc"]:
        if isinstance(part, str) and (part.startswith(("function-", "list[")) or part in branches):
            continue  # the branch of a union that was tried
        at = at.get(part) if isinstance(at, Mapping) else at[int(part)] if isinstance(at, list) else None
        key.append(str(at["name"]) if isinstance(part, int) and isinstance(at, Mapping) and "name" in at else str(part))
    dotted = ".".join(key)
    if first["type"] == "extra_forbidden":
        known = {info.alias or name for part in _parts(model) for name, info in part.model_fields.items()}
        near = get_close_matches(key[-1], sorted(known - {key[-1]}), n=1)
        return SettingsError(f"unknown key {dotted}", where=where, fix=f"did you mean {near[0]}?" if near else fix)
    if first["type"] == "missing":
        return SettingsError(f"{dotted} is missing", where=where, fix=fix)
    what, _, better = first["msg"].removeprefix("Value error, ").partition("; ")
    return SettingsError(f"{dotted}: {what}" if dotted else what, where=where, fix=better or fix)


def _parts(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all models that its fields are made of."""
    yield model
    todo: list[Any] = [info.annotation for info in model.model_fields.values()]
    while todo:
        kind = todo.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _parts(kind)
        else:
            todo += get_args(kind)
