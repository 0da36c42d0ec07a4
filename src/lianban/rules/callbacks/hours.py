"""Attempts at different hours: who works in the mornings is not called only in the mornings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

NOON = time(12)


def half_of(at: datetime) -> str:
    """ "上午" or "下午", in the zone of `at`."""
    return "上午" if at.time() < NOON else "下午"


def barred_hour(earlier: Iterable[datetime], at: datetime) -> str:
    """Why one may not call at `at` after attempts in vain at `earlier` (local times): "" when one may.

    Not twice in the same half of a day, and on another day not at an hour that was in vain before.
    """
    for before in sorted(earlier, reverse=True):
        if (before.date(), half_of(before)) == (at.date(), half_of(at)):
            return f"今天{half_of(at)} {before:%H:%M} 已经拨打过，没有打通；请换一个时段，今天{half_of(at)}不再拨打。"
        if before.hour == at.hour:
            return f"{before:%m月%d日} {before:%H:%M} 也是在 {at.hour} 点这一小时拨打的，没有打通；请换一个钟点拨打。"
    return ""
