"""The words under which exports head their columns and name their values, in English and Chinese.

Words are compared without case, width, spaces and punctuation; the earlier word of a list fits better.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize


def key(text: str) -> str:
    """A header or value as it is compared: 「Call ID」, call_id and CALLID are one word."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", text)).casefold()


def _words(text: str) -> dict[str, tuple[str, ...]]:
    """Lists from lines of `name: word word …`; a line that begins with a blank goes on."""
    joined = re.sub(r"\n\s+", " ", text.strip())
    pairs = (line.split(":", 1) for line in joined.splitlines())
    return {name.strip(): tuple(words.split()) for name, words in pairs}


_CALL = _words("""
contact_id: 通话id 话单id 呼叫id 会话id 通话编号 呼叫编号 话单编号 会话编号 呼叫流水号 通话流水号 流水号
 通话标识 通话唯一标识 唯一标识 记录id callid contactid uniqueid mainuniqueid callsheetid interactionid conversationid
 sessionid callserialno callreference linkedid closecallid historyid ucid uuid ticket id
customer: 主叫号码 来电号码 客户号码 主叫 主叫号 客户电话 电话号码 手机号 来电 callernumber customernumber
 customerphone callingnumber callerid caller ani phonenumber phone fromnumber from callno src callingparty
 callingpty clid callfrom customer
direction: 呼叫方向 呼叫类型 通话类型 方向 类型 direction calldirection calltype contacttype type
agent: 座席工号 坐席工号 客服工号 工号 首呼座席工号 座席 坐席 客服 接听座席 接听坐席 座席姓名 坐席姓名
 客服姓名 员工工号 员工姓名 员工 agentid agent agentname agentusername firstcallcno user username operator
 opnum seatuser server anslogin
queue: 技能组 技能组名称 队列 队列名称 业务组 首呼队列名称 首呼队列号 排队队列 服务队列 queue queuename
 skillgroup skill skillname firstcallqname ringgroups ringgroup ingroup split dispsplit groupid group
started_at: 呼入时间 来电时间 进线时间 开始时间 呼叫时间 呼叫开始时间 通话开始时间 创建时间 日期时间
 starttime startedat start startat begin begintime inboundtime callstart calldate datetime calltime
 starttimestamp initiationtimestamp datetimeinit timestart timestamp time createdat
answered_at: 接听时间 应答时间 接通时间 首次接听时间 座席接听时间 坐席接听时间 人工接听时间 answertime
 answeredat answeredtime answer bridgetime connecttime connectedat timeanswered establishedtime
 accepttimestamp serstart
ended_at: 挂机时间 结束时间 挂断时间 通话结束时间 呼叫结束时间 endtime endedat end endat hanguptime
 disconnecttime timeend endedtimestamp disconnecttimestamp releasetime datetimeend callend
ring: 振铃时长 响铃时长 振铃时间 ringtime ringduration ring ringingtime agentringtime alertingseconds
 ringseconds
talk: 通话时长 人工通话时长 计费时长 应答时长 服务时长 通话时间 通话秒数 talktime talkduration talk
 bridgeduration talkseconds talkingtime conversationtime answeredtimelen agentinteractionduration billsec
 sertime
hold: 保持时长 通话保持时长 保持时间 保持 holdtime holdduration hold customerholdduration holdseconds
acw: 话后处理时长 整理时长 后处理时长 话后时长 话后整理时长 事后处理时长 小结时长 话后处理 acwtime acw
 acwduration aftercallworktime aftercallwork aftercallworkduration wrapuptime wrapup wraptime wrap worktime
 acwseconds
ivr: ivr时长 语音导航时长 ivrduration ivrtime
outcome: 接听状态 呼叫结果 通话结果 接通状态 通话状态 呼叫状态 是否接听 处理结果 状态 结果 outcome
 callresult result callstatus status disposition contactdisposition completionstatus state
reason: 来电原因 业务类型 咨询类型 小结分类 contactreason callreason reason wrapupcode
channel: 渠道 媒体类型 channel mediatype media
""")
_VISIT = _words("""
entered_at: 入队时间 入队列时间 进入队列时间 首次进入队列时间 第一次进队列时间 进入技能组时间 排队开始时间
 entertime enteredat enterqueuetime queueentertime joinqueuetime firstjoinqueuetime enqueuetime
 enqueuetimestamp queuedat queuedtimestamp queuestart queuestarttime qstart datetimeentryqueue queuetime
wait: 排队时长 等待时长 排队等待时长 首呼队列排队时长 排队秒数 排队时间 waittime wait waitingtime
 waitduration waitseconds queuewaittime queuewait queueduration timeinqueue firstqueueduration durationwait
 queueseconds inqueue qtime timetoanswer speedofanswer
released_by: 挂断方 挂机方 结束方 挂机方向 releasedby hangupby hungupby hungupside onhooksource
 releaseinitiator disconnectedby terminatedby
transferred: 是否转接 istransfer transferred transfer
""")
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "queue_visits": _CALL | _VISIT,
    "contacts": _CALL,
    "agent_states": _words("""
agent: 座席工号 坐席工号 客服工号 工号 座席 坐席 客服 座席姓名 坐席姓名 客服姓名 员工工号 员工姓名 员工
 agentid agent agentname user username operator
state: 座席状态 坐席状态 状态 状态名称 员工状态 state agentstate agentstatus status activity presence
reason: 小休原因 置忙原因 示忙原因 状态原因 原因 reasoncode auxreason pausereason notreadyreason reason
 busydesc
started_at: 开始时间 状态开始时间 时间 starttime startedat start begin begintime from eventtime
 eventdatetime time
ended_at: 结束时间 状态结束时间 endtime endedat end until to
duration: 持续时长 状态时长 时长 duration stateduration seconds
"""),
    "interval_stats": _words("""
queue: 技能组 技能组名称 队列 队列名称 业务组 queue queuename skillgroup skill split
started_at: 时段 时间段 统计时段 统计时间 开始时间 intervalstart interval starttime startedat start time
ended_at: 结束时间 intervalend endtime end
offered: 呼入量 进线量 来电量 人工呼入量 人工呼入请求服务数 请求服务数 呼入数 来话量 offered callsoffered
 contactsoffered contactsqueued requestcnt calls off
answered: 接通量 应答量 接起量 接听量 人工接通量 接通数 接听数 应答数 answered callsanswered callshandled
 handled acdcalls readycnt nnormalanswer
abandoned: 放弃量 放弃数 呼损量 呼损 未接量 丢失 abandoned callsabandoned abncalls abancalls aban
answered_within: n秒内接通量 20秒内接通量 15秒内接通量 30秒内接通量 20s内接通量 answeredwithin
 answeredwithinsl withinsla inservicelevel acceptable connectedin20 readycnt20s nnormalanswer20s
wait: 排队总时长 等待总时长 总等待时长 排队时长 等待时长 totalwait waittime wait anstime
talk: 通话总时长 总通话时长 通话时长 totaltalk talktime talk acdtime
hold: 保持总时长 保持时长 totalhold holdtime hold
acw: 话后处理总时长 话后处理时长 整理时长 后处理时长 totalacw acwtime acw wraptime
login: 签入时长 登录时长 签入总时长 logintime login stafftime istafftime signedin
available: 就绪时长 空闲时长 空闲总时长 availabletime available availtime iavailtime ready
aux: 置忙总时长 置忙时长 小休时长 示忙时长 auxtime aux notready
"""),
    "shifts": _words("""
agent: 座席工号 坐席工号 客服工号 工号 员工工号 员工编号 座席 坐席 客服 姓名 座席姓名 坐席姓名 员工姓名 员工
 agentid agent agentname employeeid employee employeename staffid username user
activity: 活动 活动类型 班次类型 排班类型 班次 班次名称 班别 activity activitycode activitytype scheduleactivity
 shifttype shift shiftname code type
queue: 技能组 队列 业务组 queue queuename skillgroup skill
day: 日期 排班日期 班次日期 工作日期 date scheduledate shiftdate workdate day
started_at: 上班时间 班次开始时间 班次开始 开始时间 计划开始时间 班次时间 班次时段 时段 shiftstart starttime
 startedat start begin begintime plannedstart schedulestart shifttime shifthours from
ended_at: 下班时间 班次结束时间 班次结束 结束时间 计划结束时间 shiftend endtime endedat end plannedend
 scheduleend to until
published_at: 发布时间 发布日期 published publishedat publishtime releasedat
duration: 时长 计划时长 班次时长 duration length minutes
"""),
    "employees": _words("""
agent: 座席工号 坐席工号 客服工号 工号 员工工号 员工编号 座席 坐席 agentid agent employeeid employeenumber staffid
 username login user
name: 姓名 员工姓名 座席姓名 坐席姓名 name fullname agentname employeename displayname
team: 班组 团队 小组 组别 部门 team teamname group department
skills: 技能 技能组 业务技能 技能列表 skills skill skillset queues
contract: 合同工时 周工时 合同周工时 每周工时 标准工时 contracthours weeklyhours contracthoursperweek hoursperweek
 contractedhours hours
employed_from: 入职日期 入职时间 到岗日期 employedfrom hiredate hired hireddate startdate joined joindate
 dateofjoining
employed_to: 离职日期 离职时间 employedto leavedate leavingdate enddate terminationdate left lastday
productive_from: 上线日期 转正上线日期 inproductionfrom productivefrom onphonesfrom
role: 岗位 职务 职位 role jobtitle position
shift: 常驻班次 班次 shift shiftpattern
hiring_source: 招聘渠道 来源渠道 hiringsource recruitingsource
leave_reason: 离职原因 leavereason leavingreason reasonforleaving terminationreason
leave_kind: 离职类型 离职性质 leavekind leavetype terminationtype
wage: 时薪 月薪 工资 薪资 基本工资 wage salary pay payrate hourlyrate
wage_per: 计薪方式 wageper payperiod paybasis
currency: 币种 货币 currency
"""),
    "attendance": _words("""
agent: 工号 座席工号 坐席工号 员工工号 员工编号 座席 坐席 agentid agent employeeid employee staffid username
kind: 考勤类型 出勤类型 考勤项目 kind attendancetype timetype paycode absencetype type
reason: 原因 假别 备注原因 reason absencereason
day: 日期 考勤日期 出勤日期 date workdate day
started_at: 上班打卡 签到时间 clockin punchin starttime
ended_at: 下班打卡 签退时间 clockout punchout endtime
attended: 出勤工时 出勤时长 实际工时 出勤小时 attendedhours hoursworked workedhours attended
paid: 计薪工时 付薪工时 计薪时长 paidhours payhours paid
"""),
    "evaluations": _words("""
evaluation_id: 质检单号 质检编号 质检id evaluation evaluationid evaluationno reviewid
contact_id: 录音流水号 通话编号 流水号 话单编号 录音编号 contact contactid callid recordingid interactionid
agent: 工号 座席工号 坐席工号 被检工号 座席 坐席 agentid agent employeeid username
queue: 技能组 队列 业务组 queue queuename skill
evaluator: 质检员 质检人 评分人 evaluator reviewer assessor
evaluated_at: 质检时间 质检日期 评分时间 evaluatedat evaluationdate reviewedat evaluated
form: 评分表 质检表 form scorecard evaluationform
session: 校准批次 校准会 session calibrationsession
master: 标准分 是否标准 master
section: 评分类别 大类 section category
section_weight: 类别权重 sectionweight
question: 评分项 质检项 评分点 question criterion criteria item
weight: 权重 分项权重 weight questionweight
points: 得分 points pointsgiven
most: 满分 most maxpoints maximum pointspossible
score: 总分 质检得分 质检总分 score totalscore overallscore
not_applicable: 不适用 notapplicable na
critical: 致命类型 critical criticalkind
failed: 致命错误 是否致命 failed autofail fatal
"""),
    "surveys": _words("""
survey_id: 问卷编号 邀评编号 survey surveyid responseid
contact_id: 通话编号 流水号 话单编号 contact contactid callid interactionid
customer: 客户号码 主叫号码 客户电话 customer customernumber phone phonenumber caller
queue: 技能组 队列 业务组 queue queuename skill
agent: 工号 座席工号 坐席工号 座席 坐席 agentid agent username
sent_at: 邀评时间 发送时间 sentat surveysent sent invitedat
responded_at: 评价时间 答复时间 respondedat responsedate answeredat responsetime
csat: 满意度得分 满意度 满意度评分 csat satisfaction satisfactionscore
nps: 推荐意愿 净推荐值 nps likelihoodtorecommend
ces: 费力度 ces effort effortscore
"""),
    "ledger": _words("""
month: 月份 期间 会计期间 账期 month period accountingperiod
entry: 类型 口径 kind entry scenario version
category: 科目 费用科目 成本科目 费用类别 category account costcategory
team: 班组 团队 部门 team department costcentre costcenter
queue: 技能组 队列 业务组 queue
amount: 金额 费用 amount cost value
currency: 币种 货币 currency
quantity: 数量 业务量 quantity volume
"""),
    "cases": _words("""
case_id: 工单号 工单编号 工单id case caseid caseno casenumber ticketnumber ticketid ticketno
contact_id: 通话编号 流水号 话单编号 contact contactid callid interactionid
customer: 客户号码 主叫号码 客户电话 customer customernumber phone phonenumber caller
opened_at: 创建时间 建单时间 受理时间 openedat opened createdat datecreated created
closed_at: 完结时间 关闭时间 办结时间 closedat closed resolvedat dateclosed
category: 业务类别 工单类别 工单类型 category casetype
reason: 来电原因 业务类型 问题原因 reason contactreason subcategory
queue: 技能组 队列 业务组 queue queuename skill
agent: 工号 受理工号 座席工号 坐席工号 座席 坐席 agentid agent owner createdby
resolved: 是否解决 解决状态 resolved solved
"""),
}
DATE_WORDS = ("日期", "呼叫日期", "来电日期", "统计日期", "date", "day", "calldate", "startdate")

