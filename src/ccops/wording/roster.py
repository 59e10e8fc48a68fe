"""The words of rosters: names (`key | English | Chinese`) and sentences."""

from __future__ import annotations

NAMES = """
roster_off | off | 休
roster_absent | absent | 缺勤
roster_shift | Shift | 班次
roster_hours | Hours | 工时
roster_contract | Contract | 合同工时
roster_shifts | Shifts | 班数
roster_nights | Nights | 夜班
roster_weekends | Weekends | 周末
roster_wishes | Wishes | 意愿
roster_required | Wanted | 需求
roster_rostered | There | 到岗
roster_gap | Short | 缺口
roster_skill | Skill | 技能
roster_part | Part of the cost | 成本构成
roster_cost | Cost | 成本
roster_short | Uncovered demand | 需求缺口
roster_over | More than wanted | 超出需求
roster_overtime | Overtime | 加班
roster_undertime | Below contract | 不足合同工时
roster_start_change | Changing starts | 上班时间变动
roster_weekend_spread | Unequal weekends | 周末不均
roster_wish | Wishes not granted | 未满足的意愿
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "roster_optimal": (
        "{people} people, {days} days from {first}: cost {cost}, proven to be the least, in {seconds} s.",
        "{people} 人，自 {first} 起 {days} 天：成本 {cost}，已证明最低，用时 {seconds} 秒。",
    ),
    "roster_gap_reached": (
        "{people} people, {days} days from {first}: cost {cost}, at most {gap} above the least, in {seconds} s.",
        "{people} 人，自 {first} 起 {days} 天：成本 {cost}，最多高出最低成本 {gap}，用时 {seconds} 秒。",
    ),
    "roster_time": (
        "{people} people, {days} days from {first}: cost {cost} after {seconds} s; at least {bound} ({gap} apart).",
        "{people} 人，自 {first} 起 {days} 天：{seconds} 秒到时，成本 {cost}；最低不少于 {bound}（差距 {gap}）。",
    ),
    "roster_interrupted": (
        "{people} people, {days} days from {first}: cost {cost}, interrupted at {seconds} s; at least {bound} ({gap}).",
        "{people} 人，自 {first} 起 {days} 天：{seconds} 秒后中断，目前成本 {cost}；最低不少于 {bound}（差距 {gap}）。",
    ),
    "roster_covered": ("All demand is covered: {wanted} shifts.", "需求全部满足：共 {wanted} 班次。"),
    "roster_uncovered": (
        "{short} of {wanted} shifts wanted are not covered.", "需求 {wanted} 班次，尚缺 {short} 班次。",
    ),
    "roster_rules": ("Kept: {rules}.", "已遵守：{rules}。"),
    "roster_outside": (
        "{n} absences lie outside the roster and change nothing.", "{n} 条缺勤不在排班期内，未使用。",
    ),
    "roster_legend": ("{letter} {shift} {start}-{end}", "{letter} {shift} {start}-{end}"),
    "roster_legend_off": ("{off} day off, {absent} absent", "{off} 休息，{absent} 缺勤"),
    "roster_event": ("{shift} ({agent})", "{shift}（{agent}）"),
    "roster_impossible": (
        "no roster keeps all of these; without any one of them there would be one:",
        "以下规则无法同时满足，去掉其中任何一条即可排出班表：",
    ),
    "roster_unproven": (
        "no roster keeps all of these (there was no time to see whether each of them is needed for that):",
        "以下规则无法同时满足（时间不足，未能确认每条是否必要）：",
    ),
    "roster_impossible_fix": ("loosen one of them", "放宽其中一条"),
    "roster_unexplained": (
        "no roster keeps all rules, and there was no time to find out which of them clash",
        "没有班表能遵守全部规则，且时间不足以查明冲突所在",
    ),
    "roster_unknown": (
        "no roster was found in {seconds} s, nor a proof that there is none",
        "{seconds} 秒内未找到班表，也未能证明无解",
    ),
    "roster_more_time": ("give more with --time-limit", "用 --time-limit 给更多时间"),
    "roster_others": (
        "{n} more people have no possible line of their own: {names}", "另有 {n} 人自身无法排班：{names}",
    ),
    "roster_names_more": ("{names} and {n} more", "{names} 等，另有 {n} 人"),
    "clash_need": ("{day}, {shift}: at least {n} people", "{day} {shift}：至少 {n} 人"),
    "clash_need_skill": (
        "{day}, {shift}: at least {n} people with skill {skill}; {have} have it: {names}",
        "{day} {shift}：至少 {n} 人具备技能 {skill}；具备者 {have} 人：{names}",
    ),
    "clash_people": ("there are {n} people: {names}", "共有 {n} 人：{names}"),
    "clash_absent": ("{agent} is absent: {days}", "{agent} 缺勤：{days}"),
    "clash_all_absent": ("absences: {names}", "缺勤：{names}"),
    "clash_ban": ("{agent} must not be given shifts (bans): {days}", "{agent} 禁排：{days}"),
    "clash_all_ban": ("bans: {names}", "禁排：{names}"),
    "clash_skill": ("{agent} lacks {skills}, which shift {shift} demands", "{agent} 缺少班次 {shift} 所需的 {skills}"),
    "clash_all_skill": ("skills that shifts demand; lacking: {names}", "班次要求的技能；不具备者：{names}"),
    "clash_unwanted": ("shifts are given only where demand asks for any: {days}", "只排有需求的班次：{days}"),
    "clash_fixed": ("{agent} is fixed to {shift} on {day}", "{agent} 在 {day} 指定为 {shift}"),
    "clash_all_fixed": ("fixed shifts: {names}", "指定班次：{names}"),
    "clash_rest": ("{hours} h of rest between shifts", "两班之间休息 {hours} 小时"),
    "clash_swing": (
        "starts of two days in a row at most {hours} h apart", "相邻两天上班时间相差不超过 {hours} 小时",
    ),
    "clash_same_start": ("one start for all shifts of a week", "一周内上班时间相同"),
    "clash_row": ("at most {n} days at work in a row", "最多连续工作 {n} 天"),
    "clash_night_row": ("at most {n} nights in a row", "最多连续 {n} 个夜班"),
    "clash_nights": ("at most {n} nights in the roster", "排班期内最多 {n} 个夜班"),
    "clash_weekends": ("at most {n} weekends with work in the roster", "排班期内最多 {n} 个周末上班"),
    "clash_paired": ("days off at least two in a row", "休息日至少连续两天"),
    "clash_contract": (
        "at most {hours} h for {agent} in the week of {day}: contract and overtime, less absences",
        "{agent} 在 {day} 起一周最多 {hours} 小时：合同工时加允许加班，扣除缺勤",
    ),
    "clash_all_contract": (
        "contract hours with at most {hours} h of overtime a week", "合同工时，每周加班最多 {hours} 小时",
    ),
    "clash_week_most": ("at most {hours} h a week", "每周最多 {hours} 小时"),
    "clash_own_most": (
        "at most {hours} h for {agent} in the week of {day} (hours_max)",
        "{agent} 在 {day} 起一周最多 {hours} 小时（hours_max）",
    ),
    "clash_all_own_most": ("people's own limits of hours a week (hours_max)", "个人每周工时上限（hours_max）"),
    "clash_least": (
        "at least {hours} h for {agent} in the week of {day} (hours_min)",
        "{agent} 在 {day} 起一周至少 {hours} 小时（hours_min）",
    ),
    "clash_all_least": ("people's least hours a week (hours_min)", "个人每周最少工时（hours_min）"),
    "clash_least_shifts": ("at least {n} shifts for {agent} (shifts_min)", "{agent} 至少 {n} 个班（shifts_min）"),
    "clash_all_least_shifts": ("people's fewest shifts (shifts_min)", "个人最少班数（shifts_min）"),
    "clash_most_shifts": ("at most {n} shifts for {agent} (shifts_max)", "{agent} 最多 {n} 个班（shifts_max）"),
    "clash_all_most_shifts": ("people's most shifts (shifts_max)", "个人最多班数（shifts_max）"),
}
