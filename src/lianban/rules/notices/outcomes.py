"""Papers of a case that ends before any decision: not accepted, turned to single items, withdrawn or given up (F1).

Builders as in `notices`: plain values in, plain content out, Invalid with a sentence when something is missing that
the paper must say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lianban.errors import Invalid
from lianban.rules.notices.base import Content, begin, check_remedy, enquiry_content, need, party_content
from lianban.rules.notices.parts import Enquiry, Party, day

ACT = "《中华人民共和国行政许可法》"


WORDING = {
    "non_acceptance": {
        "opening": "你（单位）于{received}提出的“{item}”申请（{bundle}，办件编号：{case_number}）收悉。经核对，"
        "{ground}。",
        "decision": "根据{basis}的规定，本机关决定对“{item}”不予受理。",
        "competent": "{competent}。请向该机关提出申请。",
        "remedy": "{remedy}",
        "others": "同时申请的{rest_named}不受影响，继续办理。",
    },
    "turned": {
        "opening": "你（单位）申请办理的{bundle}{numbered}不能作为“一件事”联合办理，原因是：{reason}",
        "nature": "这不是不予受理或者不予许可。下列事项可以分别向办理部门提出申请，已经填写的表单可以打印带走，"
        "不必重新填写：",
    },
    "termination": {
        "opening": "你（单位）于{received}提出的{bundle}申请（办件编号：{case_number}），下列事项自{date}起终止办理："
        "{ended}。",
        "followers": "以上述事项办成为前提的{followers_named}一并终止，可以在前提办成后单独申请。",
        "others": "{rest_named}不受影响；已经作出的决定继续有效。",
        "again": "终止办理不是不予许可，需要办理的可以随时重新申请。",
        "remedy": "{remedy}",
    },
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Why an item is not accepted: in words for permissions and for everything else, and the place in the Act."""

    label: str
    permission: str
    otherwise: str
    article: str


GROUNDS = {
    "not_required": Ground(
        "依法不需要办理",
        "申请事项依法不需要取得行政许可",
        "申请事项依法不需要办理",
        f"{ACT}第三十二条第一款第一项、第二款",
    ),
    "not_competent": Ground(
        "不属于本机关职权范围",
        "申请事项依法不属于本机关职权范围",
        "申请事项依法不属于本机关职权范围",
        f"{ACT}第三十二条第一款第二项、第二款",
    ),
    "barred": Ground(
        "在不得再次申请的期限内",
        "申请人仍在依法不得再次申请该行政许可的期限内",
        "申请人仍在依法不得再次申请该事项的期限内",
        f"{ACT}第三十二条第二款",
    ),
}
"""The Act's own grounds (R-32-1, R-32-2) and the bar of articles 78 and 79."""
ENDS = {
    "withdrawn": "撤回申请（终止办理）通知书",
    "returned": "退件通知书",
    "given_up": "视为放弃申请（终止办理）通知书",
    "terminated": "终止办理通知书",
}
ENDED_REMEDY = (
    "认为终止办理侵犯你（单位）合法权益的，可以自收到本通知书之日起六十日内依法申请行政复议，"
    "或者自收到之日起六个月内依法向人民法院提起行政诉讼。"
)
"""On every end that the applicant has not asked for (行政复议法 11, 20; 行政诉讼法 46). It ends the whole of a bundle,
so it names no single department's review body; the enquiry line says where to ask."""
NOTHING_TO_RETURN = "没有需要退还的材料原件。"


@dataclass(frozen=True, slots=True)
class SingleItem:
    """One item as it is applied for by itself: where, by which number, with what, and how long it takes."""

    name: str
    department: str
    address: str
    phone: str
    materials: tuple[str, ...]
    committed: str
    statutory: str


