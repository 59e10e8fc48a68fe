"""Names and sentences of the economics of a centre."""

from __future__ import annotations

NAMES = """
eco_part | An agent and month | 每名坐席每月
eco_amount | Amount | 金额
eco_wage | Wage | 工资
eco_benefits | Benefits | 社保福利
eco_supervision | Supervision | 管理
eco_quality | Quality assurance | 质检
eco_planning | Planning | 排班与数据
eco_seat | Seat | 工位
eco_licence | Licences | 许可
eco_telephone | Telephone | 话费
eco_training | Training | 培训
eco_attrition | Attrition | 流失
eco_total | Total | 合计
eco_hour | Per hour on calls | 每通话工时
eco_target | Service level | 服务水平
eco_hours | Hours on calls | 通话工时
eco_costs | Costs | 费用
eco_lost | Lost calls | 流失来电
eco_point | Per point | 每百分点
eco_queues | Queues | 技能组
eco_apart | Apart | 分开
eco_together | Together | 合并
eco_saves | Saves | 可节省
eco_team | Team | 班组
eco_people | People | 人数
eco_supervisors | Supervisors | 主管
eco_wider | One agent more each | 每主管多带 1 人
eco_leaves | Leave a month | 月流失率
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "eco_verdict": (
        "An agent costs {total} {currency} a month, an hour on calls {hour}.",
        "每名坐席每月 {total} {currency}，每通话工时 {hour}。",
    ),
    "eco_missing": ("Not known, and not in it: {parts}.", "未知，未计入：{parts}。"),
    "eco_point_costs": (
        "One point of service level more than {target} costs {more} a month; one less saves {less}.",
        "服务水平比 {target} 高一个百分点每月多 {more}，低一个百分点每月少 {less}。",
    ),
    "eco_point_pays": (
        "It keeps {n} callers a month; at {value} for a lost call that is worth {money}.",
        "每月可挽回 {n} 位来电者，按每通流失 {value} 计值 {money}。",
    ),
    "eco_overtime": (
        ("{hours} h on calls cost {overtime} a month by overtime, {hired} by somebody more: hiring ({joining} once) "
         "pays after {months} months."),
        "每月 {hours} 通话工时：加班 {overtime}，增聘 {hired}；增聘（一次性 {joining}）{months} 个月后回本。",
    ),
    "eco_overtime_stays": (
        "{hours} h on calls cost {overtime} a month by overtime, {hired} by somebody more: overtime is cheaper.",
        "每月 {hours} 通话工时：加班 {overtime}，增聘 {hired}；加班更便宜。",
    ),
    "eco_lines": (
        "{n} lines lose one call of a hundred in the busiest hour; {most} were in use at once.",
        "最忙小时损失百分之一来电需 {n} 条中继；同时占用最多 {most} 条。",
    ),
    "eco_lines_spare": (
        "{paid} are paid for: those to spare cost {money} a month.", "现付费 {paid} 条：富余部分每月 {money}。",
    ),
    "eco_lines_short": (
        "{paid} are paid for: those missing would cost {money} a month.", "现付费 {paid} 条：补足缺口每月 {money}。",
    ),
    "eco_seats": (
        "{most} of {people} people take calls at once: {per} people share a seat.",
        "{people} 人中同时接听的最多 {most} 人：每工位可供 {per} 人轮用。",
    ),
    "eco_seats_saves": ("A seat for each costs {money} a month more.", "一人一位每月多 {money}。"),
    "eco_menu": (
        "{n} contacts a month meet the menu and {share} need nobody; with an agent one costs {each}.",
        "每月 {n} 通进入语音菜单，{share} 无需人工；人工每通 {each}。",
    ),
    "eco_menu_point": (
        "One point more of them saves {money} a month.", "每提高一个百分点每月节省 {money}。",
    ),
    "eco_follow": (
        "Of {first} to {last}; a level is met in every interval, within {within} s.",
        "{first} 至 {last}；服务水平按每时段 {within} 秒内接通达标计。",
    ),
    "eco_span": (
        "One agent more for each supervisor is money only if fewer supervisors are paid; watch quality and attrition.",
        "每主管多带一人只有在主管人数减少时才节省费用；须留意质量与流失。",
    ),
    "eco_wage_assumed": (
        "The list of employees says no wages, or several currencies: the wage is the price of an hour, {price}.",
        "员工名单未给出工资，或币种不一：工资按每小时 {price} 计。",
    ),
    "eco_no_overtime": (
        "Overtime against a hire needs [people] recruit_cost or training_hours.",
        "比较加班与增聘需要 [people] recruit_cost 或 training_hours。",
    ),
    "eco_no_lines": ("Lines need calls whose beginning and end are known.", "中继测算需要含起止时间的通话。"),
    "eco_no_seats": ("Seats need the list of employees.", "工位测算需要员工名单。"),
    "eco_no_menu": ("The menu needs a source that shows it.", "语音菜单分析需要含菜单记录的数据。"),
    "eco_no_teams": (
        "The span of control needs employees, [cost] supervisor_cost, and leads in the list or [cost] span.",
        "管理幅度分析需要员工名单、[cost] supervisor_cost，以及名单中的组长或 [cost] span。",
    ),
}
