"""`ccops erlang`: the queueing calculator."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from ccops.cli import output
from ccops.cli.options import Shared
from ccops.cli.quantities import seconds, share, target
from ccops.cli.told import figure, listed, percent
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.workforce.erlang.calculator import Calculation, Question

MODELS = {"b": "lines that are all busy or not", "c": "callers who wait for ever", "a": "callers who give up"}
# A target and how its name reads; a figure of a row, where its name is another, and whether it is a share.
_NAMES = {
    "service_level": "service_level", "asa_s": "asa", "max_occupancy": "erlang_cap", "p_abandon": "abandon_rate",
    "p_block": "erlang_p_block",
}
_WAITING = {
    "service_level": "service_level", "asa_s": "erlang_asa_s", "p_wait": "erlang_p_wait", "p_abandon": "abandon_rate",
    "occupancy": "occupancy", "queue_length": "erlang_queue_length",
}
_FIGURES = {
    "a": _WAITING, "b": {"p_block": "erlang_p_block", "occupancy": "occupancy"},
    "c": {name: key for name, key in _WAITING.items() if name != "p_abandon"},
}
_SHARES = ("service_level", "p_wait", "p_abandon", "occupancy", "p_block")


@dataclass(frozen=True)
class Traffic:
    """Who calls, and how long it takes."""

    calls: Annotated[float, Option(metavar="N", help="Calls in the period of --per, fractions allowed.")]
    aht: Annotated[str, Option(metavar="TIME", help="Average handling time: 180, 180s, 3m or 3:00.")]
    per: Annotated[str, Option(metavar="TIME", help="The period: 15m, 30m, 1h.")] = "1h"
    patience: Annotated[
        str | None, Option(metavar="TIME", help="Model a: how long callers would wait on average; never for ever.")
    ] = None
    redial: Annotated[
        str, Option(metavar="SHARE", help="Share of the callers lost who call again at once: 0.5 or 50%.")
    ] = "0"


@dataclass(frozen=True)
class Goals:
    """What is asked of the queue."""

    target: Annotated[
        str | None, Option(metavar="LEVEL/TIME", help="80/20: 80 % answered within 20 seconds.")
    ] = None
    within: Annotated[str | None, Option(metavar="TIME", help="The service level's time; else 20.")] = None
    asa: Annotated[str | None, Option(metavar="TIME", help="An average speed of answer not above this.")] = None
    occupancy: Annotated[str | None, Option(metavar="SHARE", help="Nobody busier than this: 0.85 or 85%.")] = None
    abandon: Annotated[str | None, Option(metavar="SHARE", help="Model a: no more who give up than this.")] = None
    blocking: Annotated[str | None, Option(metavar="SHARE", help="Model b: no more who find all busy.")] = None
    shrinkage: Annotated[str, Option(metavar="SHARE", help="Share of paid time away from the calls.")] = "0"
    agents: Annotated[
        list[float] | None, Option("--agents", "--lines", metavar="N", help="How these would fare; repeatable.")
    ] = None


def erlang(
    model: Annotated[str, Argument(metavar="b|c|a", help="Lines; callers who wait for ever; callers who give up.")],
    traffic: Traffic,
    goals: Goals,
    shared: Shared,
) -> None:
    """How many agents a service level takes, and how callers fare with one more or fewer.

    Model a counts callers who give up and suits most queues; c is the classic that knows none; b sizes lines. It
    needs no store.

    Example: ccops erlang a --calls 100 --per 30m --aht 180 --patience 120 --target 80/20
    """
    from ccops.labels import text
    from ccops.workforce.erlang.calculator import calculate

    question = asked(model_of(model), traffic, goals)
    found = calculate(question)
    output.answer("erlang", document(found), shared.json, lambda: told(found, shared.language))
    if question.model != "a" and traffic.patience:
        named = {"option": "--patience", "model": f"Erlang {question.model.upper()}"}
        shared.note(text("erlang_no_part", shared.language, **named))


def model_of(name: str) -> str:
    """The model's letter from `a`, `A`, `erlang-a`. Raises UsageError for another, with the nearest."""
    plain = name.casefold().removeprefix("erlang").strip(" -_")
    if plain in MODELS:
        return plain
    near = {"x": "a", "m/m/n": "c", "m/m/n+m": "a", "m/m/n/n": "b", "palm": "a"}.get(plain, plain[:1])
    choice = ", ".join(f"{letter} ({meaning})" for letter, meaning in MODELS.items())
    fix = f"did you mean {near} ({MODELS[near]})?" if near in MODELS else f"use {choice}"
    raise UsageError(f"no model {name!r}", fix=fix)


