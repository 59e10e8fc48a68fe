"""Names and sentences of recommended actions."""

from __future__ import annotations

NAMES = """
rec_action | What to do | 建议措施
rec_saving | Per month | 每月节省
rec_interval | 95% interval | 95%区间
rec_service | Service | 服务水平
rec_effort | Effort | 投入
rec_effort_low | low | 低
rec_effort_medium | medium | 中
rec_effort_high | high | 高
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "rec_breaks_title": (
        "Spread the lunches of team {team} over {first} to {last} h after the start of the shift",
        "将班组 {team} 的午餐错开，安排在上班后 {first} 至 {last} 小时",
    ),
    "rec_breaks_problem": (
        "{share} of those on duty ({n} people) go to lunch in the half-hour from {at}.",
        "在岗人员中有 {share}（{n} 人）在 {at} 起的半小时内同时用餐。",
    ),
    "rec_breaks_assumed": (
        "Lunch may begin {first} to {last} h after the start of a shift; it stays as long, and paid hours stay.",
        "午餐可在上班后 {first} 至 {last} 小时内开始；时长和付薪工时不变。",
    ),
    "rec_starts_title": (
        "Let {n} of team {team} start at {after} instead of {before}",
        "班组 {team} 中 {n} 人由 {before} 改为 {after} 上班",
    ),
    "rec_starts_problem": (
        "Team {team} has more people than calls after {before} and fewer after {after}.",
        "班组 {team} 在 {before} 之后人多话少，在 {after} 之后人少话多。",
    ),
    "rec_starts_assumed": (
        "The same paid hours; another start is one that the team works already.",
        "付薪工时不变；新的上班时间是该班组已有的班次时间。",
    ),
    "rec_pool_title": ("Serve {a} and {b} as one pool", "将 {a} 与 {b} 合并为一个共享技能组"),
    "rec_pool_problem": (
        "{b} callers wait while agents of {a} are idle, and the reverse: {n} of {all} agents serve both queues.",
        "{b} 的来电在等待时 {a} 的坐席空闲，反之亦然：{all} 名坐席中 {n} 名同时服务两个技能组。",
    ),
    "rec_pool_assumed": (
        "The other queue's calls take those who learn them as long as they take its own agents.",
        "跨技能组接听的处理时长与该技能组原有坐席相同。",
    ),
    "rec_train_title": (
        "Cross-train {k} agents each of {a} and {b}", "{a} 与 {b} 各选 {k} 名坐席互相培训技能",
    ),
    "rec_overtime_title": (
        "Ask {k} people to stay for {queue} from {from} to {to}",
        "安排 {k} 人在 {from} 至 {to} 为 {queue} 加班",
    ),
    "rec_overtime_problem": (
        "{lost} calls of {queue} a month are lost between {from} and {to}, on most days.",
        "{queue} 每月在 {from} 至 {to} 之间有 {lost} 通来电流失，且多数日子如此。",
    ),
    "rec_overtime_assumed": (
        "{hours} h of overtime a month cost {costs}; they are in the saving.",
        "每月加班 {hours} 小时，费用 {costs}，已计入节省额。",
    ),
    "rec_hire_title": (
        "Hire one more for {queue}, on duty from {from} to {to}", "为 {queue} 增聘 1 人，{from} 至 {to} 在岗",
    ),
    "rec_hire_assumed": (
        "Pay, and a twelfth of {joining} for recruiting, training and ramp, are {costs} a month, in the saving.",
        "工资及招聘、培训和成长期成本 {joining} 的十二分之一，每月共 {costs}，已计入节省额。",
    ),
    "rec_hire_wage": (
        "Pay is {costs} a month, in the saving; what hiring and training cost is not known and not in it.",
        "工资每月 {costs}，已计入节省额；招聘和培训成本未知，未计入。",
    ),
    "rec_callback_title": (
        "Offer {queue} callers a call-back between {from} and {to}", "在 {from} 至 {to} 为 {queue} 来电提供回呼",
    ),
    "rec_callback_problem": (
        "{n} callers of {queue} a month wait {after} s or longer between {from} and {to}.",
        "{queue} 每月在 {from} 至 {to} 之间有 {n} 位来电者等待 {after} 秒以上。",
    ),
    "rec_callback_assumed": (
        "{share} of them accept, as of those who wait as long in {offering}; they are rung back from {later} on.",
        "其中 {share} 接受回呼（与 {offering} 中等待同样久者相同），自 {later} 起回呼。",
    ),
    "rec_need_callbacks": (
        "How many callers would take a call-back needs a queue that offers it.",
        "估计多少来电者接受回呼需要已提供回呼的技能组。",
    ),
    "rec_shorten_title": ("Shorten {reason} calls of {queue}", "缩短 {queue} 的“{reason}”类通话"),
    "rec_shorten_problem": (
        "They take {own}, the queue's other reasons {others} ({n} calls).",
        "平均 {own}，该技能组其他原因为 {others}（{n} 通）。",
    ),
    "rec_shorten_assumed": (
        "Half of what they take longer can be saved, {half} s a call, by knowledge or a form; the work itself stays.",
        "超出部分可节省一半，每通 {half} 秒（靠知识库或表单）；业务本身不变。",
    ),
    "rec_transfers_title": ("Route callers of {queue} to {to} at once", "将 {queue} 的部分来电直接转至 {to}"),
    "rec_transfers_problem": (
        "{share} of {n} answered calls of {queue} are passed on, {others} in other queues: {calls} a month too many.",
        "{queue} 的 {n} 通接通来电中 {share} 被转出，其他技能组为 {others}：每月多 {calls} 通。",
    ),
    "rec_transfers_assumed": (
        "As few are passed on as elsewhere ({others}); the others do not meet {queue} first.",
        "转出比例降至其他技能组水平（{others}）；其余来电不再先进入 {queue}。",
    ),
    "rec_need_transfers": (
        "Which queues pass on too many calls needs a source that shows transfers.",
        "判断哪些技能组转接过多需要含转接记录的数据。",
    ),
    "rec_away_title": ("Cut {what} in team {team}", "减少班组 {team} 的 {what}"),
    "rec_away_problem": (
        "It takes {share} of the team's paid time without leave, {others} in other teams ({lo} to {hi} more).",
        "占该班组付薪时间（不含休假）的 {share}，其他班组为 {others}（多 {lo} 至 {hi}）。",
    ),
    "rec_away_assumed": ("As much as in the other teams ({others}) is needed.", "只需其他班组的水平（{others}）。"),
    "rec_need_attendance": (
        "Which reason takes too much paid time needs attendance.", "判断哪类原因占用过多付薪时间需要考勤数据。",
    ),
    "rec_repeats_title": (
        "Solve {reason} at the first call", "一次解决“{reason}”类来电",
    ),
    "rec_repeats_problem": (
        "{share} of {n} callers with {reason} call again within {days} days, {others} of others: {calls} a month.",
        "“{reason}”的 {n} 通来电中 {share} 在 {days} 天内再次来电，其他原因为 {others}：每月多出 {calls} 通。",
    ),
    "rec_repeats_assumed": (
        "Its callers come back no more often than others ({others}); one repeat call is saved for each.",
        "其来电者再次来电的比例降至其他原因的水平（{others}）；每位只计减少一通重复来电。",
    ),
    "rec_tariff_title": ("Change from tariff {paid} to {name}", "将资费由 {paid} 改为 {name}"),
    "rec_tariff_problem": (
        "The {calls} calls of the period cost {now} a month under {paid}, {then} under {name}.",
        "本期 {calls} 通电话按 {paid} 每月为 {now}，按 {name} 为 {then}。",
    ),
    "rec_tariff_assumed": (
        "Calls stay as many and as long; what leaving the contract costs is not in it.",
        "通话量和时长不变；未计入解约费用。",
    ),
    "rec_offer_title": ("Change from {paid} to {name}", "由 {paid} 改为 {name}"),
    "rec_offer_problem": (
        "At your volumes {paid} costs {now} a month in today's money, {name} {then}.",
        "按本中心业务量，{paid} 每月现值 {now}，{name} 为 {then}。",
    ),
    "rec_offer_assumed": (
        "Over {years} years, moving included; it has cost less in all from month {even} on. Service as now.",
        "按 {years} 年计，含迁移；自第 {even} 个月起累计成本更低。服务水平不变。",
    ),
    "rec_need_offers": (
        "Whether another way to run the calls is cheaper needs the offers.", "判断其他运营方式是否更便宜需要报价方案。",
    ),
    "rec_need_offers_fit": (
        "Whether another way to run the calls is cheaper could not be told: {what}",
        "无法判断其他运营方式是否更便宜：{what}",
    ),
    "rec_need_offer_in_force": (
        "Whether another way to run the calls is cheaper needs to know which is in force.",
        "判断其他运营方式是否更便宜需要标明现行方案。",
    ),
    "rec_need_tariffs": (
        "Whether another tariff is cheaper needs the tariffs on offer.", "判断其他资费是否更便宜需要可选资费表。",
    ),
    "rec_need_tariffs_fit": (
        "Whether another tariff is cheaper could not be told: {what}", "无法判断其他资费是否更便宜：{what}",
    ),
    "rec_need_in_force": (
        "Whether another tariff is cheaper needs to know which is in force.",
        "判断其他资费是否更便宜需要标明现行资费。",
    ),
    "rec_onboarding_title": (
        "Onboard newcomers better: {by} {group}", "改进新人入职辅导：{by} {group}",
    ),
    "rec_onboarding_problem": (
        "From day {first} to {last} of tenure {hazard} a month leave, {others} of the others ({leavers} leavers).",
        "入职第 {first} 至 {last} 天每月流失 {hazard}，其他人为 {others}（共 {leavers} 人离职）。",
    ),
    "rec_onboarding_assumed": (
        "{avoidable} leavers a month fewer, as among the others, at {cost} each, on average over a year.",
        "每月少流失 {avoidable} 人（与其他人相同），每人成本 {cost}，为全年平均。",
    ),
    "rec_lenient_title": ("Calibrate evaluator {evaluator}, who is lenient", "校准质检员 {evaluator}（评分偏松）"),
    "rec_lenient_problem": (
        "{evaluator} gives {points} points more than the others to the same agents ({lo} to {hi}, {n} evaluations).",
        "{evaluator} 对相同坐席的评分比其他人高 {points} 分（{lo} 至 {hi}，{n} 次评分）。",
    ),
    "rec_strict_title": ("Calibrate evaluator {evaluator}, who is strict", "校准质检员 {evaluator}（评分偏严）"),
    "rec_strict_problem": (
        "{evaluator} gives {points} points less than the others to the same agents ({lo} to {hi}, {n} evaluations).",
        "{evaluator} 对相同坐席的评分比其他人低 {points} 分（{lo} 至 {hi}，{n} 次评分）。",
    ),
    "rec_sample_title": (
        "Listen to more calls of {n} agents before judging them", "增加 {n} 名坐席的质检抽样后再作评价",
    ),
    "rec_sample_problem": (
        "Their scores are not known to within five points: {agents}.", "其得分误差超过五分：{agents}。",
    ),
    "rec_need_shifts": (
        "Whether breaks and shifts are at the right time needs the published schedule.",
        "判断休息和班次时间是否合理需要已发布的排班表。",
    ),
    "rec_need_hour_cost": (
        "Whether overtime pays needs what an agent's hour costs.", "判断加班是否划算需要坐席每小时成本。",
    ),
    "rec_need_lost_value": (
        "What better service is worth needs what a lost call costs.", "评估服务改善的价值需要一通流失来电的成本。",
    ),
    "rec_need_people": (
        "A test on the simulation needs calls that name their agents, or the sign-in log.",
        "仿真测试需要含坐席的通话记录或签入日志。",
    ),
    "rec_need_cases": (
        "Which reasons bring callers back needs the cases of the CRM.", "判断哪些原因导致重复来电需要CRM工单。",
    ),
    "rec_need_employees": (
        "Who leaves early needs the list of employees with their days of hire and leaving.",
        "判断早期流失需要含入职和离职日期的员工名单。",
    ),
    "rec_need_leaver_cost": (
        "What attrition costs needs what a leaver costs.", "评估流失成本需要每名离职者的成本。",
    ),
    "rec_need_evaluations": (
        "Whether evaluators agree needs evaluations.", "判断质检员尺度是否一致需要质检评分。",
    ),
    "rec_not_told": (
        "Fewer lost calls may save {value} a month ({lo} to {hi}), which is less than months differ.",
        "流失减少每月或可节省 {value}（{lo} 至 {hi}），小于月度波动。",
    ),
    "rec_drop_zero": (
        "its saving cannot be told from none: {value} a month, {lo} to {hi}",
        "节省额与零无法区分：每月 {value}，{lo} 至 {hi}",
    ),
    "rec_drop_loss": (
        "it costs more than it saves: {value} a month, {lo} to {hi}", "成本高于节省：每月 {value}，{lo} 至 {hi}",
    ),
    "rec_drop_target": (
        "it breaks the service target: {before} would become {after}", "会使服务水平不达标：由 {before} 变为 {after}",
    ),
    "rec_drop_instead": ("{id} does it already", "已由 {id} 实现"),
    "rec_drop_most": ("there are {n} that save more", "已有 {n} 项节省更多的措施"),
    "rec_tested": (
        "Tested on {days} days, {n} times each, with and without; the simulation loses {ratio} of the real ones.",
        "在 {days} 天上测试，每天以相同来电分别模拟 {n} 次（有无措施）；仿真流失量为实际的 {ratio}。",
    ),
    "rec_unlike": (
        "Days unlike all others were left out: {days}.", "与其他日子明显不同的日子未计入：{days}。",
    ),
    "rec_quick": (
        "Quick: by the queueing formulas on few days; without --quick the simulation tests each action.",
        "快速模式：按排队公式在少数日子上估算；不加 --quick 时每项措施均经仿真测试。",
    ),
    "rec_disagree": (
        "The queueing formulas disagree: {value} a month; they know no memory between intervals.",
        "排队公式结果不同：每月 {value}；公式不考虑时段之间的影响。",
    ),
    "rec_freed": (
        "Freed hours are no money until fewer hours are paid; they are not in the savings.",
        "释放的工时在付薪工时减少之前不计为节省。",
    ),
    "rec_first": (
        "First: {title}. It saves {money} a month ({lo} to {hi}); the whole list saves {total}.",
        "首先：{title}。每月节省 {money}（{lo} 至 {hi}）；全部措施合计 {total}。",
    ),
    "rec_knowledge": ("First: {title}.", "首先：{title}。"),
    "rec_none": (
        "Nothing can be recommended: no candidate saves more than its uncertainty.",
        "暂无建议：没有措施的节省超过其不确定性。",
    ),
    "rec_freed_hours": ("{n} paid hours a month are freed.", "每月释放 {n} 付薪工时。"),
    "rec_dropped": ("Tested and dropped: {n}; the nearest:", "已测试但未采纳：{n} 项，其中最接近的："),
    "rec_needs": ("Not looked for, because it needs {what}: {why}", "未分析，缺少 {what}：{why}"),
}
