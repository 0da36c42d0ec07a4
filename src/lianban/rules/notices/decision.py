"""The written decision on an item (行政许可法 38), and the remedies that a refusal names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lianban.rules.notices.base import (
    PERMISSION,
    Content,
    begin,
    check_remedy,
    enquiry_content,
    need,
    party_content,
)
from lianban.rules.notices.parts import Enquiry, Party, day

ACT = "《中华人民共和国行政许可法》"
AUTHORITY_SEAL = "本行政机关印章（盖章处）"
DISTRIBUTION = "申请人一份，本机关存档一份"
UNLIMITED = "没有规定有效期限，以证照载明的为准"
IN_WRITING = frozenset({PERMISSION, "行政确认", "行政给付", "行政奖励", "行政裁决"})
"""The kinds of items that are granted by a decision on somebody's rights. Of the others (public services, filings,
checks) the result itself says that it is done."""

HEARD = "本决定根据听证笔录（{hearing}）作出（《中华人民共和国行政许可法》第四十八条第二款）。"
"""Printed where there was a hearing."""

WORDING = {
    "refusal": {
        "opening": "你（单位）于{applied}提出的“{item}”申请（{bundle}，办件编号：{case_number}），"
        "本机关于{accepted}受理，现已审查终结。",
        "decision": "根据{basis}的规定，本机关决定{verb}。",
        "hearing": HEARD,
        "remedy": "{remedy}",
        "copies": "本决定书一式{copies}份，{distribution}。",
    },
    "grant": {
        "opening": "你（单位）于{applied}提出的“{item}”申请（{bundle}，办件编号：{case_number}），"
        "本机关于{accepted}受理，现已审查终结。经审查，申请符合法定条件、标准。根据{basis}的规定，本机关决定{verb}，内容如下：",
        "hearing": HEARD,
        "duty": "请在准予的范围和期限内活动，并依法接受监督检查。本决定依法公开。",
        "check": "请核对证照、文书所载的内容，发现有误可以向本机关提出更正。",
        "copies": "本决定书一式{copies}份，{distribution}。",
    },
}


@dataclass(frozen=True, slots=True)
class Granted:
    """What the grant ends in: a licence, a certificate, an opinion."""

    name: str
    number: str = ""
    issued_on: date | None = None
    valid_until: date | None = None


def in_writing(kind: str) -> bool:
    """Whether the grant of an item of this kind is a decision of its own, on paper (行政许可法 38(1))."""
    return kind in IN_WRITING


def grant_verb(*, permission: bool) -> str:
    """What is no permission is not permitted under the Permission Act."""
    return "准予许可" if permission else "准予办理"


def term_text(results: Sequence[Granted], validity: str = "") -> str:
    """For how long it holds: the days on the results, else what the catalogue publishes."""
    until = list(dict.fromkeys(day(r.valid_until) for r in results if r.valid_until))
    if len(until) == 1:
        return f"有效期至{until[0]}"
    if until:
        return "；".join(f"{r.name}有效期至{day(r.valid_until)}" for r in results if r.valid_until)
    return validity.strip() or UNLIMITED


def grant(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    item: str,
    applied_on: date,
    accepted_on: date,
    scope: str,
    results: Sequence[Granted],
    term: str,
    basis: str,
    decided_on: date,
    enquiry: Enquiry,
    conditions: str = "",
    promise: str = "",
    permission: bool = True,
    hearing: str = "",
    copies: int = 2,
    distribution: str = DISTRIBUTION,
) -> Content:
    """准予许可决定书, or 准予办理决定书 for what is no `permission`: who, what, on which basis, with which content and
    scope, for how long (行政许可法 38(1); domain F1).

    `conditions` are what the on-site check asked to be put right, `promise` that it rests on one and when that is
    checked, `hearing` the number of the record on which alone it is made (48). Raises Invalid naming what is missing.
    """
    verb = grant_verb(permission=permission)
    need(("申请人", applicant.name), ("作出决定的机关", authority), ("事项", item), ("法律依据", basis))
    need((f"{verb}的内容和范围", scope), ("有效期限", term), ("证照或者文书", results))
    need(("咨询方式", enquiry.phone or enquiry.web))
    need(("份数", copies), ("各份去向", distribution))
    for result in results:
        need(("证照或者文书的名称", result.name))
    return begin("grant", authority, decided_on, AUTHORITY_SEAL) | {
        "title": f"{verb}决定书",
        "verb": verb,
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "item": item,
        "applied": day(applied_on),
        "accepted": day(accepted_on),
        "hearing": hearing,
        "scope": scope.strip(),
        "results": [
            {
                "name": r.name,
                "number": r.number or "—",
                "issued": day(r.issued_on) if r.issued_on else "—",
                "until": day(r.valid_until) if r.valid_until else "—",
            }
            for r in results
        ],
        "term": term.strip(),
        "conditions": conditions.strip(),
        "promise": promise.strip(),
        "basis": basis.strip() + (f"和{ACT}第三十八条第一款" if permission else ""),
        "permission": permission,
        "copies": copies,
        "distribution": distribution,
        "enquiry": enquiry_content(enquiry),
    }


def remedy_text(review_body: str, court: str, online: str = "") -> str:
    """The default statement of remedies (行政复议法 20, 24; 行政诉讼法 46). Raises Invalid without both bodies."""
    need(("复议机关", review_body), ("有管辖权的人民法院", court))
    through = f"（网上渠道：{online}）" if online else ""
    return (
        f"如不服本决定，可以自收到本决定书之日起六十日内向{review_body}申请行政复议{through}，"
        f"或者自收到本决定书之日起六个月内依法向{court}提起行政诉讼。"
    )


def refusal_verb(*, permission: bool) -> str:
    """What is no permission is not refused under the Permission Act."""
    return "不予许可" if permission else "不予办理"


def refusal(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    item: str,
    applied_on: date,
    accepted_on: date,
    facts: str,
    reason: str,
    basis: str,
    remedy: str,
    decided_on: date,
    enquiry: Enquiry,
    permission: bool = True,
    hearing: str = "",
    copies: int = 2,
    distribution: str = DISTRIBUTION,
) -> Content:
    """不予许可决定书. Without facts, reason, basis and remedy it cannot be built (行政许可法 38(2), 72).

    What is no `permission` (registration, benefit, service) is not granted under the Permission Act and not refused
    under it: 不予办理决定书. `hearing` is the number of the record on which alone it is made (48).
    """
    verb = refusal_verb(permission=permission)
    need(("申请人", applicant.name), ("作出决定的机关", authority), ("事项", item))
    need(("审查查明的事实", facts), (f"{verb}的理由", reason), ("法律依据", basis), ("救济途径", remedy))
    need(("份数", copies), ("各份去向", distribution))
    check_remedy(remedy)
    return begin("refusal", authority, decided_on, AUTHORITY_SEAL) | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "item": item,
        "applied": day(applied_on),
        "accepted": day(accepted_on),
        "hearing": hearing,
        "facts": facts.strip(),
        "reason": reason.strip(),
        "title": f"{verb}决定书",
        "verb": verb,
        "basis": basis.strip() + (f"和{ACT}第三十八条第二款" if permission else ""),
        "remedy": remedy.strip(),
        "copies": copies,
        "distribution": distribution,
        "enquiry": enquiry_content(enquiry),
    }
