"""The words of schedules: names (`key | English | Chinese`) and sentences."""

from __future__ import annotations

NAMES = """
schedule_shift | Shift | 班次
schedule_group | Group | 人员组
schedule_start | Start | 上班
schedule_end | End | 下班
schedule_breaks | Breaks | 休息
schedule_scheduled | Scheduled | 排班人数
schedule_expected | Expected | 预期
schedule_simulated | Simulated | 仿真
schedule_range | 95 % interval | 95%区间
schedule_all | all queues | 全部
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "schedule_optimal": (
        "Optimal: no plan costs less than {cost}; proven in {seconds} s.",
        "最优：不存在成本低于 {cost} 的方案；{seconds} 秒内得证。",
    ),
    "schedule_within_gap": (
        "Cost {cost}; no plan costs less than {bound}, so at most {gap} could be saved. Found in {seconds} s.",
        "成本 {cost}；任何方案都不低于 {bound}，最多还能节省 {gap}。用时 {seconds} 秒。",
    ),
    "schedule_time_limit": (
        "Cost {cost}, the best plan found in {seconds} s; no plan costs less than {bound} ({gap}). More time may help.",
        "成本 {cost}，为 {seconds} 秒内找到的最好方案；任何方案都不低于 {bound}（差距 {gap}）。延长时间可能更好。",
    ),
    "schedule_interrupted": (
        "Interrupted after {seconds} s: cost {cost} is the best plan so far; no plan costs less than {bound} ({gap}).",
        "{seconds} 秒后中断：目前最好方案成本 {cost}；任何方案都不低于 {bound}（差距 {gap}）。",
    ),
    "schedule_totals": (
        ("{shifts} shifts, {paid} paid hours, pay {pay}; price of too few or too many {shortage} "
        "({under} h short, {over} h over)."),
        "共 {shifts} 人次班，付薪 {paid} 工时，薪酬 {pay}；缺员与冗员代价 {shortage}（缺 {under}、余 {over} 工时）。",
    ),
    "schedule_beyond": (
        ("No shift reaches: {worst}; {times} such stretches in all, {hours} agent-hours. "
        "Add a start, or a longer shift."),
        "无班次可覆盖：{worst}；共 {times} 段，{hours} 工时。请增加上班时刻或延长班次。",
    ),
    "schedule_short": (
        "An agent or more short: {worst}; {times} such stretches in all, {hours} agent-hours.",
        "缺 1 人以上：{worst}；共 {times} 段，{hours} 工时。",
    ),
    "schedule_no_absence": (
        ("Nothing is added for absence beside the planned breaks: --shrinkage 10% adds it. "
        "[staffing] shrinkage, {share}, has the breaks in it."),
        "除计划休息外未计缺勤：可用 --shrinkage 10% 计入。[staffing] shrinkage（{share}）已含休息。",
    ),
    "schedule_met": (
        "The target of {target} is met; {queue} has least to spare, {points} points.",
        "达到目标 {target}；{queue} 余量最小，为 {points} 个百分点。",
    ),
    "schedule_missed": ("The target of {target} is missed: {queues}.", "未达到目标 {target}：{queues}。"),
    "schedule_spare": (
        "Agents of several queues help out more than a requirement per queue counts on: a cheaper plan may do.",
        "一人服务多个技能组，实际互补优于分组需求的假设：或可采用成本更低的方案。",
    ),
    "schedule_chart": ("Agents on {day}, {weekday}", "{day} {weekday} 人数"),
    "schedule_shrinkage": (
        "The requirement was divided by {left}, for {share} of scheduled time is lost beside the planned breaks.",
        "需求已除以 {left}：除计划休息外，另有 {share} 的排班时间不在岗。",
    ),
    "schedule_closed": (
        "{queue}: no rows in {first}; {times} such stretches in all, taken as closed.",
        "{queue}：{first} 无需求数据；此类时段共 {times} 段，按不营业处理。",
    ),
    "schedule_no_need": (
        "{queue}: a group serves it, but there is no requirement for it; nobody is planned for it.",
        "{queue}：有人员组服务该技能组，但没有其需求；未为其排班。",
    ),
    "schedule_edge": (
        "Shifts that reach over the first or last day count with the part that lies within.",
        "跨越首日或末日的班次只计其落在计划期内的部分。",
    ),
    "schedule_replay": (
        "Replayed in the simulation, answered within {within} s of all offered:",
        "仿真回放，{within}秒内接通占呼入量之比：",
    ),
    "schedule_event": ("{shift}: {agents} agents", "{shift}：{agents} 人"),
}