_OUTCOMES = _words("""
answered: 座席接听 坐席接听 人工接听 客服接听 双方接听 已接听 已接 接听 接通 已接通 成功 成功接听 是 应答
 已应答 answered answer handled connected complete completed success agent dealing dealed 人工已接听
abandoned: 放弃 已放弃 用户放弃 客户放弃 abandoned abandon hang hangup lost drop dropped 呼损
abandoned/queue: 排队放弃 队列放弃 排队中挂机 abandonedinqueue queueabandoned queueabandon queueleak
abandoned/ring: 振铃放弃 响铃放弃 坐席未接 座席未接 坐席未接听 座席未接听 abandonedinring ringabandon
 notdeal
timeout: 排队超时 超时 timeout queuetimeout queuingtimeout
overflow: 溢出 排队溢出 队列溢出 overflow queuingoverflow
voicemail: 留言 语音留言 语音信箱 voicemail
callback: 回呼 预约回呼 callback
ivr_hangup: ivr放弃 ivr挂机 ivr中放弃 导航放弃 导航中挂机 abandonedinivr ivrabandon leak
busy: 忙 占线 busy
failed: 失败 呼叫失败 failed failure
unanswered: 客户未接 客户未接听 对方未接听
skip: 测试 黑名单 test phantom blacklist
not_answered: 未接 未接听 未接通 未接来电 未应答 无应答 无人接听 否 missed missedcall unanswered notanswered
 noanswer no
times: 系统接听
""")
_DIRECTIONS = _words("""
in: 呼入 来电 进线 inbound in incoming
out: 呼出 外呼 去电 outbound out outgoing 预览外呼 预测外呼 点击外呼
internal: 内部 内呼 内线 internal 内部呼叫
""")
_STATES = _words("""
talk: 通话 通话中 呼入通话 外呼通话 talk talking oncall busy incall
hold: 保持 通话保持 保持中 hold onhold
wrap: 整理 整理中 话后 话后处理 后处理 事后处理 话后整理 小结 wrap wrapup acw aftercallwork work
ring: 振铃 振铃中 响铃 ring ringing reserved alerting
aux: 小休 示忙 置忙 忙碌 休息 就餐 用餐 会议 培训 离席 洗手间 aux break notready paused pause lunch meeting
 training away rest
available: 空闲 示闲 就绪 置闲 签入 等待 等待中 available ready idle waiting login loggedin
offline: 签出 离线 登出 下线 未登录 offline logout loggedout logoff signedout
""")
_ACTIVITIES = _words("""
work: 工作 上班 班次 在线 值班 电话 接线 早班 中班 晚班 夜班 白班 正常班 行政班 work working shift phone phones
 onphone onqueue queue available scheduled regular
break: 小休 休息 茶歇 工间休息 break breaks restbreak rest shortbreak
lunch: 午餐 午休 就餐 用餐 晚餐 吃饭 meal lunch lunchbreak dinner mealbreak
meeting: 会议 例会 班会 晨会 面谈 一对一 meeting teammeeting huddle 1on1 coaching
training: 培训 学习 training course learning elearning
other: 其他 后台 项目 other backoffice project
off: 休 公休 轮休 调休 休假 年假 年休 病假 事假 请假 假 off dayoff leave vacation holiday sick pto absence
""")
_ROLES = _words("""
agent: 坐席 座席 客服 客服代表 话务员 agent representative csr
trainee: 学员 培训生 实习 实习生 新人 trainee newhire
lead: 班组长 组长 班长 主管 lead teamlead teamleader supervisor
quality: 质检 质检员 quality qa
planning: 排班 排班师 planning planner wfm
other: 其他 other
""")
_LEAVE_KINDS = _words("""
voluntary: 主动离职 主动 辞职 自愿 voluntary resigned resignation quit
involuntary: 被动离职 被动 辞退 开除 裁员 involuntary dismissed dismissal terminated fired laidoff
internal: 转岗 晋升 内部调动 调岗 internal promoted promotion transferred transfer
""")
_PAY_PERIODS = _words("""
hour: 小时 时薪 时 hour hourly h
month: 月 月薪 month monthly
""")
_ATTENDANCE = _words("""
work: 正常 出勤 正常出勤 上班 工作 work worked regular present
overtime: 加班 overtime ot
training: 培训 training
meeting: 会议 meeting
leave: 年假 休假 调休 事假 婚假 产假 丧假 leave holiday vacation annualleave pto
sick: 病假 sick sickness sickleave
absent: 旷工 缺勤 absent absence noshow
other: 其他 other
""")
_CRITICAL = _words("""
customer: 客户 customer
business: 业务 business
compliance: 合规 compliance
""")
_ENTRIES = _words("""
actual: 实际 实际发生 actual actuals
budget: 预算 budget plan
""")
_SIDES = _words("""
customer: 客户 用户 主叫 客户挂机 客户挂断 用户挂机 customer caller user 客户侧
agent: 座席 坐席 客服 座席挂机 坐席挂机 座席挂断 坐席挂断 agent seat 座席侧 坐席侧
system: 系统 系统挂机 系统挂断 system
""")
# Words for directions that come together: an export with one of them will have the others.
DIRECTIONS = (
    ("呼入", "呼出", "内部"), ("Inbound", "Outbound", "Internal"), ("inbound", "outbound", "internal"),
    ("INBOUND", "OUTBOUND", "INTERNAL"), ("Incoming", "Outgoing", "Internal"), ("incoming", "outgoing", "internal"),
    ("in", "out", "internal"), ("In", "Out", "Internal"), ("IN", "OUT", "INTERNAL"),
)
VALUES: Mapping[str, Mapping[str, str]] = {
    field: {key(word): target for target, words in table.items() for word in words}
    for field, table in
    {
        "outcome": _OUTCOMES, "direction": _DIRECTIONS, "state": _STATES, "released_by": _SIDES,
        "activity": _ACTIVITIES, "role": _ROLES, "leave_kind": _LEAVE_KINDS, "wage_per": _PAY_PERIODS,
        "kind": _ATTENDANCE, "critical": _CRITICAL, "entry": _ENTRIES,
    }.items()
}
