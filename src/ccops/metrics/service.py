"""Service level in its eight formulas, waits, and intervals on target.

Sources of the formulas: ICMI's survey of 2002 (six ways to treat abandons), Genesys, Cisco, Bright Pattern and Amazon
Connect as each documents its own report. Unit of counting: the queue visit.
"""

from __future__ import annotations

from typing import get_args

import polars as pl

from ccops.metrics import visits
from ccops.metrics.metric import Metric, Sum, milliseconds, seconds
from ccops.metrics.visits import ABANDONED, ANSWERED, FLOW, QUEUED, WAITED, Boundary, WaitClock, count
from ccops.settings import Formula

FORMULAS: tuple[Formula, ...] = get_args(Formula)

# Formula in words, with {t} for the threshold and {s} for what is short.
_WORDS: dict[Formula, tuple[str, str]] = {
    "offered": ("answered within {t} / (answered + abandoned)", "{t}内接通 /（接通 + 放弃）"),
    "offered_ex_short": (
        "answered within {t} / (answered + abandoned - abandoned in under {s})",
        "{t}内接通 /（接通 + 放弃 - 不足{s}放弃）",
    ),
    "ex_abandon_in_t": (
        "answered within {t} / (answered + abandoned - abandoned within {t})", "{t}内接通 /（接通 + 放弃 - {t}内放弃）",
    ),
    "credit_abandon": (
        "(answered within {t} + abandoned within {t}) / (answered + abandoned)",
        "（{t}内接通 + {t}内放弃）/（接通 + 放弃）",
    ),
    "credit_short": (
        "(answered within {t} + abandoned in under {s}) / (answered + abandoned)",
        "（{t}内接通 + 不足{s}放弃）/（接通 + 放弃）",
    ),
    "answered": ("answered within {t} / answered", "{t}内接通 / 接通"),
    "with_flow_outs": (
        "answered within {t} / (answered + abandoned - abandoned in under {s} + flow-outs)",
        "{t}内接通 /（接通 + 放弃 - 不足{s}放弃 + 流出）",
    ),
    "removed_in_t": (
        "(answered + abandoned + flowed out, each within {t}) / (offered - open)",
        "（{t}内接通、放弃与流出之和）/（呼入量 - 未见结束）",
    ),
}


def service_level(within_s: float = 20, short_s: float = 5, formula: Formula = "offered_ex_short",
                  boundary: Boundary = "le", clock: WaitClock = "queue") -> Metric:
    """Share of visits answered within `within_s` seconds; the formula says what it is a share of.

    `boundary` decides whether exactly `within_s` is in time. `clock` starts the wait at the queue or, for answered
    visits, at the ringing (the whole wait where the ringing is not known); abandons are timed from the queue. A visit
    whose wait is unknown is not in time.
    """
    above, below = _sides(formula, within_s, short_s, boundary, clock)
    en, zh = _said(formula, within_s, short_s, boundary, clock)
    return Metric(
        "service_level", "ratio", "up", (count(above),), (count(below),), en, zh,
        variant=_variant(formula, within_s), needs=_needs(clock), unanswered=formula != "answered",
    )


def intervals_met(within_s: float = 20, short_s: float = 5, formula: Formula = "offered_ex_short",
                  boundary: Boundary = "le", clock: WaitClock = "queue", target: float = 0.8) -> Metric:
    """Share of the intervals with calls in which the service level of the row reached the target.

    Each interval of whatever the row shows (a queue, a day, the site) is finished first, then counted. Not additive:
    two queues that both miss may meet together.
    """
    above, below = _sides(formula, within_s, short_s, boundary, clock)
    en, zh = _said(formula, within_s, short_s, boundary, clock)
    return Metric(
        "intervals_met", "ratio", "up", (count(above),), (count(below),),
        f"intervals with service level >= {target:.4g} / intervals with calls; service level: {en}",
        f"服务水平 >= {target:.4g} 的时段数 / 有来电的时段数；服务水平：{zh}",
        variant=_variant(formula, within_s), needs=_needs(clock), per_interval=target,
        unanswered=formula != "answered",
    )


def answered_within(within_s: float = 20, boundary: Boundary = "le", clock: WaitClock = "queue") -> Metric:
    """Visits answered within `within_s` seconds (AN_T)."""
    limit = seconds(milliseconds(within_s))
    return Metric(
        "answered_within", "count", "up", (count(visits.answered_within(within_s, boundary, clock)),), (),
        f"queue visits answered within {limit} s; {_wait_words(boundary, clock)[0]}",
        f"{limit}秒内接通的次数（按入队次计）；{_wait_words(boundary, clock)[1]}",
        variant=f"{limit} s", needs=_needs(clock),
    )


def asa() -> Metric:
    """Average speed of answer: waits of answered visits / answered visits whose wait is known. Answered only."""
    known = ANSWERED & pl.col("wait_ms").is_not_null()
    en, zh = "waiting time of answered / answered; queue visits", "接通来电等待时长 / 接通量；按入队次计"
    return _mean("asa", known, en, zh)