def asked(model: str, traffic: Traffic, goals: Goals) -> Question:
    """The options as a question. Raises UsageError for what cannot be read or contradicts itself."""
    from ccops.workforce.erlang.calculator import Question

    level, within = target(goals.target, "--target") if goals.target else (None, None)
    given = None if goals.within is None else seconds(goals.within, "--within")
    if within is not None and given is not None and within != given:
        raise UsageError(f"--target {goals.target} and --within {goals.within} name two times", fix="give one of them")
    time = next((each for each in (within, given) if each is not None), 20.0)
    return Question(
        model, traffic.calls, seconds(traffic.aht, "--aht"), seconds(traffic.per, "--per"),
        None if traffic.patience is None else seconds(traffic.patience, "--patience", endless=True),
        share(traffic.redial, "--redial"), time, level,
        asa_s=None if goals.asa is None else seconds(goals.asa, "--asa"),
        max_occupancy=share(goals.occupancy, "--occupancy"), p_abandon=share(goals.abandon, "--abandon"),
        p_block=share(goals.blocking, "--blocking"), shrinkage=share(goals.shrinkage, "--shrinkage"),
        agents=tuple(goals.agents or ()),
    )


def document(found: Calculation) -> dict[str, Any]:
    """The calculation as its JSON document has it."""
    question = asdict(found.question)
    del question["model"], question["agents"]
    inputs = question | {"calls_per_hour": question["calls"] * 3600 / question["per_s"], "load": found.load}
    return {
        "model": found.question.model, "inputs": inputs, "required": found.required,
        "required_exact": found.required_exact, "required_gross": found.required_gross, "binding": found.binding,
        "alone": found.alone, "unstable_up_to": found.unstable_up_to, "rows": found.rows,
    }


def told(found: Calculation, lang: Lang) -> str:
    """Load, table with the answer marked, and what decided."""
    from ccops.labels import short, text

    question, figures = found.question, _FIGURES[found.question.model]
    heads = [short(key, lang) for key in ("erlang_lines" if question.model == "b" else "agents", *figures.values())]
    rows = [[_marked(row.agents, found.required), *(_in_its_unit(name, getattr(row, name)) for name in figures)]
            for row in found.rows]
    load = text(
        "erlang_load", lang, model=f"Erlang {question.model.upper()}", aht=f"{question.aht_s:,g}",
        calls=f"{question.calls * 3600 / question.per_s:,.6g}", load=f"{found.load:,.6g}",
    )
    return "\n".join([load, "", output.table(heads, rows, 0), "", *map(output.wrapped, _verdict(found, lang))])


def _verdict(found: Calculation, lang: Lang) -> list[str]:
    from ccops.labels import label, text

    question, said = found.question, []
    if found.required is not None and found.required_exact is not None and found.binding:
        key = "erlang_lines_required" if question.model == "b" else "erlang_required"
        said.append(text(key, lang, required=f"{found.required:,}", exact=f"{found.required_exact:,.2f}"))
        if len(found.alone) > 1:
            each = ((label(_NAMES[name], lang).lower(), f"{agents:,}") for name, agents in found.alone.items())
            others = listed((f"{name} {agents}" for name, agents in each), lang)
            binding = label(_NAMES[found.binding], lang).lower()
            said.append(text("erlang_decides", lang, binding=binding, others=others))
        if question.shrinkage and found.required_gross is not None:
            gross, paid = f"{found.required_gross:,.1f}".removesuffix(".0"), f"{question.shrinkage * 100:g}%"
            said.append(text("erlang_gross", lang, shrinkage=paid, gross=gross, required=f"{found.required:,}"))
        row = found.row(found.required)
        if question.model == "a" and 0 < found.required < found.load and row:
            said.append(text("erlang_below_load", lang, abandoned=_in_its_unit("p_abandon", row.p_abandon)))
    if question.redial:
        row = (found.row(found.required) if found.required is not None else None) or found.rows[-1]
        said.append(
            text("erlang_redial", lang, attempts=_in_its_unit("calls", row.calls_per_hour), agents=f"{row.agents:,g}")
        )
    if found.unstable_up_to and any(row.agents <= found.unstable_up_to for row in found.rows):
        said.append(text("erlang_unstable", lang, load=f"{found.unstable_up_to:,.6g}"))
    return said


def _marked(agents: float, required: int | None) -> str:
    return f"{'* ' * (agents == required)}{agents:,.10g}"


def _in_its_unit(name: str, value: float | None) -> str:
    return percent(value) if name in _SHARES else figure(value)
