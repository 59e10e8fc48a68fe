"""Names and sentences of staffing: requirement, who is there, the value of an agent, pooling."""

from __future__ import annotations

NAMES = """
required | Required | 需求人数
required_gross | Required, paid | 需求人数（含缩减）
staffed | Staffed | 在岗人数
gap | Gap | 人数缺口
staff_calls | Calls | 呼入量
staff_at | Begins | 开始
staff_peak | Peak | 峰值
staff_hours | Hours | 工时
staff_paid_hours | Paid hours | 付薪工时
staff_staffed_hours | Staffed hours | 在岗工时
staff_worst_gap | Worst gap | 最大缺口
staff_one_more | One more agent | 增加一人
staff_in_time | In time | 及时接听
staff_saved | Fewer lost | 减少流失
staff_money | Money | 金额
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "staff_target_level": ("{level} within {within} s", "{within}秒内接通 {level}"),
    "staff_target_asa": ("ASA up to {asa} s", "平均应答速度不超过 {asa} 秒"),
    "staff_target_answered": ("{rate} answered", "接通率 {rate}"),
    "staff_risk_mean": ("at the forecast's mean", "按预测均值"),
    "staff_risk_expected": ("on average over what may come", "按预测分布的期望"),
    "staff_risk_p10": ("in nine cases of ten", "十次中九次达标"),
    "staff_risk_known": ("for the calls that came", "按实际来电"),
    "staff_head": (
        "Staffing {days}, intervals of {minutes} min: {target}, {risk}; shrinkage {shrinkage}.",
        "{days} 人力需求，每时段 {minutes} 分钟：{target}，{risk}；缩减率 {shrinkage}。",
    ),
    "staff_model_a": ("{queues}: Erlang A, mean patience {patience}", "{queues}：Erlang A，平均耐心 {patience}"),
    "staff_model_g": (
        "{queues}: M/M/n+G with the patience curve of its calls, mean {patience}",
        "{queues}：M/M/n+G，采用来电的耐心曲线，均值 {patience}",
    ),
    "staff_model_c": ("{queues}: Erlang C, as asked for", "{queues}：Erlang C（按要求）"),
    "staff_model_no_patience": (
        "{queues}: Erlang C, for nobody's patience could be estimated",
        "{queues}：Erlang C（无法估计来电者耐心）",
    ),
    "staff_verdict_plan": (
        ("{hours} agent-hours on calls are required, {paid} paid, {fte} full-time agents; most on {day} at {at}: "
        "{most}."),
        "需要 {hours} 个接话工时，付薪 {paid} 工时，合 {fte} 名全职坐席；峰值在 {day} {at}：{most} 人。",
    ),
    "staff_fte": (
        "Full-time agents are those of a whole week of such days, at {hours} paid hours each.",
        "全职坐席数按整周均如此推算，每人每周付薪 {hours} 小时。",
    ),
    "staff_verdict_short": (
        ("Too few in {short} of {known} intervals of a queue, {hours} agent-hours in all; worst on {day} at {at}, "
        "{queue}: {gap} agents. Move or add people there first."),
        ("各技能组共 {known} 个时段，其中 {short} 个人手不足，共缺 {hours} 工时；"
        "最差为 {day} {at} {queue}：缺 {gap} 人。请先向该时段调人或加人。"),
    ),
    "staff_verdict_enough": (
        "Enough people in all {known} intervals; {hours} agent-hours more than required.",
        "{known} 个时段人手均足，比需求多 {hours} 工时。",
    ),
    "staff_note_open_day": (
        ("{day} is not over: from {at} on, calls are the forecast, updated by those so far, and people are as the "
        "schedule has them."),
        "{day} 尚未结束：{at} 起按预测（已随当日来电更新），在岗人数按排班。",
    ),
    "staff_note_open_day_short": (
        "{day} is not over in the data; there is too little history for its rest, which is left out.",
        "{day} 的数据尚未结束；历史不足以预测其余时段，故未计。",
    ),
    "staff_note_outside": (
        "Calls outside the opening hours, or where the data is cut, left out: {calls}.",
        "营业时间以外或数据不全时段的 {calls} 个来电未计入。",
    ),
    "staff_note_left_out": (
        "{queue}: {days} days of history, {needs} are needed: it is not staffed.",
        "{queue}：仅有 {days} 天历史，需要 {needs} 天，未计算。",
    ),
    "staff_note_unknown": (
        "Staffed is unknown for {queues}: no agent states and no schedule say who serves them.",
        "{queues} 的在岗人数未知：没有坐席状态或排班说明由谁服务。",
    ),
    "staff_note_shared": (
        ("Agents of several queues ({agents}) count in each by the share of their answered calls; the total counts "
        "everybody once."),
        "{agents} 名坐席服务多个技能组：按其接听占比分摊；合计中每人只计一次。",
    ),
    "staff_note_cross": (
        ("Most agents serve several queues: queues apart ask for more people than you need; --pool all shows what one "
        "pool takes."),
        "多数坐席服务多个技能组：分组需求偏高；--pool all 显示合并后的需求。",
    ),
    "staff_note_schedule": (
        "Counted as the schedule has them, without its breaks: {agents} of the agents.",
        "{agents} 名坐席按排班计算，已扣除计划休息。",
    ),
    "staff_note_idle": (
        "At work, but nothing says which queues they serve, and not counted: {agents} of the agents ({names}).",
        "{agents} 名坐席在岗，但其服务的技能组未知，未计入（{names}）。",
    ),
    "staff_note_strangers": (
        ("Known from the schedule alone, such as placeholders of a plan: {agents} of the agents ({names}). They count "
        "beside the people scheduled on the same days."),
        "{agents} 名坐席仅见于排班（{names}），可能是计划中的占位，与同日已排班的人员一并计入。",
    ),
    "staff_note_inferred": (
        "Sign-in times inferred from calls: those of {agents} of the agents.",
        "{agents} 名坐席的签入时间由通话推断。",
    ),
    "staff_note_predicted": (
        "Service level, ASA and occupancy are predictions: for the staffed where that is known, else for the required.",
        "服务水平、平均应答速度和占用率为预测值：在岗人数已知则按在岗，否则按需求人数。",
    ),
    "staff_note_no_calls": (
        ("In {intervals} intervals of a queue the calls are not known, or no handling time of at most 4 hours is: "
        "nothing is required or predicted."),
        "{intervals} 个技能组时段的呼入量未知，或没有不超过4小时的处理时长，未计算需求与预测。",
    ),
    "staff_note_no_money": (
        "No money: set lost_call_value and agent_cost_per_hour under [staffing].",
        "未计金额：请在 [staffing] 设置 lost_call_value 和 agent_cost_per_hour。",
    ),
    "staff_helps": ("Where one more agent helps most:", "增加一人收效最大之处："),
    "staff_pool": (
        ("{queues} together need {pooled} agent-hours instead of {siloed}: {saved} less ({share}). That takes "
         "everybody being able to serve all of them, as fast as today."),
        ("{queues} 合并需要 {pooled} 工时，分组为 {siloed}：少 {saved}（{share}）。"
         "前提是每人都能以现有速度服务所有技能组。"),
    ),
}
