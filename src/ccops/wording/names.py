"""The names of figures, columns, sections, outcomes and states, in English and Chinese."""

from __future__ import annotations

# key | English | Chinese
NAMES = """
offered | Offered | 呼入量
contacts | Unique contacts | 去重来电数
contacts_all | All contacts | 全部通话数
answered | Answered | 接通量
answer_rate | Answer rate | 人工接通率
answer_rate_system | System answer rate | 接通率
abandoned | Abandoned | 放弃量
abandon_rate | Abandon rate | 放弃率
abandoned_queue | Abandoned in queue | 队列放弃
abandoned_ring | Abandoned ringing | 振铃放弃
abandoned_announcement | Abandoned in announcement | 播报放弃
abandoned_ivr | Abandoned in IVR | IVR放弃
abandon_rate_net | Abandon rate, net of short | 净放弃率
short_abandoned | Short abandons | 短时放弃
short_abandoned_share | Short share of abandons | 短时放弃占比
answered_within | Answered in time | 时限内接通量
service_level | Service level | 服务水平
intervals_met | Intervals on target | 达标时段占比
asa | Average speed of answer | 平均应答速度
avg_abandon_wait | Time to abandon | 平均放弃时长
avg_wait | Average wait | 平均等待
max_wait | Longest wait | 最长等待
wait_p50 | Median wait | 等待中位数
wait_p90 | Wait, 90th percentile | 等待90分位数
wait_p95 | Wait, 95th percentile | 等待95分位数
talk | Talk | 通话
hold | Hold | 保持
hold_held | Hold per held contact | 有保持来电均保持
acw | After-call work | 话后处理
handled | Handled | 处理量
aht | Average handle time | 平均处理时长
aht_p50 | Median handle time | 处理时长中位数
aht_p90 | Handle time, 90th percentile | 处理时长90分位数
talk_time | Talk time | 通话总时长
hold_time | Hold time | 保持总时长
acw_time | After-call work time | 话后处理总时长
login | Signed in | 签入
available | Ready | 就绪
aux | Not ready | 小休置忙
ring | Ringing | 振铃
occupancy | Occupancy | 占用率
utilisation_login | Utilisation (signed in) | 工时利用率（上线）
utilisation_attended | Utilisation (attended) | 工时利用率（出勤）
utilisation_paid | Utilisation (paid) | 工时利用率（付薪）
talk_utilisation | Talk utilisation | 通话利用率
shrinkage | Shrinkage | 缩减率
adherence | Adherence | 排班遵守率
conformance | Conformance | 工时符合率
rona | Ring no answer | 振铃未接
attempts | Agent attempts | 坐席派接次数
transfers_out | Transfers out | 转出量
transfer_rate | Transfer rate | 转接率
overflow | Overflow | 溢出
timeout | Timeout | 排队超时
callback | Callback | 回呼
voicemail | Voicemail | 语音留言
exit_key | Left by key | 按键离队
exit_empty | Left, no agents | 无坐席离队
flow_outs | Flow-outs | 流出量
other_ends | Other ends | 其他结束
open | Open | 未见结束
queued | Queued and ended | 排队已结束
repeat_rate | Repeat rate | 重复来电率
fcr | First-contact resolution | 一次解决率
containment_naive | IVR containment (naive) | 自助率（表面）
containment_true | IVR containment (true) | 自助率（实际）
csat | Satisfaction | 满意率
nps | NPS | 净推荐值
ces | Effort | 费力度
qa_score | QA score | 质检得分
qa_fail_rate | QA auto-fail rate | 致命差错率
cph | Contacts per hour | 人均小时接通量
cph_busy | Contacts per hour less idle | 人均小时接通量（扣除空闲）
cost_per_contact | Cost per contact | 单通成本
cost_per_handled_minute | Cost per handled minute | 单位处理分钟成本
cost_per_resolution | Cost per resolution | 单次解决成本
cost_per_productive_hour | Cost per productive hour | 有效工时成本
attrition_person_time | Attrition (person-time) | 流失率（人时）
attrition_mean_headcount | Attrition (mean headcount) | 流失率（平均人数）
attrition_annual_simple | Attrition, annual (simple) | 年化流失率（单利）
attrition_annual_compound | Attrition, annual (compound) | 年化流失率（复利）
queue | Queue | 技能组
agent | Agent | 坐席
team | Team | 班组
channel | Channel | 渠道
direction | Direction | 方向
interval | Interval | 时段
hour | Hour | 小时
day | Day | 日期
weekday | Weekday | 星期
week | Week | 周
month | Month | 月
date | Date | 日期
system | Switch | 交换机
source | Source | 来源
contact_id | Contact id | 通话ID
customer | Caller | 来电号码
called_number | Called number | 被叫号码
started_at | Started | 开始时间
entered_at | Entered queue | 入队时间
answered_at | Answered at | 接听时间
ended_at | Ended | 结束时间
wait | Wait | 等待时长
outcome | Outcome | 结果
released_by | Released by | 挂断方
state | State | 状态
reason | Reason | 原因
site | Site | 职场
total | Total | 合计
none | (none) | （无）
unassigned | (unassigned) | （未分配）
metric | Metric | 指标
value | Today | 当日
target | Target | 目标
met | Met | 达标
missed | Missed | 未达标
yesterday | Yesterday | 昨日
vs_yesterday | vs yesterday | 较昨日
last_week | Same weekday last week | 上周同日
vs_last_week | vs same weekday last week | 较上周同日
month_to_date | Month to date | 本月累计
to_target | vs target | 较目标
trend | Trend | 走势
field | Field | 字段
title | Title | 名称
unit | Unit | 单位
row | Row | 行
section | Section | 章节
table | Table | 表
owner | Owner | 责任方
number | Number | 数值
finding | Finding | 发现
definition | As computed here | 本报告算法
meaning | Meaning | 含义
login_source | Login times from | 签入时间来源
aux_other | Not ready, no reason | 置忙（无原因）
callback_status | Call-back status | 回呼状态
called_back_at | We called back | 我方回呼
called_again_at | Called again | 客户再次来电
wait_bin | Seconds waited | 等待秒数
late | Not in time | 未及时
rows | Rows | 行数
issue | Issue | 问题
daily_report | Daily report | 运营日报
header | Scope and provenance | 范围与依据
verdict | Verdict | 结论
kpis | Key figures | 关键指标
kpis_trend | Key figures, day by day | 关键指标逐日
intervals | Intervals | 分时段
worst_intervals | Worst intervals | 最差时段
heatmap | Service level by queue and hour | 技能组×小时 服务水平
queues | Queues | 技能组
agents | Agents | 坐席
agents_work | Agents: work | 坐席业务量
agents_time | Agents: time | 坐席工时
agents_aux | Agents: not ready by reason | 坐席置忙原因
lost | Lost callers | 流失来电
waits | How long callers waited | 等待时长分布
exceptions | Exceptions | 异常
data_quality | Data quality | 数据质量
file | File | 文件
files | Files read | 读入文件
definitions | Definitions | 口径
next | What to type next | 下一步
outcome_answered | answered | 已接通
outcome_abandoned | abandoned | 放弃
outcome_connected | connected | 已接续
outcome_unanswered | unanswered | 未接
outcome_busy | busy | 忙
outcome_failed | failed | 失败
outcome_ivr_hangup | hung up in IVR | IVR挂机
outcome_ivr_completed | completed in IVR | IVR自助完成
outcome_timeout | timeout | 排队超时
outcome_overflow | overflow | 溢出
outcome_exit_key | left by key | 按键离队
outcome_exit_empty | left, no agents | 无坐席离队
outcome_callback | callback asked for | 预约回呼
outcome_voicemail | voicemail | 语音留言
outcome_withdrawn | withdrawn | 撤回
outcome_refused | refused | 拒绝入队
outcome_dropped | dropped | 掉线
outcome_open | no end seen | 未见结束
state_talk | talk | 通话
state_hold | hold | 保持
state_wrap | after-call work | 话后处理
state_ring | ringing | 振铃
state_aux | not ready | 小休置忙
state_available | ready | 就绪
state_offline | signed out | 签出
login_log | log | 日志
login_inferred | inferred | 推断
login_roster | roster | 排班
login_mixed | several | 多种
status_back_answered | called back, answered | 已回呼接通
status_back_unanswered | called back, no answer | 已回呼未接通
status_again_answered | called again, answered | 再次来电已接通
status_again_lost | called again, not answered | 再次来电未接通
status_none | nothing within 24 h | 24小时内无联系
status_pending | nothing so far | 暂无联系
status_unknown | number unknown | 号码未知
owner_operations | operations | 运营
owner_planning | planning | 排班
owner_data | data | 数据
owner_it | IT | 技术
quality_duplicate | Duplicate lines, used once | 重复行（只用一次）
quality_skipped | Lines left out on purpose | 按规则略过的行
quality_rejected | Lines that could not be used | 无法使用的行
quality_caller_damaged | Damaged caller numbers, left unknown | 损坏的来电号码（记为未知）
quality_customer_damaged | Damaged customer ids, left unknown | 损坏的客户编号（记为未知）
quality_duration_damaged | Damaged durations, left unknown | 损坏的时长（记为未知）
quality_negative_duration | Negative durations | 负时长
quality_negative_ivr_time | Negative IVR times | IVR时长为负
quality_order_violation | Times in the wrong order | 时间先后颠倒
quality_billsec_over_duration | Billed time over total time | 计费时长大于总时长
quality_billsec_without_answer | Billed time without an answer | 未接通却有计费时长
quality_disposition_unknown | Unknown dispositions | 未知的接听状态
quality_open_visits | Queue visits without an end | 未见结束的排队
quality_truncated_visits | Visits cut by file or restart | 被截断的排队
quality_no_customer | Visits without a caller's number | 无来电号码的排队
quality_talk_unknown | Answered, talk time not known | 已接通但通话时长未知
quality_long_talk | Talk over 4 h | 通话超过4小时
quality_talk_without_answer | Talk on calls not answered, left out | 未接听却有通话时长（不计入）
quality_no_visit | Calls outside any queue | 未进入技能组的通话
told_variant | variant | 算法
told_configured | as configured | 当前设置
told_value | value | 数值
told_numerator | numerator | 分子
told_denominator | denominator | 分母
told_metric | metric | 指标
told_contact | contact | 通话
told_at | at | 时刻
told_what | what | 事件
told_queue | queue | 技能组
told_agent | agent | 坐席
told_seconds | seconds | 秒
told_needs | needs | 所需字段
told_lines | lines of the exports | 所依据的导出行
told_arrival | by arrival | 按到达时刻
told_event | by event | 按事件时刻
unit_count | count | 计数
unit_seconds | seconds | 秒
unit_ratio | ratio | 比率
unit_per_hour | per hour | 每小时
moment_began | began | 开始
moment_entered | entered | 入队
moment_answered | answered | 接通
moment_ended | ended | 结束
moment_no_answer | no answer | 振铃未接
weekday_1 | Mon | 周一
weekday_2 | Tue | 周二
weekday_3 | Wed | 周三
weekday_4 | Thu | 周四
weekday_5 | Fri | 周五
weekday_6 | Sat | 周六
weekday_7 | Sun | 周日
quality_inferred_logins | Agents with inferred sign-in times | 签入时间为推断的坐席
forecast | Forecast | 预测量
"""
