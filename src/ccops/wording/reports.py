"""The sentences of reports, in English and Chinese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # header
    "header_day": (
        "{site} · business day {day} from {start} · {zone}",
        "{site} · 业务日 {day}（{start} 起）· {zone}",
    ),
    "header_no_site": ("(site not named)", "（职场未命名）"),
    "header_queues": ("Queues: {queues}", "技能组：{queues}"),
    "header_teams": ("Teams: {teams}", "班组：{teams}"),
    "header_rows": (
        "{used} of {read} lines used · data up to {as_of}",
        "使用 {used} 行 / 读入 {read} 行 · 数据截至 {as_of}",
    ),
    "header_rules": (
        "Service level: {formula}, within {within} s, abandons under {short} s are short, {boundary}, clock {clock}",
        "服务水平口径：{formula}，{within}秒内接通，不足{short}秒放弃为短时放弃，{boundary}，计时起点 {clock}",
    ),
    "header_version": (
        "ccops {version} · settings {digest} · sources {sources}",
        "ccops {version} · 设置 {digest} · 来源 {sources}",
    ),
    # verdict
    "verdict_met": (
        "Target met: {metric} {value} against {target} ({in_time} of {counted} in time).",
        "达标：{metric} {value}，目标 {target}（{counted} 通中 {in_time} 通及时）。",
    ),
    "verdict_missed": (
        "Target missed: {metric} {value} against {target}; {short_of} more in time would have met it.",
        "未达标：{metric} {value}，目标 {target}；再多 {short_of} 通及时接听即可达标。",
    ),
    "verdict_no_target": (
        "{metric} {value} ({in_time} of {counted} in time); no target is set.",
        "{metric} {value}（{counted} 通中 {in_time} 通及时）；未设目标。",
    ),
    "verdict_no_calls": ("No queue visit ended on this day.", "当日没有已结束的排队来电。"),
    "verdict_no_queues": (
        "No service level: {source} does not tell who waited in a queue; import a queue_log, or a list that does.",
        "无服务水平：{source} 不含排队记录；请导入交换机的 queue_log，或带技能组与等待时长的通话清单。",
    ),
    "verdict_of_queues": (
        "No verdict on teams: service level belongs to queues, for callers who were not answered belong to no agent.",
        "班组不作达标结论：服务水平属于技能组，未接通的来电不属于任何坐席。",
    ),
    "verdict_outside": (
        "{outside} of {offered} visits are not in it: abandoned {abandoned}, flow {flow}, other {other}, open {open}.",
        "{offered} 次排队中有 {outside} 次未计入：放弃 {abandoned}、流出 {flow}、其他 {other}、未见结束 {open}。",
    ),
    "verdict_worst": (
        "Worst interval {interval}: {metric} {value}, {late} of {counted} not in time, longest wait {longest}.",
        "最差时段 {interval}：{metric} {value}，{counted} 通中 {late} 通未及时，最长等待 {longest}。",
    ),
    "verdict_short": (
        "{interval} needed {required} agents for the calls that came, and {staffed} were there: {short} short.",
        "{interval} 按实际来电需 {required} 人，实际在岗 {staffed} 人，缺 {short} 人。",
    ),
    "verdict_short_why": (
        ("{interval} needed {required} agents for the calls that came, and {staffed} were there. "
        "Of the {short} short: {causes}."),
        "{interval} 按实际来电需 {required} 人，实际在岗 {staffed} 人。缺口 {short} 人：{causes}。",
    ),
    "verdict_short_offset": (
        ("{interval} needed {required} agents for the calls that came, and {staffed} were there. "
        "Of the {short} short: {causes}; against that, {helped}."),
        "{interval} 按实际来电需 {required} 人，实际在岗 {staffed} 人。缺口 {short} 人：{causes}；相抵：{helped}。",
    ),
    "short_absent": ("{agents} scheduled but away", "已排班未在岗 {agents}"),
    "short_planned_short": ("{agents} not scheduled", "少排班 {agents}"),
    "short_more_calls": ("{agents} for more calls than forecast", "来电超预测 {agents}"),
    "short_longer_handling": ("{agents} for longer handling", "处理时长偏长 {agents}"),
    "spare_absent": ("{agents} more there than scheduled", "在岗多于排班 {agents}"),
    "spare_planned_short": ("{agents} scheduled beyond the forecast's need", "多排班 {agents}"),
    "spare_more_calls": ("{agents} for fewer calls than forecast", "来电少于预测 {agents}"),
    "spare_longer_handling": ("{agents} for shorter handling", "处理时长偏短 {agents}"),
    "plan_apart": (
        ("Required adds up the queues as if each had people of its own: {apart} agent-hours. "
        "If everybody served every queue, {pooled} would do."),
        "需求人数按各技能组分别配人相加，共 {apart} 工时；若人人能接所有技能组，{pooled} 工时即可。",
    ),
    "listed": ("{first}, {rest}", "{first}，{rest}"),
    "verdict_cause_volume": (
        "Biggest cause: {change} offered against the same weekday last week ({now} against {before}).",
        "主要原因：呼入量较上周同日 {change}（{now} 对 {before}）。",
    ),
    "verdict_cause_handling": (
        "Biggest cause: median handle time {change} against the same weekday last week ({now} against {before}).",
        "主要原因：处理时长中位数较上周同日 {change}（{now} 对 {before}）。",
    ),
    "verdict_cause_staffing": (
        "Biggest cause: signed-in time {change} against the same weekday last week ({now} against {before}).",
        "主要原因：签入时长较上周同日 {change}（{now} 对 {before}）。",
    ),
    "verdict_cause_queue": (
        "Biggest part: queue {queue} with {late} of the {all_late} calls not answered in time.",
        "主要来源：技能组 {queue}，占未及时 {all_late} 通中的 {late} 通。",
    ),
    # sections
    "not_computable": (
        "{metric}: not computable from {source}: needs {needs}.",
        "{metric}：无法由 {source} 计算：缺少 {needs}。",
    ),
    "not_limited": (
        "not limited to the {column} asked for: {table} does not hold it",
        "无法按所选{column}筛选：{table} 不含该字段",
    ),
    "of_nobody": (
        "callers who were not answered belong to no agent",
        "未接通的来电不属于任何坐席",
    ),
    "not_of_agents": (
        "What counts callers who were not answered is not shown for agents or teams: such callers belong to no agent.",
        "含未接通来电的指标不按坐席或班组给出：未接通的来电不属于任何坐席。",
    ),
    "no_rows": ("Nothing to show: {what} has no rows on this day.", "无数据：当日 {what} 没有记录。"),
    "balance": (
        "{offered} offered = answered {answered} + abandoned {abandoned} + flow {flow} + other {other} + open {open}.",
        "呼入 {offered} = 接通 {answered} + 放弃 {abandoned} + 流出 {flow} + 其他 {other} + 未见结束 {open}。",
    ),
    "unique_contacts": (
        "{offered} queue visits were {contacts} unique contacts: a contact that meets two queues counts in both.",
        "{offered} 次排队来自 {contacts} 个去重来电：经过两个技能组的来电在两处各计一次。",
    ),
    "weighted_total": (
        "The total divides sums by sums; it is not the average of the rows.",
        "合计为分子之和除以分母之和，不是各行的平均。",
    ),
    "by_arrival": (
        "Every call counts in the interval in which it entered the queue, whenever it was answered.",
        "每通来电计入其入队所在时段，与何时接通无关。",
    ),
    "attempts_balance": (
        "Agent attempts {attempts} = calls answered {answered} + no-answers {rona}.",
        "坐席派接 {attempts} 次 = 接通 {answered} 次 + 振铃未接 {rona} 次。",
    ),
    "login_inferred_note": (
        "Agents whose sign-in times are inferred from first to last activity: {agents}; their occupancy is not known.",
        "签入时间由首末活动推断的坐席：{agents} 名，其占用率未知。",
    ),
    "lost_balance": (
        "Contacts answered in no queue: {lost}. Left in one queue and answered in another, so not lost: {repaired}.",
        "{lost} 个来电入队后始终未接通；另有 {repaired} 个来电在某技能组未接、在其他技能组接通。",
    ),
    "lost_followed": (
        "Called back: {back}; called again themselves: {again}; neither: {none}; number unknown: {unknown}.",
        "已回呼 {back} 个，客户自行再次来电 {again} 个，两者皆无 {none} 个；无号码 {unknown} 个。",
    ),
    "lost_more": ("{more} more: ccops lost -d {day}", "另有 {more} 个：ccops lost -d {day}"),
    "intervals_on_target": (
        "{met} of {counted} intervals with calls were on target.",
        "{counted} 个有来电的时段中 {met} 个达标。",
    ),
    "waits_longest": (
        "Answered and abandoned calls by seconds waited; the longest wait was {longest}.",
        "接通与放弃来电按等待秒数分布；最长等待 {longest}。",
    ),
    "all_queues_note": (
        "Agents' time is not split by queue, so there is none for these queues alone.",
        "坐席工时不分技能组，无法单独给出所选技能组的工时。",
    ),
    "lost_nobody": ("No caller was lost.", "没有流失来电。"),
    # exceptions
    "exceptions_more": ("Smaller findings not shown: {more}.", "另有较小的发现 {more} 项未列出。"),
    "exceptions_none": ("No exception found.", "未发现异常。"),
    "exception_interval": (
        "{interval}: {late} of {counted} not in time ({metric} {value})",
        "{interval}：{counted} 通中 {late} 通未及时（{metric} {value}）",
    ),
    "exception_queue": (
        "Queue {queue} under target: {value} against {target}, {late} not in time",
        "技能组 {queue} 未达标：{value}，目标 {target}，{late} 通未及时",
    ),
    "exception_rona": (
        "Agent {agent}: {rona} no-answers of {least} s or more beside {answered} answered ({share})",
        "坐席 {agent}：振铃{least}秒以上未接 {rona} 次，接通 {answered} 次（{share}）",
    ),
    "exception_long_talk": (
        "Talk of more than 4 h, longest {longest}: a transfer or a missed hang-up, not talk",
        "通话超过4小时，最长 {longest}：疑为转接或漏记挂机",
    ),
    "exception_abandons": (
        "{interval}: {abandoned} of {counted} abandoned ({value}, the day {usual})",
        "{interval}：{counted} 通中放弃 {abandoned} 通（{value}，全天 {usual}）",
    ),
    "exception_lost": (
        "Lost callers neither called back nor called again within 24 h",
        "流失来电在24小时内既未回呼也未再次来电",
    ),
    "exception_lost_so_far": (
        "Lost callers neither called back nor called again so far (24 h are not over for all)",
        "流失来电暂未回呼也未再次来电（部分未满24小时）",
    ),
    "exception_occupancy": (
        "Agents with occupancy over {high}, of {of} whose occupancy is known",
        "占用率高于 {high} 的坐席（占用率已知的共 {of} 名）",
    ),
    "exception_open": (
        "Queue visits without an end: the file is cut or the switch restarted",
        "排队未见结束：文件被截断或交换机重启",
    ),
    "exception_rejects": (
        "Lines of the imported files that could not be used",
        "导入文件中无法使用的行",
    ),
    # data quality
    "quality_clean": ("No data-quality finding.", "未发现数据质量问题。"),
    "quality_lacks": ("{what}: {reason}", "{what}：{reason}"),
    "owner_team_lead": ("team lead of {agent}", "{agent} 的班组长"),
    "owner_queue": ("queue {queue}", "技能组 {queue}"),
    # next
    "next_all": ("ccops report -d {day} --all: every section", "ccops report -d {day} --all：全部章节"),
    "next_lost": ("ccops lost -d {day}: the callers to ring back", "ccops lost -d {day}：待回呼名单"),
    "next_explain": (
        "ccops explain service_level -d {day}: every formula side by side",
        "ccops explain service_level -d {day}：各口径并列",
    ),
    "next_save": (
        "ccops report -d {day} -o daily.md -o daily.csv -o daily.json: the same report as files",
        "ccops report -d {day} -o daily.md -o daily.csv -o daily.json：同一报告存为文件",
    ),
    # words inside sentences
    "boundary_le": ("exactly that is in time", "恰好等于算及时"),
    "boundary_lt": ("exactly that is late", "恰好等于算超时"),
    "clock_queue": ("entering the queue", "入队"),
    "clock_ring": ("ringing", "振铃"),
    "all_queues": ("all", "全部"),
    "trend_days": ("{days} days", "近{days}日"),
    "points": ("{value} pts", "{value} 个百分点"),
}
