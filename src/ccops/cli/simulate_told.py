"""What `ccops simulate` says: as JSON has it, and as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ccops.cli import output
from ccops.cli.told import figure, percent, points
from ccops.labels import Lang, short, text
from ccops.workforce.simulation.simulated import Simulated
from ccops.workforce.simulation.validation import FIGURES, Replays, Validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SPREADS = (*FIGURES, "occupancy")
_ENDS = ("answered", "abandoned", "flow_outs")
_WORST = 5


def document(result: Simulated | Replays, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it, with every key whether known or not."""
    if isinstance(result, Replays):
        return {
            "day": None, "replications": result.days[0].replications, "seed": result.days[0].seed,
            "arrivals": "replay", "rows": [],
            "total": None, "intervals": [], "validation": _validation(result, lang), "what_if": None, "notes": [],
        }
    rows = [_row(row, result) for row in result.frame.iter_rows(named=True)]
    replays = Replays.of([result.validation], {}) if result.validation else None
    return {
        "day": result.day, "replications": result.outcome.replications, "seed": result.outcome.seed,
        "arrivals": result.arrivals, "rows": rows[:-1], "total": rows[-1],
        "intervals": [
            {"start_at": row["start_at"], "offered": row["offered"]} | {name: _spread(row, name) for name in _SPREADS}
            for row in result.intervals.iter_rows(named=True)
        ],
        "validation": _validation(replays, lang) if replays else None,
        "what_if": None if result.difference is None else {
            "changes": list(result.changes.words), "rows": result.difference.to_dicts(),
        },
        "notes": notes(result, lang),
    }


def notes(result: Simulated | Replays, lang: Lang) -> list[str]:
    """What a day rests on; of several days those that could not be replayed."""
    if isinstance(result, Replays):
        return [text("sim_skipped", lang, day=f"{day}", why=why) for day, why in result.skipped.items()]
    return [remark.text(lang) for remark in result.remarks]


def _row(row: Mapping[str, Any], result: Simulated) -> dict[str, Any]:
    real = {name: row[f"{name}_real"] for name in FIGURES} if result.arrivals == "replay" else None
    low = row["service_level_p10"]
    return {"queue": row["queue"], "offered": row["offered"], "service_level_p10": low, "real": real} | {
        name: _spread(row, name) for name in _SPREADS
    }


def _spread(row: Mapping[str, Any], name: str) -> dict[str, float | None]:
    return {"mean": row[name], "lo": row[f"{name}_lo"], "hi": row[f"{name}_hi"]}


def _validation(replays: Replays, lang: Lang) -> dict[str, Any]:
    return {
        "days": [
            {"day": day.day, "reproduced": day.reproduced, "figures": day.frame.to_dicts(),
             "reasons": [remark.text(lang) for remark in day.remarks]}
            for day in replays.days
        ],
        "median": {name: replays.median_error(name) for name in FIGURES},
        "reproduced": sum(day.reproduced is True for day in replays.days),
        "skipped": [{"day": day, "reason": why} for day, why in replays.skipped.items()],
    }


def told(result: Simulated | Replays, lang: Lang) -> str:
    """The result for people: queues beside what was, worst intervals or what changes, a verdict, what is assumed."""
    if isinstance(result, Replays):
        return _days(result, lang)
    total = result.frame.row(-1, named=True)
    head = text(f"sim_head_{result.arrivals}", lang, day=f"{result.day}", calls=f"{total['offered']:,.0f}",
                n=f"{result.outcome.replications:,}")
    parts = [output.wrapped(head), "", _queues(result, lang), ""]
    if result.difference is None:
        parts += [text("sim_worst", lang), _intervals(result, lang), "", output.wrapped(_verdict(result, lang))]
    else:
        words = ", ".join(result.changes.words)
        parts += [output.wrapped(text("sim_what_if", lang, changes=words)), _changes(result, lang), "",
                  _ends(result, lang), "", *map(output.wrapped, (_effect(result, lang), *_reading(result, lang)))]
    return "\n".join([*parts, *(output.wrapped(f"- {note}") for note in notes(result, lang))])


