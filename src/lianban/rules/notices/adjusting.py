"""The papers that move a limit (行政许可法 42, 45; domain F1): plain content for printing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lianban.errors import Invalid
from lianban.rules.notices.base import (
    PROVISIONAL,
    PROVISIONAL_NOTE,
    Content,
    begin,
    enquiry_content,
    need,
    party_content,
)
from lianban.rules.notices.parts import Enquiry, Party, day, moment

WORDING = {
    "extension": {
        "opening": "你（单位）的“{item}”申请（{bundle}，办件编号：{case_number}），本机关已于{accepted}受理。"
        "因下列原因不能在"
        "原定期限内作出决定，根据{basis}的规定，经{rank}批准，延长办理期限，现将延长期限的理由告知你（单位）。",
    },
    "special_procedure": {
        "opening": "你（单位）的“{item}”申请（{bundle}，办件编号：{case_number}），本机关已于{accepted}受理。"
        "办理中依法需要进行"
        "下列程序，现将所需时间书面告知你（单位）。",
        "effect": "{effect}提前完成的，自完成之时起继续计算；需要更长时间的，另行书面告知。",
    },
}
AUTHORITY_SEAL = "本行政机关印章（盖章处）"
DEDICATED_SEAL = "行政审批专用章（盖章处）"


@dataclass(frozen=True, slots=True)
class MovedLimit:
    """One limit of the matter with the date that was told before and the one that holds now. `name`: 法定时限 …"""

    name: str
    old: datetime
    new: datetime
    provisional: bool = False
    exact: bool = False
    """Counted in hours: the minute is told too."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom and what a paper is about: the same in all papers of this kind."""

    authority: str
    applicant: Party
    bundle: str
    case_number: str
    item: str
    accepted_on: date
    enquiry: Enquiry


def extension(
    about: Concerned,
    *,
    length: str,
    reason: str,
    basis: str,
    rank: str,
    approver: str,
    approved_at: datetime,
    limits: Sequence[MovedLimit],
) -> Content:
    """延期通知书: original due date, extension days, reason, approver, new date. `rank` is whose approval it is."""
    need(
        ("延长的期限", length), ("延长的理由", reason), ("法律依据", basis), ("批准人", approver), ("原定期限", limits)
    )
    return about_content("extension", about, approved_at, AUTHORITY_SEAL) | {
        "length": length,
        "reason": reason.strip(),
        "basis": basis,
        "rank": rank,
        "approver": approver,
        "approved": moment(approved_at),
        "limits": [limit_content(each) for each in limits],
        "provisional_note": note_of(limits),
    }


def special_procedure(
    about: Concerned,
    *,
    name: str,
    reason: str,
    basis: str,
    required: str,
    since: date,
    until: date,
    stops_statutory: bool,
    approver: str,
    approved_at: datetime,
    limits: Sequence[MovedLimit],
) -> Content:
    """特别程序告知书 (45): kind, reason, the time required, resulting dates. `since` and `until` are both included."""
    need(
        ("特别程序的种类", name), ("进行特别程序的理由", reason), ("依据", basis), ("所需时间", required),
        ("结果日期", limits),
    )  # fmt: skip
    if until < since:
        raise Invalid("特别程序的结束日期早于开始日期，请核对。")
    return about_content("special_procedure", about, approved_at, DEDICATED_SEAL) | {
        "procedure": name,
        "reason": reason.strip(),
        "basis": basis,
        "required": required,
        "since": day(since),
        "until": day(until),
        "effect": "上述时间不计入办理期限。"
        if stops_statutory
        else "上述时间不计入承诺时限；法定时限不因此停止，照常计算。",
        "approver": approver,
        "limits": [limit_content(each) for each in limits],
        "provisional_note": note_of(limits),
    }


def about_content(kind: str, about: Concerned, at: datetime, seal: str) -> Content:
    """Whom and what the paper is about. Raises Invalid for what it must name."""
    need(("申请人", about.applicant.name), ("事项", about.item), ("咨询方式", about.enquiry.phone))
    return begin(kind, about.authority, at.date(), seal) | {
        "applicant": party_content(about.applicant),
        "bundle": about.bundle,
        "case_number": about.case_number,
        "item": about.item,
        "accepted": day(about.accepted_on),
        "enquiry": enquiry_content(about.enquiry),
    }


def limit_content(limit: MovedLimit) -> Content:
    """A limit as plain content: what was told before and what holds now."""
    write = moment if limit.exact else (lambda at: day(at.date()))
    return {
        "name": limit.name,
        "old": write(limit.old),
        "new": write(limit.new) + PROVISIONAL * limit.provisional,
        "moved": limit.old != limit.new,
    }


def note_of(limits: Sequence[MovedLimit]) -> str:
    """The note on provisional dates, "" when there is none."""
    return PROVISIONAL_NOTE if any(each.provisional for each in limits) else ""
