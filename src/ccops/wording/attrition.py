"""Names and sentences of attrition and survival."""

from __future__ import annotations

NAMES = """
attrition_opening_and_hires | Attrition over start plus hires | 流失率（期初加入职口径）
attrition_closing | Attrition over closing head count | 流失率（期末人数口径）
attr_month | Month | 月份
attr_shift | Shift | 班次
attr_source | Hiring source | 招聘渠道
attr_tenure | Days of tenure | 司龄（天）
attr_opening | At start | 期初人数
attr_hires | Joined | 入职
attr_leavers | Left | 离职
attr_voluntary | Voluntary | 主动
attr_involuntary | Involuntary | 被动
attr_unknown | Not told | 未说明
attr_internal | Moved | 内部调动
attr_closing | At end | 期末人数
attr_monthly | Per month | 月流失率
attr_range | 95% range | 95%区间
attr_reason | Reason for leaving | 离职原因
attr_kind | Kind | 类型
attr_share | Share of leavers | 占离职比
attr_part | Share | 占比
attr_median_days | Median days | 司龄中位数（天）
attr_days | Days | 天数
attr_still | Still here | 留存率
attr_formula | Formula | 口径
attr_rate | Rate | 比率
attr_hired | Hired | 入职人数
attr_left_early | Left by then | 期内离职
attr_recruit | recruiting | 招聘
attr_train | training | 培训
attr_vacancy | the empty seat | 空缺
attr_ramp | the ramp | 上手期
attr_quality | quality | 质量损失
attr_exit | the exit | 离职手续
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "attr_verdict": (
        "{leavers} left between {first} and {last}: {monthly} a month, {annual} of the people in a year (compound).",
        "{first} 至 {last} 共流失 {leavers} 人：月均 {monthly}，折合年流失率 {annual}（复利口径）。",
    ),
    "attr_nobody": (
        "Nobody left between {first} and {last}.", "{first} 至 {last} 无人离职。",
    ),
    "attr_excess": (
        ("{by} {group}, days {days}: {leavers} left, {hazard} a month against {others} elsewhere. As elsewhere, "
        "{avoidable} fewer would leave each month."),
        ("{by} {group} 入职第 {days} 天：{leavers} 人离职，月流失率 {hazard}，其他人为 {others}；"
        "若与他人持平，每月可少流失 {avoidable} 人。"),
    ),
    "attr_excess_saves": (
        "That would save {amount} {currency} a month.", "每月可节省 {amount} {currency}。",
    ),
    "attr_no_excess": (
        "No team, shift or hiring source leaves significantly more than the others at any stage.",
        "没有哪个班组、班次或招聘渠道在任何阶段的流失显著高于其他。",
    ),
    "attr_cost": (
        ("A leaver costs {amount} {currency} ({parts}). A point less of monthly attrition saves {saves} {currency} a "
        "month."),
        "每流失一人成本 {amount} {currency}（{parts}）；月流失率每降1个百分点，每月节省 {saves} {currency}。",
    ),
    "attr_cost_missing": (
        "Not known, and not in that cost: {parts}. [people] in ccops.toml takes them.",
        "未知而未计入：{parts}。请在 ccops.toml 的 [people] 中填写。",
    ),
    "attr_cost_unknown": (
        "What a leaver costs is not known: give recruit_cost, training_hours, ramp and the like in [people].",
        "单人流失成本未知：请在 [people] 中填写 recruit_cost、training_hours、ramp 等。",
    ),
    "attr_median": (
        "Half of all hires have left after {days} days.", "半数入职者在 {days} 天内离职。",
    ),
    "attr_median_unknown": (
        "More than half of all hires are still here as far as the list goes.", "就名单所及，过半入职者仍在职。",
    ),
    "attr_logrank": (
        "The groups differ by more than chance would have it (log-rank p {p}).",
        "各组留存差异超出偶然（对数秩检验 p {p}）。",
    ),
    "attr_logrank_same": (
        "The groups do not differ by more than chance would have it (log-rank p {p}).",
        "各组留存差异未超出偶然（对数秩检验 p {p}）。",
    ),
    "attr_apart": (
        "In production: {production} a month. Trainees: {trainees} ({n} left in training).",
        "在岗月流失率 {production}；培训期 {trainees}（{n} 人在培训期离职）。",
    ),
    "attr_method": (
        ("Leavers over agent-days; moves within the company are no attrition. Survival by Kaplan-Meier with late "
        "entry: whoever was here before {first} is watched from then on."),
        ("流失率 = 离职人数 / 在职人日；内部调动不计流失。留存按 Kaplan-Meier（延迟进入）："
        "{first} 前入职者自该日起观察。"),
    ),
    "attr_undated": (
        "{n} employments have no first day and are left out.", "{n} 条任职缺少入职日期，未计入。",
    ),
    "attr_overlaps": (
        "{n} employments overlap another of the same person; each pair is taken as one.",
        "{n} 条任职与本人另一任职重叠，合并为一段。",
    ),
    "attr_kind_unknown": (
        "Of {all} leavers, {n} have no kind: name their reasons in [people] kinds.",
        "{all} 名离职者中 {n} 名未说明类型：请在 [people] kinds 中按原因归类。",
    ),
}
