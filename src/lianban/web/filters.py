"""How values read on a page: days, moments, sizes, states in words with their colour and shape."""

from __future__ import annotations

from datetime import date, datetime

from lianban.outside.clock import local, today

REGIONS = {"222405": "龙井市", "430100": "长沙市"}

CASE_STATES = {
    "draft": ("草稿", "grey", "○"),
    "received": ("已收件", "blue", "◔"),
    "correcting": ("待补正", "amber", "▲"),
    "processing": ("办理中", "blue", "◐"),
    "decided": ("待出件", "amber", "▲"),
    "delivered": ("已送达", "green", "✓"),
    "closed": ("已办结", "green", "✓"),
    "discarded": ("已作废", "grey", "✕"),
    "not_accepted": ("不予受理", "red", "✕"),
    "turned": ("转单项办理", "grey", "→"),
    "withdrawn": ("已撤回", "grey", "✕"),
    "given_up": ("视为放弃", "grey", "✕"),
    "returned": ("已退件", "grey", "✕"),
}
OUTCOMES = {"granted": "全部办成", "partial": "部分办成", "refused": "均未办成", "": ""}
TASK_STATES = {
    "waiting": ("待前置", "grey", "○"),
    "dispatched": ("待签收", "amber", "▲"),
    "reviewing": ("审查中", "blue", "◐"),
    "granted": ("准予", "green", "✓"),
    "revoked": ("已撤销", "red", "✕"),
    "refused": ("不予", "red", "✕"),
    "lapsed": ("终止", "grey", "✕"),
    "withdrawn": ("已撤回", "grey", "✕"),
    "terminated": ("终止办理", "grey", "✕"),
}
VISIT_STATES = {
    "planned": ("已约定", "blue", "◔"),
    "under_way": ("正在勘查", "amber", "◐"),
    "done": ("已完成", "green", "✓"),
    "missed": ("未能进行", "red", "✕"),
    "cancelled": ("已取消", "grey", "✕"),
}
CONCLUSIONS = {"pass": "合格", "pass_with_rectification": "整改后合格", "fail": "不合格"}


def day(value: date | datetime | None) -> str:
    """2026年11月2日, the day in Shanghai; nothing for nothing."""
    if value is None:
        return ""
    at = local(value).date() if isinstance(value, datetime) else value
    return f"{at.year}年{at.month}月{at.day}日"


def moment(value: datetime | None) -> str:
    """2026年11月2日 09:30 in Shanghai."""
    return "" if value is None else f"{day(value)} {local(value):%H:%M}"


def brief(value: datetime | None) -> str:
    """11-02 09:30 in Shanghai, for dense lists; with its year where that is not this one."""
    if value is None:
        return ""
    return f"{local(value):%m-%d %H:%M}" if local(value).year == today().year else f"{local(value):%Y-%m-%d %H:%M}"


def size(octets: int) -> str:
    """A file size in KB or MB."""
    return f"{octets / 1_048_576:.1f} MB" if octets >= 1_048_576 else f"{max(1, round(octets / 1024))} KB"


def region(code: str) -> str:
    """The name of a region, or its code where we know no name."""
    return REGIONS.get(code, code)
