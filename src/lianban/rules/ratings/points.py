"""Where ratings can be given: kinds of points, and what kind of rating each of them takes (R-HCP-2; seeds S0)."""

from __future__ import annotations

POINTS = {
    "centre": "政务服务中心",
    "window": "窗口",
    "town": "乡镇（街道）",
    "village": "村（社区）",
    "item": "事项",
    "self_service": "自助服务区",
    "portal": "网上办事大厅",
    "hotline": "12345 热线",
    "box": "意见箱",
}

PARENTS = {"window": ("centre", "town", "village"), "village": ("town",), "self_service": ("centre", "town", "village")}
"""Under which kinds a kind may hang; the others hang under nothing."""

_KINDS = {"item": "matter", "portal": "matter", "hotline": "general", "box": "general"}
_SAID = {
    "item": "{name}",
    "portal": "{name}的网上服务",
    "self_service": "{name}的自助服务",
    "hotline": "对政务服务的意见和建议（{name}）",
    "box": "对政务服务的意见和建议（{name}）",
}


def kind_at(point: str) -> str:
    """The kind of rating that a point of this kind takes: on the spot 一次一评, online 一事一评, views 综合点评."""
    return _KINDS.get(point, "visit")


def said_at(point: str, name: str) -> str:
    """What is rated at a point, in words."""
    return _SAID.get(point, "{name}的现场服务").format(name=name)