def avg_abandon_wait() -> Metric:
    """Average time to abandon: waits of abandoned visits / abandoned visits whose wait is known."""
    known = ABANDONED & pl.col("wait_ms").is_not_null()
    en, zh = "waiting time of abandoned / abandoned; queue visits", "放弃来电等待时长 / 放弃量；按入队次计"
    return _mean("avg_abandon_wait", known, en, zh, better=False, unanswered=True)


def avg_wait() -> Metric:
    """Average wait of answered and abandoned visits together."""
    en = "waiting time of answered and abandoned / their number; queue visits"
    zh = "接通与放弃来电等待时长 / 次数；按入队次计"
    return _mean("avg_wait", WAITED, en, zh, unanswered=True)


def max_wait() -> Metric:
    """The longest wait of an answered or abandoned visit. Not additive."""
    return Metric(
        "max_wait", "seconds", "down", (visits.total_ms(WAITED, pl.col("wait_ms"), "max"),), (),
        "longest wait, answered or abandoned; not additive", "接通与放弃来电中的最长等待；不可相加",
        needs=("queue_visits.wait_ms",), unanswered=True,
    )


def wait_p50() -> Metric:
    """The wait that half of the answered and abandoned visits did not exceed. Not additive."""
    return _percentile("wait_p50", 500)


def wait_p90() -> Metric:
    """The wait that nine in ten answered and abandoned visits did not exceed. Not additive."""
    return _percentile("wait_p90", 900)


def wait_p95() -> Metric:
    """The wait that 95 % of the answered and abandoned visits did not exceed. Not additive."""
    return _percentile("wait_p95", 950)


def _sides(formula: Formula, within_s: float, short_s: float, boundary: Boundary,
           clock: WaitClock) -> tuple[pl.Expr, pl.Expr]:
    """What is counted above and below the line."""
    answered = visits.answered_within(within_s, boundary, clock)
    short = visits.short(short_s)
    early = visits.ended_within(ABANDONED, within_s, boundary)
    both = ANSWERED | ABANDONED
    sides: dict[Formula, tuple[pl.Expr, pl.Expr]] = {
        "offered": (answered, both),
        "offered_ex_short": (answered, both & ~short),
        "ex_abandon_in_t": (answered, both & ~early),
        "credit_abandon": (answered | early, both),
        "credit_short": (answered | short, both),
        "answered": (answered, ANSWERED),
        "with_flow_outs": (answered, (both & ~short) | FLOW),
        "removed_in_t": (answered | early | visits.ended_within(FLOW, within_s, boundary), QUEUED),
    }
    return sides[formula]


def _needs(clock: WaitClock) -> tuple[str, ...]:
    return ("queue_visits.wait_ms", "queue_visits.ring_ms") if clock == "ring" else ("queue_visits.wait_ms",)


def _wait_words(boundary: Boundary, clock: WaitClock) -> tuple[str, str]:
    sign = "<=" if boundary == "le" else "<"
    if clock == "ring":
        en = f"ringing {sign} limit (the wait where ringing is unknown)"
        return en, f"振铃时长 {sign} 阈值（无振铃时长则按等待时长）"
    return f"wait {sign} limit, from entering the queue", f"等待时长 {sign} 阈值，自入队起算"


def _said(formula: Formula, within_s: float, short_s: float, boundary: Boundary, clock: WaitClock) -> tuple[str, str]:
    t, s = seconds(milliseconds(within_s)), seconds(milliseconds(short_s))
    words, wait = _WORDS[formula], _wait_words(boundary, clock)
    en = words[0].format(t=f"{t} s", s=f"{s} s")
    zh = words[1].format(t=f"{t}秒", s=f"{s}秒")
    return f"{en}; formula {formula}; {wait[0]}; queue visits", f"{zh}；口径 {formula}；{wait[1]}；按入队次计"


def _variant(formula: Formula, within_s: float) -> str:
    return f"{formula}, {seconds(milliseconds(within_s))} s"


def _mean(key: str, mask: pl.Expr, en: str, zh: str, better: bool = True, unanswered: bool = False) -> Metric:
    return Metric(
        key, "seconds", "down" if better else "none", (visits.total_ms(mask, pl.col("wait_ms")),), (count(mask),),
        en, zh, needs=("queue_visits.wait_ms",), unanswered=unanswered,
    )


def _percentile(key: str, per_mille: int) -> Metric:
    waits: Sum = visits.total_ms(WAITED, pl.col("wait_ms"), "histogram")
    percent = f"{per_mille / 10:g}"
    return Metric(
        key, "seconds", "down", (waits,), (),
        f"{percent} % of answered and abandoned queue visits waited no longer; not additive; "
        "within 1 s up to 2 min, within 5 % above",
        f"{percent}%的接通与放弃来电等待不超过此值（按入队次计）；不可相加；2分钟内误差不超过1秒，以上不超过5%",
        needs=("queue_visits.wait_ms",), quantile=per_mille, unanswered=True,
    )
