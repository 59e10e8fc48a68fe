"""Names and sentences of levers and what they save."""

from __future__ import annotations

NAMES = """
lev_lever | Lever | 措施
lev_alone | Alone | 单独
lev_folded | In turn | 依次
lev_freed | Freed h | 释放工时
lev_paid | Paid h | 付薪工时
lev_level | Level | 服务水平
lev_lost | Lost | 流失
lev_target | Target | 达标
lev_breaks | broken | 转不达标
lev_holds | kept | 达标
lev_missed | missed | 仍不达标
lev_today | as it is | 现状
lev_part | A month | 每月
lev_before | As it is | 现状
lev_after | After all | 全部实施后
lev_labour | Labour | 人工
lev_telephone | Telephone | 话费
lev_leavers | Leavers, against now | 离职（较现状）
lev_self_service | Self service | 自助服务
lev_total | Total | 合计
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "lev_verdict": (
        "Together they save {total} {currency} a month, {share} of {cost}.",
        "全部措施每月共节省 {total} {currency}，占 {cost} 的 {share}。",
    ),
    "lev_verdict_cost": (
        "Together they cost {total} {currency} a month more, {share} of {cost}.",
        "全部措施每月共增加 {total} {currency}，占 {cost} 的 {share}。",
    ),
    "lev_verdict_none": (
        "Together they change nothing in money.", "全部措施合计不改变费用。",
    ),
    "lev_broken": (
        "With {lever} the service level falls to {level}, below the target of {target}.",
        "{lever} 使服务水平降至 {level}，低于目标 {target}。",
    ),
    "lev_broken_in": (
        "With {lever} the target is missed, or missed by more, in {queues}; the service level of all is {level}.",
        "{lever} 使 {queues} 不达标或进一步偏离目标；总体服务水平 {level}。",
    ),
    "lev_all": ("all queues together", "全部技能组合计"),
    "lev_none": (
        "No lever is given: this is the month as it is. Levers are {levers}.",
        "未给出措施：此为现状。可用措施：{levers}。",
    ),
    "lev_aht": (
        "What the carrier bills stays: whether seconds saved are talk or wrap-up is not known.",
        "话费不变：节省的秒数属于通话还是话后处理未知。",
    ),
    "lev_repeat": (
        "Of all calls {rate} are repeats, taken to be as many in every queue.",
        "全部来电中重复来电占 {rate}，各技能组均按此计。",
    ),
    "lev_price_booked": (
        "The settings do not say what an hour costs: the ledger of {month} has {price} for a paid one.",
        "设置未给出每小时成本：按 {month} 账目，每付薪小时 {price}。",
    ),
    "lev_follow": (
        "Paid hours follow what the calls of {first} to {last} need for the target; --keep-hours holds them.",
        "付薪工时随 {first} 至 {last} 的来电为达标所需而变；--keep-hours 则保持不变。",
    ),
    "lev_kept": (
        "Paid hours stay: hours that nobody needs save no money, they serve callers better.",
        "付薪工时不变：多出的工时不节省费用，只改善服务。",
    ),
    "lev_method": (
        ("Savings alone are not added up; those in turn are, each after the levers before it. Levels and lost calls "
         "are the queueing formulas', as it is included; ccops kpi has what was measured."),
        ("“单独”节省额不可相加；可相加的是“依次”节省额，即在前面各项措施之后再节省的。"
         "服务水平与流失（含现状）均为排队公式估算，实测值见 ccops kpi。"),
    ),
    "lev_not_staffed": (
        "Who was there is not known for all intervals: there it is taken to be what the calls needed.",
        "部分时段在岗人数未知，按来电所需人数计。",
    ),
    "lev_paid_assumed": (
        "Time sheets do not cover these days: paid hours are those on calls, shrinkage {shrinkage} added.",
        "考勤未覆盖这些日期：付薪工时按通话在岗工时加缩减率 {shrinkage} 计。",
    ),
    "lev_no_telephone": (
        "What calls cost at the carrier is not known ({what}), and not in it.", "话费未知（{what}），未计入。",
    ),
    "lev_no_self_service": (
        "What a contact in self service costs is not known ([cost] self_service_cost), and not in it.",
        "自助服务单次成本未知（[cost] self_service_cost），未计入。",
    ),
    "lev_chat": (
        "An agent has {n} chats at once, each {times} times as long as a call.",
        "每名坐席同时处理 {n} 个在线会话，每个时长为通话的 {times} 倍。",
    ),
    "lev_pool": (
        "In a pool everybody serves all its queues, as fast as their own agents.",
        "合并后所有坐席服务其中全部技能组，处理时长与原坐席相同。",
    ),
    "lev_overtime": (
        "An hour of overtime costs {premium} more than another.", "加班每小时比平时多付 {premium}。",
    ),
    "lev_attrition": (
        "Points of {n} people a year, {cost} for each who leaves.", "按 {n} 人全年的百分点计，每名离职者成本 {cost}。",
    ),
}
