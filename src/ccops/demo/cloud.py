"""The vip queue's other switch: a GB18030 spreadsheet export with a title, Chinese headers and a total below."""

from __future__ import annotations

from datetime import date

from ccops.clock import Zone
from ccops.demo.asterisk import local
from ccops.demo.records import Day, Visit

_HEADERS = ("话单编号", "主叫号码", "呼叫类型", "业务组", "入队时间", "接听时间", "挂机时间", "排队时长", "振铃时长",
            "通话时长", "保持时长", "整理时长", "座席工号", "座席姓名", "呼叫结果", "挂断方")
_STATUS = {"timeout": "排队超时", "exit_empty": "无人值守", "answered": "座席接听",
           "abandoned/queue": "排队放弃", "abandoned/ring": "振铃放弃"}
_RELEASED = {"customer": "客户", "agent": "座席", "system": "系统"}

MAPPING = """\
# The export of the vip queue's switch, as ccops reads it.
version = 1
table = "queue_visits"
system = "cloud"
title = "贵宾专线通话明细"

[file]
encoding = "gb18030"
footer = ["合计"]
expect = ["话单编号", "入队时间", "呼叫结果"]

[time]
tz = "{tz}"
formats = ["%Y-%m-%d %H:%M:%S"]

[columns]
contact_id = {{ from = ["话单编号"], required = true }}
customer = {{ from = ["主叫号码"], type = "phone", null = ["", "-"] }}
direction = {{ from = ["呼叫类型"], map = {{ "呼入" = "in" }} }}
channel = {{ default = "voice" }}
queue = {{ from = ["业务组"], map = {{ "贵宾专线" = "vip" }} }}
entered_at = {{ from = ["入队时间"], type = "instant" }}
answered_at = {{ from = ["接听时间"], type = "instant", null = ["", "-"] }}
ended_at = {{ from = ["挂机时间"], type = "instant" }}
wait = {{ from = ["排队时长"], type = "duration", formats = ["HH:MM:SS"] }}
ring = {{ from = ["振铃时长"], type = "duration", formats = ["HH:MM:SS"], null = ["", "-"] }}
talk = {{ from = ["通话时长"], type = "duration", formats = ["HH:MM:SS"], null = ["", "-"] }}
hold = {{ from = ["保持时长"], type = "duration", formats = ["HH:MM:SS"], null = ["", "-"] }}
acw = {{ from = ["整理时长"], type = "duration", formats = ["HH:MM:SS"], null = ["", "-"] }}
agent = {{ from = ["座席工号"], null = ["", "-"] }}
released_by = {{ from = ["挂断方"], map = {{ "客户" = "customer", "座席" = "agent", "系统" = "system" }} }}

[columns.outcome]
from = ["呼叫结果"]
other = "reject"

[columns.outcome.map]
"座席接听" = "answered"
"排队放弃" = {{ outcome = "abandoned", phase = "queue" }}
"振铃放弃" = {{ outcome = "abandoned", phase = "ring" }}
"排队超时" = "timeout"
"无人值守" = "exit_empty"
"测试" = "skip"

[checks]
order = ["entered_at", "answered_at", "ended_at"]
"""


def head(first: date, last: date) -> str:
    """The title above the table, and its header."""
    title = f"贵宾专线通话明细 {first} 至 {last}"
    return _line([title] + [""] * (len(_HEADERS) - 1)) + _line(list(_HEADERS))


def rows(day: Day, zone: Zone) -> list[str]:
    """The day's calls as lines, and on Mondays the technicians' test call, which is no customer's."""
    visits = sorted((v for call in day.calls for v in call.visits if v.queue.switch == "cloud"),
                    key=lambda visit: (visit.entered, _number(visit)))
    lines = [_row(visit, zone) for visit in visits]
    if day.on.weekday() == 0:
        at = local(day.midnight + 7 * 3600, zone)
        test = [f"T{day.on:%Y%m%d}0001", "\t4000005550", "呼入", "贵宾专线", at, "-", at, "00:00:00"]
        lines.insert(0, _line([*test, *"------", "测试", "系统"]))
    return lines


def foot(calls: int, talk_s: int) -> str:
    """The total below the table."""
    cells = ["合计", str(calls)] + [""] * (len(_HEADERS) - 2)
    cells[_HEADERS.index("通话时长")] = _clock(talk_s)
    return _line(cells)


def _row(visit: Visit, zone: Zone) -> str:
    agent = visit.agent
    status = f"{visit.outcome}/{visit.phase}" if visit.phase else visit.outcome
    return _line([
        f"V{_number(visit)}", f"\t{visit.call.caller}" if visit.call.caller else "-", "呼入", visit.queue.title,
        local(visit.entered, zone), "-" if visit.answered is None else local(visit.answered, zone),
        local(visit.ended, zone), _clock(visit.wait_s), _clock(visit.ring_s), _clock(visit.talk_s),
        _clock(visit.hold_s), _clock(visit.wrap_s), agent.id if agent else "-", agent.name if agent else "-",
        _STATUS[status], _RELEASED[visit.released_by],
    ])


def _number(visit: Visit) -> str:
    return visit.call.uniqueid.replace(".", "")


def _clock(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _line(cells: list[str]) -> str:
    return ",".join(cells) + "\r\n"
