"""Names and sentences of quality scores, evaluators and calibration."""

from __future__ import annotations

NAMES = """
qs_evaluator | Evaluator | 质检员
qs_form | Form | 评分表
qs_week | Week | 周
qs_n | Evaluated | 质检量
qs_score | Score | 得分
qs_range | 95% range | 95%区间
qs_estimate | Likely | 估计得分
qs_verdict | Than all | 与整体相比
qs_better | better | 更好
qs_worse | worse | 更差
qs_same | not told apart | 无法区分
qs_fail | Failed | 致命差错率
qs_customer | Customer | 客户
qs_business | Business | 业务
qs_compliance | Compliance | 合规
qs_section | Section | 类别
qs_question | Question | 评分项
qs_asked | Asked | 适用次数
qs_given | Points given | 得分率
qs_costs | Costs | 失分
qs_effect | Against others | 相对他人
qs_stands_out | lenient or strict | 偏松或偏严
qs_exact | Exact | 完全一致
qs_within | Within | 容差内
qs_bias | Bias | 偏差
qs_mae | Mean gap | 平均差
qs_kappa | Kappa (failed) | Kappa（致命）
qs_alpha | Alpha | 一致性系数
qs_spread | Spread | 分歧
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "qs_verdict_all": (
        "{n} evaluations: score {score} ({lo} - {hi}), {fail} with a critical error ({fail_lo} - {fail_hi}).",
        "质检 {n} 通：得分 {score}（{lo} - {hi}），致命差错率 {fail}（{fail_lo} - {fail_hi}）。",
    ),
    "qs_most_lost": (
        "Most points are lost on {question}: {costs} of a score on average.",
        "失分最多的评分项为 {question}，平均失 {costs}。",
    ),
    "qs_lenient": (
        ("{evaluator} gives {points} more than the others to the same agents ({lo} to {hi}): calibrate before "
        "scores are compared."),
        "{evaluator} 对相同坐席的评分比其他质检员高 {points}（{lo} 至 {hi}），比较得分前应先校准。",
    ),
    "qs_strict": (
        ("{evaluator} gives {points} less than the others to the same agents ({lo} to {hi}): calibrate before "
        "scores are compared."),
        "{evaluator} 对相同坐席的评分比其他质检员低 {points}（{lo} 至 {hi}），比较得分前应先校准。",
    ),
    "qs_alike": ("No evaluator is told apart from the others.", "没有质检员明显偏松或偏严。"),
    "qs_unsure": (
        "Too few evaluations to know the score to five points: {n} of {all} ({names}).",
        "质检量不足以将得分确定到5分以内：{all} 组中 {n} 组（{names}）。",
    ),
    "qs_method": (
        ("Likely: drawn towards the mean of all by how little is known; better or worse only where the interval leaves "
        "that mean out. Critical errors are kept apart from scores."),
        "估计得分：数据越少越向整体均值收缩；仅当区间不含整体均值时才判为更好或更差。致命差错与得分分开统计。",
    ),
    "qs_unknown_contact": (
        "{n} of {all} evaluations are of contacts that are not in the data; they count for agents, not for queues.",
        "{all} 通质检中 {n} 通的通话不在数据中，仅计入坐席，不计入技能组。",
    ),
    "qs_no_score": ("{n} evaluations have no score.", "{n} 通质检没有得分。"),
    "qs_weights": (
        "Weights of {n} forms do not add up to 100; they were brought to it.",
        "{n} 张评分表的权重合计不为100，已按比例折算。",
    ),
    "qs_calibrated": (
        "{contacts} heard by several, sessions: {sessions}. Alpha is {alpha} for scores, {failed} for failing.",
        "校准 {sessions} 次，共 {contacts} 通：得分一致性系数（Alpha）{alpha}，致命 {failed}。",
    ),
    "qs_not_acceptable": (
        "Below 0.80 scores of different evaluators should not be compared: train on {question} first.",
        "Alpha 低于0.80，不同质检员的得分不宜直接比较：请先就 {question} 统一标准。",
    ),
    "qs_acceptable": ("That is good enough to compare scores.", "一致性足以比较得分。"),
    "qs_agreement": (
        "Against the agreed score; within {tolerance} counts as agreeing, bias above 0 is lenient.",
        "与标准分比较：差异在 {tolerance} 以内视为一致，偏差大于0为偏松。",
    ),
    "qs_no_master": ("{n} contacts have no agreed score.", "{n} 通没有标准分。"),
}
