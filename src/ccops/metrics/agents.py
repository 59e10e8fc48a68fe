"""Agents' time: signed in, ready, not ready, productive, and what came of it.

Unit of counting: the second of an agent's state. Logins inferred from activity end with the last call, so what is
ready time is not known: ratios over it leave such time out and say so. Occupancy is a band, not a race.
"""

from __future__ import annotations

import polars as pl

from ccops.metrics.metric import Better, Metric, Sum
from ccops.metrics.visits import HANDLED, count

TABLE = "agent_states"
PRODUCTIVE = ("talk", "hold", "wrap")

_INFERRED = (pl.col("login_source") == "inferred").fill_null(False)
_ONLINE = (pl.col("state") != "offline").fill_null(False)
_INFERRED_LOGIN = Sum(TABLE, pl.when(_INFERRED & _ONLINE).then(pl.col("duration_ms")), measure="ms")
_LEFT_OUT = "logins inferred from activity are left out"
_INCLUDED = "includes logins inferred from activity"
_NEEDS = ("agent_states",)
_SEEN = Sum(TABLE, pl.col("state").is_not_null())


def _ms(*states: str, known_login: bool = False) -> Sum:
    """Time in these states, without that of inferred logins where only known ones will do."""
    mask = pl.col("state").is_in(list(states)).fill_null(False)
    return _time(mask, known_login)


def _login(known_login: bool = False) -> Sum:
    return _time(_ONLINE, known_login)


def _time(mask: pl.Expr, known_login: bool) -> Sum:
    return Sum(TABLE, pl.when(mask & ~_INFERRED if known_login else mask).then(pl.col("duration_ms")), measure="ms")


def _total(key: str, state: Sum, en: str, zh: str, note: str = "") -> Metric:
    return Metric(
        key, "seconds", "none", (state,), (), f"{en}; agent state seconds", f"{zh}（按坐席状态秒计）", needs=_NEEDS,
        known=_SEEN, flag=_INFERRED_LOGIN if note else None, flag_note=note,
    )


def _ratio(key: str, better: Better, above: Sum, below: Sum, en: str, zh: str) -> Metric:
    return Metric(
        key, "ratio", better, (above,), (below,), f"{en}; agent state seconds", f"{zh}（按坐席状态秒计）", needs=_NEEDS,
        flag=_INFERRED_LOGIN, flag_note=_LEFT_OUT,
    )


def login() -> Metric:
    """Signed-in time: every state but offline."""
    en, zh = "time signed in (every state but offline)", "签入时长（除离线外的全部状态）"
    return _total("login", _login(), en, zh, _INCLUDED)


def available() -> Metric:
    """Ready time: signed in and waiting for a contact."""
    return _total("available", _ms("available"), "time ready for a contact", "就绪时长", _INCLUDED)


def aux() -> Metric:
    """Not-ready time, all reasons; group by `reason` for each."""
    return _total("aux", _ms("aux"), "time not ready, all reasons", "小休置忙时长（全部原因）")


def ring() -> Metric:
    """Time with a phone ringing."""
    return _total("ring", _ms("ring"), "time ringing", "振铃时长")


def talk_time() -> Metric:
    """Talk, from states: overlapping contacts count once."""
    return _total("talk_time", _ms("talk"), "time talking", "通话时长")


def hold_time() -> Metric:
    """Time with a contact on hold, from states."""
    return _total("hold_time", _ms("hold"), "time with a contact on hold", "保持时长")


def acw_time() -> Metric:
    """Time in after-call work, from states."""
    return _total("acw_time", _ms("wrap"), "time in after-call work", "话后处理时长")


def occupancy() -> Metric:
    """Share of contact time and waiting for it that was contact time: (talk + hold + wrap) / (that + available)."""
    return _ratio(
        "occupancy", "band", _ms(*PRODUCTIVE, known_login=True), _ms(*PRODUCTIVE, "available", known_login=True),
        "(talk + hold + after-call work) / (talk + hold + after-call work + ready)",
        "（通话 + 保持 + 话后处理）/（通话 + 保持 + 话后处理 + 就绪）",
    )


def utilisation_login() -> Metric:
    """Productive time as a share of signed-in time. Some vendors call this occupancy."""
    return _ratio(
        "utilisation_login", "none", _ms(*PRODUCTIVE, known_login=True), _login(known_login=True),
        "(talk + hold + after-call work) / signed in", "（通话 + 保持 + 话后处理）/ 签入时长",
    )


def talk_utilisation() -> Metric:
    """Talk as a share of signed-in time."""
    return _ratio(
        "talk_utilisation", "none", _ms("talk", known_login=True), _login(known_login=True), "talk / signed in",
        "通话 / 签入时长",
    )


def utilisation_attended() -> Metric:
    """Productive time as a share of attended time (breaks included), which attendance exports hold."""
    return _of_hours("utilisation_attended", "attended_ms", "attended time", "出勤时长")


def utilisation_paid() -> Metric:
    """Productive time as a share of paid time, which attendance exports hold."""
    return _of_hours("utilisation_paid", "paid_ms", "paid time", "付薪时长")


def _of_hours(key: str, hours: str, en: str, zh: str) -> Metric:
    return Metric(
        key, "ratio", "none", (_ms(*PRODUCTIVE),), (Sum("attendance", pl.col(hours), measure="ms"),),
        f"(talk + hold + after-call work) / {en}; agent states and attendance of the same agents and days",
        f"（通话 + 保持 + 话后处理）/ {zh}；坐席状态与考勤按同一坐席、同一日期计",
        needs=(*_NEEDS, "attendance"),
    )


def shrinkage() -> Metric:
    """Share of paid time that was not attended as work or overtime: leave, sickness, training, meetings, and what of
    a working day was paid and not attended.

    Breaks and pauses within attended work are not in it: agents' states have those. Work of which the attended time
    is not known is on neither side.
    """
    at_work = pl.col("kind").is_in(["work", "overtime"]).fill_null(False)
    paid, attended = pl.col("paid_ms"), pl.col("attended_ms")
    known = paid.is_not_null() & (~at_work | attended.is_not_null())
    away = pl.when(at_work).then(paid - pl.min_horizontal(paid, attended)).otherwise(paid)
    return Metric(
        "shrinkage", "ratio", "none",
        (Sum("attendance", pl.when(known).then(away), measure="ms"),),
        (Sum("attendance", pl.when(known).then(paid), measure="ms"),),
        "paid time not attended as work or overtime / paid time; attendance",
        "付薪但非上班或加班出勤的时长 / 付薪时长；按考勤计", needs=("attendance.paid_ms",),
    )


def cph() -> Metric:
    """Handled contacts per signed-in hour."""
    return Metric(
        "cph", "per_hour", "none", (count(HANDLED),), (_login(),), "handled queue visits / hours signed in",
        "处理量 / 签入小时数", needs=("queue_visits.talk_ms", *_NEEDS), flag=_INFERRED_LOGIN, flag_note=_INCLUDED,
    )


def cph_busy() -> Metric:
    """Handled contacts per signed-in hour that was not spent waiting for one."""
    busy = _ONLINE & (pl.col("state") != "available").fill_null(False)
    return Metric(
        "cph_busy", "per_hour", "none", (count(HANDLED),), (_time(busy, known_login=False),),
        "handled queue visits / hours signed in and not ready-waiting", "处理量 /（签入 - 就绪）小时数",
        needs=("queue_visits.talk_ms", *_NEEDS), flag=_INFERRED_LOGIN, flag_note=_INCLUDED,
    )
