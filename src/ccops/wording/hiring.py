"""Names and sentences of hiring and ramp."""

from __future__ import annotations

NAMES = """
hire_month | Month | 月份
hire_headcount | People | 人数
hire_leavers | Leave | 预计离职
hire_range | Range | 区间
hire_graduates | Graduate | 结业上线
hire_effective | Full agents | 有效人力
hire_needed | Needed | 需求
hire_gap | Gap | 缺口
hire_start | Start | 开班人数
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "hire_verdict": (
        "Start {n} people in {months}: without them {fte} full agents too few in {worst}.",
        "共需开班 {n} 人（{months}）：否则 {worst} 缺 {fte} 名有效人力。",
    ),
    "hire_enough": (
        "Nobody has to be hired: {fte} full agents or more than needed in every month.",
        "无需招聘：每月有效人力均不低于需求（至少多 {fte} 人）。",
    ),
    "hire_late": (
        "No class can help in {months} any more: overtime, or fewer hours elsewhere.",
        "{months} 已来不及开班：需加班或调剂工时。",
    ),
    "hire_cost": ("That costs {cost} {currency}, {each} each.", "费用 {cost} {currency}，每人 {each}。"),
    "hire_cost_unknown": (
        "What a start costs is not known: give recruit_cost and training_hours in [people].",
        "单人招聘成本未知：请在 [people] 中填写 recruit_cost 与 training_hours。",
    ),
    "hire_hazards": (
        "Leave per month by tenure: {bands}, as over the last twelve months of the list.",
        "按司龄的月离职率：{bands}（名单最近十二个月）。",
    ),
    "hire_given": ("Everybody leaves at {rate} a month, as asked.", "按给定的月离职率 {rate} 计算。"),
    "hire_course": (
        ("Classes of {size}, {weeks} weeks, {graduation} graduate; a class counts by what its people are worth when "
        "they come onto the floor ({first})."),
        "每班 {size} 人，{weeks} 周，结业率 {graduation}；新班按上线首月的熟练度（{first}）计入。",
    ),
    "hire_unseen": (
        "Nobody went through {n} stages of tenure in that time; they take the rate of all.",
        "该时段内 {n} 个司龄段无人经历，采用整体离职率。",
    ),
}
