"""The papers of promises (domain E, F1): 容缺受理通知书 and its 承诺书, 责令改正通知书, 撤销决定书.

Builders as in `notices`: plain values in, plain content out; Invalid names what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lianban.rules.notices.base import (
    OWN_TIME_NOTE,
    PROVISIONAL,
    Content,
    begin,
    check_remedy,
    enquiry_content,
    need,
    party_content,
)
from lianban.rules.notices.parts import Enquiry, Party, day, moment

WORDING = {
    "tolerance": {
        "opening": "你（单位）申请办理的{bundle}（办件编号：{case_number}）主要申请材料齐全、符合法定形式。"
        "根据你（单位）签署的"
        "《申请容缺受理承诺书》，本机关于{accepted}先行受理，下列材料请在期限内补齐：",
        "copies": "本通知书一式{copies}份，{distribution}。",
    },
    "rectification": {
        "opening": "你（单位）以告知承诺方式取得“{item}”（{bundle}，办件编号：{case_number}）。本机关于{checked}核查，"
        "发现与承诺不符：",
        "order": "根据{basis}，责令你（单位）于{rectify_by}前改正，并接受复查。",
        "objection": "对核查情况有不同意见的，可以在改正期限内向本机关陈述、申辩。",
    },
    "revocation": {
        "opening": "本机关于{granted}以告知承诺方式准予你（单位）的“{item}”（{bundle}，办件编号：{case_number}）。",
        "decision": "根据{basis}，本机关决定撤销{revoked}。自收到本决定书之日起不得继续使用，请交回证照原件。",
        "remedy": "{remedy}",
    },
}
ACCEPTANCE_SEAL = "行政审批受理专用章（盖章处）"
AUTHORITY_SEAL = "本行政机关印章（盖章处）"
WAYS = "到综合窗口当面补交、邮寄（以窗口收到的时间为准），或者凭办件编号和查询码在网上补交"
CONSEQUENCES = (
    "材料补齐以前不颁发证照、不作出准予决定。",
    "逾期未补齐或者补交的材料不符合要求的，终止办理所涉事项，由此造成的损失由申请人承担；"
    "信用修复以前不再适用容缺受理。",
    "容缺期间办理时限照常计算。",
)
NOT_BARRED = "没有未修复的容缺承诺失信记录和承诺不实记录。"


@dataclass(frozen=True, slots=True)
class Follows:
    """A material that is to follow: `form` what is handed in, `items` who waits for it, `until` its last instant.

    On the blank promise nothing has begun yet: there `until` is None and `limit` says how long it will be.
    """

    name: str
    form: str
    items: tuple[str, ...]
    limit: str
    until: datetime | None = None
    provisional: bool = False
    standards: tuple[str, ...] = ()


def tolerance(
    *,
    authority: str,
    applicant: Party,
    agent: Party | None,
    bundle: str,
    case_number: str,
    accepted_on: date,
    follows: Sequence[Follows],
    clerk: str,
    enquiry: Enquiry,
    issued_on: date,
) -> Content:
    """容缺受理通知书, in two copies: names, form and deadline of what is to follow, and what happens otherwise."""
    need(("申请人", applicant.name), ("容缺的材料", follows), ("咨询方式", enquiry.phone or enquiry.web))
    for one in follows:
        need((f"“{one.name}”的补齐期限", one.until or ""), (f"“{one.name}”所涉事项", one.items))
    return begin("tolerance", authority, issued_on, ACCEPTANCE_SEAL) | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "agent": party_content(agent),
        "accepted": day(accepted_on),
        "materials": [_follows(one) for one in follows],
        "ways": WAYS,
        "consequences": list(CONSEQUENCES),
        "provisional_note": OWN_TIME_NOTE if any(one.provisional for one in follows) else "",
        "clerk": clerk,
        "enquiry": enquiry_content(enquiry),
        "copies": 2,
        "distribution": "申请人一份，受理机关存档一份",
    }


def undertaking(*, authority: str, applicant: str, bundle: str, follows: Sequence[Follows], on: date) -> Content:
    """申请容缺受理承诺书, to be signed before acceptance. Raises Invalid when nothing is to follow."""
    need(("容缺后补的材料", follows))
    return {
        "kind": "undertaking",
        "title": "申请容缺受理承诺书",
        "authority": authority,
        "applicant": applicant,
        "bundle": bundle,
        "materials": [_follows(one) for one in follows],
        "ways": WAYS,
        "consequences": list(CONSEQUENCES),
        "statement": NOT_BARRED,
        "iso": on.isoformat(),
    }


def rectification(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    item: str,
    checked_on: date,
    findings: str,
    rectify_by: date,
    liability: str,
    basis: str,
    ordered_on: date,
    enquiry: Enquiry,
) -> Content:
    """责令改正通知书: what the check found, until when it is to be put right, what follows otherwise (消防法 58)."""
    need(("申请人", applicant.name), ("核查发现的问题", findings), ("法律依据", basis), ("法律责任", liability))
    return begin("rectification", authority, ordered_on, AUTHORITY_SEAL) | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "item": item,
        "checked": day(checked_on),
        "findings": findings.strip(),
        "rectify_by": day(rectify_by),
        "liability": liability,
        "basis": basis,
        "enquiry": enquiry_content(enquiry),
    }


def revocation(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    item: str,
    granted_on: date,
    results: Sequence[str],
    findings: str,
    reason: str,
    basis: str,
    remedy: str,
    decided_on: date,
    enquiry: Enquiry,
) -> Content:
    """撤销决定书 of what was granted on a promise that proved false. Reason, basis and remedy must be there."""
    need(("申请人", applicant.name), ("撤销的结果", results), ("核查查明的事实", findings), ("撤销的理由", reason))
    need(("法律依据", basis), ("救济途径", remedy))
    check_remedy(remedy)
    return begin("revocation", authority, decided_on, AUTHORITY_SEAL) | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "item": item,
        "granted": day(granted_on),
        "results": list(results),
        "revoked": "、".join(results),
        "findings": findings.strip(),
        "reason": reason.strip(),
        "basis": basis.strip(),
        "remedy": remedy.strip(),
        "enquiry": enquiry_content(enquiry),
    }


def _follows(one: Follows) -> Content:
    until = moment(one.until) + PROVISIONAL * one.provisional if one.until else ""
    return {
        "name": one.name,
        "form": one.form,
        "items": list(one.items),
        "limit": one.limit,
        "until": until,
        "standards": list(one.standards),
    }
