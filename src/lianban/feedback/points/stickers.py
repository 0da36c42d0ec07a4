"""What is printed to be put up: one big sticker, or sheets of many to cut apart. No grade stands out (R-HCP-3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.casework.languages import book_of
from lianban.errors import Invalid
from lianban.feedback.points.registry import PointView, listed, point
from lianban.outside import printing
from lianban.rules.actors import Actor
from lianban.rules.ratings import GRADES, OPTIONS

MOST = 300
"""Stickers of one file."""
TEMPLATE = "points/stickers.html"

INVITE = "请评价我们的服务"
HOW = "手机扫码，选择等次，提交即可"
VOLUNTARY = "自愿评价，可以不留姓名；被评价的人员看不到您是谁。"
FORM = "政务服务评价表"
TICK = "请在一个等次前打勾，再勾选这个等次下面的原因（可以不选）。"
HAND_IN = "请投入意见箱，或者折好交给任何一位工作人员；由不在这个窗口的人员录入。"
FORM_WORDS = {
    "matter": "办的事、办件编号",
    "comment": "您想说的话",
    "name": "姓名（可以不写）",
    "phone": "电话",
    "day": "评价日期",
}


async def sticker_pdf(id: UUID, *, by: Actor, at: datetime) -> tuple[str, bytes]:
    """Name and bytes of one point's sticker on a page of its own (A5). Raises Forbidden, NotFound."""
    one = await point(id, by=by, at=at)
    return f"评价二维码 {one.name}", await _printed([one], big=True)


async def sheets_pdf(*, kind: str = "", q: str = "", state: str = "", by: Actor, at: datetime) -> tuple[str, bytes]:
    """Name and bytes of the stickers of a list, six to a page of A4. Raises Forbidden, Invalid for none or too many."""
    found = await listed(kind=kind, q=q, state=state, limit=MOST, by=by, at=at)
    if not found.points:
        raise Invalid("没有符合条件的评价点，请换一个筛选条件。")
    if found.found > MOST:
        raise Invalid(f"一次最多打印 {MOST} 张，现在有 {found.found} 张：请按种类或者上级名称筛选后分几次打印。")
    return f"评价二维码 {found.found} 张", await _printed(found.points, big=False)


async def _printed(points: Sequence[PointView], *, big: bool) -> bytes:
    return await printing.kept(TEMPLATE, await _content(points, big=big))


async def form_pdf(id: UUID, *, by: Actor, at: datetime) -> tuple[str, bytes]:
    """Name and bytes of the blank form for those who rate on paper there (A4, one page). Raises Forbidden, NotFound."""
    one = await point(id, by=by, at=at)
    head, both = await _head(one.region)
    content = {
        **head,
        "title": f"{FORM} {one.name}",
        "heading": both(FORM),
        "name": one.name,
        "qr": one.url,
        "how": both(HOW),
        "voluntary": both(VOLUNTARY),
        "tick": both(TICK),
        "grades": [
            {"name": both(name), "options": [both(words) for words in OPTIONS[grade].values()]}
            for grade, name in GRADES.items()
        ],
        "words": {name: both(text) for name, text in FORM_WORDS.items()},
        "hand_in": both(HAND_IN),
    }
    return f"{FORM} {one.name}", await printing.kept("points/form.html", content)


async def _head(region: str) -> tuple[dict[str, Any], Callable[[str], dict[str, str]]]:
    """Who puts it up, and how a text is said in the languages of the region."""
    book, places = await book_of(region), await catalogue.bundles(region)

    def both(text: str) -> dict[str, str]:
        return {"text": text, "also": (book.find(text) or "") if book else ""}

    authority = f"{places[0].region_name}政务服务中心" if places else "政务服务中心"
    return {"authority": authority, "language": book.language if book else ""}, both


async def _content(points: Sequence[PointView], *, big: bool) -> dict[str, Any]:
    head, both = await _head(points[0].region)
    return {
        **head,
        "title": "评价二维码",
        "big": big,
        "invite": both(INVITE),
        "how": both(HOW),
        "voluntary": both(VOLUNTARY),
        "grades": [both(name) for name in GRADES.values()],
        "stickers": [
            {"name": one.name, "place": one.parent_name or one.kind_name, "qr": one.url, "address": one.url}
            for one in points
        ],
    }
