"""Customers who come back: first-contact resolution, repeats, and whether the voice menu really served them.

Unit of counting: the inbound contact of a known customer; unknown customers are on neither side. A contact less than
15 minutes after the last one ended is the same matter passed on, not a repeat. The figures look outside the days
asked for, and are provisional where the data ends before the window does.
"""

from __future__ import annotations

import math

import polars as pl

from ccops.metrics.metric import Metric, Sum

TABLE = "customers"
_DAY_MS = 86_400_000
# Days read beyond the window, so that a closed weekend is not taken for the end of the data.
_MARGIN = 3

_KNOWN = pl.col("customer_key").is_not_null()
_ANSWERED = _KNOWN & (pl.col("outcome") == "answered").fill_null(False)
_IVR_END = pl.col("outcome").is_in(["ivr_hangup", "ivr_completed"]).fill_null(False)
_ENTERED_IVR = pl.col("ivr_ms").is_not_null() | _IVR_END
_COMPLETED = (pl.col("outcome") == "ivr_completed").fill_null(False)
_NEEDS = ("contacts.customer_key",)
# How far one matter reaches; `frames` cuts it so.
_CHAIN = "a contact less than 15 min after the end of the one before is the same matter, and so on along the chain"
_CHAIN_ZH = "距上一次来电结束不足15分钟的来电视为同一事项，逐次顺延"
_NEEDS_IVR = ("contacts.ivr_ms", "contacts.ivr_completed")


def fcr(within_d: float = 7) -> Metric:
    """First-contact resolution: answered contacts whose customer did not come back within `within_d` days.

    Fast forwards (under 15 minutes) do not count as coming back. Not the complement of the repeat rate, which looks
    the other way. No reason for calling is compared.
    """
    window = round(within_d * _DAY_MS)
    came_back = (pl.col("next_issue_gap_ms") <= window).fill_null(False)
    return Metric(
        "fcr", "ratio", "up", (Sum(TABLE, _ANSWERED & ~came_back),), (Sum(TABLE, _ANSWERED),),
        f"answered inbound contacts without another by the same customer within {within_d:g} days / answered "
        f"inbound contacts; known customers; {_CHAIN}",
        f"{within_d:g}天内同一客户未再来电的接通来电 / 接通来电；仅已知客户；{_CHAIN_ZH}",
        variant=f"{within_d:g} d", needs=_NEEDS, reach=(1, math.ceil(within_d) + _MARGIN),
        flag=_unwatched(_ANSWERED, window), flag_note=_provisional(f"{within_d:g} days"),
    )


def repeat_rate(within_d: float = 7) -> Metric:
    """Share of inbound contacts whose customer had been in touch within the `within_d` days before."""
    window = round(within_d * _DAY_MS)
    repeated = (pl.col("last_issue_gap_ms") <= window).fill_null(False)
    early = Sum(TABLE, _KNOWN & (pl.col("watched_before_ms") < window))
    return Metric(
        "repeat_rate", "ratio", "down", (Sum(TABLE, _KNOWN & repeated),), (Sum(TABLE, _KNOWN),),
        f"inbound contacts with another by the same customer in the {within_d:g} days before / inbound contacts; "
        f"known customers; {_CHAIN}",
        f"此前{within_d:g}天内同一客户曾来电的来电 / 来电；仅已知客户；{_CHAIN_ZH}",
        variant=f"{within_d:g} d", needs=_NEEDS, reach=(math.ceil(within_d) + _MARGIN, 0),
        flag=early, flag_note=f"provisional: the data begins less than {within_d:g} days before some of these contacts",
    )


def containment_naive() -> Metric:
    """Contacts completed in the voice menu as a share of those that entered it."""
    return Metric(
        "containment_naive", "ratio", "up",
        (Sum("contacts", _ENTERED_IVR & _COMPLETED),), (Sum("contacts", _ENTERED_IVR),),
        "completed in IVR / entered IVR; contacts", "IVR自助完成 / 进入IVR；按通话计", needs=_NEEDS_IVR,
    )


def containment_true(within_h: float = 24) -> Metric:
    """Containment without the customers who were back, for whatever reason, within `within_h` hours."""
    window = round(within_h * 3_600_000)
    entered = _KNOWN & _ENTERED_IVR
    back = (pl.col("next_gap_ms") <= window).fill_null(False)
    return Metric(
        "containment_true", "ratio", "up", (Sum(TABLE, entered & _COMPLETED & ~back),), (Sum(TABLE, entered),),
        f"completed in IVR and not back within {within_h:g} h / entered IVR; inbound contacts of known customers",
        f"IVR自助完成且{within_h:g}小时内未再来电 / 进入IVR；仅已知客户的呼入通话",
        variant=f"{within_h:g} h", needs=(*_NEEDS_IVR, *_NEEDS), reach=(1, math.ceil(within_h / 24) + _MARGIN),
        flag=_unwatched(entered & _COMPLETED, window), flag_note=_provisional(f"{within_h:g} h"),
    )


def _unwatched(mask: pl.Expr, window_ms: int) -> Sum:
    """Contacts after which the data ends before the window does."""
    return Sum(TABLE, mask & (pl.col("watched_after_ms") < window_ms))


def _provisional(window: str) -> str:
    return f"provisional: some of these contacts have been watched for less than {window}"
