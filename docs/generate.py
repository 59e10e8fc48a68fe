"""Writes what can be known from the code: docs/reference/*.md and schemas/*.json.

    python docs/generate.py           write them
    python docs/generate.py --check   fail if one is not current
"""

from __future__ import annotations

import inspect
import io
import json
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, get_args, get_type_hints

ROOT = Path(__file__).parents[1]
ERRORS = ROOT / "tests" / "errors"
NOTICE = "<!-- Written by `make docs` from the code: change it there. -->\n"
INTRODUCTIONS = {
    "Commands": """\
What `--help` says, command by command. Exit codes: 0 ok, 1 a bug, 2 usage, 3 source or data, 4 settings, 5 store busy
or newer, 6 findings under `--fail-on`, 130 interrupted.""",
    "Settings": """\
In `ccops.toml`, looked for here and upwards. A flag wins over the environment (`CCOPS_SITE__TZ` sets `site.tz`), the
environment over the file, the file over the default. `ccops config show` tells what is in force and why.""",
    "Metrics": """\
Every figure is a sum divided by a sum, at the very end; without a denominator it is the numerator, and an empty
denominator gives no value. `ccops explain METRIC` shows the numbers.""",
    "Sources": """\
Exports are recognised by their content, never by their name. Anything else is read by a mapping file:
`ccops init --from FILE` drafts one.""",
    "Mapping files": """\
How to read an export that no source knows: TOML, given with `--map`, or listed in `[import] mappings` of ccops.toml.
`ccops init --from FILE` drafts one; [a worked example](../how-to/import-your-export.md) answers its questions.""",
    "Shift patterns": """\
What `ccops schedule --shifts` reads: TOML. Lengths of time are minutes, or hours and minutes in quotes, `"8:30"`.
[How to schedule](../how-to/schedule.md) has an example.""",
    "Roster rules": """\
What `ccops roster --rules` reads: TOML. Lengths of time are minutes, or hours and minutes in quotes, `"8:30"`.
[How to roster](../how-to/roster.md) has an example.""",
    "Incentive schemes": """\
What `ccops people incentives --scheme` reads: TOML. Amounts are in the scheme's currency.
[How to pay results](../how-to/incentives.md) has an example.""",
    "Tariffs": """\
What `ccops cost tariff --tariffs` reads, and `[cost] tariffs` names: TOML. Prices are text, so that no digit is lost.
[How to compare tariffs](../how-to/tariffs.md) has an example.""",
    "Offers": """\
What `ccops cost sourcing --offers` reads, and `[cost] offers` names: TOML. Amounts are text, so that no digit is lost.
[How to compare offers](../how-to/sourcing.md) has an example.""",
    "Tables": """\
What `ccops query` sees. Instants (`_at`) are UTC, durations (`_ms`) milliseconds, `day` the local business day.
`ccops export` turns them into local instants and seconds.""",
    "Errors": """\
What ccops says when something is wrong, and what to do. Every case here is run by a test.""",
}


def pages() -> dict[str, str]:
    """Every generated file: its path in the repository and its text."""
    reference = {
        "commands": commands(), "settings": settings(), "metrics": metrics(), "sources": sources(),
        "mapping": mapping(), "shifts": shifts(), "rosters": rosters(), "incentives": incentives(),
        "tariffs": tariffs(), "offers": offers(),
        "tables": tables(), "errors": errors(),
    }
    return {f"docs/reference/{name}.md": NOTICE + text for name, text in reference.items()} | dict(schemas())


# -- reference pages -------------------------------------------------------------------------------------------------


def commands() -> str:
    from ccops.cli.app import functions

    parts = _begun("Commands")
    for name in ("", *functions()):
        parts += [f"## ccops {name}".rstrip(), "", "```", _help(name.split()), "```", ""]
    return "\n".join(parts)


def _help(words: list[str]) -> str:
    from ccops.cli.main import run

    out = io.StringIO()
    with redirect_stdout(out):
        run([*words, "--help"])
    return out.getvalue().rstrip()


