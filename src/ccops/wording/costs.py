"""Names and sentences of cost, budget and variance."""

from __future__ import annotations

NAMES = """
cost_group | Group | 分组
cost_hour | Hour | 小时
cost_direct | Direct | 直接成本
cost_shared | Shared | 分摊成本
cost_total | Cost | 成本
cost_contacts | Answered | 接通量
cost_minutes | Handled min | 处理分钟
cost_each | Per contact | 单通成本
cost_minute | Per minute | 每分钟成本
cost_part | Against budget | 与预算相比
cost_amount | Amount | 金额
cost_volume | more or fewer contacts | 业务量
cost_efficiency | hours per contact | 每通工时
cost_rate | price of an hour | 工时单价
cost_price | other costs per contact | 其他单通成本
cost_unit | Unit cost | 单位成本
cost_shrinkage | Paid and not worked | 缩减成本
cost_repeat | Repeat calls | 重复来电成本
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "cost_verdict": (
        "A contact cost {each} {currency} in {month}; {total} in all.",
        "{month} 单通成本 {each} {currency}，合计 {total}。",
    ),
    "cost_over": (
        "That is {amount} ({share}) over budget: {parts}.", "比预算高 {amount}（{share}）：{parts}。",
    ),
    "cost_under": (
        "That is {amount} ({share}) under budget: {parts}.", "比预算低 {amount}（{share}）：{parts}。",
    ),
    "cost_not_split": (
        "The difference cannot be split: the books have no {missing}.", "差异无法分解：台账缺少 {missing}。",
    ),
    "cost_from_hours": (
        "There is no ledger of the month: costs are the paid hours of the time sheets at {hour} each.",
        "该月无台账：成本按考勤计薪工时、每小时 {hour} 计算。",
    ),
    "cost_no_budget": ("There is no budget for {month}.", "{month} 无预算。"),
    "cost_cut": (
        ("Calls are known of {days} of {of} days: groups share the month's costs by those days, and what one of their "
         "contacts cost is not known; quantities are the ledger's."),
        "仅有 {of} 天中 {days} 天的通话：分组按这些天分摊全月成本，各组单通成本未知；数量以台账为准。",
    ),
    "cost_method": (
        ("Direct costs stay where the ledger has them, the rest is shared by handling time. Volume first, then hours "
         "per contact, the price of an hour, other costs: each at what those before it settled."),
        "直接成本归属台账所列分组，其余按处理时长分摊；差异依次按业务量、每通工时、工时单价、其他成本分解。",
    ),
}
