"""How many came, how many were answered, how many were lost, and how else a visit ended.

Unit of counting: the queue visit, except where the definition says contact. OFF = ANS + AB + FLOW + OTHER + OPEN.
"""

from __future__ import annotations

import polars as pl

from ccops.metrics import visits
from ccops.metrics.metric import Better, Metric, Sum, milliseconds, seconds
from ccops.metrics.visits import ABANDONED, ANSWERED, ANY, FLOW, HANDLED, OPEN, OTHER, QUEUED, count

_OFFERED = count(ANY, "began")
_QUEUED = count(QUEUED, "began")


def _number(key: str, better: Better, mask: pl.Expr, en: str, zh: str, needs: tuple[str, ...] = (), *,
            unanswered: bool = True) -> Metric:
    return Metric(
        key, "count", better, (count(mask),), (), f"queue visits {en}", f"{zh}（按入队次计）",
        needs=needs or ("queue_visits.outcome",), unanswered=unanswered,
    )


def offered() -> Metric:
    """Queue entries, those still open included: one contact that enters two queues is offered twice."""
    return Metric(
        "offered", "count", "none", (_OFFERED,), (), "queue entries (OFF), open ones included",
        "入队次数（含未见结束的）", needs=("queue_visits",), unanswered=True,
    )


def queued() -> Metric:
    """Offered visits whose end was seen: what rates of the offered are a share of."""
    return Metric(
        "queued", "count", "none", (_QUEUED,), (), "queue visits whose end was seen (OFF - OPEN)",
        "已见结束的入队次数（呼入量 - 未见结束）", needs=("queue_visits.outcome",), unanswered=True,
    )


def open_visits() -> Metric:
    """Visits without a seen end: a cut file, a restart, a transfer. Never counted as abandoned."""
    return Metric(
        "open", "count", "none", (count(OPEN, "began"),), (), "queue visits whose end was not seen (OPEN)",
        "未见结束的入队次数", needs=("queue_visits.outcome",), unanswered=True,
    )


def contacts() -> Metric:
    """Distinct contacts among the queue visits. Not additive: one contact may be in two queues or two intervals."""
    contact = pl.concat_str("system", "contact_id", separator="\x1f")
    return Metric(
        "contacts", "count", "none", (Sum(visits.TABLE, contact, "distinct"),), (),
        "distinct contacts that entered a queue; not additive over queues or intervals",
        "进入队列的去重来电数；不可跨技能组或时段相加", needs=("queue_visits",), unanswered=True,
    )


def contacts_all() -> Metric:
    """All contacts of the contact table, whether or not they met a queue."""
    every = pl.col("contact_id").is_not_null()
    return Metric(
        "contacts_all", "count", "none", (Sum("contacts", every),), (),
        "contacts, with or without a queue, in every direction", "全部通话数（含未入队，不分方向）",
        needs=("contacts",),
    )


def answered() -> Metric:
    """Visits that reached an agent."""
    return _number("answered", "up", ANSWERED, "answered by an agent (ANS)", "坐席接通的次数", unanswered=False)


def answer_rate() -> Metric:
    """Share of the visits whose end was seen that reached an agent: ANS / (OFF - OPEN)."""
    return Metric(
        "answer_rate", "ratio", "up", (count(ANSWERED),), (_QUEUED,),
        "answered / (offered - open); queue visits", "接通量 /（呼入量 - 未见结束）；按入队次计",
        needs=("queue_visits.outcome",), unanswered=True,
    )


def answer_rate_system() -> Metric:
    """Share of inbound contacts served by an agent or completed in the voice menu.

    Contacts without a seen end, and contacts that the switch answered without proof of an agent, are on neither side:
    whether they were served is not known.
    """
    inbound = (pl.col("direction") == "in").fill_null(False)
    known = inbound & ~pl.col("outcome").is_in(["open", "connected"]).fill_null(True)
    served = inbound & pl.col("outcome").is_in(["answered", "ivr_completed"]).fill_null(False)
    return Metric(
        "answer_rate_system", "ratio", "up", (Sum("contacts", served, event="left"),), (Sum("contacts", known),),
        "(answered by an agent + completed in IVR) / inbound contacts; contacts, leaving out open ones and those "
        "connected without proof of an agent",
        "（坐席接通 + IVR自助完成）/ 呼入通话；按通话计，不含未见结束及无法证实坐席接听的通话",
        needs=("contacts.ivr_ms", "contacts.ivr_completed", "queue_visits"),
    )


def abandoned() -> Metric:
    """Visits that the customer left before an answer, in any phase."""
    return _number("abandoned", "down", ABANDONED, "abandoned by the customer (AB)", "客户放弃的次数")


def abandon_rate() -> Metric:
    """Share of the visits whose end was seen that were abandoned: AB / (OFF - OPEN)."""
    return Metric(
        "abandon_rate", "ratio", "down", (count(ABANDONED),), (_QUEUED,),
        "abandoned / (offered - open); queue visits", "放弃量 /（呼入量 - 未见结束）；按入队次计",
        needs=("queue_visits.outcome",), unanswered=True,
    )


_PHASE = ("queue_visits.abandon_phase",)