def settings() -> str:
    from ccops.settings import Settings, flat

    defaults = flat(Settings())
    parts = _begun("Settings")
    for section, field in Settings.model_fields.items():
        model = type(getattr(Settings(), section))
        name = field.alias or section
        rows = [
            (f"`{key}`", _default(defaults, f"{name}.{key}"), f"{one.description}{_one_of(one.annotation)}")
            for key, one in model.model_fields.items()
        ]
        parts += [f"## [{name}]", "", *_table(("setting", "default", "meaning"), rows), ""]
    return "\n".join(parts)


def _default(defaults: dict[str, Any], name: str) -> str:
    return f"`{json.dumps(defaults.get(name, {}), ensure_ascii=False)}`"


def _one_of(annotation: Any) -> str:
    """The choices of a literal, for the end of a sentence."""
    choices = [str(choice) for choice in get_args(annotation) if isinstance(choice, str | int) and str(choice)]
    shown = (choice if choice[0].isalnum() else f"`{json.dumps(choice)}`" for choice in choices)
    return f" One of {', '.join(shown)}." if len(choices) > 1 else ""


def metrics() -> str:
    from ccops.labels import label
    from ccops.metrics.catalogue import METRICS

    parts = _begun("Metrics")
    for key, function in METRICS.items():
        metric = function()
        parameters, hints = inspect.signature(function).parameters.values(), get_type_hints(function)
        parts += [
            f"## {key}", "",
            f"**{label(key, 'en')}** · {label(key, 'zh')} · {metric.unit}, {_better(metric.better)}", "",
            inspect.getdoc(function) or "", "", f"- {metric.definition}", f"- {metric.definition_zh}",
        ]
        parts += [f"- needs {', '.join(f'`{need}`' for need in metric.needs)}"] * bool(metric.needs)
        parts += [f"- `--set {one.name}={one.default}`{_one_of(hints[one.name])}" for one in parameters]
        parts.append("")
    return "\n".join(parts)


def _better(way: str) -> str:
    return {"up": "higher is better", "down": "lower is better", "band": "a band is best"}.get(way, "neither is better")


def sources() -> str:
    from ccops.sources import RECOGNISED, profiles

    parts = _begun("Sources")
    known = [*((source, "") for source in RECOGNISED), *((source, file.name) for source, file in profiles())]
    for source, mapping in known:
        parts += [f"## {source.name}", "", source.title, "", f"- switch: `{source.system}`"]
        parts += [f"- sample: `sample_logs/{source.sample}`"] * bool(source.sample)
        parts += [f"- mapping: `src/ccops/sources/profiles/{mapping}`"] * bool(mapping)
        parts += [f"- no `{need}`: {why}" for need, why in source.lacks.items()] + [""]
    return "\n".join(parts)


def mapping() -> str:
    from ccops.sources.mapping import Checks, ColumnRule, Dedupe, Ending, FileFormat, Mapping, TimeFormat
    from ccops.sources.mapping_fields import DOMAINS, DURATION_FORMATS, FIELDS, NAMED_TIMES

    parts = _begun("Mapping files")
    headings = (
        ("The file itself", Mapping), ("[file]", FileFormat), ("[time]", TimeFormat), ("[columns.FIELD]", ColumnRule),
        ("[columns.FIELD.map.VALUE]", Ending), ("[dedupe]", Dedupe), ("[checks]", Checks),
    )
    for heading, model in headings:
        rows = ((f"`{one.alias or key}`", _initial(one), f"{one.description}{_one_of(one.annotation)}")
                for key, one in model.model_fields.items())
        parts += [f"## {heading}", "", inspect.getdoc(model) or "", ""]
        parts += [*_table(("key", "default", "meaning"), rows), ""]
    parts += ["## Fields", "", "What `columns` and `derive` may fill, by the table that a row of the file is.", ""]
    for table, fields in FIELDS.items():
        by_kind: dict[str, list[str]] = {}
        for name, holds in fields.items():
            by_kind.setdefault(holds, []).append(f"`{name}`")
        listed = ((holds, ", ".join(names)) for holds, names in by_kind.items())
        parts += [f"### {table}", "", *_table(("holds", "fields"), listed), ""]
    values = ((f"`{name}`", ", ".join(f"`{value}`" for value in known)) for name, known in DOMAINS.items())
    parts += ["## Values", "", "What `map` may turn a file's words into.", "", *_table(("field", "values"), values), ""]
    parts += ["Times are strptime formats, or " + ", ".join(f"`{name}`" for name in NAMED_TIMES) + ". Durations are "
              + ", ".join(f"`{name}`" for name in DURATION_FORMATS) + ".", ""]
    return "\n".join(parts)