def _queues(result: Simulated, lang: Lang) -> str:
    past = result.arrivals == "replay"
    real = [short("sim_real", lang)] if past else []
    heads = [short("queue", lang), short("sim_calls", lang)]
    for name in FIGURES.values():
        heads += [short(name, lang), *real]
    return output.table([*heads, short("occupancy", lang)], [
        [row["queue"] or short("total", lang), f"{row['offered']:,.0f}", *(
            cell for name in FIGURES
            for cell in (_about(row, name), *([_value(row[f"{name}_real"], name)] if past else []))
        ), _value(row["occupancy"], "occupancy")]
        for row in result.frame.iter_rows(named=True)
    ], figures_from=1)


def _intervals(result: Simulated, lang: Lang) -> str:
    """The intervals with the lowest service level, of those with half the usual calls at least."""
    busy = result.intervals.filter(pl.col("offered") >= pl.col("offered").mean() / 2)
    worst = busy.sort("service_level", "start_at", nulls_last=True).head(_WORST).sort("start_at")
    heads = [short(name, lang) for name in ("interval", "sim_calls", *FIGURES.values(), "occupancy")]
    return output.table(heads, [
        [f"{row['start_at']:%H:%M}", f"{row['offered']:,.0f}", *(_about(row, name) for name in FIGURES),
         _value(row["occupancy"], "occupancy")]
        for row in worst.iter_rows(named=True)
    ], figures_from=1)


def _changes(result: Simulated, lang: Lang) -> str:
    heads = [short("queue", lang)]
    for name in FIGURES.values():
        heads += [short(name, lang), short("sim_change", lang)]
    lines = []
    for queue in (*result.queues, None):
        line = [queue or short("total", lang)]
        for name in FIGURES:
            row = _difference(result, name, queue)
            line += [_value(row["changed"], name), _moved(row, name)]
        lines.append(line)
    return output.table(heads, lines, figures_from=1)


def _ends(result: Simulated, lang: Lang) -> str:
    """How many callers end in which way, and how many more: what a service level that leaves some out does not show."""
    heads = [short("queue", lang)]
    for name in _ENDS:
        heads += [short(name, lang), short("sim_change", lang)]
    lines = []
    for queue in (*result.queues, None):
        rows = [_difference(result, name, queue) for name in _ENDS]
        lines.append([queue or short("total", lang), *(
            cell for row in rows for cell in (figure(row["changed"]), figure(row["difference"], sign=True))
        )])
    return output.table(heads, lines, figures_from=1)


def _reading(result: Simulated, lang: Lang) -> Iterator[str]:
    """Why the service level may fall while more are answered, and whom an added agent serves."""
    level, answered, out = (_difference(result, name)["difference"] for name in ("service_level", *_ENDS[::2]))
    left_out = result.outcome.scenario.formula not in ("with_flow_outs", "removed_in_t")
    if left_out and (level or 0) < 0 < (answered or 0) and (out or 0) < 0:
        yield text("sim_more_answered", lang, answered=figure(answered, sign=True), out=figure(-out))
    if any(change.number > 0 and not change.queue for change in result.changes.agents):
        yield text("sim_added", lang, queues=", ".join(queue.name for queue in result.outcome.scenario.queues))


def _difference(result: Simulated, metric: str, queue: str | None = None) -> dict[str, Any]:
    if result.difference is None:
        raise AssertionError("nothing was changed")
    same = pl.col("queue").eq_missing(pl.lit(queue, pl.String))
    return result.difference.filter(same, pl.col("metric") == metric).row(0, named=True)


