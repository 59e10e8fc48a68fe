"""Levers: what may be changed in a centre, each a small function from a state to the next.

Written NAME=AMOUNT, and @QUEUE where it is of one queue: `aht=-10s@sales`, `repeat=-30%`, `shrinkage=-2pt`. To add one,
write its function, and its lines in LEVERS and EXAMPLES.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial

import polars as pl

from ccops.cost.baseline import Baseline, State, minutes_of
from ccops.errors import SourceError, UsageError
from ccops.workforce.staffing_pooling import POOL, by_calls, merge

CHAT_BUSY = 0.85  # share of their time that people on chats are busy
_MONTHS = 12


@dataclass(frozen=True)
class Lever:
    """A lever as it was asked for. `amount` is a factor's change (-0.1), seconds, a change of a share, or a price."""

    text: str
    name: str
    amount: float = 0.0
    unit: str = ""  # %, s, pt, or what is billed
    queues: tuple[str, ...] = ()
    word: str = ""


def _factor(column: str, lever: Lever, _known: Baseline, state: State) -> State:
    return replace(state, load=_changed(state.load, lever, pl.col(column) * (1 + lever.amount), column))


def _aht(lever: Lever, known: Baseline, state: State) -> State:
    """By a factor; of seconds by the factor that moves the mean by them, so that short intervals keep a time."""
    if lever.unit == "%":
        return _factor("aht_s", lever, known, state)
    own = state.load.filter(_of(lever))
    mean = minutes_of(own) * 60 / max(float(own["volume"].sum()), 1e-9)
    if mean + lever.amount <= 0:
        raise UsageError(f"--lever {lever.text} leaves no handling time", fix=f"it is {mean:.0f} s on average")
    return _factor("aht_s", replace(lever, amount=lever.amount / mean), known, state)


def _repeat(lever: Lever, known: Baseline, state: State) -> State:
    """Repeat calls fewer by a share of them."""
    return _factor("volume", replace(lever, amount=lever.amount * known.repeat_rate), known, state)


def _containment(lever: Lever, known: Baseline, state: State) -> State:
    """So many of a hundred callers more are served by the menu and need nobody."""
    calls = float(state.load.filter(_of(lever))["volume"].sum()) / known.months
    changed = _changed(state.load, lever, pl.col("volume") * (1 - lever.amount), "volume")
    return replace(state, load=changed, contained=state.contained + calls * lever.amount)


def _chat(lever: Lever, known: Baseline, state: State) -> State:
    """A share of the calls written instead: several at once, each longer, and nobody is missed for seconds."""
    own = known.data.settings.cost
    hours = minutes_of(state.load.filter(_of(lever))) / 60 * lever.amount / known.months
    changed = _changed(state.load, lever, pl.col("volume") * (1 - lever.amount), "volume")
    spent = hours * own.chat_length / own.chat_concurrency / CHAT_BUSY
    return replace(state, load=changed, chat_hours=state.chat_hours + spent)


def _shrinkage(lever: Lever, _known: Baseline, state: State) -> State:
    """Of each paid hour so much more is spent on calls as less goes elsewhere."""
    share = state.productive - lever.amount
    if not 0 < share <= 1:
        raise UsageError(f"--lever {lever.text} cannot be: {state.productive:.1%} of paid time is on calls now",
                         fix="change it by fewer points")
    return replace(state, productive=share)


def _adherence(lever: Lever, known: Baseline, state: State) -> State:
    """Time on calls grows as the schedule is kept better."""
    after = known.adherence + lever.amount
    if not 0 < after <= 1:
        raise UsageError(f"--lever {lever.text} cannot be: adherence is {known.adherence:.1%} now",
                         fix="change it by fewer points")
    share = state.productive * after / known.adherence
    if share > 1:
        raise UsageError(f"--lever {lever.text} cannot be: more than all of paid time would be on calls",
                         fix="change it by fewer points")
    return replace(state, productive=share)


def _pool(lever: Lever, _known: Baseline, state: State) -> State:
    """Queues as one: calls, people and what they needed added up, handling times and patience by calls."""
    rows = state.load.filter(_of(lever))
    if rows["queue"].n_unique() < len(lever.queues):
        raise UsageError(f"--lever {lever.text}: one of them is in another pool", fix="write one pool of them all")
    calls = pl.col("volume")
    name = f"{POOL}:{'+'.join(lever.queues)}"
    together = rows.group_by("start_at", maintain_order=True).agg(
        queue=pl.lit(name), volume=calls.sum(), was_s=(calls * pl.col("was_s")).sum() / calls.sum(), **by_calls(),
        agents=pl.col("agents").sum(), required=pl.col("required").sum(),
    ).with_columns(pl.col("aht_s", "was_s", "dispersion").fill_nan(None)).select(state.load.columns)
    rest = state.load.filter(~_of(lever))
    patience = merge(state.patience, rows, lever.queues)
    return replace(state, load=pl.concat([rest, together]).sort("start_at", "queue"),
                   patience={**state.patience, **({name: patience} if patience else {})})


def _attrition(lever: Lever, known: Baseline, state: State) -> State:
    """Leavers a year fewer by points of the head count."""
    found = known.attrition
    rate = found.total.attrition_annual_simple
    if rate is None:
        raise SourceError("how many leave is not known", fix="import the list of employees of a longer time")
    if rate + lever.amount < 0:
        raise UsageError(f"--lever {lever.text} cannot be: attrition is {rate:.1%} a year now",
                         fix="change it by fewer points")
    fewer = found.headcount * lever.amount / _MONTHS
    return replace(state, leavers=state.leavers + fewer * (found.cost.total or 0.0))


