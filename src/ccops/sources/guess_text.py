"""A guessed mapping in parts, and as the commented TOML that `ccops init --from FILE` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from statistics import median

from ccops.sources.mapping_fields import Holds
from ccops.sources.value_shapes import Shape, parsed, seconds

_HOUR = 3600
_NOT_VITAL = ("released_by", "role", "leave_kind")  # a word that nobody knows leaves the row as it is
_TIMED = ("queue_visits", "contacts", "agent_states", "interval_stats")


@dataclass
class Part:
    """One column of the draft."""

    header: str
    sure: float
    holds: Holds
    date: str = ""
    formats: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Draft:
    """A mapping being guessed."""

    table: str
    system: str
    parts: dict[str, Part] = field(default_factory=dict)
    formats: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)  # headers that form the contact's id, where no column holds one
    constants: dict[str, str] = field(default_factory=dict)
    derive: dict[str, str] = field(default_factory=dict)
    dedupe: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

    def settle(self, shapes: Mapping[str, Shape]) -> None:
        """Fills in what the table cannot do without, and says so."""
        if self.table in ("queue_visits", "contacts"):
            self._settle_calls(shapes)
        elif self.table == "interval_stats" and "ended_at" not in self.parts:
            self.constants["interval"] = self._step(shapes)
        elif self.table == "interval_stats":
            self.derive["interval"] = "ended_at - started_at"
        if self.table in ("queue_visits", "interval_stats") and "queue" not in self.parts:
            self.constants["queue"] = "all"
            self.unsure.append("the queue: no column names it, so every row is queue all")
        if self.table == "shifts":
            self.dedupe = ["agent", "day"]
            return  # a stretch that ends before it starts is rejected, not flagged
        if self.table not in _TIMED:
            return
        self.order = [name for name in ("started_at", "entered_at", "answered_at", "ended_at") if name in self.parts]

    def in_milliseconds(self) -> None:
        """Figures in the duration columns are milliseconds."""
        for part in self.parts.values():
            part.formats = ["ms" if one == "s" else one for one in part.formats]

    def seconds_too_long(self, headers: Sequence[str], data: Sequence[Sequence[str]]) -> bool:
        """Whether the talk, taken as seconds, is hours on most calls."""
        place = list(headers).index(self.parts["talk"].header)
        spoken = [value for row in data if (value := seconds(row[place].strip()))]
        return bool(spoken) and median(spoken) > 2 * _HOUR

    def _settle_calls(self, shapes: Mapping[str, Shape]) -> None:
        if "contact_id" not in self.parts:
            times = [self.parts[name] for name in ("started_at", "entered_at", "answered_at") if name in self.parts]
            named = [self.parts[name] for name in ("agent", "queue") if name in self.parts]
            self.key = list(dict.fromkeys(header for part in (*times[:1], *named) for header in (part.date, part.header)
                                          if header))
            self.unsure.append(f"the call's id: no column holds one, so {', '.join(self.key)} together stand for it")
        elif shapes[self.parts["contact_id"].header].unique == 1:
            self.dedupe = ["contact_id", *(name for name in ("queue", "entered_at") if name in self.parts)]
        if "outcome" not in self.parts:
            self.derive["outcome"] = "times"
            self.unsure.append("the outcome: no column holds it, so a call with an answer time or talk is answered")
        both = {"answered_at", "ended_at"} <= set(self.parts)
        if "talk" not in self.parts and both:
            self.derive["talk"] = "ended_at - answered_at"
            self.unsure.append("the talk: taken as end - answer, which includes hold")
        both = {"entered_at", "answered_at"} <= set(self.parts)
        if self.table == "queue_visits" and "wait" not in self.parts and both:
            self.derive["wait"] = "answered_at - entered_at"
        if self.table == "queue_visits" and not {"entered_at", "wait"} & set(self.parts):
            self.unsure.append("the wait: no column holds it or the time of entering the queue")

    def _step(self, shapes: Mapping[str, Shape]) -> str:
        start = self.parts.get("started_at")
        texts = set(shapes[start.header].values) if start else set()
        if start and start.date:
            texts = {f"2000-01-01 {text}" for text in texts}
        formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"] if start and start.date else self.formats
        starts = sorted({moment for text in texts if (moment := _first(text, formats))})
        steps = [(b - a).total_seconds() for a, b in pairwise(starts)]
        step = int(min(steps)) if steps and min(steps) <= _HOUR else 1800
        if not steps:
            self.unsure.append("the length of an interval: taken as 30 minutes")
        return f"{step // 3600:02}:{step // 60 % 60:02}:{step % 60:02}"


def written(draft: Draft, name: str) -> str:
    """The mapping file as text."""
    lines = [
        f"# A mapping guessed from {name}. Read it before you import: ccops import FILE --map THIS --dry-run",
        *(f"# Not sure: {doubt}" for doubt in draft.unsure),
        "version = 1", f'table = "{draft.table}"', f"system = {_q(draft.system)}  # the name of the switch", "",
        "[file]", f"expect = {_list(_expected(draft))}  # recognised by these headers", "",
        "[time]", '# tz = "Asia/Shanghai"  # where it is not the site\'s zone',
    ]
    if draft.formats:
        lines.append(f"formats = {_list(draft.formats)}")
    lines += ["", "[columns]"]
    if draft.key:
        lines.append(f"contact_id = {{ from_all = {_list(draft.key)} }}  # not sure")
    for field_, part in draft.parts.items():
        lines.append(f"{field_} = {_column(field_, part, draft.table)}{'' if part.sure >= 0.6 else '  # not sure'}")
    lines += [f"{field_} = {{ default = {_q(value)} }}" for field_, value in draft.constants.items()]
    if draft.derive:
        lines += ["", "[derive]", *(f"{field_} = {_q(formula)}" for field_, formula in draft.derive.items())]
    if draft.dedupe:
        again = "a corrected row in a later export replaces the earlier one"
        if draft.table == "shifts":
            again = "a schedule published again replaces the earlier one of an agent and day, whole"
        keep = "max:published_at" if "published_at" in draft.parts else "last"
        lines += ["", f"[dedupe]  # {again}", f"key = {_list(draft.dedupe)}", f'keep = "{keep}"']
    if len(draft.order) > 1:
        lines += ["", "[checks]", f"order = {_list(draft.order)}"]
    return "\n".join(lines) + "\n"


def _column(name: str, part: Part, table: str) -> str:
    items = [f"date = {_q(part.date)}, time = {_q(part.header)}" if part.date else f"from = [{_q(part.header)}]"]
    if part.holds in ("instant", "date", "duration", "phone", "count"):
        items.append(f'type = "{part.holds}"')
    if part.formats:
        items.append(f"formats = {_list(part.formats)}")
    if part.values:
        pairs = ", ".join(f"{_q(value)} = {_meaning(ours)}" for value, ours in part.values.items())
        items.append(f"map = {{ {pairs} }}")
        items.append(f'other = "{"unknown" if name in _NOT_VITAL else "reject"}"')
    if name == "contact_id" and table in _TIMED:
        items.append("required = true")
    return f"{{ {', '.join(items)} }}"


def _meaning(ours: str) -> str:
    if "/" in ours:
        outcome, phase = ours.split("/")
        return f'{{ outcome = "{outcome}", phase = "{phase}" }}'
    return _q(ours)


def _expected(draft: Draft) -> list[str]:
    """Up to four headers, those that say most about the export first."""
    telling = (
        "case_id evaluated_at question sent_at csat month category amount paid attended kind opened_at contact_id "
        "agent state activity offered employed_from contract queue started_at entered_at ended_at outcome talk customer"
    )
    parts = [draft.parts[name].header for name in telling.split() if name in draft.parts]
    return list(dict.fromkeys([*parts, *draft.key]))[:4]


def _first(text: str, formats: Sequence[str]) -> datetime | None:
    text = re.sub(r"(\d:\d\d)\s*[-~—–至]\s*\d{1,2}:\d\d(:\d\d)?$", r"\1", text)
    return next((moment for one in formats if (moment := parsed(text, one))), None)


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(_q, texts)) + "]"
