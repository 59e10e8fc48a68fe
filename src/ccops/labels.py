"""The one table of words: every key in English and Chinese, and the spellings that imports accept for it.

`label` names things (metrics, columns, sections, outcomes), `text` fills sentences, `aliases` serves the guessing of
headers. A key that is missing is a KeyError, never a blank: a test asks for every key in both languages.
"""

from __future__ import annotations

from typing import Literal

from ccops.wording import NAMES as _NAMES
from ccops.wording import SENTENCES

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

# key: spellings seen in exports
_ALIASES = """
offered: 进线量, 请求服务数, 人工呼入请求服务数, request_cnt, CallsOffered, Contacts queued, Off.
contacts: linkedid count
answered: 应答量, 接起量, 接听量, ready_cnt, n_normal_answer, ACD CALLS, CallsHandled
answer_rate: 应答率, 请求接通率, Answer %
answer_rate_system: 总接通率
abandoned: 呼损, 丢失, 未接, Unanswered, ABAN CALLS
abandon_rate: 呼损率
abandoned_queue: n_queuecall_loss
abandoned_ring: n_ringcall_loss, CallsAbandonedInRing
short_abandoned: Unans short
answered_within: N秒内接通量, ready_cnt_60s, CONNECTED_IN_20, n_normal_answer_20s
service_level: 20s应答率, 20秒接通率, X秒接通率, % WITHIN SERVICE LEVL, Within SLA, SLA
asa: 通话排队均长, AVG SPEED ANS
avg_wait: 平均等待时长
avg_abandon_wait: 平均呼叫放弃时长, AVG ABAND TIME
max_wait: Max wait, 最长等待时长
talk: 通话时长, 通话均长, 计费时长, bridgeDuration, talk time
hold: 保持时长, hold time
acw: 整理, 小结, 后处理, 事后处理, 话后, 整理时长, 话后处理时长, 后处理时长, Wrap, wrap-up
aht: 平均话务处理时间
login: 登录时长, 签入时长, login time
available: 空闲时长, 示闲, 空闲
aux: 置忙总时长, 示忙, 小休, 置忙
ring: 振铃时长, alerting_seconds
occupancy: 坐席利用率
utilisation_login: 工时利用率, OccupancyRate
utilisation_attended: 有效工时利用率
utilisation_paid: 员工利用率
talk_utilisation: CallUtilization
adherence: 遵时率, 日程遵守度
rona: 坐席未接, 座席未接, Agent non-response
transfers_out: 转接量
overflow: CallsOverflow, n_overflow_out
repeat_rate: 二次来电
csat: SatisfactionRate, 满意度, 满意度评价, 评价
qa_score: QA
cph: CPH, 每小时通话量
attrition_person_time: 离职率
queue: 队列, 业务组, 队列名称, 技能组名称, skill group, group_id, firstCallQname
agent: 客服, 座席, 话务员, 坐席工号, 座席工号, 工号, 坐席姓名, 座席姓名, opnum, agent_name, seat
direction: 呼叫方向, 呼叫类型, call direction
contact_id: 话单id, 通话编号, uniqueid, uuid, linkedid, call id, CallSheetID, mainUniqueId
customer: 主叫, 主叫号码, 客户号码, caller, caller number, from, CallNo, customerNumber
called_number: 被叫, 热线, 热线号码, 中继号码, callee, CalledNo, hotline
started_at: 呼入时间, 来电时间, 创建时间, inbound_time, startTime, Begin, start time
entered_at: 入列时间, 入队列时间, 进入队列时间, 进入技能组时间, 第一次进队列时间, firstJoinQueueTime
answered_at: 应答时间, 接通时间, answered_time, bridgeTime, answer time
ended_at: 挂机时间, 挂断时间, hangup_time, endTime, End, end time
wait: 排队时长, 等待时间, QueueTime, firstQueueDuration, queue time, wait time
outcome: 接听状态, 呼叫结果, 状态, statusResult, disposition
released_by: 挂机方, 挂机方向, onHookSource
reason: 挂机原因, 示忙原因
state: 坐席状态, 座席状态
total: 合计, 总计, Total
"""


# The field's own abbreviations, for column heads where space is short.
_SHORT = {
    "service_level": ("SL", "服务水平"),
    "asa": ("ASA", "平均应答速度"),
    "aht": ("AHT", "平均处理时长"),
    "acw": ("ACW", "话后处理"),
    "rona": ("No answer", "振铃未接"),
    "max_wait": ("Longest", "最长等待"),
    "talk_time": ("Talk", "通话"),
    "hold_time": ("Hold", "保持"),
    "acw_time": ("ACW", "话后处理"),
    "transfers_out": ("Transfers", "转出量"),
}


def _names() -> dict[str, tuple[str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in _NAMES]
    return {key: (en, zh) for key, en, zh in rows}


def _aliases() -> dict[str, tuple[str, ...]]:
    rows = (line.split(":", 1) for line in _ALIASES.strip().splitlines())
    return {key: tuple(word.strip() for word in words.split(",")) for key, words in rows}


NAMES = _names()
ALIASES = _aliases()


def label(key: str, lang: Lang) -> str:
    """The name of a metric, column, section, outcome or state. Raises KeyError for a key that has none."""
    return NAMES[key][LANGS.index(lang)]


def short(key: str, lang: Lang) -> str:
    """The name as a narrow column head has it: an abbreviation where the field has one. Raises KeyError."""
    return _SHORT.get(key, NAMES[key])[LANGS.index(lang)]


def weekday(number: int, lang: Lang) -> str:
    """The name of a weekday, from 1 for Monday to 7 for Sunday. Raises KeyError for another number."""
    return label(f"weekday_{number}", lang)


def text(key: str, lang: Lang, **values: object) -> str:
    """A sentence filled with values that are already written out. Raises KeyError for an unknown sentence or value."""
    return SENTENCES[key][LANGS.index(lang)].format_map(values)


def aliases(key: str) -> tuple[str, ...]:
    """Spellings that exports use for a key: its own two names first. Raises KeyError for a key without names."""
    return NAMES[key] + ALIASES.get(key, ())
