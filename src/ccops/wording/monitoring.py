"""Names and sentences of quality samples and control charts."""

from __future__ import annotations

NAMES = """
mon_stratum | Stratum | 分层
mon_population | Contacts | 通话量
mon_sample | Sample | 抽样量
mon_error | Leaves open | 误差
mon_purpose | For | 用途
mon_measure | measuring | 测量
mon_coach | coaching | 辅导
mon_contact | Contact | 通话
mon_at | At | 时间
mon_talk | Talk | 通话时长
mon_day | Day | 日期
mon_figure | Figure | 指标值
mon_rule | Rule | 判异规则
mon_beyond | beyond three sigma | 超出三倍标准差
mon_two_of_three | two of three beyond two sigma | 三点中两点超出两倍标准差
mon_four_of_five | four of five beyond one sigma | 五点中四点超出一倍标准差
mon_eight_on_side | eight in a row on one side | 连续八点在同侧
mon_above | above the usual | 高于同星期常值
mon_upper | upper limit | 上限
mon_lower | lower limit | 下限
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "mon_plan": (
        "Listen to {sample} of {population} contacts to know a share to {error} at {level}; {coach} more for coaching.",
        "为将比率确定在 {error}（置信度 {level}），从 {population} 通中抽取 {sample} 通；另抽 {coach} 通用于辅导。",
    ),
    "mon_apart": (
        ("The coaching sample is not drawn by chance over all contacts: do not measure with it. The same --seed "
        "({seed}) draws the same contacts."),
        "辅导样本并非在全部通话中随机抽取，不可用于测量。相同的 --seed（{seed}）抽取相同的通话。",
    ),
    "mon_left_out": (
        "{n} contacts with less than {s} s of talk are left out.", "{n} 通通话不足{s}秒，未列入。",
    ),
    "mon_heard": ("{n} contacts were evaluated already.", "{n} 通已质检。"),
    "mon_no_signals": (
        "{metric}: {n} days, none is more than chance.", "{metric}：{n} 天，均在随机波动范围内。",
    ),
    "mon_signals": (
        "{metric}: {n} of {days} days are more than chance, the last {last}.",
        "{metric}：{days} 天中 {n} 天超出随机波动，最近一天为 {last}。",
    ),
    "mon_xmr": (
        "XmR chart of what each day lies above the usual of its weekday: limits {lower} to {upper}.",
        "XmR 控制图（各日减去同星期常值）：控制限 {lower} 至 {upper}。",
    ),
    "mon_xmr_plain": (
        "XmR chart of the daily figures: limits {lower} to {upper}.",
        "XmR 控制图（日指标值）：控制限 {lower} 至 {upper}。",
    ),
    "mon_p": (
        "p chart: mean {mean}, limits by each day's calls.", "p 控制图：均值 {mean}，控制限随当日通话量变化。",
    ),
    "mon_laney": (
        "Laney p' chart: mean {mean}; days differ {z} times as much as chance alone would have it.",
        "Laney p' 控制图：均值 {mean}，日间波动为纯随机的 {z} 倍。",
    ),
    "mon_false": (
        "On chance alone about one day in a hundred signals.", "纯随机情况下约每百天有一天误报。",
    ),
}
