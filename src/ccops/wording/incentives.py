"""Names and sentences of incentive schemes and their payouts."""

from __future__ import annotations

NAMES = """
inc_contacts_per_hour | contacts per hour | 小时处理量
inc_productivity | productivity | 处理效率
inc_quality | quality | 质检得分
inc_adherence | adherence | 排班遵守率
inc_csat | satisfaction | 满意率
inc_status | Status | 状态
inc_paid | paid | 已发
inc_barred | barred | 不发
inc_not_rated | not rated | 未评定
inc_gate | Gate | 门槛
inc_min_contacts | fewest contacts | 最低处理量
inc_min_evaluations | fewest evaluations | 最低质检次数
inc_min_surveys | fewest answered surveys | 最低参评量
inc_no_result | no result at all | 无任何结果
inc_most_failed | failed evaluations | 致命差错
inc_attendance | attendance | 出勤
inc_cap | cap | 封顶
inc_own | Own result | 个人
inc_team_part | Team part | 团队
inc_deductions | Deductions | 扣减
inc_payout | Payout | 实发
inc_contacts | Contacts | 处理量
inc_line | Line | 项目
inc_line_own | own | 个人
inc_line_team | team | 团队
inc_line_gate | gate | 门槛
inc_actual | Actual | 实际
inc_expected | Expected | 期望
inc_n | n | 样本数
inc_credibility | Counts | 可信度
inc_score | Score | 得分
inc_tier | Tier | 档位
inc_weight | Weight | 权重
inc_pay | Pay | 金额
inc_month | Month | 月份
inc_total | Total | 总额
inc_per_person | Per person | 人均
inc_per_contact | Per contact | 单通
inc_people | People | 人数
inc_equal | Equal shares | 平均分配
inc_difference | Difference | 差额
inc_group | Group | 分组
inc_parameter | Parameter | 参数
inc_low_total | 10% lower | 下调10%
inc_high_total | 10% higher | 上调10%
inc_moved | Moved | 变动占比
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "inc_verdict": (
        "{month}: {total} for {paid} of {people} people, {mean} each on average; barred {barred}, not rated {unrated}.",
        "{month}：{people} 人中 {paid} 人获奖，共 {total}，人均 {mean}；不发 {barred} 人，未评定 {unrated} 人。",
    ),
    "inc_nobody": (
        "{month}: nobody of {people} people is paid, the total is {total}: {gates}.",
        "{month}：{people} 人无一获奖，总额 {total}：{gates}。",
    ),
    "inc_trail": ("{agent}, {status}: {payout}", "{agent}，{status}：{payout}"),
    "inc_stopped": ("Gates: {gates}.", "门槛：{gates}。"),
    "inc_stops": ("{gate} stops {n}", "{gate}拦下 {n} 人"),
    "inc_no_people": (
        "{month}: the scheme pays nobody, for it has no people: no agent is of its roles.",
        "{month}：奖金方案没有适用人员：没有角色符合的坐席。",
    ),
    "inc_score_means": (
        ("Productivity: handle time expected at the centre's mean of each queue served, over the actual one; 1 is as "
         "expected."),
        "处理效率：按所服务技能组的全中心平均处理时长计算的期望时长与实际时长之比，1 即符合期望。",
    ),
    "inc_sum": (
        "Each line is rounded to {decimals} decimals, halves up; a payout is the sum of its lines.",
        "每个项目四舍五入到 {decimals} 位小数，实发为各项目之和。",
    ),
    "inc_partial": (
        "Calls of {month} are known from {first} to {last} only: this is no whole month's result.",
        "{month} 仅有 {first} 至 {last} 的来电数据，并非整月结果。",
    ),
    "inc_no_data": (
        "No data for {measure} in {month}: its weight goes to the other measures in proportion.",
        "{month} 没有{measure}数据，其权重按比例分给其他指标。",
    ),
    "inc_inferred": (
        "Agents in {month} whose sign-ins are only inferred from calls, so that they seem never to wait: {n}.",
        "{month} 签入时间仅由通话推断、看不出等待时长的坐席：{n} 人。",
    ),
    "inc_attendance_unknown": (
        "Attendance in {month} is not known, so nothing is deducted for it, of {n} of the people.",
        "{month} 有 {n} 人出勤未知，不作扣减。",
    ),
    "inc_other_roles": (
        "People of roles that the scheme does not pay, {month}: {n}; their contacts count in what is expected.",
        "{month} 有 {n} 人的角色不在方案内，其来电仍计入期望值。",
    ),
    "inc_not_listed": (
        "Agents with results in {month} who are in no list of employees and pass for agents: {n}.",
        "{month} 有 {n} 名坐席有结果但不在员工名单中，按坐席处理。",
    ),
    "inc_no_team": (
        "People without a team in {month}, whose own result stands for the team's: {n}.",
        "{month} 有 {n} 人没有班组，其团队部分按个人结果计算。",
    ),
    "inc_alone": (
        "Served by one agent alone in {month}, so compared with nobody: {queues}.",
        "{month} 仅由一名坐席服务、无从比较的技能组：{queues}。",
    ),
    "inc_fewer_months": (
        "Months asked for: {asked}; with calls: {n}.",
        "要求 {asked} 个月，其中 {n} 个月有来电数据。",
    ),
    "inc_simulated": (
        "{first} to {last}: {total} in all, {mean} a month; months tried: {months}.",
        "{first} 至 {last}：{months} 个月共 {total}，月均 {mean}。",
    ),
    "inc_widest": (
        "Furthest from equal shares: {group} ({by}), {difference} per person and month.",
        "与平均分配差距最大：{group}（{by}），每人每月 {difference}。",
    ),
    "inc_touchiest": (
        "What matters most: {parameter}; 10% of it moves {moved} of the money.",
        "影响最大的参数：{parameter}，变动10%即影响 {moved} 的奖金。",
    ),
    "inc_mix": (
        ("Pay and the handle time of the queues that one serves: rank correlation {rho} {interval}, {n} people; of "
         "calls per handling hour, unadjusted, {raw}, at the same queues {adjusted}."),
        ("奖金与所服务技能组处理时长的等级相关系数 {rho} {interval}（{n} 人）；"
         "未调整的处理速度为 {raw}，同技能组比较后为 {adjusted}。"),
    ),
    "inc_mix_unknown": (
        "Too few people, or too alike, to say whether pay depends on the queues that one serves.",
        "人数过少或差异过小，无法判断奖金是否取决于所服务的技能组。",
    ),
    "inc_mix_matters": (
        "Pay depends on the queues: the scheme does not treat them alike.",
        "奖金受技能组影响：方案对各技能组并不公平。",
    ),
    "inc_mix_fair": (
        "No sign that pay depends on the queues.",
        "未见奖金受技能组影响的迹象。",
    ),
    "inc_equal_means": (
        "Equal shares: each month's total divided by all who were rated; queue: the one that took most of the time.",
        "平均分配：当月总额除以全部已评定人数；技能组：耗时最多者。",
    ),
    "inc_sensitivity_means": (
        "Moved: the share of the total that would change hands or be saved or added, whichever tenth moves more.",
        "变动占比：参数上下调10%时增减或易手的金额占总额的比例，取较大者。",
    ),
}
