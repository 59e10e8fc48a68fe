"""What a handled visit costs in time: talk, hold, after-call work, and offers that an agent did not take.

Handled is answered with known talk. Hold or after-call work that a source lacks counts 0 in the handle time, and the
definition says so.
"""

from __future__ import annotations

import polars as pl

from ccops.metrics import visits
from ccops.metrics.metric import Metric, Sum
from ccops.metrics.visits import ANSWERED, HANDLE_MS, HANDLED, count

_TALK = ("queue_visits.talk_ms",)
_SOFT = ("queue_visits.hold_ms", "queue_visits.acw_ms")
NO_ANSWER = Sum("segments", (pl.col("kind") == "no_answer").fill_null(False))


def handled() -> Metric:
    """Visits answered with known talk."""
    return Metric(
        "handled", "count", "none", (count(HANDLED),), (), "queue visits answered with known talk",
        "已接通且通话时长已知的次数（按入队次计）", needs=_TALK,
    )


def aht() -> Metric:
    """Average handle time: (talk + hold + after-call work) / handled."""
    return Metric(
        "aht", "seconds", "none", (visits.total_ms(HANDLED, HANDLE_MS),), (count(HANDLED),),
        "(talk + hold + after-call work) / handled; queue visits", "（通话 + 保持 + 话后处理）/ 处理量；按入队次计",
        needs=_TALK, softly_needs=_SOFT, bare="talk only", bare_zh="仅通话",
    )


def aht_p50() -> Metric:
    """The handle time that half of the handled visits did not exceed. Not additive."""
    return _percentile("aht_p50", 500)


def aht_p90() -> Metric:
    """The handle time that nine in ten handled visits did not exceed. Not additive."""
    return _percentile("aht_p90", 900)


def talk() -> Metric:
    """Average talk without hold, per handled visit."""
    return _mean("talk", "talk_ms", HANDLED, "talk / handled; queue visits", "通话时长 / 处理量；按入队次计")


def hold() -> Metric:
    """Average hold per handled visit whose hold is known, visits without any hold included."""
    known = HANDLED & pl.col("hold_ms").is_not_null()
    return _mean("hold", "hold_ms", known, "hold / handled; queue visits", "保持时长 / 处理量；按入队次计")


def hold_held() -> Metric:
    """Average hold per visit that was held at all."""
    held = HANDLED & (pl.col("hold_ms") > 0).fill_null(False)
    en, zh = "hold / handled queue visits that were held", "保持时长 / 有保持的处理量；按入队次计"
    return _mean("hold_held", "hold_ms", held, en, zh)


def acw() -> Metric:
    """Average after-call work per handled visit whose after-call work is known."""
    known = HANDLED & pl.col("acw_ms").is_not_null()
    return _mean("acw", "acw_ms", known, "after-call work / handled; queue visits", "话后处理时长 / 处理量；按入队次计")


def rona() -> Metric:
    """Ring no answer: offers to an agent that were not taken. One contact may ring at many agents."""
    return Metric(
        "rona", "count", "down", (NO_ANSWER,), (), "offers that rang at an agent and were not answered; agent attempts",
        "振铃而坐席未接的次数（按坐席派接次计）", needs=("segments.no_answer",),
    )


def attempts() -> Metric:
    """Agent attempts: answered visits and offers not taken. More than the contacts, whenever one was offered again."""
    return Metric(
        "attempts", "count", "none", (count(ANSWERED), NO_ANSWER), (),
        "answered + ring no answer; agent attempts", "接通量 + 振铃未接；按坐席派接次计",
        needs=("queue_visits", "segments.no_answer"),
    )


def _mean(key: str, column: str, mask: pl.Expr, en: str, zh: str) -> Metric:
    return Metric(
        key, "seconds", "none", (visits.total_ms(mask, pl.col(column)),), (count(mask),), en, zh,
        needs=(*_TALK, f"queue_visits.{column}"),
    )


def _percentile(key: str, per_mille: int) -> Metric:
    percent = f"{per_mille / 10:g}"
    return Metric(
        key, "seconds", "none", (visits.total_ms(HANDLED, HANDLE_MS, "histogram"),), (),
        f"{percent} % of handled queue visits took no longer (talk + hold + after-call work); not additive; "
        "within 1 s up to 2 min, within 5 % above",
        f"{percent}%的处理时长（通话 + 保持 + 话后处理）不超过此值（按入队次计）；不可相加；"
        "2分钟内误差不超过1秒，以上不超过5%",
        needs=_TALK, softly_needs=_SOFT, bare="talk only", bare_zh="仅通话", quantile=per_mille,
    )
