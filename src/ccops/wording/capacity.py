"""Names and sentences of capacity: people months ahead, hiring, trunks."""

from __future__ import annotations

NAMES = """
capacity_calls | Calls | 呼入量
capacity_fte | Required FTE | 需求全职人力
capacity_people | Headcount | 在编人数
capacity_worth | Effective FTE | 有效全职人力
capacity_leavers | Leave | 离职
capacity_graduates | Join | 上岗
capacity_gap | Gap | 缺口
capacity_starts | Start training | 开班人数
capacity_then | Gap then | 招聘后缺口
trunks | Lines | 线路数
trunks_blocking | Blocked | 呼损
trunks_hour | Busy hour | 忙时
trunks_erlangs | Erlangs | 话务量（爱尔兰）
trunks_at_once | Most at once | 同时最多
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "capacity_head": (
        "Capacity {first} – {last}: {target}; shrinkage {shrinkage}, {hours} paid hours a month for a full-time agent.",
        "{first} – {last} 产能规划：{target}；缩减率 {shrinkage}，每名全职坐席每月付薪 {hours} 工时。",
    ),
    "capacity_verdict_short": (
        ("Up to {fte} full-time agents too few, in {month}. Start {people} people in training, the first {begins}: "
        "that closes every gap that training can still reach{cost}."),
        "{month} 最多缺 {fte} 名全职坐席。需开班培训 {people} 人，首班 {begins}：可补上培训赶得及的全部缺口{cost}。",
    ),
    "capacity_verdict_late": (
        "Up to {fte} full-time agents too few, in {month}, and no class is ready in time: overtime, or other people.",
        "{month} 最多缺 {fte} 名全职坐席，培训已来不及：需加班或另调人手。",
    ),
    "capacity_verdict_enough": (
        "Enough people in every month; the tightest is {month} with {fte} full-time agents to spare.",
        "各月人手均足；最紧的是 {month}，余 {fte} 名全职坐席。",
    ),
    "capacity_verdict_need": (
        ("The most is needed in {month}: {fte} full-time agents. Name your people under [supply] in a plan to see the "
        "gap."),
        "{month} 需求最高：{fte} 名全职坐席。在规划文件的 [supply] 写入人员即可看到缺口。",
    ),
    "capacity_for_cost": (", for {cost}", "，费用 {cost}"),
    "capacity_note_volumes": (
        "Calls are those of the plan, spread over weekdays and intervals as in the last eight weeks.",
        "呼入量取自规划，按最近八周的星期与时段分布。",
    ),
    "capacity_note_trend": (
        "Calls follow the trend of the history, {growth} a month; four times in five they lie between its bounds.",
        "呼入量按历史趋势，每月 {growth}；五次中有四次落在上下限之间。",
    ),
    "capacity_note_growth": (
        "Calls are those of typical weeks, {growth} a month, as given.",
        "呼入量按典型周计，每月 {growth}（给定）。",
    ),
    "capacity_note_flat": (
        ("Calls are those of typical weeks without growth: the history has no six whole months to read it from; give "
        "--growth."),
        "呼入量按典型周计，不含增长：历史不足六个完整月，请给 --growth。",
    ),
    "capacity_note_no_people": ("No plan: who is there is not known.", "没有规划文件：现有人员未知。"),
    "capacity_note_late": (
        ("A class that begins in the first month is not ready for {months}: up to {fte} full-time agents are missing "
        "there."),
        "首月起开班也赶不上 {months}；届时最多缺 {fte} 名全职坐席。",
    ),
    "capacity_note_no_cost": (
        "No money: give recruit_per_start and training_per_start under [cost].",
        "未计费用：请在 [cost] 给出 recruit_per_start 和 training_per_start。",
    ),
    "trunks_verdict": (
        ("{trunks} lines block {blocking} of the calls in the busiest hour, {day} {at}: {erlangs} Erlangs, the lines "
        "in use on average; {calls} calls of {hold} begin in it."),
        "忙时 {day} {at} 平均占线 {erlangs} 爱尔兰，其间 {calls} 通、平均占线 {hold}：{trunks} 条线路呼损 {blocking}。",
    ),
    "trunks_measured": (
        ("Most lines in use at one moment: {most}. A line is held from the first ring to the end, menu and waiting "
        "included."),
        "同一时刻最多占用 {most} 条线路。占线自振铃至挂断，含语音菜单与排队。",
    ),
    "trunks_lost": (
        ("That is for a steady hour. Through {trunks} lines, {lost} of its {calls} calls would have been lost as they "
        "came."),
        "以上假定忙时内来电平稳。按实际到达，{trunks} 条线路会损失 {calls} 通中的 {lost} 通。",
    ),
    "trunks_unknown": (
        "{calls} calls have no end in the data: they count as long as the others on average.",
        "{calls} 通电话的数据没有结束时间，按其他电话的平均时长计。",
    ),
}