def non_acceptance(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    item: str,
    received_on: date,
    ground: str,
    reason: str,
    basis: str,
    competent: str,
    remedy: str,
    told_on: date,
    rest: Sequence[str],
    permission: bool,
    enquiry: Enquiry,
) -> Content:
    """不予受理通知书 (行政许可法 32(1)(1)–(2), 32(2), 78). `rest` are the items that go on, by name.

    Raises Invalid without reason, basis or remedy, and for R-32-2 without the name of the competent authority.
    """
    if ground not in GROUNDS:
        raise Invalid(f"不予受理的情形不存在，请选择：{'、'.join(g.label for g in GROUNDS.values())}。")
    found = GROUNDS[ground]
    need(("申请人", applicant.name), ("事项", item), ("不予受理的理由", reason), ("法律依据", basis))
    need(("救济途径", remedy), ("咨询方式", enquiry.phone or enquiry.web))
    if ground == "not_competent":
        need(("有权受理的行政机关", competent))
    check_remedy(remedy)
    act = found.article if permission else f"参照{found.article}"
    return begin("non_acceptance", authority, told_on, "行政审批专用章（盖章处）") | {
        "applicant": party_content(applicant),
        "bundle": bundle,
        "case_number": case_number,
        "item": item,
        "received": day(received_on),
        "ground": found.permission if permission else found.otherwise,
        "reason": reason.strip(),
        "basis": f"{basis.strip()}，{act}",
        "competent": competent.strip(),
        "remedy": remedy.strip(),
        "rest": list(rest),
        "rest_named": named(rest),
        "enquiry": enquiry_content(enquiry),
    }


def named(items: Sequence[str]) -> str:
    """Items within a sentence: “出生登记”“社会保障卡申领”; nothing for none."""
    return "".join(f"“{item}”" for item in items)


def turned(
    *,
    authority: str,
    applicant: Party | None,
    bundle: str,
    case_number: str,
    items: Sequence[SingleItem],
    reason: str,
    told_on: date,
    clerk: str,
    enquiry: Enquiry,
) -> Content:
    """转单项办理告知书 (D-B2-9), no refusal: each item with where to go, by which number and what to bring.

    A draft that nobody has received yet has no `case_number`, and perhaps no `applicant`.
    """
    need(("转单项办理的理由", reason), ("可以单独申请的事项", items), ("经办人", clerk))
    for item in items:
        need((f"“{item.name}”的办理部门", item.department), (f"“{item.name}”的咨询电话", item.phone))
        need((f"“{item.name}”的承诺时限", item.committed))
    return begin("turned", authority, told_on, "行政审批专用章（盖章处）") | {
        "applicant": party_content(applicant),
        "bundle": bundle,
        "case_number": case_number,
        "numbered": f"（办件编号：{case_number}）" if case_number else "",
        "reason": reason.strip(),
        "items": [
            {
                "name": i.name,
                "department": i.department,
                "address": i.address,
                "phone": i.phone,
                "materials": list(i.materials),
                "committed": i.committed,
                "statutory": i.statutory or "目录未载明",
            }
            for i in items
        ],
        "clerk": clerk,
        "enquiry": enquiry_content(enquiry),
    }


def termination(
    *,
    end: str,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    received_on: date,
    items: Sequence[str],
    followers: Sequence[str] = (),
    rest: Sequence[str] = (),
    reason: str,
    basis: str = "",
    returned: str,
    ended_on: date,
    enquiry: Enquiry,
) -> Content:
    """撤回（终止）通知书: reason, date, materials returned. `end` is a key of ENDS.

    `items` end here; `followers` end with them because they waited for them; `rest` go on or are decided already.
    """
    if end not in ENDS:
        raise Invalid("终止的情形不存在，请刷新页面后再试。")
    need(("申请人", applicant.name), ("终止办理的事项", items), ("理由", reason))
    need(("退还材料的情况", returned), ("咨询方式", enquiry.phone or enquiry.web))
    return begin("termination", authority, ended_on, "本行政机关印章（盖章处）") | {
        "title": ENDS[end],
        "end": end,
        "applicant": party_content(applicant),
        "bundle": bundle,
        "case_number": case_number,
        "received": day(received_on),
        "items": list(items),
        "ended": named(items),
        "followers": list(followers),
        "followers_named": named(followers),
        "rest": list(rest),
        "rest_named": named(rest),
        "reason": reason.strip(),
        "basis": basis.strip(),
        "returned": returned.strip(),
        "remedy": "" if end == "withdrawn" else ENDED_REMEDY,
        "enquiry": enquiry_content(enquiry),
    }
