"""Names and sentences of tariffs and re-rated calls."""

from __future__ import annotations

NAMES = """
tar_tariff | Tariff | 资费方案
tar_month | A month | 每月
tar_minute | Per billed minute | 每计费分钟
tar_saves | Saves | 可节省
tar_total | These days | 本期合计
tar_calls | Calls | 通话
tar_spoken | Spoken | 通话时长
tar_billed | Billed | 计费时长
tar_charge | Charge | 费用
tar_rate | Rate | 费率
tar_direction | Calls | 方向
tar_in | in | 呼入
tar_out | out | 呼出
tar_any | in and out | 呼入及呼出
tar_in_force | in force | 现行
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "tar_verdict": (
        "{best} would cost {month} {currency} a month for these calls, {saves} less than {paid}.",
        "按这些通话，{best} 每月费用为 {month} {currency}，比 {paid} 省 {saves}。",
    ),
    "tar_best": (
        "{paid} is the cheapest of {n} tariffs for these calls: {month} {currency} a month.",
        "就这些通话，{paid} 是 {n} 个方案中最便宜的：每月 {month} {currency}。",
    ),
    "tar_no_paid": (
        "{best} is the cheapest of {n} tariffs for these calls: {month} {currency} a month. None is marked in_force.",
        "就这些通话，{best} 是 {n} 个方案中最便宜的：每月 {month} {currency}。未标明现行方案（in_force）。",
    ),
    "tar_driver": (
        "{paid} bills {more} more than was spoken: its increments are the reason.",
        "{paid} 的计费时长比实际多 {more}，原因在于计费单位。",
    ),
    "tar_calls_of": (
        "{calls} calls of {first} to {last}, {minutes} minutes.", "{first} 至 {last} 共 {calls} 通，{minutes} 分钟。",
    ),
    "tar_method": (
        ("Calls that came in are billed from the moment the switch took them, queueing included; those that went out "
        "by their talk. Packages, minimum and fee count once a month."),
        "呼入自交换机接起起计费（含排队），呼出按通话时长计费；套餐、最低消费及月费每月计一次。",
    ),
    "tar_no_end": (
        "{n} calls have no end in the data and are not billed.", "{n} 通通话没有结束时间，未计费。",
    ),
}
