"""The written decision on an item (行政许可法 38), and the remedies that a refusal names."""

from __future__ import annotations

from datetime import date

from lianban.rules.notices.base import Content, begin, check_remedy, enquiry_content, need, party_content
from lianban.rules.notices.parts import Enquiry, Party, day


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
) -> Content:
    """不予许可决定书. Without facts, reason, basis and remedy it cannot be built (行政许可法 38(2), 72).

    What is no `permission` (registration, benefit, service) is not granted under the Permission Act and not refused
    under it: 不予办理决定书.
    """
    verb = refusal_verb(permission=permission)
    need(("申请人", applicant.name), ("作出决定的机关", authority), ("事项", item))
    need(("审查查明的事实", facts), (f"{verb}的理由", reason), ("法律依据", basis), ("救济途径", remedy))
    check_remedy(remedy)
    return begin("refusal", authority, decided_on, "本行政机关印章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "item": item,
        "applied": day(applied_on),
        "accepted": day(accepted_on),
        "facts": facts.strip(),
        "reason": reason.strip(),
        "title": f"{verb}决定书",
        "verb": verb,
        "basis": basis.strip() + ("和《中华人民共和国行政许可法》第三十八条第二款" if permission else ""),
        "remedy": remedy.strip(),
        "enquiry": enquiry_content(enquiry),
    }
