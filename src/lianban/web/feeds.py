"""What was published last, for other systems: JSON Feed 1.1 and Atom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree

from lianban.feedback.publication import PublicCampaign, PublicText

EPOCH = "1970-01-01T00:00:00+00:00"
ATOM = "http://www.w3.org/2005/Atom"


class Item(NamedTuple):
    """One thing that was published."""

    id: str
    address: str
    title: str
    text: str
    at: datetime
    tags: tuple[str, ...]


def as_json(site: str, region: str, name: str, published: Sequence[PublicText | PublicCampaign]) -> bytes:
    """The feed as JSON."""
    base = f"{site}/voice/{region}"
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(name),
        "home_page_url": base,
        "feed_url": f"{base}/feed.json",
        "language": "zh-CN",
        "items": [
            {
                "id": item.id,
                "url": item.address,
                "title": item.title,
                "content_text": item.text,
                "date_published": item.at.isoformat(),
                "tags": list(item.tags),
            }
            for item in (_item(base, one) for one in published)
        ],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def as_atom(site: str, region: str, name: str, published: Sequence[PublicText | PublicCampaign]) -> bytes:
    """The feed as XML."""
    base = f"{site}/voice/{region}"
    items = [_item(base, one) for one in published]
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    _add(feed, "id", base)
    _add(feed, "title", _title(name))
    _add(feed, "updated", max((item.at.isoformat() for item in items), default=EPOCH))
    _add(feed, "author").append(_element("name", f"{name}政务服务中心"))
    _add(feed, "link", rel="self", href=f"{base}/feed.atom")
    _add(feed, "link", rel="alternate", href=base)
    for item in items:
        entry = _add(feed, "entry")
        _add(entry, "id", item.id)
        _add(entry, "title", item.title)
        _add(entry, "updated", item.at.isoformat())
        _add(entry, "link", rel="alternate", href=item.address)
        for tag in item.tags:
            _add(entry, "category", term=tag)
        _add(entry, "content", item.text, type="text")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode").encode()


def _title(name: str) -> str:
    return f"{name}政务服务好差评公开"


def _item(base: str, one: PublicText | PublicCampaign) -> Item:
    if isinstance(one, PublicCampaign):
        parts = (one.problem, f"目标：{one.goal}", f"结果：{one.result}" if one.result else "")
        return Item(
            f"urn:uuid:{one.id}",
            f"{base}/campaigns#c-{one.id}",
            f"专项整改：{one.title}（{one.status_name}）",
            "\n".join(filter(None, parts)),
            one.closed_at or one.opened_at,
            ("专项整改", one.department_name),
        )
    section = "texts" if one.kind == "rating" else "problems"
    tags = tuple(filter(None, (one.kind_name, one.department_name, one.grade_name)))
    return Item(
        f"urn:uuid:{one.id}",
        f"{base}/{section}#p-{one.id}",
        "，".join(filter(None, (one.month, one.department_name, one.grade_name))),
        "\n".join(filter(None, (one.text, f"整改结果：{one.result}" if one.result else ""))),
        one.published_at,
        tags,
    )


def _element(name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.Element(name, attributes)
    # What XML cannot hold was typed by nobody.
    made.text = "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff")) or None
    return made


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = _element(name, text, **attributes)
    parent.append(made)
    return made
