"""Names and sentences of tables beside the calls: attendance, evaluations, surveys, ledger, cases."""

from __future__ import annotations

NAMES = """
survey_response_rate | Response rate | 参评率
unit_number | number | 数值
cost_section | Cost | 成本
recommendations | What to do | 改善建议
quality_section | Quality and satisfaction | 质检与满意度
people_section | People | 人员
cost_table | What the day cost | 当日成本
recommendations_table | Actions | 建议事项
quality_table | Evaluations and opinions | 质检与评价
people_table | Paid and attended time | 计薪与出勤时长
biz_today | Today | 当日
biz_paid_hours | Paid hours | 计薪工时
biz_cost | Cost of paid hours | 工时成本
biz_shrinkage_cost | Paid and not worked | 缩减成本
biz_lost_calls | Lost calls at their price | 放弃来电损失
biz_action | Action | 建议
biz_saving | A month | 每月
biz_saving_lo | From | 下限
biz_saving_hi | To | 上限
biz_why | Shown by | 依据命令
biz_n | Of | 样本
biz_n_month | Of (month) | 样本（本月）
biz_kind | Time | 类别
biz_people | People | 人数
biz_attended | Attended | 出勤时长
biz_paid | Paid | 计薪时长
biz_time_work | work | 出勤
biz_time_overtime | overtime | 加班
biz_time_training | training | 培训
biz_time_meeting | meeting | 会议
biz_time_leave | leave | 休假
biz_time_sick | sick | 病假
biz_time_absent | absent | 缺勤
biz_time_other | other | 其他
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "biz_cost_of": (
        "Amounts in {currency}: hours of the time sheets at {hour} each; a productive hour is one worked.",
        "金额单位 {currency}：考勤工时，每小时 {hour}；有效工时指实际出勤工时。",
    ),
    "biz_first_action": ("First: {title}.", "首先：{title}。"),
    "biz_first_saves": (
        "First: {title}. It saves about {saving} {currency} a month.", "首先：{title}，每月约省 {saving} {currency}。",
    ),
    "biz_actions_of": (
        ("{currency} a month, by the formulas over {first} to {last}, each on top of those above; ccops recommend "
         "tests them on the simulation."),
        "单位为每月 {currency}，按公式测算（{first} 至 {last}），逐项叠加；ccops recommend 以仿真检验。",
    ),
    "biz_too_many_calls": (
        "ccops recommend says what to do; there are too many calls to work that out within a report.",
        "改善建议请运行 ccops recommend：来电过多，不宜在报表中计算。",
    ),
    "biz_quality_of": (
        "Of: the evaluations or answers behind the figure. ccops quality scores and satisfaction have intervals.",
        "样本：该指标所依据的质检或评价数；区间见 ccops quality scores 与 satisfaction。",
    ),
    "biz_leaving": (
        "{n} people; {leavers} left in twelve months, {monthly} a month, {annual} a year (compound).",
        "在职 {n} 人；12个月内流失 {leavers} 人，月均 {monthly}，年化 {annual}（复利）。",
    ),
}
