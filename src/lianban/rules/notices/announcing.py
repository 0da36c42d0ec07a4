"""送达公告: a public notice in place of a delivery (民事诉讼法 95), with no more than it takes to find oneself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lianban.errors import Invalid
from lianban.rules.notices.base import Content, begin, enquiry_content, need
from lianban.rules.notices.parts import Document, Enquiry, day

WORDING = {
    "public_notice": {
        "opening": "{addressee}：{cause}，现依法向你（单位）公告送达下列文书。"
        "请自本公告发出之日起三十日内到{authority}领取；逾期不领取的，公告期满之日的次日即视为送达。",
        "note": "本公告于{published}发出，{until}公告期满。"
        "文书的内容不在公告中公开，请受送达人本人或者代理人持有效证件领取。",
    },
}
GROUNDS = {
    "failed": "因采用其他方式无法送达",
    "unknown": "因你（单位）下落不明",
}


def public_notice(
    *,
    authority: str,
    addressee: str,
    case_number: str,
    documents: Sequence[Document],
    ground: str,
    published_on: date,
    until: date,
    enquiry: Enquiry,
) -> Content:
    """送达公告. `ground` is a key of GROUNDS; `until` the last of the thirty days. No address, no matter is named."""
    need(("受送达人", addressee), ("送达文书", documents), ("办件编号", case_number))
    if ground not in GROUNDS:
        raise Invalid("请选择公告送达的原因：用其他方式无法送达，或者下落不明。")
    return begin("public_notice", authority, published_on, "送达机关（盖章处）") | {
        "addressee": addressee,
        "case_number": case_number,
        "documents": [{"name": d.name, "number": d.number or "—"} for d in documents],
        "cause": GROUNDS[ground],
        "published": day(published_on),
        "until": day(until),
        # Everybody reads this: what opens the case stays out of it.
        "enquiry": enquiry_content(enquiry) | {"web": "", "query_code": ""},
    }
