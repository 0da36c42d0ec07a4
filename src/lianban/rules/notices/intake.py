"""The papers of the counter: 收件凭证 and 受理通知书 (行政许可法 32)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from lianban.rules.notices.base import (
    PERMISSION,
    PROVISIONAL_NOTE,
    Content,
    begin,
    deadline_content,
    enquiry_content,
    need,
    party_content,
)
from lianban.rules.notices.parts import AcceptedItem, Deadline, Enquiry, HandedIn, Party, day, moment

WORDING = {
    "receipt": {
        "nature": "本凭证只证明收到所列材料，不代表申请已被受理。",
        "accepted": "本件已当场受理，另行出具《受理通知书》；办理期限以《受理通知书》为准。",
        "answer": "本机关将在{answer_due}前（自收到材料之日起五个工作日内）书面答复是否受理或者一次告知需要补正的"
        "全部内容；逾期不告知的，自收到申请材料之日起即为受理。",
    },
    "acceptance": {
        "opening": "你（单位）于{applied}申请办理的{bundle}（办件编号：{case_number}），{standing}根据{basis}的规定，"
        "本机关于{accepted}予以受理，并将在{due}前（承诺时限{limit}）作出决定。各事项的期限如下：",
        "special": "依法需要听证、检验、鉴定、专家评审等的，所需时间不计入期限，另行书面告知。",
        "copies": "本通知书一式{copies}份，{distribution}。",
    },
}
COMPLETE = "申请材料齐全、符合法定形式。"
ACCEPTANCE_BASIS = "《中华人民共和国行政许可法》第三十二条第一款第五项、第二款"


def acceptance_basis(kinds: Collection[str]) -> str:
    """What acceptance rests on, by the kinds of the items: the Permission Act governs permissions alone."""
    permissions = [kind == PERMISSION for kind in kinds]
    if all(permissions):
        return ACCEPTANCE_BASIS
    if any(permissions):
        return f"{ACCEPTANCE_BASIS}（非许可事项参照执行）"
    return f"各事项的办理依据，参照{ACCEPTANCE_BASIS}"


def receipt(
    *,
    authority: str,
    applicant: Party,
    agent: Party | None,
    bundle: str,
    case_number: str,
    items: Sequence[tuple[str, str]],
    materials: Sequence[HandedIn],
    received_at: datetime,
    answer_due: date,
    clerk: str,
    enquiry: Enquiry,
    accepted: bool,
) -> Content:
    """收件凭证. `items` are (name, department); `answer_due` ends the five working days of 行政许可法 32(1)(4).

    `accepted` tells that the acceptance notice is issued together with this receipt.
    """
    need(
        ("申请人", applicant.name),
        ("办理事项", items),
        ("收件清单", materials),
        ("收件人", clerk),
        ("查询方式", enquiry.phone or enquiry.web),
    )
    for material in materials:
        need(("材料名称", material.name), (f"“{material.name}”的形式", material.form))
    return begin("receipt", authority, received_at.date(), "综合窗口收件专用章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "agent": party_content(agent),
        "items": [{"name": name, "department": department} for name, department in items],
        "materials": [_handed_in(m) for m in materials],
        "received": moment(received_at),
        "answer_due": day(answer_due),
        "on_the_spot": accepted,
        "clerk": clerk,
        "enquiry": enquiry_content(enquiry),
    }


def acceptance(
    *,
    authority: str,
    applicant: Party,
    agent: Party | None,
    bundle: str,
    case_number: str,
    applied_on: date,
    accepted_at: datetime,
    items: Sequence[AcceptedItem],
    commitment: Deadline,
    excludes: str,
    clerk: str,
    enquiry: Enquiry,
    basis: str = ACCEPTANCE_BASIS,
    deemed: str = "",
    supplied_on: date | None = None,
    issued_on: date | None = None,
    copies: int = 2,
    distribution: str = "申请人一份，受理机关存档一份",
) -> Content:
    """受理通知书 (行政许可法 32(2)): both limits of each item, and the date by which the matter is decided.

    `commitment` is the bundle's promise, `excludes` what it leaves out (making and mailing of certificates);
    `deemed` says why the acceptance dates from the day of receipt (32(1)(4)), `supplied_on` when all that was to be
    corrected had been received; the paper bears the day `issued_on`, by default that of the acceptance.
    """
    need(
        ("申请人", applicant.name),
        ("受理机关", authority),
        ("受理依据", basis),
        ("受理事项", items),
        ("咨询方式", enquiry.phone),
        ("作出决定的期限", commitment.limit),
        ("经办人", clerk),
        ("份数", copies),
        ("各份去向", distribution),
    )
    for item in items:
        need((f"“{item.name}”的承诺时限", item.committed.limit))
        if item.committed.due is None:
            need((f"“{item.name}”的起算条件", item.committed.starts))
    supplied = f"经一次告知补正，补正材料于{day(supplied_on)}全部收到，" if supplied_on else ""
    limits = [d for i in items for d in (i.committed, i.statutory) if d is not None] + [commitment]
    return begin("acceptance", authority, issued_on or accepted_at.date(), "行政审批受理专用章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "agent": party_content(agent),
        "applied": day(applied_on),
        "accepted": moment(accepted_at),
        "basis": basis,
        "standing": deemed or supplied + COMPLETE,
        "items": [
            {
                "name": i.name,
                "department": i.department,
                "statutory": deadline_content(i.statutory) if i.statutory else {"limit": "目录未载明", "due": "—"},
                "committed": deadline_content(i.committed),
            }
            for i in items
        ],
        "due": deadline_content(commitment)["due"],
        "limit": "，".join(t for t in (commitment.limit.replace(" ", ""), excludes.strip("。")) if t),
        "provisional_note": PROVISIONAL_NOTE if any(d.provisional for d in limits) else "",
        "clerk": clerk,
        "enquiry": enquiry_content(enquiry),
        "copies": copies,
        "distribution": distribution,
    }


def _handed_in(material: HandedIn) -> Content:
    return {
        "name": material.name,
        "form": material.form,
        "copies": material.copies or "—",
        "pages": material.pages or "—",
        "later": material.later,
    }
