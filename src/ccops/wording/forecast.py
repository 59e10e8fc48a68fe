"""The words of forecasts and backtests: names (`key | English | Chinese`) and sentences."""

from __future__ import annotations

NAMES = """
method_weekday_mean | mean of 8 same weekdays | 近8个同星期均值
method_seasonal_naive | same weekday last week | 上周同日
method_split | day total x profile | 日总量×日内分布
method_factors | factors (SVD) | 因子（SVD）
method_fourier | yearly waves | 年周期波动
method_mean_of_two | mean of total x profile and factors | 总量分布与因子均值
method_mean_of_three | mean of those and yearly waves | 三法均值
forecast_volume | Calls | 呼入量
forecast_range | 80 % range | 80%区间
forecast_busiest | Busiest | 最忙时段
forecast_method | Method | 方法
forecast_error | Error (WAPE) | 误差（WAPE）
forecast_bias | Bias | 偏差
forecast_coverage | In 80 % range | 区间覆盖率
forecast_ahead | Days ahead | 提前天数
forecast_tested | Days tested | 检验天数
forecast_chosen | Chosen | 选用
forecast_all_queues | all queues | 全部技能组
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "forecast_made": (
        "{queue}: {method}, error {error} (8-week mean: {vendor}), dispersion {dispersion}, history {first} to {last}",
        "{queue}：{method}，误差 {error}（8周均值：{vendor}），离散度 {dispersion}，历史 {first} 至 {last}",
    ),
    "forecast_next_days": ("Calls per day, {first} to {last}", "每日呼入量，{first} 至 {last}"),
    "forecast_next_week": ("Calls per {minutes} min, {first} to {last}", "每{minutes}分钟呼入量，{first} 至 {last}"),
    "forecast_no_holidays": (
        "No holidays are known: set [forecast] holidays, such as CN.",
        "未设置节假日：请设 [forecast] holidays，例如 CN。",
    ),
    "forecast_far": (
        "Beyond {days} open days the range is as wide as at {days}.",
        "超过{days}个营业日后，区间宽度按第{days}日计。",
    ),
    "forecast_hours_shown": (
        "Opening hours are taken from the calls where [opening] does not set them.",
        "[opening] 未设置的营业时间按来电推断。",
    ),
    "forecast_gaps": (
        "Days without data, taken as unknown: {n} ({days}); [forecast] gaps = \"zero\" would count them as no calls.",
        "无数据的日期按未知处理：{n} 天（{days}）；设 [forecast] gaps = \"zero\" 则按零来电计。",
    ),
    "forecast_cut": (
        "Days known in part, left out: {n} ({days}).", "数据不完整、未采用的日期：{n} 天（{days}）。",
    ),
    "forecast_outside": (
        "Calls outside the opening hours (or a year from all others), left out: {calls}.",
        "营业时间以外（或与其他数据相隔一年以上）、未采用的来电：{calls} 通。",
    ),
    "forecast_not_tried": (
        "Not tried: {method}; it needs {days} days of history before the first test.",
        "未参与比较：{method}，首次检验前需 {days} 天历史数据。",
    ),
    "forecast_not_tested": (
        "Too little history to test any method: the range is that of chance alone.",
        "历史数据不足以检验任何方法：区间仅反映随机波动。",
    ),
    "forecast_few_days": (
        "Methods were tested on {n} days only, of {of} where there is more history.",
        "各方法仅在 {n} 天上检验（数据充足时为 {of} 天）。",
    ),
    "forecast_quiet": (
        "No calls since {day}: if the queue is closed, leave it out.", "自 {day} 起无来电：如已停用，请排除该技能组。",
    ),
    "forecast_holiday": (
        "{day} {holiday}: {share} of an ordinary day, as on {like}.",
        "{day} {holiday}：为平日的 {share}，依据 {like}。",
    ),
    "forecast_holiday_closed": (
        "{day} {holiday}: closed, as on {like}.", "{day} {holiday}：不营业，依据 {like}。",
    ),
    "forecast_holiday_unknown": (
        "{day} {holiday}: no such day in the history; taken for an ordinary day, with a wider range.",
        "{day} {holiday}：历史数据中无节假日，按平日计并放宽区间。",
    ),
    "forecast_morning": (
        "Calls until {time} are {ratio} against the forecast: the rest of the day is moved by {factor}.",
        "截至 {time} 的来电较预测 {ratio}：当日余下时段调整 {factor}。",
    ),
    "series_columns": ("Read from the columns {time} and {value}.", "读取列 {time} 与 {value}。"),
    "series_day_month": (
        "Day and month could be the other way round: {cell} is read as {day}.",
        "日月次序不确定：{cell} 按 {day} 读取。",
    ),
    "series_offset": (
        "Times are turned from the offset they are written with to {zone}.", "时间按所带时差换算为 {zone}。",
    ),
    "series_no_zone": (
        "No zone is set: times stay as they are written, and carry +00:00 (--tz Asia/Shanghai sets it).",
        "未设时区：时间按原样保留，时差写作 +00:00（可用 --tz Asia/Shanghai 设置）。",
    ),
    "series_summed": ("Times that came more than once were added up: {n}.", "重复出现的时间已相加：{n} 个。"),
    "forecast_left_out": (
        "{queue}: no forecast, {days} days of history where {needs} are needed.",
        "{queue}：无预测，历史数据 {days} 天，需 {needs} 天。",
    ),
}
