"""The CRM and the survey: why callers called, whether it was solved, and what they thought of it.

One reason of the billing queue brings its callers back far more often than the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from ccops.clock import Zone
from ccops.demo.asterisk import local
from ccops.demo.served import Served

CASES_HEAD = "Case,Contact,Customer,Opened at,Closed at,Category,Reason,Queue,Agent,Resolved\n"
SURVEYS_HEAD = "Survey,Contact,Queue,Agent,Sent at,Responded at,CSAT,NPS,CES\n"
PLANTED_REASON = "bill_error"
WRONG_BILLS = 0.6  # of billing's callers who come back
_COMES_BACK = 0.45  # of the planted reason's callers
_REASONS = {
    "sales": ("new_contract", "price", "delivery_date", "cancellation"),
    "service": ("fault", "how_to", "appointment", "complaint"),
    "billing": ("payment", "copy_of_bill", "tariff_change"),
}
_RECORDED, _ASKED, _ANSWERS = 0.9, 0.12, 0.32


def reasons(calls: Sequence[Served], seed: int, fixed: bool) -> list[str]:
    """Why each caller called: those of billing who come back mostly over a wrong bill, unless that is `fixed`."""
    rng = Random(f"{seed}/reasons")  # noqa: S311
    billing = [one for one in calls if one.queue == "billing"]
    back = sum(one.again for one in billing)
    share = 0.0 if fixed else WRONG_BILLS
    # As many wrong bills among those who stay away as make the planted share of all wrong bills.
    others = share * back * (1 - _COMES_BACK) / _COMES_BACK / max(len(billing) - back, 1)
    found = []
    for one in calls:
        wrong = one.queue == "billing" and rng.random() < (share if one.again else min(others, 1.0))
        found.append(PLANTED_REASON if wrong else rng.choice(_REASONS[one.queue]))
    return found


def cases(calls: Sequence[Served], why: Sequence[str], seed: int, zone: Zone) -> str:
    """A case for most answered calls."""
    rng, rows = Random(f"{seed}/cases"), []  # noqa: S311
    for n, (one, reason) in enumerate(zip(calls, why, strict=True), 1):
        if rng.random() < _RECORDED:
            solved = rng.random() < (0.35 if one.again else 0.93)
            closed = local(one.ended, zone) if solved else ""
            rows.append(f"K{n:06},{one.contact},,{local(one.answered, zone)},{closed},{one.queue},{reason},{one.queue},"
                        f"{one.agent},{'yes' if solved else 'no'}\n")
    return CASES_HEAD + "".join(rows)


def surveys(calls: Sequence[Served], seed: int, zone: Zone) -> str:
    """Some customers are asked, a third of them answer; waiting, being passed on and having to call again annoy."""
    rng, rows = Random(f"{seed}/surveys"), []  # noqa: S311
    for n, one in enumerate(calls, 1):
        if rng.random() >= _ASKED:
            continue
        sent, mood = one.ended + 600, 4.6 - 0.5 * one.wait_s / 60 - 0.9 * one.transferred - 0.7 * one.repeat
        answer = ",,,"
        if rng.random() < _ANSWERS:
            csat = min(5, max(1, round(mood + rng.gauss(0, 0.8))))
            nps = min(10, max(0, round(2.2 * mood + rng.gauss(0, 1.8))))
            ces = min(7, max(1, round(1.4 * mood + rng.gauss(0, 1.0))))
            answer = f"{local(sent + 60 + rng.randrange(7200), zone)},{csat},{nps},{ces}"
        rows.append(f"S{n:06},{one.contact},{one.queue},{one.agent},{local(sent, zone)},{answer}\n")
    return SURVEYS_HEAD + "".join(rows)
