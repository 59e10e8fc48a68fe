"""The words of the simulation: names (`key | English | Chinese`) and sentences."""

from __future__ import annotations

NAMES = """
sim_real | Real | 实际
sim_change | Change | 变化
sim_error | Error | 误差
sim_simulated | Simulated | 仿真
sim_calls | Calls | 呼入量
crew | Crew | 坐席组
crews_cost | Cost each | 单人成本
crews_apart | Agents apart | 分组人数
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "sim_head_replay": (
        "{day}: its {calls} calls replayed {n} times; ± is the 95 % interval of the mean.",
        "{day}：当日 {calls} 个来电重放 {n} 次；± 为均值的95%区间。",
    ),
    "sim_head_forecast": (
        "{day}: {calls} calls expected, simulated {n} times; ± is the 95 % interval of the mean.",
        "{day}：预计 {calls} 个来电，仿真 {n} 次；± 为均值的95%区间。",
    ),
    "sim_worst": ("Worst intervals:", "最差时段："),
    "sim_what_if": ("What changes with {changes}:", "若 {changes}，变化如下："),
    "sim_good": (
        "The simulation reproduces the day: service level {level}, ASA {asa} against the real ones.",
        "仿真重现了当日：与实际相比，服务水平 {level}，平均应答速度 {asa}。",
    ),
    "sim_bad": (
        ("The simulation does not reproduce the day: service level {level}, ASA {asa} against the real ones; within 3 "
        "points and 15 % would do. What may explain it:"),
        "仿真未能重现当日：与实际相比，服务水平 {level}，平均应答速度 {asa}（容许误差为3个百分点与15%）。可能的原因：",
    ),
    "sim_unknown": (
        "The real service level or ASA is not known: nothing to compare with.",
        "实际服务水平或平均应答速度未知，无法比较。",
    ),
    "sim_verdict_change": (
        "Service level {level} (95 %: {lo} to {hi}), ASA {asa} s, {lost} abandoned calls a day.",
        "服务水平 {level}（95%区间 {lo} 至 {hi}），平均应答速度 {asa} 秒，每日放弃量 {lost}。",
    ),
    "sim_more_answered": (
        ("Answered a day {answered}, and yet the service level falls: {out} callers whom the switch sent away, and who "
        "did not count in it, now wait and do."),
        "每日接通 {answered}，服务水平却下降：原先被转出而不计入的 {out} 个来电，如今留在队列等待并计入。",
    ),
    "sim_added": (
        "Agents added without a queue serve all of them: {queues}.",
        "未指定技能组的新增坐席服务所有技能组：{queues}。",
    ),
    "sim_verdict_none": (
        "No difference that is more than chance: service level {level} (95 %: {lo} to {hi}).",
        "变化未超出随机波动：服务水平 {level}（95%区间 {lo} 至 {hi}）。",
    ),
    "sim_verdict_ahead": (
        "Expect a service level of {level} and an ASA of {asa} s; worst at {at}: {worst}. One day in ten: below {low}.",
        "预计服务水平 {level}，平均应答速度 {asa} 秒；最差时段 {at}：{worst}。十天中有一天低于 {low}。",
    ),
    "sim_days": (
        ("{n} days replayed. Median error: service level {level} points, ASA {asa}, abandon rate {lost} points; {good} "
        "days within 3 points and 15 %."),
        ("重放 {n} 天。误差中位数：服务水平 {level} 个百分点，平均应答速度 {asa}，放弃率 {lost} 个百分点；"
        "{good} 天在3个百分点与15%以内。"),
    ),
    "sim_days_why": (
        "What may explain the rest, by the day that is furthest off ({day}):",
        "其余各天可能的原因（以误差最大的 {day} 为例）：",
    ),
    "sim_skipped": ("{day} left out: {why}", "略过 {day}：{why}"),
    "crews_head": (
        "Crews for the {minutes} minutes from {at}: every queue {level} within {within} s, simulated.",
        "{at} 起 {minutes} 分钟的坐席组配置：各技能组{within}秒内接通 {level}（仿真）。",
    ),
    "crews_verdict": (
        ("{agents} agents at a cost of {cost}, busy {busy} of the time. With every queue apart it takes {siloed} "
        "(Erlang A), with everybody serving every queue {pooled}."),
        "共 {agents} 人，成本 {cost}，占用率 {busy}。各技能组分开需 {siloed} 人（Erlang A），全员通岗需 {pooled} 人。",
    ),
    "crews_saved": (
        "Agents saved by cross-training: {saved}.",
        "跨技能培训在此可节省 {saved} 人。",
    ),
    "crews_not_saved": (
        "These crews save nobody against queues apart.",
        "与分组相比，这些坐席组不节省人力。",
    ),
    "crews_note": (
        ("Net agents on the expected calls: shrinkage, the occupancy cap and what may come beyond the forecast are not "
        "in it."),
        "按预期来电计算的净人数，未计缩减率、占用率上限与预测以外的波动。",
    ),
    "twin_same_day": (
        "there is no other day to learn patience and routing from: they are the day's own, and it knows its own waits",
        "没有其他日期可供学习耐心与路由规则，只能取自当日本身，因而已知当日的等待",
    ),
    "twin_inferred": (
        "agents without a sign-in log: {n} of {all}; when they were there is told from the calls they answered",
        "{all} 名坐席中有 {n} 名没有签入记录：在岗时间由其接听的来电推断",
    ),
    "twin_planned": (
        "agents without a sign-in log: {n} of {all}; they are there as the published schedule has them",
        "{all} 名坐席中有 {n} 名没有签入记录：在岗时间按已发布的排班",
    ),
    "twin_unplaced": (
        "scheduled, but nothing says which queues they serve, and not simulated: {agents} ({names})",
        "{agents} 名坐席已排班但其服务的技能组未知，未计入仿真（{names}）",
    ),
    "twin_strangers": (
        ("known from the schedule alone, such as placeholders of a plan: {agents} ({names}); they are there beside the "
        "people scheduled on the same day"),
        "{agents} 名坐席仅见于排班（{names}），可能是计划中的占位，与同日已排班的人员一并计入",
    ),
    "twin_nameless": (
        "answered calls that name no agent: {n}; somebody is there for each, and for it alone",
        "{n} 个接通来电没有坐席名：假定各有一人在岗且仅服务该来电",
    ),
    "twin_outside": (
        "calls answered by agents outside the time they were signed in or scheduled: {n}",
        "{n} 个来电由未签入或未排班时段的坐席接听",
    ),
    "twin_ranked": (
        "routing is not known; the calls show that others go before {queues}",
        "路由规则未知；来电显示 {queues} 的优先级低于其他技能组",
    ),
    "twin_unserved": ("nobody is known to serve {queues}", "没有已知坐席服务 {queues}"),
    "twin_unanswered": (
        "up to {share} of rings were not answered: they lengthen waits, but hit agents at random here",
        "最多 {share} 的振铃未被接听：仿真中计入等待，但随机分配给坐席",
    ),
    "twin_flow_outs": (
        "{share} of the visits left as nobody was signed in, or in a way that is not simulated: here they wait on",
        "{share} 的来电因无人签入或以未仿真的方式离开：仿真中视为继续等待",
    ),
    "twin_left_out": (
        "visits without a known end, left out: {n}",
        "{n} 次结局未知的进线未计入",
    ),
    "twin_pooled": (
        "{queues}: too few abandons of its own, patience is that of all queues",
        "{queues}：自身放弃量过少，耐心取自全部技能组",
    ),
}
