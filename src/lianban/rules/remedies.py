"""What a refused applicant can do: review within sixty days, suit within six months.

行政复议法 20, 行政诉讼法 46. The legal officer may write another text into the item; the default offers
both routes, because it is disputed for which decisions the review must come first.
"""

from __future__ import annotations

import re

from lianban.rules.catalog.types import Department, Item

_WITHIN = re.compile(r"[日天月]之?内")
_ONLINE = re.compile(r"网上|互联网|https?://")
_BODY = re.compile(r"向[^，。；]{2,}?(申请|提起|提出)")


def lacking(text: str) -> str:
    """What a statement of remedies fails to say, as a sentence: the right, until when, and to whom (行政许可法 38(2)).

    Where body and time are not told, the time to ask for a review becomes a year (行政复议法 20). "" when it says all.
    """
    if "行政复议" not in text and "行政诉讼" not in text:
        return "救济途径没有写明：请写明申请行政复议或者提起行政诉讼的权利、机关和期限。"
    if not _WITHIN.search(text):
        return "救济途径没有写明期限：请写明自收到之日起几日内申请行政复议、几个月内提起行政诉讼。"
    if not _BODY.search(text):
        return "救济途径没有写明机关：请写明向哪个机关申请行政复议、向哪个人民法院提起行政诉讼。"
    return ""


def online(text: str) -> bool:
    """Whether it says how a review is asked for on the web, which a decision served on the web must (行政复议法 22)."""
    return bool(_ONLINE.search(text))


def remedy(item: Item, department: Department) -> str:
    """The remedy statement of an item; empty when neither the item nor the department says enough."""
    if item.remedy.strip():
        return item.remedy.strip()
    if not department.review_body or not department.court:
        return ""
    online = f"（网上渠道：{department.review_online}）" if department.review_online else ""
    return (
        f"如不服本决定，可自收到本决定书之日起六十日内向{department.review_body}申请行政复议{online}，"
        f"或者自收到之日起六个月内依法向{department.court}提起行政诉讼。"
    )
