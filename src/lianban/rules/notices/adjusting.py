"""The papers that move a limit or open a hearing (行政许可法 36, 42, 45–48; domain F1): plain content for printing."""

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
    return _about("extension", about, approved_at, AUTHORITY_SEAL) | {
        "length": length,
        "reason": reason.strip(),
        "basis": basis,
        "rank": rank,
        "approver": approver,
        "approved": moment(approved_at),
        "limits": [_limit(each) for each in limits],
        "provisional_note": _note(limits),
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
    return _about("special_procedure", about, approved_at, DEDICATED_SEAL) | {
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
        "limits": [_limit(each) for each in limits],
        "provisional_note": _note(limits),
    }


def hearing_right(
    about: Concerned, *, interested: str, reason: str, told_at: datetime, within: str, apply_by: datetime
) -> Content:
    """听证权利告知书 (36, 47): who may state and defend or ask for a hearing, why, and until when. It costs nothing."""
    need(("告知的理由", reason), ("申请听证的期限", within))
    parties = "申请人" + (f"、利害关系人{interested}" if interested.strip() else "")
    return _about("hearing", about, told_at, AUTHORITY_SEAL) | {
        "heading": "right",
        "parties": parties,
        "interested": interested.strip(),
        "reason": reason.strip(),
        "within": within,
        "apply_by": day(apply_by.date()),
    }


def hearing_call(
    about: Concerned,
    *,
    interested: str,
    called_at: datetime,
    held_on: date,
    hour: str,
    place: str,
    presider: str,
) -> Content:
    """听证通知书 (48): time and place seven working days ahead, the presider (not the examiner), public, free."""
    need(("听证时间", hour), ("听证地点", place), ("听证主持人", presider))
    return _about("hearing", about, called_at, AUTHORITY_SEAL) | {
        "title": "听证通知书",
        "heading": "call",
        "interested": interested.strip(),
        "held": f"{day(held_on)}{hour}",
        "place": place.strip(),
        "presider": presider,
    }


def _about(kind: str, about: Concerned, at: datetime, seal: str) -> Content:
    need(("申请人", about.applicant.name), ("事项", about.item), ("咨询方式", about.enquiry.phone))
    return begin(kind, about.authority, at.date(), seal) | {
        "applicant": party_content(about.applicant),
        "bundle": about.bundle,
        "case_number": about.case_number,
        "item": about.item,
        "accepted": day(about.accepted_on),
        "enquiry": enquiry_content(about.enquiry),
    }


def _limit(limit: MovedLimit) -> Content:
    write = moment if limit.exact else (lambda at: day(at.date()))
    return {
        "name": limit.name,
        "old": write(limit.old),
        "new": write(limit.new) + PROVISIONAL * limit.provisional,
        "moved": limit.old != limit.new,
    }


def _note(limits: Sequence[MovedLimit]) -> str:
    return PROVISIONAL_NOTE if any(each.provisional for each in limits) else ""