def shifts() -> str:
    from ccops.workforce.schedule.patterns import BreakRule, Every, Group, Limits, Patterns, Prices, Shift, Under

    return _keys_of("Shift patterns", (
        ("The file itself", Patterns), ("[[shift]]", Shift), ("start = { … }", Every), ("breaks = [{ … }]", BreakRule),
        ("[[group]]", Group), ("[prices]", Prices), ("under = [{ … }]", Under), ("[limits]", Limits),
    ))


def rosters() -> str:
    from ccops.workforce.roster import rules_file as rules

    return _keys_of("Roster rules", (
        ("[[shift]]", rules.ShiftRule), ("[rest]", rules.Rest), ("[hours]", rules.Hours), ("[days]", rules.DaysOff),
        ("[nights]", rules.Nights), ("[weekends]", rules.Weekends), ("[starts]", rules.Starts),
        ("[demand]", rules.DemandRule), ("[prices]", rules.PriceList),
    ))


def tariffs() -> str:
    from ccops.cost.tariff_file import Rate, Tariff

    return _keys_of("Tariffs", (("[[tariff]]", Tariff), ("[[tariff.rate]]", Rate)))


def offers() -> str:
    from ccops.cost import offer_file as offer

    return _keys_of("Offers", (
        ("[[offer]]", offer.Offer), ("once = [{ … }]", offer.Once), ("monthly = [{ … }]", offer.Item),
        ("bands = [{ … }]", offer.Band), ("staff = { … }", offer.Staff), ("cost_plus = { … }", offer.CostPlus),
        ("service = { … }", offer.Service),
    ))


def incentives() -> str:
    from ccops.people import incentives_scheme as scheme

    return _keys_of("Incentive schemes", (
        ("The file itself", scheme.Scheme), ("[[measure]]", scheme.Measure), ("tiers = [{ … }]", scheme.Tier),
        ("[gates]", scheme.Gates), ("attendance = [{ … }]", scheme.AttendanceTier), ("[team]", scheme.Team),
    ))


def _keys_of(title: str, headings: Iterable[tuple[str, Any]]) -> str:
    """A page about a TOML file: a table of keys for each of its sections."""
    parts = _begun(title)
    for heading, model in headings:
        rows = ((f"`{one.alias or key}`", _initial(one), f"{one.description}{_one_of(one.annotation)}")
                for key, one in model.model_fields.items())
        parts += [f"## {heading}", "", inspect.getdoc(model) or "", ""]
        parts += [*_table(("key", "default", "meaning"), rows), ""]
    return "\n".join(parts)