def _effect(result: Simulated, lang: Lang) -> str:
    level, asa = _difference(result, "service_level"), _difference(result, "asa_s")
    lost = _difference(result, "abandoned")["difference"]
    low, high = level["lo"], level["hi"]
    key = "none" if low is None or high is None or low <= 0 <= high else "change"
    words = {"level": points(level["difference"], lang), "lo": points(low, lang), "hi": points(high, lang)}
    if key == "none":
        return text("sim_verdict_none", lang, **words)
    moved = {"asa": figure(asa["difference"], sign=True), "lost": figure(lost, sign=True)}
    return text("sim_verdict_change", lang, **words, **moved)


def _verdict(result: Simulated, lang: Lang) -> str:
    if result.arrivals == "forecast":
        total = result.frame.row(-1, named=True)
        worst = result.intervals.sort("service_level", "start_at", nulls_last=True).row(0, named=True)
        return text("sim_verdict_ahead", lang, level=_value(total["service_level"], "service_level"),
                    low=_value(total["service_level_p10"], "service_level"),
                    asa=_value(total["asa_s"], "asa_s"), at=f"{worst['start_at']:%H:%M}",
                    worst=_value(worst["service_level"], "service_level"))
    return _judged(result.judged, lang)


def _judged(validation: Validation | None, lang: Lang) -> str:
    if validation is None or validation.reproduced is None:
        return text("sim_unknown", lang)
    return text("sim_good" if validation.reproduced else "sim_bad", lang,
                level=points(validation.error("service_level"), lang),
                asa=percent(validation.error("asa_s"), 0, sign=True))


def _days(replays: Replays, lang: Lang) -> str:
    """A line per day, the medians, and what may explain what is off."""
    heads = [short("day", lang), short("sim_calls", lang)]
    for name in FIGURES.values():
        heads += [short(name, lang), short("sim_simulated", lang), short("sim_error", lang)]
    table = output.table(heads, [
        [f"{row['day']}", f"{row['offered']:,}", *(
            cell for name in FIGURES for cell in (
                _value(row[f"{name}_real"], name), _value(row[name], name), _error(row[f"{name}_error"], name),
            )
        )]
        for row in replays.frame.iter_rows(named=True)
    ], figures_from=1)
    good = sum(day.reproduced is True for day in replays.days)
    level, lost = (replays.median_error(name) for name in ("service_level", "abandon_rate"))
    verdict = text("sim_days", lang, n=f"{len(replays.days):,}", level="-" if level is None else f"{level * 100:.1f}",
                   asa=percent(replays.median_error("asa_s"), 0),
                   lost="-" if lost is None else f"{lost * 100:.1f}", good=f"{good:,}")
    parts = [table, "", output.wrapped(verdict)]
    worst = replays.furthest_off
    if good < len(replays.days) and worst.remarks:
        parts += [output.wrapped(text("sim_days_why", lang, day=f"{worst.day}")),
                  *(output.wrapped(f"- {remark.text(lang)}") for remark in worst.remarks)]
    return "\n".join([*parts, *map(output.wrapped, notes(replays, lang))])


def _about(row: Mapping[str, Any], name: str) -> str:
    """A mean with half its interval."""
    value, low, high = row[name], row[f"{name}_lo"], row[f"{name}_hi"]
    if value is None or low is None or high is None:
        return _value(value, name)
    half = (high - low) / 2
    return f"{_value(value, name)} ±{half:.1f}" if name == "asa_s" else f"{_value(value, name)} ±{half * 100:.1f}"


def _moved(row: Mapping[str, Any], name: str) -> str:
    """A difference with half its interval: seconds, or points of a rate."""
    value, low, high = row["difference"], row["lo"], row["hi"]
    if value is None:
        return "-"
    scale = 1 if name == "asa_s" else 100
    half = "" if low is None or high is None else f" ±{(high - low) / 2 * scale:.1f}"
    return f"{value * scale + 0.0:+.1f}{half}"


def _error(value: float | None, name: str) -> str:
    if name == "asa_s":
        return percent(value, 0, sign=True)
    return figure(None if value is None else value * 100, sign=True)


def _value(value: float | None, name: str) -> str:
    return figure(value) if name == "asa_s" else percent(value)
