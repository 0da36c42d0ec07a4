"""What makes a rating doubtful: it is set apart and looked at by a person, never dropped (R-HCP-3).

Staff may invite but not rate in the applicant's place; nobody fills a point with ratings of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

POINT_TIMES = 6
"""A sticker serves many people: it may have so many times what one source may have in an hour."""
BURST = 3
"""A person stands before a terminal for a while: more than this in one minute is no queue of people. Unverified."""

OWN_DEVICES = frozenset({"static_qr", "dynamic_qr", "sms", "portal"})
"""Channels of the citizen's own device, whose network address says something. Counter devices stand in the house."""
SHARED_DEVICES = frozenset({"terminal", "self_service", "device"})
AT_POINT = frozenset({"static_qr", "dynamic_qr", *SHARED_DEVICES})
"""How one rates where one stands; a screen can be opened, and codes can be drawn, by whoever works there."""

REFUSED = {"used": "重复使用已评价的链接", "expired": "使用过期的链接", "unknown": "使用不存在的链接"}
"""Why a try was turned away before it became a rating."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known about how a rating came: counts with this one, and whether the evaluated side's own device."""

    staff: str = ""
    from_source: int = 0
    at_point: int = 0
    in_minute: int = 0


STAFF = {
    "session": "从登录着的被评价单位工作人员的浏览器提交",
    "device": "从被评价单位工作人员登录过的设备提交",
    "address": "从被评价单位工作人员登录所用的网络地址提交",
}


def doubt(seen: Seen, flood: int) -> str:
    """Why the rating is set apart, in words; "" without doubt. `flood` is what one source may do in an hour."""
    if seen.staff:
        return f"疑似工作人员代评：{STAFF[seen.staff]}"
    if seen.from_source > flood:
        return f"同一来源一小时内第 {seen.from_source} 条评价，超过 {flood} 条"
    if seen.at_point > flood * POINT_TIMES:
        return f"同一评价点一小时内第 {seen.at_point} 条评价，超过 {flood * POINT_TIMES} 条"
    if seen.in_minute > BURST:
        return f"同一终端一分钟内第 {seen.in_minute} 条评价，超过 {BURST} 条"
    return ""