def _initial(one: Any) -> str:
    """The default of a key of a model, as TOML would write it."""
    from pydantic import BaseModel

    if one.is_required():
        return "required"
    value = one.get_default(call_default_factory=True, validated_data={})
    if value is None or isinstance(value, BaseModel):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False, default=str)}`"


def tables() -> str:
    from ccops.model import TABLES

    parts = _begun("Tables")
    for table in TABLES:
        rows = ((f"`{column.name}`", column.kind.value, column.meaning) for column in table.columns)
        parts += [f"## {table.name}", "", f"{table.meaning}. Key: {', '.join(table.key)}.", "",
                  *_table(("column", "holds", "meaning"), rows), ""]
    return "\n".join(parts)


def errors() -> str:
    """The runnable cases of tests/errors, as a page."""
    parts = _begun("Errors")
    for file in sorted(ERRORS.glob("*.toml")):
        case = tomllib.loads(file.read_text("utf-8"))
        parts += [f"## {case['title']}", "", case["explanation"].strip(), ""]
        for name, text in case.get("files", {}).items():
            parts += [f"`{name}`", "```", text.rstrip(), "```", ""]
        lines = [f"$ {command}" for command in [*case.get("before", []), case["command"]]]
        parts += ["```", *lines, case["stderr"].rstrip(), "```", "", f"Exit code {case['exit_code']}.", ""]
    return "\n".join(parts)


def _begun(title: str) -> list[str]:
    return [f"# {title}", "", INTRODUCTIONS[title], ""]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


# -- schemas ---------------------------------------------------------------------------------------------------------


def schemas() -> Iterator[tuple[str, str]]:
    from pydantic import TypeAdapter

    from ccops.cli.contract import DOCUMENTS
    from ccops.cost.offer_file import OfferFile
    from ccops.cost.tariff_file import TariffFile
    from ccops.model import TABLES
    from ccops.people.incentives_scheme import Scheme
    from ccops.settings import Settings
    from ccops.sources.mapping import Mapping
    from ccops.workforce.roster.rules_file import RulesFile
    from ccops.workforce.schedule.patterns import Patterns

    yield "schemas/ccops.toml.json", _json(Settings.model_json_schema(by_alias=True))
    yield "schemas/mapping.toml.json", _json(Mapping.model_json_schema())
    yield "schemas/shifts.toml.json", _json(Patterns.model_json_schema(by_alias=True))
    yield "schemas/roster.toml.json", _json(RulesFile.model_json_schema())
    yield "schemas/incentives.toml.json", _json(Scheme.model_json_schema())
    yield "schemas/tariffs.toml.json", _json(TariffFile.model_json_schema(by_alias=True))
    yield "schemas/offers.toml.json", _json(OfferFile.model_json_schema(by_alias=True))
    for table in TABLES:
        yield f"schemas/table.{table.name}.json", _json(_row_schema(table))
    for name, document in DOCUMENTS.items():
        yield f"schemas/output.{name}.json", _json(TypeAdapter(document).json_schema(mode="serialization"))


def _row_schema(table: Any) -> dict[str, Any]:
    """A row of a table as `ccops export` gives it."""
    types = {"text": "string", "key": "string", "instant": "string", "day": "string", "count": "integer",
             "duration": "number", "flag": "boolean", "number": "number", "money": "number"}
    formats = {"instant": {"format": "date-time"}, "day": {"format": "date"}}
    properties = {
        f"{column.name.removesuffix('_ms')}_s" if column.kind == "duration" else column.name:
            {"type": [types[column.kind], "null"], **formats.get(column.kind, {}), "description": column.meaning}
        for column in table.columns
    }
    return {"title": table.name, "description": table.meaning, "type": "object", "properties": properties,
            "required": list(properties)}


def _json(schema: dict[str, Any]) -> str:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


# -- writing and checking ----------------------------------------------------------------------------------------------


def stale(wanted: dict[str, str]) -> list[str]:
    """Files that are missing, differ, or are generated no more."""
    found = {path.relative_to(ROOT).as_posix() for folder in ("docs/reference", "schemas") for path in _files(folder)}
    changed = [name for name, text in wanted.items() if name not in found or (ROOT / name).read_text("utf-8") != text]
    generated = {name for name in found if name.startswith("schemas/") or NOTICE in (ROOT / name).read_text("utf-8")}
    return sorted({*changed, *(generated - set(wanted))})


def _files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).glob("*") if path.is_file()]


def main(arguments: list[str]) -> int:
    """Write the files, or say which are stale."""
    os.environ["COLUMNS"] = "80"
    wanted = pages()
    names = stale(wanted)
    if "--check" in arguments:
        sys.stderr.writelines(f"stale: {name} (make docs)\n" for name in names)
        return 1 if names else 0
    for name in names:
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in wanted:
            path.write_text(wanted[name], "utf-8")
        else:
            path.unlink()
    sys.stderr.writelines(f"wrote {name}\n" for name in names)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
