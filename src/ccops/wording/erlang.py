"""The words of the queueing calculator: names (`key | English | Chinese`) and sentences."""

from __future__ import annotations

NAMES = """
erlang_lines | Lines | 线路数
erlang_asa_s | ASA, s | 平均应答速度（秒）
erlang_p_wait | Have to wait | 需等待占比
erlang_p_block | Find all busy | 呼损率
erlang_queue_length | Waiting | 平均排队数
erlang_cap | occupancy cap | 占用率上限
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "erlang_load": (
        "{model}: {calls} calls an hour of {aht} s are {load} Erlangs.",
        "{model}：每小时 {calls} 通、平均处理 {aht} 秒，话务量 {load} 爱尔兰。",
    ),
    "erlang_required": (
        "Required: {required} agents ({exact} to the fraction).", "需要 {required} 名坐席（精确值 {exact}）。",
    ),
    "erlang_lines_required": (
        "Required: {required} lines ({exact} to the fraction).", "需要 {required} 条线路（精确值 {exact}）。",
    ),
    "erlang_decides": (
        "What decides is the {binding}; each alone takes: {others}.", "起决定作用的是{binding}；各自所需：{others}。",
    ),
    "erlang_gross": (
        "With {shrinkage} shrinkage: {gross} people, for {required} of them to be there.",
        "缩减率 {shrinkage}：排 {gross} 人，方有 {required} 人在岗。",
    ),
    "erlang_below_load": (
        "That is fewer agents than Erlangs, and right: {abandoned} of the callers give up.",
        "人数低于话务量并无差错：有 {abandoned} 的来电者放弃。",
    ),
    "erlang_unstable": (
        "Unstable with {load} agents or fewer: the queue grows without end, as nobody gives up in Erlang C.",
        "坐席不多于 {load} 名时系统不稳定：Erlang C 中无人放弃，排队无限增长。",
    ),
    "erlang_redial": (
        "Those who call again included, {attempts} calls an hour arrive at {agents} agents.",
        "计入重拨后，{agents} 名坐席每小时面对 {attempts} 通来电。",
    ),
    "erlang_no_part": (
        "{option} plays no part in {model}", "{option} 在 {model} 中不起作用",
    ),
}
