"""Names and sentences of adherence: planned and done, the kinds of deviation, what they cost."""

from __future__ import annotations

NAMES = """
adh_scheduled | Scheduled | 排班时长
adh_deviation | Off schedule | 偏离时长
adh_lost | Work lost | 损失工时
adh_calls_late | Calls late | 未及时接听
adh_reason | Reason | 偏离原因
adh_n | Times | 次数
adh_share | Share | 占比
adh_absent | absent | 缺勤
adh_late_start | late start | 迟到
adh_early_leave | early leave | 早退
adh_signed_out | signed out in the shift | 班中签出
adh_long_pause | pause longer than planned | 休息超时
adh_moved_pause | pause at another time | 休息改时
adh_unplanned_aux | not ready, not planned | 计划外置忙
adh_worked_through | at work in a planned pause | 休息时段在岗
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "adh_adherence": (
        "Adherence: time in the planned activity over planned time.",
        "排班遵守率：处于计划活动的时长占排班时长之比。",
    ),
    "adh_conformance": (
        "Conformance: time at work over planned work; above 100% is more work than planned.",
        "工时符合率：在岗时长与计划在岗时长之比，超过100%即多于计划。",
    ),
    "adh_tolerance": (
        "Deviations at the edge of a planned stretch up to {tolerance} count as kept.",
        "计划时段边缘不超过 {tolerance} 的偏离视为遵守。",
    ),
    "adh_price": (
        ("With the schedule kept by all, {calls} more of {offered} calls in {within} s: {points} points of service "
        "level."),
        "若全员按排班执行，{offered} 通中将多 {calls} 通在{within}秒内接通，服务水平高 {points} 个百分点。",
    ),
    "adh_price_won": (
        ("With the schedule kept by all, {calls} fewer of {offered} calls in {within} s: {points} points of service "
        "level."),
        "若全员按排班执行，{offered} 通中将少 {calls} 通在{within}秒内接通，服务水平低 {points} 个百分点。",
    ),
    "adh_method": (
        "Calls late: Erlang A per queue and {minutes} min, the agents at work against those planned; all agents count.",
        "未及时接听：按技能组、每 {minutes} 分钟以 Erlang A 比较实际在岗与计划人数，含全部坐席。",
    ),
    "adh_unpriced": (
        "{time} of lost work could not be valued: no queue, handling time or staff is known for it.",
        "{time} 的损失工时无法估值：技能组、处理时长或在岗人数未知。",
    ),
    "adh_kept": ("The schedule was kept to the second.", "排班得到完全执行。"),
    "adh_nothing": (
        "Nothing of the schedule can be measured: no agent in it has states in that time.",
        "排班无法衡量：该时段内排班坐席均无状态数据。",
    ),
    "adh_no_states": (
        "Not measurable, no states in the data ({n}): {agents}.",
        "无法衡量（数据中没有坐席状态，{n} 名）：{agents}。",
    ),
    "adh_inferred": (
        "Not measurable, sign-ins are only inferred from calls ({n}): {agents}.",
        "无法衡量（签入时间仅由通话推断，{n} 名）：{agents}。",
    ),
    "adh_no_log": (
        "Not measurable, nobody's states are known on the day ({n}): {agents}.",
        "无法衡量（当日没有任何坐席状态，{n} 名）：{agents}。",
    ),
}
