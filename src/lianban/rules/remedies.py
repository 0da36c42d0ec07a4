"""What a refused applicant can do: review within sixty days, suit within six months.

行政复议法 20, 行政诉讼法 46. The legal officer may write another text into the item; the default offers
both routes, because it is disputed for which decisions the review must come first.
"""

from __future__ import annotations

from lianban.rules.catalog.types import Department, Item


def remedy(item: Item, department: Department) -> str:
    """The remedy statement of an item; empty when neither the item nor the department says enough."""
    if item.remedy.strip():
        return item.remedy.strip()
    if not department.review_body or not department.court:
        return ""
    return (
        f"如不服本决定，可自收到本决定书之日起六十日内向{department.review_body}申请行政复议，"
        f"或者自收到之日起六个月内依法向{department.court}提起行政诉讼。"
    )
