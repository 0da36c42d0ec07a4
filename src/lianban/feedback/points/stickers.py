"""What is printed to be put up: one big sticker, or sheets of many to cut apart. No grade stands out (R-HCP-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.casework.languages import book_of
from lianban.errors import Invalid
from lianban.feedback.points.registry import PointView, listed, point
from lianban.outside import printing
from lianban.rules.actors import Actor
from lianban.rules.ratings import GRADES

MOST = 300
"""Stickers of one file."""
TEMPLATE = "points/stickers.html"

INVITE = "请评价我们的服务"
HOW = "手机扫码，选择等次，提交即可"
VOLUNTARY = "自愿评价，可以不留姓名；被评价的人员看不到您是谁。"


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


async def _content(points: Sequence[PointView], *, big: bool) -> dict[str, Any]:
    region = points[0].region
    book = await book_of(region)
    places = await catalogue.bundles(region)

    def both(text: str) -> dict[str, str]:
        return {"text": text, "also": (book.find(text) or "") if book else ""}

    return {
        "title": "评价二维码",
        "authority": f"{places[0].region_name}政务服务中心" if places else "政务服务中心",
        "language": book.language if book else "",
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
