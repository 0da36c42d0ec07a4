"""补正告知书: everything that is to be corrected, once, merged over all departments (行政许可法 32(1)(4); F1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lianban.errors import Invalid
from lianban.rules.notices.base import OWN_TIME_NOTE, PROVISIONAL, Content, begin, enquiry_content, need, party_content
from lianban.rules.notices.parts import Enquiry, Party, day
from lianban.rules.policy import Policy

WORDING = {
    "correction": {
        "opening": "本机关于{received}收到你（单位）关于{bundle}的申请材料（办件编号：{case_number}）。经核对，"
        "申请材料不齐全"
        "或者不符合法定形式。根据《中华人民共和国行政许可法》第三十二条第一款第四项的规定，"
        "现将需要补正的全部内容一次告知如下，"
        "请在{answer_by}前（{answer_within}内）补正：",
        "whole": "以上是需要补正的全部内容。对第一次提交的材料，本机关不再提出其他补正要求。"
        "受理日期为补正材料全部收到之日；本机关自该日起五个工作日内书面答复，逾期不告知的，自该日起即为受理。",
        "over_return": "逾期没有补正的，本机关核实后可以退件；退件不影响备齐材料后重新申请。",
        "over_lapse": "逾期没有补正的，视为放弃本次申请；备齐材料后可以重新申请。",
        "over_wait": "请尽早补正；补正以前不计算办理期限。",
    },
}


@dataclass(frozen=True, slots=True)
class ToCorrect:
    """One line of the notice: who asks, what, why (by which standard), what to do, on which basis."""

    department: str
    subject: str
    problem: str
    remedy: str
    basis: str


def correction(
    *,
    authority: str,
    applicant: Party,
    agent: Party | None,
    bundle: str,
    case_number: str,
    received_at: datetime,
    notified_at: datetime,
    lines: Sequence[ToCorrect],
    answer_by: datetime,
    answer_limit: str,
    provisional: bool,
    policy: Policy,
    clerk: str,
    enquiry: Enquiry,
) -> Content:
    """The notice. `answer_limit` is the applicant's time in words; who may answer how comes from the policy.

    Raises Invalid without lines, or for a line without problem, remedy or department.
    """
    need(("申请人", applicant.name), ("补正的期限", answer_limit), ("经办人", clerk))
    need(("咨询方式", enquiry.phone or enquiry.web))
    if not lines:
        raise Invalid("补正告知书没有写明要补正的内容。")
    for line in lines:
        for name, text in (("问题", line.problem), ("怎样补正", line.remedy), ("部门", line.department)):
            if not text.strip():
                raise Invalid(f"“{line.subject}”没有写明{name}，请补全后再告知。")
    channels = ["到综合窗口当面补正（地址和办公时间见下）"]
    if policy.online_answers:
        channels.append(f"在网上补正：打开{enquiry.web}，输入办件编号和查询码{enquiry.query_code}，或者扫描下方二维码")
    if enquiry.address:
        channels.append("把补正材料邮寄到下列地址，信封上注明办件编号")
    return begin("correction", authority, notified_at.date(), "行政审批受理专用章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "agent": party_content(agent),
        "enquiry": enquiry_content(enquiry),
        "received": day(received_at),
        "notified": day(notified_at),
        "lines": [
            {
                "department": line.department,
                "subject": line.subject,
                "problem": line.problem.strip(),
                "remedy": line.remedy.strip(),
                "basis": line.basis.strip() or "—",
            }
            for line in lines
        ],
        "answer_by": day(answer_by) + PROVISIONAL * provisional,
        "answer_within": answer_limit.replace(" ", ""),
        "provisional_note": OWN_TIME_NOTE if provisional else "",
        "over": policy.answer_over,
        "channels": channels,
        "clerk": clerk,
    }
