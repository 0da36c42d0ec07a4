"""What all papers have in common: titles, number series, how they begin and end, and the refusal to lack a part.

Builders take plain values and return plain content (text, lists and mappings only) that the templates in
`templates/notices` print; the content is what is stored and hashed. They raise `Invalid` with a sentence that names
what is missing. Instants are aware datetimes in Asia/Shanghai. The number, the code and the QR address are taken
last and added by `numbered`. Contents: 行政许可法 32, 38, 42, 44; 民事诉讼法 90–94 (delivery, by analogy); F1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from lianban.errors import Invalid
from lianban.rules.notices.parts import Deadline, Enquiry, Party, day, moment
from lianban.rules.remedies import lacking

Content: TypeAlias = dict[str, Any]

TITLES = {
    "receipt": "收件凭证",
    "acceptance": "受理通知书",
    "refusal": "不予许可决定书",
    "delivery_receipt": "送达回证",
    "closure": "办结通知单",
    "correction": "补正告知书",
    "special_procedure": "特别程序告知书",
    "extension": "延期通知书",
    "hearing": "听证权利告知书",
    "non_acceptance": "不予受理通知书",
    "turned": "转单项办理告知书",
    "termination": "撤回（终止）通知书",
    "tolerance": "容缺受理通知书",
    "rectification": "责令改正通知书",
    "revocation": "撤销决定书",
    "grant": "准予许可决定书",
    "amendment": "更正通知书",
    "hearing_call": "听证通知书",
    "hearing_record": "听证笔录",
    "hearing_answer": "听证申请答复书",
    "survey_notice": "现场勘查通知书",
    "survey_record": "联合现场勘查记录",
    "hand_over_list": "材料交接清单",
    "public_notice": "送达公告",
    "handling_sheet": "差评（诉求）处置单",
}
SERIES = {
    "receipt": "收",
    "acceptance": "受",
    "refusal": "不予",
    "delivery_receipt": "送",
    "closure": "办",
    "correction": "补",
    "special_procedure": "特",
    "extension": "延",
    "hearing": "听",
    "non_acceptance": "不受",
    "turned": "转",
    "termination": "终",
    "tolerance": "容",
    "rectification": "责改",
    "revocation": "撤",
    "grant": "准",
    "amendment": "更",
    "hearing_call": "听通",
    "hearing_record": "听笔",
    "hearing_answer": "听答",
    "survey_notice": "勘通",
    "survey_record": "勘",
    "hand_over_list": "交",
    "public_notice": "公",
    "handling_sheet": "处",
}


PERMISSION = "行政许可"
"""The kind of item that the Permission Act governs; others follow it by analogy."""


PROVISIONAL = "（暂定）"
PROVISIONAL_NOTE = "标有“（暂定）”的日期涉及国务院办公厅尚未公布放假安排的年度；公布后重新计算，只会提前、不会推迟。"
"""On the authority's limits: what was promised is kept."""
OWN_TIME_NOTE = "标有“（暂定）”的日期涉及国务院办公厅尚未公布放假安排的年度；公布后重新计算，只会推迟、不会提前。"
"""On the applicant's own time: nobody loses days that were given in writing."""


def number_text(authority: str, kind: str, year: int, serial: int) -> str:
    """The number of a paper: 龙政服受字〔2026〕第000123号. `authority` is the short form ("龙政服")."""
    return f"{authority}{SERIES[kind]}字〔{year}〕第{serial:06d}号"


def authority_of(number: str, kind: str) -> str:
    """The short form of the authority in the number of a paper: that of `number_text`."""
    return number.partition("字〔")[0].removesuffix(SERIES[kind])


def numbered(content: Mapping[str, Any], *, number: str, code: str, url: str) -> Content:
    """The content with what is taken last: its number, its code and the address its QR code opens."""
    return {**content, "number": number, "code": code, "qr": url}


def check_remedy(remedy: str) -> None:
    """Raise Invalid unless the remedies are named with body and time (行政许可法 38(2); F1)."""
    if why := lacking(remedy):
        raise Invalid(why)


def need(*parts: tuple[str, object]) -> None:
    """Raise Invalid naming which of these (name, value) is empty."""
    missing = [name for name, value in parts if not (value.strip() if isinstance(value, str) else value)]
    if missing:
        raise Invalid(f"文书缺少必备内容：{'、'.join(missing)}。请补全后再出具。")


def begin(kind: str, authority: str, on: date, seal: str) -> Content:
    """What every paper begins and ends with: its kind and title, who issues it, its date and place of the seal."""
    need(("出具机关", authority))
    return {
        "kind": kind,
        "title": TITLES[kind],
        "authority": authority,
        "date": day(on),
        "iso": on.isoformat(),
        "seal": seal,
    }


def party_content(party: Party | None) -> Content | None:
    """Somebody as plain content."""
    if party is None:
        return None
    return {"name": party.name, "id_number": party.id_number, "phone": party.phone, "relation": party.relation}


def enquiry_content(enquiry: Enquiry) -> Content:
    """Where to ask, as plain content."""
    return {
        "address": enquiry.address,
        "phone": enquiry.phone,
        "supervision_phone": enquiry.supervision_phone,
        "hours": enquiry.hours,
        "web": enquiry.web,
        "query_code": enquiry.query_code,
    }


def deadline_content(deadline: Deadline) -> Content:
    if deadline.due is None:
        return {"limit": deadline.limit, "due": deadline.starts}
    # A limit counted in hours ends at a minute, every other one with the working hours of its day.
    due = moment(deadline.due) if "小时" in deadline.limit else day(deadline.due)
    return {"limit": deadline.limit, "due": due + PROVISIONAL * deadline.provisional}
