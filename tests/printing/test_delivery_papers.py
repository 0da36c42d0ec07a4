"""The receipt of a parcel and the public notice say what they must, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lianban import errors
from lianban.outside import printing
from lianban.rules import notices
from lianban.rules.notices.wording import worded
from tests.printing import looking, samples


def printed(kind: str, content: dict[str, Any]) -> bytes:
    number = notices.number_text("长政服", kind, 2026, 123)
    whole = notices.numbered(worded(content), number=number, code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS)
    return printing.render_now(f"notices/{kind}.html", whole)


def test_the_receipt_of_a_parcel_names_it_and_the_day_and_leaves_no_line_to_sign() -> None:
    parcel = "中国邮政速递（EMS），邮件号码EB123456789CN；2026年11月2日9时30分交寄，收件日期以邮件回执为准"
    content = samples.delivery_receipt(
        method="mail", place="收件地址（以邮件回执为准）", particulars=[("邮件", parcel)],
        signature="以邮件回执上的签收为准，回执附卷。",
    )  # fmt: skip
    pdf = printed("delivery_receipt", content)
    for words in ("邮寄送达", parcel, "2026年11月9日", "以邮件回执上的签收为准，回执附卷。", samples.RARE):
        assert looking.says(pdf, words), words
    assert not looking.says(pdf, "15时05分") and len(looking.pages(pdf)) == 1


def test_a_public_notice_says_for_whom_what_and_until_when_and_nothing_else() -> None:
    content = samples.public_notice()
    pdf = printed("public_notice", content)
    for words in ("送达公告", samples.RARE, "因你（单位）下落不明", "2026年12月2日公告期满", "次日即视为送达"):
        assert looking.says(pdf, words), words
    text = json.dumps(content, ensure_ascii=False)
    for secret in (samples.BUNDLE, samples.ENQUIRY.query_code, samples.ENQUIRY.web):
        assert secret not in text
    with pytest.raises(errors.Invalid, match="下落不明"):
        samples.public_notice(ground="gone")
    with pytest.raises(errors.Invalid, match="送达文书"):
        samples.public_notice(documents=[])
