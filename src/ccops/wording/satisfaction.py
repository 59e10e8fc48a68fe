"""Names and sentences of satisfaction and what drives it."""

from __future__ import annotations

NAMES = """
sat_asked | Asked | 邀评量
sat_answered | Answered | 参评量
sat_response_rate | Response | 参评率
sat_csat | Satisfied | 满意率
sat_nps | NPS | 净推荐值
sat_ces | Effort | 费力度
sat_interval | 95% interval | 95%区间
sat_driver | Per | 因素
sat_effect | Effect | 影响
sat_from_to | Usual range | 常见范围
sat_swing | Over the range | 范围内影响
sat_wait_min | waiting, per minute | 等待（每分钟）
sat_hold_min | hold, per minute | 保持（每分钟）
sat_handle_min | handling, per minute | 处理时长（每分钟）
sat_transfers | transfer | 转接（每次）
sat_repeat | repeat call | 重复来电
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "sat_verdict": (
        "Satisfied: {csat} [{low}, {high}] of {n} who said so; {answered} of {asked} asked answered ({rate}).",
        "满意率 {csat} [{low}, {high}]（{n} 份评价）；邀评 {asked}，参评 {answered}（{rate}）。",
    ),
    "sat_none": (
        "Nobody of {asked} asked said how satisfied they are.",
        "邀评 {asked} 人，无人评价满意度。",
    ),
    "sat_most": (
        "What goes with it most: {driver}, {effect} [{low}, {high}] {unit}.",
        "关联最大的是{driver}：{effect} [{low}, {high}] {unit}。",
    ),
    "sat_no_driver": (
        "No driver is told apart from none with these answers.",
        "就现有评价，尚无因素的影响可以确认。",
    ),
    "sat_queue_against": ("{queue}, not {other}", "{queue}（相对于{other}）"),
    "sat_bounds": (
        ("Those who did not answer may think differently: were all of them dissatisfied, {worst} would be satisfied; "
         "were all satisfied, {best}."),
        "未参评者的看法可能不同：若全部不满意，满意率为 {worst}；若全部满意，则为 {best}。",
    ),
    "sat_csat_means": (
        "Satisfied: answers of {satisfied} or more on {low} to {high}; Wilson intervals.",
        "满意：在 {low} 至 {high} 分中评 {satisfied} 分及以上；区间为 Wilson 区间。",
    ),
    "sat_drivers_mean": (
        ("Effects on {of} in {unit}: {n} answers, each driver at the same others, robust errors. They are "
         "associations, not causes."),
        "对{of}的影响以{unit}计：基于 {n} 份评价，其他因素不变，稳健标准误。这是关联，并非因果。",
    ),
    "sat_in_points": ("percentage points", "百分点"),
    "sat_in_score": ("points of the answer", "评分"),
    "sat_unlinked": (
        "{n} of {asked} surveys belong to no contact in the data: they count, but not in the drivers.",
        "{asked} 份邀评中有 {n} 份在数据中没有对应来电：计入满意率，不参与因素分析。",
    ),
    "sat_off_scale": (
        "Answers off the form's scale, left out: {n}; [quality] csat_scale and ces_scale say what the form allows.",
        "超出量表的评分 {n} 份，已剔除；量表由 [quality] csat_scale 与 ces_scale 设定。",
    ),
    "sat_nobody": ("Nobody of those asked for was surveyed.", "所选范围内没有邀评。"),
    "sat_incomplete": (
        "{n} answers lack a driver and are left out of the drivers.",
        "{n} 份评价缺少某项因素，未参与因素分析。",
    ),
    "sat_too_few": (
        "Too few answers to say what goes with them: {n} of the rarer kind; it takes {needed} (drivers: {drivers}).",
        "评价过少，无法分析影响因素：较少一类仅 {n} 份，需要 {needed} 份（因素 {drivers} 个）。",
    ),
    "sat_apart": (
        "What drives it cannot be said: a driver tells the answers apart completely, or two drivers are the same.",
        "无法分析影响因素：某一因素将评价完全分开，或有两个因素相同。",
    ),
    "sat_unknown_driver": (
        "Not known of most answers, so not looked at: {driver}.",
        "多数评价缺少此项，未作分析：{driver}。",
    ),
    "sat_same_driver": (
        "The same for nearly all answers, so not looked at: {driver}.",
        "几乎所有评价此项相同，未作分析：{driver}。",
    ),
    "sat_queues_merged": (
        "{n} queues with too few answers of either kind stand with the largest queue.",
        "{n} 个技能组评价过少，并入最大的技能组。",
    ),
}