def abandoned_queue() -> Metric:
    """Visits abandoned while waiting for an agent."""
    mask = visits.abandoned_in("queue")
    return _number("abandoned_queue", "down", mask, "abandoned while queueing", "排队中放弃的次数", _PHASE)


def abandoned_ring() -> Metric:
    """Visits abandoned while an agent's phone rang."""
    mask = visits.abandoned_in("ring")
    return _number("abandoned_ring", "down", mask, "abandoned while ringing", "振铃中放弃的次数", _PHASE)


def abandoned_announcement() -> Metric:
    """Visits abandoned while the agent heard the announcement."""
    mask = visits.abandoned_in("announcement")
    return _number("abandoned_announcement", "down", mask, "abandoned in the announcement", "播报中放弃的次数", _PHASE)


def abandoned_ivr() -> Metric:
    """Contacts that hung up in the voice menu, before any queue: contacts, not visits."""
    hung_up = (pl.col("outcome") == "ivr_hangup").fill_null(False)
    return Metric(
        "abandoned_ivr", "count", "down", (Sum("contacts", hung_up, event="left"),), (),
        "contacts that hung up in the voice menu", "在IVR中挂机的通话数", needs=("contacts.ivr_ms",),
    )


def short_abandoned(short_s: float = 5) -> Metric:
    """Visits abandoned after less than `short_s` seconds."""
    limit = seconds(milliseconds(short_s))
    return _number(
        "short_abandoned", "none", visits.short(short_s), f"abandoned after less than {limit} s (ABs)",
        f"等待不足{limit}秒即放弃的次数", ("queue_visits.wait_ms",),
    )


def short_abandoned_share(short_s: float = 5) -> Metric:
    """Short abandons as a share of all abandons: ABs / AB."""
    limit = seconds(milliseconds(short_s))
    return Metric(
        "short_abandoned_share", "ratio", "none", (count(visits.short(short_s)),), (count(ABANDONED),),
        f"abandoned after less than {limit} s / abandoned; queue visits",
        f"等待不足{limit}秒放弃量 / 放弃量；按入队次计",
        needs=("queue_visits.wait_ms",), unanswered=True,
    )


def abandon_rate_net(short_s: float = 5) -> Metric:
    """Abandon rate with short abandons taken off both sides: (AB - ABs) / (OFF - OPEN - ABs)."""
    short = visits.short(short_s)
    limit = seconds(milliseconds(short_s))
    return Metric(
        "abandon_rate_net", "ratio", "down", (count(ABANDONED & ~short),), (count(QUEUED & ~short, "began"),),
        f"(abandoned - short) / (offered - open - short), short is less than {limit} s; queue visits",
        f"（放弃量 - 短时放弃）/（呼入量 - 未见结束 - 短时放弃），短时为不足{limit}秒；按入队次计",
        needs=("queue_visits.wait_ms",), unanswered=True,
    )


def flow_outs() -> Metric:
    """Visits that left the queue by rule or choice: timeout, overflow, key, empty queue, callback, voicemail."""
    return _number(
        "flow_outs", "none", FLOW, "that flowed out (timeout, overflow, key, empty queue, callback, voicemail)",
        "流出（超时、溢出、按键、无坐席、回呼、留言）的次数",
    )


def timeout() -> Metric:
    """Visits that ran into the queue's time limit."""
    return _number("timeout", "down", visits.outcome("timeout"), "ended by the queue's time limit", "排队超时的次数")


def overflow() -> Metric:
    """Visits passed on to elsewhere by rule."""
    return _number("overflow", "down", visits.outcome("overflow"), "passed on by overflow", "溢出的次数")


def callback() -> Metric:
    """Visits exchanged for a call back."""
    return _number("callback", "none", visits.outcome("callback"), "exchanged for a call back", "转为回呼的次数")


def voicemail() -> Metric:
    """Visits that ended in voicemail."""
    return _number("voicemail", "none", visits.outcome("voicemail"), "that ended in voicemail", "转语音留言的次数")


def exit_key() -> Metric:
    """Visits that the customer left by pressing a key."""
    return _number("exit_key", "none", visits.outcome("exit_key"), "left by a key", "按键离队的次数")


def exit_empty() -> Metric:
    """Visits sent away because no agent was signed in."""
    mask = visits.outcome("exit_empty")
    return _number("exit_empty", "down", mask, "left because no agent was there", "因无坐席离队的次数")


def other_ends() -> Metric:
    """Visits withdrawn by the system, refused entry, or dropped after the answer."""
    return _number("other_ends", "none", OTHER, "withdrawn, refused or dropped (OTHER)", "撤回、拒绝或掉线的次数")


def transfers_out() -> Metric:
    """Visits that the answering agent passed on."""
    passed = ANSWERED & pl.col("transferred").fill_null(False)
    return _number(
        "transfers_out", "none", passed, "passed on by the answering agent", "被接听坐席转出的次数",
        ("queue_visits.transferred",), unanswered=False,
    )


def transfer_rate() -> Metric:
    """Share of handled visits that the agent passed on, where the source says whether."""
    known = HANDLED & pl.col("transferred").is_not_null()
    return Metric(
        "transfer_rate", "ratio", "down", (count(known & pl.col("transferred").fill_null(False)),), (count(known),),
        "passed on / handled; queue visits", "转出量 / 处理量；按入队次计", needs=("queue_visits.transferred",),
    )