def _overtime(lever: Lever, _known: Baseline, state: State) -> State:
    """Hours that are paid without the premium instead, or with it."""
    if state.overtime is None:
        raise SourceError("how much overtime there is is not known", fix="import the time sheets of these days")
    share = state.overtime + lever.amount
    if not 0 <= share <= 1:
        raise UsageError(f"--lever {lever.text} cannot be: {state.overtime:.1%} of paid hours are overtime now",
                         fix="change it by fewer points")
    return replace(state, overtime=share)


def _tariff(lever: Lever, known: Baseline, state: State) -> State:
    """The days' real calls rated again; what other levers do to their minutes it follows."""
    ranked = {one.name: one for one in known.tariffs.ranked}
    if lever.word not in ranked:
        raise UsageError(f"--lever {lever.text}: no tariff {lever.word!r}", fix=f"there is {', '.join(sorted(ranked))}")
    if state.telephone is None:
        raise UsageError(f"--lever {lever.text}: what is paid now is not known", fix="mark a tariff in_force = true")
    return replace(state, telephone=float(ranked[lever.word].per_month))


def _hour(lever: Lever, _known: Baseline, state: State) -> State:
    """Another price of an hour: another site, or work at home."""
    return replace(state, hour_price=state.hour_price * (1 + lever.amount))


def _billing(lever: Lever, _known: Baseline, state: State) -> State:
    """Somebody else's bill instead of wages."""
    return replace(state, billing=(lever.unit, lever.amount))


Apply = Callable[[Lever, Baseline, State], State]
_PERCENT, _SECONDS, _POINTS = ("%",), ("%", "s"), ("pt",)
# Name -> how its amount may be written, and what it does.
LEVERS: dict[str, tuple[tuple[str, ...], Apply]] = {
    "aht": (_SECONDS, _aht), "volume": (_PERCENT, partial(_factor, "volume")), "repeat": (_PERCENT, _repeat),
    "containment": (_POINTS, _containment), "chat": (_POINTS, _chat), "shrinkage": (_POINTS, _shrinkage),
    "adherence": (_POINTS, _adherence), "pool": ((), _pool), "attrition": (_POINTS, _attrition),
    "overtime": (_POINTS, _overtime), "tariff": ((), _tariff), "hour": (_PERCENT, _hour),
    "billing": (("contact", "minute", "hour"), _billing),
}
EXAMPLES = {
    "aht": "aht=-10s", "volume": "volume=-5%@sales", "repeat": "repeat=-30%", "containment": "containment=+5pt",
    "chat": "chat=+10pt", "shrinkage": "shrinkage=-2pt", "adherence": "adherence=+3pt", "pool": "pool=billing+service",
    "attrition": "attrition=-10pt", "overtime": "overtime=-2pt", "tariff": "tariff=NAME", "hour": "hour=-10%",
    "billing": "billing=contact:3.20",
}
# Changes that can be; any other lever takes from just above -100 % to +1000 %.
_RANGES = {"repeat": (-1.0 - 1e-9, 1.0), "containment": (-1.0, 0.99), "chat": (0.0, 0.99)}
_OF_ALL = ("shrinkage", "adherence", "attrition", "overtime", "hour", "billing", "tariff", "pool")


def parse(text: str, queues: tuple[str, ...]) -> Lever:
    """A lever as people type it. Raises UsageError that says how it is written."""
    name, _, amount = text.strip().partition("=")
    if name not in LEVERS:
        near = get_close_matches(name, LEVERS, n=1)
        raise UsageError(f"--lever {text}: there is no lever {name!r}", fix=f"did you mean {near[0]}?" if near else
                         f"there is {', '.join(LEVERS)}")
    refused = UsageError(f"--lever {text} cannot be read", fix=f"write it like --lever {EXAMPLES[name]}")
    if name == "tariff":
        return Lever(text, name, word=amount.strip())
    if name == "pool":
        named = tuple(dict.fromkeys(part.strip() for part in amount.split("+")))
        if len(named) < 2:
            raise refused
        return Lever(text, name, queues=tuple(_known(one, queues, text) for one in named))
    if name == "billing":
        unit, _, price = amount.partition(":")
        if unit not in LEVERS[name][0] or not re.fullmatch(r"\d+(\.\d+)?", price):
            raise refused
        return Lever(text, name, float(price), unit)
    found = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(%|s|pt)(?:@(.+))?", amount.strip())
    if not found or found[2] not in LEVERS[name][0] or (found[3] and name in _OF_ALL):
        raise refused
    value = float(found[1]) / (1 if found[2] == "s" else 100)
    low, high = _RANGES.get(name, (-1.0, 10.0))
    if found[2] != "s" and not low < value <= high:
        raise UsageError(f"--lever {text} cannot be done", fix=f"write it like --lever {EXAMPLES[name]}")
    return Lever(text, name, value, found[2], (_known(found[3], queues, text),) if found[3] else ())


def _known(queue: str, queues: tuple[str, ...], text: str) -> str:
    if queue not in queues:
        near = get_close_matches(queue, queues, n=1)
        raise UsageError(f"--lever {text}: no calls for a queue {queue!r} in these days",
                         fix=f"did you mean {near[0]}?" if near else f"they had {', '.join(queues)}")
    return queue


def _of(lever: Lever) -> pl.Expr:
    return pl.col("queue").is_in(lever.queues) if lever.queues else pl.lit(value=True)


def _changed(load: pl.DataFrame, lever: Lever, value: pl.Expr, column: str) -> pl.DataFrame:
    return load.with_columns(pl.when(_of(lever)).then(value).otherwise(column).alias(column))
