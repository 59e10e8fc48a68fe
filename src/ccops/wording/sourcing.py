"""Names and sentences of offers and what they cost over the years."""

from __future__ import annotations

NAMES = """
src_offer | Offer | 方案
src_kind | Kind | 方式
src_in_house | in-house | 自营
src_outsourced | outsourced | 外包
src_hosted | hosted | 托管
src_cloud | cloud | 云
src_npv | Present value | 现值
src_seat | Per seat and month | 每坐席每月
src_contact | Per contact | 每通
src_saves | Saves | 可节省
src_breaks | Breaks even | 回本月份
src_never | never | 不回本
src_month | month {n} | 第 {n} 个月
src_start | Start | 期初
src_year | Year {n} | 第 {n} 年
src_paid | Paid | 支付
src_item | Item | 项目
src_all_years | All years | 合计
src_overlap | overlap | 并行期
src_plus | mark-up or margin | 加价或毛利
src_credits | bonus and malus | 服务水平奖惩
src_once | once | 一次性
src_exit | leaving the one in force | 退出现行方案
src_cumulated | cumulated | 累计
src_wages | staff: wages | 人员：工资
src_benefits | staff: benefits | 人员：社保福利
src_supervision | staff: supervision | 人员：班组管理
src_replacing | staff: leavers replaced | 人员：流失补员
src_months | Month | 月份
src_hours | Paid hours | 付薪工时
src_in_force | in force | 现行
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "src_verdict": (
        "{best} costs least: {npv} {currency} in today's money over {years} years, {saves} less than {paid}.",
        "{best} 成本最低：{years} 年现值 {npv} {currency}，比 {paid} 少 {saves}。",
    ),
    "src_stay": (
        "{paid} costs least: {npv} {currency} in today's money over {years} years; {next} costs {more} more.",
        "{paid} 成本最低：{years} 年现值 {npv} {currency}；{next} 多 {more}。",
    ),
    "src_best": (
        "{best} costs least: {npv} {currency} in today's money over {years} years. None is marked in_force.",
        "{best} 成本最低：{years} 年现值 {npv} {currency}。未标明现行方案（in_force）。",
    ),
    "src_method": (
        ("Money is paid at the end of its month and discounted by {rate} a year. Your own months come again, each year "
         "{growth} more; service levels as they were."),
        "款项于月末支付，每年按 {rate} 折现；以本中心各月业务量循环，每年增长 {growth}；服务水平按实际月份计。",
    ),
    "src_later": (
        "{name}: {item} in month {month} comes after these years and is left out.",
        "{name}：{item} 在第 {month} 个月支付，超出比较年限，未计入。",
    ),
    "src_cut": (
        "The data have {days} of the {of} days of {month}, which counts as a whole month.",
        "{month} 共 {of} 天，数据仅覆盖 {days} 天，按整月折算。",
    ),
    "src_renewed": (
        "{name}: the contract of {months} months is taken to be renewed at the same prices.",
        "{name}：合同期 {months} 个月，假定按原价续约。",
    ),
    "src_seats": (
        "Seats are {n}, the most agents who took calls in one hour; --seats says otherwise.",
        "坐席数按一小时内接听人数的最大值 {n} 计；可用 --seats 指定。",
    ),
}
